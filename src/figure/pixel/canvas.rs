//! What a pixel column of a surface is made of: samples, tones, and how they become pixels.

use super::colormap::{STEPS, colormap};
use crate::figure::{Ink, Rgb, Theme};

/// Brightnesses of a colour.
const LEVELS: usize = 64;

/// Brightness of a place turned away from the light, and of one facing it.
pub(super) const DIM: f32 = 0.66;
pub(super) const BRIGHT: f32 = 1.04;
/// The least brightness, of an underside turned away.
const LEAST: f32 = 0.48;
/// How much darker an underside is, on the scale from least to bright.
const UNDERSIDE: f32 = 0.6;

/// The longest run of pixels that smooths a steep outline.
const RUN: f32 = 12.0;

/// Opacity of a translucent sheet, and of the lines of its mesh.
const SHEER: [f32; 2] = [105.0, 210.0];

/// Every colour at every brightness, by colour × [`LEVELS`] + brightness; not premultiplied.
pub(super) type Table = [[u8; 4]; STEPS * LEVELS];

/// A place on the surface in a pixel column: y in pixels; the colour, 0.5 … 255.5, and the brightness, 0.5 … 63.5,
/// whose whole parts look up the table; the height in the box. NaN where there is nothing.
pub(super) type Sample = [f32; 4];

pub(super) const Y: usize = 0;
const COLOR: usize = 1;
const LIGHT: usize = 2;
pub(super) const HEIGHT: usize = 3;

/// A sample at height `h` of the box, of shade t in 0..1, where the cosine of the light's angle is `facing`.
#[inline(always)]
pub(super) fn sample(y: f32, t: f32, facing: f32, h: f32) -> Sample {
    let light = DIM - LEAST + (BRIGHT - DIM) * facing.clamp(0.0, 1.0);
    [y, t * (STEPS - 1) as f32 + 0.5, light * ((LEVELS - 1) as f32 / (BRIGHT - LEAST)) + 0.5, h]
}

/// The sample at s between two. Written out: where code is made small, closures over arrays are calls.
#[inline(always)]
pub(super) fn mix(a: &Sample, b: &Sample, s: f32) -> Sample {
    [a[0] + (b[0] - a[0]) * s, a[1] + (b[1] - a[1]) * s, a[2] + (b[2] - a[2]) * s, a[3] + (b[3] - a[3]) * s]
}

/// The table of a theme: the colours of a loss, or of a translucent sheet of one ink, whose shades are the mesh.
pub(super) fn build_table(theme: Theme, sheet: Option<Ink>) -> Vec<[u8; 4]> {
    let mut table = Vec::with_capacity(STEPS * LEVELS);
    for (t, color) in colormap(theme).iter().enumerate() {
        let (color, alpha) = match sheet.map(|ink| theme.color(ink)) {
            None => (*color, 255.0),
            Some(Rgb(r, g, b)) => {
                // A line of the mesh is one node wide: of what is interpolated to its neighbours only half is drawn.
                let line = (2.0 * t as f32 / (STEPS - 1) as f32 - 1.0).max(0.0);
                ([r, g, b], SHEER[0] + (SHEER[1] - SHEER[0]) * line)
            }
        };
        for level in 0..LEVELS {
            let light = LEAST + (BRIGHT - LEAST) * level as f32 / (LEVELS - 1) as f32;
            let [r, g, b] = color.map(|v| (f32::from(v) * light + 0.5).min(255.0) as u8);
            table.push([r, g, b, alpha as u8]);
        }
    }
    table
}

/// The pixels that a surface is drawn on.
pub(super) struct Canvas<'a> {
    pub pixels: &'a mut [[u8; 4]],
    pub width: usize,
    pub height: usize,
    pub table: &'a Table,
    /// Whether colours let through what is behind them.
    pub sheer: bool,
}

/// The first pixel whose centre is at or after `v`.
#[inline(always)]
pub(super) fn first_centre(v: f32) -> i32 {
    ((v * 65536.0) as i32).wrapping_add(0x7fff) >> 16
}

impl Canvas<'_> {
    /// Fills the pixels of column `c` between two samples, whose rows are the first with a centre at or below them.
    #[inline]
    pub(super) fn fill(&mut self, c: usize, f: &Sample, n: &Sample, rows: [i32; 2], under: bool) {
        let (first, last) = (rows[0].min(rows[1]), rows[0].max(rows[1]));
        let (first, last) = (first.max(0) as usize, last.clamp(0, self.height as i32) as usize);
        if first >= last {
            return;
        }
        let per_pixel = 1.0 / (n[Y] - f[Y]);
        let s = (first as f32 + 0.5 - f[Y]) * per_pixel;
        let dim = if under { UNDERSIDE } else { 1.0 };
        let (color, light) = (n[COLOR] - f[COLOR], (n[LIGHT] - f[LIGHT]) * dim);
        let mut tone = pack(f[COLOR] + color * s, f[LIGHT] * dim + light * s);
        let mut at = first * self.width + c;
        let step = pack_step(color * per_pixel, light * per_pixel);
        for _ in first..last {
            if let Some(pixel) = self.pixels.get_mut(at) {
                let color = self.table[index(tone)];
                if self.sheer {
                    blend(pixel, color, u32::from(color[3]));
                } else {
                    *pixel = color;
                }
            }
            tone = tone.wrapping_add(step);
            at += self.width;
        }
    }

    /// Smooths an outline: blends the pixels just outside it, above or below, over what is there. Across an outline
    /// of this slope they fade within one pixel sideways or one up or down, whichever is farther.
    pub(super) fn fringe(&mut self, c: usize, at: Sample, slope: f32, above: bool, under: bool) {
        let first = first_centre(at[Y]);
        let reach = slope.abs().clamp(1.0, RUN);
        if at[Y].is_nan() || reach.is_nan() {
            return;
        }
        let dim = if under { UNDERSIDE } else { 1.0 };
        let color = self.table[index(pack(at[COLOR], at[LIGHT] * dim))];
        for k in 0..reach as i32 + 1 {
            let row = if above { first - 1 - k } else { first + k };
            let cover = 1.0 - (row as f32 + 0.5 - at[Y]).abs() / reach;
            if cover <= 0.0 || row < 0 || row >= self.height as i32 {
                break;
            }
            if let Some(pixel) = self.pixels.get_mut(row as usize * self.width + c) {
                blend(pixel, color, (cover * f32::from(color[3]) + 0.5) as u32);
            }
        }
    }
}

/// A colour over an opaque one: (c·α + p·(255 − α) + 127)/255 in each channel, two channels in one word, since no sum needs
/// more than 16 bits. With w that numerator, w/255 rounded down is (w + 1 + w/256)/256 rounded down.
#[inline(always)]
pub(super) fn over_opaque(color: [u8; 4], alpha: u32, under: [u8; 4]) -> [u8; 4] {
    const EVEN: u32 = 0x00ff_00ff;
    let (color, under) = (u32::from_le_bytes(color) | 0xff00_0000, u32::from_le_bytes(under));
    let mixed = |color: u32, under: u32| {
        let sum = color * alpha + under * (255 - alpha) + 0x007f_007f;
        ((sum + 0x0001_0001 + ((sum >> 8) & EVEN)) >> 8) & EVEN
    };
    let even = mixed(color & EVEN, under & EVEN);
    let odd = mixed((color >> 8) & EVEN, (under >> 8) & EVEN);
    (even | (odd << 8)).to_le_bytes()
}

/// Lays `color` over a pixel with an opacity of `alpha` / 255; not premultiplied.
#[inline]
pub(super) fn blend(pixel: &mut [u8; 4], color: [u8; 4], alpha: u32) {
    if pixel[3] == 255 {
        *pixel = over_opaque(color, alpha, *pixel);
        return;
    }
    let under = u32::from(pixel[3]) * (255 - alpha);
    let total = alpha * 255 + under;
    if total == 0 {
        return;
    }
    for c in 0..3 {
        let mixed = (u32::from(color[c]) * alpha * 255 + u32::from(pixel[c]) * under + total / 2) / total;
        pixel[c] = mixed as u8;
    }
    pixel[3] = ((total + 127) / 255) as u8;
}

/// Colour and brightness in one word, so that one addition steps both: 8.24 and 6.26 bits.
#[inline(always)]
fn pack(t: f32, light: f32) -> u64 {
    // The casts saturate: what rounding pushes out of range stays at its end.
    let t = (t * 16_777_216.0) as u32;
    let light = (light * 67_108_864.0) as u32;
    (u64::from(t) << 32) | u64::from(light)
}

#[inline(always)]
fn pack_step(t: f32, light: f32) -> u64 {
    let t = i64::from((t * 16_777_216.0) as i32);
    let light = i64::from((light * 67_108_864.0) as i32);
    (t << 32).wrapping_add(light) as u64
}

#[inline(always)]
fn index(tone: u64) -> usize {
    ((tone >> 56) as usize * LEVELS) | ((tone >> 26) as usize & (LEVELS - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_channels_in_a_word_are_mixed_as_one_by_one() {
        for alpha in 0..=255_u32 {
            for c in (0..=255_u8).step_by(5) {
                for p in (0..=255_u8).step_by(3) {
                    let one = |c: u8, p: u8| {
                        ((u32::from(c) * alpha + u32::from(p) * (255 - alpha) + 127) / 255) as u8
                    };
                    let want = [one(c, p), one(255 - c, p), one(p, c), 255];
                    assert_eq!(over_opaque([c, 255 - c, p, 7], alpha, [p, p, c, 255]), want);
                }
            }
        }
    }
}
