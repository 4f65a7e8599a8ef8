//! Several curves over one axis, each with its own line, end mark and direct label, and a cursor that can be dragged.

use super::{Grip, Handle};
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::phrase::Phrase;

/// Decades that a logarithmic axis shows below the highest start, at most.
const DEPTH: f64 = 18.0;
/// Decades that it shows above the highest start, where curves diverge.
const HEIGHT: f64 = 3.0;
/// More curves than this carry no labels: there is no room, and a table beside them says which is which.
const LABELS: usize = 6;

/// One curve.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its points (t, y), before any logarithm; what is not finite breaks it.
    pub points: Vec<[f64; 2]>,
    /// How it is drawn.
    pub stroke: Stroke,
    /// The mark at its last point, and whether that is an outline.
    pub mark: Option<(Shape, bool)>,
    /// The short text at its end; `None` for none.
    pub label: Option<Phrase>,
}

/// Several curves in one figure.
#[derive(Clone, Debug)]
pub struct Curves {
    /// Stable name of the figure within its lab.
    pub id: &'static str,
    /// Accessible name of the figure.
    pub name: Phrase,
    /// Name and range of the horizontal axis; in powers of ten `range` too is before the logarithm.
    pub x: Axis,
    /// Name of the vertical axis.
    pub y: Phrase,
    /// Whether the vertical axis is logarithmic: values that are not positive are then left out.
    pub log10: bool,
    /// The curves.
    pub curves: Vec<Curve>,
    /// Where the cursor stands on the horizontal axis, if there is one.
    pub cursor: Option<f64>,
    /// Further layers, over the curves and in the coordinates of the axes (after the logarithm).
    pub over: Vec<Layer>,
}

impl Curves {
    /// The figure.
    pub fn figure(&self) -> Figure {
        let y = self.range();
        let [from, to] = self.x_range();
        let labels = self.labels(y);
        // Room for the labels to the right of the ends.
        let room = if labels.is_empty() { 0.03 } else { 0.3 };
        let end = to;
        let to = from + (to - from) * (1.0 + room);
        let mut front = Vec::new();
        if let Some(cursor) = self.cursor {
            let x = self.along(cursor);
            let stroke = Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dashed };
            front.push(Layer::Line { points: vec![[x, y[0]], [x, y[1]]], stroke });
        }
        for curve in &self.curves {
            let points = curve.points.iter().map(|p| self.place(*p)).collect();
            front.push(Layer::Line { points, stroke: curve.stroke });
        }
        for curve in &self.curves {
            let Some(((shape, hollow), at)) = curve.mark.zip(self.end(curve)) else { continue };
            if y[0] <= at[1] && at[1] <= y[1] {
                front.push(Layer::Mark { at, z: 0.0, shape, ink: curve.stroke.ink, hollow });
            }
        }
        // A text that names something out of sight would be pushed back into the picture.
        let seen =
            |layer: &&Layer| !matches!(layer, Layer::Text { at, .. } if !(y[0]..=y[1]).contains(&at[1]));
        front.extend(self.over.iter().filter(seen).cloned());
        front.extend(labels);
        Figure {
            id: self.id,
            name: self.name.clone(),
            frame: Frame::Plane(Plane {
                x: Axis { range: [from, to], ..self.x.clone() },
                y: Axis { range: y, name: self.y.clone(), scale: Scale::log10(self.log10) },
                inside: false,
                end,
            }),
            back: Vec::new(),
            front,
        }
    }

    /// The handle of the cursor, at the foot of its line.
    pub fn handle(&self, id: &'static str, name: Phrase, value: Phrase) -> Option<Handle> {
        let [lo, hi] = self.range();
        let at = [self.along(self.cursor?), lo + 0.04 * (hi - lo)];
        Some(Handle { id, figure: self.id, grip: Grip::Track, at, name, value, ink: Ink::Muted })
    }

    /// The place of a point in the coordinates of the axes; NaN where a logarithm has none.
    pub fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let y = match self.log10 {
            true if y > 0.0 => y.log10(),
            true => f64::NAN,
            false => y,
        };
        [self.along(x), y]
    }

    fn along(&self, x: f64) -> f64 {
        if self.x.scale == Scale::Log10 { x.log10() } else { x }
    }

    fn x_range(&self) -> [f64; 2] {
        self.x.range.map(|x| self.along(x))
    }

    /// The last point of a curve that can be shown.
    fn end(&self, curve: &Curve) -> Option<[f64; 2]> {
        let finite = |p: &[f64; 2]| p[0].is_finite() && p[1].is_finite();
        curve.points.iter().rev().map(|p| self.place(*p)).find(finite)
    }

    /// The vertical range (after the logarithm): all there is, but a diverging curve does not press the others flat.
    pub fn range(&self) -> [f64; 2] {
        // Of all values two are the least and the greatest: only these need a logarithm, which is dear.
        let finite = |points: &mut dyn Iterator<Item = [f64; 2]>| {
            let ends = points
                .map(|p| p[1])
                .filter(|y| y.is_finite() && (!self.log10 || *y > 0.0))
                .fold([f64::INFINITY, f64::NEG_INFINITY], |[lo, hi], y| [lo.min(y), hi.max(y)]);
            if self.log10 && ends[0] <= ends[1] { ends.map(f64::log10) } else { ends }
        };
        let [lo, hi] = finite(&mut self.curves.iter().flat_map(|c| c.points.iter().copied()));
        if !(lo.is_finite() && hi.is_finite()) {
            return [0.0, 1.0];
        }
        let [_, start] = finite(&mut self.curves.iter().filter_map(|c| c.points.first().copied()));
        let start = if start.is_finite() { start } else { hi };
        let [lo, hi] = if self.log10 {
            [lo.max(start - DEPTH), hi.min(start + HEIGHT)]
        } else {
            // What falls below the start is the run's own; what rises above it shows as much again, no more.
            let fall = (start - lo).max(start.abs() * 0.1);
            [lo, hi.min(start + fall)]
        };
        // What hardly changes is seen as hardly changing: a decade, or a thousandth.
        let least = if self.log10 { 1.0 } else { 1e-3 * lo.abs().max(hi.abs()) };
        let wider = (least - (hi - lo)).max(0.0) / 2.0;
        let [lo, hi] = [lo - wider, hi + wider];
        let pad = if hi > lo { 0.06 * (hi - lo) } else { lo.abs().max(1.0) * 0.1 };
        [lo - pad, hi + pad]
    }

    /// The labels of the ends.
    fn labels(&self, [lo, hi]: [f64; 2]) -> Vec<Layer> {
        let right = self.x_range()[1];
        let mut labels = Vec::new();
        for curve in &self.curves {
            let (Some(end), Some(text)) = (self.end(curve), &curve.label) else { continue };
            let at = [right, end[1].clamp(lo, hi)];
            labels.push(Layer::Text { at, anchor: Anchor::Right, text: text.clone(), ink: curve.stroke.ink });
        }
        if labels.len() > LABELS { Vec::new() } else { labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves(log10: bool, runs: &[&[f64]]) -> Curves {
        let curve = |run: &&[f64]| Curve {
            points: run.iter().enumerate().map(|(t, y)| [t as f64, *y]).collect(),
            stroke: Stroke::solid(Ink::Method(0), 2.0),
            mark: Some((Shape::Dot, false)),
            label: Some(Phrase::verbatim("run")),
        };
        Curves {
            id: "loss",
            name: Phrase::verbatim("loss"),
            x: Axis { range: [0.0, 3.0], name: Phrase::verbatim("t"), scale: Scale::Even },
            y: Phrase::verbatim("L"),
            log10,
            curves: runs.iter().map(curve).collect(),
            cursor: Some(1.0),
            over: Vec::new(),
        }
    }

    #[test]
    fn a_curve_that_blows_up_leaves_the_others_readable() {
        let range = curves(true, &[&[1.0, 1e20, 1e80], &[1.0, 0.1, 0.01]]).range();
        assert!(range[1] < 4.0 && range[0] < -2.0 && range[0] > -3.0, "{range:?}");
        let range = curves(false, &[&[1.0, 1e20], &[1.0, 0.0]]).range();
        assert!(range[1] < 2.5 && range[0] < 0.0, "{range:?}");
    }

    #[test]
    fn values_without_a_logarithm_are_left_out() {
        let figure = curves(true, &[&[1.0, 0.0, -1.0, 0.1]]).figure();
        let Some(Layer::Line { points, .. }) = figure.front.get(1) else { panic!("{figure:?}") };
        let shown: Vec<bool> = points.iter().map(|p| p[1].is_finite()).collect();
        assert_eq!(shown, [true, false, false, true]);
        let nothing = curves(true, &[&[0.0, f64::NAN]]).figure();
        let Frame::Plane(plane) = nothing.frame else { panic!() };
        assert_eq!(plane.y.range, [0.0, 1.0]);
    }
}
