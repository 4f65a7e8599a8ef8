//! Adadelta (Zeiler 2012; notes §5.1.6, which leave the formula out: this is the paper's).
//!
//! s ← ρ·s + (1 − ρ)·g²,  d = g·√(u + ε)/√(s + ε),  u ← ρ·u + (1 − ρ)·d²,  Δ = −η·d
//!
//! u averages the squares of the unscaled d; the paper has η = 1. The frameworks agree to rounding but for weight
//! decay, which PyTorch and optax add to g and Keras decouples.

use super::method::{Recipe, lines, nothing};
use super::parameter::{Domain, Parameter, parameter};
use super::state::{Outcome, State, Step, decays};

const PARAMETERS: [Parameter; 3] = [
    parameter("rho", "ρ", Domain::HalfOpen(0.0, 1.0), [Some(0.95), Some(0.9), Some(0.95), Some(0.9)]),
    parameter("epsilon", "ε", Domain::Closed(0.0, 1.0), [Some(1e-6), Some(1e-6), Some(1e-7), Some(1e-6)]),
    parameter("weight-decay", "ω", Domain::Closed(0.0, 10.0), [None, Some(0.0), Some(0.0), Some(0.0)]),
];

pub(super) static RECIPE: Recipe = Recipe {
    id: "adadelta",
    rates: [Some(1.0), Some(1.0), Some(0.001), Some(1.0)],
    parameters: &PARAMETERS,
    vectors: &["g", "s", "d", "u", "Δ"],
    scalars: &[],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[_, _, decay, ..], _| {
        let own = ["s = ρ·s + (1 − ρ)·g²", "d = g·√(u + ε)/√(s + ε)", "u = ρ·u + (1 − ρ)·d²"];
        lines(decays(dialect, decay, false), &own, "−η·d")
    },
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [rho, epsilon, decay, ..] = step.values;
    let [coupled, decoupled] = decays(step.dialect, decay, false);
    let [g, s, d, u, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    for (((((delta, rate), u), d), s), g) in delta.iter_mut().zip(step.rates).zip(u).zip(d).zip(s).zip(g) {
        *s = rho * *s + (1.0 - rho) * *g * *g;
        *d = *g * (*u + epsilon).sqrt() / (*s + epsilon).sqrt();
        *u = rho * *u + (1.0 - rho) * *d * *d;
        *delta = -rate * *d;
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
