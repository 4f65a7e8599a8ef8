//! The width of text, from one table, so that a figure is laid out alike everywhere.
//!
//! The table is DejaVu Sans, the widest of the usual system fonts (Segoe UI, Roboto, SF and Arial are 5 to 15 %
//! narrower): what fits by this table fits on every system.

use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, FontFamily, FontStyle, FontTransform};
use std::fmt;

/// The fonts of all figures, as CSS names them.
pub(super) const FAMILY: &str = "system-ui, sans-serif";

/// Widths of the printable ASCII characters, from the space on, in hundredths of an em.
const ASCII: [u8; 95] = [
    32, 41, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 77, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64,
    62, 74, 69, 99, 69, 62, 69, 39, 34, 39, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98,
    64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
];

/// The width of a text in the units of `size`.
///
/// ```
/// # use saddlescope::figure::text_width;
/// assert_eq!(text_width("0.5", 10.0, false), 16.0);
/// assert_eq!(text_width("鞍点", 10.0, false), 20.0);
/// ```
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let hundredths: u32 = text.chars().map(|c| u32::from(advance(c))).sum();
    f64::from(hundredths) / 100.0 * size * if bold { 1.12 } else { 1.0 }
}

fn advance(c: char) -> u8 {
    match c {
        ' '..='~' => ASCII.get(c as usize - 32).copied().unwrap_or(64),
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | ..' ' => 0,
        // Superscripts and subscripts; their minus is wider.
        '¹' | '²' | '³' | '⁰'..='⁹' | '₀'..='₉' | 'ᵀ' => 41,
        '⁻' | '⁺' | '₋' | '₊' => 53,
        '·' => 32,
        // Chinese, Japanese, Korean and their punctuation, fullwidth forms; signs as wide as an em.
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'.. | '—' | '…' => 100,
        // Operators and arrows.
        '−' | '×' | '÷' | '±' | '\u{2190}'..='\u{2bff}' => 84,
        _ => 67,
    }
}

/// Size, slant, weight, colour and place of a text: what a plotters backend needs to draw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Type {
    /// In the units of the backend.
    pub size: f64,
    pub bold: bool,
    pub italic: bool,
    pub rgb: (u8, u8, u8),
    pub alpha: f64,
    pub side: Side,
}

/// Where the point of a text lies in it; vertically always in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Middle,
    Right,
}

impl BackendTextStyle for Type {
    type FontError = fmt::Error;

    fn color(&self) -> BackendColor {
        BackendColor { alpha: self.alpha, rgb: self.rgb }
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn transform(&self) -> FontTransform {
        FontTransform::None
    }

    fn style(&self) -> FontStyle {
        if self.bold {
            FontStyle::Bold
        } else if self.italic {
            FontStyle::Italic
        } else {
            FontStyle::Normal
        }
    }

    fn anchor(&self) -> Pos {
        let h_pos = match self.side {
            Side::Left => HPos::Left,
            Side::Middle => HPos::Center,
            Side::Right => HPos::Right,
        };
        Pos { h_pos, v_pos: VPos::Center }
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FAMILY)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), fmt::Error> {
        Ok(((0, 0), (text_width(text, self.size, self.bold).ceil() as i32, self.size.ceil() as i32)))
    }

    /// Draws nothing: a backend without fonts of its own (a bitmap) leaves the text out.
    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _at: BackendCoord,
        _draw: F,
    ) -> Result<Result<(), E>, fmt::Error> {
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_characters_not_bytes() {
        assert_eq!(text_width("", 12.0, false), 0.0);
        assert_eq!(text_width("−2", 100.0, false), 148.0);
        assert!((text_width("10⁻³", 100.0, false) - 222.0).abs() < 1e-9);
        assert_eq!(text_width("λ₁", 100.0, false), 108.0);
        assert_eq!(text_width("沿 v", 100.0, false), 192.0);
        assert!(text_width("abc", 10.0, true) > text_width("abc", 10.0, false));
    }
}
