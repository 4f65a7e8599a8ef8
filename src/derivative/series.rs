//! The Taylor series of a loss along a line, and how far it converges.

use crate::loss::Loss;
use crate::number::Series;

/// The coefficients cₖ of L(θ + s·v) = c₀ + c₁s + c₂s² + …, by exact Taylor arithmetic: c₁ = gᵀv, c₂ = ½vᵀHv.
///
/// ```
/// use saddlescope::{derivative::series, loss::Loss};
/// // (1 − w₁w₂)² from the origin along (1, 1): 1 − 2s² + s⁴, and nothing further.
/// let along = series(&Loss::notes(), [0.0, 0.0], [1.0, 1.0]);
/// assert_eq!(along.0[..6], [1.0, 0.0, -2.0, 0.0, 1.0, 0.0]);
/// ```
pub fn series(loss: &Loss, at: [f64; 2], direction: [f64; 2]) -> Series {
    loss.eval([Series::line(at[0], direction[0]), Series::line(at[1], direction[1])])
}
