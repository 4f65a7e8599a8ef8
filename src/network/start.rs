//! Initial weights, by the names under which they are known.

use super::{Network, Random};

/// How the weights begin. Biases begin at 0, but in PyTorch's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// Glorot and Bengio 2010, uniform: ±√(6/(in + out)).
    XavierUniform,
    /// Glorot and Bengio 2010, normal: variance 2/(in + out).
    XavierNormal,
    /// He and others 2015, normal: variance 2/in.
    HeNormal,
    /// LeCun and others 1998, normal: variance 1/in.
    LecunNormal,
    /// The default of PyTorch's `Linear`: weights and biases uniform in ±1/√in.
    Pytorch,
    /// Normal, variance 1, whatever the width.
    Standard,
    /// Normal, standard deviation 0.1.
    Small,
    /// All zero: a critical point of most losses.
    Zero,
}

impl Start {
    /// Every one.
    pub const ALL: [Start; 8] = [
        Start::XavierUniform,
        Start::XavierNormal,
        Start::HeNormal,
        Start::LecunNormal,
        Start::Pytorch,
        Start::Standard,
        Start::Small,
        Start::Zero,
    ];

    /// The stable name.
    pub fn id(self) -> &'static str {
        match self {
            Start::XavierUniform => "xavier-uniform",
            Start::XavierNormal => "xavier-normal",
            Start::HeNormal => "he-normal",
            Start::LecunNormal => "lecun-normal",
            Start::Pytorch => "pytorch",
            Start::Standard => "standard",
            Start::Small => "small",
            Start::Zero => "zero",
        }
    }

    /// The one of this name.
    pub fn from_id(id: &str) -> Option<Start> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }

    /// Initial θ, all of it multiplied by `scale`.
    pub fn draw(self, network: &Network, seed: u64, scale: f64) -> Vec<f64> {
        let mut random = Random::new(seed);
        let mut theta = vec![0.0; network.parameters()];
        for layer in network.layers() {
            let (fan_in, fan_out) = (layer.inputs as f64, layer.outputs as f64);
            let (uniform, size) = match self {
                Start::XavierUniform => (true, (6.0 / (fan_in + fan_out)).sqrt()),
                Start::XavierNormal => (false, (2.0 / (fan_in + fan_out)).sqrt()),
                Start::HeNormal => (false, (2.0 / fan_in).sqrt()),
                Start::LecunNormal => (false, (1.0 / fan_in).sqrt()),
                Start::Pytorch => (true, (1.0 / fan_in).sqrt()),
                Start::Standard => (false, 1.0),
                Start::Small => (false, 0.1),
                Start::Zero => (false, 0.0),
            };
            let range = if self == Start::Pytorch { layer.range() } else { layer.weight_range() };
            for w in theta.get_mut(range).into_iter().flatten() {
                let draw = if uniform { 2.0 * random.uniform() - 1.0 } else { random.normal() };
                *w = scale * size * draw;
            }
        }
        theta
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Activation, Objective};
    use super::*;

    #[test]
    fn variances_are_those_of_the_papers() {
        let net = Network::new(&[200, 100], Activation::Tanh, Objective::SquaredError, true).unwrap();
        for (start, variance) in [
            (Start::XavierUniform, 2.0 / 300.0),
            (Start::XavierNormal, 2.0 / 300.0),
            (Start::HeNormal, 0.01),
            (Start::LecunNormal, 0.005),
            (Start::Pytorch, 1.0 / 600.0),
            (Start::Standard, 1.0),
            (Start::Small, 0.01),
        ] {
            let theta = start.draw(&net, 5, 2.0);
            let (weights, biases) = theta.split_at(20_000);
            let found = weights.iter().map(|w| w * w).sum::<f64>() / 2e4 / 4.0;
            assert!((found / variance - 1.0).abs() < 0.05, "{start:?}: {found}");
            assert_eq!(biases.iter().all(|b| *b == 0.0), start != Start::Pytorch, "{start:?}");
            assert_eq!(theta, start.draw(&net, 5, 2.0));
            assert_ne!(theta, start.draw(&net, 6, 2.0));
        }
        assert!(Start::Zero.draw(&net, 5, 1.0).iter().all(|w| *w == 0.0));
    }
}
