//! The runs of the lab `batch`: the same method, rate and number of examples with the full batch, with mini-batches and
//! with single examples. Worked out in slices, all runs at the same pace.

use super::batch_controls::{batch_size, family, method, sampling, seed};
use super::{Values, family_controls, method_controls};
use crate::critical::Curvature;
use crate::derivative::jet;
use crate::figure::{Dash, Ink, Shape, Stroke};
use crate::loss::{Data, Loss, Model};
use crate::optimizer::{Batches, Method, Minibatch, Optimizer, Sampling, Schedule};
use crate::order::order;

/// The most points of a run that are kept.
const POINTS: usize = 1_000;
/// Examples that logistic losses along a run may ask, all in all.
const LOSSES: usize = 30_000;
/// Examples that a run asks at once, between looks at the clock.
const CHUNK: usize = 16_000;
/// What a step costs besides its examples, in examples.
const STEP: usize = 4;
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
    /// L(θ) over all examples; NaN where it was not asked for, since many examples make it dear.
    pub loss: f64,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Which.
    pub who: Who,
    /// What it is by its batch size: with B = 1 or N the run of mini-batches is another's double.
    pub kind: Who,
    /// Its batch size.
    pub size: usize,
    /// Its points, the start first; where there are many steps, not every one.
    pub points: Vec<Point>,
    /// The step at which it left the numbers, if it did.
    pub left: Option<usize>,
    /// The mean loss over the last tenth of its epochs; NaN if it diverged, and until it is done.
    pub last: f64,
    /// Steps from one point to the next, and from one loss to the next.
    strides: [usize; 2],
    steps: usize,
    step: usize,
    seen: usize,
    theta: [f64; 2],
    optimizer: Optimizer,
    schedule: Schedule,
    batches: Batches,
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

    /// Whether all its steps are done, or it left the numbers.
    pub fn is_done(&self) -> bool {
        self.left.is_some() || self.step >= self.steps
    }

    /// Steps from one kept point to the next.
    pub fn stride(&self) -> usize {
        self.strides[0]
    }

    /// The steps and the epochs that it ends with.
    pub fn ends_with(&self) -> [f64; 2] {
        let done = self.end().filter(|_| self.is_done()).map(|p| [p.step as f64, p.epochs]);
        done.unwrap_or_else(|| [self.steps, self.steps / self.batches.per_epoch()].map(|k| k as f64))
    }

    fn new(values: &Values, data: &Data, who: Who, kind: Who, size: usize) -> Option<Pass> {
        let n = data.rows().len();
        let sampling = if who == Who::Full { Sampling::InOrder } else { sampling(values) };
        let batches = Batches::new(n, size, sampling, seed(values));
        let steps = values.number("epochs").round() as usize * batches.per_epoch();
        let stride = steps.div_ceil(POINTS).max(1);
        let most = if data.model() == Model::LeastSquares { POINTS } else { (LOSSES / n).clamp(30, POINTS) };
        Some(Pass {
            who,
            kind,
            size,
            points: Vec::new(),
            left: None,
            last: f64::NAN,
            strides: [stride, stride * steps.div_ceil(stride * most).max(1)],
            steps,
            step: 0,
            seen: 0,
            theta: values.point("at"),
            optimizer: method_controls::optimizer(values, method(values))?,
            schedule: family_controls::schedule(values, family(values), values.number("eta")),
            batches,
        })
    }

    fn keep(&mut self, loss: &Loss, n: usize) {
        let due = self.step.is_multiple_of(self.strides[1]) || self.step == self.steps;
        let loss = if due { loss.value(self.theta) } else { f64::NAN };
        let epochs = self.seen as f64 / n as f64;
        self.points.push(Point { step: self.step, epochs, theta: self.theta, loss });
    }

    /// Goes on for about as many examples as a chunk has.
    fn go_on(&mut self, loss: &Loss, data: &Data, in_steps: bool) {
        let n = data.rows().len();
        if self.points.is_empty() {
            self.keep(loss, n);
        }
        let per_epoch = self.batches.per_epoch();
        let mut asked = 0;
        while asked < CHUNK && !self.is_done() {
            let t = self.step;
            let clock = if in_steps { t as f64 } else { t as f64 / per_epoch as f64 };
            let examples = self.batches.at(t);
            self.seen += examples.len();
            asked += examples.len() + STEP;
            self.optimizer.advance(
                &mut Minibatch { data, examples },
                &mut self.theta,
                self.schedule.at(clock),
            );
            self.step += 1;
            if !self.theta.iter().all(|w| w.abs() <= LARGEST) {
                self.left = Some(self.step);
            } else if self.step.is_multiple_of(self.strides[0]) || self.step == self.steps {
                self.keep(loss, n);
                asked += if self.points.last().is_some_and(|p| p.loss.is_nan()) { 0 } else { n / 2 };
            }
        }
        if self.left.is_none() && self.is_done() {
            let from = 0.9 * (self.steps / per_epoch) as f64 - 1e-9;
            let tail = self.points.iter().filter(|p| p.epochs >= from && !p.loss.is_nan());
            let (sum, count) = tail.fold((0.0, 0.0), |(sum, n), p| (sum + p.loss, n + 1.0));
            self.last = sum / count;
        }
    }
}

/// The runs beside each other.
#[derive(Clone, Debug)]
pub struct Passes {
    /// Full batch, mini-batch, single examples; those that are shown, and none twice.
    pub all: Vec<Pass>,
    /// L at the minimum, if there is one.
    pub least: Option<f64>,
    /// 2/λmax at the minimum, where gradient descent has that bound.
    pub bound: Option<f64>,
    /// η₀.
    rate: f64,
    /// Whether the schedule counts steps rather than epochs.
    in_steps: bool,
}

impl Passes {
    /// The runs that the values describe, at their start.
    pub fn of(values: &Values, loss: &Loss) -> Passes {
        let n = loss.data().map_or(1, |d| d.rows().len());
        let size = batch_size(values).min(n);
        // N examples drawn with replacement are not all of them.
        let some = size < n || sampling(values) == Sampling::Replacement;
        let wanted = [
            (Who::Full, n, values.is_on("show-full") && some),
            (Who::Mini, size, true),
            (Who::Single, 1, values.is_on("show-single") && size > 1),
        ];
        let wanted = wanted.into_iter().filter(|(.., shown)| *shown);
        let kind = |who, size| match who {
            Who::Mini if size == 1 => Who::Single,
            Who::Mini if !some => Who::Full,
            _ => who,
        };
        let make = |data| {
            wanted.filter_map(|(who, size, _)| Pass::new(values, data, who, kind(who, size), size)).collect()
        };
        let minimum = loss.data().and_then(Data::minimum);
        let rate = values.number("eta");
        let descent = method(values) == Method::GradientDescent;
        let curvature = minimum.filter(|_| descent).and_then(|at| Curvature::of(jet(loss, at).hessian));
        Passes {
            all: loss.data().map(make).unwrap_or_default(),
            least: minimum.map(|at| loss.value(at)),
            bound: curvature.map(|h| 2.0 / h.lambda[1]),
            rate,
            in_steps: values.choice("clock") == "steps",
        }
    }

    /// Goes on with the run that is furthest behind until `spent` or all are done; the share that is done, `None`
    /// when all is.
    pub fn work(&mut self, loss: &Loss, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        let data = loss.data()?;
        loop {
            let behind = self.all.iter_mut().filter(|pass| !pass.is_done()).min_by_key(|pass| pass.seen)?;
            if spent() {
                let share =
                    |pass: &Pass| if pass.is_done() { 1.0 } else { pass.step as f64 / pass.steps as f64 };
                return Some(self.all.iter().map(share).sum::<f64>() / self.all.len() as f64);
            }
            behind.go_on(loss, data, self.in_steps);
        }
    }

    /// η₀ and 2/λmax, where it exceeds that.
    pub fn beyond(&self) -> Option<[f64; 2]> {
        self.bound.filter(|bound| self.rate > *bound).map(|bound| [self.rate, bound])
    }

    /// Whether there is nothing left to work on.
    pub fn are_done(&self) -> bool {
        self.all.iter().all(Pass::is_done)
    }

    /// L where all runs start.
    pub fn start(&self) -> f64 {
        self.all.first().and_then(|pass| pass.points.first()).map_or(f64::NAN, |p| p.loss)
    }

    /// The run with mini-batches.
    pub fn mini(&self) -> Option<&Pass> {
        self.all.iter().find(|p| p.who == Who::Mini)
    }

    /// How far a loss is above the minimum; the loss itself where there is none.
    pub fn above(&self, loss: f64) -> f64 {
        // Not by max, which makes 0 of the NaN of a run that diverged.
        self.least.map_or(loss, |least| if loss < least { 0.0 } else { loss - least })
    }

    /// The runs that did not diverge, lowest end first; none until all are done.
    pub fn ranked(&self) -> Vec<&Pass> {
        let done = self.are_done();
        let ended: Vec<&Pass> = self.all.iter().filter(|p| done && p.last.is_finite()).collect();
        let ranked = order(ended.len(), &mut |a, b| ended[a].last < ended[b].last);
        ranked.into_iter().map(|at| ended[at]).collect()
    }
}
