//! Placeholder for the painters: see ARCHITECTURE.md.

use super::{Frame, Layer, Size, Theme};
use crate::phrase::Words;

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
