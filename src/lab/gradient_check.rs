//! Lab `gradient-check`: is the code of a gradient right? The error of differences against h, the lecture notes' test
//! carried out step by step, and one that works, on a gradient that is right, wrong in a chosen way, or typed.

use super::check_controls::{KINK, controls, shown, start};
use super::check_figures::{errors, map, zoom};
use super::check_findings::Findings;
use super::check_words::{readouts, remarks, table, verdict};
use super::critical_controls::NOTES;
use super::table::push_line;
use super::{Handle, Headline, Lab, Readout, Subject, Table, Value, Values};
use crate::decimal::round;
use crate::derivative::notes_refusals;
use crate::error::Error;
use crate::figure::Figure;
use crate::loss::Loss;
use crate::phrase::{Phrase, number};

/// Points of the view at which the notes' test is tried.
const TRIALS: usize = 2000;

/// The lab.
pub struct GradientCheck {
    values: Values,
    subject: Subject,
    found: Findings,
    /// The share of the view in which the notes refuse the true gradient.
    share: f64,
}

impl GradientCheck {
    /// The true gradient of Himmelblau's function, where the notes' test refuses it.
    pub fn new() -> Self {
        let values = Values::new(controls());
        let subject = Subject::of(&values, start);
        let found = Findings::of(&values, &subject);
        let share = notes_refusals(&subject.loss, subject.view, TRIALS);
        Self { values, subject, found, share }
    }

    fn find_again(&mut self) {
        self.found = Findings::of(&self.values, &self.subject);
    }

    fn move_to(&mut self, to: [f64; 2]) {
        self.values.put("at", Value::Point(to));
        self.find_again();
    }

    fn step(&self) -> f64 {
        self.values.number("h")
    }

    fn put_step(&mut self, log10: f64) {
        // Four digits are enough, and keep links short.
        self.values.put("h", Value::Number(round(10f64.powf(log10), 4)));
    }
}

impl Default for GradientCheck {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for GradientCheck {
    fn id(&self) -> &'static str {
        "gradient-check"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        if control == "g1" || control == "g2" {
            Loss::parse(text)?;
        }
        let said = self.subject.set(&mut self.values, control, text);
        if control != "h" {
            self.find_again();
        }
        // Moving the point or the step leaves the view, and with it the share, as it was.
        if control == "loss" || control == "centre" || control == "zoom" || control.contains('.') {
            self.share = notes_refusals(&self.subject.loss, self.subject.view, TRIALS);
        }
        said
    }

    fn act(&mut self, control: &str) {
        match control {
            "notes" => {
                let _ = self.set("loss", NOTES);
            }
            "kink" => {
                let (loss, at) = KINK;
                let _ = self.set("loss", loss);
                self.values.put("h", Value::Number(1e-5));
                self.move_to(at);
            }
            _ => {}
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let mut handles = vec![Subject::handle(&self.values, "handle.theta")];
        let value = Phrase::verbatim(["h = ", &number(self.step(), 3)].concat());
        handles.extend(errors(&self.found, &self.values).handle("h", Phrase::new("handle.h"), value));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" => self.move_to(to),
            "h" => self.put_step(to[0]),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 };
        match handle {
            "theta" => self.move_to(self.subject.nudged(self.values.point("at"), by, large)),
            // A tenth of a decade, or a whole one.
            "h" => self.put_step(self.step().log10() + many * (by[0] + by[1]) / 10.0),
            _ => {}
        }
    }

    fn figures(&self) -> Vec<Figure> {
        vec![
            errors(&self.found, &self.values).figure(),
            map(&self.found, &self.subject),
            zoom(&self.found, &self.subject, self.step()),
        ]
    }

    fn headline(&self) -> Option<Headline> {
        let (text, reason) = verdict(&self.found);
        Some(Headline::plain(text, reason))
    }

    fn readouts(&self) -> Vec<Readout> {
        readouts(&self.found, &self.subject, self.step(), self.share)
    }

    fn table(&self) -> Option<Table> {
        Some(table(&self.found, &self.subject))
    }

    fn sentence(&self) -> Phrase {
        let (text, reason) = verdict(&self.found);
        let accept = match self.found.notes_accept() {
            Some(true) => "check.notes.accept",
            Some(false) => "check.notes.reject",
            None => "check.notes.none",
        };
        Phrase::new("sentence.check")
            .phrase("result", Headline::plain(text, reason).told())
            .phrase("notes", Phrase::new(accept))
            .point("at", self.found.at)
    }

    fn remarks(&self) -> Vec<Phrase> {
        remarks(&self.found)
    }

    fn csv(&self) -> String {
        let mut out = table(&self.found, &self.subject).csv();
        out.push_str("\nh,forward,central,tested\n");
        let tested = self.found.tested[self.found.i];
        for sample in &self.found.sweep {
            let [forward, central] = sample.differences;
            push_line(&mut out, "", &[sample.h, forward, central, tested]);
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
