//! Data sets: drawn from a seed, or measured and kept in the folder `datasets`, with sources and licences in its README.

use super::{Data, Objective, Random};
use crate::error::Result;
use std::f64::consts::{PI, TAU};

const IRIS: &[u8] = include_bytes!("datasets/iris.bin");
const DIGITS: &[u8] = include_bytes!("datasets/digits.bin");

/// A data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dataset {
    /// Two interleaved half circles.
    Moons,
    /// A ring around a disc.
    Circles,
    /// Four squares, those across from one another of one class.
    Xor,
    /// Two arms wound around one another.
    Spirals,
    /// A curve y(x).
    Curve,
    /// Fisher's irises: 150 examples, four measures, three species; standardised.
    Iris,
    /// 100 handwritten digits of 8×8 pixels from 0 to 1.
    Digits,
}

/// What is to be learnt.
#[derive(Clone, Debug, PartialEq)]
pub enum Labels {
    /// The class of each example, and how many classes there are.
    Classes(Vec<usize>, usize),
    /// A number for each example.
    Values(Vec<f64>),
}

/// Labelled examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Numbers in an input.
    pub inputs: usize,
    /// Inputs, example by example.
    pub x: Vec<f64>,
    /// What is to be learnt.
    pub labels: Labels,
}

impl Dataset {
    /// Every one.
    pub const ALL: [Dataset; 7] = [
        Dataset::Moons,
        Dataset::Circles,
        Dataset::Xor,
        Dataset::Spirals,
        Dataset::Curve,
        Dataset::Iris,
        Dataset::Digits,
    ];

    /// The stable name.
    pub fn id(self) -> &'static str {
        match self {
            Dataset::Moons => "moons",
            Dataset::Circles => "circles",
            Dataset::Xor => "xor",
            Dataset::Spirals => "spirals",
            Dataset::Curve => "curve",
            Dataset::Iris => "iris",
            Dataset::Digits => "digits",
        }
    }

    /// The one of this name.
    pub fn from_id(id: &str) -> Option<Dataset> {
        Self::ALL.into_iter().find(|d| d.id() == id)
    }

    /// So many examples with Gaussian noise of this standard deviation, within about ±1.5 in each input. Measured sets
    /// come whole and as they are.
    pub fn draw(self, count: usize, noise: f64, seed: u64) -> Sample {
        match self {
            Dataset::Iris => return iris(),
            Dataset::Digits => return digits(),
            _ => {}
        }
        let mut random = Random::new(seed);
        let (mut x, mut classes, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..count {
            let class = k % 2;
            let side = 1.0 - 2.0 * class as f64;
            let [u, v] = [random.uniform(), random.uniform()];
            let [dx, dy] = [noise * random.normal(), noise * random.normal()];
            let [px, py] = match self {
                Dataset::Moons => {
                    let [s, c] = [(PI * u).sin(), (PI * u).cos()];
                    [side * (c - 0.5), side * (s - 0.25)]
                }
                Dataset::Circles => {
                    let radius = if class == 0 { 0.5 * v.sqrt() } else { 1.0 + 0.3 * v };
                    [radius * (TAU * u).cos(), radius * (TAU * u).sin()]
                }
                Dataset::Xor => {
                    let x = if random.uniform() < 0.5 { 0.1 + u } else { -0.1 - u };
                    [x, side * x.signum() * (0.1 + v)]
                }
                Dataset::Spirals => {
                    let (r, t) = (1.4 * u, 1.75 * TAU * u);
                    [side * r * t.sin(), side * r * t.cos()]
                }
                _ => [3.0 * u - 1.5, 0.0],
            };
            if self == Dataset::Curve {
                x.push(px);
                values.push((2.0 * px).sin() + 0.5 * px + dy);
            } else {
                x.extend([px + dx, py + dy]);
                classes.push(class);
            }
        }
        if self == Dataset::Curve {
            return Sample { inputs: 1, x, labels: Labels::Values(values) };
        }
        Sample { inputs: 2, x, labels: Labels::Classes(classes, 2) }
    }
}

fn iris() -> Sample {
    let mut x: Vec<f64> = IRIS.iter().map(|v| f64::from(*v) / 10.0).collect();
    standardise(&mut x, 4);
    Sample { inputs: 4, x, labels: Labels::Classes((0..150).map(|k| k / 50).collect(), 3) }
}

fn digits() -> Sample {
    let levels = |byte: &u8| [6, 4, 2, 0].map(|shift| f64::from(*byte >> shift & 3) / 3.0);
    let x = DIGITS.iter().flat_map(levels).collect();
    Sample { inputs: 64, x, labels: Labels::Classes((0..100).map(|k| k / 10).collect(), 10) }
}

/// Shifts and scales each column to mean 0 and variance 1 over all rows; a constant column becomes 0.
pub fn standardise(x: &mut [f64], columns: usize) {
    let rows = (x.len() / columns.max(1)) as f64;
    for j in 0..columns {
        let column = |x: &[f64]| x.iter().skip(j).step_by(columns).copied().collect::<Vec<f64>>();
        let mean = column(x).iter().sum::<f64>() / rows;
        let deviation = (column(x).iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows).sqrt();
        for v in x.iter_mut().skip(j).step_by(columns) {
            // The mean of equal numbers is rounded.
            *v = if deviation > 1e-12 * mean.abs() { (*v - mean) / deviation } else { 0.0 };
        }
    }
}

impl Sample {
    /// How many examples there are.
    pub fn count(&self) -> usize {
        self.x.len() / self.inputs.max(1)
    }

    /// Outputs that a network for it needs: one for a number, one for two classes unless by softmax, else one for each
    /// class.
    pub fn outputs(&self, objective: Objective) -> usize {
        match self.labels {
            Labels::Values(_) => 1,
            Labels::Classes(_, 2) if objective != Objective::SoftmaxCrossEntropy => 1,
            Labels::Classes(_, classes) => classes,
        }
    }

    /// The examples as a network is given them: classes as 0 and 1.
    ///
    /// # Errors
    ///
    /// `network.data` without examples.
    pub fn data(&self, objective: Objective) -> Result<Data> {
        let outputs = self.outputs(objective);
        let y = match &self.labels {
            Labels::Values(values) => values.clone(),
            Labels::Classes(classes, _) if outputs == 1 => classes.iter().map(|c| *c as f64).collect(),
            Labels::Classes(classes, _) => {
                let one_hot = |c: usize| (0..outputs).map(move |o| f64::from(u8::from(o == c)));
                classes.iter().flat_map(|c| one_hot(*c)).collect()
            }
        };
        Data::new(self.inputs, outputs, self.x.clone(), y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_sets_are_what_they_were() {
        assert_eq!((IRIS.len(), DIGITS.len()), (600, 1600));
        // The means of Fisher's table.
        for (j, mean) in [5.843, 3.057, 3.758, 1.199].into_iter().enumerate() {
            let sum: f64 = IRIS.iter().skip(j).step_by(4).map(|v| f64::from(*v) / 10.0).sum();
            assert!((sum / 150.0 - mean).abs() < 1e-3, "{j}");
        }
        let iris = Dataset::Iris.draw(0, 0.0, 0);
        // The first row of the oracle's example 28, standardised by the whole set.
        for (own, exact) in iris.x[28 * 4..].iter().zip([-0.779513, 0.788808, -1.340227, -1.315444]) {
            assert!((own - exact).abs() < 1e-6, "{own} {exact}");
        }
        let digits = Dataset::Digits.draw(0, 0.0, 0);
        assert_eq!((digits.count(), digits.inputs), (100, 64));
        // A zero has a hole, a one has none.
        let centre = |k: usize| {
            digits.x[k * 64 + 27] + digits.x[k * 64 + 28] + digits.x[k * 64 + 35] + digits.x[k * 64 + 36]
        };
        assert!((0..10).all(|k| centre(k) < 1.5) && (10..20).all(|k| centre(k) > 1.5));
    }

    #[test]
    fn drawn_sets_are_balanced_repeatable_and_near_the_origin() {
        for set in [Dataset::Moons, Dataset::Circles, Dataset::Xor, Dataset::Spirals, Dataset::Curve] {
            let sample = set.draw(200, 0.05, 3);
            assert_eq!(sample, set.draw(200, 0.05, 3));
            assert_ne!(sample, set.draw(200, 0.05, 4));
            assert_eq!(sample.count(), 200);
            assert!(sample.x.iter().all(|x| x.abs() < 1.8), "{set:?}");
            if let Labels::Classes(classes, 2) = &sample.labels {
                assert_eq!(classes.iter().sum::<usize>(), 100);
            }
            assert_eq!(sample.outputs(Objective::SquaredError), 1);
            assert!(sample.data(Objective::SquaredError).is_ok());
        }
    }

    /// The mean of equal numbers is one of them only to rounding.
    #[test]
    fn a_constant_column_becomes_0() {
        for (constant, rows) in [(0.1, 3), (1.7, 10), (1e-9, 7), (0.3e15, 11)] {
            let mut x: Vec<f64> = (0..rows).flat_map(|k| [constant, f64::from(k)]).collect();
            standardise(&mut x, 2);
            assert!(x.iter().step_by(2).all(|v| *v == 0.0), "{constant} {x:?}");
            assert!(x[1] < -1.0, "{x:?}");
        }
    }

    #[test]
    fn classes_become_targets() {
        let sample = Dataset::Moons.draw(4, 0.0, 0);
        assert_eq!(sample.data(Objective::BinaryCrossEntropy).unwrap().target(1), [1.0]);
        assert_eq!(sample.data(Objective::SoftmaxCrossEntropy).unwrap().target(1), [0.0, 1.0]);
        let iris = Dataset::Iris.draw(0, 0.0, 0).data(Objective::BinaryCrossEntropy).unwrap();
        assert_eq!((iris.outputs(), iris.class(149)), (3, 2));
    }
}
