//! Leaving a saddle: the scene of the lab `escape`, the table of who leaves from where, and theory against runs.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::figure::{Frame, Ink, Layer, Stroke};
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::loss::Loss;
use saddlescope::optimizer::{
    Dialect, Limits, Method, Optimizer, Run, Schedule, Setup, escape_factor, escape_time,
};

const WAYS: [&str; 5] = ["gradient-descent", "noise", "momentum", "negative-curvature", "saddle-free-newton"];

fn escape(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("escape").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

/// A cell of the table: the step, or NaN for "stays".
fn cell(lab: &dyn Lab, way: &str, column: &str) -> f64 {
    let table = lab.table().unwrap();
    let place = table.columns.iter().position(|(id, _)| *id == column).unwrap();
    let row = table.rows.iter().find(|r| matches!(r.cells[0], Cell::Words(id, _) if id == way)).unwrap();
    match &row.cells[place] {
        Cell::Number(x) => *x,
        Cell::Words("stays", _) => f64::NAN,
        other => panic!("{other:?}"),
    }
}

fn stays(lab: &dyn Lab, column: &str) -> Vec<&'static str> {
    WAYS.into_iter().filter(|way| cell(lab, way, column).is_nan()).collect()
}

#[test]
fn the_opening_run_approaches_first_and_then_jumps() {
    let lab = escape(&[]);
    assert_eq!(lab.values().point("at"), [1.0, -0.999]);
    assert_eq!(lab.values().number("rate"), 0.1);
    assert_eq!(readout(&*lab, "dip"), "‖g‖ = 5.65→0.057→1.09");
    assert_eq!(readout(&*lab, "saddle"), "θ^* = (0, 0)   λ_1 = −2   u = (0.707, 0.707)");
    assert!(readout(&*lab, "distance").starts_with("δ = 0.000707"), "{}", readout(&*lab, "distance"));
    assert_eq!(lab.state(), "");
}

#[test]
fn predicted_and_measured_escape_times_agree() {
    // 1, −0.999 comes from where H is steeper; near the saddle theory is good to three steps.
    for start in ["1,-0.999", "0.3,-0.2999", "0.01,-0.0099", "0.0001,0.0001"] {
        let lab = escape(&[("at", start), ("steps", "200")]);
        for way in ["gradient-descent", "momentum", "saddle-free-newton", "negative-curvature"] {
            let (here, expected) = (cell(&*lab, way, "here"), cell(&*lab, way, "expected"));
            let most = if start.starts_with('1') { 6.0 } else { 3.5 };
            assert!((here - expected).abs() <= most, "{start} {way}: {here} against {expected}");
        }
    }
    let eta = 0.1;
    let own = eta * 0.05 / (1.44f64 - 1.0).sqrt();
    let lab = escape(&[("at", "0,0")]);
    let expected = cell(&*lab, "noise", "expected");
    assert!((expected - (0.4 / own).ln() / 1.2f64.ln()).abs() < 0.06, "{expected}");
    // An order of magnitude, over many seeds: e^±1 in δ is ±5.5 steps.
    let mean = (0..40)
        .map(|seed| cell(&*escape(&[("at", "0,0"), ("seed", &seed.to_string())]), "noise", "here"))
        .sum::<f64>()
        / 40.0;
    assert!((mean - expected).abs() < 6.0, "{mean} against {expected}");
}

#[test]
fn who_leaves_from_where_on_the_notes_network() {
    let lab = escape(&[]);
    assert_eq!(stays(&*lab, "saddle"), ["gradient-descent", "momentum", "saddle-free-newton"]);
    assert_eq!(stays(&*lab, "line"), ["gradient-descent", "momentum", "saddle-free-newton"]);
    assert!(stays(&*lab, "near").is_empty());
    // Computed, not written down: without noise the noisy run is plain descent.
    let lab = escape(&[("noise", "0")]);
    assert_eq!(stays(&*lab, "saddle"), ["gradient-descent", "noise", "momentum", "saddle-free-newton"]);
}

#[test]
fn the_buttons_put_the_start_where_they_say() {
    let mut lab = escape(&[]);
    lab.act("at-saddle");
    assert_eq!(lab.values().point("at"), [0.0, 0.0]);
    assert_eq!(lab.headline().unwrap().text.args[0].1, saddlescope::phrase::Arg::Count(2));
    lab.act("at-line");
    assert_eq!(lab.values().point("at"), [1.0, -1.0]);
    assert!(cell(&*lab, "gradient-descent", "here").is_nan());
    lab.act("at-near");
    assert!(cell(&*lab, "gradient-descent", "here") > 20.0);
}

#[test]
fn other_losses_bring_their_saddles_and_units() {
    let mut lab = escape(&[("loss", "himmelblau")]);
    assert!(lab.shown("saddle"));
    let kind = lab.values().controls().iter().find(|c| c.id == "saddle").unwrap().kind.clone();
    assert!(matches!(kind, lab::Kind::Slider { max: 4.0, .. }), "{kind:?}");
    for k in 1..=4 {
        lab.set("saddle", &k.to_string()).unwrap();
        assert_eq!(stays(&*lab, "saddle"), ["gradient-descent", "momentum", "saddle-free-newton"], "{k}");
        assert_eq!(stays(&*lab, "near"), [""; 0], "{k}");
        // The opening is beside the stable line, which is curved here: the gradient shrinks before it grows.
        assert!(
            readout(&*lab, "dip").contains('→'),
            "{k}: {:?} {:?}",
            lab.readouts().iter().map(|r| r.math.plain()).collect::<Vec<_>>(),
            lab.values().state()
        );
    }
    let typed = escape(&[("loss", "sin(x)+cos(y)")]);
    assert!(typed.values().number("saddle") >= 1.0 && typed.shown("at-saddle"));
    let count = |lab: &dyn Lab| match lab
        .values()
        .controls()
        .iter()
        .find(|c| c.id == "saddle")
        .map(|c| c.kind.clone())
    {
        Some(lab::Kind::Slider { max, .. }) if lab.shown("at-saddle") => max,
        _ => 0.0,
    };
    // In [−2, 2]²: x = ±π/2, y = 0, where sin and cos bend opposite ways.
    assert_eq!(count(&*typed), 1.0);
    // A degenerate saddle counts where there is no other; a degenerate minimum does not.
    assert_eq!(count(&*escape(&[("loss", "monkey-saddle")])), 1.0);
    assert_eq!(count(&*escape(&[("loss", "quartic-saddle")])), 1.0);
    assert_eq!(count(&*escape(&[("loss", "quartic-bowl")])), 0.0);
    assert!(count(&*escape(&[("loss", "rastrigin")])) > 100.0);
    let none = escape(&[("loss", "x^2+y^2")]);
    assert_eq!(none.headline().unwrap().text.key, "escape.no-saddle");
    assert!(none.table().is_none() && !none.shown("at-saddle"));
}

#[test]
fn one_layer_more_takes_the_way_out_of_the_hessian() {
    let lab = escape(&[("layers", "3")]);
    assert!(readout(&*lab, "saddle").ends_with("λ_1 = 0"), "{}", readout(&*lab, "saddle"));
    assert!(readout(&*lab, "expected").is_empty(), "no λ, no prediction by it");
    // The negative-curvature step has nothing to go by at the origin.
    let stuck = ["gradient-descent", "momentum", "negative-curvature", "saddle-free-newton"];
    assert!(stuck.iter().all(|way| cell(&*lab, way, "saddle").is_nan()));
    let Frame::Plane(plane) = &lab.figures()[0].frame else { panic!() };
    assert_eq!(plane.y.name, saddlescope::phrase::Phrase::verbatim("w₂ = w₃"));
    // From the diagonal dw/dt = 2w²: 1/(2η)·(1/0.1 − 1/w) steps until L = 0.9.
    let out = 1.0 - 0.9f64.sqrt();
    let expected = (1.0 / 0.1 - 1.0 / out.cbrt()) / 0.2;
    let here = cell(&*lab, "gradient-descent", "here");
    assert!((here - expected).abs() < 4.0, "{here} against {expected}");
    // Ten times nearer takes ten times as long, not log 10 more.
    let slow = escape(&[("layers", "3"), ("at", "0.01,0.01"), ("steps", "1000")]);
    let here = cell(&*slow, "gradient-descent", "here");
    assert!((here / (1.0 / 0.01 - 1.0 / out.cbrt()) * 0.2 - 1.0).abs() < 0.05, "{here}");
}

#[test]
fn one_flat_curve_has_four_causes() {
    let lines = |lab: &dyn Lab| match &lab.figures()[0].front[1] {
        Layer::Line { points, .. } => points.clone(),
        other => panic!("{other:?}"),
    };
    let mut seen = Vec::new();
    for round in 1..=4 {
        let mut lab = escape(&[("scene", "which"), ("round", &round.to_string())]);
        assert_eq!(lab.figures().len(), 1, "nothing but the curve before the answer");
        assert!(lab.table().is_none() && lab.readouts().is_empty());
        assert!(!lab.csv().contains("minimum"));
        let curve = lines(&*lab);
        assert_eq!(curve.len(), 31);
        for [t, l] in curve {
            let want = 0.5 + 0.25 * 0.64f64.powf(t);
            assert!((l - want).abs() < 1e-4, "{round}: L({t}) = {l}, not {want}");
        }
        lab.set("guess", "minimum").unwrap();
        assert_eq!(lab.figures().len(), 3);
        let headline = lab.headline().unwrap();
        let right = headline.reason.key == "verdict.guess.right";
        assert_eq!(right, headline.text.key == "escape.which.is.minimum");
        seen.push(headline.text.key.into_owned());
        // What the table says of each.
        for (cause, flat, falls) in [
            ("minimum", true, false),
            ("saddle", true, true),
            ("plateau", true, false),
            ("bouncing", false, false),
        ] {
            assert_eq!(cell_of(&*lab, cause, "norm") < 0.01, flat, "{cause}");
            assert_eq!(cell_of(&*lab, cause, "later") < 0.1, falls, "{cause}");
        }
        lab.act("another");
        assert_eq!(lab.figures().len(), 1, "a new question is open");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4, "{seen:?}");
}

/// A link restores the number of the curve before the guess, which a new curve takes back.
#[test]
fn a_link_keeps_the_guess() {
    let lab = escape(&[("scene", "which"), ("round", "2"), ("guess", "plateau")]);
    let mut again = escape(&[]);
    assert!(again.restore(&lab.state()).is_empty());
    assert_eq!(again.state(), lab.state());
    assert_eq!(again.values().choice("guess"), "plateau");
}

fn cell_of(lab: &dyn Lab, row: &str, column: &str) -> f64 {
    cell(lab, row, column)
}

#[test]
fn the_cursor_is_one_on_both_curves() {
    let mut lab = escape(&[]);
    lab.drag("t", [33.4, 0.0]);
    assert_eq!(lab.values().number("t"), 33.0);
    lab.nudge("t-norm", [1.0, 0.0], false);
    assert_eq!(lab.values().number("t"), 34.0);
    let handles = lab.handles();
    let at = |id: &str| handles.iter().find(|h| h.id == id).unwrap().at[0];
    assert_eq!((at("t"), at("t-norm")), (34.0, 34.0));
}

/// On a quadratic saddle of any axes and any dimension the step is what the file of the method says.
#[test]
fn the_negative_curvature_step() {
    let loss = Loss::parse("x^2 - 2*y^2 + x*y").unwrap();
    let make = |below: f64| {
        Optimizer::new(Method::NegativeCurvature, Dialect::Notes, &[("below", below)], 2).unwrap()
    };
    let jet = saddlescope::derivative::jet(&loss, [0.0, 0.0]);
    let curvature = saddlescope::critical::Curvature::of(jet.hessian).unwrap();
    let ([l, _], [u, _]) = (curvature.lambda, curvature.v);
    // At the saddle itself: along +u.
    let mut theta = [0.0, 0.0];
    make(0.1).advance(&mut &loss, &mut theta, 0.1.into());
    for i in 0..2 {
        assert!((theta[i] - 0.1 * -l * u[i]).abs() < 1e-15, "{theta:?}");
    }
    // On either side: away from it, and never back.
    for side in [-1e-3, 1e-3] {
        let mut theta = [side * u[0], side * u[1]];
        make(0.1).advance(&mut &loss, &mut theta, 0.1.into());
        let along = theta[0] * u[0] + theta[1] * u[1];
        assert!((along - side * (1.0 - 0.1 * l) - side.signum() * 0.1 * -l).abs() < 1e-15, "{along}");
    }
    // Where the gradient is large it is gradient descent, to the last digits.
    let (mut a, mut b) = ([0.7, -0.4], [0.7, -0.4]);
    make(0.1).advance(&mut &loss, &mut a, 0.05.into());
    Optimizer::new(Method::GradientDescent, Dialect::Notes, &[], 2).unwrap().advance(
        &mut &loss,
        &mut b,
        0.05.into(),
    );
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-15), "{a:?} {b:?}");
    // At a minimum it stays.
    let bowl = Loss::parse("x^2 + 3*y^2").unwrap();
    let mut theta = [0.0, 0.0];
    make(10.0).advance(&mut &bowl, &mut theta, 0.1.into());
    assert_eq!(theta, [0.0, 0.0]);
}

#[test]
fn factors_are_those_of_runs_on_a_quadratic_saddle() {
    let loss = Loss::parse("(3*x^2 - 0.7*y^2)/2").unwrap();
    for method in [Method::GradientDescent, Method::Momentum, Method::SaddleFreeNewton] {
        for rate in [0.01, 0.1, 0.5] {
            let optimizer = Optimizer::new(method, Dialect::Notes, &[], 2).unwrap();
            let factor = escape_factor(&optimizer, -0.7, rate).unwrap();
            let limits = Limits { steps: 400, size: 1e300, ..Limits::default() };
            let schedule = Schedule::constant(rate);
            let setup = Setup { optimizer, schedule, noise: None, delay: 0, limits };
            let mut run = Run::new(setup, &mut &loss, &[0.0, 1e-9]);
            run.finish(&mut &loss);
            let [a, b] = [run.steps() - 1, run.steps()].map(|t| run.record(t).unwrap().theta[1]);
            assert!((b / a / factor - 1.0).abs() < 1e-9, "{method:?} {rate}: {} {factor}", b / a);
        }
    }
    assert_eq!(escape_time(0.1, 0.8, 2.0), 3.0);
    assert_eq!(escape_time(1.0, 0.5, 2.0), 0.0);
    assert_eq!(escape_time(0.0, 0.5, 2.0), f64::INFINITY);
}

/// A start moved to another saddle is measured against that one, and one that is near none is said to be outside.
#[test]
fn the_saddle_looked_at_is_the_nearest() {
    let mut lab = escape(&[("loss", "himmelblau")]);
    assert_eq!(lab.values().number("saddle"), 1.0);
    lab.drag("theta", [0.0867, 2.88]);
    assert!(readout(&*lab, "saddle").contains("0.0867"), "{}", readout(&*lab, "saddle"));
    let mut again = escape(&[]);
    assert!(again.restore(&lab.state()).is_empty());
    assert_eq!((again.state(), again.readouts()), (lab.state(), lab.readouts()));
    lab.drag("theta", [4.9, 4.9]);
    assert_eq!(lab.headline().unwrap().text.key, "escape.outside");
    assert!(cell(&*lab, "gradient-descent", "here").is_nan());
    // Whoever chose a saddle keeps it, where the start is near.
    lab.set("saddle", "3").unwrap();
    assert_eq!(lab.values().number("saddle"), 3.0);
}

/// "Stays" means that it stays: what leaves after the steps on show has its step in the table.
#[test]
fn who_leaves_later_does_not_stay() {
    let lab = escape(&[("steps", "10")]);
    assert!((cell(&*lab, "gradient-descent", "here") - 34.0).abs() < 0.5);
    assert_eq!(lab.headline().unwrap().reason.key, "escape.leave.one");
    let deep = escape(&[("layers", "3"), ("at", "0,0")]);
    assert_eq!(cell(&*deep, "noise", "here"), cell(&*deep, "noise", "saddle"));
    assert_eq!(deep.headline().unwrap().reason.key, "escape.stay.later");
}

/// The distance that counts as out is never beyond the next valley: on Rastrigin's function all leave.
#[test]
fn out_is_before_the_next_rise() {
    let lab = escape(&[("loss", "rastrigin")]);
    assert!(lab.headline().unwrap().reason.key == "escape.leave.reason", "{:?}", lab.headline());
    let monkey = escape(&[("loss", "monkey-saddle")]);
    assert!(cell(&*monkey, "gradient-descent", "here") > 5.0);
    // Where there is no saddle nothing is measured.
    let bowl = escape(&[("loss", "quadratic")]);
    assert!(readout(&*bowl, "left").is_empty());
}

/// Theory says when a run that comes near the saddle is out, and nothing of one that flies past.
#[test]
fn no_time_is_expected_of_what_never_comes_near() {
    let lab = escape(&[("rate", "0.5")]);
    assert!(cell(&*lab, "gradient-descent", "expected").is_nan());
    assert!(cell(&*escape(&[]), "gradient-descent", "expected") > 30.0);
}

/// The field of the loss has the formula of the network that is run, not of the one with two layers.
#[test]
fn the_formula_has_as_many_weights_as_the_network_has_layers() {
    assert_eq!(escape(&[]).formula(), None);
    let formula = |settings: &[(&str, &str)]| escape(settings).formula().unwrap();
    assert_eq!(formula(&[("layers", "3")]), "(1-w1*w2*w3)^2");
    let scaled = [("one-datum.a", "2"), ("one-datum.b", "0.5"), ("layers", "5")];
    assert_eq!(formula(&scaled), "(0.5-2*w1*w2*w3*w4*w5)^2");
    // Other losses are no networks, whatever the slider says.
    assert_eq!(escape(&[("layers", "4"), ("loss", "saddle")]).formula(), None);
}

/// What the lab invites to drag the start onto is there as it opens.
#[test]
fn the_stable_line_is_dashed_as_the_lab_opens() {
    let map = escape(&[]).figures().swap_remove(0);
    let dashed = Stroke::dashed(Ink::Positive, 1.5);
    assert!(map.front.iter().any(|l| matches!(l, Layer::Line { stroke, .. } if *stroke == dashed)));
}

#[test]
fn who_leaves_at_one_step_is_told_once() {
    // With β = 0 and no noise heavy ball and the noisy run are gradient descent, and ε is never reached.
    let mut lab = escape(&[("beta", "0"), ("noise", "0"), ("below", "1e-4"), ("newton-rate", "0.2")]);
    assert_eq!(lab.headline().unwrap().reason.key, "escape.leave.reason");
    lab.set("loss", "x^2-y^2").unwrap();
    for (control, value) in
        [("beta", "0"), ("noise", "0"), ("below", "0.0001"), ("newton-rate", "0.2"), ("at", "1,0.01")]
    {
        let _ = lab.set(control, value);
    }
    let steps: Vec<f64> = WAYS.map(|way| cell(&*lab, way, "here")).to_vec();
    assert!(steps.iter().all(|t| *t == steps[0]), "{steps:?}");
    let reason = lab.headline().unwrap().reason;
    assert_eq!(reason.key, "escape.leave.together", "{steps:?}");
    assert_eq!(reason.args[0].1, saddlescope::phrase::Arg::Count(steps[0] as i64));
}

#[test]
fn no_stable_line_is_offered_where_there_is_none() {
    let lab = escape(&[]);
    assert!(lab.shown("at-line"));
    assert_eq!(lab.label("at-line").key, "control.at-line");
    // A network of three layers has none; from weights of opposite signs −g leads to the origin.
    let mut deep = escape(&[("layers", "3")]);
    assert_eq!(deep.label("at-line").key, "escape.at-opposite");
    assert!(deep.table().unwrap().columns.iter().any(|(id, _)| *id == "opposite"));
    deep.act("at-line");
    let [x, y] = deep.values().point("at");
    assert!(x < 0.0 && y > 0.0, "{x}, {y}");
    // H = 0: no direction is stable.
    for loss in ["monkey-saddle", "quartic-saddle"] {
        let lab = escape(&[("loss", loss)]);
        assert!(lab.shown("at-saddle") && !lab.shown("at-line"), "{loss}");
    }
}

/// A run that steps of the wrong size throw away has not left the saddle along its way out.
#[test]
fn to_diverge_is_not_to_leave() {
    let diverges = |lab: &dyn Lab, way: &str, column: &str| {
        let table = lab.table().unwrap();
        let place = table.columns.iter().position(|(id, _)| *id == column).unwrap();
        let row = table.rows.iter().find(|r| matches!(r.cells[0], Cell::Words(id, _) if id == way)).unwrap();
        matches!(row.cells[place], Cell::Words("diverges", _))
    };
    let lab = escape(&[("rate", "10")]);
    for way in ["gradient-descent", "momentum", "noise"] {
        assert!(diverges(&*lab, way, "here") && diverges(&*lab, way, "line"), "{way}");
    }
    assert_eq!(lab.headline().unwrap().reason.key, "escape.leave.one");
    // Newton's steps grow without bound across the way out.
    let lab = escape(&[("loss", "sqrt(x^2+1)-y^2")]);
    assert!(diverges(&*lab, "saddle-free-newton", "here"));
    // Where L has no lower bound, a run that leaves goes on for ever.
    let lab = escape(&[("loss", "x^2-y^2"), ("steps", "1000")]);
    assert!(cell(&*lab, "gradient-descent", "here") < 40.0);
}

#[test]
fn where_the_loss_is_not_defined_no_slope_is_told() {
    let lab = escape(&[("loss", "0/0")]);
    assert_eq!(readout(&*lab, "run"), "L = —   ‖g‖ = —");
}
