//! What every lab with runs says of one: what kind of run it is, at which step it ended outside and why, its bound.

use super::{Math, Readout, Subject};
use crate::critical::Curvature;
use crate::derivative::jet;
use crate::figure::Ink;
use crate::optimizer::{Divergence, Regime, Run, Stop};
use crate::phrase::{Arg, Phrase};

/// The stable name of a regime, and its words.
pub fn regime(regime: Option<Regime>) -> (&'static str, Phrase) {
    let id = regime.map_or("still", Regime::id);
    (id, Phrase::new(format!("regime.{id}")))
}

/// Whether a run broke off: it diverged, has no step to take, or never began.
pub fn has_left(run: &Run) -> bool {
    matches!(run.stop(), Some(Stop::Diverged { .. } | Stop::Singular | Stop::NotDefined))
}

/// What is to be said beside the numbers of a run: why it broke off, or by how much it has risen where it diverges and its
/// steps are over before it leaves the numbers.
pub fn note(run: &Run, kind: Option<Regime>, bound: Option<f64>) -> Option<Phrase> {
    if has_left(run) {
        return Some(why_left(run));
    }
    (kind == Some(Regime::Diverging)).then(|| rises(run, bound))
}

/// To which loss a run has risen, and its rate against the bound where it exceeds that.
pub fn rises(run: &Run, bound: Option<f64>) -> Phrase {
    let steps = run.steps();
    let [loss, rate] = run.record(steps).map_or([f64::NAN; 2], |r| [r.loss, r.rate]);
    let phrase = match bound.filter(|bound| rate > *bound) {
        Some(bound) => Phrase::new("run.rises.bound").number("rate", rate).number("bound", bound),
        None => Phrase::new("run.rises"),
    };
    phrase.number("loss", loss).with("steps", Arg::Count(steps as i64))
}

/// At which step a run broke off, and why: its rate against its bound where that is known.
pub fn why_left(run: &Run) -> Phrase {
    let steps = run.steps();
    match run.stop() {
        Some(Stop::Diverged { rate, bound: Some(bound), .. }) if rate > bound => beyond(steps, [rate, bound]),
        Some(Stop::Diverged { reason: Divergence::Unbounded, .. }) => ended("run.stop.unbounded", steps),
        Some(Stop::Diverged { reason: Divergence::Undefined, .. }) => ended("run.stop.undefined", steps),
        Some(Stop::Diverged { reason: Divergence::Overflow, .. }) => ended("run.stop.overflow", steps),
        Some(Stop::Diverged { .. }) if run.setup().noise.is_some() => ended("run.stop.noise", steps),
        Some(Stop::Diverged { .. }) => ended("run.stop.overshoot", steps),
        Some(Stop::Singular) => ended("run.stop.singular", steps),
        _ => Phrase::new("run.stop.not-defined"),
    }
}

/// One of the reasons, with the last step.
pub fn ended(key: &'static str, steps: usize) -> Phrase {
    Phrase::new(key).with("steps", Arg::Count(steps as i64))
}

/// That a rate is beyond its bound.
pub fn beyond(steps: usize, [rate, bound]: [f64; 2]) -> Phrase {
    ended("run.stop.bound", steps).number("rate", rate).number("bound", bound)
}

/// How a run ended: the stable name of its regime, and the words; of one that diverged, when and why.
pub fn outcome(run: &Run, kind: Option<Regime>, bound: Option<f64>) -> (&'static str, Phrase) {
    let (id, words) = regime(kind);
    let Some(why) = note(run, kind, bound) else { return (id, words) };
    match run.stop() {
        Some(Stop::Diverged { reason: Divergence::Undefined, .. } | Stop::Singular | Stop::NotDefined) => {
            (id, why)
        }
        _ => (id, diverged(why)),
    }
}

/// That it diverged, and why.
pub fn diverged(why: Phrase) -> Phrase {
    Phrase::new("run.diverged").phrase("why", why)
}

/// A method's bound; where H is the same everywhere and has a negative λ, that no rate converges.
pub fn bound(bound: Option<f64>, exact: bool, [least, _]: [f64; 2]) -> Option<Readout> {
    let line = |key, math| Readout::basic("bound", key, math, None, Ink::Curvature);
    if exact && least < 0.0 {
        return Some(line("readout.bound.none", Math::equals(Math::sub("λ", "1"), Math::number(least))));
    }
    let key = if exact { "readout.bound.exact" } else { "readout.bound.local" };
    bound.map(|bound| line(key, Math::Row(vec![Math::id("η"), Math::Op("<"), Math::number(bound)])))
}

/// A rate as its slider shows it, with the bound that it must stay below where there is one.
pub fn rated(value: Phrase, bound: Option<f64>) -> Phrase {
    match bound {
        Some(bound) => Phrase::new("control.bound").phrase("value", value).number("bound", bound),
        None => value,
    }
}

/// That gradient descent at a constant rate, which ended at the loss `last`, exceeded 2/λmax at its start and settled.
pub fn flatter(subject: &Subject, run: &Run, last: f64) -> Option<Phrase> {
    let bound = |at: [f64; 2]| {
        let [_, steepest] = Curvature::of(jet(&subject.loss, at).hessian)?.lambda;
        (steepest > 0.0).then_some(2.0 / steepest)
    };
    let [start, end] = [0, run.steps()].map(|t| run.record(t));
    let (start, rate) = (bound(*start?.theta.first_chunk()?)?, start?.rate);
    let end = bound(*end?.theta.first_chunk()?)?;
    // Rounding of H is no flatter place.
    let settled = last.is_finite() && rate > start && end > rate && end > 1.0001 * start;
    settled.then(|| Phrase::new("remark.flatter").number("rate", rate).number("bound", start))
}
