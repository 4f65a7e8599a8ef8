//! Colours by meaning, in light and dark.

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

impl Theme {
    /// The colour of an ink as a line or fill.
    pub fn color(self, _ink: Ink) -> Rgb {
        Rgb(0, 0, 0)
    }

    /// The colour of an ink as text: contrast 4.5:1 or better on this theme's paper.
    pub fn text_color(self, _ink: Ink) -> Rgb {
        Rgb(0, 0, 0)
    }
}
