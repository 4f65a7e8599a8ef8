//! How a verdict is drawn and said: its mark, its name, its reason. One place for every lab.

use super::Headline;
use crate::critical::{Degeneracy, Kind, Verdict};
use crate::figure::Shape;
use crate::phrase::Phrase;

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
