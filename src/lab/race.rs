//! Lab `race`: the methods side by side from one start. Paths, loss and gradient against t, the arithmetic of a step in
//! numbers, each at the learning rate that is best for it, and what other rates would have done.

use super::curves::Curves;
use super::playback::Playback;
use super::predict;
use super::race_controls::{controls, focus, keep_focus, only_looks, shown, start};
use super::race_figures::{curves, map, paths, surface};
use super::race_runs::Race;
use super::table::trajectory;
use super::{Handle, Headline, Kind, Lab, Readout, Subject, Table, Value, Values};
use super::{method_controls, race_words, run_words, settings, turn};
use crate::error::Error;
use crate::figure::Figure;
use crate::loss::Grid;
use crate::optimizer::Method;
use crate::phrase::{Arg, Phrase};
use std::cell::OnceCell;
use std::rc::Rc;

/// The lab.
pub struct Races {
    values: Values,
    subject: Subject,
    race: Race,
    playback: Playback,
    /// The figures with curves, until something changes.
    curves: OnceCell<[Curves; 3]>,
    /// L where the surface has its nodes.
    ground: Rc<Grid>,
    /// More settings follow at once: no runs yet.
    waits: bool,
}

impl Races {
    /// Four methods on a valley that lies across the axes.
    pub fn new() -> Self {
        let mut lab = Self::at_rest();
        lab.race = Race::of(&lab.values, &lab.subject);
        lab
    }

    /// The opening state without its runs.
    fn at_rest() -> Self {
        let values = Values::new(controls());
        let subject = Subject::of(&values, start);
        let (race, playback, ground) = (Race::default(), Playback::default(), turn::coarse(&subject.grid));
        Self { values, subject, race, playback, curves: OnceCell::new(), ground, waits: false }
    }

    fn curves(&self) -> &[Curves; 3] {
        self.curves.get_or_init(|| curves(&self.race, &self.values))
    }

    /// Whether the answer is still hidden: predict first, reveal after the guess.
    fn hidden(&self) -> bool {
        predict::hidden(&self.values)
    }

    /// The runs after a change of `control`: what the grid said of other methods stays. While a hand may be moving, the
    /// rates are those of a moment ago: `work` tunes them one by one.
    fn follow(&mut self, control: &str) {
        let doubted = match method_controls::parts(control) {
            Some((_, "rate")) => None,
            Some((method, _)) => Some(Some(method)),
            None if Method::from_id(control).is_some() => None,
            None if matches!(control, "focus" | "tuned" | "predict" | "target") => None,
            None => Some(None),
        };
        let declared = self.values.controls().iter().find(|c| c.id == control);
        let moving = declared.is_some_and(|c| matches!(c.kind, Kind::Slider { .. } | Kind::Point { .. }));
        if let Some(method) = doubted {
            self.race.doubt(method);
        }
        self.race.refresh(&self.values, &self.subject, moving && doubted.is_some());
    }

    /// Each method's rate as it runs onto its slider, and the sliders count from now on.
    fn take(&mut self) {
        for raced in &self.race.all {
            let id = [raced.method.id(), ".rate"].concat();
            self.values.put(&id, Value::Number(raced.rate));
        }
        self.values.put("tuned", Value::Toggle(false));
        self.follow("tuned");
    }

    /// κ = 100, from where it tells: a quadratic with λ = 10 and 0.1 across the axes.
    fn valley(&mut self) {
        for (control, value) in [
            ("loss", "quadratic"),
            ("quadratic.l1", "10"),
            ("quadratic.l2", "0.1"),
            ("quadratic.phi", "45"),
            ("at", "2,1"),
            ("steps", "200"),
        ] {
            // All of these are in range.
            let _ = self.subject.set(&mut self.values, control, value);
        }
        self.ground = turn::coarse(&self.subject.grid);
        let steps = self.values.number("steps");
        self.playback.resize(&mut self.values, steps);
        self.follow("loss");
    }

    /// The answer to the question, once it is open.
    fn headline_parts(&self) -> (Phrase, Phrase) {
        if self.hidden() {
            return (Phrase::new("race.ask"), Phrase::new("race.ask.reason"));
        }
        match race_words::answer(&self.race).filter(|_| self.values.is_on("predict")) {
            Some((method, text, reason)) => (text, predict::judged(&self.values, method.id(), reason)),
            None => race_words::result(&self.race),
        }
    }
}

impl Default for Races {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Races {
    fn id(&self) -> &'static str {
        "race"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn label(&self, control: &str) -> Phrase {
        match control {
            "target" => Phrase::new("control.race.target"),
            _ => self.playback.label(control).unwrap_or_else(|| super::label(control)),
        }
    }

    fn valued(&self, control: &str, value: Phrase) -> Phrase {
        let of = method_controls::parts(control).filter(|(_, rest)| *rest == "rate" && !self.hidden());
        run_words::rated(value, of.and_then(|(method, _)| self.race.get(method)?.bound))
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        self.curves.take();
        let grid = self.subject.grid.clone();
        let said = self.subject.set(&mut self.values, control, text);
        if !Rc::ptr_eq(&grid, &self.subject.grid) {
            self.ground = turn::coarse(&self.subject.grid);
        }
        keep_focus(&mut self.values, control);
        let steps = self.values.number("steps");
        self.playback.resize(&mut self.values, steps);
        // A new question wants a new guess.
        if matches!(control, "predict" | "loss") {
            predict::ask(&mut self.values);
        }
        if control == "t" {
            self.playback = Playback::default();
        }
        if !self.waits && !only_looks(control) {
            self.follow(control);
        }
        said
    }

    fn act(&mut self, control: &str) {
        self.curves.take();
        match control {
            "valley" => self.valley(),
            "take" => self.take(),
            "defaults" => {
                let method = focus(&self.values);
                method_controls::use_defaults(&mut self.values, method);
                self.race.doubt(Some(method));
                self.follow("focus");
            }
            _ => {
                self.playback.act(&mut self.values, control);
            }
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let mut handles = vec![Subject::handle(&self.values, "handle.start")];
        if !self.hidden() {
            let [losses, rates, norms] = self.curves();
            for (id, curves) in [("t", losses), ("t-norm", norms)] {
                handles.extend(curves.handle(id, Phrase::new("handle.t"), Playback::words(&self.values)));
            }
            if !self.values.is_on("tuned") && !self.values.is_on("predict") {
                let rate = method_controls::rate(&self.values, focus(&self.values));
                let value = Phrase::verbatim(["η = ", &crate::phrase::number(rate, 3)].concat());
                handles.extend(rates.handle("eta", Phrase::new("handle.eta"), value));
            }
        }
        handles.push(turn::handle(&self.values));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        self.curves.take();
        match handle {
            "theta" => {
                self.values.put("at", Value::Point(to));
                self.follow("at");
            }
            "t" | "t-norm" => self.playback.seek(&mut self.values, to[0]),
            "eta" => {
                let id = [focus(&self.values).id(), ".rate"].concat();
                self.values.put(&id, Value::Number(10f64.powf(to[0])));
                self.follow(&id);
            }
            "orbit" => turn::drag(&mut self.values, to),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        self.curves.take();
        let many = if large { 10.0 } else { 1.0 };
        match handle {
            "theta" => {
                let to = self.subject.nudged(self.values.point("at"), by, large);
                self.drag(handle, to);
            }
            "t" | "t-norm" => self.playback.nudge(&mut self.values, by, large),
            "eta" => {
                let rate = method_controls::rate(&self.values, focus(&self.values));
                let turned = rate.log10() + many * (by[0] + by[1]) / 50.0;
                self.drag(handle, [turned, 0.0]);
            }
            "orbit" => turn::nudge(&mut self.values, by, many),
            _ => {}
        }
    }

    fn advance(&mut self, seconds: f64) -> bool {
        let on = self.playback.advance(&mut self.values, seconds);
        if on {
            self.curves.take();
        }
        on
    }

    fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        let stale = self.race.stale();
        let share = self.race.work(&self.values, &self.subject, spent);
        if self.race.stale() != stale {
            self.curves.take();
        }
        share
    }

    fn figures(&self) -> Vec<Figure> {
        let (race, values, hidden) = (&self.race, &self.values, self.hidden());
        let paths = paths(race, &self.subject, values, hidden);
        let mut figures = vec![map(race, &self.subject, values, hidden, &paths)];
        if !hidden {
            figures.extend(self.curves().iter().map(Curves::figure));
        }
        figures.push(surface(race, &self.subject, &self.ground, values, hidden, paths));
        figures
    }

    fn headline(&self) -> Option<Headline> {
        let (text, reason) = self.headline_parts();
        Some(Headline::plain(text, reason))
    }

    fn readouts(&self) -> Vec<Readout> {
        if self.hidden() {
            return Vec::new();
        }
        race_words::readouts(&self.race, &self.subject, &self.values)
    }

    fn table(&self) -> Option<Table> {
        (!self.hidden()).then(|| race_words::table(&self.race))
    }

    fn sentence(&self) -> Phrase {
        let (text, reason) = self.headline_parts();
        let scene = Phrase::new("sentence.race")
            .with("count", Arg::Count(self.race.all.len() as i64))
            .point("at", self.values.point("at"))
            .with("t", Arg::Count(Playback::t(&self.values) as i64));
        Headline::plain(text, reason).after(scene)
    }

    fn remarks(&self) -> Vec<Phrase> {
        if self.hidden() {
            return Vec::new();
        }
        race_words::remarks(&self.race, &self.subject, &self.values)
    }

    fn csv(&self) -> String {
        if self.hidden() {
            return String::new();
        }
        let mut out = race_words::table(&self.race).csv();
        out.push_str("\nmethod,t,rate,w1,w2,L,norm\n");
        for raced in &self.race.all {
            trajectory(&mut out, raced.method.id(), &raced.run, true);
        }
        out.push_str("\nmethod,rate,last\n");
        for raced in &self.race.all {
            out.push_str(&self.race.grid_csv(raced.method));
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }

    /// As for every lab, but the rates are tuned once, when all is set.
    fn restore(&mut self, state: &str) -> Vec<Error> {
        *self = Self { waits: true, ..Self::at_rest() };
        let settings = settings(&self.values, state);
        let said = settings.iter().filter_map(|(key, value)| self.set(key, value).err()).collect();
        self.waits = false;
        self.race = Race::of(&self.values, &self.subject);
        said
    }
}
