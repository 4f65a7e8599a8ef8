//! Lab `batch`: full batch, mini-batches and single examples on real data. Their paths and losses beside each other, the
//! cloud of mini-batch gradients at the present point, and how its variance falls with B.

use super::batch_controls::{batch_size, controls, opening, sampling, seed, set_data, shown, steps};
use super::batch_figures::Scene;
use super::batch_runs::{Pass, Passes, Point};
use super::playback::Playback;
use super::predict;
use super::table::push_line;
use super::{Cell, Handle, Headline, Lab, Readout, Row, Subject, Table, Value, Values};
use super::{batch_words, run_words};
use crate::error::Error;
use crate::figure::Figure;
use crate::loss::Loss;
use crate::optimizer::Cloud;
use crate::phrase::{Arg, Phrase};

/// Chunks of work that a change waits for: some 2 ms. With the usual settings the runs on up to some 500 examples are
/// done by then.
const AT_ONCE: i32 = 8;

/// The lab.
pub struct Batches {
    values: Values,
    subject: Subject,
    passes: Passes,
    cloud: Option<Cloud>,
    playback: Playback,
}

impl Batches {
    /// Stopping distances of cars against their speed, batches of 10.
    pub fn new() -> Self {
        let loss = opening();
        let values = Values::new(controls(&loss));
        let subject = Subject::on(loss, &values, Loss::start);
        let passes = Passes::of(&values, &subject.loss);
        let mut lab = Self { values, subject, passes, cloud: None, playback: Playback::default() };
        lab.begin();
        lab
    }

    fn run_again(&mut self) {
        self.passes = Passes::of(&self.values, &self.subject.loss);
        self.cloud = None;
        self.begin();
    }

    /// Does as much at once as there is time for in a drag; what is left is long work.
    fn begin(&mut self) {
        let mut left = AT_ONCE;
        let mut spent = || {
            left -= 1;
            left < 0
        };
        self.go_on(&mut spent);
        if self.is_elsewhere() {
            self.look();
        }
    }

    fn go_on(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        if let Some(share) = self.passes.work(&self.subject.loss, spent) {
            return Some(0.9 * share);
        }
        if self.is_elsewhere() {
            self.look();
        }
        self.cloud.as_mut()?.work(spent).map(|share| 0.9 + 0.1 * share)
    }

    /// Where the mini-batch run is now.
    fn place(&self) -> [f64; 2] {
        let t = Playback::t(&self.values);
        let here = self.passes.mini().and_then(|p| p.at(&|p| p.step <= t)).map(|p| p.theta);
        here.unwrap_or(self.values.point("at"))
    }

    /// Whether the gradients are not those at the place of the run.
    fn is_elsewhere(&self) -> bool {
        self.cloud.as_ref().map(|cloud| cloud.at) != Some(self.place())
    }

    /// The gradients there.
    fn look(&mut self) {
        let (at, values) = (self.place(), &self.values);
        let of = |data| Cloud::of(data, at, batch_size(values), sampling(values), seed(values));
        self.cloud = self.subject.loss.data().map(of);
    }

    /// Whether the answer is still hidden: predict first, reveal after the guess.
    fn hidden(&self) -> bool {
        predict::hidden(&self.values)
    }

    fn scene(&self) -> Option<Scene<'_>> {
        let Self { values, subject, passes, cloud, .. } = self;
        Some(Scene { values, subject, passes, cloud: cloud.as_ref()?, hidden: self.hidden() })
    }

    fn n(&self) -> usize {
        self.subject.loss.data().map_or(1, |d| d.rows().len())
    }

    fn resize(&mut self, size: f64) {
        self.values.put("batch-size", Value::Number(size.round()));
        self.follow();
    }

    fn follow(&mut self) {
        let [all, _] = steps(&self.values, self.n());
        self.playback.resize(&mut self.values, all as f64);
    }

    fn seek(&mut self, t: f64) {
        self.playback.seek(&mut self.values, t);
        self.begin();
    }

    fn move_to(&mut self, to: [f64; 2]) {
        self.values.put("at", Value::Point(to));
        self.run_again();
    }
}

impl Default for Batches {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Batches {
    fn id(&self) -> &'static str {
        "batch"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn label(&self, control: &str) -> Phrase {
        match control {
            "seed" => Phrase::new("control.seed.shuffling"),
            _ => self.playback.label(control).unwrap_or_else(|| super::label(control)),
        }
    }

    fn valued(&self, control: &str, value: Phrase) -> Phrase {
        let bound = if control == "eta" { self.passes.bound } else { None };
        run_words::rated(value, bound)
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let said = match control {
            "data" | "csv" | "model" | "standardise" => {
                if let Some(loss) = set_data(&mut self.values, control, text)? {
                    self.subject.adopt(&mut self.values, loss);
                }
                Ok(())
            }
            _ => self.subject.set(&mut self.values, control, text),
        };
        self.resize(self.values.number("batch-size"));
        // A new question wants a new guess.
        if !matches!(control, "t" | "speed" | "guess" | "axis" | "seed") {
            predict::ask(&mut self.values);
        }
        match control {
            "t" => self.seek(self.values.number("t")),
            "speed" | "predict" | "guess" | "axis" => {}
            _ => self.run_again(),
        }
        said
    }

    fn act(&mut self, control: &str) {
        if self.playback.act(&mut self.values, control) {
            self.begin();
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let mut handles = vec![Subject::handle(&self.values, "handle.start")];
        let Some(scene) = self.scene() else { return handles };
        if !scene.hidden {
            let name = Phrase::new("handle.t");
            handles.extend(scene.losses().handle("t", name, Playback::words(&self.values)));
        }
        let size = Phrase::verbatim(["B = ", &scene.cloud.size.to_string()].concat());
        handles.extend(scene.variances().handle("batch-size", Phrase::new("handle.batch-size"), size));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" => self.move_to(to),
            "t" => {
                if let Some(t) = self.scene().map(|scene| scene.step_at(to[0])) {
                    self.seek(t);
                }
            }
            "batch-size" => {
                self.resize(10f64.powf(to[0]));
                self.run_again();
            }
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 };
        match handle {
            "theta" => self.move_to(self.subject.nudged(self.values.point("at"), by, large)),
            "t" => {
                self.playback.nudge(&mut self.values, by, large);
                self.begin();
            }
            "batch-size" => {
                self.resize(batch_size(&self.values) as f64 + many * (by[0] + by[1]));
                self.run_again();
            }
            _ => {}
        }
    }

    fn advance(&mut self, seconds: f64) -> bool {
        let more = self.playback.advance(&mut self.values, seconds);
        if more {
            self.begin();
        }
        more
    }

    fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        self.go_on(spent)
    }

    fn figures(&self) -> Vec<Figure> {
        let Some(scene) = self.scene() else { return Vec::new() };
        let mut figures = vec![scene.map()];
        if !scene.hidden {
            figures.push(scene.losses().figure());
        }
        figures.extend([scene.gradients(), scene.variances().figure()]);
        figures.extend(scene.data());
        figures
    }

    fn headline(&self) -> Option<Headline> {
        let plain = |text, reason| Some(Headline::plain(text, reason));
        let epochs = Arg::Count(self.values.number("epochs").round() as i64);
        if self.hidden() {
            return plain(Phrase::new("batch.ask").with("epochs", epochs), Phrase::new("batch.ask.reason"));
        }
        let (text, mut reason) = batch_words::result(&self.passes);
        let best = self.passes.ranked().first().map(|p| [p.who.id(), p.kind.id()]);
        if let (true, Some(names)) = (self.values.is_on("predict"), best) {
            let guess = self.values.choice("guess");
            // Where two runs are one, either name is right.
            let answer = names.into_iter().find(|name| *name == guess).unwrap_or(names[1]);
            reason = predict::judged(&self.values, answer, reason);
        }
        plain(text.with("epochs", epochs), reason)
    }

    fn readouts(&self) -> Vec<Readout> {
        self.scene().map(|scene| batch_words::readouts(&scene)).unwrap_or_default()
    }

    fn table(&self) -> Option<Table> {
        let last = if self.passes.least.is_some() { "batch.column.above" } else { "batch.column.last" };
        let head = |id| (id, Phrase::new(format!("batch.column.{id}")));
        let n = self.n();
        let row = |pass: &Pass| {
            let (shape, hollow) = pass.who.mark();
            let end = pass.end();
            let steps = end.map_or(f64::NAN, |p| p.step as f64);
            Row {
                mark: Some((shape, hollow, pass.who.stroke(1.0).ink)),
                cells: vec![
                    Cell::Words(pass.who.id(), batch_words::name(pass)),
                    Cell::Number(steps),
                    Cell::Number(end.map_or(f64::NAN, |p| (p.epochs * n as f64).round())),
                    match pass.left {
                        Some(_) => Cell::Words(
                            "diverges",
                            run_words::diverged(batch_words::why_left(&self.passes, pass)),
                        ),
                        None => Cell::Number(self.passes.above(pass.last)),
                    },
                ],
            }
        };
        (!self.hidden()).then(|| Table {
            name: Phrase::new("batch.table"),
            columns: vec![head("run"), head("steps"), head("examples"), ("last", Phrase::new(last))],
            rows: self.passes.all.iter().map(row).collect(),
        })
    }

    fn sentence(&self) -> Phrase {
        let data = self.values.choice("data");
        let said = Phrase::new("sentence.batch")
            .phrase("data", Phrase::new(["control.data.", data].concat()))
            .phrase("model", Phrase::new(["control.model.", self.values.choice("model")].concat()))
            .with("count", Arg::Count(self.n() as i64))
            .with("size", Arg::Count(batch_size(&self.values) as i64))
            .number("rate", self.values.number("eta"));
        match self.headline() {
            Some(headline) => headline.after(said),
            None => said,
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        self.scene().map(|scene| batch_words::remarks(&scene)).unwrap_or_default()
    }

    fn csv(&self) -> String {
        let mut out = self.table().map(|table| table.csv()).unwrap_or_default();
        let mut line = |head: &str, cells: &[f64]| push_line(&mut out, head, cells);
        line("\nrun,step,epochs,w1,w2,L", &[]);
        for pass in self.passes.all.iter().filter(|_| !self.hidden()) {
            for Point { step, epochs, theta: [a, b], loss } in &pass.points {
                line(pass.who.id(), &[*step as f64, *epochs, *a, *b, *loss]);
            }
        }
        if let Some(cloud) = &self.cloud {
            line("\nB,variance without,variance with,measured without,measured with", &[]);
            for [b, without, with] in &cloud.measured {
                let law = |replacement| cloud.law(*b as usize, replacement);
                line("", &[*b, law(false), law(true), *without, *with]);
            }
            line("\nbatch,g1,g2", &[]);
            for (i, [a, b]) in cloud.batches.iter().enumerate() {
                line("", &[i as f64, *a, *b]);
            }
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
