//! Lab `escape`: a saddle is not a dead end. Five methods from one start, who leaves from where and when theory expects
//! it, one layer more where H = 0, and one flat loss curve with four causes.

use super::escape_controls::{chosen, controls, count, follow, is_opening, shown, start};
use super::escape_figures::{losses, map, norms};
use super::escape_place::{Place, saddles};
use super::escape_runs::{Driven, From, Leaving, Way, leaving, runs};
use super::escape_which::Which;
use super::escape_words;
use super::playback::Playback;
use super::predict;
use super::table::push_line;
use super::{Handle, Headline, Lab, Readout, Subject, Table, Value, Values};
use crate::error::Error;
use crate::figure::Figure;
use crate::order::order;
use crate::phrase::Phrase;

/// The lab.
pub struct Escape {
    values: Values,
    subject: Subject,
    /// The saddles of the loss.
    found: Vec<[f64; 2]>,
    place: Place,
    runs: Vec<Driven>,
    leaving: Leaving,
    /// The question, while "which is it?" is asked.
    which: Option<Which>,
    playback: Playback,
}

impl Escape {
    /// On the notes' network, beside the stable line of its saddle.
    pub fn new() -> Self {
        let values = Values::new(controls());
        let subject = Subject::of(&values, start);
        let found = saddles(&subject.loss);
        let place = Place::of(&values, &subject, &found);
        let runs = runs(&values, &place, values.point("at"));
        let leaving = leaving(&values, &place);
        let playback = Playback::default();
        Self { values, subject, found, place, runs, leaving, which: None, playback }
    }

    fn focus(&self) -> Way {
        Way::from_id(self.values.choice("focus"))
    }

    fn at(&self) -> [f64; 2] {
        self.values.point("at")
    }

    fn start_at(&mut self, to: [f64; 2]) {
        self.values.put("at", Value::Point(to));
        self.nearest();
        self.runs = runs(&self.values, &self.place, self.at());
    }

    /// Looks at the saddle nearest to the start, where that lies outside of what is near the one looked at.
    fn nearest(&mut self) {
        let at = self.at();
        if self.place.delta(&self.place.lift(at)).is_none_or(|delta| delta < self.place.radius) {
            return;
        }
        let far = |p: &[f64; 2]| (p[0] - at[0]).hypot(p[1] - at[1]);
        let order = order(self.place.saddles.len(), &mut |a, b| {
            far(&self.place.saddles[a]) < far(&self.place.saddles[b])
        });
        if let Some(k) = order.first().filter(|k| **k != chosen(&self.values)) {
            self.values.put("saddle", Value::Number((k + 1) as f64));
            self.settle(false, false);
        }
    }

    /// After a change of the loss, its parameters, its layers, its saddle or the view. A `fresh` loss brings its own
    /// numbers; the start follows where it is the `opening` one.
    fn settle(&mut self, fresh: bool, opening: bool) {
        self.place = Place::of(&self.values, &self.subject, &self.found);
        count(&mut self.values, self.place.saddles.len(), fresh);
        self.place = Place::of(&self.values, &self.subject, &self.found);
        follow(&mut self.values, &self.place, &self.subject, fresh, opening);
        self.leaving = leaving(&self.values, &self.place);
    }

    fn hidden(&self) -> bool {
        predict::waits(&self.values)
    }

    /// How far the cursor goes.
    fn steps(&self) -> f64 {
        self.which.as_ref().map_or(self.values.number("steps"), |which| which.steps(self.hidden()) as f64)
    }
}

impl Default for Escape {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Escape {
    fn id(&self) -> &'static str {
        "escape"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn label(&self, control: &str) -> Phrase {
        if control == "at-line" && self.place.layers > 2 {
            return Phrase::new("escape.at-opposite");
        }
        self.playback.label(control).unwrap_or_else(|| super::label(control))
    }

    fn invitation(&self) -> Phrase {
        Phrase::new(match &self.which {
            Some(_) => "lab.escape.try.which",
            None if self.place.layers > 2 => "lab.escape.try.deep",
            None => "lab.escape.try",
        })
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control, &self.place)
    }

    fn formula(&self) -> Option<String> {
        self.place.chain?;
        let weights = ["w1*w2*w3", "w1*w2*w3*w4", "w1*w2*w3*w4*w5"].get(self.place.layers - 3)?;
        Some(self.subject.loss.formula().replace("w1*w2", weights))
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let (loss, saddle) = (self.subject.loss.clone(), chosen(&self.values));
        let opening = control != "at" && is_opening(&self.values, "at");
        let said = self.subject.set(&mut self.values, control, text);
        if matches!(control, "scene" | "round") {
            predict::ask(&mut self.values);
        }
        if matches!(control, "scene" | "round" | "guess") {
            self.which = (self.values.choice("scene") == "which").then(|| Which::of(&self.values));
        }
        let steps = self.steps();
        self.playback.resize(&mut self.values, steps);
        if control == "t" {
            self.playback = Playback::default();
        }
        if self.subject.loss != loss {
            self.found = saddles(&self.subject.loss);
        }
        if !matches!(control, "scene" | "guess" | "round" | "t" | "speed" | "focus") {
            let fresh = control == "loss" && said.is_ok();
            // A new saddle, or another network, brings its own start.
            let moved = control == "layers" || (control == "saddle" && chosen(&self.values) != saddle);
            if !matches!(control, "at" | "steps") {
                self.settle(fresh, fresh || opening || moved);
            }
            if control == "at" {
                self.nearest();
            }
            self.runs = runs(&self.values, &self.place, self.at());
        }
        said
    }

    fn act(&mut self, control: &str) {
        if self.playback.act(&mut self.values, control) {
            return;
        }
        let from = match control {
            "at-saddle" => From::Saddle,
            "at-line" => From::Line,
            "at-near" => From::Near,
            "another" => {
                let round = if let Some(Value::Seed(round)) = self.values.get("round") { *round } else { 0 };
                let _ = self.set("round", &round.wrapping_add(1).to_string());
                return;
            }
            _ => return,
        };
        if let Some(to) = from.point(&self.place) {
            self.start_at(to);
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let name = || Phrase::new("handle.t");
        let value = || Playback::words(&self.values);
        let mut handles = Vec::new();
        if let Some(which) = &self.which {
            let curves = which.curves(&self.values, self.hidden());
            handles.extend(curves.first().and_then(|c| c.handle("t", name(), value())));
            handles.extend(curves.get(1).and_then(|c| c.handle("t-norm", name(), value())));
            return handles;
        }
        handles.push(Subject::handle(&self.values, "handle.start"));
        handles.extend(losses(&self.runs, &self.values).handle("t", name(), value()));
        handles.extend(norms(&self.runs, &self.values).handle("t-norm", name(), value()));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" => self.start_at(to),
            "t" | "t-norm" => self.playback.seek(&mut self.values, to[0]),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        match handle {
            "theta" => self.start_at(self.subject.nudged(self.at(), by, large)),
            "t" | "t-norm" => self.playback.nudge(&mut self.values, by, large),
            _ => {}
        }
    }

    fn advance(&mut self, seconds: f64) -> bool {
        self.playback.advance(&mut self.values, seconds)
    }

    fn figures(&self) -> Vec<Figure> {
        let Some(which) = &self.which else {
            return vec![
                map(&self.place, &self.runs, self.at(), Playback::t(&self.values), self.focus()),
                losses(&self.runs, &self.values).figure(),
                norms(&self.runs, &self.values).figure(),
            ];
        };
        let mut figures: Vec<Figure> =
            which.curves(&self.values, self.hidden()).iter().map(|c| c.figure()).collect();
        if !self.hidden() {
            figures.push(which.map(Playback::t(&self.values)));
        }
        figures
    }

    fn headline(&self) -> Option<Headline> {
        Some(match &self.which {
            Some(which) => which.headline(&self.values, self.hidden()),
            None => escape_words::headline(&self.place, &self.runs),
        })
    }

    fn readouts(&self) -> Vec<Readout> {
        if self.which.is_some() {
            return Vec::new();
        }
        escape_words::readouts(&self.place, &self.runs, self.focus(), self.at(), Playback::t(&self.values))
    }

    fn table(&self) -> Option<Table> {
        match &self.which {
            Some(which) => (!self.hidden()).then(|| which.table()),
            None => escape_words::table(&self.place, &self.runs, &self.leaving),
        }
    }

    fn sentence(&self) -> Phrase {
        let headline = self.headline();
        match (&self.which, headline) {
            (None, Some(headline)) => escape_words::sentence(&self.place, self.at(), headline),
            (_, Some(headline)) => headline.told(),
            _ => Phrase::new("escape.no-saddle"),
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        if self.which.is_some() { Vec::new() } else { escape_words::remarks(&self.place, &self.values) }
    }

    fn csv(&self) -> String {
        if let Some(which) = &self.which {
            return which.csv(self.hidden());
        }
        let mut out = self.table().map(|table| table.csv()).unwrap_or_default();
        out.push_str("\nmethod,t,w1,w2,L,norm\n");
        for driven in &self.runs {
            for (t, r) in driven.run.records().enumerate() {
                let [x, y] = self.place.project(r.theta);
                push_line(&mut out, driven.way.id(), &[t as f64, x, y, r.loss, r.norm]);
            }
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
