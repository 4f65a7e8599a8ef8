//! The number types a loss is evaluated on.
//!
//! A loss is written once, generic over [`Number`]; evaluating it on `f64` gives the value, on [`Dual`] the gradient as
//! well, on [`Dual2`] the Hessian too, on [`Taylor`] the derivatives of every order along a line, and on [`Block`] 64
//! values at once. Some types implement [`Number`] directly; a type that is fixed by its value and a chain rule implements [`Chain`] and gets
//! every function from the one list in this file.
//!
//! # Why our own dual numbers
//!
//! num-dual's types were tried first. Played on the same [`Tape`](crate::loss::Tape), natively, in ns per evaluation,
//! ours / theirs, least of 4,000 runs on one busy machine:
//!
//! | loss | gradient | value, gradient and Hessian |
//! |---|---|---|
//! | (1 − xy)² | 17 / 42 | 43 / 59 |
//! | Himmelblau | 26 / 77 | 52 / 113 |
//! | Goldstein–Price | 99 / 149 | 148 / 215 |
//! | Rastrigin | 69 / 123 | 106 / 153 |
//!
//! (Their derivatives are optional matrices, tested for presence at every operation.) What decided was that their chain
//! rule is private: a generic implementation cannot mend tanh (NaN beyond about 400), `powf(1.5)` at 0 and
//! `powd(x, 2)` for x < 0 (NaN), or `powi` beyond 46,341 (n(n − 1) overflows). The tests compare the two wherever
//! num-dual is right.
//!
//! # At a kink
//!
//! abs′(0) = 0, relu′(0) = 0, and max and min of equal arguments take the first. NaN in, NaN out, also for max and min.

mod block;
mod dual;
mod interval;
mod interval_series;
mod random;
mod taylor;

pub use block::Block;
pub use dual::{Dual, Dual2};
pub use interval::Interval;
pub use interval_series::{IntervalJet, IntervalSeries};
pub use random::Random;
pub use random::{mix, unit};
pub use taylor::{Series, Taylor};

use std::ops::{Add, Div, Mul, Neg, Sub};

/// What a loss needs of a number. Every function is total: outside its domain it gives NaN or ∞.
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A constant.
    fn constant(value: f64) -> Self;
    /// x + c.
    fn plus(self, c: f64) -> Self {
        self + Self::constant(c)
    }
    /// c·x.
    fn times(self, c: f64) -> Self {
        self * Self::constant(c)
    }
    /// 1/x.
    fn recip(self) -> Self;
    /// xⁿ for a whole number n, exact in sign for x ≤ 0; x⁰ = 1, also at 0.
    fn powi(self, n: i32) -> Self;
    /// xᵖ for a constant p; NaN for x < 0 unless p is whole.
    fn powf(self, p: f64) -> Self;
    /// cˣ for a constant c.
    fn exponential(self, c: f64) -> Self;
    /// xʸ; NaN for x < 0 unless y is whole.
    fn pow(self, y: Self) -> Self;
    /// eˣ.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// √x; not differentiable at 0.
    fn sqrt(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Tangent.
    fn tan(self) -> Self;
    /// Hyperbolic tangent, for any size of x.
    fn tanh(self) -> Self;
    /// 1/(1 + e⁻ˣ), for any size of x.
    fn sigmoid(self) -> Self;
    /// log(1 + eˣ), for any size of x.
    fn softplus(self) -> Self;
    /// |x|.
    fn abs(self) -> Self;
    /// max(x, 0).
    fn relu(self) -> Self;
    /// The larger.
    fn max(self, other: Self) -> Self;
    /// The smaller.
    fn min(self, other: Self) -> Self;
}

/// A number that is a value with derivatives, given by how a function acts on it.
pub trait Chain:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A constant: no derivatives.
    fn of(value: f64) -> Self;
    /// The value.
    fn re(self) -> f64;
    /// f(x), from f, f′ and f″ at the value of x.
    fn chain(self, f: [f64; 3]) -> Self;
    /// f(x, y), from f, (f_x, f_y) and (f_xx, f_xy, f_yy) at the values of x and y.
    fn chain2(self, y: Self, f: f64, first: [f64; 2], second: [f64; 3]) -> Self;
    /// x + c.
    fn shift(self, c: f64) -> Self;
    /// c·x. No chain rule: with f″ = 0 that is 0·g², and NaN where g² is beyond the numbers.
    fn scale(self, c: f64) -> Self;
}

impl Chain for f64 {
    #[inline]
    fn of(value: f64) -> f64 {
        value
    }
    #[inline]
    fn re(self) -> f64 {
        self
    }
    #[inline]
    fn chain(self, f: [f64; 3]) -> f64 {
        f[0]
    }
    #[inline]
    fn chain2(self, _: f64, f: f64, _: [f64; 2], _: [f64; 3]) -> f64 {
        f
    }
    #[inline]
    fn shift(self, c: f64) -> f64 {
        self + c
    }
    #[inline]
    fn scale(self, c: f64) -> f64 {
        self * c
    }
}

/// xⁿ by repeated squaring, n ≥ 0.
#[inline]
fn power(mut x: f64, mut n: u32) -> f64 {
    let mut out = 1.0;
    while n > 0 {
        if n & 1 == 1 {
            out *= x;
        }
        x *= x;
        n >>= 1;
    }
    out
}

/// a·b where 0·∞ counts as 0: the limits of 0ʸ log 0.
#[inline]
fn damped(a: f64, b: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a * b }
}

/// σ(v) and 1 − σ(v), both without cancellation.
#[inline]
fn sigmoids(v: f64) -> (f64, f64) {
    let t = (-v.abs()).exp();
    let (near, far) = (1.0 / (1.0 + t), t / (1.0 + t));
    if v >= 0.0 { (near, far) } else { (far, near) }
}

impl<T: Chain> Number for T {
    #[inline]
    fn constant(value: f64) -> Self {
        T::of(value)
    }
    #[inline]
    fn plus(self, c: f64) -> Self {
        self.shift(c)
    }
    #[inline]
    fn times(self, c: f64) -> Self {
        self.scale(c)
    }
    #[inline]
    fn recip(self) -> Self {
        let r = 1.0 / self.re();
        self.chain([r, -r * r, 2.0 * r * r * r])
    }
    #[inline]
    fn powi(self, n: i32) -> Self {
        let x = self.re();
        let k = f64::from(n);
        match n {
            0 => T::of(1.0),
            1 => self,
            2 => self.chain([x * x, 2.0 * x, 2.0]),
            3.. => {
                let p = power(x, n.unsigned_abs() - 2);
                self.chain([p * x * x, k * (p * x), k * (k - 1.0) * p])
            }
            ..0 => {
                let r = 1.0 / x;
                let p = 1.0 / power(x, n.unsigned_abs()); // the rounding of r would come in n times
                self.chain([p, k * (p * r), k * (k - 1.0) * (p * r * r)])
            }
        }
    }
    #[inline]
    fn powf(self, p: f64) -> Self {
        let x = self.re();
        self.chain([x.powf(p), p * x.powf(p - 1.0), p * (p - 1.0) * x.powf(p - 2.0)])
    }
    #[inline]
    fn exponential(self, c: f64) -> Self {
        let f = c.powf(self.re());
        let l = c.ln();
        let first = damped(f, l);
        self.chain([f, first, damped(first, l)])
    }
    #[inline]
    fn pow(self, y: Self) -> Self {
        let (a, b) = (self.re(), y.re());
        let l = a.ln();
        let f = a.powf(b);
        let below = a.powf(b - 1.0);
        let fa = if b == 0.0 { 0.0 } else { b * below };
        let faa = if b == 0.0 || b == 1.0 { 0.0 } else { b * (b - 1.0) * a.powf(b - 2.0) };
        let fb = damped(f, l);
        self.chain2(y, f, [fa, fb], [faa, below + damped(fa, l), damped(fb, l)])
    }
    #[inline]
    fn exp(self) -> Self {
        let e = self.re().exp();
        self.chain([e; 3])
    }
    #[inline]
    fn ln(self) -> Self {
        let x = self.re();
        let r = if x < 0.0 { f64::NAN } else { 1.0 / x };
        self.chain([x.ln(), r, -r * r])
    }
    #[inline]
    fn sqrt(self) -> Self {
        let s = self.re().sqrt();
        let first = 0.5 / s;
        self.chain([s, first, -0.5 * first / self.re()])
    }
    #[inline]
    fn sin(self) -> Self {
        let (s, c) = self.re().sin_cos();
        self.chain([s, c, -s])
    }
    #[inline]
    fn cos(self) -> Self {
        let (s, c) = self.re().sin_cos();
        self.chain([c, -s, -c])
    }
    #[inline]
    fn tan(self) -> Self {
        let t = self.re().tan();
        let first = 1.0 + t * t;
        self.chain([t, first, 2.0 * t * first])
    }
    #[inline]
    fn tanh(self) -> Self {
        let x = self.re();
        let t = (-2.0 * x.abs()).exp();
        let first = 4.0 * t / ((1.0 + t) * (1.0 + t));
        let value = x.tanh();
        self.chain([value, first, -2.0 * value * first])
    }
    #[inline]
    fn sigmoid(self) -> Self {
        let (s, c) = sigmoids(self.re());
        self.chain([s, s * c, s * c * (c - s)])
    }
    #[inline]
    fn softplus(self) -> Self {
        let x = self.re();
        let (s, c) = sigmoids(x);
        let positive = if x < 0.0 { 0.0 } else { x };
        self.chain([positive + (-x.abs()).exp().ln_1p(), s, s * c])
    }
    #[inline]
    fn abs(self) -> Self {
        let x = self.re();
        if x > 0.0 {
            self
        } else if x < 0.0 {
            -self
        } else {
            self.chain([x.abs(), 0.0, 0.0])
        }
    }
    #[inline]
    fn relu(self) -> Self {
        if self.re() <= 0.0 { T::of(0.0) } else { self }
    }
    #[inline]
    fn max(self, other: Self) -> Self {
        let (a, b) = (self.re(), other.re());
        if a >= b {
            self
        } else if a < b {
            other
        } else {
            self + other
        }
    }
    #[inline]
    fn min(self, other: Self) -> Self {
        let (a, b) = (self.re(), other.re());
        if a <= b {
            self
        } else if a > b {
            other
        } else {
            self + other
        }
    }
}

#[cfg(test)]
mod tests;
