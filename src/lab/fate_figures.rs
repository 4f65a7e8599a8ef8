//! The figures of the lab `fate`: the picture of all ends, the run on show, its loss.

use super::curves::{Curve, Curves};
use super::fate_controls::{kept, over_rates, rates_of};
use super::fate_fill::Fill;
use super::fate_words;
use super::playback::Playback;
use super::{Subject, Values};
use crate::critical::{Curvature, Kind};
use crate::derivative::jet;
use crate::figure::{Axis, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::optimizer::{Optimizer, Run, stability_bound};
use crate::phrase::{Arg, Phrase};

/// More points than this would cover the picture.
const MARKS: usize = 60;

/// The picture of all ends: over the starts with the run on show, or over the rates.
pub fn picture(
    fill: &Fill,
    subject: &Subject,
    run: &Run,
    values: &Values,
    optimizer: Option<&Optimizer>,
) -> Figure {
    if !over_rates(values) {
        let mut figure = path(fill, subject, run, values);
        figure.id = "fate";
        figure.name = Phrase::new("figure.fate.starts");
        figure.back = vec![Layer::Tiles(fill.tiles.clone()), Layer::Contours(subject.grid.clone())];
        return figure;
    }
    let mut front = bounds(fill, subject, values, optimizer);
    let at = rates_of(values);
    let kept = kept(values);
    let mut name = match kept {
        Some(p) => Phrase::new("figure.fate.rates").with("symbol", Arg::Text(p.symbol.into())),
        None => Phrase::new("figure.fate.rate"),
    };
    if !front.is_empty() {
        name = Phrase::new("figure.fate.bounds").phrase("figure", name);
    }
    front.push(Layer::Mark { at, z: 0.0, shape: Shape::Dot, ink: Ink::Point, hollow: false });
    let view = fill.tiles.view;
    let symbol = kept.map_or("", |p| p.symbol);
    Figure {
        id: "fate",
        name,
        frame: Frame::Plane(Plane {
            x: Axis { range: view.x, name: Phrase::verbatim("η"), scale: Scale::Log10 },
            y: Axis { range: view.y, name: Phrase::verbatim(symbol), scale: Scale::Even },
            inside: true,
            end: f64::INFINITY,
        }),
        back: vec![Layer::Tiles(fill.tiles.clone())],
        front,
    }
}

/// The local stability bound of the method at each minimum, against the parameter on the vertical axis, if there is one.
fn bounds(fill: &Fill, subject: &Subject, values: &Values, optimizer: Option<&Optimizer>) -> Vec<Layer> {
    let Some(optimizer) = optimizer else { return Vec::new() };
    if kept(values).is_some_and(|p| p.id != "momentum") {
        return Vec::new();
    }
    let mut out = Vec::new();
    for target in fill.ends.targets.iter().filter(|t| t.kind == Kind::Minimum).take(MARKS) {
        let Some(c) = Curvature::of(jet(&subject.loss, target.at).hessian) else { continue };
        let bound = |beta: f64| stability_bound(optimizer, c.lambda[1], Some(beta));
        let points: Vec<[f64; 2]> = (0..=50)
            .map(|k| f64::from(k) / 50.0 * 0.999)
            .filter_map(|beta| Some([bound(beta)?.log10(), beta]))
            .collect();
        if points.is_empty() {
            continue;
        }
        out.push(Layer::Line { points, stroke: Stroke::dashed(Ink::Curvature, 1.5) });
    }
    out
}

/// The run on show on the map, with the points where runs can end.
pub fn path(fill: &Fill, subject: &Subject, run: &Run, values: &Values) -> Figure {
    let t = Playback::t(values).min(run.steps());
    let place = |t: usize| run.record(t).and_then(|r| r.theta.first_chunk().copied());
    let mark = |at, shape, ink, hollow| Layer::Mark { at, z: 0.0, shape, ink, hollow };
    let points = (0..=run.steps()).filter_map(place).collect();
    let mut front = vec![Layer::Line { points, stroke: Stroke::solid(Ink::Text, 1.5) }];
    for (code, target) in fill.ends.targets.iter().enumerate().take(MARKS) {
        let (shape, hollow, ink) = fate_words::mark(fill, code as u8);
        // What no run ends at stands back; minima have their colours before the runs are known.
        let ends = !hollow || fill.counts.get(code).is_some_and(|count| *count > 0);
        front.push(mark(target.at, shape, if ends { ink } else { Ink::Muted }, hollow));
    }
    front.push(mark(values.point("at"), Shape::Dot, Ink::Point, false));
    front.extend(place(t).map(|at| mark(at, Shape::Dot, Ink::Text, false)));
    subject.map(front)
}

/// L of the run on show against t.
pub fn losses(run: &Run, values: &Values) -> Curves {
    let points: Vec<[f64; 2]> = run.records().enumerate().map(|(t, r)| [t as f64, r.loss]).collect();
    let log10 = points.iter().all(|p| p[1] >= 0.0);
    let stroke = Stroke::solid(Ink::Text, 1.5);
    Curves {
        id: "loss",
        name: Phrase::new("figure.fate.loss"),
        x: Axis { range: [0.0, values.number("steps")], name: Phrase::verbatim("t"), scale: Scale::Count },
        y: Phrase::verbatim("L"),
        log10,
        curves: vec![Curve { points, stroke, mark: Some((Shape::Dot, false)), label: None }],
        cursor: Some(values.number("t")),
        over: Vec::new(),
    }
}
