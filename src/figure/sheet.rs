//! Drawing in CSS pixels, through plotters, into a recording.

use super::clip::{self, Pixel};
use super::layout::{Rect, Size};
use super::record::{BLEED, Recording, UNITS};
use super::scene::{Dash, Shape};
use super::text::{Side, Type, text_width};
use super::theme::{Ink, Rgb, Theme};
use plotters::coord::CoordTranslate;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::{RGBAColor, ShapeStyle};
use plotters_backend::{BackendCoord, DrawingBackend};
use std::cell::RefCell;
use std::rc::Rc;

/// The one coordinate system of all vector layers: CSS pixels, x right, y down.
struct Pixels;

impl CoordTranslate for Pixels {
    type From = Pixel;

    fn translate(&self, at: &Pixel) -> BackendCoord {
        // A float-to-integer cast saturates, so that any number is safe here.
        let unit = |v: f64| ((v + BLEED) * UNITS).round().clamp(-1e6, 1e6) as i32;
        (unit(at[0]), unit(at[1]))
    }
}

/// A sheet of paper to draw on.
pub(super) struct Sheet {
    recording: Rc<RefCell<Recording>>,
    area: DrawingArea<Recording, Pixels>,
    pub theme: Theme,
    size: Size,
}

/// Colour and opacity.
#[derive(Clone, Copy)]
pub(super) struct Tint(pub Rgb, pub f64);

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Lettering {
    pub ink: Ink,
    pub size: f64,
    pub bold: bool,
    pub italic: bool,
    pub side: Side,
    /// Over pixels or lines: with a rim of paper.
    pub halo: bool,
}

impl Sheet {
    pub fn new(size: Size, theme: Theme) -> Sheet {
        let size = size.sane();
        let recording = Rc::new(RefCell::new(Recording::new(size, theme.color(Ink::Paper))));
        let area = DrawingArea::from(&recording).apply_coord_spec(Pixels);
        Sheet { recording, area, theme, size }
    }

    pub fn finish(self) -> Recording {
        drop(self.area);
        self.recording.replace(Recording::new(self.size, self.theme.color(Ink::Paper)))
    }

    pub fn whole(&self) -> Rect {
        Rect { left: 0.0, top: 0.0, right: self.size.width, bottom: self.size.height }
    }

    pub fn tint(&self, ink: Ink, opacity: f64) -> Tint {
        Tint(self.theme.color(ink), opacity)
    }

    // Drawing into a recording cannot fail, and nobody else holds it while we draw: plotters' results are not looked at.
    // Never inlined: each of these is called from many places, and the download counts.

    #[inline(never)]
    pub fn path(&self, points: Vec<Pixel>, tint: Tint, width: f64) {
        let _ = self.area.draw(&PathElement::new(points, style(tint, width, false)));
    }

    #[inline(never)]
    pub fn polygon(&self, points: Vec<Pixel>, tint: Tint) {
        let _ = self.area.draw(&Polygon::new(points, style(tint, 0.0, true)));
    }

    /// A circle, or where `width` is `None` a disc.
    #[inline(never)]
    pub fn circle(&self, centre: Pixel, radius: f64, tint: Tint, width: Option<f64>) {
        let style = style(tint, width.unwrap_or(0.0), width.is_none());
        let _ = self.area.draw(&Circle::new(centre, (radius * UNITS).round() as i32, style));
    }

    /// A text whose point is `at`, vertically in its middle.
    #[inline(never)]
    pub fn text(&self, text: &str, at: Pixel, lettering: &Lettering) {
        if text.is_empty() || !at.iter().all(|v| v.is_finite()) {
            return;
        }
        let Rgb(r, g, b) = self.theme.text_color(lettering.ink);
        let style = Type {
            size: lettering.size * UNITS,
            bold: lettering.bold,
            italic: lettering.italic,
            rgb: (r, g, b),
            alpha: 1.0,
            side: lettering.side,
        };
        let Rgb(r, g, b) = self.theme.color(Ink::Paper);
        let mut recording = self.recording.borrow_mut();
        recording.halo = lettering.halo.then_some([r, g, b, 200]);
        let _ = recording.draw_text(text, &style, Pixels.translate(&at));
        recording.halo = None;
    }

    /// The parts of a line inside `clip`, dashed, with a rim of paper of `casing` pixels on either side.
    #[inline(never)]
    pub fn line(&self, points: &[Pixel], clip: &Rect, tint: Tint, width: f64, dash: Dash, casing: f64) {
        let parts = clip::polyline(points, clip);
        let parts = match dash {
            Dash::Solid => parts,
            Dash::Dashed => parts.iter().flat_map(|part| clip::dashes(part, 6.0, 4.0)).collect(),
            Dash::Dotted => parts.iter().flat_map(|part| clip::dashes(part, width.max(0.5), 3.0)).collect(),
        };
        if casing > 0.0 {
            for part in &parts {
                self.path(part.clone(), self.tint(Ink::Paper, 0.6 * tint.1), width + 2.0 * casing);
            }
        }
        for part in parts {
            self.path(part, tint, width);
        }
    }

    /// A mark with a bright rim (or a dark one around a bright mark), so that it reads on any colour.
    #[inline(never)]
    pub fn mark(&self, shape: Shape, [x, y]: Pixel, ink: Ink, hollow: bool, opacity: f64) {
        let rim = if self.theme == Theme::Dark && ink != Ink::Text { Ink::Text } else { Ink::Paper };
        let [tint, rim, paper] = [ink, rim, Ink::Paper].map(|ink| self.tint(ink, opacity));
        if shape == Shape::Dot {
            self.circle([x, y], 8.0, rim, None);
            if hollow {
                self.circle([x, y], 6.0, paper, None);
                self.circle([x, y], 5.0, tint, Some(2.0));
            } else {
                self.circle([x, y], 6.0, tint, None);
            }
            return;
        }
        let outline: Vec<Pixel> = outline(shape).iter().map(|[dx, dy]| [x + dx, y + dy]).collect();
        // Two corners more than a closed path has: the last joint is mitred like the others.
        let closed = || outline.iter().chain(outline.iter().take(2)).copied().collect::<Vec<_>>();
        self.path(closed(), rim, if hollow { 6.0 } else { 4.0 });
        self.polygon(outline.clone(), if hollow { paper } else { tint });
        if hollow {
            self.path(closed(), tint, 2.0);
        }
    }
}

fn style(Tint(Rgb(r, g, b), opacity): Tint, width: f64, filled: bool) -> ShapeStyle {
    let stroke_width = (width * UNITS).round().clamp(1.0, 1e4) as u32;
    ShapeStyle { color: RGBAColor(r, g, b, opacity), filled, stroke_width }
}

/// The corners of a mark about the origin.
fn outline(shape: Shape) -> &'static [Pixel] {
    match shape {
        Shape::Dot => &[],
        Shape::Down => &[[-7.5, -5.0], [7.5, -5.0], [0.0, 8.0]],
        Shape::Up => &[[-7.5, 5.0], [0.0, -8.0], [7.5, 5.0]],
        Shape::Diamond => &[[-7.5, 0.0], [0.0, -7.5], [7.5, 0.0], [0.0, 7.5]],
        Shape::Square => &[[-5.5, -5.5], [5.5, -5.5], [5.5, 5.5], [-5.5, 5.5]],
        // Two bars, 3 wide, crossed at right angles.
        Shape::Cross => &[
            [-7.0, -4.9],
            [-4.9, -7.0],
            [0.0, -2.1],
            [4.9, -7.0],
            [7.0, -4.9],
            [2.1, 0.0],
            [7.0, 4.9],
            [4.9, 7.0],
            [0.0, 2.1],
            [-4.9, 7.0],
            [-7.0, 4.9],
            [-2.1, 0.0],
        ],
    }
}

/// The box of a text at a place.
pub(super) fn text_box(text: &str, [x, y]: Pixel, lettering: &Lettering) -> Rect {
    let width = text_width(text, lettering.size, lettering.bold);
    let left = match lettering.side {
        Side::Left => x,
        Side::Middle => x - width / 2.0,
        Side::Right => x - width,
    };
    let half = lettering.size * 0.6;
    Rect { left, top: y - half, right: left + width, bottom: y + half }
}
