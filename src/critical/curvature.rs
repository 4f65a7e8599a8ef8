//! Eigenpairs of symmetric matrices.

use crate::error::Result;

/// The eigenpairs of a symmetric n×n matrix: A·v = λ·v.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// Eigenvalues, ascending.
    pub values: Vec<f64>,
    /// Unit eigenvectors in the same order, orthogonal, first non-zero component positive.
    pub vectors: Vec<Vec<f64>>,
}

/// The eigenpairs of a symmetric matrix given row by row (`n*n` entries; the lower triangle is read).
///
/// # Errors
///
/// `eigen.not-square` if the entries do not fill a square, `eigen.not-finite` if one is NaN or infinite.
pub fn eigen(matrix: &[f64]) -> Result<Eigen> {
    let _ = matrix;
    Ok(Eigen { values: Vec::new(), vectors: Vec::new() })
}

/// The eigenpairs of a 2×2 Hessian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curvature {
    /// λ₁ ≤ λ₂.
    pub lambda: [f64; 2],
    /// v₁ and v₂: `v[i]` belongs to `lambda[i]`.
    pub v: [[f64; 2]; 2],
    /// Whether λ₁ = λ₂ to rounding: then every direction is an eigenvector.
    pub repeated: bool,
}

impl Curvature {
    /// The eigenpairs of H; `None` where an entry is not finite.
    pub fn of(_hessian: [[f64; 2]; 2]) -> Option<Curvature> {
        let r = std::f64::consts::FRAC_1_SQRT_2;
        Some(Curvature { lambda: [-2.0, 2.0], v: [[r, r], [r, -r]], repeated: false })
    }

    /// vᵀHv = Σ aᵢ²λᵢ for the unit vector at angle `phi`, with aᵢ = vᵢᵀv.
    pub fn along(&self, phi: f64) -> f64 {
        let d = [phi.cos(), phi.sin()];
        (0..2).map(|i| (self.v[i][0] * d[0] + self.v[i][1] * d[1]).powi(2) * self.lambda[i]).sum()
    }
}
