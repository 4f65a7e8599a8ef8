//! The figures of the lab `schedule`: rates, losses and gradients against t, and the paths on the map.

use super::curves::{Curve, Curves};
use super::family_controls::{mark, short, stroke};
use super::schedule_runs::{Driven, Runs};
use super::{Subject, Values};
use crate::figure::{Axis, Dash, Figure, Ink, Layer, Scale, Shape, Stroke};
use crate::optimizer::Record;
use crate::phrase::{Phrase, number};

/// η(t) of all schedules, with the bound of the method.
pub fn rates(runs: &Runs, values: &Values) -> Curves {
    let log10 = values.is_on("log-rate");
    let end = runs.steps as f64;
    let mut curves: Vec<Curve> = runs
        .all
        .iter()
        .map(|d| curve(d, 2.5, (0..=runs.steps).map(|t| [t as f64, d.schedule.at(t as f64).rate])))
        .collect();
    let greatest = curves.iter().flat_map(|c| &c.points).map(|p| p[1]).fold(0.0, f64::max);
    let guide = |value: f64, dash, name: &str| Curve {
        points: vec![[0.0, value], [end, value]],
        stroke: Stroke { ink: Ink::Curvature, width: 1.5, dash },
        mark: None,
        label: Some(Phrase::verbatim([name, " = ", &number(value, 3)].concat())),
    };
    // A guide far above all rates would press them flat.
    let near = |value: &f64| log10 || *value <= 4.0 * greatest;
    if let Some(bound) = runs.bound().filter(near) {
        let name = if runs.monotone().is_some() { "2/λ" } else { "η₊" };
        curves.push(guide(bound, Dash::Dashed, name));
    }
    curves.extend(runs.monotone().filter(near).map(|value| guide(value, Dash::Dotted, "1/λ")));
    if !log10 {
        // The axis reaches from 0 to the greatest rate, wherever the schedules begin.
        curves.extend([0.0, greatest].map(|y| unseen([0.0, y])));
    }
    Curves {
        id: "rate",
        name: Phrase::new("figure.schedule.rate"),
        x: steps(runs),
        y: Phrase::verbatim("η"),
        log10,
        curves,
        cursor: Some(values.number("t")),
        over: Vec::new(),
    }
}

/// L against t, with the noise floor of the chosen schedule.
pub fn losses(runs: &Runs, values: &Values) -> Curves {
    let mut curves = recorded(runs, |r| r.loss);
    if let Some(chosen) = runs.chosen() {
        let floor: Vec<[f64; 2]> = (0..=runs.steps)
            .map(|t| [t as f64, runs.floor(&chosen.schedule, t as f64).unwrap_or(f64::NAN)])
            .collect();
        if floor.iter().any(|p| p[1].is_finite()) {
            curves.push(Curve {
                points: floor,
                stroke: Stroke { ink: Ink::Text, width: 1.5, dash: Dash::Dotted },
                mark: None,
                label: Some(Phrase::new("label.noise-floor")),
            });
        }
    }
    against_t(runs, values, "loss", Phrase::new("figure.schedule.loss"), "L", curves)
}

/// ‖g‖ against t, without its noise.
pub fn norms(runs: &Runs, values: &Values) -> Curves {
    let mut curves = recorded(runs, |r| r.norm);
    // The colours are those of the figures above, and there is no room to say so again.
    curves.iter_mut().for_each(|curve| curve.label = None);
    against_t(runs, values, "norm", Phrase::new("figure.schedule.norm"), "‖g‖", curves)
}

/// The paths on the map, each with its mark at t; none while the answer is hidden.
pub fn map(runs: &Runs, subject: &Subject, values: &Values, hidden: bool) -> Figure {
    let start = values.point("at");
    let mut front = Vec::new();
    let place = |r: Record| r.theta.first_chunk().copied().unwrap_or([f64::NAN; 2]);
    let seen = || runs.all.iter().filter(|_| !hidden);
    for driven in seen() {
        let points = driven.run.records().map(place).collect();
        front.push(Layer::Line { points, stroke: stroke(driven.family(), 1.5) });
    }
    let z = subject.loss.value(start);
    front.push(Layer::Mark { at: start, z, shape: Shape::Dot, ink: Ink::Point, hollow: false });
    for driven in seen() {
        let t = (values.number("t").round() as usize).min(driven.run.steps());
        let (shape, hollow) = mark(driven.family());
        let ink = stroke(driven.family(), 1.0).ink;
        front.extend(driven.run.record(t).map(|r| Layer::Mark {
            at: place(r),
            z: r.loss,
            shape,
            ink,
            hollow,
        }));
    }
    subject.map(front)
}

fn against_t(
    runs: &Runs,
    values: &Values,
    id: &'static str,
    name: Phrase,
    axis: &str,
    curves: Vec<Curve>,
) -> Curves {
    let log10 = !curves.iter().flat_map(|c| &c.points).any(|p| p[1] < 0.0);
    let cursor = Some(values.number("t"));
    Curves { id, name, x: steps(runs), y: Phrase::verbatim(axis), log10, curves, cursor, over: Vec::new() }
}

fn recorded(runs: &Runs, value: impl Fn(&Record) -> f64) -> Vec<Curve> {
    let points = |d: &Driven| {
        d.run.records().map(|r| value(&r)).enumerate().map(|(t, y)| [t as f64, y]).collect::<Vec<_>>()
    };
    runs.all.iter().map(|d| curve(d, 1.5, points(d).into_iter())).collect()
}

fn curve(driven: &Driven, width: f64, points: impl Iterator<Item = [f64; 2]>) -> Curve {
    Curve {
        points: points.collect(),
        stroke: stroke(driven.family(), width),
        mark: Some(mark(driven.family())),
        label: Some(short(&driven.schedule)),
    }
}

/// A point that an axis has to hold, and nothing to see.
fn unseen(at: [f64; 2]) -> Curve {
    Curve { points: vec![at], stroke: Stroke::solid(Ink::Muted, 0.0), mark: None, label: None }
}

fn steps(runs: &Runs) -> Axis {
    Axis { range: [0.0, runs.steps as f64], name: Phrase::verbatim("t"), scale: Scale::Count }
}
