//! Lab `schedule`: learning-rate decay. Schedules drawn over one another, the run that each causes on the same loss with
//! the same method and the same gradient noise, the noise floor, Ση and Ση², and what kind of run it was.

use super::family_controls;
use super::playback::Playback;
use super::predict;
use super::schedule_controls::{chosen, controls, method, opening_rate, rate_kind, shown, start};
use super::schedule_figures::{losses, map, norms, rates};
use super::schedule_runs::{Driven, Runs};
use super::table::{columns, trajectory};
use super::{Cell, Row, Table, method_controls, run_words, schedule_words};
use super::{Handle, Headline, Lab, Readout, Subject, Value, Values};
use crate::error::Error;
use crate::figure::Figure;
use crate::optimizer::Family;
use crate::phrase::Phrase;

/// The lab.
pub struct Schedules {
    values: Values,
    subject: Subject,
    runs: Runs,
    playback: Playback,
}

impl Schedules {
    /// A constant rate against the notes' decay, on a quadratic, with gradient noise.
    pub fn new() -> Self {
        let values = Values::new(controls());
        let subject = Subject::of(&values, start);
        let runs = Runs::of(&values, &subject, chosen(&values));
        Self { values, subject, runs, playback: Playback::default() }
    }

    fn run_again(&mut self) {
        self.runs = Runs::of(&self.values, &self.subject, chosen(&self.values));
    }

    /// Whether the answer is still hidden: predict first, reveal after the guess.
    fn hidden(&self) -> bool {
        predict::hidden(&self.values)
    }

    fn move_to(&mut self, to: [f64; 2]) {
        self.values.put("at", Value::Point(to));
        self.run_again();
    }

    /// Which of the guesses is right: whether the lowest end is that of a constant rate.
    fn answer(&self) -> Option<&'static str> {
        let ranked = self.runs.ranked();
        let best = ranked.first().filter(|_| ranked.len() > 1)?;
        Some(if best.family() == Family::Constant { "constant" } else { "decay" })
    }
}

impl Default for Schedules {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Schedules {
    fn id(&self) -> &'static str {
        "schedule"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn label(&self, control: &str) -> Phrase {
        self.playback.label(control).unwrap_or_else(|| super::label(control))
    }

    fn valued(&self, control: &str, value: Phrase) -> Phrase {
        let bound = if control == "eta" { self.runs.bound() } else { None };
        run_words::rated(value, bound)
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let said = self.subject.set(&mut self.values, control, text);
        if control == "loss" && said.is_ok() {
            // A loss brings its own scale of rates, as it brings its own view.
            self.values.declare("eta", rate_kind(opening_rate(&self.subject)));
        }
        let steps = self.values.number("steps");
        self.playback.resize(&mut self.values, steps);
        // A new question wants a new guess.
        if matches!(control, "predict" | "loss" | "noise") {
            predict::ask(&mut self.values);
        }
        if control == "t" {
            self.playback = Playback::default();
        }
        if !matches!(control, "t" | "speed" | "predict" | "guess" | "log-rate") {
            self.run_again();
        }
        said
    }

    fn act(&mut self, control: &str) {
        if !self.playback.act(&mut self.values, control) && control == "quiet" {
            let on = self.values.number("noise") > 0.0;
            let _ = self.set("noise", if on { "0" } else { "1" });
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let mut handles = vec![Subject::handle(&self.values, "handle.start")];
        let value = || Playback::words(&self.values);
        let name = || Phrase::new("handle.t");
        handles.extend(rates(&self.runs, &self.values).handle("t", name(), value()));
        if !self.hidden() {
            handles.extend(losses(&self.runs, &self.values).handle("t-loss", name(), value()));
        }
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" => self.move_to(to),
            "t" | "t-loss" => self.playback.seek(&mut self.values, to[0]),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let _many = if large { 10.0 } else { 1.0 };
        match handle {
            "theta" => self.move_to(self.subject.nudged(self.values.point("at"), by, large)),
            "t" | "t-loss" => self.playback.nudge(&mut self.values, by, large),
            _ => {}
        }
    }

    fn advance(&mut self, seconds: f64) -> bool {
        self.playback.advance(&mut self.values, seconds)
    }

    fn figures(&self) -> Vec<Figure> {
        let mut figures = vec![rates(&self.runs, &self.values).figure()];
        if !self.hidden() {
            figures.push(losses(&self.runs, &self.values).figure());
        }
        figures.push(map(&self.runs, &self.subject, &self.values, self.hidden()));
        if !self.hidden() {
            figures.push(norms(&self.runs, &self.values).figure());
        }
        figures
    }

    fn headline(&self) -> Option<Headline> {
        let plain = |text, reason| Some(Headline::plain(text, reason));
        if self.hidden() {
            let key = if self.runs.sigma > 0.0 { "schedule.ask.noise" } else { "schedule.ask.no-noise" };
            return plain(Phrase::new("schedule.ask"), Phrase::new(key));
        }
        let (text, mut reason) = schedule_words::result(&self.runs);
        if let (true, Some(answer)) = (self.values.is_on("predict"), self.answer()) {
            reason = predict::judged(&self.values, answer, reason);
        }
        plain(text, reason)
    }

    fn readouts(&self) -> Vec<Readout> {
        schedule_words::readouts(&self.runs, Playback::t(&self.values), self.hidden())
    }

    fn table(&self) -> Option<Table> {
        let bound = self.runs.bound();
        let row = |driven: &Driven| {
            let family = driven.family();
            let (shape, hollow) = family_controls::mark(family);
            let ink = family_controls::stroke(family, 1.0).ink;
            let (kind, words) = run_words::outcome(&driven.run, driven.regime, bound);
            Row {
                mark: Some((shape, hollow, ink)),
                cells: vec![
                    Cell::Words(family.id(), family_controls::short(&driven.schedule)),
                    Cell::Number(driven.sums[0]),
                    Cell::Number(driven.sums[1]),
                    Cell::Number(driven.last),
                    Cell::Words(kind, words),
                ],
            }
        };
        (!self.hidden()).then(|| Table {
            name: Phrase::new("schedule.table"),
            columns: columns("schedule.column.", &["schedule", "sum", "squares", "last", "regime"]),
            rows: self.runs.all.iter().map(row).collect(),
        })
    }

    fn sentence(&self) -> Phrase {
        let said = Phrase::new("sentence.schedule")
            .phrase("method", method_controls::name(method(&self.values)))
            .phrase("schedule", family_controls::name(chosen(&self.values)))
            .number("rate", self.values.number("eta"))
            .number("noise", self.runs.sigma);
        match self.headline() {
            Some(headline) => headline.after(said),
            None => said,
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        if self.hidden() { Vec::new() } else { schedule_words::remarks(&self.runs, &self.subject) }
    }

    fn csv(&self) -> String {
        let mut out = self.table().map(|table| table.csv()).unwrap_or_default();
        out.push_str("\nschedule,t,rate,w1,w2,L,norm\n");
        for driven in self.runs.all.iter().filter(|_| !self.hidden()) {
            trajectory(&mut out, driven.family().id(), &driven.run, true);
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
