//! Tiles: cells of one colour each, laid over what is there.

use super::canvas::over_opaque;
use crate::figure::{Rgb, Theme, Tiles};

/// Paints `tiles` into `rgba`, rows of `width` pixels from the top, over what lies there. Their view fills the pixel
/// rectangle `area` (left, top, right, bottom; it may reach beyond the picture), and only pixels whose centres lie in
/// both `area` and `clip` are touched.
pub fn tiles(tiles: &Tiles, theme: Theme, area: [f64; 4], clip: [f64; 4], width: usize, rgba: &mut [u8]) {
    if width == 0 {
        return;
    }
    let colors: Vec<Rgb> = tiles.palette.iter().map(|ink| theme.color(*ink)).collect();
    // The cell of each pixel column, and of each row; rows of cells go up, rows of pixels down.
    let columns = cells([area[0], area[2]], [clip[0], clip[2]], width, tiles.columns);
    let rows = cells([area[3], area[1]], [clip[1], clip[3]], rgba.len() / 4 / width, tiles.rows);
    // Pixels next to one another under one cell are one run.
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (pixel, cell) in columns.iter().enumerate() {
        match (cell, runs.last_mut()) {
            (Some(i), Some((_, end, of))) if *end == pixel && of == i => *end = pixel + 1,
            (Some(i), _) => runs.push((pixel, pixel + 1, *i)),
            (None, _) => {}
        }
    }
    // What is laid over a line, where neighbours that look the same are one; the same for all lines under one row.
    let mut strips: Vec<(usize, usize, [u8; 4])> = Vec::new();
    let mut made = None;
    for (line, j) in rgba.chunks_exact_mut(4 * width).zip(rows) {
        let row = j.and_then(|j| tiles.cells.get(j * tiles.columns..(j + 1) * tiles.columns));
        let Some(row) = row else { continue };
        if made != j {
            made = j;
            strips.clear();
            for &(start, end, i) in &runs {
                let Some(&[color, opacity]) = row.get(i).filter(|cell| cell[1] > 0) else { continue };
                let Some(Rgb(r, g, b)) = colors.get(usize::from(color)) else { continue };
                let color = [*r, *g, *b, opacity];
                match strips.last_mut() {
                    Some((_, last, of)) if *last == start && *of == color => *last = end,
                    _ => strips.push((start, end, color)),
                }
            }
        }
        let line = line.as_chunks_mut::<4>().0;
        for &(start, end, color) in &strips {
            let strip = line.get_mut(start..end).unwrap_or_default();
            if strip.iter().all(|pixel| pixel[3] == 255) {
                for pixel in strip {
                    *pixel = over_opaque(color, u32::from(color[3]), *pixel);
                }
            } else {
                for pixel in strip {
                    *pixel = over(color, *pixel);
                }
            }
        }
    }
}

/// The cell under each pixel's centre; `ends` are the pixels of the first cell's outer edge and the last one's.
fn cells(ends: [f64; 2], clip: [f64; 2], pixels: usize, count: usize) -> Vec<Option<usize>> {
    (0..pixels)
        .map(|k| {
            let centre = k as f64 + 0.5;
            let at = (centre - ends[0]) / (ends[1] - ends[0]) * count as f64;
            let shown = clip[0] <= centre && centre < clip[1] && at >= 0.0 && at < count as f64;
            shown.then_some(at as usize)
        })
        .collect()
}

/// One colour over another, neither premultiplied.
fn over([r, g, b, a]: [u8; 4], under: [u8; 4]) -> [u8; 4] {
    if under[3] == 255 {
        return over_opaque([r, g, b, 255], u32::from(a), under);
    }
    let (top, bottom) = (f32::from(a) / 255.0, f32::from(under[3]) / 255.0);
    let whole = top + bottom * (1.0 - top);
    if whole == 0.0 {
        return [0; 4];
    }
    let share = top / whole;
    let mix = |x: u8, y: u8| (f32::from(x) * share + f32::from(y) * (1.0 - share) + 0.5) as u8;
    [mix(r, under[0]), mix(g, under[1]), mix(b, under[2]), (whole * 255.0 + 0.5) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Ink;
    use crate::loss::View;

    fn quarters() -> Tiles {
        Tiles {
            view: View { x: [0.0, 1.0], y: [0.0, 1.0] },
            columns: 2,
            rows: 2,
            palette: vec![Ink::Point, Ink::Gradient],
            cells: vec![[0, 255], [1, 255], [9, 255], [1, 0]],
        }
    }

    #[test]
    fn the_first_cell_is_at_the_lower_left() {
        let mut rgba = vec![0; 4 * 4 * 4];
        let all = [0.0, 0.0, 4.0, 4.0];
        tiles(&quarters(), Theme::Light, all, all, 4, &mut rgba);
        let pixel = |x: usize, y: usize| rgba.as_chunks::<4>().0[4 * y + x];
        assert_eq!(pixel(0, 3), [0x00, 0x72, 0xB2, 255]);
        assert_eq!(pixel(3, 2), [0x00, 0x9E, 0x73, 255]);
        assert_eq!(pixel(0, 0), [0; 4], "a cell without a colour");
        assert_eq!(pixel(3, 0), [0; 4], "a cell without opacity");
    }

    #[test]
    fn a_tile_lets_what_is_under_it_through() {
        assert_eq!(over([255, 0, 0, 128], [0, 0, 255, 255]), [128, 0, 127, 255]);
        assert_eq!(over([255, 0, 0, 0], [1, 2, 3, 255]), [1, 2, 3, 255]);
        assert_eq!(over([255, 0, 0, 64], [0; 4]), [255, 0, 0, 64]);
    }

    #[test]
    fn broken_tiles_and_pictures_paint_nothing() {
        let mut few = quarters();
        few.cells.truncate(1);
        let all = [0.0, 0.0, 4.0, 4.0];
        let mut rgba = vec![7; 4 * 4 * 4];
        tiles(&few, Theme::Light, all, all, 4, &mut rgba);
        tiles(&quarters(), Theme::Light, [f64::NAN; 4], all, 4, &mut rgba);
        tiles(&quarters(), Theme::Light, all, [f64::NAN; 4], 4, &mut rgba);
        tiles(&quarters(), Theme::Light, all, all, 0, &mut rgba);
        assert!(rgba.iter().all(|v| *v == 7));
    }
}
