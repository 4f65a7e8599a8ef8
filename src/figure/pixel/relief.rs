//! A grid as a relief: heights, shades and normals, all that does not depend on where the eye is.

use super::shade::Shade;
use crate::loss::{Grid, View};

/// A node of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    /// Height in the box: 0 and 1 at the ends of the range of z; NaN where the loss is not finite.
    pub h: f32,
    /// The shade, 0 to 1.
    pub t: f32,
    /// The unit normal of the surface, upwards, in a box of the proportions 1 : 1 : [`HEIGHT`].
    pub normal: [f32; 3],
}

/// Height of the box over its base, for normals only: about that of the projection.
const HEIGHT: f64 = 0.6;

/// Cells from line to line in the mesh of a sheet.
const MESH: usize = 8;

/// Heights beyond this are all the same: far outside the range.
const FAR: f64 = 1e4;

/// A grid ready to be drawn from any side. Made once for a grid and a range of z, kept while the eye moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Relief {
    pub(super) view: View,
    pub(super) z: [f64; 2],
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// `columns * rows` nodes, in the order of the grid.
    pub(super) nodes: Vec<Node>,
}

impl Relief {
    /// The relief of a grid over its view, where z fills the height of the box; shades as in the grid's heat map.
    /// Empty for a grid without cells or a range that is not one.
    pub fn new(grid: &Grid, z: [f64; 2]) -> Relief {
        let shade = Shade::of(grid);
        Relief::shaded(grid, z, |k| shade.t(grid.values[k]) as f32)
    }

    /// The same for a translucent sheet: the shade is 1 along the lines of a mesh, 0 between them.
    pub fn sheet(grid: &Grid, z: [f64; 2]) -> Relief {
        let columns = grid.columns.max(1);
        Relief::shaded(grid, z, |k| {
            let on = |at: usize| at.is_multiple_of(MESH);
            f32::from(u8::from(on(k / columns) || on(k % columns)))
        })
    }

    /// Whether the nodes of two reliefs stand over the same places.
    pub(super) fn alike(&self, other: &Relief) -> bool {
        (self.columns, self.rows, self.view, self.z) == (other.columns, other.rows, other.view, other.z)
    }

    fn shaded(grid: &Grid, z: [f64; 2], shade: impl Fn(usize) -> f32) -> Relief {
        let (columns, rows) = (grid.columns, grid.rows);
        let sound = columns >= 2 && rows >= 2 && grid.values.len() >= columns * rows && z[0] <= z[1];
        if !sound {
            return Relief { view: grid.view, z, columns: 0, rows: 0, nodes: Vec::new() };
        }
        let heights: Vec<f64> = grid.values.iter().map(|v| height(*v, z)).collect();
        let mut nodes = Vec::with_capacity(columns * rows);
        for j in 0..rows {
            for i in 0..columns {
                let k = j * columns + i;
                let along_u = [(i > 0).then(|| k - 1), (i + 1 < columns).then_some(k + 1)];
                let along_v = [(j > 0).then(|| k - columns), (j + 1 < rows).then_some(k + columns)];
                let su = slope(&heights, k, along_u) * (columns - 1) as f64;
                let sv = slope(&heights, k, along_v) * (rows - 1) as f64;
                let length = (su * su + sv * sv + 1.0).sqrt();
                let normal = [-su / length, -sv / length, 1.0 / length].map(|v| v as f32);
                nodes.push(Node { h: heights[k] as f32, t: shade(k), normal });
            }
        }
        Relief { view: grid.view, z, columns, rows, nodes }
    }
}

/// Height in the box; one half in a range without extent.
fn height(value: f64, z: [f64; 2]) -> f64 {
    let span = z[1] - z[0];
    if !value.is_finite() {
        f64::NAN
    } else if span > 0.0 {
        ((value - z[0]) / span).clamp(-FAR, FAR)
    } else {
        0.5
    }
}

/// The slope from one neighbour to the other, per cell; from or to the node itself where one is missing.
fn slope(heights: &[f64], k: usize, neighbours: [Option<usize>; 2]) -> f64 {
    let [a, b] = neighbours.map(|n| n.filter(|n| heights[*n].is_finite()));
    let steps = usize::from(a.is_some()) + usize::from(b.is_some());
    if steps == 0 || heights[k].is_nan() {
        return 0.0;
    }
    // Heights far outside the range would turn the normals at the cut into noise.
    let near = |k: usize| heights[k].clamp(-0.5, 1.5);
    (near(b.unwrap_or(k)) - near(a.unwrap_or(k))) / steps as f64 * HEIGHT
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View = View { x: [-1.0, 1.0], y: [-1.0, 1.0] };

    #[test]
    fn heights_and_normals_of_a_plane() {
        let relief = Relief::new(&Grid::sample(VIEW, 5, 9, |[x, y]| x + 0.5 * y), [-2.0, 2.0]);
        let length = (0.3f32 * 0.3 + 0.15 * 0.15 + 1.0).sqrt();
        for node in &relief.nodes {
            for (got, want) in node.normal.iter().zip([-0.3, -0.15, 1.0]) {
                assert!((got - want / length).abs() < 1e-6);
            }
        }
        assert_eq!([relief.nodes[0].h, relief.nodes[44].h], [0.125, 0.875]);
        assert_eq!([relief.nodes[0].t, relief.nodes[44].t], [0.0, 1.0]);
    }

    #[test]
    fn nothing_to_draw() {
        for (columns, rows, values) in [(0, 0, 0), (4, 4, 3), (3, 1, 3)] {
            let grid = Grid { view: VIEW, columns, rows, values: vec![0.0; values] };
            assert!(Relief::new(&grid, [0.0, 1.0]).nodes.is_empty());
        }
        let flat = Grid::sample(VIEW, 3, 3, |_| 2.0);
        assert!(Relief::new(&flat, [f64::NAN, 2.0]).nodes.is_empty());
        assert!(Relief::new(&flat, [2.0, 2.0]).nodes.iter().all(|n| n.h == 0.5));
        let holes = Grid::sample(VIEW, 3, 3, |[x, _]| if x < 0.0 { f64::INFINITY } else { 1.0 });
        let relief = Relief::new(&holes, [0.0, 1.0]);
        assert!(relief.nodes[0].h.is_nan() && relief.nodes[1].normal == [0.0, 0.0, 1.0]);
    }
}
