//! Truncated power series: a value with its derivatives of every order along a line, exact to rounding.
//!
//! A coefficient is cₖ = f⁽ᵏ⁾/k!. Each function is carried out by the recurrence that its differential equation gives
//! (y = eᵃ from y′ = a′y, and so on; R. E. Moore, "Interval Analysis", 1966, chapter 11; A. Griewank and A. Walther,
//! "Evaluating Derivatives", 2nd edition, 2008, section 13.2), never by differences. The loops run over slices, so that
//! one compiled copy serves every length.
//!
//! # At a kink
//!
//! |a|, relu, max and min look at how the sign of a (or of a − b) goes along the line. Where it stays the same to both
//! sides, so that the first coefficient that is not 0 is of even order, the function is smooth and the series is that of
//! the branch; where it changes, the rule of [`Number`] holds: |a| and relu(a) get 0, max and min take the first.

use super::{Number, sigmoids};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// c₀ + c₁s + … + c_{N−1}s^{N−1}, what follows left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taylor<const N: usize>(pub [f64; N]);

/// The series of every loss on the page, to order 24: one length everywhere, because each compiles the tape anew.
pub type Series = Taylor<25>;

impl<const N: usize> Taylor<N> {
    /// The series of a variable that moves along a line: value + slope·s.
    pub fn line(value: f64, slope: f64) -> Self {
        let mut out = [0.0; N];
        if let [first, rest @ ..] = &mut out[..] {
            *first = value;
            if let [second, ..] = rest {
                *second = slope;
            }
        }
        Self(out)
    }

    /// The value at s of the terms up to and including order `order`, by Horner's rule.
    pub fn at(&self, s: f64, order: usize) -> f64 {
        self.0.iter().take(order.saturating_add(1)).rev().fold(0.0, |sum, c| sum * s + c)
    }

    /// The value, 0 for no coefficients at all.
    fn re(&self) -> f64 {
        self.0.first().copied().unwrap_or(0.0)
    }

    /// The same with another value: where a function's own value is better than what a recurrence starts from.
    fn with(mut self, value: f64) -> Self {
        if let Some(first) = self.0.first_mut() {
            *first = value;
        }
        self
    }

    /// Fills a new series, given its slice.
    #[inline]
    fn fill(f: impl FnOnce(&mut [f64])) -> Self {
        let mut out = [0.0; N];
        f(&mut out);
        Self(out)
    }

    /// y from its value and y′ = a′g.
    #[inline]
    fn integral(self, value: f64, g: Self) -> Self {
        Self::fill(|y| integrate(value, &self.0, &g.0, y))
    }

    #[inline]
    fn sine_and_cosine(self) -> [Self; 2] {
        let mut out = [[0.0; N]; 2];
        let [s, c] = &mut out;
        sine_and_cosine(&self.0, s, c);
        out.map(Self)
    }

    /// σ(a) and 1 − σ(a), both without cancellation.
    #[inline]
    fn sigmoid_pair(self) -> Self {
        Self::fill(|s| sigmoid(&self.0, s))
    }

    /// How the sign of the series goes along the line.
    #[inline]
    fn sign(&self) -> Sign {
        sign(&self.0)
    }

    fn is_constant(&self) -> bool {
        self.0.iter().skip(1).all(|c| *c == 0.0)
    }
}

/// The sign of a series near s = 0.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    /// Above 0 on both sides.
    Positive,
    /// Below 0 on both sides.
    Negative,
    /// Another sign on either side, or 0 throughout.
    Kink,
    /// The value is NaN.
    Unknown,
}

fn sign(a: &[f64]) -> Sign {
    match a.iter().enumerate().find(|(_, c)| **c != 0.0) {
        Some((_, c)) if c.is_nan() => Sign::Unknown,
        Some((k, c)) if k.is_multiple_of(2) => {
            if *c > 0.0 {
                Sign::Positive
            } else {
                Sign::Negative
            }
        }
        _ => Sign::Kink,
    }
}

/// Σ_{j = from}^{k} a_j·b_{k−j}.
#[inline]
fn dot(a: &[f64], b: &[f64], from: usize, k: usize) -> f64 {
    let a = a.get(from..=k).unwrap_or_default();
    let b = b.get(..=k - from).unwrap_or_default();
    a.iter().zip(b.iter().rev()).map(|(a, b)| a * b).sum()
}

/// Σ_{j = 1}^{k} j·a_j·b_{k−j}: coefficient k of s·a′·b.
#[inline]
fn slope_dot(a: &[f64], b: &[f64], k: usize) -> f64 {
    let a = a.get(1..=k).unwrap_or_default();
    let b = b.get(..k).unwrap_or_default();
    a.iter().zip(b.iter().rev()).enumerate().map(|(j, (a, b))| (j + 1) as f64 * a * b).sum()
}

fn put(out: &mut [f64], k: usize, value: f64) {
    if let Some(slot) = out.get_mut(k) {
        *slot = value;
    }
}

#[inline(never)]
fn multiply(a: &[f64], b: &[f64], out: &mut [f64]) {
    for k in 0..out.len() {
        put(out, k, dot(a, b, 0, k));
    }
}

/// q·b = a, coefficient by coefficient.
#[inline(never)]
fn divide(a: &[f64], b: &[f64], out: &mut [f64]) {
    let first = b.first().copied().unwrap_or(f64::NAN);
    for (k, a) in a.iter().enumerate().take(out.len()) {
        let known = if k == 0 { 0.0 } else { dot(b, out, 1, k) };
        put(out, k, (a - known) / first);
    }
}

/// y′ = a′g, and g may be known only as far as y is.
#[inline(never)]
fn integrate(value: f64, a: &[f64], g: &[f64], y: &mut [f64]) {
    put(y, 0, value);
    for k in 1..y.len() {
        put(y, k, slope_dot(a, g, k) / k as f64);
    }
}

/// y′ = a′y.
#[inline(never)]
fn exponential(value: f64, a: &[f64], y: &mut [f64]) {
    put(y, 0, value);
    for k in 1..y.len() {
        let next = slope_dot(a, y, k) / k as f64;
        put(y, k, next);
    }
}

#[inline(never)]
fn sine_and_cosine(a: &[f64], s: &mut [f64], c: &mut [f64]) {
    let (s0, c0) = a.first().copied().unwrap_or(f64::NAN).sin_cos();
    put(s, 0, s0);
    put(c, 0, c0);
    for k in 1..s.len() {
        let (up, down) = (slope_dot(a, c, k) / k as f64, slope_dot(a, s, k) / k as f64);
        put(s, k, up);
        put(c, k, -down);
    }
}

/// σ′ = a′·σ·(1 − σ), where the last factor starts from a value of its own: a tail keeps its digits.
#[inline(never)]
fn sigmoid(a: &[f64], s: &mut [f64]) {
    let (value, rest) = sigmoids(a.first().copied().unwrap_or(f64::NAN));
    put(s, 0, value);
    // σ(1 − σ) as far as it is known: coefficient k is σ_k·(1 − 2σ₀) − Σ_{0<j<k} σ_j·σ_{k−j}.
    let mut slope = Vec::with_capacity(s.len());
    slope.push(value * rest);
    for k in 1..s.len() {
        let next = slope_dot(a, &slope, k) / k as f64;
        put(s, k, next);
        let known = s.get(1..k).unwrap_or_default();
        let inner: f64 = known.iter().zip(known.iter().rev()).map(|(a, b)| a * b).sum();
        slope.push(next * (rest - value) - inner);
    }
}

/// aᵖ from a·y′ = p·a′·y. Where a is 0 there are only the terms below the order at which y stops being smooth, unless
/// y is |s|^(an even number) times a smooth function; NaN for what is not there and what terms left out would decide.
#[inline(never)]
fn power(a: &[f64], p: f64, y: &mut [f64]) {
    y.fill(f64::NAN);
    let first = a.first().copied().unwrap_or(f64::NAN);
    put(y, 0, first.powf(p));
    let zeros = a.iter().take_while(|c| **c == 0.0).count();
    let lead = zeros as f64 * p;
    if zeros == a.len() {
        if p > 0.0 {
            y.fill(0.0);
        }
        return;
    }
    if zeros > 0 && p <= 0.0 {
        return;
    }
    let shift = lead.ceil().min(y.len() as f64) as usize;
    y.iter_mut().take(shift).for_each(|c| *c = 0.0);
    if zeros % 2 == 1 || lead % 2.0 != 0.0 {
        return;
    }
    let (a, y) = (a.get(zeros..).unwrap_or_default(), y.get_mut(shift..).unwrap_or_default());
    let first = a.first().copied().unwrap_or(f64::NAN);
    put(y, 0, first.powf(p));
    for k in 1..y.len().min(a.len()) {
        let sum: f64 = (1..=k)
            .map(|j| {
                let (a, y) = (a.get(j).copied().unwrap_or(0.0), y.get(k - j).copied().unwrap_or(0.0));
                (p * j as f64 - (k - j) as f64) * a * y
            })
            .sum();
        put(y, k, sum / (k as f64 * first));
    }
}

impl<const N: usize> Add for Taylor<N> {
    type Output = Self;
    #[inline]
    fn add(mut self, other: Self) -> Self {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a += b;
        }
        self
    }
}

impl<const N: usize> Sub for Taylor<N> {
    type Output = Self;
    #[inline]
    fn sub(mut self, other: Self) -> Self {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a -= b;
        }
        self
    }
}

impl<const N: usize> Mul for Taylor<N> {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Self::fill(|out| multiply(&self.0, &other.0, out))
    }
}

impl<const N: usize> Div for Taylor<N> {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        Self::fill(|out| divide(&self.0, &other.0, out))
    }
}

impl<const N: usize> Neg for Taylor<N> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self(self.0.map(|c| -c))
    }
}

impl<const N: usize> Number for Taylor<N> {
    fn constant(value: f64) -> Self {
        Self::line(value, 0.0)
    }
    fn plus(self, c: f64) -> Self {
        let value = self.re() + c;
        self.with(value)
    }
    fn times(self, c: f64) -> Self {
        Self(self.0.map(|a| c * a))
    }
    fn recip(self) -> Self {
        Self::constant(1.0) / self
    }
    fn powi(self, n: i32) -> Self {
        let mut out = Self::constant(1.0);
        let (mut factor, mut left) = (self, n.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                out = out * factor;
            }
            left >>= 1;
            if left > 0 {
                factor = factor * factor;
            }
        }
        if n < 0 { out.recip() } else { out }
    }
    fn powf(self, p: f64) -> Self {
        if p == p.trunc() && p.abs() <= 1e6 {
            return self.powi(p as i32);
        }
        Self::fill(|y| power(&self.0, p, y))
    }
    fn exponential(self, c: f64) -> Self {
        let value = c.powf(self.re());
        if value == 0.0 {
            return Self::constant(0.0);
        }
        let exponent = self.times(c.ln());
        Self::fill(|y| exponential(value, &exponent.0, y))
    }
    fn pow(self, y: Self) -> Self {
        if y.is_constant() {
            return self.powf(y.re());
        }
        if self.is_constant() {
            return y.exponential(self.re());
        }
        let value = self.re().powf(y.re());
        let exponent = y * self.ln();
        Self::fill(|out| exponential(value, &exponent.0, out))
    }
    fn exp(self) -> Self {
        Self::fill(|y| exponential(self.re().exp(), &self.0, y))
    }
    fn ln(self) -> Self {
        let value = self.re().ln();
        self.integral(value, self.recip().times(if value.is_nan() { f64::NAN } else { 1.0 }))
    }
    fn sqrt(self) -> Self {
        let value = self.re().sqrt();
        Self::fill(|y| power(&self.0, 0.5, y)).with(value)
    }
    fn sin(self) -> Self {
        let [s, _] = self.sine_and_cosine();
        s
    }
    fn cos(self) -> Self {
        let [_, c] = self.sine_and_cosine();
        c
    }
    fn tan(self) -> Self {
        let [s, c] = self.sine_and_cosine();
        (s / c).with(self.re().tan())
    }
    fn tanh(self) -> Self {
        // 2σ(2a) − 1, with the value's own digits near 0.
        self.times(2.0).sigmoid_pair().times(2.0).with(self.re().tanh())
    }
    fn sigmoid(self) -> Self {
        self.sigmoid_pair()
    }
    fn softplus(self) -> Self {
        self.integral(Number::softplus(self.re()), self.sigmoid_pair())
    }
    fn abs(self) -> Self {
        match self.sign() {
            Sign::Positive => self,
            Sign::Negative => -self,
            Sign::Kink => Self::constant(0.0),
            Sign::Unknown => Self::constant(f64::NAN),
        }
    }
    fn relu(self) -> Self {
        match self.sign() {
            Sign::Positive | Sign::Unknown => self,
            Sign::Negative | Sign::Kink => Self::constant(0.0),
        }
    }
    fn max(self, other: Self) -> Self {
        match (self - other).sign() {
            Sign::Positive | Sign::Kink => self,
            Sign::Negative => other,
            Sign::Unknown => self + other,
        }
    }
    fn min(self, other: Self) -> Self {
        match (self - other).sign() {
            Sign::Negative | Sign::Kink => self,
            Sign::Positive => other,
            Sign::Unknown => self + other,
        }
    }
}

#[cfg(test)]
#[path = "taylor_tests.rs"]
mod tests;
