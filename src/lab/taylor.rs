//! Lab `taylor`: L(θ) ≈ L(θ₀) + (θ − θ₀)ᵀg + ½(θ − θ₀)ᵀH(θ − θ₀), and how far it holds. The plane and the quadric over the
//! surface, a step and what the models foresee of it, higher orders along a line, and where more terms make it worse.

use super::section::{Line, Section};
use super::subject::Subject;
use super::table::push_line;
use super::taylor_controls::{
    ORDERS, along_descent, controls, function, known_radius, on_line, shown, start,
};
use super::taylor_words::{Step, series_headline, series_readouts, step_headline, step_readouts};
use super::turn;
use super::{Grip, Handle, Headline, Lab, Readout, Value, Values};
use crate::derivative::{Jet, jet};
use crate::error::Error;
use crate::figure::{Anchor, Dash, Figure, Ink, Layer, Shape, Stroke, Tiles};
use crate::loss::{Grid, Loss, View};
use crate::order::ascending;
use crate::phrase::{Phrase, number};
use std::rc::Rc;

/// Cells on a side of the shading of errors.
const CELLS: usize = 96;
/// A model off by these shares of what the loss spans in view is shaded so strongly.
const SHADES: [(f64, u8); 3] = [(0.3, 150), (0.1, 100), (0.03, 50)];

/// The lab.
pub struct Taylor {
    values: Values,
    subject: Subject,
    function: Loss,
    /// L where the sheets have their nodes.
    ground: Rc<Grid>,
    /// L at the middles of the cells, and what four fifths of it span.
    cells: Rc<Grid>,
    spread: f64,
    jet: Jet,
    step: Step,
    section: Section,
    /// The models as sheets over the surface, and their error on the map.
    sheets: Vec<Layer>,
    error: Option<Rc<Tiles>>,
}

impl Taylor {
    /// On the slope above a minimum of a loss that no order describes exactly.
    pub fn new() -> Self {
        let values = Values::new(controls());
        let subject = Subject::of(&values, start);
        let function = function(values.formula("function")).unwrap_or_else(|_| Loss::notes());
        let jet = jet(&subject.loss, values.point("at"));
        let step = Step::new(&jet, 0.0, jet.value);
        let line = Line { loss: &function, origin: [0.0; 2], direction: [1.0, 0.0], function: None };
        let section = Section::new(&line, [0.0, 1.0], &[], 0.0);
        let (cells, spread) = cells(&subject);
        let ground = turn::coarse(&subject.grid);
        let mut lab = Self {
            values,
            subject,
            function,
            ground,
            cells,
            spread,
            jet,
            step,
            section,
            sheets: Vec::new(),
            error: None,
        };
        lab.refresh();
        lab
    }

    fn at(&self) -> [f64; 2] {
        self.values.point("at")
    }

    fn order(&self) -> usize {
        // A slider holds no negative number and no NaN.
        (self.values.number("order").round() as usize).min(ORDERS)
    }

    /// −g as a unit vector, or where there is none the chosen direction.
    fn direction(&self) -> [f64; 2] {
        let g = self.jet.gradient;
        let norm = g[0].hypot(g[1]);
        if along_descent(&self.values) && norm > 0.0 && norm.is_finite() {
            return [-g[0] / norm, -g[1] / norm];
        }
        let phi = self.values.number("direction").to_radians();
        [phi.cos(), phi.sin()]
    }

    /// −g as a unit vector; (0, 0) where there is none.
    fn direction_of_step(&self) -> [f64; 2] {
        let g = self.jet.gradient;
        let norm = g[0].hypot(g[1]);
        if norm > 0.0 { g.map(|g| -g / norm) } else { [0.0; 2] }
    }

    fn along(&self, s: f64) -> [f64; 2] {
        let (at, d) = (self.at(), self.direction());
        [at[0] + s * d[0], at[1] + s * d[1]]
    }

    /// Where the step ends.
    fn end(&self) -> [f64; 2] {
        let (at, g, eta) = (self.at(), self.jet.gradient, self.values.number("rate"));
        [at[0] - eta * g[0], at[1] - eta * g[1]]
    }

    /// Computes all that follows from the values.
    fn refresh(&mut self) {
        self.jet = jet(&self.subject.loss, self.at());
        self.step = Step::new(&self.jet, self.values.number("rate"), self.subject.loss.value(self.end()));
        let second = self.values.is_on("second").then(|| self.values.number("other"));
        if on_line(&self.values) {
            let span = self.values.number("span");
            let text = self.values.formula("function");
            let line =
                Line { loss: &self.function, origin: [0.0; 2], direction: [1.0, 0.0], function: Some(text) };
            let about: Vec<f64> = [self.values.number("about")].into_iter().chain(second).collect();
            self.section = Section::new(&line, [-span, span], &about, self.values.number("probe"));
            (self.sheets, self.error) = (Vec::new(), None);
            return;
        }
        let half = 0.5 * self.subject.size();
        let probe = if along_descent(&self.values) { self.step.length } else { self.values.number("probe") };
        let line =
            Line { loss: &self.subject.loss, origin: self.at(), direction: self.direction(), function: None };
        let about: Vec<f64> = [0.0].into_iter().chain(second).collect();
        self.section = Section::new(&line, [-half, half], &about, probe);
        let view = self.subject.view;
        let sheet = |id: &str, order: usize, ink: Ink| {
            let Grid { columns, rows, .. } = *self.ground;
            let model = |p| self.model(p, order);
            let on = self.values.is_on(id) && self.jet.value.is_finite();
            on.then(|| Layer::Sheet(Rc::new(Grid::sample(view, columns, rows, model)), ink))
        };
        self.sheets = [
            sheet("plane-0", 0, Ink::Point),
            sheet("plane-1", 1, Ink::Gradient),
            sheet("quadric", 2, Ink::Curvature),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.error = self.shading();
    }

    /// The model of an order at a point of the plane.
    fn model(&self, p: [f64; 2], order: usize) -> f64 {
        let at = self.at();
        let d = [p[0] - at[0], p[1] - at[1]];
        let Jet { value, gradient: g, hessian: h } = self.jet;
        let first = if order > 0 { g[0] * d[0] + g[1] * d[1] } else { 0.0 };
        let bend = h[0][0] * d[0] * d[0] + 2.0 * h[0][1] * d[0] * d[1] + h[1][1] * d[1] * d[1];
        value + first + if order > 1 { 0.5 * bend } else { 0.0 }
    }

    /// The error of the chosen model over the map, in steps.
    fn shading(&self) -> Option<Rc<Tiles>> {
        let (order, ink) = match self.values.choice("shade") {
            "order-1" => (1, Ink::Gradient),
            "order-2" => (2, Ink::Curvature),
            _ => return None,
        };
        if !self.jet.value.is_finite() {
            return None;
        }
        let Grid { columns, rows, .. } = *self.cells;
        let cell = |k: usize| {
            let loss = self.cells.values.get(k).copied().unwrap_or(f64::NAN);
            let error = (loss - self.model(self.cells.point(k % columns, k / columns), order)).abs();
            let shade = SHADES.iter().find(|(share, _)| error > share * self.spread);
            [0, shade.map_or(0, |(_, strength)| *strength)]
        };
        Some(Rc::new(Tiles {
            view: self.subject.view,
            columns,
            rows,
            palette: vec![ink],
            cells: (0..columns * rows).map(cell).collect(),
        }))
    }

    fn mark(at: [f64; 2], z: f64, shape: Shape, ink: Ink, hollow: bool) -> Layer {
        Layer::Mark { at, z, shape, ink, hollow }
    }

    fn surface(&self) -> Figure {
        let (at, end, jet) = (self.at(), self.end(), &self.jet);
        let half = 0.5 * self.subject.size();
        let line = (-48..=48).map(|k| self.along(half * f64::from(k) / 48.0));
        let mut front =
            vec![Layer::Line3 { points: self.subject.lift(line), stroke: Stroke::dashed(Ink::Text, 1.25) }];
        if self.subject.view.contains(end) && self.step.length > 0.0 {
            let stand = |z: f64| [end[0], end[1], z];
            let (first, second) = (jet.value + self.step.first, jet.value + self.step.second);
            let truth = jet.value + self.step.change;
            let lower = first.min(second).min(truth);
            let stroke = Stroke { ink: Ink::Text, width: 1.0, dash: Dash::Dotted };
            front.push(Layer::Line3 {
                points: vec![stand(lower), stand(first.max(second).max(truth))],
                stroke,
            });
            front.push(Self::mark(end, first, Shape::Square, Ink::Gradient, false));
            front.push(Self::mark(end, second, Shape::Square, Ink::Curvature, false));
            front.push(Self::mark(end, truth, Shape::Dot, Ink::Point, true));
        }
        front.push(Self::mark(at, jet.value, Shape::Dot, Ink::Point, false));
        let mut figure = turn::surface(&self.subject, &self.values, front);
        figure.name = Phrase::new("figure.taylor.surface");
        turn::with_sheets(figure, &self.ground, &self.sheets)
    }

    fn map(&self) -> Figure {
        let (at, end) = (self.at(), self.end());
        let half = 0.5 * self.subject.size();
        let ends = vec![self.along(-half), self.along(half)];
        let mut front = vec![Layer::Line { points: ends, stroke: Stroke::dashed(Ink::Text, 1.25) }];
        if self.step.length > 0.0 {
            front.push(Layer::Arrow { from: at, to: end, stroke: Stroke::solid(Ink::Gradient, 3.0) });
            let text = Phrase::verbatim("−ηg");
            let anchor = if end[0] < at[0] { Anchor::Left } else { Anchor::Right };
            front.push(Layer::Text { at: end, anchor, text, ink: Ink::Gradient });
        }
        if self.values.is_on("second") {
            let other = self.along(self.values.number("other"));
            front.push(Self::mark(other, 0.0, Shape::Square, super::section::INKS[1], true));
        }
        front.push(Self::mark(at, self.jet.value, Shape::Dot, Ink::Point, false));
        let mut figure = self.subject.map(front);
        if let Some(error) = &self.error {
            figure.name = Phrase::new("figure.taylor.map");
            figure.back.insert(1, Layer::Tiles(error.clone()));
        }
        figure
    }

    /// The line with its polynomials, the expansion points, and the place where they are compared.
    fn section(&self) -> Figure {
        let section = &self.section;
        let on = |s: f64, value: f64| section.on_curve(s, value);
        let line = on_line(&self.values);
        let mut marks = Vec::new();
        let [lo, hi] = [f64::NEG_INFINITY, f64::INFINITY].map(|y| on(section.probe, y)[1]);
        if section.range[0] <= section.probe && section.probe <= section.range[1] {
            let stroke = Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dashed };
            let points = vec![[section.probe, lo], [section.probe, hi]];
            marks.push(Layer::Line { points, stroke });
        }
        if !line && along_descent(&self.values) && self.step.length > 0.0 {
            for (change, ink) in [(self.step.first, Ink::Gradient), (self.step.second, Ink::Curvature)] {
                let at = [section.probe, self.jet.value + change];
                marks.push(Self::mark(at, 0.0, Shape::Square, ink, false));
            }
        }
        marks.push(Self::mark([section.probe, section.truth], 0.0, Shape::Dot, Ink::Point, true));
        let shapes = [(Shape::Dot, Ink::Point), (Shape::Square, super::section::INKS[1])];
        for (about, (shape, ink)) in section.about.iter().zip(shapes) {
            marks.push(Self::mark([about.at, about.series.at(0.0, 0)], 0.0, shape, ink, false));
        }
        section.figure(self.order(), marks)
    }

    fn errors(&self) -> super::curves::Curves {
        self.section.error_curves(self.order())
    }

    fn put(&mut self, id: &str, x: f64) {
        self.values.put(id, Value::Number((x * 1e9).round() / 1e9));
        self.refresh();
    }

    fn move_to(&mut self, to: [f64; 2]) {
        self.values.put("at", Value::Point(to));
        self.refresh();
    }

    /// The step whose length this is.
    fn step_to(&mut self, length: f64) {
        let norm = self.jet.gradient[0].hypot(self.jet.gradient[1]);
        if norm > 0.0 {
            self.values.put("rate", Value::Number(length / norm));
            self.refresh();
        }
    }
}

/// L at the middles of the cells, and what four fifths of it span.
fn cells(subject: &Subject) -> (Rc<Grid>, f64) {
    let inner = |[lo, hi]: [f64; 2]| {
        let half = (hi - lo) / CELLS as f64 / 2.0;
        [lo + half, hi - half]
    };
    let view = View { x: inner(subject.view.x), y: inner(subject.view.y) };
    let grid = subject.loss.grid(view, CELLS, CELLS);
    let mut finite: Vec<f64> = grid.values.iter().copied().filter(|v| v.is_finite()).collect();
    ascending(&mut finite);
    let at = |share: f64| finite.get((share * finite.len().saturating_sub(1) as f64) as usize).copied();
    let spread = at(0.9).zip(at(0.1)).map_or(1.0, |(high, low)| high - low);
    (Rc::new(grid), if spread > 0.0 { spread } else { 1.0 })
}

impl Default for Taylor {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Taylor {
    fn id(&self) -> &'static str {
        "taylor"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        if control == "function" {
            self.function = function(text)?;
        }
        let grid = self.subject.grid.clone();
        let said = self.subject.set(&mut self.values, control, text);
        if !Rc::ptr_eq(&grid, &self.subject.grid) {
            (self.cells, self.spread) = cells(&self.subject);
            self.ground = turn::coarse(&self.subject.grid);
        }
        if !matches!(control, "yaw" | "pitch") {
            self.refresh();
        }
        said
    }

    fn act(&mut self, _: &str) {}

    fn handles(&self) -> Vec<Handle> {
        let section = &self.section;
        let handle = |id, figure, grip, at, key: &'static str, value, ink| Handle {
            id,
            figure,
            grip,
            at,
            name: Phrase::new(key),
            value,
            ink,
        };
        let track = |id, at, key, s, ink| handle(id, "section", Grip::Track, at, key, section.place(s), ink);
        let mut handles = Vec::new();
        let first = section.about.first().map_or(0.0, |about| about.series.at(0.0, 0));
        if on_line(&self.values) {
            let about = self.values.number("about");
            handles.push(track("about", section.on_curve(about, first), "control.about", about, Ink::Point));
        } else {
            handles.push(Subject::handle(&self.values, "handle.theta"));
            if self.step.length > 0.0 {
                let (eta, end) = (self.values.number("rate"), self.subject.view.clamp(self.end()));
                let value = Phrase::verbatim(["η = ", &number(eta, 3)].concat());
                handles.push(handle("step", "map", Grip::Track, end, "handle.step", value, Ink::Gradient));
            }
            handles.push(turn::handle(&self.values));
        }
        let probe = section.on_curve(section.probe, section.truth);
        handles.push(track("probe", probe, "control.probe", section.probe, Ink::Muted));
        if let Some(other) = section.about.get(1) {
            let at = section.on_curve(other.at, other.series.at(0.0, 0));
            handles.push(track("other", at, "control.other", other.at, super::section::INKS[1]));
        }
        let order = Phrase::verbatim(self.order().to_string());
        handles.extend(self.errors().handle("order", Phrase::new("control.order"), order));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" => self.move_to(to),
            "step" => {
                let (at, d) = (self.at(), self.direction_of_step());
                self.step_to((to[0] - at[0]) * d[0] + (to[1] - at[1]) * d[1]);
            }
            "orbit" => turn::drag(&mut self.values, to),
            "probe" if !on_line(&self.values) && along_descent(&self.values) => self.step_to(to[0]),
            "about" | "probe" | "other" => self.put(handle, to[0]),
            "order" => self.put("order", to[0].round()),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 };
        let along = many * (by[0] + by[1]);
        match handle {
            "theta" => self.move_to(self.subject.nudged(self.at(), by, large)),
            "orbit" => turn::nudge(&mut self.values, by, many),
            "step" => self.put("rate", self.values.number("rate") * (0.05 * along).exp()),
            "probe" if !on_line(&self.values) && along_descent(&self.values) => {
                self.put("rate", self.values.number("rate") * (0.05 * along).exp());
            }
            "about" | "probe" | "other" => self.put(handle, self.values.number(handle) + 0.05 * along),
            "order" => self.put("order", self.values.number("order") + along),
            _ => {}
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let errors = self.errors().figure();
        if on_line(&self.values) {
            return vec![self.section(), errors];
        }
        vec![self.surface(), self.map(), self.section(), errors]
    }

    fn headline(&self) -> Option<Headline> {
        let line = on_line(&self.values);
        Some(if line { series_headline(&self.section) } else { step_headline(&self.step, &self.jet) })
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut out = Vec::new();
        if !on_line(&self.values) {
            out = step_readouts(self.at(), &self.jet, &self.step);
        }
        out.extend(series_readouts(&self.section, self.order()));
        out
    }

    fn sentence(&self) -> Phrase {
        let scene = if on_line(&self.values) {
            Phrase::new("sentence.taylor.line").phrase("function", Phrase::verbatim(self.function.formula()))
        } else {
            Phrase::new("sentence.place").point("at", self.at()).number("loss", self.jet.value)
        };
        let said = Phrase::new("sentence.taylor").phrase("scene", scene);
        match self.headline() {
            Some(Headline { text, reason, .. }) => said.phrase("text", text).phrase("reason", reason),
            None => said,
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        if !on_line(&self.values) {
            return Vec::new();
        }
        // The farthest of the points shown, against the origin.
        let text = self.values.formula("function");
        let far = self.section.about.iter().map(|about| about.at).max_by(|a, b| a.abs().total_cmp(&b.abs()));
        let radii = far
            .filter(|a| *a != 0.0)
            .and_then(|a| Some((a, known_radius(text, a)?, known_radius(text, 0.0)?)));
        let remark = |(a, there, origin): (f64, f64, f64)| {
            Phrase::new("remark.origin").number("a", a).number("there", there).number("origin", origin)
        };
        radii.map(remark).into_iter().collect()
    }

    fn csv(&self) -> String {
        let mut out = String::from(if on_line(&self.values) { "x,f" } else { "s,L" });
        for i in 0..self.section.about.len() {
            (0..=8).for_each(|n| out.push_str(&[if i == 0 { ",T" } else { ",U" }, &n.to_string()].concat()));
        }
        out.push('\n');
        for [s, value] in &self.section.points {
            let mut cells = vec![*s, *value];
            for about in &self.section.about {
                cells.extend((0..=8).map(|n| about.series.at(s - about.at, n)));
            }
            push_line(&mut out, "", &cells);
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
