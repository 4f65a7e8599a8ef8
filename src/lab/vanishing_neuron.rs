//! One neuron, ŷ = f(w·1 + b), with three pairs of error and activation: loss and slope against z = w + b, and training
//! from the same start.

use super::Values;
use crate::network::{Activation, Data, Network, Objective, Problem};
use crate::optimizer::Oracle;

/// How near the target the output counts as right.
const RIGHT: f64 = 0.1;

/// A pair of error and activation.
#[derive(Clone, Debug)]
pub struct Neuron {
    /// Its stable name.
    pub id: &'static str,
    problem: Problem,
    /// z, L and |ŷ − y| at each step of training.
    pub run: Vec<[f64; 3]>,
}

/// The three pairs, trained as the values say.
pub fn neurons(values: &Values) -> Vec<Neuron> {
    let target = if values.choice("target") == "1" { 1.0 } else { 0.0 };
    let pairs = [
        ("mse-sigmoid", Objective::SquaredError, Activation::Sigmoid),
        ("ce-sigmoid", Objective::BinaryCrossEntropy, Activation::Sigmoid),
        ("mse-relu", Objective::SquaredError, Activation::Relu),
    ];
    let make = |(id, objective, activation): (&'static str, Objective, Activation)| {
        let network = Network::new(&[1, 1], Activation::Linear, objective, true).ok()?;
        let data = Data::new(1, 1, vec![1.0], vec![target]).ok()?;
        let problem = Problem::new(network.with_output(activation), data.into());
        let mut neuron = Neuron { id, problem, run: Vec::new() };
        neuron.train(values.number("z"), target, values.number("rate"), values.number("steps"));
        Some(neuron)
    };
    pairs.into_iter().filter_map(make).collect()
}

impl Neuron {
    /// L and ∂L/∂z at z.
    pub fn at(&mut self, z: f64) -> [f64; 2] {
        let mut gradient = [0.0; 2];
        // ∂z/∂w = ∂z/∂b = 1.
        let loss = self.problem.gradient(&[z / 2.0, z / 2.0], &mut gradient);
        [loss, gradient[1]]
    }

    fn train(&mut self, mut z: f64, target: f64, rate: f64, steps: f64) {
        for _ in 0..=steps as usize {
            let [loss, slope] = self.at(z);
            let said = self.problem.passes().outputs(&[z / 2.0, z / 2.0], &[1.0]);
            let error = said.first().map_or(f64::NAN, |y| (y - target).abs());
            if !loss.is_finite() {
                return;
            }
            self.run.push([z, loss, error]);
            // Both w and b move.
            z -= 2.0 * rate * slope;
        }
    }

    /// The first step at which the output is near the target.
    pub fn learnt(&self) -> Option<usize> {
        self.run.iter().position(|[_, _, error]| *error < RIGHT)
    }
}
