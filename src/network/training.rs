//! Training, epoch by epoch: a method and a schedule on full or mini-batches, with what happens recorded.

use super::{Problem, Random};
use crate::optimizer::{Optimizer, Oracle, Outcome, Schedule};

/// Numbers of θ kept at most; beyond that only every so many epochs are kept.
const KEPT: usize = 3_000_000;

/// A loss beyond this many times the first, or 1, has diverged.
const DIVERGED: f64 = 1e6;

/// One epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// L on the training examples.
    pub loss: f64,
    /// L on the test examples; NaN without.
    pub test: f64,
    /// ‖∇L‖ on all training examples.
    pub norm: f64,
    /// The learning rate of the step from here.
    pub rate: f64,
}

/// A training under way.
#[derive(Clone, Debug)]
pub struct Training {
    problem: Problem,
    test: Option<Problem>,
    optimizer: Optimizer,
    schedule: Schedule,
    batch: usize,
    /// The batch of the epoch that is next.
    next: usize,
    random: Random,
    order: Vec<usize>,
    theta: Vec<f64>,
    /// ∇L at θ on all examples.
    gradient: Vec<f64>,
    steps: u64,
    kept: Vec<f64>,
    every: usize,
    epochs: Vec<Epoch>,
    stopped: bool,
    singular: bool,
}

impl Training {
    /// A training of up to `epochs` epochs from θ, in batches of `batch` examples (0: all), shuffled by `seed`. The schedule
    /// counts steps.
    pub fn new(
        mut problem: Problem,
        test: Option<Problem>,
        optimizer: Optimizer,
        schedule: Schedule,
        theta: Vec<f64>,
        [batch, epochs]: [usize; 2],
        seed: u64,
    ) -> Training {
        let order: Vec<usize> = (0..problem.data().count()).collect();
        problem.choose(&order);
        let batch = if batch == 0 { order.len() } else { batch.min(order.len()) };
        let mut training = Training {
            gradient: vec![0.0; theta.len()],
            every: (theta.len() * (epochs + 1)).div_ceil(KEPT).max(1),
            problem,
            test,
            optimizer,
            schedule,
            batch,
            next: 0,
            random: Random::new(seed ^ 0x5eed),
            order,
            theta,
            steps: 0,
            kept: Vec::new(),
            epochs: Vec::new(),
            stopped: false,
            singular: false,
        };
        training.record();
        training
    }

    fn record(&mut self) {
        let loss = self.problem.gradient(&self.theta, &mut self.gradient);
        let norm = self.gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        let first = self.epochs.first().map_or(loss, |e| e.loss);
        // Written so that NaN stops it.
        if !(norm.is_finite() && loss <= DIVERGED * first.max(1.0)) {
            self.stopped = true;
            return;
        }
        let test = self.test.as_mut().map_or(f64::NAN, |test| test.value(&self.theta));
        let rate = self.schedule.at(self.steps as f64).rate;
        if self.epochs.len().is_multiple_of(self.every) {
            self.kept.extend_from_slice(&self.theta);
        }
        self.epochs.push(Epoch { loss, test, norm, rate });
    }

    /// One more epoch; `false` where it cannot go on: the loss has diverged, or a step is not defined.
    pub fn epoch(&mut self) -> bool {
        let before = self.epochs.len();
        while self.step() && self.epochs.len() == before {}
        !self.stopped
    }

    /// One more step, the least that can be done at once: of full batches an epoch. `false` where it cannot go on.
    pub fn step(&mut self) -> bool {
        if self.stopped {
            return false;
        }
        let count = self.order.len();
        let whole = self.batch == count;
        if !whole && self.next == 0 {
            self.random.shuffle(&mut self.order);
        }
        let rate = self.schedule.at(self.steps as f64);
        self.steps += 1;
        let outcome = if whole {
            let mut known = Known { problem: &mut self.problem, at: &self.theta, gradient: &self.gradient };
            self.optimizer.step(&mut known, &self.theta, rate)
        } else {
            let from = self.next * self.batch;
            self.problem.choose(self.order.get(from..(from + self.batch).min(count)).unwrap_or(&[]));
            self.optimizer.step(&mut self.problem, &self.theta, rate)
        };
        if outcome == Outcome::Singular {
            (self.stopped, self.singular) = (true, true);
            return false;
        }
        self.theta.iter_mut().zip(self.optimizer.state().delta()).for_each(|(w, d)| *w += d);
        self.next = (self.next + 1) % count.div_ceil(self.batch);
        if self.next == 0 {
            if !whole {
                self.order = (0..count).collect();
                self.problem.choose(&self.order);
            }
            self.record();
        }
        !self.stopped
    }

    /// The epochs so far, from the start at 0.
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// Whether it broke off.
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    /// Whether it broke off since H is singular: Newton's method has no step there.
    pub fn singular(&self) -> bool {
        self.singular
    }

    /// θ after t epochs, or the last kept before; and its t. That of the last epoch is there until the next is begun.
    pub fn theta(&self, t: usize) -> (usize, &[f64]) {
        let n = self.theta.len();
        if t + 1 == self.epochs.len() && self.next == 0 && !self.stopped {
            return (t, &self.theta);
        }
        let place = (t / self.every).min((self.kept.len() / n.max(1)).saturating_sub(1));
        (place * self.every, self.kept.get(n * place..n * (place + 1)).unwrap_or(&[]))
    }

    /// The loss on the training examples.
    pub fn problem(&mut self) -> &mut Problem {
        &mut self.problem
    }
}

/// The gradient at θ is known already.
struct Known<'a> {
    problem: &'a mut Problem,
    at: &'a [f64],
    gradient: &'a [f64],
}

impl Oracle for Known<'_> {
    fn dimension(&self) -> usize {
        self.problem.dimension()
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        self.problem.value(at)
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        if at == self.at {
            out.copy_from_slice(self.gradient);
            return f64::NAN;
        }
        self.problem.gradient(at, out)
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        self.problem.hessian(at, out);
    }
}
