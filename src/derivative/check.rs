//! Is a gradient right? Finite differences of the loss against it: what error to expect at which step h, the lecture
//! notes' test, and one that works.
//!
//! A difference errs in two ways. Truncation: forward ½h|L″|, central ⅙h²|L‴|. Rounding: L is known to about ε|L|
//! (ε = 2⁻⁵²), so that its differences, divided by h, err by about 2ε|L|/h and ε|L|/h. One falls with h, the other
//! grows: the best h is 2√(ε|L/L″|) forward and ∛(3ε|L/L‴|) central. At h = 1e-7, the notes' step, central differences
//! have nothing left but rounding, and a tenth of it makes things worse.

use super::{gradient, kink_between, series};
use crate::loss::{Loss, View};

/// The notes' step, and their limit for the error: the same number.
pub const NOTES_STEP: f64 = 1e-7;
/// The notes expect a hundredth of the error at a tenth of h; what falls to less than this counts as that: half-way
/// between a tenth and a hundredth.
const FELL: f64 = 1.0 / 30.0;
/// The least h that the notes' procedure is followed to.
const LEAST_STEP: f64 = 1e-15;
/// Step of the working test, times max(1, |w|): near the cube root of ε, where central differences do best.
const WORKING_STEP: f64 = 6e-6;
/// Limit of the working test for the relative error.
pub const WORKING_LIMIT: f64 = 1e-6;
/// Where truncation could be what the working test sees, it looks again with a step smaller by this factor.
const CLOSER: f64 = 8.0;
/// By how much rounding and truncation may exceed what is expected of them.
const SLACK: f64 = 8.0;

/// Where w + s·eᵢ is.
pub(super) fn along(at: [f64; 2], i: usize, s: f64) -> [f64; 2] {
    if i == 0 { [at[0] + s, at[1]] } else { [at[0], at[1] + s] }
}

/// The forward and the central difference with step h in variable number i (0 or 1).
///
/// ```
/// use saddlescope::{derivative::differences, loss::Loss};
/// let [forward, central] = differences(&Loss::parse("x^3+y").unwrap(), [1.0, 0.0], 0, 1e-3);
/// assert!((forward - 3.003001).abs() < 1e-12 && (central - 3.000001).abs() < 1e-12);
/// ```
pub fn differences(loss: &Loss, at: [f64; 2], i: usize, h: f64) -> [f64; 2] {
    let [below, here, above] = [-h, 0.0, h].map(|s| loss.value(along(at, i, s)));
    [(above - here) / h, (above - below) / (2.0 * h)]
}

/// The error of a difference, coefficient·hᵒʳᵈᵉʳ + rounding/h, to leading order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Power of h in the truncation error; 0 if there is none at any order.
    pub order: i32,
    /// What it is multiplied by.
    pub coefficient: f64,
    /// What is divided by h.
    pub rounding: f64,
}

impl Expected {
    /// What to expect of the forward and of the central difference in variable number i at a point.
    ///
    /// Where L‴ = 0 the next odd derivative that is not zero takes its place (where L″ = 0, for the forward difference,
    /// the next of any order): the truncation then falls with a higher power of h, or, on a quadratic, is not there.
    pub fn of(loss: &Loss, at: [f64; 2], i: usize) -> [Expected; 2] {
        let c = series(loss, at, along([0.0; 2], i, 1.0)).0;
        let size = c.iter().take(4).fold(0.0, |most: f64, c| most.max(c.abs()));
        let value = c.first().copied().unwrap_or(f64::NAN).abs();
        [(2, 1, 2.0), (3, 2, 1.0)].map(|(first, step, share)| {
            let mut terms = c.iter().enumerate().skip(first).step_by(step);
            let term = terms.find(|(_, c)| c.is_nan() || c.abs() > f64::EPSILON * size);
            Expected {
                order: term.map_or(0, |(k, _)| k as i32 - 1),
                coefficient: term.map_or(0.0, |(_, c)| c.abs()),
                rounding: share * f64::EPSILON * value,
            }
        })
    }

    /// The truncation error at h.
    pub fn truncation(&self, h: f64) -> f64 {
        self.coefficient * h.powi(self.order)
    }

    /// The h of least error; `None` where there is no truncation, or no rounding.
    pub fn best(&self) -> Option<f64> {
        let order = f64::from(self.order);
        let h = (self.rounding / (order * self.coefficient)).powf(1.0 / (order + 1.0));
        (h > 0.0 && h.is_finite()).then_some(h)
    }
}

/// The h with the least error among measured (h, error) in order of h. Rounding jumps about; the largest error of a
/// quarter of a decade to both sides (five of twenty points a decade) is taken for that in the middle. `None` where that
/// is 0: any h will do.
pub fn measured_best(errors: impl Iterator<Item = [f64; 2]>) -> Option<f64> {
    let all: Vec<[f64; 2]> = errors.collect();
    let level = |window: &[[f64; 2]]| window.iter().map(|p| p[1]).fold(0.0, f64::max);
    let windows = all.windows(11).filter(|w| w.iter().all(|p| p[1].is_finite()));
    // Of equals the largest h.
    let best = windows.min_by(|a, b| level(a).total_cmp(&level(b)).then(b[5][0].total_cmp(&a[5][0])));
    best.filter(|window| level(window) > 0.0).and_then(|window| window.get(5)).map(|p| p[0])
}

/// One comparison of the notes' procedure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotesStep {
    /// Number of the variable, 0 or 1.
    pub i: usize,
    /// The step.
    pub h: f64,
    /// The central difference.
    pub difference: f64,
    /// |difference − tested|.
    pub error: f64,
    /// What the notes conclude.
    pub ruling: Ruling,
}

/// What the notes conclude from a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The error is at most h: the component passes.
    Within,
    /// It is more: try a tenth of h.
    Exceeds,
    /// It fell to about a hundredth, but is still more than h: once more with a tenth.
    Fell,
    /// It did not fall to about a hundredth: the code is called wrong.
    Wrong,
    /// The loss, or the gradient, has no finite value there.
    NotDefined,
}

/// The procedure of the notes, §4.2, component by component: |central difference − tested| ≤ h at h = 1e-7; if not, h/10;
/// if the error then falls to about a hundredth, again with the smaller h; if it does not, the code is called wrong.
pub fn notes_procedure(loss: &Loss, at: [f64; 2], tested: [f64; 2]) -> Vec<NotesStep> {
    let mut steps = Vec::new();
    for (i, a) in tested.into_iter().enumerate() {
        let mut last = f64::NAN;
        let mut h = NOTES_STEP;
        while h >= LEAST_STEP {
            let [_, difference] = differences(loss, at, i, h);
            let error = (difference - a).abs();
            let fell = error <= FELL * last;
            let ruling = if !error.is_finite() {
                Ruling::NotDefined
            } else if error <= h && (last.is_nan() || fell) {
                Ruling::Within
            } else if last.is_nan() {
                Ruling::Exceeds
            } else if fell {
                Ruling::Fell
            } else {
                Ruling::Wrong
            };
            steps.push(NotesStep { i, h, difference, error, ruling });
            if !matches!(ruling, Ruling::Exceeds | Ruling::Fell) {
                break;
            }
            last = error;
            h /= 10.0;
        }
    }
    steps
}

/// The share of the points of a view, as far as the loss is defined there, at which the notes' first comparison, at h = 1e-7, refuses the true gradient:
/// `points` points that fill it
/// evenly (the additive recurrence of the plastic number, M. Roberts 2018).
pub fn notes_refusals(loss: &Loss, view: View, points: usize) -> f64 {
    const STEPS: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2];
    let (mut defined, mut refused) = (0, 0);
    for k in 0..points {
        let place = |step: f64, [lo, hi]: [f64; 2]| lo + (0.5 + step * (k + 1) as f64).fract() * (hi - lo);
        let at = [place(STEPS[0], view.x), place(STEPS[1], view.y)];
        let (_, g) = gradient(loss, at);
        let error = |i: usize, g: f64| {
            let [_, difference] = differences(loss, at, i, NOTES_STEP);
            (difference - g).abs()
        };
        let most = error(0, g[0]).max(error(1, g[1]));
        defined += u32::from(most.is_finite());
        refused += u32::from(most.is_finite() && most > NOTES_STEP);
    }
    f64::from(refused) / f64::from(defined)
}

/// The test that works: ‖tested − n‖/max(‖tested‖, ‖n‖) ≤ 1e-6, n by central differences with h = 6e-6·max(1, |w|).
/// What it refuses is looked at once more with h/8: an error of truncation falls to a 64th, that of a mistake does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkingTest {
    /// The step in each variable.
    pub h: [f64; 2],
    /// n.
    pub difference: [f64; 2],
    /// The relative error; 0 where both are zero.
    pub relative: f64,
    /// Whether these are the numbers of the second look, at h/8.
    pub again: bool,
    /// What it says.
    pub outcome: Outcome,
}

/// What the working test says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gradient is right, as far as differences can tell.
    Passes,
    /// It is wrong.
    Refuses,
    /// Nothing: gradient and difference are zero, or no more than rounding.
    Silent,
    /// Nothing: between w − h and w + h there is a kink, and a difference across it is no derivative.
    Kink,
    /// Nothing: the loss is not defined there.
    NotDefined,
}

/// Carries the working test out.
///
/// ```
/// use saddlescope::{derivative::{Outcome, working_test}, loss::Loss};
/// let test = |tested| working_test(&Loss::notes(), [0.5, 1.0], tested).outcome;
/// assert_eq!(test([-1.0, -0.5]), Outcome::Passes);
/// assert_eq!(test([-1.0, 0.5]), Outcome::Refuses);
/// ```
pub fn working_test(loss: &Loss, at: [f64; 2], tested: [f64; 2]) -> WorkingTest {
    let h = at.map(|w| WORKING_STEP * w.abs().max(1.0));
    let (first, explained) = compare(loss, at, tested, h);
    if first.outcome != Outcome::Refuses {
        return first;
    }
    let (second, _) = compare(loss, at, tested, h.map(|h| h / CLOSER));
    if second.outcome == Outcome::Passes {
        return WorkingTest { again: true, ..second };
    }
    WorkingTest { outcome: if explained { Outcome::Silent } else { Outcome::Refuses }, ..first }
}

/// The test with these steps, and whether rounding and truncation explain what it sees.
fn compare(loss: &Loss, at: [f64; 2], tested: [f64; 2], h: [f64; 2]) -> (WorkingTest, bool) {
    let norm = |[a, b]: [f64; 2]| a.hypot(b);
    let mut difference = [0.0; 2];
    // What rounding and truncation do to n.
    let mut blur = [0.0; 2];
    let mut kink = false;
    for ((i, h), (difference, blur)) in
        h.into_iter().enumerate().zip(difference.iter_mut().zip(blur.iter_mut()))
    {
        let [below, above] = [-h, h].map(|s| along(at, i, s));
        let [low, high] = [below, above].map(|end| loss.value(end));
        *difference = (high - low) / (2.0 * h);
        let [_, expected] = Expected::of(loss, at, i);
        *blur = SLACK * (expected.truncation(h) + f64::EPSILON * low.abs().max(high.abs()) / h);
        kink |= kink_between(loss, below, above);
    }
    let most = norm(tested).max(norm(difference));
    let off = norm([tested[0] - difference[0], tested[1] - difference[1]]);
    let relative = if most == 0.0 { 0.0 } else { off / most };
    let outcome = if !loss.value(at).is_finite() || !norm(difference).is_finite() {
        Outcome::NotDefined
    } else if kink {
        Outcome::Kink
    } else if most <= norm(blur) {
        Outcome::Silent
    } else if relative <= WORKING_LIMIT {
        Outcome::Passes
    } else {
        Outcome::Refuses
    };
    (WorkingTest { h, difference, relative, again: false, outcome }, off <= norm(blur))
}
