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

/// Steps that one slice of [`Race::work`] takes at the most, so that a drag stays quick.
const STEPS_A_SLICE: usize = 6_000;

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
    /// Whether it is of other settings than now: it serves until it is made anew.
    stale: bool,
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
    /// The loss that counts as arrived; NaN where the loss is not bounded below.
    pub target: f64,
    /// Whether H is the same everywhere in view: then bounds are exact.
    pub quadratic: bool,
    /// Both λ at the lowest point of all runs.
    pub lambda: [f64; 2],
    /// Whether a run falls down a loss that is not bounded below: then there is nothing to reach, and none is first.
    pub unbounded: bool,
    /// What the first stale sweep made anew has so far.
    begun: Vec<f64>,
}

impl Race {
    /// The runs that the values describe.
    pub fn of(values: &Values, subject: &Subject) -> Race {
        let mut race = Race::default();
        race.refresh(values, subject, false);
        race
    }

    /// What the grid said of a method, or of all, holds no longer.
    pub fn doubt(&mut self, method: Option<Method>) {
        self.begun.clear();
        for sweep in self.sweeps.iter_mut().filter(|s| method.is_none_or(|m| m == s.method)) {
            sweep.stale = true;
        }
    }

    /// The runs anew. What the grid said and holds no longer is found again at once; or, if that may come `later`, by
    /// [`Race::work`]: until then the rates and kinds of run stay what they were.
    pub fn refresh(&mut self, values: &Values, subject: &Subject, later: bool) {
        let terms = Terms::of(values);
        let drawn: Vec<Method> = Method::ALL.into_iter().filter(|m| is_drawn(values, *m)).collect();
        self.sweeps.retain(|s| !s.stale || drawn.contains(&s.method));
        let old = std::mem::take(&mut self.all);
        for method in drawn {
            let Some(optimizer) = method_controls::optimizer(values, method) else { continue };
            let at = self.sweeps.iter().position(|s| s.method == method).unwrap_or_else(|| {
                let finals = Vec::with_capacity(RATES);
                self.sweeps.push(Sweep { method, optimizer: optimizer.clone(), finals, stale: true });
                self.sweeps.len() - 1
            });
            let Some(sweep) = self.sweeps.get_mut(at) else { continue };
            sweep.optimizer = optimizer;
            if sweep.stale && !(later && sweep.finals.len() == RATES) {
                sweep.finals.clear();
                terms.sweep(&sweep.optimizer, subject, RATES, &mut sweep.finals);
                sweep.stale = false;
            }
            let (stale, before) = (sweep.stale, old.iter().find(|r| r.method == method));
            self.all.extend(match before {
                Some(before) if later && !stale => Some(before.clone()),
                _ => self.raced(&terms, values, subject, method, before.filter(|_| stale)),
            });
        }
        self.judge(values, subject);
    }

    /// How many methods are to be tuned anew.
    pub fn stale(&self) -> usize {
        self.sweeps.iter().filter(|s| s.stale).count()
    }

    /// Goes on making stale sweeps anew, by a slice; with each that is whole its method runs anew. Gives the share that
    /// is done, `None` where nothing is left.
    pub fn work(
        &mut self,
        values: &Values,
        subject: &Subject,
        spent: &mut dyn FnMut() -> bool,
    ) -> Option<f64> {
        let terms = Terms::of(values);
        let mut rates = (STEPS_A_SLICE / terms.limits.steps.max(1)).max(1);
        while let Some(at) = self.sweeps.iter().position(|s| s.stale) {
            if rates == 0 || spent() {
                let left = self.stale() * RATES - self.begun.len();
                return Some(1.0 - left as f64 / (self.sweeps.len() * RATES) as f64);
            }
            rates -= 1;
            let Some(sweep) = self.sweeps.get_mut(at) else { break };
            terms.sweep(&sweep.optimizer, subject, 1, &mut self.begun);
            if self.begun.len() == RATES {
                sweep.finals = std::mem::take(&mut self.begun);
                sweep.stale = false;
                let method = sweep.method;
                let new = self.raced(&terms, values, subject, method, None);
                if let (Some(old), Some(new)) = (self.all.iter_mut().find(|r| r.method == method), new) {
                    *old = new;
                }
                self.judge(values, subject);
            }
        }
        None
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

    /// Those that stay: the lowest end first, then the first at the target. Rates are tuned for the same.
    pub fn ranked(&self) -> Vec<&Raced> {
        let stays: Vec<&Raced> = self.all.iter().filter(|r| r.last.is_finite()).collect();
        let place = |k: usize| stays.get(k).map(|r| (r.last, r.reached.unwrap_or(usize::MAX)));
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

    /// A method's run; of the kind that the run `before` was, where there is one.
    fn raced(
        &self,
        terms: &Terms,
        values: &Values,
        subject: &Subject,
        method: Method,
        before: Option<&Raced>,
    ) -> Option<Raced> {
        let rate = self.rate(values, method);
        let optimizer = self.sweeps.iter().find(|s| s.method == method)?.optimizer.clone();
        let run = terms.run(optimizer, rate, subject);
        let regime = before.map_or_else(|| Regime::of(&run, &subject.loss), |before| before.regime);
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
        self.unbounded = self.all.iter().any(|r| r.regime == Some(Regime::Unbounded));
        if self.unbounded {
            low = f64::NAN;
        }
        self.target = low + values.number("target") * (start - low);
        self.quadratic = is_quadratic(subject);
        let curvature = Curvature::of(jet(&subject.loss, at).hessian);
        self.lambda = curvature.map_or([f64::NAN; 2], |c| c.lambda);
        let [least, steepest] = self.lambda;
        for raced in &mut self.all {
            raced.reached = raced.run.records().position(|r| r.loss <= self.target);
            raced.bound = bound(&raced.run, steepest).filter(|_| !(self.quadratic && least < 0.0));
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
            Sweep { method: Method::Adam, optimizer: optimizer.clone(), finals: finals.clone(), stale: false }
                .best()
        };
        assert_eq!(sweep(&finals), None);
        (finals[8], finals[12]) = (0.5, -0.25);
        assert_eq!(sweep(&finals), Some(0.01));
    }
}
