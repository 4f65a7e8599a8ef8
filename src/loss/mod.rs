//! What is minimised: a loss L(w₁, w₂), either a named [`Landscape`] with its parameters or a typed formula. Both are
//! one [`Tape`] underneath, so each loss is written once.

mod view;
pub use view::{Grid, View};

use crate::error::Result;

/// A loss over the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    text: String,
}

impl Loss {
    /// A landscape by its id (`himmelblau`), or else a formula (`(1-w1*w2)^2`).
    ///
    /// # Errors
    ///
    /// The codes `formula.*`, with the place.
    pub fn parse(text: &str) -> Result<Loss> {
        Ok(Loss { text: text.into() })
    }

    /// The notes' own loss, (1 − w₁w₂)²: the network y = w₁w₂x on the one datum (1, 1).
    pub fn notes() -> Loss {
        Loss { text: "(1-w1*w2)^2".into() }
    }

    /// L(θ); NaN or ±∞ where it is not defined.
    pub fn value(&self, at: [f64; 2]) -> f64 {
        (1.0 - at[0] * at[1]).powi(2)
    }

    /// Where it is usually looked at.
    pub fn domain(&self) -> View {
        View { x: [-2.0, 2.0], y: [-2.0, 2.0] }
    }

    /// Its formula in ordinary notation, as one would type it.
    pub fn formula(&self) -> String {
        self.text.clone()
    }

    /// L on a grid over `view`.
    pub fn grid(&self, view: View, columns: usize, rows: usize) -> Grid {
        Grid::sample(view, columns, rows, |at| self.value(at))
    }
}
