//! What theory says of the methods, and the known mistakes of other visualisers.

// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::critical::Curvature;
use saddlescope::derivative::jet;
use saddlescope::loss::{Landscape, Loss};
use saddlescope::optimizer::{
    Dialect, Divergence, Family, Limits, Method, Noise, Optimizer, Oracle, Outcome, Rate, Run, Schedule,
    Setup, Stop, delayed_bound, stability_bound,
};

/// ½·(λ₁x₁² + λ₂x₂² + …), of any dimension.
struct Bowl(Vec<f64>);

impl Oracle for Bowl {
    fn dimension(&self) -> usize {
        self.0.len()
    }
    fn value(&mut self, at: &[f64]) -> f64 {
        self.0.iter().zip(at).map(|(l, x)| 0.5 * l * x * x).sum()
    }
    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        out.iter_mut().zip(&self.0).zip(at).for_each(|((g, l), x)| *g = l * x);
        self.value(at)
    }
    fn hessian(&mut self, _: &[f64], out: &mut [f64]) {
        let n = self.0.len();
        out.fill(0.0);
        self.0.iter().enumerate().for_each(|(i, l)| out[i * n + i] = *l);
    }
}

/// A loss whose gradient is the same everywhere.
struct Slope([f64; 2]);

impl Oracle for Slope {
    fn dimension(&self) -> usize {
        2
    }
    fn value(&mut self, at: &[f64]) -> f64 {
        self.0[0] * at[0] + self.0[1] * at[1]
    }
    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        out.copy_from_slice(&self.0);
        self.value(at)
    }
    fn hessian(&mut self, _: &[f64], out: &mut [f64]) {
        out.fill(0.0);
    }
}

fn optimizer(method: Method, dialect: Dialect, given: &[(&str, f64)]) -> Optimizer {
    Optimizer::new(method, dialect, given, 2).unwrap()
}

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

/// Every method in every dialect, by default.
fn all() -> impl Iterator<Item = (Method, Dialect)> {
    Method::ALL.into_iter().flat_map(|m| m.dialects().map(move |d| (m, d)))
}

#[test]
fn ids_and_defaults_are_whole() {
    for (method, dialect) in all() {
        assert_eq!(Method::from_id(method.id()), Some(method));
        assert_eq!(Dialect::from_id(dialect.id()), Some(dialect));
        assert!(method.default_rate(dialect).unwrap() > 0.0);
        for parameter in method.parameters(dialect) {
            let default = parameter.default(dialect).unwrap();
            assert!(parameter.domain.contains(default), "{method:?} {dialect:?} {}", parameter.id);
            assert_eq!(optimizer(method, dialect, &[]).parameter(parameter.id), Some(default));
            for bad in [f64::NAN, f64::INFINITY, -1.0] {
                let error = Optimizer::new(method, dialect, &[(parameter.id, bad)], 2).unwrap_err();
                assert_eq!(error.code(), "optimizer.parameter");
                let text = error.to_string();
                assert!(text.contains(parameter.id) && text.contains("range"), "{text}");
            }
        }
    }
    let refused = |m, d, n| Optimizer::new(m, d, &[], n).unwrap_err().code().to_string();
    assert_eq!(refused(Method::Lion, Dialect::Pytorch, 2), "optimizer.dialect");
    assert_eq!(refused(Method::Newton, Dialect::Notes, 65), "optimizer.dimension");
    assert_eq!(refused(Method::Adam, Dialect::Notes, 0), "optimizer.dimension");
}

/// Steps of 3 to 43 learning rates are drawn by visualisers that drop one of Adam's two corrections, or apply it twice.
#[test]
fn adam_steps_by_the_learning_rate_on_a_constant_gradient() {
    for gradient in [[1e-3, -70.0], [1.0, 1.0]] {
        for (method, dialect) in all().filter(|(m, _)| matches!(m, Method::Adam | Method::AmsGrad)) {
            let mut adam = optimizer(method, dialect, &[("epsilon", 0.0)]);
            let mut theta = [0.0; 2];
            for t in 1..=200 {
                adam.advance(&mut Slope(gradient), &mut theta, 0.1.into());
                if [1, 2, 5, 10, 50, 200].contains(&t) {
                    for (delta, g) in adam.state().delta().iter().zip(gradient) {
                        // AMSGrad in PyTorch and Keras divides its largest s by today's correction: the same here,
                        // since s rises.
                        let ratio = -delta / (0.1 * g.signum());
                        assert!((ratio - 1.0).abs() < 1e-12, "{method:?} {dialect:?} step {t}: {ratio}");
                    }
                }
            }
        }
    }
}

#[test]
fn writing_the_corrections_back_makes_adam_wrong() {
    let mut adam = optimizer(Method::Adam, Dialect::Notes, &[("epsilon", 0.0), ("write-back", 1.0)]);
    let mut lengths = Vec::new();
    for _ in 0..3 {
        adam.step(&mut Slope([1.0, 1.0]), &[0.0; 2], 1.0.into());
        lengths.push(-adam.state().delta()[0]);
    }
    assert_eq!(lengths[0], 1.0);
    assert!((lengths[1] - 1.0).abs() > 0.3 || (lengths[2] - 1.0).abs() > 0.3, "{lengths:?}");
}

/// Of all methods one leaves a saddle without being pushed: that is what it is for.
fn needs_a_gradient((method, _): &(Method, Dialect)) -> bool {
    *method != Method::NegativeCurvature
}

#[test]
fn at_the_exact_saddle_they_stay_for_ever() {
    let loss = Loss::notes();
    for (method, dialect) in all().filter(needs_a_gradient) {
        let mut method_there = optimizer(method, dialect, &[]);
        let mut theta = [0.0; 2];
        for _ in 0..1_000 {
            method_there.advance(&mut &loss, &mut theta, 0.1.into());
        }
        assert_eq!(theta, [0.0; 2], "{method:?} {dialect:?}");
    }
}

#[test]
fn on_the_stable_line_they_stay_on_it() {
    let loss = Loss::notes();
    for (method, dialect) in all().filter(needs_a_gradient) {
        for start in [0.1, 0.7, 1.3] {
            let mut there = optimizer(method, dialect, &[]);
            let mut theta = [start, -start];
            for t in 0..100 {
                there.advance(&mut &loss, &mut theta, 0.01.into());
                let off = (theta[0] + theta[1]).abs();
                assert!(off <= 1e-15, "{method:?} {dialect:?} from {start} at step {t}: {off}");
            }
        }
    }
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

#[test]
fn newton_divides_the_plane_at_one_fifth() {
    let loss = Loss::notes();
    let mut newton = optimizer(Method::Newton, Dialect::Notes, &[]);
    let p: f64 = 0.2;
    let start = [p.sqrt(); 2];
    let mut theta = start;
    for step in 1..=2 {
        newton.advance(&mut &loss, &mut theta, 1.0.into());
        let sign = if step == 1 { -1.0 } else { 1.0 };
        assert!((theta[0] - sign * start[0]).abs() < 1e-13, "a 2-cycle: {theta:?}");
    }
    for (product, end) in [(0.19f64, 0.0), (0.21, 1.0), (-3.0, 0.0), (2.0, 1.0)] {
        let mut theta = [product.abs().sqrt(), product.signum() * product.abs().sqrt()];
        let factor = 2.0 * product / (3.0 * product - 1.0);
        let expected = theta.map(|w| w * factor);
        let mut newton = optimizer(Method::Newton, Dialect::Notes, &[]);
        newton.advance(&mut &loss, &mut theta, 1.0.into());
        assert!((theta[0] - expected[0]).abs() < 1e-13 * factor.abs().max(1.0), "θ·2p/(3p − 1)");
        for _ in 0..40 {
            if newton.step(&mut &loss, &theta, 1.0.into()) == Outcome::Singular {
                break; // on the valley floor
            }
            let delta = [newton.state().delta()[0], newton.state().delta()[1]];
            theta = [theta[0] + delta[0], theta[1] + delta[1]];
        }
        assert!((theta[0] * theta[1] - end).abs() < 1e-9, "p = {product}: {theta:?}");
    }
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

/// On a quadratic, in 5 dimensions: exact in one step, a shift slows it, |H| leaves the saddle by a factor 2.
#[test]
fn newton_and_its_cures_in_more_dimensions() {
    let eigenvalues = vec![-4.0, -0.5, 1.0, 3.0, 50.0];
    let start = [1.0, -2.0, 0.5, 3.0, -1.0];
    let after = |method: Method, given: &[(&str, f64)]| {
        let mut there = Optimizer::new(method, Dialect::Notes, given, 5).unwrap();
        let mut theta = start;
        there.advance(&mut Bowl(eigenvalues.clone()), &mut theta, 1.0.into());
        theta
    };
    for (i, (&l, x)) in eigenvalues.iter().zip(start).enumerate() {
        let near =
            |got: f64, want: f64| assert!((got - want).abs() < 1e-13, "coordinate {i}: {got}, not {want}");
        near(after(Method::Newton, &[])[i], 0.0);
        near(after(Method::ShiftedNewton, &[("shift", 6.0)])[i], x - l * x / (l + 6.0));
        near(after(Method::SaddleFreeNewton, &[])[i], x - x * l.signum());
    }
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

#[test]
fn the_frameworks_nesterov_is_the_notes_point_ahead() {
    let loss = Loss::parse("(x^2+y-11)^2+(x+y^2-7)^2").unwrap();
    for dialect in [Dialect::Pytorch, Dialect::Keras, Dialect::Optax] {
        let mut notes = optimizer(Method::Nesterov, Dialect::Notes, &[]);
        let mut theirs = optimizer(Method::Nesterov, dialect, &[]);
        let (mut a, mut b) = ([0.0, 0.0], [0.0, 0.0]);
        let (mut apart, mut worst): (f64, f64) = (0.0, 0.0);
        for _ in 0..100 {
            let there = b;
            notes.advance(&mut &loss, &mut a, 0.003.into());
            theirs.advance(&mut &loss, &mut b, 0.003.into());
            let ahead = notes.state().vector("p").unwrap();
            for (p, w) in ahead.iter().zip(there) {
                worst = worst.max((p - w).abs() / w.abs().max(1.0));
            }
            apart = apart.max((a[0] - b[0]).hypot(a[1] - b[1]));
        }
        assert!(worst < 1e-15, "{dialect:?}: {worst}");
        assert!(apart > 0.05, "the paths themselves differ: {apart}");
    }
}

#[test]
fn momentum_of_a_schedule_takes_the_place_of_the_methods() {
    let loss = Loss::notes();
    let given = Rate { rate: 0.1, momentum: Some(0.5) };
    for (method, id) in
        [(Method::Momentum, "momentum"), (Method::Nesterov, "momentum"), (Method::Adam, "beta1")]
    {
        let mut own = optimizer(method, Dialect::Pytorch, &[(id, 0.5)]);
        let mut told = optimizer(method, Dialect::Pytorch, &[]);
        let (mut a, mut b) = ([0.3, 0.9], [0.3, 0.9]);
        for _ in 0..20 {
            own.advance(&mut &loss, &mut a, 0.1.into());
            told.advance(&mut &loss, &mut b, given);
        }
        assert_eq!(a, b);
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

/// The first-order methods in 300 dimensions do on each pair of coordinates what they do in two.
#[test]
fn any_dimension() {
    let pair = [1.0, 10.0];
    let wide: Vec<f64> = pair.repeat(150);
    for (method, dialect) in all().filter(|(m, _)| !m.second_order() && *m != Method::Lbfgs) {
        let mut small = optimizer(method, dialect, &[]);
        let mut large = Optimizer::new(method, dialect, &[], 300).unwrap();
        let (mut a, mut b) = (vec![1.0, -0.5], [1.0, -0.5].repeat(150));
        for _ in 0..30 {
            small.advance(&mut Bowl(pair.to_vec()), &mut a, 0.01.into());
            large.advance(&mut Bowl(wide.clone()), &mut b, 0.01.into());
        }
        assert!(b.chunks(2).all(|c| c == a), "{method:?} {dialect:?}");
    }
    let mut lbfgs = Optimizer::new(Method::Lbfgs, Dialect::Pytorch, &[], 300).unwrap();
    let mut theta: Vec<f64> = (0..300).map(|i| 1.0 + f64::from(i) / 300.0).collect();
    for _ in 0..60 {
        lbfgs.advance(&mut Bowl(wide.clone()), &mut theta, 1.0.into());
    }
    assert!(theta.iter().all(|w| w.abs() < 1e-6));
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

/// The first steps on a gradient of 1e-7, where it shows where ε stands.
#[test]
fn epsilon_stands_where_each_dialect_has_it() {
    let first = |method, dialect, given: &[(&str, f64)]| {
        let mut there = optimizer(method, dialect, given);
        there.step(&mut Slope([1e-7, 1e-7]), &[0.0; 2], 0.1.into());
        there.state().delta()[0]
    };
    let epsilon = [("epsilon", 1e-7)];
    for (method, dialect, given, want) in [
        (Method::Adam, Dialect::Pytorch, &epsilon[..], -0.05),
        (Method::Adam, Dialect::Keras, &epsilon, -0.00306534),
        (Method::Adam, Dialect::Optax, &epsilon, -0.05),
        (Method::RmsProp, Dialect::Pytorch, &[("epsilon", 1e-7), ("rho", 0.9)], -0.0759747),
        (Method::RmsProp, Dialect::Keras, &epsilon, -3.16228e-05),
        (Method::RmsProp, Dialect::Optax, &epsilon, -3.16228e-05),
        (Method::AdaGrad, Dialect::Pytorch, &[], -0.0999001),
        (Method::AdaGrad, Dialect::Keras, &[], -3.16228e-08),
        (Method::AdaGrad, Dialect::Optax, &[], -3.16228e-08),
    ] {
        let got = first(method, dialect, given);
        assert!((got / want - 1.0).abs() < 1e-5, "{method:?} {dialect:?}: {got}, not {want}");
    }
}

#[test]
fn optax_rprop_comes_one_step_late() {
    let loss = Loss::with_parameters(Landscape::Quadratic, &[10.0, 1.0, 30.0]).unwrap();
    let path = |dialect| {
        let mut rprop = optimizer(Method::Rprop, dialect, &[]);
        let mut theta = [1.0, 1.0];
        let mut xs = vec![1.0];
        for _ in 0..6 {
            rprop.advance(&mut &loss, &mut theta, 0.01.into());
            xs.push(theta[0]);
        }
        xs
    };
    let known = [1.0, 0.99, 0.978, 0.9636, 0.94632, 0.925584];
    let (torch, optax) = (path(Dialect::Pytorch), path(Dialect::Optax));
    for ((a, b), want) in torch.iter().zip(&optax[1..]).zip(known) {
        assert!((a - want).abs() < 1e-14 && (b - want).abs() < 1e-14, "{torch:?} {optax:?}");
    }
    assert_eq!(optax[0], optax[1]);
}

#[test]
fn corrected_rmsprop_is_adam_without_momentum() {
    let loss = Loss::parse("(x^2+y-11)^2+(x+y^2-7)^2").unwrap();
    let given = [("epsilon-in-root", 0.0), ("bias-correction", 1.0), ("rho", 0.99)];
    let mut rmsprop = optimizer(Method::RmsProp, Dialect::Optax, &given);
    let mut adam = optimizer(Method::Adam, Dialect::Optax, &[("beta1", 0.0), ("beta2", 0.99)]);
    let (mut a, mut b) = ([0.0, 0.0], [0.0, 0.0]);
    for _ in 0..100 {
        rmsprop.advance(&mut &loss, &mut a, 0.01.into());
        adam.advance(&mut &loss, &mut b, 0.01.into());
        assert!((a[0] - b[0]).abs() < 1e-12 && (a[1] - b[1]).abs() < 1e-12);
    }
    assert!(a[0] > 0.5, "they moved");
}

#[test]
fn radam_waits_for_its_sixth_step() {
    let mut radam = optimizer(Method::RAdam, Dialect::Pytorch, &[]);
    let mut lengths = Vec::new();
    for _ in 0..6 {
        radam.step(&mut Slope([10.0, 10.0]), &[0.0; 2], 0.1.into());
        lengths.push(-radam.state().delta()[0]);
    }
    assert!(lengths[..5].iter().all(|l| (l - 1.0).abs() < 1e-12), "m̂ alone: {lengths:?}");
    assert!(lengths[5] < 0.1, "divided: {lengths:?}");
    let scalar = |symbol: &str| radam.state().scalars().find(|(s, _)| *s == symbol).map(|(_, v)| v).unwrap();
    assert!((scalar("ρ") - 5.9942).abs() < 1e-4);
}
