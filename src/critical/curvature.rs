//! The eigenpairs of a 2×2 Hessian, in closed form.

/// The eigenpairs of a 2×2 Hessian: how L curves, and along which axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curvature {
    /// λ₁ ≤ λ₂.
    pub lambda: [f64; 2],
    /// v₁ and v₂, unit length, orthogonal, first non-zero component positive: `v[i]` belongs to `lambda[i]`.
    pub v: [[f64; 2]; 2],
    /// Whether λ₁ = λ₂ to rounding: then every direction is an eigenvector.
    pub repeated: bool,
}

impl Curvature {
    /// The eigenpairs of H (its lower triangle is read); `None` where an entry or an eigenvalue is not finite.
    ///
    /// With m = (a + d)/2 and r = √(((a − d)/2)² + b²) for H = [[a, b], [b, d]], λ = m ± r; the one of smaller size
    /// is det H / λ, which keeps its digits where m − r would cancel.
    ///
    /// ```
    /// use saddlescope::critical::Curvature;
    /// let c = Curvature::of([[0.0, -2.0], [-2.0, 0.0]]).unwrap();
    /// assert_eq!(c.lambda, [-2.0, 2.0]);
    /// assert!((c.v[0][0] - c.v[0][1]).abs() < 1e-16); // the way out is along (1, 1)/√2
    /// ```
    pub fn of(hessian: [[f64; 2]; 2]) -> Option<Curvature> {
        let [[a, _], [b, d]] = hessian;
        let size = a.abs().max(b.abs()).max(d.abs());
        if !(a.is_finite() && b.is_finite() && d.is_finite()) {
            return None;
        }
        // A power of two keeps squares within range and changes no digit.
        let scale = match size {
            s if s > 1e150 => 2f64.powi(-500),
            s if s < 1e-150 => 2f64.powi(500),
            _ => 1.0,
        };
        let (a, b, d) = (a * scale, b * scale, d * scale);
        let (mean, half) = ((a + d) / 2.0, (a - d) / 2.0);
        let r = half.hypot(b);
        let large = mean + r.copysign(mean);
        let small = if large == 0.0 {
            0.0
        } else if mean == 0.0 {
            -large
        } else {
            let (high, low) = if a.abs() > d.abs() { (a, d) } else { (d, a) };
            (high / large) * low - (b / large) * b
        };
        let lambda = [large.min(small) / scale, large.max(small) / scale];
        if !(lambda[0].is_finite() && lambda[1].is_finite()) {
            return None;
        }
        // v₂ solves (H − λ₂)v = 0; the form is chosen so that nothing cancels.
        let (x, y) = if half >= 0.0 { (half + r, b) } else { (b, r - half) };
        let length = x.hypot(y);
        let (x, y) = if length > 0.0 { (x / length, y / length) } else { (0.0, 1.0) };
        let repeated = 2.0 * r <= 8.0 * f64::EPSILON * large.abs();
        Some(Curvature { lambda, v: [positive([-y, x]), positive([x, y])], repeated })
    }

    /// vᵀHv = Σ aᵢ²λᵢ for the unit vector at angle `phi`, with aᵢ = vᵢᵀv.
    pub fn along(&self, phi: f64) -> f64 {
        let d = [phi.cos(), phi.sin()];
        (0..2).map(|i| (self.v[i][0] * d[0] + self.v[i][1] * d[1]).powi(2) * self.lambda[i]).sum()
    }
}

/// The same axis with its first non-zero component positive, and no negative zero.
fn positive([x, y]: [f64; 2]) -> [f64; 2] {
    let sign = if x < 0.0 || (x == 0.0 && y < 0.0) { -1.0 } else { 1.0 };
    [sign * x + 0.0, sign * y + 0.0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_4};

    #[test]
    fn diagonal_matrices_keep_their_axes_and_digits() {
        let c = Curvature::of([[3.0, 0.0], [0.0, -1e-20]]).unwrap();
        assert_eq!((c.lambda, c.v), ([-1e-20, 3.0], [[0.0, 1.0], [1.0, 0.0]]));
        let c = Curvature::of([[-7.0, 0.0], [0.0, -2.0]]).unwrap();
        assert_eq!((c.lambda, c.v), ([-7.0, -2.0], [[1.0, 0.0], [0.0, 1.0]]));
        let c = Curvature::of([[0.0; 2]; 2]).unwrap();
        assert_eq!((c.lambda, c.v, c.repeated), ([0.0; 2], [[1.0, 0.0], [0.0, 1.0]], true));
    }

    #[test]
    fn the_notes_saddle() {
        let c = Curvature::of([[0.0, -2.0], [-2.0, 0.0]]).unwrap();
        assert_eq!(c.lambda, [-2.0, 2.0]);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
        near(c.v[0][0], FRAC_1_SQRT_2);
        near(c.v[0][1], FRAC_1_SQRT_2);
        near(c.v[1][1], -FRAC_1_SQRT_2);
        near(c.along(FRAC_PI_4), -2.0);
        near(c.along(-FRAC_PI_4), 2.0);
        near(c.along(0.0), 0.0);
        assert!(!c.repeated);
    }

    #[test]
    fn repeated_is_told_at_rounding() {
        assert!(Curvature::of([[2.0, 0.0], [0.0, 2.0 + 4e-16]]).unwrap().repeated);
        assert!(!Curvature::of([[2.0, 0.0], [0.0, 2.0 + 1e-13]]).unwrap().repeated);
        assert!(!Curvature::of([[1.0, 0.0], [0.0, -1.0]]).unwrap().repeated);
    }

    #[test]
    fn extreme_sizes_and_what_is_not_finite() {
        let c = Curvature::of([[1e300, 1e300], [1e300, 1e300]]).unwrap();
        assert!((c.lambda[1] / 2e300 - 1.0).abs() < 1e-15 && c.lambda[0].abs() < 1e285);
        let c = Curvature::of([[5e-324, 0.0], [0.0, -5e-324]]).unwrap();
        assert_eq!(c.lambda, [-5e-324, 5e-324]);
        assert_eq!(Curvature::of([[f64::NAN, 0.0], [0.0, 1.0]]), None);
        assert_eq!(Curvature::of([[1.0, f64::INFINITY], [f64::INFINITY, 1.0]]), None);
        assert_eq!(Curvature::of([[1.7e308, 1.7e308], [1.7e308, 1.7e308]]), None);
    }
}
