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

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [history, gradient_tolerance, change_tolerance, ..] = step.values;
    let [length, pairs, next, begun] = state.scalars;
    let [g, p, d, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    delta.fill(0.0);
    let n = g.len();
    let history = history as usize;
    if g.iter().fold(0.0, |max: f64, g| max.max(g.abs())) <= gradient_tolerance {
        return Outcome::Step;
    }
    let (mut pairs, mut next) = (pairs as usize, next as usize);
    let ell;
    if begun == 0.0 {
        d.iter_mut().zip(&*g).for_each(|(d, g)| *d = -g);
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
                for ((((s, y), g), p), d) in s.iter_mut().zip(y).zip(&*g).zip(&*p).zip(&*d) {
                    *s = d * length;
                    *y = g - p;
                }
                *sy = 1.0 / product;
                next = (next + 1) % history;
                pairs = (pairs + 1).min(history);
            }
        }
        d.iter_mut().zip(&*g).for_each(|(d, g)| *d = -g);
        let slot = |age: usize| stride * ((next + history - 1 - age) % history);
        for age in 0..pairs {
            let Some((s, rest)) = state.memory.get_mut(slot(age)..).map(|c| c.split_at_mut(n)) else { break };
            let Some((y, [sy, alpha, ..])) = rest.split_at_mut_checked(n) else { break };
            *alpha = dot(s, d) * *sy;
            d.iter_mut().zip(&*y).for_each(|(d, y)| *d -= *alpha * y);
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
            d.iter_mut().zip(s).for_each(|(d, s)| *d += (alpha - beta) * s);
        }
        ell = step.rate;
    }
    p.copy_from_slice(g);
    state.scalars = [ell, pairs as f64, next as f64, 1.0];
    if dot(g, d) <= -change_tolerance {
        delta.iter_mut().zip(&*d).for_each(|(delta, d)| *delta = ell * d);
    }
    Outcome::Step
}
