//! What a power series in two variables does about a line along which its lowest form vanishes: Newton's polygon.

use super::polynomial::roots;
use crate::number::{Interval, IntervalSeries};

/// The highest total degree of the series.
pub(super) const DEGREE: usize = 10;
/// Coefficients to that degree.
const COEFFICIENTS: usize = (DEGREE + 1) * (DEGREE + 2) / 2;
/// The axes are rounded, and with them the terms that vanish along them: this share of the largest is none.
pub(super) const ROUNDING: f64 = 1e-8;

/// A power series in s and t.
pub(super) type Series = IntervalSeries<COEFFICIENTS>;

/// What a series does near the line t = 0.
pub(super) enum Branch {
    /// There is nothing beside c·tᵏ.
    Bare,
    /// It changes sign.
    Changing {
        /// How many times, for s > 0 and s < 0 together.
        changes: usize,
        /// The order of the lowest term of s alone, and its coefficient if there is one.
        order: usize,
        alone: Option<Interval>,
    },
}

impl Branch {
    /// Of a series that begins with c·tᵏ; `None` if it is not told. `blown`, the powers of s are known up to this one,
    /// and all count; else up to total degree k there is only c·tᵏ, and the series is known up to its degree.
    pub fn of(series: &Series, k: usize, blown: Option<usize>) -> Option<Branch> {
        let last = series.coefficient(0, k);
        let small = ROUNDING * last.size();
        let mut none = (1..=k).map(|i| series.coefficient(if blown.is_some() { 0 } else { i }, k - i));
        if !told(last) || none.any(|c| c.least_size() > small) {
            return None;
        }
        let known = blown.unwrap_or(DEGREE);
        let curve = centre(series, k);
        // The coefficients of t⁰ … tᵏ⁻² about the curve, as series in s.
        let rows: Vec<Powers> = (0..k.saturating_sub(1)).map(|j| about(series, &curve, j)).collect();
        // The steepest weight: s counts as t^(1/w) in the lowest terms.
        let terms = rows.iter().enumerate().flat_map(|(j, row)| {
            // Up to the order k there is nothing else, but for the rounding of the axes; unless k = 2, where the reduction
            // has straightened them.
            let first = if blown.is_some() {
                1
            } else if k == 2 {
                2
            } else {
                k + 1 - j
            };
            row.iter()
                .enumerate()
                .take(known + 1)
                .filter(move |(i, c)| *i >= first && told(**c))
                .map(move |(i, _)| (i, k - j))
        });
        let lowest = terms.min_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
        let Some((rise, run)) = lowest else { return Some(Branch::Bare) };
        // Terms of s alone must be known as far.
        if rise * k > known * run {
            return None;
        }
        let lowest_terms = |side: f64| {
            let mut terms: Vec<Interval> = (0..k)
                .map(|j| {
                    let (whole, part) = (rise * (k - j) / run, rise * (k - j) % run);
                    let c = rows.get(j).filter(|_| part == 0).and_then(|row| row.get(whole)).copied();
                    let sign = if whole % 2 == 1 { side } else { 1.0 };
                    c.unwrap_or(Interval::ZERO) * Interval::point(sign)
                })
                .collect();
            terms.push(last);
            terms
        };
        let (right, left) = (lowest_terms(1.0), lowest_terms(-1.0));
        let (a, b) = (roots(&right)?, roots(&left)?);
        if !(a.multiple.is_empty() && b.multiple.is_empty()) {
            return None;
        }
        let alone = right.first().copied().filter(|c| told(*c));
        Some(Branch::Changing { changes: a.simple + b.simple, order: rise * k / run, alone })
    }
}

/// L(s, s·t)/sⁿ of a series whose lowest form has the order n: what a sector about the line t = 0 becomes. The powers of
/// s are known up to the degree less n.
pub(super) fn blown(series: &Series, n: usize) -> Series {
    let mut out = IntervalSeries([Interval::ZERO; COEFFICIENTS]);
    for i in 0..=DEGREE - n {
        for j in 0..=(n + i).min(DEGREE - i) {
            if let Some(slot) = out.0.get_mut((i + j) * (i + j + 1) / 2 + j) {
                *slot = series.coefficient(n + i - j, j);
            }
        }
    }
    out
}

/// The order of the lowest form beyond the second that is not 0.
pub(super) fn lowest(series: &Series) -> Option<usize> {
    (3..=DEGREE).find(|n| (0..=*n).any(|j| told(series.coefficient(n - j, j))))
}

/// A series in one variable.
pub(super) type Powers = [Interval; DEGREE + 1];

/// Whether a coefficient is told from 0.
pub(super) fn told(c: Interval) -> bool {
    !c.contains(0.0) && c.is_bounded()
}

fn product(a: &Powers, b: &Powers) -> Powers {
    let mut out = [Interval::ZERO; DEGREE + 1];
    for (i, x) in a.iter().enumerate().filter(|(_, x)| !x.is_zero()) {
        for (slot, y) in out.iter_mut().skip(i).zip(b) {
            *slot = *slot + *x * *y;
        }
    }
    out
}

/// The coefficient of tʲ of L(s, t(s) + t), as a series in s: Σ over m ≥ j of (m choose j)·L_m(s)·t(s)^(m−j), where L_m
/// is the coefficient of tᵐ.
pub(super) fn about(series: &Series, curve: &Powers, j: usize) -> Powers {
    let mut sum = [Interval::ZERO; DEGREE + 1];
    // Horner's rule in t(s), from the highest m.
    let mut binomials = vec![1.0];
    for m in j + 1..=DEGREE {
        binomials.push(binomials.last().copied().unwrap_or(1.0) * m as f64 / (m - j) as f64);
    }
    for (n, binomial) in binomials.into_iter().enumerate().rev() {
        let m = j + n;
        sum = product(&sum, curve);
        for (i, slot) in sum.iter_mut().enumerate().take(DEGREE + 1 - m) {
            *slot = *slot + series.coefficient(i, m) * Interval::point(binomial);
        }
    }
    sum
}

/// t(s) with ∂ᵏ⁻¹L/∂tᵏ⁻¹ = 0 along it: the coefficient of tᵏ⁻¹ made 0 order by order.
pub(super) fn centre(series: &Series, k: usize) -> Powers {
    let mut curve = [Interval::ZERO; DEGREE + 1];
    let slope = series.coefficient(0, k) * Interval::point(k as f64);
    for n in 1..=DEGREE + 1 - k {
        let rest = about(series, &curve, k - 1);
        let (Some(slot), Some(c)) = (curve.get_mut(n), rest.get(n)) else { continue };
        *slot = -*c * slope.powi(-1);
    }
    curve
}
