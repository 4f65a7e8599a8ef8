//! The mistakes that other visualisers were measured to make: each with the numbers it gives there, and ours.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::critical::{Kind, search};
use saddlescope::derivative::{differences, gradient, jet};
use saddlescope::loss::{Landscape, Loss, View};
use saddlescope::optimizer::{Correction, adam_steps};

const STEPS: [usize; 6] = [1, 2, 5, 10, 50, 200];

/// Lengths of Adam's steps in learning rates, on a constant gradient of 1: the square root over the average that is not
/// corrected, or corrections that multiply where they should divide. Both have been published, and drawn for years.
#[test]
fn adam_divides_both_averages_by_their_corrections() {
    let lengths = |beta2: f64, step: &dyn Fn(f64, f64, f64, f64) -> f64| {
        STEPS.map(|t| {
            let t = t as f64;
            let (b1, b2) = (1.0 - 0.9f64.powf(t), 1.0 - beta2.powf(t));
            // The averages themselves are b1 and b2.
            step(b1, b2, b1, b2)
        })
    };
    let uncorrected = |m: f64, s: f64, _: f64, _: f64| m / s.sqrt();
    let multiplied = |m: f64, s: f64, b1: f64, b2: f64| m * b1 / (s * b2).sqrt();
    let ours = |correction, beta2| {
        let steps = adam_steps(correction, [0.9, beta2], 0.0, &[1.0; 200]);
        STEPS.map(|t| steps[t - 1].abs())
    };
    let near = |got: [f64; 6], want: [f64; 6]| got.iter().zip(want).all(|(g, w)| (g / w - 1.0).abs() < 0.01);
    let wrong = lengths(0.999, &uncorrected);
    assert!(near(wrong, [3.16, 4.25, 5.80, 6.53, 4.50, 2.35]), "{wrong:?}");
    assert!(near(ours(Correction::None, 0.999), wrong), "left out, as the lab shows it");
    let wrong = lengths(0.999, &multiplied);
    assert!(near(wrong, [10.0, 18.1, 33.6, 42.6, 20.3, 5.5]), "{wrong:?}");
    assert!(near(lengths(0.99, &multiplied), [1.00, 1.81, 3.42, 4.44, 2.51, 1.16]));
    for beta2 in [0.99, 0.999] {
        assert!(ours(Correction::Applied, beta2).iter().all(|length| (length - 1.0).abs() < 1e-12));
    }
}

/// A banana whose second derivatives were coded by hand: 96.8 and 40 in place of 290.4 and 360.
#[test]
fn second_derivatives_are_not_written_by_hand() {
    let h = jet(&Loss::parse("(1-x)^2+20*(3*y-x^2)^2").unwrap(), [-1.21, 0.853]).hessian;
    for (got, want) in h.into_iter().flatten().zip([148.7, 290.4, 290.4, 360.0]) {
        assert!((got - want).abs() < 0.06, "{got}, not {want}");
    }
}

/// A McCormick function whose gradient was a copy of another's: (3.38, 3.38) at (1, 1).
#[test]
fn every_loss_has_its_own_gradient() {
    let (_, [a, b]) = gradient(&Loss::landscape(Landscape::Mccormick), [1.0, 1.0]);
    assert!((a + 1.92).abs() < 0.005 && (b - 2.08).abs() < 0.005, "({a}, {b})");
}

/// Differences with a step of 1e-12 in place of a gradient: right to four digits at best.
#[test]
fn gradients_are_not_differences() {
    let loss = Loss::landscape(Landscape::Rosenbrock);
    let mut errors: Vec<f64> = (0..400)
        .map(|k| {
            let at = [f64::from(k % 20) * 0.2 - 1.93, f64::from(k / 20) * 0.2 - 1.87];
            let [x, y] = at;
            let exact = [-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)];
            let (_, ours) = gradient(&loss, at);
            let size = exact[0].hypot(exact[1]);
            assert!((ours[0] - exact[0]).hypot(ours[1] - exact[1]) <= 1e-13 * size, "{at:?}");
            let [forward, _] = differences(&loss, at, 0, 1e-12);
            (forward - exact[0]).abs() / size
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    assert!(errors[200] > 1e-6, "the median of differences: {:e}", errors[200]);
}

/// A finder of critical points on a grid of whole numbers: 3 of 4, 1 of 3, a minimum where there is a shoulder, and one
/// where there is nothing at all.
#[test]
fn critical_points_need_not_lie_on_a_grid() {
    let found = |text: &str| search(&Loss::parse(text).unwrap(), View { x: [-2.0, 2.0], y: [-2.0, 2.0] });
    for (text, count) in [("x*y*(1-x-y)", 4), ("x^4-2.3x^2+y^2", 3), ("x^3-3x+y^2", 2), ("2x^3+y", 0)] {
        assert_eq!(found(text).points.len(), count, "{text}");
    }
    let shoulder = found("x^3+y^3");
    assert_eq!(shoulder.points.len(), 1);
    assert!(!matches!(shoulder.points[0].verdict.kind, Kind::Minimum | Kind::Maximum));
}

/// A formula that cannot be read became x² + y² in silence.
#[test]
fn a_formula_that_cannot_be_read_is_no_other_formula() {
    for text in ["x^2 +", "foo(x)", "x y z", "2..5x", ""] {
        assert!(Loss::parse(text).unwrap_err().code().starts_with("formula."), "{text}");
    }
    let mut lab = saddlescope::lab::open("race").unwrap();
    let before = lab.values().formula("loss").to_string();
    assert!(lab.set("loss", "x^2 +").is_err());
    assert_eq!(lab.values().formula("loss"), before, "the last good loss stays");
}
