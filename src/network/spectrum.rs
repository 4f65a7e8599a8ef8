//! What of H can be had from products Hv alone: extreme eigenvalues and the spectral density by Lanczos, the trace by
//! random probes.

use super::Random;
use crate::critical::eigen;

/// The outcome of a Lanczos run: eigenvalues of H projected on a Krylov space.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanczos {
    /// Ritz values, ascending: the outer ones converge to eigenvalues of H first.
    pub values: Vec<f64>,
    /// The weight of each in the density seen from the starting vector; they sum to 1.
    pub weights: Vec<f64>,
    /// For the lowest and the highest value: the residual ‖Hv − λv‖, which bounds the error of λ.
    pub residuals: [f64; 2],
    /// Unit Ritz vectors of the lowest and the highest value.
    pub vectors: [Vec<f64>; 2],
}

/// A Lanczos run under way, product by product.
#[derive(Clone, Debug)]
pub struct Krylov {
    basis: Vec<Vec<f64>>,
    diagonal: Vec<f64>,
    off: Vec<f64>,
    v: Vec<f64>,
    w: Vec<f64>,
    last: f64,
    ended: bool,
}

impl Krylov {
    /// Begins with a random unit vector of length n.
    pub fn new(n: usize, seed: u64) -> Krylov {
        let mut random = Random::new(seed);
        let mut v: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let length = norm(&v);
        v.iter_mut().for_each(|x| *x /= length);
        let (basis, diagonal, off) = (Vec::new(), Vec::new(), Vec::new());
        Krylov { basis, diagonal, off, w: vec![0.0; n], v, last: 0.0, ended: n == 0 }
    }

    /// Products taken so far.
    pub fn steps(&self) -> usize {
        self.basis.len()
    }

    /// One more product; `false` when the space is exhausted, or a product was not finite.
    pub fn step(&mut self, product: impl FnOnce(&[f64], &mut [f64])) -> bool {
        if self.ended {
            return false;
        }
        product(&self.v, &mut self.w);
        self.diagonal.push(dot(&self.v, &self.w));
        self.basis.push(self.v.clone());
        // Twice is enough (Parlett).
        for _ in 0..2 {
            for b in &self.basis {
                let along = dot(b, &self.w);
                self.w.iter_mut().zip(b).for_each(|(w, b)| *w -= along * b);
            }
        }
        self.last = norm(&self.w);
        let size = self.diagonal.iter().chain(&self.off).fold(0.0, |m: f64, x: &f64| m.max(x.abs()));
        // Written so that NaN ends it.
        let more = self.last > 1e-13 * size && self.basis.len() < self.v.len() && self.last.is_finite();
        self.ended = !more;
        if more {
            self.off.push(self.last);
            let last = self.last;
            self.v.iter_mut().zip(&self.w).for_each(|(v, w)| *v = w / last);
        } else if self.last.is_finite() {
            self.last = 0.0;
        }
        more
    }

    /// What was found; `None` where a product was not finite.
    pub fn finish(&self) -> Option<Lanczos> {
        let m = self.basis.len();
        let mut t = vec![0.0; m * m];
        for (i, d) in self.diagonal.iter().enumerate() {
            t[i * m + i] = *d;
            if let Some(b) = self.off.get(i).filter(|_| i + 1 < m) {
                t[i * m + i + 1] = *b;
                t[(i + 1) * m + i] = *b;
            }
        }
        let pairs = eigen(&t).ok().filter(|_| self.last.is_finite())?;
        let [low, high] = [pairs.vectors.first()?, pairs.vectors.last()?];
        let ritz = |s: &Vec<f64>| {
            let mut out = vec![0.0; self.v.len()];
            for (b, s) in self.basis.iter().zip(s) {
                out.iter_mut().zip(b).for_each(|(o, b)| *o += s * b);
            }
            out
        };
        let residual = |s: &Vec<f64>| self.last * s.last().map_or(0.0, |x| x.abs());
        Some(Lanczos {
            weights: pairs.vectors.iter().map(|s| s.first().map_or(0.0, |x| x * x)).collect(),
            residuals: [residual(low), residual(high)],
            vectors: [ritz(low), ritz(high)],
            values: pairs.values,
        })
    }
}

/// Lanczos with full reorthogonalisation, for a symmetric operator of size n given by its product, from a random unit
/// vector; `steps` products at most. `None` where a product is not finite.
///
/// Reference: Golub and Van Loan, "Matrix Computations", section 10.1; the density: Ghorbani, Krishnan, Xiao 2019.
pub fn lanczos(
    n: usize,
    steps: usize,
    seed: u64,
    mut product: impl FnMut(&[f64], &mut [f64]),
) -> Option<Lanczos> {
    let mut run = Krylov::new(n, seed);
    while run.steps() < steps && run.step(&mut product) {}
    run.finish()
}

/// Hutchinson's estimate of the trace from `probes` random sign vectors, and its standard error.
pub fn trace_estimate(
    n: usize,
    probes: usize,
    seed: u64,
    mut product: impl FnMut(&[f64], &mut [f64]),
) -> [f64; 2] {
    let mut random = Random::new(seed);
    let mut w = vec![0.0; n];
    let draws: Vec<f64> = (0..probes)
        .map(|_| {
            let v: Vec<f64> = (0..n).map(|_| if random.uniform() < 0.5 { -1.0 } else { 1.0 }).collect();
            product(&v, &mut w);
            dot(&v, &w)
        })
        .collect();
    let count = probes as f64;
    let mean = draws.iter().sum::<f64>() / count;
    let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    [mean, (variance / count).sqrt()]
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(super) fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}
