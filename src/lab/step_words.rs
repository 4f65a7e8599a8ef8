//! The arithmetic of one step as lines to read: each a formula, the same with the numbers in it, and its value.

use super::{Level, Math, Readout};
use crate::figure::Ink;
use crate::loss::Loss;
use crate::optimizer::{Line, Piece, Run};
use crate::phrase::{Arg, Phrase, number};

/// Names of the lines; no equation has more.
const IDS: [&str; 10] =
    ["line-1", "line-2", "line-3", "line-4", "line-5", "line-6", "line-7", "line-8", "line-9", "line-10"];
/// What stands for more than one coordinate: a line with one of these has no numbers to put in.
const WHOLE: [char; 5] = ['∇', 'V', 'B', 'Σ', 'H'];
/// The characters of formulas that are operators.
const OPERATORS: [&str; 12] = ["+", "−", "·", "/", "^", "²", "√", "(", ")", ",", "|", "ᵀ"];

/// The arithmetic, on coordinate i, of the step that a run takes from t; from its last point, of the step that led
/// there. Nothing where there is no step.
pub fn step(run: &Run, loss: &Loss, t: usize, i: usize, ink: Ink) -> Vec<Readout> {
    let from = t.min(run.steps().saturating_sub(1));
    let mut oracle = loss;
    let before = run.optimizer_at(&mut oracle, from);
    let after = run.optimizer_at(&mut oracle, from + 1);
    let (Some(before), Some(after), Some(start), Some(end)) =
        (before, after, run.record(from), run.record(from + 1))
    else {
        return Vec::new();
    };
    let readout = |id, label, math, ink| Readout { id, label, math, note: None, ink, level: Level::Basic };
    let axis = || Phrase::verbatim(loss.names().get(i).copied().unwrap_or("w"));
    let head = Phrase::new("readout.step")
        .with("from", Arg::Count(from as i64))
        .with("to", Arg::Count(from as i64 + 1))
        .phrase("axis", axis());
    let mut out = Vec::new();
    for (id, line) in IDS.into_iter().zip(after.arithmetic(before.state(), start.theta, i)) {
        let (label, ink) = match line.symbol.as_str() {
            "g" => (Phrase::new("readout.gradient.along").phrase("axis", axis()), Ink::Gradient),
            "Δ" => (head.clone(), ink),
            // A hat: what comes of the memory, and is none.
            symbol if symbol.contains(['\u{302}', 'ŝ']) => (Phrase::new("readout.corrected"), Ink::Text),
            _ => (Phrase::new("readout.memory"), Ink::Text),
        };
        out.push(readout(id, label, equation(&line), ink));
    }
    let at = |theta: &[f64]| Math::number(theta.get(i).copied().unwrap_or(f64::NAN));
    let delta = after.state().delta().get(i).copied().unwrap_or(f64::NAN);
    let mut sum = vec![Math::id("θ"), Math::Op("+"), Math::id("Δ"), Math::Op("="), at(start.theta)];
    sum.extend(if delta < 0.0 {
        [Math::Op("−"), Math::number(-delta)]
    } else {
        [Math::Op("+"), Math::number(delta)]
    });
    sum.extend([Math::Op("="), at(end.theta)]);
    out.push(readout("next", Phrase::new("readout.next").phrase("axis", axis()), Math::Row(sum), Ink::Point));
    out
}

/// `m = β·m + (1 − β)·g = 0.9·0.5 + (1 − 0.9)·(−2) = 0.25`; without the middle where there are no numbers to put in.
fn equation(line: &Line) -> Math {
    let mut row = vec![Math::id(line.symbol.as_str()), Math::Op("=")];
    row.extend(side(line, false));
    let symbols = line.pieces.iter().filter(|p| matches!(p, Piece::Symbol(..))).count();
    let alone = symbols == 1 && line.pieces.len() == 1;
    if symbols > 0 && !alone && !line.formula().contains(WHOLE) {
        row.push(Math::Op("="));
        row.extend(side(line, true));
    }
    row.extend([Math::Op("="), Math::number(line.value)]);
    Math::Row(row)
}

/// The right side, in symbols or in numbers.
fn side(line: &Line, numbers: bool) -> Vec<Math> {
    let mut out = Vec::new();
    for piece in &line.pieces {
        match piece {
            Piece::Text(text) => words(text, &mut out),
            Piece::Symbol(name, _) if !numbers => out.push(Math::id(name.as_str())),
            Piece::Symbol(_, value) => {
                let text = number(*value, 3);
                let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
                out.extend((!plain).then_some(Math::Op("(")));
                out.push(Math::Number(text));
                out.extend((!plain).then_some(Math::Op(")")));
            }
        }
    }
    raised(out)
}

/// Powers written as such: `β^t` with t raised.
fn raised(row: Vec<Math>) -> Vec<Math> {
    let mut out: Vec<Math> = Vec::with_capacity(row.len());
    let mut parts = row.into_iter();
    while let Some(part) = parts.next() {
        let power = (part == Math::Op("^")).then(|| parts.next().zip(out.pop())).flatten();
        out.push(power.map_or(part, |(above, base)| Math::Sup(Box::new(base), Box::new(above))));
    }
    out
}

/// Operators one by one, and what lies between them as names and numbers.
fn words(text: &str, out: &mut Vec<Math>) {
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        let operator = OPERATORS.into_iter().find(|o| o.starts_with(c));
        if operator.is_none() && c != ' ' {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let text = std::mem::take(&mut word);
            let digits = text.starts_with(|c: char| c.is_ascii_digit());
            out.push(if digits { Math::Number(text) } else { Math::Id(text) });
        }
        out.extend(operator.map(Math::Op));
    }
}
