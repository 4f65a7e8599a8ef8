//! Forward and backward passes over blocks of examples, in buffers that are made once.

use super::kernels::{self, LANES, row, row_mut};
use super::{Activation, Data, Layer, Network, Objective};

/// A network with the buffers of its passes. Everything is the mean over the examples named by `rows`; where θ, data and
/// network do not fit one another it is NaN.
#[derive(Clone, Debug)]
pub struct Passes {
    pub(super) network: Network,
    /// The first row of each layer in the buffers, the input's first.
    pub(super) place: Vec<usize>,
    /// Activations; after the objective, of the last layer what it predicts.
    pub(super) a: Vec<f64>,
    /// f′(z).
    pub(super) slope: Vec<f64>,
    /// ∂L/∂a.
    pub(super) back: Vec<f64>,
    /// ∂L/∂z.
    pub(super) delta: Vec<f64>,
    target: Vec<f64>,
    /// Examples of the last block.
    lanes: usize,
    /// Buffers of the second order, empty until asked for.
    pub(super) second: super::curvature::Second,
}

impl Passes {
    /// Buffers for a network.
    pub fn new(network: Network) -> Passes {
        let mut place = vec![0];
        let mut units = network.inputs();
        for layer in network.layers() {
            place.push(units);
            units += layer.outputs;
        }
        let buffer = || vec![0.0; units * LANES];
        Passes {
            place,
            a: buffer(),
            slope: buffer(),
            back: buffer(),
            delta: buffer(),
            target: vec![0.0; network.outputs() * LANES],
            lanes: 0,
            second: super::curvature::Second::default(),
            network,
        }
    }

    /// The shape.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// L.
    pub fn value(&mut self, theta: &[f64], data: &Data, rows: &[usize]) -> f64 {
        if !self.fits(theta, data) {
            return f64::NAN;
        }
        let mut loss = 0.0;
        for block in rows.chunks(LANES) {
            loss += self.forward(theta, data, block);
        }
        loss / rows.len() as f64
    }

    /// ∇L into `out`; gives L.
    pub fn gradient(&mut self, theta: &[f64], data: &Data, rows: &[usize], out: &mut [f64]) -> f64 {
        if !self.fits(theta, data) || out.len() != theta.len() {
            out.fill(f64::NAN);
            return f64::NAN;
        }
        out.fill(0.0);
        let mut loss = 0.0;
        for block in rows.chunks(LANES) {
            loss += self.forward(theta, data, block);
            self.backward(theta, block.len());
            for (k, layer) in self.network.layers().iter().enumerate() {
                let (delta, a) = (part(&self.delta, self.place[k + 1]), part(&self.a, self.place[k]));
                let (w, b) = split(layer, out);
                kernels::outer(delta, a, w, b, layer.inputs, block.len());
            }
        }
        let share = 1.0 / rows.len() as f64;
        out.iter_mut().for_each(|g| *g *= share);
        loss * share
    }

    /// What the network says to one input: for a cross-entropy, probabilities. Empty where it does not fit.
    pub fn outputs(&mut self, theta: &[f64], input: &[f64]) -> Vec<f64> {
        self.outputs_of(theta, &[input]).pop().unwrap_or_default()
    }

    /// What the network says to many inputs, one list for each.
    pub fn outputs_of(&mut self, theta: &[f64], inputs: &[&[f64]]) -> Vec<Vec<f64>> {
        let fits = theta.len() == self.network.parameters();
        if !fits || inputs.iter().any(|x| x.len() != self.network.inputs()) {
            return vec![Vec::new(); inputs.len()];
        }
        let mut out = Vec::with_capacity(inputs.len());
        for block in inputs.chunks(LANES) {
            for (lane, input) in block.iter().enumerate() {
                input.iter().enumerate().for_each(|(i, x)| self.a[i * LANES + lane] = *x);
            }
            self.propagate(theta, block.len());
            self.objective(block.len());
            let last = part(&self.a, self.place.last().copied().unwrap_or(0));
            let outputs = self.network.outputs();
            out.extend((0..block.len()).map(|lane| (0..outputs).map(|o| last[o * LANES + lane]).collect()));
        }
        out
    }

    /// Right after a gradient, of its examples (beyond 64 only of the last block of 64): for each hidden layer the share of
    /// activations that are 0, and the share of units that are 0 for all of them (dead).
    pub fn zeros(&self) -> Vec<[f64; 2]> {
        let hidden = self.network.layers().iter().enumerate().take(self.network.layers().len() - 1);
        let shares = |(k, layer): (usize, &Layer)| {
            let (mut zero, mut dead) = (0, 0);
            for u in self.place[k + 1]..self.place[k + 1] + layer.outputs {
                let count = row(&self.a, u, self.lanes).iter().filter(|a| **a == 0.0).count();
                zero += count;
                dead += usize::from(count == self.lanes);
            }
            let units = layer.outputs as f64;
            [zero as f64 / (units * self.lanes as f64), dead as f64 / units]
        };
        hidden.map(shares).collect()
    }

    pub(super) fn fits(&self, theta: &[f64], data: &Data) -> bool {
        theta.len() == self.network.parameters()
            && data.inputs() == self.network.inputs()
            && data.outputs() == self.network.outputs()
    }

    /// Loads a block and goes forward; gives the sum of its losses, and leaves ∂L/∂z of the last layer.
    pub(super) fn forward(&mut self, theta: &[f64], data: &Data, block: &[usize]) -> f64 {
        for (lane, example) in block.iter().enumerate() {
            let (x, y) = (data.input(*example), data.target(*example));
            x.iter().enumerate().for_each(|(i, x)| self.a[i * LANES + lane] = *x);
            y.iter().enumerate().for_each(|(o, y)| self.target[o * LANES + lane] = *y);
        }
        self.lanes = block.len();
        self.propagate(theta, block.len());
        self.objective(block.len())
    }

    /// From the inputs to the activations of the last layer.
    fn propagate(&mut self, theta: &[f64], n: usize) {
        for (k, layer) in self.network.layers().iter().enumerate() {
            let (before, after) = self.a.split_at_mut(self.place[k + 1] * LANES);
            let input = part(before, self.place[k]);
            let biases = &theta[layer.bias_range()];
            for o in 0..layer.outputs {
                row_mut(after, o, n).fill(biases.get(o).copied().unwrap_or(0.0));
            }
            kernels::forward(&theta[layer.weight_range()], input, after, layer.inputs, n);
            for o in 0..layer.outputs {
                let slope = row_mut(&mut self.slope, self.place[k + 1] + o, n);
                layer.activation.apply(row_mut(after, o, n), slope);
            }
        }
    }

    /// The sum of the losses; leaves the prediction in `a`, its slope in `slope`, ∂L/∂z in `delta`.
    fn objective(&mut self, n: usize) -> f64 {
        let outputs = self.network.outputs();
        let first = self.place.last().copied().unwrap_or(0) * LANES;
        let (a, slope) = (&mut self.a[first..], &mut self.slope[first..]);
        let (back, delta) = (&mut self.back[first..], &mut self.delta[first..]);
        let target = &self.target;
        let mut loss = 0.0;
        match self.network.objective() {
            Objective::SquaredError => {
                for at in (0..outputs).flat_map(|o| o * LANES..o * LANES + n) {
                    let off = a[at] - target[at];
                    loss += off * off;
                    back[at] = 2.0 * off;
                    delta[at] = back[at] * slope[at];
                }
            }
            Objective::BinaryCrossEntropy => {
                for at in (0..outputs).flat_map(|o| o * LANES..o * LANES + n) {
                    let (z, y) = (a[at], target[at]);
                    // log(1 + eᶻ) − yz, without overflow.
                    loss += if z > 0.0 { (1.0 - y) * z } else { -y * z } + (-z.abs()).exp().ln_1p();
                }
                for o in 0..outputs {
                    Activation::Sigmoid.apply(row_mut(a, o, n), row_mut(slope, o, n));
                    let both = row(a, o, n).iter().zip(row(target, o, n));
                    row_mut(delta, o, n).iter_mut().zip(both).for_each(|(d, (p, y))| *d = p - y);
                }
            }
            Objective::SoftmaxCrossEntropy => {
                for lane in 0..n {
                    let at = (0..outputs).map(|o| o * LANES + lane);
                    let top = at.clone().map(|at| a[at]).fold(f64::NEG_INFINITY, f64::max);
                    let mut sum = 0.0;
                    for at in at.clone() {
                        loss -= target[at] * (a[at] - top);
                        a[at] = (a[at] - top).exp();
                        sum += a[at];
                    }
                    loss += sum.ln();
                    for at in at {
                        a[at] /= sum;
                        delta[at] = a[at] - target[at];
                    }
                }
            }
        }
        loss
    }

    /// From ∂L/∂z of the last layer to that of the first.
    pub(super) fn backward(&mut self, theta: &[f64], n: usize) {
        for (k, layer) in self.network.layers().iter().enumerate().skip(1).rev() {
            let (before, after) = self.delta.split_at_mut(self.place[k + 1] * LANES);
            let first = self.place[k];
            let back = &mut self.back[first * LANES..];
            for i in 0..layer.inputs {
                row_mut(back, i, n).fill(0.0);
            }
            kernels::backward(&theta[layer.weight_range()], after, back, layer.inputs, n);
            for i in 0..layer.inputs {
                let both = row(back, i, n).iter().zip(row(&self.slope, first + i, n));
                row_mut(before, first + i, n).iter_mut().zip(both).for_each(|(d, (b, s))| *d = b * s);
            }
        }
    }
}

/// A buffer from a row on.
pub(super) fn part(buffer: &[f64], row: usize) -> &[f64] {
    &buffer[row * LANES..]
}

/// W and b of a layer in a vector like θ.
pub(super) fn split<'a>(layer: &Layer, theta: &'a mut [f64]) -> (&'a mut [f64], &'a mut [f64]) {
    theta[layer.range()].split_at_mut(layer.weight_range().len())
}
