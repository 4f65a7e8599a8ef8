//! The runs of the lab `batch`: the same method, rate and number of examples with the full batch, with mini-batches and
//! with single examples.

use super::batch_controls::{batch_size, family, method, sampling, seed};
use super::{Values, family_controls, method_controls};
use crate::figure::{Dash, Ink, Shape, Stroke};
use crate::loss::{Loss, Model};
use crate::optimizer::{Batches, Minibatch};
use crate::order::order;

/// The most points of a run that are kept for least squares, whose loss is cheap.
const POINTS: usize = 2_000;
/// Examples that logistic losses along a run may ask, all in all.
const LOSSES: usize = 60_000;
/// Where a coordinate exceeds this, the run has diverged.
const LARGEST: f64 = 1e12;

/// Which run it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// All examples at each step.
    Full,
    /// B examples.
    Mini,
    /// One example.
    Single,
}

impl Who {
    /// The stable name.
    pub fn id(self) -> &'static str {
        match self {
            Who::Full => "full",
            Who::Mini => "mini",
            Who::Single => "single",
        }
    }

    /// Its line, the same in every figure.
    pub fn stroke(self, width: f64) -> Stroke {
        let (ink, dash) = match self {
            Who::Full => (5, Dash::Dashed),
            Who::Mini => (2, Dash::Solid),
            Who::Single => (3, Dash::Solid),
        };
        Stroke { ink: Ink::Method(ink), width, dash }
    }

    /// The mark at the end of its line, and whether it is an outline.
    pub fn mark(self) -> (Shape, bool) {
        match self {
            Who::Full => (Shape::Square, false),
            Who::Mini => (Shape::Dot, false),
            Who::Single => (Shape::Dot, true),
        }
    }
}

/// One kept point of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Steps taken.
    pub step: usize,
    /// Examples seen, divided by N.
    pub epochs: f64,
    /// θ.
    pub theta: [f64; 2],
    /// L(θ) over all examples.
    pub loss: f64,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Which.
    pub who: Who,
    /// Its batch size.
    pub size: usize,
    /// Its points, the start first; where there are many steps, not every one.
    pub points: Vec<Point>,
    /// The step at which it left the numbers, if it did.
    pub left: Option<usize>,
    /// The mean loss over the last tenth of its epochs; NaN if it diverged.
    pub last: f64,
}

impl Pass {
    /// Its last kept point of those, from the start on, that have not gone beyond a moment.
    pub fn at(&self, before: &dyn Fn(&Point) -> bool) -> Option<&Point> {
        let after = self.points.partition_point(before);
        self.points.get(after.saturating_sub(1))
    }

    /// Its last point.
    pub fn end(&self) -> Option<&Point> {
        self.points.last()
    }
}

/// The runs beside each other.
#[derive(Clone, Debug)]
pub struct Passes {
    /// Full batch, mini-batch, single examples; those that are shown, and none twice.
    pub all: Vec<Pass>,
    /// L at the minimum, if there is one.
    pub least: Option<f64>,
}

impl Passes {
    /// The runs that the values describe.
    pub fn of(values: &Values, loss: &Loss) -> Passes {
        let n = loss.data().map_or(1, |d| d.rows().len());
        let size = batch_size(values).min(n);
        let wanted = [
            (Who::Full, n, values.is_on("show-full") && size < n),
            (Who::Mini, size, true),
            (Who::Single, 1, values.is_on("show-single") && size > 1),
        ];
        let wanted = wanted.into_iter().filter(|(.., shown)| *shown);
        let all = wanted.filter_map(|(who, size, _)| run(values, loss, who, size)).collect();
        let least = loss.data().and_then(|d| d.minimum()).map(|at| loss.value(at));
        Passes { all, least }
    }

    /// The run with mini-batches.
    pub fn mini(&self) -> Option<&Pass> {
        self.all.iter().find(|p| p.who == Who::Mini)
    }

    /// How far a loss is above the minimum; the loss itself where there is none.
    pub fn above(&self, loss: f64) -> f64 {
        self.least.map_or(loss, |least| (loss - least).max(0.0))
    }

    /// The runs that did not diverge, lowest end first.
    pub fn ranked(&self) -> Vec<&Pass> {
        let ended: Vec<&Pass> = self.all.iter().filter(|p| p.last.is_finite()).collect();
        let ranked = order(ended.len(), &mut |a, b| ended[a].last < ended[b].last);
        ranked.into_iter().map(|at| ended[at]).collect()
    }
}

fn run(values: &Values, loss: &Loss, who: Who, size: usize) -> Option<Pass> {
    let data = loss.data()?;
    let mut optimizer = method_controls::optimizer(values, method(values))?;
    let schedule = family_controls::schedule(values, family(values), values.number("eta"));
    let n = data.rows().len();
    let mut batches = Batches::new(n, size, sampling(values), seed(values));
    let per_epoch = batches.per_epoch();
    let epochs = values.number("epochs").round();
    let steps = epochs as usize * per_epoch;
    let most = if data.model() == Model::LeastSquares { POINTS } else { (LOSSES / n).clamp(30, 1_000) };
    let stride = steps.div_ceil(most).max(1);
    let in_steps = values.choice("clock") == "steps";

    let mut theta = values.point("at");
    let mut points = vec![Point { step: 0, epochs: 0.0, theta, loss: loss.value(theta) }];
    let mut left = None;
    let mut seen = 0;
    for t in 0..steps {
        let examples = batches.at(t);
        seen += examples.len();
        let clock = if in_steps { t as f64 } else { t as f64 / per_epoch as f64 };
        optimizer.advance(&mut Minibatch { data, examples }, &mut theta, schedule.at(clock));
        if !theta.iter().all(|w| w.abs() <= LARGEST) {
            left = Some(t + 1);
            break;
        }
        if (t + 1) % stride == 0 || t + 1 == steps {
            let epochs = seen as f64 / n as f64;
            points.push(Point { step: t + 1, epochs, theta, loss: loss.value(theta) });
        }
    }
    let tail: Vec<f64> = points.iter().filter(|p| p.epochs >= 0.9 * epochs - 1e-9).map(|p| p.loss).collect();
    let last = if left.is_some() { f64::NAN } else { tail.iter().sum::<f64>() / tail.len() as f64 };
    Some(Pass { who, size, points, left, last })
}
