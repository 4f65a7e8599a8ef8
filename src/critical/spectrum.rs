//! All eigenvalues of a large symmetric matrix, without vectors, in slices: Householder's reduction to three diagonals row
//! by row, then implicit QL.
//!
//! Reference: Wilkinson and Reinsch, "Linear Algebra" (1971), contributions II/2 and II/3.

use crate::error::{Error, Result};
use crate::order::ascending;
use crate::phrase::Arg;

/// QL sweeps allowed per eigenvalue; two are usual.
const SWEEPS: usize = 60;

/// A reduction under way.
#[derive(Clone, Debug)]
pub struct Spectrum {
    n: usize,
    /// The lower triangle of what is not yet reduced, row by row in an n×n matrix.
    a: Vec<f64>,
    /// The row that is next; 0 when all are done.
    row: usize,
    diagonal: Vec<f64>,
    off: Vec<f64>,
    v: Vec<f64>,
    p: Vec<f64>,
    scale: f64,
}

impl Spectrum {
    /// Begins with a matrix given row by row; its lower triangle is read.
    ///
    /// # Errors
    ///
    /// `eigen.not-square` if the entries do not fill a square, `eigen.not-finite` if one is NaN or infinite.
    pub fn new(mut matrix: Vec<f64>) -> Result<Spectrum> {
        let n = matrix.len().isqrt();
        if n * n != matrix.len() {
            return Err(Error::new("eigen.not-square").with("entries", Arg::Count(matrix.len() as i64)));
        }
        let size = matrix.iter().fold(0.0, |m: f64, x| if x.is_finite() { m.max(x.abs()) } else { f64::NAN });
        if matrix.iter().any(|x| !x.is_finite()) {
            return Err(Error::new("eigen.not-finite"));
        }
        // A power of two keeps squares within range and changes no digit.
        let scale =
            if size == 0.0 { 1.0 } else { 2f64.powi((size.log2().floor() as i32).clamp(-1000, 1000)) };
        matrix.iter_mut().for_each(|x| *x /= scale);
        let zeros = || vec![0.0; n];
        Ok(Spectrum {
            n,
            a: matrix,
            row: n.saturating_sub(1),
            diagonal: zeros(),
            off: zeros(),
            v: zeros(),
            p: zeros(),
            scale,
        })
    }

    /// The share of the work that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        1.0 - (self.row as f64 / self.n.max(1) as f64).powi(3)
    }

    /// Reduces the next row; `false` when none is left.
    pub fn step(&mut self) -> bool {
        let (n, i) = (self.n, self.row);
        if i == 0 {
            return false;
        }
        self.row -= 1;
        let (above, below) = self.a.split_at_mut(i * n);
        self.diagonal[i] = below[i];
        let x = &below[..i];
        let (v, p) = (&mut self.v[..i], &mut self.p[..i]);
        let rest: f64 = x[..i - 1].iter().map(|x| x * x).sum();
        if rest == 0.0 {
            self.off[i] = x[i - 1];
            return true;
        }
        let norm = (rest + x[i - 1] * x[i - 1]).sqrt();
        let alpha = -norm.copysign(x[i - 1]);
        self.off[i] = alpha;
        v.copy_from_slice(x);
        v[i - 1] -= alpha;
        let h = norm * norm - alpha * x[i - 1];
        p.fill(0.0);
        // By index: where code is made small, chains of iterators stay calls.
        for j in 0..i {
            let (row, v, p) = (&above[j * n..j * n + j], &v[..=j], &mut p[..=j]);
            let vj = v[j];
            let (mut even, mut odd) = (0.0, 0.0);
            let mut k = 0;
            while k + 1 < j {
                let (a, b) = (row[k], row[k + 1]);
                even += a * v[k];
                odd += b * v[k + 1];
                p[k] += vj * a;
                p[k + 1] += vj * b;
                k += 2;
            }
            if k < j {
                even += row[k] * v[k];
                p[k] += vj * row[k];
            }
            p[j] += even + odd + above[j * n + j] * vj;
        }
        p.iter_mut().for_each(|p| *p /= h);
        let half = dot(v, p) / (2.0 * h);
        p.iter_mut().zip(v.iter()).for_each(|(p, v)| *p -= half * v);
        for j in 0..i {
            let (vj, pj) = (v[j], p[j]);
            let (row, v, p) = (&mut above[j * n..=j * n + j], &v[..=j], &p[..=j]);
            for k in 0..=j {
                row[k] -= vj * p[k] + pj * v[k];
            }
        }
        true
    }

    /// The eigenvalues, ascending, once [`Spectrum::step`] has nothing left to do (what is left is done here).
    ///
    /// # Errors
    ///
    /// `eigen.no-convergence` if QL does not end.
    pub fn values(mut self) -> Result<Vec<f64>> {
        while self.step() {}
        if let (Some(d), Some(a)) = (self.diagonal.first_mut(), self.a.first()) {
            *d = *a;
        }
        let (n, d) = (self.n, &mut self.diagonal);
        // off[i] joins i − 1 and i; moved down by one, so that e[i] joins i and i + 1.
        let e = &mut self.off;
        e.rotate_left(1.min(n));
        for l in 0..n {
            for sweep in 0.. {
                let small = |m: &usize| {
                    let size = d[*m].abs() + d[*m + 1].abs();
                    e[*m].abs() <= f64::EPSILON * size || e[*m] == 0.0
                };
                let m = (l..n - 1).find(small).unwrap_or(n - 1);
                if m == l {
                    break;
                }
                if sweep == SWEEPS {
                    return Err(Error::new("eigen.no-convergence").with("size", Arg::Count(n as i64)));
                }
                let g = (d[l + 1] - d[l]) / (2.0 * e[l]);
                let r = g.hypot(1.0);
                let mut g = d[m] - d[l] + e[l] / (g + r.copysign(g));
                let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
                let mut whole = true;
                for i in (l..m).rev() {
                    let (f, b) = (s * e[i], c * e[i]);
                    let r = (f * f + g * g).sqrt();
                    e[i + 1] = r;
                    if r == 0.0 {
                        d[i + 1] -= p;
                        e[m] = 0.0;
                        whole = false;
                        break;
                    }
                    (s, c) = (f / r, g / r);
                    let g2 = d[i + 1] - p;
                    let r = (d[i] - g2) * s + 2.0 * c * b;
                    p = s * r;
                    d[i + 1] = g2 + p;
                    g = c * r - b;
                }
                if whole {
                    d[l] -= p;
                    e[l] = g;
                    e[m] = 0.0;
                }
            }
        }
        let mut values: Vec<f64> = self.diagonal.iter().map(|d| d * self.scale).collect();
        ascending(&mut values);
        Ok(values)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::super::eigen;
    use super::*;

    #[test]
    fn the_eigenvalues_are_those_of_the_other_method() {
        for n in [1, 2, 3, 7, 40, 101] {
            for scale in [1.0, 1e-200, 1e200] {
                let entry = |i: usize, j: usize| {
                    let (i, j) = (i.max(j), i.min(j));
                    scale * ((i * 7 + j * 13 + i * j) as f64).sin()
                };
                let matrix: Vec<f64> = (0..n * n).map(|k| entry(k / n, k % n)).collect();
                let exact = eigen(&matrix).unwrap().values;
                let found = Spectrum::new(matrix).unwrap().values().unwrap();
                let size = exact.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
                for (a, b) in found.iter().zip(&exact) {
                    assert!((a - b).abs() <= 4.0 * n as f64 * f64::EPSILON * size, "{n}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn diagonals_zeros_and_repeated_values() {
        let values = |m: &[f64]| Spectrum::new(m.to_vec()).unwrap().values().unwrap();
        assert_eq!(values(&[]), Vec::<f64>::new());
        assert_eq!(values(&[0.0; 9]), [0.0; 3]);
        assert_eq!(values(&[3.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 3.0]), [-1.0, 3.0, 3.0]);
        for (a, b) in values(&[1.0; 25]).into_iter().zip([0.0, 0.0, 0.0, 0.0, 5.0]) {
            assert!((a - b).abs() < 1e-14);
        }
        assert_eq!(Spectrum::new(vec![1.0, f64::NAN, 0.0, 1.0]).unwrap_err().code(), "eigen.not-finite");
        assert_eq!(Spectrum::new(vec![1.0; 5]).unwrap_err().code(), "eigen.not-square");
    }
}
