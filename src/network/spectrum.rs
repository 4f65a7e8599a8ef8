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
    let mut random = Random::new(seed);
    let mut v: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let length = norm(&v);
    v.iter_mut().for_each(|x| *x /= length);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let (mut diagonal, mut off) = (Vec::new(), Vec::new());
    let mut last = 0.0;
    let mut w = vec![0.0; n];
    while basis.len() < steps.min(n) {
        product(&v, &mut w);
        diagonal.push(dot(&v, &w));
        basis.push(v.clone());
        // Twice is enough (Parlett).
        for _ in 0..2 {
            for b in &basis {
                let along = dot(b, &w);
                w.iter_mut().zip(b).for_each(|(w, b)| *w -= along * b);
            }
        }
        last = norm(&w);
        if !last.is_finite() {
            return None;
        }
        let size = diagonal.iter().chain(&off).fold(0.0, |m: f64, x: &f64| m.max(x.abs()));
        if last <= 1e-13 * size || last == 0.0 {
            last = 0.0;
            break;
        }
        off.push(last);
        v.iter_mut().zip(&w).for_each(|(v, w)| *v = w / last);
    }
    let m = basis.len();
    let mut t = vec![0.0; m * m];
    for (i, d) in diagonal.iter().enumerate() {
        t[i * m + i] = *d;
        if let Some(b) = off.get(i).filter(|_| i + 1 < m) {
            t[i * m + i + 1] = *b;
            t[(i + 1) * m + i] = *b;
        }
    }
    let pairs = eigen(&t).ok()?;
    let [low, high] = [pairs.vectors.first()?, pairs.vectors.last()?];
    let ritz = |s: &Vec<f64>| {
        let mut out = vec![0.0; n];
        for (b, s) in basis.iter().zip(s) {
            out.iter_mut().zip(b).for_each(|(o, b)| *o += s * b);
        }
        out
    };
    let residual = |s: &Vec<f64>| last * s.last().map_or(0.0, |x| x.abs());
    Some(Lanczos {
        weights: pairs.vectors.iter().map(|s| s.first().map_or(0.0, |x| x * x)).collect(),
        residuals: [residual(low), residual(high)],
        vectors: [ritz(low), ritz(high)],
        values: pairs.values,
    })
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
