//! What a network says of handwritten digits, as a sheet: each digit, and below it the class that the network gives it.

use super::network_setting::Setting;
use crate::figure::{Anchor, Axis, Figure, Frame, Ink, Layer, Plane, Scale, Stroke, Tiles};
use crate::loss::View;
use crate::network::class;
use crate::phrase::{Arg, Phrase};
use std::rc::Rc;

/// Pixels on a side of a digit.
const SIDE: usize = 8;
/// Cells of the sheet for a digit: a gap around it, room for a word below it.
const CELL: [usize; 2] = [SIDE + 3, SIDE + 5];
/// The width of the sheet against its height, between that of a large figure and that of a small one.
const SHAPE: f64 = 1.2;

/// The test digits, or where none is kept those that are learnt from. Wrong answers are framed and say what is true.
pub fn sheet(setting: &Setting, theta: &[f64]) -> Figure {
    let data = setting.test.as_ref().unwrap_or(&setting.train);
    let count = data.count();
    let inputs: Vec<&[f64]> = (0..count).map(|k| data.input(k)).collect();
    let answers = setting.problem().passes().outputs_of(theta, &inputs);
    let [wide, high] = CELL;
    let across = (SHAPE * (count * high) as f64 / wide as f64).sqrt().ceil() as usize;
    let across = across.clamp(1, count.max(1));
    let down = count.div_ceil(across);
    let (columns, rows) = (across * wide, down * high);
    let mut cells = vec![[0, 0]; columns * rows];
    let mut front = Vec::new();
    let mut wrong = 0;
    for (k, (pixels, answer)) in inputs.iter().zip(&answers).enumerate() {
        // The lower left corner of its place; places are filled from the top, rows of cells go up.
        let (left, foot) = (k % across * wide, (down - 1 - k / across) * high);
        for (p, grey) in pixels.iter().enumerate() {
            let place = (foot + high - 2 - p / SIDE) * columns + left + 1 + p % SIDE;
            if let Some(cell) = cells.get_mut(place) {
                cell[1] = (255.0 * grey) as u8;
            }
        }
        let (said, truth) = (class(answer), data.class(k));
        let right = said == truth;
        wrong += i64::from(!right);
        let (x, y) = (left as f64, foot as f64);
        let at = |x: f64, y: f64| [x / columns as f64, y / rows as f64];
        let (text, ink) = match right {
            true => (said.to_string(), Ink::Muted),
            false => ([said.to_string(), truth.to_string()].join("≠"), Ink::Text),
        };
        if !right {
            let [w, low, h] = [wide as f64 - 1.5, 3.5, high as f64 - 0.5];
            let frame = [[0.5, low], [w, low], [w, h], [0.5, h], [0.5, low]];
            front.push(Layer::Line {
                points: frame.iter().map(|[dx, dy]| at(x + dx, y + dy)).collect(),
                stroke: Stroke::solid(ink, 1.5),
            });
        }
        front.push(Layer::Text {
            at: at(x + wide as f64 / 2.0 - 0.5, y + 3.5),
            anchor: Anchor::Below,
            text: Phrase::verbatim(text),
            ink,
        });
    }
    let blank = || Axis { range: [0.0, 1.0], name: Phrase::verbatim(""), scale: Scale::Even };
    let key =
        if setting.test.is_some() { "figure.network.digits.test" } else { "figure.network.digits.train" };
    let view = View { x: [0.0, 1.0], y: [0.0, 1.0] };
    Figure {
        id: "answers",
        name: Phrase::new(key).with("wrong", Arg::Count(wrong)).with("all", Arg::Count(count as i64)),
        frame: Frame::Plane(Plane { x: blank(), y: blank(), inside: true, end: f64::INFINITY }),
        back: vec![Layer::Tiles(Rc::new(Tiles { view, columns, rows, palette: vec![Ink::Text], cells }))],
        front,
    }
}
