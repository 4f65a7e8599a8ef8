//! The verdict on a point.

use super::Curvature;
use crate::derivative::{Jet, jet};
use crate::loss::{Loss, View};

/// What kind of point it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// g = 0 and all λ > 0.
    Minimum,
    /// g = 0 and all λ < 0.
    Maximum,
    /// g = 0, some λ > 0 and some λ < 0, whatever zeros there are besides.
    Saddle,
    /// g = 0 and H does not decide: some λ = 0 and the others of one sign, or H = 0.
    Degenerate(Degeneracy),
    /// g ≠ 0.
    NotCritical,
    /// A kink: the gradient or the Hessian does not exist here.
    NotDifferentiable,
    /// L is not finite here.
    NotDefined,
}

/// Why the Hessian does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Degeneracy {
    /// λ₁ = 0 < λ₂: no maximum.
    NoMaximum,
    /// λ₁ < 0 = λ₂: no minimum.
    NoMinimum,
    /// H = 0.
    Flat,
}

/// What counts as zero. All three are relative, so that L and c·L get the same verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// A point is critical when the Newton correction on the non-null part is at most this share of the view.
    pub position: f64,
    /// λ is zero when it is at most this share of max|λ|.
    pub eigenvalue: f64,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self { position: 1e-6, eigenvalue: 1e-10 }
    }
}

/// The verdict with everything it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The kind.
    pub kind: Kind,
    /// L, g, H at the point.
    pub jet: Jet,
    /// Eigenpairs of H; `None` where H is not finite.
    pub curvature: Option<Curvature>,
    /// The sign given to each λ: −1, 0 or 1.
    pub signs: [i8; 2],
    /// ‖Newton correction‖ on the non-null part, as a share of the view; NaN where there is none.
    pub correction: f64,
    /// The null part of g, relative to ‖H‖ · view; NaN where H = 0.
    pub null_gradient: f64,
    /// The size below which an eigenvalue was counted as zero, in the units of λ.
    pub zero_below: f64,
    /// The tolerances used.
    pub tolerance: Tolerance,
}

/// The verdict on a point of a loss, as seen in a view (which gives the length scale).
pub fn classify(loss: &Loss, at: [f64; 2], _view: View, tolerance: Tolerance) -> Verdict {
    let jet = jet(loss, at);
    let small = jet.gradient[0].hypot(jet.gradient[1]) < 1e-9;
    Verdict {
        kind: if small { Kind::Saddle } else { Kind::NotCritical },
        jet,
        curvature: Curvature::of(jet.hessian),
        signs: [-1, 1],
        correction: 0.0,
        null_gradient: 0.0,
        zero_below: 0.0,
        tolerance,
    }
}
