//! What the lab `batch` says: who ends lowest, the numbers at the present point, where the notes are loose.

use super::batch_figures::{SIGMAS, Scene};
use super::batch_runs::{Pass, Passes, Who};
use super::{Math, Readout, run_words};
use crate::figure::Ink;
use crate::optimizer::variance_share;
use crate::phrase::{Arg, Phrase};

/// Ends that differ by less than this factor are the same.
const SAME: f64 = 1.05;

/// The name of a run, with its batch size.
pub fn name(pass: &Pass) -> Phrase {
    let key = match pass.kind {
        Who::Full => "batch.full",
        Who::Mini => "batch.mini",
        Who::Single => "batch.single",
    };
    Phrase::new(key).with("size", Arg::Count(pass.size as i64))
}

/// Which run ends lowest, and by what.
pub fn result(passes: &Passes) -> (Phrase, Phrase) {
    if !passes.are_done() {
        return (Phrase::new("batch.working"), Phrase::new("batch.working.reason"));
    }
    let ranked = passes.ranked();
    let left = passes.all.iter().find(|p| p.left.is_some());
    let beyond = |phrase: Phrase| match passes.beyond() {
        Some([rate, bound]) => phrase.number("rate", rate).number("bound", bound),
        None => phrase,
    };
    let key = |plain, bound| if passes.beyond().is_some() { bound } else { plain };
    let how = |above, loss| if passes.least.is_some() { above } else { loss };
    match ranked.as_slice() {
        [] => {
            let reason =
                left.map_or_else(|| Phrase::new("run.stop.not-defined"), |pass| why_left(passes, pass));
            (Phrase::new("batch.none"), reason)
        }
        [best, ..] if best.last >= passes.start() => {
            let reason = Phrase::new(key("batch.risen.reason", "batch.risen.bound"))
                .phrase("run", name(best))
                .number("start", passes.above(passes.start()))
                .number("last", passes.above(best.last));
            (Phrase::new("batch.risen"), beyond(reason))
        }
        [only] => {
            let key = if left.is_some() { "batch.others-left" } else { "batch.only" };
            let reason = Phrase::new(how("batch.only.above", "batch.only.loss"));
            (Phrase::new(key).phrase("run", name(only)), reason.number("last", passes.above(only.last)))
        }
        [best, next, ..] => {
            let [low, high] = [best, next].map(|p| passes.above(p.last));
            let key = if high <= SAME * low { "batch.level" } else { "batch.lowest" };
            let text = Phrase::new(key).phrase("run", name(best)).phrase("next", name(next));
            let reason = Phrase::new(how("batch.lowest.above", "batch.lowest.loss"))
                .phrase("next", name(next))
                .number("last", low)
                .number("other", high);
            (text, reason)
        }
    }
}

/// The last step of a run that diverged, and why: its rate against 2/λmax, or else batches that differ, where the full
/// batch does not diverge too.
pub fn why_left(passes: &Passes, pass: &Pass) -> Phrase {
    let steps = pass.left.map_or(0, |t| t - 1);
    let whole = passes.all.iter().any(|p| p.kind == Who::Full && p.left.is_some());
    match passes.beyond() {
        Some(pair) => run_words::beyond(steps, pair),
        None if whole => run_words::ended("run.stop.overshoot", steps),
        None => run_words::ended("run.stop.noise", steps),
    }
}

/// The numbers where the mini-batch run is.
pub fn readouts(scene: &Scene) -> Vec<Readout> {
    let cloud = scene.cloud;
    let line = Readout::basic;
    let [w1, w2] = cloud.at;
    let place = Math::Row(vec![
        Math::equals(Math::id("θ"), Math::pair(w1, w2)),
        Math::Space,
        Math::equals(Math::id("L"), Math::number(scene.subject.loss.value(cloud.at))),
    ]);
    let [g1, g2] = cloud.mean;
    let size = g1.hypot(g2);
    let gradient = Math::Row(vec![
        Math::equals(Math::id("g"), Math::pair(g1, g2)),
        Math::Space,
        Math::equals(Math::norm(Math::id("g")), Math::number(size)),
    ]);
    let mini = Who::Mini.stroke(1.0).ink;
    let off = Math::norm(Math::Row(vec![Math::sub("g", "B"), Math::Op("−"), Math::id("g")]));
    let law = cloud.law(cloud.size, cloud.replacement);
    let spread = Math::Row(vec![
        Math::equals(off.clone(), Math::number(law.sqrt())),
        Math::Space,
        Math::equals(
            Math::Row(vec![off, Math::Op("/"), Math::norm(Math::id("g"))]),
            Math::number(law.sqrt() / size),
        ),
    ]);
    let n = scene.n();
    let share = |replacement| Math::number(variance_share(n, cloud.size, replacement));
    let fraction = |over: Math, under: Math| Math::Row(vec![over, Math::Op("/"), under]);
    let count = |x: usize| Math::Number(x.to_string());
    let one = Math::equals(fraction(count(1), Math::id("B")), share(true));
    let without = Math::Row(vec![
        fraction(
            Math::Row(vec![Math::Op("("), Math::id("N"), Math::Op("−"), Math::id("B"), Math::Op(")")]),
            Math::Row(vec![
                Math::Op("("),
                Math::id("B"),
                Math::Op("("),
                Math::id("N"),
                Math::Op("−"),
                count(1),
                Math::Op(")"),
                Math::Op(")"),
            ]),
        ),
        Math::Op("="),
        share(false),
    ]);
    let (mine, other) = if cloud.replacement { (one, without) } else { (without, one) };
    let found = cloud.spread() / cloud.variance();
    // Of all examples nothing but rounding is left.
    let found = Math::number(if found < 1e-24 { 0.0 } else { found });
    let batches = Phrase::new("readout.measured.note").with("count", Arg::Count(cloud.batches.len() as i64));
    let uphill = Math::Number([&crate::phrase::number(100.0 * cloud.uphill(), 2), "%"].concat());
    let kind = |replacement: bool| if replacement { "readout.with" } else { "readout.without" };
    vec![
        line("place", "readout.theta", place, Some(Phrase::new("readout.place.note")), Ink::Point),
        line("gradient", "readout.gradient", gradient, None, Ink::Gradient),
        line("spread", "readout.spread", spread, None, mini),
        line("uphill", "readout.uphill", uphill, None, mini),
        line("law", kind(cloud.replacement), mine, None, Ink::Text),
        line("measured", "readout.measured", found, Some(batches), mini),
        line("other-law", kind(!cloud.replacement), other, None, Ink::Muted),
    ]
}

/// Where the notes are loose, with the number that shows it, and what the cloud's ellipse is.
pub fn remarks(scene: &Scene) -> Vec<Phrase> {
    let cloud = scene.cloud;
    let b = cloud.size;
    let mut remarks = vec![
        Phrase::new("remark.ellipse").number("sigmas", SIGMAS).with("count", Arg::Count(scene.n() as i64)),
        Phrase::new("remark.powers-of-two")
            .with("size", Arg::Count(b as i64))
            .number("share", variance_share(scene.n(), b, cloud.replacement)),
    ];
    let thinned = scene.passes.all.iter().rev().find(|pass| pass.stride() > 1);
    remarks.extend(thinned.map(|pass| {
        Phrase::new("remark.batch.thinned")
            .phrase("run", name(pass))
            .with("stride", Arg::Count(pass.stride() as i64))
    }));
    if scene.passes.least.is_none() {
        remarks.push(Phrase::new("remark.no-minimum"));
    }
    remarks
}
