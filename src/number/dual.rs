//! Dual numbers: a value that carries its derivatives with respect to N variables, to first or second order.

#![allow(clippy::suspicious_arithmetic_impl, reason = "the product rule is a sum")]

use super::Chain;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An array of N numbers, entry by entry. A plain loop: where code is made small, closures over arrays are calls, and they
/// were half the time of a gradient.
macro_rules! array {
    ($i:ident => $value:expr) => {{
        let mut out = [0.0; N];
        let mut $i = 0;
        while $i < N {
            out[$i] = $value;
            $i += 1;
        }
        out
    }};
}

/// A matrix of N × N numbers, from row and column.
macro_rules! matrix {
    ($i:ident, $j:ident => $value:expr) => {{
        let mut out = [[0.0; N]; N];
        let mut $i = 0;
        while $i < N {
            out[$i] = array!($j => $value);
            $i += 1;
        }
        out
    }};
}

/// x + Σ gᵢεᵢ with εᵢεⱼ = 0: a value and its gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<const N: usize> {
    /// The value.
    pub re: f64,
    /// The gradient.
    pub g: [f64; N],
}

/// A value, its gradient and its Hessian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual2<const N: usize> {
    /// The value.
    pub re: f64,
    /// The gradient.
    pub g: [f64; N],
    /// The Hessian, symmetric.
    pub h: [[f64; N]; N],
}

impl<const N: usize> Dual<N> {
    /// The variable number `i`: its derivative with respect to itself is 1.
    pub fn variable(value: f64, i: usize) -> Self {
        Self { re: value, g: unit(i) }
    }
}

impl<const N: usize> Dual2<N> {
    /// The variable number `i`: its derivative with respect to itself is 1.
    pub fn variable(value: f64, i: usize) -> Self {
        Self { re: value, g: unit(i), h: [[0.0; N]; N] }
    }
}

fn unit<const N: usize>(i: usize) -> [f64; N] {
    array!(k => if k == i { 1.0 } else { 0.0 })
}

impl<const N: usize> Chain for Dual<N> {
    #[inline(always)]
    fn of(value: f64) -> Self {
        Self { re: value, g: [0.0; N] }
    }
    #[inline(always)]
    fn re(self) -> f64 {
        self.re
    }
    #[inline(always)]
    fn chain(self, f: [f64; 3]) -> Self {
        Self { re: f[0], g: array!(i => f[1] * self.g[i]) }
    }
    #[inline(always)]
    fn chain2(self, y: Self, f: f64, [fx, fy]: [f64; 2], _: [f64; 3]) -> Self {
        Self { re: f, g: array!(i => fx * self.g[i] + fy * y.g[i]) }
    }
    /// Adding zeros keeps what is carried along in single numbers: moved as a whole it would be read as a vector, for which
    /// what was just written number by number must first have reached memory (a fifth of the time of a polynomial's
    /// gradient in WebAssembly).
    #[inline(always)]
    fn shift(self, c: f64) -> Self {
        Self { re: self.re + c, g: array!(i => self.g[i] + 0.0) }
    }
    #[inline(always)]
    fn scale(self, c: f64) -> Self {
        Self { re: self.re * c, g: array!(i => self.g[i] * c) }
    }
}

impl<const N: usize> Chain for Dual2<N> {
    #[inline(always)]
    fn of(value: f64) -> Self {
        Self { re: value, g: [0.0; N], h: [[0.0; N]; N] }
    }
    #[inline(always)]
    fn re(self) -> f64 {
        self.re
    }
    #[inline(always)]
    fn chain(self, f: [f64; 3]) -> Self {
        Self {
            re: f[0],
            g: array!(i => f[1] * self.g[i]),
            h: matrix!(i, j => f[1] * self.h[i][j] + f[2] * (self.g[i] * self.g[j])),
        }
    }
    #[inline(always)]
    fn chain2(self, y: Self, f: f64, [fx, fy]: [f64; 2], [fxx, fxy, fyy]: [f64; 3]) -> Self {
        Self {
            re: f,
            g: array!(i => fx * self.g[i] + fy * y.g[i]),
            h: matrix!(i, j => {
                fx * self.h[i][j]
                    + fy * y.h[i][j]
                    + fxx * (self.g[i] * self.g[j])
                    + fxy * (self.g[i] * y.g[j] + self.g[j] * y.g[i])
                    + fyy * (y.g[i] * y.g[j])
            }),
        }
    }
    #[inline(always)]
    fn shift(self, c: f64) -> Self {
        Self { re: self.re + c, g: array!(i => self.g[i] + 0.0), h: matrix!(i, j => self.h[i][j] + 0.0) }
    }
    #[inline(always)]
    fn scale(self, c: f64) -> Self {
        Self { re: self.re * c, g: array!(i => self.g[i] * c), h: matrix!(i, j => self.h[i][j] * c) }
    }
}

impl<const N: usize> Add for Dual<N> {
    type Output = Self;
    #[inline(always)]
    fn add(self, y: Self) -> Self {
        Self { re: self.re + y.re, g: array!(i => self.g[i] + y.g[i]) }
    }
}

impl<const N: usize> Sub for Dual<N> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, y: Self) -> Self {
        Self { re: self.re - y.re, g: array!(i => self.g[i] - y.g[i]) }
    }
}

impl<const N: usize> Mul for Dual<N> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, y: Self) -> Self {
        Self { re: self.re * y.re, g: array!(i => self.g[i] * y.re + self.re * y.g[i]) }
    }
}

impl<const N: usize> Add for Dual2<N> {
    type Output = Self;
    #[inline(always)]
    fn add(self, y: Self) -> Self {
        Self {
            re: self.re + y.re,
            g: array!(i => self.g[i] + y.g[i]),
            h: matrix!(i, j => self.h[i][j] + y.h[i][j]),
        }
    }
}

impl<const N: usize> Sub for Dual2<N> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, y: Self) -> Self {
        Self {
            re: self.re - y.re,
            g: array!(i => self.g[i] - y.g[i]),
            h: matrix!(i, j => self.h[i][j] - y.h[i][j]),
        }
    }
}

impl<const N: usize> Mul for Dual2<N> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, y: Self) -> Self {
        Self {
            re: self.re * y.re,
            g: array!(i => self.g[i] * y.re + self.re * y.g[i]),
            h: matrix!(i, j => {
                self.h[i][j] * y.re + (self.g[i] * y.g[j] + self.g[j] * y.g[i]) + self.re * y.h[i][j]
            }),
        }
    }
}

// Of q·y = x: q·y′ + q′·y = x′, and once more.
impl<const N: usize> Div for Dual<N> {
    type Output = Self;
    #[inline(always)]
    fn div(self, y: Self) -> Self {
        let (r, q) = (1.0 / y.re, self.re / y.re);
        Self { re: q, g: array!(i => (self.g[i] - q * y.g[i]) * r) }
    }
}

impl<const N: usize> Div for Dual2<N> {
    type Output = Self;
    #[inline(always)]
    fn div(self, y: Self) -> Self {
        let (r, q) = (1.0 / y.re, self.re / y.re);
        let g = array!(i => (self.g[i] - q * y.g[i]) * r);
        let h = matrix!(i, j => {
            (self.h[i][j] - (g[i] * y.g[j] + g[j] * y.g[i]) - q * y.h[i][j]) * r
        });
        Self { re: q, g, h }
    }
}

impl<const N: usize> Neg for Dual<N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.scale(-1.0)
    }
}

impl<const N: usize> Neg for Dual2<N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.scale(-1.0)
    }
}
