//! RAdam (Liu et al. 2020): Adam that divides by √s only once enough gradients went into it.
//!
//! With m, m̂, s and ŝ of Adam, ρ∞ = 2/(1 − β₂) − 1 and ρ = ρ∞ − 2t·β₂^t/(1 − β₂^t), which at β₂ = 0.999 passes 5 at t = 6:
//! r = √((ρ − 4)(ρ − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρ)).
//!
//! | dialect | once ρ is large | before |
//! |---|---|---|
//! | PyTorch | ρ > 5: Δ = −η·r·m̂·√(1 − β₂^t)/(√s + ε) | Δ = −η·m̂ |
//! | optax | ρ ≥ 5: Δ = −η·r·m̂/(√(ŝ + ε₀) + ε) | Δ = −η·m̂ |
//!
//! The first steps are therefore descent at the full rate, which on a steep loss throws the run far away.

use super::adam::{BETA1, BETA2, EPSILON, EPSILON_ROOT};
use super::method::{Recipe, lines, nothing};
use super::nadam::DECOUPLED;
use super::parameter::{Dialect, Domain, Parameter, parameter};
use super::state::{Outcome, State, Step, decays, power};

const THRESHOLD: Parameter = Parameter {
    id: "threshold",
    symbol: "ρ₀",
    domain: Domain::Closed(4.0, 100.0),
    defaults: [None, None, None, Some(5.0)],
    neutral: 5.0,
};
const DECAY: Parameter =
    parameter("weight-decay", "ω", Domain::Closed(0.0, 10.0), [None, Some(0.0), None, None]);

pub(super) static RECIPE: Recipe = Recipe {
    id: "radam",
    rates: [None, Some(0.001), None, Some(0.001)],
    parameters: &[BETA1, BETA2, EPSILON, EPSILON_ROOT, THRESHOLD, DECAY, DECOUPLED],
    vectors: &["g", "m", "s", "m̂", "ŝ", "Δ"],
    scalars: &["β₁", "ρ∞", "ρ", "r"],
    start: None,
    memory: nothing,
    limit: None,
    step,
    lines: |dialect, &[_, beta2, _, epsilon_root, threshold, decay, decoupled, ..], t| {
        let mut own = vec![
            "m = β₁·m + (1 − β₁)·g",
            "s = β₂·s + (1 − β₂)·g²",
            "m̂ = m/(1 − β₁^t)",
            "ρ∞ = 2/(1 − β₂) − 1",
            "ρ = ρ∞ − 2·t·β₂^t/(1 − β₂^t)",
        ];
        let delta = if !trusted(dialect, length(beta2, t as f64), threshold) {
            "−η·m̂"
        } else {
            own.push("r = √((ρ − 4)·(ρ − 2)·ρ∞/((ρ∞ − 4)·(ρ∞ − 2)·ρ))");
            if dialect == Dialect::Optax {
                own.push("ŝ = s/(1 − β₂^t)");
            }
            match dialect {
                Dialect::Optax if epsilon_root != 0.0 => "−η·r·m̂/(√(ŝ + ε₀) + ε)",
                Dialect::Optax => "−η·r·m̂/(√ŝ + ε)",
                _ => "−η·r·m̂·√(1 − β₂^t)/(√s + ε)",
            }
        };
        lines(decays(dialect, decay, decoupled != 0.0), &own, delta)
    },
};

/// ρ∞ and ρ: how many gradients the average of g² is worth, in the end and now.
fn length(beta2: f64, t: f64) -> [f64; 2] {
    let power = power(beta2, t);
    let end = 2.0 / (1.0 - beta2) - 1.0;
    [end, end - 2.0 * t * power / (1.0 - power)]
}

fn trusted(dialect: Dialect, [_, now]: [f64; 2], threshold: f64) -> bool {
    if dialect == Dialect::Optax { now >= threshold } else { now > threshold }
}

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [beta1, beta2, epsilon, epsilon_root, threshold, decay, decoupled, ..] = step.values;
    let beta1 = step.momentum.unwrap_or(beta1);
    let [coupled, decoupled] = decays(step.dialect, decay, decoupled != 0.0);
    let [end, now] = length(beta2, step.t);
    let trusted = trusted(step.dialect, [end, now], threshold);
    let r = ((now - 4.0) * (now - 2.0) * end / ((end - 4.0) * (end - 2.0) * now)).sqrt();
    state.scalars = [beta1, end, now, if trusted { r } else { 0.0 }];
    let (c1, c2) = (1.0 - power(beta1, step.t), 1.0 - power(beta2, step.t));
    let [g, m, s, m_hat, s_hat, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(coupled, g);
    let rows = delta.iter_mut().zip(step.rates).zip(s_hat).zip(m_hat).zip(s).zip(m).zip(g);
    for ((((((delta, rate), s_hat), m_hat), s), m), g) in rows {
        *m = beta1 * *m + (1.0 - beta1) * *g;
        *s = beta2 * *s + (1.0 - beta2) * *g * *g;
        *m_hat = *m / c1;
        *s_hat = *s / c2;
        *delta = -rate * *m_hat;
        if trusted {
            *delta *= r * match step.dialect {
                Dialect::Optax => 1.0 / ((*s_hat + epsilon_root).sqrt() + epsilon),
                _ => c2.sqrt() / (s.sqrt() + epsilon),
            };
        }
    }
    step.decay(decoupled, delta);
    Outcome::Step
}
