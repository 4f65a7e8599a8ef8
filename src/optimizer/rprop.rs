//! Rprop (Riedmiller and Braun 1993), the variant iRprop−: only the signs of g, and a step size h for each coordinate.
//!
//! σ = sign(g·p), where p is the last gradient; h grows by η₊ where σ > 0 and shrinks by η₋ where σ < 0; then, where
//! σ < 0, the move is skipped and p is put to 0, so that the next sign is not compared.
//!
//! | dialect | step |
//! |---|---|
//! | PyTorch | p ← g (0 where σ < 0), Δ = −h·sign(p) |
//! | optax | the same step sizes, one step late: p is the last *move*, Δ = −p (0 where σ < 0), then p ← h·sign(g) |
//!
//! h starts at η, which has no say afterwards: a schedule does nothing here, as in the frameworks.
//! `pick(σ, a, b, c)` in the lines is a, b or c for σ < 0, = 0, > 0.

use super::lion::sign;
use super::method::{Recipe, lines, nothing};
use super::parameter::{Dialect, Domain, Parameter, parameter};
use super::state::{Outcome, State, Step};

const PARAMETERS: [Parameter; 4] = [
    parameter("shrink", "η₋", Domain::HalfOpen(0.0, 1.0), [None, Some(0.5), None, Some(0.5)]),
    parameter("grow", "η₊", Domain::Closed(1.0, 100.0), [None, Some(1.2), None, Some(1.2)]),
    parameter("smallest", "h₋", Domain::Closed(0.0, 1e3), [None, Some(1e-6), None, Some(1e-6)]),
    parameter("largest", "h₊", Domain::Closed(0.0, 1e6), [None, Some(50.0), None, Some(50.0)]),
];

pub(super) static RECIPE: Recipe = Recipe {
    id: "rprop",
    rates: [None, Some(0.01), None, Some(0.01)],
    parameters: &PARAMETERS,
    vectors: &["g", "σ", "h", "p", "Δ"],
    scalars: &[],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, _, t| {
        if dialect == Dialect::Optax {
            let size = if t <= 1 {
                "h = η"
            } else {
                "h = pick(σ, clip(η₋·h, h₋, h₊), h, clip(η₊·h, h₋, h₊))"
            };
            let mut lines = lines([0.0; 2], &["σ = sign(g·p)", size], "pick(σ, 0, −p, −p)");
            lines.push("p = pick(σ, 0, h·sign(g), h·sign(g))".into());
            lines
        } else {
            let size = if t <= 1 {
                "h = clip(η, h₋, h₊)"
            } else {
                "h = clip(pick(σ, η₋, 1, η₊)·h, h₋, h₊)"
            };
            let own = ["σ = sign(g·p)", size, "p = pick(σ, 0, g, g)"];
            lines([0.0; 2], &own, "−h·sign(p)")
        }
    },
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [shrink, grow, smallest, largest, ..] = step.values;
    let optax = step.dialect == Dialect::Optax;
    let [g, sigma, h, p, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    if step.t <= 1.0 {
        h.copy_from_slice(step.rates);
    }
    for ((((delta, p), h), sigma), g) in delta.iter_mut().zip(p).zip(h).zip(sigma).zip(g) {
        *sigma = sign(*g * *p);
        let factor = if *sigma > 0.0 {
            grow
        } else if *sigma < 0.0 {
            shrink
        } else {
            1.0
        };
        if *sigma != 0.0 || !optax {
            // Not f64::clamp, which panics where the limits are given in the wrong order.
            *h = (*h * factor).max(smallest).min(largest);
        }
        if optax {
            *delta = if *sigma < 0.0 { 0.0 } else { -*p };
            *p = if *sigma < 0.0 { 0.0 } else { *h * sign(*g) };
        } else {
            *p = if *sigma < 0.0 { 0.0 } else { *g };
            *delta = -*h * sign(*p);
        }
    }
    Outcome::Step
}
