//! The controls of the lab `critical-point`, and where it opens.

use super::subject::Subject;
use super::turn;
use super::{Control, Kind, Scale};
use crate::critical::{Tolerance, nearest_critical};
use crate::loss::Loss;

/// The notes' own loss, on which the lab opens.
pub const NOTES: &str = "one-datum";
/// The guesses of predict-first mode; the first means none yet.
pub const GUESSES: &[&str] = &["none", "minimum", "maximum", "saddle", "degenerate", "not-critical"];

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let angle = |min: f64, max: f64, default: f64| Kind::Slider {
        min,
        max,
        step: 1.0,
        scale: Scale::Linear,
        default,
        unit: "°",
    };
    let tolerance = Tolerance::default();
    let (basic, more) = (Control::basic, Control::more);
    let mut all = Subject::controls(NOTES, start);
    all.extend([
        basic("notes", Kind::Action),
        basic("snap", Kind::Action),
        basic("all", Kind::Toggle { default: false }),
        basic("direction", angle(-90.0, 90.0, 20.0)),
        basic("freeze", Kind::Toggle { default: false }),
        basic("predict", Kind::Toggle { default: false }),
        basic("guess", Kind::Choice { options: GUESSES, default: 0 }),
        more("reach", Kind::linear(0.02, 0.5, 0.01, 0.3)),
        more("near", Kind::log(1e-12, 1e-2, tolerance.position)),
        more("zero", Kind::log(1e-14, 1e-2, tolerance.eigenvalue)),
    ]);
    all.extend(turn::controls());
    all
}

/// The lab opens on a critical point: the one nearest to the middle of the picture.
pub fn start(loss: &Loss) -> [f64; 2] {
    let view = loss.domain();
    nearest_critical(loss, view.centre(), view).unwrap_or_else(|| loss.start())
}
