//! What halving left open: next to degenerate points, to curves of critical points, to kinks. Open rectangles that touch
//! are taken together, and the points to which they lead tell which of these it is.

use super::degenerate::{Decision, Evidence, Nature, centred, decide};
use super::enclosure::smooth;
use super::nearest::{STEPS, across, polish, settle, tidied};
use super::search::{Cell, CriticalCurve, CriticalPoint, SAME, Search, within};
use super::{Kind, Tolerance, Verdict, classify};
use crate::derivative::gradient;
use crate::loss::View;
use crate::order::order;

/// What was made of it.
pub(super) struct Rest {
    /// Isolated points: degenerate ones, and those of which Krawczyk's operator gives no proof.
    pub points: Vec<CriticalPoint>,
    pub curves: Vec<CriticalCurve>,
    pub kinks: Vec<[f64; 2]>,
    /// Whether each open rectangle lies next to something that is named, or belongs to one place that is.
    pub explained: bool,
    /// How far the middle of one is from what is named, at most, as a length.
    pub farthest: f64,
}

/// Beyond so many open rectangles nothing is made of them.
pub(super) const MOST: usize = 8192;
/// So many rectangles of a group are starts.
const STARTS: usize = 768;
/// Steps from each where there are many: the way to a curve is short.
const FEW_STEPS: usize = 40;
/// A group narrower than this share of the view is one place, unless a curve runs through it.
const SMALL: f64 = 1e-3;
/// Points so many rectangles away from an open one explain it.
const NEAR: f64 = 3.0;

/// A critical point that some rectangle led to.
struct Arrival {
    at: [f64; 2],
    verdict: Verdict,
}

pub(super) fn explain(search: &Search) -> Rest {
    let step = search.view.size() * 2.0_f64.powi(-(search.level as i32));
    let (points, curves, kinks) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = Rest { points, curves, kinks, explained: true, farthest: NEAR * step };
    if search.open.len() > MOST {
        rest.explained = false;
        return rest;
    }
    for group in groups(&search.open) {
        let group = Group { search, cells: group, step };
        let (named, whole) = group.name(&mut rest);
        for cell in &group.cells {
            let centre = search.rectangle(*cell).centre();
            let constant = search.constant.iter().map(|c| c.clamp(centre));
            let gaps = named.iter().copied().chain(constant).map(|p| distance(p, centre));
            let gap = gaps.fold(f64::INFINITY, f64::min);
            rest.explained &= whole || gap <= NEAR * step;
            rest.farthest = rest.farthest.max(gap);
        }
    }
    rest
}

/// Cells that touch, by their sides or corners, taken together.
fn groups(cells: &[Cell]) -> Vec<Vec<Cell>> {
    let sorted: Vec<Cell> =
        order(cells.len(), &mut |a, b| cells[a] < cells[b]).into_iter().map(|k| cells[k]).collect();
    let mut taken = vec![false; sorted.len()];
    let mut groups = Vec::new();
    for first in 0..sorted.len() {
        if taken[first] {
            continue;
        }
        taken[first] = true;
        let mut group = vec![sorted[first]];
        let mut next = 0;
        while let Some([i, j]) = group.get(next).copied() {
            next += 1;
            for k in 0..9 {
                // Wraps below 0 to where no cell is.
                let cell = [(i + k % 3).wrapping_sub(1), (j + k / 3).wrapping_sub(1)];
                if let Ok(at) = sorted.binary_search(&cell)
                    && !taken[at]
                {
                    taken[at] = true;
                    group.push(cell);
                }
            }
        }
        groups.push(group);
    }
    groups
}

fn distance(p: [f64; 2], q: [f64; 2]) -> f64 {
    (p[0] - q[0]).hypot(p[1] - q[1])
}

/// Open rectangles that touch.
struct Group<'a> {
    search: &'a Search,
    cells: Vec<Cell>,
    /// The side of a rectangle.
    step: f64,
}

impl Group<'_> {
    /// Adds what is found in the group to the rest; gives the places that explain its rectangles, and whether all of it
    /// is one place.
    fn name(&self, rest: &mut Rest) -> (Vec<[f64; 2]>, bool) {
        let Search { loss, view, .. } = self.search;
        let small = self.extent() <= SMALL * view.size();
        let (degenerate, sure): (Vec<Arrival>, Vec<Arrival>) =
            self.arrivals().into_iter().partition(|a| matches!(a.verdict.kind, Kind::Degenerate(_)));
        let mut named: Vec<[f64; 2]> = sure.iter().map(|a| a.at).collect();
        for arrival in &sure {
            self.add(arrival.at, None, rest);
        }
        // Beside curves, which keep rectangles large, a point is known by all that leads to it.
        let gathered = degenerate
            .first()
            .is_some_and(|a| degenerate.iter().all(|b| distance(a.at, b.at) <= SMALL * view.size()));
        if small || gathered {
            let found = self.best(&degenerate).filter(|at| !self.steep_near(*at));
            let middle = self.middle();
            match found.map(|at| (at, decide(loss, at, *view))) {
                Some((at, decision)) if !of_curve(decision.nature) => {
                    let known = says_something(decision);
                    if known {
                        named.push(self.add(at, Some(decision), rest));
                    }
                    return (named, known);
                }
                None if small && sure.is_empty() && (self.steep_near(middle) || !self.is_smooth(middle)) => {
                    // The place is known to the width of the group; round numbers are likelier than others.
                    let unit = 10.0_f64.powi(-(2.0 * self.extent()).log10().ceil() as i32);
                    let kink = middle.map(|x| if unit > 1.0 { (x * unit).round() / unit + 0.0 } else { x });
                    rest.kinks.push(kink);
                    return (vec![kink], true);
                }
                _ => {}
            }
        }
        // A curve is one where most of its points are said to be on one.
        let stride = degenerate.len().div_ceil(5).max(1);
        let samples = degenerate.iter().skip(stride / 2).step_by(stride);
        let decided: Vec<(Decision, Verdict)> = samples
            .map(|a| {
                let at = polish(loss, a.at, *view);
                let at = if distance(at, a.at) <= self.step { at } else { a.at };
                (decide(loss, at, *view), classify(loss, at, *view, Tolerance::default()))
            })
            .collect();
        let on_curve: Vec<&(Decision, Verdict)> =
            decided.iter().filter(|(d, _)| of_curve(d.nature)).collect();
        if let Some((decision, verdict)) = on_curve.first().filter(|_| 2 * on_curve.len() > decided.len()) {
            let points: Vec<[f64; 2]> = degenerate.iter().map(|a| a.at).collect();
            named.extend(&points);
            let points = chained(points, self.step);
            rest.curves.push(CriticalCurve { points, verdict: *verdict, decision: *decision });
        }
        (named, false)
    }

    /// Adds an isolated point, unless it is known; gives it to full precision.
    fn add(&self, at: [f64; 2], decision: Option<Decision>, rest: &mut Rest) -> [f64; 2] {
        let Search { loss, view, points, .. } = self.search;
        let at = if decision.is_some() { centred(loss, at, *view) } else { at };
        let at = tidied(loss, at, *view);
        if !points.iter().chain(&rest.points).any(|p| distance(p.at, at) <= SAME * view.size()) {
            let verdict = classify(loss, at, *view, Tolerance::default());
            rest.points.push(CriticalPoint { at, verdict, decision, proved: false });
        }
        at
    }

    fn is_smooth(&self, at: [f64; 2]) -> bool {
        let Search { loss, view, .. } = self.search;
        let kind = classify(loss, at, *view, Tolerance::default()).kind;
        kind != Kind::NotDifferentiable
            && self.cells.iter().all(|cell| smooth(loss, self.search.rectangle(*cell)))
    }

    /// Whether the gradient is as large next to a point as it is further off: the tip of a cone.
    fn steep_near(&self, at: [f64; 2]) -> bool {
        let Search { loss, view, .. } = self.search;
        let steepest = |share: f64| {
            let r = share * view.size();
            let around = [[r, 0.1 * r], [-0.2 * r, r], [-r, -0.3 * r], [0.4 * r, -r]];
            let sizes = around.map(|[x, y]| {
                let [gx, gy] = gradient(loss, [at[0] + x, at[1] + y]).1;
                gx.hypot(gy)
            });
            sizes.into_iter().fold(0.0, f64::max)
        };
        steepest(1e-7) > 0.1 * steepest(1e-4)
    }

    /// The critical points to which rectangles of the group lead, each within a few rectangles of where it started.
    fn arrivals(&self) -> Vec<Arrival> {
        let Search { loss, view, .. } = self.search;
        let stride = self.cells.len().div_ceil(STARTS);
        let small = self.extent() <= SMALL * view.size();
        let mut arrivals: Vec<Arrival> = Vec::new();
        for cell in self.cells.iter().step_by(stride) {
            let start = self.search.rectangle(*cell).centre();
            let arrival = |at: [f64; 2]| {
                if distance(at, start) > NEAR * self.step.max(1e-9 * view.size()) || !within(*view, at) {
                    return None;
                }
                let verdict = classify(loss, at, *view, Tolerance::default());
                let other =
                    matches!(verdict.kind, Kind::NotCritical | Kind::NotDifferentiable | Kind::NotDefined);
                (!other).then_some(Arrival { at, verdict })
            };
            // Straight across to a curve; if there is none, to a point.
            let straight = if small { None } else { arrival(across(loss, start, self.step)) };
            let steps = if self.cells.len() > 64 { FEW_STEPS } else { STEPS };
            arrivals.extend(straight.or_else(|| arrival(settle(loss, start, *view, steps))));
        }
        arrivals
    }

    /// Of several arrivals the one with the smallest gradient, brought as near to its critical point as can be.
    fn best(&self, arrivals: &[Arrival]) -> Option<[f64; 2]> {
        let steep = |a: &Arrival| a.verdict.jet.gradient[0].hypot(a.verdict.jet.gradient[1]);
        let best = arrivals.iter().min_by(|a, b| steep(a).total_cmp(&steep(b)))?.at;
        // Degenerate points are approached slowly: again, as long as it gets nearer.
        let nearer = |from: [f64; 2]| {
            let to = polish(&self.search.loss, from, self.search.view);
            if distance(to, best) <= self.extent() { to } else { from }
        };
        Some((0..4).fold(best, |at, _| nearer(at)))
    }

    fn extent(&self) -> f64 {
        let span = |k: usize| {
            let along = self.cells.iter().map(|cell| cell[k]);
            along.clone().max().unwrap_or(0) - along.min().unwrap_or(0) + 1
        };
        span(0).max(span(1)) as f64 * self.step
    }

    fn middle(&self) -> [f64; 2] {
        let corners = |k: usize| {
            let sides = self.cells.iter().map(|cell| {
                let View { x, y } = self.search.rectangle(*cell);
                [x, y][k]
            });
            sides.fold([f64::INFINITY, f64::NEG_INFINITY], |[lo, hi], [a, b]| [lo.min(a), hi.max(b)])
        };
        [0, 1].map(|k| (corners(k)[0] + corners(k)[1]) / 2.0)
    }
}

/// Whether a point is one of a curve of critical points.
fn of_curve(nature: Nature) -> bool {
    matches!(nature, Nature::Curve | Nature::CurveOfMinima | Nature::CurveOfMaxima)
}

/// Whether a decision rests on anything: below the smallest numbers everything is flat, and nothing is known.
fn says_something(decision: Decision) -> bool {
    !matches!(decision.evidence, Evidence::Samples { below, above, .. } if below + above == 0.0)
}

/// The points in order along their curve: from each the nearest that is left, and from the first in the other
/// direction too. A gap of more than a few steps breaks the line.
fn chained(mut left: Vec<[f64; 2]>, step: f64) -> Vec<[f64; 2]> {
    let reach = 6.0 * step;
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
                // Points that fall together are one.
                if gap > step / 8.0 {
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
