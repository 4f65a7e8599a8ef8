//! Power series in two variables with intervals for coefficients: what is proved of them holds for every expansion point
//! in the intervals that the two variables are given.
//!
//! To degree 2 the coefficients hold the value, the gradient and half the Hessian over a whole rectangle at once; to
//! degree 8 they are what decides a degenerate critical point. A function of a series is carried out by its own Taylor
//! coefficients over the interval of the value. The work is done on slices, so that one compiled copy serves every
//! degree.
//!
//! At a kink (of abs, relu, max, min) inside the interval, value and slope cover both sides; the second and all higher
//! coefficients are [`Interval::ENTIRE`], as the slope jumps.

use super::{Interval, Number};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Σ c s^i t^j over i + j ≤ D, with M = (D + 1)(D + 2)/2 coefficients: by total degree, then by j.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntervalSeries<const M: usize>(pub [Interval; M]);

/// Value, gradient and half the Hessian over a rectangle: L, ∂₁L, ∂₂L, ½∂₁₁L, ∂₁₂L, ½∂₂₂L.
pub type IntervalJet = IntervalSeries<6>;

/// The number of coefficients below total degree n.
const fn below(n: usize) -> usize {
    n * (n + 1) / 2
}

/// The highest degree of a series of this many coefficients.
fn degree(coefficients: usize) -> usize {
    let mut d = 0;
    while below(d + 2) <= coefficients {
        d += 1;
    }
    d
}

fn get(a: &[Interval], k: usize) -> Interval {
    a.get(k).copied().unwrap_or(Interval::ZERO)
}

/// Out of every total degree, the coefficients of a series.
fn layer(a: &[Interval], n: usize) -> &[Interval] {
    a.get(below(n)..below(n + 1)).unwrap_or_default()
}

/// out = a·b, where out is 0 so far.
#[inline(never)]
fn multiply(a: &[Interval], b: &[Interval], out: &mut [Interval]) {
    // The same, written out for jets: a search spends most of its time here.
    if let ([v, x, y, xx, xy, yy], [w, u, t, uu, ut, tt], [o, ox, oy, oxx, oxy, oyy]) = (a, b, &mut *out) {
        (*o, *ox, *oy) = (*v * *w, *v * *u + *x * *w, *v * *t + *y * *w);
        *oxx = *v * *uu + *x * *u + *xx * *w;
        *oxy = *v * *ut + (*x * *t + *y * *u) + *xy * *w;
        *oyy = *v * *tt + *y * *t + *yy * *w;
        return;
    }
    let d = degree(out.len());
    for n in 0..=d {
        for (j, x) in layer(a, n).iter().enumerate().filter(|(_, x)| !x.is_zero()) {
            for m in 0..=d - n {
                for (i, y) in layer(b, m).iter().enumerate().filter(|(_, y)| !y.is_zero()) {
                    if let Some(slot) = out.get_mut(below(n + m) + i + j) {
                        *slot = *slot + *x * *y;
                    }
                }
            }
        }
    }
}

/// A function of one variable, by which a series is composed.
#[derive(Clone, Copy, Debug)]
enum Outer {
    Powi(i32),
    Powf(f64),
    Exp,
    Ln,
    Sqrt,
    Sin,
    Cos,
    Tan,
    Tanh,
    Sigmoid,
    Softplus,
    Abs,
    Relu,
}

/// The highest degree of a composition.
const DEEPEST: usize = 12;

/// f⁽ᵏ⁾/k! over an interval, for k up to a degree.
fn coefficients(f: Outer, x: Interval, d: usize) -> [Interval; DEEPEST + 1] {
    let mut c = [Interval::ZERO; DEEPEST + 1];
    // k!, exact up to 18, and (p choose k), exact where p is whole.
    let (mut factorial, mut choose) = (1.0, Interval::point(1.0));
    for (k, slot) in c.iter_mut().enumerate().take(d + 1) {
        let n = k as f64;
        let binomial = |p: f64| over(choose * Interval::point(p - n), n + 1.0);
        match f {
            Outer::Powi(p) => {
                let order = i32::try_from(k).ok().and_then(|k| p.checked_sub(k));
                *slot = choose * order.map_or(Interval::ENTIRE, |n| x.powi(n));
                choose = Interval::point((choose.middle() * (f64::from(p) - n) / (n + 1.0)).round());
            }
            Outer::Powf(p) => {
                *slot = choose * x.powf(p - n);
                choose = binomial(p);
            }
            Outer::Sqrt => {
                *slot = if k == 0 { x.sqrt() } else { choose * x.powf(0.5 - n) };
                choose = binomial(0.5);
            }
            Outer::Exp => *slot = over(x.exp(), factorial),
            Outer::Ln if k == 0 => *slot = x.ln(),
            Outer::Ln => {
                let power = Interval::new(x.lo.max(0.0), x.hi).powi(-(k as i32));
                *slot = over(if k % 2 == 0 { -power } else { power }, n);
            }
            Outer::Sin | Outer::Cos => {
                let turn = if matches!(f, Outer::Sin) { k } else { k + 1 };
                let wave = match turn % 4 {
                    0 => x.sin(),
                    1 => x.cos(),
                    2 => -x.sin(),
                    _ => -x.cos(),
                };
                *slot = over(wave, factorial);
            }
            Outer::Abs | Outer::Relu => {
                let absolute = matches!(f, Outer::Abs);
                *slot = match k {
                    0 => Interval::new(0.0, if absolute { x.size() } else { x.hi }),
                    1 => Interval::new(if absolute { -1.0 } else { 0.0 }, 1.0),
                    _ => Interval::ENTIRE,
                };
            }
            Outer::Tan | Outer::Tanh | Outer::Sigmoid | Outer::Softplus => {}
        }
        factorial *= n + 1.0;
    }
    match f {
        Outer::Tan => {
            let t = x.tan();
            riccati(&mut c, d, [t, t.square() + Interval::point(1.0), t], [0.0, 1.0]);
        }
        Outer::Tanh => riccati(&mut c, d, [x.tanh(), x.tanh_slope(), -x.tanh()], [0.0, -1.0]),
        Outer::Sigmoid | Outer::Softplus => {
            // σ″/2 = σ′·(1 − 2σ)/2, and 1 − 2σ(x) = −tanh(x/2).
            let bend = over(-over(x, 2.0).tanh(), 2.0);
            riccati(&mut c, d, [x.sigmoid(), x.sigmoid_slope(), bend], [1.0, -1.0]);
            if matches!(f, Outer::Softplus) {
                // The integral of the sigmoid.
                for k in (1..=DEEPEST).rev() {
                    let before = get(&c, k - 1);
                    if let Some(slot) = c.get_mut(k) {
                        *slot = over(before, k as f64);
                    }
                }
                c[0] = x.softplus();
            }
        }
        _ => {}
    }
    c
}

/// x/n for a positive n.
fn over(x: Interval, n: f64) -> Interval {
    if n == 1.0 || x.is_zero() { x } else { Interval::new((x.lo / n).next_down(), (x.hi / n).next_up()) }
}

/// y′ = α + βy + γy², from y, y′ and the factor by which y′ becomes y″/2, all three without overestimation; the rest by
/// (k + 1)·c_{k+1} = βc_k + γ Σ c_i c_{k−i}.
fn riccati(c: &mut [Interval], d: usize, [value, slope, half]: [Interval; 3], [beta, gamma]: [f64; 2]) {
    let known = [value, slope, slope * half];
    for k in 0..=d {
        let next = known.get(k).copied().unwrap_or_else(|| {
            let sum = (0..k).fold(Interval::ZERO, |sum, i| sum + get(c, i) * get(c, k - 1 - i));
            let all = get(c, k - 1) * Interval::point(beta) + sum * Interval::point(gamma);
            over(all, k as f64)
        });
        if let Some(slot) = c.get_mut(k) {
            *slot = next;
        }
    }
}

/// a becomes f(a).
#[inline(never)]
fn compose(f: Outer, a: &mut [Interval]) {
    let value = get(a, 0);
    match f {
        _ if value.is_empty() => return,
        Outer::Abs if value.lo >= 0.0 => return,
        Outer::Abs if value.hi <= 0.0 => return negate(a),
        Outer::Relu if value.lo >= 0.0 => return,
        Outer::Relu if value.hi <= 0.0 => return a.fill(Interval::ZERO),
        _ => {}
    }
    let d = degree(a.len());
    let c = coefficients(f, value, d);
    if c[0].is_empty() {
        return a.fill(Interval::EMPTY);
    }
    if let [v, x, y, xx, xy, yy] = a {
        // Squares are squares: Horner's rule would let them be negative.
        let [c0, c1, c2, ..] = c;
        *xx = c1 * *xx + c2 * x.square();
        *xy = c1 * *xy + c2 * (*x * *y + *x * *y);
        *yy = c1 * *yy + c2 * y.square();
        (*v, *x, *y) = (c0, c1 * *x, c1 * *y);
        return;
    }
    let mut inner = a.to_vec();
    if let Some(first) = inner.first_mut() {
        *first = Interval::ZERO;
    }
    a.fill(Interval::ZERO);
    for k in (0..=d).rev() {
        let before = a.to_vec();
        a.fill(Interval::ZERO);
        if k < d {
            multiply(&before, &inner, a);
        }
        if let Some(first) = a.first_mut() {
            *first = *first + get(&c, k);
        }
    }
}

/// a becomes the larger of a and b, or with `sign` −1 the smaller.
#[inline(never)]
fn choose(a: &mut [Interval], b: &[Interval], sign: f64) {
    let (x, y) = (get(a, 0), get(b, 0));
    if x.is_empty() || y.is_empty() {
        return a.fill(Interval::EMPTY);
    }
    let (first, second) = if sign > 0.0 { (x.lo >= y.hi, y.lo > x.hi) } else { (x.hi <= y.lo, y.hi < x.lo) };
    if first {
        return;
    }
    if second {
        return a.copy_from_slice(b);
    }
    for (k, (p, q)) in a.iter_mut().zip(b).enumerate() {
        *p = match k {
            0 if sign > 0.0 => Interval::new(x.lo.max(y.lo), x.hi.max(y.hi)),
            0 => Interval::new(x.lo.min(y.lo), x.hi.min(y.hi)),
            1 | 2 => p.hull(*q),
            _ => Interval::ENTIRE,
        };
    }
}

impl<const M: usize> IntervalSeries<M> {
    /// The variable number `i` (0 or 1) over an interval.
    pub fn variable(x: Interval, i: usize) -> Self {
        Self::line(x, [f64::from(u8::from(i == 0)), f64::from(u8::from(i == 1))])
    }

    /// x + a·s + b·t.
    pub fn line(x: Interval, [a, b]: [f64; 2]) -> Self {
        let first = [x, Interval::point(a), Interval::point(b)];
        Self(std::array::from_fn(|k| get(&first, k)))
    }

    /// The coefficient of s^i t^j.
    pub fn coefficient(&self, i: usize, j: usize) -> Interval {
        get(&self.0, below(i + j) + j)
    }

    fn of(mut self, f: Outer) -> Self {
        compose(f, &mut self.0);
        self
    }
}

/// a becomes a + b.
#[inline(never)]
fn add(a: &mut [Interval], b: &[Interval]) {
    let empty = get(a, 0).is_empty() || get(b, 0).is_empty();
    for (x, y) in a.iter_mut().zip(b) {
        *x = if empty { Interval::EMPTY } else { *x + *y };
    }
}

/// a becomes −a.
#[inline(never)]
fn negate(a: &mut [Interval]) {
    a.iter_mut().for_each(|x| *x = -*x);
}

/// a becomes c·a.
#[inline(never)]
fn scale(a: &mut [Interval], c: Interval) {
    a.iter_mut().for_each(|x| *x = *x * c);
}

impl<const M: usize> Add for IntervalSeries<M> {
    type Output = Self;
    fn add(mut self, b: Self) -> Self {
        add(&mut self.0, &b.0);
        self
    }
}

impl<const M: usize> Neg for IntervalSeries<M> {
    type Output = Self;
    fn neg(mut self) -> Self {
        negate(&mut self.0);
        self
    }
}

impl<const M: usize> Sub for IntervalSeries<M> {
    type Output = Self;
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl<const M: usize> Mul for IntervalSeries<M> {
    type Output = Self;
    fn mul(self, b: Self) -> Self {
        let mut out = [Interval::ZERO; M];
        multiply(&self.0, &b.0, &mut out);
        // Where one is not defined the product is not.
        if self.0.first().is_some_and(|x| x.is_empty()) || b.0.first().is_some_and(|x| x.is_empty()) {
            out = [Interval::EMPTY; M];
        }
        Self(out)
    }
}

#[allow(clippy::suspicious_arithmetic_impl, reason = "a quotient is a product with 1/b")]
impl<const M: usize> Div for IntervalSeries<M> {
    type Output = Self;
    fn div(self, b: Self) -> Self {
        self * b.recip()
    }
}

impl<const M: usize> Number for IntervalSeries<M> {
    fn constant(value: f64) -> Self {
        let mut out = [Interval::ZERO; M];
        if value.is_finite() {
            if let Some(first) = out.first_mut() {
                *first = Interval::point(value);
            }
        } else {
            out = [Interval::EMPTY; M];
        }
        Self(out)
    }
    fn times(mut self, c: f64) -> Self {
        scale(&mut self.0, Interval::point(c));
        self
    }
    fn recip(self) -> Self {
        self.of(Outer::Powi(-1))
    }
    fn powi(self, n: i32) -> Self {
        self.of(Outer::Powi(n))
    }
    fn powf(self, p: f64) -> Self {
        self.of(Outer::Powf(p))
    }
    fn exponential(self, c: f64) -> Self {
        // cˣ = e^(x·log c); nowhere defined on an interval for c < 0, and for 0 only at one end.
        let rate = Interval::point(c).ln();
        let mut exponent = self;
        scale(&mut exponent.0, rate);
        if c > 0.0 { exponent.exp() } else { Self::constant(f64::NAN) }
    }
    fn pow(self, y: Self) -> Self {
        let constant = y.0.iter().skip(1).all(|x| x.is_zero());
        if let Some(p) = y.0.first().filter(|p| constant && p.lo == p.hi).map(|p| p.lo) {
            return if p == p.trunc() && p.abs() <= 1e6 { self.powi(p as i32) } else { self.powf(p) };
        }
        (y * self.ln()).exp()
    }
    fn exp(self) -> Self {
        self.of(Outer::Exp)
    }
    fn ln(self) -> Self {
        self.of(Outer::Ln)
    }
    fn sqrt(self) -> Self {
        self.of(Outer::Sqrt)
    }
    fn sin(self) -> Self {
        self.of(Outer::Sin)
    }
    fn cos(self) -> Self {
        self.of(Outer::Cos)
    }
    fn tan(self) -> Self {
        self.of(Outer::Tan)
    }
    fn tanh(self) -> Self {
        self.of(Outer::Tanh)
    }
    fn sigmoid(self) -> Self {
        self.of(Outer::Sigmoid)
    }
    fn softplus(self) -> Self {
        self.of(Outer::Softplus)
    }
    fn abs(self) -> Self {
        self.of(Outer::Abs)
    }
    fn relu(self) -> Self {
        self.of(Outer::Relu)
    }
    fn max(mut self, other: Self) -> Self {
        choose(&mut self.0, &other.0, 1.0);
        self
    }
    fn min(mut self, other: Self) -> Self {
        choose(&mut self.0, &other.0, -1.0);
        self
    }
}
