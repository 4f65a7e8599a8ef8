//! From a training to a critical point: stop it at some epoch, bring what it has reached to ∇L = 0, take the spectrum
//! there. In slices.

use super::spectrum::{dot, norm};
use super::{Eigenvalues, Look, Problem, Training, size};
use crate::optimizer::Oracle;

/// How a point is brought to a critical one. Both make ‖g‖ smaller, whatever the loss does, and so may lead elsewhere than
/// training would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bring {
    /// Damped Newton on the gradient: Δ = −(H² + μI)⁻¹Hg (Levenberg 1944, Marquardt 1963), for small networks.
    Newton,
    /// Gradient descent on ½‖g‖², whose gradient is Hg, with the step lengths of Barzilai and Borwein (1988).
    Descent,
}

/// The most parameters for which Newton's equation is solved.
pub const NEWTON_UP_TO: usize = 200;
/// Iterations of either method.
const NEWTON_STEPS: usize = 200;
const DESCENT_STEPS: usize = 4_000;
/// Dampings tried for one step of Newton.
const DAMPINGS: usize = 40;
/// ‖g‖ against ‖H‖ · max(1, ‖θ‖) at which nothing is left to gain.
const ENOUGH: f64 = 1e-14;
/// Values of ‖g‖ that a new one may exceed before it must fall.
const MEMORY: usize = 10;

/// Where a run has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The seed of its start.
    pub seed: u64,
    /// The epoch at which training was stopped.
    pub epoch: usize,
    /// L.
    pub loss: f64,
    /// ‖g‖ / (max|λ| · max(1, ‖θ‖)): about how far, as a share of θ, the critical point is.
    pub residual: f64,
    /// ‖Hg‖ / (max|λ| · ‖g‖): where it is small and ‖g‖ is not, g lies where H is zero, and neither method gets on
    /// (gradient-flat; Frye and others 2021).
    pub flatness: f64,
    /// The spectrum.
    pub eigenvalues: Eigenvalues,
    /// Where.
    pub theta: Vec<f64>,
}

impl Ended {
    /// As plain numbers.
    pub fn numbers(&self) -> Vec<f64> {
        let e = &self.eigenvalues;
        // A seed has more digits than a number.
        let [high, low] = [self.seed >> 32, self.seed & 0xffff_ffff].map(|half| half as f64);
        let mut out = vec![high, low, self.epoch as f64, self.loss, self.residual, self.flatness];
        out.extend([f64::from(u8::from(e.exact)), e.values.len() as f64, self.theta.len() as f64]);
        out.extend(e.values.iter().chain(&e.counts).chain(&self.theta));
        out
    }

    /// From the numbers at the front of a list; also what follows them.
    pub fn read(numbers: &[f64]) -> Option<(Ended, &[f64])> {
        let (&[high, low, epoch, loss, residual, flatness, exact, k, n], rest) =
            numbers.split_first_chunk::<9>()?;
        let (k, n) = (k as usize, n as usize);
        let (values, rest) = rest.split_at_checked(k)?;
        let (counts, rest) = rest.split_at_checked(k)?;
        let (theta, rest) = rest.split_at_checked(n)?;
        let eigenvalues =
            Eigenvalues { values: values.to_vec(), counts: counts.to_vec(), exact: exact != 0.0 };
        let (seed, epoch) = ((high as u64) << 32 | low as u64, epoch as usize);
        Some((Ended { seed, epoch, loss, residual, flatness, eigenvalues, theta: theta.to_vec() }, rest))
    }
}

/// A run under way to its end.
#[derive(Clone, Debug)]
pub struct Ending {
    seed: u64,
    training: Training,
    until: usize,
    bring: Bring,
    problem: Problem,
    stage: Stage,
    theta: Vec<f64>,
    gradient: Vec<f64>,
    steps: usize,
    /// μ of Newton; the step length of descent.
    measure: f64,
    equation: Option<Equation>,
    recent: Vec<f64>,
}

/// Newton's equation at θ.
#[derive(Clone, Debug)]
struct Equation {
    /// The lower triangle of H².
    squared: Vec<f64>,
    /// −Hg.
    right: Vec<f64>,
    /// ‖H‖² (Frobenius).
    size: f64,
    /// How often a step was tried.
    tries: usize,
}

#[derive(Clone, Debug)]
enum Stage {
    Training,
    Bringing,
    Looking(Box<Look>),
}

impl Ending {
    /// A training to be stopped after `until` epochs and brought to a critical point.
    pub fn new(mut training: Training, until: usize, bring: Bring, seed: u64) -> Ending {
        let problem = training.problem().clone();
        let n = problem.dimension();
        let bring = if n > NEWTON_UP_TO { Bring::Descent } else { bring };
        Ending {
            seed,
            training,
            until,
            bring,
            problem,
            stage: Stage::Training,
            theta: Vec::new(),
            gradient: vec![0.0; n],
            steps: 0,
            measure: 0.0,
            equation: None,
            recent: Vec::new(),
        }
    }

    /// A slice of the work; the end, when it is reached. A training that broke off has no
    /// θ and no spectrum.
    pub fn step(&mut self) -> Option<Ended> {
        match &mut self.stage {
            Stage::Training => {
                if self.training.epochs().len() > self.until {
                    let last = self.training.epochs().len().saturating_sub(1);
                    self.theta = self.training.theta(last).1.to_vec();
                    self.problem.gradient(&self.theta, &mut self.gradient);
                    self.stage = Stage::Bringing;
                } else if !self.training.step() {
                    return Some(self.diverged());
                }
                None
            }
            Stage::Bringing => {
                let more = match self.bring {
                    Bring::Newton => self.newton(),
                    Bring::Descent => self.descend(),
                };
                if !more {
                    let look = Look::new(self.problem.clone(), self.theta.clone());
                    self.stage = Stage::Looking(Box::new(look));
                }
                None
            }
            Stage::Looking(look) => {
                if look.step() || !look.done() {
                    return None;
                }
                let found = look.eigenvalues().cloned();
                let eigenvalues =
                    found.unwrap_or(Eigenvalues { values: vec![], counts: vec![], exact: false });
                let top = size(&eigenvalues.values);
                let loss = self.problem.gradient(&self.theta, &mut self.gradient);
                let g = norm(&self.gradient);
                let mut along = vec![0.0; self.theta.len()];
                self.problem.product(&self.theta, &self.gradient, &mut along);
                Some(Ended {
                    seed: self.seed,
                    epoch: self.training.epochs().len().saturating_sub(1),
                    loss,
                    residual: if g == 0.0 { 0.0 } else { g / (top * norm(&self.theta).max(1.0)) },
                    flatness: if g == 0.0 { 0.0 } else { norm(&along) / (top * g) },
                    eigenvalues,
                    theta: self.theta.clone(),
                })
            }
        }
    }

    /// The end of a training that broke off: no point to speak of.
    fn diverged(&self) -> Ended {
        let epochs = self.training.epochs();
        Ended {
            seed: self.seed,
            epoch: epochs.len(),
            loss: f64::NAN,
            residual: f64::NAN,
            flatness: f64::NAN,
            eigenvalues: Eigenvalues { values: vec![], counts: vec![], exact: true },
            theta: Vec::new(),
        }
    }

    /// Half a step of damped Newton on g: sets up its equation, or tries a damping. `false` when it is done.
    fn newton(&mut self) -> bool {
        let g = norm(&self.gradient);
        let Some(equation) = &mut self.equation else {
            return self.set_up(g);
        };
        // Damping grows until ‖g‖ falls.
        if let Some(step) = solve(equation.squared.clone(), self.measure, &equation.right) {
            let next: Vec<f64> = self.theta.iter().zip(&step).map(|(w, d)| w + d).collect();
            let mut ahead = vec![0.0; next.len()];
            self.problem.gradient(&next, &mut ahead);
            if norm(&ahead) < g {
                self.measure = (self.measure / 10.0).max(1e-18 * equation.size);
                (self.theta, self.gradient, self.equation) = (next, ahead, None);
                self.steps += 1;
                return true;
            }
        }
        self.measure *= 4.0;
        equation.tries += 1;
        equation.tries < DAMPINGS
    }

    /// Sets up Newton's equation; `false` where nothing is left to gain.
    fn set_up(&mut self, g: f64) -> bool {
        let n = self.theta.len();
        let mut h = vec![0.0; n * n];
        self.problem.hessian(&self.theta, &mut h);
        let size = dot(&h, &h);
        let enough = ENOUGH * size.sqrt() * norm(&self.theta).max(1.0);
        if self.steps >= NEWTON_STEPS || !(size.is_finite() && g > enough) {
            return false;
        }
        if self.measure == 0.0 {
            self.measure = 1e-3 * size / n as f64;
        }
        let row = |i: usize| &h[i * n..(i + 1) * n];
        let right = (0..n).map(|i| -dot(row(i), &self.gradient)).collect();
        let mut squared = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                squared[i * n + j] = dot(row(i), row(j));
            }
        }
        self.equation = Some(Equation { squared, right, size, tries: 0 });
        true
    }

    /// One step of descent on ½‖g‖²; `false` when it is done.
    fn descend(&mut self) -> bool {
        let n = self.theta.len();
        let mut slope = vec![0.0; n];
        self.problem.product(&self.theta, &self.gradient, &mut slope);
        let (g, s) = (norm(&self.gradient), norm(&slope));
        if self.steps >= DESCENT_STEPS || !(s > 1e-15 * g && s.is_finite()) {
            return false;
        }
        self.steps += 1;
        if self.measure == 0.0 {
            // The length at which the linear model of g along Hg is shortest.
            self.measure = (g / s).powi(2).min(1.0 / s);
        }
        self.recent.push(g);
        let bound = self.recent.iter().rev().take(MEMORY).fold(0.0, |m: f64, x| m.max(*x));
        let mut next = vec![0.0; n];
        let mut ahead = vec![0.0; n];
        let mut length = self.measure;
        for _ in 0..50 {
            next.iter_mut().zip(&self.theta).zip(&slope).for_each(|((x, w), d)| *x = w - length * d);
            self.problem.gradient(&next, &mut ahead);
            let new = norm(&ahead);
            if new * new <= bound * bound - 2e-4 * length * s * s {
                let mut bent = vec![0.0; n];
                self.problem.product(&next, &ahead, &mut bent);
                let turn: f64 =
                    bent.iter().zip(&slope).map(|(b, s)| s - b).zip(&slope).map(|(y, s)| y * s).sum();
                self.measure = if turn > 0.0 { length * s * s / turn } else { 2.0 * length };
                self.theta.copy_from_slice(&next);
                self.gradient.copy_from_slice(&ahead);
                return true;
            }
            length /= 4.0;
        }
        false
    }
}

/// Solves (A + μI)x = b by Cholesky's decomposition of the lower triangle; `None` where that is not positive definite.
fn solve(mut a: Vec<f64>, mu: f64, b: &[f64]) -> Option<Vec<f64>> {
    let n = b.len();
    for i in 0..n {
        let (above, own) = a.split_at_mut(i * n);
        for j in 0..i {
            let earlier = &above[j * n..j * n + n];
            own[j] = (own[j] - dot(&own[..j], &earlier[..j])) / earlier[j];
        }
        let pivot = own[i] + mu - dot(&own[..i], &own[..i]);
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        own[i] = pivot.sqrt();
    }
    let mut x = b.to_vec();
    for i in 0..n {
        x[i] = (x[i] - dot(&a[i * n..i * n + i], &x[..i])) / a[i * n + i];
    }
    for i in (0..n).rev() {
        x[i] /= a[i * n + i];
        let known = x[i];
        for (j, x) in x.iter_mut().enumerate().take(i) {
            *x -= a[i * n + j] * known;
        }
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::super::{Data, Network};
    use super::*;
    use crate::optimizer::{Dialect, Method, Optimizer, Schedule};

    /// Of so many epochs only every second is kept; θ is that of the epoch at which training stopped all the same.
    #[test]
    fn an_end_belongs_to_its_epoch() {
        let end = |epochs| {
            let problem = Problem::new(Network::notes(), Data::one().into());
            let descent = Optimizer::new(Method::GradientDescent, Dialect::Notes, &[], 2).unwrap();
            let (rate, start) = (Schedule::constant(0.05), vec![0.5, 0.9]);
            let training = Training::new(problem, None, descent, rate, start, [0, epochs], 1);
            let mut ending = Ending::new(training, 3, Bring::Newton, 1);
            std::iter::from_fn(|| Some(ending.step())).flatten().next()
        };
        assert_eq!(end(2_000_000), end(3));
    }
}
