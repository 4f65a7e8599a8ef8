//! How large a learning rate may be near a minimum: the local stability bound of each method.

use super::method::Method;
use super::parameter::Dialect;
use super::{Optimizer, Schedule};

/// The rate below which the method converges on a quadratic whose largest eigenvalue is λ > 0 (and all are positive),
/// with a constant rate: the local stability bound at a minimum, or at any point as if the quadratic model there were
/// the loss. It is no global bound. `None` where there is none: methods that scale each coordinate by its own history.
///
/// | method | bound |
/// |---|---|
/// | gradient descent | 2/λ |
/// | heavy ball | 2(1 + β)/λ, dampened by τ 2(1 + β)/((1 − τ)λ) |
/// | Nesterov | 2(1 + β)/((1 + 2β)λ) |
/// | averaged momentum | 2(1 + β)/((1 − β)λ) |
/// | Newton, saddle-free Newton | 2 |
/// | shifted Newton | 2(λ + μ)/λ |
///
/// Weight decay inside the gradient counts as λ + ω. `momentum` takes the place of β where a schedule gives one.
pub fn stability_bound(optimizer: &Optimizer, lambda: f64, momentum: Option<f64>) -> Option<f64> {
    let parameter = |id: &str| optimizer.parameter(id).unwrap_or(0.0);
    let beta = momentum.unwrap_or(parameter("momentum"));
    let decay = parameter("weight-decay");
    let steep = lambda + decay;
    if !(lambda > 0.0 && lambda.is_finite()) {
        return None;
    }
    let coupled = decay == 0.0 || optimizer.dialect() != Dialect::Keras;
    match optimizer.method() {
        Method::GradientDescent => Some(2.0 / steep),
        Method::Momentum if coupled => Some(2.0 * (1.0 + beta) / ((1.0 - parameter("dampening")) * steep)),
        Method::Nesterov if coupled => Some(2.0 * (1.0 + beta) / ((1.0 + 2.0 * beta) * steep)),
        Method::AveragedMomentum => Some(2.0 * (1.0 + beta) / ((1.0 - beta) * lambda)),
        Method::Newton | Method::SaddleFreeNewton => Some(2.0),
        Method::ShiftedNewton => Some(2.0 * (lambda + parameter("shift")) / lambda),
        _ => None,
    }
}

/// The bound of gradient descent whose gradients come τ = `delay` steps late: (2/λ)·sin(π/(2(2τ + 1))); at τ = 0 it
/// is 2/λ.
///
/// ```
/// use saddlescope::optimizer::delayed_bound;
/// assert_eq!(delayed_bound(10.0, 0), 0.2);
/// assert!((delayed_bound(10.0, 1) - 0.1).abs() < 1e-15);
/// ```
pub fn delayed_bound(lambda: f64, delay: usize) -> f64 {
    let angle = std::f64::consts::PI / (2.0 * (2.0 * delay as f64 + 1.0));
    2.0 / lambda * angle.sin()
}

/// The bound that applies to a run: the method's own at the schedule's first momentum, or the one for delayed
/// gradients.
pub(super) fn bound_of_run(
    optimizer: &Optimizer,
    schedule: &Schedule,
    delay: usize,
    lambda: f64,
) -> Option<f64> {
    let own = stability_bound(optimizer, lambda, schedule.at(0.0).momentum)?;
    match (delay, optimizer.method()) {
        (0, _) => Some(own),
        (_, Method::GradientDescent) => Some(delayed_bound(2.0 / own, delay)),
        _ => None,
    }
}
