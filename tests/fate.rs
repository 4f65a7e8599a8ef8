//! The map of fates: the same ends as single runs have, from coarse to fine, here or in a worker.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::figure::{Figure, Ink, Layer, Tiles};
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::loss::Loss;
use saddlescope::optimizer::{
    Divergence, Journey, JourneyLimits, Journeys, Limits, Method, Optimizer, Run, Schedule, Setup, Stop,
};
use std::rc::Rc;

fn fate(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("fate").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn filled(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = fate(settings);
    while lab.work(&mut || false).is_some() {}
    lab
}

fn tiles(lab: &dyn Lab) -> Rc<Tiles> {
    let picture: Figure = lab.figures().swap_remove(0);
    assert_eq!(picture.id, "fate");
    match &picture.back[0] {
        Layer::Tiles(tiles) => tiles.clone(),
        other => panic!("{other:?}"),
    }
}

/// Rows of the table: name of the end, and how many runs.
fn rows(lab: &dyn Lab) -> Vec<(&'static str, f64)> {
    let row = |cells: &[Cell]| match (&cells[0], &cells[2]) {
        (Cell::Words(id, _), Cell::Number(runs)) => (*id, *runs),
        other => panic!("{other:?}"),
    };
    lab.table().unwrap().rows.iter().map(|r| row(&r.cells)).collect()
}

fn total(lab: &dyn Lab, end: &str) -> f64 {
    rows(lab).iter().filter(|(id, _)| *id == end).map(|(_, runs)| runs).sum()
}

/// The colour under a point: index into the palette.
fn color(tiles: &Tiles, [x, y]: [f64; 2]) -> u8 {
    let k = |x: f64, [lo, hi]: [f64; 2], n: usize| (((x - lo) / (hi - lo) * n as f64) as usize).min(n - 1);
    tiles.cells[k(y, tiles.view.y, tiles.rows) * tiles.columns + k(x, tiles.view.x, tiles.columns)][0]
}

#[test]
fn the_four_minima_share_the_starts() {
    let mut lab = filled(&[("grid", "64"), ("gradient-descent.rate", "0.005")]);
    let minima: Vec<f64> =
        rows(&*lab).iter().filter(|(id, _)| *id == "minimum").map(|(_, runs)| *runs).collect();
    assert_eq!(minima.len(), 4);
    assert!(minima.iter().sum::<f64>() > 0.97 * 64.0 * 64.0, "{:?}", rows(&*lab));
    assert_eq!(rows(&*lab).iter().map(|(_, runs)| runs).sum::<f64>(), 64.0 * 64.0);
    let tiles = tiles(&*lab);
    let colors: Vec<u8> =
        [[3.0, 2.0], [-2.8, 3.1], [-3.8, -3.3], [3.6, -1.8]].map(|p| color(&tiles, p)).into();
    for (i, a) in colors.iter().enumerate() {
        assert!(!colors[..i].contains(a), "{colors:?}");
    }
    // On a line across: the border between two minima passes through the saddle at (3.385, 0.074).
    assert_eq!(color(&tiles, [3.385, 0.5]), colors[0]);
    assert_eq!(color(&tiles, [3.385, -0.4]), colors[3]);
    assert!(lab.work(&mut || false).is_none() && lab.task().is_none());
}

/// Of every method in every dialect, whether it goes by eights or not: where its runs end, when they moved last and how long
/// their last step was, to the last digit, each at its own rate. Runs that rest, go round, diverge, leave the domain, have no step; steps along
/// negative curvature, also where the gradient is large.
#[test]
fn runs_without_a_record_end_as_runs_with_one() {
    let (steps, pace, far) = (61, 0.02, 1e3);
    let mut kinds = [0; 4];
    let mut parted = 0;
    for text in [
        "himmelblau",
        "rosenbrock",
        "rastrigin",
        "log(x)+y^2",
        "x^2*y^2-x^4/9",
        "abs(x)+relu(y)^1.5+tanh(x*y)",
        "exp(-x^2-y^2)+y/x",
        "1e154*(x^2-y^2*x)",
    ] {
        let loss = Loss::parse(text).unwrap();
        for (method, dialect) in Method::ALL.into_iter().flat_map(|m| m.dialects().map(move |d| (m, d))) {
            let curved = method == Method::NegativeCurvature;
            for (rate, below) in [(0.004, None), (0.3, None), (0.004, Some(30.0)), (0.02, Some(1e6))] {
                if below.is_some() && !curved {
                    continue;
                }
                let given: Vec<_> = below.map(|below| ("below", below)).into_iter().collect();
                let made = |n| Optimizer::new(method, dialect, &given, n).unwrap();
                let limits = JourneyLimits { steps, far, pace };
                let mut journeys = Journeys::new(&loss, made(Journeys::dimension(method)), limits);
                let rates: [f64; 8] = std::array::from_fn(|k| rate * [1.0, 1.3, 0.6, 9.0][k * 3 % 4]);
                let starts: [[f64; 2]; 8] =
                    std::array::from_fn(|k| [(k * 5 % 8) as f64 - 3.7, (k * 3 % 8) as f64 - 3.1]);
                let axes = [starts.map(|s| s[0]), starts.map(|s| s[1])];
                let mut ends = [Journey::NotDefined; 8];
                // The second time it must not remember the first.
                for _ in 0..2 {
                    journeys.from(&axes, &rates, &mut ends);
                }
                if curved {
                    let descent = Optimizer::new(Method::GradientDescent, dialect, &[], 16).unwrap();
                    let mut plain = ends;
                    Journeys::new(&loss, descent, limits).from(&axes, &rates, &mut plain);
                    parted += plain.iter().zip(&ends).filter(|(a, b)| a != b).count();
                }
                for ((start, rate), end) in starts.into_iter().zip(rates).zip(ends) {
                    let setup = Setup {
                        optimizer: made(2),
                        schedule: Schedule::constant(rate),
                        noise: None,
                        delay: 0,
                        limits: Limits { steps, gradient: None, size: far },
                    };
                    let mut run = Run::new(setup, &mut &loss, &start);
                    run.finish(&mut &loss);
                    let at = |t: usize| run.record(t).map(|r| [r.theta[0], r.theta[1]]).unwrap();
                    let length = |t: usize| {
                        let [[a, b], [c, d]] = [at(t), at(t + 1)];
                        (c - a) * (c - a) + (d - b) * (d - b)
                    };
                    let expected = match run.stop() {
                        Some(Stop::NotDefined) => Journey::NotDefined,
                        Some(Stop::Diverged { reason: Divergence::Undefined, .. }) => Journey::Left,
                        Some(Stop::Diverged { .. }) => Journey::Diverged,
                        _ => Journey::Ended {
                            at: at(run.steps()),
                            settled: (0..run.steps())
                                .rfind(|t| length(*t) > pace * pace)
                                .map_or(0, |t| t + 1),
                            last: run.steps().checked_sub(1).map_or(0.0, length),
                        },
                    };
                    assert_eq!(end, expected, "{text} {method:?} {dialect:?} {rate} from {start:?}");
                    kinds[match end {
                        Journey::Ended { .. } => 0,
                        Journey::Diverged => 1,
                        Journey::Left => 2,
                        Journey::NotDefined => 3,
                    }] += 1;
                }
            }
        }
    }
    assert!(kinds.iter().all(|k| *k > 50) && parted > 50, "{kinds:?} {parted}");
}

/// A pixel shows what the run of its centre says, by every method, over the starts and over the rates.
#[test]
fn a_pixel_and_its_single_run_have_one_outcome() {
    let own = |over| Method::ALL.into_iter().map(move |m| (over, "himmelblau", m.id(), None));
    for (over, loss, method, rate) in own("starts").chain(own("rates")).chain([
        ("starts", "himmelblau", "gradient-descent", Some("0.01")),
        ("starts", "himmelblau", "nesterov", Some("0.004")),
        ("starts", "himmelblau", "adam", Some("0.3")),
        ("starts", "one-datum", "gradient-descent", Some("0.3")),
        ("starts", "three-hump-camel", "rmsprop", Some("0.05")),
        ("starts", "log(x)+y^2", "gradient-descent", Some("0.1")),
        ("starts", "quadratic", "lbfgs", Some("0.5")),
    ]) {
        let id = format!("{method}.rate");
        let mut settings =
            vec![("over", over), ("loss", loss), ("method", method), ("grid", "64"), ("steps", "80")];
        settings.extend(rate.map(|rate| (id.as_str(), rate)));
        let handle = if over == "rates" { "rates" } else { "theta" };
        let mut lab = filled(&settings);
        let tiles = tiles(&*lab);
        let view = tiles.view;
        for k in 0..40 {
            // A walk over the pixels that no symmetry of a loss knows.
            let (i, j) = ((k * 37 + 11) % 64, (k * 23 + k / 7) % tiles.rows);
            let centre =
                |[lo, hi]: [f64; 2], k: usize, count| lo + (hi - lo) * (k as f64 + 0.5) / count as f64;
            lab.drag(handle, [centre(view.x, i, 64), centre(view.y, j, tiles.rows)]);
            let cell = tiles.cells[j * 64 + i];
            let single = single(&*lab);
            assert_eq!(
                cell,
                single,
                "{over} {loss} {method} pixel {i}, {j}: {:?}",
                lab.headline().unwrap().text
            );
        }
    }
}

/// The cell that the run on show would paint.
fn single(lab: &dyn Lab) -> [u8; 2] {
    // The picture of one run alone is not to be had; the headline's mark has its colour, the readout its last long step.
    let headline = lab.headline().unwrap();
    let end = match &headline.text.args[0].1 {
        saddlescope::phrase::Arg::Phrase(end) => end.key.clone(),
        other => panic!("{other:?}"),
    };
    let rows = lab.table().unwrap();
    let at = match &headline.text.args[0].1 {
        saddlescope::phrase::Arg::Phrase(end) => end.args.first().map(|(_, at)| at.clone()),
        _ => None,
    };
    let row = rows.rows.iter().find(|r| match &r.cells[0] {
        Cell::Words(_, words) => words.key == end && words.args.first().map(|(_, at)| at.clone()) == at,
        _ => false,
    });
    let ink = row.unwrap_or_else(|| panic!("{end} is in no row")).mark.unwrap().2;
    let steps = lab.values().number("steps");
    let settled = lab.readouts().iter().find(|r| r.id == "settled").map(|r| r.math.plain());
    let settled: Option<f64> =
        settled.map(|s| s.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap());
    match (end.as_ref(), settled, ink) {
        ("fate.end.moving", ..) => [10, 110],
        (_, Some(t), ink) => {
            let color = match ink {
                Ink::Method(k) => k,
                Ink::Text => 12,
                _ => 11,
            };
            [color, (235.0 - 165.0 * (t / steps).sqrt()) as u8]
        }
        _ => [255, 0],
    }
}

#[test]
fn diverged_and_moving_are_told_apart() {
    let lab = filled(&[("grid", "64"), ("gradient-descent.rate", "0.03")]);
    assert!(total(&*lab, "diverged") > 100.0, "{:?}", rows(&*lab));
    let slow = filled(&[("grid", "64"), ("loss", "rosenbrock"), ("gradient-descent.rate", "0.0001")]);
    assert!(total(&*slow, "moving") > 1000.0, "{:?}", rows(&*slow));
    // Slow along the valley of Rosenbrock's function is not at rest on a curve of minima.
    assert_eq!(total(&*slow, "curve"), 0.0);
    let saddle = filled(&[("grid", "64"), ("loss", "saddle"), ("gradient-descent.rate", "0.3")]);
    assert_eq!(total(&*saddle, "diverged"), 64.0 * 64.0, "{:?}", rows(&*saddle));
}

#[test]
fn the_valley_of_the_notes_network_is_a_curve() {
    let lab = filled(&[("grid", "64"), ("loss", "one-datum"), ("gradient-descent.rate", "0.05")]);
    assert!(total(&*lab, "curve") > 0.9 * 64.0 * 64.0, "{:?}", rows(&*lab));
    // Two branches, told apart.
    assert_eq!(rows(&*lab).iter().filter(|(id, _)| *id == "curve").count(), 2, "{:?}", rows(&*lab));
}

#[test]
fn the_picture_comes_from_coarse_to_fine_and_can_be_stopped() {
    let mut lab = fate(&[("steps", "40")]);
    let mut calls = 0;
    // The search, and the first pass: 64 squares of 32 pixels.
    while lab.table().is_none() {
        assert!(lab.work(&mut || true).is_some());
        assert!(lab.table().is_none(), "told that the time is spent it does nothing");
        let mut left = 100;
        lab.work(&mut || {
            left -= 1;
            left < 0
        });
        calls += 1;
        assert!(calls < 1000);
    }
    while rows(&*lab).iter().map(|(_, runs)| runs).sum::<f64>() < 64.0 {
        let mut once = false;
        lab.work(&mut || std::mem::replace(&mut once, true));
    }
    let early = tiles(&*lab);
    assert_eq!((early.columns, early.rows), (256, 256));
    assert!(early.cells.iter().all(|[color, opacity]| *color != 255 || *opacity == 0));
    // The early picture tells the story: four fifths of its pixels keep their colour to the end.
    assert!(lab.shown("halt"));
    lab.act("halt");
    assert!(lab.work(&mut || false).is_none() && lab.task().is_none());
    assert_eq!(tiles(&*lab), early);
    assert_eq!(lab.label("halt").key, "control.resume");
    lab.act("halt");
    while lab.work(&mut || false).is_some() {}
    let late = tiles(&*lab);
    let same = early.cells.iter().zip(&late.cells).filter(|(a, b)| a[0] == b[0]).count();
    assert!(same > 256 * 256 * 4 / 5, "{same}");
    assert!(!lab.shown("halt"));
}

#[test]
fn a_worker_finds_the_same_picture() {
    let settings = [("grid", "64"), ("method", "momentum"), ("momentum.rate", "0.02"), ("at", "1,1")];
    let mut page = fate(&settings);
    let task = page.task().unwrap();
    assert!(!task.contains("at="), "{task}: the start on show is no part of the picture");
    let mut worker = fate(&[]);
    assert!(worker.restore(&task).is_empty());
    // Until a worker answers the page has begun by itself.
    while page.table().is_none() {
        let mut left = 20;
        page.work(&mut || {
            left -= 1;
            left < 0
        });
    }
    assert_eq!(page.task().as_ref(), Some(&task));
    loop {
        let mut left = 3;
        let more = worker.work(&mut || {
            left -= 1;
            left < 0
        });
        let found = worker.harvest();
        page.absorb(&found);
        if more.is_none() {
            break;
        }
    }
    let alone = filled(&settings);
    assert_eq!(tiles(&*page), tiles(&*alone));
    assert_eq!(page.csv(), alone.csv());
    assert_eq!(page.headline(), alone.headline());
    assert!(page.task().is_none());
    // What does not belong here changes nothing.
    for junk in [&[] as &[f64], &[1.0], &[1.0, 1e300, f64::NAN, 3.0], &[0.0, 5.0, 1.0], &[f64::INFINITY; 9]] {
        let mut fresh = fate(&settings);
        fresh.absorb(junk);
        fresh.figures();
        page.absorb(junk);
    }
}

#[test]
fn rates_and_momentum_from_one_start() {
    let lab = filled(&[
        ("over", "rates"),
        ("loss", "quadratic"),
        ("method", "momentum"),
        ("grid", "64"),
        ("steps", "300"),
        ("at", "1,1"),
    ]);
    let figures = lab.figures();
    assert_eq!(figures.iter().map(|f| f.id).collect::<Vec<_>>(), ["fate", "map", "loss"]);
    // λ = 10: stable below η = 2(1 + β)/10.
    let tiles = tiles(&*lab);
    for beta in [0.1_f64, 0.4, 0.7] {
        let bound = (0.2 * (1.0 + beta)).log10();
        assert_eq!(color(&tiles, [bound - 0.1, beta]), 0, "{beta}: the minimum");
        assert_eq!(color(&tiles, [bound + 0.12, beta]), 255, "{beta}: diverged");
    }
    // The caption says what is drawn; a method without such a share has one row, and its bounds across it.
    let named = |lab: &dyn Lab| {
        let figure = lab.figures().swap_remove(0);
        let dashed = figure.front.iter().filter(|l| matches!(l, Layer::Line { .. })).count();
        let inner = match figure.name.args.first() {
            Some((_, saddlescope::phrase::Arg::Phrase(inner))) => inner.key.to_string(),
            _ => String::new(),
        };
        (figure.name.key.to_string(), inner, dashed)
    };
    let says = |key: &str, inner: &str, dashed| (key.to_string(), inner.to_string(), dashed);
    assert_eq!(named(&*lab), says("figure.fate.bounds", "figure.fate.rates", 1));
    for (method, said) in [
        ("gradient-descent", says("figure.fate.bounds", "figure.fate.rate", 4)),
        ("rmsprop", says("figure.fate.rates", "", 0)),
        ("lbfgs", says("figure.fate.rate", "", 0)),
    ] {
        let lab = filled(&[("over", "rates"), ("method", method), ("grid", "64"), ("steps", "20")]);
        assert_eq!(named(&*lab), said, "{method}");
        let value = lab.handles()[0].value.key.to_string();
        let rows = said.0.ends_with("rates") || said.1.ends_with("rates");
        assert_eq!(value, if rows { "handle.fate.rates.value" } else { "handle.fate.rate.value" });
    }
    let flat = filled(&[("over", "rates"), ("method", "gradient-descent"), ("grid", "64")]);
    assert_eq!(flat.figures().len(), 3);
    let Layer::Tiles(tiles) = &flat.figures()[0].back[0] else { panic!() };
    assert_eq!((tiles.columns, tiles.rows), (64, 1));
}

#[test]
fn pressing_a_pixel_replays_its_run() {
    let mut lab = fate(&[("over", "rates"), ("method", "momentum"), ("grid", "64")]);
    lab.drag("rates", [-2.0, 0.5]);
    let (rate, beta) = (lab.values().number("momentum.rate"), lab.values().number("momentum.momentum"));
    assert!((rate.log10() + 2.0).abs() <= 4.5 / 64.0 && (beta - 0.5).abs() <= 1.0 / 64.0, "{rate} {beta}");
    let task = lab.task();
    lab.nudge("rates", [1.0, 0.0], false);
    assert!((lab.values().number("momentum.rate") / rate).log10() - 4.5 / 64.0 < 1e-9);
    assert_eq!(lab.task(), task, "the picture stays");
    lab.drag("theta", [2.0, 2.0]);
    assert_ne!(lab.task(), task, "another start is another picture");
    let mut lab = fate(&[]);
    let task = lab.task();
    lab.drag("theta", [4.0, 4.0]);
    assert_eq!(lab.task(), task);
    let at = lab.values().point("at");
    assert!((at[0] - 4.0).abs() < 0.03 && at[0] != 4.0, "{at:?}: the centre of a pixel");
    let loss = lab.figures().pop().unwrap();
    assert_eq!(loss.id, "loss");
}

/// Runs that pass a saddle slowly do not end there; one that stands still on it does.
#[test]
fn a_saddle_that_is_passed_is_no_end() {
    let lab = filled(&[("steps", "10"), ("grid", "64")]);
    assert_eq!(total(&*lab, "saddle"), 0.0, "{:?}", rows(&*lab));
    let newton = filled(&[("method", "newton"), ("grid", "64")]);
    assert!(total(&*newton, "saddle") > 100.0, "{:?}", rows(&*newton));
}

/// The single run and the worker know of flat regions, and of what lies beside the picture.
#[test]
fn flat_regions_and_ends_beside_the_picture() {
    let flat = [("loss", "3"), ("grid", "64")];
    let mut worker = fate(&flat);
    while worker.work(&mut || false).is_some() {}
    let mut page = fate(&flat);
    page.absorb(&worker.harvest());
    for lab in [&worker, &page] {
        assert_eq!(total(&**lab, "flat"), 64.0 * 64.0);
        let said = lab.headline().unwrap().text.args.swap_remove(0).1;
        let saddlescope::phrase::Arg::Phrase(said) = said else { panic!("{said:?}") };
        assert_eq!(said.key, "fate.end.flat");
    }
    let lab = filled(&[("loss", "one-datum"), ("grid", "64"), ("at", "0.1,1.98")]);
    let table = lab.table().unwrap();
    let first = &table.rows[0].cells;
    assert!(matches!(&first[0], Cell::Words("curve", words) if words.key == "fate.end.curve-minima"));
    assert!(matches!(first[1], Cell::Number(l) if l.abs() < 1e-12), "{first:?}");
    assert!(total(&*lab, "moving") < 0.02 * 64.0 * 64.0, "{:?}", rows(&*lab));
}

/// A run that steps out of the domain has not diverged.
#[test]
fn leaving_the_domain_is_told_from_diverging() {
    let lab = filled(&[
        ("loss", "log(x)+y^2"),
        ("grid", "64"),
        ("at", "0.5,0.5"),
        ("gradient-descent.rate", "0.1"),
    ]);
    assert!(total(&*lab, "left") > 1000.0 && total(&*lab, "undefined") > 1000.0, "{:?}", rows(&*lab));
    assert_eq!(total(&*lab, "diverged"), 0.0, "{:?}", rows(&*lab));
}

/// Each loss opens at rates at which its picture shows something, and the plane of rates with a method that has two.
#[test]
fn rates_open_in_the_units_of_the_loss() {
    for (loss, method) in [
        ("rosenbrock", "gradient-descent"),
        ("quadratic", "gradient-descent"),
        ("rastrigin", "gradient-descent"),
        ("himmelblau", "adam"),
        ("himmelblau", "lion"),
        ("quadratic", "momentum"),
    ] {
        let lab = filled(&[("loss", loss), ("method", method), ("grid", "64")]);
        assert!(total(&*lab, "diverged") < 0.3 * 4096.0, "{loss} {method}: {:?}", rows(&*lab));
        assert!(!lab.state().contains("rate"), "{}", lab.state());
        if loss != "rosenbrock" {
            assert!(total(&*lab, "moving") < 0.6 * 4096.0, "{loss} {method}: {:?}", rows(&*lab));
        }
    }
    let mut lab = fate(&[("over", "rates")]);
    assert_eq!(lab.values().choice("method"), "momentum");
    let mut again = fate(&[]);
    assert!(again.restore(&lab.state()).is_empty());
    assert_eq!(again.values(), lab.values());
    lab.set("over", "starts").unwrap();
    assert_eq!(lab.values().choice("method"), "gradient-descent");
    lab.set("method", "adam").unwrap();
    lab.set("over", "rates").unwrap();
    assert_eq!(lab.values().choice("method"), "adam");
}

/// What stands still is not said to move: at the edge of a flat region, at a kink, at a minimum beside the view.
#[test]
fn what_is_at_rest_is_not_said_to_move() {
    // Most runs stop a step's length beyond the edge of the quarter in which L is 0, some a rounding error beyond it.
    let lab = filled(&[("loss", "relu(x)+relu(y)"), ("grid", "64"), ("steps", "300")]);
    assert_eq!(total(&*lab, "flat"), 4096.0, "{:?}", rows(&*lab));
    // Descent jumps to and fro about the lowest point, which is a kink.
    let lab = filled(&[
        ("loss", "abs(x)+abs(y)"),
        ("grid", "64"),
        ("steps", "300"),
        ("gradient-descent.rate", "0.01"),
    ]);
    assert_eq!(total(&*lab, "kink"), 4096.0, "{:?}", rows(&*lab));
    let lab = filled(&[("loss", "ackley"), ("grid", "64")]);
    // Of its 441 points in view the minima are told, not those that lie lowest.
    assert!(total(&*lab, "moving") < 0.1 * 4096.0, "{:?}", rows(&*lab));
    // The minima of cos(x) + cos(y) are at (±π, ±π), beside the view, and the rate is one at which runs settle there.
    let lab = filled(&[("loss", "cos(x)+cos(y)"), ("grid", "64")]);
    assert!(total(&*lab, "resting") > 0.9 * 4096.0, "{:?}", rows(&*lab));
    // Short steps at a small rate are no rest.
    let slow = filled(&[("grid", "64"), ("gradient-descent.rate", "1e-5"), ("steps", "10")]);
    assert_eq!(total(&*slow, "resting"), 0.0, "{:?}", rows(&*slow));
}

#[test]
fn all_runs_are_told_to_be_all() {
    let mut lab = fate(&[("grid", "64")]);
    let said = lab.headline().unwrap();
    assert_eq!(said.reason.key, "fate.reason.none");
    // No point is known yet: nothing is said of where this run is.
    let saddlescope::phrase::Arg::Phrase(end) = &said.text.args[0].1 else { panic!("{said:?}") };
    assert_eq!(end.key, "fate.end.unknown");
    let mut left = 200;
    while lab.table().is_none() {
        lab.work(&mut || {
            left -= 1;
            left % 100 == 0
        });
    }
    assert_eq!(lab.headline().unwrap().reason.key, "fate.reason");
    while lab.work(&mut || false).is_some() {}
    assert_eq!(lab.headline().unwrap().reason.key, "fate.reason.all");
}

/// A point of the map has the colour of the region from which runs come to it, whatever its kind.
#[test]
fn points_have_the_colours_of_their_regions() {
    let lab = filled(&[("method", "newton"), ("grid", "64")]);
    let marks = |figure: &Figure| -> Vec<([f64; 2], Ink)> {
        let mark = |layer: &Layer| match layer {
            Layer::Mark { at, ink, .. } => Some((*at, *ink)),
            _ => None,
        };
        figure.front.iter().filter_map(mark).collect()
    };
    let figure = lab.figures().swap_remove(0);
    let at = [-0.128, -1.954];
    let (_, ink) =
        marks(&figure).into_iter().find(|(p, _)| (p[0] - at[0]).hypot(p[1] - at[1]) < 0.01).unwrap();
    let tiles = tiles(&*lab);
    assert_eq!(ink, tiles.palette[usize::from(color(&tiles, at))], "the saddle at {at:?}");
}
