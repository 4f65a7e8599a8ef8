//! Lab `fate`: where do all the starts end? Every start in view coloured by where the chosen method ends; or the plane of
//! rate and momentum by what becomes of one start. Filled in from coarse to fine; a pixel's run can be replayed.

use super::fate_controls::{
    controls, follow_over, follow_rates, frame, kept, method, over_rates, put_rates, rates_of, repaints,
    shown, start, task,
};
use super::fate_ends::End;
use super::fate_figures::{losses, path, picture};
use super::fate_fill::Fill;
use super::fate_words;
use super::playback::Playback;
use super::table::trajectory;
use super::{Grip, Handle, Headline, Lab, Readout, Subject, Table, Value, Values, method_controls};
use crate::error::Error;
use crate::figure::{Figure, Ink};
use crate::optimizer::{Journeys, Optimizer, Run, Schedule, Setup};
use crate::phrase::{Arg, Phrase};

/// The lab.
pub struct Fate {
    values: Values,
    subject: Subject,
    fill: Fill,
    /// Whether the filling was stopped by hand.
    halted: bool,
    /// The method before its first step.
    optimizer: Option<Optimizer>,
    /// The run on show.
    run: Option<Run>,
    playback: Playback,
}

impl Fate {
    /// Himmelblau's four minima, by gradient descent.
    pub fn new() -> Self {
        let mut values = Values::new(controls());
        let subject = Subject::of(&values, start);
        follow_rates(&mut values, &subject);
        let fill = empty(&values, &subject);
        let mut lab = Self {
            values,
            subject,
            fill,
            halted: false,
            optimizer: None,
            run: None,
            playback: Playback::default(),
        };
        lab.replay();
        lab
    }

    fn steps(&self) -> usize {
        self.values.number("steps").round() as usize
    }

    /// Runs what is on show.
    fn replay(&mut self) {
        let method = method(&self.values);
        self.optimizer = method_controls::optimizer(&self.values, method);
        let rate = method_controls::rate(&self.values, method);
        self.run = self.optimizer.clone().map(|optimizer| {
            let limits = self.fill.ends.limits(self.steps());
            let setup =
                Setup { optimizer, schedule: Schedule::constant(rate), noise: None, delay: 0, limits };
            let mut oracle = &self.subject.loss;
            let mut run = Run::new(setup, &mut oracle, &self.values.point("at"));
            run.finish(&mut oracle);
            run
        });
    }

    /// How the run on show ended.
    fn end(&self) -> Option<End> {
        self.run.as_ref().map(|run| self.fill.ends.of_run(run))
    }

    /// Moves the handle of the picture to a point of it.
    fn point_at(&mut self, to: [f64; 2]) {
        let to = self.fill.centre(to);
        if over_rates(&self.values) {
            put_rates(&mut self.values, to);
        } else {
            self.values.put("at", Value::Point(to));
        }
        self.replay();
    }

    /// Moves the start on the map beside the plane of rates, which asks for a new picture.
    fn start_at(&mut self, to: [f64; 2]) {
        self.values.put("at", Value::Point(to));
        self.fill = empty(&self.values, &self.subject);
        self.replay();
    }

    /// The place of the picture's handle.
    fn place(&self) -> [f64; 2] {
        if over_rates(&self.values) { rates_of(&self.values) } else { self.values.point("at") }
    }
}

/// A picture that has still to be filled in.
fn empty(values: &Values, subject: &Subject) -> Fill {
    let (view, pixels) = frame(values, subject);
    Fill::new(&subject.loss, subject.view, view, pixels, values.number("steps").round() as usize)
}

impl Default for Fate {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Fate {
    fn id(&self) -> &'static str {
        "fate"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn label(&self, control: &str) -> Phrase {
        let halted = (control == "halt" && self.halted).then(|| Phrase::new("control.resume"));
        halted.or(self.playback.label(control)).unwrap_or_else(|| super::label(control))
    }

    fn invitation(&self) -> Phrase {
        Phrase::new(if over_rates(&self.values) { "lab.fate.try.rates" } else { "lab.fate.try" })
    }

    fn shown(&self, control: &str) -> bool {
        match control {
            "halt" => self.fill.progress().is_some(),
            _ => shown(&self.values, control),
        }
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let said = self.subject.set(&mut self.values, control, text);
        match control {
            "loss" if said.is_ok() => follow_rates(&mut self.values, &self.subject),
            "over" => follow_over(&mut self.values),
            _ => {}
        }
        let steps = self.values.number("steps");
        self.playback.resize(&mut self.values, steps);
        if control == "t" {
            self.playback = Playback::default();
        }
        if repaints(&self.values, control) {
            self.fill = empty(&self.values, &self.subject);
            self.halted = false;
        }
        if !matches!(control, "t" | "speed") {
            self.replay();
        }
        said
    }

    fn act(&mut self, control: &str) {
        if !self.playback.act(&mut self.values, control) && control == "halt" {
            self.halted = !self.halted;
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let at = self.place();
        let start = self.values.point("at");
        let value = Phrase::new("handle.theta.value").point("at", start);
        let over = over_rates(&self.values);
        let theta = Handle {
            id: "theta",
            figure: if over { "map" } else { "fate" },
            grip: Grip::Point,
            at: start,
            name: Phrase::new("handle.fate.start"),
            value,
            ink: Ink::Point,
        };
        let mut handles = Vec::new();
        if over {
            let rate = method_controls::rate(&self.values, method(&self.values));
            handles.push(Handle {
                id: "rates",
                figure: "fate",
                grip: Grip::Point,
                at,
                name: Phrase::new("handle.fate.rates"),
                value: match kept(&self.values) {
                    Some(p) => Phrase::new("handle.fate.rates.value")
                        .number("rate", rate)
                        .with("symbol", Arg::Text(p.symbol.into()))
                        .number("share", at[1]),
                    None => Phrase::new("handle.fate.rate.value").number("rate", rate),
                },
                ink: Ink::Point,
            });
        }
        handles.push(theta);
        let t = Playback::words(&self.values);
        let curves = self.run.as_ref().map(|run| losses(run, &self.values));
        handles.extend(curves.and_then(|c| c.handle("t", Phrase::new("handle.t"), t)));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" if over_rates(&self.values) => self.start_at(to),
            "theta" | "rates" => self.point_at(to),
            "t" => self.playback.seek(&mut self.values, to[0]),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 };
        let shifted = |at: [f64; 2], [x, y]: [[f64; 2]; 2], [columns, rows]: [usize; 2]| {
            let one = |[lo, hi]: [f64; 2], count: usize| (hi - lo) / count as f64;
            [at[0] + many * by[0] * one(x, columns), at[1] + many * by[1] * one(y, rows)]
        };
        match handle {
            "theta" if over_rates(&self.values) => {
                let view = self.subject.view;
                self.start_at(shifted(self.values.point("at"), [view.x, view.y], [200; 2]));
            }
            "theta" | "rates" => {
                let tiles = &self.fill.tiles;
                let (view, pixels) = (tiles.view, [tiles.columns, tiles.rows]);
                self.point_at(shifted(self.place(), [view.x, view.y], pixels));
            }
            "t" => self.playback.nudge(&mut self.values, by, large),
            _ => {}
        }
    }

    fn advance(&mut self, seconds: f64) -> bool {
        self.playback.advance(&mut self.values, seconds)
    }

    fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        if self.halted {
            return None;
        }
        let (values, loss, method) = (&self.values, &self.subject.loss, method(&self.values));
        let limits = self.fill.ends.journey_limits(self.steps());
        let journeys = |values: &Values| {
            let optimizer = method_controls::optimizer_in(values, method, Journeys::dimension(method))?;
            Some(Journeys::new(loss, optimizer, limits))
        };
        let mut runs = journeys(values)?;
        if over_rates(values) {
            let start = values.point("at").map(|w| [w; _]);
            let (mut there, mut row) = (values.clone(), f64::NAN);
            self.fill.work(spent, &mut |[x, y], ends| {
                if y[0] != row {
                    row = y[0];
                    put_rates(&mut there, [x[0], row]);
                    if let Some(made) = journeys(&there) {
                        runs = made;
                    }
                }
                runs.from(&start, &x.map(|x| 10f64.powf(x)), ends);
            });
        } else {
            let rates = [method_controls::rate(values, method); _];
            self.fill.work(spent, &mut |starts, ends| runs.from(starts, &rates, ends));
        }
        self.fill.progress()
    }

    fn task(&self) -> Option<String> {
        (!self.halted && self.fill.progress().is_some()).then(|| task(&self.values))
    }

    fn harvest(&mut self) -> Vec<f64> {
        self.fill.harvest()
    }

    fn absorb(&mut self, found: &[f64]) {
        self.fill.absorb(found);
    }

    fn figures(&self) -> Vec<Figure> {
        let Some(run) = &self.run else { return Vec::new() };
        let mut figures =
            vec![picture(&self.fill, &self.subject, run, &self.values, self.optimizer.as_ref())];
        if over_rates(&self.values) {
            figures.push(path(&self.fill, &self.subject, run, &self.values));
        }
        figures.push(losses(run, &self.values).figure());
        figures
    }

    fn headline(&self) -> Option<Headline> {
        Some(fate_words::headline(&self.fill, self.end()?))
    }

    fn readouts(&self) -> Vec<Readout> {
        let (Some(run), Some(end)) = (&self.run, self.end()) else { return Vec::new() };
        fate_words::readouts(run, end, self.values.point("at"), Playback::t(&self.values))
    }

    fn table(&self) -> Option<Table> {
        (self.fill.done() > 0).then(|| fate_words::table(&self.fill))
    }

    fn sentence(&self) -> Phrase {
        let said = Phrase::new("sentence.fate")
            .phrase("method", method_controls::name(method(&self.values)))
            .number("rate", method_controls::rate(&self.values, method(&self.values)))
            .point("start", self.values.point("at"));
        match self.headline() {
            Some(headline) => headline.after(said),
            None => said,
        }
    }

    fn csv(&self) -> String {
        let mut out = self.table().map(|table| table.csv()).unwrap_or_default();
        out.push_str("\nt,w1,w2,L,norm\n");
        if let Some(run) = &self.run {
            trajectory(&mut out, "", run, false);
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
