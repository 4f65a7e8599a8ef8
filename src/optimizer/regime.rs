//! What kind of run a learning rate gave: too small, good, oscillating or diverging, told from the run itself.

use super::{Divergence, Run, Stop};
use crate::critical::Curvature;
use crate::derivative::{gradient, jet};
use crate::loss::Loss;

/// What kind of run it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Regime {
    /// It still goes steadily one way at the end, with more left to go than is good.
    TooSmall,
    /// It came down and stays there.
    Good,
    /// It jumps to and fro across the steepest direction.
    Oscillating,
    /// It left by overshooting.
    Diverging,
    /// It falls, and left or would leave, down a loss that is not bounded below.
    Unbounded,
}

/// Components of g smaller than this share of ‖g‖ are rounding.
const VISIBLE: f64 = 1e-9;
/// Once ‖g‖ is below this share of the largest the run has arrived, and what follows is rounding.
const ARRIVED: f64 = 1e-12;
/// How often a distance is doubled to see whether a loss falls for ever: to about 10⁶ times the first.
const DOUBLINGS: i32 = 20;
/// More than this share of the whole descent still to go is too much.
const LEFT: f64 = 0.003;
/// ‖Σg‖/Σ‖g‖ above this is one way; in a balance of noise and descent it is far below.
const ONE_WAY: f64 = 0.9;

impl Regime {
    /// The stable name, such as `too-small`.
    pub fn id(self) -> &'static str {
        match self {
            Regime::TooSmall => "too-small",
            Regime::Good => "good",
            Regime::Oscillating => "oscillating",
            Regime::Diverging => "diverging",
            Regime::Unbounded => "unbounded",
        }
    }

    /// The regime of a run on a loss over the plane, by the first of these that holds. With u the steepest direction (the
    /// eigenvector of the largest eigenvalue of H at the lowest point of the run) and g the gradient without its noise:
    ///
    /// 1. it diverged: *unbounded* if down a loss not bounded below, else *diverging*;
    /// 2. ‖g‖ does not shrink over the last fifth, the end is the lowest point, and along −g from there the loss falls at
    ///    least as much with each doubling of the distance as with the one before: *unbounded*, left or not;
    /// 3. the sign of gᵀu changes at more than half of the steps, among those where it is more than rounding: then
    ///    *diverging* if the last tenth of the run lies on average higher than the start and than 1.5 times the first
    ///    half, and its end higher than the start, else *oscillating*. On a quadratic gᵀu is multiplied by 1 − ηλmax at each step of gradient descent, so
    ///    this is η > 1/λmax, with noise as without: successive values are then correlated by 1 − ηλmax;
    /// 4. over the last fifth ‖Σg‖ > 0.9·Σ‖g‖, and more than 0.3% of the descent is left by the quadratic model at the
    ///    end, Σ(gᵀvᵢ)²/(2|λᵢ|) with |λᵢ| at least a thousandth of the largest: *too small*. So is a rate that became
    ///    too small before it was done. But *unbounded* where the loss falls for ever, as above, along an eigenvector of a
    ///    negative eigenvalue;
    /// 5. else *good*.
    ///
    /// `None` where no step was taken, or where the gradient is zero at the start and nothing moved.
    pub fn of(run: &Run, loss: &Loss) -> Option<Regime> {
        match run.stop() {
            Some(Stop::Diverged { reason: Divergence::Unbounded, .. }) => return Some(Regime::Unbounded),
            Some(Stop::Diverged { .. }) => return Some(Regime::Diverging),
            _ => {}
        }
        let points: Vec<[f64; 2]> = run.records().filter_map(|r| r.theta.first_chunk().copied()).collect();
        let losses: Vec<f64> = run.records().map(|r| r.loss).collect();
        let (first, last) = (points.first()?, *points.last()?);
        if points.iter().all(|p| p == first) {
            return None;
        }
        let lowest = losses.iter().zip(&points).min_by(|a, b| a.0.total_cmp(b.0)).map(|(_, p)| *p)?;
        let gradients: Vec<[f64; 2]> = points.iter().map(|p| gradient(loss, *p).1).collect();
        let pulled = tail(&gradients, 5);
        let down = gradients.last()?.map(|g| -g);
        if length(pulled.last()?) >= length(pulled.first()?) && last == lowest && falls(loss, last, down) {
            return Some(Regime::Unbounded);
        }
        if let Some(curvature) = Curvature::of(jet(loss, lowest).hessian)
            && flips(&gradients, curvature.v[1])
        {
            let start = *losses.first()?;
            let [end, half] = [mean(tail(&losses, 10)), mean(losses.get(..losses.len() / 2)?)];
            let rises = end > start && end > 1.5 * half && *losses.last()? > start;
            return Some(if rises { Regime::Diverging } else { Regime::Oscillating });
        }
        let left = remaining(loss, last);
        let whole = (losses.first()? - losses.last()?).max(0.0) + left;
        Some(match one_way(pulled) && left > LEFT * whole {
            true if falls_out(loss, last, down) => Regime::Unbounded,
            true => Regime::TooSmall,
            false => Regime::Good,
        })
    }
}

fn length(v: &[f64; 2]) -> f64 {
    v[0].hypot(v[1])
}

/// Whether the loss falls for ever along a direction.
fn falls(loss: &Loss, from: [f64; 2], along: [f64; 2]) -> bool {
    let first = from[0].abs().max(from[1].abs()).max(1.0) / length(&along);
    let mut before = loss.value(from);
    let mut fell = 0.0;
    for k in 0..DOUBLINGS {
        let s = first * 2f64.powi(k);
        let here = loss.value([from[0] + s * along[0], from[1] + s * along[1]]);
        if here == f64::NEG_INFINITY {
            return true;
        }
        // Written so that NaN is no fall; a logarithm falls by the same each time.
        if !(before - here > 0.0 && before - here >= 0.99 * fell) {
            return false;
        }
        (fell, before) = (before - here, here);
    }
    true
}

/// Whether it falls for ever along the direction of a negative eigenvalue, to the side that is `down`.
fn falls_out(loss: &Loss, from: [f64; 2], down: [f64; 2]) -> bool {
    Curvature::of(jet(loss, from).hessian).is_some_and(|c| {
        let [[x, y], _] = c.v;
        let side = (x * down[0] + y * down[1]).signum();
        c.lambda[0] < 0.0 && falls(loss, from, [side * x, side * y])
    })
}

/// Whether gᵀu changes its sign at more than half of the steps, and more than once.
fn flips(gradients: &[[f64; 2]], u: [f64; 2]) -> bool {
    let largest = gradients.iter().map(length).fold(0.0, f64::max);
    let end = gradients.iter().position(|g| length(g) < ARRIVED * largest).unwrap_or(gradients.len());
    let along = |g: &[f64; 2]| {
        let a = g[0] * u[0] + g[1] * u[1];
        if a.abs() > VISIBLE * g[0].hypot(g[1]) { a } else { 0.0 }
    };
    let (mut seen, mut changed) = (0, 0);
    for pair in gradients.get(..end).unwrap_or_default().windows(2) {
        let product: f64 = pair.iter().map(|g| along(g).signum() * f64::from(along(g) != 0.0)).product();
        seen += usize::from(product != 0.0);
        changed += usize::from(product < 0.0);
    }
    changed > 1 && 2 * changed > seen
}

/// Whether gradients pull the same way.
fn one_way(gradients: &[[f64; 2]]) -> bool {
    let [sx, sy] = gradients.iter().fold([0.0; 2], |[x, y], g| [x + g[0], y + g[1]]);
    let lengths: f64 = gradients.iter().map(|g| g[0].hypot(g[1])).sum();
    sx.hypot(sy) > ONE_WAY * lengths
}

/// What the quadratic model at a point says is still to be gained.
fn remaining(loss: &Loss, at: [f64; 2]) -> f64 {
    let jet = jet(loss, at);
    let Some(curvature) = Curvature::of(jet.hessian) else { return 0.0 };
    let largest = curvature.lambda[0].abs().max(curvature.lambda[1].abs());
    let [g, mut left] = [jet.gradient, [0.0; 2]];
    for ((left, lambda), v) in left.iter_mut().zip(curvature.lambda).zip(curvature.v) {
        let along = g[0] * v[0] + g[1] * v[1];
        if along != 0.0 {
            *left = along * along / (2.0 * lambda.abs().max(largest / 1000.0));
        }
    }
    left[0] + left[1]
}

/// The last of so many equal parts.
fn tail<T>(all: &[T], parts: usize) -> &[T] {
    all.get(all.len() - all.len().div_ceil(parts)..).unwrap_or(all)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
