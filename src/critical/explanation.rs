//! What halving left open: next to degenerate points, to curves of critical points, to kinks. The points to which the
//! rectangles of a group lead tell which of these it is.
//!
//! Outside the group it is proved that no point next to it is critical. So a point is known as exactly as the group is
//! large, and is judged for every place in it: where λ, or a term of the series, is not told from 0 all over the group,
//! it counts as 0. That holds for a group of the finest level as for one that the rounding of g keeps large, in which
//! Newton's method finds "points" all over.

use super::curve::{CriticalCurve, chained};
use super::degenerate::{Decision, Evidence, Nature, centred, decide_within};
use super::enclosure::smooth;
use super::found::{CriticalPoint, Survey, distance};
use super::group::{Cell, Group, rectangle};
use super::nearest::{STEPS, across, polish, settle, tidied};
use super::verdict::classify_within;
use super::{Kind, Tolerance, Verdict, classify, decide};
use crate::derivative::gradient;
use crate::loss::View;

/// So many rectangles of a group are starts; of one that may be a point fewer.
const STARTS: usize = 768;
const FEW_STARTS: usize = 16;
/// Steps from each where there are many: the way to a curve is short.
const FEW_STEPS: usize = 40;
/// A group narrower than this share of the view may be one place, …
const PLACE: f64 = 1.0 / 16.0;
/// … and one narrower than this share is, unless a curve runs through it.
const SMALL: f64 = 1e-3;
/// Points so many rectangles away from an open one explain it.
const NEAR: f64 = 3.0;
/// What lies in a hull so many times as large as that of a place is not told from it.
pub(super) const AROUND: f64 = 3.0;
/// Points of a curve that are decided, in a group that is longer than so many rectangles: a shorter one is no curve.
const SAMPLES: usize = 5;
const SHORT: u64 = 8;
/// This share of a rectangle is more than rounding moves a curve.
const BLUR: f64 = 64.0;
/// How often what decides nothing is looked at from an eighth of the distance.
const NEARER: i32 = 8;
/// Distances to so many named points are one step.
const GAPS: usize = 10_000;

/// A critical point that some rectangle led to.
#[derive(Clone, Debug)]
struct Arrival {
    at: [f64; 2],
    verdict: Verdict,
}

/// What is done next.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// To follow this start.
    Start(usize),
    /// To see whether all is one place.
    Place,
    /// To decide this sample of the degenerate points.
    Sample(usize),
    /// To tell how far this rectangle and those after it are from what is named.
    Gap(usize),
    Done,
}

/// A group, and what is made of it.
#[derive(Clone, Debug)]
pub(super) struct Explanation {
    group: Group,
    hull: View,
    stage: Stage,
    arrivals: Vec<Arrival>,
    /// The samples that are said to be on a curve.
    on_curve: Vec<(Decision, Verdict)>,
    /// The point that is known as exactly as the group is large, if it is one.
    best: Option<(Arrival, Decision)>,
    /// The places that explain rectangles.
    named: Vec<[f64; 2]>,
    /// Whether all of it is one place, which is named.
    place: bool,
    /// The rectangles that are not next to the curve that runs through it: to be halved further.
    far: Vec<Cell>,
    /// Whether each other rectangle lies next to something that is named, or belongs to one place that is.
    pub whole: bool,
    /// How far the middle of one is from what is named, at most, as a length.
    farthest: f64,
}

impl Explanation {
    /// Nothing is made of the group yet.
    pub fn new(group: Group, view: View) -> Explanation {
        Explanation {
            hull: group.hull(view),
            group,
            stage: Stage::Start(0),
            arrivals: Vec::new(),
            on_curve: Vec::new(),
            best: None,
            named: Vec::new(),
            place: false,
            far: Vec::new(),
            whole: true,
            farthest: 0.0,
        }
    }

    pub fn level(&self) -> u32 {
        self.group.level
    }

    /// The longer side of the rectangle around it.
    pub fn size(&self) -> f64 {
        self.hull.size()
    }

    /// Whether a group lies about this one, and is a splinter of it, if this one is a place.
    pub fn is_about(&self, hull: View) -> bool {
        self.hull.scaled(AROUND).contains(hull.centre())
    }

    /// What is to be halved further, once there is no other step.
    pub fn far(&self) -> Group {
        Group { level: self.group.level, cells: self.far.clone() }
    }

    /// The middles of all other rectangles.
    #[cfg(test)]
    pub fn open(&self, view: View) -> impl Iterator<Item = [f64; 2]> {
        let near = self.group.cells.iter().filter(|cell| !self.far.contains(cell));
        near.map(move |cell| rectangle(view, self.group.level, *cell).centre())
    }

    /// How far what is open is from what is named, at most, as a share of the view: with the width of a rectangle.
    pub fn share(&self, size: f64) -> f64 {
        let step = 2.0_f64.powi(-(self.group.level as i32));
        (self.farthest / size).max(NEAR * step) + step
    }

    /// One step further: a start, a decision, or some distances. Says whether there is another.
    pub fn step(&mut self, survey: &mut Survey) -> bool {
        self.stage = match self.stage {
            Stage::Start(k) => self.start(k, survey),
            Stage::Place => self.place(survey),
            Stage::Sample(k) => self.sample(k, survey),
            Stage::Gap(k) => self.measure(k, survey),
            Stage::Done => Stage::Done,
        };
        !matches!(self.stage, Stage::Done)
    }

    /// The side of a rectangle.
    fn side(&self, survey: &Survey) -> f64 {
        survey.view.size() * 2.0_f64.powi(-(self.group.level as i32))
    }

    /// Whether the group is narrower than a share of the view.
    fn within(&self, share: f64, survey: &Survey) -> bool {
        self.hull.size() <= share * survey.view.size()
    }

    /// The next start: some of the rectangles.
    fn start(&mut self, k: usize, survey: &mut Survey) -> Stage {
        if let Some((at, _)) = survey.places.iter().find(|(_, around)| around.contains(self.hull.centre())) {
            // A splinter of what rounding keeps open.
            self.named.push(*at);
            self.place = true;
            return Stage::Gap(0);
        }
        let starts = if self.within(SMALL, survey) { FEW_STARTS } else { STARTS };
        let stride = self.group.cells.len().div_ceil(starts);
        let Some(cell) = self.group.cells.get(k * stride) else { return Stage::Place };
        self.follow(*cell, survey);
        Stage::Start(k + 1)
    }

    /// Notes the critical point to which a rectangle leads, if that is within a few rectangles.
    fn follow(&mut self, cell: Cell, survey: &mut Survey) {
        let Survey { ref loss, view, .. } = *survey;
        let start = rectangle(view, self.group.level, cell).centre();
        let (side, small) = (self.side(survey), self.within(SMALL, survey));
        let far = if small { self.hull.size() } else { 0.0 };
        let far = far.max(NEAR * side).max(NEAR * 1e-9 * view.size());
        let arrival = |at: [f64; 2]| {
            let verdict = classify(loss, at, view, Tolerance::default());
            let near = distance(at, start) <= far && survey.in_view(at);
            (near && verdict.kind.is_critical()).then_some(Arrival { at, verdict })
        };
        // Straight across to a curve; if there is none, to a point.
        let straight = if small { None } else { arrival(across(loss, start, side)) };
        let steps = if small { STEPS } else { FEW_STEPS };
        if let Some(found) = straight.or_else(|| arrival(settle(loss, start, view, steps))) {
            let Arrival { at, verdict } = found;
            if !verdict.kind.is_sure() {
                self.arrivals.push(found);
            } else if survey.has(at) || survey.add_proved(at, verdict) {
                self.named.push(at);
            } else {
                // Drowned in rounding, or next to a kink.
                let verdict = classify_within(&survey.loss, at, view, Tolerance::default(), side);
                self.arrivals.push(Arrival { at, verdict });
            }
        }
    }

    /// The point that the group is, if it is one.
    fn place(&mut self, survey: &mut Survey) -> Stage {
        if self.within(PLACE, survey)
            && let Some(at) = self.best(survey).filter(|at| !steep_near(survey, *at))
        {
            self.judge(at, survey);
        }
        if self.place { Stage::Gap(0) } else { Stage::Sample(0) }
    }

    /// Judges a point for every place of the group; if that decides nothing, for those nearer and nearer to it: then the
    /// group is large because intervals are too wide in it, and not because the point is known no better.
    fn judge(&mut self, from: [f64; 2], survey: &mut Survey) {
        let Survey { ref loss, view, .. } = *survey;
        for nearer in 0..NEARER {
            let share = 8.0_f64.powi(-nearer);
            let at = tidied(loss, centred(loss, from, view, share * self.reach(from)), view);
            let known = share * self.reach(at);
            let verdict = classify_within(loss, at, view, Tolerance::default(), known);
            if !verdict.kind.is_critical() {
                return;
            }
            if verdict.kind.is_sure() {
                return self.add(at, verdict, None, survey);
            }
            let decision = decide_within(loss, at, view, known);
            if self.best.is_none() {
                self.best = Some((Arrival { at, verdict }, decision));
            }
            if decision.nature.is_curve() {
                return;
            }
            if decision.nature != Nature::Undecided {
                self.best = Some((Arrival { at, verdict }, decision));
                return self.add(at, verdict, Some(decision), survey);
            }
        }
    }

    /// Of several arrivals the one with the smallest gradient, brought as near to its critical point as can be.
    fn best(&self, survey: &Survey) -> Option<[f64; 2]> {
        let steep = |a: &Arrival| a.verdict.jet.gradient[0].hypot(a.verdict.jet.gradient[1]);
        let best = self.arrivals.iter().min_by(|a, b| steep(a).total_cmp(&steep(b)))?.at;
        // Degenerate points are approached slowly: again, as long as it gets nearer.
        let nearer = |from: [f64; 2]| {
            let to = polish(&survey.loss, from, survey.view);
            if distance(to, best) <= self.hull.size() { to } else { from }
        };
        Some((0..4).fold(best, |at, _| nearer(at)))
    }

    /// How far the group reaches from a point.
    fn reach(&self, at: [f64; 2]) -> f64 {
        let far = |[lo, hi]: [f64; 2], x: f64| (x - lo).abs().max((hi - x).abs());
        far(self.hull.x, at[0]).max(far(self.hull.y, at[1]))
    }

    /// Lists the point that the group is.
    fn add(&mut self, at: [f64; 2], verdict: Verdict, decision: Option<Decision>, survey: &mut Survey) {
        let proved = decision.is_none() && survey.add_proved(at, verdict);
        if !proved && !survey.has(at) {
            survey.points.push(CriticalPoint { at, verdict, decision, proved });
        }
        self.named.push(at);
        self.place = decision.is_some() || self.within(SMALL, survey);
        survey.places.push((at, self.hull.scaled(AROUND)));
    }

    /// Decides one of the degenerate points; a curve is one where most of these are said to be on one.
    fn sample(&mut self, k: usize, survey: &mut Survey) -> Stage {
        let Survey { ref loss, view, .. } = *survey;
        let degenerate = self.degenerate();
        let stride = degenerate.len().div_ceil(SAMPLES).max(1);
        let best = self.best.as_ref().is_some_and(|(_, decision)| decision.nature.is_curve());
        let long = best || self.group.length() > SHORT;
        if let Some(from) = degenerate.get(stride / 2 + k * stride).filter(|_| long) {
            let side = self.side(survey);
            let to = polish(loss, *from, view);
            let at = if distance(to, *from) <= side { to } else { *from };
            let mut decision = decide(loss, at, view);
            if !decision.nature.is_curve() || decision.nature == Nature::Curve {
                // Where rounding moves what is written out, lower terms than the lowest one seem not to be 0.
                let blurred = decide_within(loss, at, view, side / BLUR);
                decision = if blurred.nature.is_curve() { blurred } else { decision };
            }
            if decision.nature.is_curve() {
                self.on_curve.push((decision, classify(loss, at, view, Tolerance::default())));
            }
            return Stage::Sample(k + 1);
        }
        if 2 * self.on_curve.len() > k {
            self.named.extend(degenerate);
        } else {
            self.on_curve.clear();
            if self.within(SMALL, survey) {
                self.last_resort(survey);
            }
        }
        Stage::Gap(0)
    }

    fn degenerate(&self) -> Vec<[f64; 2]> {
        self.arrivals.iter().filter(|a| !a.verdict.kind.is_sure()).map(|a| a.at).collect()
    }

    /// A place that nothing is proved of: a degenerate point that is not decided, or a kink.
    fn last_resort(&mut self, survey: &mut Survey) {
        if let Some((Arrival { at, verdict }, decision)) = self.best.take() {
            if says_something(decision) && !decision.nature.is_curve() {
                self.add(at, verdict, Some(decision), survey);
            }
        } else if self.named.is_empty() && !self.is_smooth(survey) {
            // The place is known to the width of the group; round numbers are likelier than others.
            let unit = 10.0_f64.powi(-(2.0 * self.hull.size()).log10().ceil() as i32);
            let kink =
                self.hull.centre().map(|x| if unit > 1.0 { (x * unit).round() / unit + 0.0 } else { x });
            survey.kinks.push(kink);
            self.named.push(kink);
            self.place = true;
        }
    }

    fn is_smooth(&self, survey: &Survey) -> bool {
        let Survey { ref loss, view, .. } = *survey;
        let kind = classify(loss, self.hull.centre(), view, Tolerance::default()).kind;
        kind != Kind::NotDifferentiable && smooth(loss, self.hull)
    }

    /// How far the next rectangles are from what is named. One that is not next to a curve is a start, which may lead to
    /// it; if not, it is to be halved further.
    fn measure(&mut self, k: usize, survey: &mut Survey) -> Stage {
        let near = NEAR * self.side(survey);
        let many = GAPS / (self.named.len() + survey.constant.len()).max(1) + 1;
        for n in k..k + many {
            let Some(cell) = self.group.cells.get(n).copied() else { break };
            let mut gap = self.gap(cell, survey);
            let beside = !self.on_curve.is_empty() && gap > near;
            if beside {
                let known = self.arrivals.len();
                self.follow(cell, survey);
                self.named.extend(
                    self.arrivals.iter().skip(known).filter(|a| !a.verdict.kind.is_sure()).map(|a| a.at),
                );
                gap = self.gap(cell, survey);
            }
            if self.place || gap <= near {
                self.farthest = self.farthest.max(gap);
            } else if beside {
                self.far.push(cell);
            } else {
                self.whole = false;
            }
            if beside {
                return Stage::Gap(n + 1);
            }
        }
        if k < self.group.cells.len() { Stage::Gap(k + many) } else { self.line(survey) }
    }

    /// Lists the curve, if it is one.
    fn line(&self, survey: &mut Survey) -> Stage {
        if let Some((mut decision, verdict)) = self.on_curve.first().copied() {
            if self.on_curve.iter().any(|(other, _)| other.nature != decision.nature) {
                decision.nature = Nature::Curve;
            }
            let side = self.side(survey);
            let points = chained(self.degenerate(), side / 8.0, 2.0 * NEAR * side);
            survey.curves.push(CriticalCurve { points, verdict, decision });
        }
        Stage::Done
    }

    /// How far the middle of a rectangle is from what is named.
    fn gap(&self, cell: Cell, survey: &Survey) -> f64 {
        let centre = rectangle(survey.view, self.group.level, cell).centre();
        let constant = survey.constant.iter().map(|c| c.clamp(centre));
        let gaps = self.named.iter().copied().chain(constant).map(|p| distance(p, centre));
        gaps.fold(f64::INFINITY, f64::min)
    }
}

/// Whether the gradient is as large next to a point as it is further off: the tip of a cone.
fn steep_near(survey: &Survey, at: [f64; 2]) -> bool {
    let steepest = |share: f64| {
        let r = share * survey.view.size();
        let around = [[r, 0.1 * r], [-0.2 * r, r], [-r, -0.3 * r], [0.4 * r, -r]];
        let sizes = around.map(|[x, y]| {
            let [gx, gy] = gradient(&survey.loss, [at[0] + x, at[1] + y]).1;
            gx.hypot(gy)
        });
        sizes.into_iter().fold(0.0, f64::max)
    };
    steepest(1e-7) > 0.1 * steepest(1e-4)
}

/// Whether a decision rests on anything: below the smallest numbers everything is flat, and nothing is known.
fn says_something(decision: Decision) -> bool {
    !matches!(decision.evidence, Evidence::Samples { below, above, .. } if below + above == 0.0)
}
