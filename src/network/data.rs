//! Examples to learn from.

use crate::error::{Error, Result};

/// Examples: inputs and targets, example by example.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    inputs: usize,
    outputs: usize,
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Data {
    /// Examples with `inputs` numbers each in `x` and `outputs` each in `y`.
    ///
    /// # Errors
    ///
    /// `network.data` if the numbers do not fill the same number of examples, one at least.
    pub fn new(inputs: usize, outputs: usize, x: Vec<f64>, y: Vec<f64>) -> Result<Data> {
        let fits = inputs > 0 && outputs > 0 && !x.is_empty();
        let count = if fits { x.len() / inputs } else { 0 };
        if count == 0 || x.len() != count * inputs || y.len() != count * outputs {
            return Err(Error::new("network.data"));
        }
        Ok(Data { inputs, outputs, x, y })
    }

    /// The notes' one datum, (1, 1).
    pub fn one() -> Data {
        Data { inputs: 1, outputs: 1, x: vec![1.0], y: vec![1.0] }
    }

    /// Numbers in an input.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Numbers in a target.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How many examples there are.
    pub fn count(&self) -> usize {
        self.x.len() / self.inputs
    }

    /// The input of an example; empty beyond the last.
    pub fn input(&self, example: usize) -> &[f64] {
        self.x.get(example * self.inputs..(example + 1) * self.inputs).unwrap_or(&[])
    }

    /// The target of an example; empty beyond the last.
    pub fn target(&self, example: usize) -> &[f64] {
        self.y.get(example * self.outputs..(example + 1) * self.outputs).unwrap_or(&[])
    }

    /// The class of an example: the place of its largest target, or for one target whether it is above ½.
    pub fn class(&self, example: usize) -> usize {
        class(self.target(example))
    }
}

/// The place of the largest of several numbers; of one, whether it is above ½.
pub fn class(numbers: &[f64]) -> usize {
    match numbers {
        [one] => usize::from(*one > 0.5),
        many => {
            let best = many.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            best.map_or(0, |(place, _)| place)
        }
    }
}
