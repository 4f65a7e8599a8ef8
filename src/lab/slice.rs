//! A slice of the loss: L(θ + s·v) along a unit direction, against its quadratic model.

use crate::derivative::Jet;
use crate::figure::{Axis, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::loss::Loss;
use crate::order::ascending;
use crate::phrase::Phrase;

/// Points along a slice: enough for a smooth curve 300 pixels wide.
const POINTS: usize = 121;

/// L and its model along a direction, for s from −reach to reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// The unit direction v.
    pub direction: [f64; 2],
    /// The distances s.
    pub s: Vec<f64>,
    /// L(θ + s·v).
    pub loss: Vec<f64>,
    /// L(θ) + s·gᵀv + ½ s² vᵀHv. Off a critical point the middle term is what keeps the two together at s = 0.
    pub model: Vec<f64>,
}

impl Slice {
    /// The slice through `at` along the unit vector `direction`.
    pub fn new(loss: &Loss, jet: &Jet, at: [f64; 2], direction: [f64; 2], reach: f64) -> Slice {
        let (slope, bend) = (slope_along(jet, direction), bend_along(jet, direction));
        let s: Vec<f64> = (0..POINTS).map(|k| reach * (2.0 * k as f64 / (POINTS - 1) as f64 - 1.0)).collect();
        let model = s.iter().map(|s| jet.value + s * slope + 0.5 * s * s * bend).collect();
        let values =
            s.iter().map(|s| loss.value([at[0] + s * direction[0], at[1] + s * direction[1]])).collect();
        Slice { direction, s, loss: values, model }
    }

    /// What the vertical axis spans: all of L, but where a pole would press everything else flat, only a few times what
    /// four fifths of the values span; and of the model as much again as of L.
    fn range(&self, value: f64) -> [f64; 2] {
        let [lo, hi] = span(&self.loss, value);
        let [low, high] = span(&self.model, value);
        let room = if hi > lo { hi - lo } else { f64::INFINITY };
        [lo.min(low.max(lo - room)), hi.max(high.min(hi + room))]
    }

    /// The slice as a figure: L solid, the model dashed in the colour of its bend, the point at s = 0.
    pub fn figure(&self, id: &'static str, name: Phrase, axis: Phrase, model: Ink, value: f64) -> Figure {
        let ends =
            |v: &[f64]| (v.first().copied().unwrap_or(f64::NAN), v.last().copied().unwrap_or(f64::NAN));
        let (from, to) = ends(&self.s);
        let [lo, hi] = self.range(value);
        let pad = if hi > lo { 0.08 * (hi - lo) } else { lo.abs().max(1.0) * 0.5 };
        let range = if lo.is_finite() { [lo - pad, hi + pad] } else { [0.0, 1.0] };
        let zip = |y: &[f64]| self.s.iter().copied().zip(y.iter().copied()).map(|(s, y)| [s, y]).collect();
        Figure {
            id,
            name,
            frame: Frame::Plane(Plane {
                x: Axis { range: [from, to], name: axis, scale: Scale::Even },
                y: Axis { range, name: Phrase::verbatim("L"), scale: Scale::Even },
                inside: false,
                end: f64::INFINITY,
            }),
            back: Vec::new(),
            front: vec![
                Layer::Line { points: zip(&self.loss), stroke: Stroke::solid(Ink::Text, 2.0) },
                Layer::Line { points: zip(&self.model), stroke: Stroke::dashed(model, 2.0) },
                Layer::Mark { at: [0.0, value], z: 0.0, shape: Shape::Dot, ink: Ink::Point, hollow: false },
            ],
        }
    }
}

/// What these values span about `value`, as [`Slice::range`] says of L.
fn span(values: &[f64], value: f64) -> [f64; 2] {
    let mut finite: Vec<f64> = values.iter().copied().filter(|y| y.is_finite()).collect();
    ascending(&mut finite);
    let at = |share: f64| finite.get((share * (finite.len().max(1) - 1) as f64) as usize).copied();
    let (Some(lo), Some(low), Some(high), Some(hi)) = (at(0.0), at(0.1), at(0.9), at(1.0)) else {
        return [value, value];
    };
    let room = 3.0 * (high - low);
    [lo.max((low - room).min(value)), hi.min((high + room).max(value))]
}

/// gᵀv.
pub fn slope_along(jet: &Jet, v: [f64; 2]) -> f64 {
    jet.gradient[0] * v[0] + jet.gradient[1] * v[1]
}

/// vᵀHv.
pub fn bend_along(jet: &Jet, v: [f64; 2]) -> f64 {
    let h = jet.hessian;
    v[0] * (h[0][0] * v[0] + h[0][1] * v[1]) + v[1] * (h[1][0] * v[0] + h[1][1] * v[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derivative::jet;

    #[test]
    fn the_unit_step_of_the_notes_changes_the_loss_by_three_quarters_and_the_model_by_one() {
        let loss = Loss::notes();
        let jet = jet(&loss, [0.0, 0.0]);
        let r = std::f64::consts::FRAC_1_SQRT_2;
        let slice = Slice::new(&loss, &jet, [0.0, 0.0], [r, r], 1.0);
        let last = slice.s.len() - 1;
        assert!((slice.loss[last] - jet.value + 0.75).abs() < 1e-12);
        assert!((slice.model[last] - jet.value + 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_pole_does_not_press_the_rest_of_the_slice_flat() {
        let loss = Loss::parse("log(x)+y^2").unwrap();
        let at = [0.7, 0.4];
        let slice = Slice::new(&loss, &jet(&loss, at), at, [1.0, 0.0], 1.2);
        let [lo, hi] = slice.range(loss.value(at));
        assert!(lo > -15.0 && hi > 0.5, "{lo} {hi}");
        let notes = Slice::new(&Loss::notes(), &jet(&Loss::notes(), [0.0; 2]), [0.0; 2], [1.0, 0.0], 1.0);
        assert_eq!(notes.range(1.0), [1.0, 1.0]);
    }

    #[test]
    fn off_a_critical_point_the_model_still_touches_the_loss() {
        let loss = Loss::notes();
        let at = [0.7, -0.4];
        let jet = jet(&loss, at);
        let slice = Slice::new(&loss, &jet, at, [0.6, 0.8], 1e-3);
        for (loss, model) in slice.loss.iter().zip(&slice.model) {
            assert!((loss - model).abs() < 1e-7);
        }
    }
}
