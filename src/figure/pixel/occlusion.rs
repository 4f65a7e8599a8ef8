//! What a surface hides.

use crate::figure::Projection;
use crate::loss::Grid;

/// How far above the surface, as a part of the height of the box, a point counts as lying on it: curves drawn on the
/// surface are not to be hidden by the flat triangles they touch.
const LIFT: f64 = 0.012;

/// Tells which points in space a surface hides from the eye.
///
/// The line of sight is walked from the point towards the eye, cell by cell. The point is hidden if the line passes
/// from above the surface to below it, or the reverse, at a place that is drawn: within the range of z, and defined.
#[derive(Clone, Debug)]
pub struct Occlusion<'a> {
    grid: &'a Grid,
    z: [f64; 2],
    /// One step towards the eye, in cells and in the box's height; 0, 0, 0 where nothing can be hidden.
    step: [f64; 3],
}

impl<'a> Occlusion<'a> {
    /// The surface of a grid, cut to the range `z`, in a projection.
    pub fn new(grid: &'a Grid, z: [f64; 2], projection: &Projection) -> Occlusion<'a> {
        let none = Occlusion { grid, z, step: [0.0; 3] };
        if grid.columns < 2 || grid.rows < 2 || grid.values.len() < grid.columns * grid.rows {
            return none;
        }
        let ([x0, x1], [y0, y1], [z0, z1]) = (grid.view.x, grid.view.y, z);
        let o = projection.apply([x0, y0, z0]);
        let axes = [[x1, y0, z0], [x0, y1, z0], [x0, y0, z1]].map(|at| {
            let e = projection.apply(at);
            [0, 1, 2].map(|k| e[k] - o[k])
        });
        // The direction in which the picture does not change: the cross product of its two rows. Depth tells the sign.
        let row = |k: usize| axes.map(|a| a[k]);
        let (a, b, depth) = (row(0), row(1), row(2));
        let mut sight = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        if (0..3).map(|k| sight[k] * depth[k]).sum::<f64>() > 0.0 {
            sight = sight.map(|v| -v);
        }
        // In cells; a step is one cell along the faster direction.
        let cells = [sight[0] * (grid.columns - 1) as f64, sight[1] * (grid.rows - 1) as f64, sight[2]];
        let fastest = cells[0].abs().max(cells[1].abs());
        let step = cells.map(|v| v / fastest);
        if step.iter().all(|v| v.is_finite()) { Occlusion { step, ..none } } else { none }
    }

    /// Whether the point (x, y, z) is hidden. A point up to about a hundredth of the height under the surface
    /// counts as lying on it; one that is not finite, or outside the base, is not hidden by what is under it.
    pub fn hides(&self, at: [f64; 3]) -> bool {
        let span = self.z[1] - self.z[0];
        if self.step == [0.0; 3] || span.is_nan() || span <= 0.0 || !at.iter().all(|v| v.is_finite()) {
            return false;
        }
        let along = |v: f64, [lo, hi]: [f64; 2], nodes: usize| (v - lo) / (hi - lo) * (nodes - 1) as f64;
        let mut i = along(at[0], self.grid.view.x, self.grid.columns);
        let mut j = along(at[1], self.grid.view.y, self.grid.rows);
        let mut h = (at[2].clamp(self.z[0], self.z[1]) - self.z[0]) / span;
        let mut gap = self.height(i, j).map(|ground| h - ground);
        // A point just under the surface is on it.
        if let Some(below) = gap.as_mut().filter(|g| **g > -LIFT && **g < LIFT) {
            *below = LIFT;
            h += LIFT;
        }
        for _ in 0..self.grid.columns + self.grid.rows {
            (i, j, h) = (i + self.step[0], j + self.step[1], h + self.step[2]);
            let ground = self.height(i, j);
            let next = ground.map(|ground| h - ground);
            // Where the line meets the surface, within the range.
            if let (Some(a), Some(b), Some(ground)) = (gap, next, ground)
                && (a > 0.0) != (b > 0.0)
            {
                let s = a / (a - b);
                let meets = h - self.step[2] * (1.0 - s);
                if (-0.001..=1.001).contains(&meets) && ground.is_finite() {
                    return true;
                }
            }
            if (h > 1.0 && self.step[2] >= 0.0) || !self.reachable(i, j) {
                return false;
            }
            gap = next;
        }
        false
    }

    /// Whether the walk can still meet the grid.
    fn reachable(&self, i: f64, j: f64) -> bool {
        let ahead = |at: f64, step: f64, last: f64| (at >= 0.0 || step > 0.0) && (at <= last || step < 0.0);
        ahead(i, self.step[0], (self.grid.columns - 1) as f64)
            && ahead(j, self.step[1], (self.grid.rows - 1) as f64)
    }

    /// The surface's height in the box, bilinear between nodes; `None` outside the grid or where it is not defined.
    fn height(&self, i: f64, j: f64) -> Option<f64> {
        let (last_i, last_j) = ((self.grid.columns - 1) as f64, (self.grid.rows - 1) as f64);
        if !(0.0..=last_i).contains(&i) || !(0.0..=last_j).contains(&j) {
            return None;
        }
        let (ci, cj) = ((i as usize).min(self.grid.columns - 2), (j as usize).min(self.grid.rows - 2));
        let (s, t) = (i - ci as f64, j - cj as f64);
        let k = cj * self.grid.columns + ci;
        let low = self.grid.values.get(k..k + 2)?;
        let high = self.grid.values.get(k + self.grid.columns..k + self.grid.columns + 2)?;
        let value = (low[0] * (1.0 - s) + low[1] * s) * (1.0 - t) + (high[0] * (1.0 - s) + high[1] * s) * t;
        let height = (value - self.z[0]) / (self.z[1] - self.z[0]);
        height.is_finite().then_some(height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Size, Space};
    use crate::loss::View;
    use crate::phrase::Phrase;

    const VIEW: View = View { x: [-1.0, 1.0], y: [-2.0, 2.0] };

    fn projection(z: [f64; 2], yaw: f64, pitch: f64) -> Projection {
        let names = [Phrase::verbatim("x"), Phrase::verbatim("y")];
        Projection::new(&Space { view: VIEW, z, yaw, pitch, names }, Size { width: 300.0, height: 200.0 })
    }

    #[test]
    fn a_ridge_hides_what_is_behind_it_and_nothing_else() {
        let ridge = |y: f64| (-(y * 3.0).powi(2)).exp();
        let grid = Grid::sample(VIEW, 41, 81, |[_, y]| ridge(y));
        for (yaw, far) in [(0.0, 1.0), (std::f64::consts::PI, -1.0)] {
            let low = projection([0.0, 1.0], yaw, 0.1);
            let seen = Occlusion::new(&grid, [0.0, 1.0], &low);
            // `far` is the sign of y on the side away from the eye.
            assert!(seen.hides([0.0, far, ridge(1.0)]));
            assert!(seen.hides([0.5, far * 0.6, ridge(0.6)]));
            assert!(!seen.hides([0.0, -far, ridge(1.0)]));
            assert!(!seen.hides([0.0, 0.0, 1.0]));
            // High above the plain behind the ridge; and the plain itself from above.
            assert!(!seen.hides([0.0, far, 1.0]));
            let map = projection([0.0, 1.0], yaw, 1.5);
            assert!(!Occlusion::new(&grid, [0.0, 1.0], &map).hides([0.0, far, ridge(1.0)]));
        }
    }

    #[test]
    fn points_on_a_surface_seen_from_above_are_visible_and_points_under_it_hidden() {
        let f = |[x, y]: [f64; 2]| x * x - y * y / 4.0;
        let grid = Grid::sample(VIEW, 33, 33, f);
        let projection = projection([-1.0, 1.0], 0.5, 1.2);
        let seen = Occlusion::new(&grid, [-1.0, 1.0], &projection);
        for i in 0..=20 {
            for j in 0..=20 {
                let at = [-1.0 + f64::from(i) / 10.0, -2.0 + f64::from(j) / 5.0];
                assert!(!seen.hides([at[0], at[1], f(at)]), "{at:?}");
                // Well inside, since at the near edge one looks under the surface.
                if (4..=16).contains(&i) && (4..=16).contains(&j) && f(at) > -0.7 {
                    assert!(seen.hides([at[0], at[1], f(at) - 0.3]), "{at:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_drawn_hides_nothing() {
        let z = [0.0, 1.0];
        // A wall in front, but above the range; and one that is not defined.
        for wall in [50.0, f64::NAN, f64::INFINITY] {
            let grid = Grid::sample(VIEW, 21, 41, |[_, y]| if y.abs() < 0.2 { wall } else { 0.0 });
            let low = projection(z, 0.0, 0.4);
            let hides = Occlusion::new(&grid, z, &low).hides([0.0, 0.6, 0.0]);
            // The sides of the high wall are within the range for a short way and do hide.
            assert_eq!(hides, wall == 50.0, "{wall}");
        }
        let grid = Grid::sample(VIEW, 21, 41, |_| 0.5);
        for (z, at) in [
            ([0.0, 1.0], [f64::NAN, 0.0, 0.0]),
            ([0.0, 0.0], [0.0, 0.0, 0.0]),
            ([f64::NAN, 0.0], [0.0, 0.0, 0.0]),
        ] {
            assert!(!Occlusion::new(&grid, z, &projection(z, 0.3, 0.5)).hides(at));
        }
    }
}
