//! How fast a method leaves a saddle, from the quadratic model there.

use super::{Method, Optimizer};

/// By what a step multiplies the distance from a saddle along an eigenvector whose eigenvalue is λ < 0, at the rate η.
/// `None` for λ ≥ 0 and for all other methods. Weight decay is not counted.
///
/// | method | factor |
/// |---|---|
/// | gradient descent, negative curvature | 1 + η·abs(λ) |
/// | heavy ball | the larger root of z² − (1 + β + η·abs(λ))·z + β; dampened η(1 − τ) for η |
/// | saddle-free Newton | 1 + η, whatever λ |
///
/// ```
/// use saddlescope::optimizer::{Dialect, Method, Optimizer, escape_factor};
/// let factor = |method| {
///     let optimizer = Optimizer::new(method, Dialect::Notes, &[], 2).unwrap();
///     escape_factor(&optimizer, -2.0, 0.05).unwrap()
/// };
/// assert_eq!(factor(Method::GradientDescent), 1.1);
/// assert!((factor(Method::Momentum) - 1.316).abs() < 1e-3); // β = 0.9
/// ```
pub fn escape_factor(optimizer: &Optimizer, lambda: f64, rate: f64) -> Option<f64> {
    if lambda >= 0.0 || lambda.is_nan() {
        return None;
    }
    let push = rate * -lambda;
    match optimizer.method() {
        Method::GradientDescent | Method::NegativeCurvature => Some(1.0 + push),
        Method::Momentum => {
            let beta = optimizer.parameter("momentum")?;
            let b = 1.0 + beta + push * (1.0 - optimizer.parameter("dampening").unwrap_or(0.0));
            Some((b + (b * b - 4.0 * beta).sqrt()) / 2.0)
        }
        Method::SaddleFreeNewton => Some(1.0 + rate),
        _ => None,
    }
}

/// Steps from the distance δ to the distance r, both along the escape eigenvector, when each multiplies it by
/// `factor`: log(r/δ)/log(factor). 0 where δ ≥ r already, ∞ where δ = 0.
pub fn escape_time(delta: f64, radius: f64, factor: f64) -> f64 {
    if delta >= radius { 0.0 } else { (radius / delta).ln() / factor.ln() }
}
