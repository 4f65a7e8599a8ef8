//! The shape of a network, and where in the flat vector θ each layer's numbers stand.

use super::Activation;
use crate::error::{Error, Result};
use crate::phrase::Arg;
use std::ops::Range;

/// Layers after the input, at most.
const DEEPEST: usize = 64;
/// Units of a layer, at most.
const WIDEST: usize = 256;

/// What is minimised, as the mean over examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Objective {
    /// Σ (ŷ − y)² over the outputs, without a factor ½.
    SquaredError,
    /// −y log p − (1 − y) log(1 − p), summed over the outputs, with p = σ(z).
    BinaryCrossEntropy,
    /// −Σ y log p, with p = softmax(z) and Σ y = 1.
    SoftmaxCrossEntropy,
}

/// A layer: z = W a + b, then the activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Units of the layer before.
    pub inputs: usize,
    /// Its units.
    pub outputs: usize,
    /// Where W begins in θ, row by row: `outputs` × `inputs` numbers.
    pub weights: usize,
    /// Whether b follows W: `outputs` numbers.
    pub biases: bool,
    /// What its units do.
    pub activation: Activation,
}

impl Layer {
    /// The place of W in θ.
    pub fn weight_range(&self) -> Range<usize> {
        self.weights..self.weights + self.inputs * self.outputs
    }

    /// The place of b in θ; empty without biases.
    pub fn bias_range(&self) -> Range<usize> {
        let start = self.weight_range().end;
        start..start + if self.biases { self.outputs } else { 0 }
    }

    /// The place of W and b in θ.
    pub fn range(&self) -> Range<usize> {
        self.weights..self.bias_range().end
    }
}

/// The shape of a fully connected network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    layers: Vec<Layer>,
    objective: Objective,
}

impl Network {
    /// A network with these layer sizes (input first, output last), one activation for all hidden layers, and a linear
    /// last layer: what follows it (nothing, sigmoid, softmax) belongs to the objective.
    ///
    /// # Errors
    ///
    /// `network.sizes` for fewer than two layers, more than 65, or a layer without units or with more than 256.
    pub fn new(sizes: &[usize], hidden: Activation, objective: Objective, biases: bool) -> Result<Network> {
        if !(2..=DEEPEST + 1).contains(&sizes.len()) || sizes.iter().any(|n| !(1..=WIDEST).contains(n)) {
            let text = sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("-");
            return Err(Error::new("network.sizes").with("sizes", Arg::Text(text)));
        }
        let mut weights = 0;
        let mut layers = Vec::with_capacity(sizes.len() - 1);
        for pair in sizes.windows(2) {
            let last = layers.len() + 2 == sizes.len();
            let activation = if last { Activation::Linear } else { hidden };
            let (inputs, outputs) = (pair.first().copied().unwrap_or(1), pair.last().copied().unwrap_or(1));
            let layer = Layer { inputs, outputs, weights, biases, activation };
            weights = layer.range().end;
            layers.push(layer);
        }
        Ok(Network { layers, objective })
    }

    /// The notes' smallest network: y = w₁w₂x.
    pub fn notes() -> Network {
        let layer =
            |weights| Layer { inputs: 1, outputs: 1, weights, biases: false, activation: Activation::Linear };
        Network { layers: vec![layer(0), layer(1)], objective: Objective::SquaredError }
    }

    /// The same network with an activation on its outputs: only with the squared error, the others bring their own.
    #[must_use]
    pub fn with_output(mut self, activation: Activation) -> Network {
        if let (Some(last), Objective::SquaredError) = (self.layers.last_mut(), self.objective) {
            last.activation = activation;
        }
        self
    }

    /// The layers after the input.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What is minimised.
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// The length of θ.
    pub fn parameters(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.range().end)
    }

    /// Inputs of the first layer.
    pub fn inputs(&self) -> usize {
        self.layers.first().map_or(0, |layer| layer.inputs)
    }

    /// Outputs of the last layer.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.outputs)
    }

    /// ‖∂L/∂(W, b)‖ of each layer, from the gradient.
    pub fn norms(&self, gradient: &[f64]) -> Vec<f64> {
        let part = |layer: &Layer| gradient.get(layer.range()).unwrap_or(&[]);
        self.layers.iter().map(|l| part(l).iter().map(|g| g * g).sum::<f64>().sqrt()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_follow_one_another_in_the_vector() {
        let net =
            Network::new(&[2, 18, 18, 2], Activation::Tanh, Objective::SoftmaxCrossEntropy, true).unwrap();
        assert_eq!(net.parameters(), 434);
        let ranges: Vec<_> = net.layers().iter().map(Layer::range).collect();
        assert_eq!(ranges, [0..54, 54..396, 396..434]);
        assert_eq!(net.layers()[1].bias_range(), 378..396);
        assert_eq!(net.norms(&vec![1.0; 434])[0], 54f64.sqrt());
    }

    #[test]
    fn impossible_shapes_are_refused() {
        for sizes in [&[] as &[usize], &[3], &[2, 0, 1], &[2, 1000, 1], &[1; 70]] {
            let refused = Network::new(sizes, Activation::Relu, Objective::SquaredError, true).unwrap_err();
            assert_eq!(refused.code(), "network.sizes", "{sizes:?}");
        }
    }
}
