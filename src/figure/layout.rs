//! From data to pixels and back.

use super::projection::Projection;
use super::scene::{Axis, Frame, Plane};
use super::text::text_width;
use super::tick::{Along, TICK_SIZE, Tick, ticks};
use crate::phrase::Phrase;

/// The size of a figure in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Size {
    /// The same size where it is usable; 0 for a side that is negative or not finite, and at most 16,384.
    pub(super) fn sane(self) -> Size {
        let side = |v: f64| if v.is_finite() { v.clamp(0.0, 16384.0) } else { 0.0 };
        Size { width: side(self.width), height: side(self.height) }
    }
}

/// A rectangle of pixels, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge, at or right of `left`.
    pub right: f64,
    /// Bottom edge, at or below `top`.
    pub bottom: f64,
}

/// Where the data of a frame lie on a picture of some size.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    size: Size,
    plot: Rect,
    x: [f64; 2],
    y: [f64; 2],
    projection: Option<Projection>,
    ticks: [Vec<Tick>; 2],
}

impl Layout {
    /// The layout of a frame on a picture. Total: any size, any range.
    pub fn new(frame: &Frame, size: Size) -> Layout {
        let size = size.sane();
        let whole = Rect { left: 0.0, top: 0.0, right: size.width, bottom: size.height };
        match frame {
            Frame::Plane(plane) => Layout::plane(plane, size, whole),
            Frame::Space(space) => Layout {
                size,
                plot: whole,
                x: space.view.x,
                y: space.view.y,
                projection: Some(Projection::new(space, size)),
                ticks: [Vec::new(), Vec::new()],
            },
        }
    }

    fn plane(plane: &Plane, size: Size, whole: Rect) -> Layout {
        let (x, y) = (sound(&plane.x), sound(&plane.y));
        let mut plot = whole;
        if !plane.inside {
            plot.top = 20.0_f64.min(size.height / 4.0);
            plot.bottom = size.height - 22.0_f64.min(size.height / 4.0);
        }
        let y_ticks = ticks_of(&plane.y, y, plot.bottom - plot.top, Along::Y);
        if !plane.inside {
            // As wide as the widest label needs.
            let widest = y_ticks.iter().map(|t| text_width(&t.label, TICK_SIZE, false)).fold(0.0, f64::max);
            plot.left = (widest + 8.0).clamp(16.0, 120.0).min(size.width / 2.0);
            plot.right = size.width - 14.0_f64.min(size.width / 4.0);
        }
        let mut x_ticks = ticks_of(&plane.x, x, plot.right - plot.left, Along::X);
        // What is a whisker beyond the end is on it.
        x_ticks.retain(|tick| tick.at <= plane.end + 1e-9 * (x[1] - x[0]));
        Layout { size, plot, x, y, projection: None, ticks: [x_ticks, y_ticks] }
    }

    /// The ticks of the axes of a `Plane`.
    pub fn ticks(&self) -> (&[Tick], &[Tick]) {
        let [x, y] = &self.ticks;
        (x, y)
    }

    /// The size of the picture.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The part of the picture that the data fill.
    pub fn plot(&self) -> Rect {
        self.plot
    }

    /// The pixel (x right, y down) of a data point of a `Plane`; of a point on the base of a `Space` at mid-height.
    pub fn to_pixel(&self, at: [f64; 2]) -> [f64; 2] {
        if let Some(projection) = &self.projection {
            let [x, y, _] = projection.at_mid_height(at);
            return [x, y];
        }
        let Rect { left, top, right, bottom } = self.plot;
        [
            left + (at[0] - self.x[0]) / (self.x[1] - self.x[0]) * (right - left),
            bottom - (at[1] - self.y[0]) / (self.y[1] - self.y[0]) * (bottom - top),
        ]
    }

    pub(super) fn to_pixels(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        points.iter().map(|p| self.to_pixel(*p)).collect()
    }

    /// The data point of a `Plane` at a pixel. A plot without extent gives the middle of its ranges.
    pub fn to_data(&self, pixel: [f64; 2]) -> [f64; 2] {
        let Rect { left, top, right, bottom } = self.plot;
        let part = |offset: f64, length: f64| if length > 0.0 { offset / length } else { 0.5 };
        let (tx, ty) = (part(pixel[0] - left, right - left), part(bottom - pixel[1], bottom - top));
        [self.x[0] + tx * (self.x[1] - self.x[0]), self.y[0] + ty * (self.y[1] - self.y[0])]
    }

    /// The pixel of a point in space (x, y, z); in a `Plane` z is ignored.
    pub fn project(&self, at: [f64; 3]) -> [f64; 2] {
        match &self.projection {
            Some(projection) => {
                let [x, y, _] = projection.apply(at);
                [x, y]
            }
            None => self.to_pixel([at[0], at[1]]),
        }
    }

    /// The projection of a `Space`.
    pub fn projection(&self) -> Option<&Projection> {
        self.projection.as_ref()
    }
}

/// The ticks of an axis: none where it has no name, as on a sheet of pictures.
fn ticks_of(axis: &Axis, range: [f64; 2], length: f64, along: Along) -> Vec<Tick> {
    if axis.name == Phrase::verbatim("") { Vec::new() } else { ticks(range, axis.scale, length, along) }
}

/// The range of an axis, or one about the same place that has an extent.
fn sound(axis: &Axis) -> [f64; 2] {
    let [lo, hi] = axis.range;
    match (lo.is_finite(), hi.is_finite()) {
        (true, true) if lo < hi && (hi - lo).is_finite() => [lo, hi],
        (true, true) if lo == hi => {
            let half = (lo.abs() * 0.5).clamp(1e-300, 1e300).max(if lo == 0.0 { 0.5 } else { 0.0 });
            [lo - half, lo + half]
        }
        _ => [0.0, 1.0],
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Plane, Scale, Space};
    use super::*;
    use crate::loss::View;
    use crate::phrase::Phrase;

    fn plane(x: [f64; 2], y: [f64; 2], inside: bool) -> Frame {
        let axis = |range| Axis { range, name: Phrase::verbatim("w"), scale: Scale::Even };
        Frame::Plane(Plane { x: axis(x), y: axis(y), inside, end: f64::INFINITY })
    }

    #[test]
    fn a_map_fills_its_canvas() {
        let layout =
            Layout::new(&plane([-2.0, 2.0], [-1.0, 3.0], true), Size { width: 400.0, height: 200.0 });
        assert_eq!(layout.to_pixel([-2.0, 3.0]), [0.0, 0.0]);
        assert_eq!(layout.to_pixel([2.0, -1.0]), [400.0, 200.0]);
        assert_eq!(layout.to_pixel([0.0, 1.0]), [200.0, 100.0]);
    }

    #[test]
    fn pixels_and_data_are_inverse() {
        for inside in [true, false] {
            for [w, h] in [[280.0, 180.0], [560.0, 560.0], [1920.0, 300.0]] {
                let layout =
                    Layout::new(&plane([-3.5, 1.25], [1e-3, 2e-3], inside), Size { width: w, height: h });
                for at in [[-3.5, 1e-3], [0.1, 1.7e-3], [5.0, 1e-2]] {
                    let back = layout.to_data(layout.to_pixel(at));
                    assert!((back[0] - at[0]).abs() < 1e-12 && (back[1] - at[1]).abs() < 1e-15, "{back:?}");
                }
            }
        }
    }

    #[test]
    fn any_size_and_range_give_finite_pixels_and_data() {
        let nan = f64::NAN;
        let inf = f64::INFINITY;
        for range in [[0.0, 0.0], [nan, 1.0], [2.0, 1.0], [-inf, inf], [7.0, 7.0], [-1e308, 1e308]] {
            for size in [[0.0, 0.0], [nan, nan], [-5.0, inf], [1.0, 1.0]] {
                for inside in [true, false] {
                    let layout =
                        Layout::new(&plane(range, range, inside), Size { width: size[0], height: size[1] });
                    let pixel = layout.to_pixel([0.5, 0.5]);
                    let data = layout.to_data([3.0, 4.0]);
                    assert!(pixel.iter().chain(&data).all(|v| v.is_finite()), "{range:?} {size:?} {pixel:?}");
                    let Rect { left, top, right, bottom } = layout.plot();
                    assert!(left <= right && top <= bottom);
                }
            }
        }
    }

    #[test]
    fn a_space_has_a_projection() {
        let space = Frame::Space(Space {
            view: View { x: [0.0, 1.0], y: [0.0, 1.0] },
            z: [0.0, 1.0],
            yaw: 0.4,
            pitch: 0.5,
            names: [Phrase::verbatim("x"), Phrase::verbatim("y")],
        });
        let layout = Layout::new(&space, Size { width: 300.0, height: 200.0 });
        let [x, y, _] = layout.projection().unwrap().apply([0.2, 0.9, 0.3]);
        assert_eq!(layout.project([0.2, 0.9, 0.3]), [x, y]);
    }

    /// Room for labels beyond the last step is no part of the axis.
    #[test]
    fn an_axis_ends_where_its_data_do() {
        let axis = |range| Axis { range, name: Phrase::verbatim("t"), scale: Scale::Even };
        let (x, y) = (axis([0.0, 520.0]), axis([0.0, 1.0]));
        let ticks = |end| {
            let frame = Frame::Plane(Plane { x: x.clone(), y: y.clone(), inside: false, end });
            let layout = Layout::new(&frame, Size { width: 600.0, height: 300.0 });
            layout.ticks().0.iter().map(|tick| tick.at).fold(0.0, f64::max)
        };
        assert_eq!(ticks(400.0), 400.0);
        assert!(ticks(f64::INFINITY) > 450.0);
    }
}
