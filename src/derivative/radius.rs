//! How far a Taylor series converges, as far as its coefficients tell.
//!
//! Near a single real singularity at distance R the ratios cₖ/cₖ₋₁ go to ±1/R, with a correction in 1/k (Domb and Sykes
//! 1957). Near a pair of complex ones the ratios swing, and (cₖ₊₁cₖ₋₁ − cₖ²)/(cₖcₖ₋₂ − cₖ₋₁²) goes to 1/R² instead
//! (Mercer and Roberts, "A centre manifold description of contaminant dispersion in channels with varying flow
//! properties", 1990, appendix). Both are drawn to 1/k = 0 along a line, from the middle orders and from the last ones.

use crate::number::Series;

/// Orders from which the two estimates are made.
const EARLY: [usize; 2] = [8, 15];
const LATE: [usize; 2] = [15, 24];
/// The two agree when they differ by less than this share.
const AGREE: f64 = 0.05;

/// Without an end the greatest |cₖ|^(1/k) of the last orders is less than this share of that of the first ones.
const FALLS: f64 = 0.8;
const FIRST: [usize; 2] = [7, 12];
const LAST: [usize; 2] = [19, 24];

/// How far a series converges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Radius {
    /// Everywhere: a polynomial of this degree, exact from there on.
    Polynomial(usize),
    /// About this far: an estimate from the coefficients.
    Estimate(f64),
    /// No end is seen: the estimate still grows from order to order, as with exp. A weak singularity may show only at
    /// higher orders.
    Unlimited,
    /// The coefficients do not tell, or are not defined.
    Unknown,
}

/// Judges the radius of convergence from the coefficients.
///
/// ```
/// use saddlescope::{derivative::{Radius, radius, series}, loss::Loss};
/// let along = |formula: &str, x: f64| radius(&series(&Loss::parse(formula).unwrap(), [x, 0.0], [1.0, 0.0]));
/// assert_eq!(along("(1-x^2)^2", 0.3), Radius::Polynomial(4));
/// assert_eq!(along("exp(x)", 0.3), Radius::Unlimited);
/// let Radius::Estimate(r) = along("log(1+x)", 2.0) else { panic!() };
/// assert!((r - 3.0).abs() < 1e-6);
/// ```
pub fn radius(series: &Series) -> Radius {
    let c = &series.0;
    if c.iter().any(|c| !c.is_finite()) {
        return Radius::Unknown;
    }
    let degree = c.iter().rposition(|c| *c != 0.0).unwrap_or(0);
    if degree + 4 < c.len() {
        return Radius::Polynomial(degree);
    }
    // In units in which no coefficient is above 1, products neither overflow nor vanish.
    let unit = c.iter().enumerate().skip(1).map(|(k, c)| c.abs().powf(1.0 / k as f64)).fold(0.0, f64::max);
    let c: Vec<f64> = c.iter().enumerate().map(|(k, c)| c * unit.powi(-(k as i32))).collect();
    let points = ratios(&c).or_else(|| pairs(&c)).unwrap_or_else(|| gaps(&c));
    let (Some(early), Some(late)) = (limit(&points, EARLY), limit(&points, LATE)) else {
        return Radius::Unknown;
    };
    let last = points.last().map_or(0.0, |p| p[1]);
    if late <= 0.1 * last || late < (1.0 - AGREE) * early {
        // Two pairs of singularities at nearly one distance beat, and a fall of the estimate may be no more than that.
        let root = |[from, to]: [usize; 2]| {
            let roots = c.iter().enumerate().filter(|(k, _)| (from..=to).contains(k));
            roots.map(|(k, c)| c.abs().powf(1.0 / k as f64)).fold(0.0, f64::max)
        };
        if root(LAST) < FALLS * root(FIRST) { Radius::Unlimited } else { Radius::Unknown }
    } else if late < (1.0 + AGREE) * early {
        Radius::Estimate(1.0 / (late * unit))
    } else {
        Radius::Unknown
    }
}

/// (k, |cₖ/cₖ₋₁|), where all ratios have one sign.
fn ratios(c: &[f64]) -> Option<Vec<[f64; 2]>> {
    let all: Vec<f64> = c.windows(2).skip(EARLY[0] - 1).map(|w| w[1] / w[0]).collect();
    let same = all.iter().all(|r| r.is_finite() && *r > 0.0) || all.iter().all(|r| r.is_finite() && *r < 0.0);
    same.then(|| all.iter().enumerate().map(|(i, r)| [(i + EARLY[0]) as f64, r.abs()]).collect())
}

/// (k, 1/R) from the pair that would give four coefficients in a row, where there is one.
fn pairs(c: &[f64]) -> Option<Vec<[f64; 2]>> {
    let points: Vec<[f64; 2]> = c
        .windows(4)
        .enumerate()
        .filter_map(|(i, w)| {
            let &[a, b, d, e] = w else { return None };
            let (above, below) = (e * b - d * d, d * a - b * b);
            let size = (e * b).abs() + d * d;
            let root = (above / below).sqrt();
            // A difference that is all rounding tells nothing.
            (above.abs() > 1e-11 * size && root.is_finite() && root > 0.0).then_some([(i + 2) as f64, root])
        })
        .collect();
    let within = |[from, to]: [usize; 2]| {
        points.iter().filter(|p| (from as f64..=to as f64).contains(&p[0])).count() >= 4
    };
    (within(EARLY) && within(LATE)).then_some(points)
}

/// (k, |cⱼ/cᵢ|^(1/(j − i))) between one coefficient that is not 0 and the next, k in their middle.
fn gaps(c: &[f64]) -> Vec<[f64; 2]> {
    let there: Vec<(usize, f64)> = c.iter().copied().enumerate().filter(|(_, c)| *c != 0.0).collect();
    there
        .windows(2)
        .filter_map(|w| {
            let &[(i, a), (j, b)] = w else { return None };
            Some([(i + j) as f64 / 2.0, (b / a).abs().powf(1.0 / (j - i) as f64)])
        })
        .collect()
}

/// The value at 1/k = 0 of the straight line through the points between two orders.
fn limit(points: &[[f64; 2]], [from, to]: [usize; 2]) -> Option<f64> {
    let chosen: Vec<[f64; 2]> = points
        .iter()
        .filter(|p| (from as f64..=to as f64).contains(&p[0]))
        .map(|[k, value]| [1.0 / k, *value])
        .collect();
    let n = chosen.len() as f64;
    if chosen.len() < 2 {
        return None;
    }
    let mean = |i: usize| chosen.iter().map(|p| p[i]).sum::<f64>() / n;
    let [u, v] = [mean(0), mean(1)];
    let spread: f64 = chosen.iter().map(|p| (p[0] - u).powi(2)).sum();
    let slope = chosen.iter().map(|p| (p[0] - u) * (p[1] - v)).sum::<f64>() / spread;
    Some(v - slope * u).filter(|v| v.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derivative::series;
    use crate::loss::Loss;

    fn at(formula: &str, x: f64) -> Radius {
        radius(&series(&Loss::parse(formula).unwrap(), [x, 0.0], [1.0, 0.0]))
    }

    #[test]
    fn the_distance_of_the_nearest_singularity() {
        for a in [-0.6, -0.2, 0.0, 0.1, 0.5, 1.0, 2.0] {
            let runge = 1.0_f64.hypot(a);
            let tanh = (a * a + std::f64::consts::FRAC_PI_2.powi(2)).sqrt();
            for (formula, want, tolerance) in [
                ("log(1+x)", 1.0 + a, 1e-6),
                ("1/(1+x)", 1.0 + a, 1e-6),
                ("sqrt(1+x)", 1.0 + a, 1e-6),
                ("1/(1+x^2)", runge, 1e-3),
                ("log(1+x^2)", runge, 0.05),
                ("sqrt(1+x^2)", runge, 0.05),
                ("tanh(x)", tanh, 0.05),
                ("sigmoid(2x)", tanh, 0.05),
                ("1000*tanh(x)+3", tanh, 0.05),
            ] {
                let Radius::Estimate(r) = at(formula, a) else {
                    panic!("{formula} at {a}: {:?} for {want}", at(formula, a))
                };
                assert!((r / want - 1.0).abs() < tolerance, "{formula} at {a}: {r} for {want}");
            }
        }
        for (formula, want) in [
            ("1/(1+x^4)", 1.0),
            ("1/(1-x^3)", 1.0),
            ("1/(1+8x^3)", 0.5),
            ("tan(x)", std::f64::consts::FRAC_PI_2),
        ] {
            let Radius::Estimate(r) = at(formula, 0.0) else { panic!("{formula}: {:?}", at(formula, 0.0)) };
            assert!((r / want - 1.0).abs() < 0.01, "{formula}: {r}");
        }
        // Two real poles, of which the nearer counts.
        let Radius::Estimate(r) = at("1/((1+x)(2+x))", 0.0) else { panic!() };
        assert!((r - 1.0).abs() < 0.01, "{r}");
    }

    #[test]
    fn no_end_is_seen_where_there_is_none() {
        for formula in ["exp(x)", "sin(x)", "cos(3x)", "exp(-x^2)", "x*exp(-x)"] {
            for a in [-1.0, 0.0, 0.7] {
                assert_eq!(at(formula, a), Radius::Unlimited, "{formula} at {a}");
            }
        }
    }

    /// The opening loss of the lab `taylor`, along lines on which two pairs of singularities are nearly as far away.
    #[test]
    fn two_pairs_at_nearly_one_distance_are_not_taken_for_none() {
        let loss = Loss::parse("log(1+(x^2+y-1)^2+(x-y)^2)").unwrap();
        for degrees in (-90..90).step_by(5) {
            let (s, c) = f64::from(degrees).to_radians().sin_cos();
            let found = radius(&series(&loss, [-0.2, 0.6], [c, s]));
            assert!(!matches!(found, Radius::Unlimited | Radius::Polynomial(_)), "{degrees}: {found:?}");
            if let Radius::Estimate(r) = found {
                assert!((0.8..1.8).contains(&r), "{degrees}: {r}");
            }
        }
    }

    #[test]
    fn polynomials_and_what_is_not_defined() {
        assert_eq!(at("(x^2-11)^2+(x-7)^2", 0.3), Radius::Polynomial(4));
        assert_eq!(at("5", 0.3), Radius::Polynomial(0));
        assert_eq!(at("log(x)", -1.0), Radius::Unknown);
        assert_eq!(at("sqrt(x)", 0.0), Radius::Unknown);
        assert_eq!(at("abs(x)", 0.5), Radius::Polynomial(1));
    }
}
