//! All critical points in a view.
//!
//! Rectangles are halved until intervals prove that they hold none, or exactly the one that Newton's method found there.
//! From a resolution of 1/256 of the view on, those that touch are a [`Group`], and each group is halved by itself: what
//! lies about a point comes to the finest level, and what keeps growing, along a curve or in the fog of rounding, is left
//! as it is. What is made of a group then is an [`Explanation`]: a degenerate point, a curve, a kink. Every step of it is
//! small, so that all can be done in slices.

use super::enclosure::{Proof, prove};
use super::explanation::Explanation;
use super::found::{Completeness, Found, Survey};
use super::group::{Cell, Group, rectangle};
use super::nearest::{across, tidied};
use super::{Curvature, Tolerance, classify, decide};
use crate::derivative::jet;
use crate::loss::{Loss, View};

/// Where halving starts: 16 rectangles.
const FIRST: u32 = 2;
/// From this level on a rectangle's centre is a start for Newton's method.
const NEWTON: u32 = 3;
/// The resolution that is always reached, if the budget allows: 1/256 of the view. From here on groups go their own way.
const FINE: u32 = 8;
/// The finest level: 10⁻¹² of the view.
const FINEST: u32 = 40;
/// A group that is longer than so many rectangles may be a curve.
const SHORT: u64 = 16;
/// A group of more rectangles is halved no more.
const LARGE: usize = 256;
/// The most rectangles that are looked at.
const BUDGET: usize = 60_000;
/// More points than this tell nobody anything; the search stops.
const CROWD: usize = 1_000;
/// Beyond so many open rectangles nothing is made of them.
const MOST: usize = 8192;
/// Steps of Newton's method from a rectangle's centre.
const STEPS: usize = 16;
/// After so many rectangles it is asked whether the time is spent.
const ASKED: usize = 32;

/// A search that can be carried on in slices.
#[derive(Clone, Debug)]
pub struct Search {
    survey: Survey,
    /// The level that is looked at: the rectangles that are left of it, and those that stayed open.
    level: u32,
    left: Vec<Cell>,
    open: Vec<Cell>,
    /// What is still to be halved, and how many there were when the view fell apart into groups.
    groups: Vec<Group>,
    parted: usize,
    /// What is halved no more, and how many of these are done.
    rest: Vec<Explanation>,
    done: usize,
    /// What of it is to be halved further, and whether that has begun.
    far: Vec<Group>,
    again: bool,
    /// Rectangles, and steps of explanations.
    looked_at: usize,
    /// Whether there is too much in view.
    partial: bool,
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
            survey: Survey::new(loss.clone(), view),
            level: FIRST,
            left: (0..side * side).map(|k| [k % side, k / side]).collect(),
            open: Vec::new(),
            groups: Vec::new(),
            parted: 0,
            rest: Vec::new(),
            done: 0,
            far: Vec::new(),
            again: false,
            looked_at: 0,
            partial: false,
        }
    }

    /// Goes on until `spent` says so, which it is asked after every few rectangles and every step of an explanation;
    /// says whether anything is left.
    pub fn advance(&mut self, spent: &mut dyn FnMut() -> bool) -> bool {
        loop {
            if self.halve(spent) || self.explain(spent) {
                return true;
            }
            if self.far.is_empty() || self.partial {
                return false;
            }
            self.groups = std::mem::take(&mut self.far);
            self.again = true;
        }
    }

    /// Halves what is to be halved; says whether the time is spent.
    fn halve(&mut self, spent: &mut dyn FnMut() -> bool) -> bool {
        loop {
            while let Some(cell) = self.left.pop() {
                if !self.settled(cell) {
                    self.open.push(cell);
                }
                self.looked_at += 1;
                if self.survey.points.len() > CROWD {
                    self.partial = true;
                    return false;
                }
                if self.looked_at.is_multiple_of(ASKED) && spent() {
                    return true;
                }
            }
            self.part();
            let Some(group) = self.groups.pop() else { return false };
            let Survey { ref loss, view, .. } = self.survey;
            let hull = group.hull(view);
            if group.level > FINE && self.rest.iter().any(|one| one.level() > FINE && one.is_about(hull)) {
                self.put(group);
                continue;
            }
            if group.level >= FINE && group.level % 4 == FINE % 4 && group.length() > SHORT && !self.again {
                if on_curve(&group, loss, view) {
                    self.put(group);
                } else {
                    self.quarter(&group);
                }
                if spent() {
                    return true;
                }
            } else {
                self.quarter(&group);
            }
        }
    }

    /// The quarters of a group are looked at next.
    fn quarter(&mut self, group: &Group) {
        self.level = group.level + 1;
        self.left = group.halved();
        if self.level > FINE {
            // Of coarser levels every rectangle is a start; what is left of a group now is one place mostly.
            self.find_from(group.hull(self.survey.view).centre());
        }
    }

    /// Explains what is halved no more; says whether the time is spent.
    fn explain(&mut self, spent: &mut dyn FnMut() -> bool) -> bool {
        while let Some(explanation) = self.rest.get_mut(self.done) {
            self.looked_at += 1;
            if !explanation.step(&mut self.survey) {
                self.done += 1;
                for part in explanation.far().parts() {
                    if part.level < FINEST && part.cells.len() <= LARGE {
                        self.far.push(part);
                    } else {
                        explanation.whole = false;
                    }
                }
            }
            if spent() {
                return true;
            }
        }
        false
    }

    /// Puts what stayed open to what is to be halved, or to the rest.
    fn part(&mut self) {
        let whole = Group { level: self.level, cells: std::mem::take(&mut self.open) };
        let spent = self.looked_at + 4 * whole.cells.len() > BUDGET;
        if spent && whole.cells.len() > MOST {
            self.partial = true;
            return;
        }
        let groups = if spent || self.level >= FINE { whole.parts() } else { vec![whole] };
        for group in groups.into_iter().rev() {
            let large = self.level >= FINE && group.cells.len() > LARGE;
            if group.cells.is_empty() {
            } else if spent || large || self.level == FINEST {
                self.put(group);
            } else {
                self.groups.push(group);
            }
        }
        if self.level == FINE {
            self.parted = self.groups.len();
        }
    }

    /// Puts a group to the rest: large ones are explained first.
    fn put(&mut self, group: Group) {
        let new = Explanation::new(group, self.survey.view);
        let left = self.rest.get(self.done..).unwrap_or_default();
        let at = self.done + left.partition_point(|one| one.size() >= new.size());
        self.rest.insert(at, new);
    }

    /// The share that is done, roughly: a half for the resolution that is always reached, then group by group.
    pub fn progress(&self) -> f64 {
        if self.level < FINE {
            return 0.5 * f64::from(self.level - FIRST) / f64::from(FINE - FIRST);
        }
        if self.again {
            return 0.99;
        }
        let left = self.groups.iter().filter(|g| g.level == FINE).count();
        let share = |part: usize, all: usize| part as f64 / all.max(1) as f64;
        0.5 + 0.25 * share(self.parted.saturating_sub(left), self.parted)
            + 0.24 * share(self.done, self.rest.len())
    }

    /// Whether nothing is left to find in a cell.
    fn settled(&mut self, cell: Cell) -> bool {
        let cell = rectangle(self.survey.view, self.level, cell);
        if self.survey.covers(cell) {
            return true;
        }
        match prove(&self.survey.loss, cell, self.level >= FINE) {
            Proof::Empty => return true,
            Proof::Constant => {
                self.survey.constant.push(cell);
                return true;
            }
            Proof::Open => {}
        }
        // At every second level: what a coarse centre leads to, a finer one need not try again.
        let start = (NEWTON..=FINE).contains(&self.level) && self.level % 2 == NEWTON % 2;
        start && self.find_from(cell.centre()) && self.survey.covers(cell)
    }

    /// Whether Newton's method from a point found a critical point that is not degenerate and was not known.
    fn find_from(&mut self, start: [f64; 2]) -> bool {
        let Survey { loss, view, .. } = &self.survey;
        let Some(at) = newton(loss, start, *view) else { return false };
        let at = tidied(loss, at, *view);
        if self.survey.has(at) {
            return false;
        }
        let verdict = classify(loss, at, *view, Tolerance::default());
        verdict.kind.is_sure() && self.survey.add_proved(at, verdict)
    }

    /// What was found, once nothing is left; what is left is missing.
    pub fn found(self) -> Found {
        let size = self.survey.view.size();
        let left = self.done < self.rest.len() || !self.left.is_empty() || !self.groups.is_empty();
        let share = |farthest: f64, one: &Explanation| farthest.max(one.share(size));
        let completeness = if self.partial || left {
            Completeness::Partial
        } else if self.rest.is_empty() {
            Completeness::Proved
        } else if self.rest.iter().all(|one| one.whole) {
            Completeness::Apart(self.rest.iter().fold(0.0, share))
        } else {
            let coarsest =
                self.rest.iter().filter(|one| !one.whole).map(Explanation::level).min().unwrap_or(FINE);
            Completeness::Resolution(2.0_f64.powi(-(coarsest as i32)))
        };
        self.survey.found(completeness)
    }
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

/// Whether some rectangles of a group lead to a curve of critical points.
fn on_curve(group: &Group, loss: &Loss, view: View) -> bool {
    let side = view.size() * 2.0_f64.powi(-(group.level as i32));
    let count = group.cells.len();
    [count / 5, count / 2].into_iter().filter_map(|k| group.cells.get(k)).all(|cell| {
        let start = rectangle(view, group.level, *cell).centre();
        let at = across(loss, start, side);
        let near = (at[0] - start[0]).hypot(at[1] - start[1]) <= 3.0 * side;
        near && decide(loss, at, view).nature.is_curve()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View = View { x: [-2.0, 2.0], y: [-2.0, 2.0] };

    /// "Proved, except nearer than this to what is named": every rectangle that is left open lies as near.
    #[test]
    fn what_is_open_is_as_near_to_what_is_named_as_is_said() {
        for text in [
            "(1-x*y)^2",
            "x^4+y^4",
            "relu(x)+y^2",
            "abs(x-0.3)+abs(y)",
            // Wide about the crossings.
            "(x^2-1)^2*(y^2-1)^2",
            "cos(x^2+y^2)",
            // Written out, so that rounding keeps rectangles about the point open, many of them side by side.
            "x^3-3x^2+3x+y^3",
            "x^4-4x^3+6x^2-4x+1+y^2",
            "x^6-6x^5+15x^4-20x^3+15x^2-6x+y^2",
        ] {
            let mut search = Search::new(&Loss::parse(text).unwrap(), VIEW);
            while search.advance(&mut || false) {}
            let open: Vec<[f64; 2]> = search.rest.iter().flat_map(|one| one.open(VIEW)).collect();
            let found = search.found();
            let Completeness::Apart(share) = found.completeness else { panic!("{text}: {found:?}") };
            let lines = found.curves.iter().flat_map(|c| c.points.iter().copied());
            let named: Vec<[f64; 2]> =
                found.points.iter().map(|p| p.at).chain(found.kinks).chain(lines).collect();
            assert!(!open.is_empty());
            for at in open {
                let constant = found.constant.iter().map(|c| c.clamp(at));
                let gaps = named.iter().copied().chain(constant).map(|p| (p[0] - at[0]).hypot(p[1] - at[1]));
                let gap = gaps.fold(f64::INFINITY, f64::min) / VIEW.size();
                assert!(gap <= share, "{text}: {at:?} is {gap} away, not {share}");
            }
        }
    }

    /// A slice that has no time looks at so many rectangles, or takes one step of one explanation, and no more.
    #[test]
    fn slices_keep_their_time() {
        for text in
            ["(1-x*y)^2", "cos(x^2+y^2)", "x^4-4x^3+6x^2-4x+1+y^2", "abs(x^2+y^2-1)", "relu(x)*relu(y)"]
        {
            let mut search = Search::new(&Loss::parse(text).unwrap(), VIEW);
            let (mut last, mut steps, mut more) = (0, 0, true);
            while more {
                let halving = search.rest.is_empty() || !search.left.is_empty() || !search.groups.is_empty();
                more = search.advance(&mut || true);
                let done = search.looked_at - last;
                assert!(done <= if halving { ASKED } else { 1 }, "{text}: {done}");
                steps += usize::from(!halving);
                last = search.looked_at;
            }
            assert!(steps > 0 && search.done == search.rest.len(), "{text}: {steps}");
        }
    }
}
