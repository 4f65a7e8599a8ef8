//! L-BFGS (Nocedal 1980) with a fixed step length, as PyTorch's `LBFGS` with `max_iter=1` and no line search.
//!
//! From the last pairs (s, y) = (Δθ, Δg) the two-loop recursion gives d = −B·g, where B stands for H⁻¹ and starts as
//! (s·y/y·y)·I; Δ = ℓ·d with ℓ = η, at the first step η·min(1, 1/Σ|g|) along −g. A pair with s·y ≤ 1e-10 is not kept. Nothing
//! moves where max|g| ≤ `gradient-tolerance`, or where g·d > −`change-tolerance`.

use super::method::{Recipe, lines};
use super::parameter::{Domain, Parameter, Values, parameter};
use super::state::{Outcome, State, Step};

const PARAMETERS: [Parameter; 3] = [
    parameter("history", "k", Domain::Whole(1.0, 100.0), [None, Some(100.0), None, None]),
    parameter("gradient-tolerance", "τ", Domain::Closed(0.0, 1.0), [None, Some(1e-7), None, None]),
    parameter("change-tolerance", "κ", Domain::Closed(0.0, 1.0), [None, Some(1e-9), None, None]),
];

pub(super) static RECIPE: Recipe = Recipe {
    id: "lbfgs",
    rates: [None, Some(1.0), None, None],
    parameters: &PARAMETERS,
    vectors: &["g", "p", "d", "Δ"],
    scalars: &["ℓ", "pairs", "next", "begun"],
    start: None,
    memory,
    limit: None,
    step,
    lines: |_, _, t| {
        if t <= 1 {
            lines([0.0; 2], &["d = −g", "ℓ = η·min(1, 1/Σ|g|)"], "ℓ·d")
        } else {
            lines([0.0; 2], &["d = −B·g", "ℓ = η"], "ℓ·d")
        }
    },
};

/// Each pair: s, y, 1/(s·y) and the recursion's α.
fn memory(n: usize, &[history, ..]: &Values) -> usize {
    (2 * n + 2) * history as usize
}

#[inline(never)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// a ← s·a + t·b
#[inline(never)]
fn mix(a: &mut [f64], s: f64, b: &[f64], t: f64) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a = s * *a + t * b);
}

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [history, gradient_tolerance, change_tolerance, ..] = step.values;
    let [length, pairs, next, begun] = state.scalars;
    let [g, p, d, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    delta.fill(0.0);
    let n = g.len();
    let history = history as usize;
    // Here and below written so that NaN moves θ to NaN, as the other methods do.
    if g.iter().all(|g| g.abs() <= gradient_tolerance) {
        return Outcome::Step;
    }
    let (mut pairs, mut next) = (pairs as usize, next as usize);
    let ell;
    if begun == 0.0 {
        mix(d, 0.0, g, -1.0);
        ell = step.rate * (1.0 / g.iter().map(|g| g.abs()).sum::<f64>()).min(1.0);
    } else {
        let stride = 2 * n + 2;
        // The new pair, into the slot after the newest, over the oldest when all are full.
        if let Some((s, rest)) =
            state.memory.get_mut(stride * next..stride * (next + 1)).map(|c| c.split_at_mut(n))
        {
            let (y, [sy, _]) = rest.split_at_mut(n) else { return Outcome::Step };
            let product: f64 = g.iter().zip(&*p).zip(&*d).map(|((g, p), d)| (g - p) * (d * length)).sum();
            if product > 1e-10 {
                mix(s, 0.0, d, length);
                y.copy_from_slice(g);
                mix(y, 1.0, p, -1.0);
                *sy = 1.0 / product;
                next = (next + 1) % history;
                pairs = (pairs + 1).min(history);
            }
        }
        mix(d, 0.0, g, -1.0);
        let slot = |age: usize| stride * ((next + history - 1 - age) % history);
        for age in 0..pairs {
            let Some((s, rest)) = state.memory.get_mut(slot(age)..).map(|c| c.split_at_mut(n)) else { break };
            let Some((y, [sy, alpha, ..])) = rest.split_at_mut_checked(n) else { break };
            *alpha = dot(s, d) * *sy;
            mix(d, 1.0, y, -*alpha);
        }
        if let Some(newest) = state.memory.get(slot(0)..slot(0) + stride).filter(|_| pairs > 0) {
            let (s, y) = (&newest[..n], &newest[n..2 * n]);
            let scale = dot(s, y) / dot(y, y);
            d.iter_mut().for_each(|d| *d *= scale);
        }
        for age in (0..pairs).rev() {
            let Some((s, rest)) = state.memory.get(slot(age)..).map(|c| c.split_at(n)) else { break };
            let Some((y, [sy, alpha, ..])) = rest.split_at_checked(n) else { break };
            let beta = dot(y, d) * sy;
            mix(d, 1.0, s, alpha - beta);
        }
        ell = step.rate;
    }
    p.copy_from_slice(g);
    state.scalars = [ell, pairs as f64, next as f64, 1.0];
    if dot(g, d) > -change_tolerance {
        return Outcome::Step;
    }
    mix(delta, 0.0, d, ell);
    Outcome::Step
}
