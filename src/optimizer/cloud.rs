//! The gradients of mini-batches at one point: the cloud of them, what it is spread by, and how that depends on B.

use super::{Batches, Sampling, variance_share};
use crate::critical::Curvature;
use crate::loss::Data;
use crate::number::Random;

/// Batches in the cloud, at most.
const CLOUD: usize = 300;
/// Examples drawn for the cloud or for one measured variance, at most (but never under 20 batches).
const DRAWS: usize = 20_000;

/// The gradients at one point.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// Where.
    pub at: [f64; 2],
    /// The gradient of each example.
    pub single: Vec<[f64; 2]>,
    /// Their mean: the gradient.
    pub mean: [f64; 2],
    /// Their covariance (over N, not N − 1).
    pub covariance: [[f64; 2]; 2],
    /// B.
    pub size: usize,
    /// Whether batches are drawn with replacement.
    pub replacement: bool,
    /// The gradients of batches, drawn as the runs draw them.
    pub batches: Vec<[f64; 2]>,
    /// (B, variance without replacement, with replacement), measured over random batches of 1, 2, 4, … examples, as
    /// far as [`Cloud::work`] has come.
    pub measured: Vec<[f64; 3]>,
    random: Random,
    order: Vec<u32>,
}

impl Cloud {
    /// The cloud of batches of `size` examples at a point, drawn as a run with this seed draws them, though others.
    pub fn of(data: &Data, at: [f64; 2], size: usize, sampling: Sampling, seed: u64) -> Cloud {
        let n = data.rows().len();
        let single: Vec<[f64; 2]> = (0..n).map(|i| data.gradient(i, at).1).collect();
        let mean = mean_of(&single, 0..n as u32);
        let mut covariance = [[0.0; 2]; 2];
        for [a, b] in &single {
            let [a, b] = [a - mean[0], b - mean[1]];
            for (slot, x) in covariance.as_flattened_mut().iter_mut().zip([a * a, a * b, a * b, b * b]) {
                *slot += x / n as f64;
            }
        }
        let size = size.clamp(1, n);
        let mut drawn = Batches::new(n, size, sampling, seed ^ 1);
        // Whole batches only: a smaller last one is spread more widely.
        let whole = n / size;
        let count = batches_of(size);
        let steps = (0..).filter(|t| sampling == Sampling::Replacement || t % drawn.per_epoch() < whole);
        let steps: Vec<usize> = steps.take(count).collect();
        let batches = steps.iter().map(|t| mean_of(&single, drawn.at(*t).iter().copied())).collect();
        Cloud {
            at,
            mean,
            covariance,
            size,
            replacement: sampling == Sampling::Replacement,
            batches,
            measured: Vec::new(),
            single,
            random: Random::new(!seed),
            order: (0..n as u32).collect(),
        }
    }

    /// Measures variances until `spent`; `None` when all are.
    pub fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        let n = self.single.len();
        let sizes = usize::BITS - n.saturating_sub(1).leading_zeros();
        let mut drawn = 2 * DRAWS;
        while self.measured.len() < sizes as usize {
            if drawn >= 2 * DRAWS {
                if spent() {
                    return Some(self.measured.len() as f64 / f64::from(sizes));
                }
                drawn = 0;
            }
            let b = 1 << self.measured.len();
            drawn += 2 * b * batches_of(b);
            self.measure(b);
        }
        None
    }

    /// E‖g_B − g‖² for B = 1.
    pub fn variance(&self) -> f64 {
        self.covariance[0][0] + self.covariance[1][1]
    }

    /// E‖g_B − g‖² for any B, by the law.
    pub fn law(&self, b: usize, replacement: bool) -> f64 {
        self.variance() * variance_share(self.single.len(), b, replacement)
    }

    /// The mean of ‖g_B − g‖² over the cloud.
    pub fn spread(&self) -> f64 {
        let sum: f64 = self.batches.iter().map(|g| self.distance(*g)).sum();
        sum / self.batches.len() as f64
    }

    /// The share of the cloud whose step would go uphill.
    pub fn uphill(&self) -> f64 {
        let up = |g: &&[f64; 2]| g[0] * self.mean[0] + g[1] * self.mean[1] < 0.0;
        self.batches.iter().filter(up).count() as f64 / self.batches.len() as f64
    }

    /// The ellipse of `k` standard deviations of the cloud, by the law.
    pub fn ellipse(&self, k: f64) -> Vec<[f64; 2]> {
        let share = variance_share(self.single.len(), self.size, self.replacement);
        let Some(axes) = Curvature::of(self.covariance) else { return Vec::new() };
        let [a, b] = axes.lambda.map(|l| k * (l.max(0.0) * share).sqrt());
        let point = |i: i32| {
            let (sin, cos) = (f64::from(i) * std::f64::consts::TAU / 72.0).sin_cos();
            let [u, v] = axes.v;
            [0, 1].map(|i| self.mean[i] + a * cos * u[i] + b * sin * v[i])
        };
        (0..=72).map(point).collect()
    }

    fn distance(&self, g: [f64; 2]) -> f64 {
        (g[0] - self.mean[0]).powi(2) + (g[1] - self.mean[1]).powi(2)
    }

    /// Variances over random batches of b examples.
    fn measure(&mut self, b: usize) {
        let n = self.single.len();
        let count = batches_of(b);
        // Of many examples it is quicker to draw those that are left out.
        let drawn = b.min(n - b);
        let mut sums = [0.0; 2];
        for _ in 0..count {
            for i in 0..drawn {
                self.order.swap(i, i + self.random.below(n - i));
            }
            let mut without = mean_of(&self.single, self.order.iter().take(drawn).copied());
            if drawn < b {
                let [all, left] = [n, drawn].map(|k| k as f64 / b as f64);
                without = [0, 1].map(|i| all * self.mean[i] - left * without[i]);
            }
            let random = &mut self.random;
            let with = mean_of(&self.single, (0..b).map(|_| random.below(n) as u32));
            sums = [sums[0] + self.distance(without), sums[1] + self.distance(with)];
        }
        let [without, with] = sums.map(|s| s / count as f64);
        self.measured.push([b as f64, without, with]);
    }
}

/// How many batches of b examples are drawn.
fn batches_of(b: usize) -> usize {
    (DRAWS / b).clamp(20, CLOUD)
}

/// The mean of some gradients, by their places.
fn mean_of(all: &[[f64; 2]], places: impl Iterator<Item = u32>) -> [f64; 2] {
    let picked = places.filter_map(|i| all.get(i as usize));
    let (sum, count) = picked.fold(([0.0; 2], 0.0), |(s, n), g| ([s[0] + g[0], s[1] + g[1]], n + 1.0));
    sum.map(|s| s / count)
}
