//! Rectangles that touch, taken together: what lies in them lies in one place, or along one curve.

use crate::loss::View;
use crate::order::order;

/// A rectangle of the grid of its level: column and row.
pub(super) type Cell = [u64; 2];

/// How far the middle of the view is off the edges of rectangles.
const SKEW: f64 = 0.0437;

/// The rectangle of a cell: at every level there are 2^level columns and rows.
pub(super) fn rectangle(view: View, level: u32, [i, j]: Cell) -> View {
    let count = (1_u64 << level) as f64;
    let along = |[lo, hi]: [f64; 2], k: u64| {
        // Neighbours share their edge to the last digit, and the outermost edges are those of the view. The others
        // are off the round numbers, on which points of symmetry lie.
        let edge = |k: u64| {
            let t = k as f64 / count;
            let t = t + SKEW * t * (1.0 - t);
            lo * (1.0 - t) + hi * t
        };
        [edge(k), edge(k + 1)]
    };
    View { x: along(view.x, i), y: along(view.y, j) }
}

/// Cells of one level.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub level: u32,
    pub cells: Vec<Cell>,
}

impl Group {
    /// Its cells in groups that touch, by their sides or corners.
    pub fn parts(self) -> Vec<Group> {
        let Group { level, cells } = self;
        let sorted: Vec<Cell> =
            order(cells.len(), &mut |a, b| cells[a] < cells[b]).into_iter().map(|k| cells[k]).collect();
        let mut taken = vec![false; sorted.len()];
        let mut groups = Vec::new();
        for first in 0..sorted.len() {
            if taken[first] {
                continue;
            }
            taken[first] = true;
            let mut group = vec![sorted[first]];
            let mut next = 0;
            while let Some([i, j]) = group.get(next).copied() {
                next += 1;
                for k in 0..9 {
                    // Wraps below 0 to where no cell is.
                    let cell = [(i + k % 3).wrapping_sub(1), (j + k / 3).wrapping_sub(1)];
                    if let Ok(at) = sorted.binary_search(&cell)
                        && !taken[at]
                    {
                        taken[at] = true;
                        group.push(cell);
                    }
                }
            }
            groups.push(Group { level, cells: group });
        }
        groups
    }

    /// The quarters of its cells, which are cells of the next level.
    pub fn halved(&self) -> Vec<Cell> {
        let quarters = |[i, j]: Cell| [[0, 0], [1, 0], [0, 1], [1, 1]].map(|[a, b]| [2 * i + a, 2 * j + b]);
        self.cells.iter().copied().flat_map(quarters).collect()
    }

    /// The first and the last column and row that it reaches into.
    fn corners(&self) -> [Cell; 2] {
        let mut corners = [[u64::MAX; 2], [0; 2]];
        for cell in &self.cells {
            for k in 0..2 {
                corners[0][k] = corners[0][k].min(cell[k]);
                corners[1][k] = corners[1][k].max(cell[k]);
            }
        }
        corners
    }

    /// How many columns or rows it reaches over, whichever are more.
    pub fn length(&self) -> u64 {
        let [from, to] = self.corners();
        (to[0] - from[0]).max(to[1] - from[1]) + 1
    }

    /// The rectangle around it.
    pub fn hull(&self, view: View) -> View {
        let [from, to] = self.corners().map(|corner| rectangle(view, self.level, corner));
        View { x: [from.x[0], to.x[1]], y: [from.y[0], to.y[1]] }
    }
}
