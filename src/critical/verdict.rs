//! The verdict on a point, from g and H there.
//!
//! Everything is relative, so that L, c·L and a turned L get the same verdict. With the view's size S as the unit of
//! length and T the rate at which H changes:
//!
//! - λ counts as zero when it is at most 10⁻¹⁰ of max|λ| (the tolerance), or when H changes by as much as λ within the
//!   distance at which the point is known: twice the Newton correction, at least 10⁻¹⁰·S. (Newton's method is sure of a
//!   critical point nearby only while correction · T stays below |λ|/2.) The change is measured by sampling, so it also
//!   holds the rounding of H itself: x⁴ written out about another point has H = 10⁻¹⁶ at its minimum, not 0.
//! - The point is critical when the Newton correction ‖H⁻¹g‖ on the non-null part is at most 10⁻⁶·S, and the null part
//!   of g is at most 10⁻¹⁰·‖H‖·S or no more than g itself changes within that distance. Right beside a pole both hold of
//!   any g (the correction of 1/x is x/2): there g is steeper than on either side, and the point is not critical.

use super::Curvature;
use crate::derivative::{Jet, Smoothness, gradient, jet, smoothness};
use crate::loss::{Loss, View};

/// What kind of point it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// g = 0 and all λ > 0.
    Minimum,
    /// g = 0 and all λ < 0.
    Maximum,
    /// g = 0, some λ > 0 and some λ < 0, whatever zeros there are besides.
    Saddle,
    /// g = 0 and H does not decide: some λ = 0 and the others of one sign, or H = 0.
    Degenerate(Degeneracy),
    /// g ≠ 0.
    NotCritical,
    /// A kink: the gradient or the Hessian does not exist here.
    NotDifferentiable,
    /// L is not finite here.
    NotDefined,
}

impl Kind {
    /// Whether H decides: minimum, maximum or saddle.
    pub(super) fn is_sure(self) -> bool {
        matches!(self, Kind::Minimum | Kind::Maximum | Kind::Saddle)
    }

    /// Whether it is a critical point of any kind.
    pub(super) fn is_critical(self) -> bool {
        !matches!(self, Kind::NotCritical | Kind::NotDifferentiable | Kind::NotDefined)
    }
}

/// Why the Hessian does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Degeneracy {
    /// λ₁ = 0 < λ₂: no maximum.
    NoMaximum,
    /// λ₁ < 0 = λ₂: no minimum.
    NoMinimum,
    /// H = 0.
    Flat,
}

/// What counts as zero. Both are relative, so that L and c·L get the same verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// A point is critical when the Newton correction on the non-null part is at most this share of the view.
    pub position: f64,
    /// λ is zero when it is at most this share of max|λ|.
    pub eigenvalue: f64,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self { position: 1e-6, eigenvalue: 1e-10 }
    }
}

/// The verdict with everything it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The kind.
    pub kind: Kind,
    /// L, g, H at the point.
    pub jet: Jet,
    /// Eigenpairs of H; `None` where H is not finite.
    pub curvature: Option<Curvature>,
    /// The sign given to each λ: −1, 0 or 1; also where the point is not critical.
    pub signs: [i8; 2],
    /// ‖Newton correction‖ on the non-null part, as a share of the view; NaN where there is none.
    pub correction: f64,
    /// The null part of g, relative to ‖H‖ · view: 0 where no λ is zero, NaN where H = 0.
    pub null_gradient: f64,
    /// The size below which an eigenvalue was counted as zero, in the units of λ.
    pub zero_below: f64,
    /// The tolerances used.
    pub tolerance: Tolerance,
}

/// The verdict on a slice s ↦ L(θ + s·v) at s = 0: what the point is when only the direction v is free.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SliceVerdict {
    /// The kind: a saddle of L may be a minimum of a slice. Never [`Kind::Saddle`]; degenerate is always
    /// [`Degeneracy::Flat`] here, as there is only one curvature.
    pub kind: Kind,
    /// vᵀg, the slope.
    pub slope: f64,
    /// vᵀHv, the curvature.
    pub curvature: f64,
    /// The sign given to the curvature: −1, 0 or 1.
    pub sign: i8,
    /// |vᵀg / vᵀHv| as a share of the view; NaN where the curvature counts as zero.
    pub correction: f64,
    /// The size below which the curvature was counted as zero.
    pub zero_below: f64,
}

/// The verdict on a point of a loss, as seen in a view (which gives the length scale).
///
/// ```
/// use saddlescope::critical::{Kind, Tolerance, classify};
/// use saddlescope::loss::Loss;
/// let loss = Loss::notes(); // (1 − w₁w₂)²
/// let verdict = classify(&loss, [0.0, 0.0], loss.domain(), Tolerance::default());
/// assert_eq!(verdict.kind, Kind::Saddle);
/// assert_eq!(verdict.curvature.unwrap().lambda, [-2.0, 2.0]);
/// ```
pub fn classify(loss: &Loss, at: [f64; 2], view: View, tolerance: Tolerance) -> Verdict {
    classify_within(loss, at, view, tolerance, 0.0)
}

/// The verdict on a point that is known to this distance only (a length).
pub(super) fn classify_within(
    loss: &Loss,
    at: [f64; 2],
    view: View,
    tolerance: Tolerance,
    known: f64,
) -> Verdict {
    let jet = jet(loss, at);
    let mut verdict = Verdict {
        kind: Kind::NotDifferentiable,
        jet,
        curvature: Curvature::of(jet.hessian),
        signs: [0; 2],
        correction: f64::NAN,
        null_gradient: f64::NAN,
        zero_below: f64::NAN,
        tolerance,
    };
    if let Some(kind) = no_shape(loss, at, view, &jet) {
        verdict.kind = kind;
        return verdict;
    }
    let Some(Curvature { lambda, v, .. }) = verdict.curvature else { return verdict };
    let norm = lambda[0].abs().max(lambda[1].abs());
    let test = Probe { loss, at, jet, size: view.size(), tolerance, known }.test(v, lambda, norm);
    verdict.signs = test.signs;
    verdict.correction = test.correction;
    verdict.null_gradient = test.null_gradient;
    verdict.zero_below = test.zero_below;
    verdict.kind = match test.signs {
        _ if !test.critical => Kind::NotCritical,
        [-1, 1] => Kind::Saddle,
        [1, _] => Kind::Minimum,
        [_, -1] => Kind::Maximum,
        [0, 1] => Kind::Degenerate(Degeneracy::NoMaximum),
        [-1, _] => Kind::Degenerate(Degeneracy::NoMinimum),
        _ => Kind::Degenerate(Degeneracy::Flat),
    };
    verdict
}

/// The verdict on the slice of a loss through a point along the direction at angle `phi`, by the same tests.
///
/// ```
/// use saddlescope::critical::{Kind, Tolerance, classify_along};
/// use saddlescope::loss::Loss;
/// let loss = Loss::notes(); // a saddle at 0, but frozen to w₂ = −w₁ …
/// let slice = classify_along(&loss, [0.0, 0.0], -std::f64::consts::FRAC_PI_4, loss.domain(), Tolerance::default());
/// assert_eq!(slice.kind, Kind::Minimum); // … a minimum
/// assert!((slice.curvature - 2.0).abs() < 1e-15);
/// ```
pub fn classify_along(loss: &Loss, at: [f64; 2], phi: f64, view: View, tolerance: Tolerance) -> SliceVerdict {
    let jet = jet(loss, at);
    let v = [phi.cos(), phi.sin()];
    let (slope, curvature) = (dot(v, jet.gradient), along(jet.hessian, v, v));
    let mut verdict = SliceVerdict {
        kind: Kind::NotDifferentiable,
        slope,
        curvature,
        sign: 0,
        correction: f64::NAN,
        zero_below: f64::NAN,
    };
    if let Some(kind) = no_shape(loss, at, view, &jet) {
        verdict.kind = kind;
        return verdict;
    }
    // vᵀHv is the sum of terms as large as ‖H‖, and rounds accordingly.
    let norm = Curvature::of(jet.hessian).map_or(f64::NAN, |c| c.lambda[0].abs().max(c.lambda[1].abs()));
    let test = Probe { loss, at, jet, size: view.size(), tolerance, known: 0.0 }.test([v], [curvature], norm);
    verdict.sign = test.signs[0];
    verdict.correction = test.correction;
    verdict.zero_below = test.zero_below;
    verdict.kind = match test.signs[0] {
        _ if !test.critical => Kind::NotCritical,
        1 => Kind::Minimum,
        -1 => Kind::Maximum,
        _ => Kind::Degenerate(Degeneracy::Flat),
    };
    verdict
}

/// The kind of a point where g or H does not exist.
fn no_shape(loss: &Loss, at: [f64; 2], view: View, jet: &Jet) -> Option<Kind> {
    let finite = jet.gradient.iter().chain(jet.hessian.as_flattened()).all(|x| x.is_finite());
    match smoothness(loss, at, view.size()) {
        Smoothness::NotDefined => Some(Kind::NotDefined),
        _ if !jet.value.is_finite() => Some(Kind::NotDefined),
        Smoothness::NotDifferentiable => Some(Kind::NotDifferentiable),
        Smoothness::Smooth => (!finite).then_some(Kind::NotDifferentiable),
    }
}

/// How many times the sampled change of H (or g) an entry may be and still count as zero: the samples are few.
const MARGIN: f64 = 4.0;

/// The distance, as a share of the view, within which no point is told from another.
const LEAST_DISTANCE: f64 = 1e-10;

/// How far away a steeper slope is looked for, as a share of the view: beyond all that counts as one point.
const AROUND: f64 = 1e-3;
/// The share of the change of L within that distance that is no more than rounding.
const ROUNDING: f64 = 1e-12;

/// A point whose g and H are to be judged along N orthogonal axes.
struct Probe<'a> {
    loss: &'a Loss,
    at: [f64; 2],
    jet: Jet,
    size: f64,
    tolerance: Tolerance,
    /// The distance to which the point is known, if that is more than what follows from its gradient.
    known: f64,
}

/// What [`Probe::test`] found along N axes.
struct Test<const N: usize> {
    critical: bool,
    signs: [i8; N],
    correction: f64,
    null_gradient: f64,
    zero_below: f64,
}

/// The largest change of H and of each component of g within a distance.
struct Change<const N: usize> {
    hessian: f64,
    gradient: [f64; N],
}

impl Probe<'_> {
    /// Judges g and the curvatures `lambda` along the orthonormal `axes`; `norm` is ‖H‖.
    fn test<const N: usize>(&self, axes: [[f64; 2]; N], lambda: [f64; N], norm: f64) -> Test<N> {
        let Tolerance { position, eigenvalue } = self.tolerance;
        let gamma = axes.map(|v| dot(v, self.jet.gradient));
        let far = self.at[0].abs().max(self.at[1].abs());
        let least = (LEAST_DISTANCE * self.size).max(4.0 * f64::EPSILON * far).max(self.known);
        let correction = |zero_below: f64| {
            let parts =
                lambda.iter().zip(&gamma).filter(|(l, _)| l.abs() > zero_below).map(|(l, g)| (g / l).abs());
            parts.reduce(f64::hypot).unwrap_or(f64::NAN)
        };
        let mut change = self.change(&axes, least);
        let mut zero_below = (eigenvalue * norm).max(MARGIN * change.hessian);
        // NaN (nothing but null directions) is no reason against the point.
        let first = correction(zero_below);
        let near = first.is_nan() || first <= position * self.size;
        if near && 2.0 * first > least {
            change = self.change(&axes, 2.0 * first);
            zero_below = zero_below.max(MARGIN * change.hessian);
        }
        let pole = near && self.is_pole(&axes, lambda, gamma);
        if pole {
            zero_below = eigenvalue * norm;
        }
        let signs = lambda.map(|l| if l.abs() <= zero_below { 0 } else { l.signum() as i8 });
        let mut null_gradient = 0.0_f64;
        let mut null = true;
        for ((g, sign), moved) in gamma.iter().zip(signs).zip(change.gradient) {
            if sign == 0 {
                null_gradient = null_gradient.hypot(*g);
                null &= g.abs() <= (eigenvalue * norm * self.size).max(MARGIN * moved);
            }
        }
        Test {
            critical: near && null && !pole,
            signs,
            correction: correction(zero_below) / self.size,
            null_gradient: if norm > 0.0 { null_gradient / (norm * self.size) } else { f64::NAN },
            zero_below,
        }
    }

    /// Whether g is steeper here than farther on either way of Newton's step, as it is beside a pole: on either side of a
    /// critical point it is less. Where such a step would change L by nothing, g is a rounding error in a narrow valley.
    fn is_pole<const N: usize>(&self, axes: &[[f64; 2]; N], lambda: [f64; N], gamma: [f64; N]) -> bool {
        let norm = |g: [f64; 2]| g[0].hypot(g[1]);
        let (mut step, mut gain) = ([0.0; 2], 0.0);
        for ((v, l), g) in axes.iter().zip(lambda).zip(gamma).filter(|((_, l), _)| *l != 0.0) {
            step = [0, 1].map(|i| step[i] - g / l * v[i]);
            gain += g * g / l.abs();
        }
        let (mut steepest, mut change) = (f64::NAN, 0.0_f64);
        for way in [1.0, -1.0] {
            let far = way * AROUND * self.size / norm(step);
            let (value, g) = gradient(self.loss, [0, 1].map(|i| self.at[i] + far * step[i]));
            if value.is_finite() {
                // f64::max passes over NaN.
                steepest = steepest.max(norm(g));
                change = change.max((value - self.jet.value).abs());
            }
        }
        norm(self.jet.gradient) > MARGIN * steepest && gain > ROUNDING * change
    }

    /// Samples at a distance along the axes and, with two of them, their diagonals. Places where the loss is not
    /// defined are left out.
    fn change<const N: usize>(&self, axes: &[[f64; 2]; N], distance: f64) -> Change<N> {
        const DIAGONALS: [[f64; 2]; 8] = [
            [1.0, 0.0],
            [-1.0, 0.0],
            [0.0, 1.0],
            [0.0, -1.0],
            [0.7, 0.7],
            [-0.7, 0.7],
            [0.7, -0.7],
            [-0.7, -0.7],
        ];
        let mut change = Change { hessian: 0.0, gradient: [0.0; N] };
        for weights in DIAGONALS.iter().take(if N == 1 { 2 } else { 8 }) {
            let mut place = self.at;
            for (v, weight) in axes.iter().zip(weights) {
                place[0] += weight * distance * v[0];
                place[1] += weight * distance * v[1];
            }
            let there = jet(self.loss, place);
            let moved = [0, 1].map(|i| [0, 1].map(|j| there.hessian[i][j] - self.jet.hessian[i][j]));
            let turned = [0, 1].map(|i| there.gradient[i] - self.jet.gradient[i]);
            let entries = axes.iter().flat_map(|u| axes.iter().map(|v| along(moved, *u, *v)));
            // f64::max passes over NaN.
            change.hessian = change.hessian.max(entries.fold(0.0, f64::hypot));
            for (largest, v) in change.gradient.iter_mut().zip(axes) {
                *largest = largest.max(dot(*v, turned).abs());
            }
        }
        change
    }
}

fn dot(u: [f64; 2], v: [f64; 2]) -> f64 {
    u[0] * v[0] + u[1] * v[1]
}

/// uᵀHv.
fn along(h: [[f64; 2]; 2], u: [f64; 2], v: [f64; 2]) -> f64 {
    dot(u, [dot(h[0], v), dot(h[1], v)])
}
