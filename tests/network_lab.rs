//! The lab `network`: its opening at a global minimum with ratio ½, live training, spectra, and the minimum-ratio
//! experiment against the known critical points of linear autoencoders.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::figure::{Figure, Ink, Layer};
use saddlescope::lab::{self, Cell, Lab};

fn lab(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("network").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn finish(lab: &mut dyn Lab) {
    let mut last = 0.0;
    while let Some(progress) = lab.work(&mut || false) {
        assert!((0.0..=1.0).contains(&progress), "{progress} after {last}");
        last = progress;
    }
    assert_eq!(lab.work(&mut || true), None);
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

fn headline(lab: &dyn Lab) -> String {
    lab.headline().unwrap().text.key.into_owned()
}

fn ids(figures: &[Figure]) -> Vec<&'static str> {
    figures.iter().map(|f| f.id).collect()
}

#[test]
fn it_opens_at_a_global_minimum_with_ratio_one_half() {
    let lab = lab(&[]);
    assert_eq!(headline(&*lab), "network.is.no-way-down");
    assert_eq!(readout(&*lab, "signs"), "n_− = 0   n_0 = 1   n_+ = 1");
    assert_eq!(readout(&*lab, "shares"), "ρ = 0.5   α = 0");
    assert!(lab.remarks().iter().any(|r| r.key == "remark.minimum-ratio"));
    assert_eq!(ids(&lab.figures()), ["answers", "loss", "spectrum", "norm"]);
    assert_eq!(lab.state(), "");
}

#[test]
fn two_moons_are_learnt_and_told_apart() {
    let mut lab = lab(&[("data", "moons"), ("method", "adam"), ("adam.rate", "0.03"), ("epochs", "400")]);
    finish(&mut *lab);
    let right = readout(&*lab, "right");
    let share: f64 = right.split('%').next().unwrap().parse().unwrap();
    assert!(share >= 97.0, "{right}");
    let figures = lab.figures();
    assert!(figures[0].back.iter().any(|l| matches!(l, Layer::Tiles(_))));
    assert!(figures[0].front.iter().filter(|l| matches!(l, Layer::Dots { .. })).count() >= 2);
    // 2-8-8-1: 105 parameters, and as many eigenvalues.
    let csv = lab.csv();
    let (run, rest) = csv.split_once("\neigenvalue,count\n").unwrap();
    assert_eq!(run.lines().count(), 1 + 401);
    let (values, parameters) = rest.split_once("\nparameter,value\n").unwrap();
    assert_eq!((values.lines().count(), parameters.lines().count()), (105, 105));
}

#[test]
fn a_link_repeats_a_run_to_the_last_digit() {
    let settings =
        [("data", "spirals"), ("batch", "10"), ("epochs", "20"), ("seed", "9"), ("method", "rmsprop")];
    let mut one = lab(&settings);
    finish(&mut *one);
    let mut two = lab::open("network").unwrap();
    assert!(two.restore(&one.state()).is_empty());
    // In other slices of work.
    let mut calls = 0;
    while two
        .work(&mut || {
            calls += 1;
            calls % 3 == 0
        })
        .is_some()
    {}
    assert_eq!(one.csv(), two.csv());
    let mut other = lab(&settings);
    other.set("seed", "10").unwrap();
    finish(&mut *other);
    assert_ne!(one.csv(), other.csv());
}

#[test]
fn every_data_set_trains_and_has_a_spectrum() {
    for data in ["autoencoder", "circles", "xor", "spirals", "curve", "irises", "digits"] {
        let mut lab = lab(&[
            ("data", data),
            ("epochs", "10"),
            ("hidden-layers", "1"),
            ("units", "3"),
            ("examples", "30"),
        ]);
        finish(&mut *lab);
        assert!(!readout(&*lab, "ends").is_empty(), "{data}");
        let first = lab.figures()[0].id;
        assert_eq!(first, if data == "autoencoder" { "loss" } else { "answers" }, "{data}");
    }
}

#[test]
fn pasted_data_are_read_or_refused_with_their_row() {
    let mut lab = lab(&[("data", "own"), ("epochs", "10")]);
    assert_eq!(readout(&*lab, "right").matches('%').count(), 1, "XOR's table, all of it learnt from");
    lab.set("own", "").unwrap();
    assert_eq!(headline(&*lab), "network.refused");
    lab.set("own", "1,2,0\n2,1,1\n3,3,2\n4,1,0").unwrap();
    finish(&mut *lab);
    assert!(readout(&*lab, "right").ends_with('%'));
    lab.set("own", "1,2,0\n=1+1,1,1").unwrap();
    let headline = lab.headline().unwrap();
    assert_eq!(
        (headline.text.key.as_ref(), headline.reason.key.as_ref()),
        ("network.refused", "error.data.not-a-number")
    );
    // A number for each example is a regression.
    lab.set("own", "1,2,0.5\n2,1,1.25\n3,3,2\n4,1,0").unwrap();
    assert!(readout(&*lab, "right").is_empty());
}

/// Each test digit with what the network says of it; as many are framed as the readout says are wrong.
#[test]
fn digits_are_shown_with_what_the_network_says_of_them() {
    let settings = [("data", "digits"), ("hidden-layers", "1"), ("epochs", "60"), ("method", "adam")];
    let mut lab = lab(&settings);
    finish(&mut *lab);
    let sheet = &lab.figures()[0];
    let said: Vec<String> = (sheet.front.iter())
        .filter_map(|l| if let Layer::Text { text, .. } = l { Some(format!("{text:?}")) } else { None })
        .collect();
    let wrong = said.iter().filter(|text| text.contains('≠')).count();
    let frames = sheet.front.iter().filter(|l| matches!(l, Layer::Line { .. })).count();
    assert_eq!((said.len(), frames), (20, wrong));
    let right = readout(&*lab, "right");
    assert!(right.ends_with(&format!("{}%", 100 - 5 * wrong)), "{right}, {wrong} wrong");
    let Layer::Tiles(tiles) = &sheet.back[0] else { panic!("no digits") };
    let ink: u32 = tiles.cells.iter().map(|cell| u32::from(cell[1])).sum();
    assert!(ink > 20 * 10 * 255, "{ink}");
    assert_eq!(sheet.name.key, "figure.network.digits.test");
    assert!(lab.remarks().iter().any(|r| r.key == "remark.source.digits"), "CC BY asks for the source");
    // Without a test, those that are learnt from.
    lab.set("share", "0").unwrap();
    assert_eq!(lab.figures()[0].name.key, "figure.network.digits.train");
}

/// More inputs than two are drawn in a plane of two, with words for that; numbers are drawn as heights.
#[test]
fn data_of_any_number_of_inputs_are_drawn_and_it_is_said_how() {
    let mut lab = lab(&[("data", "irises"), ("epochs", "10")]);
    finish(&mut *lab);
    let name = |lab: &dyn Lab| lab.figures()[0].name.key.clone().into_owned();
    assert_eq!(name(&*lab), "figure.network.decisions.plane");
    lab.set("data", "own").unwrap();
    for (rows, key) in [
        ("1,2,3,cat\n4,5,6,dog\n7,8,10,eel\n1,1,2,cat", "figure.network.decisions.plane"),
        ("1,2,cat\n4,5,dog\n7,8,eel", "figure.network.decisions"),
        ("1,2,0.5\n4,5,1.5\n7,8,2.25", "figure.network.heights"),
        ("1,0.5\n4,1.5\n7,2.25", "figure.network.fit"),
    ] {
        lab.set("own", rows).unwrap();
        finish(&mut *lab);
        assert_eq!(name(&*lab), key, "{rows}");
    }
    assert!(
        lab.figures()[0].front.iter().any(|l| matches!(l, Layer::Line { points, .. } if points.len() > 100))
    );
    lab.set("own", &"1,2,0\n2,1,1\n".repeat(501)).unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "error.data.too-many");
}

#[test]
fn the_tolerance_moves_the_counts() {
    let mut lab = lab(&[("data", "autoencoder"), ("units", "2")]);
    finish(&mut *lab);
    assert_eq!(readout(&*lab, "signs"), "n_− = 0   n_0 = 4   n_+ = 12", "16 parameters, p² zero");
    let handle = lab.handles().into_iter().find(|h| h.id == "tolerance").unwrap();
    lab.drag("tolerance", [handle.at[0] + 20.0, 0.0]);
    assert_eq!(lab.values().number("tolerance"), 0.1);
    lab.nudge("tolerance", [-1.0, 0.0], true);
    assert!(lab.values().number("tolerance") < 0.02);
}

#[test]
fn large_networks_get_their_spectrum_from_products() {
    let mut lab = lab(&[
        ("data", "moons"),
        ("hidden-layers", "3"),
        ("units", "24"),
        ("epochs", "10"),
        ("examples", "20"),
    ]);
    finish(&mut *lab);
    let signs = lab.readouts().into_iter().find(|r| r.id == "signs").unwrap();
    assert_eq!(signs.note.unwrap().key, "network.of.estimated");
    let spectrum = lab.figures().into_iter().find(|f| f.id == "spectrum").unwrap();
    assert_eq!(spectrum.name.key, "figure.network.density");
}

/// A linear autoencoder of four inputs is no wider than 3; its slider says so, and a link repeats it.
#[test]
fn the_autoencoder_s_slider_holds_the_widths_that_there_are() {
    let mut lab = lab(&[("data", "autoencoder")]);
    finish(&mut *lab);
    // Four inputs, n = 4, p = 2, ratio 12/16 at the global minimum.
    assert_eq!(readout(&*lab, "shares"), "ρ = 0.75   α = 0");
    assert_eq!(lab.set("units", "8").unwrap_err().code(), "control.clamped");
    assert_eq!(lab.values().number("units"), 3.0);
    let mut again = lab::open("network").unwrap();
    assert!(again.restore(&lab.state()).is_empty());
    assert_eq!(again.csv(), lab.csv());
    lab.set("data", "moons").unwrap();
    assert_eq!(lab.values().number("units"), 8.0);
}

/// Too large for Newton's equation, points are brought by descent, and that is what is said.
#[test]
fn how_a_point_was_reached_is_said_as_it_was() {
    let mut lab = lab(&[
        ("scene", "ratio"),
        ("data", "xor"),
        ("runs", "5"),
        ("skip", "4"),
        ("run", "on"),
        ("epochs", "10"),
    ]);
    for (units, way) in [("4", "newton"), ("14", "descent")] {
        lab.set("units", units).unwrap();
        lab.set("examples", "20").unwrap();
        finish(&mut *lab);
        assert!(lab.csv().lines().skip(1).all(|line| line.contains(way)), "{}", lab.csv());
        assert!(format!("{:?}", lab.table().unwrap().name).contains(way));
    }
}

#[test]
fn a_method_beyond_its_limit_says_so() {
    let lab = lab(&[("data", "digits"), ("method", "newton")]);
    assert_eq!(headline(&*lab), "network.no-method");
}

/// Baldi and Hornik's points, found by damped Newton from anywhere on a training: loss to 1e-8 and index, for 95% of runs.
#[test]
fn the_critical_points_of_linear_autoencoders_are_those_of_theory() {
    for (units, runs) in [("1", "40"), ("2", "40"), ("3", "20")] {
        let mut lab = lab(&[
            ("data", "autoencoder"),
            ("units", units),
            ("scene", "ratio"),
            ("runs", runs),
            ("run", "on"),
        ]);
        finish(&mut *lab);
        let found = readout(&*lab, "matches");
        let (fits, all) = found.split_once('/').unwrap();
        let (fits, all, runs): (f64, f64, f64) =
            (fits.parse().unwrap(), all.parse().unwrap(), runs.parse().unwrap());
        assert!(fits >= 0.95 * runs && all <= runs, "width {units}: {found} of {runs}\n{}", lab.csv());
    }
}

#[test]
fn the_experiment_can_be_paused_resumed_and_picked_from() {
    let mut lab = lab(&[("scene", "ratio"), ("runs", "10"), ("run", "on"), ("epochs", "20")]);
    assert!(lab.shown("pause"));
    let ends = |lab: &dyn Lab| lab.csv().lines().count() - 1;
    while ends(&*lab) < 3 {
        let mut slices = 0;
        lab.work(&mut || {
            slices += 1;
            slices > 20
        });
    }
    lab.act("pause");
    assert_eq!((lab.work(&mut || false), lab.task()), (None, None));
    let paused = ends(&*lab);
    lab.act("pause");
    assert!(lab.task().unwrap().contains(&format!("skip={paused}")));
    finish(&mut *lab);
    assert!(!lab.shown("pause"), "nothing is left to pause");
    assert_eq!(ends(&*lab), 10);
    let table = lab.table().unwrap();
    let counts: f64 = table.rows.iter().map(|r| if let Cell::Number(x) = r.cells[1] { x } else { 0.0 }).sum();
    assert_eq!(counts, 10.0);
    assert_eq!(headline(&*lab), "network.found");
    lab.drag("pick", [0.5, 0.0]);
    assert!(headline(&*lab).starts_with("network.is."));
    assert!(ids(&lab.figures()).contains(&"answers"));
    lab.nudge("pick", [1.0, 0.0], false);
    // The loss around it can be looked at; the training is another point.
    lab.set("scene", "surroundings").unwrap();
    finish(&mut *lab);
    let picked = readout(&*lab, "loss");
    assert!(ids(&lab.figures()).contains(&"plane"));
    lab.set("scene", "training").unwrap();
    finish(&mut *lab);
    assert_ne!(readout(&*lab, "loss"), picked);
    lab.set("scene", "ratio").unwrap();
    // Another control in the middle of work leaves nothing of it.
    lab.set("units", "2").unwrap();
    lab.set("seed", "2").unwrap();
    assert_eq!(ends(&*lab), 0);
}

#[test]
fn the_loss_around_the_notes_minimum_is_flat_along_the_valley() {
    let mut lab = lab(&[("scene", "surroundings"), ("span", "0.5")]);
    finish(&mut *lab);
    assert_eq!(ids(&lab.figures()), ["plane", "sections", "spectrum", "answers"]);
}

#[test]
fn random_planes_are_those_of_their_seed() {
    let mut lab = lab(&[("scene", "surroundings"), ("data", "xor"), ("epochs", "20"), ("plane", "random")]);
    let mut map = |seed: &str| {
        lab.set("directions", seed).unwrap();
        finish(&mut *lab);
        let plane = lab.figures().remove(0);
        assert_eq!((plane.id, plane.name.key.as_ref()), ("plane", "figure.network.plane.random"));
        plane.back
    };
    let (one, two, again) = (map("1"), map("2"), map("1"));
    assert_ne!(one, two);
    assert_eq!(one, again);
    assert!(lab.shown("directions"));
    lab.set("plane", "ends").unwrap();
    assert!(!lab.shown("directions"));
    finish(&mut *lab);
    assert_ne!(lab.figures()[0].back, one);
}

fn epochs(lab: &dyn Lab) -> usize {
    lab.csv().lines().skip(1).take_while(|line| !line.is_empty()).count() - 1
}

/// Pausing stops the training and not only what shows it; a step is one epoch; playing trains on.
#[test]
fn pause_holds_the_training_a_step_is_one_epoch_and_play_goes_on() {
    let mut lab = lab(&[("data", "moons"), ("epochs", "500")]);
    let slices = |lab: &mut dyn Lab, most: usize| {
        let mut count = 0;
        lab.work(&mut || {
            count += 1;
            count > most
        });
    };
    slices(&mut *lab, 3);
    assert_eq!(lab.label("play").key, "control.pause", "it trains by itself");
    lab.act("play");
    let held = epochs(&*lab);
    assert!((1..400).contains(&held), "{held}");
    assert_eq!((lab.label("play").key.as_ref(), lab.values().number("t")), ("control.play", held as f64));
    finish(&mut *lab);
    assert_eq!(epochs(&*lab), held, "held, though its spectrum is worked out");
    assert!(!readout(&*lab, "signs").is_empty());
    lab.act("step");
    finish(&mut *lab);
    assert_eq!((epochs(&*lab), lab.values().number("t")), (held + 1, held as f64 + 1.0));
    lab.act("step-back");
    finish(&mut *lab);
    assert_eq!((epochs(&*lab), lab.values().number("t")), (held + 1, held as f64));
    lab.act("play");
    assert_eq!(lab.label("play").key, "control.pause");
    assert!(lab.advance(0.1));
    slices(&mut *lab, 10);
    assert!(epochs(&*lab) > held + 1);
    // Another setting trains anew, to its end.
    lab.set("seed", "5").unwrap();
    finish(&mut *lab);
    assert_eq!(epochs(&*lab), 500);
    // From the end it plays again from the start, and nothing is trained twice.
    lab.act("play");
    assert_eq!(lab.values().number("t"), 0.0);
    assert_eq!(lab.work(&mut || false), None);
}

/// A rate beyond the bound: the loss does not change, and the gradient is large.
#[test]
fn a_flat_loss_with_a_gradient_is_marked_on_both_curves_and_said() {
    let marked = |lab: &dyn Lab, id: &str| {
        let figure = lab.figures().into_iter().find(|f| f.id == id).unwrap();
        let thick = |l: &Layer| matches!(l, Layer::Line { stroke, points } if stroke.width == 5.0 && points.len() > 100);
        figure.front.iter().filter(|l| thick(l)).count()
    };
    let mut lab = lab(&[("data", "notes"), ("gradient-descent.rate", "0.6")]);
    finish(&mut *lab);
    assert_eq!((marked(&*lab, "loss"), marked(&*lab, "norm")), (1, 1), "{}", lab.csv());
    assert!(lab.remarks().iter().any(|r| r.key == "remark.flat-loss"));
    lab.set("gradient-descent.rate", "0.1").unwrap();
    finish(&mut *lab);
    assert_eq!((marked(&*lab, "loss"), marked(&*lab, "norm")), (0, 0));
    assert!(!lab.remarks().iter().any(|r| r.key == "remark.flat-loss"));
}

/// What plays waits for what is trained.
#[test]
fn playing_does_not_run_ahead_of_the_training() {
    let mut lab = lab(&[("data", "moons"), ("epochs", "500"), ("speed", "200")]);
    lab.work(&mut || true);
    lab.act("play");
    lab.act("play");
    lab.advance(1.0);
    let t = lab.values().number("t") as usize;
    assert!(t <= epochs(&*lab), "{t} of {}", epochs(&*lab));
    finish(&mut *lab);
    assert!(lab.advance(1.0));
    assert!(lab.values().number("t") as usize > t);
}

/// Cross-entropy without a penalty on the weights has its minimum at infinity; with it, points are reached, or g lies where H is zero.
#[test]
fn with_a_penalty_points_of_two_moons_become_critical() {
    let settings = [("scene", "ratio"), ("data", "moons"), ("runs", "10"), ("run", "on"), ("units", "4")];
    let kinds = |penalty: &str| {
        let mut lab = lab(&settings);
        lab.set("penalty", penalty).unwrap();
        finish(&mut *lab);
        let count = |kind: &str| lab.csv().lines().filter(|l| l.contains(kind)).count();
        let said = lab.remarks().iter().any(|r| r.key == "remark.infinity");
        (count(",not-critical,"), count(",saddle,") + count(",no-way-down,"), said)
    };
    let (open, _, said) = kinds("0");
    assert!(open >= 2 && said, "{open}");
    let (open, critical, said) = kinds("0.001");
    assert!(open == 0 && critical >= 6 && !said, "{open} {critical}");
}

#[test]
fn ends_off_theory_are_named_by_their_seeds() {
    let settings =
        [("data", "autoencoder"), ("units", "2"), ("scene", "ratio"), ("runs", "20"), ("run", "on")];
    let mut lab = lab(&settings);
    finish(&mut *lab);
    // Where half the eigenvalues count as zero, the index is another.
    lab.set("tolerance", "0.1").unwrap();
    let matches = lab.readouts().into_iter().find(|r| r.id == "matches").unwrap();
    let note = matches.note.unwrap();
    assert_eq!(note.key, "network.matches.missed", "{}", matches.math.plain());
    let (fits, all) =
        matches.math.plain().split_once('/').map(|(a, b)| (a.to_string(), b.to_string())).unwrap();
    let missed = all.parse::<usize>().unwrap() - fits.parse::<usize>().unwrap();
    let seeds = format!("{:?}", note.args[0].1);
    assert_eq!(seeds.split(", ").count(), missed, "{seeds}");
}

/// Where many ends lie on one another, those that are no critical points are grey and below, and the one looked at is above
/// all.
#[test]
fn marks_of_critical_points_are_not_covered_by_others() {
    let settings = [("scene", "ratio"), ("data", "moons"), ("runs", "10"), ("run", "on"), ("units", "4")];
    let mut lab = lab(&settings);
    finish(&mut *lab);
    let marks = |lab: &dyn Lab| -> Vec<(bool, Ink)> {
        let front = lab.figures().remove(0).front.into_iter();
        front
            .filter_map(|l| if let Layer::Mark { hollow, ink, .. } = l { Some((hollow, ink)) } else { None })
            .collect()
    };
    let seen = marks(&*lab);
    let open = seen.iter().filter(|(hollow, _)| *hollow).count();
    assert!(seen.len() == 10 && (1..10).contains(&open), "{seen:?}");
    assert!(seen[..open].iter().all(|mark| *mark == (true, Ink::Muted)), "{seen:?}");
    assert!(seen[open..].iter().all(|mark| *mark == (false, Ink::Curvature)), "{seen:?}");
    lab.drag("pick", [0.5, 0.0]);
    assert_eq!(marks(&*lab).last().unwrap().1, Ink::Point);
}

/// Wherever runs stay hollow the page says why; where none does, it says nothing of it.
#[test]
fn hollow_points_are_explained_where_there_are_some() {
    for (data, objective, expected) in [
        ("moons", "cross-entropy", "remark.infinity"),
        ("moons", "squared-error", "remark.hollow"),
        ("autoencoder", "squared-error", ""),
    ] {
        let settings = [("scene", "ratio"), ("runs", "5"), ("run", "on"), ("units", "3"), ("data", data)];
        let mut lab = lab(&[&settings[..], &[("objective", objective)]].concat());
        finish(&mut *lab);
        let open = lab.csv().contains(",not-critical,");
        let keys: Vec<String> = lab.remarks().iter().map(|r| r.key.to_string()).collect();
        let said = keys.iter().find(|key| ["remark.infinity", "remark.hollow"].contains(&key.as_str()));
        assert_eq!(
            (open, said.map_or("", |key| key)),
            (!expected.is_empty(), expected),
            "{data} {objective}"
        );
    }
}
