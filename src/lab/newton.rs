//! Lab `newton`: jump to where the quadratic model is level. Exact in one step on a quadratic of any kind, so it lands on
//! minima, maxima and saddles alike; with a shift, or with abs(H), it goes down. Why not for deep networks: n² and n³.

use super::kind_words::{nature_words, place as place_words};
use super::newton_controls::{
    METHODS, controls, is_notes, method, notes, run, shift, shift_kind, shown, start,
};
use super::newton_figures::{cost_handle, costs, norms, shift_handle, shifts};
use super::newton_model::{Arrival, Model, arrival, place};
use super::newton_words::{cost_readouts, end_name, end_shape, headline, step_readouts};
use super::playback::Playback;
use super::subject::Subject;
use super::table::{columns, trajectory};
use super::{Cell, Row, Table, method_controls, turn};
use super::{Grip, Handle, Headline, Lab, Readout, Value, Values};
use crate::derivative::model_grid;
use crate::error::Error;
use crate::figure::{Figure, Ink, Layer, Shape, Stroke, contours};
use crate::loss::Grid;
use crate::optimizer::{Method, Run};
use crate::phrase::{Phrase, number};
use std::rc::Rc;

/// Level lines of the model on the map.
const LEVELS: usize = 6;

/// One method's run and its end.
struct Trail {
    method: Method,
    run: Run,
    end: Arrival,
}

/// The lab.
pub struct Newton {
    values: Values,
    subject: Subject,
    playback: Playback,
    trails: Vec<Trail>,
    /// Of the chosen method, at the step on show.
    model: Model,
    /// L where the sheet has its nodes, and the model there.
    ground: Rc<Grid>,
    sheet: Rc<Grid>,
}

impl Newton {
    /// On Himmelblau's function, where Newton's method ends in a saddle and the other two in a minimum.
    pub fn new() -> Self {
        let values = Values::new(controls());
        let subject = Subject::of(&values, start);
        let model = Model::new(&subject, Method::Newton, 0.0, values.point("at"));
        let ground = turn::coarse(&subject.grid);
        let sheet = ground.clone();
        let mut lab =
            Self { values, subject, playback: Playback::default(), trails: Vec::new(), model, ground, sheet };
        lab.run_again();
        lab
    }

    fn run_again(&mut self) {
        let trail = |method: &Method| {
            let run = run(&self.values, &self.subject.loss, *method)?;
            let end = arrival(&run, &self.subject);
            Some(Trail { method: *method, run, end })
        };
        self.trails = METHODS.iter().filter_map(trail).collect();
        self.model_again();
    }

    /// The model at the step on show.
    fn model_again(&mut self) {
        let at = self.chosen().map_or([f64::NAN; 2], |trail| place(&trail.run, Playback::t(&self.values)));
        self.model = Model::new(&self.subject, method(&self.values), self.values.number("shift"), at);
        let Grid { view, columns, rows, .. } = *self.ground;
        let Model { at, .. } = self.model;
        self.sheet = Rc::new(model_grid(at, &self.model.solved(), 2, view, [columns, rows]));
    }

    fn chosen(&self) -> Option<&Trail> {
        self.trails.iter().find(|trail| trail.method == method(&self.values))
    }

    /// The trails on show, the chosen one last, over the others.
    fn drawn(&self) -> impl Iterator<Item = &Trail> {
        let beside = self.values.is_on("beside");
        let is = |trail: &&Trail| Some(trail.method) == self.chosen().map(|t| t.method);
        self.trails.iter().filter(move |t| beside && !is(t)).chain(self.trails.iter().filter(move |t| is(t)))
    }

    fn runs(&self) -> Vec<(Method, &Run)> {
        self.drawn().map(|trail| (trail.method, &trail.run)).collect()
    }

    /// Where the step on show leads, with the learning rate.
    fn next(&self) -> [f64; 2] {
        let (at, d, rate) = (self.model.at, self.model.step, self.values.number("rate"));
        [at[0] + rate * d[0], at[1] + rate * d[1]]
    }

    fn mark(at: [f64; 2], z: f64, shape: Shape, ink: Ink, hollow: bool) -> Layer {
        Layer::Mark { at, z, shape, ink, hollow }
    }

    /// The stationary point of the model, by its kind.
    fn stationary(&self) -> Option<Layer> {
        let kind = self.model.kind()?;
        let at = self.model.stationary();
        let shape = super::kind_words::shape(kind)?;
        self.subject
            .view
            .contains(at)
            .then(|| Self::mark(at, self.model.value(at), shape, Ink::Curvature, true))
    }

    /// Level lines of the model, one through θ.
    fn levels(&self) -> Vec<Layer> {
        let here = self.model.jet.value;
        let Some([lo, hi]) = self.sheet.range().filter(|_| here.is_finite()) else { return Vec::new() };
        let step = ((hi - here).max(here - lo) / LEVELS as f64).max(f64::MIN_POSITIVE);
        let count = LEVELS as i32;
        let levels: Vec<f64> = (-count..=count)
            .map(|k| here + step * f64::from(k) * f64::from(k.abs()) / LEVELS as f64)
            .collect();
        let stroke = |level: f64| Stroke::solid(Ink::Curvature, if level == here { 2.0 } else { 0.75 });
        contours(&self.sheet, &levels)
            .into_iter()
            .flat_map(|c| {
                c.lines.into_iter().map(move |points| Layer::Line { points, stroke: stroke(c.level) })
            })
            .collect()
    }

    fn map(&self) -> Figure {
        let mut front = self.levels();
        for trail in self.drawn() {
            let points = (0..=trail.run.steps()).map(|t| place(&trail.run, t)).collect();
            front.push(Layer::Line { points, stroke: method_controls::stroke(trail.method, 2.0) });
        }
        for trail in self.drawn() {
            let (at, ink) = (place(&trail.run, usize::MAX), method_controls::ink(trail.method));
            let (shape, hollow) = end_shape(&trail.end).map_or((Shape::Dot, true), |shape| (shape, false));
            front.push(Self::mark(at, 0.0, shape, ink, hollow));
        }
        front.extend(self.stationary());
        let at = self.values.point("at");
        front.push(Self::mark(at, 0.0, Shape::Dot, Ink::Point, false));
        if self.model.at != at {
            front.push(Self::mark(self.model.at, 0.0, Shape::Dot, Ink::Point, true));
        }
        let mut figure = self.subject.map(front);
        figure.name = Phrase::new("figure.newton.map");
        figure
    }

    fn surface(&self) -> Figure {
        let mut front = Vec::new();
        if let Some(trail) = self.chosen() {
            // Along straight steps, on the surface.
            let corners: Vec<[f64; 2]> = (0..=trail.run.steps()).map(|t| place(&trail.run, t)).collect();
            let between = |w: &[[f64; 2]]| {
                let (a, b) = (w.first().copied().unwrap_or_default(), w.last().copied().unwrap_or_default());
                (0..=24)
                    .map(move |k| f64::from(k) / 24.0)
                    .map(move |s| [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])])
            };
            let points = self.subject.lift(corners.windows(2).flat_map(between));
            front.push(Layer::Line3 { points, stroke: method_controls::stroke(trail.method, 2.5) });
        }
        front.extend(self.stationary());
        front.push(Self::mark(self.model.at, self.model.jet.value, Shape::Dot, Ink::Point, false));
        let mut figure = turn::surface(&self.subject, &self.values, front);
        figure.name = Phrase::new("figure.newton.surface");
        let whole = self.model.jet.value.is_finite() && self.model.curvature.is_some();
        let sheet = whole.then(|| Layer::Sheet(self.sheet.clone(), Ink::Curvature));
        turn::with_sheets(figure, &self.ground, sheet.as_slice())
    }

    fn move_to(&mut self, to: [f64; 2]) {
        self.values.put("at", Value::Point(to));
        self.run_again();
    }

    fn put(&mut self, id: &str, x: f64) {
        self.values.put(id, Value::Number(x));
        self.run_again();
    }
}

impl Default for Newton {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Newton {
    fn id(&self) -> &'static str {
        "newton"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn label(&self, control: &str) -> Phrase {
        if control == "beside" {
            return Phrase::new("newton.beside");
        }
        self.playback.label(control).unwrap_or_else(|| super::label(control))
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let grid = self.subject.grid.clone();
        let said = self.subject.set(&mut self.values, control, text);
        if !Rc::ptr_eq(&grid, &self.subject.grid) {
            self.ground = turn::coarse(&self.subject.grid);
        }
        if control == "loss" && said.is_ok() {
            self.values.declare("shift", shift_kind(shift(&self.subject.loss)));
        }
        match control {
            "yaw" | "pitch" | "size" | "speed" | "beside" => {}
            "t" | "method" => self.model_again(),
            _ => self.run_again(),
        }
        said
    }

    fn act(&mut self, control: &str) {
        if let Some(at) = notes(control) {
            let _ = self.set("loss", "one-datum");
            self.values.put("method", Value::Choice("newton"));
            // A shift of the size of the curvatures there.
            self.values.put("shift", Value::Number(2.0));
            self.playback.seek(&mut self.values, 0.0);
            self.move_to(at);
        } else if self.playback.act(&mut self.values, control) {
            self.model_again();
        }
    }

    fn advance(&mut self, seconds: f64) -> bool {
        let on = self.playback.advance(&mut self.values, seconds);
        if on {
            self.model_again();
        }
        on
    }

    fn handles(&self) -> Vec<Handle> {
        let handle = |id, figure, grip, at, name: &'static str, value, ink| Handle {
            id,
            figure,
            grip,
            at,
            name: Phrase::new(name),
            value,
            ink,
        };
        let mut handles = vec![Subject::handle(&self.values, "handle.start"), turn::handle(&self.values)];
        let cursor = norms(&self.runs(), Playback::t(&self.values));
        handles.extend(cursor.handle("t", Phrase::new("handle.t"), Playback::words(&self.values)));
        if method(&self.values) == Method::ShiftedNewton {
            let mu = self.values.number("shift");
            let at = shift_handle(&shifts(&self.subject, &self.values, &self.model), mu);
            let value = Phrase::verbatim(number(mu, 3));
            handles.push(handle("shift", "shift", Grip::Track, at, "control.shift", value, Ink::Muted));
        }
        let value = Phrase::verbatim(number(super::newton_controls::size(&self.values), 3));
        let place = cost_handle(&self.values);
        handles.push(handle("size", "cost", Grip::Track, place, "control.size", value, Ink::Muted));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" => self.move_to(to),
            "orbit" => turn::drag(&mut self.values, to),
            "t" => {
                self.playback.seek(&mut self.values, to[0]);
                self.model_again();
            }
            "shift" => self.put("shift", (2.0 * to[0]).round() / 2.0),
            "size" => self.values.put("size", Value::Number(10f64.powf(to[0].clamp(0.0, 300.0)))),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 };
        let along = many * (by[0] + by[1]);
        match handle {
            "theta" => self.move_to(self.subject.nudged(self.values.point("at"), by, large)),
            "orbit" => turn::nudge(&mut self.values, by, many),
            "t" => {
                self.playback.nudge(&mut self.values, by, large);
                self.model_again();
            }
            "shift" => self.put("shift", self.values.number("shift") + 0.5 * along),
            "size" => {
                let n = self.values.number("size") * 10f64.powf(0.1 * along);
                self.values.put("size", Value::Number(n));
            }
            _ => {}
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let mut figures =
            vec![self.map(), self.surface(), norms(&self.runs(), Playback::t(&self.values)).figure()];
        if method(&self.values) == Method::ShiftedNewton {
            figures.push(shifts(&self.subject, &self.values, &self.model));
        }
        figures.push(costs(&self.values));
        figures
    }

    fn headline(&self) -> Option<Headline> {
        let trail = self.chosen()?;
        let end = place(&trail.run, usize::MAX);
        let last = Model::new(&self.subject, trail.method, self.values.number("shift"), end);
        Some(headline(trail.method, &trail.end, &last))
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut out = step_readouts(&self.values, &self.model, self.subject.loss.value(self.next()));
        out.extend(cost_readouts(&self.values));
        out
    }

    fn table(&self) -> Option<Table> {
        let row = |trail: &Trail| {
            let (shape, hollow) = method_controls::mark(trail.method);
            let (steps, loss) = match &trail.end {
                Arrival::Point(verdict, steps, _) => (*steps as f64, verdict.jet.value),
                _ => (f64::NAN, f64::NAN),
            };
            let end = end_name(&trail.end);
            let words = match &trail.end {
                Arrival::Point(_, _, Some(nature)) => nature_words(*nature),
                _ => Phrase::new(["newton.end.", end].concat()),
            };
            Row {
                mark: Some((shape, hollow, method_controls::ink(trail.method))),
                cells: vec![
                    Cell::Words(trail.method.id(), method_controls::name(trail.method)),
                    Cell::Words(end, words),
                    Cell::Number(loss),
                    Cell::Number(steps),
                ],
            }
        };
        Some(Table {
            name: Phrase::new("newton.table"),
            columns: columns("newton.column.", &["method", "end", "loss", "steps"]),
            rows: self.trails.iter().map(row).collect(),
        })
    }

    fn sentence(&self) -> Phrase {
        let place = place_words(self.model.at, self.model.jet.value);
        match self.headline() {
            Some(headline) => headline.after(place),
            None => place,
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        let mut remarks = Vec::new();
        let pure = self.trails.first();
        if is_notes(&self.subject.loss) && method(&self.values) == Method::Newton {
            let [x, y] = self.model.at;
            let p = x * y;
            let below = 3.0 * p - 1.0;
            // At 1/3, to rounding, there is no factor.
            let factor = if below.abs() > 1e-9 { 2.0 * p / below } else { f64::NAN };
            remarks.push(Phrase::new("remark.newton-notes").number("p", p).number("factor", factor));
        }
        if let Some(end @ (Arrival::Cycle | Arrival::Singular | Arrival::Kink | Arrival::Diverged)) =
            pure.map(|t| &t.end)
        {
            let how = Phrase::new(["newton.end.", end_name(end)].concat());
            remarks.push(
                Phrase::new("remark.newton-fails").point("at", self.values.point("at")).phrase("end", how),
            );
        }
        remarks
    }

    fn csv(&self) -> String {
        let mut out = String::from("method,t,w1,w2,L,norm\n");
        for trail in &self.trails {
            trajectory(&mut out, trail.method.id(), &trail.run, false);
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
