//! The lab `vanishing`: what it shows against what is known of gradients in deep networks and in one neuron.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::figure::{Anchor, Figure, Frame, Layer, Layout, Size, text_width};
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::phrase::Words;

fn lab(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("vanishing").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

/// The number in a row and column of the table.
fn cell(lab: &dyn Lab, activation: &str, column: &str) -> f64 {
    let table = lab.table().unwrap();
    let place = table.columns.iter().position(|(id, _)| *id == column).unwrap();
    let row = table.rows.iter().find(|r| matches!(&r.cells[0], Cell::Words(id, _) if *id == activation));
    match &row.unwrap().cells[place] {
        Cell::Number(x) => *x,
        Cell::Words("diverges", _) => f64::NAN,
        other => panic!("{other:?}"),
    }
}

fn fate(lab: &dyn Lab, activation: &str) -> &'static str {
    let table = lab.table().unwrap();
    let row = table.rows.into_iter().find(|r| matches!(&r.cells[0], Cell::Words(id, _) if *id == activation));
    match row.unwrap().cells[3] {
        Cell::Words(id, _) => id,
        _ => panic!(),
    }
}

fn finish(lab: &mut dyn Lab) {
    let mut calls = 0;
    while lab
        .work(&mut || {
            calls += 1;
            calls % 7 == 0
        })
        .is_some()
    {}
    assert_eq!(lab.work(&mut || true), None);
}

fn lines(figure: &Figure) -> Vec<Vec<[f64; 2]>> {
    figure
        .front
        .iter()
        .filter_map(|l| if let Layer::Line { points, .. } = l { Some(points.clone()) } else { None })
        .collect()
}

#[test]
fn it_opens_where_the_sigmoid_loses_its_gradient_and_tanh_keeps_it() {
    let mut lab = lab(&[("seeds", "5"), ("steps", "50")]);
    finish(&mut *lab);
    assert_eq!((fate(&*lab, "sigmoid"), fate(&*lab, "tanh")), ("vanishes", "passes"));
    let first = cell(&*lab, "tanh", "first");
    assert!((0.01..1.0).contains(&first), "{first}");
    // σ′ ≤ ¼, weights of variance 1/16 in 16 inputs: about a quarter of the gradient passes each of 19 layers.
    let factor = (cell(&*lab, "sigmoid", "first") / cell(&*lab, "sigmoid", "largest")).powf(1.0 / 19.0);
    assert!((0.2..0.3).contains(&factor), "{factor}");
    // Xavier's weights lose half of the variance of a ReLU layer: 1/√2 of the gradient in each of 18.
    let ratio = (cell(&*lab, "relu", "first") / cell(&*lab, "relu", "largest")).powf(1.0 / 18.0);
    assert!((0.6..0.85).contains(&ratio), "{ratio}");
}

#[test]
fn the_scale_makes_every_activation_vanish_or_explode() {
    let (few, short) = (("seeds", "3"), ("steps", "50"));
    let mut small = lab(&[("scale", "0.4"), few, short]);
    finish(&mut *small);
    // The signal dies on its way forward, and where it is dead the gradient has nothing to lose.
    assert_eq!((fate(&*small, "tanh"), fate(&*small, "relu")), ("faint", "vanishes"));
    let mut large = lab(&[("scale", "3"), few, short]);
    finish(&mut *large);
    assert_eq!((fate(&*large, "tanh"), fate(&*large, "relu")), ("explodes", "explodes"));
    let mut he = lab(&[("init", "he-normal"), few, short]);
    finish(&mut *he);
    assert_eq!(fate(&*he, "relu"), "passes");
    assert!(he.remarks().iter().any(|r| r.key == "remark.zero-not-dead"));
}

#[test]
fn zero_activations_and_dead_units_are_counted_apart() {
    let mut lab = lab(&[("init", "he-normal"), ("depth", "4"), ("width", "32"), ("steps", "50")]);
    finish(&mut *lab);
    let csv = lab.csv();
    let rows = |activation: &str| -> Vec<[f64; 2]> {
        let shares = csv
            .lines()
            .skip_while(|l| *l != "activation,start,zero,dead")
            .skip(1)
            .take_while(|l| !l.is_empty());
        let cells = shares.map(|l| l.split(',').collect::<Vec<_>>()).filter(|c| c[0] == activation);
        cells.map(|c| [c[2].parse().unwrap(), c[3].parse().unwrap()]).collect()
    };
    assert_eq!(rows("relu").len(), 10);
    let [zero, dead] = [0, 1].map(|i| rows("relu").iter().map(|r| r[i]).sum::<f64>() / 10.0);
    assert!((0.35..0.65).contains(&zero), "{zero}");
    assert!(dead < 0.5 * zero, "{dead}");
    assert!(rows("tanh").iter().all(|r| *r == [0.0; 2]));
    let said = lab.readouts().into_iter().find(|r| r.id == "zeros").unwrap().math.plain();
    assert!((said.trim_end_matches('%').parse::<f64>().unwrap() - 100.0 * zero).abs() < 0.06, "{said}");
}

#[test]
fn all_starts_and_steps_are_done_and_repeat() {
    let mut one =
        lab(&[("depth", "3"), ("width", "4"), ("seeds", "5"), ("steps", "60"), ("init", "he-normal")]);
    finish(&mut *one);
    let csv = one.csv();
    assert_eq!(
        csv.lines().filter(|l| l.starts_with("relu,4,")).count(),
        3 + 2,
        "three layers, shares, one step"
    );
    assert_eq!(csv.lines().filter(|l| l.starts_with("tanh,")).count(), 1 + 5 * 3 + 5 + 61);
    let mut again = lab::open("vanishing").unwrap();
    assert!(again.restore(&one.state()).is_empty());
    finish(&mut *again);
    assert_eq!(again.csv(), csv);
    // Shallow and well begun, it learns.
    assert!(cell(&*one, "tanh", "loss") < 0.5 * 0.7, "{}", cell(&*one, "tanh", "loss"));
}

#[test]
fn a_wrong_neuron_learns_from_the_cross_entropy_only() {
    let lab = lab(&[("scene", "neuron")]);
    assert_eq!(lab.headline().unwrap().text.key, "vanishing.neuron.slow");
    let readout = |id: &str| lab.readouts().into_iter().find(|r| r.id == id).unwrap();
    // σ(−4) = 0.01799: 2(σ − 1)σ(1 − σ) and σ − 1.
    assert_eq!(readout("mse-sigmoid").math.plain(), "∂L/∂z = −0.0347");
    assert_eq!(readout("ce-sigmoid").math.plain(), "∂L/∂z = −0.982");
    assert_eq!(readout("mse-relu").math.plain(), "∂L/∂z = 0");
    assert_eq!(readout("mse-relu").note.unwrap().key, "vanishing.not-learnt");
    assert_eq!(readout("ce-sigmoid").note.unwrap().key, "vanishing.learnt");
    assert_eq!(lab.remarks()[0].key, "remark.relu-output");
}

/// What is said of a neuron is what its training shows: the sigmoid's, whatever the ReLU does.
#[test]
fn the_verdict_on_a_neuron_is_that_of_its_run() {
    let said = |settings: &[(&str, &str)]| {
        let lab = lab(&[&[("scene", "neuron")], settings].concat());
        lab.headline().unwrap().text.key.into_owned()
    };
    assert_eq!(said(&[]), "vanishing.neuron.slow");
    assert_eq!(said(&[("rate", "10")]), "vanishing.neuron.learns");
    assert_eq!(said(&[("z", "4")]), "vanishing.neuron.right");
}

/// Small in every layer, large in every layer and lost on the way are told apart.
#[test]
fn fates_are_told_by_size_and_by_what_is_lost_on_the_way() {
    let short = ("steps", "50");
    let fates = |settings: &[(&str, &str)]| {
        let mut lab = lab(&[&[short, ("seeds", "3")], settings].concat());
        finish(&mut *lab);
        ["sigmoid", "tanh", "relu"].map(|activation| fate(&*lab, activation))
    };
    assert_eq!(fates(&[]), ["vanishes", "passes", "vanishes"]);
    assert_eq!(fates(&[("depth", "2"), ("init", "he-normal")]), ["passes"; 3]);
    // 1.45 in the largest layer, 0.02 in the first.
    assert_eq!(fates(&[("scale", "10")])[0], "shrinks");
    let mut one = lab(&[("seeds", "1"), short]);
    finish(&mut *one);
    assert!(one.readouts()[0].note.is_none(), "one start has no spread");
}

#[test]
fn a_dragged_z_moves_the_curves_of_training() {
    let mut lab = lab(&[("scene", "neuron")]);
    let before = lines(&lab.figures()[2]);
    lab.drag("z", [2.0, 0.0]);
    assert_eq!(lab.values().number("z"), 2.0);
    assert_ne!(lines(&lab.figures()[2]), before);
    assert_eq!(lab.headline().unwrap().text.key, "vanishing.neuron.right");
    assert!(lab.remarks().is_empty());
    lab.nudge("z", [-1.0, 0.0], false);
    assert_eq!(lab.values().number("z"), 1.9);
}

#[test]
fn a_large_rate_diverges_and_says_nothing_false() {
    let mut lab = lab(&[("rate", "10"), ("scale", "5"), ("depth", "8"), ("seeds", "2")]);
    finish(&mut *lab);
    assert!(cell(&*lab, "relu", "loss").is_nan());
    for figure in lab.figures() {
        assert!(lines(&figure).iter().flatten().all(|p| !p[1].is_infinite()), "{}", figure.id);
    }
}

/// Names beside curves stand clear of them, in every language and at the sizes of a wide and of a narrow page: those that do
/// not fit at the least size would be moved over the curves.
#[test]
fn the_names_of_curves_have_room_beside_them() {
    const GAP: f64 = 11.0;
    const LEAST: f64 = 11.0;
    let mut seen = 0;
    for language in ["en", "zh"] {
        let text = std::fs::read_to_string(format!("www/text/{language}.json")).unwrap();
        let all: std::collections::BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        let words: Words = all.into_iter().collect();
        for scene in ["deep", "neuron"] {
            let mut lab = lab(&[("scene", scene)]);
            finish(&mut *lab);
            for (figure, width) in lab.figures().iter().flat_map(|f| [374.0, 440.0, 668.0].map(|w| (f, w))) {
                let layout = Layout::new(&figure.frame, Size { width, height: 0.6 * width });
                assert!(matches!(figure.frame, Frame::Plane(_)));
                for layer in &figure.front {
                    let Layer::Text { at, anchor: Anchor::Right, text, .. } = layer else { continue };
                    let text = words.text(text);
                    let room = width - 4.0 - layout.to_pixel(*at)[0] - GAP;
                    let needed = text_width(&text, LEAST, true);
                    assert!(needed <= room, "{language}, {}, {width}: {text} {needed} > {room}", figure.id);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 60, "{seen}");
}

/// The slope of the squared error jumps where ReLU begins: its curve is broken there, at both its ends.
#[test]
fn the_slope_of_relu_jumps() {
    let lab = lab(&[("scene", "neuron")]);
    let slope = lab.figures().into_iter().find(|f| f.id == "neuron-slope").unwrap();
    let curve = lines(&slope).into_iter().find(|l| l.iter().any(|p| p[1].is_nan() && p[0] == 0.0)).unwrap();
    let near: Vec<f64> = curve.iter().filter(|p| p[0] == 0.0).map(|p| p[1]).collect();
    assert!(near[0] == 0.0 && near[1].is_nan() && near[2] == -2.0, "{near:?}");
}
