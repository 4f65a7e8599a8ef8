//! Axes: ticks, grid lines, names. Nothing is clipped and no two labels touch: what finds no room is left out.

use super::clip::Pixel;
use super::layout::{Layout, Rect};
use super::pixel::Occlusion;
use super::scene::{Dash, Plane, Space};
use super::sheet::{Lettering, Sheet, text_box};
use super::text::Side;
use super::theme::Ink;
use super::tick::TICK_SIZE;
use crate::phrase::Words;

/// Size of the names of axes in pixels.
const NAME_SIZE: f64 = 13.0;

/// Labels that found room.
struct Placed {
    within: Rect,
    boxes: Vec<Rect>,
}

impl Placed {
    /// Draws a label if it lies within the picture and clear of the others.
    #[inline(never)]
    fn put(&mut self, sheet: &Sheet, text: &str, at: Pixel, lettering: &Lettering) -> bool {
        if text.is_empty() {
            return false;
        }
        let b = text_box(text, at, lettering);
        let w = &self.within;
        let inside = b.left >= w.left && b.right <= w.right && b.top >= w.top && b.bottom <= w.bottom;
        let clear = |o: &Rect| {
            b.left > o.right + 4.0
                || b.right < o.left - 4.0
                || b.top > o.bottom + 1.0
                || b.bottom < o.top - 1.0
        };
        if !inside || !self.boxes.iter().all(clear) {
            return false;
        }
        sheet.text(text, at, lettering);
        self.boxes.push(b);
        true
    }
}

fn name_lettering(side: Side, halo: bool) -> Lettering {
    Lettering { ink: Ink::Text, size: NAME_SIZE, bold: false, italic: true, side, halo }
}

/// What lies under the layers of a plane: the light grid of a curve.
pub(super) fn plane_under(sheet: &Sheet, layout: &Layout, plane: &Plane) {
    if plane.inside {
        return;
    }
    let Rect { left, top, right, bottom } = layout.plot();
    let right = layout.to_pixel([plane.end, 0.0])[0].min(right);
    let (xs, ys) = layout.ticks();
    let light = sheet.tint(Ink::Muted, 0.22);
    for tick in xs {
        let x = layout.to_pixel([tick.at, 0.0])[0];
        sheet.path(vec![[x, top], [x, bottom]], light, 1.0);
    }
    for tick in ys {
        let y = layout.to_pixel([0.0, tick.at])[1];
        sheet.path(vec![[left, y], [right, y]], light, 1.0);
    }
    let line = sheet.tint(Ink::Muted, 0.8);
    sheet.path(vec![[left, top], [left, bottom], [right, bottom]], line, 1.0);
}

/// What lies over the layers of a plane: labels and names.
pub(super) fn plane_over(sheet: &Sheet, layout: &Layout, plane: &Plane, words: &Words) {
    let Rect { left, top, right, bottom } = layout.plot();
    let (xs, ys) = layout.ticks();
    let (x_name, y_name) = (words.text(&plane.x.name), words.text(&plane.y.name));
    let whole = sheet.whole();
    let edge = if plane.inside { 4.0 } else { 0.0 };
    let within =
        Rect { left: edge, top: edge, right: whole.right - edge, bottom: whole.bottom - edge.min(2.0) };
    let mut placed = Placed { within, boxes: Vec::new() };
    let label = |side| Lettering {
        ink: if plane.inside { Ink::Text } else { Ink::Muted },
        size: TICK_SIZE,
        bold: false,
        italic: false,
        side,
        halo: plane.inside,
    };
    if plane.inside {
        let mark = sheet.tint(Ink::Text, 0.7);
        placed.put(sheet, &x_name, [right - 8.0, bottom - 13.0], &name_lettering(Side::Right, true));
        placed.put(sheet, &y_name, [10.0, top + 14.0], &name_lettering(Side::Left, true));
        for tick in xs {
            let x = layout.to_pixel([tick.at, 0.0])[0];
            if placed.put(sheet, &tick.label, [x, bottom - 13.0], &label(Side::Middle)) {
                sheet.path(vec![[x, bottom - 4.0], [x, bottom]], mark, 1.0);
            }
        }
        for tick in ys {
            let y = layout.to_pixel([0.0, tick.at])[1];
            if placed.put(sheet, &tick.label, [8.0, y], &label(Side::Left)) {
                sheet.path(vec![[left, y], [left + 4.0, y]], mark, 1.0);
            }
        }
    } else {
        let row = bottom + 12.0;
        placed.put(sheet, &y_name, [2.0, 8.0], &name_lettering(Side::Left, false));
        let end = (layout.to_pixel([plane.end, 0.0])[0] + 30.0).min(whole.right - 2.0);
        placed.put(sheet, &x_name, [end, row], &name_lettering(Side::Right, false));
        for tick in xs {
            let x = layout.to_pixel([tick.at, 0.0])[0];
            placed.put(sheet, &tick.label, [x, row], &label(Side::Middle));
        }
        for tick in ys {
            let y = layout.to_pixel([0.0, tick.at])[1];
            placed.put(sheet, &tick.label, [left - 6.0, y], &label(Side::Right));
        }
    }
}

/// The base of a space and the names of its axes. What the surface hides is left out.
pub(super) fn space(
    sheet: &Sheet,
    layout: &Layout,
    space: &Space,
    words: &Words,
    surface: Option<&Occlusion>,
) {
    let Some(projection) = layout.projection() else { return };
    let ([x0, x1], [y0, y1], z) = (space.view.x, space.view.y, space.z[0]);
    let line = sheet.tint(Ink::Muted, 0.8);
    let whole = sheet.whole();
    for [a, b] in [[[x0, y0], [x1, y0]], [[x1, y0], [x1, y1]], [[x1, y1], [x0, y1]], [[x0, y1], [x0, y0]]] {
        const PARTS: usize = 64;
        let visible: Vec<Pixel> = (0..=PARTS)
            .map(|k| {
                let t = k as f64 / PARTS as f64;
                let at = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), z];
                if surface.is_some_and(|s| s.hides(at)) { [f64::NAN; 2] } else { layout.project(at) }
            })
            .collect();
        sheet.line(&visible, &whole, line, 1.0, Dash::Solid, 0.0);
    }
    // Each name stands outside the middle of the nearer of its two edges.
    let centre = layout.project([(x0 + x1) / 2.0, (y0 + y1) / 2.0, z]);
    let near = |a: [f64; 3], b: [f64; 3]| {
        if projection.apply(a)[2] <= projection.apply(b)[2] { a } else { b }
    };
    let (xm, ym) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
    let edges = [near([xm, y0, z], [xm, y1, z]), near([x0, ym, z], [x1, ym, z])];
    let mut placed = Placed { within: whole, boxes: Vec::new() };
    for (name, edge) in space.names.iter().zip(edges) {
        let at = layout.project(edge);
        let out = [at[0] - centre[0], at[1] - centre[1]];
        let length = out[0].hypot(out[1]);
        let away = if length > 1e-9 { [out[0] / length, out[1] / length] } else { [0.0, 1.0] };
        let at = [at[0] + 14.0 * away[0], at[1] + 12.0 * away[1]];
        placed.put(sheet, &words.text(name), at, &name_lettering(Side::Middle, true));
    }
}
