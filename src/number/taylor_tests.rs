//! Series against closed forms, against the functions themselves away from the point, and against dual numbers.

use super::*;
use crate::number::{Chain, Dual2};

/// The variable at `a`.
fn x(a: f64) -> Series {
    Series::line(a, 1.0)
}

fn agree(what: &str, found: Series, expected: impl Fn(usize) -> f64) {
    let scale = found.0.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
    for (k, c) in found.0.iter().enumerate() {
        let expected = expected(k);
        assert!(
            (c - expected).abs() <= 1e-13 * expected.abs().max(1e-3 * scale),
            "{what}, {k}: {c} {expected}"
        );
    }
}

fn factorial(k: usize) -> f64 {
    (1..=k).map(|j| j as f64).product()
}

#[test]
fn closed_forms() {
    for a in [-1.3, 0.0, 0.7, 3.0] {
        agree("exp", x(a).exp(), |k| a.exp() / factorial(k));
        agree("2^x", x(a).exponential(2.0), |k| a.exp2() * 2.0_f64.ln().powi(k as i32) / factorial(k));
        let quarter = std::f64::consts::FRAC_PI_2;
        let turned = |k: usize, f: fn(f64) -> f64| f(a + k as f64 * quarter) / factorial(k);
        for (k, (s, c)) in x(a).sin().0.iter().zip(x(a).cos().0).enumerate() {
            assert!((s - turned(k, f64::sin)).abs() < 1e-15 && (c - turned(k, f64::cos)).abs() < 1e-15);
        }
    }
    for a in [0.3, 1.0, 2.5] {
        let sign = |k: usize| if k.is_multiple_of(2) { 1.0 } else { -1.0 };
        agree("1/x", x(a).recip(), |k| sign(k) * a.powi(-(k as i32) - 1));
        agree("log", x(a).ln(), |k| match k {
            0 => a.ln(),
            _ => -sign(k) / (k as f64 * a.powi(k as i32)),
        });
        for p in [0.5, 1.5, -0.3, 2.7] {
            let binomial = |k: usize| (0..k).map(|j| (p - j as f64) / (j + 1) as f64).product::<f64>();
            agree("x^p", x(a).powf(p), |k| binomial(k) * a.powf(p - k as f64));
        }
        assert_eq!(x(a).powf(0.5).0[3], x(a).sqrt().0[3]);
    }
    for a in [0.0, 0.8, -2.0] {
        // Two poles at ±i: coefficients r^(k+1)·sin((k+1)φ) up to sign.
        let (r, phi) = (1.0 / (1.0 + a * a).sqrt(), 1.0_f64.atan2(a));
        let runge = x(a).powi(2).plus(1.0).recip();
        for (k, c) in runge.0.iter().enumerate() {
            let n = (k + 1) as f64;
            let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
            assert!((c - sign * r.powf(n) * (n * phi).sin()).abs() < 1e-14, "{k} {c}");
        }
    }
}

/// From tables of series (Abramowitz and Stegun 4.3.67, 4.5.64; σ(x) = ½ + ½tanh(x/2)).
#[test]
fn known_series_at_zero() {
    let check = |found: Series, expected: &[f64]| {
        for (c, e) in found.0.iter().zip(expected) {
            assert!((c - e).abs() < 1e-16, "{c} {e}");
        }
    };
    let (a, b, c, d) = (1.0 / 3.0, 2.0 / 15.0, 17.0 / 315.0, 62.0 / 2835.0);
    check(x(0.0).tan(), &[0.0, 1.0, 0.0, a, 0.0, b, 0.0, c, 0.0, d]);
    check(x(0.0).tanh(), &[0.0, 1.0, 0.0, -a, 0.0, b, 0.0, -c, 0.0, d]);
    check(x(0.0).sigmoid(), &[0.5, 0.25, 0.0, -1.0 / 48.0, 0.0, 1.0 / 480.0, 0.0, -17.0 / 80640.0]);
    let softplus = [2.0_f64.ln(), 0.5, 0.125, 0.0, -1.0 / 192.0, 0.0, 1.0 / 2880.0, 0.0, -17.0 / 645_120.0];
    check(x(0.0).softplus(), &softplus);
}

/// Inside the radius of convergence the terms add up to the function.
#[test]
fn the_terms_add_up_to_the_function() {
    type Pair = (&'static str, fn(Series) -> Series, fn(f64) -> f64);
    let functions: [Pair; 14] = [
        ("tan", Number::tan, Number::tan),
        ("tanh", Number::tanh, Number::tanh),
        ("sigmoid", Number::sigmoid, Number::sigmoid),
        ("softplus", Number::softplus, Number::softplus),
        ("sqrt", |x| x.powi(2).plus(1.0).sqrt(), |x| (x * x + 1.0).sqrt()),
        ("log", |x| x.exp().plus(1.0).ln(), Number::softplus),
        ("pow", |x| x.exp().pow(x.sin()), |x| x.exp().powf(x.sin())),
        ("c^x", |x| Series::constant(3.0).pow(x), |x| 3.0_f64.powf(x)),
        ("x/y", |x| x.sin() / x.cos().plus(2.0), |x| x.sin() / (x.cos() + 2.0)),
        ("x^-3", |x| x.plus(5.0).powi(-3), |x| (x + 5.0).powi(-3)),
        ("exp(-x^2)", |x| (-x.powi(2)).exp(), |x| (-x * x).exp()),
        ("max", |x| x.max(x.powi(2).plus(3.0)), |x| x * x + 3.0),
        ("min", |x| x.min(x.powi(2).plus(3.0)), |x| x),
        ("abs", |x| (x - x.powi(2).plus(1.0)).abs(), |x| x * x + 1.0 - x),
    ];
    for (name, series, function) in functions {
        for a in [-1.1, -0.2, 0.0, 0.6, 1.2] {
            let found = series(x(a));
            for s in [-0.06, 0.02, 0.06] {
                let (sum, value) = (found.at(s, 24), function(a + s));
                assert!(
                    (sum - value).abs() <= 4e-15 * value.abs().max(1.0),
                    "{name} at {a} + {s}: {sum} {value}"
                );
            }
        }
    }
}

#[test]
fn the_first_three_terms_are_those_of_dual_numbers() {
    for (a, b) in [(0.3, 1.7), (2.5, 0.4), (-0.7, 3.0)] {
        let (u, v) = (0.6, -0.8);
        let duals = [Dual2::<1>::variable(a, 0).times(1.0), Dual2::<1>::of(b)];
        let [p, q] = [duals[0] * Dual2::of(1.0), duals[1]];
        let along = [p.plus(-a).times(u).plus(a), p.plus(-a).times(v) + q];
        let lines = [Series::line(a, u), Series::line(b, v)];
        fn f<N: Number>([x, y]: [N; 2]) -> N {
            (x * y).sin()
                + (x.powi(3) / y.exp()).tanh()
                + (x - y).softplus() * x.sigmoid()
                + y.powi(2).plus(1.0).ln()
        }
        let (dual, series) = (f(along), f(lines));
        for (found, expected) in series.0.iter().zip([dual.re, dual.g[0], dual.h[0][0] / 2.0]) {
            assert!((found - expected).abs() < 1e-14 * expected.abs().max(1.0), "{found} {expected}");
        }
    }
}

#[test]
fn tails_and_large_arguments_keep_their_digits() {
    for sign in [1.0, -1.0] {
        // σ(±40 + s) differs from its limit by e^−40·e^∓s to rounding.
        let s = x(40.0 * sign).sigmoid();
        for k in 1..8_usize {
            let alternating: f64 = if sign > 0.0 && k.is_multiple_of(2) { -1.0 } else { 1.0 };
            let expected = alternating * (-40.0_f64).exp() / factorial(k);
            assert!((s.0[k] / expected - 1.0).abs() < 1e-12, "{k} {} {expected}", s.0[k]);
        }
        assert_eq!(x(800.0 * sign).tanh(), Series::constant(sign));
    }
    assert_eq!(x(800.0).softplus(), x(800.0));
    assert_eq!(x(-800.0).exp(), Series::constant(0.0));
    assert_eq!(x(0.0).powi(100_000), Series::constant(0.0));
}

#[test]
fn powers_at_and_below_zero() {
    let cube = x(-3.0).powi(3);
    assert_eq!(cube.0[..5], [-27.0, 27.0, -9.0, 1.0, 0.0]);
    assert_eq!(x(-3.0).pow(Series::constant(2.0)), x(-3.0).powi(2));
    assert_eq!(x(0.0).powi(0), Series::constant(1.0));
    // x^2.5 has two derivatives at 0; (x²)^1.5 = |x|³ too; √(x⁴) = x² has all, √(x²) = |x| none.
    let rough = x(0.0).powf(2.5);
    assert_eq!(rough.0[..3], [0.0; 3]);
    assert!(rough.0[3].is_nan());
    let cubic = x(0.0).powi(2).powf(1.5);
    assert!(cubic.0[..3] == [0.0; 3] && cubic.0[3].is_nan());
    // The last terms of √(x⁴) would need terms that were left out.
    let square = x(0.0).powi(4).sqrt();
    assert_eq!(square.0[..23], x(0.0).powi(2).0[..23]);
    assert!(square.0[23].is_nan());
    let kink = x(0.0).powi(2).sqrt();
    assert!(kink.0[0] == 0.0 && kink.0[1].is_nan());
    assert!(x(-1.0).ln().0.iter().all(|c| c.is_nan()) && x(-1.0).sqrt().0[1].is_nan());
}

#[test]
fn kinks_follow_the_stated_rule_and_nan_comes_through() {
    let (line, none) = (x(0.0), Series::constant(0.0));
    assert_eq!(line.abs(), none);
    assert_eq!(line.relu(), none);
    assert_eq!((-line.powi(2)).abs(), line.powi(2));
    assert_eq!((-line.powi(2)).relu(), none);
    assert_eq!(line.powi(2).relu(), line.powi(2));
    assert_eq!(line.max(-line), line);
    assert_eq!(line.min(-line), line);
    assert_eq!(line.max(line.powi(2) + line), line.powi(2) + line);
    assert!(x(f64::NAN).max(line).0[0].is_nan() && line.min(x(f64::NAN)).0[0].is_nan());
    assert!(x(f64::NAN).abs().0[0].is_nan() && x(f64::NAN).relu().0[0].is_nan());
}

/// One copy of the loops serves every length, down to none.
#[test]
fn short_series_are_the_beginning_of_long_ones() {
    fn f<const N: usize>(a: f64) -> Taylor<N> {
        let x = Taylor::<N>::line(a, 1.0);
        (x.tanh() / x.exp()).softplus() + x.cos().pow(x) + x.powi(2).plus(1.0).sqrt()
    }
    assert_eq!(f::<4>(0.4).0[..], f::<25>(0.4).0[..4]);
    assert_eq!(f::<1>(0.4).0[0], f::<25>(0.4).0[0]);
    assert_eq!(f::<0>(0.4).0.len(), 0);
}
