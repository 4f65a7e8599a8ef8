//! A run that diverges stops at its last finite step, and every lab with runs says at which, and why: the rate against
//! its bound where that is known. The steps are counted here by hand.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::derivative::jet;
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::loss::{Landscape, Loss};
use saddlescope::phrase::Words;

fn words() -> Words {
    let text: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(include_str!("../www/text/en.json")).unwrap();
    text.into_iter().map(|(key, text)| (key, text.as_str().unwrap().to_string())).collect()
}

fn open(id: &str, state: &str) -> Box<dyn Lab> {
    let mut lab = lab::open(id).unwrap();
    let said = lab.restore(state);
    assert!(said.is_empty(), "{id}?{state}: {said:?}");
    while lab.work(&mut || false).is_some() {}
    lab
}

/// A cell of the table in words.
fn cell(lab: &dyn Lab, row: &str, column: &str) -> String {
    let table = lab.table().unwrap();
    let place = table.columns.iter().position(|(id, _)| *id == column).unwrap();
    let is = |cell: &Cell| matches!(cell, Cell::Words(id, _) if *id == row);
    match &table.rows.iter().find(|r| is(&r.cells[0])).unwrap().cells[place] {
        Cell::Words(_, phrase) => words().text(phrase),
        other => panic!("{row}, {column}: {other:?}"),
    }
}

/// A readout and its note in words.
fn readout(lab: &dyn Lab, id: &str) -> (String, String) {
    let readout = lab.readouts().into_iter().find(|r| r.id == id).unwrap();
    (readout.math.plain(), readout.note.map(|note| words().text(&note)).unwrap_or_default())
}

fn headline(lab: &dyn Lab) -> [String; 2] {
    let headline = lab.headline().unwrap();
    [headline.text, headline.reason].map(|phrase| words().text(&phrase))
}

/// The last step of gradient descent that stays within `size`.
fn last_finite(loss: &Loss, start: [f64; 2], rate: f64, size: f64) -> usize {
    let mut theta = start;
    for t in 0.. {
        let g = jet(loss, theta).gradient;
        theta = [theta[0] - rate * g[0], theta[1] - rate * g[1]];
        if !theta.iter().all(|w| w.abs() <= size) {
            return t;
        }
    }
    0
}

/// The quadratic that a lab shows.
fn quadratic(lab: &dyn Lab) -> Loss {
    let parameters = ["quadratic.l1", "quadratic.l2", "quadratic.phi"].map(|id| lab.values().number(id));
    Loss::with_parameters(Landscape::Quadratic, &parameters).unwrap()
}

#[test]
fn in_the_race_the_run_and_the_table_say_step_and_bound() {
    let lab = open("race", "tuned=off&gradient-descent.rate=0.21&steps=1000&focus=gradient-descent&t=1000");
    let last = last_finite(&quadratic(&*lab), [-1.0, 1.5], 0.21, 1e12);
    assert!((100..1000).contains(&last));
    let why = format!("η = 0.21 against a bound of 0.2; the last finite step is {last}");
    let (math, note) = readout(&*lab, "run");
    assert_eq!(note, why);
    assert!(math.starts_with(&format!("t = {last} ")), "{math}");
    assert_eq!(cell(&*lab, "gradient-descent", "outcome"), format!("diverges: {why}"));
}

#[test]
fn in_the_race_other_ways_out_have_other_reasons() {
    let falls = open("race", "loss=x^2-y^2&tuned=off&gradient-descent.rate=0.5&focus=gradient-descent");
    let last = last_finite(&Loss::parse("x^2-y^2").unwrap(), falls.values().point("at"), 0.5, 1e12);
    let why = format!("L falls without bound; the last finite step is {last}");
    assert_eq!(readout(&*falls, "run").1, why);
    assert_eq!(cell(&*falls, "gradient-descent", "outcome"), format!("diverges: {why}"));
    // 0.5 − 0.3·2 < 0: one step leads out of the domain, which is no divergence.
    let leaves = "loss=log(x)%2By^2&at=0.5,1&tuned=off&gradient-descent.rate=0.3&focus=gradient-descent";
    let leaves = open("race", leaves);
    let why = "L is not defined where the next step leads; the last finite step is 0";
    assert_eq!(readout(&*leaves, "run").1, why);
    assert_eq!(cell(&*leaves, "gradient-descent", "outcome"), why);
    let singular = open("race", "focus=newton&newton=on&loss=x^4%2By^4&at=0,0.5");
    assert_eq!(cell(&*singular, "newton", "outcome"), "H is singular after step 0");
    assert_eq!(readout(&*singular, "run").1, "H is singular after step 0");
    let nowhere = open("race", "loss=log(x)%2By^2&at=-1,0");
    assert_eq!(cell(&*nowhere, "adam", "outcome"), "L is not defined at the start");
}

#[test]
fn in_schedule_headline_run_and_table_say_step_and_bound() {
    let quiet = open("schedule", "eta=0.25&noise=0&schedule=constant");
    let last = last_finite(&quadratic(&*quiet), quiet.values().point("at"), 0.25, 1e12);
    let why = format!("η = 0.25 against a bound of 0.2; the last finite step is {last}");
    assert_eq!(headline(&*quiet), ["Schedule “constant”: diverges".to_string(), why.clone()]);
    assert_eq!(readout(&*quiet, "run").1, why, "the cursor stands beyond the last step");
    assert_eq!(cell(&*quiet, "constant", "regime"), format!("diverges: {why}"));
    // Beside one that stays it says so too.
    let beside = open("schedule", "eta=0.25&noise=0");
    assert_eq!(cell(&*beside, "constant", "regime"), format!("diverges: {why}"));
}

#[test]
fn in_escape_the_run_says_step_and_bound() {
    let lab = open("escape", "rate=1");
    // A million times the view, which is a few units wide: the run leaves by powers of three.
    let last = last_finite(&Loss::notes(), lab.values().point("at"), 1.0, 3e6);
    let (_, note) = readout(&*lab, "run");
    let end = format!("; the last finite step is {last}");
    assert!(note.starts_with("η = 1 against a bound of ") && note.ends_with(&end), "{note}");
    // A run that stays says nothing of the kind.
    assert_eq!(readout(&*open("escape", ""), "run").1, "");
}

#[test]
fn in_fate_the_run_on_show_says_step_and_bound() {
    let lab = open("fate", "gradient-descent.rate=0.1&grid=64");
    assert_eq!(headline(&*lab)[0], "This run: diverged");
    let (_, note) = readout(&*lab, "run");
    // The map ends 5 from its middle: a thousand times its width.
    let himmelblau = Loss::landscape(Landscape::Himmelblau);
    let last = last_finite(&himmelblau, lab.values().point("at"), 0.1, 1e4);
    let end = format!("; the last finite step is {last}");
    assert!(note.starts_with("η = 0.1 against a bound of ") && note.ends_with(&end), "{note}");
    assert_eq!(readout(&*open("fate", "grid=64"), "run").1, "");
}

#[test]
fn in_batch_every_run_that_diverges_says_step_and_reason() {
    let lab = open("batch", "eta=10");
    let cars = saddlescope::lab::open("batch").unwrap();
    assert_eq!(cars.values().number("batch-size"), 10.0);
    for (run, steps) in [("full", 1), ("mini", 5), ("single", 50)] {
        let said = cell(&*lab, run, "last");
        let last = said.strip_prefix("diverges: η = 10 against a bound of 2; the last finite step is ");
        // All are gone within 20 epochs, and none before its first step.
        let last: usize = last.unwrap_or_else(|| panic!("{run}: {said}")).parse().unwrap();
        assert!((1..20 * steps).contains(&last), "{run}: {said}");
    }
    let [text, reason] = headline(&*lab);
    assert_eq!(text, "All runs diverge");
    assert!(reason.starts_with("η = 10 against a bound of 2; the last finite step is "), "{reason}");
    // Below 2/λmax the full batch stays, and single examples are thrown out by what tells them apart.
    let lab = open("batch", "eta=1.9");
    let said = cell(&*lab, "single", "last");
    assert!(said.starts_with("diverges: L was thrown out by the noise; the last finite step is "), "{said}");
}

#[test]
fn in_network_the_headline_says_epoch_and_rate() {
    let lab = open("network", "gradient-descent.rate=10");
    let [text, reason] = headline(&*lab);
    assert_eq!(text, "Training diverged");
    assert_eq!(reason, "Epoch 1 is the last whose loss is below 10⁶ times the first; η = 10");
    // At an epoch before, it is what the point is that counts.
    let before = open("network", "gradient-descent.rate=10&t=0");
    assert_ne!(headline(&*before)[0], "Training diverged");
}

/// Newton's method without a step was once said to have diverged.
#[test]
fn in_network_a_singular_hessian_is_no_divergence() {
    let lab = open("network", "method=newton&init=zero&data=xor&units=2");
    let [text, reason] = headline(&*lab);
    assert_eq!(text, "Newton has no step here: H is singular");
    assert!(reason.to_lowercase().starts_with("epoch 0 is the last"), "{reason}");
    // At a critical point that is what counts: on the notes' network H is singular at every minimum.
    let arrived = open("network", "");
    assert_ne!(headline(&*arrived)[0], text);
}

#[test]
fn in_vanishing_the_table_says_step_and_reason() {
    let lab = open("vanishing", "rate=10&scale=5&depth=8&seeds=2");
    assert_eq!(cell(&*lab, "relu", "loss"), "diverges: η is too large; the last finite step is 0");
}

/// The steps of a run may be over while it still rises: then it is said how far it has come.
#[test]
fn a_run_that_still_rises_at_its_end_says_how_far_and_why() {
    let lab = open("schedule", "schedule=constant&eta=0.21&noise=0&steps=100");
    let loss = |text: &str| text.rsplit(' ').next().unwrap().to_string();
    let [text, reason] = headline(&*lab);
    assert_eq!(text, "Schedule “constant”: diverges");
    let why = "η = 0.21 against a bound of 0.2; by step 100 L has risen to ";
    // ½·10·w₂² grows by 1.1² a step.
    let start = lab.values().point("at")[1];
    let end = 5.0 * (start * 1.1f64.powi(100)).powi(2);
    let said = format!("{why}{}", saddlescope::phrase::number(end, 3));
    assert_eq!(reason, said);
    assert_eq!(readout(&*lab, "run").1, said);
    assert_eq!(cell(&*lab, "constant", "regime"), format!("diverges: {said}"));
    let race = open("race", "tuned=off&gradient-descent.rate=0.21&focus=gradient-descent");
    let note = readout(&*race, "run").1;
    assert!(note.starts_with(why) && loss(&note).contains('×'), "{note}");
    assert_eq!(cell(&*race, "gradient-descent", "outcome"), format!("diverges: {note}"));
}
