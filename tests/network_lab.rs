//! The lab `network`: its opening at a global minimum with ratio ½, live training, spectra, and the minimum-ratio
//! experiment against the known critical points of linear autoencoders.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::figure::{Figure, Layer};
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
    assert_eq!(readout(&*lab, "signs"), "0−   10   1+");
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
        let mut lab =
            lab(&[("data", data), ("epochs", "10"), ("hidden", "1"), ("units", "3"), ("examples", "30")]);
        finish(&mut *lab);
        assert!(!readout(&*lab, "ends").is_empty(), "{data}");
        let first = lab.figures()[0].id;
        let drawn = !matches!(data, "autoencoder" | "digits");
        assert_eq!(first, if drawn { "answers" } else { "loss" }, "{data}");
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

#[test]
fn the_tolerance_moves_the_counts() {
    let mut lab = lab(&[("data", "autoencoder"), ("units", "2")]);
    finish(&mut *lab);
    assert_eq!(readout(&*lab, "signs"), "0−   40   12+", "16 parameters, p² zero");
    let handle = lab.handles().into_iter().find(|h| h.id == "tolerance").unwrap();
    lab.drag("tolerance", [handle.at[0] + 20.0, 0.0]);
    assert_eq!(lab.values().number("tolerance"), 0.1);
    lab.nudge("tolerance", [-1.0, 0.0], true);
    assert!(lab.values().number("tolerance") < 0.02);
}

#[test]
fn large_networks_get_their_spectrum_from_products() {
    let mut lab =
        lab(&[("data", "moons"), ("hidden", "3"), ("units", "24"), ("epochs", "10"), ("examples", "20")]);
    finish(&mut *lab);
    let signs = lab.readouts().into_iter().find(|r| r.id == "signs").unwrap();
    assert_eq!(signs.note.unwrap().key, "network.of.estimated");
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
            ("part", "ratio"),
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
    let mut lab = lab(&[("part", "ratio"), ("runs", "10"), ("run", "on"), ("epochs", "20")]);
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
    assert_eq!(ends(&*lab), 10);
    let table = lab.table().unwrap();
    let counts: f64 = table.rows.iter().map(|r| if let Cell::Number(x) = r.cells[1] { x } else { 0.0 }).sum();
    assert_eq!(counts, 10.0);
    assert_eq!(headline(&*lab), "network.found");
    lab.drag("pick", [0.5, 0.0]);
    assert!(headline(&*lab).starts_with("network.is."));
    assert!(ids(&lab.figures()).contains(&"answers"));
    lab.nudge("pick", [1.0, 0.0], false);
    // Another control in the middle of work leaves nothing of it.
    lab.set("units", "2").unwrap();
    lab.set("seed", "2").unwrap();
    assert_eq!(ends(&*lab), 0);
}

/// What a worker finds is what would have been found here.
#[test]
fn a_worker_finds_the_same() {
    let settings = [
        ("part", "ratio"),
        ("data", "autoencoder"),
        ("units", "1"),
        ("runs", "6"),
        ("run", "on"),
        ("epochs", "20"),
        ("seed", "12345678901234567890"),
    ];
    let mut here = lab(&settings);
    finish(&mut *here);
    let mut page = lab(&settings);
    let mut worker = lab::open("network").unwrap();
    assert!(worker.restore(&page.task().unwrap()).is_empty());
    while page.task().is_some() {
        worker.work(&mut || true);
        let mut calls = 0;
        worker.work(&mut || {
            calls += 1;
            calls > 50
        });
        let found = worker.harvest();
        page.absorb(&found);
        // Broken messages are left alone.
        page.absorb(&found[..found.len().min(5)]);
    }
    assert_eq!(page.csv(), here.csv());
    finish(&mut *page);
}

#[test]
fn the_loss_around_the_notes_minimum_is_flat_along_the_valley() {
    let mut lab = lab(&[("part", "surroundings"), ("span", "0.5")]);
    finish(&mut *lab);
    assert_eq!(ids(&lab.figures()), ["map", "sections", "spectrum", "answers"]);
    lab.set("plane", "random").unwrap();
    finish(&mut *lab);
    assert_eq!(lab.figures()[0].id, "map");
}
