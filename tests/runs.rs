//! Runs: at which rates they converge, what decay and noise do to them, how long they take out of a saddle, how they end,
//! and that going back gives the same numbers.

// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/methods.rs"]
mod methods;

use methods::{Bowl, all, optimizer};
use saddlescope::critical::Curvature;
use saddlescope::derivative::jet;
use saddlescope::loss::{Landscape, Loss};
use saddlescope::optimizer::{
    Dialect, Divergence, Family, Journey, JourneyLimits, Limits, Method, Noise, Optimizer, Run, Schedule,
    Setup, Stop, delayed_bound, stability_bound,
};

fn setup(optimizer: Optimizer, schedule: Schedule, steps: usize) -> Setup {
    let limits = Limits { steps, ..Limits::default() };
    Setup { optimizer, schedule, noise: None, delay: 0, limits }
}

/// Gradient descent at a constant rate.
fn descent(loss: &Loss, rate: f64, start: [f64; 2], steps: usize) -> Run {
    let method = optimizer(Method::GradientDescent, Dialect::Notes, &[]);
    let mut run = Run::new(setup(method, Schedule::constant(rate), steps), &mut &*loss, &start);
    run.finish(&mut &*loss);
    run
}

fn last_loss(run: &Run) -> f64 {
    run.record(run.steps()).unwrap().loss
}

/// ‖θ‖ after many steps at `share` of the bound on a quadratic with eigenvalues 1 and `steep`.
fn at_share_of_bound(method: Method, dialect: Dialect, given: &[(&str, f64)], steep: f64, share: f64) -> f64 {
    let there = optimizer(method, dialect, given);
    let rate = share * stability_bound(&there, steep, None).unwrap();
    let mut oracle = Bowl(vec![1.0, steep]);
    let mut run = Run::new(setup(there, Schedule::constant(rate), 20_000), &mut oracle, &[1.0, 1.0]);
    run.finish(&mut oracle);
    match run.stop() {
        Some(Stop::Diverged { reason: Divergence::Overshoot, rate: left_at, bound }) => {
            let bound = bound.expect("the bound is known");
            assert!((left_at / bound / share - 1.0).abs() < 1e-9, "{left_at} against {bound}");
            f64::INFINITY
        }
        Some(Stop::Steps) => run.record(run.steps()).unwrap().theta[1].abs(),
        other => panic!("{method:?} {dialect:?}: {other:?}"),
    }
}

#[test]
fn bounds_part_convergence_from_divergence() {
    let mut cases = vec![
        (Method::GradientDescent, Dialect::Notes, vec![]),
        (Method::GradientDescent, Dialect::Pytorch, vec![("weight-decay", 0.5)]),
        (Method::GradientDescent, Dialect::Keras, vec![("weight-decay", 0.5)]),
        (Method::Momentum, Dialect::Pytorch, vec![("dampening", 0.4), ("weight-decay", 0.5)]),
        (Method::ShiftedNewton, Dialect::Notes, vec![("shift", 3.0)]),
        (Method::SaddleFreeNewton, Dialect::Notes, vec![]),
        (Method::Newton, Dialect::Notes, vec![]),
    ];
    for beta in [0.3, 0.9] {
        for dialect in [Dialect::Notes, Dialect::Pytorch, Dialect::Keras, Dialect::Optax] {
            cases.push((Method::Momentum, dialect, vec![("momentum", beta)]));
            cases.push((Method::Nesterov, dialect, vec![("momentum", beta)]));
        }
        cases.push((Method::AveragedMomentum, Dialect::Notes, vec![("momentum", beta)]));
    }
    for (method, dialect, given) in cases {
        for steep in [2.0, 10.0] {
            let below = at_share_of_bound(method, dialect, &given, steep, 0.99);
            let above = at_share_of_bound(method, dialect, &given, steep, 1.01);
            assert!(below < 1e-3, "{method:?} {dialect:?} {given:?} at 0.99 of the bound: {below}");
            assert!(above > 1e3, "{method:?} {dialect:?} {given:?} at 1.01 of the bound: {above}");
        }
    }
    let nesterov = optimizer(Method::Nesterov, Dialect::Notes, &[]);
    assert!((stability_bound(&nesterov, 1.0, None).unwrap() - 1.357).abs() < 1e-3);
    assert_eq!(stability_bound(&optimizer(Method::Adam, Dialect::Notes, &[]), 1.0, None), None);
    assert_eq!(stability_bound(&nesterov, -1.0, None), None);
}

#[test]
fn late_gradients_lower_the_bound() {
    for delay in 0..6 {
        for (share, converges) in [(0.99, true), (1.01, false)] {
            let rate = share * delayed_bound(10.0, delay);
            let descent = optimizer(Method::GradientDescent, Dialect::Notes, &[]);
            let setup = Setup { delay, ..setup(descent, Schedule::constant(rate), 50_000) };
            let mut oracle = Bowl(vec![1.0, 10.0]);
            let mut run = Run::new(setup, &mut oracle, &[1.0, 1.0]);
            run.finish(&mut oracle);
            let left = run.record(run.steps()).unwrap().theta[1].abs();
            if converges {
                assert!(left < 1e-3 && run.stop() == Some(Stop::Steps), "delay {delay}: {left}");
            } else {
                let Some(Stop::Diverged { reason: Divergence::Overshoot, bound: Some(bound), .. }) =
                    run.stop()
                else {
                    panic!("delay {delay}: {:?} {left}", run.stop());
                };
                assert!((bound / delayed_bound(10.0, delay) - 1.0).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn too_large_a_step_finds_a_flatter_valley() {
    let loss = Loss::notes();
    let start = [2.0, 0.2];
    let steepest = Curvature::of(jet(&loss, start).hessian).unwrap().lambda[1];
    assert!((2.0 / steepest - 0.249).abs() < 5e-4);
    let steepness = |theta: &[f64]| 2.0 * (theta[0] * theta[0] + theta[1] * theta[1]);
    let mut before = f64::INFINITY;
    for rate in [0.26, 0.30, 0.35, 0.40] {
        let run = descent(&loss, rate, start, 2_000);
        assert!(last_loss(&run) < 1e-12, "η = {rate}: {}", last_loss(&run));
        let valley = steepness(run.record(run.steps()).unwrap().theta);
        assert!(valley < 2.0 / rate && valley < before.max(steepest), "η = {rate}: {valley}");
        before = valley;
    }
    let run = descent(&loss, 0.45, start, 2_000);
    assert!(matches!(run.stop(), Some(Stop::Diverged { reason: Divergence::Overshoot, .. })));
}

#[test]
fn a_flat_loss_can_have_a_large_gradient() {
    let loss = Loss::with_parameters(Landscape::Quadratic, &[1.0, 10.0, 0.0]).unwrap();
    let run = descent(&loss, 0.2, [1.0, 1.0], 200);
    for record in run.records().skip(50) {
        assert!((record.loss - 5.0).abs() < 1e-6 && (record.norm - 10.0).abs() < 1e-6, "{record:?}");
    }
}

fn decayed(schedule: &Schedule, noise: Option<Noise>) -> f64 {
    let descent = optimizer(Method::GradientDescent, Dialect::Notes, &[]);
    let setup = Setup { noise, ..setup(descent, schedule.clone(), 400) };
    let mut oracle = Bowl(vec![1.0, 10.0]);
    let mut run = Run::new(setup, &mut oracle, &[1.0, 1.0]);
    run.finish(&mut oracle);
    assert_eq!(run.steps(), 400);
    last_loss(&run)
}

#[test]
fn decay_pays_only_with_noise() {
    let ten =
        |r| Schedule::new(Family::PowerOfTen, Dialect::Notes, &[("rate", 0.15), ("period", r)]).unwrap();
    let schedules = [Schedule::constant(0.15), ten(100.0), ten(20.0)];
    let quiet = schedules.each_ref().map(|s| decayed(s, None));
    for (got, want) in quiet.iter().zip([2e-57, 6e-7, 3e-2]) {
        assert!((0.5..2.0).contains(&(got / want)), "{quiet:?}");
    }
    let seeds = 0..200;
    let mean = |s: &Schedule| {
        seeds.clone().map(|seed| decayed(s, Some(Noise { sigma: 1.0, seed }))).sum::<f64>() / 200.0
    };
    let [constant, slow, _] = schedules.each_ref().map(mean);
    // A constant rate keeps the variance η/(2 − ηλ)/λ in each coordinate: ½·Σ η/(2 − ηλ) = 0.19.
    let floor: f64 = [1.0, 10.0].iter().map(|l| 0.5 * 0.15 / (2.0 - 0.15 * l)).sum();
    assert!((constant / floor - 1.0).abs() < 0.3, "{constant} against {floor}");
    assert!((1e-3..1e-2).contains(&slow), "{slow}");
}

/// The least final loss over a grid of rates, 24 to a decade.
fn best(loss: &Loss, method: Method, start: [f64; 2], steps: usize) -> f64 {
    let rates = (-96..=48).map(|k| 10f64.powf(f64::from(k) / 24.0));
    let losses = rates.map(|rate| {
        let there = optimizer(method, Dialect::Pytorch, &[]);
        let mut run = Run::new(setup(there, Schedule::constant(rate), steps), &mut &*loss, &start);
        run.finish(&mut &*loss);
        if run.stop() == Some(Stop::Steps) { last_loss(&run) } else { f64::INFINITY }
    });
    losses.fold(f64::INFINITY, f64::min)
}

#[test]
fn the_gain_of_adagrad_hangs_on_the_axes() {
    // Condition 100, 200 steps from (2, 1).
    let quadratic = |phi| Loss::with_parameters(Landscape::Quadratic, &[10.0, 0.1, phi]).unwrap();
    let least = |phi, method| best(&quadratic(phi), method, [2.0, 1.0], 200);
    assert!(least(0.0, Method::AdaGrad) < 1e-100);
    let (adagrad, descent) = (least(45.0, Method::AdaGrad), least(45.0, Method::GradientDescent));
    assert!((0.5..2.0).contains(&(adagrad / 1.4e-4)), "{adagrad}");
    assert!((0.5..2.0).contains(&(descent / 8e-6)), "{descent}");
}

/// log(r/δ)/log(growth): plain descent, heavy ball, saddle-free Newton.
#[test]
fn escape_times() {
    let loss = Loss::notes();
    let (delta, radius) = (1e-8, 0.3);
    let side = delta / 2f64.sqrt();
    let steps_out = |method: Method, rate: f64, growth: f64| {
        let mut run = Run::new(
            setup(optimizer(method, Dialect::Notes, &[]), Schedule::constant(rate), 2_000),
            &mut &loss,
            &[side, side],
        );
        run.finish(&mut &loss);
        let out = |theta: &[f64]| (theta[0] + theta[1]).abs() / 2f64.sqrt() >= radius;
        let measured = run.records().position(|r| out(r.theta)).unwrap() as f64;
        let predicted = (radius / delta).ln() / growth.ln();
        assert!((measured - predicted).abs() <= 3.0, "{method:?}: {measured} against {predicted}");
    };
    for rate in [0.01, 0.05, 0.2] {
        steps_out(Method::GradientDescent, rate, 1.0 + 2.0 * rate);
    }
    let (beta, push): (f64, f64) = (0.9, 0.1);
    let b = 1.0 + beta + push;
    let root = (b + (b * b - 4.0 * beta).sqrt()) / 2.0;
    assert!((root - 1.316).abs() < 1e-3);
    steps_out(Method::Momentum, 0.05, root);
    steps_out(Method::SaddleFreeNewton, 1.0, 2.0);
}

#[test]
fn the_gradient_shrinks_and_jumps_when_a_run_approaches_the_saddle() {
    let run = descent(&Loss::notes(), 0.1, [1.0, -0.999], 100);
    let norms: Vec<f64> = run.records().map(|r| r.norm).collect();
    let low = (0..norms.len()).filter(|&t| t < 40).min_by(|&a, &b| norms[a].total_cmp(&norms[b])).unwrap();
    let high = norms[low..].iter().fold(0.0, |max: f64, n| max.max(*n));
    for (got, want) in [(norms[0], 5.65), (norms[low], 0.057), (high, 1.09)] {
        assert!((got / want - 1.0).abs() < 0.05, "{got}, not {want}");
    }
}

/// Every method, with noise, delay and a schedule: stepping back and going on, and a state asked for again, give the
/// numbers of the first time to the last digit.
#[test]
fn replaying_gives_the_same_numbers() {
    let loss = Loss::parse("(x^2+y-11)^2+(x+y^2-7)^2").unwrap();
    for (method, dialect) in all() {
        let schedule =
            Schedule::new(Family::OneCycle, Dialect::Pytorch, &[("rate", 0.0003), ("period", 150.0)])
                .unwrap();
        let there = optimizer(method, dialect, &[]);
        let noise = Some(Noise { sigma: 0.1, seed: 42 });
        let setup = Setup { noise, delay: 3, ..setup(there, schedule, 150) };
        let start = [0.5, -0.5];
        let mut first = Run::new(setup.clone(), &mut &loss, &start);
        let mut states = vec![first.setup().optimizer.state().clone()];
        while first.extend(&mut &loss, 1) == 1 {
            states.push(first.setup().optimizer.state().clone());
        }
        assert!(first.steps() > 60, "{method:?} {dialect:?}: {:?}", first.stop());
        let mut second = Run::new(setup, &mut &loss, &start);
        second.finish(&mut &loss);
        assert_eq!(first.thetas(), second.thetas());
        for t in [0, 1, 31, 32, 33, 60, first.steps()] {
            assert_eq!(
                second.optimizer_at(&mut &loss, t).unwrap().state(),
                &states[t],
                "{method:?} {dialect:?} {t}"
            );
        }
        for t in [59, 33, 32, 31, 5, 0] {
            second.rewind(&mut &loss, t);
            assert_eq!((second.steps(), second.stop()), (t, None));
            assert_eq!(second.setup().optimizer.state(), &states[t], "{method:?} {dialect:?} {t}");
        }
        second.finish(&mut &loss);
        assert_eq!(first.thetas(), second.thetas(), "{method:?} {dialect:?}");
        assert!(first.records().eq(second.records()));
        assert_eq!(first.stop(), second.stop());
    }
}

#[test]
fn ways_to_diverge_are_told_apart() {
    let reason = |loss: &str, rate: f64, start: [f64; 2]| {
        let run = descent(&Loss::parse(loss).unwrap(), rate, start, 2_000);
        assert!(run.records().all(|r| r.loss.is_finite() && r.theta.iter().all(|w| w.is_finite())));
        match run.stop() {
            Some(Stop::Diverged { reason, .. }) => reason,
            other => panic!("{loss}: {other:?}"),
        }
    };
    assert_eq!(reason("x^2-y^2", 0.1, [1.0, 1e-3]), Divergence::Unbounded);
    assert_eq!(reason("x^2+10*y^2", 0.11, [1.0, 1.0]), Divergence::Overshoot);
    assert_eq!(reason("x^4+y^4", 1.0, [3.0, 1.0]), Divergence::Overshoot);
    assert_eq!(reason("x^3+y^2", 0.1, [-1.0, 1.0]), Divergence::Unbounded);
    assert_eq!(reason("log(x)+y^2", 0.3, [0.5, 1.0]), Divergence::Undefined);
    let run = descent(&Loss::parse("log(x)").unwrap(), 0.1, [-1.0, 0.0], 10);
    assert_eq!((run.stop(), run.steps()), (Some(Stop::NotDefined), 0));
}

#[test]
fn a_small_gradient_stops_a_run_that_asks_for_it() {
    let loss = Loss::notes();
    let descent = optimizer(Method::GradientDescent, Dialect::Notes, &[]);
    let mut setup = setup(descent, Schedule::constant(0.1), 1_000);
    setup.limits.gradient = Some(1e-6);
    let mut run = Run::new(setup, &mut &loss, &[0.5, 1.0]);
    run.finish(&mut &loss);
    assert_eq!(run.stop(), Some(Stop::Gradient));
    let norms: Vec<f64> = run.records().map(|r| r.norm).collect();
    assert!(norms[norms.len() - 1] <= 1e-6 && norms[norms.len() - 2] > 1e-6);
}

#[test]
fn another_dimension_gives_nan_and_not_a_panic() {
    let mut adam = optimizer(Method::Adam, Dialect::Notes, &[]);
    adam.step(&mut Bowl(vec![1.0; 3]), &[1.0; 3], 0.1.into());
    assert!(adam.state().delta().iter().all(|d| d.is_nan()));
    let mut run = Run::new(setup(adam, Schedule::constant(0.1), 10), &mut Bowl(vec![1.0; 3]), &[1.0; 3]);
    run.finish(&mut Bowl(vec![1.0; 3]));
    assert_eq!(run.stop(), Some(Stop::NotDefined));
    assert!(run.records().all(|r| r.theta.len() == 2 && r.theta[0].is_nan()));
}

#[test]
fn a_singular_hessian_stops_newton() {
    let loss = Loss::parse("x^2+y^4").unwrap();
    let newton = optimizer(Method::Newton, Dialect::Notes, &[]);
    let mut run = Run::new(setup(newton, Schedule::constant(1.0), 10), &mut &loss, &[1.0, 0.0]);
    run.finish(&mut &loss);
    assert_eq!((run.stop(), run.steps()), (Some(Stop::Singular), 0));
    let shifted = optimizer(Method::ShiftedNewton, Dialect::Notes, &[]);
    let mut run = Run::new(setup(shifted, Schedule::constant(1.0), 10), &mut &loss, &[1.0, 0.0]);
    run.finish(&mut &loss);
    assert_eq!(run.stop(), Some(Stop::Steps));
}

/// Adam with g = 1e200 once stood still for ever without a word: s was infinite, and Δ = 0.
#[test]
fn a_memory_that_overflows_ends_the_run_and_says_so() {
    let loss = Loss::parse("1e200*x^2+y^2").unwrap();
    let run = |method: Method| {
        let dialect = method.dialects().next().unwrap();
        let setup = Setup {
            optimizer: Optimizer::new(method, dialect, &[], 2).unwrap(),
            schedule: Schedule::constant(0.01),
            noise: None,
            delay: 0,
            limits: Limits { steps: 20, ..Limits::default() },
        };
        let mut oracle = &loss;
        let mut run = Run::new(setup, &mut oracle, &[1.0, 1.0]);
        run.finish(&mut oracle);
        run
    };
    for method in [Method::Adam, Method::AdaGrad, Method::RmsProp, Method::AdamW, Method::Nadam] {
        let run = run(method);
        let Some(Stop::Diverged { reason: Divergence::Overflow, .. }) = run.stop() else {
            panic!("{method:?}: {:?}", run.stop());
        };
        assert_eq!(run.steps(), 0, "{method:?}");
        let norm = run.record(0).unwrap().norm;
        assert!((norm / 2e200 - 1.0).abs() < 1e-15, "{norm:e}");
        let limits = JourneyLimits { steps: 20, far: 1e12, pace: 0.01 };
        let mut same = Optimizer::new(method, method.dialects().next().unwrap(), &[], 2).unwrap();
        let end = Journey::from([1.0, 1.0], &loss, &mut same, 0.01.into(), &limits);
        assert_eq!(end, Journey::Diverged, "{method:?}");
    }
    // What asks only for signs, or divides by the largest slope, goes on.
    for method in [Method::Lion, Method::Rprop, Method::Adamax] {
        let run = run(method);
        assert_eq!(run.stop(), Some(Stop::Steps), "{method:?}");
        assert!((run.record(1).unwrap().theta[0] - 0.99).abs() < 1e-12, "{method:?}");
    }
    let Some(Stop::Diverged { reason: Divergence::Overshoot, bound: Some(bound), .. }) =
        run(Method::GradientDescent).stop()
    else {
        panic!()
    };
    assert!((bound / 1e-200 - 1.0).abs() < 1e-12, "{bound:e}");
}

/// Written back, s grows as 1000ᵗ/t! and is infinite after some 150 steps: √s is then so large that Δ is 0 to all digits,
/// and the run stays where it is.
#[test]
fn a_written_back_memory_that_overflows_stays() {
    let loss = Loss::parse("x^2+10*y^2").unwrap();
    let setup = Setup {
        optimizer: Optimizer::new(Method::Adam, Dialect::Notes, &[("write-back", 1.0)], 2).unwrap(),
        schedule: Schedule::constant(0.1),
        noise: None,
        delay: 0,
        limits: Limits { steps: 1_000, ..Limits::default() },
    };
    let mut oracle = &loss;
    let mut run = Run::new(setup, &mut oracle, &[1.0, 1.0]);
    run.finish(&mut oracle);
    assert_eq!(run.stop(), Some(Stop::Steps));
    assert!(run.setup().optimizer.state().vector("s").unwrap().iter().all(|s| s.is_infinite()));
    let [before, end] = [100, 1_000].map(|t| run.record(t).unwrap().theta.to_vec());
    assert!(
        before.iter().zip(&end).all(|(a, b)| (a - b).abs() < 1e-12 && b.is_finite()),
        "{before:?} {end:?}"
    );
}
