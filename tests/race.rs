//! The race: rates from the grid, who is first, the arithmetic of a step in numbers, the lab's remarks against the
//! numbers they state, and that every way through the steps shows the same ones.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::figure::{Figure, Frame, Layer, Scale, Shape};
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::loss::{Landscape, Loss};
use saddlescope::optimizer::{
    Dialect, Family, Limits, Method, Optimizer, Run, Schedule, Setup, Stop, delayed_bound, stability_bound,
};
use saddlescope::phrase::{Arg, Phrase};

fn race(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("race").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    tune(&mut *lab);
    lab
}

/// Lets it find the rates that a moving hand leaves for later.
fn tune(lab: &mut dyn Lab) {
    while lab.work(&mut || false).is_some() {}
}

fn figure(lab: &dyn Lab, id: &str) -> Figure {
    lab.figures().into_iter().find(|f| f.id == id).unwrap_or_else(|| panic!("no figure {id}"))
}

/// The cell of a method's row.
fn cell(lab: &dyn Lab, method: &str, column: &str) -> Cell {
    let table = lab.table().unwrap();
    let place = table.columns.iter().position(|(id, _)| *id == column).unwrap();
    let is = |cell: &Cell| matches!(cell, Cell::Words(id, _) if *id == method);
    let row = table.rows.iter().find(|row| is(&row.cells[0]));
    row.unwrap_or_else(|| panic!("{method} does not run")).cells[place].clone()
}

fn number(lab: &dyn Lab, method: &str, column: &str) -> f64 {
    match cell(lab, method, column) {
        Cell::Number(x) => x,
        other => panic!("{other:?}"),
    }
}

fn word(lab: &dyn Lab, method: &str) -> &'static str {
    match cell(lab, method, "outcome") {
        Cell::Words(id, _) => id,
        other => panic!("{other:?}"),
    }
}

fn remark(lab: &dyn Lab, key: &str) -> Option<Phrase> {
    lab.remarks().into_iter().find(|r| r.key == key)
}

fn argument(phrase: &Phrase, name: &str) -> f64 {
    match phrase.args.iter().find(|(n, _)| *n == name) {
        Some((_, Arg::Number(x, _))) => *x,
        other => panic!("{name}: {other:?}"),
    }
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

/// A run of the method with its defaults and no lab, from the lab's start.
fn alone(lab: &dyn Lab, loss: &Loss, method: Method, rate: f64, steps: usize, delay: usize) -> Run {
    let dialect = method.dialects().next().unwrap();
    let setup = Setup {
        optimizer: Optimizer::new(method, dialect, &[], 2).unwrap(),
        schedule: Schedule::constant(rate),
        noise: None,
        delay,
        limits: Limits { steps, ..Limits::default() },
    };
    let mut oracle = loss;
    let mut run = Run::new(setup, &mut oracle, &lab.values().point("at"));
    run.finish(&mut oracle);
    run
}

fn valley(phi: f64) -> Loss {
    Loss::with_parameters(Landscape::Quadratic, &[10.0, 1.0, phi]).unwrap()
}

fn end(run: &Run) -> f64 {
    run.record(run.steps()).unwrap().loss
}

#[test]
fn it_opens_with_four_methods_each_at_the_best_of_the_grid() {
    let lab = race(&[]);
    let table = lab.table().unwrap();
    let names: Vec<&str> =
        table.rows.iter().map(|r| if let Cell::Words(id, _) = r.cells[0] { id } else { "" }).collect();
    assert_eq!(names, ["gradient-descent", "momentum", "adagrad", "adam"]);
    for name in names {
        let method = Method::from_id(name).unwrap();
        let grid = (0..25).map(|k| [1.0, 1.78, 3.16, 5.62][k % 4] * 10f64.powi(k as i32 / 4 - 5));
        let ends = grid.map(|rate| alone(&*lab, &valley(30.0), method, rate, 100, 0));
        let stays = ends.filter(|run| run.stop() == Some(Stop::Steps));
        let best = stays.map(|run| end(&run)).fold(f64::INFINITY, f64::min);
        let last = number(&*lab, name, "last");
        assert!((last / best - 1.0).abs() < 1e-6, "{name}: {last:e} for {best:e}");
    }
}

#[test]
fn steps_to_the_target_are_counted_from_the_start() {
    let lab = race(&[("target", "0.01")]);
    let rate = number(&*lab, "gradient-descent", "rate");
    let run = alone(&*lab, &valley(30.0), Method::GradientDescent, rate, 100, 0);
    let start = run.record(0).unwrap().loss;
    let steps = run.records().position(|r| r.loss <= 0.01 * start).unwrap();
    assert_eq!(number(&*lab, "gradient-descent", "steps"), steps as f64);
}

/// Condition 100, 200 steps from (2, 1), as MATHEMATICS has it; the grid is coarser than the one there.
#[test]
fn the_gain_of_adagrad_hangs_on_the_axes() {
    let mut lab = race(&[]);
    lab.act("valley");
    assert_eq!((lab.values().number("quadratic.phi"), lab.values().number("t")), (45.0, 200.0));
    let [adagrad, descent] = ["adagrad", "gradient-descent"].map(|m| number(&*lab, m, "last"));
    assert!((1e-4..1e-3).contains(&adagrad), "{adagrad:e}");
    assert!((8e-6..1e-3).contains(&descent), "{descent:e}");
    let said = remark(&*lab, "remark.adagrad-axes").filter(|_| adagrad > descent);
    assert_eq!(said.is_some(), adagrad > descent);
    lab.set("quadratic.phi", "0").unwrap();
    tune(&mut *lab);
    assert!(number(&*lab, "adagrad", "last") < 1e-100);
    assert!(remark(&*lab, "remark.adagrad-axes").is_none());
}

#[test]
fn the_arithmetic_is_that_of_the_step_with_its_numbers() {
    let mut lab = race(&[("tuned", "off"), ("t", "0"), ("loss", "one-datum"), ("at", "0.5,1")]);
    // g = −2w₂(1 − w₁w₂) = −1, m = −0.1, s = 0.001; Adam's first step is η = 0.001.
    assert_eq!(readout(&*lab, "line-1"), "g = ∇L(θ) = −1");
    assert_eq!(readout(&*lab, "line-2"), "m = β₁·m+(1−β₁)·g = 0.9·0+(1−0.9)·(−1) = −0.1");
    assert_eq!(readout(&*lab, "line-4"), "m̂ = m/(1−β₁^t) = (−0.1)/(1−0.9^1) = −1");
    assert_eq!(readout(&*lab, "next"), "θ+Δ = 0.5+0.001 = 0.501");
    lab.set("coordinate", "second").unwrap();
    assert_eq!(readout(&*lab, "line-1"), "g = ∇L(θ) = −0.5");
    lab.set("focus", "gradient-descent").unwrap();
    assert_eq!(readout(&*lab, "line-2"), "Δ = −η·g = −0.01·(−0.5) = 0.005");
    // At the end it is the step that led there.
    lab.set("t", "100").unwrap();
    let head = lab.readouts().into_iter().find(|r| r.id == "line-2").unwrap().label;
    let axis = ("axis", Arg::Phrase(Box::new(Phrase::verbatim("w₂"))));
    assert_eq!(head.args, [("from", Arg::Count(99)), ("to", Arg::Count(100)), axis.clone()]);
    // Which coordinate it is of is said where it begins and where it ends.
    for id in ["line-1", "next"] {
        let label = lab.readouts().into_iter().find(|r| r.id == id).unwrap().label;
        assert_eq!(label.args, std::slice::from_ref(&axis), "{id}");
    }
}

#[test]
fn playing_stepping_and_scrubbing_show_the_same_numbers_to_the_last_digit() {
    let mut lab = race(&[("focus", "nadam"), ("delay", "2")]);
    let shown = |lab: &dyn Lab| (lab.readouts(), figure(lab, "map").front);
    lab.set("t", "0").unwrap();
    let mut forward = vec![shown(&*lab)];
    for _ in 0..100 {
        lab.act("step");
        forward.push(shown(&*lab));
    }
    for t in (0..100).rev() {
        lab.act("step-back");
        assert_eq!(shown(&*lab), forward[t], "back at {t}");
    }
    lab.act("play");
    while lab.advance(0.05) {
        assert_eq!(shown(&*lab), forward[lab.values().number("t") as usize]);
    }
    for t in [63.0, 7.0, 100.0] {
        lab.drag("t", [t, 0.0]);
        assert_eq!(shown(&*lab), forward[t as usize]);
    }
    let mut again = lab::open("race").unwrap();
    assert!(again.restore(&lab.state()).is_empty());
    assert_eq!(shown(&*again), forward[100]);
}

#[test]
fn a_dialect_keeps_the_numbers_until_its_defaults_are_asked_for() {
    let mut lab = race(&[("focus", "rmsprop"), ("tuned", "off"), ("rmsprop.rate", "0.05")]);
    lab.set("rmsprop.dialect", "pytorch").unwrap();
    assert_eq!(lab.values().number("rmsprop.rho"), 0.9);
    assert_eq!(number(&*lab, "rmsprop", "rate"), 0.05);
    lab.act("defaults");
    assert_eq!(lab.values().number("rmsprop.rho"), 0.99);
    assert_eq!(number(&*lab, "rmsprop", "rate"), 0.01);
}

#[test]
fn tuned_rates_go_to_the_sliders_on_demand_and_their_handle_tunes_by_hand() {
    let mut lab = race(&[]);
    let tuned = number(&*lab, "adam", "rate");
    assert!(!lab.shown("adam.rate") && lab.handles().iter().all(|h| h.id != "eta"));
    lab.act("take");
    assert_eq!(lab.values().number("adam.rate"), tuned);
    assert!(lab.shown("adam.rate") && !lab.values().is_on("tuned"));
    let before = number(&*lab, "adam", "last");
    lab.drag("eta", [-3.0, 0.0]);
    assert_eq!(number(&*lab, "adam", "rate"), 0.001);
    assert!(number(&*lab, "adam", "last") > before, "another rate of the grid is no better");
}

#[test]
fn bounds_stand_at_the_rates_that_theory_gives() {
    let lab = race(&[("nesterov", "on"), ("adagrad", "off"), ("adam", "off"), ("focus", "gradient-descent")]);
    let Frame::Plane(plane) = figure(&*lab, "rates").frame else { panic!() };
    assert!([plane.x.scale, plane.y.scale] == [Scale::Log10; 2]);
    let front = figure(&*lab, "rates").front;
    let mut lines: Vec<f64> = front
        .iter()
        .filter_map(|layer| match layer {
            Layer::Line { points, .. } if points.len() == 2 && points[0][0] == points[1][0] => {
                Some(points[0][0])
            }
            _ => None,
        })
        .map(|x| 10f64.powf(x))
        .collect();
    // The cursor stands at the rate in use.
    lines.retain(|x| (x / number(&*lab, "gradient-descent", "rate") - 1.0).abs() > 1e-9);
    let bounds = [Method::GradientDescent, Method::Momentum, Method::Nesterov].map(|method| {
        let there = Optimizer::new(method, Dialect::Notes, &[], 2).unwrap();
        stability_bound(&there, 10.0, None).unwrap()
    });
    assert_eq!(lines.len(), 3);
    for (line, bound) in lines.iter().zip(bounds) {
        assert!((line / bound - 1.0).abs() < 1e-9, "{line} for {bound}");
    }
    assert_eq!(readout(&*lab, "bound"), "η<0.2");
}

#[test]
fn runs_that_leave_say_how() {
    let mut lab = race(&[("tuned", "off"), ("gradient-descent.rate", "0.21"), ("steps", "1000")]);
    assert_eq!(word(&*lab, "gradient-descent"), "overshoot");
    assert!(number(&*lab, "gradient-descent", "last").is_nan());
    // Looked at, it says why: the rate against its bound.
    lab.set("focus", "gradient-descent").unwrap();
    let note = lab.readouts().into_iter().find(|r| r.id == "run").and_then(|r| r.note).unwrap();
    assert_eq!((argument(&note, "rate"), (argument(&note, "bound") * 1e9).round()), (0.21, 2e8));
    let lab = race(&[("loss", "x^2-y^2"), ("tuned", "off"), ("gradient-descent.rate", "0.5")]);
    assert_eq!(word(&*lab, "gradient-descent"), "unbounded");
    let lab = race(&[("focus", "newton"), ("loss", "x^4+y^4"), ("at", "0,0.5")]);
    assert_eq!(word(&*lab, "newton"), "singular");
    let lab = race(&[("loss", "log(x)+y^2"), ("at", "-1,0")]);
    assert_eq!(word(&*lab, "adam"), "not-defined");
    assert_eq!(lab.headline().unwrap().text.key, "schedule.none");
}

/// Nothing is first where nothing can be reached; a run of any length says so.
#[test]
fn down_a_loss_without_bound_nobody_wins() {
    let lab = race(&[("loss", "saddle")]);
    assert_eq!(lab.headline().unwrap().text.key, "race.unbounded");
    for method in ["gradient-descent", "momentum", "adagrad", "adam"] {
        assert_eq!(word(&*lab, method), "unbounded");
        assert!(number(&*lab, method, "steps").is_nan());
    }
    let lab = race(&[("loss", "saddle"), ("focus", "gradient-descent")]);
    assert_eq!(lab.readouts().into_iter().find(|r| r.id == "bound").unwrap().label.key, "readout.bound.none");
}

#[test]
fn at_a_critical_point_no_method_moves() {
    let lab = race(&[("loss", "one-datum"), ("at", "0,0")]);
    assert_eq!(lab.headline().unwrap().text.key, "race.still");
}

/// The prize is what the rates are tuned for.
#[test]
fn the_lowest_end_wins_and_the_first_at_the_target_is_named() {
    let lab = race(&[]);
    let headline = lab.headline().unwrap();
    let names = ["gradient-descent", "momentum", "adagrad", "adam"];
    let least = |column| {
        let lower = |a: &&str, b: &&str| number(&*lab, a, column).total_cmp(&number(&*lab, b, column));
        names.into_iter().min_by(|a, b| lower(a, b)).unwrap()
    };
    let named = |phrase: &Phrase| match phrase.args.iter().find(|(name, _)| *name == "method") {
        Some((_, Arg::Phrase(method))) => method.key.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(named(&headline.text), format!("method.{}", least("last")));
    let Some((_, Arg::Phrase(quickest))) = headline.reason.args.iter().find(|(name, _)| *name == "quickest")
    else {
        panic!("{headline:?}")
    };
    assert_eq!(named(quickest), format!("method.{}", least("steps")));
}

#[test]
fn the_one_looked_at_is_among_those_that_run() {
    let mut lab = race(&[]);
    assert!(lab.shown("adam") && lab.shown("lion"));
    lab.set("focus", "lion").unwrap();
    assert!(lab.values().is_on("lion") && lab.values().is_on("adam"));
    lab.set("lion", "off").unwrap();
    assert_eq!(lab.values().choice("focus"), "gradient-descent");
    for method in ["momentum", "adagrad", "adam", "gradient-descent"] {
        lab.set(method, "off").unwrap();
    }
    assert!(lab.values().is_on("gradient-descent"), "one at least runs");
    assert_eq!(lab.table().unwrap().rows.len(), 1);
}

/// A slider that changes every run keeps the rates until the new ones are found, slice by slice.
#[test]
fn a_slider_keeps_the_rates_until_they_are_found_anew() {
    let mut lab = race(&[("steps", "300")]);
    let rates = |lab: &dyn Lab| ["gradient-descent", "adagrad"].map(|m| number(lab, m, "rate"));
    let before = rates(&*lab);
    lab.set("quadratic.phi", "0").unwrap();
    assert_eq!(rates(&*lab), before);
    assert!(lab.work(&mut || true).is_some_and(|share| share < 0.5));
    let mut asked = 0;
    lab.work(&mut || {
        asked += 1;
        asked > 3
    });
    assert_eq!(rates(&*lab), before, "three rates of a hundred");
    tune(&mut *lab);
    assert_ne!(rates(&*lab), before);
    let told = race(&[("steps", "300"), ("quadratic.phi", "0")]);
    assert_eq!((lab.csv(), format!("{:?}", lab.figures())), (told.csv(), format!("{:?}", told.figures())));
    // The parameters of one method leave the others alone.
    lab.set("adam.beta1", "0.5").unwrap();
    let slices = (0..100).take_while(|_| lab.work(&mut || false).is_some()).count();
    assert_eq!(slices, 1, "25 rates of 300 steps, 20 in a slice");
}

#[test]
fn late_gradients_lower_the_bound_as_theory_has_it() {
    // λ = 10, τ = 3: (2/λ)·sin(π/14) = 0.0445.
    for (rate, word_wanted) in [("0.0435", false), ("0.0455", true)] {
        let lab = race(&[
            ("quadratic.l2", "10"),
            ("tuned", "off"),
            ("delay", "3"),
            ("steps", "1000"),
            ("gradient-descent.rate", rate),
            ("focus", "gradient-descent"),
        ]);
        let rises =
            number(&*lab, "gradient-descent", "last") > 1.0 || word(&*lab, "gradient-descent") == "overshoot";
        assert_eq!(rises, word_wanted, "η = {rate}: {:?}", cell(&*lab, "gradient-descent", "last"));
        let said = remark(&*lab, "remark.delay").unwrap();
        assert!((argument(&said, "bound") / delayed_bound(10.0, 3) - 1.0).abs() < 1e-12);
        assert_eq!(readout(&*lab, "bound"), "η<0.0445");
    }
}

#[test]
fn nesterov_in_two_dialects_differs_by_the_look_ahead_alone() {
    let lab = race(&[("nesterov", "on"), ("nesterov.dialect", "pytorch")]);
    let said = argument(&remark(&*lab, "remark.nesterov").unwrap(), "gap");
    let rate = number(&*lab, "nesterov", "rate");
    let (loss, at) = (valley(30.0), lab.values().point("at"));
    let mut pair = [Dialect::Notes, Dialect::Pytorch]
        .map(|d| (Optimizer::new(Method::Nesterov, d, &[], 2).unwrap(), at));
    let (mut apart, mut ahead) = (0.0_f64, 0.0_f64);
    for _ in 0..100 {
        let theirs = pair[1].1;
        for (optimizer, theta) in &mut pair {
            optimizer.advance(&mut &loss, theta, rate.into());
        }
        let p = pair[0].0.state().vector("p").unwrap();
        ahead = ahead.max((p[0] - theirs[0]).hypot(p[1] - theirs[1]));
        let [a, b] = [pair[0].1, pair[1].1];
        apart = apart.max((a[0] - b[0]).hypot(a[1] - b[1]));
    }
    assert!(ahead < 1e-14, "the frameworks' θ is the notes' p: {ahead:e}");
    assert!((said / apart - 1.0).abs() < 1e-9 && apart > 0.01, "{said} for {apart}");
    assert!(remark(&*race(&[("nesterov", "on")]), "remark.nesterov").is_none());
}

#[test]
fn adam_needs_its_rate_and_the_question_asks_for_it() {
    let mut lab = race(&[]);
    let said = remark(&*lab, "remark.adam-tuned").unwrap();
    let plain = alone(&*lab, &valley(30.0), Method::Adam, 0.001, 100, 0);
    assert!((argument(&said, "end") / end(&plain) - 1.0).abs() < 1e-12);
    assert!(argument(&said, "end") > 1e3 * argument(&said, "last"));
    lab.set("predict", "on").unwrap();
    assert_eq!(lab.headline().unwrap().text.key, "race.ask");
    assert!(lab.table().is_none() && lab.readouts().is_empty() && lab.remarks().is_empty());
    assert!(lab.figures().iter().all(|f| f.id == "map" || f.id == "surface"));
    assert!(lab.figures().iter().flat_map(|f| &f.front).all(|l| matches!(l, Layer::Mark { .. })));
    lab.set("guess", "adam").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.wrong");
    assert_eq!(number(&*lab, "adam", "rate"), 0.001);
    lab.set("guess", "gradient-descent").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right");
}

#[test]
fn a_drag_shows_runs_at_once_and_tunes_while_it_rests() {
    let mut lab = race(&[]);
    lab.drag("theta", [1.5, -0.25]);
    let mark = |lab: &dyn Lab| {
        let marks = figure(lab, "map").front.into_iter();
        marks
            .filter_map(|l| if let Layer::Mark { at, shape: Shape::Dot, .. } = l { Some(at) } else { None })
            .next()
    };
    assert_eq!(mark(&*lab), Some([1.5, -0.25]));
    assert!(lab.work(&mut || true).is_some(), "asked only, it does nothing");
    let slices = (0..100).take_while(|_| lab.work(&mut || false).is_some()).count();
    assert_eq!(slices, 1, "sixty rates in a slice, a hundred in all");
    let told = race(&[("at", "1.5,-0.25")]);
    // As text: what left is NaN, which equals nothing.
    assert_eq!(format!("{:?}", lab.figures()), format!("{:?}", told.figures()));
    assert_eq!(lab.csv(), told.csv());
}

#[test]
fn too_large_a_step_finds_a_flatter_valley() {
    // 2/λmax is 0.249 at (2, 0.2), and 0.35 converges all the same.
    let lab = race(&[
        ("loss", "one-datum"),
        ("at", "2,0.2"),
        ("tuned", "off"),
        ("gradient-descent.rate", "0.35"),
        ("steps", "1000"),
    ]);
    let said = remark(&*lab, "remark.flatter").unwrap();
    assert!((argument(&said, "bound") - 0.249).abs() < 5e-4, "{said:?}");
    assert!(number(&*lab, "gradient-descent", "last") < 1e-12);
}

#[test]
fn the_file_holds_results_runs_and_the_grid() {
    let lab = race(&[]);
    let csv = lab.csv();
    let parts: Vec<&str> = csv.split("\n\n").collect();
    assert_eq!(parts.len(), 3);
    assert!(parts[0].starts_with("method,rate,steps,last,outcome\ngradient-descent,0.178,"));
    assert_eq!(parts[1].lines().count(), 1 + 4 * 101);
    assert_eq!(parts[2].trim_end().lines().count(), 1 + 4 * 25);
    assert!(parts[2].starts_with("method,rate,last\ngradient-descent,0.00001,"));
}

#[test]
fn the_types_for_scripts_name_every_method_and_schedule() {
    let types = std::fs::read_to_string("www/module.d.ts").unwrap();
    let part = |name: &str| {
        let from = types.split_once(&format!("export type {name} =")).unwrap().1;
        from.split_once(';').unwrap().0.split('"').skip(1).step_by(2).map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(part("MethodName"), Method::ALL.map(Method::id));
    assert_eq!(part("ScheduleName"), Family::ALL.map(Family::id));
    assert_eq!(part("Dialect"), Dialect::ALL.map(Dialect::id));
}

/// The bound stands beside the number of the slider, from the same state as the figure and the readout.
#[test]
fn the_slider_of_a_rate_says_its_bound() {
    let said = |lab: &dyn Lab, control: &str| lab.valued(control, Phrase::verbatim("0.01"));
    let lab = race(&[("tuned", "off")]);
    let descent = said(&*lab, "gradient-descent.rate");
    assert_eq!((&*descent.key, argument(&descent, "bound")), ("control.bound", 2.0 / 10.0));
    let momentum = argument(&said(&*lab, "momentum.rate"), "bound");
    assert!((momentum - 2.0 * 1.9 / 10.0).abs() < 1e-12, "{momentum}");
    for control in ["adam.rate", "momentum.momentum", "newton.rate", "steps"] {
        assert_eq!(said(&*lab, control), Phrase::verbatim("0.01"), "{control} has no bound");
    }
    // No η converges at a saddle.
    assert_eq!(said(&*race(&[("loss", "saddle")]), "gradient-descent.rate"), Phrase::verbatim("0.01"));
    for (id, bound) in [("schedule", 0.2), ("batch", 2.0)] {
        let mut lab = lab::open(id).unwrap();
        let found = argument(&said(&*lab, "eta"), "bound");
        assert!((found - bound).abs() < 1e-9, "{id}: {found}");
        lab.set("method", "adam").unwrap();
        assert_eq!(said(&*lab, "eta"), Phrase::verbatim("0.01"), "{id}");
    }
}
