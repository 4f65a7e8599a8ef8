//! The legend that a picture takes along when it leaves its page: on the page the table under the lab says what a colour
//! stands for.

use super::layout::Size;
use super::record::Recording;
use super::scene::{Figure, Layer, Shape};
use super::sheet::{Lettering, Sheet};
use super::text::{Side, text_width};
use super::theme::{Ink, Theme};

/// What one mark and its colour stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The mark.
    pub shape: Shape,
    /// Outline only.
    pub hollow: bool,
    /// Its colour.
    pub ink: Ink,
    /// What it stands for, in words.
    pub text: String,
}

/// Size of the text, height of a line, from the left edge to a mark, from there to its text, from there to the next mark,
/// all in pixels.
const TEXT: f64 = 13.0;
const LINE: f64 = 24.0;
const MARGIN: f64 = 16.0;
const GAP: f64 = 14.0;
const APART: f64 = 26.0;

/// The entries that explain a figure, in lines as wide as it: those whose colour the figure holds without a text in that
/// colour. `None` where there is nothing to explain.
pub fn legend(figure: &Figure, entries: Vec<Entry>, width: f64, theme: Theme) -> Option<Recording> {
    let layers = || figure.back.iter().chain(&figure.front);
    let named = |ink: Ink| layers().any(|layer| matches!(layer, Layer::Text { ink: of, .. } if *of == ink));
    let mut placed = Vec::new();
    let [mut x, mut y] = [MARGIN, LINE / 2.0];
    for entry in entries {
        if !layers().any(|layer| holds(layer, entry.ink)) || named(entry.ink) {
            continue;
        }
        let end = x + GAP + text_width(&entry.text, TEXT, false);
        if x > MARGIN && end > width - GAP {
            [x, y] = [MARGIN, y + LINE];
        }
        let at = [x, y];
        x += GAP + text_width(&entry.text, TEXT, false) + APART;
        placed.push((entry, at));
    }
    if placed.is_empty() {
        return None;
    }
    let sheet = Sheet::new(Size { width, height: y + LINE / 2.0 }, theme);
    let lettering =
        Lettering { ink: Ink::Text, size: TEXT, bold: false, italic: false, side: Side::Left, halo: false };
    for (entry, [x, y]) in placed {
        sheet.mark(entry.shape, [x, y], entry.ink, entry.hollow, 1.0);
        sheet.text(&entry.text, [x + GAP, y], &lettering);
    }
    Some(sheet.finish())
}

/// Whether a layer shows something in this colour.
fn holds(layer: &Layer, of: Ink) -> bool {
    match layer {
        Layer::Line { stroke, .. } | Layer::Line3 { stroke, .. } | Layer::Arrow { stroke, .. } => {
            stroke.ink == of
        }
        Layer::Dots { ink, .. } | Layer::Area { ink, .. } | Layer::Mark { ink, .. } => *ink == of,
        Layer::Tiles(tiles) => tiles.palette.contains(&of),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Step;
    use super::super::scene::{Anchor, Axis, Frame, Plane, Scale, Stroke};
    use super::*;
    use crate::phrase::Phrase;

    fn curves(named: bool) -> Figure {
        let axis = || Axis { range: [0.0, 1.0], name: Phrase::verbatim("t"), scale: Scale::Even };
        let line = |k| Layer::Line {
            points: vec![[0.0, 0.0], [1.0, 1.0]],
            stroke: Stroke::solid(Ink::Method(k), 2.0),
        };
        let mut front = vec![line(0), line(1)];
        if named {
            let text = Phrase::verbatim("Adam");
            front.push(Layer::Text { at: [1.0, 1.0], anchor: Anchor::Right, text, ink: Ink::Method(1) });
        }
        Figure {
            id: "loss",
            name: Phrase::verbatim("L"),
            frame: Frame::Plane(Plane { x: axis(), y: axis(), inside: false, end: f64::INFINITY }),
            back: Vec::new(),
            front,
        }
    }

    fn texts(figure: &Figure, width: f64) -> Vec<(String, [i32; 2])> {
        let entry = |k: u8, text: &str| Entry {
            shape: Shape::Square,
            hollow: false,
            ink: Ink::Method(k),
            text: text.into(),
        };
        let entries = vec![entry(0, "Momentum"), entry(1, "Adam"), entry(2, "is not in the figure")];
        let Some(legend) = legend(figure, entries, width, Theme::Light) else { return Vec::new() };
        let steps = legend.steps().filter_map(|step| match step {
            Step::Text { text, at, .. } => Some((text.to_string(), at)),
            _ => None,
        });
        steps.collect()
    }

    #[test]
    fn what_the_figure_holds_and_does_not_name_is_explained() {
        let said = texts(&curves(false), 640.0);
        assert_eq!(said.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["Momentum", "Adam"]);
        let said = texts(&curves(true), 640.0);
        assert_eq!(said.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["Momentum"]);
    }

    #[test]
    fn a_line_that_is_full_is_followed_by_another() {
        let [(_, wide0), (_, wide1)] = texts(&curves(false), 640.0)[..] else { panic!("two texts") };
        assert!(wide0[1] == wide1[1] && wide0[0] < wide1[0]);
        let [(_, narrow0), (_, narrow1)] = texts(&curves(false), 120.0)[..] else { panic!("two texts") };
        assert!(narrow0[1] < narrow1[1] && narrow0[0] == narrow1[0]);
    }
}
