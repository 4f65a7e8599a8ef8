//! What the lab `escape` says: who leaves, when theory expects it, the numbers at t.

use super::escape_place::Place;
use super::escape_runs::{DIVERGES, Driven, Leaving, NOWHERE, Way, dip};
use super::run_words::{has_left, why_left};
use super::table::columns;
use super::{Cell, Headline, Math, Readout, Row, Table, Values};
use crate::figure::{Ink, Shape};
use crate::loss::Loss;
use crate::phrase::{Arg, Phrase};

/// Who leaves: the one thing to read first.
pub fn headline(place: &Place, runs: &[Driven]) -> Headline {
    let Some(saddle) = &place.saddle else {
        let [text, reason] = ["escape.no-saddle", "escape.no-saddle.reason"].map(Phrase::new);
        return Headline::plain(text, reason);
    };
    if runs.iter().all(|d| d.outside) {
        let text = Phrase::new("escape.outside");
        let reason = Phrase::new("escape.outside.reason").number("radius", place.radius);
        return Headline { mark: None, hollow: false, text, reason };
    }
    let left: Vec<(usize, Way)> = runs.iter().filter_map(|d| Some((d.left?, d.way))).collect();
    let steps = runs.iter().map(|d| d.run.setup().limits.steps).max().unwrap_or(0);
    let count = |n: usize| Arg::Count(n as i64);
    let text = Phrase::new("escape.leave")
        .with("count", count(left.len()))
        .with("all", count(runs.len()))
        .with("steps", count(steps));
    let reason = match (left.iter().min_by_key(|l| l.0), left.iter().max_by_key(|l| l.0)) {
        (Some((first, only)), _) if left.len() == 1 => {
            Phrase::new("escape.leave.one").phrase("only", only.name()).with("first", count(*first))
        }
        (Some((first, _)), Some((last, _))) if first == last => {
            Phrase::new("escape.leave.together").with("first", count(*first))
        }
        (Some((first, fast)), Some((last, slow))) => Phrase::new("escape.leave.reason")
            .phrase("fast", fast.name())
            .with("first", count(*first))
            .phrase("slow", slow.name())
            .with("last", count(*last)),
        _ if runs.iter().any(|d| d.diverges) => Phrase::new("escape.stay.diverges"),
        _ if runs.iter().any(|d| d.later.is_some()) => Phrase::new("escape.stay.later"),
        _ if place.layers > 2 => Phrase::new("escape.stay.flat"),
        _ => Phrase::new("escape.stay.reason"),
    };
    let mark = Some(if saddle.out.is_some() { Shape::Cross } else { Shape::Diamond });
    Headline { mark, hollow: false, text, reason }
}

/// The saddle, δ and r, the formula with its numbers for the way looked at, its ‖g‖, and L and ‖g‖ at t.
pub fn readouts(place: &Place, runs: &[Driven], focus: Way, start: [f64; 2], t: usize) -> Vec<Readout> {
    let line = Readout::basic;
    let mut out = Vec::new();
    if let Some(saddle) = &place.saddle {
        let star = Math::Sup(Box::new(Math::id("θ")), Box::new(Math::Op("*")));
        let mut parts = vec![Math::equals(star, Math::pair(saddle.at[0], saddle.at[1])), Math::Space];
        let zero = saddle.out.is_none().then(|| Phrase::new("escape.no-way-out"));
        match saddle.out {
            Some((lambda, u)) => parts.extend([
                Math::equals(Math::sub("λ", "1"), Math::number(lambda)),
                Math::Space,
                Math::equals(Math::id("u"), Math::pair(u[0], u[1])),
            ]),
            None => parts.push(Math::equals(Math::sub("λ", "1"), Math::number(0.0))),
        }
        out.push(line("saddle", "readout.escape.saddle", Math::Row(parts), zero, Ink::Curvature));
    }
    let Some(driven) = runs.iter().find(|d| d.way == focus) else { return out };
    let ink = focus.stroke(1.0).ink;
    if let Some(delta) = place.delta(&place.lift(start)) {
        let math = Math::Row(vec![
            Math::equals(Math::id("δ"), Math::number(delta)),
            Math::Space,
            Math::equals(Math::id("r"), Math::number(place.radius)),
        ]);
        out.push(line(
            "distance",
            "readout.escape.distance",
            math,
            Some(Phrase::new("escape.distance")),
            Ink::Negative,
        ));
        if let (Some(expected), Some(factor)) = (driven.expected, driven.factor) {
            out.push(line(
                "expected",
                "readout.escape.expected",
                formula(driven, factor, expected),
                why(focus),
                ink,
            ));
        }
    }
    let measured = driven.left.or(driven.later);
    let note = match (driven.left, driven.later) {
        _ if driven.outside => Some("escape.outside"),
        _ if driven.diverges => Some("escape.diverges"),
        (Some(_), _) => None,
        (None, Some(_)) => Some("escape.later"),
        (None, None) => Some("escape.stays"),
    };
    if place.saddle.is_some() {
        let math =
            Math::equals(Math::id("t"), measured.map_or(Math::Op("—"), |t| Math::Number(t.to_string())));
        out.push(line("left", "readout.escape.left", math, note.map(Phrase::new), ink));
    }
    if let Some([first, least, most]) =
        dip(driven).filter(|[first, least, most]| least < first && least < most)
    {
        let norm = Math::norm(Math::id("g"));
        let arrow = || Math::Op("→");
        let chain = [Math::number(first), arrow(), Math::number(least), arrow(), Math::number(most)];
        let math = Math::equals(norm, Math::Row(chain.into()));
        out.push(line("dip", "readout.escape.dip", math, Some(Phrase::new("escape.dip")), Ink::Gradient));
    }
    if let Some(record) = driven.run.record(t.min(driven.run.steps())) {
        let norm = Math::norm(Math::id("g"));
        let math = Math::Row(vec![
            Math::equals(Math::id("L"), Math::number(record.loss)),
            Math::Space,
            Math::equals(norm, Math::number(record.norm)),
        ]);
        let note = has_left(&driven.run).then(|| why_left(&driven.run));
        out.push(line("run", "readout.escape.run", math, note, ink));
    }
    out
}

/// t ≈ log(r/δ)/log(factor) with the factor in numbers.
fn formula(driven: &Driven, factor: f64, expected: f64) -> Math {
    let log = |inner: Math| Math::Row(vec![Math::id("log"), Math::Op("("), inner, Math::Op(")")]);
    if matches!(driven.way, Way::Noise | Way::NegativeCurvature) {
        let factor = Math::equals(Math::id("z"), Math::number(factor));
        return Math::Row(vec![Math::id("t"), Math::Op("≈"), Math::number(expected), Math::Space, factor]);
    }
    let ratio = Math::Row(vec![Math::id("r"), Math::Op("/"), Math::id("δ")]);
    Math::Row(vec![
        Math::id("t"),
        Math::Op("≈"),
        log(ratio),
        Math::Op("/"),
        log(Math::number(factor)),
        Math::Op("="),
        Math::number(expected),
    ])
}

/// Where the factor comes from.
fn why(way: Way) -> Option<Phrase> {
    Some(Phrase::new(match way {
        Way::Descent => "escape.why.descent",
        Way::Noise => "escape.why.noise",
        Way::Momentum => "escape.why.momentum",
        Way::NegativeCurvature => "escape.why.negative-curvature",
        Way::SaddleFree => "escape.why.saddle-free",
    }))
}

/// Who leaves from where.
pub fn table(place: &Place, runs: &[Driven], leaving: &Leaving) -> Option<Table> {
    place.saddle.as_ref()?;
    let cell = |t: Option<f64>| match t {
        Some(t) if t >= 0.0 => Cell::Number(t),
        Some(NOWHERE) => Cell::Number(f64::NAN),
        Some(DIVERGES) => Cell::Words("diverges", Phrase::new("escape.diverges")),
        _ => Cell::Words("stays", Phrase::new("escape.stays.short")),
    };
    let row = |(driven, from): (&Driven, &[f64; 3])| {
        let (shape, hollow) = driven.way.mark();
        let expected = driven.expected.map_or(f64::NAN, |t| (t * 10.0).round() / 10.0);
        let mut cells = vec![
            Cell::Words(driven.way.id(), driven.way.name()),
            if driven.outside {
                Cell::Number(f64::NAN)
            } else {
                let left = driven.left.or(driven.later).map(|t| t as f64);
                cell(left.or(driven.diverges.then_some(DIVERGES)))
            },
            Cell::Number(expected),
        ];
        cells.extend(from.iter().map(|t| cell(Some(*t))));
        Row { mark: Some((shape, hollow, driven.way.stroke(1.0).ink)), cells }
    };
    let line = if place.layers > 2 { "opposite" } else { "line" };
    Some(Table {
        name: Phrase::new("escape.table"),
        columns: columns("escape.column.", &["method", "here", "expected", "saddle", line, "near"]),
        rows: runs.iter().zip(&leaving.steps).map(row).collect(),
    })
}

/// What the pictures cannot say.
pub fn remarks(place: &Place, values: &Values) -> Vec<Phrase> {
    let mut out = Vec::new();
    if place.layers > 2 {
        out.push(Phrase::new("remark.escape.flat").with("layers", Arg::Count(place.layers as i64)));
    } else if place.subject.loss.named() == Loss::notes().named() && place.saddle.is_some() {
        out.push(Phrase::new("remark.escape.batch"));
    }
    if let Some(Some((lambda, _))) = place.saddle.as_ref().map(|s| s.out) {
        let factor = 1.0 - values.number("rate") * lambda;
        // How long it takes a rounding error of 10⁻¹⁶ to come out under gradient descent.
        let steps = (place.radius / 1e-16).ln() / factor.ln();
        out.push(Phrase::new("remark.escape.rounding").with("steps", Arg::Number(steps, 2)));
    }
    out
}

/// The scene in words.
pub fn sentence(place: &Place, start: [f64; 2], headline: Headline) -> Phrase {
    let result = headline.told();
    match &place.saddle {
        Some(saddle) => Phrase::new("sentence.escape")
            .point("start", start)
            .point("saddle", saddle.at)
            .number("lambda", saddle.out.map_or(0.0, |(lambda, _)| lambda))
            .phrase("result", result),
        None => result,
    }
}
