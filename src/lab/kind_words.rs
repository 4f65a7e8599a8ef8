//! How a verdict is drawn and said: its mark, its name, its reason. One place for every lab.

use super::Headline;
use crate::critical::{Decision, Degeneracy, Evidence, Kind, Nature, Verdict};
use crate::figure::Shape;
use crate::phrase::{Arg, Phrase, number};

/// Where θ is, and the loss there if it has a value, for who hears the page.
pub fn place(at: [f64; 2], loss: f64) -> Phrase {
    let key = if loss.is_finite() { "sentence.place" } else { "sentence.place.bare" };
    Phrase::new(key).point("at", at).number("loss", loss)
}

/// The mark of a kind; `None` where there is no critical point to mark.
pub fn shape(kind: Kind) -> Option<Shape> {
    match kind {
        Kind::Minimum => Some(Shape::Down),
        Kind::Maximum => Some(Shape::Up),
        Kind::Saddle => Some(Shape::Cross),
        Kind::Degenerate(_) => Some(Shape::Diamond),
        Kind::NotCritical | Kind::NotDifferentiable | Kind::NotDefined => None,
    }
}

/// The stable name of a kind, as it stands in links, tables and text keys.
pub fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "minimum",
        Kind::Maximum => "maximum",
        Kind::Saddle => "saddle",
        Kind::Degenerate(_) => "degenerate",
        Kind::NotCritical => "not-critical",
        Kind::NotDifferentiable => "not-differentiable",
        Kind::NotDefined => "not-defined",
    }
}

/// The key of the reason for a kind.
fn reason(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "verdict.minimum.reason",
        Kind::Maximum => "verdict.maximum.reason",
        Kind::Saddle => "verdict.saddle.reason",
        Kind::Degenerate(Degeneracy::NoMaximum) => "verdict.degenerate.no-maximum",
        Kind::Degenerate(Degeneracy::NoMinimum) => "verdict.degenerate.no-minimum",
        Kind::Degenerate(Degeneracy::Flat) => "verdict.degenerate.flat",
        Kind::NotCritical => "verdict.not-critical.reason",
        Kind::NotDifferentiable => "verdict.not-differentiable.reason",
        Kind::NotDefined => "verdict.not-defined.reason",
    }
}

/// The verdict as the one thing to read first.
pub fn headline(verdict: &Verdict) -> Headline {
    let kind = verdict.kind;
    let g = verdict.jet.gradient;
    Headline {
        mark: Some(shape(kind).unwrap_or(Shape::Dot)),
        hollow: shape(kind).is_none(),
        text: Phrase::new(format!("verdict.{}", name(kind))),
        reason: Phrase::new(reason(kind)).number("gradient", g[0].hypot(g[1])),
    }
}

/// The words for what a degenerate point is decided to be.
pub fn nature_words(nature: Nature) -> Phrase {
    match nature {
        Nature::Undecided => Phrase::new("verdict.degenerate"),
        _ => Phrase::new(format!("verdict.degenerate.{}", nature.name())),
    }
}

/// What samples on a circle look like: the key of a kind, or of what is none.
fn like(below: f64, above: f64, changes: usize) -> &'static str {
    match changes {
        0 if above > 0.0 => "verdict.minimum",
        0 if below > 0.0 => "verdict.maximum",
        0 => "evidence.nothing",
        2 => "verdict.degenerate.shoulder",
        _ => "verdict.saddle",
    }
}

/// At a kink: whether samples say that it is the lowest point nearby, or the highest.
pub fn seen(decision: &Decision) -> Option<&'static str> {
    let Evidence::Samples { below, above, changes } = decision.evidence else { return None };
    match changes {
        0 if above >= 1.0 => Some("lowest"),
        0 if below >= 1.0 => Some("highest"),
        _ => None,
    }
}

/// The verdict on a point that was looked at more closely, degenerate or at a kink, with the evidence.
pub fn decided_headline(verdict: &Verdict, decision: &Decision) -> Headline {
    if verdict.kind == Kind::NotDifferentiable {
        let plain = headline(verdict);
        return match seen(decision) {
            Some(side) => {
                Headline { reason: Phrase::new(["verdict.not-differentiable.", side].concat()), ..plain }
            }
            None => plain,
        };
    }
    let flat = verdict.kind == Kind::Degenerate(Degeneracy::Flat);
    let first = Phrase::new(if flat { "evidence.flat" } else { "evidence.one-zero" });
    let why = match decision.evidence {
        Evidence::Reduced { coefficient, order } => {
            let size = match number(coefficient.abs(), 3) {
                one if one == "1" => String::new(),
                size => size + "·",
            };
            let term = [if coefficient < 0.0 { "−" } else { "" }, &size, "s", &raised(order)].concat();
            Phrase::new("evidence.reduced").with("term", Arg::Text(term))
        }
        Evidence::Form { order, changes: 0 } => {
            Phrase::new("evidence.definite").with("order", Arg::Count(order as i64))
        }
        Evidence::Form { order, changes } => {
            let form = Phrase::new("evidence.form").with("order", Arg::Count(order as i64));
            form.with("changes", Arg::Count(changes as i64))
        }
        Evidence::Vanishes { order } => {
            let constant = decision.nature == Nature::Constant;
            let key = if constant { "evidence.constant" } else { "evidence.vanishes" };
            Phrase::new(key).with("order", Arg::Count(order as i64))
        }
        Evidence::Samples { below, above, changes } => {
            let like = Phrase::new(like(below, above, changes));
            let said = Phrase::new("evidence.samples").phrase("like", like);
            said.number("below", 100.0 * below).number("above", 100.0 * above)
        }
    };
    let text = nature_words(decision.nature);
    Headline { text, reason: why.phrase("first", first), ..headline(verdict) }
}

/// A whole number as an exponent.
fn raised(n: usize) -> String {
    n.to_string().chars().filter_map(|c| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c as usize - '0' as usize)).collect()
}

/// The verdict on a slice, where the other direction is frozen.
pub fn slice_headline(kind: Kind, bend: f64) -> Headline {
    let key = match kind {
        Kind::Minimum => "minimum",
        Kind::Maximum => "maximum",
        Kind::NotCritical => "not-critical",
        Kind::NotDifferentiable => "not-differentiable",
        Kind::NotDefined => "not-defined",
        Kind::Saddle | Kind::Degenerate(_) => "degenerate",
    };
    Headline {
        mark: Some(shape(kind).unwrap_or(Shape::Dot)),
        hollow: shape(kind).is_none(),
        text: Phrase::new(format!("verdict.slice.{key}")),
        reason: Phrase::new("verdict.slice.reason").number("bend", bend),
    }
}
