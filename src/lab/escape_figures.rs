//! The figures of the lab `escape`: the paths about the saddle, and L and ‖g‖ against t.

use super::Values;
use super::curves::{Curve, Curves};
use super::escape_place::Place;
use super::escape_runs::{Driven, Way};
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Scale, Shape, Stroke};
use crate::optimizer::{Record, Run};
use crate::phrase::Phrase;

/// ‖g‖ is drawn down to this share of its start: what converges further is of no account here.
const DEPTH: f64 = 1e-4;

/// The paths, the saddle with its way out and its stable line, and the strip that counts as in.
pub fn map(place: &Place, runs: &[Driven], start: [f64; 2], t: usize, focus: Way) -> Figure {
    let mut front = Vec::new();
    let far = 2.0 * place.subject.size();
    if let Some(saddle) = &place.saddle {
        let shifted = |[ux, uy]: [f64; 2], s: f64| [saddle.at[0] + s * ux, saddle.at[1] + s * uy];
        if !saddle.line.is_empty() {
            let stroke = Stroke::dashed(Ink::Positive, 1.5);
            front.push(Layer::Line { points: saddle.line.clone(), stroke });
        }
        if let Some((_, u)) = saddle.out {
            let across = [-u[1], u[0]];
            for side in [-place.radius, place.radius] {
                let foot = shifted(u, side);
                let points = [-far, far].map(|s| [foot[0] + s * across[0], foot[1] + s * across[1]]);
                let stroke = Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dotted };
                front.push(Layer::Line { points: points.to_vec(), stroke });
            }
            let ends = [-place.radius, place.radius].map(|s| shifted(u, s));
            front.push(Layer::Line { points: ends.to_vec(), stroke: Stroke::solid(Ink::Negative, 2.5) });
            front.push(Layer::Text {
                at: ends[1],
                anchor: if u[0] >= 0.0 { Anchor::Right } else { Anchor::Left },
                text: Phrase::verbatim("r"),
                ink: Ink::Negative,
            });
        }
    }
    let way = |driven: &&Driven| driven.way == focus;
    // The one looked at lies on top.
    let ordered = || runs.iter().filter(move |d| !way(d)).chain(runs.iter().filter(way));
    for driven in ordered() {
        let points = driven.run.records().map(|r| place.project(r.theta)).collect();
        front.push(Layer::Line { points, stroke: driven.way.stroke(if way(&driven) { 2.5 } else { 1.5 }) });
    }
    let mark = |at, shape, ink, hollow| Layer::Mark { at, z: 0.0, shape, ink, hollow };
    let chosen = place.saddle.as_ref().map(|s| s.at);
    for at in place.saddles.iter().filter(|at| Some(**at) != chosen) {
        front.push(mark(*at, Shape::Cross, Ink::Muted, true));
    }
    front.extend(place.saddle.as_ref().map(|s| {
        let shape = if s.out.is_some() { Shape::Cross } else { Shape::Diamond };
        mark(s.at, shape, Ink::Point, false)
    }));
    front.push(mark(start, Shape::Dot, Ink::Point, false));
    for driven in ordered() {
        let (shape, hollow) = driven.way.mark();
        let at = driven.run.record(t.min(driven.run.steps())).map(|r| place.project(r.theta));
        front.extend(at.map(|at| mark(at, shape, driven.way.stroke(1.0).ink, hollow)));
    }
    let mut figure = place.subject.map(front);
    if let (Frame::Plane(plane), true) = (&mut figure.frame, place.layers > 2) {
        let rest = ["w₂ = w₃", "w₂ = w₃ = w₄", "w₂ = … = w₅"];
        plane.y.name = Phrase::verbatim(rest[(place.layers - 3).min(2)]);
    }
    figure
}

/// L against t.
pub fn losses(runs: &[Driven], values: &Values) -> Curves {
    let curves = recorded(runs, |r| r.loss);
    against_t("loss", Phrase::new("figure.escape.loss"), "L", curves, values, false)
}

/// ‖g‖ against t.
pub fn norms(runs: &[Driven], values: &Values) -> Curves {
    let mut curves = recorded(runs, |r| r.norm);
    let top = curves.iter().flat_map(|c| c.points.first()).map(|p| p[1]).fold(0.0, f64::max);
    for point in curves.iter_mut().flat_map(|c| &mut c.points).filter(|p| p[1] < DEPTH * top) {
        point[1] = f64::NAN;
    }
    against_t("norm", Phrase::new("figure.escape.norm"), "‖g‖", curves, values, true)
}

/// One curve over t, with a cursor.
pub fn against_t(
    id: &'static str,
    name: Phrase,
    axis: &str,
    curves: Vec<Curve>,
    values: &Values,
    log10: bool,
) -> Curves {
    let end = curves.iter().flat_map(|c| c.points.last()).map(|p| p[0]).fold(1.0, f64::max);
    Curves {
        id,
        name,
        x: Axis { range: [0.0, end], name: Phrase::verbatim("t"), scale: Scale::Count },
        y: Phrase::verbatim(axis),
        log10,
        curves,
        cursor: Some(values.number("t").min(end)),
        over: Vec::new(),
    }
}

/// What a run recorded, against t.
pub fn points(run: &Run, value: impl Fn(&Record) -> f64) -> Vec<[f64; 2]> {
    run.records().enumerate().map(|(t, r)| [t as f64, value(&r)]).collect()
}

fn recorded(runs: &[Driven], value: impl Fn(&Record) -> f64) -> Vec<Curve> {
    let curve = |d: &Driven| Curve {
        points: points(&d.run, &value),
        stroke: d.way.stroke(1.5),
        mark: Some(d.way.mark()),
        label: Some(d.way.short()),
    };
    runs.iter().map(curve).collect()
}
