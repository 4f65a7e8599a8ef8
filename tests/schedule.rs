//! Learning-rate decay: the scene of the lab `schedule`, the noise floor, the regimes, and what the lab says of them.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::figure::{Ink, Layer};
use saddlescope::lab::{self, Lab};
use saddlescope::loss::{Landscape, Loss};
use saddlescope::optimizer::{
    Dialect, Family, Limits, Method, Noise, Optimizer, Regime, Run, Schedule, Setup, noise_floor,
    stability_bound,
};
use saddlescope::phrase::{Arg, Words};

/// ½(w₁² + 10w₂²).
fn bowl() -> Loss {
    Loss::with_parameters(Landscape::Quadratic, &[1.0, 10.0, 0.0]).unwrap()
}

fn run_of(optimizer: Optimizer, schedule: Schedule, noise: Option<Noise>, steps: usize) -> Run {
    let loss = bowl();
    let limits = Limits { steps, ..Limits::default() };
    let setup = Setup { optimizer, schedule, noise, delay: 0, limits };
    let mut oracle = &loss;
    let mut run = Run::new(setup, &mut oracle, &[1.0, 1.0]);
    run.finish(&mut oracle);
    run
}

fn descent(schedule: Schedule, noise: Option<Noise>) -> Run {
    run_of(optimizer(Method::GradientDescent, Dialect::Notes, &[]), schedule, noise, 400)
}

fn optimizer(method: Method, dialect: Dialect, given: &[(&str, f64)]) -> Optimizer {
    Optimizer::new(method, dialect, given, 2).unwrap()
}

fn ten(period: f64) -> Schedule {
    Schedule::new(Family::PowerOfTen, Dialect::Notes, &[("rate", 0.15), ("period", period)]).unwrap()
}

fn end(run: &Run) -> f64 {
    run.record(run.steps()).unwrap().loss
}

/// The mean of the last tenth.
fn last(run: &Run) -> f64 {
    let all: Vec<f64> = run.records().map(|r| r.loss).collect();
    let tail = &all[all.len() - all.len() / 10..];
    tail.iter().sum::<f64>() / tail.len() as f64
}

fn unit(seed: u64) -> Option<Noise> {
    Some(Noise { sigma: 1.0, seed })
}

#[test]
fn without_noise_decay_only_stops_the_run_early() {
    for (schedule, want) in [(Schedule::constant(0.15), 2e-57), (ten(100.0), 6e-7), (ten(20.0), 3e-2)] {
        let loss = end(&descent(schedule, None));
        assert!((loss / want).log10().abs() < 0.1, "{loss:e} for {want:e}");
    }
}

#[test]
fn with_unit_noise_the_constant_rate_stays_at_its_floor_and_decay_goes_below() {
    let mean = |schedule: &Schedule| {
        (0..200).map(|seed| last(&descent(schedule.clone(), unit(seed)))).sum::<f64>() / 200.0
    };
    let (constant, decay) = (mean(&Schedule::constant(0.15)), mean(&ten(100.0)));
    assert!((constant - 0.19).abs() < 0.015, "{constant}");
    assert!((2e-3..5e-3).contains(&decay), "{decay}");
}

/// Loss averaged over many seeds and the second half of long runs, against the formula, to 2%.
#[test]
fn the_noise_floor_is_where_runs_settle() {
    use Dialect::{Keras, Notes, Optax, Pytorch};
    for (method, dialect, given, rate) in [
        (Method::GradientDescent, Notes, &[] as &[(&str, f64)], 0.15),
        (Method::GradientDescent, Pytorch, &[], 0.06),
        (Method::Momentum, Notes, &[("momentum", 0.9)], 0.05),
        (Method::Momentum, Keras, &[("momentum", 0.5)], 0.2),
        (Method::Momentum, Pytorch, &[("momentum", 0.8), ("dampening", 0.4)], 0.1),
        (Method::AveragedMomentum, Notes, &[("momentum", 0.9)], 0.3),
        (Method::Nesterov, Notes, &[("momentum", 0.8)], 0.08),
        (Method::Nesterov, Optax, &[("momentum", 0.8)], 0.08),
    ] {
        let optimizer = optimizer(method, dialect, given);
        let want: f64 =
            [1.0, 10.0].map(|l| noise_floor(&optimizer, l, rate.into(), 0.5).unwrap()).iter().sum();
        let mut total = (0.0, 0.0);
        for seed in 0..60 {
            let noise = Some(Noise { sigma: 0.5, seed });
            let run = run_of(optimizer.clone(), Schedule::constant(rate), noise, 6_000);
            run.records().skip(2_000).for_each(|r| total = (total.0 + r.loss, total.1 + 1.0));
        }
        let found = total.0 / total.1;
        assert!((found / want - 1.0).abs() < 0.02, "{method:?} {dialect:?}: {found} for {want}");
    }
}

#[test]
fn the_floor_ends_where_the_stability_bound_is() {
    for (method, dialect) in [
        (Method::GradientDescent, Dialect::Notes),
        (Method::Momentum, Dialect::Notes),
        (Method::AveragedMomentum, Dialect::Notes),
        (Method::Nesterov, Dialect::Notes),
        (Method::Nesterov, Dialect::Pytorch),
    ] {
        let optimizer = optimizer(method, dialect, &[]);
        let bound = stability_bound(&optimizer, 10.0, None).unwrap();
        assert!(noise_floor(&optimizer, 10.0, (0.999 * bound).into(), 1.0).unwrap() > 1.0, "{method:?}");
        assert_eq!(noise_floor(&optimizer, 10.0, (1.001 * bound).into(), 1.0), None, "{method:?}");
    }
    assert_eq!(noise_floor(&optimizer(Method::Adam, Dialect::Notes, &[]), 10.0, 0.1.into(), 1.0), None);
}

#[test]
fn regimes_of_constant_rates_are_those_of_theory_with_noise_and_without() {
    for (rate, want) in [
        (0.002, Regime::TooSmall),
        (0.05, Regime::Good),
        (0.09, Regime::Good),
        (0.12, Regime::Oscillating),
        (0.15, Regime::Oscillating),
        (0.19, Regime::Oscillating),
        (0.202, Regime::Diverging),
        (0.25, Regime::Diverging),
        (1.0, Regime::Diverging),
    ] {
        let none = descent(Schedule::constant(rate), None);
        assert_eq!(Regime::of(&none, &bowl()), Some(want), "{rate}, no noise");
        // Near 1/λmax one run of 400 steps cannot tell: the share of changes is ½ there.
        if rate == 0.09 || rate == 0.12 {
            continue;
        }
        for seed in 0..20 {
            let noisy = descent(Schedule::constant(rate), unit(seed));
            assert_eq!(Regime::of(&noisy, &bowl()), Some(want), "{rate}, seed {seed}");
        }
    }
    // At 2/λmax the loss stays 5 and the gradient 10 from (1, 1), once the slow direction is done.
    let edge = descent(Schedule::constant(0.2), None);
    assert_eq!(Regime::of(&edge, &bowl()), Some(Regime::Oscillating));
    assert!((end(&edge) - 5.0).abs() < 1e-9);
}

#[test]
fn a_rate_that_decays_too_fast_ends_too_small() {
    assert_eq!(Regime::of(&descent(ten(20.0), None), &bowl()), Some(Regime::TooSmall));
    for seed in 0..20 {
        assert_eq!(Regime::of(&descent(ten(100.0), unit(seed)), &bowl()), Some(Regime::Good), "seed {seed}");
    }
}

#[test]
fn other_regimes_and_none() {
    let of = |loss: &Loss, start: [f64; 2], rate: f64| {
        let optimizer = optimizer(Method::GradientDescent, Dialect::Notes, &[]);
        let limits = Limits { steps: 400, ..Limits::default() };
        let schedule = Schedule::constant(rate);
        let setup = Setup { optimizer, schedule, noise: None, delay: 0, limits };
        let mut oracle = loss;
        let mut run = Run::new(setup, &mut oracle, &start);
        run.finish(&mut oracle);
        Regime::of(&run, loss)
    };
    let saddle = Loss::landscape(Landscape::Saddle);
    assert_eq!(of(&saddle, [1.0, 0.5], 0.1), Some(Regime::Unbounded));
    assert_eq!(of(&saddle, [0.0, 0.0], 0.1), None, "at the exact saddle nothing moves");
    assert_eq!(of(&Loss::landscape(Landscape::Himmelblau), [3.5, 2.5], 0.005), Some(Regime::Good));
    // Rotated, with rounding along the steep direction where there was none.
    let turned = Loss::with_parameters(Landscape::Quadratic, &[1.0, 10.0, 30.0]).unwrap();
    assert_eq!(of(&turned, [1.2, 0.9], 0.15), Some(Regime::Oscillating));
    assert_eq!(of(&turned, [1.2, 0.9], 0.05), Some(Regime::Good));
}

/// Down x² − y² a run of any length falls without bound, and is not waited for until it is there; a loss that is bounded
/// is not called unbounded however fast it falls.
#[test]
fn a_fall_without_bound_is_known_before_it_is_over() {
    let of = |formula: &str, start: [f64; 2], schedule: Schedule, steps: usize| {
        let loss = Loss::parse(formula).unwrap();
        let optimizer = optimizer(Method::GradientDescent, Dialect::Notes, &[]);
        let limits = Limits { steps, ..Limits::default() };
        let mut run =
            Run::new(Setup { optimizer, schedule, noise: None, delay: 0, limits }, &mut &loss, &start);
        run.finish(&mut &loss);
        Regime::of(&run, &loss)
    };
    let constant = Schedule::constant;
    for steps in [5, 10, 50, 100] {
        for rate in [0.01, 0.1] {
            assert_eq!(
                of("x^2-y^2", [0.5, 0.5], constant(rate), steps),
                Some(Regime::Unbounded),
                "{steps} {rate}"
            );
        }
    }
    assert_eq!(
        of("x^2-y^2", [1.0, 0.5], ten(100.0), 400),
        Some(Regime::Unbounded),
        "slowed, it falls all the same"
    );
    assert_eq!(
        of("x^2-y^2", [1.0, 0.01], constant(0.001), 100),
        Some(Regime::Unbounded),
        "still on its way in"
    );
    assert_eq!(of("x+y", [0.0, 0.0], constant(0.1), 50), Some(Regime::Unbounded));
    assert_eq!(
        of("-log(x)+y^2", [1.0, 1.0], constant(0.4), 50),
        Some(Regime::TooSmall),
        "it falls ever more slowly"
    );
    assert_eq!(of("-exp(x)+y^2", [0.0, 0.1], constant(0.1), 8), Some(Regime::Unbounded));
    // Out of a saddle of a loss that is nowhere below zero, down a bump that ends, down to an asymptote.
    assert_eq!(of("(1-x*y)^2", [1e-3, 1e-3], constant(0.01), 250), Some(Regime::TooSmall));
    assert_eq!(of("-exp(-x^2-y^2)", [1.5, 1.0], constant(0.01), 50), Some(Regime::TooSmall));
    assert_eq!(of("exp(-x)+y^2", [0.0, 1.0], constant(0.4), 100), Some(Regime::TooSmall));
    assert_eq!(of("sin(x)+sin(y)", [1.5, 1.4], constant(0.01), 20), Some(Regime::TooSmall));
}

/// Newton's method is there in one step: what follows is rounding, and no oscillation.
#[test]
fn what_comes_after_the_arrival_is_no_oscillation() {
    let turned = Loss::with_parameters(Landscape::Quadratic, &[1.0, 10.0, 30.0]).unwrap();
    for method in [Method::Newton, Method::SaddleFreeNewton] {
        let limits = Limits { steps: 100, ..Limits::default() };
        let optimizer = optimizer(method, Dialect::Notes, &[]);
        let setup = Setup { optimizer, schedule: Schedule::constant(1.0), noise: None, delay: 0, limits };
        let mut run = Run::new(setup, &mut &turned, &[1.2, 0.9]);
        run.finish(&mut &turned);
        assert_eq!(Regime::of(&run, &turned), Some(Regime::Good), "{method:?}");
    }
}

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
    assert!(said.starts_with("Gradient descent, η₀·10^(−t/r) from η₀ = 0.15, gradient noise 1. "), "{said}");
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
