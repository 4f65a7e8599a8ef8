//! From a loss to its local shape: value, gradient, Hessian, Taylor series along a line and its radius.

mod check;
mod differences;
mod mistake;
mod model;
mod radius;
mod series;
mod smoothness;

pub use check::{
    Expected, NOTES_STEP, NotesStep, Outcome, Ruling, WORKING_LIMIT, WorkingTest, differences, measured_best,
    notes_procedure, notes_refusals, working_test,
};
pub use differences::{central, central_gradient, forward};
pub use mistake::{Forgotten, Mistake};
pub use model::{model, model_errors, model_grid};
pub use radius::{Radius, radius};
pub use series::series;
pub use smoothness::{Smoothness, kink_between, smoothness};

use crate::loss::{Grid, Loss, View};
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

    /// Whether L, g and H are all finite.
    pub fn is_finite(&self) -> bool {
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

/// L, g and H at every node of a grid over `view`, in the order of [`Grid`]: row by row from
/// y = `view.y[0]` upwards, `columns * rows` of them, at least 2 each way.
///
/// ```
/// use saddlescope::{derivative::jets, loss::Loss};
/// let loss = Loss::notes();
/// let jets = jets(&loss, loss.domain(), 3, 3);
/// assert_eq!(jets[4].hessian, [[0.0, -2.0], [-2.0, 0.0]]);
/// ```
pub fn jets(loss: &Loss, view: View, columns: usize, rows: usize) -> Vec<Jet> {
    let mut jets = Vec::new();
    Grid::sample(view, columns, rows, |at| {
        jets.push(jet(loss, at));
        0.0
    });
    jets
}
