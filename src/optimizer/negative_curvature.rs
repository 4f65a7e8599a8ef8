//! Gradient descent with steps along negative curvature: where the gradient is small, the eigenvector of a negative
//! eigenvalue leads on (the notes' way off a saddle; McCormick 1977, in the form of Royer and Wright 2018).
//!
//! Written along the eigenvectors v of H = VΛVᵀ, λ ascending, with c = Vᵀg: a = −η·(c + p), Δ = V·a, where p is zero
//! but for its first entry: p₁ = abs(λ₁)·sign(c₁) while ‖g‖ ≤ ε and λ₁ < 0, with sign(0) = −1. So it leaves the exact
//! saddle, along v₁, where every other method here has nothing to go by. ε is in the units of g. It exists in one dialect.

use super::method::Recipe;
use super::newton::{LIMIT, axes, square};
use super::parameter::{Domain, parameter};
use super::state::{Outcome, State, Step};

pub(super) static RECIPE: Recipe = Recipe {
    id: "negative-curvature",
    rates: [Some(0.1), None, None, None],
    parameters: &[parameter("below", "ε", Domain::Closed(0.0, 1e6), [Some(0.1), None, None, None])],
    vectors: &["g", "λ", "c", "p", "a", "Δ"],
    scalars: &[],
    start: None,
    memory: square,
    limit: Some(LIMIT),
    step,
    lines: |_, _, _| {
        ["g = ∇L(θ)", "λ = Vᵀ·H·V", "c = Vᵀ·g", "a = −η·(c + p)", "Δ = V·a"].map(String::from).into()
    },
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [g, lambda, c, p, a, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    let v = &mut state.memory;
    if !axes(step.oracle, step.theta, v, lambda) {
        delta.fill(f64::NAN);
        return Outcome::Step;
    }
    for (c, v) in c.iter_mut().zip(v.chunks(g.len())) {
        *c = v.iter().zip(&*g).map(|(v, g)| v * g).sum();
    }
    let norm = g.iter().map(|g| g * g).sum::<f64>().sqrt();
    p.fill(0.0);
    if let (Some(p), Some(&l), Some(&c)) = (p.first_mut(), lambda.first(), c.first())
        && norm <= step.values[0]
        && l < 0.0
    {
        *p = if c > 0.0 { -l } else { l };
    }
    delta.fill(0.0);
    for ((a, v), (c, p)) in a.iter_mut().zip(v.chunks(g.len())).zip(c.iter().zip(&*p)) {
        *a = -step.rate * (c + p);
        delta.iter_mut().zip(v).for_each(|(d, v)| *d += *a * v);
    }
    Outcome::Step
}
