//! A network and its data, as the optimisers see them.

use super::{Data, Network, Passes};
use crate::optimizer::Oracle;
use std::rc::Rc;

/// The loss of a network on some of the examples, all at first.
#[derive(Clone, Debug)]
pub struct Problem {
    passes: Passes,
    data: Rc<Data>,
    rows: Vec<usize>,
    penalty: f64,
}

impl Problem {
    /// The loss on all examples. Where network and data do not fit, everything is NaN.
    pub fn new(network: Network, data: Rc<Data>) -> Problem {
        let rows = (0..data.count()).collect();
        Problem { passes: Passes::new(network), data, rows, penalty: 0.0 }
    }

    /// The same with ½·`penalty`·‖θ‖² added to the loss: an L² penalty. With `penalty` > 0 the loss
    /// has a minimum; that of a cross-entropy alone may lie at infinity.
    #[must_use]
    pub fn with_penalty(self, penalty: f64) -> Problem {
        Problem { penalty, ..self }
    }

    /// Takes these examples from now on.
    pub fn choose(&mut self, rows: &[usize]) {
        self.rows.clear();
        self.rows.extend_from_slice(rows);
    }

    /// The examples taken.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The examples that there are.
    pub fn data(&self) -> &Rc<Data> {
        &self.data
    }

    /// The shape of the network.
    pub fn network(&self) -> &Network {
        self.passes.network()
    }

    /// Hv at θ, into `out`.
    pub fn product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) {
        self.passes.product(at, &self.data, &self.rows, v, out);
        self.add_penalty(v, out);
    }

    /// Adds `penalty`·v.
    fn add_penalty(&self, v: &[f64], out: &mut [f64]) {
        out.iter_mut().zip(v).for_each(|(out, v)| *out += self.penalty * v);
    }

    /// A slice of the work on H at θ, from slice 0 on; gives the next slice, or `None` when `out` is done. Between slices
    /// nothing else may be asked of this problem.
    pub fn hessian_slice(&mut self, at: &[f64], slice: usize, out: &mut [f64]) -> Option<usize> {
        let next = self.passes.hessian_slice(at, &self.data, &self.rows, slice, out);
        if next.is_none() {
            out.iter_mut().step_by(at.len() + 1).for_each(|h| *h += self.penalty);
        }
        next
    }

    /// How many slices H takes.
    pub fn hessian_slices(&self) -> usize {
        self.passes.hessian_slices(self.rows.len())
    }

    /// What does the arithmetic.
    pub fn passes(&mut self) -> &mut Passes {
        &mut self.passes
    }
}

impl Oracle for Problem {
    fn dimension(&self) -> usize {
        self.network().parameters()
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        let square: f64 = at.iter().map(|w| w * w).sum();
        self.passes.value(at, &self.data, &self.rows) + 0.5 * self.penalty * square
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        let loss = self.passes.gradient(at, &self.data, &self.rows, out);
        self.add_penalty(at, out);
        loss + 0.5 * self.penalty * at.iter().map(|w| w * w).sum::<f64>()
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        let mut next = Some(0);
        while let Some(slice) = next {
            next = self.hessian_slice(at, slice, out);
        }
    }
}
