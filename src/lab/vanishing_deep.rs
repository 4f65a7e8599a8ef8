//! Three deep networks that differ in their activation alone: the gradient in each layer at the start, over many starts,
//! what is zero in them, and how they learn. Worked out in slices.

use super::Values;
use crate::network::{Activation, Dataset, Network, Objective, Problem, Start};
use crate::optimizer::Oracle;
use std::rc::Rc;

/// The activations compared.
pub const COMPARED: [Activation; 3] = [Activation::Sigmoid, Activation::Tanh, Activation::Relu];
/// Examples that they learn from.
const EXAMPLES: usize = 32;
/// Steps of training, that a slice takes at once.
const STRIDE: usize = 4;

/// One of the networks.
#[derive(Clone, Debug)]
pub struct Deep {
    /// Its activation.
    pub activation: Activation,
    problem: Problem,
    /// For each start the norm of the gradient of each layer, the first layer first.
    pub norms: Vec<Vec<f64>>,
    /// For each start the share of zero activations and the share of dead units, over all hidden layers.
    pub zeros: Vec<[f64; 2]>,
    /// The loss of the first start under gradient descent.
    pub losses: Vec<f64>,
    theta: Vec<f64>,
    gradient: Vec<f64>,
    diverged: bool,
}

/// What is compared, and how far it is.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The networks, in the order of [`COMPARED`].
    pub nets: Vec<Deep>,
    init: Start,
    scale: f64,
    seed: u64,
    seeds: usize,
    rate: f64,
    /// Steps of training.
    pub steps: usize,
}

impl Comparison {
    /// What the values describe, with the first start looked at.
    pub fn of(values: &Values) -> Comparison {
        let whole = |id| values.number(id).round() as usize;
        let seed = if let Some(super::Value::Seed(seed)) = values.get("seed") { *seed } else { 1 };
        let mut sizes = vec![whole("width"); whole("depth") + 1];
        if let [first, .., last] = sizes.as_mut_slice() {
            (*first, *last) = (2, 1);
        }
        let objective = Objective::BinaryCrossEntropy;
        let data = Dataset::Moons.draw(EXAMPLES, 0.1, 1).data(objective).map(Rc::new);
        let net = |activation| {
            let network = Network::new(&sizes, activation, objective, true).ok()?;
            let gradient = vec![0.0; network.parameters()];
            Some(Deep {
                activation,
                problem: Problem::new(network, data.clone().ok()?),
                norms: Vec::new(),
                zeros: Vec::new(),
                losses: Vec::new(),
                theta: Vec::new(),
                gradient,
                diverged: false,
            })
        };
        let mut out = Comparison {
            nets: COMPARED.into_iter().filter_map(net).collect(),
            init: Start::from_id(values.choice("init")).unwrap_or(Start::XavierNormal),
            scale: values.number("scale"),
            seed,
            seeds: whole("seeds").max(1),
            rate: values.number("rate"),
            steps: whole("steps"),
        };
        for k in 0..out.nets.len() {
            out.look(k);
        }
        out
    }

    /// Looks at the next start of a network.
    fn look(&mut self, k: usize) {
        let Some(net) = self.nets.get_mut(k) else { return };
        let seed = self.seed.wrapping_add(net.norms.len() as u64);
        let theta = self.init.draw(net.problem.network(), seed, self.scale);
        let loss = net.problem.gradient(&theta, &mut net.gradient);
        net.norms.push(net.problem.network().norms(&net.gradient));
        let layers = net.problem.passes().zeros();
        let count = layers.len().max(1) as f64;
        net.zeros.push([0, 1].map(|i| layers.iter().map(|z| z[i]).sum::<f64>() / count));
        if net.losses.is_empty() {
            net.losses.push(loss);
            net.theta = theta;
        }
    }

    /// Goes on until `spent`; the share that is done, or `None` when all is.
    pub fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        loop {
            let total = self.nets.len() * (self.seeds + self.steps);
            let steps_of = |n: &Deep| if n.diverged { self.steps } else { n.losses.len() - 1 };
            let done: usize = self.nets.iter().map(|n| n.norms.len() + steps_of(n)).sum();
            if done >= total {
                return None;
            }
            if spent() {
                return Some(done as f64 / total as f64);
            }
            let behind = |n: &&mut Deep| !n.diverged && n.losses.len() <= self.steps;
            if let Some(k) = self.nets.iter().position(|n| n.norms.len() < self.seeds) {
                self.look(k);
            } else if let Some(net) = self.nets.iter_mut().filter(behind).min_by_key(|n| n.losses.len()) {
                net.descend(STRIDE.min(self.steps + 1 - net.losses.len()), self.rate);
            }
        }
    }
}

impl Deep {
    fn descend(&mut self, steps: usize, rate: f64) {
        self.problem.gradient(&self.theta, &mut self.gradient);
        for _ in 0..steps {
            self.theta.iter_mut().zip(&self.gradient).for_each(|(w, g)| *w -= rate * g);
            let loss = self.problem.gradient(&self.theta, &mut self.gradient);
            if !loss.is_finite() || loss > 1e6 {
                self.diverged = true;
                return;
            }
            self.losses.push(loss);
        }
    }

    /// Whether training was broken off since the loss grew beyond all bounds.
    pub fn diverged(&self) -> bool {
        self.diverged
    }

    /// Over all starts: mean and standard deviation of log₁₀‖g‖ of a layer, and the share of starts with ‖g‖ = 0, which
    /// are not in the mean. NaN where all are 0.
    pub fn layer(&self, layer: usize) -> [f64; 3] {
        let all: Vec<f64> = self.norms.iter().filter_map(|n| n.get(layer)).map(|n| n.log10()).collect();
        let finite = || all.iter().copied().filter(|x| x.is_finite());
        let count = finite().count() as f64;
        let mean = finite().sum::<f64>() / count;
        let deviation = (finite().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt();
        [mean, deviation, 1.0 - count / all.len() as f64]
    }

    /// Layers.
    pub fn depth(&self) -> usize {
        self.problem.network().layers().len()
    }

    /// The mean ‖g‖ of the first layer; 0 where none gets through from any start.
    pub fn first(&self) -> f64 {
        let mean = self.layer(0)[0];
        if mean.is_finite() { 10f64.powf(mean) } else { 0.0 }
    }

    /// The largest mean ‖g‖ of a layer.
    pub fn largest(&self) -> f64 {
        // f64::max leaves out the NaN of a layer that no gradient reaches.
        let means = (0..self.depth()).map(|layer| self.layer(layer)[0]);
        10f64.powf(means.fold(f64::NEG_INFINITY, f64::max))
    }

    /// Means of the shares of zero activations and of dead units.
    pub fn zero_shares(&self) -> [f64; 2] {
        [0, 1].map(|i| self.zeros.iter().map(|z| z[i]).sum::<f64>() / self.zeros.len() as f64)
    }
}
