//! The heat map: a grid's shades, smoothly interpolated over a rectangle of pixels.

use super::colormap::{STEPS, colormap};
use super::shade::Shade;
use crate::figure::Theme;
use crate::loss::Grid;

/// Paints `grid` into `rgba`, rows of `width` pixels from the top. The grid's view fills the pixel rectangle `area`
/// (left, top, right, bottom; it may reach beyond the picture), and only pixels whose centres lie in both `area` and
/// `clip` are touched. Shades are interpolated by the Catmull–Rom cubic in both directions; the edge of a region
/// where the loss is not defined runs half-way between nodes and is antialiased.
pub fn heat(grid: &Grid, theme: Theme, area: [f64; 4], clip: [f64; 4], width: usize, rgba: &mut [u8]) {
    let (columns, rows) = (grid.columns, grid.rows);
    if columns < 2 || rows < 2 || grid.values.len() < columns * rows || width == 0 {
        return;
    }
    let height = rgba.len() / 4 / width;
    let xs = Axis::new([area[0], area[2]], [clip[0], clip[2]], width, columns);
    // Rows of the grid go up, rows of pixels down.
    let ys = Axis::new([area[3], area[1]], [clip[1], clip[3]], height, rows);
    let shade = Shade::of(grid);
    let top = (STEPS - 1) as f32;
    let mut t: Vec<f32> = grid.values.iter().map(|v| shade.t(*v) as f32 * top).collect();
    let mask = mask(grid);
    if mask.is_some() {
        fill(&mut t, columns, rows);
    }
    let colors = colormap(theme).map(|[r, g, b]| [r, g, b, 255]);
    // The grid's columns at one pixel row, continued by one on either side.
    let mut line = vec![0f32; columns + 2];
    // Each four of them that stand together.
    let mut fours: Vec<[f32; 4]> = Vec::with_capacity(columns);
    for (dy, y) in ys.taps.iter().enumerate() {
        let start = ((ys.first + dy) * width + xs.first) * 4;
        let Some(out) = rgba.get_mut(start..start + xs.taps.len() * 4) else { continue };
        let (out, _) = out.as_chunks_mut::<4>();
        blend(&t, columns, y.from, y.cubic, &mut line);
        fours.clear();
        fours.extend(line.windows(4).filter_map(|four| four.first_chunk::<4>()));
        for (pixel, x) in out.iter_mut().zip(&xs.taps) {
            // A cast stops at 0 and makes 0 of NaN.
            *pixel = colors[((x.dot(&fours, x.cubic) + 0.5) as usize).min(STEPS - 1)];
        }
        let Some(mask) = &mask else { continue };
        // Linear in the mask: cubic weights would ring.
        blend(mask, columns, y.from, y.linear, &mut line);
        fours.clear();
        fours.extend(line.windows(4).filter_map(|four| four.first_chunk::<4>()));
        for (pixel, x) in out.iter_mut().zip(&xs.taps) {
            let inside = (x.dot(&fours, x.linear) - 0.5) * xs.pixels_per_node + 0.5;
            pixel[3] = (inside.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
            if pixel[3] == 0 {
                *pixel = [0; 4];
            }
        }
    }
}

/// The weights of four neighbours, at −1, 0, 1, 2, of the Catmull–Rom cubic at s in 0..1.
pub(super) fn catmull_rom(s: f64) -> [f64; 4] {
    let (s2, s3) = (s * s, s * s * s);
    [
        (-s3 + 2.0 * s2 - s) / 2.0,
        (3.0 * s3 - 5.0 * s2 + 2.0) / 2.0,
        (-3.0 * s3 + 4.0 * s2 + s) / 2.0,
        (s3 - s2) / 2.0,
    ]
}

/// Where one pixel lies among the nodes: between nodes `from` and `from + 1`.
struct Tap {
    from: usize,
    cubic: [f32; 4],
    linear: [f32; 4],
}

impl Tap {
    /// The value at the tap; `fours` holds nodes k − 1 to k + 2 at k.
    fn dot(&self, fours: &[[f32; 4]], weights: [f32; 4]) -> f32 {
        let [a, b, c, d] = fours.get(self.from).copied().unwrap_or_default();
        weights[0] * a + weights[1] * b + weights[2] * c + weights[3] * d
    }
}

/// The pixels of one direction.
struct Axis {
    first: usize,
    taps: Vec<Tap>,
    pixels_per_node: f32,
}

impl Axis {
    /// `ends`: the pixels of the first and the last node; pixel centres in `ends` and `clip` get a tap.
    fn new(ends: [f64; 2], clip: [f64; 2], pixels: usize, nodes: usize) -> Axis {
        let per_node = (ends[1] - ends[0]) / (nodes - 1) as f64;
        let low = ends[0].min(ends[1]).max(clip[0]).max(0.0);
        let high = ends[0].max(ends[1]).min(clip[1]).min(pixels as f64);
        // min and max pass over NaN; nothing is at a place that is no number.
        let sound = (ends[0] + ends[1] + clip[0] + clip[1]).is_finite();
        let first = (low - 0.5).ceil() as usize;
        let last = if sound { ((high - 0.5).ceil() as usize).min(pixels) } else { 0 };
        let taps = (first..last)
            .map(|k| {
                let at = ((k as f64 + 0.5 - ends[0]) / per_node).clamp(0.0, (nodes - 1) as f64);
                let from = (at as usize).min(nodes - 2);
                let s = at - from as f64;
                let linear = [0.0, (1.0 - s) as f32, s as f32, 0.0];
                Tap { from, cubic: catmull_rom(s).map(|w| w as f32), linear }
            })
            .collect();
        Axis { first, taps, pixels_per_node: per_node.abs() as f32 }
    }
}

/// Four rows of nodes, weighted, into `line`: node k at k + 1. Outside the grid the values go on in a straight line.
fn blend(values: &[f32], columns: usize, from: usize, weights: [f32; 4], line: &mut [f32]) {
    let [mut wa, mut wb, mut wc, mut wd] = weights;
    let row = |j: usize| values.get(j * columns..(j + 1) * columns);
    let (Some(b), Some(c)) = (row(from), row(from + 1)) else { return };
    let a = from.checked_sub(1).and_then(row).unwrap_or_else(|| {
        (wa, wb, wc) = (0.0, wb + 2.0 * wa, wc - wa);
        b
    });
    let d = row(from + 2).unwrap_or_else(|| {
        (wd, wc, wb) = (0.0, wc + 2.0 * wd, wb - wd);
        c
    });
    if let Some(inner) = line.get_mut(1..=columns) {
        for ((((out, a), b), c), d) in inner.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *out = wa * a + wb * b + wc * c + wd * d;
        }
    }
    if let [before, first, second, ..] = line {
        *before = 2.0 * *first - *second;
    }
    if let [.., second, first, after] = line {
        *after = 2.0 * *first - *second;
    }
}

/// 1 where the value is finite, 0 elsewhere; `None` where all are.
fn mask(grid: &Grid) -> Option<Vec<f32>> {
    if grid.values.iter().all(|v| v.is_finite()) {
        return None;
    }
    Some(grid.values.iter().map(|v| if v.is_finite() { 1.0 } else { 0.0 }).collect())
}

/// Gives nodes without a shade the mean of their neighbours', twice, so that the interpolation at the rim of a hole
/// sees only shades; what is still left is never seen.
fn fill(t: &mut [f32], columns: usize, rows: usize) {
    for _ in 0..2 {
        let old = t.to_vec();
        for (k, out) in t.iter_mut().enumerate().filter(|(_, v)| !v.is_finite()) {
            let (i, j) = (k % columns, k / columns);
            let (mut sum, mut count) = (0.0, 0.0);
            for row in j.saturating_sub(1)..(j + 2).min(rows) {
                for column in i.saturating_sub(1)..(i + 2).min(columns) {
                    let v = old.get(row * columns + column).copied().unwrap_or(f32::NAN);
                    if v.is_finite() {
                        sum += v;
                        count += 1.0;
                    }
                }
            }
            *out = if count > 0.0 { sum / count } else { f32::NAN };
        }
    }
    for v in t.iter_mut().filter(|v| !v.is_finite()) {
        *v = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Rgb;
    use crate::figure::pixel::color;
    use crate::loss::View;

    const VIEW: View = View { x: [-1.0, 1.0], y: [-1.0, 1.0] };

    fn paint(grid: &Grid, width: usize, height: usize) -> Vec<[u8; 4]> {
        let mut rgba = vec![0; width * height * 4];
        let all = [0.0, 0.0, width as f64, height as f64];
        heat(grid, Theme::Light, all, all, width, &mut rgba);
        rgba.as_chunks::<4>().0.to_vec()
    }

    #[test]
    fn a_plane_has_the_colour_of_its_height_everywhere() {
        let grid = Grid::sample(VIEW, 9, 7, |[x, y]| x + 2.0 * y);
        let (width, height) = (60, 40);
        let out = paint(&grid, width, height);
        for (k, pixel) in out.iter().enumerate() {
            let x = ((k % width) as f64 + 0.5) / width as f64;
            let y = 1.0 - ((k / width) as f64 + 0.5) / height as f64;
            let Rgb(r, g, b) = color(Theme::Light, (x + 2.0 * y) / 3.0);
            for (got, want) in pixel.iter().zip([r, g, b, 255]) {
                assert!(got.abs_diff(want) <= 2, "{k} {pixel:?} {r} {g} {b}");
            }
        }
    }

    #[test]
    fn undefined_places_are_blank() {
        let grid = Grid::sample(VIEW, 41, 41, |[x, y]| if x < -0.01 { f64::NAN } else { x * y });
        let out = paint(&grid, 80, 80);
        for row in out.chunks(80) {
            assert!(row[..38].iter().all(|p| *p == [0; 4]));
            assert!(row[41..].iter().all(|p| p[3] == 255));
        }
        let none = Grid::sample(VIEW, 5, 5, |_| f64::INFINITY);
        assert!(paint(&none, 10, 10).iter().all(|p| *p == [0; 4]));
    }

    #[test]
    fn only_the_area_and_the_clip_are_touched() {
        let grid = Grid::sample(VIEW, 5, 5, |[x, _]| x);
        let mut rgba = vec![7; 20 * 10 * 4];
        heat(&grid, Theme::Light, [2.0, -3.0, 30.0, 8.0], [4.0, 1.0, 18.0, 20.0], 20, &mut rgba);
        for (k, pixel) in rgba.as_chunks::<4>().0.iter().enumerate() {
            let inside = (4..18).contains(&(k % 20)) && (1..8).contains(&(k / 20));
            assert_eq!(inside, pixel[3] == 255, "{k}");
        }
    }

    #[test]
    fn a_place_that_is_no_number_paints_nothing() {
        let grid = Grid::sample(VIEW, 5, 5, |[x, _]| x);
        let (mut rgba, all) = (vec![7; 4 * 4 * 4], [0.0, 0.0, 4.0, 4.0]);
        let inf = f64::INFINITY;
        for area in
            [[f64::NAN; 4], [f64::NAN, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, f64::NAN], [-inf, -inf, inf, inf]]
        {
            heat(&grid, Theme::Light, area, all, 4, &mut rgba);
        }
        heat(&grid, Theme::Light, all, [f64::NAN; 4], 4, &mut rgba);
        assert!(rgba.iter().all(|v| *v == 7));
    }

    #[test]
    fn weights_add_up_and_reproduce_a_parabola() {
        for s in [0.0, 0.3, 0.5, 1.0] {
            let w = catmull_rom(s);
            assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            let parabola: f64 = (0..4).map(|k| w[k] * (k as f64 - 1.0).powi(2)).sum();
            assert!((parabola - s * s).abs() < 1e-15);
        }
    }
}
