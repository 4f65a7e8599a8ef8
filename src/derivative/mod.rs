//! From a loss to its local shape: value, gradient, Hessian.

mod smoothness;

pub use smoothness::{Smoothness, smoothness};

use crate::loss::Loss;
use crate::number::{Dual, Dual2};

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

impl Jet {
    fn of(dual: Dual2<2>) -> Jet {
        Jet { value: dual.re, gradient: dual.g, hessian: dual.h }
    }

    fn is_finite(&self) -> bool {
        self.value.is_finite()
            && self.gradient.iter().chain(self.hessian.iter().flatten()).all(|d| d.is_finite())
    }
}

/// L, g and H at a point, by dual numbers, in one pass.
///
/// ```
/// use saddlescope::{derivative::jet, loss::Loss};
/// let jet = jet(&Loss::notes(), [0.0, 0.0]);
/// assert_eq!(jet.value, 1.0);
/// assert_eq!(jet.gradient, [0.0, 0.0]);
/// assert_eq!(jet.hessian, [[0.0, -2.0], [-2.0, 0.0]]);
/// ```
pub fn jet(loss: &Loss, at: [f64; 2]) -> Jet {
    Jet::of(loss.eval([Dual2::variable(at[0], 0), Dual2::variable(at[1], 1)]))
}

/// L and g at a point, in one pass.
///
/// ```
/// use saddlescope::{derivative::gradient, loss::Loss};
/// assert_eq!(gradient(&Loss::notes(), [0.5, 1.0]), (0.25, [-1.0, -0.5]));
/// ```
pub fn gradient(loss: &Loss, at: [f64; 2]) -> (f64, [f64; 2]) {
    let dual: Dual<2> = loss.eval([Dual::variable(at[0], 0), Dual::variable(at[1], 1)]);
    (dual.re, dual.g)
}
