//! Derivatives by finite differences: approximations, for checking exact ones.

/// The forward difference (f(x + h) − f(x)) / h: f′(x) with an error of about ½h|f″| + 2ε|f|/h.
///
/// ```
/// use saddlescope::derivative::forward;
/// let slope = forward(|x| x * x, 1.0, 1e-3);
/// assert!((slope - 2.001).abs() < 1e-12);
/// ```
pub fn forward(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    (f(x + h) - f(x)) / h
}

/// The central difference (f(x + h) − f(x − h)) / 2h: f′(x) with an error of about ⅙h²|f‴| + ε|f|/h.
///
/// ```
/// use saddlescope::derivative::central;
/// let slope = central(|x| x * x * x, 1.0, 1e-3);
/// assert!((slope - 3.000001).abs() < 1e-12);
/// ```
pub fn central(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    (f(x + h) - f(x - h)) / (2.0 * h)
}

/// The gradient by central differences with step h in each variable.
///
/// ```
/// use saddlescope::derivative::central_gradient;
/// let g = central_gradient(|[x, y]| (1.0 - x * y).powi(2), [0.5, 1.0], 1e-4);
/// assert!((g[0] + 1.0).abs() < 1e-9 && (g[1] + 0.5).abs() < 1e-9);
/// ```
pub fn central_gradient(f: impl Fn([f64; 2]) -> f64, [x, y]: [f64; 2], h: f64) -> [f64; 2] {
    [central(|x| f([x, y]), x, h), central(|y| f([x, y]), y, h)]
}
