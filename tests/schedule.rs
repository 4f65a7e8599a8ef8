//! The lab `schedule`: its scene, the bound, the floor and the regimes it names, and what it says of them.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::figure::{Ink, Layer};
use saddlescope::lab::{self, Lab};
use saddlescope::optimizer::Family;
use saddlescope::phrase::{Arg, Words};

fn words(language: &str) -> Words {
    let path = format!("{}/www/text/{language}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let pairs: std::collections::HashMap<String, String> = serde_json::from_str(&text).unwrap();
    pairs.into_iter().collect()
}

fn lab(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("schedule").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

/// A column of the table, by schedule.
fn column(lab: &dyn Lab, id: &str) -> Vec<(String, String)> {
    let table = lab.table().unwrap().csv();
    let mut lines = table.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
    let place = lines.next().unwrap().iter().position(|name| name == id).unwrap();
    lines.map(|row| (row[0].clone(), row[place].clone())).collect()
}

fn numbers(lab: &dyn Lab, id: &str) -> Vec<f64> {
    column(lab, id)
        .into_iter()
        .map(|(_, x)| if x.is_empty() { f64::NAN } else { x.parse().unwrap() })
        .collect()
}

#[test]
fn the_lab_opens_on_the_scene_where_decay_pays() {
    let lab = lab(&[]);
    assert_eq!(lab.state(), "");
    let names: Vec<String> = column(&*lab, "last").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["constant", "power-of-ten"]);
    let [constant, decay] = numbers(&*lab, "last")[..] else { panic!() };
    assert!((0.1..0.3).contains(&constant) && decay < 0.01, "{constant} {decay}");
    assert_eq!(lab.headline().unwrap().text.key, "schedule.lowest");
    assert!(words("en").text(&lab.headline().unwrap().text).starts_with("Lowest at the end: η₀·10^(−t/r)"));
    assert_eq!(readout(&*lab, "bound"), "η<0.2");
    assert_eq!(readout(&*lab, "rate"), "η(400) = 1.5×10⁻⁵");
    let kinds: Vec<String> = column(&*lab, "regime").into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, ["oscillating", "good"]);
    let said = words("en").text(&lab.sentence());
    assert!(
        said.starts_with(
            "Gradient descent follows the schedule “η₀·10^(−t/r)” from η₀ = 0.15, with gradient noise 1. "
        ),
        "{said}"
    );
}

#[test]
fn one_click_on_the_noise_turns_the_verdict_round() {
    let mut lab = lab(&[("exponential.show", "on")]);
    lab.act("quiet");
    let [constant, slow, fast] = numbers(&*lab, "last")[..] else { panic!() };
    // Means of the last tenth, so above the last values of the scene: 2e-57, 6e-7, 3e-2.
    assert!(constant < 1e-50 && (5.4e-7..5.7e-7).contains(&slow) && (0.025..0.035).contains(&fast));
    assert!(words("en").text(&lab.headline().unwrap().text).starts_with("Lowest at the end: constant"));
    assert!(lab.remarks().iter().any(|r| r.key == "remark.decay-costs"));
    assert!(lab.remarks().iter().any(|r| r.key == "remark.tensorflow"));
    assert_eq!(readout(&*lab, "floor"), "");
    lab.act("quiet");
    assert_eq!(lab.values().number("noise"), 1.0);
    assert!(!readout(&*lab, "floor").is_empty());
}

#[test]
fn the_floor_of_a_constant_rate_is_marked_on_the_loss() {
    let lab = lab(&[("schedule", "constant"), ("power-of-ten.show", "on"), ("t", "7")]);
    assert_eq!(readout(&*lab, "floor"), "L = 0.191", "0.15/(2·0.5) + 0.15/(2·1.85)");
    let figures = lab.figures();
    let loss = figures.iter().find(|f| f.id == "loss").unwrap();
    let floor = 0.15f64 / 1.0 + 0.15 / 3.7;
    let marked = loss.front.iter().any(|layer| match layer {
        Layer::Line { points, .. } => {
            points.len() == 401 && points.iter().all(|p| (p[1] - floor.log10()).abs() < 1e-12)
        }
        _ => false,
    });
    assert!(marked);
    // No floor at or above the bound, none for a method without a formula.
    for settings in
        [[("eta", "0.2"), ("schedule", "constant")], [("method", "adam"), ("schedule", "constant")]]
    {
        assert_eq!(readout(&*self::lab(&settings), "floor"), "");
    }
}

#[test]
fn the_bound_is_the_methods_own_or_nothing() {
    for (method, bound) in
        [("gradient-descent", "η<0.2"), ("momentum", "η<0.38"), ("nesterov", "η<0.136"), ("adam", "")]
    {
        assert_eq!(readout(&*lab(&[("method", method)]), "bound"), bound, "{method}");
    }
    let label = |lab: &dyn Lab| lab.readouts().iter().find(|r| r.id == "bound").unwrap().label.key.clone();
    assert_eq!(label(&*lab(&[])), "readout.bound.exact");
    assert_eq!(label(&*lab(&[("loss", "himmelblau"), ("eta", "0.01")])), "readout.bound.local");
    assert_eq!(label(&*lab(&[("loss", "x^2+2y^2+x*y+x")])), "readout.bound.exact");
}

#[test]
fn regimes_and_ends_are_told_in_the_table() {
    for (rate, want) in
        [("0.002", "too-small"), ("0.05", "good"), ("0.17", "oscillating"), ("0.25", "diverging")]
    {
        let lab = lab(&[("schedule", "constant"), ("eta", rate)]);
        assert_eq!(column(&*lab, "regime"), [("constant".to_string(), want.to_string())]);
        assert_eq!(numbers(&*lab, "last")[0].is_nan(), want == "diverging");
    }
    let lab = lab(&[("schedule", "constant"), ("loss", "saddle"), ("eta", "0.1")]);
    assert_eq!(column(&*lab, "regime")[0].1, "unbounded");
}

#[test]
fn where_no_rate_converges_no_bound_is_claimed() {
    for settings in [&[("loss", "saddle")] as &[_], &[("loss", "quadratic"), ("quadratic.l1", "-1")]] {
        let lab = lab(settings);
        let said = lab.readouts().into_iter().find(|r| r.id == "bound").unwrap();
        assert_eq!(said.label.key, "readout.bound.none");
        assert!(said.math.plain().starts_with("λ_1 = −"), "{}", said.math.plain());
        let rates = lab.figures().into_iter().find(|f| f.id == "rate").unwrap();
        let dashed = |l: &Layer| matches!(l, Layer::Line { stroke, .. } if stroke.ink == Ink::Curvature);
        assert!(!rates.front.iter().any(dashed));
    }
}

#[test]
fn a_step_above_the_bound_at_the_start_that_settles_is_told() {
    let scene = [("loss", "one-datum"), ("at", "2,0.2"), ("schedule", "constant"), ("eta", "0.3")];
    let quiet = lab(&[&scene[..], &[("noise", "0")]].concat());
    let said = quiet.remarks().into_iter().find(|r| r.key == "remark.flatter").unwrap();
    let bound = said.args.iter().find(|(name, _)| *name == "bound").unwrap();
    assert!(matches!(bound.1, Arg::Number(x, _) if (x - 0.2494).abs() < 1e-4), "{bound:?}");
    let label = quiet.readouts().into_iter().find(|r| r.id == "bound").unwrap().label;
    assert_eq!(words("en").text(&label), "local stability bound at the lowest point");
    assert!(lab(&scene).remarks().iter().all(|r| r.key != "remark.flatter"), "with noise it proves nothing");
}

/// Every loss of the list opens with a rate at which something can be seen, and the link leaves it out.
#[test]
fn a_loss_brings_its_own_rate() {
    assert_eq!(lab(&[("loss", "quadratic")]).values().number("eta"), 0.15);
    let lab = lab(&[("loss", "rosenbrock")]);
    let eta = lab.values().number("eta");
    assert!((5e-4..1.33e-3).contains(&eta), "{eta}");
    assert!(numbers(&*lab, "last").iter().all(|last| last.is_finite()), "{}", lab.csv());
    assert_eq!(lab.state(), "loss=rosenbrock");
    let mut again = lab::open("schedule").unwrap();
    again.restore("loss=rosenbrock");
    assert_eq!(again.values().number("eta"), eta);
}

#[test]
fn a_floor_is_marked_only_where_the_run_stays() {
    let lab = lab(&[("loss", "rosenbrock"), ("eta", "0.15")]);
    assert!(numbers(&*lab, "last").iter().all(|last| last.is_nan()));
    assert_eq!(readout(&*lab, "floor"), "");
}

#[test]
fn sums_and_what_they_mean() {
    let lab = lab(&[("schedule", "power-of-ten"), ("power-of-ten.period", "20"), ("noise", "0")]);
    let sum = 0.15 / (1.0 - 0.1f64.powf(0.05));
    assert!((numbers(&*lab, "sum")[1] - sum).abs() < 1e-12);
    assert!((numbers(&*lab, "sum")[0] - 60.0).abs() < 1e-9);
    assert!((numbers(&*lab, "squares")[0] - 9.0).abs() < 1e-9);
    let sums = lab.readouts().into_iter().find(|r| r.id == "sums").unwrap();
    assert_eq!(sums.note.unwrap().key, "tail.freezes");
    // PyTorch's cosine comes up again when it has come down.
    let note =
        |lab: &dyn Lab| lab.readouts().into_iter().find(|r| r.id == "sums").and_then(|r| r.note).unwrap().key;
    assert_eq!(note(&*self::lab(&[("schedule", "cosine")])), "tail.returns");
    assert_eq!(note(&*self::lab(&[("schedule", "constant")])), "tail.keeps");
    // What is left along the flat direction is what the loss is made of: ½·0.237² = 0.028.
    assert_eq!(readout(&*lab, "kept"), "Π(1−ηλ_1) = 0.237");
}

#[test]
fn only_the_parameters_of_the_chosen_schedule_and_method_are_shown() {
    let mut lab = lab(&[]);
    assert!(lab.shown("power-of-ten.period") && !lab.shown("exponential.period"));
    assert!(!lab.shown("power-of-ten.show") && lab.shown("constant.show"), "the chosen one is drawn anyway");
    lab.set("schedule", "cosine").unwrap();
    assert!(lab.shown("cosine.dialect") && lab.shown("cosine.end") && !lab.shown("cosine.alpha"));
    lab.set("cosine.dialect", "keras").unwrap();
    assert!(!lab.shown("cosine.end") && lab.shown("cosine.alpha"));
    assert!(!lab.shown("momentum.momentum"));
    lab.set("method", "momentum").unwrap();
    assert!(lab.shown("momentum.momentum") && lab.values().get("momentum.rate").is_none());
}

#[test]
fn every_schedule_is_drawn_beside_the_others() {
    let mut lab = lab(&[("steps", "100")]);
    for family in Family::ALL {
        let _ = lab.set(&format!("{}.show", family.id()), "on");
    }
    assert_eq!(lab.table().unwrap().rows.len(), Family::ALL.len());
    for figure in lab.figures().iter().filter(|f| f.id != "map") {
        let lines =
            figure.front.iter().filter(|l| matches!(l, Layer::Line { points, .. } if points.len() == 101));
        assert!(lines.count() >= Family::ALL.len(), "{}", figure.id);
    }
    assert_eq!(lab.csv().lines().filter(|l| l.starts_with("cosine,")).count(), 102);
}

#[test]
fn predict_first_hides_the_runs_until_the_guess() {
    let mut lab = lab(&[("predict", "on")]);
    let ids = |lab: &dyn Lab| lab.figures().iter().map(|f| f.id).collect::<Vec<_>>();
    assert_eq!(ids(&*lab), ["rate", "map"]);
    assert!(lab.table().is_none() && readout(&*lab, "run").is_empty());
    let said = words("en").text(&lab.sentence());
    assert!(!said.contains("lowest"), "{said}");
    lab.set("guess", "decay").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right");
    // Without noise the question is a new one, and its answer the other.
    lab.act("quiet");
    assert_eq!(lab.headline().unwrap().text.key, "schedule.ask");
    lab.set("guess", "decay").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.wrong");
}

#[test]
fn the_cursor_is_one_on_both_curves() {
    let mut lab = lab(&[]);
    lab.drag("t-loss", [123.4, 0.0]);
    assert_eq!(lab.values().number("t"), 123.0);
    lab.nudge("t", [1.0, 0.0], false);
    assert_eq!(lab.values().number("t"), 124.0);
    let at: Vec<f64> = lab.handles().iter().filter(|h| h.id != "theta").map(|h| h.at[0]).collect();
    assert_eq!(at, [124.0, 124.0]);
    lab.set("steps", "100").unwrap();
    assert_eq!(lab.values().number("t"), 100.0);
    lab.drag("theta", [0.5, -1.0]);
    assert_eq!(lab.values().point("at"), [0.5, -1.0]);
}

#[test]
fn the_runs_play_step_and_scrub_and_the_link_rests() {
    let mut lab = lab::open("schedule").unwrap();
    let t = |lab: &dyn Lab| lab.values().number("t");
    lab.act("play");
    assert_eq!((t(&*lab), lab.label("play").key.as_ref()), (0.0, "control.pause"));
    assert!(lab.advance(0.5) && t(&*lab) == 10.0);
    lab.act("step");
    assert_eq!((t(&*lab), lab.label("play").key.as_ref()), (11.0, "control.play"));
    assert!(!lab.advance(0.5));
    lab.drag("t", [200.4, 0.0]);
    lab.act("step-back");
    assert_eq!((t(&*lab), lab.state().as_str()), (199.0, "t=199"));
    lab.set("steps", "100").unwrap();
    assert_eq!(lab.state(), "steps=100", "what was beyond the end is at the end");
}
