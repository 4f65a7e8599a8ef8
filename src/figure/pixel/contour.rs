//! Contour lines by marching squares.
//!
//! Each cell of the grid is cut by the segments that its four corners, above or below the level, ask for; segments that
//! meet on a cell's side are joined. Two opposite corners above and two below are ambiguous: there the *asymptotic
//! decider* joins the corners that lie on the same side as the saddle point of the bilinear interpolant (G. Nielson and
//! B. Hamann, "The asymptotic decider: resolving the ambiguity in marching cubes", Visualization 1991).

use super::shade::Shade;
use crate::loss::Grid;

/// The contour lines of one level.
#[derive(Clone, Debug, PartialEq)]
pub struct Contour {
    /// L on the lines.
    pub level: f64,
    /// Polylines in data coordinates; the first point of a closed one is repeated as its last.
    pub lines: Vec<Vec<[f64; 2]>>,
}

/// The contour lines of a grid at each of `levels`. Crossings are placed by linear interpolation on the scale of the
/// grid's [`Shade`], so logarithmically where the loss spans decades. A cell with a value that is not finite holds no
/// line; one that ends there is open, as are those that end at the edge.
///
/// ```
/// use saddlescope::figure::contours;
/// use saddlescope::loss::{Grid, View};
/// let view = View { x: [0.0, 1.0], y: [0.0, 1.0] };
/// let grid = Grid { view, columns: 2, rows: 2, values: vec![0.0, 1.0, 0.0, 1.0] };
/// assert_eq!(contours(&grid, &[0.25])[0].lines, [[[0.25, 1.0], [0.25, 0.0]]]);
/// ```
pub fn contours(grid: &Grid, levels: &[f64]) -> Vec<Contour> {
    contours_by(grid, &Shade::of(grid), levels)
}

/// The same with the grid's shade, where it is known.
pub fn contours_by(grid: &Grid, shade: &Shade, levels: &[f64]) -> Vec<Contour> {
    let values: Vec<f64> = grid.values.iter().map(|v| finite_or_nan(shade.transform(*v))).collect();
    let scaled: Vec<f64> = levels.iter().map(|level| shade.transform(*level)).collect();
    let lines = lines(grid, &values, &scaled);
    levels.iter().zip(lines).map(|(&level, lines)| Contour { level, lines }).collect()
}

/// An infinite corner gives no place for a crossing: treat it like one that is not defined.
fn finite_or_nan(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

/// A value on the level counts as above, so that a line never runs through a corner twice.
fn above(value: f64, level: f64) -> bool {
    value >= level
}

/// Sides of a cell.
const BOTTOM: usize = 0;
const RIGHT: usize = 1;
const TOP: usize = 2;
const LEFT: usize = 3;

/// The segments of a cell, from side to side, by which corners are above: bit 0 bottom left, 1 bottom right, 2 top
/// right, 3 top left. The higher side is on the left of a segment's direction. 5 and 10 are as when the middle is above.
const CASES: [&[[usize; 2]]; 16] = [
    &[],
    &[[BOTTOM, LEFT]],
    &[[RIGHT, BOTTOM]],
    &[[RIGHT, LEFT]],
    &[[TOP, RIGHT]],
    &[[BOTTOM, RIGHT], [TOP, LEFT]],
    &[[TOP, BOTTOM]],
    &[[TOP, LEFT]],
    &[[LEFT, TOP]],
    &[[BOTTOM, TOP]],
    &[[RIGHT, TOP], [LEFT, BOTTOM]],
    &[[RIGHT, TOP]],
    &[[LEFT, RIGHT]],
    &[[BOTTOM, RIGHT]],
    &[[LEFT, BOTTOM]],
    &[],
];

/// Cases 5 and 10 when the middle is below.
const SPLIT: [&[[usize; 2]]; 2] = [&[[BOTTOM, LEFT], [TOP, RIGHT]], &[[RIGHT, BOTTOM], [LEFT, TOP]]];

/// No side.
const NONE: u32 = u32::MAX;

/// The lines of every level.
fn lines(grid: &Grid, values: &[f64], levels: &[f64]) -> Vec<Vec<Vec<[f64; 2]>>> {
    let (columns, rows) = (grid.columns, grid.rows);
    let mut cells: Vec<Vec<usize>> = vec![Vec::new(); levels.len()];
    if columns < 2 || rows < 2 || values.len() < columns * rows {
        return vec![Vec::new(); levels.len()];
    }
    // Once over the grid: which levels run through a cell. Most cells have none.
    for j in 0..rows - 1 {
        for i in 0..columns - 1 {
            let k = j * columns + i;
            let [a, b, c, d] = corners(values, columns, k);
            if (a + b + c + d).is_nan() {
                continue;
            }
            let (least, most) = (a.min(b).min(c.min(d)), a.max(b).max(c.max(d)));
            for (level, cells) in levels.iter().zip(&mut cells) {
                if above(most, *level) && !above(least, *level) {
                    cells.push(k);
                }
            }
        }
    }
    let mut sides = Sides { next: vec![NONE; 2 * columns * rows], entered: vec![false; 2 * columns * rows] };
    levels
        .iter()
        .zip(&cells)
        .map(|(level, cells)| lines_in(cells, grid, values, *level, &mut sides))
        .collect()
}

/// The values at the corners of the cell whose lowest node is k, in turn.
fn corners(values: &[f64], columns: usize, k: usize) -> [f64; 4] {
    [values[k], values[k + 1], values[k + columns + 1], values[k + columns]]
}

/// What is known of every side of every cell while a level is traced. By number: the side to the right of node k is 2k,
/// the one above it 2k + 1. Each is entered by at most one segment and left by at most one, since the higher side is always
/// on the left.
struct Sides {
    /// Where the segment that leaves it goes.
    next: Vec<u32>,
    /// Whether a segment enters it.
    entered: Vec<bool>,
}

/// The lines of one level through these cells. Leaves the sides as it found them.
fn lines_in(
    cells: &[usize],
    grid: &Grid,
    values: &[f64],
    level: f64,
    sides: &mut Sides,
) -> Vec<Vec<[f64; 2]>> {
    let columns = grid.columns;
    let Sides { next, entered } = sides;
    let mut starts = Vec::with_capacity(cells.len());
    let mut ends = Vec::with_capacity(cells.len());
    for &k in cells {
        let corners = corners(values, columns, k);
        let case = (0..4).fold(0, |case, c| case | usize::from(above(corners[c], level)) << c);
        let sides = [2 * k, 2 * (k + 1) + 1, 2 * (k + columns), 2 * k + 1];
        let segments = match case {
            5 | 10 if !above(saddle(corners), level) => SPLIT[usize::from(case == 10)],
            _ => CASES[case],
        };
        for [from, to] in segments {
            next[sides[*from]] = sides[*to] as u32;
            entered[sides[*to]] = true;
            starts.push(sides[*from]);
            ends.push(sides[*to]);
        }
    }
    let crossing = |side: usize| {
        let k = side / 2;
        let (i, j) = (k % columns, k / columns);
        let (l, ends) = if side.is_multiple_of(2) {
            (k + 1, [grid.point(i, j), grid.point(i + 1, j)])
        } else {
            (k + columns, [grid.point(i, j), grid.point(i, j + 1)])
        };
        let s = ((level - values[k]) / (values[l] - values[k])).clamp(0.0, 1.0);
        [0, 1].map(|c| {
            if ends[0][c] == ends[1][c] { ends[0][c] } else { ends[0][c] * (1.0 - s) + ends[1][c] * s }
        })
    };
    // Open lines begin at a side that no segment enters; what remains after them is closed.
    let mut out = Vec::new();
    for closed in [false, true] {
        for &start in &starts {
            if next[start] == NONE || entered[start] != closed {
                continue;
            }
            let mut line = vec![crossing(start)];
            let mut side = start;
            while next[side] != NONE {
                side = std::mem::replace(&mut next[side], NONE) as usize;
                line.push(crossing(side));
            }
            out.push(line);
        }
    }
    ends.into_iter().for_each(|end| entered[end] = false);
    out
}

/// The value at the saddle point of the bilinear interpolant, (ac − bd) / (a + c − b − d) for corners a, b, c, d in
/// turn; with a and c on the same side of the level and b and d on the other, the divisor is not zero.
fn saddle([a, b, c, d]: [f64; 4]) -> f64 {
    // About the mean, so that equal large parts cancel before they are multiplied.
    let mean = (a + b + c + d) / 4.0;
    let [a, b, c, d] = [a, b, c, d].map(|v| v - mean);
    mean + (a * c - b * d) / (a + c - b - d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::View;

    fn unit(columns: usize, rows: usize, values: &[f64]) -> Grid {
        let view = View { x: [0.0, (columns - 1) as f64], y: [0.0, (rows - 1) as f64] };
        Grid { view, columns, rows, values: values.to_vec() }
    }

    /// Linear interpolation, whatever the shade of so few values would be.
    fn at(grid: &Grid, level: f64) -> Vec<Vec<[f64; 2]>> {
        let values: Vec<f64> = grid.values.iter().map(|v| finite_or_nan(*v)).collect();
        lines(grid, &values, &[level]).remove(0)
    }

    #[test]
    fn one_cell() {
        // One corner above: a segment with the corner on its left.
        assert_eq!(at(&unit(2, 2, &[1.0, 0.0, 0.0, 0.0]), 0.5), [[[0.5, 0.0], [0.0, 0.5]]]);
        // Two: from side to side.
        assert_eq!(at(&unit(2, 2, &[0.0, 0.0, 4.0, 4.0]), 1.0), [[[0.0, 0.25], [1.0, 0.25]]]);
        // All or none: no line. A level on a corner: one short segment, or none.
        assert!(at(&unit(2, 2, &[1.0; 4]), 0.5).is_empty());
        assert!(at(&unit(2, 2, &[0.0, 1.0, 2.0, 3.0]), 0.0).is_empty());
        assert!(at(&unit(2, 2, &[0.0, 1.0, 2.0, 3.0]), f64::NAN).is_empty());
    }

    #[test]
    fn every_case_is_the_reverse_of_its_complement() {
        for case in 0..16 {
            let mut reversed: Vec<_> =
                if case == 5 || case == 10 { SPLIT[usize::from(case == 5)] } else { CASES[15 - case] }
                    .iter()
                    .map(|[from, to]| [*to, *from])
                    .collect();
            let mut segments = CASES[case].to_vec();
            reversed.sort();
            segments.sort();
            assert_eq!(segments, reversed, "{case}");
        }
    }

    #[test]
    fn an_ambiguous_cell_follows_the_bilinear_saddle() {
        // Corners 1 0 1 0 in turn: saddle value 1/2. Above it the high corners are apart, below it they are joined.
        let grid = unit(2, 2, &[1.0, 0.0, 0.0, 1.0]);
        for (level, joined) in [(0.4, true), (0.6, false)] {
            let lines = at(&grid, level);
            assert_eq!(lines.len(), 2);
            // A low corner (1, 0) is cut off alone when the high ones are joined.
            let alone = lines.iter().any(|l| l.iter().all(|[x, y]| x - y > 0.0));
            assert_eq!(alone, joined, "{level} {lines:?}");
        }
        // Uneven corners, where the mean of the corners (2.25) would decide otherwise: saddle (8·1 − 0)/9 = 8/9.
        let grid = unit(2, 2, &[8.0, 0.0, 0.0, 1.0]);
        let lines = at(&grid, 0.95);
        assert!(lines.iter().any(|l| l.iter().all(|[x, y]| x + y > 1.5)), "{lines:?}");
    }

    #[test]
    fn cells_that_are_not_finite_hold_no_line() {
        for hole in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut grid = unit(4, 3, &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0]);
            grid.values[5] = hole;
            assert_eq!(at(&grid, 1.5), [[[2.0, 1.5], [3.0, 1.5]]], "{hole}");
        }
    }

    #[test]
    fn a_circle_is_one_closed_line_of_the_right_radius() {
        let view = View { x: [-2.0, 2.0], y: [-2.0, 2.0] };
        for n in [21, 41, 81] {
            let grid = Grid::sample(view, n, n, |[x, y]| x * x + y * y);
            let h = 4.0 / (n - 1) as f64;
            for level in [0.5, 1.0, 2.0] {
                let lines = at(&grid, level);
                assert_eq!(lines.len(), 1);
                let line = &lines[0];
                assert_eq!(line.first(), line.last());
                assert!(line.len() > n / 2);
                // Linear interpolation of x² over h errs by at most h²/4 in L, so by h²/(8r) in the radius.
                for [x, y] in line {
                    let off = x.hypot(*y) - level.sqrt();
                    assert!(off.abs() <= h * h / (8.0 * level.sqrt()) * 1.05 + 1e-12, "{n} {level} {off}");
                }
                // The higher side is on the left: the bowl's rim is outside, so the circle runs clockwise.
                let area: f64 = line.windows(2).map(|w| w[0][0] * w[1][1] - w[1][0] * w[0][1]).sum();
                assert!(area < 0.0);
            }
            // Cut by the edges of the view: four open arcs that end on them.
            let lines = at(&grid, 5.0);
            assert_eq!(lines.len(), 4);
            for [x, y] in lines.iter().flat_map(|l| [l[0], l[l.len() - 1]]) {
                assert!((x.abs().max(y.abs()) - 2.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn levels_of_rosenbrock_are_on_their_lines() {
        let loss = |[x, y]: [f64; 2]| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
        let grid = Grid::sample(View { x: [-2.0, 2.0], y: [-1.0, 3.0] }, 161, 161, loss);
        for contour in contours(&grid, &[100.0, 400.0, 1000.0]) {
            assert!(!contour.lines.is_empty());
            for p in contour.lines.iter().flatten() {
                let value = loss(*p);
                assert!((value / contour.level - 1.0).abs() < 0.03, "{} {value}", contour.level);
            }
        }
    }

    /// Levels share what they are traced with, and each leaves it as it was.
    #[test]
    fn levels_together_are_what_each_is_alone() {
        let view = View { x: [-4.0, 4.0], y: [-4.0, 4.0] };
        let grid =
            Grid::sample(view, 41, 37, |[x, y]| if x * x + y * y < 1.0 { f64::NAN } else { (x * y).sin() });
        let levels = [0.5, -0.5, 0.0, f64::NAN, f64::INFINITY, 0.9, 7.0, 0.5];
        let together = contours(&grid, &levels);
        assert!(together.iter().filter(|c| !c.lines.is_empty()).count() == 5);
        for (contour, level) in together.iter().zip(levels) {
            assert_eq!(contour.lines, contours(&grid, &[level])[0].lines, "{level}");
        }
    }
}
