//! Adam (Kingma and Ba 2015; notes §5.1.7), AdamW (Loshchilov and Hutter 2019), AMSGrad (Reddi, Kale, Kumar 2018).
//!
//! m ← β₁·m + (1 − β₁)·g,  s ← β₂·s + (1 − β₂)·g²,  m̂ = m/(1 − β₁^t),  ŝ = s/(1 − β₂^t)
//!
//! | dialect | step |
//! |---|---|
//! | notes | Δ = −η·m̂/√(ŝ + ε) |
//! | PyTorch | Δ = −η·m̂/(√ŝ + ε) |
//! | Keras | Δ = −η·√(1 − β₂^t)/(1 − β₁^t)·m/(√s + ε), the paper's "epsilon hat": ε counts as ε/√(1 − β₂^t) |
//! | optax | Δ = −η·m̂/(√(ŝ + ε₀) + ε) |
//!
//! On a constant gradient and with ε = 0 every step has length η. The notes write m̂ and ŝ back into m and s; with
//! `write-back` so does their dialect here, to show what that does. They print β₂ = 9.999 for 0.999.
//!
//! AMSGrad divides by the largest s so far, x ← max(x, s), corrected with today's 1 − β₂^t (PyTorch, Keras), or by the
//! largest ŝ so far (optax). Weight decay: PyTorch's Adam adds ω·θ to g; Keras and every AdamW subtract η·ω·θ from θ.

use super::method::{Recipe, lines, nothing};
use super::parameter::{Dialect, Domain, Parameter, Values, parameter};
use super::state::{Outcome, State, Step, decays, power};

/// β₁ of the Adam family.
pub(super) const BETA1: Parameter =
    parameter("beta1", "β₁", Domain::HalfOpen(0.0, 1.0), [Some(0.9), Some(0.9), Some(0.9), Some(0.9)]);
/// β₂ of the Adam family.
pub(super) const BETA2: Parameter = parameter(
    "beta2",
    "β₂",
    Domain::HalfOpen(0.0, 1.0),
    [Some(0.999), Some(0.999), Some(0.999), Some(0.999)],
);
/// ε of the Adam family.
pub(super) const EPSILON: Parameter =
    parameter("epsilon", "ε", Domain::Closed(0.0, 1.0), [Some(1e-8), Some(1e-8), Some(1e-7), Some(1e-8)]);
/// optax's second ε, inside the root.
pub(super) const EPSILON_ROOT: Parameter =
    parameter("epsilon-root", "ε₀", Domain::Closed(0.0, 1.0), [None, None, None, Some(0.0)]);

const fn decay(defaults: [Option<f64>; 4]) -> Parameter {
    parameter("weight-decay", "ω", Domain::Closed(0.0, 10.0), defaults)
}

const WRITE_BACK: Parameter = parameter("write-back", "", Domain::Flag, [Some(0.0), None, None, None]);
const NO_WRITE_BACK: Parameter = parameter("write-back", "", Domain::Flag, [None; 4]);
const MAXIMUM: Parameter = parameter("amsgrad", "", Domain::Flag, [None, Some(0.0), Some(0.0), None]);

const VECTORS: &[&str] = &["g", "m", "s", "m̂", "ŝ", "x", "Δ"];

pub(super) static ADAM: Recipe = Recipe {
    id: "adam",
    rates: [Some(0.001), Some(0.001), Some(0.001), Some(0.001)],
    parameters: &[BETA1, BETA2, EPSILON, EPSILON_ROOT, decay([None, Some(0.0), Some(0.0), None]), WRITE_BACK],
    vectors: VECTORS,
    scalars: &["β₁"],
    start: None,
    memory: nothing,
    limit: None,
    step: |step, state| adam(step, state, false, false),
    lines: |dialect, values, _| adam_lines(dialect, values, false, false),
};

pub(super) static ADAMW: Recipe = Recipe {
    id: "adamw",
    rates: [None, Some(0.001), Some(0.001), Some(0.001)],
    parameters: &[
        BETA1,
        BETA2,
        EPSILON,
        EPSILON_ROOT,
        decay([None, Some(0.01), Some(0.004), Some(1e-4)]),
        NO_WRITE_BACK,
        MAXIMUM,
    ],
    vectors: VECTORS,
    scalars: &["β₁"],
    start: None,
    memory: nothing,
    limit: None,
    step: |step, state| adam(step, state, step.values[6] != 0.0, true),
    lines: |dialect, values, _| adam_lines(dialect, values, values[6] != 0.0, true),
};

pub(super) static AMSGRAD: Recipe = Recipe {
    id: "amsgrad",
    rates: [None, Some(0.001), Some(0.001), Some(0.001)],
    parameters: &[
        BETA1,
        BETA2,
        EPSILON,
        EPSILON_ROOT,
        decay([None, Some(0.0), Some(0.0), None]),
        NO_WRITE_BACK,
    ],
    vectors: VECTORS,
    scalars: &["β₁"],
    start: None,
    memory: nothing,
    limit: None,
    step: |step, state| adam(step, state, true, false),
    lines: |dialect, values, _| adam_lines(dialect, values, true, false),
};

fn adam(step: &mut Step, state: &mut State, maximum: bool, decoupled: bool) -> Outcome {
    let [beta1, beta2, epsilon, epsilon_root, decay, write_back, ..] = step.values;
    let beta1 = step.momentum.unwrap_or(beta1);
    state.scalars[0] = beta1;
    let [coupled, decoupled] = decays(step.dialect, decay, decoupled);
    let [g, m, s, m_hat, s_hat, x, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    let (c1, c2) = (1.0 - power(beta1, step.t), 1.0 - power(beta2, step.t));
    let root = c2.sqrt();
    let rows = delta.iter_mut().zip(step.rates).zip(x).zip(s_hat).zip(m_hat).zip(s).zip(m).zip(g);
    for (((((((delta, rate), x), s_hat), m_hat), s), m), g) in rows {
        *m = beta1 * *m + (1.0 - beta1) * *g;
        *s = beta2 * *s + (1.0 - beta2) * *g * *g;
        *m_hat = *m / c1;
        *s_hat = *s / c2;
        if maximum {
            *x = x.max(if step.dialect == Dialect::Optax { *s_hat } else { *s });
            *s_hat = if step.dialect == Dialect::Optax { *x } else { *x / c2 };
        }
        *delta = match step.dialect {
            Dialect::Notes => -rate * *m_hat / (*s_hat + epsilon).sqrt(),
            Dialect::Pytorch => -rate * *m_hat / (s_hat.sqrt() + epsilon),
            Dialect::Keras => {
                let alpha = rate * root / c1;
                -alpha * *m / ((if maximum { *x } else { *s }).sqrt() + epsilon)
            }
            Dialect::Optax => -rate * *m_hat / ((*s_hat + epsilon_root).sqrt() + epsilon),
        };
        if write_back != 0.0 {
            (*m, *s) = (*m_hat, *s_hat);
        }
    }
    step.decay(decoupled, delta);
    Outcome::Step
}

fn adam_lines(dialect: Dialect, values: &Values, maximum: bool, decoupled: bool) -> Vec<String> {
    let &[_, _, _, epsilon_root, decay, write_back, ..] = values;
    if write_back != 0.0 {
        let own = ["m = (β₁·m + (1 − β₁)·g)/(1 − β₁^t)", "s = (β₂·s + (1 − β₂)·g²)/(1 − β₂^t)"];
        return lines([0.0; 2], &own, "−η·m/√(s + ε)");
    }
    let mut own = vec!["m = β₁·m + (1 − β₁)·g", "s = β₂·s + (1 − β₂)·g²"];
    if dialect == Dialect::Keras {
        own.extend(maximum.then_some("x = max(x, s)"));
    } else {
        own.push("m̂ = m/(1 − β₁^t)");
        own.extend_from_slice(match (maximum, dialect) {
            (false, _) => &["ŝ = s/(1 − β₂^t)"],
            (true, Dialect::Optax) => &["x = max(x, s/(1 − β₂^t))", "ŝ = x"],
            (true, _) => &["x = max(x, s)", "ŝ = x/(1 − β₂^t)"],
        });
    }
    let delta = match dialect {
        Dialect::Notes => "−η·m̂/√(ŝ + ε)",
        Dialect::Keras if maximum => "−η·√(1 − β₂^t)/(1 − β₁^t)·m/(√x + ε)",
        Dialect::Keras => "−η·√(1 − β₂^t)/(1 − β₁^t)·m/(√s + ε)",
        Dialect::Optax if epsilon_root != 0.0 => "−η·m̂/(√(ŝ + ε₀) + ε)",
        Dialect::Pytorch | Dialect::Optax => "−η·m̂/(√ŝ + ε)",
    };
    lines(decays(dialect, decay, decoupled), &own, delta)
}
