//! Intervals and interval series against samples: every value of a function over an interval lies in its enclosure.

// proptest is not there in the browser.
#![cfg(not(target_arch = "wasm32"))]

use super::*;
use crate::loss::Loss;
use crate::number::{Dual2, IntervalJet, IntervalSeries};
use proptest::prelude::*;

/// Formulas that between them use every operation of a tape, over the square around (0.7, 0.4) at least in part.
const FORMULAS: [&str; 26] = [
    "x*y-x/y",
    "(x^2+y-11)^2+(x+y^2-7)^2",
    "x^3*y^-2",
    "x^-3+y^7",
    "1/x",
    "exp(x*y)-exp(-x)",
    "log(x+y)",
    "sqrt(x^2+y^2)",
    "x^1.5*y^-0.3",
    "2^x+0.5^y",
    "x^y",
    "sin(3x)*cos(x-y)",
    "tan(x/3)+tan(y)",
    "tanh(2x)*y",
    "sigmoid(x-2y)",
    "softplus(3x)-softplus(-y)",
    "abs(x)+abs(x-y)",
    "relu(x)*relu(y)",
    "max(x,y)-min(x^2,y)",
    "max(x,x)+min(y,y)",
    "x*x*y*y",
    "-x-(-y)+5-x",
    "ackley",
    "branin",
    "goldstein-price",
    "sin(x)*cos(x)",
];

fn near(a: f64, b: f64) -> f64 {
    1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Whether an enclosure holds a number that is itself rounded.
fn holds(enclosure: Interval, x: f64) -> bool {
    let slack = 1e-12 * (1.0 + x.abs());
    enclosure.lo - slack <= x && x <= enclosure.hi + slack
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn arithmetic_and_functions_enclose_every_sample(
        a in -6.0..6.0f64, w in prop_oneof![Just(0.0), 0.0..0.1f64, 0.0..7.0f64], t in 0.0..=1.0f64,
        b in -6.0..6.0f64, v in 0.0..3.0f64, u in 0.0..=1.0f64, n in -7i32..8, p in -2.5..2.5f64,
    ) {
        let (x, y) = (Interval::new(a, a + w), Interval::new(b, b + v));
        let (s, r) = (a + t * w, b + u * v);
        let pairs = [
            (x + y, s + r), (x - y, s - r), (x * y, s * r), (-x, -s), (x.square(), s * s),
            (x.powi(n), s.powi(n)), (x.powf(p), s.powf(p)), (x.exp(), s.exp()), (x.ln(), s.ln()),
            (x.sqrt(), s.sqrt()), (x.sin(), s.sin()), (x.cos(), s.cos()), (x.tan(), s.tan()),
            (x.tanh(), s.tanh()), (x.hull(y), s), (x.hull(y), r),
            (x.sigmoid(), crate::number::Number::sigmoid(s)),
            (x.softplus(), crate::number::Number::softplus(s)),
        ];
        for (k, (enclosure, sample)) in pairs.into_iter().enumerate() {
            prop_assert!(!sample.is_finite() || enclosure.contains(sample), "{k}: {enclosure:?} lacks {sample} at {s}, {r}");
        }
    }

    #[test]
    fn a_jet_over_a_rectangle_encloses_the_jets_inside(
        k in 0..FORMULAS.len(), cx in -2.0..2.0f64, cy in -2.0..2.0f64,
        w in prop_oneof![Just(0.0), 0.0..0.05f64, 0.0..2.0f64], t in 0.0..1.0f64, u in 0.0..1.0f64,
    ) {
        let loss = Loss::parse(FORMULAS[k]).unwrap();
        let over = [Interval::new(cx, cx + w), Interval::new(cy, cy + w)];
        let jet: IntervalJet = loss.eval([IntervalSeries::variable(over[0], 0), IntervalSeries::variable(over[1], 1)]);
        let at = [cx + t * w, cy + u * w];
        let here = loss.eval([Dual2::<2>::variable(at[0], 0), Dual2::variable(at[1], 1)]);
        prop_assume!(here.re.is_finite());
        let all = [here.re, here.g[0], here.g[1], here.h[0][0] / 2.0, here.h[0][1], here.h[1][1] / 2.0];
        for (enclosure, value) in jet.0.iter().zip(all) {
            prop_assert!(!value.is_finite() || holds(*enclosure, value), "{}: {jet:?} lacks {all:?}", FORMULAS[k]);
        }
    }

    #[test]
    fn the_series_about_a_point_sums_to_the_loss(
        k in 0..FORMULAS.len(), dx in -1.0..1.0f64, dy in -1.0..1.0f64,
    ) {
        let loss = Loss::parse(FORMULAS[k]).unwrap();
        let at = [0.7, 0.4];
        let variable = |i: usize| IntervalSeries::<45>::variable(Interval::point(at[i]), i);
        let series = loss.eval([variable(0), variable(1)]);
        let h = 0.01;
        let mut sum = 0.0;
        let mut last = 0.0_f64;
        for i in 0..=8_i32 {
            for j in 0..=8 - i {
                let c = series.coefficient(i as usize, j as usize);
                prop_assert!(c.radius() <= near(c.lo, c.hi), "{}: {c:?}", FORMULAS[k]);
                let term = c.middle() * (h * dx).powi(i) * (h * dy).powi(j);
                sum += term;
                if i + j >= 7 {
                    last = last.max(term.abs());
                }
            }
        }
        let exact = loss.value([at[0] + h * dx, at[1] + h * dy]);
        prop_assert!((sum - exact).abs() <= 1e-12 * (1.0 + exact.abs()) + last, "{}: {sum} {exact}", FORMULAS[k]);
    }
}

#[test]
fn ranges_are_sharp_and_told_from_what_is_nowhere_defined() {
    let i = Interval::new;
    assert_eq!(i(-1.0, 2.0).powi(2).lo, 0.0);
    assert_eq!(i(0.5, 7.0).sin().hi, 1.0);
    assert_eq!(i(-1.0, 1.0).cos().hi, 1.0);
    assert!(i(1.0, 1.5).sin().hi < 0.998 && i(1.0, 1.5).sin().lo > 0.84);
    assert_eq!(i(-1.0, 1.0).powi(-1), Interval::ENTIRE);
    assert!(i(-1.0, 1.0).powi(-2).lo > 0.999_999);
    assert_eq!(i(0.0, 2.0).powi(-1).hi, f64::INFINITY);
    assert!(i(-2.0, -1.0).ln().is_empty() && i(-2.0, -1.0).sqrt().is_empty());
    assert_eq!(i(-2.0, 1.0).ln().lo, f64::NEG_INFINITY);
    assert!(i(-800.0, 800.0).sigmoid_slope().lo >= 0.0 && i(-3.0, 9.0).sigmoid_slope().hi == 0.25);
    assert_eq!(i(1.0, 2.0).tan(), Interval::ENTIRE);
    assert!((Interval::ZERO * Interval::ENTIRE).is_zero());
    assert_eq!(i(0.0, 1.0) * Interval::ENTIRE, Interval::ENTIRE);
    assert!((i(0.0, 1.0) * i(1.0, f64::INFINITY)).lo <= 0.0);
    assert!(Interval::point(f64::NAN).is_empty() && (Interval::EMPTY + i(0.0, 1.0)).is_empty());
}

#[test]
fn a_constant_has_an_exactly_zero_gradient_and_an_underflow_has_not() {
    let jet = |text: &str, x: Interval| -> IntervalJet {
        Loss::parse(text).unwrap().eval([IntervalSeries::variable(x, 0), IntervalSeries::variable(x, 1)])
    };
    let flat = |jet: IntervalJet| jet.0.iter().skip(1).all(|c| c.is_zero());
    assert!(flat(jet("relu(x+y)+3", Interval::new(-2.0, -1.0))));
    assert!(flat(jet("5", Interval::new(-2.0, 2.0))));
    assert!(!flat(jet("exp(-x^2-y^2)", Interval::new(30.0, 31.0))));
}
