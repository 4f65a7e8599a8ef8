//! A grid as triangles, cut to the range of z that is shown: all that does not depend on where the eye is.

use super::shade::Shade;
use crate::loss::{Grid, View};

/// A corner of a triangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Vertex {
    /// Where, in the box: each of u (along x), v (along y), h (along z) from 0 to 1.
    pub at: [f32; 3],
    /// The shade, 0 to 1.
    pub t: f32,
    /// The unit normal of the surface, upwards, in a box of the proportions 1 : 1 : [`HEIGHT`].
    pub normal: [f32; 3],
}

/// A triangle, counter-clockwise seen from above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Triangle {
    pub corners: [u32; 3],
    /// What lies beyond the sides from corner 0 to 1, 1 to 2, 2 to 0: a face's number, [`INNER`] or [`RIM`].
    pub beyond: [u32; 3],
}

/// The side is within a face.
pub(super) const INNER: u32 = u32::MAX;
/// Nothing is beyond the side: the edge of the view, of a hole, or of the cut at the top or bottom.
pub(super) const RIM: u32 = u32::MAX - 1;

/// Height of the box over its base, for normals only: about that of the projection.
const HEIGHT: f64 = 0.6;

/// A cell of the grid: two faces, and where their triangles begin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cell {
    /// First triangle of face 0 (numbered 2 · cell).
    pub start: u32,
    /// First triangle of face 1 (numbered 2 · cell + 1).
    pub middle: u32,
    /// One past the last.
    pub end: u32,
    /// The diagonal runs from top left to bottom right, so that face 0 is at the bottom left, face 1 at the top
    /// right; else from bottom left to top right: face 0 is at the bottom right, face 1 at the top left.
    pub falling: bool,
}

/// A grid ready to be drawn from any side: triangles, normals, shades. Made once for a grid and a range of z, kept
/// while the eye moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Mesh {
    pub(super) view: View,
    pub(super) z: [f64; 2],
    pub(super) vertices: Vec<Vertex>,
    pub(super) triangles: Vec<Triangle>,
    /// Slopes ∂h/∂u, ∂h/∂v of the faces.
    pub(super) slopes: Vec<[f32; 2]>,
    /// Cells in a row and in a column.
    pub(super) size: [usize; 2],
    pub(super) cells: Vec<Cell>,
}

impl Mesh {
    /// The mesh of a grid over its view, cut off cleanly where z leaves its range; shades as in the grid's heat map.
    /// A cell is split along the diagonal whose ends differ less in height. One with a corner that is not finite
    /// is left out, but for the half that does not touch that corner.
    pub fn new(grid: &Grid, z: [f64; 2]) -> Mesh {
        let (columns, rows) = (grid.columns, grid.rows);
        let sound = columns >= 2 && rows >= 2 && grid.values.len() >= columns * rows && z[0] <= z[1];
        let size = if sound { [columns - 1, rows - 1] } else { [0, 0] };
        let mut mesh = Mesh {
            view: grid.view,
            z,
            vertices: Vec::new(),
            triangles: Vec::new(),
            slopes: Vec::new(),
            size,
            cells: Vec::new(),
        };
        if !sound {
            return mesh;
        }
        let shade = Shade::of(grid);
        let heights: Vec<f64> = grid.values[..columns * rows].iter().map(|v| height(*v, z)).collect();
        mesh.vertices = vertices(grid, &heights, &shade);
        mesh.cells = vec![Cell::default(); size[0] * size[1]];
        for (k, cell) in mesh.cells.iter_mut().enumerate() {
            let n = k / size[0] * columns + k % size[0];
            let h = [heights[n], heights[n + 1], heights[n + columns + 1], heights[n + columns]];
            cell.falling = falling(h);
        }
        mesh.slopes = vec![[0.0; 2]; 2 * mesh.cells.len()];
        mesh.triangles.reserve(2 * mesh.cells.len());
        let tops = [shade.t(z[0]) as f32, shade.t(z[1]) as f32];
        for k in 0..mesh.cells.len() {
            mesh.add_cell(k, &heights, columns, tops);
        }
        mesh
    }

    fn add_cell(&mut self, k: usize, heights: &[f64], columns: usize, ends: [f32; 2]) {
        let (i, j) = (k % self.size[0], k / self.size[0]);
        let n = j * columns + i;
        // Corners counter-clockwise from the bottom left.
        let corners = [n, n + 1, n + columns + 1, n + columns];
        let falling = self.cells[k].falling;
        let face = k as u32 * 2;
        let below = if j > 0 { self.face(k - self.size[0], false, true) } else { RIM };
        let right = if i + 1 < self.size[0] { self.face(k + 1, true, false) } else { RIM };
        let above = if j + 1 < self.size[1] { self.face(k + self.size[0], false, false) } else { RIM };
        let left = if i > 0 { self.face(k - 1, true, true) } else { RIM };
        let faces = if falling {
            [([0, 1, 3], [below, face + 1, left]), ([1, 2, 3], [right, above, face])]
        } else {
            [([0, 1, 2], [below, right, face + 1]), ([0, 2, 3], [face, above, left])]
        };
        let start = self.triangles.len() as u32;
        let mut middle = start;
        for (f, (picks, beyond)) in faces.into_iter().enumerate() {
            let nodes = picks.map(|c: usize| corners[c]);
            let h = nodes.map(|node| heights[node]);
            if f == 1 {
                middle = self.triangles.len() as u32;
            }
            if !h.iter().all(|v| v.is_finite()) {
                continue;
            }
            // Heights at the corners of the parallelogram that continues the face, for its slopes.
            let [du, dv] = match (falling, f) {
                (true, 0) => [h[1] - h[0], h[2] - h[0]],
                (true, _) => [h[1] - h[2], h[1] - h[0]],
                (false, 0) => [h[1] - h[0], h[2] - h[1]],
                (false, _) => [h[1] - h[2], h[2] - h[0]],
            };
            let scale = [self.size[0] as f64, self.size[1] as f64];
            self.slopes[2 * k + f] = [(du * scale[0]) as f32, (dv * scale[1]) as f32];
            let beyond = beyond.map(|b| if b < RIM && !self.exists(b, heights, columns) { RIM } else { b });
            self.add_face(nodes, h, beyond, ends);
        }
        let cell = &mut self.cells[k];
        (cell.start, cell.middle, cell.end) = (start, middle, self.triangles.len() as u32);
    }

    /// The face of cell `k` at one of its sides: `upright`: left or right, `far`: right or top.
    fn face(&self, k: usize, upright: bool, far: bool) -> u32 {
        let second = match (self.cells[k].falling, upright) {
            (true, _) => far,
            (false, true) => !far,
            (false, false) => far,
        };
        k as u32 * 2 + u32::from(second)
    }

    /// Whether all three corners of a face are finite.
    fn exists(&self, face: u32, heights: &[f64], columns: usize) -> bool {
        let k = face as usize / 2;
        let n = k / self.size[0] * columns + k % self.size[0];
        let corners = [n, n + 1, n + columns + 1, n + columns];
        let left_out = match (self.cells[k].falling, face % 2) {
            (true, 0) => 2,
            (true, _) => 0,
            (false, 0) => 3,
            (false, _) => 1,
        };
        (0..4).all(|c| c == left_out || heights[corners[c]].is_finite())
    }

    /// Cuts a face at h = 0 and h = 1 (Sutherland and Hodgman, 1974) and adds what is left as a fan.
    fn add_face(&mut self, nodes: [usize; 3], h: [f64; 3], beyond: [u32; 3], ends: [f32; 2]) {
        if h.iter().all(|h| (0.0..=1.0).contains(h)) {
            self.triangles.push(Triangle { corners: nodes.map(|n| n as u32), beyond });
            return;
        }
        if h.iter().all(|h| *h < 0.0) || h.iter().all(|h| *h > 1.0) {
            return;
        }
        // Vertex, its exact height, what is beyond the side to the next, and its number if it is a node.
        let mut polygon: Vec<(Vertex, f64, u32, Option<u32>)> =
            (0..3).map(|c| (self.vertices[nodes[c]], h[c], beyond[c], Some(nodes[c] as u32))).collect();
        for (limit, sign, t) in [(0.0, 1.0, ends[0]), (1.0, -1.0, ends[1])] {
            let inside = |h: f64| (h - limit) * sign >= 0.0;
            let mut cut = Vec::with_capacity(5);
            for (c, p) in polygon.iter().enumerate() {
                let q = &polygon[(c + 1) % polygon.len()];
                let crossing = || {
                    let s = ((limit - p.1) / (q.1 - p.1)) as f32;
                    let mix = |a: f32, b: f32| a + (b - a) * s;
                    let at = [mix(p.0.at[0], q.0.at[0]), mix(p.0.at[1], q.0.at[1]), limit as f32];
                    let normal = [0, 1, 2].map(|d| mix(p.0.normal[d], q.0.normal[d]));
                    Vertex { at, t, normal }
                };
                match (inside(p.1), inside(q.1)) {
                    (true, true) => cut.push(*p),
                    (true, false) => cut.extend([*p, (crossing(), limit, RIM, None)]),
                    (false, true) => cut.push((crossing(), limit, p.2, None)),
                    (false, false) => {}
                }
            }
            polygon = cut;
        }
        let n = polygon.len();
        if n < 3 {
            return;
        }
        let numbers: Vec<u32> = polygon
            .iter()
            .map(|(vertex, _, _, node)| {
                node.unwrap_or_else(|| {
                    self.vertices.push(*vertex);
                    self.vertices.len() as u32 - 1
                })
            })
            .collect();
        for c in 1..n - 1 {
            let first = if c == 1 { polygon[0].2 } else { INNER };
            let last = if c == n - 2 { polygon[n - 1].2 } else { INNER };
            self.triangles.push(Triangle {
                corners: [numbers[0], numbers[c], numbers[c + 1]],
                beyond: [first, polygon[c].2, last],
            });
        }
    }
}

/// Height in the box: 0 at z[0], 1 at z[1]; 0.5 in a range without extent.
fn height(value: f64, z: [f64; 2]) -> f64 {
    let span = z[1] - z[0];
    if !value.is_finite() {
        f64::NAN
    } else if span > 0.0 {
        (value - z[0]) / span
    } else {
        0.5
    }
}

/// Whether the diagonal should run from top left to bottom right. It joins the corners that differ less, and keeps a
/// corner that is not finite to one side.
fn falling(h: [f64; 4]) -> bool {
    if !(h[0].is_finite() && h[2].is_finite()) {
        return true;
    }
    // Where it makes no difference, alternate by nothing: NaN gives false.
    (h[1] - h[3]).abs() < (h[0] - h[2]).abs()
}

fn vertices(grid: &Grid, heights: &[f64], shade: &Shade) -> Vec<Vertex> {
    let (columns, rows) = (grid.columns, grid.rows);
    let mut out = Vec::with_capacity(columns * rows + columns);
    // Heights far outside the range would turn the normals at the cut into noise.
    let near = |k: usize| heights[k].clamp(-0.5, 1.5);
    // The slope along one direction, per unit of the box: central where both neighbours are finite.
    let slope = |k: usize, before: Option<usize>, after: Option<usize>, cells: usize| {
        let finite = |k: Option<usize>| k.filter(|k| heights[*k].is_finite());
        let (a, b) = (finite(before), finite(after));
        let steps = f64::from(u8::from(a.is_some()) + u8::from(b.is_some()));
        if steps == 0.0 {
            return 0.0;
        }
        (near(b.unwrap_or(k)) - near(a.unwrap_or(k))) / steps * cells as f64 * HEIGHT
    };
    for j in 0..rows {
        for i in 0..columns {
            let k = j * columns + i;
            let at = [i as f32 / (columns - 1) as f32, j as f32 / (rows - 1) as f32, heights[k] as f32];
            if !heights[k].is_finite() {
                out.push(Vertex { at: [at[0], at[1], 0.0], t: 0.0, normal: [0.0, 0.0, 1.0] });
                continue;
            }
            let su = slope(k, (i > 0).then(|| k - 1), (i + 1 < columns).then_some(k + 1), columns - 1);
            let sv = slope(k, (j > 0).then(|| k - columns), (j + 1 < rows).then_some(k + columns), rows - 1);
            let length = (su * su + sv * sv + 1.0).sqrt();
            let normal = [-su / length, -sv / length, 1.0 / length].map(|v| v as f32);
            out.push(Vertex { at, t: shade.t(grid.values[k]) as f32, normal });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View = View { x: [-1.0, 1.0], y: [-1.0, 1.0] };

    /// Area of the mesh over the base, as a part of it.
    fn base(mesh: &Mesh) -> f64 {
        mesh.triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.corners.map(|k| mesh.vertices[k as usize].at.map(f64::from));
                ((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2.0
            })
            .inspect(|area| assert!(*area >= -1e-9, "counter-clockwise"))
            .sum()
    }

    #[test]
    fn a_whole_grid_covers_its_base_and_a_cut_one_what_is_left() {
        let bowl = Grid::sample(VIEW, 65, 65, |[x, y]| x * x + y * y);
        assert!((base(&Mesh::new(&bowl, [0.0, 2.0])) - 1.0).abs() < 1e-6);
        // Cut at 1: the unit disc in a square of side 2; at 0.25 as well: a ring.
        let pi = std::f64::consts::PI;
        assert!((base(&Mesh::new(&bowl, [0.0, 1.0])) - pi / 4.0).abs() < 1e-3);
        assert!((base(&Mesh::new(&bowl, [0.25, 1.0])) - pi / 4.0 * 0.75).abs() < 1e-3);
        for vertex in Mesh::new(&bowl, [0.25, 1.0]).triangles.iter().flat_map(|t| t.corners) {
            let mesh = Mesh::new(&bowl, [0.25, 1.0]);
            let h = mesh.vertices[vertex as usize].at[2];
            assert!((-1e-6..=1.0 + 1e-6).contains(&h));
            break;
        }
    }

    #[test]
    fn neighbours_are_mutual() {
        let grid = Grid::sample(VIEW, 9, 7, |[x, y]| if x * x + y * y < 0.1 { f64::NAN } else { x * y * y });
        let mesh = Mesh::new(&grid, [-1.0, 1.0]);
        let mut pairs = Vec::new();
        for (k, cell) in mesh.cells.iter().enumerate() {
            for (f, range) in [cell.start..cell.middle, cell.middle..cell.end].into_iter().enumerate() {
                for t in range {
                    let beyond = mesh.triangles[t as usize].beyond;
                    pairs.extend(beyond.iter().filter(|b| **b < RIM).map(|b| (2 * k as u32 + f as u32, *b)));
                }
            }
        }
        assert!(pairs.len() > 100);
        for (a, b) in &pairs {
            assert!(pairs.contains(&(*b, *a)), "{a} {b}");
        }
    }

    #[test]
    fn slopes_and_normals_of_a_plane() {
        let mesh = Mesh::new(&Grid::sample(VIEW, 5, 9, |[x, y]| x + 0.5 * y), [-2.0, 2.0]);
        for s in &mesh.slopes {
            assert!((s[0] - 0.5).abs() < 1e-6 && (s[1] - 0.25).abs() < 1e-6, "{s:?}");
        }
        let length = (0.3f32 * 0.3 + 0.15 * 0.15 + 1.0).sqrt();
        for v in &mesh.vertices {
            for (got, want) in v.normal.iter().zip([-0.3, -0.15, 1.0]) {
                assert!((got - want / length).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn nothing_to_draw() {
        for grid in [
            Grid::sample(VIEW, 5, 5, |_| f64::NAN),
            Grid { view: VIEW, columns: 0, rows: 0, values: Vec::new() },
            Grid { view: VIEW, columns: 4, rows: 4, values: vec![0.0; 3] },
        ] {
            assert!(Mesh::new(&grid, [0.0, 1.0]).triangles.is_empty());
        }
        let flat = Grid::sample(VIEW, 3, 3, |_| 2.0);
        assert_eq!(Mesh::new(&flat, [2.0, 2.0]).triangles.len(), 8);
        assert!(Mesh::new(&flat, [f64::NAN, 2.0]).triangles.is_empty());
    }
}
