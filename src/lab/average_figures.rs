//! The figures of the lab `moving-average`: the series with its averages, the weights, Adam's first steps.

use super::curves::{Curve, Curves};
use super::moving_average::Averages;
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::optimizer::{Correction, weights};
use crate::phrase::{Phrase, number};

/// Steps shorter than this share of η are left out of the picture: there is nothing to see below.
const LEAST: f64 = 1e-5;
/// More bars than this are drawn without gaps.
const BARS: usize = 120;

/// How what is corrected, what is not, and what is written back are drawn, in the order of [`Correction::ALL`].
pub fn stroke(correction: Correction, width: f64) -> Stroke {
    let (ink, dash) = match correction {
        Correction::Applied => (Ink::Method(0), Dash::Solid),
        Correction::None => (Ink::Method(1), Dash::Dashed),
        Correction::WrittenBack => (Ink::Method(2), Dash::Dotted),
    };
    Stroke { ink, width, dash }
}

/// Its mark.
pub fn mark(correction: Correction) -> (Shape, bool) {
    match correction {
        Correction::Applied => (Shape::Dot, false),
        Correction::None => (Shape::Square, false),
        Correction::WrittenBack => (Shape::Diamond, false),
    }
}

/// x, v and the corrected v against t.
pub fn series(found: &Averages) -> Curves {
    let curve = |correction, place: usize, label: &'static str| Curve {
        points: found.v.iter().enumerate().map(|(k, v)| [k as f64 + 1.0, v[place]]).collect(),
        stroke: stroke(correction, 2.5),
        mark: None,
        label: Some(Phrase::new(label)),
    };
    let mut all = [f64::INFINITY, f64::NEG_INFINITY];
    for y in found.x.iter().chain(found.v.iter().flatten()).chain(&[0.0]) {
        all = [all[0].min(*y), all[1].max(*y)];
    }
    let [lo, hi] = all;
    let dots = found.x.iter().enumerate().map(|(k, x)| [k as f64 + 1.0, *x]).collect();
    Curves {
        id: "series",
        name: Phrase::new("figure.average.series"),
        x: steps(found),
        y: Phrase::verbatim("x, v"),
        log10: false,
        curves: vec![
            // Points that the axis has to hold, and nothing to see: the highest first.
            Curve {
                points: vec![[0.0, hi], [0.0, lo]],
                stroke: Stroke::solid(Ink::Muted, 0.0),
                mark: None,
                label: None,
            },
            curve(Correction::None, 0, "label.average.plain"),
            curve(Correction::Applied, 1, "label.average.corrected"),
        ],
        cursor: Some(found.t as f64),
        over: vec![Layer::Dots { points: dots, ink: Ink::Text, radius: 2.2, opacity: 0.6 }],
    }
}

/// The weights of x(1) … x(t) in v(t) as bars, what they would be if they summed to 1 as a line, and the window.
pub fn bars(found: &Averages) -> Figure {
    let w = weights(found.beta, found.t);
    let total = found.total();
    let top = (1.0 - found.beta) / total;
    let half = if found.x.len() > BARS { 0.5 } else { 0.36 };
    let x = |i: usize| i as f64 + 1.0;
    let mut front = Vec::new();
    let window = found.edge();
    let ceiling = 1.18 * top;
    front.push(Layer::Area {
        points: vec![
            [window, 0.0],
            [found.t as f64 + 0.5, 0.0],
            [found.t as f64 + 0.5, ceiling],
            [window, ceiling],
        ],
        ink: Ink::Muted,
        opacity: 0.12,
    });
    let ink = stroke(Correction::None, 1.0).ink;
    for (i, w) in w.iter().enumerate() {
        let [a, b] = [x(i) - half, x(i) + half];
        front.push(Layer::Area { points: vec![[a, 0.0], [b, 0.0], [b, *w], [a, *w]], ink, opacity: 0.8 });
    }
    let tops = w.iter().enumerate().flat_map(|(i, w)| [[x(i) - 0.5, w / total], [x(i) + 0.5, w / total]]);
    front.push(Layer::Line { points: tops.collect(), stroke: stroke(Correction::Applied, 1.5) });
    let text = |at, anchor, text, ink| Layer::Text { at, anchor, text, ink };
    let right = found.t as f64 + 0.8;
    front.push(text(
        [right, 0.55 * (1.0 - found.beta)],
        Anchor::Right,
        Phrase::new("label.average.sum").number("sum", total),
        ink,
    ));
    front.push(text(
        [window.max(0.6), 1.09 * top],
        Anchor::Right,
        Phrase::new("label.average.window").number("window", found.window()),
        Ink::Muted,
    ));
    Figure {
        id: "weights",
        name: Phrase::new("figure.average.weights"),
        frame: Frame::Plane(Plane {
            x: Axis {
                range: [0.0, 1.24 * found.x.len() as f64],
                name: Phrase::verbatim("i"),
                scale: Scale::Count,
            },
            y: Axis { range: [0.0, ceiling], name: Phrase::new("axis.weight"), scale: Scale::Even },
            inside: false,
            end: f64::INFINITY,
        }),
        back: Vec::new(),
        front,
    }
}

/// |Δ|/η of Adam with the series as gradients, in all three forms.
pub fn adam(found: &Averages) -> Curves {
    let mut over = Vec::new();
    let mut curves = Vec::new();
    for (correction, steps) in Correction::ALL.into_iter().zip(&found.steps) {
        let mut points = Vec::with_capacity(steps.len());
        for (k, step) in steps.iter().enumerate() {
            // What is too short ends the curve.
            if step.abs() >= LEAST {
                points.push([k as f64 + 1.0, step.abs()]);
            }
        }
        let mut label = Some(Phrase::new(["label.correction.", correction.id()].concat()));
        if let Some([t, step]) = points.last().copied().filter(|[t, _]| *t < 0.7 * steps.len() as f64) {
            // A curve that ends early is named where it ends.
            let (at, ink) = ([t + 0.02 * steps.len() as f64, step.log10()], stroke(correction, 1.0).ink);
            over.extend(label.take().map(|text| Layer::Text { at, anchor: Anchor::Right, text, ink }));
        }
        curves.push(Curve { points, stroke: stroke(correction, 2.0), mark: Some(mark(correction)), label });
    }
    Curves {
        id: "adam",
        name: Phrase::new("figure.average.adam"),
        x: steps(found),
        y: Phrase::verbatim("|Δ|/η"),
        log10: true,
        curves,
        cursor: Some(found.t as f64),
        over,
    }
}

fn steps(found: &Averages) -> Axis {
    Axis { range: [0.0, found.x.len() as f64], name: Phrase::verbatim("t"), scale: Scale::Count }
}

/// A share in percent, for reading.
pub fn percent(share: f64) -> String {
    [number(100.0 * share, 3).as_str(), "%"].concat()
}
