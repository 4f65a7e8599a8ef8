//! What the lab `schedule` says: who ends lowest, the numbers at t, remarks where the notes say otherwise.

use super::family_controls;
use super::run_words::{bound, flatter, regime, why_left};
use super::schedule_runs::{Driven, Runs};
use super::{Math, Readout, Subject, run_words};
use crate::figure::Ink;
use crate::optimizer::{Family, Method, Regime, Tail};
use crate::phrase::Phrase;

/// Ends that differ by less than this factor are the same.
const SAME: f64 = 1.05;

/// Which schedule ends lowest, and by what.
pub fn result(runs: &Runs) -> (Phrase, Phrase) {
    let ranked = runs.ranked();
    let name = |d: &Driven| family_controls::name(d.family());
    match ranked.as_slice() {
        [] => match runs.all.first() {
            Some(only) if runs.all.len() == 1 => {
                let text = Phrase::new("schedule.only").phrase("schedule", name(only));
                (text.phrase("regime", regime(only.regime).1), why(only, runs.bound()))
            }
            Some(first) => (Phrase::new("schedule.none"), why(first, runs.bound())),
            None => (Phrase::new("schedule.none"), Phrase::new("verdict.not-defined.reason")),
        },
        [only] => {
            let alone = runs.all.len() == 1;
            let text = Phrase::new(if alone { "schedule.only" } else { "schedule.stays" });
            let text = text.phrase("schedule", name(only));
            let reason = Phrase::new("schedule.only.reason").number("last", only.last);
            (text.phrase("regime", regime(only.regime).1), reason)
        }
        [best, next, ..] => {
            let close = next.last <= SAME * best.last || next.last == best.last;
            let key = if close { "schedule.level" } else { "schedule.lowest" };
            let text = Phrase::new(key).phrase("schedule", name(best)).phrase("next", name(next));
            let reason = Phrase::new("schedule.lowest.reason")
                .phrase("next", name(next))
                .number("last", best.last)
                .number("other", next.last);
            (text, reason)
        }
    }
}

/// Why a schedule's run is not among those that stay.
fn why(driven: &Driven, bound: Option<f64>) -> Phrase {
    run_words::note(&driven.run, driven.regime, bound).unwrap_or_else(|| why_left(&driven.run))
}

fn tail(tail: Tail) -> Phrase {
    Phrase::new(match tail {
        Tail::Freezes => "tail.freezes",
        Tail::Settles => "tail.settles",
        Tail::Keeps => "tail.keeps",
    })
}

/// The numbers of the chosen schedule: at t, its sums, and what holds for the method.
pub fn readouts(runs: &Runs, t: usize, hidden: bool) -> Vec<Readout> {
    let Some(chosen) = runs.chosen() else { return Vec::new() };
    let ink = family_controls::stroke(chosen.family(), 1.0).ink;
    let line = Readout::basic;
    let eta = Math::Row(vec![
        Math::id("η"),
        Math::Op("("),
        Math::Number(t.to_string()),
        Math::Op(")"),
        Math::Op("="),
        Math::number(chosen.schedule.at(t as f64).rate),
    ]);
    let mut out = vec![line("rate", "readout.rate", eta, None, ink)];
    let record = chosen.run.record(t.min(chosen.run.steps())).filter(|_| !hidden);
    if let Some(record) = record {
        let norm = Math::norm(Math::id("g"));
        let math = Math::Row(vec![
            Math::equals(Math::id("L"), Math::number(record.loss)),
            Math::Space,
            Math::equals(norm, Math::number(record.norm)),
        ]);
        let note = run_words::note(&chosen.run, chosen.regime, runs.bound());
        out.push(line("run", "readout.run", math, note, ink));
    }
    out.extend(bound(runs.bound(), runs.quadratic, runs.curvature.map_or([f64::NAN; 2], |c| c.lambda)));
    if let Some(floor) = runs.floor(&chosen.schedule, t as f64).filter(|_| !hidden) {
        let key = if runs.quadratic { "readout.floor.note" } else { "readout.floor.estimate" };
        let math = Math::equals(Math::id("L"), Math::number(floor));
        out.push(line("floor", "readout.floor", math, Some(Phrase::new(key)), Ink::Text));
    }
    let sum = |square: bool, value: f64| {
        let eta = Math::id("η");
        let eta = if square { Math::Sup(Box::new(eta), Box::new(Math::Number("2".into()))) } else { eta };
        Math::equals(Math::Row(vec![Math::Op("Σ"), eta]), Math::number(value))
    };
    let [first, second] = chosen.sums;
    let sums = Math::Row(vec![sum(false, first), Math::Space, sum(true, second)]);
    // A period that ends low and then begins again.
    let returns = chosen.tail == Tail::Keeps
        && chosen.schedule.at(runs.steps as f64).rate < 1e-3 * chosen.schedule.at(0.0).rate;
    let tail = if returns { Phrase::new("tail.returns") } else { tail(chosen.tail) };
    out.push(line("sums", "readout.sums", sums, Some(tail), ink));
    if let Some(kept) = runs.kept(&chosen.schedule).filter(|_| chosen.tail == Tail::Freezes) {
        let factor = Math::Row(vec![
            Math::Op("("),
            Math::Number("1".into()),
            Math::Op("−"),
            Math::id("η"),
            Math::sub("λ", "1"),
            Math::Op(")"),
        ]);
        let math = Math::equals(Math::Row(vec![Math::Op("Π"), factor]), Math::number(kept));
        out.push(line("kept", "readout.kept", math, None, ink));
    }
    out
}

/// Where the notes say otherwise, with the number that shows it.
pub fn remarks(runs: &Runs, subject: &Subject) -> Vec<Phrase> {
    let mut remarks = Vec::new();
    let constant = runs.all.iter().find(|d| d.family() == Family::Constant);
    let chosen = runs.chosen().filter(|d| d.family() != Family::Constant);
    if let (Some(constant), Some(chosen)) = (constant, chosen)
        && constant.last < chosen.last
        && (runs.sigma == 0.0 || chosen.tail == Tail::Freezes)
    {
        let key = if runs.sigma > 0.0 { "remark.decay-costs.noise" } else { "remark.decay-costs" };
        remarks.push(Phrase::new(key).number("constant", constant.last).number("decayed", chosen.last));
    }
    if let (Some(constant), Some(bound)) = (constant, runs.bound())
        && runs.sigma == 0.0
        && constant.regime == Some(Regime::Oscillating)
        && constant.schedule.at(0.0).rate < bound
        && runs.quadratic
    {
        remarks.push(Phrase::new("remark.oscillates").number("bound", bound));
    }
    if let Some(constant) = constant.filter(|_| runs.sigma == 0.0 && !runs.quadratic)
        && constant.run.setup().optimizer.method() == Method::GradientDescent
    {
        remarks.extend(flatter(subject, &constant.run, constant.last));
    }
    let tenth =
        |d: &&Driven| d.family() == Family::Exponential && d.schedule.parameter("factor") == Some(0.1);
    if let Some(period) = runs.all.iter().find(tenth).and_then(|d| d.schedule.parameter("period")) {
        remarks.push(Phrase::new("remark.tensorflow").number("period", period));
    }
    remarks
}
