//! Seeded gradient noise that is a function of seed, step and coordinate, so that any step can be done again.

use crate::number::{mix, unit};

/// Gaussian noise on each coordinate of the gradient: the same number for the same (seed, step, coordinate), whatever
/// was drawn before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Standard deviation in each coordinate.
    pub sigma: f64,
    /// Any number.
    pub seed: u64,
}

impl Noise {
    /// The noise at step t on coordinate i, with standard deviation σ (Box and Muller 1958).
    ///
    /// ```
    /// use saddlescope::optimizer::Noise;
    /// let noise = Noise { sigma: 1.0, seed: 7 };
    /// assert_eq!(noise.at(3, 0), noise.at(3, 0));
    /// assert_ne!(noise.at(3, 0), noise.at(4, 0));
    /// ```
    pub fn at(&self, t: u64, i: usize) -> f64 {
        let key = mix(mix(mix(self.seed) ^ t) ^ (i as u64 / 2));
        let radius = (-2.0 * (1.0 - unit(mix(key))).ln()).sqrt();
        let angle = std::f64::consts::TAU * unit(mix(key ^ 1));
        // Two coordinates share a pair, as cosine and sine.
        self.sigma * radius * if i.is_multiple_of(2) { angle.cos() } else { angle.sin() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_a_normal_distribution() {
        let noise = Noise { sigma: 2.0, seed: 1 };
        let draws: Vec<f64> =
            (0..20_000).flat_map(|t| [noise.at(t, 0), noise.at(t, 1), noise.at(t, 2)]).collect();
        let n = draws.len() as f64;
        let moment = |k: i32| draws.iter().map(|x| (x / 2.0).powi(k)).sum::<f64>() / n;
        // Four standard errors of each mean: Var xᵏ = 1, 2, 15, 96.
        for (k, want, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0f64)] {
            assert!((moment(k) - want).abs() < 4.0 * (variance / n).sqrt(), "moment {k}: {}", moment(k));
        }
        let lag = |a: usize| draws.iter().zip(&draws[a..]).map(|(x, y)| x * y / 4.0).sum::<f64>() / n;
        for a in 1..6 {
            assert!(lag(a).abs() < 4.0 / n.sqrt(), "correlation at lag {a}: {}", lag(a));
        }
    }

    #[test]
    fn seeds_differ() {
        let at = |seed| Noise { sigma: 1.0, seed }.at(0, 0);
        assert_ne!(at(0), at(1));
        assert_ne!(
            Noise { sigma: 1.0, seed: 0 }.at(1, 0),
            at(1),
            "seed and step must not be interchangeable"
        );
    }
}
