//! Momentum, in both of the notes' forms (§5.1.2).
//!
//! **Heavy ball** (Polyak 1964): the buffer sums what came before.
//!
//! | dialect | buffer | step |
//! |---|---|---|
//! | notes | m ← β·m + η·g | Δ = −m |
//! | PyTorch | m ← β·m + (1 − τ)·g, at the first step m ← g | Δ = −η·m |
//! | Keras | m ← β·m − η·g | Δ = m |
//! | optax | m ← β·m + g | Δ = −η·m |
//!
//! At a constant rate all four are the same. Under a schedule they are not: with η inside the buffer (notes, Keras)
//! old gradients keep the rate of their time, outside it the whole buffer takes today's. τ is PyTorch's dampening.
//!
//! **Averaged** (the notes' second form): m ← β·m + (1 − β)·g, Δ = −η·m; the notes leave out η. It is not the same
//! as the first form but for a factor of η that goes unsaid: 1/(1 − β), 10 at β = 0.9.

use super::gradient_descent::DECAY;
use super::method::{Recipe, lines, nothing};
use super::parameter::{Dialect, Domain, Parameter, parameter};
use super::state::{Outcome, State, Step, decays};

/// β. The frameworks' own default is 0, no momentum at all; 0.9 is what the notes and their manuals use.
pub(super) const BETA: Parameter =
    parameter("momentum", "β", Domain::HalfOpen(0.0, 1.0), [Some(0.9), Some(0.9), Some(0.9), Some(0.9)]);

const AVERAGED_BETA: Parameter =
    parameter("momentum", "β", Domain::HalfOpen(0.0, 1.0), [Some(0.9), None, None, None]);

const DAMPENING: Parameter =
    parameter("dampening", "τ", Domain::Closed(0.0, 1.0), [None, Some(0.0), None, None]);

pub(super) static MOMENTUM: Recipe = Recipe {
    id: "momentum",
    rates: [Some(0.01), Some(0.001), Some(0.01), Some(0.01)],
    parameters: &[BETA, DECAY, DAMPENING],
    vectors: &["g", "m", "Δ"],
    scalars: &["β"],
    start: None,
    memory: nothing,
    limit: None,
    step: heavy_ball,
    lines: |dialect, &[_, decay, dampening, ..], t| {
        let (buffer, delta) = match dialect {
            Dialect::Notes => ("m = β·m + η·g", "−m"),
            Dialect::Pytorch if t <= 1 => ("m = g", "−η·m"),
            Dialect::Pytorch if dampening != 0.0 => ("m = β·m + (1 − τ)·g", "−η·m"),
            Dialect::Pytorch | Dialect::Optax => ("m = β·m + g", "−η·m"),
            Dialect::Keras => ("m = β·m − η·g", "m"),
        };
        lines(decays(dialect, decay, false), &[buffer], delta)
    },
};

pub(super) static AVERAGED: Recipe = Recipe {
    id: "averaged-momentum",
    rates: [Some(0.01), None, None, None],
    parameters: &[AVERAGED_BETA],
    vectors: &["g", "m", "Δ"],
    scalars: &["β"],
    start: None,
    memory: nothing,
    limit: None,
    step: averaged,
    lines: |_, _, _| lines([0.0; 2], &["m = β·m + (1 − β)·g"], "−η·m"),
};

fn heavy_ball(step: &mut Step, state: &mut State) -> Outcome {
    let [beta, decay, dampening, ..] = step.values;
    let beta = step.momentum.unwrap_or(beta);
    let [coupled, decoupled] = decays(step.dialect, decay, false);
    state.scalars[0] = beta;
    let [g, m, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    for (((delta, rate), m), g) in delta.iter_mut().zip(step.rates).zip(m).zip(g) {
        // m ← β·m + share·g, Δ = length·m
        let (share, length) = match step.dialect {
            Dialect::Notes => (*rate, -1.0),
            Dialect::Keras => (-rate, 1.0),
            Dialect::Pytorch if step.t > 1.0 => (1.0 - dampening, -rate),
            Dialect::Pytorch | Dialect::Optax => (1.0, -rate),
        };
        *m = beta * *m + share * *g;
        *delta = length * *m;
    }
    step.decay(decoupled, delta);
    Outcome::Step
}

fn averaged(step: &mut Step, state: &mut State) -> Outcome {
    let [beta, ..] = step.values;
    let beta = step.momentum.unwrap_or(beta);
    state.scalars[0] = beta;
    let [g, m, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    for (((delta, rate), m), g) in delta.iter_mut().zip(step.rates).zip(m).zip(g) {
        *m = beta * *m + (1.0 - beta) * *g;
        *delta = -rate * *m;
    }
    Outcome::Step
}
