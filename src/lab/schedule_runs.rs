//! The runs that the schedules cause, and what is known about them: bound, noise floor, who ends lowest.

use super::family_controls;
use super::method_controls;
use super::schedule_controls::{drawn, method, noise};
use super::{Subject, Values};
use crate::critical::Curvature;
use crate::derivative::jet;
use crate::loss::Loss;
use crate::optimizer::{
    Family, Limits, Method, Optimizer, Regime, Run, Schedule, Setup, Stop, Tail, noise_floor, stability_bound,
};
use crate::order::order;

/// A noise floor is an estimate only where the quadratic model's minimum is within this share of the view.
const NEAR: f64 = 0.1;

/// One schedule with its run.
#[derive(Clone, Debug)]
pub struct Driven {
    /// The schedule.
    pub schedule: Schedule,
    /// What it makes of the method.
    pub run: Run,
    /// What kind of run that is; `None` where nothing moved.
    pub regime: Option<Regime>,
    /// Ση and Ση² over the steps asked for.
    pub sums: [f64; 2],
    /// What becomes of them for ever.
    pub tail: Tail,
    /// The mean loss of the last tenth of the run; NaN if it diverged or never began.
    pub last: f64,
}

impl Driven {
    /// Its family.
    pub fn family(&self) -> Family {
        self.schedule.family()
    }
}

/// All schedules drawn, over one loss, method, start and noise.
#[derive(Clone, Debug)]
pub struct Runs {
    /// In the order of [`Family::ALL`].
    pub all: Vec<Driven>,
    /// The method before its first step.
    pub optimizer: Option<Optimizer>,
    /// The steps asked for.
    pub steps: usize,
    /// σ of the gradient noise; 0 for none.
    pub sigma: f64,
    /// Whether H is the same everywhere in view: then bound and floor are exact.
    pub quadratic: bool,
    /// H at the lowest point that the chosen schedule's run recorded.
    pub curvature: Option<Curvature>,
    /// The loss at the minimum that the model there has, where that is a minimum near by.
    base: Option<f64>,
    chosen: usize,
}

impl Runs {
    /// The runs that the values describe. `chosen` is the family looked at.
    pub fn of(values: &Values, subject: &Subject, chosen: Family) -> Runs {
        let noise = noise(values);
        let steps = values.number("steps").round() as usize;
        let optimizer = method_controls::optimizer(values, method(values));
        let start = values.point("at");
        let rate = values.number("eta");
        let all: Vec<Driven> = optimizer
            .iter()
            .flat_map(|optimizer| drawn(values).map(move |f| (optimizer, f)))
            .map(|(optimizer, family)| {
                let schedule = family_controls::schedule(values, family, rate);
                let setup = Setup {
                    optimizer: optimizer.clone(),
                    schedule: schedule.clone(),
                    noise,
                    delay: 0,
                    limits: Limits { steps, ..Limits::default() },
                };
                drive(setup, &subject.loss, start)
            })
            .collect();
        let place = all.iter().position(|d| d.family() == chosen).unwrap_or(0);
        let lowest = all.get(place).and_then(lowest);
        let jet = lowest.map(|at| jet(&subject.loss, at));
        let curvature = jet.and_then(|jet| Curvature::of(jet.hessian));
        let base = jet.zip(curvature).and_then(|(jet, c)| {
            // The Newton step to the minimum of the model, and how much lower that is.
            let along = c.v.map(|v| v[0] * jet.gradient[0] + v[1] * jet.gradient[1]);
            let [a, b] = [along[0] / c.lambda[0], along[1] / c.lambda[1]];
            let near = c.lambda[0] > 0.0 && a.hypot(b) <= NEAR * subject.size();
            near.then_some(jet.value - 0.5 * (a * along[0] + b * along[1]))
        });
        Runs {
            optimizer,
            steps,
            sigma: noise.map_or(0.0, |n| n.sigma),
            quadratic: is_quadratic(subject),
            curvature,
            base,
            chosen: place,
            all,
        }
    }

    /// The schedule looked at.
    pub fn chosen(&self) -> Option<&Driven> {
        self.all.get(self.chosen)
    }

    /// The method's local stability bound at the lowest point of the chosen run, where there is one.
    pub fn bound(&self) -> Option<f64> {
        let [least, largest] = self.curvature?.lambda;
        if self.quadratic && least < 0.0 {
            return None;
        }
        let momentum = self.chosen()?.schedule.at(0.0).momentum;
        stability_bound(self.optimizer.as_ref()?, largest, momentum)
    }

    /// 1/λmax, below which gradient descent does not overshoot.
    pub fn monotone(&self) -> Option<f64> {
        let descent = self.optimizer.as_ref()?.method() == Method::GradientDescent;
        let [least, largest] = self.curvature?.lambda;
        (descent && largest > 0.0 && !(self.quadratic && least < 0.0)).then(|| 1.0 / largest)
    }

    /// The loss at which a schedule would settle if its rate stayed what it is at t, where its run stays.
    pub fn floor(&self, schedule: &Schedule, t: f64) -> Option<f64> {
        let stays = self.chosen().is_some_and(|d| d.last.is_finite());
        let optimizer = self.optimizer.as_ref().filter(|_| self.sigma > 0.0 && stays)?;
        let rate = schedule.at(t);
        let [a, b] = self.curvature?.lambda.map(|l| noise_floor(optimizer, l, rate, self.sigma));
        Some(self.base? + a? + b?)
    }

    /// The share of the first distance that gradient descent keeps along the flattest direction of a quadratic,
    /// Π|1 − ηλmin| over its steps.
    pub fn kept(&self, schedule: &Schedule) -> Option<f64> {
        let descent = self.optimizer.as_ref()?.method() == Method::GradientDescent;
        let [least, _] = self.curvature?.lambda;
        (descent && self.quadratic && least > 0.0)
            .then(|| (0..self.steps).map(|t| (1.0 - schedule.at(t as f64).rate * least).abs()).product())
    }

    /// The schedules that did not diverge, lowest end first.
    pub fn ranked(&self) -> Vec<&Driven> {
        let ended: Vec<&Driven> = self.all.iter().filter(|d| d.last.is_finite()).collect();
        let ranked = order(ended.len(), &mut |a, b| ended[a].last < ended[b].last);
        ranked.into_iter().map(|at| ended[at]).collect()
    }
}

fn drive(setup: Setup, loss: &Loss, start: [f64; 2]) -> Driven {
    let schedule = setup.schedule.clone();
    let steps = setup.limits.steps;
    let mut oracle = loss;
    let mut run = Run::new(setup, &mut oracle, &start);
    run.finish(&mut oracle);
    let regime = Regime::of(&run, loss);
    let diverged = matches!(run.stop(), Some(Stop::Diverged { .. } | Stop::NotDefined))
        || regime == Some(Regime::Diverging);
    let tenth = (run.steps() / 10).max(1);
    let sum: f64 = run.records().skip(run.steps() + 1 - tenth).map(|r| r.loss).sum();
    let last = if diverged { f64::NAN } else { sum / tenth as f64 };
    Driven { sums: schedule.sums(steps), tail: schedule.tail(), schedule, run, regime, last }
}

/// The lowest point that a run recorded.
fn lowest(driven: &Driven) -> Option<[f64; 2]> {
    let finite = driven.run.records().filter(|r| r.loss.is_finite());
    finite.min_by(|a, b| a.loss.total_cmp(&b.loss)).and_then(|r| r.theta.first_chunk().copied())
}

/// Whether H is the same at the centre and at places of the view that no symmetry relates.
pub fn is_quadratic(subject: &Subject) -> bool {
    let at = |x: f64, y: f64| {
        let mix = |[lo, hi]: [f64; 2], share: f64| lo + share * (hi - lo);
        jet(&subject.loss, [mix(subject.view.x, x), mix(subject.view.y, y)]).hessian
    };
    let [[a, b], [_, d]] = at(0.5, 0.5);
    let size = a.abs().max(b.abs()).max(d.abs());
    [(0.07, 0.13), (0.91, 0.23), (0.31, 0.83), (0.77, 0.97)].into_iter().all(|(x, y)| {
        let [[p, q], [_, r]] = at(x, y);
        // Written so that NaN is no agreement.
        (p - a).abs() <= 1e-9 * size && (q - b).abs() <= 1e-9 * size && (r - d).abs() <= 1e-9 * size
    })
}
