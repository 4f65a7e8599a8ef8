//! A run: loss, method and schedule together, every step recorded, and any step to be had again to the last digit.

use super::oracle::Oracle;
use super::stability::bound_of_run;
use super::state::{Outcome, State};
use super::{Noise, Optimizer, Schedule};
use crate::critical::{Curvature, eigen};

/// A snapshot of the optimizer is kept every so many steps; between them steps are done again.
const EVERY: usize = 32;

/// The size of a slope above which a method's memory is looked at: its square, or what is made of that, may be infinite.
pub(super) const LARGE: f64 = 1e150;

/// The largest n for which H is asked, to compare the rate with the bound.
const SPECTRUM: usize = 64;

/// What makes a run, apart from the loss and the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The method, before its first step.
    pub optimizer: Optimizer,
    /// The rate at each step.
    pub schedule: Schedule,
    /// Noise on the gradients that the method sees.
    pub noise: Option<Noise>,
    /// By how many steps the gradients that the method sees are late (the first ones stand in until then). H is not.
    pub delay: usize,
    /// When to stop.
    pub limits: Limits,
}

/// When a run stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// After this many steps.
    pub steps: usize,
    /// Where ‖g‖ is at most this; `None`: never, since a zero gradient can be a saddle, or be passed with momentum.
    pub gradient: Option<f64>,
    /// Where a coordinate exceeds this, which counts as divergence.
    pub size: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { steps: 1_000, gradient: None, size: 1e12 }
    }
}

/// Why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// It took all its steps.
    Steps,
    /// ‖g‖ fell to the limit.
    Gradient,
    /// It diverged; the last record is the last finite step.
    Diverged {
        /// How.
        reason: Divergence,
        /// The rate of the step that left.
        rate: f64,
        /// The method's local stability bound at the lowest point recorded, after an overshoot, where there is one.
        bound: Option<f64>,
    },
    /// H is singular at the last point: Newton's method has no step from there.
    Singular,
    /// L or g is not finite at the start.
    NotDefined,
}

/// How a run diverged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divergence {
    /// The loss rose: steps too large for its curvature.
    Overshoot,
    /// The loss fell all the way: it is not bounded below.
    Unbounded,
    /// The step, or the loss where it led, is not a number.
    Undefined,
    /// Squares of the gradient are too large for numbers, so that what the method remembers is infinite.
    Overflow,
}

/// One point of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record<'a> {
    /// θ.
    pub theta: &'a [f64],
    /// L(θ).
    pub loss: f64,
    /// ‖∇L(θ)‖, without noise or delay.
    pub norm: f64,
    /// The learning rate of the step from here.
    pub rate: f64,
}

/// L, ‖g‖, η.
type Row = [f64; 3];

/// What changes from step to step besides θ.
#[derive(Clone, Debug)]
struct Moving {
    state: State,
    /// The last `delay + 1` gradients, slot t mod (delay + 1).
    late: Vec<f64>,
}

/// The record of a run, and what it takes to go on.
#[derive(Clone, Debug)]
pub struct Run {
    setup: Setup,
    thetas: Vec<f64>,
    rows: Vec<Row>,
    /// ∇L at the last θ.
    gradient: Vec<f64>,
    late: Vec<f64>,
    /// At t = 0, EVERY, 2·EVERY …
    snapshots: Vec<Moving>,
    stop: Option<Stop>,
}

impl Run {
    /// A run at its start, no step taken. A start of another dimension than the optimizer's is not defined.
    pub fn new(setup: Setup, oracle: &mut dyn Oracle, start: &[f64]) -> Run {
        let n = setup.optimizer.dimension();
        let fits = start.len() == n && oracle.dimension() == n;
        let mut run = Run {
            thetas: if fits { start.to_vec() } else { vec![f64::NAN; n] },
            rows: Vec::new(),
            gradient: vec![f64::NAN; n],
            late: vec![0.0; n * (setup.delay + 1)],
            snapshots: Vec::new(),
            stop: None,
            setup,
        };
        let loss = if fits { oracle.gradient(start, &mut run.gradient) } else { f64::NAN };
        // A slope where L has no value is none.
        let slope = if loss.is_nan() { f64::NAN } else { norm(&run.gradient) };
        run.rows.push([loss, slope, run.setup.schedule.at(0.0).rate]);
        run.snapshots.push(run.moving());
        let finite = loss.is_finite() && run.gradient.iter().all(|g| g.is_finite());
        run.stop = if finite { run.settled() } else { Some(Stop::NotDefined) };
        run
    }

    /// Takes up to `steps` further steps; gives how many it took.
    pub fn extend(&mut self, oracle: &mut dyn Oracle, steps: usize) -> usize {
        let n = self.setup.optimizer.dimension();
        let mut next = vec![0.0; n];
        let mut ahead = vec![0.0; n];
        let room = steps.min(self.setup.limits.steps.saturating_sub(self.steps())).min(4_096);
        self.thetas.reserve(n * room);
        self.rows.reserve(room);
        for taken in 0..steps {
            if self.stop.is_some() {
                return taken;
            }
            let t = self.steps();
            let rate = self.setup.schedule.at(t as f64);
            let theta = &self.thetas[n * t..];
            let mut asked = Asked {
                inner: oracle,
                at: theta,
                gradient: &self.gradient,
                late: &mut self.late,
                noise: self.setup.noise,
                delay: self.setup.delay,
                t,
            };
            let outcome = self.setup.optimizer.step(&mut asked, theta, rate);
            let delta = self.setup.optimizer.state().delta();
            next.iter_mut().zip(theta).zip(delta).for_each(|((next, w), d)| *next = w + d);
            if outcome == Outcome::Singular {
                self.halt(oracle, t, Stop::Singular);
                return taken;
            }
            if self.gradient.iter().any(|g| g.abs() > LARGE) && self.setup.optimizer.state().overflows(0, 1) {
                let stop = Stop::Diverged { reason: Divergence::Overflow, rate: rate.rate, bound: None };
                self.halt(oracle, t, stop);
                return taken;
            }
            let loss = oracle.gradient(&next, &mut ahead);
            let size =
                next.iter().fold(0.0, |max: f64, w| if w.is_nan() { f64::NAN } else { max.max(w.abs()) });
            let finite = loss.is_finite() && ahead.iter().all(|g| g.is_finite());
            if !finite || size.is_nan() || size > self.setup.limits.size {
                let reason = self.reason(loss, size);
                let bound = if reason == Divergence::Overshoot { self.bound(oracle) } else { None };
                self.halt(oracle, t, Stop::Diverged { reason, rate: rate.rate, bound });
                return taken;
            }
            std::mem::swap(&mut self.gradient, &mut ahead);
            self.thetas.extend_from_slice(&next);
            let rate = self.setup.schedule.at(t as f64 + 1.0).rate;
            self.rows.push([loss, norm(&self.gradient), rate]);
            if (t + 1).is_multiple_of(EVERY) {
                self.snapshots.push(self.moving());
            }
            self.stop = self.settled();
        }
        steps
    }

    /// All the steps that the limits allow.
    pub fn finish(&mut self, oracle: &mut dyn Oracle) {
        self.extend(oracle, self.setup.limits.steps);
    }

    /// Steps taken; the records are 0 to this.
    pub fn steps(&self) -> usize {
        self.rows.len() - 1
    }

    /// Why it stopped; `None` while it can go on.
    pub fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// What makes the run; the optimizer in it is after the last step.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The point after t steps.
    pub fn record(&self, t: usize) -> Option<Record<'_>> {
        let n = self.setup.optimizer.dimension();
        let &[loss, norm, rate] = self.rows.get(t)?;
        Some(Record { theta: self.thetas.get(n * t..n * (t + 1))?, loss, norm, rate })
    }

    /// Every point, from the start.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.rows.len()).filter_map(|t| self.record(t))
    }

    /// All points one after the other, n numbers each.
    pub fn thetas(&self) -> &[f64] {
        &self.thetas
    }

    /// The optimizer as it was after t steps, the same to the last digit.
    pub fn optimizer_at(&self, oracle: &mut dyn Oracle, t: usize) -> Option<Optimizer> {
        self.replay(oracle, t).map(|(optimizer, _)| optimizer)
    }

    /// Steps back: forgets what came after step t. Going on from there gives the same numbers again.
    pub fn rewind(&mut self, oracle: &mut dyn Oracle, t: usize) {
        if t >= self.steps() {
            return;
        }
        let n = self.setup.optimizer.dimension();
        let Some((optimizer, late)) = self.replay(oracle, t) else { return };
        self.setup.optimizer = optimizer;
        self.late = late;
        self.rows.truncate(t + 1);
        self.thetas.truncate(n * (t + 1));
        self.snapshots.truncate(t / EVERY + 1);
        let theta = &self.thetas[n * t..];
        oracle.gradient(theta, &mut self.gradient);
        self.stop = self.settled();
    }

    /// The optimizer and the late gradients after t steps: from the last snapshot before, step by step.
    fn replay(&self, oracle: &mut dyn Oracle, t: usize) -> Option<(Optimizer, Vec<f64>)> {
        let n = self.setup.optimizer.dimension();
        let from = t / EVERY;
        let Moving { state, late } = self.snapshots.get(from).filter(|_| t < self.rows.len())?;
        let mut optimizer = self.setup.optimizer.clone();
        optimizer.restore(state);
        let mut late = late.clone();
        let mut gradient = vec![0.0; n];
        for t in from * EVERY..t {
            let theta = self.thetas.get(n * t..n * (t + 1))?;
            oracle.gradient(theta, &mut gradient);
            let mut asked = Asked {
                inner: oracle,
                at: theta,
                gradient: &gradient,
                late: &mut late,
                noise: self.setup.noise,
                delay: self.setup.delay,
                t,
            };
            optimizer.step(&mut asked, theta, self.setup.schedule.at(t as f64));
        }
        Some((optimizer, late))
    }

    fn moving(&self) -> Moving {
        Moving { state: self.setup.optimizer.state().clone(), late: self.late.clone() }
    }

    /// Whether the last point is where the limits say to stop.
    fn settled(&self) -> Option<Stop> {
        let norm = self.rows.last().map_or(f64::NAN, |row| row[1]);
        if self.setup.limits.gradient.is_some_and(|limit| norm <= limit) {
            Some(Stop::Gradient)
        } else if self.steps() >= self.setup.limits.steps {
            Some(Stop::Steps)
        } else {
            None
        }
    }

    /// Stops at step t, with the optimizer as it was there.
    fn halt(&mut self, oracle: &mut dyn Oracle, t: usize, stop: Stop) {
        if let Some((optimizer, late)) = self.replay(oracle, t) {
            self.setup.optimizer = optimizer;
            self.late = late;
        }
        self.stop = Some(stop);
    }

    /// How it diverged, told from the loss where it went (or, where that is no number, from where it was).
    fn reason(&self, loss: f64, size: f64) -> Divergence {
        let lowest = self.rows.iter().fold(f64::INFINITY, |min, row| min.min(row[0]));
        let [last, start] =
            [self.rows.last(), self.rows.first()].map(|row| row.map_or(f64::NAN, |row| row[0]));
        if size.is_nan() || (loss.is_nan() && size <= self.setup.limits.size) {
            Divergence::Undefined
        } else if loss < lowest || (loss.is_nan() && last <= lowest && last < start) {
            Divergence::Unbounded
        } else {
            Divergence::Overshoot
        }
    }

    /// The method's bound at the lowest point recorded.
    fn bound(&self, oracle: &mut dyn Oracle) -> Option<f64> {
        let lowest = (0..self.rows.len()).min_by(|&a, &b| self.rows[a][0].total_cmp(&self.rows[b][0]))?;
        let theta = self.record(lowest)?.theta;
        let n = theta.len();
        if n > SPECTRUM {
            return None;
        }
        let mut h = vec![0.0; n * n];
        oracle.hessian(theta, &mut h);
        let largest = match *h.as_slice() {
            [a, _, b, d] => Curvature::of([[a, b], [b, d]])?.lambda[1],
            _ => *eigen(&h).ok()?.values.last()?,
        };
        bound_of_run(&self.setup.optimizer, &self.setup.schedule, self.setup.delay, largest)
    }
}

/// Also where squares are too large or too small for numbers.
fn norm(v: &[f64]) -> f64 {
    let squares: f64 = v.iter().map(|x| x * x).sum();
    if squares > 1e-290 && squares < f64::INFINITY {
        return squares.sqrt();
    }
    let largest = v.iter().fold(0.0, |max: f64, x| if x.is_nan() { f64::NAN } else { max.max(x.abs()) });
    if largest > 0.0 && largest < f64::INFINITY {
        largest * v.iter().map(|x| (x / largest).powi(2)).sum::<f64>().sqrt()
    } else {
        largest
    }
}

/// The oracle as the method sees it: gradients late and noisy, the one at θ not computed twice.
struct Asked<'a> {
    inner: &'a mut dyn Oracle,
    at: &'a [f64],
    gradient: &'a [f64],
    late: &'a mut [f64],
    noise: Option<Noise>,
    delay: usize,
    t: usize,
}

impl Oracle for Asked<'_> {
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        self.inner.value(at)
    }

    /// Methods ask for one gradient a step; its value is not used.
    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        if at == self.at {
            out.copy_from_slice(self.gradient);
        } else {
            self.inner.gradient(at, out);
        }
        if self.delay > 0 {
            let (n, slots) = (out.len(), self.delay + 1);
            let slot = |t: usize| n * (t % slots)..n * (t % slots + 1);
            if let Some(now) = self.late.get_mut(slot(self.t)) {
                now.copy_from_slice(out);
            }
            if let Some(then) = self.late.get(slot(self.t.saturating_sub(self.delay))) {
                out.copy_from_slice(then);
            }
        }
        if let Some(noise) = self.noise {
            out.iter_mut().enumerate().for_each(|(i, g)| *g += noise.at(self.t as u64, i));
        }
        f64::NAN
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        self.inner.hessian(at, out);
    }
}
