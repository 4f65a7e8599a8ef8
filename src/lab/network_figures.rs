//! The figures of the lab `network`: its training, its spectrum, the loss around a point.

use super::curves::{Curve, Curves};
use super::network_progress::{dips, flats, window};
use super::{Grip, Handle};
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::loss::Grid;
use crate::network::{Eigenvalues, Epoch, size};
use crate::phrase::{Phrase, number};
use std::rc::Rc;

/// Decades of |λ| in the histogram, and bars in each.
const DECADES: f64 = 17.0;
const BARS: f64 = 3.0;

/// An even axis.
pub fn axis(range: [f64; 2], name: Phrase) -> Axis {
    Axis { range, name, scale: Scale::Even }
}

/// An axis of what is counted.
fn count(range: [f64; 2], name: Phrase) -> Axis {
    Axis { range, name, scale: Scale::Count }
}

/// A quantity of a training against the epoch: `loss`, `norm` or `rate`.
pub fn course(epochs: &[Epoch], end: f64, t: usize, id: &'static str) -> Curves {
    let curve = |value: fn(&Epoch) -> f64, ink, dash, label: &str| Curve {
        points: epochs.iter().enumerate().map(|(t, e)| [t as f64, value(e)]).collect(),
        stroke: Stroke { ink, width: 2.0, dash },
        mark: Some((Shape::Dot, false)),
        label: Some(Phrase::new(format!("network.{label}"))),
    };
    let tested = id == "loss" && epochs.iter().any(|e| e.test.is_finite());
    let mut over = Vec::new();
    // Where the loss is flat the means of both curves are marked, that of L with words.
    for flat in flats(epochs).into_iter().filter(|_| id != "rate") {
        let value = |e: &Epoch| if id == "loss" { e.loss } else { e.norm };
        let half = window(epochs) / 2;
        // Where less than a window lies around t, the mean of the nearest whole one.
        let place = |t: usize| {
            let from = t.max(flat.start() + half).min(flat.end() + 1 - half) - half;
            let about = epochs.get(from..from + 2 * half)?;
            let mean = about.iter().map(value).sum::<f64>() / about.len() as f64;
            Some([t as f64, mean.log10()])
        };
        let points = flat.clone().filter_map(place).collect();
        over.push(Layer::Line { points, stroke: Stroke::solid(Ink::Curvature, 5.0) });
        let middle = place((flat.start() + flat.end()) / 2).filter(|_| id == "loss");
        over.extend(middle.map(|at| Layer::Text {
            at,
            anchor: Anchor::Above,
            text: Phrase::new("network.flat"),
            ink: Ink::Curvature,
        }));
    }
    let (y, mut curves) = match id {
        "loss" => {
            let mut curves = vec![curve(|e| e.loss, Ink::Point, Dash::Solid, "train")];
            if tested {
                curves.push(curve(|e| e.test, Ink::Method(1), Dash::Dashed, "test"));
            } else if let Some(only) = curves.first_mut() {
                only.label = None;
            }
            ("L", curves)
        }
        "norm" => {
            for t in dips(epochs) {
                let Some(at) = epochs.get(t).map(|e| [t as f64, e.norm.log10()]) else { continue };
                over.push(Layer::Mark { at, z: 0.0, shape: Shape::Down, ink: Ink::Gradient, hollow: true });
                let text = Phrase::new("network.dip");
                over.push(Layer::Text { at, anchor: Anchor::Right, text, ink: Ink::Gradient });
            }
            ("‖g‖", vec![Curve { label: None, ..curve(|e| e.norm, Ink::Gradient, Dash::Solid, "train") }])
        }
        _ => ("η", vec![Curve { label: None, ..curve(|e| e.rate, Ink::Text, Dash::Solid, "train") }]),
    };
    // The axis spans a factor of 2 at least, so that what is flat looks flat: points without a place only widen it.
    if let Some(widest) = curves.first() {
        let top = widest.points.iter().map(|p| p[1]).fold(0.0, f64::max);
        let points = vec![[f64::NAN, top], [f64::NAN, top / 2.0]];
        curves.push(Curve { points, stroke: Stroke::solid(Ink::Muted, 1.0), mark: None, label: None });
    }
    Curves {
        id,
        name: if tested {
            Phrase::new("figure.network.loss.both")
        } else {
            Phrase::new(["figure.network.", id].concat())
        },
        x: count([0.0, end], Phrase::new("network.epoch")),
        y: Phrase::verbatim(y),
        log10: true,
        curves,
        cursor: Some(t as f64),
        over,
    }
}

/// Where |λ| stands on the axis of the histogram.
fn place(value: f64, top: f64) -> f64 {
    value.abs().log10().max(top - DECADES)
}

/// The spectrum: how many eigenvalues have which size, positive ones upwards, negative ones downwards, those that count as
/// zero in grey.
pub fn histogram(found: &Eigenvalues, tolerance: f64) -> Figure {
    let largest = size(&found.values);
    let top = if largest > 0.0 { largest.log10() } else { 0.0 };
    let limit = tolerance * largest;
    let range = [top - DECADES, top + 0.5];
    let bars = (DECADES * BARS) as usize + 2;
    let mut counts = vec![[0.0; 2]; bars];
    for (value, count) in found.values.iter().zip(&found.counts) {
        let bar = ((place(*value, top) - range[0]) * BARS) as usize;
        if let Some(slot) = counts.get_mut(bar.min(bars - 1)) {
            slot[usize::from(*value < 0.0)] += count;
        }
    }
    let most = counts.iter().flatten().fold(1.0, |m: f64, c| m.max(*c));
    let zero = place(limit, top);
    let mut front = Vec::new();
    for (k, slot) in counts.iter().enumerate() {
        let [left, right] = [k, k + 1].map(|k| range[0] + k as f64 / BARS);
        for (count, sign, ink) in [(slot[0], 1.0, Ink::Positive), (slot[1], -1.0, Ink::Negative)] {
            if count > 0.0 {
                // A bar over the limit is cut there: its part on either side is drawn in its own colour.
                let h = sign * count;
                let bar = |a: f64, b: f64| vec![[a, 0.0], [b, 0.0], [b, h], [a, h]];
                let cut = zero.clamp(left, right);
                for (a, b, ink) in [(left, cut, Ink::Muted), (cut, right, ink)] {
                    if b > a {
                        front.push(Layer::Area { points: bar(a, b), ink, opacity: 0.85 });
                    }
                }
            }
        }
    }
    // Room for the words above and below all bars.
    let height = 1.3 * most;
    front.push(Layer::Line {
        points: vec![[range[0], 0.0], [range[1], 0.0]],
        stroke: Stroke::solid(Ink::Muted, 1.0),
    });
    let edge = vec![[zero, -height], [zero, height]];
    front.push(Layer::Line { points: edge, stroke: Stroke::dashed(Ink::Text, 1.5) });
    for (at, key, ink) in [
        ([range[1] - 0.2, 0.9 * height], "network.positive", Ink::Positive),
        ([range[1] - 0.2, -0.9 * height], "network.negative", Ink::Negative),
    ] {
        front.push(Layer::Text { at, anchor: Anchor::Left, text: Phrase::new(key), ink });
    }
    Figure {
        id: "spectrum",
        name: Phrase::new(if found.exact { "figure.network.spectrum" } else { "figure.network.density" }),
        frame: Frame::Plane(Plane {
            x: Axis { range, name: Phrase::verbatim("|λ|"), scale: Scale::Log10 },
            y: count([-height, height], Phrase::new("network.count")),
            inside: false,
            end: f64::INFINITY,
        }),
        back: Vec::new(),
        front,
    }
}

/// The handle of the tolerance, and the tolerance at a place of it.
pub fn tolerance_handle(found: &Eigenvalues, tolerance: f64) -> Handle {
    let largest = size(&found.values);
    let top = if largest > 0.0 { largest.log10() } else { 0.0 };
    Handle {
        id: "tolerance",
        figure: "spectrum",
        grip: Grip::Track,
        at: [place(tolerance * largest, top), 0.0],
        name: Phrase::new("control.tolerance"),
        value: Phrase::verbatim(number(tolerance, 2)),
        ink: Ink::Muted,
    }
}

/// The tolerance that a place on the axis of |λ| stands for.
pub fn tolerance_at(found: &Eigenvalues, x: f64) -> f64 {
    10f64.powf(x) / size(&found.values)
}

/// The loss along two directions, each as (s, L), against the quadratic model of its eigenvalue.
pub fn sections(lines: &[(Vec<[f64; 2]>, f64)], slope: [f64; 2], base: f64, reach: f64) -> Curves {
    let mut curves = Vec::new();
    for (k, (points, lambda)) in lines.iter().enumerate() {
        let ink = if *lambda < 0.0 { Ink::Negative } else { Ink::Positive };
        let label = if k == 0 { "λ₁" } else { "λₙ" };
        let g = slope.get(k).copied().unwrap_or(0.0);
        let model = points.iter().map(|p| [p[0], base + g * p[0] + 0.5 * lambda * p[0] * p[0]]).collect();
        let stroke = Stroke { ink, width: 2.0, dash: if k == 0 { Dash::Dotted } else { Dash::Solid } };
        let text = [label, " = ", &number(*lambda, 2)].concat();
        curves.push(Curve {
            points: points.clone(),
            stroke,
            mark: None,
            label: Some(Phrase::verbatim(text)),
        });
        let stroke = Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dashed };
        curves.push(Curve { points: model, stroke, mark: None, label: None });
    }
    Curves {
        id: "sections",
        name: Phrase::new("figure.network.sections"),
        x: axis([-reach, reach], Phrase::verbatim("s")),
        y: Phrase::verbatim("L"),
        log10: false,
        curves,
        cursor: Some(0.0),
        over: Vec::new(),
    }
}

/// The loss over a plane through the point.
pub fn plane(grid: &Rc<Grid>, random: bool) -> Figure {
    let names = if random { ["d₁", "d₂"] } else { ["v₁", "vₙ"] };
    let [x, y] = names.map(Phrase::verbatim);
    Figure {
        id: "plane",
        name: Phrase::new(if random { "figure.network.plane.random" } else { "figure.network.plane.ends" }),
        frame: Frame::Plane(Plane {
            x: axis(grid.view.x, x),
            y: axis(grid.view.y, y),
            inside: true,
            end: f64::INFINITY,
        }),
        back: vec![Layer::Heat(grid.clone()), Layer::Contours(grid.clone())],
        front: vec![Layer::Mark {
            at: [0.0, 0.0],
            z: 0.0,
            shape: Shape::Dot,
            ink: Ink::Point,
            hollow: false,
        }],
    }
}
