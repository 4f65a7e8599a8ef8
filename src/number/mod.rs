//! The number types a loss is evaluated on.
//!
//! A loss is written once, generic over [`Number`]; evaluating it on `f64` gives the value, on num-dual's types the
//! gradient and Hessian, and on later types Taylor series and intervals.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// What a loss needs of a number. Every function is total: outside its domain it gives NaN or ∞.
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A constant.
    fn constant(value: f64) -> Self;
}

impl Number for f64 {
    fn constant(value: f64) -> Self {
        value
    }
}
