//! The figures of the lab `newton` beside map and surface: ‖g‖ step by step, the shift, and the cost.

use super::curves::{Curve, Curves};
use super::method_controls;
use super::newton_controls::{SHIFT, SIZE, STEPS, size};
use super::newton_model::Model;
use super::newton_words::{bytes, time};
use super::{Values, subject::Subject};
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::optimizer::{Method, Run};
use crate::phrase::{Phrase, number};

/// ‖g‖ against t.
pub fn norms(runs: &[(Method, &Run)], t: usize) -> Curves {
    let curve = |(method, run): &(Method, &Run)| Curve {
        points: run.records().enumerate().map(|(t, r)| [t as f64, r.norm]).collect(),
        stroke: method_controls::stroke(*method, 2.0),
        mark: Some(method_controls::mark(*method)),
        label: Some(method_controls::short(*method)),
    };
    Curves {
        id: "norm",
        name: Phrase::new("figure.newton.norm"),
        x: Axis { range: [0.0, STEPS as f64], name: Phrase::verbatim("t"), scale: Scale::Count },
        y: Phrase::verbatim("‖g‖"),
        log10: true,
        curves: runs.iter().map(curve).collect(),
        cursor: Some(t as f64),
        over: Vec::new(),
    }
}

/// What a step with shift μ does to the loss, for every μ, with −λmin marked.
pub fn shifts(subject: &Subject, values: &Values, model: &Model) -> Figure {
    let change = |mu: f64| {
        let next = Model::new(subject, Method::ShiftedNewton, mu, model.at).stationary();
        subject.loss.value(next) - model.jet.value
    };
    let points: Vec<[f64; 2]> =
        (0..=200).map(|k| SHIFT * f64::from(k) / 200.0).map(|mu| [mu, change(mu)]).collect();
    let lowest = points.iter().map(|p| p[1]).filter(|y| y.is_finite()).fold(0.0, f64::min);
    // A fall is shown whole, and of a rise as much again: near −λ it has no end.
    let low = if lowest < 0.0 { lowest } else { -1.0 };
    let range = [1.15 * low, -low];
    let wall = |x: f64, ink, dash| Layer::Line {
        points: vec![[x, range[0]], [x, range[1]]],
        stroke: Stroke { ink, width: 1.5, dash },
    };
    let mu = values.number("shift");
    let mut front = vec![Layer::Line {
        points: vec![[0.0, 0.0], [SHIFT, 0.0]],
        stroke: Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Solid },
    }];
    let bound = model.curvature.map_or(f64::NAN, |c| -c.lambda[0]);
    if (0.0..=SHIFT).contains(&bound) {
        front.push(wall(bound, Ink::Curvature, Dash::Dotted));
        front.push(Layer::Text {
            at: [bound, range[1]],
            anchor: Anchor::Right,
            text: Phrase::verbatim(["−λ₁ = ", &number(bound, 3)].concat()),
            ink: Ink::Curvature,
        });
    }
    front.push(wall(mu, Ink::Muted, Dash::Dashed));
    // Broken where it leaves the picture upwards, so that no line crosses a pole.
    let points =
        points.into_iter().map(|[mu, y]| [mu, if y > 3.0 * range[1] { f64::NAN } else { y }]).collect();
    front.push(Layer::Line { points, stroke: method_controls::stroke(Method::ShiftedNewton, 2.0) });
    let here = change(mu).clamp(range[0], range[1]);
    front.push(Layer::Mark { at: [mu, here], z: 0.0, shape: Shape::Dot, ink: Ink::Point, hollow: true });
    plane(
        "shift",
        "figure.newton.shift",
        ([0.0, SHIFT], "μ", Scale::Even),
        (range, "ΔL", Scale::Even),
        f64::INFINITY,
        front,
    )
}

/// Where the handle of the shift stands.
pub fn shift_handle(figure: &Figure, mu: f64) -> [f64; 2] {
    let Frame::Plane(plane) = &figure.frame else { return [mu, 0.0] };
    let [lo, hi] = plane.y.range;
    [mu, lo + 0.06 * (hi - lo)]
}

/// Entries and work against n.
pub fn costs(values: &Values) -> Figure {
    let n = size(values);
    let at = n.log10();
    let end = SIZE.log10();
    let range = [-1.0, 3.0 * end + 1.0];
    let mut front = vec![Layer::Line {
        points: vec![[at, range[0]], [at, range[1]]],
        stroke: Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dashed },
    }];
    let said = [
        ("n: ", bytes(8.0 * n), Ink::Gradient, Dash::Dotted),
        ("n²: ", bytes(8.0 * n * n), Ink::Curvature, Dash::Dashed),
        ("n³: ", time(n), Ink::Text, Dash::Solid),
    ];
    for (k, (name, text, ink, dash)) in said.into_iter().enumerate() {
        let slope = (k + 1) as f64;
        let points = vec![[0.0, 0.0], [end, slope * end]];
        front.push(Layer::Line { points, stroke: Stroke { ink, width: 2.0, dash } });
        let mark = [at, slope * at];
        front.push(Layer::Mark { at: mark, z: 0.0, shape: Shape::Square, ink, hollow: false });
        // Where the lines end there is none to lie on.
        let text = Phrase::verbatim([name, &text].concat());
        front.push(Layer::Text { at: [end, slope * end], anchor: Anchor::Right, text, ink });
    }
    plane(
        "cost",
        "figure.newton.cost",
        ([0.0, 1.4 * end], "n", Scale::Log10),
        (range, "", Scale::Log10),
        end,
        front,
    )
}

/// Where the handle of n stands.
pub fn cost_handle(values: &Values) -> [f64; 2] {
    [size(values).log10(), 0.0]
}

fn plane(
    id: &'static str,
    name: &'static str,
    x: ([f64; 2], &str, Scale),
    y: ([f64; 2], &str, Scale),
    end: f64,
    front: Vec<Layer>,
) -> Figure {
    let axis =
        |(range, name, scale): ([f64; 2], &str, Scale)| Axis { range, name: Phrase::verbatim(name), scale };
    Figure {
        id,
        name: Phrase::new(name),
        frame: Frame::Plane(Plane { x: axis(x), y: axis(y), inside: false, end }),
        back: Vec::new(),
        front,
    }
}
