//! The figures of the lab `gradient-check`: error against h, the map, and the loss at the scale of h.

use super::check_controls::STEPS;
use super::check_findings::Findings;
use super::curves::{Curve, Curves};
use super::{Subject, Values};
use crate::derivative::NOTES_STEP;
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::phrase::{Arg, Phrase, superscript};

/// The inks of the forward and the central difference.
pub const INKS: [Ink; 2] = [Ink::Method(1), Ink::Method(0)];
/// The inks of the notes' test.
pub const NOTES_INK: Ink = Ink::Method(2);
/// Points of the loss at the scale of h: enough to see every stair.
const POINTS: usize = 241;
/// How far that figure reaches, in steps h.
const REACH: f64 = 1.5;

/// |difference − tested| against h, both logarithmic.
pub fn errors(found: &Findings, values: &Values) -> Curves {
    let curve = |k: usize, label: &'static str| Curve {
        points: found.errors(k).collect(),
        stroke: Stroke { ink: INKS[k], width: 2.0, dash: if k == 0 { Dash::Dashed } else { Dash::Solid } },
        mark: None,
        label: Some(Phrase::new(label)),
    };
    let mut curves = vec![curve(0, "label.forward"), curve(1, "label.central")];
    if !found.right {
        // Where the central difference would go if the gradient were right.
        curves.push(Curve {
            points: found.errors_against(1, found.g).collect(),
            stroke: Stroke::solid(Ink::Muted, 0.75),
            mark: None,
            label: Some(Phrase::new("label.if-right")),
        });
    }
    Curves {
        id: "error",
        name: Phrase::new("figure.check.error"),
        x: Axis {
            range: STEPS.map(|power| 10f64.powf(power)),
            name: Phrase::verbatim("h"),
            scale: Scale::Log10,
        },
        y: Phrase::new("axis.error"),
        log10: true,
        curves,
        cursor: Some(values.number("h")),
        over: over(found),
    }
}

/// What stands over the curves: where the notes accept, what the theory says, the best steps.
fn over(found: &Findings) -> Vec<Layer> {
    let [from, to] = STEPS;
    let text = |at, anchor, text, ink| Layer::Text { at, anchor, text, ink };
    // Below the line error = h the notes accept, at their h.
    let mut layers = vec![
        Layer::Area {
            points: vec![[from, from], [to, to], [to, -40.0], [from, -40.0]],
            ink: NOTES_INK,
            opacity: 0.07,
        },
        Layer::Line {
            points: vec![[from, from], [to, to]],
            stroke: Stroke { ink: NOTES_INK, width: 1.0, dash: Dash::Dashed },
        },
    ];
    let notes = [NOTES_STEP.log10(); 2];
    layers.push(Layer::Mark { at: notes, z: 0.0, shape: Shape::Square, ink: NOTES_INK, hollow: true });
    layers.push(text(notes, Anchor::Right, Phrase::new("label.notes-limit"), NOTES_INK));
    // Guides: straight lines in logarithms.
    let guide = |at: &dyn Fn(f64) -> f64, place: f64, anchor: Anchor, name: &str, slope: i32| {
        let y = |x: f64| at(10f64.powf(x)).log10();
        let line = Layer::Line {
            points: vec![[from, y(from)], [to, y(to)]],
            stroke: Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dotted },
        };
        let words = Phrase::new("label.slope")
            .with("formula", Arg::Text(name.into()))
            .with("slope", Arg::Count(slope.into()));
        [line, text([place, y(place)], anchor, words, Ink::Muted)]
    };
    let [forward, central] = found.expected;
    if forward.order > 0 {
        let name = truncation(forward.order, false);
        layers.extend(guide(&|h| forward.truncation(h), -2.5, Anchor::Left, &name, forward.order));
    }
    if central.order > 0 {
        let name = truncation(central.order, true);
        layers.extend(guide(&|h| central.truncation(h), -2.4, Anchor::Right, &name, central.order));
    }
    if central.rounding > 0.0 {
        layers.extend(guide(&|h| central.rounding / h, -11.0, Anchor::Right, "ε|L|/h", -1));
    }
    // The best step as computed (hollow, where the theory puts it) and as measured (on the curve).
    for (k, expected) in found.expected.iter().enumerate() {
        let mark = |[h, error]: [f64; 2], hollow| Layer::Mark {
            at: [h.log10(), error.log10()],
            z: 0.0,
            shape: if hollow { Shape::Diamond } else { Shape::Dot },
            ink: INKS[k],
            hollow,
        };
        let measured = found.measured.get(k).copied().flatten();
        let on_curve = measured.and_then(|best| found.errors(k).find(|[h, _]| *h == best));
        layers.extend(on_curve.map(|point| mark(point, false)));
        let best = expected.best().filter(|h| *h <= 0.1);
        layers.extend(best.map(|h| mark([h, expected.truncation(h) + expected.rounding / h], true)));
    }
    layers
}

/// The truncation error as a formula: ½h|L″|, ⅙h²|L‴|, and the like for higher orders.
fn truncation(order: i32, central: bool) -> String {
    match (order, central) {
        (1, false) => "½h|L″|".into(),
        (2, true) => "⅙h²|L‴|".into(),
        _ => ["∝ h", &superscript(order)].concat(),
    }
}

/// The map with θ, −g, and what the tested gradient would have one do.
pub fn map(found: &Findings, subject: &Subject) -> Figure {
    let mut front = Vec::new();
    if !found.right {
        front.extend(subject.descent_arrow(found.at, found.tested).into_iter().map(|layer| match layer {
            Layer::Arrow { from, to, .. } => {
                Layer::Arrow { from, to, stroke: Stroke::dashed(NOTES_INK, 3.0) }
            }
            Layer::Text { at, anchor, .. } => {
                Layer::Text { at, anchor, text: Phrase::verbatim("−a"), ink: NOTES_INK }
            }
            other => other,
        }));
    }
    front.extend(subject.descent_arrow(found.at, found.g));
    let dot = |at, hollow| Layer::Mark { at, z: 0.0, shape: Shape::Dot, ink: Ink::Point, hollow };
    front.extend(found.stale.map(|at| dot(at, true)));
    front.push(dot(found.at, false));
    subject.map(front)
}

/// L(w + s) − L(w) − a·s for s within a few h, with both secants: what the tested slope leaves over.
pub fn zoom(found: &Findings, subject: &Subject, h: f64) -> Figure {
    let i = found.i;
    let rise = |share: f64| {
        let mut at = found.at;
        if let Some(w) = at.get_mut(i) {
            *w += share * h;
        }
        subject.loss.value(at) - found.value - share * h * found.tested[i]
    };
    let points: Vec<[f64; 2]> = (0..POINTS)
        .map(|k| REACH * (2.0 * k as f64 / (POINTS - 1) as f64 - 1.0))
        .map(|share| [share, rise(share)])
        .collect();
    let most = points.iter().map(|p| p[1].abs()).filter(|y| y.is_finite()).fold(0.0, f64::max);
    let top = 1.15 * if most > 0.0 { most } else { f64::EPSILON * h };
    let secant = |[a, b]: [[f64; 2]; 2], ink, dash| {
        let slope = (b[1] - a[1]) / (b[0] - a[0]);
        let on = |x: f64| [x, a[1] + slope * (x - a[0])];
        Layer::Line { points: vec![on(-REACH), on(REACH)], stroke: Stroke { ink, width: 2.0, dash } }
    };
    let dot = |at: [f64; 2], ink| Layer::Mark { at, z: 0.0, shape: Shape::Dot, ink, hollow: false };
    let [below, here, above] = [-1.0, 0.0, 1.0].map(|s| [s, rise(s)]);
    Figure {
        id: "zoom",
        name: Phrase::new("figure.check.zoom"),
        frame: Frame::Plane(Plane {
            x: Axis { range: [-REACH, REACH], name: Phrase::verbatim("s/h"), scale: Scale::Even },
            y: Axis {
                range: [-top, top],
                name: Phrase::verbatim("L(w + s) − L(w) − a·s"),
                scale: Scale::Even,
            },
            inside: false,
            end: f64::INFINITY,
        }),
        back: Vec::new(),
        front: vec![
            Layer::Line { points, stroke: Stroke::solid(Ink::Text, 1.5) },
            secant([here, above], INKS[0], Dash::Dashed),
            secant([below, above], INKS[1], Dash::Solid),
            Layer::Line {
                points: vec![[-REACH, 0.0], [REACH, 0.0]],
                stroke: Stroke { ink: Ink::Gradient, width: 2.0, dash: Dash::Dotted },
            },
            dot(below, INKS[1]),
            dot(above, INKS[1]),
            dot(here, Ink::Point),
        ],
    }
}
