//! Methods that descend, the schedules of their learning rate, and the runs they make.
//!
//! A [`Method`] in a [`Dialect`] with checked parameters is an [`Optimizer`]. At each step it asks an [`Oracle`] for
//! what it needs, at points of its own choosing, and gives Δθ, which is *added*. Its [`State`] is plain data: it can
//! be cloned, shown and put back. The learning rate is handed in at each step; a [`Schedule`] is a pure function of t
//! that gives it. A [`Run`] puts loss, method and schedule together and records what happens.
//!
//! First-order methods work in as many dimensions as there is memory for and allocate nothing while stepping; second-order ones have a
//! [limit](Method::limit).
//!
//! ```
//! use saddlescope::loss::Loss;
//! use saddlescope::optimizer::{Dialect, Method, Optimizer};
//!
//! let loss = Loss::notes(); // (1 − w₁w₂)²
//! let mut adam = Optimizer::new(Method::Adam, Dialect::Pytorch, &[("epsilon", 0.0)], 2).unwrap();
//! let mut theta = [0.5, 1.0];
//! adam.advance(&mut &loss, &mut theta, 0.1.into());
//! assert_eq!(theta, [0.6, 1.1]); // Adam's first step is η in each coordinate
//! ```

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod arithmetic;
mod average;
mod batches;
mod cloud;
mod escape;
mod floor;
mod gradient_descent;
mod journey;
mod lbfgs;
mod lion;
mod method;
mod momentum;
mod nadam;
mod negative_curvature;
mod nesterov;
mod newton;
mod noise;
mod oracle;
mod parameter;
mod radam;
mod regime;
mod rmsprop;
mod rprop;
mod run;
mod schedule;
mod stability;
mod state;
mod sums;

pub use arithmetic::{Line, Piece};
pub use average::{Correction, adam_steps, averages, outside_window, weights};
pub use batches::{Batches, Minibatch, Sampling, variance_share};
pub use cloud::Cloud;
pub use escape::{escape_factor, escape_time};
pub use floor::noise_floor;
pub use journey::{Journey, JourneyLimits, Journeys};
pub use method::Method;
pub use noise::Noise;
pub use oracle::Oracle;
pub use parameter::{Dialect, Domain, Parameter};
pub use regime::Regime;
pub use run::{Divergence, Limits, Record, Run, Setup, Stop};
pub use schedule::{Family, Rate, Schedule};
pub use stability::{delayed_bound, stability_bound};
pub use state::{Outcome, State};
pub use sums::Tail;

use crate::error::{Error, Result};
use crate::phrase::Arg;
use parameter::{Values, values};
use state::Step;

/// The most variables of a method without a limit of its own.
const MOST: usize = 4_000_000;

/// A method in a dialect, with its parameters and what it remembers.
#[derive(Clone, Debug)]
pub struct Optimizer {
    method: Method,
    dialect: Dialect,
    values: Values,
    dimension: usize,
    /// η of the step being taken, of each coordinate.
    rates: Vec<f64>,
    state: State,
}

impl Optimizer {
    /// A method for n = `dimension` variables; parameters not given take the dialect's defaults.
    ///
    /// # Errors
    ///
    /// `optimizer.dialect` if the method has no such dialect, `optimizer.unknown-parameter`, `optimizer.parameter` for
    /// a value outside its range (both are named), `optimizer.dimension` for n = 0, above the method's limit, or above
    /// four million (less for L-BFGS, by the pairs it keeps): more than that has no room in WebAssembly.
    pub fn new(
        method: Method,
        dialect: Dialect,
        parameters: &[(&str, f64)],
        dimension: usize,
    ) -> Result<Self> {
        let recipe = method.recipe();
        if method.default_rate(dialect).is_none() {
            let error = Error::new("optimizer.dialect").with("method", Arg::Text(method.id().into()));
            return Err(error.with("dialect", Arg::Text(dialect.id().into())));
        }
        let values = values(recipe.parameters, dialect, parameters)?;
        let limit = recipe.limit.unwrap_or(MOST / (recipe.memory)(1, &values).max(1));
        if dimension == 0 || dimension > limit {
            let error = Error::new("optimizer.dimension").with("method", Arg::Text(method.id().into()));
            return Err(error
                .with("dimension", Arg::Count(dimension as i64))
                .with("limit", Arg::Count(limit as i64)));
        }
        let mut vectors = vec![vec![0.0; dimension]; recipe.vectors.len()];
        if let Some((vector, parameter)) = recipe.start
            && let (Some(vector), Some(value)) = (vectors.get_mut(vector), values.get(parameter))
        {
            vector.fill(*value);
        }
        let state = State {
            t: 0,
            rate: 0.0,
            scalar_symbols: recipe.scalars,
            scalars: [0.0; 4],
            vector_symbols: recipe.vectors,
            vectors,
            memory: vec![0.0; (recipe.memory)(dimension, &values)],
        };
        Ok(Optimizer { method, dialect, values, dimension, rates: vec![0.0; dimension], state })
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// n.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// A parameter's value by its id; `None` where the dialect has none of that name.
    pub fn parameter(&self, id: &str) -> Option<f64> {
        let table = self.method.recipe().parameters.iter().zip(self.values);
        table.into_iter().find(|(p, _)| p.id == id && p.default(self.dialect).is_some()).map(|(_, v)| v)
    }

    /// What it remembers, and what went into its last step.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Puts back a state that this optimizer had. One of another method or dimension is not taken: `false`.
    pub fn restore(&mut self, state: &State) -> bool {
        let fits = self.state.vector_symbols == state.vector_symbols
            && self.state.delta().len() == state.delta().len()
            && self.state.memory.len() == state.memory.len();
        if fits {
            self.state.clone_from(state);
        }
        fits
    }

    /// One step from θ: asks the oracle, and leaves Δθ in [`State::delta`], to be added. Where θ or the oracle has
    /// another dimension than the optimizer, Δθ is NaN.
    pub fn step(&mut self, oracle: &mut dyn Oracle, theta: &[f64], rate: Rate) -> Outcome {
        self.rates.fill(rate.rate);
        self.step_on(oracle, theta, rate)
    }

    /// The same where every coordinate has its rate already.
    fn step_on(&mut self, oracle: &mut dyn Oracle, theta: &[f64], rate: Rate) -> Outcome {
        if theta.len() != self.dimension || oracle.dimension() != self.dimension {
            self.state.fill_delta(f64::NAN);
            return Outcome::Step;
        }
        self.state.t += 1;
        self.state.rate = rate.rate;
        let mut step = Step {
            dialect: self.dialect,
            values: self.values,
            t: self.state.t as f64,
            rate: rate.rate,
            rates: &self.rates,
            momentum: rate.momentum,
            theta,
            oracle,
        };
        (self.method.recipe().step)(&mut step, &mut self.state)
    }

    /// One step, added to θ.
    pub fn advance(&mut self, oracle: &mut dyn Oracle, theta: &mut [f64], rate: Rate) -> Outcome {
        let outcome = self.step(oracle, theta, rate);
        theta.iter_mut().zip(self.state.delta()).for_each(|(w, d)| *w += d);
        outcome
    }
}
