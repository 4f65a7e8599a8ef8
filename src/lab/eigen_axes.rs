//! The eigen-axes of a point: drawn two-ended (they are axes, not arrows), length by |λ|, colour and pattern by sign.

use super::math::tidied_eigenvalues;
use super::{Level, Math, Readout};
use crate::critical::{Curvature, Verdict};
use crate::figure::{Anchor, Dash, Ink, Layer, Stroke};
use crate::loss::View;
use crate::phrase::{Arg, Phrase, number};

/// Half the length of the longest eigen-axis, as a share of the view.
const LONGEST: f64 = 0.3;
/// A non-zero axis is never shorter than this share of the longest, so that it can be seen.
const SHORTEST: f64 = 0.15;
/// Subscripts of the two.
const BELOW: [&str; 2] = ["₁", "₂"];

/// One eigen-axis at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct EigenAxis {
    index: usize,
    lambda: f64,
    sign: i8,
    any: bool,
    /// Its unit vector.
    pub v: [f64; 2],
    /// Its colour: by the sign of λ, muted for zero.
    pub ink: Ink,
    /// Half its length in data.
    pub length: f64,
}

/// The two axes of a verdict, λ ascending, where H is finite. `size` is the size of the view.
pub fn axes(verdict: &Verdict, curvature: &Curvature, size: f64) -> [EigenAxis; 2] {
    let read = tidied_eigenvalues(curvature.lambda, verdict.jet.hessian);
    let most = read[0].abs().max(read[1].abs());
    [0, 1].map(|i| {
        let lambda = read[i];
        let share = if most > 0.0 { lambda.abs() / most } else { 0.0 };
        let sign = verdict.signs[i];
        let (ink, share) = match sign {
            -1 => (Ink::Negative, share.max(SHORTEST)),
            1 => (Ink::Positive, share.max(SHORTEST)),
            _ => (Ink::Muted, 0.5),
        };
        let length = size * LONGEST * share;
        EigenAxis { index: i, lambda, sign, any: curvature.repeated, v: curvature.v[i], ink, length }
    })
}

impl EigenAxis {
    /// Its line and its label on the map, through `at`. The label stands at the right or upper end, or at the other
    /// where that one is too near the edge of the view.
    pub fn layers(&self, at: [f64; 2], view: View) -> [Layer; 2] {
        let along = |s: f64| [at[0] + s * self.v[0], at[1] + s * self.v[1]];
        let dash = match self.sign {
            -1 => Dash::Solid,
            1 => Dash::Dashed,
            _ => Dash::Dotted,
        };
        let stroke = Stroke { ink: self.ink, width: 3.5, dash };
        let name = BELOW[self.index];
        let inner = view.scaled(0.8);
        let end = if !inner.contains(along(self.length)) && inner.contains(along(-self.length)) {
            -1.0
        } else {
            1.0
        };
        let right = self.v[0] * end;
        let anchor = if right > 0.4 {
            Anchor::Right
        } else if right < -0.4 {
            Anchor::Left
        } else if self.v[1] * end > 0.0 {
            Anchor::Above
        } else {
            Anchor::Below
        };
        [
            Layer::Line { points: vec![along(-self.length), along(self.length)], stroke },
            Layer::Text {
                at: along(self.length * end),
                anchor,
                text: Phrase::verbatim(format!("λ{name} = {}", number(self.lambda, 3))),
                ink: self.ink,
            },
        ]
    }

    /// Points along it, from end to end.
    pub fn points(&self, at: [f64; 2]) -> impl Iterator<Item = [f64; 2]> {
        let (v, length) = (self.v, self.length);
        (-24..=24).map(move |k| {
            let s = length * f64::from(k) / 24.0;
            [at[0] + s * v[0], at[1] + s * v[1]]
        })
    }

    /// λ with its eigenvector and what it means for the loss.
    pub fn readout(&self) -> Readout {
        let below = ["1", "2"][self.index];
        let key = match self.sign {
            _ if self.any => "readout.eigen.any",
            -1 => "readout.eigen.down",
            1 => "readout.eigen.up",
            _ => "readout.eigen.flat",
        };
        let lambda = Math::equals(Math::sub("λ", below), Math::number(self.lambda));
        let v = Math::equals(Math::sub("v", below), Math::pair(self.v[0], self.v[1]));
        Readout {
            id: ["eigen-1", "eigen-2"][self.index],
            label: Phrase::new("readout.eigen").with("i", Arg::Text(below.into())),
            math: if self.any { lambda } else { Math::Row(vec![lambda, Math::Space, v]) },
            note: Some(Phrase::new(key)),
            ink: self.ink,
            level: Level::Basic,
        }
    }

    /// What the loss does along it, in words.
    pub fn words(&self) -> Phrase {
        let key = match self.sign {
            -1 => "sentence.down",
            1 => "sentence.up",
            _ => "sentence.flat",
        };
        Phrase::new(key).with("v", Arg::Point(self.v, 2))
    }
}
