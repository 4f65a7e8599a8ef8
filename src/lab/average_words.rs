//! What the lab `moving-average` says: whether the zero start still weighs, the numbers at t, Adam's steps, remarks.

use super::average_figures::{mark, percent, stroke};
use super::moving_average::Averages;
use super::table::columns;
use super::{Cell, Math, Readout, Row, Table};
use crate::figure::Ink;
use crate::optimizer::{Correction, outside_window};
use crate::phrase::{Arg, Phrase};

/// The start counts as forgotten when less than this share of the weight is missing.
const FORGOTTEN: f64 = 0.05;
/// Below this β the window is a step or two, and says little.
const LONG: f64 = 0.5;

/// Whether the zero start still weighs, and the numbers.
pub fn verdict(found: &Averages) -> (Phrase, Phrase) {
    let [v, corrected] = found.at();
    let total = found.total();
    let key = if 1.0 - total < FORGOTTEN { "average.forgotten" } else { "average.held-down" };
    let reason =
        Phrase::new("average.reason").number("sum", total).number("v", v).number("corrected", corrected);
    (Phrase::new(key).with("t", Arg::Count(found.t as i64)), reason)
}

/// The numbers at t.
pub fn readouts(found: &Averages) -> Vec<Readout> {
    let line = Readout::basic;
    let [v, corrected] = found.at();
    // Written as one piece: brackets that stretch around a β stand out more than what they hold.
    let piece = |text: &[&str], value: f64| Math::equals(Math::id(text.concat()), Math::number(value));
    let t = found.t.to_string();
    let [plain, fixed] = [Correction::None, Correction::Applied].map(|c| stroke(c, 1.0).ink);
    let x = found.t.checked_sub(1).and_then(|k| found.x.get(k)).copied().unwrap_or(f64::NAN);
    let beta = found.beta;
    let outside =
        Phrase::new("readout.average.window.note").with("share", Arg::Text(percent(outside_window(beta))));
    vec![
        line("x", "readout.average.x", piece(&["x(", &t, ")"], x), None, Ink::Text),
        line("v", "readout.average.v", piece(&["v(", &t, ")"], v), None, plain),
        line("sum", "readout.average.sum", piece(&["1 − βᵗ"], found.total()), None, plain),
        line(
            "corrected",
            "readout.average.corrected",
            piece(&["v(", &t, ")/(1 − βᵗ)"], corrected),
            None,
            fixed,
        ),
        line(
            "window",
            "readout.average.window",
            piece(&["1/(1 − β)"], found.window()),
            Some(outside),
            Ink::Text,
        ),
        line(
            "age",
            "readout.average.age",
            piece(&["β/(1 − β)"], beta / (1.0 - beta)),
            Some(Phrase::new("readout.average.age.note")),
            Ink::Text,
        ),
        line(
            "noise",
            "readout.average.noise",
            piece(&["√((1 − β)/(1 + β))"], ((1.0 - beta) / (1.0 + beta)).sqrt()),
            Some(Phrase::new("readout.average.noise.note")),
            Ink::Text,
        ),
    ]
}

/// Adam's first steps in the three forms, in units of η.
pub fn table(found: &Averages) -> Table {
    let row = |(correction, steps): (Correction, &Vec<f64>)| {
        let (shape, hollow) = mark(correction);
        let step = |k: usize| Cell::Number(steps.get(k).map_or(f64::NAN, |d| d.abs()));
        let name = Phrase::new(["label.correction.", correction.id()].concat());
        Row {
            mark: Some((shape, hollow, stroke(correction, 1.0).ink)),
            cells: vec![
                Cell::Words(correction.id(), name),
                step(0),
                step(1),
                step(found.t.saturating_sub(1)),
                Cell::Number(found.moved(correction).abs()),
            ],
        }
    };
    Table {
        name: Phrase::new("average.table"),
        columns: columns("average.column.", &["form", "first", "second", "now", "moved"]),
        rows: Correction::ALL.into_iter().zip(&found.steps).map(row).collect(),
    }
}

/// Where the notes say otherwise, with the number that shows it.
pub fn remarks(found: &Averages) -> Vec<Phrase> {
    let mut remarks = Vec::new();
    if found.beta >= LONG {
        remarks.push(
            Phrase::new("remark.average.window")
                .number("window", found.window())
                .with("share", Arg::Text(percent(outside_window(found.beta)))),
        );
    }
    if found.t > 1 {
        let [applied, none, back] = Correction::ALL.map(|c| found.moved(c).abs());
        remarks.push(
            Phrase::new("remark.average.write-back")
                .with("t", Arg::Count(found.t as i64))
                .number("back", back)
                .number("applied", applied)
                .number("none", none),
        );
    }
    if found.beta > 0.0 {
        remarks.push(Phrase::new("remark.average.momentum").number("factor", found.window()));
    }
    remarks.push(Phrase::new("remark.average.beta2"));
    remarks
}
