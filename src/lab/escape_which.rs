//! "Which is it?": one flat loss curve with four causes, in the lab `escape`. All four fall from ¾ to ½ in the same way and
//! then stay there: L = ½ + ¼·0.64ᵗ.

use super::curves::{Curve, Curves};
use super::escape_figures::against_t;
use super::predict;
use super::table::columns;
use super::{Cell, Headline, Math, Row, Subject, Table, Value, Values, kind_words};
use crate::critical::{Curvature, Kind};
use crate::decimal::shortest;
use crate::derivative::{gradient, jet};
use crate::figure::{Figure, Ink, Layer, Shape, Stroke};
use crate::loss::{Loss, View};
use crate::phrase::Phrase;

/// The rate of all four.
const ETA: f64 = 0.2;
/// Steps before the answer.
const BEFORE: usize = 30;
/// Steps after it: long enough for the saddle to be left.
const AFTER: usize = 120;

/// A cause of a flat loss.
struct Cause {
    /// Its name: one of the guesses.
    id: &'static str,
    formula: &'static str,
    start: [f64; 2],
    view: View,
}

const fn square(half: f64) -> View {
    View { x: [-half, half], y: [-half, half] }
}

/// √½.
const ROOT: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// The four, in the order of the guesses after the first.
const CAUSES: [Cause; 4] = [
    Cause { id: "minimum", formula: "1/2 + (w1^2 + w2^2)/2", start: [ROOT, 0.0], view: square(1.5) },
    // A little beside its stable line, w₂ = 0.
    Cause { id: "saddle", formula: "w1^2/2 + (1 - w2^2/2)^2/2", start: [ROOT, 2e-5], view: square(2.0) },
    Cause {
        id: "plateau",
        formula: "sigmoid(w1 + w2)^2/2 + (w1 - w2)^2/4",
        start: [7.5, 6.5],
        view: View { x: [-2.0, 10.0], y: [-2.0, 10.0] },
    },
    // η = 2/λ₂: to and fro across the valley, at the same height.
    Cause {
        id: "bouncing",
        formula: "(w1^2 + 10*w2^2)/2",
        start: [ROOT, 0.316_227_766_016_837_94],
        view: square(1.0),
    },
];

/// The question on show.
pub struct Which {
    cause: usize,
    run: Vec<Step>,
    subject: Subject,
}

/// One step of its run.
struct Step {
    at: [f64; 2],
    loss: f64,
    norm: f64,
}

impl Which {
    /// The question that the values describe.
    pub fn of(values: &Values) -> Which {
        let round = if let Some(Value::Seed(round)) = values.get("round") { *round } else { 0 };
        // A walk over the causes that does not look like one: 3, 1, 0, 2, and from another place after every four.
        let cause =
            ([3, 1, 0, 2][((round.wrapping_sub(1)) % 4) as usize] + (round.wrapping_sub(1) / 4) % 4) % 4;
        let cause = (cause as usize).min(CAUSES.len() - 1);
        let Cause { formula, start, view, .. } = &CAUSES[cause];
        let loss = Loss::parse(formula).unwrap_or_else(|_| Loss::notes());
        let run = run_of(&loss, *start);
        Which { cause, run, subject: Subject::over(loss, *view) }
    }

    /// The right answer.
    pub fn answer(&self) -> &'static str {
        CAUSES[self.cause].id
    }

    /// Steps on show.
    pub fn steps(&self, hidden: bool) -> usize {
        if hidden { BEFORE } else { AFTER }
    }

    /// L against t, and after the answer ‖g‖.
    pub fn curves(&self, values: &Values, hidden: bool) -> Vec<Curves> {
        let end = self.steps(hidden);
        let curve = |value: fn(&Step) -> f64, ink| Curve {
            points: self.run.iter().take(end + 1).enumerate().map(|(t, s)| [t as f64, value(s)]).collect(),
            stroke: Stroke::solid(ink, 2.0),
            mark: Some((Shape::Dot, false)),
            label: None,
        };
        let mut losses = vec![curve(|s| s.loss, Ink::Text)];
        // The axis reaches down to 0, so that flat is seen to be no zero.
        losses.push(Curve {
            points: vec![[0.0, 0.0]],
            stroke: Stroke::solid(Ink::Muted, 0.0),
            mark: None,
            label: None,
        });
        let mut all = vec![against_t("loss", Phrase::new("figure.escape.one"), "L", losses, values, false)];
        if !hidden {
            let norm = vec![curve(|s| s.norm.max(1e-12), Ink::Gradient)];
            all.push(against_t("norm", Phrase::new("figure.escape.norm"), "‖g‖", norm, values, true));
        }
        all
    }

    /// The map with the path, for after the answer.
    pub fn map(&self, t: usize) -> Figure {
        let path = self.run.iter().map(|s| s.at).collect();
        let mut front = vec![Layer::Line { points: path, stroke: Stroke::solid(Ink::Text, 2.0) }];
        front.extend(self.run.get(t).map(|s| Layer::Mark {
            at: s.at,
            z: 0.0,
            shape: Shape::Dot,
            ink: Ink::Point,
            hollow: false,
        }));
        self.subject.map(front)
    }

    /// The question, or the answer with its evidence.
    pub fn headline(&self, values: &Values, hidden: bool) -> Headline {
        if hidden {
            let [text, reason] = ["escape.which", "escape.which.reason"].map(Phrase::new);
            return Headline::plain(text, reason);
        }
        let [norm, l1, l2] = evidence(&self.run, &self.subject.loss);
        let why = match self.answer() {
            "minimum" => "escape.which.minimum",
            "saddle" => "escape.which.saddle",
            "plateau" => "escape.which.plateau",
            _ => "escape.which.bouncing",
        };
        let reason = Phrase::new(why).number("norm", norm).number("first", l1).number("second", l2);
        let mark = match self.answer() {
            "minimum" => kind_words::shape(Kind::Minimum),
            "saddle" => kind_words::shape(Kind::Saddle),
            _ => None,
        };
        Headline {
            mark,
            hollow: false,
            text: Phrase::new(["escape.which.is.", self.answer()].concat()),
            reason: predict::judged(values, self.answer(), reason),
        }
    }

    /// What tells the four apart, where they are flat.
    pub fn table(&self) -> Table {
        let row = |cause: &Cause| {
            let loss = Loss::parse(cause.formula).unwrap_or_else(|_| Loss::notes());
            let run = run_of(&loss, cause.start);
            let [norm, l1, l2] = evidence(&run, &loss);
            let value = |t: usize| run.get(t).map_or(f64::NAN, |s| s.loss);
            Row {
                mark: None,
                cells: vec![
                    Cell::Words(cause.id, Phrase::new(format!("control.guess.{}", cause.id))),
                    Cell::Number(value(BEFORE)),
                    Cell::Number(norm),
                    Cell::Math(Math::pair(l1, l2)),
                    Cell::Number(value(AFTER)),
                ],
            }
        };
        Table {
            name: Phrase::new("escape.which.table"),
            columns: columns("escape.column.", &["cause", "flat", "norm", "lambda", "later"]),
            rows: CAUSES.iter().map(row).collect(),
        }
    }

    /// L and ‖g‖ at each step.
    pub fn csv(&self, hidden: bool) -> String {
        let mut out = String::from("t,L,norm\n");
        for (t, r) in self.run.iter().take(self.steps(hidden) + 1).enumerate() {
            let norm = if hidden { String::new() } else { shortest(r.norm) };
            out.push_str(&[t.to_string(), shortest(r.loss), norm].join(","));
            out.push('\n');
        }
        out
    }
}

/// Gradient descent: (w₁, w₂, L, ‖g‖) at each step.
fn run_of(loss: &Loss, start: [f64; 2]) -> Vec<Step> {
    let mut at = start;
    (0..=AFTER)
        .map(|_| {
            let (value, g) = gradient(loss, at);
            let step = Step { at, loss: value, norm: g[0].hypot(g[1]) };
            at = [at[0] - ETA * g[0], at[1] - ETA * g[1]];
            step
        })
        .collect()
}

/// ‖g‖, λ₁ and λ₂ at the step at which the question is asked.
fn evidence(run: &[Step], loss: &Loss) -> [f64; 3] {
    let Some(step) = run.get(BEFORE) else { return [f64::NAN; 3] };
    let [l1, l2] = Curvature::of(jet(loss, step.at).hessian).map_or([f64::NAN; 2], |c| c.lambda);
    [step.norm, l1, l2]
}
