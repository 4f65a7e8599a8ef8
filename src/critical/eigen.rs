//! Eigenpairs of symmetric matrices of any size.

use super::Curvature;
use crate::error::{Error, Result};
use crate::order::order;
use crate::phrase::Arg;
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// The eigenpairs of a symmetric n×n matrix: A·v = λ·v.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// Eigenvalues, ascending.
    pub values: Vec<f64>,
    /// Unit eigenvectors in the same order, orthogonal, first non-zero component positive.
    pub vectors: Vec<Vec<f64>>,
}

/// The largest matrix for which the closer and slower method is used.
const JACOBI_UP_TO: usize = 64;

/// Sweeps allowed; 64×64 needs about nine.
const JACOBI_SWEEPS: usize = 50;

/// QR sweeps allowed per row; ordinary matrices need two or three.
const SWEEPS_PER_ROW: usize = 64;

/// The eigenpairs of a symmetric matrix given row by row (`n*n` entries; the lower triangle is read).
///
/// Eigenvalues are exact to about n·ε·max|λ|, so small ones of a badly scaled matrix have few correct digits.
///
/// ```
/// use saddlescope::critical::eigen;
/// let e = eigen(&[2.0, 0.0, 0.0, 0.0, 3.0, 4.0, 0.0, 4.0, 9.0]).unwrap();
/// for (value, exact) in e.values.iter().zip([1.0, 2.0, 11.0]) {
///     assert!((value - exact).abs() < 1e-14);
/// }
/// assert!((e.vectors[2][2] - 2.0 / 5.0_f64.sqrt()).abs() < 1e-15);
/// ```
///
/// # Errors
///
/// `eigen.not-square` if the entries do not fill a square, `eigen.not-finite` if an entry or an eigenvalue is NaN or
/// infinite, `eigen.no-convergence` if the iteration does not end.
pub fn eigen(matrix: &[f64]) -> Result<Eigen> {
    let n = matrix.len().isqrt();
    if n * n != matrix.len() {
        return Err(Error::new("eigen.not-square").with("entries", Arg::Count(matrix.len() as i64)));
    }
    if matrix.iter().any(|entry| !entry.is_finite()) {
        return Err(Error::new("eigen.not-finite"));
    }
    let mut pairs = match *matrix {
        [] => Vec::new(),
        [a] => vec![(a, vec![1.0])],
        [a, _, b, d] => {
            let small = Curvature::of([[a, b], [b, d]]).ok_or_else(|| Error::new("eigen.not-finite"))?;
            small.lambda.iter().zip(small.v).map(|(&value, v)| (value, v.to_vec())).collect()
        }
        _ if n <= JACOBI_UP_TO => jacobi(matrix, n)?,
        _ => tridiagonal(matrix, n)?,
    };
    if pairs.iter().any(|(value, _)| !value.is_finite()) {
        return Err(Error::new("eigen.not-finite"));
    }
    for (_, v) in &mut pairs {
        *v = normalised(std::mem::take(v));
    }
    let mut sorted = Eigen { values: Vec::new(), vectors: Vec::new() };
    for at in order(pairs.len(), &mut |a, b| pairs[a].0 < pairs[b].0) {
        sorted.values.push(pairs[at].0);
        sorted.vectors.push(std::mem::take(&mut pairs[at].1));
    }
    Ok(sorted)
}

/// Householder and QR, for large matrices.
fn tridiagonal(matrix: &[f64], n: usize) -> Result<Vec<(f64, Vec<f64>)>> {
    let entry = |i: usize, j: usize| matrix.get(i.max(j) * n + i.min(j)).copied().unwrap_or(f64::NAN);
    let found = SymmetricEigen::try_new(DMatrix::from_fn(n, n, entry), f64::EPSILON, SWEEPS_PER_ROW * n)
        .ok_or_else(|| no_convergence(n))?;
    let vectors = found.eigenvectors.column_iter().map(|column| column.iter().copied().collect());
    Ok(found.eigenvalues.iter().copied().zip(vectors).collect())
}

/// Cyclic Jacobi: each rotation makes one entry zero, and sweeps over all entries converge quadratically. Slower than
/// QR by a constant factor and closer: QR's rounding exceeds n·ε·max|λ| on one small matrix in thirty.
///
/// Reference: Rutishauser, "The Jacobi method for real symmetric matrices", Numerische Mathematik 9 (1966).
fn jacobi(matrix: &[f64], n: usize) -> Result<Vec<(f64, Vec<f64>)>> {
    // A power of two keeps squares within range and changes no digit.
    let size = matrix.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
    let scale = power_of_two_near(size);
    let mut a =
        DMatrix::from_fn(n, n, |i, j| matrix.get(i.max(j) * n + i.min(j)).copied().unwrap_or(0.0) / scale);
    let mut v = DMatrix::<f64>::identity(n, n);
    for _ in 0..JACOBI_SWEEPS {
        let start = a.diagonal();
        let mut moved = DVector::<f64>::zeros(n);
        let mut still = true;
        for p in 0..n {
            for q in p + 1..n {
                let off = a[(p, q)];
                // Too small to change either eigenvalue.
                if off == 0.0 || off.abs() < f64::EPSILON * 1e-3 * a[(p, p)].abs().min(a[(q, q)].abs()) {
                    continue;
                }
                still = false;
                let theta = (a[(q, q)] - a[(p, p)]) / (2.0 * off);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let (sine, tau) = (t * c, t * c / (1.0 + c));
                moved[p] -= t * off;
                moved[q] += t * off;
                a[(p, p)] -= t * off;
                a[(q, q)] += t * off;
                a[(p, q)] = 0.0;
                a[(q, p)] = 0.0;
                for k in 0..n {
                    if k != p && k != q {
                        let (x, y) = (a[(k, p)], a[(k, q)]);
                        let (x, y) = (x - sine * (y + tau * x), y + sine * (x - tau * y));
                        (a[(k, p)], a[(k, q)], a[(p, k)], a[(q, k)]) = (x, y, x, y);
                    }
                    let (x, y) = (v[(k, p)], v[(k, q)]);
                    (v[(k, p)], v[(k, q)]) = (x - sine * (y + tau * x), y + sine * (x - tau * y));
                }
            }
        }
        // The changes of a sweep are summed apart, so that small ones are not lost in large diagonals.
        a.set_diagonal(&(start + moved));
        if still {
            let vectors = v.column_iter().map(|column| column.iter().copied().collect());
            return Ok(a.diagonal().iter().map(|value| value * scale).zip(vectors).collect());
        }
    }
    Err(no_convergence(n))
}

fn no_convergence(n: usize) -> Error {
    Error::new("eigen.no-convergence").with("size", Arg::Count(n as i64))
}

/// Unit length, first non-zero component positive.
fn normalised(mut v: Vec<f64>) -> Vec<f64> {
    let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let first = v.iter().copied().find(|x| *x != 0.0).unwrap_or(1.0);
    let factor = length.recip().copysign(first);
    v.iter_mut().for_each(|x| *x = *x * factor + 0.0);
    v
}

/// A power of two within a factor 2 of `size`, within the range of normal numbers; 1 for zero.
fn power_of_two_near(size: f64) -> f64 {
    if size == 0.0 { 1.0 } else { 2f64.powi((size.log2().floor() as i32).clamp(-1000, 1000)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_symmetric_matrix_is_refused() {
        assert_eq!(eigen(&[1.0, 2.0]).unwrap_err().code(), "eigen.not-square");
        assert_eq!(eigen(&[1.0, f64::NAN, f64::NAN, 1.0]).unwrap_err().code(), "eigen.not-finite");
        let mut nine = [1.0; 9];
        nine[4] = f64::INFINITY;
        assert_eq!(eigen(&nine).unwrap_err().code(), "eigen.not-finite");
        assert_eq!(eigen(&[1.7e308; 9]).unwrap_err().code(), "eigen.not-finite");
    }

    #[test]
    fn the_smallest_sizes() {
        assert_eq!(eigen(&[]).unwrap(), Eigen { values: vec![], vectors: vec![] });
        assert_eq!(eigen(&[-3.0]).unwrap(), Eigen { values: vec![-3.0], vectors: vec![vec![1.0]] });
        let notes = eigen(&[0.0, -2.0, -2.0, 0.0]).unwrap();
        assert_eq!(notes.values, [-2.0, 2.0]);
    }

    #[test]
    fn only_the_lower_triangle_is_read() {
        let full = eigen(&[1.0, 2.0, 3.0, 2.0, 4.0, 5.0, 3.0, 5.0, 6.0]).unwrap();
        assert_eq!(eigen(&[1.0, 9.0, 9.0, 2.0, 4.0, 9.0, 3.0, 5.0, 6.0]).unwrap(), full);
        let small = eigen(&[1.0, 2.0, 2.0, 4.0]).unwrap();
        assert_eq!(eigen(&[1.0, 9.0, 2.0, 4.0]).unwrap(), small);
    }
}
