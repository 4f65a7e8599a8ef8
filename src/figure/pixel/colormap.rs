//! The colour of a loss: a perceptually uniform map whose lightness rises with L, for light and dark paper.
//!
//! Purple is low, then teal, green, and yellow is high: the order of viridis, softened so that lines and labels read
//! on it. The map is a smooth curve through nine colours in Oklab (B. Ottosson, "A perceptual color space for image
//! processing", 2020), walked at constant speed: equal steps of t are equal differences of colour.

use crate::figure::{Rgb, Theme};
use std::sync::OnceLock;

/// Colours in a map: one for each byte.
pub const STEPS: usize = 256;

/// A map from 0..1 to colours.
pub type Colormap = [[u8; 3]; STEPS];

/// Oklch control points on light paper: lightness, chroma, hue in degrees.
const LIGHT: [[f64; 3]; 9] = [
    [0.590, 0.090, 312.0],
    [0.630, 0.068, 288.0],
    [0.672, 0.058, 250.0],
    [0.716, 0.062, 210.0],
    [0.764, 0.083, 179.0],
    [0.814, 0.102, 154.0],
    [0.860, 0.121, 134.0],
    [0.904, 0.136, 118.0],
    [0.945, 0.140, 103.0],
];

/// Oklch control points on dark paper: darker throughout, so that light lines read on it; still rising.
const DARK: [[f64; 3]; 9] = [
    [0.300, 0.095, 310.0],
    [0.345, 0.082, 288.0],
    [0.390, 0.070, 255.0],
    [0.436, 0.066, 215.0],
    [0.482, 0.078, 182.0],
    [0.528, 0.092, 158.0],
    [0.574, 0.106, 138.0],
    [0.622, 0.116, 122.0],
    [0.670, 0.122, 107.0],
];

/// The map for a theme, made at first use.
pub fn colormap(theme: Theme) -> &'static Colormap {
    static MAPS: [OnceLock<Colormap>; 2] = [OnceLock::new(), OnceLock::new()];
    match theme {
        Theme::Light => MAPS[0].get_or_init(|| build(&LIGHT)),
        Theme::Dark => MAPS[1].get_or_init(|| build(&DARK)),
    }
}

/// The colour of a shade t, 0 (lowest) to 1 (highest); clamped.
pub fn color(theme: Theme, t: f64) -> Rgb {
    let index = (t.clamp(0.0, 1.0) * (STEPS - 1) as f64 + 0.5) as usize;
    let [r, g, b] = colormap(theme)[index.min(STEPS - 1)];
    Rgb(r, g, b)
}

/// Walks the curve through the control points and keeps colours at equal distances along it.
fn build(points: &[[f64; 3]; 9]) -> Colormap {
    const FINE: usize = 1024;
    let lab = points.map(|[l, c, h]| [l, c * h.to_radians().cos(), c * h.to_radians().sin()]);
    let mut walked = 0.0;
    let mut last = lab[0];
    let mut path = Vec::with_capacity(FINE + 1);
    for k in 0..=FINE {
        let at = curve(&lab, k as f64 / FINE as f64);
        walked += distance(at, last);
        path.push((walked, at));
        last = at;
    }
    let mut map = [[0; 3]; STEPS];
    let mut k = 0;
    for (i, out) in map.iter_mut().enumerate() {
        let goal = walked * i as f64 / (STEPS - 1) as f64;
        while k + 2 < path.len() && path[k + 1].0 < goal {
            k += 1;
        }
        let ((from, a), (to, b)) = (path[k], path[k + 1]);
        let s = ((goal - from) / (to - from)).clamp(0.0, 1.0);
        *out = srgb([0, 1, 2].map(|c| a[c] + (b[c] - a[c]) * s));
    }
    map
}

/// The Catmull–Rom spline through the points, at t in 0..1.
fn curve(points: &[[f64; 3]; 9], t: f64) -> [f64; 3] {
    let last = points.len() - 1;
    let x = t.clamp(0.0, 1.0) * last as f64;
    let i = (x as usize).min(last - 1);
    let s = x - i as f64;
    let p = [points[i.saturating_sub(1)], points[i], points[i + 1], points[(i + 2).min(last)]];
    let w = super::heat::catmull_rom(s);
    [0, 1, 2].map(|c| (0..4).map(|k| w[k] * p[k][c]).sum())
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|c| (a[c] - b[c]).powi(2)).sum::<f64>().sqrt()
}

/// Oklab to sRGB bytes.
fn srgb([l, a, b]: [f64; 3]) -> [u8; 3] {
    let [l, m, s] = [
        l + 0.3963377774 * a + 0.2158037573 * b,
        l - 0.1055613458 * a - 0.0638541728 * b,
        l - 0.0894841775 * a - 1.2914855480 * b,
    ]
    .map(|v| v * v * v);
    [
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    ]
    .map(|v| {
        let v = v.clamp(0.0, 1.0);
        let v = if v <= 0.0031308 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
        (v * 255.0 + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CIE L*, 0 to 100, by its own definition, not by way of Oklab.
    fn lightness([r, g, b]: [u8; 3]) -> f64 {
        let linear = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        let y = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        if y > 0.008856 { 116.0 * y.cbrt() - 16.0 } else { 903.3 * y }
    }

    /// Bytes to Oklab, the forward direction of Ottosson's matrices.
    fn oklab(rgb: [u8; 3]) -> [f64; 3] {
        let [r, g, b] = rgb.map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        });
        let [l, m, s] = [
            0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
            0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
            0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
        ]
        .map(f64::cbrt);
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ]
    }

    #[test]
    fn lightness_rises_with_the_loss() {
        for theme in [Theme::Light, Theme::Dark] {
            let map = colormap(theme);
            // Over eight steps, since one step of a byte is coarser than one step of the map.
            for (low, high) in map.iter().zip(&map[8..]) {
                assert!(lightness(*high) > lightness(*low) + 0.3, "{theme:?} {low:?} {high:?}");
            }
            for pair in map.windows(2) {
                assert!(lightness(pair[1]) > lightness(pair[0]) - 0.3, "{theme:?} {pair:?}");
            }
            assert!(lightness(map[255]) - lightness(map[0]) > 35.0);
        }
    }

    #[test]
    fn equal_steps_are_equal_differences() {
        for theme in [Theme::Light, Theme::Dark] {
            let map = colormap(theme);
            let steps: Vec<f64> =
                (0..15).map(|i| distance(oklab(map[i * 17]), oklab(map[(i + 1) * 17]))).collect();
            let mean = steps.iter().sum::<f64>() / steps.len() as f64;
            for step in &steps {
                assert!((step / mean - 1.0).abs() < 0.12, "{theme:?} {steps:?}");
            }
        }
    }

    #[test]
    fn ends_are_purple_and_yellow() {
        for theme in [Theme::Light, Theme::Dark] {
            let Rgb(r, g, b) = color(theme, -1.0);
            assert!(b > g && r > g, "{theme:?}");
            let Rgb(r, g, b) = color(theme, 2.0);
            assert!(r > b && g > b && r.abs_diff(g) < 40, "{theme:?}");
            assert_eq!(color(theme, f64::NAN), color(theme, 0.0));
        }
    }
}
