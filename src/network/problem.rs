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
}

impl Problem {
    /// The loss on all examples. Where network and data do not fit, everything is NaN.
    pub fn new(network: Network, data: Rc<Data>) -> Problem {
        let rows = (0..data.count()).collect();
        Problem { passes: Passes::new(network), data, rows }
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
        self.passes.value(at, &self.data, &self.rows)
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        self.passes.gradient(at, &self.data, &self.rows, out)
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        self.passes.hessian(at, &self.data, &self.rows, out);
    }
}
