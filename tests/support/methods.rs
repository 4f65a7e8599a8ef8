//! What the tests of methods and of runs share: every method, and a bowl of any dimension to step down.

use saddlescope::optimizer::{Dialect, Method, Optimizer, Oracle};

/// ½·(λ₁x₁² + λ₂x₂² + …), of any dimension.
pub struct Bowl(pub Vec<f64>);

impl Oracle for Bowl {
    fn dimension(&self) -> usize {
        self.0.len()
    }
    fn value(&mut self, at: &[f64]) -> f64 {
        self.0.iter().zip(at).map(|(l, x)| 0.5 * l * x * x).sum()
    }
    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        out.iter_mut().zip(&self.0).zip(at).for_each(|((g, l), x)| *g = l * x);
        self.value(at)
    }
    fn hessian(&mut self, _: &[f64], out: &mut [f64]) {
        let n = self.0.len();
        out.fill(0.0);
        self.0.iter().enumerate().for_each(|(i, l)| out[i * n + i] = *l);
    }
}

/// A method over the plane.
pub fn optimizer(method: Method, dialect: Dialect, given: &[(&str, f64)]) -> Optimizer {
    Optimizer::new(method, dialect, given, 2).unwrap()
}

/// Every method in every dialect, by default.
pub fn all() -> impl Iterator<Item = (Method, Dialect)> {
    Method::ALL.into_iter().flat_map(|m| m.dialects().map(move |d| (m, d)))
}
