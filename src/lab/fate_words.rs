//! What the lab `fate` says: how the run on show ended, and what share of all runs ended where.

use super::fate_ends::{Bend, CURVE, DIVERGED, End, FLAT, LEFT, MOVING, RESTING, UNDEFINED, UNKNOWN};
use super::fate_fill::Fill;
use super::run_words::{has_left, why_left};
use super::table::columns;
use super::{Cell, Headline, Math, Readout, Row, Table, kind_words};
use crate::critical::Kind;
use crate::figure::{Ink, Shape};
use crate::optimizer::Run;
use crate::order::order;
use crate::phrase::{Arg, Phrase, number};

/// The most rows of the table.
const ROWS: usize = 12;

/// The stable name of an end.
fn name(fill: &Fill, code: u8) -> &'static str {
    match code {
        _ if code < CURVE => match fill.ends.targets.get(usize::from(code)).map(|t| t.kind) {
            Some(kind @ (Kind::Minimum | Kind::Maximum | Kind::Saddle)) => kind_words::name(kind),
            Some(Kind::NotDifferentiable) => "kink",
            _ => "degenerate",
        },
        _ if code < FLAT => "curve",
        FLAT => "flat",
        RESTING => "resting",
        MOVING => "moving",
        DIVERGED => "diverged",
        UNDEFINED => "undefined",
        LEFT => "left",
        _ => "unknown",
    }
}

/// The curve of an end.
fn bend(fill: &Fill, code: u8) -> Option<&Bend> {
    fill.ends.curves.get(usize::from(code.checked_sub(CURVE)?)).filter(|_| code < FLAT)
}

/// An end in words.
fn words(fill: &Fill, code: u8) -> Phrase {
    let minima = bend(fill, code).is_some_and(|c| c.minima);
    let name = if minima { "curve-minima" } else { name(fill, code) };
    let phrase = Phrase::new(["fate.end.", name].concat());
    let at = match code {
        _ if code < CURVE => fill.ends.targets.get(usize::from(code)).map(|t| t.at),
        // A curve is named by its middle.
        _ if code < FLAT => bend(fill, code).and_then(|c| c.points.get(c.points.len() / 2)).copied(),
        _ => None,
    };
    match at {
        Some(at) => phrase.point("at", at),
        None => phrase,
    }
}

/// The mark of an end: the kind's shape, a square for what is no point.
pub fn mark(fill: &Fill, code: u8) -> (Shape, bool, Ink) {
    let target = fill.ends.targets.get(usize::from(code)).filter(|_| code < CURVE);
    let shape = target.map_or(Shape::Square, |t| match t.kind {
        Kind::NotDifferentiable => Shape::Dot,
        kind => kind_words::shape(kind).unwrap_or(Shape::Diamond),
    });
    let hollow = code > MOVING || target.is_some_and(|t| t.kind != Kind::Minimum);
    (shape, hollow, fill.ink(code))
}

/// How the run on show ended.
pub fn headline(fill: &Fill, mut end: End) -> Headline {
    // While the points are being searched for, it is not known to be at none.
    if !fill.is_searched() && matches!(end.code, MOVING | RESTING) {
        end.code = UNKNOWN;
    }
    let (shape, hollow, _) = mark(fill, end.code);
    let done = fill.done();
    let share = fill.counts.get(usize::from(end.code)).copied().unwrap_or(0);
    let reason = if done == 0 {
        Phrase::new("fate.reason.none")
    } else {
        Phrase::new(if fill.progress().is_none() { "fate.reason.all" } else { "fate.reason" })
            .with("share", Arg::Text(percent(share, done)))
            .with("done", Arg::Count(done as i64))
    };
    let text = Phrase::new("fate.ends").phrase("end", words(fill, end.code));
    Headline { mark: Some(shape), hollow, text, reason }
}

/// How many in a hundred.
fn percent(count: u32, of: usize) -> String {
    let share = 100.0 * f64::from(count) / of.max(1) as f64;
    [number(share, if share < 10.0 { 2 } else { 3 }).as_str(), "%"].concat()
}

/// The shares, the greatest first; what comes after the twelfth in one row.
pub fn table(fill: &Fill) -> Table {
    let codes: Vec<u8> = (0..=LEFT).filter(|c| count(fill, *c) > 0).collect();
    let ranked = order(codes.len(), &mut |a, b| count(fill, codes[a]) > count(fill, codes[b]));
    let done = fill.done();
    let mut rows = Vec::new();
    let mut rest = 0;
    for (rank, code) in ranked.into_iter().filter_map(|k| codes.get(k)).enumerate() {
        let runs = count(fill, *code);
        if rank >= ROWS {
            rest += runs;
            continue;
        }
        let loss = fill.ends.targets.get(usize::from(*code)).filter(|_| *code < CURVE).map(|t| t.loss);
        let loss = loss.or(bend(fill, *code).map(|c| c.loss));
        rows.push(Row {
            mark: Some(mark(fill, *code)),
            cells: vec![
                Cell::Words(name(fill, *code), words(fill, *code)),
                Cell::Number(loss.unwrap_or(f64::NAN)),
                Cell::Number(f64::from(runs)),
                Cell::Math(Math::Number(percent(runs, done))),
            ],
        });
    }
    if rest > 0 {
        rows.push(Row {
            mark: None,
            cells: vec![
                Cell::Words("others", Phrase::new("fate.end.others")),
                Cell::Number(f64::NAN),
                Cell::Number(f64::from(rest)),
                Cell::Math(Math::Number(percent(rest, done))),
            ],
        });
    }
    Table {
        name: Phrase::new("fate.table"),
        columns: columns("fate.column.", &["end", "loss", "runs", "share"]),
        rows,
    }
}

fn count(fill: &Fill, code: u8) -> u32 {
    fill.counts.get(usize::from(code)).copied().unwrap_or(0)
}

/// The numbers of the run on show.
pub fn readouts(run: &Run, end: End, start: [f64; 2], t: usize) -> Vec<Readout> {
    let note = has_left(run).then(|| why_left(run));
    let theta = |t: &str| Math::sub("θ", t);
    let first = Math::equals(theta("0"), Math::pair(start[0], start[1]));
    let mut out = vec![Readout::basic("start", "readout.fate.start", first, None, Ink::Point)];
    if end.code < MOVING {
        // About a kink no step is short.
        let [sign, note] = match usize::from(end.settled) < run.steps() {
            true => ["=", "readout.fate.settled.note"],
            false => [">", "readout.fate.settled.not-yet"],
        };
        let time = Math::Number(end.settled.to_string());
        let math = Math::Row(vec![Math::id("t"), Math::Op(sign), time]);
        out.push(Readout::basic("settled", "readout.fate.settled", math, Some(Phrase::new(note)), Ink::Text));
    }
    if let Some(record) = run.record(t.min(run.steps())) {
        let &[x, y] = record.theta else { return out };
        let norm = Math::norm(Math::id("g"));
        let math = Math::Row(vec![
            Math::equals(theta("t"), Math::pair(x, y)),
            Math::Space,
            Math::equals(Math::id("L"), Math::number(record.loss)),
            Math::Space,
            Math::equals(norm, Math::number(record.norm)),
        ]);
        out.push(Readout::basic("run", "readout.escape.run", math, note, Ink::Text));
    }
    out
}
