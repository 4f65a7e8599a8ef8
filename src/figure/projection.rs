//! How space is seen: an orthographic projection of z = L(x, y) over a rectangle.

use super::layout::Size;
use super::scene::Space;

/// Height of the box over its base of side 1.
const HEIGHT: f64 = 0.62;
/// Pixels kept free on every side, for the names of the axes.
const MARGIN: f64 = 20.0;

/// An orthographic projection. The base rectangle becomes the unit square about the origin and the range of z the
/// height 0.62; that box is turned by yaw about the vertical (counter-clockwise seen from above, so that the near side
/// moves right as yaw grows), seen from pitch above the horizon, and scaled so that no yaw clips it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// Per axis: the middle of the data range and the box length of one data unit.
    middle: [f64; 3],
    unit: [f64; 3],
    z: [f64; 2],
    yaw: [f64; 2],
    pitch: [f64; 2],
    scale: f64,
    centre: [f64; 2],
}

impl Projection {
    /// The projection of a space onto a picture.
    pub fn new(space: &Space, size: Size) -> Projection {
        let size = size.sane();
        let axis = |[lo, hi]: [f64; 2], length: f64| {
            let span = hi - lo;
            if span > 0.0 && span.is_finite() { (lo / 2.0 + hi / 2.0, length / span) } else { (lo, 0.0) }
        };
        let (x, y, z) = (axis(space.view.x, 1.0), axis(space.view.y, 1.0), axis(space.z, HEIGHT));
        let turn = |angle: f64| if angle.is_finite() { [angle.cos(), angle.sin()] } else { [1.0, 0.0] };
        let (yaw, pitch) = (turn(space.yaw), turn(space.pitch));
        let diagonal = std::f64::consts::SQRT_2;
        let tall = HEIGHT * pitch[0].abs() + diagonal * pitch[1].abs();
        let room = |pixels: f64| (pixels - 2.0 * MARGIN).max(pixels * 0.5);
        let scale = (room(size.width) / diagonal).min(room(size.height) / tall);
        let z_range = if space.z[0] <= space.z[1] { space.z } else { [f64::NEG_INFINITY, f64::INFINITY] };
        Projection {
            middle: [x.0, y.0, z.0],
            unit: [x.1, y.1, z.1],
            z: z_range,
            yaw,
            pitch,
            scale,
            centre: [size.width / 2.0, size.height / 2.0],
        }
    }

    /// Pixel x (right), pixel y (down) and depth (in pixels, greater is farther) of a point (x, y, z). z is clipped to
    /// its range; a NaN among the three gives NaN.
    pub fn apply(&self, at: [f64; 3]) -> [f64; 3] {
        let z = if at[2].is_nan() { at[2] } else { at[2].max(self.z[0]).min(self.z[1]) };
        let x = (at[0] - self.middle[0]) * self.unit[0];
        let y = (at[1] - self.middle[1]) * self.unit[1];
        let z = (z - self.middle[2]) * self.unit[2];
        let right = x * self.yaw[0] - y * self.yaw[1];
        let far = x * self.yaw[1] + y * self.yaw[0];
        let up = z * self.pitch[0] + far * self.pitch[1];
        let depth = far * self.pitch[0] - z * self.pitch[1];
        [self.centre[0] + self.scale * right, self.centre[1] - self.scale * up, self.scale * depth]
    }

    /// The same for a point over the base, half way up.
    pub fn at_mid_height(&self, at: [f64; 2]) -> [f64; 3] {
        self.apply([at[0], at[1], self.middle[2]])
    }

    /// Pixels per unit of the box (the base has side 1).
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Box coordinates (base −½…½, up ±0.31) of a point: what a rasteriser needs for normals. Not clipped.
    pub fn normalised(&self, at: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|k| (at[k] - self.middle[k]) * self.unit[k])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::View;
    use crate::phrase::Phrase;

    fn space(yaw: f64, pitch: f64) -> Space {
        Space {
            view: View { x: [-2.0, 2.0], y: [0.0, 8.0] },
            z: [1.0, 3.0],
            yaw,
            pitch,
            names: [Phrase::verbatim("x"), Phrase::verbatim("y")],
        }
    }
    const SIZE: Size = Size { width: 400.0, height: 300.0 };

    #[test]
    fn the_profile_shows_x_and_z_and_the_map_x_and_y() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        let profile = Projection::new(&space(0.0, 0.0), SIZE);
        let [px, py, depth] = profile.apply([1.0, 8.0, 3.0]);
        let s = profile.scale();
        close(px, 200.0 + 0.25 * s);
        close(py, 150.0 - HEIGHT / 2.0 * s);
        close(depth, 0.5 * s);
        let map = Projection::new(&space(0.0, std::f64::consts::FRAC_PI_2), SIZE);
        let [px, py, depth] = map.apply([1.0, 8.0, 3.0]);
        close(px, 200.0 + 0.25 * map.scale());
        close(py, 150.0 - 0.5 * map.scale());
        close(depth, -HEIGHT / 2.0 * map.scale());
    }

    #[test]
    fn positive_yaw_moves_the_near_side_right() {
        let near = [0.0, 0.0, 2.0];
        assert!(Projection::new(&space(0.3, 0.5), SIZE).apply(near)[0] > 200.0);
    }

    #[test]
    fn the_box_stays_on_the_picture_from_everywhere() {
        for i in 0..24 {
            for j in 0..=8 {
                let p = Projection::new(&space(f64::from(i) * 0.27, f64::from(j) * 0.19), SIZE);
                for k in 0..8 {
                    let pick = |bit: i32, [lo, hi]: [f64; 2]| if k >> bit & 1 == 0 { lo } else { hi };
                    let [x, y, _] =
                        p.apply([pick(0, [-2.0, 2.0]), pick(1, [0.0, 8.0]), pick(2, [-9.0, 9.0])]);
                    assert!((0.0..=400.0).contains(&x) && (0.0..=300.0).contains(&y), "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn degenerate_sizes_and_ranges_give_finite_pixels() {
        let nan = f64::NAN;
        for size in [Size { width: 0.0, height: 0.0 }, Size { width: nan, height: f64::INFINITY }] {
            assert!(
                Projection::new(&space(0.1, 0.2), size).apply([1.0, 1.0, 2.0]).iter().all(|v| v.is_finite())
            );
        }
        let mut flat = space(nan, nan);
        flat.z = [2.0, 2.0];
        flat.view.x = [1.0, 1.0];
        let p = Projection::new(&flat, SIZE);
        assert!(p.apply([5.0, 1.0, 7.0]).iter().all(|v| v.is_finite()));
        assert!(p.apply([5.0, nan, 7.0])[0].is_nan());
        // Ends whose sum is beyond all numbers.
        let high = Projection::new(&Space { z: [1.2e308, 1.6e308], ..space(0.3, 0.5) }, SIZE);
        assert!(high.apply([1.0, 1.0, 1.5e308]).iter().all(|v| v.is_finite()));
    }
}
