//! The methods step by step: what theory and the frameworks say of each, and the known mistakes of other visualisers.

// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/methods.rs"]
mod methods;

use methods::{Bowl, all, optimizer};
use saddlescope::loss::{Landscape, Loss};
use saddlescope::optimizer::{Dialect, Method, Optimizer, Oracle, Outcome, Rate, escape_factor};

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
    // A script that says −1 says 2³² − 1.
    for (method, dialect) in all() {
        assert_eq!(refused(method, dialect, u32::MAX as usize), "optimizer.dimension", "{method:?}");
    }
    assert_eq!(refused(Method::Lbfgs, Dialect::Pytorch, 10_001), "optimizer.dimension");
}

#[test]
fn dampening_slows_the_escape_it_is_foretold_for() {
    let given = [("momentum", 0.9), ("dampening", 0.5)];
    let mut momentum = Optimizer::new(Method::Momentum, Dialect::Pytorch, &given, 2).unwrap();
    let foretold = escape_factor(&momentum, -2.0, 0.05).unwrap();
    let saddle = Loss::landscape(Landscape::Saddle);
    let mut theta = [0.0, 1e-200];
    let mut factor = 0.0;
    for _ in 0..200 {
        let before = theta[1];
        momentum.advance(&mut &saddle, &mut theta, 0.05.into());
        factor = theta[1] / before;
    }
    assert!((factor / foretold - 1.0).abs() < 1e-9, "{factor} {foretold}");
}

#[test]
fn a_gradient_that_is_not_a_number_is_not_passed_over() {
    for (method, dialect) in all() {
        let mut optimizer = optimizer(method, dialect, &[]);
        let mut theta = [1.0, 1.0];
        // optax's Rprop moves by the gradient before.
        for _ in 0..2 {
            optimizer.advance(&mut Slope([f64::NAN, 0.0]), &mut theta, 0.1.into());
        }
        assert!(theta[0].is_nan(), "{method:?} {dialect:?}: {theta:?}");
    }
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

/// Nadam's μ is worked out anew where a schedule has changed β₁ since the last step.
#[test]
fn nadam_follows_a_changing_momentum() {
    let loss = Loss::notes();
    let mut nadam = optimizer(Method::Nadam, Dialect::Pytorch, &[]);
    let mut theta = [0.3, 0.9];
    for t in 1..20_u32 {
        let beta1 = if t % 3 == 0 { 0.9 } else { 0.5 };
        nadam.advance(&mut &loss, &mut theta, Rate { rate: 0.01, momentum: Some(beta1) });
        let mu = nadam.state().scalars().find(|(symbol, _)| *symbol == "μ").unwrap().1;
        let expected = beta1 * (1.0 - 0.5 * 0.96f64.powf(f64::from(t) * 0.004));
        assert_eq!(mu, expected, "t = {t}");
    }
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
