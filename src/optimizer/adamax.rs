//! Adamax (Kingma and Ba 2015, §7.1): Adam with a running maximum of |g| in place of the root of an average of g².
//!
//! | dialect | maximum | step |
//! |---|---|---|
//! | PyTorch, optax | u ← max(β₂·u, abs(g) + ε) | Δ = −η/(1 − β₁^t)·m/u |
//! | Keras | u ← max(β₂·u, abs(g)) | Δ = −η·m/((1 − β₁^t)·(u + ε)) |
//!
//! with m ← β₁·m + (1 − β₁)·g. Weight decay: PyTorch adds it to g, Keras and optax (`adamaxw`) decouple it.

use super::adam::{BETA1, BETA2, EPSILON};
use super::method::{Recipe, lines, nothing};
use super::parameter::{Dialect, Domain, parameter};
use super::state::{Outcome, State, Step, decays, power};

pub(super) static RECIPE: Recipe = Recipe {
    id: "adamax",
    rates: [None, Some(0.002), Some(0.001), Some(0.002)],
    parameters: &[
        BETA1,
        BETA2,
        EPSILON,
        parameter("weight-decay", "ω", Domain::Closed(0.0, 10.0), [None, Some(0.0), Some(0.0), Some(0.0)]),
    ],
    vectors: &["g", "m", "u", "Δ"],
    scalars: &["β₁"],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[_, _, _, decay, ..], _| {
        let first = "m = β₁·m + (1 − β₁)·g";
        let decay = decays(dialect, decay, dialect == Dialect::Optax);
        if dialect == Dialect::Keras {
            lines(decay, &[first, "u = max(β₂·u, abs(g))"], "−η·m/((1 − β₁^t)·(u + ε))")
        } else {
            lines(decay, &[first, "u = max(β₂·u, abs(g) + ε)"], "−η/(1 − β₁^t)·m/u")
        }
    },
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [beta1, beta2, epsilon, decay, ..] = step.values;
    let beta1 = step.momentum.unwrap_or(beta1);
    state.scalars[0] = beta1;
    let [coupled, decoupled] = decays(step.dialect, decay, step.dialect == Dialect::Optax);
    let [g, m, u, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    let c1 = 1.0 - power(beta1, step.t);
    // ε under the maximum, or beside it
    let (within, beside) = if step.dialect == Dialect::Keras { (0.0, epsilon) } else { (epsilon, 0.0) };
    for ((((delta, rate), u), m), g) in delta.iter_mut().zip(step.rates).zip(u).zip(m).zip(g) {
        *m = beta1 * *m + (1.0 - beta1) * *g;
        *u = (beta2 * *u).max(g.abs() + within);
        *delta = -(rate / c1) * *m / (*u + beside);
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
