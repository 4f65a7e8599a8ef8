//! What a network says, as a picture: a map of its decisions, a curve, a sheet of digits.

use super::network_digits::sheet;
use super::network_figures::axis;
use super::network_setting::Setting;
use crate::figure::{Figure, Frame, Ink, Layer, Plane, Stroke, Tiles};
use crate::loss::{Grid, View};
use crate::network::{Data, class};
use crate::phrase::Phrase;
use std::rc::Rc;

/// Classes look like this.
const CLASSES: [Ink; 10] = [
    Ink::Method(1),
    Ink::Method(5),
    Ink::Method(0),
    Ink::Method(2),
    Ink::Method(3),
    Ink::Method(4),
    Ink::Method(6),
    Ink::Method(7),
    Ink::Method(8),
    Ink::Method(9),
];
/// Multiplications that a picture of the decisions may cost.
const EFFORT: usize = 2_000_000;

/// What the network says to the data of this name; `None` where that is no picture (the autoencoder).
pub fn answers(setting: &Setting, data: &str, theta: &[f64]) -> Option<Figure> {
    let inputs = setting.train.inputs();
    match data {
        "autoencoder" => None,
        "digits" => Some(sheet(setting, theta)),
        _ if inputs == 1 => Some(fit(setting, theta)),
        "irises" => Some(plane(setting, theta, [2, 3], ["petal-length", "petal-width"].map(named))),
        _ => Some(plane(setting, theta, [0, 1], ["x₁", "x₂"].map(Phrase::verbatim))),
    }
}

fn named(measure: &str) -> Phrase {
    Phrase::new(["network.", measure].concat())
}

/// Values of one input over all examples: least and greatest, with a margin.
fn reach(setting: &Setting, input: usize) -> [f64; 2] {
    let parts = std::iter::once(&setting.train).chain(&setting.test);
    let values = parts.flat_map(|d| (0..d.count()).filter_map(move |k| d.input(k).get(input).copied()));
    let [lo, hi] = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], x| [a.min(x), b.max(x)]);
    let pad = if hi > lo { 0.08 * (hi - lo) } else { 1.0 };
    [lo - pad, hi + pad]
}

/// Over the plane of inputs i and j, the others at their mean: decisions, or numbers as heights.
fn plane(setting: &Setting, theta: &[f64], [i, j]: [usize; 2], names: [Phrase; 2]) -> Figure {
    let view = View { x: reach(setting, i), y: reach(setting, j) };
    let side = ((EFFORT / theta.len().max(1)) as f64).sqrt().clamp(20.0, 72.0) as usize;
    let deciding = setting.classes > 0;
    // Cells are decided at their middle; heights stand at nodes, the first and the last on the edge.
    let middle = |[lo, hi]: [f64; 2], k: usize| {
        let share = if deciding { (k as f64 + 0.5) / side as f64 } else { k as f64 / (side - 1) as f64 };
        lo + (hi - lo) * share
    };
    let inputs: Vec<Vec<f64>> = (0..side * side)
        .map(|k| {
            // Inputs that are not drawn stand at 0, their mean.
            let mut x = vec![0.0; setting.train.inputs()];
            for (place, value) in [(i, middle(view.x, k % side)), (j, middle(view.y, k / side))] {
                if let Some(x) = x.get_mut(place) {
                    *x = value;
                }
            }
            x
        })
        .collect();
    let inputs: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
    let said = setting.problem().passes().outputs_of(theta, &inputs);
    let mut back = Vec::new();
    if deciding {
        let cells = said.iter().map(|said| shade(said)).collect();
        let tiles = Tiles { view, columns: side, rows: side, palette: CLASSES.to_vec(), cells };
        back.push(Layer::Tiles(Rc::new(tiles)));
    } else {
        let values = said.iter().map(|said| said.first().copied().unwrap_or(f64::NAN)).collect();
        let grid = Rc::new(Grid { view, columns: side, rows: side, values });
        back.extend([Layer::Heat(grid.clone()), Layer::Contours(grid)]);
    }
    let mut front = Vec::new();
    for (data, opacity) in
        std::iter::once((&setting.train, 1.0)).chain(setting.test.iter().map(|t| (t, 0.45)))
    {
        if !deciding {
            front.push(Layer::Dots {
                points: points(data, None, [i, j]),
                ink: Ink::Text,
                radius: 3.0,
                opacity,
            });
        }
        for (class, ink) in CLASSES.iter().enumerate().take(setting.classes) {
            let points = points(data, Some(class), [i, j]);
            front.push(Layer::Dots { points, ink: *ink, radius: 3.0, opacity });
        }
    }
    let key = match (deciding, setting.train.inputs()) {
        (false, _) => "figure.network.heights",
        (true, 2) => "figure.network.decisions",
        _ => "figure.network.decisions.plane",
    };
    let [x, y] = names;
    let frame =
        Frame::Plane(Plane { x: axis(view.x, x), y: axis(view.y, y), inside: true, end: f64::INFINITY });
    Figure { id: "answers", name: Phrase::new(key), frame, back, front }
}

/// The class, and from faint for undecided to full for certain: of one output the distance from ½, of several the largest.
fn shade(said: &[f64]) -> [u8; 2] {
    let sure = match said {
        [one] => 2.0 * (one - 0.5).abs(),
        many => {
            let even = 1.0 / many.len() as f64;
            (many.iter().fold(f64::NEG_INFINITY, |m, x| m.max(*x)) - even) / (1.0 - even)
        }
    };
    [class(said) as u8, (45.0 + 95.0 * sure.clamp(0.0, 1.0)) as u8]
}

fn points(data: &Data, class: Option<usize>, [i, j]: [usize; 2]) -> Vec<[f64; 2]> {
    let of_class = (0..data.count()).filter(|k| class.is_none_or(|class| data.class(*k) == class));
    of_class.filter_map(|k| Some([*data.input(k).get(i)?, *data.input(k).get(j)?])).collect()
}

fn fit(setting: &Setting, theta: &[f64]) -> Figure {
    let [lo, hi] = reach(setting, 0);
    let at: Vec<f64> = (0..=120).map(|k| lo + (hi - lo) * f64::from(k) / 120.0).collect();
    let inputs: Vec<&[f64]> = at.iter().map(std::slice::from_ref).collect();
    let said = setting.problem().passes().outputs_of(theta, &inputs);
    let line: Vec<[f64; 2]> = at.iter().zip(&said).filter_map(|(x, y)| Some([*x, *y.first()?])).collect();
    let pairs = |data: &Data| -> Vec<[f64; 2]> {
        (0..data.count()).filter_map(|k| Some([*data.input(k).first()?, *data.target(k).first()?])).collect()
    };
    let mut front = vec![Layer::Line { points: line.clone(), stroke: Stroke::solid(Ink::Point, 2.5) }];
    let mut seen = line;
    for (data, opacity) in
        std::iter::once((&setting.train, 1.0)).chain(setting.test.iter().map(|t| (t, 0.45)))
    {
        let points = pairs(data);
        seen.extend(&points);
        front.push(Layer::Dots { points, ink: Ink::Text, radius: 3.5, opacity });
    }
    let finite = seen.iter().map(|p| p[1]).filter(|y| y.is_finite());
    let [low, high] = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], y| [a.min(y), b.max(y)]);
    let [low, high] = if high > low { [low, high] } else { [-1.0, 1.0] };
    let pad = 0.08 * (high - low);
    Figure {
        id: "answers",
        name: Phrase::new("figure.network.fit"),
        frame: Frame::Plane(Plane {
            x: axis([lo, hi], Phrase::verbatim("x")),
            y: axis([low - pad, high + pad], Phrase::verbatim("y")),
            inside: false,
            end: f64::INFINITY,
        }),
        back: Vec::new(),
        front,
    }
}
