//! Gradient checks: the error of differences against theory, the verdict of the working test on every mistake, what the
//! lecture notes' test does to correct gradients, and the lab that shows all this.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use saddlescope::derivative::{
    Expected, Mistake, Outcome, Ruling, differences, gradient, measured_best, notes_procedure,
    notes_refusals, working_test,
};
use saddlescope::figure::Layer;
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::loss::{Landscape, Loss, View};

fn loss(text: &str) -> Loss {
    Loss::parse(text).unwrap()
}

/// Points of a landscape's domain that no symmetry picks out.
fn generic(landscape: Landscape, count: usize) -> impl Iterator<Item = [f64; 2]> {
    let view = landscape.domain();
    let place = |share: f64, [lo, hi]: [f64; 2]| lo + share.fract() * (hi - lo);
    (1..=count).map(move |k| {
        let k = k as f64;
        [place(0.317 + 0.618_034 * k, view.x), place(0.211 + 0.414_214 * k, view.y)]
    })
}

/// For every mistake, on every named landscape, at generic points: refused if it changes the gradient there (the two
/// components of a neuron's gradient are equal: swapping them is no mistake), passed if it does not. And the true
/// gradient passes everywhere, with an error far below the limit.
#[test]
fn the_working_test_is_right_about_every_mistake_on_every_landscape() {
    let mut worst: f64 = 0.0;
    let mut counts = [0; 2];
    let mut again = 0;
    let mut problems = Vec::new();
    for landscape in Landscape::ALL {
        let loss = Loss::landscape(landscape);
        let view = landscape.domain();
        let lag = [view.x, view.y].map(|[lo, hi]| 0.01 * (hi - lo));
        for at in generic(landscape, 40) {
            let (_, g) = gradient(&loss, at);
            let truth = working_test(&loss, at, g);
            again += u32::from(truth.again);
            worst = worst.max(truth.relative);
            if truth.outcome != Outcome::Passes {
                problems.push(format!("{landscape:?} {at:?} g = {g:?}: {truth:?}"));
            }
            for mistake in Mistake::ALL {
                let tested = mistake.gradient(&loss, at, [at[0] - lag[0], at[1] - lag[1]]);
                let off = (tested[0] - g[0]).hypot(tested[1] - g[1]);
                let size = g[0].hypot(g[1]).max(tested[0].hypot(tested[1]));
                let same = off <= 1e-12 * size;
                counts[usize::from(same)] += 1;
                let want = if same { Outcome::Passes } else { Outcome::Refuses };
                let got = working_test(&loss, at, tested);
                if got.outcome != want {
                    problems.push(format!("{landscape:?} {at:?} {mistake:?} {tested:?} for {g:?}: {got:?}"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} wrong:\n{}", problems.len(), problems.join("\n"));
    println!("worst relative error of a true gradient {worst:e}, second looks {again}, verdicts {counts:?}");
    assert!(worst < 1e-6, "{worst:e}");
    assert!(again <= 3, "{again} second looks");
    // Worst of 81,000 random points of all landscapes: 4.6e-7 at the first look (near the minimum of the quartic bowl);
    // Lévy's function no. 13, whose third derivative is 10⁴ times its slope, needs the second at 11 of 3,000.
    let levy = Loss::landscape(Landscape::Levy13);
    let at = [-5.948_534_397_010_805, 9.392_211_586_974_32];
    let truth = working_test(&levy, at, gradient(&levy, at).1);
    assert!(truth.outcome == Outcome::Passes && truth.again && truth.relative < 1e-7, "{truth:?}");
    for mistake in Mistake::ALL {
        let tested = mistake.gradient(&levy, at, [at[0] - 0.2, at[1] - 0.2]);
        assert_eq!(working_test(&levy, at, tested).outcome, Outcome::Refuses, "{mistake:?}");
    }
    assert!(counts[0] > 5_000 && counts[1] > 0, "{counts:?}");
}

/// MATHEMATICS: 68% and 74%.
#[test]
fn the_notes_test_refuses_most_correct_gradients() {
    let square = |r: f64| View { x: [-r, r], y: [-r, r] };
    let himmelblau = notes_refusals(&loss("himmelblau"), square(5.0), 20_000);
    let rosenbrock = notes_refusals(&loss("rosenbrock"), square(2.0), 20_000);
    assert!((himmelblau - 0.68).abs() < 0.01, "{himmelblau}");
    assert!((rosenbrock - 0.74).abs() < 0.015, "{rosenbrock}");
    assert!(notes_refusals(&loss("log(-1-x^2)"), square(1.0), 10).is_nan());
}

#[test]
fn the_notes_procedure_goes_on_with_a_tenth_of_h_and_then_blames_the_code() {
    let (f, at) = (loss("himmelblau"), [-0.8, -3.2]);
    let steps = notes_procedure(&f, at, gradient(&f, at).1);
    let rulings: Vec<_> = steps.iter().map(|s| (s.i, s.ruling)).collect();
    let refused = |i| [(i, Ruling::Exceeds), (i, Ruling::Wrong)];
    assert_eq!(rulings, [refused(0), refused(1)].concat());
    assert!(steps[0].h == 1e-7 && (steps[1].h - 1e-8).abs() < 1e-20);
    assert!(steps[1].error > 2.0 * steps[0].error, "a tenth of h makes rounding worse: {steps:?}");
    // A large third derivative is the case that the notes had in mind: M h² with M = 1e8.
    let steep = loss("1e8*x^3");
    let steps = notes_procedure(&steep, [1e-3, 0.0], gradient(&steep, [1e-3, 0.0]).1);
    assert_eq!(steps[0].ruling, Ruling::Exceeds);
    assert!((steps[0].error - 1e-6).abs() < 1e-7, "{steps:?}");
    assert_eq!(steps[1].ruling, Ruling::Within, "{steps:?}");
}

/// At h where one error rules, the measured error has the size and the slope of the theory.
#[test]
fn truncation_falls_with_slope_1_and_2_and_rounding_grows_with_slope_minus_1() {
    for text in ["himmelblau", "rosenbrock", "mccormick", "exp(x)*sin(y)", "beale"] {
        let f = loss(text);
        for at in [[0.7, -0.4], [-1.3, 0.6], [1.1, 1.7]] {
            for i in 0..2 {
                let g = gradient(&f, at).1[i];
                let [forward, central] = Expected::of(&f, at, i);
                let error = |h: f64, k: usize| (differences(&f, at, i, h)[k] - g).abs();
                let h = 1e-4;
                assert!((error(h, 0) / forward.truncation(h) - 1.0).abs() < 0.05, "{text} {at:?} {i}");
                if central.order == 2 {
                    let h = 1e-3;
                    let ratio = error(h, 1) / central.truncation(h);
                    assert!((ratio - 1.0).abs() < 0.05, "{text} {at:?} {i}: {ratio}");
                }
                // Rounding jumps about: its largest over a decade.
                for (k, expected) in [forward, central].into_iter().enumerate() {
                    let largest =
                        (0..40).map(|j| 10f64.powf(-12.0 + f64::from(j) / 40.0)).map(|h| error(h, k) * h);
                    let ratio = largest.fold(0.0, f64::max) / expected.rounding;
                    assert!((0.02..20.0).contains(&ratio), "{text} {at:?} {i} {k}: {ratio}");
                }
            }
        }
    }
}

#[test]
fn the_best_step_is_the_one_that_is_measured() {
    // 2√(ε|L/L″|) and ∛(3ε|L/L‴|) for L = eˣ: all derivatives are L.
    let f = loss("exp(x)");
    let [forward, central] = Expected::of(&f, [0.3, 0.0], 0);
    assert!((forward.best().unwrap() / (2.0 * f64::EPSILON.sqrt()) - 1.0).abs() < 1e-12);
    assert!((central.best().unwrap() / (3.0 * f64::EPSILON).cbrt() - 1.0).abs() < 1e-12);
    let mut ratios = Vec::new();
    for text in ["himmelblau", "rosenbrock", "mccormick", "goldstein-price", "branin", "styblinski-tang"] {
        let f = loss(text);
        for at in generic(f.named().unwrap(), 12) {
            for i in 0..2 {
                let g = gradient(&f, at).1[i];
                for (k, expected) in Expected::of(&f, at, i).into_iter().enumerate() {
                    let errors = (0..=280).map(|j| {
                        let h = 10f64.powf(-15.0 + f64::from(j) / 20.0);
                        [h, (differences(&f, at, i, h)[k] - g).abs()]
                    });
                    let best = expected.best().filter(|h| *h < 0.03);
                    ratios.extend(best.zip(measured_best(errors)).map(|(theory, found)| found / theory));
                }
            }
        }
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    assert!(ratios.len() > 200 && (0.4..2.5).contains(&median), "{median} of {}", ratios.len());
    assert!(ratios[0] > 0.02 && ratios[ratios.len() - 1] < 50.0, "{ratios:?}");
}

#[test]
fn without_a_third_derivative_there_is_no_truncation() {
    let f = Loss::notes();
    let [forward, central] = Expected::of(&f, [0.7, -0.4], 0);
    assert!(forward.order == 1 && forward.best().is_some());
    assert!(central.order == 0 && central.best().is_none() && central.truncation(0.1) == 0.0);
    // Even in x about this point: the third derivative vanishes, and so does every odd one.
    let [_, central] = Expected::of(&loss("cos(x)"), [0.0, 0.0], 0);
    assert_eq!(central.order, 0);
    // x⁵ at 0: L‴ = 0, the fifth derivative rules.
    let [_, central] = Expected::of(&loss("1+x^5"), [0.0, 0.0], 0);
    assert_eq!((central.order, central.coefficient), (4, 1.0));
    let error = |h: f64| differences(&loss("1+x^5"), [0.0, 0.0], 0, h)[1];
    assert!((error(0.1) / 1e-4 - 1.0).abs() < 1e-9);
}

#[test]
fn kinks_zeros_and_gaps_are_cases_of_their_own() {
    let outcome = |text: &str, at: [f64; 2]| {
        let f = loss(text);
        let (_, g) = gradient(&f, at);
        working_test(&f, at, g).outcome
    };
    assert_eq!(outcome("relu(x)+y^2", [2e-6, 0.4]), Outcome::Kink);
    assert_eq!(outcome("relu(x)+y^2", [1e-4, 0.4]), Outcome::Passes);
    assert_eq!(outcome("abs(x-y)", [0.5, 0.5]), Outcome::Kink);
    assert_eq!(outcome("max(x,y^2)+x", [0.25, 0.5]), Outcome::Kink);
    assert_eq!(outcome("relu(x)^3+y", [1e-6, 0.4]), Outcome::Passes);
    assert_eq!(outcome("one-datum", [0.0, 0.0]), Outcome::Silent);
    assert_eq!(outcome("himmelblau", [3.0, 2.0]), Outcome::Silent);
    assert_eq!(outcome("log(x)", [-1.0, 0.0]), Outcome::NotDefined);
    assert_eq!(outcome("sqrt(x)", [1e-7, 0.0]), Outcome::NotDefined);
}

/// The verdict does not depend on the units of the loss.
#[test]
fn the_working_test_is_free_of_scale_and_the_notes_is_not() {
    for scale in ["1e-9*", "1e9*"] {
        let f = loss(&[scale, "((x^2+y-11)^2+(x+y^2-7)^2)"].concat());
        let at = [0.7, -0.4];
        let (_, g) = gradient(&f, at);
        assert_eq!(working_test(&f, at, g).outcome, Outcome::Passes);
        assert_eq!(working_test(&f, at, [-g[0], g[1]]).outcome, Outcome::Refuses);
    }
    let small = loss("1e-9*((x^2+y-11)^2+(x+y^2-7)^2)");
    let g = gradient(&small, [0.7, -0.4]).1;
    let wrong = notes_procedure(&small, [0.7, -0.4], [-g[0], -g[1]]);
    assert!(wrong.iter().all(|s| s.ruling == Ruling::Within), "a small wrong gradient passes: {wrong:?}");
}

fn open(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("gradient-check").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn said(lab: &dyn Lab) -> String {
    lab.headline().unwrap().text.key.into_owned()
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

#[test]
fn the_lab_opens_where_the_notes_refuse_a_correct_gradient() {
    let lab = open(&[]);
    assert_eq!(said(&*lab), "check.notes-refuse");
    assert_eq!(readout(&*lab, "gradient"), "g = (48.3, −58.4)");
    assert_eq!(readout(&*lab, "tested"), "");
    assert_eq!(lab.remarks()[0].key, "remark.check.rounding");
    let results: Vec<_> = lab.table().unwrap().rows.iter().filter_map(|r| r.cells.last().cloned()).collect();
    let ids: Vec<_> = results.iter().map(|c| if let Cell::Words(id, _) = c { *id } else { "" }).collect();
    assert_eq!(ids, ["exceeds", "wrong", "exceeds", "wrong", "passes"]);
    let share = readout(&*lab, "share");
    let percent: f64 = share.trim_end_matches('%').parse().unwrap();
    assert!((66.0..71.0).contains(&percent), "{share}");
    // 2√(ε|L/L″|) = 2√(ε·189.83/(12x² + 4y − 42)) with x = −0.8, y = −3.2.
    let bend: f64 = 12.0 * 0.64 - 12.8 - 42.0;
    let best = 2.0 * (f64::EPSILON * 189.8272 / bend.abs()).sqrt();
    let shown = saddlescope::phrase::number(best, 3);
    assert!(readout(&*lab, "best-forward").ends_with(&shown), "{} {shown}", readout(&*lab, "best-forward"));
}

#[test]
fn every_mistake_is_caught_and_shown() {
    for tested in ["sign", "factor", "term", "swapped", "stale"] {
        let lab = open(&[("tested", tested)]);
        assert_eq!(said(&*lab), "check.caught", "{tested}");
        assert!(!readout(&*lab, "tested").is_empty(), "{tested}");
        // The error of a wrong gradient does not fall with h: a plateau.
        let figure = lab.figures().into_iter().find(|f| f.id == "error").unwrap();
        let lines = figure
            .front
            .iter()
            .filter_map(|l| if let Layer::Line { points, .. } = l { Some(points) } else { None });
        let central = lines.filter(|points| points.len() == 281).nth(1).unwrap();
        let level = |power: f64| central.iter().find(|p| (p[0] - power).abs() < 1e-9).unwrap()[1];
        assert!((level(-4.0) - level(-7.0)).abs() < 0.01 && level(-7.0) > -2.0, "{tested}");
    }
    let lab = open(&[("tested", "term")]);
    let words: Vec<_> = lab.remarks().iter().map(|r| r.key.to_string()).collect();
    assert!(words.contains(&"remark.forgotten".to_string()));
    // A mistake that changes nothing, to the bit or up to rounding, is not called correct code.
    for (loss, at) in [("sigmoid-mse", "1,2"), ("x*y", "1,1"), ("x^2+y^2", "1,1")] {
        let lab = open(&[("loss", loss), ("at", at), ("tested", "swapped")]);
        assert_eq!(said(&*lab), "check.same", "{loss}");
        assert!(!readout(&*lab, "tested").is_empty(), "{loss}");
    }
}

#[test]
fn typed_gradients_are_tested_as_they_are() {
    let mut lab = open(&[("tested", "typed")]);
    assert!(lab.shown("g1") && lab.shown("g2"));
    assert_eq!(said(&*lab), "check.notes-refuse");
    lab.set("g1", "4*x*(x^2+y-11)").unwrap();
    assert_eq!(said(&*lab), "check.caught");
    let state = lab.state();
    assert!(lab.set("g1", "4*x*(").unwrap_err().code().starts_with("formula."));
    assert_eq!(lab.state(), state);
    lab.set("loss", "x^2+sin(y)").unwrap();
    lab.set("g1", "2x").unwrap();
    lab.set("g2", "cos(y)").unwrap();
    assert!(["check.right", "check.notes-refuse"].contains(&said(&*lab).as_str()));
    // An error of a billionth of g cannot be seen.
    lab.set("g1", "2.00000001x").unwrap();
    assert_eq!(said(&*lab), "check.missed");
}

#[test]
fn saddle_kink_and_quadratic_are_told_apart() {
    let mut lab = open(&[]);
    lab.act("notes");
    assert!(!lab.shown("notes"));
    assert!(lab.remarks().iter().any(|r| r.key == "remark.check.quadratic"));
    lab.set("at", "0,0").unwrap();
    lab.set("tested", "sign").unwrap();
    assert_eq!(said(&*lab), "check.silent");
    lab.act("kink");
    assert_eq!(said(&*lab), "check.kink");
    assert!(readout(&*lab, "gradient").starts_with("g = (2.4"), "beside the kink there is a gradient");
    // On it there is none, and nothing to say of the best step.
    let on = open(&[("loss", "abs(x)+y^2"), ("at", "0,1")]);
    assert_eq!((&*said(&*on), &*readout(&*on, "gradient")), ("check.kink", "g = (—, —)"));
    assert!(on.readouts().iter().all(|r| !r.id.starts_with("best")));
    // Where the error is 0 at every small h, none of them is the best.
    let flat = open(&[("loss", "3")]);
    let notes: Vec<_> =
        flat.readouts().into_iter().filter(|r| r.id.starts_with("best")).filter_map(|r| r.note).collect();
    assert!(
        notes.len() == 2 && notes.iter().all(|n| format!("{n:?}").contains("readout.check.any")),
        "{notes:?}"
    );
    lab.set("loss", "log(x)").unwrap();
    lab.set("at", "-1,0").unwrap();
    assert_eq!(said(&*lab), "verdict.not-defined");
}

/// In the picture at the scale of h the tangent of the tested slope lies flat, and a secant rises by its own error.
#[test]
fn secants_rise_by_their_errors() {
    let f = loss("himmelblau");
    for (h, tested) in [(1e-2, "true"), (1e-4, "true"), (1e-5, "sign"), (1e-5, "term")] {
        let lab = open(&[("h", &h.to_string()), ("tested", tested), ("component", "2")]);
        let at = lab.values().point("at");
        let g = gradient(&f, at).1;
        let a = match tested {
            "sign" => -g[1],
            "term" => Mistake::Term.gradient(&f, at, at)[1],
            _ => g[1],
        };
        let figure = lab.figures().into_iter().find(|f| f.id == "zoom").unwrap();
        let lines: Vec<_> = figure
            .front
            .iter()
            .filter_map(|l| if let Layer::Line { points, .. } = l { Some(points.clone()) } else { None })
            .collect();
        for (k, difference) in differences(&f, at, 1, h).into_iter().enumerate() {
            let [start, end] = [lines[k + 1][0], lines[k + 1][1]];
            let slope = (end[1] - start[1]) / (end[0] - start[0]) / h;
            let error = difference - a;
            assert!((slope - error).abs() <= 1e-3 * error.abs() + 1e-8, "{h} {tested} {k}: {slope} {error}");
        }
        assert!(lines[3].iter().all(|p| p[1] == 0.0));
    }
}

#[test]
fn the_step_follows_its_handle_and_comes_back_with_the_keys() {
    let mut lab = open(&[]);
    lab.drag("h", [-5.0, 0.0]);
    assert_eq!(lab.values().number("h"), 1e-5);
    lab.nudge("h", [1.0, 0.0], false);
    assert!((lab.values().number("h") - 1.259e-5).abs() < 1e-9);
    lab.nudge("h", [-1.0, 0.0], false);
    assert_eq!(lab.values().number("h"), 1e-5);
    lab.nudge("h", [0.0, -1.0], true);
    assert_eq!(lab.values().number("h"), 1e-6);
    let handle = lab.handles().into_iter().find(|h| h.id == "h").unwrap();
    assert!((handle.at[0] + 6.0).abs() < 1e-12);
    let csv = lab.csv();
    assert!(csv.starts_with("test,difference,error,limit,result\n"));
    assert_eq!(csv.lines().skip_while(|l| !l.starts_with("h,forward")).count(), 282);
}
