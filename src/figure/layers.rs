//! The vector layers, drawn.

use super::axes;
use super::clip;
use super::labels::shifts;
use super::layout::{Layout, Rect, Size};
use super::pixel::{Occlusion, Shade, contours_by};
use super::record::Recording;
use super::scene::{Anchor, Dash, Figure, Frame, Layer, Shape, Stroke};
use super::sheet::{Lettering, Sheet, text_box};
use super::text::{Side, text_width};
use super::theme::{Ink, Theme};
use crate::loss::Grid;
use crate::phrase::Words;

/// Size of the text of a layer in pixels.
const TEXT_SIZE: f64 = 14.0;
/// Its least size, where there is no more room.
const TEXT_LEAST: f64 = 11.0;
/// From a point to its text.
const TEXT_GAP: f64 = 11.0;
/// Length and half the width of an arrow's head, in pixels, for a stroke of 2 pixels.
const HEAD: [f64; 2] = [11.0, 5.0];
/// How visible a line or mark behind the surface is.
const FAINT: f64 = 0.3;

/// Which layers of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `back`, and the axes: what changes rarely.
    Back,
    /// `front`: what follows the pointer.
    Front,
    /// Both, for export.
    Whole,
}

/// The vector layers of a part of a figure, drawn through plotters into a recording. Texts are in the language of
/// `words`.
pub fn record(figure: &Figure, part: Part, size: Size, theme: Theme, words: &Words) -> Recording {
    let sheet = Sheet::new(size, theme);
    let layout = Layout::new(&figure.frame, size);
    let surface = match (&figure.frame, layout.projection()) {
        (Frame::Space(space), Some(projection)) => {
            figure.back.iter().chain(&figure.front).find_map(|layer| match layer {
                Layer::Surface(grid) => Some(Occlusion::new(grid, space.z, projection)),
                _ => None,
            })
        }
        _ => None,
    };
    let drawing = Drawing { sheet: &sheet, layout: &layout, frame: &figure.frame, words, surface };
    if part != Part::Front {
        if let Frame::Plane(plane) = &figure.frame {
            axes::plane_under(&sheet, &layout, plane);
        }
        drawing.layers(&figure.back);
        match &figure.frame {
            Frame::Plane(plane) => axes::plane_over(&sheet, &layout, plane, words),
            Frame::Space(space) => axes::space(&sheet, &layout, space, words, drawing.surface.as_ref()),
        }
    }
    if part != Part::Back {
        drawing.layers(&figure.front);
    }
    sheet.finish()
}

struct Drawing<'a> {
    sheet: &'a Sheet,
    layout: &'a Layout,
    frame: &'a Frame,
    words: &'a Words,
    surface: Option<Occlusion<'a>>,
}

impl Drawing<'_> {
    fn layers(&self, layers: &[Layer]) {
        let shifts = shifts(layers, self.layout, TEXT_SIZE, self.words);
        layers.iter().zip(shifts).for_each(|(layer, shift)| self.layer(layer, shift));
    }

    /// One layer; `shift`: how far down its text is moved.
    fn layer(&self, layer: &Layer, shift: f64) {
        let plane = matches!(self.frame, Frame::Plane(_));
        match layer {
            Layer::Heat(_) | Layer::Tiles(_) | Layer::Surface(_) | Layer::Sheet(..) => {}
            Layer::Contours(grid) if plane => self.contours(grid),
            Layer::Line { points, stroke } if plane => self.line(points, stroke),
            Layer::Line3 { points, stroke } if !plane => self.line3(points, stroke),
            Layer::Dots { points, ink, radius, opacity } if plane => {
                let Rect { left, top, right, bottom } = self.layout.plot();
                let tint = self.sheet.tint(*ink, sane_opacity(*opacity));
                let inside = |[x, y]: &[f64; 2]| left <= *x && *x <= right && top <= *y && *y <= bottom;
                for at in self.layout.to_pixels(points).into_iter().filter(inside) {
                    self.sheet.circle(at, sane_width(*radius), tint, None);
                }
            }
            Layer::Area { points, ink, opacity } if plane => {
                let corners = clip::polygon(&self.layout.to_pixels(points), &self.layout.plot());
                self.sheet.polygon(corners, self.sheet.tint(*ink, sane_opacity(*opacity)));
            }
            Layer::Arrow { from, to, stroke } if plane => self.arrow(*from, *to, stroke),
            Layer::Mark { at, z, shape, ink, hollow } => self.mark(*at, *z, *shape, *ink, *hollow),
            Layer::Text { at, anchor, text, ink } if plane => {
                self.text(*at, *anchor, shift, &self.words.text(text), *ink);
            }
            // A layer of the other frame has no place in this one.
            _ => {}
        }
    }

    /// Over a map, lines get a rim of paper, so that they read on any colour.
    fn casing(&self) -> f64 {
        match self.frame {
            Frame::Plane(plane) if plane.inside => 1.25,
            _ => 0.0,
        }
    }

    fn contours(&self, grid: &Grid) {
        let shade = Shade::of(grid);
        let tint = self.sheet.tint(Ink::Text, 0.38);
        for contour in contours_by(grid, &shade, &shade.levels()) {
            for line in contour.lines {
                self.sheet.line(
                    &self.layout.to_pixels(&line),
                    &self.layout.plot(),
                    tint,
                    1.0,
                    Dash::Solid,
                    0.0,
                );
            }
        }
    }

    fn line(&self, points: &[[f64; 2]], stroke: &Stroke) {
        let pixels = self.layout.to_pixels(points);
        let tint = self.sheet.tint(stroke.ink, 1.0);
        let width = sane_width(stroke.width);
        self.sheet.line(&pixels, &self.layout.plot(), tint, width, stroke.dash, self.casing());
    }

    fn line3(&self, points: &[[f64; 3]], stroke: &Stroke) {
        let Frame::Space(space) = self.frame else { return };
        let points = &within_height(points, space.z);
        let hidden: Vec<bool> =
            points.iter().map(|p| self.surface.as_ref().is_some_and(|s| s.hides(*p))).collect();
        let whole = self.sheet.whole();
        let width = sane_width(stroke.width);
        for behind in [true, false] {
            let mut pixels = Vec::with_capacity(points.len() * 2);
            let mut before = false;
            for (point, &here) in points.iter().zip(&hidden) {
                // A piece between a hidden point and a visible one is drawn with the hidden ones, once.
                if (before || here) != behind {
                    pixels.push([f64::NAN; 2]);
                }
                pixels.push(self.layout.project(*point));
                before = here;
            }
            let tint = self.sheet.tint(stroke.ink, if behind { FAINT } else { 1.0 });
            self.sheet.line(&pixels, &whole, tint, width, stroke.dash, 1.0);
        }
    }

    fn arrow(&self, from: [f64; 2], to: [f64; 2], stroke: &Stroke) {
        let (a, b) = (self.layout.to_pixel(from), self.layout.to_pixel(to));
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx.hypot(dy);
        // Shorter than half a pixel it has no direction to show; NaN has none either.
        if !(length >= 0.5 && length.is_finite()) {
            return;
        }
        let (ux, uy) = (dx / length, dy / length);
        let width = sane_width(stroke.width);
        let grow = 0.6 + 0.2 * width;
        // A short arrow is nearly all head, and its head never shrinks to less than half.
        let head = (HEAD[0] * grow).min((length * 0.75).max(HEAD[0] * grow * 0.5));
        let half = head * HEAD[1] / HEAD[0];
        let plot = self.layout.plot();
        let neck = [b[0] - ux * head, b[1] - uy * head];
        let corners =
            vec![b, [neck[0] - uy * half, neck[1] + ux * half], [neck[0] + uy * half, neck[1] - ux * half]];
        let tip_shown = plot.left <= b[0] && b[0] <= plot.right && plot.top <= b[1] && b[1] <= plot.bottom;
        // The shaft ends inside the head, so that no gap shows between them.
        let end = if tip_shown { [neck[0] + ux, neck[1] + uy] } else { b };
        let shaft = if length > head { clip::segment(a, end, &plot) } else { None };
        let casing = self.casing();
        let (tint, paper) = (self.sheet.tint(stroke.ink, 1.0), self.sheet.tint(Ink::Paper, 0.6));
        if casing > 0.0 {
            if let Some((p, q)) = shaft {
                self.sheet.path(vec![p, q], paper, width + 2.0 * casing);
            }
            if tip_shown {
                let closed = corners.iter().chain(corners.iter().take(2)).copied().collect();
                self.sheet.path(closed, paper, 2.0 * casing);
            }
        }
        if let Some((p, q)) = shaft {
            self.sheet.line(&[p, q], &plot, tint, width, stroke.dash, 0.0);
        }
        if tip_shown {
            self.sheet.polygon(corners, tint);
        }
    }

    fn mark(&self, at: [f64; 2], z: f64, shape: Shape, ink: Ink, hollow: bool) {
        let place = [at[0], at[1], z];
        let behind = self.surface.as_ref().is_some_and(|surface| surface.hides(place));
        let (pixel, opacity) = (self.layout.project(place), if behind { FAINT } else { 1.0 });
        let Rect { left, top, right, bottom } = self.layout.plot();
        let shown =
            (left - 1.0..=right + 1.0).contains(&pixel[0]) && (top - 1.0..=bottom + 1.0).contains(&pixel[1]);
        let over = match self.frame {
            Frame::Plane(_) => true,
            Frame::Space(space) => space.view.contains(at),
        };
        if shown && over {
            self.sheet.mark(shape, pixel, ink, hollow, opacity);
        }
    }

    fn text(&self, at: [f64; 2], anchor: Anchor, shift: f64, text: &str, ink: Ink) {
        let pixel = self.layout.to_pixel(at);
        if !pixel.iter().all(|v| v.is_finite()) {
            return;
        }
        let (dx, dy, side) = match anchor {
            Anchor::Above => (0.0, -TEXT_GAP - 4.0, Side::Middle),
            Anchor::Below => (0.0, TEXT_GAP + 4.0, Side::Middle),
            Anchor::Left => (-TEXT_GAP, 0.0, Side::Right),
            Anchor::Right => (TEXT_GAP, 0.0, Side::Left),
        };
        let place = [pixel[0] + dx, pixel[1] + dy + shift];
        let whole = self.sheet.whole();
        // Beside its point a text that does not fit is set smaller first.
        let room = match side {
            Side::Left => whole.right - 4.0 - place[0],
            Side::Middle => f64::INFINITY,
            Side::Right => place[0] - 4.0,
        };
        let size = TEXT_SIZE * (room / text_width(text, TEXT_SIZE, true)).clamp(TEXT_LEAST / TEXT_SIZE, 1.0);
        let lettering = Lettering { ink, size, bold: true, italic: false, side, halo: true };
        let reach = text_box(text, place, &lettering);
        // Moved by as little as brings it into the picture; one wider than the picture begins at its left edge.
        let into = |lo: f64, hi: f64, from: f64, to: f64| (to - hi).min(0.0).max(from - lo);
        let moved = [
            place[0] + into(reach.left, reach.right, 4.0, whole.right - 4.0),
            place[1] + into(reach.top, reach.bottom, 4.0, whole.bottom - 4.0),
        ];
        self.sheet.text(text, moved, &lettering);
    }
}

/// A line in space cut where it leaves the range of z, as the surface is; NaN breaks it there.
fn within_height(points: &[[f64; 3]], [low, high]: [f64; 2]) -> Vec<[f64; 3]> {
    let mut out: Vec<[f64; 3]> = Vec::with_capacity(points.len() + 4);
    let mut before: Option<[f64; 3]> = None;
    for &point in points {
        if let Some(a) = before {
            let crossing = |z: f64| {
                let t = (z - a[2]) / (point[2] - a[2]);
                (0.0 < t && t < 1.0)
                    .then(|| (t, [a[0] + t * (point[0] - a[0]), a[1] + t * (point[1] - a[1]), z]))
            };
            let [first, second] = [crossing(low), crossing(high)];
            let swapped = matches!((first, second), (Some((s, _)), Some((t, _))) if s > t);
            let ends = if swapped { [second, first] } else { [first, second] };
            out.extend(ends.into_iter().flatten().map(|(_, at)| at));
        }
        let inside = low <= point[2] && point[2] <= high;
        out.push(if inside { point } else { [f64::NAN; 3] });
        before = Some(point);
    }
    out
}

fn sane_opacity(opacity: f64) -> f64 {
    if opacity.is_nan() { 1.0 } else { opacity.clamp(0.0, 1.0) }
}

fn sane_width(width: f64) -> f64 {
    if width.is_finite() { width.clamp(0.25, 100.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Axis, Plane, Scale};
    use crate::phrase::Phrase;

    #[test]
    fn a_line_in_space_ends_where_it_leaves_the_range() {
        let line = within_height(&[[0.0, 0.0, -1.0], [1.0, 2.0, 1.0], [2.0, 4.0, 5.0]], [0.0, 3.0]);
        let shown: Vec<[f64; 3]> = line.iter().copied().filter(|p| p[2].is_finite()).collect();
        assert_eq!(shown, [[0.5, 1.0, 0.0], [1.0, 2.0, 1.0], [1.5, 3.0, 3.0]]);
        let through = within_height(&[[0.0, 0.0, 9.0], [1.0, 0.0, -9.0]], [-3.0, 3.0]);
        assert_eq!(through[1][2], 3.0);
        assert_eq!(through[2][2], -3.0);
    }

    fn plain(front: Vec<Layer>) -> Figure {
        let axis = |range| Axis { range, name: Phrase::verbatim("w"), scale: Scale::Even };
        let frame = Frame::Plane(Plane {
            x: axis([0.0, 1.0]),
            y: axis([0.0, 1.0]),
            inside: true,
            end: f64::INFINITY,
        });
        Figure { id: "plain", name: Phrase::verbatim("plain"), frame, back: Vec::new(), front }
    }

    #[test]
    fn what_has_no_place_draws_nothing() {
        let (nan, green) = (f64::NAN, Stroke::solid(Ink::Gradient, 2.0));
        let text =
            |at| Layer::Text { at, anchor: Anchor::Above, text: Phrase::verbatim("x"), ink: Ink::Text };
        let nothing = vec![
            Layer::Arrow { from: [0.5, 0.5], to: [0.5, 0.5], stroke: green },
            Layer::Arrow { from: [0.5, nan], to: [0.5, 0.5], stroke: green },
            Layer::Line { points: vec![[nan, nan], [0.5, 0.5], [nan, 0.0]], stroke: green },
            Layer::Line { points: vec![[2.0, 2.0], [3.0, 2.5]], stroke: green },
            Layer::Line3 { points: vec![[0.0; 3], [1.0; 3]], stroke: green },
            Layer::Area { points: vec![[0.0, 0.0], [1.0, nan], [1.0, 1.0]], ink: Ink::Point, opacity: 1.0 },
            Layer::Dots { points: vec![[0.5, nan], [2.0, 0.5]], ink: Ink::Point, radius: 2.0, opacity: 1.0 },
            Layer::Mark { at: [nan, 0.0], z: 0.0, shape: Shape::Dot, ink: Ink::Point, hollow: false },
            Layer::Mark { at: [3.0, 0.0], z: 0.0, shape: Shape::Up, ink: Ink::Point, hollow: true },
            text([nan, 0.5]),
        ];
        let size = Size { width: 200.0, height: 200.0 };
        for layer in nothing {
            let figure = plain(vec![layer.clone()]);
            let drawn = record(&figure, Part::Front, size, Theme::Light, &Words::default());
            assert!(drawn.is_empty(), "{layer:?} {drawn:?}");
        }
        assert!(
            !record(&plain(vec![text([0.5, 0.5])]), Part::Front, size, Theme::Light, &Words::default())
                .is_empty()
        );
    }

    #[test]
    fn every_text_lies_in_the_picture() {
        for at in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-7.0, 9.0]] {
            for anchor in [Anchor::Above, Anchor::Below, Anchor::Left, Anchor::Right] {
                let text = Phrase::verbatim("λ₁ = −2.25");
                let figure = plain(vec![Layer::Text { at, anchor, text, ink: Ink::Text }]);
                let size = Size { width: 280.0, height: 150.0 };
                let drawn = record(&figure, Part::Front, size, Theme::Light, &Words::default());
                let boxes = drawn.text_boxes();
                let [b] = boxes.as_slice() else { panic!("{boxes:?}") };
                assert!(
                    b.left >= 3.9 && b.right <= 276.1 && b.top >= 3.9 && b.bottom <= 146.1,
                    "{at:?} {b:?}"
                );
            }
        }
    }

    /// At every width from 280 pixels: labels within the picture, and none over another.
    #[test]
    fn labels_of_axes_are_whole_and_apart() {
        let even =
            [[-2.0, 2.0], [0.0, 1e-7], [-12345.6, 98765.4], [1000.0, 1000.01], [-3e20, 9e20], [0.2, 0.9]];
        let decades = [[-2.0, 2.0], [-9.0, 300.0], [-16.0, 2.3], [0.2, 0.9], [-4.1, -3.9], [5.0, 6.0]];
        for width in (280..1300).step_by(17).map(f64::from) {
            for (inside, log10) in [(true, false), (false, false), (true, true), (false, true)] {
                let ranges = if log10 { decades } else { even };
                for (x, y) in ranges.into_iter().zip(ranges.into_iter().rev()) {
                    let axis = |range, name| Axis {
                        range,
                        name: Phrase::verbatim(name),
                        scale: Scale::log10(log10),
                    };
                    let (x, y) = (axis(x, "步数 t"), axis(y, "loss"));
                    let frame = Frame::Plane(Plane { x, y, inside, end: f64::INFINITY });
                    let figure = Figure { frame, ..plain(Vec::new()) };
                    let size = Size { width, height: 0.6 * width };
                    let drawn = record(&figure, Part::Back, size, Theme::Light, &Words::default());
                    let boxes = drawn.text_boxes();
                    assert!(boxes.len() >= 5, "{width} {:?} {boxes:?}", figure.frame);
                    for (i, b) in boxes.iter().enumerate() {
                        let whole = b.left >= -0.1 && b.right <= width + 0.1 && b.top >= -0.1;
                        assert!(whole && b.bottom <= size.height + 0.1, "{width} {b:?} {:?}", figure.frame);
                        for o in &boxes[..i] {
                            let apart =
                                b.left > o.right || b.right < o.left || b.top > o.bottom || b.bottom < o.top;
                            assert!(apart, "{width} {b:?} {o:?} {:?}", figure.frame);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn any_size_is_drawn() {
        let nan = f64::NAN;
        let front = vec![
            Layer::Line { points: vec![[0.0, 0.0], [1.0, 1.0]], stroke: Stroke::dashed(Ink::Text, nan) },
            Layer::Text { at: [0.5, 0.5], anchor: Anchor::Left, text: Phrase::verbatim("x"), ink: Ink::Text },
        ];
        for [width, height] in [[0.0, 0.0], [nan, 1.0], [1.0, 1e9], [-3.0, f64::INFINITY]] {
            let size = Size { width, height };
            let drawn = record(&plain(front.clone()), Part::Whole, size, Theme::Dark, &Words::default());
            assert!(drawn.svg("t", None).ends_with("</svg>\n"));
        }
    }
}
