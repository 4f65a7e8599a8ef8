//! What the lab `gradient-check` finds out at a point: the gradient under test, the error of differences against h, and
//! what the two tests say.

use super::check_controls::{STEPS, component, mistake};
use super::{Subject, Values};
use crate::derivative::{
    Expected, Forgotten, Mistake, NotesStep, Outcome, Ruling, Smoothness, WorkingTest, differences, gradient,
    measured_best, notes_procedure, smoothness, working_test,
};
use crate::loss::Loss;

/// Points of a curve in each decade of h.
const PER_DECADE: f64 = 20.0;
/// How far back a stale point is in each variable, as a share of the view.
const LAG: f64 = 0.01;
/// Gradients whose relative difference is less are the same formula, computed in another order.
const SAME: f64 = 1e-9;

/// The differences at one h.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// The step.
    pub h: f64,
    /// Forward and central.
    pub differences: [f64; 2],
}

/// Everything known at the point.
#[derive(Clone, Debug)]
pub struct Findings {
    /// θ.
    pub at: [f64; 2],
    /// L(θ).
    pub value: f64,
    /// The true gradient.
    pub g: [f64; 2],
    /// The gradient under test.
    pub tested: [f64; 2],
    /// The point that a stale gradient belongs to.
    pub stale: Option<[f64; 2]>,
    /// The part of the formula that is taken for a constant.
    pub forgotten: Option<String>,
    /// Whether a mistake was put into the gradient under test.
    pub injected: bool,
    /// Whether the gradient under test is the true one, up to rounding.
    pub right: bool,
    /// Whether the point lies on a kink: there is no true gradient.
    pub on_kink: bool,
    /// The number of the variable looked at.
    pub i: usize,
    /// What to expect of the forward and the central difference.
    pub expected: [Expected; 2],
    /// The differences at every h, ascending.
    pub sweep: Vec<Sample>,
    /// The best h as measured, forward and central.
    pub measured: [Option<f64>; 2],
    /// The notes' procedure.
    pub notes: Vec<NotesStep>,
    /// The working test.
    pub working: WorkingTest,
}

impl Findings {
    /// What the values say about the subject.
    pub fn of(values: &Values, subject: &Subject) -> Findings {
        let (loss, at, i) = (&subject.loss, values.point("at"), component(values));
        let (value, g) = gradient(loss, at);
        let injected = mistake(values);
        let [dx, dy] = [subject.view.x, subject.view.y].map(|[lo, hi]| LAG * (hi - lo));
        let stale = [at[0] - dx, at[1] - dy];
        let typed =
            || ["g1", "g2"].map(|id| Loss::parse(values.formula(id)).map_or(f64::NAN, |l| l.value(at)));
        let tested = match injected {
            Some(mistake) => mistake.gradient(loss, at, stale),
            None if values.choice("tested") == "typed" => typed(),
            None => g,
        };
        let forgotten = if injected == Some(Mistake::Term) { Forgotten::of(loss, at) } else { None };
        let sweep = sweep(loss, at, i);
        let exact = g[i];
        let errors = |k: usize| {
            measured_best(
                sweep.iter().map(|s| [s.h, (s.differences.get(k).unwrap_or(&f64::NAN) - exact).abs()]),
            )
        };
        let working = working_test(loss, at, tested);
        // Asked only where there is a kink near by: it is much to ask.
        let on_kink = working.outcome == Outcome::Kink
            && smoothness(loss, at, subject.size()) == Smoothness::NotDifferentiable;
        let most = g[0].hypot(g[1]).max(tested[0].hypot(tested[1]));
        Findings {
            at,
            value,
            g,
            tested,
            stale: (injected == Some(Mistake::Stale)).then_some(stale),
            injected: injected.is_some(),
            forgotten: forgotten.map(|f| f.part.text(loss.names())),
            right: (tested[0] - g[0]).hypot(tested[1] - g[1]) <= SAME * most,
            i,
            expected: Expected::of(loss, at, i),
            measured: [errors(0), errors(1)],
            notes: notes_procedure(loss, at, tested),
            working,
            on_kink,
            sweep,
        }
    }

    /// |difference − tested| at each h, forward (0) or central (1). What is less than a double can tell beside the
    /// tested value counts as that little.
    pub fn errors(&self, k: usize) -> impl Iterator<Item = [f64; 2]> {
        self.errors_against(k, self.tested)
    }

    /// The same against another gradient.
    pub fn errors_against(&self, k: usize, gradient: [f64; 2]) -> impl Iterator<Item = [f64; 2]> {
        let tested = gradient[self.i];
        let least = (0.5 * f64::EPSILON * tested.abs()).max(1e-17);
        self.sweep.iter().map(move |s| {
            let error = (s.differences.get(k).unwrap_or(&f64::NAN) - tested).abs();
            [s.h, if error < least { least } else { error }]
        })
    }

    /// Whether the notes' procedure ends by calling the code right; `None` where it cannot be carried out.
    pub fn notes_accept(&self) -> Option<bool> {
        let has = |ruling: Ruling| self.notes.iter().any(|step| step.ruling == ruling);
        (!has(Ruling::NotDefined)).then(|| !has(Ruling::Wrong))
    }

    /// Whether the working test says anything.
    pub fn is_decided(&self) -> bool {
        matches!(self.working.outcome, Outcome::Passes | Outcome::Refuses)
    }
}

fn sweep(loss: &Loss, at: [f64; 2], i: usize) -> Vec<Sample> {
    let [from, to] = STEPS;
    let steps = ((to - from) * PER_DECADE) as usize;
    let sample = |k| {
        let h = 10f64.powf(from + k as f64 / PER_DECADE);
        Sample { h, differences: differences(loss, at, i, h) }
    };
    (0..=steps).map(sample).collect()
}
