//! Gradient descent (Cauchy 1847; notes §5.1): θ ← θ − η·g.
//!
//! The dialects part on weight decay only: PyTorch adds ω·θ to g, Keras subtracts η·ω·θ from θ, which for this method
//! is the same thing.

use super::method::{Recipe, lines, nothing};
use super::parameter::{Domain, Parameter, parameter};
use super::state::{Outcome, State, Step, decays};

/// Weight decay, where only PyTorch and Keras have it.
pub(super) const DECAY: Parameter =
    parameter("weight-decay", "ω", Domain::Closed(0.0, 10.0), [None, Some(0.0), Some(0.0), None]);

pub(super) static RECIPE: Recipe = Recipe {
    id: "gradient-descent",
    rates: [Some(0.01), Some(0.001), Some(0.01), Some(0.01)],
    parameters: &[DECAY],
    vectors: &["g", "Δ"],
    scalars: &[],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[decay, ..], _| lines(decays(dialect, decay, false), &[], "−η·g"),
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [decay, ..] = step.values;
    let [coupled, decoupled] = decays(step.dialect, decay, false);
    let [g, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    for ((delta, rate), g) in delta.iter_mut().zip(step.rates).zip(g) {
        *delta = -rate * *g;
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
