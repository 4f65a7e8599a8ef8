//! Colours by meaning, in light and dark.
//!
//! Point, gradient and curvature are blue, green and vermilion of the Okabe–Ito set, which colour-blind eyes can tell
//! apart. Every fill has a contrast of 3:1 or more on its paper, every text colour 4.5:1 or more (WCAG 2.2, criteria
//! 1.4.11 and 1.4.3); the tests below compute it.

/// What a colour means. The same meaning has the same colour in every lab, formula, arrow and slider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text and axes.
    Text,
    /// Secondary text, ticks, guides.
    Muted,
    /// θ and points: blue.
    Point,
    /// Gradient and −g: green.
    Gradient,
    /// Hessian and curvature: vermilion.
    Curvature,
    /// λ < 0, on eigen-axes and slices only.
    Negative,
    /// λ > 0, on eigen-axes and slices only.
    Positive,
    /// The background of the figure.
    Paper,
    /// One of the optimisation methods, 0 to 9.
    Method(u8),
}

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    Light,
    /// Light on black.
    Dark,
}

/// The methods' colours, light and dark: hues apart from the three of θ, g and H, and lightness apart from one another,
/// found by a search for the greatest least distance in OKLab under normal, protan and deutan vision.
const METHODS: [[u32; 2]; 10] = [
    [0x5515BC, 0x9B59FF],
    [0x995402, 0xC0A403],
    [0xA00047, 0xFF527D],
    [0x2F4E00, 0xDEFF27],
    [0xAC32F1, 0xDF75FC],
    [0x09487E, 0x56EED1],
    [0x4B0D15, 0xF0C485],
    [0x7A6881, 0x8B93BB],
    [0x00027E, 0xA1C9FF],
    [0x13002F, 0xFFFFFF],
];

impl Theme {
    /// The colour of an ink as a line or fill.
    ///
    /// ```
    /// use saddlescope::figure::{Ink, Rgb, Theme};
    /// assert_eq!(Theme::Light.color(Ink::Point), Rgb(0x00, 0x72, 0xB2));
    /// ```
    pub fn color(self, ink: Ink) -> Rgb {
        rgb(match ink {
            Ink::Text => self.pick(0x1B1F24, 0xE6E8EB),
            Ink::Muted => self.pick(0x5A626E, 0x9BA4B0),
            Ink::Point => 0x0072B2,
            Ink::Gradient => 0x009E73,
            Ink::Curvature => 0xD55E00,
            Ink::Negative => self.pick(0x3B6FD4, 0x5F8FF0),
            Ink::Positive => self.pick(0xB03A78, 0xD863A2),
            Ink::Paper => self.pick(0xFFFFFF, 0x14171C),
            Ink::Method(k) => {
                let [light, dark] = METHODS[usize::from(k) % METHODS.len()];
                self.pick(light, dark)
            }
        })
    }

    /// The colour of an ink as text: contrast 4.5:1 or better on this theme's paper.
    pub fn text_color(self, ink: Ink) -> Rgb {
        match (ink, self) {
            (Ink::Gradient, Theme::Light) => rgb(0x007F5C),
            (Ink::Curvature, Theme::Light) => rgb(0xBF5400),
            (Ink::Point, Theme::Dark) => rgb(0x4DA6DB),
            (Ink::Gradient, Theme::Dark) => rgb(0x2FB98E),
            (Ink::Curvature, Theme::Dark) => rgb(0xEE8A45),
            (Ink::Negative, Theme::Dark) => rgb(0x86A9F5),
            (Ink::Positive, Theme::Dark) => rgb(0xE58AB8),
            _ => self.color(ink),
        }
    }

    fn pick(self, light: u32, dark: u32) -> u32 {
        match self {
            Theme::Light => light,
            Theme::Dark => dark,
        }
    }
}

const fn rgb(hex: u32) -> Rgb {
    Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMED: [Ink; 7] =
        [Ink::Text, Ink::Muted, Ink::Point, Ink::Gradient, Ink::Curvature, Ink::Negative, Ink::Positive];

    fn inks() -> impl Iterator<Item = Ink> {
        NAMED.into_iter().chain((0..10).map(Ink::Method))
    }

    fn linear(color: Rgb) -> [f64; 3] {
        [color.0, color.1, color.2].map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// WCAG 2.2: (L₁ + 0.05) / (L₂ + 0.05) of the relative luminances.
    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let luminance = |c| {
            let [r, g, b] = linear(c);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_is_measured_as_wcag_does() {
        assert!((contrast(rgb(0), rgb(0xFFFFFF)) - 21.0).abs() < 1e-12);
        assert!((contrast(rgb(0x777777), rgb(0xFFFFFF)) - 4.48).abs() < 0.005);
    }

    #[test]
    fn every_ink_stands_out_from_its_paper() {
        for theme in [Theme::Light, Theme::Dark] {
            let paper = theme.color(Ink::Paper);
            for ink in inks() {
                let (fill, text) =
                    (contrast(theme.color(ink), paper), contrast(theme.text_color(ink), paper));
                assert!(fill >= 3.0, "{theme:?} {ink:?} fill {fill:.2}");
                assert!(text >= 4.5, "{theme:?} {ink:?} text {text:.2}");
            }
        }
    }

    /// OKLab (Ottosson 2020) of a linear colour.
    fn oklab([r, g, b]: [f64; 3]) -> [f64; 3] {
        let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).max(0.0).cbrt();
        let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).max(0.0).cbrt();
        let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).max(0.0).cbrt();
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ]
    }

    /// Full protanopia and deuteranopia after Machado, Oliveira & Fernandes (2009), on linear colours.
    const EYES: [[[f64; 3]; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ];

    #[test]
    fn methods_differ_from_one_another_and_from_the_three_colours_to_every_eye() {
        for theme in [Theme::Light, Theme::Dark] {
            let methods: Vec<Ink> = (0..10).map(Ink::Method).collect();
            let others = [Ink::Point, Ink::Gradient, Ink::Curvature];
            for (i, &a) in methods.iter().enumerate() {
                for &b in methods[..i].iter().chain(&others) {
                    for eye in EYES {
                        let see = |ink| {
                            let c = linear(theme.color(ink));
                            oklab(eye.map(|row: [f64; 3]| (0..3).map(|k| row[k] * c[k]).sum()))
                        };
                        let (p, q) = (see(a), see(b));
                        let distance = (0..3).map(|k| (p[k] - q[k]).powi(2)).sum::<f64>().sqrt();
                        assert!(distance > 0.075, "{theme:?} {a:?} {b:?} {distance:.3}");
                    }
                }
            }
        }
    }
}
