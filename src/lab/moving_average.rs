//! Lab `moving-average`: exponentially weighted averages, the correction of their start, their weights and window; and
//! what the same correction does in Adam's first steps: applied, left out, and written back as the notes have it.

use super::average_controls::{at_kind, controls, numbers, series, shown};
use super::average_figures as figures;
use super::average_words::{readouts, remarks, table, verdict};
use super::{Grip, Handle, Headline, Lab, Readout, Table, Value, Values};
use crate::decimal::{round, shortest};
use crate::error::Error;
use crate::figure::{Figure, Ink};
use crate::optimizer::{Correction, adam_steps, averages, weights};
use crate::phrase::{Phrase, number};

/// ε of Adam here; the notes' value.
const EPSILON: f64 = 1e-8;

/// The series and everything that follows from it.
#[derive(Clone, Debug)]
pub struct Averages {
    /// x(1), x(2), …
    pub x: Vec<f64>,
    /// v and its corrected form.
    pub v: Vec<[f64; 2]>,
    /// Δ/η of Adam with x as gradients, in the order of [`Correction::ALL`].
    pub steps: [Vec<f64>; 3],
    /// β.
    pub beta: f64,
    /// The step on show, from 1.
    pub t: usize,
}

impl Averages {
    fn of(values: &Values) -> Averages {
        let x = series(values);
        let beta = values.number("decay");
        let betas = [beta, values.number("beta2")];
        Averages {
            v: averages(beta, &x),
            steps: Correction::ALL.map(|correction| adam_steps(correction, betas, EPSILON, &x)),
            beta,
            t: (values.number("t").round() as usize).clamp(1, x.len().max(1)),
            x,
        }
    }

    /// v(t) and its corrected form.
    pub fn at(&self) -> [f64; 2] {
        self.v.get(self.t - 1).copied().unwrap_or([f64::NAN; 2])
    }

    /// The sum of the weights, 1 − βᵗ.
    pub fn total(&self) -> f64 {
        1.0 - self.beta.powi(self.t as i32)
    }

    /// 1/(1 − β).
    pub fn window(&self) -> f64 {
        1.0 / (1.0 - self.beta)
    }

    /// Where the window begins on the axis of steps.
    pub fn edge(&self) -> f64 {
        self.t as f64 + 0.5 - self.window()
    }

    /// How far Adam has moved by t, in units of η.
    pub fn moved(&self, correction: Correction) -> f64 {
        let place = Correction::ALL.iter().position(|c| *c == correction).unwrap_or(0);
        self.steps.get(place).map_or(f64::NAN, |steps| steps.iter().take(self.t).sum())
    }
}

/// The lab.
pub struct MovingAverage {
    values: Values,
    found: Averages,
}

impl MovingAverage {
    /// A noisy constant, β = 0.9, at the tenth step: a third of the weight is still missing.
    pub fn new() -> Self {
        let values = Values::new(controls());
        let found = Averages::of(&values);
        Self { values, found }
    }

    fn find_again(&mut self) {
        self.found = Averages::of(&self.values);
    }

    fn put_t(&mut self, t: f64) {
        self.values.put("t", Value::Number(t.round()));
        self.find_again();
    }

    fn put_beta(&mut self, beta: f64) {
        self.values.put("decay", Value::Number(round(beta, 4)));
        self.find_again();
    }
}

impl Default for MovingAverage {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for MovingAverage {
    fn id(&self) -> &'static str {
        "moving-average"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn shown(&self, control: &str) -> bool {
        shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        if control == "numbers" {
            numbers(text)?;
        }
        let said = self.values.set(control, text);
        let steps = series(&self.values).len();
        if steps != self.found.x.len() {
            let t = self.values.number("t");
            self.values.declare("t", at_kind(steps));
            self.values.put("t", Value::Number(t));
        }
        self.find_again();
        said
    }

    fn act(&mut self, _: &str) {}

    fn handles(&self) -> Vec<Handle> {
        let value = Phrase::verbatim(["t = ", &self.found.t.to_string()].concat());
        let mut handles = Vec::new();
        handles.extend(figures::series(&self.found).handle("t", Phrase::new("handle.t"), value.clone()));
        handles.extend(figures::adam(&self.found).handle("t-adam", Phrase::new("handle.t"), value));
        handles.push(Handle {
            id: "window",
            figure: "weights",
            grip: Grip::Track,
            // A window longer than the series begins where the figure does.
            at: [self.found.edge().max(0.0), 0.5 * (1.0 - self.found.beta) / self.found.total()],
            name: Phrase::new("handle.window"),
            value: Phrase::verbatim(["β = ", &number(self.found.beta, 4)].concat()),
            ink: Ink::Muted,
        });
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "t" | "t-adam" => self.put_t(to[0]),
            "window" => {
                let window = (self.found.t as f64 + 0.5 - to[0]).max(1.0);
                self.put_beta(1.0 - 1.0 / window);
            }
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = (by[0] + by[1]) * if large { 10.0 } else { 1.0 };
        match handle {
            "t" | "t-adam" => self.put_t(self.found.t as f64 + many),
            // The edge moves to the left as β grows.
            "window" => self.put_beta(self.found.beta - 0.001 * many),
            _ => {}
        }
    }

    fn figures(&self) -> Vec<Figure> {
        vec![
            figures::series(&self.found).figure(),
            figures::bars(&self.found),
            figures::adam(&self.found).figure(),
        ]
    }

    fn headline(&self) -> Option<Headline> {
        let (text, reason) = verdict(&self.found);
        Some(Headline::plain(text, reason))
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut out = readouts(&self.found);
        // σ of the noise about a level: a walk and pasted numbers have none.
        let noisy =
            !matches!(self.values.choice("series"), "walk" | "pasted") && self.values.number("sigma") > 0.0;
        out.retain(|line| noisy || line.id != "noise");
        out
    }

    fn table(&self) -> Option<Table> {
        Some(table(&self.found))
    }

    fn sentence(&self) -> Phrase {
        let (text, reason) = verdict(&self.found);
        let scene = Phrase::new("sentence.average")
            .number("beta", self.found.beta)
            .number("window", self.found.window());
        Headline::plain(text, reason).after(scene)
    }

    fn remarks(&self) -> Vec<Phrase> {
        remarks(&self.found)
    }

    fn csv(&self) -> String {
        let mut out = String::from("t,x,v,corrected,weight,adam,adam-uncorrected,adam-written-back\n");
        let w = weights(self.found.beta, self.found.t);
        let [applied, none, back] = &self.found.steps;
        let cell = |of: &[f64], k: usize| of.get(k).copied().map(shortest).unwrap_or_default();
        for (k, v) in self.found.v.iter().enumerate() {
            let cells = [
                (k + 1).to_string(),
                cell(&self.found.x, k),
                shortest(v[0]),
                shortest(v[1]),
                cell(&w, k),
                cell(applied, k),
                cell(none, k),
                cell(back, k),
            ];
            out.push_str(&cells.join(","));
            out.push('\n');
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
