//! Lab `critical-point`: what a zero gradient means.

use super::{Control, control::pairs};
use super::{Grip, Handle, Headline, Kind, Lab, Level, Math, Readout, Value, Values};
use crate::critical::{Tolerance, classify};
use crate::error::Error;
use crate::figure::{Axis, Figure, Frame, Ink, Layer, Plane, Shape, Space};
use crate::loss::{Grid, Loss};
use crate::phrase::Phrase;
use std::rc::Rc;

/// The lab. (This first form only holds the place; see the registry.)
pub struct CriticalPoint {
    values: Values,
    loss: Loss,
    grid: Rc<Grid>,
    yaw: [f64; 2],
}

impl CriticalPoint {
    /// On the notes' own loss, at its saddle.
    pub fn new() -> Self {
        let loss = Loss::notes();
        let grid = Rc::new(loss.grid(loss.domain(), 129, 129));
        let values = Values::new(vec![
            Control {
                id: "loss".into(),
                level: Level::Basic,
                kind: Kind::Formula { default: "(1-w1*w2)^2", presets: vec!["himmelblau"] },
            },
            Control {
                id: "at".into(),
                level: Level::Basic,
                kind: Kind::Point { default: [0.0, 0.0], limits: loss.domain() },
            },
        ]);
        Self { values, loss, grid, yaw: [0.6, 0.6] }
    }
}

impl Lab for CriticalPoint {
    fn id(&self) -> &'static str {
        "critical-point"
    }
    fn values(&self) -> &Values {
        &self.values
    }
    fn shown(&self, _control: &str) -> bool {
        true
    }
    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        self.values.set(control, text)
    }
    fn act(&mut self, _control: &str) {}
    fn handles(&self) -> Vec<Handle> {
        let at = self.values.point("at");
        let handle = |id, figure, grip, at| Handle {
            id,
            figure,
            grip,
            at,
            name: Phrase::new("handle.theta"),
            value: Phrase::new("handle.theta.value").point("at", at),
            ink: Ink::Point,
        };
        vec![handle("theta", "map", Grip::Point, at), handle("orbit", "surface", Grip::Orbit, self.yaw)]
    }
    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if handle == "theta" {
            self.values.put("at", Value::Point(to));
        } else {
            self.yaw = to;
        }
    }
    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let k = if large { 0.5 } else { 0.05 };
        let from = if handle == "theta" { self.values.point("at") } else { self.yaw };
        self.drag(handle, [from[0] + k * by[0], from[1] + k * by[1]]);
    }
    fn figures(&self) -> Vec<Figure> {
        let at = self.values.point("at");
        let axis = |range, name: &str| Axis { range, name: Phrase::verbatim(name), log10: false };
        let view = self.grid.view;
        let mark =
            Layer::Mark { at, z: self.loss.value(at), shape: Shape::Dot, ink: Ink::Point, hollow: false };
        vec![
            Figure {
                id: "map",
                name: Phrase::new("figure.map"),
                frame: Frame::Plane(Plane { x: axis(view.x, "w₁"), y: axis(view.y, "w₂"), inside: true }),
                back: vec![Layer::Heat(self.grid.clone()), Layer::Contours(self.grid.clone())],
                front: vec![mark.clone()],
            },
            Figure {
                id: "surface",
                name: Phrase::new("figure.surface"),
                frame: Frame::Space(Space {
                    view,
                    z: self.grid.range().unwrap_or([0.0, 1.0]),
                    yaw: self.yaw[0],
                    pitch: self.yaw[1],
                    names: [Phrase::verbatim("w₁"), Phrase::verbatim("w₂")],
                }),
                back: vec![Layer::Surface(self.grid.clone())],
                front: vec![mark],
            },
        ]
    }
    fn headline(&self) -> Option<Headline> {
        let v = classify(&self.loss, self.values.point("at"), self.grid.view, Tolerance::default());
        Some(Headline {
            mark: Some(Shape::Cross),
            hollow: v.kind == crate::critical::Kind::NotCritical,
            text: Phrase::new("kind.saddle"),
            reason: Phrase::new("kind.saddle.reason"),
        })
    }
    fn readouts(&self) -> Vec<Readout> {
        let at = self.values.point("at");
        vec![Readout {
            id: "loss",
            label: Phrase::new("readout.loss"),
            math: Math::equals(Math::id("L"), Math::number(self.loss.value(at))),
            note: None,
            ink: Ink::Point,
            level: Level::Basic,
        }]
    }
    fn sentence(&self) -> Phrase {
        Phrase::new("kind.saddle.reason")
    }
    fn csv(&self) -> String {
        String::from("w1,w2\n")
    }
    fn restore(&mut self, state: &str) -> Vec<Error> {
        self.values.reset();
        pairs(state).iter().filter_map(|(key, value)| self.set(key, value).err()).collect()
    }
}
