//! Nadam (Dozat 2016): Adam that takes Nesterov's look ahead.
//!
//! With m, s and ŝ of Adam:
//!
//! | dialect | first moment | step |
//! |---|---|---|
//! | PyTorch | μₜ = β₁·(1 − ½·0.96^(tψ)), Π ← Π·μₜ, m̂ = μₜ₊₁·m/(1 − Π·μₜ₊₁) + (1 − μₜ)·g/(1 − Π) | Δ = −η·m̂/(√ŝ + ε) |
//! | Keras | the same with ψ = 1 (PyTorch's default is 0.004) | the same |
//! | optax | m̂ = β₁·m/(1 − β₁^(t+1)) + (1 − β₁)·g/(1 − β₁^t) | Δ = −η·m̂/(√(ŝ + ε₀) + ε) |
//!
//! Weight decay: PyTorch adds it to g or, by `decoupled`, subtracts η·ω·θ from θ; Keras and optax (`nadamw`) do the latter.

use super::adam::{BETA1, BETA2, EPSILON, EPSILON_ROOT};
use super::method::{Recipe, lines, nothing};
use super::parameter::{Dialect, Domain, Parameter, parameter};
use super::state::{Outcome, State, Step, decays, power};

const SPEED: Parameter = Parameter {
    id: "momentum-decay",
    symbol: "ψ",
    domain: Domain::Closed(0.0, 10.0),
    defaults: [None, Some(0.004), None, None],
    neutral: 1.0,
};
const DECAY: Parameter =
    parameter("weight-decay", "ω", Domain::Closed(0.0, 10.0), [None, Some(0.0), Some(0.0), Some(0.0)]);
/// Whether PyTorch's weight decay is decoupled.
pub(super) const DECOUPLED: Parameter =
    parameter("decoupled", "", Domain::Flag, [None, Some(0.0), None, None]);

pub(super) static RECIPE: Recipe = Recipe {
    id: "nadam",
    rates: [None, Some(0.002), Some(0.001), Some(0.001)],
    parameters: &[BETA1, BETA2, EPSILON, EPSILON_ROOT, SPEED, DECAY, DECOUPLED],
    vectors: &["g", "m", "s", "m̂", "ŝ", "Δ"],
    scalars: &["β₁", "μ", "μ₊", "Π"],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[_, _, _, epsilon_root, _, decay, decoupled, ..], t| {
        let mut own = vec!["m = β₁·m + (1 − β₁)·g", "s = β₂·s + (1 − β₂)·g²"];
        if dialect == Dialect::Optax {
            own.push("m̂ = β₁·m/(1 − β₁^(t + 1)) + (1 − β₁)·g/(1 − β₁^t)");
        } else {
            own.extend(match dialect {
                Dialect::Keras => ["μ = β₁·(1 − 0.5·0.96^t)", "μ₊ = β₁·(1 − 0.5·0.96^(t + 1))"],
                _ => ["μ = β₁·(1 − 0.5·0.96^(t·ψ))", "μ₊ = β₁·(1 − 0.5·0.96^((t + 1)·ψ))"],
            });
            own.push(if t <= 1 { "Π = μ" } else { "Π = Π·μ" });
            own.push("m̂ = μ₊·m/(1 − Π·μ₊) + (1 − μ)·g/(1 − Π)");
        }
        own.push("ŝ = s/(1 − β₂^t)");
        let delta =
            if epsilon_root != 0.0 { "−η·m̂/(√(ŝ + ε₀) + ε)" } else { "−η·m̂/(√ŝ + ε)" };
        lines(decays(dialect, decay, dialect == Dialect::Optax || decoupled != 0.0), &own, delta)
    },
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [beta1, beta2, epsilon, epsilon_root, speed, decay, decoupled, ..] = step.values;
    let beta1 = step.momentum.unwrap_or(beta1);
    let optax = step.dialect == Dialect::Optax;
    let [coupled, decoupled] = decays(step.dialect, decay, optax || decoupled != 0.0);
    let t = step.t;
    let at = |t: f64| beta1 * (1.0 - 0.5 * 0.96f64.powf(t * speed));
    // What was μ₊ in the last step, unless β₁ has changed since: a general power takes as long as the rest of a step.
    let [last, _, then, _] = state.scalars;
    let now = if t > 1.0 && last == beta1 { then } else { at(t) };
    let next = at(t + 1.0);
    let product = if t > 1.0 { state.scalars[3] * now } else { now };
    state.scalars = [beta1, now, next, product];
    // m̂ = a·m + b·g
    let (a, b) = if optax {
        (beta1 / (1.0 - power(beta1, t + 1.0)), (1.0 - beta1) / (1.0 - power(beta1, t)))
    } else {
        (next / (1.0 - product * next), (1.0 - now) / (1.0 - product))
    };
    let c2 = 1.0 - power(beta2, t);
    let [g, m, s, m_hat, s_hat, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    let rows = delta.iter_mut().zip(step.rates).zip(s_hat).zip(m_hat).zip(s).zip(m).zip(g);
    for ((((((delta, rate), s_hat), m_hat), s), m), g) in rows {
        *m = beta1 * *m + (1.0 - beta1) * *g;
        *s = beta2 * *s + (1.0 - beta2) * *g * *g;
        *m_hat = a * *m + b * *g;
        *s_hat = *s / c2;
        *delta = -rate * *m_hat / ((*s_hat + epsilon_root).sqrt() + epsilon);
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
