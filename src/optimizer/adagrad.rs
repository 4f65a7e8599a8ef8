//! AdaGrad (Duchi, Hazan, Singer 2011; notes §5.1.4): s ← s + g², and each coordinate's rate is divided by √s.
//!
//! | dialect | step | s starts at |
//! |---|---|---|
//! | notes | Δ = −η·g/√(s + ε) | 0 |
//! | PyTorch | Δ = −η′·g/(√s + ε), η′ = η/(1 + (t − 1)·δ) | 0 |
//! | Keras | Δ = −η·g/√(s + ε) | 0.1 |
//! | optax | the same, and 0 where s = 0 | 0.1 |
//!
//! δ is PyTorch's `lr_decay`. The notes write the loss where its gradient belongs, and their listing shows Adam.

use super::gradient_descent::DECAY;
use super::method::{Recipe, lines, nothing};
use super::parameter::{Dialect, Domain, Parameter, parameter};
use super::state::{Outcome, State, Step, decays};

const EPSILON: Parameter =
    parameter("epsilon", "ε", Domain::Closed(0.0, 1.0), [Some(1e-8), Some(1e-10), Some(1e-7), Some(1e-7)]);
const START: Parameter =
    parameter("initial-accumulator", "s₀", Domain::Closed(0.0, 1e6), [None, Some(0.0), Some(0.1), Some(0.1)]);
const RATE_DECAY: Parameter =
    parameter("rate-decay", "δ", Domain::Closed(0.0, 1e3), [None, Some(0.0), None, None]);

pub(super) static RECIPE: Recipe = Recipe {
    id: "adagrad",
    rates: [Some(0.01), Some(0.01), Some(0.001), Some(0.01)],
    parameters: &[EPSILON, START, RATE_DECAY, DECAY],
    vectors: &["g", "s", "Δ"],
    scalars: &[],
    start: Some((1, 1)),
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[_, _, rate_decay, decay, ..], _| {
        let delta = match dialect {
            Dialect::Pytorch if rate_decay != 0.0 => "−η/(1 + (t − 1)·δ)·g/(√s + ε)",
            Dialect::Pytorch => "−η·g/(√s + ε)",
            Dialect::Notes | Dialect::Keras | Dialect::Optax => "−η·g/√(s + ε)",
        };
        lines(decays(dialect, decay, false), &["s = s + g²"], delta)
    },
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [epsilon, _, rate_decay, decay, ..] = step.values;
    let [coupled, decoupled] = decays(step.dialect, decay, false);
    let [g, s, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    let slower = 1.0 + (step.t - 1.0) * rate_decay;
    for (((delta, rate), s), g) in delta.iter_mut().zip(step.rates).zip(s).zip(g) {
        let rate = rate / slower;
        *s += *g * *g;
        *delta = match step.dialect {
            Dialect::Pytorch => -rate * *g / (s.sqrt() + epsilon),
            Dialect::Optax if *s == 0.0 => 0.0,
            _ => -rate * *g / (*s + epsilon).sqrt(),
        };
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
