//! The runs of the lab `race`: every method from one start, each with the learning rate that a grid of rates finds best
//! for it, and who reaches the target when.

use super::method_controls;
use super::race_controls::{is_drawn, schedule};
use super::schedule_runs::is_quadratic;
use super::{Subject, Values};
use crate::critical::Curvature;
use crate::decimal::{round, shortest};
use crate::derivative::jet;
use crate::optimizer::{
    Limits, Method, Optimizer, Regime, Run, Schedule, Setup, Stop, delayed_bound, stability_bound,
};
use crate::order::order;

/// Steps that a frame spends on renewing sweeps.
const STEPS_A_FRAME: usize = 2_000;

/// Rates on the grid.
pub const RATES: usize = 25;

/// The rates of the grid: from 1e-5 to 10, four to a decade, rounded to the digits that are shown.
pub fn rate_at(k: usize) -> f64 {
    round(10f64.powf(k as f64 / 4.0 - 5.0), 3)
}

/// What each rate of the grid makes of a method.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Which method.
    pub method: Method,
    /// The same before its first step.
    optimizer: Optimizer,
    /// The loss at the end for each rate; NaN where the run left.
    pub finals: Vec<f64>,
}

impl Sweep {
    /// The best rate: where the run ends lowest; `None` where all runs left.
    pub fn best(&self) -> Option<f64> {
        let ends = self.finals.iter().enumerate().filter(|(_, end)| end.is_finite());
        ends.min_by(|a, b| a.1.total_cmp(b.1)).map(|(k, _)| rate_at(k))
    }
}

/// One method with its run.
#[derive(Clone, Debug)]
pub struct Raced {
    /// Which.
    pub method: Method,
    /// Its rate (η₀ of the schedule).
    pub rate: f64,
    /// Its run.
    pub run: Run,
    /// What kind of run that is; `None` where nothing moved.
    pub regime: Option<Regime>,
    /// Steps to the target.
    pub reached: Option<usize>,
    /// The loss at the end; NaN if the run left, or never began.
    pub last: f64,
    /// The method's local stability bound at the lowest point of all runs, where it has one.
    pub bound: Option<f64>,
}

/// All methods on one loss.
#[derive(Clone, Debug, Default)]
pub struct Race {
    /// In the order of [`Method::ALL`].
    pub all: Vec<Raced>,
    /// What the grid says; it may hold methods that do not run now.
    pub sweeps: Vec<Sweep>,
    /// The loss that counts as arrived.
    pub target: f64,
    /// Whether H is the same everywhere in view: then bounds are exact.
    pub quadratic: bool,
    /// λmax at the lowest point of all runs.
    pub steepest: f64,
    /// Methods whose sweep is of an earlier start, the longest waiting first.
    waiting: Vec<Method>,
    /// What the renewed sweep of the first of them has so far.
    begun: Vec<f64>,
}

impl Race {
    /// The runs that the values describe.
    pub fn of(values: &Values, subject: &Subject) -> Race {
        let mut race = Race::default();
        race.refresh(values, subject);
        race
    }

    /// Forgets what the grid said: of one method, or of all.
    pub fn forget(&mut self, method: Option<Method>) {
        self.sweeps.retain(|sweep| method.is_some_and(|m| m != sweep.method));
    }

    /// Every run anew, with the sweeps there are; those that lack are made.
    pub fn refresh(&mut self, values: &Values, subject: &Subject) {
        let terms = Terms::of(values);
        let drawn = drawn(values);
        for method in &drawn {
            if !self.sweeps.iter().any(|s| s.method == *method)
                && let Some(optimizer) = method_controls::optimizer(values, *method)
            {
                let mut sweep = Sweep { method: *method, optimizer, finals: Vec::with_capacity(RATES) };
                terms.sweep(&sweep.optimizer, subject, RATES, &mut sweep.finals);
                self.sweeps.push(sweep);
            }
        }
        self.all = drawn.into_iter().filter_map(|m| self.raced(&terms, values, subject, m, true)).collect();
        self.judge(values, subject);
    }

    /// Every run anew while the start is dragged: rates and kinds of run stay for now, and each sweep waits for its
    /// renewal.
    pub fn refresh_soon(&mut self, values: &Values, subject: &Subject) {
        let terms = Terms::of(values);
        for k in 0..self.all.len() {
            let Some(method) = self.all.get(k).map(|r| r.method) else { continue };
            if !self.waiting.contains(&method) {
                self.waiting.push(method);
            }
            let new = self.raced(&terms, values, subject, method, false);
            if let (Some(old), Some(new)) = (self.all.get_mut(k), new) {
                *old = Raced { regime: old.regime, ..new };
            }
        }
        self.begun.clear();
        self.judge(values, subject);
    }

    /// Goes on with the sweep that has waited longest; once it is whole, its run too is new. `false` where none waits.
    pub fn renew(&mut self, values: &Values, subject: &Subject) -> bool {
        let Some(method) = self.waiting.first().copied() else { return false };
        let terms = Terms::of(values);
        let Some(at) = self.sweeps.iter().position(|s| s.method == method) else {
            self.waiting.remove(0);
            return true;
        };
        let chunk = (STEPS_A_FRAME / terms.limits.steps.max(1)).max(1);
        if let Some(sweep) = self.sweeps.get_mut(at) {
            terms.sweep(&sweep.optimizer, subject, chunk, &mut self.begun);
            if self.begun.len() < RATES {
                return true;
            }
            sweep.finals = std::mem::take(&mut self.begun);
        }
        self.waiting.remove(0);
        let new = self.raced(&terms, values, subject, method, true);
        if let (Some(old), Some(new)) = (self.all.iter_mut().find(|r| r.method == method), new) {
            *old = new;
        }
        self.judge(values, subject);
        true
    }

    /// Nothing waits any more: what waited is forgotten.
    pub fn settle(&mut self) {
        self.begun.clear();
        for method in std::mem::take(&mut self.waiting) {
            self.forget(Some(method));
        }
    }

    /// What the grid says of a method, as comma-separated values.
    pub fn grid_csv(&self, method: Method) -> String {
        let mut out = String::new();
        let ends = self.sweeps.iter().filter(|s| s.method == method).flat_map(|s| s.finals.iter());
        for (k, end) in ends.enumerate() {
            let end = if end.is_nan() { String::new() } else { shortest(*end) };
            out.push_str(&[method.id(), ",", &shortest(rate_at(k)), ",", &end, "\n"].concat());
        }
        out
    }

    /// The run of a method, if it runs.
    pub fn get(&self, method: Method) -> Option<&Raced> {
        self.all.iter().find(|r| r.method == method)
    }

    /// Those that stay: the first at the target first, then the lowest end.
    pub fn ranked(&self) -> Vec<&Raced> {
        let stays: Vec<&Raced> = self.all.iter().filter(|r| r.last.is_finite()).collect();
        let place = |k: usize| stays.get(k).map(|r| (r.reached.unwrap_or(usize::MAX), r.last));
        let ranked = order(stays.len(), &mut |a, b| place(a) < place(b));
        ranked.into_iter().filter_map(|k| stays.get(k).copied()).collect()
    }

    /// The rate of a method: its best on the grid where rates are tuned, else what the slider holds. In the question
    /// Adam keeps its default.
    fn rate(&self, values: &Values, method: Method) -> f64 {
        let slider = method_controls::rate(values, method);
        let asked = values.is_on("predict");
        if asked && method == Method::Adam {
            return method.default_rate(method_controls::dialect(values, method)).unwrap_or(slider);
        }
        let sweep = self.sweeps.iter().find(|s| s.method == method);
        let tuned = sweep.filter(|_| asked || values.is_on("tuned")).and_then(Sweep::best);
        tuned.unwrap_or(slider)
    }

    /// A method's run; told what kind of run it is only if `whole`.
    fn raced(
        &self,
        terms: &Terms,
        values: &Values,
        subject: &Subject,
        method: Method,
        whole: bool,
    ) -> Option<Raced> {
        let rate = self.rate(values, method);
        let optimizer = self.sweeps.iter().find(|s| s.method == method)?.optimizer.clone();
        let run = terms.run(optimizer, rate, subject);
        let regime = if whole { Regime::of(&run, &subject.loss) } else { None };
        let last = last(&run);
        Some(Raced { method, rate, run, regime, reached: None, last, bound: None })
    }

    /// What can be said only of all runs together: target, who reached it, bounds at the lowest point.
    fn judge(&mut self, values: &Values, subject: &Subject) {
        let start = subject.loss.value(values.point("at"));
        let mut low = subject.range.map_or(start, |range| range[0].min(start));
        let (mut lowest, mut at) = (f64::INFINITY, values.point("at"));
        for record in self.all.iter().filter(|r| r.last.is_finite()).flat_map(|r| r.run.records()) {
            if record.loss < lowest {
                lowest = record.loss;
                at = record.theta.first_chunk().copied().unwrap_or(at);
            }
        }
        low = low.min(lowest);
        self.target = low + values.number("target") * (start - low);
        self.quadratic = is_quadratic(subject);
        let curvature = Curvature::of(jet(&subject.loss, at).hessian);
        self.steepest = curvature.map_or(f64::NAN, |c| c.lambda[1]);
        for raced in &mut self.all {
            raced.reached = raced.run.records().position(|r| r.loss <= self.target);
            raced.bound = bound(&raced.run, self.steepest);
        }
    }
}

/// Whether a run ended outside: diverged, or never began.
fn left(run: &Run) -> bool {
    matches!(run.stop(), Some(Stop::Diverged { .. } | Stop::NotDefined))
}

/// The bound for a method as it runs: its own, or gradient descent's for late gradients.
fn bound(run: &Run, steepest: f64) -> Option<f64> {
    let Setup { optimizer, schedule, delay, .. } = run.setup();
    let own = stability_bound(optimizer, steepest, schedule.at(0.0).momentum)?;
    match (delay, optimizer.method()) {
        (0, _) => Some(own),
        (_, Method::GradientDescent) => Some(delayed_bound(2.0 / own, *delay)),
        _ => None,
    }
}

/// A method at one rate.
pub fn drive(values: &Values, subject: &Subject, optimizer: Optimizer, rate: f64) -> Run {
    Terms::of(values).run(optimizer, rate, subject)
}

/// The methods that run.
fn drawn(values: &Values) -> Vec<Method> {
    Method::ALL.into_iter().filter(|m| is_drawn(values, *m)).collect()
}

/// What all runs have alike.
struct Terms {
    start: [f64; 2],
    /// At the rate 1.
    schedule: Schedule,
    delay: usize,
    limits: Limits,
}

impl Terms {
    fn of(values: &Values) -> Terms {
        Terms {
            start: values.point("at"),
            schedule: schedule(values, 1.0),
            delay: values.number("delay").round() as usize,
            limits: Limits { steps: values.number("steps").round() as usize, ..Limits::default() },
        }
    }

    fn run(&self, optimizer: Optimizer, rate: f64, subject: &Subject) -> Run {
        let schedule = self.schedule.with_rate(rate);
        let setup = Setup { optimizer, schedule, noise: None, delay: self.delay, limits: self.limits };
        let mut oracle = &subject.loss;
        let mut run = Run::new(setup, &mut oracle, &self.start);
        run.finish(&mut oracle);
        run
    }

    /// Goes on with a sweep, by at most so many rates.
    fn sweep(&self, optimizer: &Optimizer, subject: &Subject, rates: usize, finals: &mut Vec<f64>) {
        let end = (finals.len() + rates).min(RATES);
        while finals.len() < end {
            let run = self.run(optimizer.clone(), rate_at(finals.len()), subject);
            finals.push(last(&run));
        }
    }
}

/// The loss at the end; NaN where the run left.
fn last(run: &Run) -> f64 {
    if left(run) { f64::NAN } else { run.record(run.steps()).map_or(f64::NAN, |r| r.loss) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::Dialect;

    #[test]
    fn the_grid_is_even_and_reads_as_it_is_shown() {
        assert_eq!((rate_at(0), rate_at(17), rate_at(24)), (1e-5, 0.178, 10.0));
        let ratios = (1..RATES).map(|k| rate_at(k) / rate_at(k - 1));
        assert!(ratios.into_iter().all(|r| (r / 10f64.powf(0.25) - 1.0).abs() < 2e-3));
    }

    #[test]
    fn the_best_rate_ends_lowest_among_those_that_stay() {
        let mut finals = vec![f64::NAN; RATES];
        let optimizer = Optimizer::new(Method::Adam, Dialect::Notes, &[], 2).unwrap();
        let sweep = |finals: &Vec<f64>| {
            Sweep { method: Method::Adam, optimizer: optimizer.clone(), finals: finals.clone() }.best()
        };
        assert_eq!(sweep(&finals), None);
        (finals[8], finals[12]) = (0.5, -0.25);
        assert_eq!(sweep(&finals), Some(0.01));
    }
}
