//! The Taylor model of a loss about a point, to the second order, over grids: L + gᵀd + ½dᵀHd.

use super::Jet;
use crate::loss::{Grid, View};

/// The model of order 0, 1 or 2 (and above) about `at` at a point of the plane.
///
/// ```
/// use saddlescope::{derivative::{jet, model}, loss::Loss};
/// let jet = jet(&Loss::notes(), [0.0, 0.0]);
/// assert_eq!([0, 1, 2].map(|order| model([0.0, 0.0], &jet, order, [0.5, 0.5])), [1.0, 1.0, 0.5]);
/// ```
pub fn model(at: [f64; 2], jet: &Jet, order: usize, p: [f64; 2]) -> f64 {
    let d = [p[0] - at[0], p[1] - at[1]];
    let Jet { value, gradient: g, hessian: h } = *jet;
    let first = if order > 0 { g[0] * d[0] + g[1] * d[1] } else { 0.0 };
    let bend = h[0][0] * d[0] * d[0] + 2.0 * h[0][1] * d[0] * d[1] + h[1][1] * d[1] * d[1];
    value + first + if order > 1 { 0.5 * bend } else { 0.0 }
}

/// The same at the nodes of a grid.
pub fn model_grid(at: [f64; 2], jet: &Jet, order: usize, view: View, [columns, rows]: [usize; 2]) -> Grid {
    Grid::sample(view, columns, rows, |p| model(at, jet, order, p))
}

/// abs(L − model) at the nodes of a grid of L.
pub fn model_errors(at: [f64; 2], jet: &Jet, order: usize, loss: &Grid) -> Vec<f64> {
    let model = model_grid(at, jet, order, loss.view, [loss.columns, loss.rows]);
    model.values.iter().zip(&loss.values).map(|(m, l)| (l - m).abs()).collect()
}
