//! Placeholder for the painters: see ARCHITECTURE.md.

use super::{Frame, Layer, Size, Theme};
use crate::phrase::Words;

/// Pixels of the pixel layers, row by row from the top, RGBA, not premultiplied.
#[derive(Clone, Debug, PartialEq)]
pub struct Bitmap {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

/// The pixel layers among `layers`, painted over the whole picture at `ratio` device pixels per CSS pixel; `None`
/// where there are none.
pub fn pixels(_layers: &[Layer], _frame: &Frame, _size: Size, _ratio: f64, _theme: Theme) -> Option<Bitmap> {
    None
}

/// Drawing commands at 8 units per CSS pixel, made through plotters, to be replayed.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {}

/// The vector layers among `layers` (and the axes, if `axes`), drawn through plotters into a recording.
pub fn record(
    _layers: &[Layer],
    _frame: &Frame,
    _size: Size,
    _theme: Theme,
    _words: &Words,
    _axes: bool,
) -> Recording {
    Recording {}
}
