//! Many points at once: the same operation on 64 numbers, in loops that the compiler turns into vector instructions.

use super::Number;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// 64 numbers side by side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block(pub [f64; Block::LEN]);

impl Block {
    /// How many numbers a block holds.
    pub const LEN: usize = 64;

    #[inline(always)]
    fn map(mut self, f: impl Fn(f64) -> f64) -> Block {
        for a in &mut self.0 {
            *a = f(*a);
        }
        self
    }

    #[inline(always)]
    fn zip(mut self, other: Block, f: impl Fn(f64, f64) -> f64) -> Block {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a = f(*a, *b);
        }
        self
    }
}

impl Add for Block {
    type Output = Block;
    #[inline(always)]
    fn add(self, other: Block) -> Block {
        self.zip(other, |a, b| a + b)
    }
}

impl Sub for Block {
    type Output = Block;
    #[inline(always)]
    fn sub(self, other: Block) -> Block {
        self.zip(other, |a, b| a - b)
    }
}

impl Mul for Block {
    type Output = Block;
    #[inline(always)]
    fn mul(self, other: Block) -> Block {
        self.zip(other, |a, b| a * b)
    }
}

impl Div for Block {
    type Output = Block;
    #[inline(always)]
    fn div(self, other: Block) -> Block {
        self.zip(other, |a, b| a / b)
    }
}

impl Neg for Block {
    type Output = Block;
    #[inline(always)]
    fn neg(self) -> Block {
        self.map(|a| -a)
    }
}

impl Number for Block {
    fn constant(value: f64) -> Self {
        Block([value; Block::LEN])
    }
    fn plus(self, c: f64) -> Self {
        self.map(|a| a + c)
    }
    fn times(self, c: f64) -> Self {
        self.map(|a| a * c)
    }
    fn recip(self) -> Self {
        self.map(|a| 1.0 / a)
    }
    fn powi(self, n: i32) -> Self {
        // The common powers are spelt out: a loop over the bits of n inside would not become vector code.
        match n {
            2 => self.map(|a| a * a),
            3 => self.map(|a| a * a * a),
            4 => self.map(|a| a * a * a * a),
            _ => self.map(|a| Number::powi(a, n)),
        }
    }
    fn powf(self, p: f64) -> Self {
        self.map(|a| Number::powf(a, p))
    }
    fn exponential(self, c: f64) -> Self {
        self.map(|a| Number::exponential(a, c))
    }
    fn pow(self, y: Self) -> Self {
        self.zip(y, Number::pow)
    }
    fn exp(self) -> Self {
        self.map(f64::exp)
    }
    fn ln(self) -> Self {
        self.map(f64::ln)
    }
    fn sqrt(self) -> Self {
        self.map(f64::sqrt)
    }
    fn sin(self) -> Self {
        self.map(f64::sin)
    }
    fn cos(self) -> Self {
        self.map(f64::cos)
    }
    fn tan(self) -> Self {
        self.map(f64::tan)
    }
    fn tanh(self) -> Self {
        self.map(f64::tanh)
    }
    fn sigmoid(self) -> Self {
        self.map(Number::sigmoid)
    }
    fn softplus(self) -> Self {
        self.map(Number::softplus)
    }
    fn abs(self) -> Self {
        self.map(f64::abs)
    }
    fn relu(self) -> Self {
        self.map(Number::relu)
    }
    fn max(self, other: Self) -> Self {
        self.zip(other, Number::max)
    }
    fn min(self, other: Self) -> Self {
        self.zip(other, Number::min)
    }
}
