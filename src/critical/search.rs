//! All critical points in a view: rectangles are halved until intervals prove that they hold none, or exactly the one
//! that Newton's method found there. What cannot be proved is left to [`rest`](super::rest): degenerate points, curves of
//! critical points, kinks.

use super::enclosure::{Proof, alone, prove};
use super::nearest::tidied;
use super::rest::{MOST, explain};
use super::{Curvature, Decision, Kind, Tolerance, Verdict, classify};
use crate::derivative::jet;
use crate::loss::{Loss, View};
use crate::order::order;

/// A critical point that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalPoint {
    /// Where, to full precision.
    pub at: [f64; 2],
    /// What kind, with L, g, H and λ there.
    pub verdict: Verdict,
    /// What a degenerate point is; `None` for the others, whose kind says it.
    pub decision: Option<Decision>,
    /// Whether it is proved that it exists and that no other lies next to it.
    pub proved: bool,
}

/// A curve of critical points, which are not isolated.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalCurve {
    /// Points along it.
    pub points: Vec<[f64; 2]>,
    /// L on it, and λ at one of its points.
    pub verdict: Verdict,
    /// What its points are.
    pub decision: Decision,
}

/// How far the search can vouch for what it found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Completeness {
    /// Proved: these are all critical points in the view.
    Proved,
    /// Proved, except nearer than this share of the view to what is named (degenerate points, curves, kinks, edges of
    /// constant regions).
    Apart(f64),
    /// Not proved: two points nearer to one another than this share of the view may be told as one or missed.
    Resolution(f64),
    /// There is too much in view, and the rest is missing.
    Partial,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The isolated critical points, L ascending.
    pub points: Vec<CriticalPoint>,
    /// Curves of critical points.
    pub curves: Vec<CriticalCurve>,
    /// Rectangles in which the loss is constant.
    pub constant: Vec<View>,
    /// Places that are no critical points because the loss is not differentiable there, and a candidate for a lowest or
    /// highest point nevertheless.
    pub kinks: Vec<[f64; 2]>,
    /// How far it can vouch for this.
    pub completeness: Completeness,
}

/// A rectangle of the grid of its level: column and row.
pub(super) type Cell = [u64; 2];

/// Where halving starts: 16 rectangles.
const FIRST: u32 = 2;
/// From this level on a rectangle's centre is a start for Newton's method.
const NEWTON: u32 = 3;
/// The resolution that is always reached, if the budget allows: 1/256 of the view.
const FINE: u32 = 8;
/// Beyond it halving goes on while no more rectangles than this are open: a few points, no curve.
const FEW: usize = 1024;
/// The finest level: 10⁻¹² of the view.
const FINEST: u32 = 40;
/// How far the middle of the view is off the edges of rectangles.
const SKEW: f64 = 0.0437;
/// The most rectangles that are looked at.
const BUDGET: usize = 60_000;
/// More points than this tell nobody anything; the search stops.
const CROWD: usize = 1_000;
/// Steps of Newton's method from a rectangle's centre.
const STEPS: usize = 16;
/// Two points nearer than this share of the view are one.
pub(super) const SAME: f64 = 1e-9;
/// By how much of the view a point may lie outside it and still count as on its edge.
const EDGE: f64 = 1e-12;

/// A search that can be carried on in slices.
#[derive(Clone, Debug)]
pub struct Search {
    pub(super) loss: Loss,
    pub(super) view: View,
    pub(super) level: u32,
    /// The rectangles of this level that are left to look at, and those that stayed open.
    left: Vec<Cell>,
    pub(super) open: Vec<Cell>,
    pub(super) points: Vec<CriticalPoint>,
    /// In each of these there is one critical point and no more.
    boxes: Vec<View>,
    pub(super) constant: Vec<View>,
    looked_at: usize,
}

/// All critical points of a loss in a view.
///
/// ```
/// use saddlescope::critical::{Completeness, search};
/// use saddlescope::loss::Loss;
/// let loss = Loss::parse("himmelblau").unwrap();
/// let found = search(&loss, loss.domain());
/// assert_eq!(found.points.len(), 9); // 4 minima, 4 saddles, 1 maximum
/// assert_eq!(found.completeness, Completeness::Proved);
/// ```
pub fn search(loss: &Loss, view: View) -> Found {
    let mut search = Search::new(loss, view);
    while search.advance(&mut || false) {}
    search.found()
}

impl Search {
    /// A search that has not begun.
    pub fn new(loss: &Loss, view: View) -> Search {
        let side = 1 << FIRST;
        Search {
            loss: loss.clone(),
            view,
            level: FIRST,
            left: (0..side * side).map(|k| [k % side, k / side]).collect(),
            open: Vec::new(),
            points: Vec::new(),
            boxes: Vec::new(),
            constant: Vec::new(),
            looked_at: 0,
        }
    }

    /// Goes on until `spent` says so, which it is asked after every few rectangles; says whether anything is left.
    pub fn advance(&mut self, spent: &mut dyn FnMut() -> bool) -> bool {
        loop {
            while let Some(cell) = self.left.pop() {
                if !self.settled(cell) {
                    self.open.push(cell);
                }
                self.looked_at += 1;
                if self.points.len() > CROWD {
                    self.open.append(&mut self.left);
                }
                if self.looked_at.is_multiple_of(64) && spent() {
                    return true;
                }
            }
            if self.points.len() > CROWD {
                return false;
            }
            let many = if self.level < FINE { BUDGET } else { FEW };
            let next = 4 * self.open.len();
            if next == 0 || self.level == FINEST || next > many || self.looked_at + next > BUDGET {
                return false;
            }
            self.level += 1;
            let halves = self
                .open
                .drain(..)
                .flat_map(|[i, j]| [[0, 0], [1, 0], [0, 1], [1, 1]].map(|[a, b]| [2 * i + a, 2 * j + b]));
            self.left.extend(halves);
        }
    }

    /// The share that is done, roughly: each level counts the same until the resolution that is always reached.
    pub fn progress(&self) -> f64 {
        (f64::from(self.level - FIRST) / f64::from(FINE - FIRST + 1)).min(0.95)
    }

    /// The rectangle of a cell.
    pub(super) fn rectangle(&self, [i, j]: Cell) -> View {
        let count = (1_u64 << self.level) as f64;
        let along = |[lo, hi]: [f64; 2], k: u64| {
            // Neighbours share their edge to the last digit, and the outermost edges are those of the view. The others
            // are off the round numbers, on which points of symmetry lie.
            let edge = |k: u64| {
                let t = k as f64 / count;
                let t = t + SKEW * t * (1.0 - t);
                lo * (1.0 - t) + hi * t
            };
            [edge(k), edge(k + 1)]
        };
        View { x: along(self.view.x, i), y: along(self.view.y, j) }
    }

    /// Whether nothing is left to find in a cell.
    fn settled(&mut self, cell: Cell) -> bool {
        let cell = self.rectangle(cell);
        if self.known(cell) {
            return true;
        }
        match prove(&self.loss, cell) {
            Proof::Empty => return true,
            Proof::Constant => {
                self.constant.push(cell);
                return true;
            }
            Proof::Open => {}
        }
        // At every second level: what a coarse centre leads to, a finer one need not try again.
        if self.level >= NEWTON && self.level % 2 == NEWTON % 2 && self.find_from(cell.centre()) {
            return self.known(cell);
        }
        false
    }

    /// Whether a rectangle lies in one that holds no further critical point.
    fn known(&self, cell: View) -> bool {
        let holds = |[a, b]: [f64; 2], [lo, hi]: [f64; 2]| a <= lo && hi <= b;
        self.boxes.iter().any(|known| holds(known.x, cell.x) && holds(known.y, cell.y))
    }

    /// Whether Newton's method from a point found a critical point that is not degenerate and was not known.
    fn find_from(&mut self, start: [f64; 2]) -> bool {
        let Some(at) = newton(&self.loss, start, self.view) else { return false };
        let at = tidied(&self.loss, at, self.view);
        let near = |p: &CriticalPoint| (p.at[0] - at[0]).hypot(p.at[1] - at[1]) <= SAME * self.view.size();
        if self.boxes.iter().any(|known| known.contains(at)) || self.points.iter().any(near) {
            return false;
        }
        let verdict = classify(&self.loss, at, self.view, Tolerance::default());
        if !matches!(verdict.kind, Kind::Minimum | Kind::Maximum | Kind::Saddle) {
            return false;
        }
        let alone = alone(&self.loss, at, self.view, 0.25);
        self.boxes.extend(alone);
        self.points.push(CriticalPoint { at, verdict, decision: None, proved: alone.is_some() });
        true
    }

    /// What was found, once nothing is left.
    pub fn found(mut self) -> Found {
        let partial = self.points.len() > CROWD || self.open.len() > MOST;
        let rest = explain(&self);
        self.points.extend(rest.points);
        self.points.retain(|p| within(self.view, p.at));
        let value = |k: usize| self.points.get(k).map_or(f64::NAN, |p| p.verdict.jet.value);
        let ascending = order(self.points.len(), &mut |a, b| value(a) < value(b));
        let share = 2.0_f64.powi(-(self.level as i32));
        Found {
            points: ascending.into_iter().filter_map(|k| self.points.get(k).cloned()).collect(),
            curves: rest.curves,
            constant: self.constant,
            kinks: rest.kinks,
            completeness: match (self.open.is_empty(), rest.explained) {
                (true, _) => Completeness::Proved,
                _ if partial => Completeness::Partial,
                (_, true) => Completeness::Apart(rest.farthest / self.view.size() + share),
                (_, false) => Completeness::Resolution(share),
            },
        }
    }
}

/// Whether a point lies in the view, edges included.
pub(super) fn within(view: View, at: [f64; 2]) -> bool {
    view.scaled(1.0 + 2.0 * EDGE).contains(at)
}

/// The point to which Newton's method goes from a start, if it gets to one near the view: to full precision.
fn newton(loss: &Loss, start: [f64; 2], view: View) -> Option<[f64; 2]> {
    let size = view.size();
    let around = view.scaled(1.1);
    let mut at = start;
    let mut last = f64::INFINITY;
    for _ in 0..STEPS {
        let here = jet(loss, at);
        let Curvature { lambda, v, .. } = Curvature::of(here.hessian)?;
        let part = |i: usize| -(v[i][0] * here.gradient[0] + v[i][1] * here.gradient[1]) / lambda[i];
        let parts = [part(0), part(1)];
        let length = parts[0].hypot(parts[1]);
        // It has come as near as rounding allows when steps no longer get shorter.
        if last <= 1e-9 * size && length >= last / 2.0 {
            return Some(at);
        }
        if !length.is_finite() || length > size {
            return None;
        }
        at = [0, 1].map(|k| at[k] + parts[0] * v[0][k] + parts[1] * v[1][k]);
        if !around.contains(at) {
            return None;
        }
        last = length;
    }
    (last <= 1e-9 * size).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Proved, except nearer than this to what is named": every rectangle that is left open lies as near.
    #[test]
    fn what_is_open_is_as_near_to_what_is_named_as_is_said() {
        let view = View { x: [-2.0, 2.0], y: [-2.0, 2.0] };
        for text in [
            "(1-x*y)^2",
            "x^4+y^4",
            "relu(x)+y^2",
            "abs(x-0.3)+abs(y)",
            // Written out, so that rounding keeps rectangles about the point open, many of them side by side.
            "x^3-3x^2+3x+y^3",
            "x^6-6x^5+15x^4-20x^3+15x^2-6x+y^2",
        ] {
            let mut search = Search::new(&Loss::parse(text).unwrap(), view);
            while search.advance(&mut || false) {}
            let open: Vec<View> = search.open.iter().map(|cell| search.rectangle(*cell)).collect();
            let found = search.found();
            let Completeness::Apart(share) = found.completeness else { panic!("{text}: {found:?}") };
            let lines = found.curves.iter().flat_map(|c| c.points.iter().copied());
            let named: Vec<[f64; 2]> =
                found.points.iter().map(|p| p.at).chain(found.kinks).chain(lines).collect();
            for at in open.iter().map(View::centre) {
                let constant = found.constant.iter().map(|c| c.clamp(at));
                let gaps = named.iter().copied().chain(constant).map(|p| (p[0] - at[0]).hypot(p[1] - at[1]));
                let gap = gaps.fold(f64::INFINITY, f64::min) / view.size();
                assert!(gap <= share, "{text}: {at:?} is {gap} away, not {share}");
            }
        }
    }
}
