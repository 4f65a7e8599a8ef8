//! A deep linear network of one neuron a layer on one datum: the notes' loss with more layers.

/// (b − a·w₁w₂…wₙ)²: the network y = w₁w₂…wₙx on the datum (a, b). With n = 2 the origin is a saddle with λ < 0; from
/// n = 3 on H = 0 there, and the way out is told by the n-th order only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chain {
    /// a, the input.
    pub a: f64,
    /// b, the target.
    pub b: f64,
}

impl Chain {
    /// L at the weights.
    pub fn value(&self, weights: &[f64]) -> f64 {
        let rest = self.b - self.a * weights.iter().product::<f64>();
        rest * rest
    }

    /// ∇L, ∂L/∂wᵢ = −2a(b − aΠw)·Πⱼ≠ᵢ wⱼ, into `out` (as long as `weights`).
    pub fn gradient(&self, weights: &[f64], out: &mut [f64]) {
        let rest = self.b - self.a * weights.iter().product::<f64>();
        for (i, out) in out.iter_mut().enumerate() {
            *out = -2.0 * self.a * rest * without(weights, &[i]);
        }
    }

    /// H row by row, ∂²L/∂wᵢ∂wⱼ = 2a²·Π₍ᵢ₎Π₍ⱼ₎ − 2a(b − aΠw)·Π₍ᵢⱼ₎ (i ≠ j; the second term is absent for i = j), where Π₍ᵢ₎
    /// leaves out wᵢ; into `out` (n² entries).
    pub fn hessian(&self, weights: &[f64], out: &mut [f64]) {
        let n = weights.len();
        let rest = self.b - self.a * weights.iter().product::<f64>();
        for (k, out) in out.iter_mut().enumerate() {
            let (i, j) = (k / n.max(1), k % n.max(1));
            let square = 2.0 * self.a * self.a * without(weights, &[i]) * without(weights, &[j]);
            let mixed = if i == j { 0.0 } else { -2.0 * self.a * rest * without(weights, &[i, j]) };
            *out = square + mixed;
        }
    }
}

/// The product of all weights but some.
fn without(weights: &[f64], left_out: &[usize]) -> f64 {
    weights.iter().enumerate().filter(|(k, _)| !left_out.contains(k)).map(|(_, w)| w).product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Dual2, Number};

    #[test]
    fn derivatives_are_those_of_dual_numbers() {
        let chain = Chain { a: 1.5, b: -0.7 };
        let w = [0.3, -1.2, 0.8];
        let [x, y, z] = [0, 1, 2].map(|i| Dual2::<3>::variable(w[i], i));
        let rest = (-(x * y * z).times(1.5)).plus(-0.7);
        let dual = rest * rest;
        let (mut g, mut h) = ([0.0; 3], [0.0; 9]);
        chain.gradient(&w, &mut g);
        chain.hessian(&w, &mut h);
        assert!((chain.value(&w) - dual.re).abs() < 1e-14);
        for i in 0..3 {
            assert!((g[i] - dual.g[i]).abs() < 1e-14, "{i}");
            for j in 0..3 {
                assert!((h[3 * i + j] - dual.h[i][j]).abs() < 1e-14, "{i} {j}");
            }
        }
    }

    #[test]
    fn from_three_layers_on_the_origin_has_no_curvature() {
        let chain = Chain { a: 1.0, b: 1.0 };
        for n in 2..6 {
            let (mut g, mut h) = (vec![1.0; n], vec![1.0; n * n]);
            chain.gradient(&vec![0.0; n], &mut g);
            chain.hessian(&vec![0.0; n], &mut h);
            assert!(g.iter().all(|g| *g == 0.0));
            assert_eq!(h.iter().all(|h| *h == 0.0), n > 2, "{n}");
        }
    }
}
