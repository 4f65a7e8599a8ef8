//! The figures of the lab `batch`: paths on the map, losses, the cloud of gradients, variance against B, the data.

use super::batch_controls::{AXES, steps};
use super::batch_runs::{Pass, Passes, Point, Who};
use super::curves::{Curve, Curves};
use super::playback::Playback;
use super::{Subject, Values};
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::loss::{Data, Model};
use crate::optimizer::Cloud;
use crate::order::ascending;
use crate::phrase::Phrase;

/// Dots of single examples in the cloud, and examples in the picture of the data, at most.
const DOTS: usize = 600;
/// The ellipse holds this many standard deviations.
pub const SIGMAS: f64 = 2.0;

/// What is drawn and read out: values, subject and what follows from them.
pub struct Scene<'a> {
    /// The controls.
    pub values: &'a Values,
    /// The loss in view.
    pub subject: &'a Subject,
    /// The runs.
    pub passes: &'a Passes,
    /// The gradients where the mini-batch run is.
    pub cloud: &'a Cloud,
    /// Whether the answer is hidden: predict first.
    pub hidden: bool,
}

impl Scene<'_> {
    /// N.
    pub fn n(&self) -> usize {
        self.cloud.single.len()
    }

    /// What the loss is drawn against.
    fn axis(&self) -> &'static str {
        self.values.choice("axis")
    }

    /// The moment on show, on the axis of the losses.
    fn moment(&self) -> f64 {
        let t = Playback::t(self.values) as f64;
        let [_, per_epoch] = steps(self.values, self.n());
        match self.axis() {
            "steps" => t.max(1.0),
            "examples" => t / per_epoch as f64 * self.n() as f64,
            _ => t / per_epoch as f64,
        }
    }

    /// The step of the mini-batch run that a place on the axis of the losses stands for.
    pub fn step_at(&self, x: f64) -> f64 {
        let [_, per_epoch] = steps(self.values, self.n());
        match self.axis() {
            "steps" => 10f64.powf(x),
            "examples" => x / self.n() as f64 * per_epoch as f64,
            _ => x * per_epoch as f64,
        }
    }

    /// Where a run is now: after as many steps, or after as many examples as the mini-batch run.
    pub fn now<'b>(&self, pass: &'b Pass) -> Option<&'b Point> {
        let t = Playback::t(self.values);
        let [_, per_epoch] = steps(self.values, self.n());
        let by_step = self.axis() == "steps" || pass.who == Who::Mini;
        let epochs = t as f64 / per_epoch as f64 + 1e-9;
        pass.at(&|p| if by_step { p.step <= t } else { p.epochs <= epochs })
    }

    fn seen(&self) -> impl Iterator<Item = &Pass> {
        self.passes.all.iter().filter(|_| !self.hidden)
    }

    /// The paths of all runs.
    pub fn map(&self) -> Figure {
        let mut front = Vec::new();
        for pass in self.seen().collect::<Vec<_>>().into_iter().rev() {
            let width = if pass.who == Who::Single { 1.0 } else { 2.0 };
            let points = pass.points.iter().map(|p| p.theta).collect();
            front.push(Layer::Line { points, stroke: pass.who.stroke(width) });
        }
        let mark = |at, shape, ink, hollow| Layer::Mark { at, z: 0.0, shape, ink, hollow };
        let least = self.subject.loss.data().and_then(Data::minimum);
        front.extend(least.map(|at| mark(at, Shape::Down, Ink::Text, true)));
        front.push(mark(self.values.point("at"), Shape::Dot, Ink::Point, false));
        for pass in self.seen() {
            let (shape, hollow) = pass.who.mark();
            front.extend(self.now(pass).map(|p| mark(p.theta, shape, pass.who.stroke(1.0).ink, hollow)));
        }
        if self.subject.view.contains(self.cloud.at) {
            front.extend(self.subject.descent_arrow(self.cloud.at, self.cloud.mean));
        }
        self.subject.map(front)
    }

    /// How far each run is above the minimum, against epochs, examples or steps.
    pub fn losses(&self) -> Curves {
        let axis = AXES.iter().find(|a| **a == self.axis()).copied().unwrap_or("epochs");
        let n = self.n() as f64;
        let x = |p: &Point| match axis {
            "steps" => p.step as f64,
            "examples" => p.epochs * n,
            _ => p.epochs,
        };
        let curve = |pass: &Pass| {
            let known = pass.points.iter().filter(|p| !p.loss.is_nan());
            let points: Vec<[f64; 2]> = known.map(|p| [x(p), self.passes.above(p.loss)]).collect();
            Curve {
                points,
                stroke: pass.who.stroke(if pass.who == Who::Single { 1.0 } else { 2.0 }),
                mark: Some(pass.who.mark()),
                label: Some(Phrase::verbatim(["B = ", &pass.size.to_string()].concat())),
            }
        };
        let curves: Vec<Curve> = self.passes.all.iter().rev().map(curve).collect();
        // Where the runs end, though they may not be there yet.
        let end = |pass: &Pass| {
            let [steps, epochs] = pass.ends_with();
            match axis {
                "steps" => steps,
                "examples" => epochs * n,
                _ => epochs,
            }
        };
        let last = self.passes.all.iter().map(end).fold(1.0, f64::max);
        let log10 = axis == "steps";
        Curves {
            id: "loss",
            name: Phrase::new("figure.batch.loss"),
            x: Axis {
                range: [if log10 { 1.0 } else { 0.0 }, last],
                name: Phrase::new(format!("axis.{axis}")),
                scale: Scale::log10(log10),
            },
            y: Phrase::verbatim(if self.passes.least.is_some() { "L − L*" } else { "L" }),
            log10: true,
            curves,
            cursor: Some(self.moment().min(last)),
            over: Vec::new(),
        }
    }

    /// The gradients of batches about the gradient, in the plane of gradients, at a scale that B does not change.
    pub fn gradients(&self) -> Figure {
        let cloud = self.cloud;
        let g = cloud.mean;
        let reach = 2.5 * cloud.covariance[0][0].max(cloud.covariance[1][1]).sqrt();
        let sides = g.map(|c| [(c - reach).min(0.0), (c + reach).max(0.0)]);
        let widest = sides.iter().map(|[lo, hi]| hi - lo).fold(1e-9, f64::max);
        let half = if widest.is_finite() { 0.55 * widest } else { 1.0 };
        let axis = |i: usize, name: &str| {
            let middle = sides[i].iter().sum::<f64>() / 2.0;
            let middle = if middle.is_finite() { middle } else { 0.0 };
            Axis { range: [middle - half, middle + half], name: Phrase::verbatim(name), scale: Scale::Even }
        };
        let ink = Who::Mini.stroke(1.0).ink;
        let stride = self.n().div_ceil(DOTS);
        let single = cloud.single.iter().step_by(stride).copied().collect();
        let mut front = vec![Layer::Dots { points: single, ink: Ink::Muted, radius: 1.8, opacity: 0.45 }];
        for i in 0..2 {
            let mut ends = [[0.0; 2]; 2];
            ends[0][i] = -2.0 * half;
            ends[1][i] = 2.0 * half;
            front.push(Layer::Line { points: ends.to_vec(), stroke: Stroke::solid(Ink::Muted, 1.0) });
        }
        // Beyond the line through 0 across g a step goes uphill.
        let far = 4.0 * half / g[0].hypot(g[1]);
        if far.is_finite() {
            let edge = vec![[-far * g[1], far * g[0]], [far * g[1], -far * g[0]]];
            front.push(Layer::Line {
                points: edge,
                stroke: Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dotted },
            });
        }
        front.push(Layer::Dots { points: cloud.batches.clone(), ink, radius: 2.4, opacity: 0.7 });
        front.push(Layer::Line { points: cloud.ellipse(SIGMAS), stroke: Stroke::solid(ink, 1.5) });
        if g[0].hypot(g[1]) > 0.02 * half {
            front.push(Layer::Arrow { from: [0.0; 2], to: g, stroke: Stroke::solid(Ink::Gradient, 2.5) });
            let anchor = if g[0] > 0.0 { Anchor::Right } else { Anchor::Left };
            front.push(Layer::Text { at: g, anchor, text: Phrase::verbatim("g"), ink: Ink::Gradient });
        }
        Figure {
            id: "cloud",
            name: Phrase::new("figure.batch.cloud"),
            frame: Frame::Plane(Plane {
                x: axis(0, "g₁"),
                y: axis(1, "g₂"),
                inside: false,
                end: f64::INFINITY,
            }),
            back: Vec::new(),
            front,
        }
    }

    /// Both laws of the variance against B, and what was measured.
    pub fn variances(&self) -> Curves {
        let n = self.n();
        let top = (n as f64).ln();
        let mut sizes: Vec<f64> = (0..=48).map(|k| (top * f64::from(k) / 48.0).exp().round()).collect();
        sizes.push(n.saturating_sub(1).max(1) as f64);
        ascending(&mut sizes);
        sizes.dedup();
        let law = |replacement: bool| Curve {
            points: sizes.iter().map(|b| [*b, self.cloud.law(*b as usize, replacement)]).collect(),
            stroke: Stroke {
                ink: if replacement { Ink::Muted } else { Ink::Text },
                width: 2.0,
                dash: if replacement { Dash::Dashed } else { Dash::Solid },
            },
            mark: None,
            label: None,
        };
        // Above the one, and below the other where it falls.
        let text = |b: usize, replacement, anchor, label, ink| Layer::Text {
            at: [(b as f64).log10(), self.cloud.law(b, replacement).log10()],
            anchor,
            text: Phrase::new(label),
            ink,
        };
        let names = [
            text((n as f64).powf(0.75) as usize, true, Anchor::Above, "label.with", Ink::Muted),
            text(n.saturating_sub(1).max(1), false, Anchor::Left, "label.without", Ink::Text),
        ];
        let dots = |i: usize, ink, hollow| {
            self.cloud.measured.iter().filter(move |m| m[i] > 0.0).map(move |m| Layer::Mark {
                at: [m[0].log10(), m[i].log10()],
                z: 0.0,
                shape: Shape::Dot,
                ink,
                hollow,
            })
        };
        let over = dots(2, Ink::Muted, true).chain(dots(1, Ink::Text, false)).chain(names).collect();
        Curves {
            id: "variance",
            name: Phrase::new("figure.batch.variance"),
            x: Axis { range: [1.0, n as f64], name: Phrase::verbatim("B"), scale: Scale::Log10 },
            y: Phrase::new("axis.variance"),
            log10: true,
            curves: vec![law(true), law(false)],
            cursor: Some(self.cloud.size as f64),
            over,
        }
    }

    /// The examples, and what the model makes of them where the mini-batch run is: a line through them, or between the
    /// classes.
    pub fn data(&self) -> Option<Figure> {
        let data = self.subject.loss.data()?;
        let w = self.cloud.at;
        let stride = self.n().div_ceil(DOTS);
        let rows: Vec<[f64; 3]> = data.rows().iter().step_by(stride).copied().collect();
        let logistic = data.model() == Model::Logistic;
        let intercept = rows.first().map_or(0.0, |r| r[0]);
        let line = rows.iter().all(|r| r[0] == intercept);
        // Classes in the plane of features; a line over the one that varies; else the label against the prediction.
        let place = |r: &[f64; 3]| match (logistic, line) {
            (true, _) => [r[0], r[1]],
            (false, true) => [r[1], r[2]],
            (false, false) => [w[0] * r[0] + w[1] * r[1], r[2]],
        };
        let points: Vec<[f64; 2]> = rows.iter().map(place).collect();
        let range = |i: usize| {
            let all = points.iter().map(|p| p[i]).filter(|x| x.is_finite());
            let [lo, hi] = all.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], x| [a.min(x), b.max(x)]);
            let pad = if hi > lo { 0.06 * (hi - lo) } else { 1.0 };
            if lo <= hi { [lo - pad, hi + pad] } else { [-1.0, 1.0] }
        };
        let (x, y) = (range(0), range(1));
        let far = 4.0 * (x[1] - x[0]).max(y[1] - y[0]) + x[1].abs().max(y[1].abs());
        let through = |t: f64| match (logistic, line) {
            (true, _) => [-t * w[1] / w[0].hypot(w[1]), t * w[0] / w[0].hypot(w[1])],
            (false, true) => [t, w[0] * intercept + w[1] * t],
            (false, false) => [t, t],
        };
        let (low, high): (Vec<[f64; 2]>, Vec<[f64; 2]>) = {
            let class = |i: usize| logistic && rows.get(i).is_some_and(|r| r[2] == 0.0);
            let (a, b): (Vec<_>, Vec<_>) = points.iter().enumerate().partition(|(i, _)| class(*i));
            let only = |v: Vec<(usize, &[f64; 2])>| v.into_iter().map(|(_, p)| *p).collect();
            (only(a), only(b))
        };
        let ink = Who::Mini.stroke(1.0).ink;
        let radius = if rows.len() > 120 { 2.2 } else { 3.4 };
        let dots = |points: &[[f64; 2]], ink, radius| Layer::Dots {
            points: points.to_vec(),
            ink,
            radius,
            opacity: 1.0,
        };
        // Rings, and discs.
        let mut front = vec![dots(&low, Ink::Muted, radius), dots(&low, Ink::Paper, radius - 1.2)];
        front.push(dots(&high, Ink::Point, radius));
        front
            .push(Layer::Line { points: vec![through(-far), through(far)], stroke: Stroke::solid(ink, 2.0) });
        let names = match (logistic, line) {
            (true, _) => ["x₁", "x₂"],
            (false, true) => ["x₂", "y"],
            (false, false) => ["w₁x₁ + w₂x₂", "y"],
        };
        let axis = |range, name: &str| Axis { range, name: Phrase::verbatim(name), scale: Scale::Even };
        Some(Figure {
            id: "data",
            name: Phrase::new(if logistic { "figure.batch.classes" } else { "figure.batch.fit" }),
            frame: Frame::Plane(Plane {
                x: axis(x, names[0]),
                y: axis(y, names[1]),
                inside: false,
                end: f64::INFINITY,
            }),
            back: Vec::new(),
            front,
        })
    }
}
