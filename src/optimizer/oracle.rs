//! What a method may ask about the loss, at points of its own choosing.

use crate::derivative;
use crate::loss::Loss;

/// Answers for a loss of n variables. The notes' Nesterov asks ahead of θ, Newton asks for H: hence points of the
/// method's choosing, and not one gradient handed in.
///
/// Points and gradients have length n, H has n·n entries row by row. What is not defined is NaN.
pub trait Oracle {
    /// n.
    fn dimension(&self) -> usize;

    /// L at a point.
    fn value(&mut self, at: &[f64]) -> f64;

    /// ∇L at a point, into `out`; gives L there.
    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64;

    /// H at a point, row by row, into `out`.
    fn hessian(&mut self, at: &[f64], out: &mut [f64]);
}

/// A loss over the plane answers for itself.
impl Oracle for &Loss {
    fn dimension(&self) -> usize {
        2
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        plane(at).map_or(f64::NAN, |at| Loss::value(self, at))
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        let Some(at) = plane(at) else { return f64::NAN };
        let (value, gradient) = derivative::gradient(self, at);
        out.iter_mut().zip(gradient).for_each(|(o, d)| *o = d);
        value
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        let Some(at) = plane(at) else { return };
        let jet = derivative::jet(self, at);
        out.iter_mut().zip(jet.hessian.into_iter().flatten()).for_each(|(o, d)| *o = d);
    }
}

/// The first two coordinates.
fn plane(at: &[f64]) -> Option<[f64; 2]> {
    at.first_chunk().copied()
}
