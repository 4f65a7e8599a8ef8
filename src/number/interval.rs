//! Intervals with outward rounding: what is proved about them holds for every real number inside.
//!
//! +, − and · are rounded outwards by up to two units in the last place; of the functions of the mathematics library,
//! which err by less than two units, four units are granted. A function that is defined on a part of the interval only
//! is taken over that part, so that log[−1, 1] is (−∞, 0]; over an interval on which it is nowhere defined it is
//! [`Interval::EMPTY`].
//!
//! Reference: R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", 2009.

use super::sigmoids;
use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::ops::{Add, Mul, Neg, Sub};

/// All real numbers from `lo` to `hi`; either may be infinite. None where `lo > hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The least.
    pub lo: f64,
    /// The greatest.
    pub hi: f64,
}

/// Beyond this sin and cos are not told apart from anything in [−1, 1]: the place in the period is lost.
const FARTHEST: f64 = 1e9;

impl Interval {
    /// Every number.
    pub const ENTIRE: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY };
    /// No number: the value of a function where it is not defined.
    pub const EMPTY: Interval = Interval { lo: f64::INFINITY, hi: f64::NEG_INFINITY };
    /// 0 and nothing else.
    pub const ZERO: Interval = Interval { lo: 0.0, hi: 0.0 };

    /// From `lo` to `hi`.
    pub const fn new(lo: f64, hi: f64) -> Self {
        Self { lo, hi }
    }

    /// One number; none where it is not finite.
    pub const fn point(x: f64) -> Self {
        if x.is_finite() { Self::new(x, x) } else { Self::EMPTY }
    }

    /// Whether there is no number in it.
    pub fn is_empty(self) -> bool {
        self.lo > self.hi
    }

    /// Whether it is exactly 0.
    pub fn is_zero(self) -> bool {
        self.lo == 0.0 && self.hi == 0.0
    }

    /// Whether both ends are finite.
    pub fn is_bounded(self) -> bool {
        self.lo.is_finite() && self.hi.is_finite()
    }

    /// Whether a number lies in it, ends included.
    pub fn contains(self, x: f64) -> bool {
        self.lo <= x && x <= self.hi
    }

    /// The largest |x|.
    pub fn size(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// The smallest |x|.
    pub fn least_size(self) -> f64 {
        if self.contains(0.0) { 0.0 } else { self.lo.abs().min(self.hi.abs()) }
    }

    /// The number in the middle.
    pub fn middle(self) -> f64 {
        self.lo / 2.0 + self.hi / 2.0
    }

    /// Half its length, rounded up.
    pub fn radius(self) -> f64 {
        (self.hi / 2.0 - self.lo / 2.0).next_up()
    }

    /// The smallest interval that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self::new(self.lo.min(other.lo), self.hi.max(other.hi))
    }

    /// What of it is at least `lo`.
    #[must_use]
    fn above(self, lo: f64) -> Self {
        Self::new(self.lo.max(lo), self.hi)
    }

    /// The same, a little larger: `units` in the last place at either end, within [lo, hi].
    fn widened(self, units: f64, [lo, hi]: [f64; 2]) -> Self {
        let slack =
            |x: f64| if x.is_finite() { units * f64::EPSILON * x.abs() + f64::from_bits(1) } else { 0.0 };
        Self::new((self.lo - slack(self.lo)).max(lo), (self.hi + slack(self.hi)).min(hi))
    }

    /// The range of a function of the mathematics library that rises, within [lo, hi].
    fn rising(self, f: impl Fn(f64) -> f64, within: [f64; 2]) -> Self {
        if self.is_empty() { self } else { Self::new(f(self.lo), f(self.hi)).widened(4.0, within) }
    }

    /// The range of an even function that falls with |x|, within [0, `most`].
    fn hill(self, f: impl Fn(f64) -> f64, most: f64) -> Self {
        if self.is_empty() {
            return self;
        }
        Self::new(f(self.size()), f(self.least_size())).widened(8.0, [0.0, most])
    }

    /// x².
    #[must_use]
    pub fn square(self) -> Self {
        if self.is_empty() || self.is_zero() {
            return self;
        }
        let (least, most) = (self.least_size(), self.size());
        Self::new(lower(least * least).max(0.0), upper(most * most))
    }

    /// xⁿ for a whole number n.
    #[must_use]
    pub fn powi(self, n: i32) -> Self {
        if self.is_empty() {
            return self;
        }
        match n {
            0 => return Self::point(1.0),
            1 => return self,
            2 => return self.square(),
            _ => {}
        }
        // Repeated squaring errs by one unit for every factor at most.
        let units = f64::from(n.unsigned_abs()) + 4.0;
        let power = |x: f64| {
            let p = super::power(x, n.unsigned_abs());
            if n < 0 { 1.0 / p } else { p }
        };
        if n % 2 == 0 {
            let (near, far) = (power(self.least_size()), power(self.size()));
            return Self::new(near.min(far), near.max(far)).widened(units, [0.0, f64::INFINITY]);
        }
        if n > 0 {
            return Self::new(power(self.lo), power(self.hi)).widened(units, ALL);
        }
        // 1/x falls on either side of its pole; an end that is 0 belongs to the side that the interval is on.
        if self.lo < 0.0 && self.hi > 0.0 {
            return Self::ENTIRE;
        }
        if self.is_zero() {
            return Self::EMPTY;
        }
        let end = |x: f64, side: f64| if x == 0.0 { f64::INFINITY.copysign(side) } else { power(x) };
        let side = if self.hi > 0.0 { 1.0 } else { -1.0 };
        Self::new(end(self.hi, side), end(self.lo, side)).widened(units, ALL)
    }

    /// xᵖ for x ≥ 0.
    #[must_use]
    pub fn powf(self, p: f64) -> Self {
        let x = self.above(0.0);
        if x.is_empty() {
            return Self::EMPTY;
        }
        let (a, b) = (x.lo.powf(p), x.hi.powf(p));
        // p may itself be rounded, which counts log x times.
        let logs = [x.lo, x.hi].map(|x| x.ln().abs()).into_iter().filter(|l| l.is_finite());
        Self::new(a.min(b), a.max(b)).widened(4.0 + 2.0 * logs.fold(0.0, f64::max), [0.0, f64::INFINITY])
    }

    /// eˣ.
    #[must_use]
    pub fn exp(self) -> Self {
        self.rising(f64::exp, [0.0, f64::INFINITY])
    }

    /// Natural logarithm of what is positive.
    #[must_use]
    pub fn ln(self) -> Self {
        if self.hi <= 0.0 { Self::EMPTY } else { self.above(0.0).rising(f64::ln, ALL) }
    }

    /// √x of what is not negative.
    #[must_use]
    pub fn sqrt(self) -> Self {
        self.above(0.0).rising(f64::sqrt, [0.0, f64::INFINITY])
    }

    /// Sine.
    #[must_use]
    pub fn sin(self) -> Self {
        self.wave(f64::sin, FRAC_PI_2)
    }

    /// Cosine.
    #[must_use]
    pub fn cos(self) -> Self {
        self.wave(f64::cos, 0.0)
    }

    /// The range of a wave of period 2π with a crest at `crest`.
    fn wave(self, f: impl Fn(f64) -> f64, crest: f64) -> Self {
        if self.is_empty() {
            return self;
        }
        let within = [-1.0, 1.0];
        if self.size() > FARTHEST || self.hi - self.lo >= TAU {
            return Self::new(-1.0, 1.0);
        }
        // The quotients are rounded, so the interval is taken a little longer.
        let turns = |x: f64, slack: f64| x / TAU + slack * 4.0 * f64::EPSILON * (1.0 + x.abs());
        let passes = |top: f64| turns(self.hi - top, 1.0).floor() > turns(self.lo - top, -1.0).floor();
        let (a, b) = (f(self.lo), f(self.hi));
        let mut out = Self::new(a.min(b), a.max(b)).widened(4.0, within);
        if passes(crest) {
            out.hi = 1.0;
        }
        if passes(crest + PI) {
            out.lo = -1.0;
        }
        out
    }

    /// Tangent.
    #[must_use]
    pub fn tan(self) -> Self {
        if self.is_empty() {
            return self;
        }
        let cos = self.cos();
        if cos.contains(0.0) || self.hi - self.lo >= PI { Self::ENTIRE } else { self.rising(f64::tan, ALL) }
    }

    /// Hyperbolic tangent.
    #[must_use]
    pub fn tanh(self) -> Self {
        self.rising(f64::tanh, [-1.0, 1.0])
    }

    /// 1/(1 + e⁻ˣ).
    #[must_use]
    pub fn sigmoid(self) -> Self {
        self.rising(|x| sigmoids(x).0, [0.0, 1.0])
    }

    /// log(1 + eˣ).
    #[must_use]
    pub fn softplus(self) -> Self {
        self.rising(super::Number::softplus, [0.0, f64::INFINITY])
    }

    /// σ(x)(1 − σ(x)), the slope of the sigmoid.
    #[must_use]
    pub fn sigmoid_slope(self) -> Self {
        let slope = |x: f64| {
            let (s, c) = sigmoids(x);
            s * c
        };
        self.hill(slope, 0.25)
    }

    /// 1 − tanh²x, the slope of tanh.
    #[must_use]
    pub fn tanh_slope(self) -> Self {
        let slope = |x: f64| {
            let t = (-2.0 * x.abs()).exp();
            4.0 * t / ((1.0 + t) * (1.0 + t))
        };
        self.hill(slope, 1.0)
    }
}

/// No bounds beyond those that are computed.
const ALL: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

/// A little below: by one or two units in the last place, and by the smallest normal number for those near 0. −∞ + ∞ of
/// two ends, of which nothing is known, is −∞.
#[inline]
fn lower(x: f64) -> f64 {
    (x - (x.abs() * f64::EPSILON + f64::MIN_POSITIVE)).max(f64::NEG_INFINITY)
}

/// A little above, and ∞ where nothing is known.
#[inline]
fn upper(x: f64) -> f64 {
    (x + (x.abs() * f64::EPSILON + f64::MIN_POSITIVE)).min(f64::INFINITY)
}

impl Add for Interval {
    type Output = Self;
    #[inline]
    fn add(self, b: Self) -> Self {
        // What adds nothing rounds nothing: exact zeros stay exact.
        if b.is_zero() || self.is_empty() {
            self
        } else if self.is_zero() || b.is_empty() {
            b
        } else {
            Self::new(lower(self.lo + b.lo), upper(self.hi + b.hi))
        }
    }
}

impl Neg for Interval {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self::new(-self.hi, -self.lo)
    }
}

impl Sub for Interval {
    type Output = Self;
    #[inline]
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl Mul for Interval {
    type Output = Self;
    // Four products and their order are long: a call costs less than so many copies.
    #[inline(never)]
    fn mul(self, b: Self) -> Self {
        if self.is_empty() || b.is_empty() {
            return Self::EMPTY;
        }
        if self.is_zero() || b.is_zero() {
            return Self::ZERO;
        }
        let p = [self.lo * b.lo, self.lo * b.hi, self.hi * b.lo, self.hi * b.hi];
        // NaN is 0·∞ and counts as 0, since ends that are infinite are never reached; comparisons pass over it.
        let start = if (p[0] + p[1] + p[2] + p[3]).is_nan() { 0.0 } else { p[0] };
        let lo = p.iter().fold(start, |m, x| if *x < m { *x } else { m });
        let hi = p.iter().fold(start, |m, x| if *x > m { *x } else { m });
        Self::new(lower(lo), upper(hi))
    }
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
