//! How a surface is turned: the controls `yaw` and `pitch`, and the handle that covers the figure.

use super::{Control, Grip, Handle, Kind, Level, Scale, Value, Values};
use crate::figure::{Figure, Frame, Ink, Layer, Space};
use crate::lab::subject::Subject;
use crate::loss::Grid;
use crate::phrase::Phrase;
use std::rc::Rc;

/// Degrees for one press of an arrow key.
const STEP: f64 = 2.0;

/// The controls of a turned surface.
pub fn controls() -> [Control; 2] {
    let angle = |id: &'static str, min: f64, max: f64, default: f64| Control {
        id: id.into(),
        level: Level::More,
        kind: Kind::Slider { min, max, step: 1.0, scale: Scale::Linear, default, unit: "°" },
    };
    [angle("yaw", -180.0, 180.0, 30.0), angle("pitch", 0.0, 90.0, 30.0)]
}

/// The surface of a subject, seen as the values say.
pub fn surface(subject: &Subject, values: &Values, front: Vec<Layer>) -> Figure {
    let [yaw, pitch] = angles(values);
    Figure {
        id: "surface",
        name: Phrase::new("figure.surface"),
        frame: Frame::Space(Space {
            view: subject.view,
            z: subject.range.unwrap_or([0.0, 1.0]),
            yaw,
            pitch,
            names: subject.loss.names().map(Phrase::verbatim),
        }),
        back: vec![Layer::Surface(subject.grid.clone())],
        front,
    }
}

/// Every other node of a grid: what a surface and its sheets stand on, since several of them are drawn at once and anew
/// for every move of the point.
pub fn coarse(grid: &Grid) -> Rc<Grid> {
    let (columns, rows) = (grid.columns.div_ceil(2), grid.rows.div_ceil(2));
    let mut values = Vec::with_capacity(columns * rows);
    for row in grid.values.chunks(grid.columns.max(1)).step_by(2) {
        values.extend(row.iter().step_by(2));
    }
    Rc::new(Grid { view: grid.view, columns, rows, values })
}

/// A surface on the coarse grid, with sheets on the same.
pub fn with_sheets(mut figure: Figure, ground: &Rc<Grid>, sheets: &[Layer]) -> Figure {
    figure.back = vec![Layer::Surface(ground.clone())];
    figure.back.extend_from_slice(sheets);
    figure
}

/// The handle that turns the surface.
pub fn handle(values: &Values) -> Handle {
    let degrees = |id| values.number(id);
    Handle {
        id: "orbit",
        figure: "surface",
        grip: Grip::Orbit,
        at: angles(values),
        name: Phrase::new("handle.orbit"),
        value: Phrase::new("handle.orbit.value")
            .number("yaw", degrees("yaw"))
            .number("pitch", degrees("pitch")),
        ink: Ink::Muted,
    }
}

/// Turns to (yaw, pitch) in radians; yaw goes round, pitch stops at its ends.
pub fn drag(values: &mut Values, to: [f64; 2]) {
    let yaw = (to[0].to_degrees() + 180.0).rem_euclid(360.0) - 180.0;
    values.put("yaw", Value::Number(yaw.round()));
    values.put("pitch", Value::Number(to[1].to_degrees().round()));
}

/// Turns by arrow presses.
pub fn nudge(values: &mut Values, by: [f64; 2], many: f64) {
    let step = STEP.to_radians() * many;
    let [yaw, pitch] = angles(values);
    drag(values, [yaw + by[0] * step, pitch + by[1] * step]);
}

fn angles(values: &Values) -> [f64; 2] {
    ["yaw", "pitch"].map(|id| values.number(id).to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_grid_has_the_same_values_at_the_same_places() {
        let view = crate::loss::View { x: [-1.0, 1.0], y: [0.0, 3.0] };
        let f = |[x, y]: [f64; 2]| x + 10.0 * y;
        let (fine, want) = (Grid::sample(view, 9, 5, f), Grid::sample(view, 5, 3, f));
        assert_eq!(*coarse(&fine), want);
    }

    #[test]
    fn yaw_goes_round_and_pitch_stops() {
        let mut values = Values::new(controls().to_vec());
        drag(&mut values, [190.0_f64.to_radians(), 2.0]);
        assert_eq!(values.number("yaw"), -170.0);
        assert_eq!(values.number("pitch"), 90.0);
        nudge(&mut values, [-10.0, -1.0], 1.0);
        assert_eq!(values.number("yaw"), 170.0);
        assert_eq!(values.number("pitch"), 88.0);
    }
}
