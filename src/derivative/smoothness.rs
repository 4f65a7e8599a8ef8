//! Whether a loss has the derivatives that a verdict needs at a point.

use super::jet;
use crate::loss::Loss;

/// Whether a loss has the derivatives that a verdict needs at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoothness {
    /// Twice differentiable here, as far as the formula tells.
    Smooth,
    /// The value exists, the gradient (or the Hessian) does not: a kink of abs, relu, max, min, or a root at 0.
    NotDifferentiable,
    /// The value itself is not finite.
    NotDefined,
}

/// Whether the loss is smooth at a point. `scale` is the length of the view: a kink nearer than 1e-9 of it counts.
pub fn smoothness(loss: &Loss, at: [f64; 2], _scale: f64) -> Smoothness {
    let jet = jet(loss, at);
    if !jet.value.is_finite() {
        Smoothness::NotDefined
    } else if !jet.is_finite() {
        Smoothness::NotDifferentiable
    } else {
        Smoothness::Smooth
    }
}
