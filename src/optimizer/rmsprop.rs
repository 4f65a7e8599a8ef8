//! RMSprop (Hinton's lecture 6e, 2012; notes §5.1.5): AdaGrad with an average, s ← ρ·s + (1 − ρ)·g².
//!
//! | dialect | denominator d | with momentum β |
//! |---|---|---|
//! | notes | √(s + ε) | – |
//! | PyTorch | √s + ε | m ← β·m + g/d, Δ = −η·m (η outside) |
//! | Keras | √(s + ε) | m ← β·m + η·g/d, Δ = −m (η inside) |
//! | optax | √(s + ε), or √s + ε by `epsilon-in-root` 0 | as Keras; `nesterov`: Δ = −(β·m + η·g/d) |
//!
//! Centred: s − a² in place of s, where a ← ρ·a + (1 − ρ)·g; in PyTorch's form rounding can make it negative, and then Δ
//! is NaN, as there. optax alone can correct s and a for their start at 0, as Adam does.

use super::gradient_descent::DECAY;
use super::method::{Recipe, lines, nothing};
use super::parameter::{Dialect, Domain, Parameter, parameter};
use super::state::{Outcome, State, Step, decays, power};

const PARAMETERS: [Parameter; 9] = [
    parameter("rho", "ρ", Domain::HalfOpen(0.0, 1.0), [Some(0.9), Some(0.99), Some(0.9), Some(0.9)]),
    parameter("epsilon", "ε", Domain::Closed(0.0, 1.0), [Some(1e-8), Some(1e-8), Some(1e-7), Some(1e-8)]),
    parameter("momentum", "β", Domain::HalfOpen(0.0, 1.0), [None, Some(0.0), Some(0.0), Some(0.0)]),
    parameter("centred", "", Domain::Flag, [None, Some(0.0), Some(0.0), Some(0.0)]),
    parameter("nesterov", "", Domain::Flag, [None, None, None, Some(0.0)]),
    parameter("epsilon-in-root", "", Domain::Flag, [None, None, None, Some(1.0)]),
    parameter("initial-accumulator", "s₀", Domain::Closed(0.0, 1e6), [None, None, None, Some(0.0)]),
    parameter("bias-correction", "", Domain::Flag, [None, None, None, Some(0.0)]),
    DECAY,
];

pub(super) static RECIPE: Recipe = Recipe {
    id: "rmsprop",
    rates: [Some(0.001), Some(0.01), Some(0.001), Some(0.001)],
    parameters: &PARAMETERS,
    vectors: &["g", "s", "a", "d", "m", "Δ"],
    scalars: &["β"],
    start: Some((1, 6)),
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[_, _, beta, centred, nesterov, in_root, _, corrected, decay, ..], _| {
        let centred = centred != 0.0;
        let square = match (centred, corrected != 0.0) {
            (false, false) => "s",
            (true, false) => "s − a²",
            (false, true) => "s/(1 − ρ^t)",
            (true, true) => "s/(1 − ρ^t) − (a/(1 − ρ^t))²",
        };
        let denominator = if inside(dialect, in_root) {
            ["d = √(", square, " + ε)"].concat()
        } else {
            ["d = √(", square, ") + ε"].concat()
        };
        let mut own = vec!["s = ρ·s + (1 − ρ)·g²"];
        if centred {
            own.push("a = ρ·a + (1 − ρ)·g");
        }
        own.push(&denominator);
        let delta = if beta == 0.0 {
            "−η·g/d"
        } else {
            own.push(if dialect == Dialect::Pytorch { "m = β·m + g/d" } else { "m = β·m + η·g/d" });
            match dialect {
                Dialect::Pytorch => "−η·m",
                _ if nesterov != 0.0 => "−(β·m + η·g/d)",
                _ => "−m",
            }
        };
        lines(decays(dialect, decay, false), &own, delta)
    },
};

/// Whether ε stands inside the root.
fn inside(dialect: Dialect, in_root: f64) -> bool {
    match dialect {
        Dialect::Notes | Dialect::Keras => true,
        Dialect::Pytorch => false,
        Dialect::Optax => in_root != 0.0,
    }
}

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [rho, epsilon, beta, centred, nesterov, in_root, _, corrected, decay, ..] = step.values;
    // A schedule's momentum is for methods that have one.
    let beta = if beta > 0.0 { step.momentum.unwrap_or(beta) } else { 0.0 };
    state.scalars[0] = beta;
    let [coupled, decoupled] = decays(step.dialect, decay, false);
    let [g, s, a, d, m, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    let inside = inside(step.dialect, in_root);
    let correction = if corrected != 0.0 { 1.0 - power(rho, step.t) } else { 1.0 };
    let rows = delta.iter_mut().zip(step.rates).zip(m).zip(d).zip(a).zip(s).zip(g);
    for ((((((delta, rate), m), d), a), s), g) in rows {
        // m ← β·m + share·g/d, Δ = −length·m
        let (share, length) = if step.dialect == Dialect::Pytorch { (1.0, *rate) } else { (*rate, 1.0) };
        *s = rho * *s + (1.0 - rho) * *g * *g;
        *a = rho * *a + (1.0 - rho) * *g;
        let mean = if centred != 0.0 { *a / correction } else { 0.0 };
        let square = *s / correction - mean * mean;
        *d = if inside { (square + epsilon).sqrt() } else { square.sqrt() + epsilon };
        *m = beta * *m + share * (*g / *d);
        *delta = if nesterov != 0.0 { -(beta * *m + rate * (*g / *d)) } else { -length * *m };
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
