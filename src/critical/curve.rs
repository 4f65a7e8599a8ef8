//! A curve of critical points, as a line through those that were found.

use super::found::distance;
use super::{Decision, Verdict};

/// A curve of critical points, which are not isolated.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalCurve {
    /// Points along it.
    pub points: Vec<[f64; 2]>,
    /// L on it, and λ at one of its points.
    pub verdict: Verdict,
    /// What its points are; [`Nature::Curve`](super::Nature::Curve) where they are not all the same.
    pub decision: Decision,
}

/// The points in order along their curve: from each the nearest that is left, and from the first in the other
/// direction too. A gap of more than `reach` breaks the line; points as near as `same` are one.
pub(super) fn chained(mut left: Vec<[f64; 2]>, same: f64, reach: f64) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = Vec::new();
    while let Some(first) = left.pop() {
        let mut walk = |mut at: [f64; 2]| {
            let mut line = Vec::new();
            while let Some((k, gap)) = left
                .iter()
                .enumerate()
                .map(|(k, p)| (k, distance(*p, at)))
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .filter(|(_, gap)| *gap <= reach)
            {
                at = left.swap_remove(k);
                if gap > same {
                    line.push(at);
                }
            }
            line
        };
        let ahead = walk(first);
        let behind = walk(first);
        if !out.is_empty() {
            out.push([f64::NAN; 2]);
        }
        out.extend(behind.into_iter().rev());
        out.push(first);
        out.extend(ahead);
    }
    out
}
