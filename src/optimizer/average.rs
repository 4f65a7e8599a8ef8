//! Exponentially weighted moving averages (notes §5.1.1), and what the correction of their start does to Adam's steps.
//!
//! v(t) = β·v(t − 1) + (1 − β)·x(t) from v(0) = 0 is Σ wᵢ·x(i) with wᵢ = (1 − β)β^(t−i). The weights sum to 1 − βᵗ, not
//! to 1: v starts too small. v(t)/(1 − βᵗ) is an average from the first step on.

/// v(t) and v(t)/(1 − βᵗ) for t = 1, 2, … of a series x(1), x(2), …, with 0 ≤ β < 1.
///
/// ```
/// use saddlescope::optimizer::averages;
/// let v = averages(0.5, &[1.0, 1.0, 1.0]);
/// assert_eq!(v, [[0.5, 1.0], [0.75, 1.0], [0.875, 1.0]]);
/// ```
pub fn averages(beta: f64, x: &[f64]) -> Vec<[f64; 2]> {
    let (mut v, mut power) = (0.0, 1.0);
    let mut out = Vec::with_capacity(x.len());
    for x in x {
        v = beta * v + (1.0 - beta) * x;
        power *= beta;
        out.push([v, v / (1.0 - power)]);
    }
    out
}

/// The weights of x(1), …, x(t) in v(t): (1 − β)β^(t−i).
///
/// ```
/// use saddlescope::optimizer::weights;
/// assert_eq!(weights(0.5, 3), [0.125, 0.25, 0.5]);
/// ```
pub fn weights(beta: f64, t: usize) -> Vec<f64> {
    let mut weight = 1.0 - beta;
    let mut out = vec![0.0; t];
    for slot in out.iter_mut().rev() {
        *slot = weight;
        weight *= beta;
    }
    out
}

/// The share of all weight, after a long time, that lies outside the window of 1/(1 − β) steps: β^(1/(1−β)), which
/// tends to 1/e from below.
///
/// ```
/// use saddlescope::optimizer::outside_window;
/// assert!((outside_window(0.9) - 0.3487).abs() < 1e-4);
/// assert!((outside_window(0.999) - 0.3677).abs() < 1e-4);
/// ```
pub fn outside_window(beta: f64) -> f64 {
    beta.powf(1.0 / (1.0 - beta))
}

/// Where sums are counted in larger units: its square, too, is a number.
const LARGE: f64 = 1e100;

/// What becomes of the correction in Adam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// m̂ = m/(1 − β₁ᵗ) and ŝ = s/(1 − β₂ᵗ) are used in the step, m and s go on without it.
    Applied,
    /// There is none.
    None,
    /// As the notes write it, m ← m/(1 − β₁ᵗ) and s ← s/(1 − β₂ᵗ): m and s are divided again at every step.
    WrittenBack,
}

impl Correction {
    /// All of them.
    pub const ALL: [Correction; 3] = [Correction::Applied, Correction::None, Correction::WrittenBack];

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Correction::Applied => "applied",
            Correction::None => "none",
            Correction::WrittenBack => "written-back",
        }
    }
}

/// Adam's steps in units of η, Δ/η = −m̂/√(ŝ + ε) in the dialect of the notes, on gradients g(1), g(2), …
///
/// ```
/// use saddlescope::optimizer::{Correction, adam_steps};
/// let steps = |correction| adam_steps(correction, [0.9, 0.999], 0.0, &[1.0, 1.0]);
/// assert!(steps(Correction::Applied).iter().all(|d| (d + 1.0).abs() < 1e-12));
/// assert!((steps(Correction::None)[0] + 0.1 / 0.001f64.sqrt()).abs() < 1e-12); // 3.16 times too far
/// assert!(steps(Correction::WrittenBack)[1] > -0.25); // a quarter of the way
/// ```
pub fn adam_steps(correction: Correction, [beta1, beta2]: [f64; 2], epsilon: f64, g: &[f64]) -> Vec<f64> {
    // Of m and s in units of `unit` and its square: written back, both outgrow f64 where β is near 1, and ∞/∞ is NaN.
    let (mut m, mut s, mut unit) = (0.0f64, 0.0f64, 1.0f64);
    let (mut power1, mut power2) = (1.0, 1.0);
    let mut out = Vec::with_capacity(g.len());
    for g in g {
        let g = g / unit;
        m = beta1 * m + (1.0 - beta1) * g;
        s = beta2 * s + (1.0 - beta2) * g * g;
        power1 *= beta1;
        power2 *= beta2;
        let (corrected_m, corrected_s) = (m / (1.0 - power1), s / (1.0 - power2));
        let (used_m, used_s) =
            if correction == Correction::None { (m, s) } else { (corrected_m, corrected_s) };
        if correction == Correction::WrittenBack {
            (m, s) = (corrected_m, corrected_s);
        }
        out.push(-used_m / (used_s + epsilon / unit / unit).sqrt());
        if m.abs().max(s.sqrt()) > LARGE {
            (m, s, unit) = (m / LARGE, s / LARGE / LARGE, unit * LARGE);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::{Dialect, Method, Noise, Optimizer, Oracle};

    /// An oracle that gives prepared gradients, one after the other.
    struct Prepared(Vec<f64>, usize);

    impl Oracle for Prepared {
        fn dimension(&self) -> usize {
            1
        }
        fn value(&mut self, _: &[f64]) -> f64 {
            0.0
        }
        fn gradient(&mut self, _: &[f64], out: &mut [f64]) -> f64 {
            out[0] = self.0[self.1];
            self.1 += 1;
            0.0
        }
        fn hessian(&mut self, _: &[f64], _: &mut [f64]) {}
    }

    #[test]
    fn the_recursion_is_the_weighted_sum() {
        let noise = Noise { sigma: 1.0, seed: 3 };
        let x: Vec<f64> = (0..200).map(|t| 1.0 + noise.at(t, 0)).collect();
        for beta in [0.0, 0.3, 0.9, 0.99, 0.999] {
            for (k, v) in averages(beta, &x).into_iter().enumerate() {
                let t = k + 1;
                let w = weights(beta, t);
                let sum: f64 = w.iter().zip(&x).map(|(w, x)| w * x).sum();
                let total: f64 = w.iter().sum();
                assert!((total - (1.0 - beta.powi(t as i32))).abs() < 1e-12);
                assert!(
                    (v[0] - sum).abs() < 1e-12 && (v[1] - sum / total).abs() < 1e-9,
                    "β = {beta}, t = {t}"
                );
            }
        }
    }

    /// MATHEMATICS: 35 to 37% for the usual β.
    #[test]
    fn more_than_a_third_of_the_weight_is_outside_the_window() {
        for beta in [0.9, 0.95, 0.98, 0.99, 0.995, 0.999] {
            let outside = outside_window(beta);
            assert!((0.345..0.37).contains(&outside), "β = {beta}: {outside}");
            let window = (1.0 / (1.0 - beta)).round() as usize;
            let long = weights(beta, 40 * window);
            let counted: f64 = long[..long.len() - window].iter().sum();
            assert!((counted - outside).abs() < 1e-9, "β = {beta}: {counted} counted, {outside}");
        }
    }

    #[test]
    fn the_steps_are_those_of_the_optimizer() {
        let noise = Noise { sigma: 0.5, seed: 9 };
        let g: Vec<f64> = (0..60).map(|t| 1.0 + noise.at(t, 0)).collect();
        for (correction, write_back) in [(Correction::Applied, 0.0), (Correction::WrittenBack, 1.0)] {
            let given = [("write-back", write_back)];
            let mut adam = Optimizer::new(Method::Adam, Dialect::Notes, &given, 1).unwrap();
            let mut oracle = Prepared(g.clone(), 0);
            for step in adam_steps(correction, [0.9, 0.999], 1e-8, &g) {
                let mut theta = [0.0];
                adam.advance(&mut oracle, &mut theta, 1.0.into());
                assert!(
                    (theta[0] - step).abs() <= 1e-10 * step.abs().max(1e-300),
                    "{correction:?} {theta:?} {step}"
                );
            }
        }
    }
}
