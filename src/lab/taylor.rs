//! Lab `taylor`: L(θ) ≈ L(θ₀) + (θ − θ₀)ᵀg + ½(θ − θ₀)ᵀH(θ − θ₀), and how far it holds. The plane and the quadric over the
//! surface, a step and what the models foresee of it, higher orders along a line, and where more terms make it worse.

use super::section::{Line, Section};
use super::subject::Subject;
use super::table::push_line;
use super::taylor_controls::{
    ORDERS, along_descent, controls, function, known_radius, on_line, shown, start,
};
use super::taylor_models::Models;
use super::taylor_words::{Step, series_headline, series_readouts, step_headline, step_readouts};
use super::turn;
use super::{Grip, Handle, Headline, Lab, Readout, Value, Values};
use crate::derivative::{Jet, Smoothness, jet, smoothness};
use crate::error::Error;
use crate::figure::{Figure, Ink};
use crate::loss::Loss;
use crate::phrase::{Phrase, number};
use std::rc::Rc;

/// The lab.
pub struct Taylor {
    pub(super) values: Values,
    pub(super) subject: Subject,
    function: Loss,
    pub(super) jet: Jet,
    pub(super) step: Step,
    pub(super) section: Section,
    pub(super) models: Models,
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
        let models = Models::over(&subject);
        let mut lab = Self { values, subject, function, jet, step, section, models };
        lab.refresh();
        lab
    }

    pub(super) fn at(&self) -> [f64; 2] {
        self.values.point("at")
    }

    pub(super) fn order(&self) -> usize {
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

    pub(super) fn along(&self, s: f64) -> [f64; 2] {
        let (at, d) = (self.at(), self.direction());
        [at[0] + s * d[0], at[1] + s * d[1]]
    }

    /// Where the step ends.
    pub(super) fn end(&self) -> [f64; 2] {
        let (at, g, eta) = (self.at(), self.jet.gradient, self.values.number("rate"));
        [at[0] - eta * g[0], at[1] - eta * g[1]]
    }

    /// The same, or where the step leaves the view.
    pub(super) fn end_in_view(&self) -> [f64; 2] {
        let (at, end, view) = (self.at(), self.end(), self.subject.view);
        let mut share = 1.0_f64;
        for (([lo, hi], from), to) in [view.x, view.y].into_iter().zip(at).zip(end) {
            let edge = if to > from { hi } else { lo };
            if to != from {
                share = share.min((edge - from) / (to - from));
            }
        }
        view.clamp([0, 1].map(|i| at[i] + share.max(0.0) * (end[i] - at[i])))
    }

    /// Computes all that follows from the values.
    fn refresh(&mut self) {
        self.jet = shape(&self.subject, self.at());
        self.step = Step::new(&self.jet, self.values.number("rate"), self.subject.loss.value(self.end()));
        let second = self.values.is_on("second").then(|| self.values.number("other"));
        if on_line(&self.values) {
            let span = self.values.number("span");
            let text = self.values.formula("function");
            let line =
                Line { loss: &self.function, origin: [0.0; 2], direction: [1.0, 0.0], function: Some(text) };
            let about: Vec<f64> = [self.values.number("about")].into_iter().chain(second).collect();
            self.section = Section::new(&line, [-span, span], &about, self.values.number("probe"));
            return;
        }
        let half = 0.5 * self.subject.size();
        let probe = if along_descent(&self.values) { self.step.length } else { self.values.number("probe") };
        let line =
            Line { loss: &self.subject.loss, origin: self.at(), direction: self.direction(), function: None };
        let about: Vec<f64> = [0.0].into_iter().chain(second).collect();
        self.section = Section::new(&line, [-half, half], &about, probe);
        self.models.follow(&self.values, self.at(), &self.jet);
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

/// L, g and H at a point: at a kink there is no g and no H.
fn shape(subject: &Subject, at: [f64; 2]) -> Jet {
    let jet = jet(&subject.loss, at);
    match smoothness(&subject.loss, at, subject.size()) {
        Smoothness::NotDifferentiable => Jet { gradient: [f64::NAN; 2], hessian: [[f64::NAN; 2]; 2], ..jet },
        _ => jet,
    }
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

    fn invitation(&self) -> Phrase {
        Phrase::new(if on_line(&self.values) { "lab.taylor.try.line" } else { "lab.taylor.try" })
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
            self.models = Models::over(&self.subject);
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
                let (eta, end) = (self.values.number("rate"), self.end_in_view());
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
            super::kind_words::place(self.at(), self.jet.value)
        };
        match self.headline() {
            Some(headline) => headline.after(scene),
            None => scene,
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
