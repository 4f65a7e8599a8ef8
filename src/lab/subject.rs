//! The loss that a lab looks at: the controls that choose it, its parameters and the part of the plane in view.

use super::control::{Control, Kind, Level, Scale, Value};
use super::values::Values;
use super::{Grip, Handle};
use crate::error::Error;
use crate::figure::{self, Anchor, Axis, Figure, Frame, Ink, Layer, Plane, Stroke};
use crate::loss::{Grid, Landscape, Loss, View};
use crate::order::select;
use crate::phrase::Phrase;
use std::rc::Rc;

/// Nodes on a side of the grid behind maps and surfaces.
const NODES: usize = 129;

/// A chosen loss with its view and its values on a grid. It owns the controls `loss`, one per landscape parameter
/// (`<landscape>.<parameter>`), `centre`, `zoom` and `at`.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The loss.
    pub loss: Loss,
    /// What is in view.
    pub view: View,
    /// L over the view.
    pub grid: Rc<Grid>,
    /// The least and the greatest value of the grid.
    pub range: Option<[f64; 2]>,
    /// The median slope between neighbouring nodes: what "steep" is compared with.
    slope: f64,
    start: Start,
}

/// Where a lab puts its point on a newly chosen loss.
pub type Start = fn(&Loss) -> [f64; 2];

impl Subject {
    /// The controls that choose a loss, for the head of a lab's list.
    pub fn controls(default: &'static str, start: Start) -> Vec<Control> {
        let presets = Landscape::ALL.iter().map(|l| l.id()).collect();
        let mut controls = vec![Control {
            id: "loss".into(),
            level: Level::Basic,
            kind: Kind::Formula { default, presets },
        }];
        for landscape in Landscape::ALL {
            for parameter in landscape.parameters() {
                controls.push(Control {
                    id: parameter_id(landscape.id(), parameter.id).into(),
                    level: Level::Basic,
                    kind: Kind::Slider {
                        min: parameter.min,
                        max: parameter.max,
                        step: parameter.step,
                        scale: Scale::Linear,
                        default: parameter.default,
                        unit: if parameter.angle { "°" } else { "" },
                    },
                });
            }
        }
        let loss = Loss::parse(default).unwrap_or_else(|_| Loss::notes());
        controls.extend(Subject::view_controls(&loss, start));
        controls
    }

    /// The controls of what is in view alone, for a lab that has its losses from elsewhere.
    pub fn view_controls(loss: &Loss, start: Start) -> [Control; 3] {
        let home = Home::of(loss, start);
        let zoom =
            Kind::Slider { min: 0.1, max: 10.0, step: 0.0, scale: Scale::Log, default: 1.0, unit: "×" };
        [
            Control { id: "centre".into(), level: Level::More, kind: centre_kind(home.domain) },
            Control { id: "zoom".into(), level: Level::More, kind: zoom },
            Control { id: "at".into(), level: Level::Basic, kind: at_kind(home.start, home.domain) },
        ]
    }

    /// The subject that the values describe; `start` as given to [`Subject::controls`].
    pub fn of(values: &Values, start: Start) -> Subject {
        Subject::on(loss_of(values).unwrap_or_else(|_| Loss::notes()), values, start)
    }

    /// A loss from elsewhere, in the view that the values describe.
    pub fn on(loss: Loss, values: &Values, start: Start) -> Subject {
        let view = view_of(values, &loss);
        let grid = Rc::new(loss.grid(view, NODES, NODES));
        let (slope, range) = (median_slope(&grid), grid.range());
        Subject { loss, view, grid, range, slope, start }
    }

    /// A loss in a view, for a map beside the one that the values describe.
    pub fn over(loss: Loss, view: View) -> Subject {
        let grid = Rc::new(loss.grid(view, NODES, NODES));
        let (slope, range) = (median_slope(&grid), grid.range());
        Subject { loss, view, grid, range, slope, start: Loss::start }
    }

    /// Sets one of its controls, or any other of the lab's, and follows: a new loss brings its own parameters, view and
    /// start, a new view keeps the point inside.
    ///
    /// # Errors
    ///
    /// The warnings of [`Values::set`]; `formula.*` for a formula that is none, and then nothing changes.
    pub fn set(&mut self, values: &mut Values, control: &str, text: &str) -> Result<(), Error> {
        if control == "loss" {
            let text = text.trim();
            Loss::parse(text)?;
            values.set(control, text)?;
            // Its start and its rates follow from its parameters; a link, which names the loss first, must mean the same.
            if let Some(landscape) = Landscape::from_id(text) {
                for parameter in landscape.parameters() {
                    values.put(&parameter_id(landscape.id(), parameter.id), Value::Number(parameter.default));
                }
            }
            let loss = loss_of(values)?;
            self.adopt(values, loss);
            return Ok(());
        }
        let said = values.set(control, text);
        if control == "centre" || control == "zoom" {
            let moved = values.is_moved("at").then(|| values.point("at"));
            let view = view_of(values, &self.loss);
            let home = Home::of(&self.loss, self.start);
            values.declare("at", at_kind(view.clamp(home.start), view));
            // A point that nobody moved goes to the start again, if an earlier view had pushed it away: a link, which
            // leaves defaults out, must mean one state whatever came before.
            if let Some(at) = moved {
                values.put("at", Value::Point(at));
            }
            *self = Subject::on(self.loss.clone(), values, self.start);
        } else if parameter_of(control).is_some() {
            *self = Subject::of(values, self.start);
        }
        said
    }

    /// Takes another loss, which brings its own view and start.
    pub fn adopt(&mut self, values: &mut Values, loss: Loss) {
        let home = Home::of(&loss, self.start);
        values.declare("centre", centre_kind(home.domain));
        values.put("zoom", Value::Number(1.0));
        values.declare("at", at_kind(home.start, home.domain));
        *self = Subject::on(loss, values, self.start);
    }

    /// Whether a control chooses the loss or the view.
    pub fn owns(control: &str) -> bool {
        matches!(control, "loss" | "centre" | "zoom") || parameter_of(control).is_some()
    }

    /// Whether one of its controls applies: parameters only with their landscape.
    pub fn shown(values: &Values, control: &str) -> bool {
        parameter_of(control).is_none_or(|landscape| landscape.id() == values.formula("loss"))
    }

    /// Where arrow presses move a point: by a two-hundredth of the view each, ten times as far where they are `large`.
    pub fn nudged(&self, at: [f64; 2], by: [f64; 2], large: bool) -> [f64; 2] {
        let many = if large { 10.0 } else { 1.0 };
        let moved = |at: f64, by: f64, [lo, hi]: [f64; 2]| {
            // Rounded, so that arrow keys come back to where they were.
            ((at + by * many * (hi - lo) / 200.0) * 1e9).round() / 1e9
        };
        [moved(at[0], by[0], self.view.x), moved(at[1], by[1], self.view.y)]
    }

    /// The handle of `at` on the map.
    pub fn handle(values: &Values, name: &'static str) -> Handle {
        let at = values.point("at");
        Handle {
            id: "theta",
            figure: "map",
            grip: Grip::Point,
            at,
            name: Phrase::new(name),
            value: Phrase::new("handle.theta.value").point("at", at),
            ink: Ink::Point,
        }
    }

    /// A length in the plane: the larger side of the view.
    pub fn size(&self) -> f64 {
        self.view.size()
    }

    /// The contour map with these layers over it.
    pub fn map(&self, front: Vec<Layer>) -> Figure {
        let [x, y] = self.loss.names();
        let axis =
            |range, name: &str| Axis { range, name: Phrase::verbatim(name), scale: figure::Scale::Even };
        Figure {
            id: "map",
            name: Phrase::new("figure.map"),
            frame: Frame::Plane(Plane {
                x: axis(self.view.x, x),
                y: axis(self.view.y, y),
                inside: true,
                end: f64::INFINITY,
            }),
            back: vec![Layer::Heat(self.grid.clone()), Layer::Contours(self.grid.clone())],
            front,
        }
    }

    /// −g at a point of the map, with a length that grows with ‖g‖ and saturates, so that it is seen beside any
    /// slope; nothing where it would be too short to see.
    pub fn descent_arrow(&self, at: [f64; 2], g: [f64; 2]) -> Vec<Layer> {
        let norm = g[0].hypot(g[1]);
        let size = self.size();
        let length = 0.35 * size * norm / (norm + self.slope);
        if !length.is_finite() || length < 0.01 * size {
            return Vec::new();
        }
        let to = [at[0] - length * g[0] / norm, at[1] - length * g[1] / norm];
        let anchor = if g[0] > 0.0 { Anchor::Left } else { Anchor::Right };
        vec![
            Layer::Arrow { from: at, to, stroke: Stroke::solid(Ink::Gradient, 3.0) },
            Layer::Text { at: to, anchor, text: Phrase::verbatim("−g"), ink: Ink::Gradient },
        ]
    }

    /// Points of the plane lifted onto the surface; broken where they leave the view.
    pub fn lift(&self, points: impl IntoIterator<Item = [f64; 2]>) -> Vec<[f64; 3]> {
        let z = |p| if self.view.contains(p) { self.loss.value(p) } else { f64::NAN };
        points.into_iter().map(|p| [p[0], p[1], z(p)]).collect()
    }
}

struct Home {
    domain: View,
    start: [f64; 2],
}

impl Home {
    /// Where a loss is first looked at.
    fn of(loss: &Loss, start: Start) -> Home {
        Home { domain: loss.domain(), start: loss.domain().clamp(start(loss)) }
    }
}

/// The landscape whose parameter a control is, if it is one.
fn parameter_of(control: &str) -> Option<Landscape> {
    Landscape::from_id(control.split_once('.')?.0)
}

/// The median of |∂L| along the rows of a grid, sampled; 1 where nothing is finite or the loss is constant.
fn median_slope(grid: &Grid) -> f64 {
    let step = (grid.view.x[1] - grid.view.x[0]) / (grid.columns - 1) as f64;
    let pairs = grid.values.chunks_exact(2).step_by(5);
    let slopes = pairs.filter_map(|pair| Some((pair.get(1)? - pair.first()?).abs() / step));
    let mut slopes: Vec<f64> = slopes.filter(|s| s.is_finite() && *s > 0.0).collect();
    let middle = slopes.len() / 2;
    if slopes.is_empty() { 1.0 } else { select(&mut slopes, middle) }
}

fn parameter_id(landscape: &str, parameter: &str) -> String {
    [landscape, ".", parameter].concat()
}

/// The loss that the values of `loss` and of its parameters describe.
///
/// # Errors
///
/// `formula.*` for a formula that is none.
pub fn loss_of(values: &Values) -> Result<Loss, Error> {
    let text = values.formula("loss");
    match Landscape::from_id(text) {
        Some(landscape) => {
            let parameters: Vec<f64> = landscape
                .parameters()
                .iter()
                .map(|p| values.number(&parameter_id(landscape.id(), p.id)))
                .collect();
            Loss::with_parameters(landscape, &parameters)
        }
        None => Loss::parse(text),
    }
}

fn view_of(values: &Values, loss: &Loss) -> View {
    let domain = loss.domain();
    let [dx, dy] = [domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]];
    let zoom = values.number("zoom");
    let [cx, cy] = values.point("centre");
    let (hx, hy) = (dx / zoom / 2.0, dy / zoom / 2.0);
    View { x: [cx - hx, cx + hx], y: [cy - hy, cy + hy] }
}

fn centre_kind(domain: View) -> Kind {
    Kind::Point { default: domain.centre(), limits: domain.scaled(10.0) }
}

fn at_kind(start: [f64; 2], limits: View) -> Kind {
    Kind::Point { default: start, limits }
}
