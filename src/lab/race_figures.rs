//! The figures of the lab `race`: paths on map and surface, loss and gradient against t, final loss against η.

use super::curves::{Curve, Curves};
use super::method_controls::{ink, mark, short, stroke};
use super::playback::Playback;
use super::race_controls::focus;
use super::race_runs::{RATES, Race, Raced, Sweep, rate_at};
use super::{Subject, Values, turn};
use crate::figure::{Axis, Dash, Figure, Ink, Layer, Scale, Shape, Stroke};
use crate::loss::Grid;
use crate::optimizer::{Method, Record};
use crate::phrase::Phrase;
use std::rc::Rc;

/// Points nearer than this share of the view are one.
const NEAR: f64 = 5e-4;
/// Width of a line, and of the line of the method looked at.
const WIDTHS: [f64; 2] = [1.5, 2.5];

fn line(values: &Values, method: Method) -> Stroke {
    stroke(method, WIDTHS[usize::from(method == focus(values))])
}

/// What takes a while to put together and is asked for more than once: L, the end of L against η, ‖g‖.
pub fn curves(race: &Race, values: &Values) -> [Curves; 3] {
    [losses(race, values), rates(race, values), norms(race, values)]
}

/// L against t, with the target.
fn losses(race: &Race, values: &Values) -> Curves {
    let mut curves = recorded(race, values, true, |r| r.loss);
    let end = values.number("steps");
    curves.push(Curve {
        points: vec![[0.0, race.target], [end, race.target]],
        stroke: Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dotted },
        mark: None,
        label: None,
    });
    against_t(values, "loss", Phrase::new("figure.race.loss"), "L", curves)
}

/// ‖g‖ against t.
fn norms(race: &Race, values: &Values) -> Curves {
    against_t(
        values,
        "norm",
        Phrase::new("figure.race.norm"),
        "‖g‖",
        recorded(race, values, false, |r| r.norm),
    )
}

/// The loss at the end against η for every method, the rate in use as its mark, its stability bound as a line.
fn rates(race: &Race, values: &Values) -> Curves {
    let shown = || race.all.iter().filter_map(|r| Some((r, sweep(race, r.method)?)));
    let curve = |(raced, sweep): (&Raced, &Sweep)| Curve {
        points: sweep.finals.iter().enumerate().map(|(k, end)| [rate_at(k), *end]).collect(),
        stroke: line(values, raced.method),
        mark: None,
        label: None,
    };
    let curves: Vec<Curve> = shown().map(curve).collect();
    let mut out = Curves {
        id: "rates",
        name: Phrase::new("figure.race.rates"),
        x: Axis {
            range: [rate_at(0), rate_at(RATES - 1)], name: Phrase::verbatim("η"), scale: Scale::Log10
        },
        y: Phrase::verbatim("L"),
        log10: is_positive(&curves),
        curves,
        cursor: race.get(focus(values)).map(|r| r.rate),
        over: Vec::new(),
    };
    let [lo, hi] = out.range();
    let [from, to] = out.x.range.map(f64::log10);
    let mut over = Vec::new();
    for (raced, sweep) in shown() {
        let x = raced.bound.map_or(f64::NAN, f64::log10);
        if from < x && x < to {
            let stroke = Stroke { ink: ink(raced.method), width: 1.0, dash: Dash::Dotted };
            over.push(Layer::Line { points: vec![[x, lo], [x, hi]], stroke });
        }
        // Where the rate in use lies on the grid, else where the run itself ended.
        let on_grid = (0..RATES).find(|k| rate_at(*k) == raced.rate);
        let end = on_grid.and_then(|k| sweep.finals.get(k).copied()).unwrap_or(raced.last);
        let at = out.place([raced.rate, end]);
        let below = out.log10 && end == 0.0;
        let y = if below { lo } else { at[1].clamp(lo, hi) };
        if y.is_finite() {
            let (shape, hollow) = mark(raced.method);
            over.push(Layer::Mark { at: [at[0], y], z: 0.0, shape, ink: ink(raced.method), hollow });
        }
    }
    out.over = over;
    out
}

fn sweep(race: &Race, method: Method) -> Option<&Sweep> {
    race.sweeps.iter().find(|s| s.method == method)
}

/// The paths up to t, θ and L at each point, in the order of the runs: the map and the surface show the same.
pub fn paths(race: &Race, subject: &Subject, values: &Values, hidden: bool) -> Vec<Vec<[f64; 3]>> {
    seen(race, hidden).map(|raced| path(raced, subject, values)).collect()
}

/// The paths on the map, each with its mark at t; only the start while the answer is hidden.
pub fn map(race: &Race, subject: &Subject, values: &Values, hidden: bool, paths: &[Vec<[f64; 3]>]) -> Figure {
    let mut front = Vec::new();
    for (raced, path) in seen(race, hidden).zip(paths) {
        let points = path.iter().map(|p| [p[0], p[1]]).collect();
        front.push(Layer::Line { points, stroke: line(values, raced.method) });
    }
    front.extend(marks(race, subject, values, hidden));
    subject.map(front)
}

/// The same on the surface, which stands on the coarse grid `ground`: a slider of the loss has it prepared anew.
pub fn surface(
    race: &Race,
    subject: &Subject,
    ground: &Rc<Grid>,
    values: &Values,
    hidden: bool,
    paths: Vec<Vec<[f64; 3]>>,
) -> Figure {
    let mut front = Vec::new();
    for (raced, mut points) in seen(race, hidden).zip(paths) {
        for point in &mut points {
            if !subject.view.contains([point[0], point[1]]) {
                point[2] = f64::NAN;
            }
        }
        front.push(Layer::Line3 { points, stroke: line(values, raced.method) });
    }
    front.extend(marks(race, subject, values, hidden));
    turn::with_sheets(turn::surface(subject, values, front), ground, &[])
}

fn seen(race: &Race, hidden: bool) -> impl Iterator<Item = &Raced> {
    race.all.iter().filter(move |_| !hidden)
}

/// θ and L up to t, without the points too near to the last one drawn to be seen apart: most of a run is its end.
fn path(raced: &Raced, subject: &Subject, values: &Values) -> Vec<[f64; 3]> {
    let end = Playback::t(values).min(raced.run.steps());
    let near = NEAR * subject.size();
    let mut out: Vec<[f64; 3]> = Vec::new();
    for (t, record) in raced.run.records().take(end + 1).enumerate() {
        let [x, y] = place(&record);
        if t == end || !out.last().is_some_and(|p| (p[0] - x).abs() < near && (p[1] - y).abs() < near) {
            out.push([x, y, record.loss]);
        }
    }
    out
}

/// The start, and where each method is at t, or where it left.
fn marks(race: &Race, subject: &Subject, values: &Values, hidden: bool) -> Vec<Layer> {
    let at = values.point("at");
    let z = subject.loss.value(at);
    let mut marks = vec![Layer::Mark { at, z, shape: Shape::Dot, ink: Ink::Point, hollow: false }];
    for raced in seen(race, hidden) {
        let t = Playback::t(values).min(raced.run.steps());
        let Some(r) = raced.run.record(t).filter(|r| subject.view.contains(place(r))) else { continue };
        let (shape, hollow) = mark(raced.method);
        marks.push(Layer::Mark { at: place(&r), z: r.loss, shape, ink: ink(raced.method), hollow });
    }
    marks
}

fn place(record: &Record) -> [f64; 2] {
    record.theta.first_chunk().copied().unwrap_or([f64::NAN; 2])
}

fn recorded(race: &Race, values: &Values, labels: bool, value: impl Fn(&Record) -> f64) -> Vec<Curve> {
    let curve = |raced: &Raced| Curve {
        points: raced.run.records().enumerate().map(|(t, r)| [t as f64, value(&r)]).collect(),
        stroke: line(values, raced.method),
        mark: Some(mark(raced.method)),
        label: labels.then(|| short(raced.method)),
    };
    race.all.iter().map(curve).collect()
}

fn is_positive(curves: &[Curve]) -> bool {
    !curves.iter().flat_map(|c| &c.points).any(|p| p[1] < 0.0)
}

fn against_t(values: &Values, id: &'static str, name: Phrase, axis: &str, curves: Vec<Curve>) -> Curves {
    Curves {
        id,
        name,
        x: Axis { range: [0.0, values.number("steps")], name: Phrase::verbatim("t"), scale: Scale::Count },
        y: Phrase::verbatim(axis),
        log10: is_positive(&curves),
        curves,
        cursor: Some(values.number("t")),
        over: Vec::new(),
    }
}
