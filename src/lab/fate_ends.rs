//! Where a run can end, and where it did: the judgement that every pixel of the lab `fate` and its single run share.

use crate::critical::{Found, Kind, Nature};
use crate::loss::{Loss, View};
use crate::optimizer::{Divergence, Journey, JourneyLimits, Limits, Run, Stop};

/// A run has ended at a point, or on a curve, that is nearer than this share of the view.
const REACH: f64 = 0.01;
/// It still moves while its steps are longer than this share of the view.
const PACE: f64 = 0.002;
/// At a point that is no minimum it has ended when its steps are shorter than this share.
const STILL: f64 = 1e-5;
/// At no known point it is at rest when they are shorter than this: where rates are small, so are all steps.
const REST: f64 = 1e-9;
/// A run that is this many views away from the origin has diverged.
const FAR: f64 = 1e3;
/// The most points told apart.
const POINTS: usize = 200;

/// The code of the first curve of critical points.
pub const CURVE: u8 = 200;
/// The most curves told apart.
const CURVES: usize = 40;
/// Somewhere on a flat region.
pub const FLAT: u8 = 240;
/// At rest, but not at any of these: beside the view, as a rule.
pub const RESTING: u8 = 241;
/// Still moving.
pub const MOVING: u8 = 242;
/// Diverged.
pub const DIVERGED: u8 = 243;
/// The loss is not defined at the start.
pub const UNDEFINED: u8 = 244;
/// Left the domain of the loss.
pub const LEFT: u8 = 245;
/// Not known yet.
pub const UNKNOWN: u8 = 255;

/// An isolated point where runs can end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Where.
    pub at: [f64; 2],
    /// What it is: `Kind::Degenerate` never stands for a decided extremum, `Kind::NotDifferentiable` for a kink.
    pub kind: Kind,
    /// L there.
    pub loss: f64,
}

/// A curve where runs can end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bend {
    /// Points along it.
    pub points: Vec<[f64; 2]>,
    /// L on it.
    pub loss: f64,
    /// Whether its points are minima.
    pub minima: bool,
}

/// Where runs on a loss can end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ends {
    /// The isolated critical points, minima first, L ascending; kinks after the minima.
    pub targets: Vec<Target>,
    /// Curves of critical points.
    pub curves: Vec<Bend>,
    /// Rectangles where the loss is constant.
    flat: Vec<View>,
    reach: f64,
    pace: f64,
    still: f64,
    rest: f64,
    far: f64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Where: a number of [`Ends::targets`], [`CURVE`] and up, [`FLAT`], [`RESTING`], [`MOVING`], [`DIVERGED`],
    /// [`UNDEFINED`], [`LEFT`].
    pub code: u8,
    /// The step after which it moved no more to speak of.
    pub settled: u16,
}

impl Ends {
    /// The ends that a search for points of the loss found in a view.
    pub fn of(found: &Found, loss: &Loss, view: View) -> Ends {
        let mut ends = Ends::sized(view);
        let mut others = Vec::new();
        for point in &found.points {
            let kind = match point.decision.as_ref().map(|d| d.nature) {
                Some(Nature::Minimum) => Kind::Minimum,
                Some(Nature::Maximum) => Kind::Maximum,
                Some(Nature::Saddle) => Kind::Saddle,
                _ => point.verdict.kind,
            };
            let list = if kind == Kind::Minimum { &mut ends.targets } else { &mut others };
            list.push(Target { at: point.at, kind, loss: point.verdict.jet.value });
        }
        // Runs end in minima, and at kinks that are lowest: where there are too many points those come first.
        let kinks = found.kinks.iter().map(|at| Target {
            at: *at,
            kind: Kind::NotDifferentiable,
            loss: loss.value(*at),
        });
        ends.targets.extend(kinks.filter(|kink| kink.loss.is_finite()));
        ends.targets.extend(others);
        ends.targets.truncate(POINTS);
        ends.curves = found
            .curves
            .iter()
            .take(CURVES)
            .map(|c| Bend {
                points: c.points.clone(),
                loss: c.verdict.jet.value,
                minima: c.decision.nature == Nature::CurveOfMinima,
            })
            .collect();
        ends.flat = found.constant.clone();
        ends
    }

    /// None known, for runs in a view.
    pub fn sized(view: View) -> Ends {
        let size = view.size();
        let middle = view.centre();
        let far = FAR * size + middle[0].abs().max(middle[1].abs());
        Ends {
            reach: REACH * size,
            pace: PACE * size,
            still: STILL * size,
            rest: REST * size,
            far,
            ..Ends::default()
        }
    }

    /// The limits of a run of so many steps.
    pub fn limits(&self, steps: usize) -> Limits {
        Limits { steps, gradient: None, size: self.far }
    }

    /// How a recorded run ended.
    pub fn of_run(&self, run: &Run) -> End {
        let place = |t: usize| run.record(t).and_then(|r| r.theta.first_chunk().copied());
        let (mut settled, mut last) = (0_usize, 0.0_f64);
        for t in 0..run.steps() {
            let (Some(from), Some(to)) = (place(t), place(t + 1)) else { continue };
            last = length([to[0] - from[0], to[1] - from[1]]);
            if last > self.pace * self.pace {
                settled = t + 1;
            }
        }
        let at = place(run.steps()).unwrap_or([f64::NAN; 2]);
        self.judge(at, settled, last, run.stop())
    }

    /// The same limits, for runs without their record.
    pub fn journey_limits(&self, steps: usize) -> JourneyLimits {
        JourneyLimits { steps, far: self.far, pace: self.pace }
    }

    /// How a run ended that left no record.
    pub fn of_journey(&self, journey: Journey) -> End {
        let nowhere = |code| End { code, settled: 0 };
        match journey {
            Journey::Ended { at, settled, last } => self.judge(at, settled, last, None),
            Journey::Diverged => nowhere(DIVERGED),
            Journey::Left => nowhere(LEFT),
            Journey::NotDefined => nowhere(UNDEFINED),
        }
    }

    /// How a run ended that is at `at`, whose last step had the square length `last`.
    fn judge(&self, at: [f64; 2], settled: usize, last: f64, stop: Option<Stop>) -> End {
        let settled = settled.min(usize::from(u16::MAX)) as u16;
        let code = match stop {
            Some(Stop::Diverged { reason: Divergence::Undefined, .. }) => LEFT,
            Some(Stop::Diverged { .. }) => DIVERGED,
            Some(Stop::NotDefined) => UNDEFINED,
            _ if last > self.reach * self.reach => MOVING,
            // What is passed slowly is not where a run ends: at a saddle it has to stand still.
            _ => match (self.nearest(at), last <= self.still * self.still) {
                (code, false) if self.passes(code) => MOVING,
                // The edge of a flat region is known to a rectangle of the search.
                (MOVING, true) if self.flat.iter().any(|view| beside(view, at) <= self.reach) => FLAT,
                (MOVING, true) if last <= self.rest * self.rest => RESTING,
                (code, _) => code,
            },
        };
        End { code, settled }
    }

    /// Whether an end is one that runs leave again: any point but a minimum, and a kink, about which they jump to and fro.
    fn passes(&self, code: u8) -> bool {
        let target = self.targets.get(usize::from(code)).filter(|_| code < CURVE);
        target.is_some_and(|t| !matches!(t.kind, Kind::Minimum | Kind::NotDifferentiable))
    }

    /// What is within reach of a point.
    fn nearest(&self, at: [f64; 2]) -> u8 {
        let mut best = (self.reach * self.reach, MOVING);
        for (k, target) in self.targets.iter().enumerate() {
            let d = length([target.at[0] - at[0], target.at[1] - at[1]]);
            if d <= best.0 {
                best = (d, k as u8);
            }
        }
        if best.1 != MOVING {
            return best.1;
        }
        for (k, curve) in self.curves.iter().enumerate() {
            let d = distance(&curve.points, at);
            if d <= best.0 {
                best = (d, CURVE + k as u8);
            }
        }
        let flat = best.1 == MOVING && self.flat.iter().any(|view| view.contains(at));
        if flat { FLAT } else { best.1 }
    }

    /// As plain numbers, for the page that has a worker find them.
    pub fn numbers(&self) -> Vec<f64> {
        let mut out = vec![self.targets.len() as f64, self.curves.len() as f64, self.flat.len() as f64];
        for Target { at: [x, y], kind, loss } in &self.targets {
            let kind = KINDS.iter().position(|k| k == kind).unwrap_or(KINDS.len());
            out.extend([*x, *y, kind as f64, *loss]);
        }
        for curve in &self.curves {
            out.extend([curve.points.len() as f64, curve.loss, f64::from(u8::from(curve.minima))]);
            out.extend(curve.points.as_flattened());
        }
        for View { x, y } in &self.flat {
            out.extend(x.iter().chain(y));
        }
        out
    }

    /// Takes [`Ends::numbers`]; gives how many it took. What does not add up is left out.
    pub fn take(&mut self, numbers: &[f64]) -> usize {
        let at = |k: usize| numbers.get(k).copied().unwrap_or(0.0);
        let count = |k: usize| (at(k) as usize).min(numbers.len());
        let mut k = 3;
        self.targets = (0..count(0).min(POINTS))
            .map(|i| {
                let k = 3 + 4 * i;
                let kind = KINDS.get(count(k + 2)).copied().unwrap_or(Kind::NotCritical);
                Target { at: [at(k), at(k + 1)], kind, loss: at(k + 3) }
            })
            .collect();
        k += 4 * self.targets.len();
        self.curves = Vec::new();
        for _ in 0..count(1).min(CURVES) {
            let points = numbers.get(k + 3..k + 3 + 2 * count(k)).unwrap_or(&[]);
            let points = points.as_chunks().0.to_vec();
            self.curves.push(Bend { points, loss: at(k + 1), minima: at(k + 2) == 1.0 });
            k += 3 + 2 * count(k);
        }
        let cells = numbers.get(k..k + 4 * count(2)).unwrap_or(&[]);
        self.flat = cells.as_chunks().0.iter().map(|&[a, b, c, d]| View { x: [a, b], y: [c, d] }).collect();
        k += 4 * self.flat.len();
        k.min(numbers.len())
    }
}

/// The kinds that travel as numbers; others as their count.
const KINDS: [Kind; 4] = [Kind::Minimum, Kind::Maximum, Kind::Saddle, Kind::NotDifferentiable];

/// How far a point lies outside of a rectangle, at most along one axis.
fn beside(view: &View, at: [f64; 2]) -> f64 {
    let off = |[lo, hi]: [f64; 2], x: f64| (lo - x).max(x - hi);
    off(view.x, at[0]).max(off(view.y, at[1]))
}

/// The square of a length.
fn length([x, y]: [f64; 2]) -> f64 {
    x * x + y * y
}

/// The square of the distance of a point from a line through points.
fn distance(line: &[[f64; 2]], at: [f64; 2]) -> f64 {
    let mut least = f64::INFINITY;
    for pair in line.windows(2) {
        let &[a, b] = pair else { continue };
        let (along, off) = ([b[0] - a[0], b[1] - a[1]], [at[0] - a[0], at[1] - a[1]]);
        let t = ((along[0] * off[0] + along[1] * off[1]) / length(along)).clamp(0.0, 1.0);
        least = least.min(length([off[0] - t * along[0], off[1] - t * along[1]]));
    }
    least
}
