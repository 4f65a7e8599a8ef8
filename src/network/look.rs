//! The spectrum of H at a point, worked out in slices: all of it where H fits, else its ends and density by Lanczos.

use super::{Krylov, Problem};
use crate::critical::Spectrum;

/// The largest θ for which H itself is made.
pub const LARGEST: usize = 1_000;
/// Products of a Lanczos run.
const PRODUCTS: usize = 80;

/// The eigenvalues of H, or what stands for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenvalues {
    /// Ascending.
    pub values: Vec<f64>,
    /// How many eigenvalues each one stands for: all 1 where H was made, estimates by Lanczos.
    pub counts: Vec<f64>,
    /// Whether these are all of them.
    pub exact: bool,
}

/// How many eigenvalues are negative, about zero, positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signs {
    /// λ < −tolerance.
    pub negative: f64,
    /// |λ| ≤ tolerance.
    pub zero: f64,
    /// λ > tolerance.
    pub positive: f64,
}

impl Signs {
    /// All of them.
    pub fn all(&self) -> f64 {
        self.negative + self.zero + self.positive
    }

    /// Minimum ratio: positive / all.
    pub fn ratio(&self) -> f64 {
        self.positive / self.all()
    }

    /// Index: negative / all.
    pub fn index(&self) -> f64 {
        self.negative / self.all()
    }
}

/// The largest |λ|.
pub fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m: f64, x| m.max(x.abs()))
}

/// Counts of signs; zero is what is at most `tolerance` times the largest |λ|.
pub fn signs(values: &[f64], counts: &[f64], tolerance: f64) -> Signs {
    let limit = tolerance * size(values);
    let mut signs = Signs { negative: 0.0, zero: 0.0, positive: 0.0 };
    for (value, count) in values.iter().zip(counts) {
        match value {
            v if *v < -limit => signs.negative += count,
            v if *v > limit => signs.positive += count,
            _ => signs.zero += count,
        }
    }
    signs
}

/// The work on one point.
#[derive(Clone, Debug)]
pub struct Look {
    problem: Problem,
    theta: Vec<f64>,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    Products(Box<Krylov>),
    Hessian { slice: usize, h: Vec<f64> },
    Reduction(Box<Spectrum>),
    Done(Option<Eigenvalues>),
}

impl Look {
    /// Begins at a point.
    pub fn new(problem: Problem, theta: Vec<f64>) -> Look {
        let n = theta.len();
        let stage = if n <= LARGEST {
            Stage::Hessian { slice: 0, h: Vec::new() }
        } else {
            Stage::Products(Box::new(Krylov::new(n, 1)))
        };
        Look { problem, theta, stage }
    }

    /// A slice of the work; `false` when all is done.
    pub fn step(&mut self) -> bool {
        match &mut self.stage {
            Stage::Products(krylov) => {
                let more = krylov.step(|v, out| self.problem.product(&self.theta, v, out));
                if !more || krylov.steps() == PRODUCTS {
                    let found = krylov.finish().map(|found| {
                        let n = self.theta.len() as f64;
                        let counts = found.weights.iter().map(|w| w * n).collect();
                        Eigenvalues { values: found.values, counts, exact: false }
                    });
                    self.stage = Stage::Done(found);
                }
                true
            }
            Stage::Hessian { slice, h } => {
                h.resize(self.theta.len().pow(2), 0.0);
                match self.problem.hessian_slice(&self.theta, *slice, h) {
                    Some(next) => *slice = next,
                    None => {
                        self.stage = match Spectrum::new(std::mem::take(h)) {
                            Ok(spectrum) => Stage::Reduction(Box::new(spectrum)),
                            Err(_) => Stage::Done(None),
                        }
                    }
                }
                true
            }
            Stage::Reduction(spectrum) => {
                if spectrum.step() {
                    return true;
                }
                if let Stage::Reduction(spectrum) = std::mem::replace(&mut self.stage, Stage::Done(None)) {
                    let found = spectrum.values().ok();
                    let exact = |values: Vec<f64>| Eigenvalues {
                        counts: vec![1.0; values.len()],
                        values,
                        exact: true,
                    };
                    self.stage = Stage::Done(found.map(exact));
                }
                true
            }
            Stage::Done(_) => false,
        }
    }

    /// Ends the work with what was found elsewhere; `None` where H is not finite.
    pub fn take(&mut self, found: Option<Eigenvalues>) {
        self.stage = Stage::Done(found);
    }

    /// Whether all is done.
    pub fn done(&self) -> bool {
        matches!(self.stage, Stage::Done(_))
    }

    /// The share that is done.
    pub fn progress(&self) -> f64 {
        match &self.stage {
            Stage::Products(krylov) => krylov.steps() as f64 / PRODUCTS as f64,
            Stage::Hessian { slice, .. } => {
                let slices = self.problem.hessian_slices();
                0.5 * *slice as f64 / slices.max(1) as f64
            }
            Stage::Reduction(spectrum) => 0.5 + 0.5 * spectrum.progress(),
            Stage::Done(_) => 1.0,
        }
    }

    /// The eigenvalues, once done; `None` also where H is not finite.
    pub fn eigenvalues(&self) -> Option<&Eigenvalues> {
        match &self.stage {
            Stage::Done(found) => found.as_ref(),
            _ => None,
        }
    }

    /// Where it looks.
    pub fn theta(&self) -> &[f64] {
        &self.theta
    }

    /// The loss.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}
