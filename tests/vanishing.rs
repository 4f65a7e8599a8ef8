//! The lab `vanishing`: what it shows against what is known of gradients in deep networks and in one neuron.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::figure::{Figure, Layer};
use saddlescope::lab::{self, Cell, Lab};

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
    let factor = (cell(&*lab, "sigmoid", "first") / cell(&*lab, "sigmoid", "last")).powf(1.0 / 19.0);
    assert!((0.2..0.3).contains(&factor), "{factor}");
    // ReLU scales as its weights do: what is lost going back has been lost going forward, and layers are alike.
    let ratio = cell(&*lab, "relu", "first") / cell(&*lab, "relu", "last");
    assert!((0.2..5.0).contains(&ratio), "{ratio}");
}

#[test]
fn the_scale_makes_every_activation_vanish_or_explode() {
    let (few, short) = (("seeds", "3"), ("steps", "50"));
    let mut small = lab(&[("scale", "0.4"), few, short]);
    finish(&mut *small);
    assert_eq!((fate(&*small, "tanh"), fate(&*small, "relu")), ("vanishes", "vanishes"));
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
    let (zero, dead) = (cell(&*lab, "relu", "zero"), cell(&*lab, "relu", "dead"));
    assert!((0.35..0.65).contains(&zero), "{zero}");
    assert!(dead < 0.5 * zero, "{dead}");
    assert_eq!(cell(&*lab, "tanh", "dead"), 0.0);
}

#[test]
fn all_starts_and_steps_are_done_and_repeat() {
    let mut one =
        lab(&[("depth", "3"), ("width", "4"), ("seeds", "5"), ("steps", "60"), ("init", "he-normal")]);
    finish(&mut *one);
    let csv = one.csv();
    assert_eq!(csv.lines().filter(|l| l.starts_with("relu,4,")).count(), 3 + 1, "three layers and one step");
    assert_eq!(csv.lines().filter(|l| l.starts_with("tanh,")).count(), 1 + 5 * 3 + 61);
    let mut again = lab::open("vanishing").unwrap();
    assert!(again.restore(&one.state()).is_empty());
    finish(&mut *again);
    assert_eq!(again.csv(), csv);
    // Shallow and well begun, it learns.
    assert!(cell(&*one, "tanh", "loss") < 0.5 * 0.7, "{}", cell(&*one, "tanh", "loss"));
}

#[test]
fn a_wrong_neuron_learns_from_the_cross_entropy_only() {
    let lab = lab(&[("part", "neuron")]);
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

#[test]
fn a_dragged_z_moves_the_curves_of_training() {
    let mut lab = lab(&[("part", "neuron")]);
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
