//! The noise floor: where the loss settles when gradient noise and descent balance.

use super::method::Method;
use super::parameter::Dialect;
use super::{Optimizer, Rate};

/// The mean of ½λw² in the long run, for the loss ½λw² and gradient noise of standard deviation σ, at a constant rate.
/// On a quadratic the floor is the sum of this over the eigenvalues; near a minimum of another loss that is an estimate.
///
/// Gradient descent is w ← (1 − ηλ)w − ηξ, so Var w = (1 − ηλ)²·Var w + η²σ², and the floor is ησ²/(2(2 − ηλ)). Momentum
/// and Nesterov are second-order recursions wₜ = φ₁wₜ₋₁ + φ₂wₜ₋₂ + eₜ + ψeₜ₋₁, whose variance is known as well (Box and
/// Jenkins 1970, ARMA(2, 1)):
///
/// | method | φ₁ | φ₂ | e | ψ |
/// |---|---|---|---|---|
/// | gradient descent | 1 − ηλ | 0 | −ηξ | 0 |
/// | heavy ball; dampened or averaged: η(1 − τ), η(1 − β) for η | 1 + β − ηλ | −β | −ηξ | 0 |
/// | Nesterov, notes | (1 + β)(1 − ηλ) | −β(1 − ηλ) | −ηξ | 0 |
/// | Nesterov, frameworks | the same | the same | −(1 + β)ηξ | −β/(1 + β) |
///
/// `None` for other methods, with weight decay, for λ ≤ 0, and from the stability bound on, where nothing settles.
///
/// ```
/// use saddlescope::optimizer::{Dialect, Method, Optimizer, noise_floor};
/// let descent = Optimizer::new(Method::GradientDescent, Dialect::Notes, &[], 2).unwrap();
/// let floor = |lambda| noise_floor(&descent, lambda, 0.15.into(), 1.0).unwrap();
/// assert!((floor(10.0) - 0.15).abs() < 1e-15); // 0.15/(2·(2 − 1.5))
/// assert!((floor(1.0) - 0.15 / 3.7).abs() < 1e-15);
/// assert_eq!(noise_floor(&descent, 10.0, 0.2.into(), 1.0), None);
/// ```
pub fn noise_floor(optimizer: &Optimizer, lambda: f64, rate: Rate, sigma: f64) -> Option<f64> {
    let parameter = |id: &str| optimizer.parameter(id).unwrap_or(0.0);
    let beta = rate.momentum.unwrap_or(parameter("momentum"));
    let eta = rate.rate;
    let heavy = |eta: f64| (1.0 + beta - eta * lambda, -beta, eta, 0.0);
    let shrink = 1.0 - eta * lambda;
    let (phi1, phi2, size, psi) = match optimizer.method() {
        _ if parameter("weight-decay") != 0.0 => return None,
        Method::GradientDescent => (shrink, 0.0, eta, 0.0),
        Method::Momentum => heavy(eta * (1.0 - parameter("dampening"))),
        Method::AveragedMomentum => heavy(eta * (1.0 - beta)),
        Method::Nesterov => {
            let ahead = optimizer.dialect() != Dialect::Notes;
            let (size, psi) = if ahead { ((1.0 + beta) * eta, -beta / (1.0 + beta)) } else { (eta, 0.0) };
            ((1.0 + beta) * shrink, -beta * shrink, size, psi)
        }
        _ => return None,
    };
    let settles = phi2.abs() < 1.0 && phi1.abs() < 1.0 - phi2;
    if !(settles && lambda > 0.0) {
        return None;
    }
    // Yule–Walker: γ₁(1 − φ₂) = φ₁γ₀ + c₁, γ₀ = φ₁γ₁ + φ₂γ₂ + c₀, γ₂ = φ₁γ₁ + φ₂γ₀.
    let [c0, c1] = [1.0 + psi * (phi1 + psi), psi].map(|c| c * (size * sigma).powi(2));
    let share = phi1 * (1.0 + phi2) / (1.0 - phi2);
    let variance = (c0 + share * c1) / (1.0 - phi2 * phi2 - share * phi1);
    Some(0.5 * lambda * variance)
}
