//! Lion (Chen et al. 2023): only the sign of an averaged gradient, so that every coordinate moves by η.
//!
//! c = β₁·m + (1 − β₁)·g,  m ← β₂·m + (1 − β₂)·g,  Δ = −η·sign(c), with sign(0) = 0
//!
//! Keras and optax agree, weight decay (decoupled) included; by default Keras has none and optax 0.001.

use super::adam::BETA1;
use super::method::{Recipe, lines, nothing};
use super::parameter::{Domain, Parameter, parameter};
use super::state::{Outcome, State, Step};

const PARAMETERS: [Parameter; 3] = [
    Parameter { defaults: [None, None, Some(0.9), Some(0.9)], ..BETA1 },
    parameter("beta2", "β₂", Domain::HalfOpen(0.0, 1.0), [None, None, Some(0.99), Some(0.99)]),
    parameter("weight-decay", "ω", Domain::Closed(0.0, 10.0), [None, None, Some(0.0), Some(0.001)]),
];

pub(super) static RECIPE: Recipe = Recipe {
    id: "lion",
    rates: [None, None, Some(0.001), Some(0.001)],
    parameters: &PARAMETERS,
    vectors: &["g", "c", "m", "Δ"],
    scalars: &["β₁"],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |_, &[_, _, decay, ..], _| {
        lines([0.0, decay], &["c = β₁·m + (1 − β₁)·g", "m = β₂·m + (1 − β₂)·g"], "−η·sign(c)")
    },
};

/// −1, 0 or 1; NaN stays NaN.
pub(super) fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [beta1, beta2, decay, ..] = step.values;
    let beta1 = step.momentum.unwrap_or(beta1);
    state.scalars[0] = beta1;
    let [g, c, m, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    for ((((delta, rate), m), c), g) in delta.iter_mut().zip(step.rates).zip(m).zip(c).zip(g) {
        *c = beta1 * *m + (1.0 - beta1) * *g;
        *m = beta2 * *m + (1.0 - beta2) * *g;
        *delta = -rate * sign(*c);
    }
    step.decay(decay, delta);
    Outcome::Step
}
