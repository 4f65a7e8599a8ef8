//! What the lab `race` says: who is there first, the table of results, the numbers of one method, remarks where the
//! notes say otherwise.

use super::method_controls::{self, dialect, ink, mark, name};
use super::playback::Playback;
use super::race_controls::{family, focus};
use super::race_runs::{Race, Raced, drive};
use super::run_words::{bound, flatter, why_left};
use super::table::columns;
use super::{Cell, Level, Math, Readout, Row, Subject, Table, Values, run_words, step_words};
use crate::loss::Landscape;
use crate::optimizer::{Dialect, Divergence, Family, Method, Optimizer, Stop, delayed_bound};
use crate::phrase::{Arg, Phrase};

/// Who ends lowest, by what, and who was first at the target.
pub fn result(race: &Race) -> (Phrase, Phrase) {
    if race.unbounded {
        return (Phrase::new("race.unbounded"), Phrase::new("race.unbounded.reason"));
    }
    if race.all.iter().all(|r| r.run.record(0).is_some_and(|start| start.norm == 0.0) && r.regime.is_none()) {
        return (Phrase::new("race.still"), Phrase::new("race.still.reason"));
    }
    let ranked = race.ranked();
    let Some(first) = ranked.first() else {
        let reason = race.all.first().map(|r| why_left(&r.run));
        let reason = reason.unwrap_or_else(|| Phrase::new("verdict.not-defined.reason"));
        return (Phrase::new("schedule.none"), reason);
    };
    let reached = ranked.iter().filter(|r| r.reached.is_some());
    let quickest = match reached.min_by_key(|r| r.reached) {
        Some(quickest) => Phrase::new("race.quickest")
            .phrase("method", name(quickest.method))
            .with("step", Arg::Count(quickest.reached.map_or(0, |t| t as i64))),
        None => Phrase::new("race.unreached"),
    };
    let quickest = quickest.number("target", race.target);
    let text = |key| Phrase::new(key).phrase("method", name(first.method));
    match ranked.get(1) {
        Some(next) => {
            let level = next.last == first.last;
            let text = text(if level { "race.level" } else { "race.lowest" });
            let reason = Phrase::new("race.lowest.reason").number("last", first.last);
            let reason = reason.phrase("next", name(next.method)).number("other", next.last);
            (text.phrase("next", name(next.method)), reason.phrase("quickest", quickest))
        }
        None => {
            let reason = Phrase::new("race.alone.reason").number("last", first.last);
            (text("race.lowest"), reason.phrase("quickest", quickest))
        }
    }
}

/// The answer to the question: tuned gradient descent or Adam as it comes, by their ends. `None` where neither stays.
pub fn answer(race: &Race) -> Option<(Method, Phrase, Phrase)> {
    let pair = [Method::GradientDescent, Method::Adam].map(|m| race.get(m));
    let [Some(descent), Some(adam)] = pair else { return None };
    let end = |r: &Raced| if r.last.is_nan() { f64::INFINITY } else { r.last };
    let (lower, other) = if end(adam) < end(descent) { (adam, descent) } else { (descent, adam) };
    let text = Phrase::new("race.lower").phrase("method", name(lower.method));
    let text = text.phrase("other", name(other.method));
    let reason = Phrase::new("race.answer.reason")
        .number("descent", descent.last)
        .number("rate", descent.rate)
        .number("adam", adam.last)
        .number("default", adam.rate);
    (end(lower).is_finite()).then_some((lower.method, text, reason))
}

/// How a run ended: the stable name, and the words.
fn outcome(raced: &Raced) -> (&'static str, Phrase) {
    let (id, words) = run_words::outcome(&raced.run, raced.regime, raced.bound);
    let id = match raced.run.stop() {
        Some(Stop::Diverged { reason: Divergence::Overshoot, .. }) => "overshoot",
        Some(Stop::Diverged { reason: Divergence::Unbounded, .. }) => "unbounded",
        Some(Stop::Diverged { reason: Divergence::Undefined, .. }) => "undefined",
        Some(Stop::Diverged { reason: Divergence::Overflow, .. }) => "overflow",
        Some(Stop::Singular) => "singular",
        Some(Stop::NotDefined) => "not-defined",
        _ => id,
    };
    (id, words)
}

/// The results: rate, steps to the target, end and outcome of every method.
pub fn table(race: &Race) -> Table {
    let row = |raced: &Raced| {
        let (shape, hollow) = mark(raced.method);
        let (kind, words) = outcome(raced);
        Row {
            mark: Some((shape, hollow, ink(raced.method))),
            cells: vec![
                Cell::Words(raced.method.id(), name(raced.method)),
                Cell::Number(raced.rate),
                Cell::Number(raced.reached.map_or(f64::NAN, |t| t as f64)),
                Cell::Number(raced.last),
                Cell::Words(kind, words),
            ],
        }
    };
    Table {
        name: Phrase::new("race.table"),
        columns: columns("race.column.", &["method", "rate", "steps", "last", "outcome"]),
        rows: race.all.iter().map(row).collect(),
    }
}

/// The numbers of the method looked at: its run at t, its bound, the arithmetic of the step.
pub fn readouts(race: &Race, subject: &Subject, values: &Values) -> Vec<Readout> {
    let Some(raced) = race.get(focus(values)) else { return Vec::new() };
    let colour = ink(raced.method);
    let t = Playback::t(values).min(raced.run.steps());
    let mut out = Vec::new();
    if let Some(record) = raced.run.record(t) {
        let norm = Math::norm(Math::id("g"));
        let math = Math::Row(vec![
            Math::equals(Math::id("t"), Math::Number(t.to_string())),
            Math::Space,
            Math::equals(Math::id("η"), Math::number(record.rate)),
            Math::Space,
            Math::equals(Math::id("L"), Math::number(record.loss)),
            Math::Space,
            Math::equals(norm, Math::number(record.norm)),
        ]);
        let label = name(raced.method);
        let note = run_words::note(&raced.run, raced.regime, raced.bound);
        out.push(Readout { id: "run", label, math, note, ink: colour, level: Level::Basic });
    }
    out.extend(bound(raced.bound, race.quadratic, race.lambda));
    let coordinate = usize::from(values.choice("coordinate") == "second");
    out.extend(step_words::step(&raced.run, &subject.loss, t, coordinate, colour));
    out
}

/// Where the notes say otherwise, with the number that shows it.
pub fn remarks(race: &Race, subject: &Subject, values: &Values) -> Vec<Phrase> {
    let mut out = Vec::new();
    let parameter = |method, id: &str| {
        let optimizer: Option<Optimizer> = method_controls::optimizer(values, method);
        optimizer.and_then(|o| o.parameter(id))
    };
    let descent = race.get(Method::GradientDescent);
    if let (Some(adagrad), Some(descent)) = (race.get(Method::AdaGrad), descent)
        && subject.loss.named() == Some(Landscape::Quadratic)
        && values.is_on("tuned")
        && adagrad.last > descent.last
    {
        let remark = Phrase::new("remark.adagrad-axes").number("phi", values.number("quadratic.phi"));
        out.push(remark.number("adagrad", adagrad.last).number("descent", descent.last));
    }
    if matches!(focus(values), Method::AdaGrad | Method::RmsProp) {
        out.push(Phrase::new("remark.adagrad-slips"));
    }
    if let Some(raced) = race.get(Method::Nesterov)
        && dialect(values, Method::Nesterov) != Dialect::Notes
        && let Some(gap) = gap(raced, subject, values)
    {
        out.push(Phrase::new("remark.nesterov").number("gap", gap));
    }
    if race.get(Method::AveragedMomentum).is_some()
        && let Some(beta) = parameter(Method::AveragedMomentum, "momentum")
    {
        out.push(Phrase::new("remark.averaged").number("beta", beta).number("factor", 1.0 / (1.0 - beta)));
    }
    if let Some(raced) = race.get(Method::Adam)
        && parameter(Method::Adam, "write-back") == Some(1.0)
        && let Some(last) = corrected(raced, subject, values)
    {
        out.push(Phrase::new("remark.write-back").number("last", raced.last).number("proper", last));
    }
    if let Some(raced) = race.get(Method::Adam)
        && let Some(default) = Method::Adam.default_rate(dialect(values, Method::Adam))
        && raced.rate != default
        && family(values) == Family::Constant
        && let Some(optimizer) = method_controls::optimizer(values, Method::Adam)
    {
        let run = drive(values, subject, optimizer, default);
        if let Some(end) = run.record(run.steps()).map(|r| r.loss).filter(|end| *end > raced.last) {
            let remark = Phrase::new("remark.adam-tuned").number("default", default).number("end", end);
            out.push(remark.number("rate", raced.rate).number("last", raced.last));
        }
    }
    let delay = values.number("delay");
    let [_, steepest] = race.lambda;
    if delay > 0.0 && race.quadratic && steepest > 0.0 {
        let bound = delayed_bound(steepest, delay as usize);
        let remark = Phrase::new("remark.delay").number("delay", delay).number("bound", bound);
        out.push(remark.number("prompt", 2.0 / steepest));
    }
    if let Some(descent) = descent
        && delay == 0.0
        && family(values) == Family::Constant
    {
        out.extend(flatter(subject, &descent.run, descent.last));
    }
    out
}

/// How far the path of Nesterov's method lies from that of the notes' form at the same rate, at most.
fn gap(raced: &Raced, subject: &Subject, values: &Values) -> Option<f64> {
    let beta = raced.run.setup().optimizer.parameter("momentum")?;
    let notes = Optimizer::new(Method::Nesterov, Dialect::Notes, &[("momentum", beta)], 2).ok()?;
    let notes = drive(values, subject, notes, raced.rate);
    let apart = raced.run.records().zip(notes.records()).map(|(a, b)| match (a.theta, b.theta) {
        ([a, b], [c, d]) => (a - c).hypot(b - d),
        _ => f64::NAN,
    });
    Some(apart.fold(0.0, f64::max)).filter(|gap| gap.is_finite() && *gap > 0.0)
}

/// Where Adam ends without writing its correction back.
fn corrected(raced: &Raced, subject: &Subject, values: &Values) -> Option<f64> {
    let optimizer = &raced.run.setup().optimizer;
    let given: Vec<(&str, f64)> = Method::Adam
        .parameters(optimizer.dialect())
        .filter_map(|p| Some((p.id, if p.id == "write-back" { 0.0 } else { optimizer.parameter(p.id)? })))
        .collect();
    let proper = Optimizer::new(Method::Adam, optimizer.dialect(), &given, 2).ok()?;
    let run = drive(values, subject, proper, raced.rate);
    run.record(run.steps()).map(|r| r.loss)
}
