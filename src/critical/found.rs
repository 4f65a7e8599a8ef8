//! What a search for critical points finds, and how far it vouches for it.

use super::curve::CriticalCurve;
use super::enclosure::alone;
use super::{Decision, Verdict};
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

/// Two points nearer than this share of the view are one.
const SAME: f64 = 1e-9;
/// By how much of the view a point may lie outside it and still count as on its edge.
const EDGE: f64 = 1e-12;
/// A point is proved to be alone as far as this share of the view to either side, at most.
const LARGEST: f64 = 0.25;

/// What is found so far of a loss in a view.
#[derive(Clone, Debug)]
pub(super) struct Survey {
    pub loss: Loss,
    pub view: View,
    pub points: Vec<CriticalPoint>,
    /// In each of these there is one critical point and no more.
    boxes: Vec<View>,
    pub curves: Vec<CriticalCurve>,
    pub constant: Vec<View>,
    pub kinks: Vec<[f64; 2]>,
    /// Points that are known as exactly as their group is large, and the rectangle in which nothing is told from them.
    pub places: Vec<([f64; 2], View)>,
}

impl Survey {
    pub fn new(loss: Loss, view: View) -> Survey {
        let (points, boxes, curves) = (Vec::new(), Vec::new(), Vec::new());
        Survey {
            loss,
            view,
            points,
            boxes,
            curves,
            constant: Vec::new(),
            kinks: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Whether a rectangle lies in one that holds no further critical point.
    pub fn covers(&self, cell: View) -> bool {
        let holds = |[a, b]: [f64; 2], [lo, hi]: [f64; 2]| a <= lo && hi <= b;
        self.boxes.iter().any(|known| holds(known.x, cell.x) && holds(known.y, cell.y))
    }

    /// Whether a critical point there is one that is listed.
    pub fn has(&self, at: [f64; 2]) -> bool {
        let near = |p: &CriticalPoint| distance(p.at, at) <= SAME * self.view.size();
        self.boxes.iter().any(|known| known.contains(at)) || self.points.iter().any(near)
    }

    /// Lists a point that is not degenerate, if it is proved to be one, and alone; says whether it is.
    pub fn add_proved(&mut self, at: [f64; 2], verdict: Verdict) -> bool {
        let alone = alone(&self.loss, at, self.view, LARGEST);
        self.boxes.extend(alone);
        if alone.is_some() {
            self.points.push(CriticalPoint { at, verdict, decision: None, proved: true });
        }
        alone.is_some()
    }

    /// Whether a point lies in the view, edges included.
    pub fn in_view(&self, at: [f64; 2]) -> bool {
        self.view.scaled(1.0 + 2.0 * EDGE).contains(at)
    }

    /// All of it, in order.
    pub fn found(mut self, completeness: Completeness) -> Found {
        let points = std::mem::take(&mut self.points);
        let points: Vec<CriticalPoint> = points.into_iter().filter(|p| self.in_view(p.at)).collect();
        let value = |k: usize| points.get(k).map_or(f64::NAN, |p| p.verdict.jet.value);
        let ascending = order(points.len(), &mut |a, b| value(a) < value(b));
        Found {
            points: ascending.into_iter().filter_map(|k| points.get(k).cloned()).collect(),
            curves: self.curves,
            constant: self.constant,
            kinks: self.kinks,
            completeness,
        }
    }
}

pub(super) fn distance(p: [f64; 2], q: [f64; 2]) -> f64 {
    (p[0] - q[0]).hypot(p[1] - q[1])
}
