//! The functions of numbers against num-dual where it is right, against known values where it is not.

use super::*;
use num_dual::{Dual2SVec64, DualNum};

type D2 = Dual2<2>;

fn ours(x: f64, y: f64) -> [D2; 2] {
    [D2::variable(x, 0), D2::variable(y, 1)]
}

fn theirs(x: f64, y: f64) -> [Dual2SVec64<2>; 2] {
    [Dual2SVec64::from_re(x).derivative(0), Dual2SVec64::from_re(y).derivative(1)]
}

fn close(a: f64, b: f64, what: &str) {
    assert!((a - b).abs() <= 1e-13 * a.abs().max(b.abs()).max(1.0), "{what}: {a} and {b}");
}

fn agree(what: &str, ours: D2, theirs: Dual2SVec64<2>) {
    close(ours.re, theirs.re, what);
    let (g, h) = (theirs.v1.0.unwrap_or_default(), theirs.v2.0.unwrap_or_default());
    for i in 0..2 {
        close(ours.g[i], g[i], what);
        for j in 0..2 {
            close(ours.h[i][j], h[(i, j)], what);
        }
    }
}

#[test]
fn derivatives_agree_with_num_dual_where_it_is_right() {
    for (x, y) in [(0.3, 1.7), (2.5, 0.4), (1e-3, 3.0), (7.0, 1.1)] {
        let [a, b] = ours(x, y);
        let [c, d] = theirs(x, y);
        agree("x + y", a + b, c + d);
        agree("x - y", a - b, c - d);
        agree("x * y", a * b, c * d);
        agree("x / y", a / b, c / d);
        agree("-x", -a, -c);
        agree("x + 3", (a * b).plus(3.0), c * d + 3.0);
        agree("3x", (a * b).times(3.0), c * d * 3.0);
        agree("1/xy", Number::recip(b * b * a.plus(1.0)), (d * d * (c + 1.0)).recip());
        for n in [0, 1, 2, 3, 4, 7, 12, -1, -2, -3] {
            agree(&format!("y^{n}"), Number::powi(b * a.plus(1.0), n), (d * (c + 1.0)).powi(n));
        }
        agree("y^2.3", Number::powf(b, 2.3), d.powf(2.3));
        agree("y^x", b.pow(a), d.powd(c));
        agree("2^xy", (a * b).exponential(2.0), (c * d * std::f64::consts::LN_2).exp());
        agree("exp", Number::exp(a - b), (c - d).exp());
        agree("ln", Number::ln(a * b), (c * d).ln());
        agree("sqrt", Number::sqrt(a * b), (c * d).sqrt());
        agree("sin", Number::sin(a * b), (c * d).sin());
        agree("cos", Number::cos(a * b), (c * d).cos());
        agree("tan", Number::tan(a * b), (c * d).tan());
        agree("tanh", Number::tanh(a * b), (c * d).tanh());
        agree("sigmoid", Number::sigmoid(a * b), ((-(c * d)).exp() + 1.0).recip());
        agree("softplus", Number::softplus(a * b), ((c * d).exp() + 1.0).ln());
        agree("max", Number::max(a, b), if x >= y { c } else { d });
        agree("min", Number::min(a, b), if x <= y { c } else { d });
        agree("abs", Number::abs(a - b), if x >= y { c - d } else { d - c });
    }
}

#[test]
fn the_first_order_is_the_second_order_without_its_hessian() {
    for (x, y) in [(0.3, 1.7), (-2.5, 0.4), (0.0, 0.0), (3.0, -3.0)] {
        let [a, b] = [Dual::<2>::variable(x, 0), Dual::<2>::variable(y, 1)];
        let [c, d] = ours(x, y);
        let pairs = [
            (a * b, c * d),
            (a / b, c / d),
            (a.pow(b), c.pow(d)),
            (Number::tanh(a + b), Number::tanh(c + d)),
            (Number::relu(a - b), Number::relu(c - d)),
            (Number::powi(a, -3), Number::powi(c, -3)),
        ];
        for (first, second) in pairs {
            assert_eq!(first.re.to_bits(), second.re.to_bits());
            assert_eq!(first.g.map(f64::to_bits), second.g.map(f64::to_bits));
        }
    }
}

#[test]
fn large_arguments_stay_finite() {
    let [x, _] = ours(800.0, 0.0);
    assert_eq!(Number::tanh(x), D2::of(1.0));
    assert_eq!(Number::tanh(-x), D2::of(-1.0));
    assert_eq!(Number::sigmoid(x), D2::of(1.0));
    assert_eq!(Number::sigmoid(-x), D2::of(0.0));
    assert_eq!(Number::softplus(x), x);
    assert_eq!(Number::softplus(-x), D2::of(0.0));
    // num-dual's own, for which this trait exists.
    assert!(theirs(800.0, 0.0)[0].tanh().v1.0.unwrap()[0].is_nan());
    // Small tails keep their digits: σ(−40)(1 − σ(−40)) = e^−40 to rounding, and σ(40) has the same slope.
    let slope = (-40.0_f64).exp();
    for sign in [1.0, -1.0] {
        let s = Number::sigmoid(ours(40.0 * sign, 0.0)[0]);
        assert!((s.g[0] / slope - 1.0).abs() < 1e-15);
        assert!((s.h[0][0] / (-sign * slope) - 1.0).abs() < 1e-15);
    }
}

#[test]
fn a_factor_leaves_a_steep_slope_its_curvature() {
    // 10²⁰⁰·x·y·10⁻²⁰⁰ is x·y: the slope on the way squares to ∞, and 0·∞ must not come in.
    let [x, y] = ours(2.0, 3.0);
    let steep = x.times(1e200) * y;
    for xy in [steep.times(1e-200), -(-steep).times(1e-200), steep / D2::of(1e200)] {
        assert!((xy.re - 6.0).abs() < 1e-14 && (xy.g[0] - 3.0).abs() < 1e-14);
        assert!(xy.h[0][0] == 0.0 && (xy.h[0][1] - 1.0).abs() < 1e-14, "{:?}", xy.h);
    }
}

#[test]
fn whole_powers_are_exact_at_and_below_zero() {
    let [x, _] = ours(-3.0, 0.0);
    let d = |re, g, h| D2 { re, g: [g, 0.0], h: [[h, 0.0], [0.0, 0.0]] };
    assert_eq!(Number::powi(x, 2), d(9.0, -6.0, 2.0));
    assert_eq!(Number::powi(x, 3), d(-27.0, 27.0, -18.0));
    assert_eq!(Number::powi(x, 0), D2::of(1.0));
    assert_eq!(Number::powf(x, 2.0).re, 9.0);
    assert_eq!(x.pow(D2::of(3.0)).re, -27.0);
    let [zero, _] = ours(0.0, 0.0);
    assert_eq!(Number::powi(zero, 0), D2::of(1.0));
    assert_eq!(Number::powi(zero, 2), d(0.0, 0.0, 2.0));
    assert_eq!(Number::powi(zero, 3), D2::of(0.0));
    assert_eq!(Number::powf(zero, 2.5), D2::of(0.0));
    assert_eq!(Number::powf(zero, 1.5).g, [0.0, 0.0]);
    assert_eq!(Number::powf(zero, 1.5).re, 0.0);
    assert!(!Number::powf(zero, 1.5).h[0][0].is_finite());
    assert_eq!(Number::pow(0.0, 0.0), 1.0);
    assert!(Number::powf(x, 0.5).re.is_nan());
    // num-dual: NaN for both.
    let [negative, two] = [theirs(-3.0, 0.0)[0], Dual2SVec64::<2>::from_re(2.0)];
    assert!(negative.powd(two).re.is_nan());
    assert!(theirs(0.0, 0.0)[0].powf(1.5).re.is_nan());
    // (1 + x)^100000 at 0: n and n(n − 1), which overflows 32 bits.
    let [x, _] = ours(1.0, 0.0);
    assert_eq!(Number::powi(x, 100_000), d(1.0, 1e5, 1e5 * (1e5 - 1.0)));
}

#[test]
fn a_negative_power_does_not_raise_the_rounding_of_its_reciprocal() {
    // To 50 digits and rounded. Powers of 1/x were off by up to six units in the last place.
    for (x, exact) in [(3.7, 1.519_075_331_421_000_9e-7), (0.013, 4.292_198_241_799_157e22)] {
        let own = Number::powi(x, -12);
        assert!((own / exact - 1.0).abs() <= 2.0 * f64::EPSILON, "{x}^-12 is {own:e}");
    }
}

#[test]
fn kinks_follow_the_stated_rule_and_nan_comes_through() {
    let [zero, other] = ours(0.0, 0.0);
    assert_eq!(Number::abs(zero).g, [0.0, 0.0]);
    assert_eq!(Number::relu(zero).g, [0.0, 0.0]);
    assert_eq!(Number::max(zero, other), zero);
    assert_eq!(Number::min(zero, other), zero);
    assert!(Number::max(f64::NAN, 1.0).is_nan() && Number::max(1.0, f64::NAN).is_nan());
    assert!(Number::min(f64::NAN, 1.0).is_nan() && Number::min(1.0, f64::NAN).is_nan());
    assert!(Number::relu(f64::NAN).is_nan() && Number::abs(f64::NAN).is_nan());
    assert!(Number::ln(ours(-1.0, 0.0)[0]).g[0].is_nan());
}

#[test]
fn a_block_holds_what_its_numbers_hold() {
    let a = Block(std::array::from_fn(|i| (i as f64 - 31.5) / 7.0));
    let b = Block(std::array::from_fn(|i| ((i * 37) % 64) as f64 / 9.0 - 3.0));
    let unary: [fn(f64) -> f64; 14] = [
        Number::recip,
        Number::exp,
        Number::ln,
        Number::sqrt,
        Number::sin,
        Number::cos,
        Number::tan,
        Number::tanh,
        Number::sigmoid,
        Number::softplus,
        Number::abs,
        Number::relu,
        |x| -x,
        |x| x.plus(0.1).times(-3.0),
    ];
    let blocks: [fn(Block) -> Block; 14] = [
        Number::recip,
        Number::exp,
        Number::ln,
        Number::sqrt,
        Number::sin,
        Number::cos,
        Number::tan,
        Number::tanh,
        Number::sigmoid,
        Number::softplus,
        Number::abs,
        Number::relu,
        |x| -x,
        |x| x.plus(0.1).times(-3.0),
    ];
    for (f, of_block) in unary.iter().zip(blocks) {
        for (found, x) in of_block(a).0.iter().zip(a.0) {
            assert_eq!(found.to_bits(), f(x).to_bits());
        }
    }
    for n in [-3, -1, 0, 1, 2, 3, 4, 5, 9] {
        for (found, x) in a.powi(n).0.iter().zip(a.0) {
            assert_eq!(found.to_bits(), Number::powi(x, n).to_bits(), "{x}^{n}");
        }
    }
    type Two<T> = fn(T, T) -> T;
    let both: [(Two<f64>, Two<Block>); 7] = [
        (|x, y| x + y, |x, y| x + y),
        (|x, y| x - y, |x, y| x - y),
        (|x, y| x * y, |x, y| x * y),
        (|x, y| x / y, |x, y| x / y),
        (Number::pow, Number::pow),
        (Number::max, Number::max),
        (Number::min, Number::min),
    ];
    for (f, of_blocks) in both {
        for ((found, x), y) in of_blocks(a, b).0.iter().zip(a.0).zip(b.0) {
            assert_eq!(found.to_bits(), f(x, y).to_bits());
        }
    }
}
