//! Nesterov's accelerated gradient (1983; notes §5.1.3).
//!
//! | dialect | buffer | step |
//! |---|---|---|
//! | notes | p = θ − β·m, m ← β·m + η·∇L(p) | Δ = −m |
//! | PyTorch, optax | m ← β·m + g | Δ = −η·(g + β·m) |
//! | Keras | m ← β·m − η·g | Δ = β·m − η·g |
//!
//! The notes ask for the gradient ahead of θ. The frameworks keep as θ the point ahead itself: at a constant rate their
//! θ is the notes' p, to rounding, and the two paths drawn differ for that reason alone. The notes scale the step by
//! 1 − β where η belongs.

use super::gradient_descent::DECAY;
use super::method::{Recipe, lines, nothing};
use super::momentum::BETA;
use super::parameter::Dialect;
use super::state::{Outcome, State, Step, decays};

pub(super) static RECIPE: Recipe = Recipe {
    id: "nesterov",
    rates: [Some(0.01), Some(0.001), Some(0.01), Some(0.01)],
    parameters: &[BETA, DECAY],
    vectors: &["p", "g", "m", "Δ"],
    scalars: &["β"],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[_, decay, ..], _| match dialect {
        Dialect::Notes => ["p = θ − β·m", "g = ∇L(p)", "m = β·m + η·g", "Δ = −m"].map(String::from).into(),
        Dialect::Keras => lines([0.0, decay], &["m = β·m − η·g"], "β·m − η·g"),
        Dialect::Pytorch | Dialect::Optax => lines([decay, 0.0], &["m = β·m + g"], "−η·(g + β·m)"),
    },
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [beta, decay, ..] = step.values;
    let beta = step.momentum.unwrap_or(beta);
    let [coupled, decoupled] = decays(step.dialect, decay, false);
    state.scalars[0] = beta;
    let [p, g, m, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    p.copy_from_slice(step.theta);
    if step.dialect == Dialect::Notes {
        p.iter_mut().zip(&*m).for_each(|(p, m)| *p -= beta * m);
        step.oracle.gradient(p, g);
    } else {
        step.gradient(coupled, g);
    }
    for (((delta, rate), m), g) in delta.iter_mut().zip(step.rates).zip(m).zip(g) {
        // m ← β·m + share·g, Δ = along·m + beside·g
        let (share, along, beside) = match step.dialect {
            Dialect::Notes => (*rate, -1.0, 0.0),
            Dialect::Keras => (-rate, beta, -rate),
            Dialect::Pytorch | Dialect::Optax => (1.0, -rate * beta, -rate),
        };
        *m = beta * *m + share * *g;
        *delta = along * *m + beside * *g;
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
