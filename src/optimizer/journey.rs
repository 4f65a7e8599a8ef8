//! How a run in the plane ends, without its record: what a picture of 65,536 runs needs of each.

use super::run::LARGE;
use super::{Optimizer, Oracle, Outcome, Rate};
use crate::derivative::gradient;
use crate::loss::Loss;

/// How long, how far, and what counts as moving.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JourneyLimits {
    /// The most steps.
    pub steps: usize,
    /// Beyond this, in either coordinate, a run has diverged.
    pub far: f64,
    /// A step longer than this is a move.
    pub pace: f64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Journey {
    /// It took its steps, rests for good, or has no step from there (H is singular).
    Ended {
        /// Where.
        at: [f64; 2],
        /// The step after which it moved no more.
        settled: usize,
        /// The square of the length of its last step.
        last: f64,
    },
    /// It left every bound, or L or g is not finite where it came.
    Diverged,
    /// It left the domain of the loss: a step, or L where it led, is not a number.
    Left,
    /// L or g is not finite at the start.
    NotDefined,
}

impl Journey {
    /// The run of a method from a point at a constant rate: the same steps as [`Run`](super::Run) takes, to the last digit.
    /// `optimizer` is left as the run leaves it.
    ///
    /// ```
    /// use saddlescope::loss::Loss;
    /// use saddlescope::optimizer::{Dialect, Journey, JourneyLimits, Method, Optimizer};
    /// let loss = Loss::parse("(x^2+y^2)/2").unwrap();
    /// let mut descent = Optimizer::new(Method::GradientDescent, Dialect::Notes, &[], 2).unwrap();
    /// let limits = JourneyLimits { steps: 3, far: 1e3, pace: 0.2 };
    /// let end = Journey::from([1.0, 0.0], &loss, &mut descent, 0.5.into(), &limits);
    /// assert_eq!(end, Journey::Ended { at: [0.125, 0.0], settled: 2, last: 0.125 * 0.125 });
    /// ```
    pub fn from(
        start: [f64; 2],
        loss: &Loss,
        optimizer: &mut Optimizer,
        rate: Rate,
        limits: &JourneyLimits,
    ) -> Journey {
        let (value, g) = gradient(loss, start);
        if !(value.is_finite() && g[0].is_finite() && g[1].is_finite()) {
            return Journey::NotDefined;
        }
        // What depends on nothing but θ rests for good where it rests once.
        let forgets = optimizer.method().forgets();
        let mut asked = Asked { loss, at: start, g };
        let (mut settled, mut last) = (0, 0.0);
        for t in 0..limits.steps {
            let at = asked.at;
            if optimizer.step(&mut asked, &at, rate) == Outcome::Singular {
                break;
            }
            if asked.g.iter().any(|g| g.abs() > LARGE) && optimizer.state().overflows() {
                return Journey::Diverged;
            }
            let &[dx, dy] = optimizer.state().delta() else { break };
            let next = [at[0] + dx, at[1] + dy];
            let (value, g) = gradient(loss, next);
            let inside = next[0].abs() <= limits.far && next[1].abs() <= limits.far;
            if !(inside && value.is_finite() && g[0].is_finite() && g[1].is_finite()) {
                let nowhere = next[0].is_nan() || next[1].is_nan() || (value.is_nan() && inside);
                return if nowhere { Journey::Left } else { Journey::Diverged };
            }
            let [x, y] = [next[0] - at[0], next[1] - at[1]];
            last = x * x + y * y;
            if last > limits.pace * limits.pace {
                settled = t + 1;
            } else if forgets && next == at {
                break;
            }
            asked.at = next;
            asked.g = g;
        }
        Journey::Ended { at: asked.at, settled, last }
    }
}

/// The loss as a method sees it in a run: the gradient at θ is not computed twice.
struct Asked<'a> {
    loss: &'a Loss,
    at: [f64; 2],
    g: [f64; 2],
}

impl Oracle for Asked<'_> {
    fn dimension(&self) -> usize {
        2
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        Oracle::value(&mut self.loss, at)
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        if at == self.at {
            out.copy_from_slice(&self.g);
            return f64::NAN;
        }
        Oracle::gradient(&mut self.loss, at, out)
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        Oracle::hessian(&mut self.loss, at, out);
    }
}
