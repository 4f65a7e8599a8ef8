//! The critical point nearest to a point, by damped Newton steps on the gradient.

use super::{Curvature, Kind, Tolerance, classify};
use crate::derivative::{Jet, jet};
use crate::loss::{Loss, View};

/// Radii of the rings of starts, as shares of the view, and starts on each ring.
const RINGS: [f64; 5] = [1.0 / 64.0, 1.0 / 32.0, 1.0 / 16.0, 1.0 / 8.0, 1.0 / 4.0];
const STARTS: usize = 8;
/// Degenerate points are approached linearly (x⁴: by 2/3 a step), hence the many steps.
pub(super) const STEPS: usize = 200;
/// Steps across a curve: at a curve of x⁴ the distance falls by 2/3 a step.
const ACROSS: usize = 60;
/// Newton's own steps, before only those downhill are taken.
const FREE_STEPS: usize = 60;

/// The critical point nearest to `from`, polished to full precision, if a local search finds one in the view.
///
/// The search starts at `from` and on rings about it, so it is no proof that there is none nearer. On a curve of
/// critical points it gives one point of the curve.
///
/// ```
/// use saddlescope::critical::nearest_critical;
/// use saddlescope::loss::Loss;
/// let loss = Loss::notes();
/// let found = nearest_critical(&loss, [0.1, -0.2], loss.domain()).unwrap();
/// assert!(found[0].abs() < 1e-12 && found[1].abs() < 1e-12);
/// ```
pub fn nearest_critical(loss: &Loss, from: [f64; 2], view: View) -> Option<[f64; 2]> {
    let size = view.size();
    let ring = |radius: f64| {
        (0..STARTS).map(move |k| {
            let phi = (k as f64 + 0.5) * std::f64::consts::TAU / STARTS as f64;
            [from[0] + radius * size * phi.cos(), from[1] + radius * size * phi.sin()]
        })
    };
    let around = view.scaled(4.0);
    let ringed = RINGS.iter().flat_map(|radius| ring(*radius)).map(|start| (start, Pace::Downhill));
    let starts = [(from, Pace::Downhill), (from, Pace::Free)].into_iter().chain(ringed);
    let mut best: Option<([f64; 2], f64)> = None;
    for (start, pace) in starts {
        let distance_to = |p: [f64; 2]| (p[0] - from[0]).hypot(p[1] - from[1]);
        // A start twice as far off as what is found already leads to nothing nearer.
        if best.is_some_and(|(_, least)| distance_to(start) > 2.0 * least) {
            break;
        }
        let found = descend(loss, start, pace, around, size, STEPS);
        let distance = distance_to(found);
        if !view.contains(found) || best.is_some_and(|(_, least)| least <= distance) {
            continue;
        }
        let kind = classify(loss, found, view, Tolerance::default()).kind;
        if !matches!(kind, Kind::NotCritical | Kind::NotDifferentiable | Kind::NotDefined) {
            best = Some((found, distance));
        }
    }
    best.map(|(point, _)| tidied(loss, point, view))
}

/// Where steps that lower ‖g‖ lead from a point: to a critical point, if there is one near.
pub(super) fn settle(loss: &Loss, from: [f64; 2], view: View, most: usize) -> [f64; 2] {
    descend(loss, from, Pace::Downhill, view.scaled(4.0), view.size(), most)
}

/// Where Newton's own steps lead from a point next to a degenerate one, as near as rounding allows.
pub(super) fn polish(loss: &Loss, from: [f64; 2], view: View) -> [f64; 2] {
    descend(loss, from, Pace::Free, view.scaled(4.0), view.size(), STEPS)
}

/// The point of a curve of critical points that lies straight across from a point next to it: Newton's steps along the
/// axis of largest |λ| only, so that nothing moves along the curve.
pub(super) fn across(loss: &Loss, from: [f64; 2], size: f64) -> [f64; 2] {
    let mut at = from;
    for _ in 0..ACROSS {
        let here = jet(loss, at);
        let Some(Curvature { lambda, v, .. }) = Curvature::of(here.hessian) else { break };
        let (lambda, v) =
            if lambda[0].abs() > lambda[1].abs() { (lambda[0], v[0]) } else { (lambda[1], v[1]) };
        let step = -(v[0] * here.gradient[0] + v[1] * here.gradient[1]) / lambda;
        let next = [at[0] + step * v[0], at[1] + step * v[1]];
        if next == at || step.is_nan() || step.abs() > size {
            break;
        }
        at = next;
    }
    at
}

/// The same point with coordinates rounded to the power of ten next above 10⁻¹² of the view where g is no larger there:
/// the dust of rounding goes.
pub(super) fn tidied(loss: &Loss, mut at: [f64; 2], view: View) -> [f64; 2] {
    let steep = |p: [f64; 2]| {
        let [x, y] = jet(loss, p).gradient;
        x.hypot(y)
    };
    // Divided by a whole number rather than multiplied by a fraction, so that 0.3 is 0.3.
    let whole = 10.0_f64.powi(-(1e-12 * view.size()).log10().ceil() as i32).round();
    for k in 0..2 {
        let mut round = at;
        round[k] = (at[k] * whole).round() / whole;
        // Next to 0 it is certain: what is left is smaller than any rounding.
        let dust = round[k] == 0.0 && at[k].abs() < 1e-16 * view.size();
        if whole >= 1.0 && (dust || steep(round) <= steep(at)) {
            // No negative zero.
            at[k] = round[k] + 0.0;
        }
    }
    at
}

/// Which steps are taken.
#[derive(Clone, Copy, PartialEq)]
enum Pace {
    /// Only steps that lower ‖g‖: sure, but slow in curved valleys.
    Downhill,
    /// Newton's own steps, whatever they do to ‖g‖: Rosenbrock's valley in a few steps, or away.
    Free,
}

/// Levenberg and Marquardt's method for g = 0: steps −Σ vᵢ·λᵢγᵢ/(λᵢ² + μ²) with γᵢ = vᵢᵀg, which lead to critical
/// points of every kind, since only the size of λ counts. μ falls while ‖g‖ falls and rises where it does not.
fn descend(loss: &Loss, start: [f64; 2], pace: Pace, around: View, size: f64, most: usize) -> [f64; 2] {
    let steepness = |jet: &Jet| jet.gradient[0].hypot(jet.gradient[1]);
    let (mut at, mut here) = (start, jet(loss, start));
    let mut damping = if pace == Pace::Free { 1e-30 } else { 1e-3 };
    for steps in 0..most {
        let Some(Curvature { lambda, v, .. }) = Curvature::of(here.hessian) else { break };
        let norm = lambda[0].abs().max(lambda[1].abs());
        let gamma = v.map(|v| v[0] * here.gradient[0] + v[1] * here.gradient[1]);
        // Divided by ‖H‖ first: squares of tiny curvatures would vanish.
        let parts = [0, 1].map(|i| {
            let l = lambda[i] / norm;
            let part = -(gamma[i] / norm) * l / (l * l + damping * damping);
            if part.is_finite() { part } else { 0.0 }
        });
        let length = parts[0].hypot(parts[1]);
        // A long step leaves the neighbourhood that is searched.
        let shrink = (size / 8.0 / length).min(1.0);
        let step = [0, 1].map(|k| shrink * (parts[0] * v[0][k] + parts[1] * v[1][k]));
        if length == 0.0 || length.is_nan() {
            break;
        }
        let next = [at[0] + step[0], at[1] + step[1]];
        if next == at || !around.contains(next) {
            break;
        }
        let there = jet(loss, next);
        let free = pace == Pace::Free && steps < FREE_STEPS;
        if free || steepness(&there) < steepness(&here) {
            (at, here) = (next, there);
            damping = (damping / 10.0).max(1e-30);
        } else if damping < 1e6 {
            damping = (8.0 * damping).max(1e-6);
        } else {
            break;
        }
    }
    at
}
