//! What the lab `gradient-check` says: whether the gradient is right and which test noticed, the numbers, the tests step
//! by step, remarks where the notes say otherwise.

use super::check_figures::{INKS, NOTES_INK};
use super::check_findings::Findings;
use super::table::columns;
use super::{Cell, Math, Readout, Row, Subject, Table};
use crate::derivative::{Expected, NOTES_STEP, NotesStep, Outcome, Ruling, WORKING_LIMIT, differences};
use crate::figure::{Ink, Shape};
use crate::phrase::{Arg, Phrase, number};

/// The verdict, and why.
pub fn verdict(found: &Findings) -> (Phrase, Phrase) {
    let (text, reason) = match (found.working.outcome, found.right) {
        (Outcome::NotDefined, _) => ("verdict.not-defined", "verdict.not-defined.reason"),
        (Outcome::Kink, _) => ("check.kink", "check.kink.reason"),
        (Outcome::Silent, _) => ("check.silent", "check.silent.reason"),
        (Outcome::Refuses, false) => ("check.caught", "check.caught.reason"),
        (Outcome::Refuses, true) => ("check.false-alarm", "check.false-alarm.reason"),
        (Outcome::Passes, false) => ("check.missed", "check.missed.reason"),
        (Outcome::Passes, true) if found.injected => ("check.same", "check.same.reason"),
        (Outcome::Passes, true) => match found.notes_accept() {
            Some(true) => ("check.right", "check.right.reason"),
            _ => ("check.notes-refuse", "check.notes-refuse.reason"),
        },
    };
    let worst = found.notes.iter().filter(|s| s.h == NOTES_STEP).map(|s| s.error).fold(0.0, f64::max);
    let reason = Phrase::new(reason)
        .number("relative", found.working.relative)
        .number("limit", WORKING_LIMIT)
        .number("error", worst)
        .number("h", NOTES_STEP);
    (Phrase::new(text), reason)
}

/// The numbers at step h.
pub fn readouts(found: &Findings, subject: &Subject, h: f64, share: f64) -> Vec<Readout> {
    let line = |id, label, math, ink| Readout::basic(id, label, math, None, ink);
    let pair = |name: &str, [a, b]: [f64; 2]| Math::equals(Math::id(name), Math::pair(a, b));
    let g = if found.on_kink { [f64::NAN; 2] } else { found.g };
    let note = found.on_kink.then(|| Phrase::new("verdict.not-differentiable"));
    let first = line("gradient", "readout.check.true", pair("g", g), Ink::Gradient);
    let mut out = vec![Readout { note, ..first }];
    if found.injected || found.tested != found.g {
        out.push(line("tested", "readout.check.tested", pair("a", found.tested), NOTES_INK));
    }
    let quotient = Math::id("‖a − n‖ / max(‖a‖, ‖n‖)");
    let relative = Math::equals(quotient, Math::number(found.working.relative));
    let note = Some(Phrase::new("readout.check.relative.note").point("h", found.working.h));
    out.push(Readout { note, ..line("relative", "readout.check.relative", relative, Ink::Text) });
    let at_h = differences(&subject.loss, found.at, found.i, h);
    let ids = [("forward", "readout.check.forward"), ("central", "readout.check.central")];
    for (((id, label), value), ink) in ids.into_iter().zip(at_h).zip(INKS) {
        let off =
            Math::Row([Math::Op("|"), Math::id("n"), Math::Op("−"), Math::id("a"), Math::Op("|")].into());
        let error = Math::equals(off, Math::number((value - found.tested[found.i]).abs()));
        let value = Math::equals(Math::id("n"), Math::Number(number(value, 9)));
        out.push(line(id, label, Math::Row(vec![value, Math::Space, error]), ink));
    }
    let names = [
        ("best-forward", "readout.check.best-forward", "2√(ε|L/L″|)"),
        ("best-central", "readout.check.best-central", "∛(3ε|L/L‴|)"),
    ];
    let kink = found.working.outcome == Outcome::Kink;
    for (k, (id, label, formula)) in names.into_iter().enumerate().filter(|_| !kink) {
        let (expected, measured) = (found.expected[k], found.measured[k]);
        let mut row = Vec::new();
        if let Some(best) = expected.best() {
            row.extend([Math::id("h"), Math::Op("=")]);
            if expected.order == k as i32 + 1 {
                row.extend([Math::id(formula), Math::Op("=")]);
            }
            row.push(Math::number(best));
        }
        let note = note_on_best(&expected, k);
        let measured = match measured {
            Some(h) => Phrase::new("readout.check.measured").number("h", h),
            None => Phrase::new("readout.check.any"),
        };
        let note = Some(match note {
            Some(key) => Phrase::new(key).phrase("measured", measured),
            None => measured,
        });
        out.push(Readout { note, ..line(id, label, Math::Row(row), INKS[k]) });
    }
    if share.is_finite() {
        let percent = Math::Row(vec![Math::Number(number(100.0 * share, 3)), Math::Op("%")]);
        let note = Some(Phrase::new("readout.check.share.note"));
        out.push(Readout { note, ..line("share", "readout.check.share", percent, NOTES_INK) });
    }
    out
}

/// What to say beside the computed best step if the leading derivative is zero.
fn note_on_best(expected: &Expected, k: usize) -> Option<&'static str> {
    match (k, expected.order) {
        (1, 0) => Some("readout.check.exact"),
        (1, order) if order > 2 => Some("readout.check.third-zero"),
        (0, 0) => Some("readout.check.straight"),
        _ => None,
    }
}

/// Both tests, step by step.
pub fn table(found: &Findings, subject: &Subject) -> Table {
    let names = subject.loss.names();
    let long = |x: f64| Cell::Math(Math::Number(number(x, 10)));
    let mut rows: Vec<Row> = found
        .notes
        .iter()
        .map(|step| {
            let ruling = match step.ruling {
                Ruling::Within => "within",
                Ruling::Exceeds => "exceeds",
                Ruling::Fell => "fell",
                Ruling::Wrong => "wrong",
                Ruling::NotDefined => "not-defined",
            };
            let name = names.get(step.i).copied().unwrap_or("");
            Row {
                mark: Some((Shape::Square, true, NOTES_INK)),
                cells: vec![
                    Cell::Words("notes", Phrase::new("check.notes").with("name", Arg::Text(name.into()))),
                    long(step.difference),
                    Cell::Number(step.error),
                    Cell::Number(step.h),
                    Cell::Words(ruling, Phrase::new(["check.ruling.", ruling].concat())),
                ],
            }
        })
        .collect();
    let outcome = match found.working.outcome {
        Outcome::Passes => "passes",
        Outcome::Refuses => "refuses",
        Outcome::Silent => "silent",
        Outcome::Kink => "kink",
        Outcome::NotDefined => "not-defined",
    };
    let [n1, n2] = found.working.difference;
    rows.push(Row {
        mark: Some((Shape::Dot, false, INKS[1])),
        cells: vec![
            Cell::Words(
                "relative",
                Phrase::new(if found.working.again { "check.relative.again" } else { "check.relative" }),
            ),
            Cell::Math(Math::pair(n1, n2)),
            Cell::Number(found.working.relative),
            Cell::Number(WORKING_LIMIT),
            Cell::Words(outcome, Phrase::new(["check.outcome.", outcome].concat())),
        ],
    });
    Table {
        name: Phrase::new("check.table"),
        columns: columns("check.column.", &["test", "difference", "error", "limit", "result"]),
        rows,
    }
}

/// Where the notes say otherwise, with the number that shows it.
pub fn remarks(found: &Findings) -> Vec<Phrase> {
    let mut remarks = Vec::new();
    if let Some(part) = &found.forgotten {
        remarks.push(Phrase::new("remark.forgotten").with("part", Arg::Text(part.clone())));
    }
    let exceeds = |step: &&NotesStep| step.ruling == Ruling::Exceeds;
    // Of the derivative looked at, if it is one of those.
    let first = found.notes.iter().filter(|step| step.i == found.i).chain(&found.notes).find(exceeds);
    if let (true, Some(step)) = (found.right && found.is_decided(), first)
        && let Some(next) = found.notes.iter().find(|next| next.i == step.i && next.h < step.h)
    {
        let rounding = f64::EPSILON * found.value.abs() / step.h;
        remarks.push(
            Phrase::new("remark.check.rounding")
                .number("error", step.error)
                .number("rounding", rounding)
                .number("next", next.error)
                .number("h", step.h),
        );
    }
    if !found.right && found.working.outcome == Outcome::Refuses && found.notes_accept() == Some(true) {
        remarks.push(Phrase::new("remark.check.absolute").number("relative", found.working.relative));
    }
    if found.expected[1].order == 0 && found.is_decided() {
        remarks.push(Phrase::new("remark.check.quadratic"));
    }
    remarks
}
