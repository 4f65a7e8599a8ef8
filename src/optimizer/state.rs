//! What a method remembers between steps, and the step that it is taking.

use super::oracle::Oracle;
use super::parameter::{Dialect, Values};

/// What a method remembers, and what went into its last step: plain numbers, to be cloned, compared and shown.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Steps taken.
    pub(super) t: u64,
    /// η of the last step.
    pub(super) rate: f64,
    /// Symbols of `scalars`.
    pub(super) scalar_symbols: &'static [&'static str],
    pub(super) scalars: [f64; 4],
    /// Symbols of `vectors`; the last is Δ.
    pub(super) vector_symbols: &'static [&'static str],
    pub(super) vectors: Vec<Vec<f64>>,
    /// What is too large to show: H, the pairs of L-BFGS.
    pub(super) memory: Vec<f64>,
}

impl State {
    /// Steps taken so far.
    pub fn t(&self) -> u64 {
        self.t
    }

    /// The learning rate η of the last step; 0 before the first.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The vectors by their symbols: g, what the method remembers (m, s …), Δ last. Each has n entries.
    pub fn vectors(&self) -> impl Iterator<Item = (&'static str, &[f64])> {
        self.vector_symbols.iter().copied().zip(self.vectors.iter().map(Vec::as_slice))
    }

    /// The scalars by their symbols: η, t, and what else the method works out anew at each step.
    pub fn scalars(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let own = self.scalar_symbols.iter().copied().zip(self.scalars);
        [("η", self.rate), ("t", self.t as f64)].into_iter().chain(own)
    }

    /// The vector of this symbol.
    pub fn vector(&self, symbol: &str) -> Option<&[f64]> {
        self.vectors().find(|(s, _)| *s == symbol).map(|(_, v)| v)
    }

    /// Δθ of the last step, to be added; zero before the first.
    pub fn delta(&self) -> &[f64] {
        self.vectors.last().map_or(&[], Vec::as_slice)
    }

    /// Whether what it remembers is infinite somewhere, of every `step`th variable from number `from` on.
    pub(super) fn overflows(&self, from: usize, step: usize) -> bool {
        self.vectors.iter().any(|v| v.iter().skip(from).step_by(step).any(|x| x.is_infinite()))
    }

    pub(super) fn fill_delta(&mut self, value: f64) {
        if let Some(delta) = self.vectors.last_mut() {
            delta.fill(value);
        }
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Δ is what the equation gives (NaN included, where the equation gives NaN).
    Step,
    /// H is singular to rounding: Newton's equation has no unique solution, and Δ is NaN.
    Singular,
}

/// The step being taken: the equation's givens.
pub(super) struct Step<'a> {
    pub dialect: Dialect,
    pub values: Values,
    /// Counts from 1.
    pub t: f64,
    /// η, of a method whose step is one for all coordinates.
    pub rate: f64,
    /// η of each coordinate, of a method that treats each by itself.
    pub rates: &'a [f64],
    /// Takes the place of the method's momentum where a schedule gives one.
    pub momentum: Option<f64>,
    pub theta: &'a [f64],
    pub oracle: &'a mut dyn Oracle,
}

impl Step<'_> {
    /// g = ∇L(θ) + ωθ: weight decay as a term of the loss (ω = 0 leaves g alone).
    pub fn gradient(&mut self, decay: f64, g: &mut [f64]) {
        self.oracle.gradient(self.theta, g);
        if decay != 0.0 {
            g.iter_mut().zip(self.theta).for_each(|(g, w)| *g += decay * w);
        }
    }

    /// Δ −= ηωθ: decoupled weight decay (ω = 0 leaves Δ alone).
    pub fn decay(&self, decay: f64, delta: &mut [f64]) {
        if decay != 0.0 {
            let rows = delta.iter_mut().zip(self.rates).zip(self.theta);
            rows.for_each(|((d, rate), w)| *d -= rate * decay * w);
        }
    }
}

/// β^t for a step count t. By repeated squaring: in WebAssembly a general power takes as long as the rest of a step.
pub(super) fn power(beta: f64, t: f64) -> f64 {
    beta.powi(t as i32)
}

/// The two readings of a weight-decay argument: `[into g, decoupled]`. Keras always decouples it.
pub(super) fn decays(dialect: Dialect, decay: f64, decoupled: bool) -> [f64; 2] {
    if decoupled || dialect == Dialect::Keras { [0.0, decay] } else { [decay, 0.0] }
}
