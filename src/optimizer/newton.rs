//! Newton's method and its two cures, written along the eigenvectors v of H = VΛVᵀ: with c = Vᵀg,
//!
//! | method | along v | Δ |
//! |---|---|---|
//! | Newton (notes, "when gradients are zero") | a = −η·c/λ | V·a = −η·H⁻¹g |
//! | shifted Newton (Levenberg 1944, Marquardt 1963) | a = −η·c/(λ + μ) | V·a = −η·(H + μI)⁻¹g |
//! | saddle-free Newton (Dauphin et al. 2014) | a = −η·c/max(abs(λ), φ·max abs(λ)) | V·a = −η·abs(H)⁻¹g |
//!
//! η = 1 is the full step, exact on a quadratic. Newton's method goes to the critical point of the model, of any kind:
//! to maxima and saddles too. Where a divisor is zero to rounding, 1e-12 of the largest, there is no step and the
//! outcome is [`Outcome::Singular`]; saddle-free Newton has a floor φ instead, and is singular only where H = 0.
//! These exist in one dialect.

use super::method::Recipe;
use super::oracle::Oracle;
use super::parameter::{Domain, Values, parameter};
use super::state::{Outcome, State, Step};
use crate::critical::{Curvature, eigen};

/// λ counts as zero at this share of max|λ|.
const SINGULAR: f64 = 1e-12;

/// The largest n: n³ work a step.
pub(super) const LIMIT: usize = 64;

const VECTORS: &[&str] = &["g", "λ", "c", "a", "Δ"];

pub(super) static NEWTON: Recipe = Recipe {
    id: "newton",
    rates: [Some(1.0), None, None, None],
    parameters: &[],
    vectors: VECTORS,
    scalars: &[],
    start: None,
    memory: square,
    limit: Some(LIMIT),
    step: |s, state| step(s, state, Kind::Plain),
    lines: |_, _, _| lines("a = −η·c/λ"),
};

pub(super) static SHIFTED: Recipe = Recipe {
    id: "shifted-newton",
    rates: [Some(1.0), None, None, None],
    parameters: &[parameter("shift", "μ", Domain::Closed(0.0, 1e6), [Some(1.0), None, None, None])],
    vectors: VECTORS,
    scalars: &[],
    start: None,
    memory: square,
    limit: Some(LIMIT),
    step: |s, state| step(s, state, Kind::Shifted),
    lines: |_, _, _| lines("a = −η·c/(λ + μ)"),
};

pub(super) static SADDLE_FREE: Recipe = Recipe {
    id: "saddle-free-newton",
    rates: [Some(1.0), None, None, None],
    parameters: &[parameter("floor", "φ", Domain::Closed(0.0, 1.0), [Some(SINGULAR), None, None, None])],
    vectors: VECTORS,
    scalars: &["λ₊"],
    start: None,
    memory: square,
    limit: Some(LIMIT),
    step: |s, state| step(s, state, Kind::SaddleFree),
    lines: |_, _, _| lines("a = −η·c/max(abs(λ), φ·λ₊)"),
};

pub(super) fn square(n: usize, _: &Values) -> usize {
    n * n
}

fn lines(along: &str) -> Vec<String> {
    ["g = ∇L(θ)", "λ = Vᵀ·H·V", "c = Vᵀ·g", along, "Δ = V·a"].map(String::from).into()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Shifted,
    SaddleFree,
}

fn step(step: &mut Step, state: &mut State, kind: Kind) -> Outcome {
    let [g, lambda, c, a, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    let v = &mut state.memory;
    if !axes(step.oracle, step.theta, v, lambda) {
        delta.fill(f64::NAN);
        return Outcome::Step;
    }
    let largest = lambda.iter().fold(0.0, |max: f64, l| max.max(l.abs()));
    state.scalars[0] = largest;
    let divisor = |l: f64| match kind {
        Kind::Plain => l,
        Kind::Shifted => l + step.values[0],
        Kind::SaddleFree => l.abs().max(step.values[0] * largest),
    };
    let [least, most] = lambda.iter().fold([f64::INFINITY, 0.0], |[least, most]: [f64; 2], &l| {
        let d = divisor(l).abs();
        [least.min(d), most.max(d)]
    });
    delta.fill(0.0);
    let singular = if kind == Kind::SaddleFree { least == 0.0 } else { least <= SINGULAR * most };
    for ((v, &l), (c, a)) in v.chunks(g.len()).zip(&*lambda).zip(c.iter_mut().zip(a)) {
        *c = v.iter().zip(&*g).map(|(v, g)| v * g).sum();
        *a = -step.rate * *c / divisor(l);
        delta.iter_mut().zip(v).for_each(|(d, v)| *d += *a * v);
    }
    if singular {
        delta.fill(f64::NAN);
        return Outcome::Singular;
    }
    Outcome::Step
}

/// λ ascending, and the eigenvectors of H one after the other, in the room for H; whether H is finite.
pub(super) fn axes(oracle: &mut dyn Oracle, theta: &[f64], h: &mut [f64], lambda: &mut [f64]) -> bool {
    oracle.hessian(theta, h);
    let put = |to: &mut [f64], from: &[f64]| to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    if let &mut [a, _, b, d] = h {
        let Some(c) = Curvature::of([[a, b], [b, d]]) else { return false };
        put(lambda, &c.lambda);
        put(h, c.v.as_flattened());
        return true;
    }
    let Ok(eigen) = eigen(h) else { return false };
    put(lambda, &eigen.values);
    put(h, &eigen.vectors.concat());
    true
}
