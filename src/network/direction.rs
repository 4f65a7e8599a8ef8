//! Random directions in θ, for pictures of the loss around a point.

use super::{Network, Random};

impl Network {
    /// A random direction whose part for each unit is as long as the weights into that unit are in θ; biases do not move.
    /// In units of such directions pictures of different networks can be compared, since weights may be scaled up in one
    /// layer and down in the next without any change of what the network says.
    ///
    /// Reference: Li, Xu, Taylor, Studer, Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS 2018
    /// (filter normalisation; a unit of a fully connected layer is a filter of size 1×1).
    pub fn direction(&self, theta: &[f64], seed: u64) -> Vec<f64> {
        let mut random = Random::new(seed);
        let mut out = vec![0.0; theta.len()];
        let length = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
        for layer in self.layers() {
            for unit in layer.weight_range().step_by(layer.inputs) {
                let range = unit..unit + layer.inputs;
                let (Some(d), Some(w)) = (out.get_mut(range.clone()), theta.get(range)) else { continue };
                d.iter_mut().for_each(|d| *d = random.normal());
                let factor = length(w) / length(d);
                d.iter_mut().for_each(|d| *d *= factor);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Activation, Objective, Start};
    use super::*;

    #[test]
    fn each_unit_s_direction_is_as_long_as_its_weights_and_biases_do_not_move() {
        let network =
            Network::new(&[3, 5, 4, 2], Activation::Tanh, Objective::SoftmaxCrossEntropy, true).unwrap();
        let mut theta = Start::Pytorch.draw(&network, 3, 2.0);
        theta[..3].fill(0.0);
        let direction = network.direction(&theta, 7);
        let length = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
        for layer in network.layers() {
            for unit in layer.weight_range().step_by(layer.inputs) {
                let range = unit..unit + layer.inputs;
                let (d, w) = (length(&direction[range.clone()]), length(&theta[range]));
                assert!((d - w).abs() <= 1e-14 * w, "{unit}: {d} {w}");
            }
            assert!(direction[layer.bias_range()].iter().all(|d| *d == 0.0));
        }
        assert_eq!(direction, network.direction(&theta, 7));
        assert_ne!(direction, network.direction(&theta, 8));
    }

    /// Weights into a unit times c, weights out of it divided by c, changes nothing that a linear network says, nor the
    /// picture.
    #[test]
    fn pictures_do_not_depend_on_the_scale_of_layers() {
        use super::super::{Data, Problem};
        use crate::optimizer::Oracle;
        let network = Network::new(&[2, 3, 1], Activation::Linear, Objective::SquaredError, false).unwrap();
        let theta = Start::XavierNormal.draw(&network, 1, 1.0);
        let scaled: Vec<f64> =
            theta.iter().enumerate().map(|(k, w)| if k < 6 { 8.0 * w } else { w / 8.0 }).collect();
        let data = Data::new(2, 1, vec![1.0, 0.5, -0.3, 2.0], vec![1.0, -1.0]).unwrap();
        let mut problem = Problem::new(network.clone(), data.into());
        let mut at = |theta: &[f64], s: f64| {
            let d = network.direction(theta, 5);
            problem.value(&theta.iter().zip(&d).map(|(w, d)| w + s * d).collect::<Vec<f64>>())
        };
        for s in [-1.0, -0.4, 0.0, 0.7, 2.0] {
            let (one, two) = (at(&theta, s), at(&scaled, s));
            assert!((one - two).abs() <= 1e-12 * one.abs().max(1.0), "{s}: {one} {two}");
        }
    }
}
