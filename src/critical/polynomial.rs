//! The real roots of a polynomial in one variable whose coefficients are intervals.

use crate::number::Interval;

/// Where the real roots are.
#[derive(Clone, Debug, PartialEq)]
pub struct Roots {
    /// How many real roots there are that are proved to be simple: at each the sign changes.
    pub simple: usize,
    /// The places, besides, at which a multiple root, or several close together, cannot be excluded.
    pub multiple: Vec<Interval>,
}

/// A place narrower than this share of the range is not halved; or than the other, as the coefficients are wide.
const NARROWEST: f64 = 1e-5;
const WIDEST: f64 = 1e-2;

/// Places nearer to one another than this share of the range are one: what lies between is excluded by luck.
const APART: f64 = 1e-2;

/// The real roots of Σ cₖxᵏ; `None` where the last coefficient may be 0, or roots may lie beyond all numbers.
pub fn roots(c: &[Interval]) -> Option<Roots> {
    let (last, rest) = c.split_last()?;
    // Cauchy's bound.
    let bound = 1.0 + rest.iter().map(|c| c.size()).fold(0.0, f64::max) / last.least_size();
    if last.contains(0.0) || bound.is_infinite() {
        return None;
    }
    let blur = c.iter().map(|c| c.radius()).fold(0.0, f64::max) / last.least_size();
    let narrowest = (WIDEST * blur).clamp(NARROWEST, WIDEST);
    let slopes: Vec<Interval> =
        c.iter().enumerate().skip(1).map(|(k, c)| *c * Interval::point(k as f64)).collect();
    let mut found = Roots { simple: 0, multiple: Vec::new() };
    // Ascending, so that neighbouring places that stay open are one.
    let mut left = vec![Interval::new(-bound, bound)];
    while let Some(x) = left.pop() {
        if !value(c, x).contains(0.0) {
            continue;
        }
        let [from, to] = [x.lo, x.hi].map(|end| value(c, Interval::point(end)));
        if !value(&slopes, x).contains(0.0) && !from.contains(0.0) && !to.contains(0.0) {
            found.simple += usize::from((from.lo > 0.0) != (to.lo > 0.0));
        } else if x.hi - x.lo > narrowest * bound {
            // Off the middle, where roots of tidy polynomials lie.
            let cut = x.lo + 0.4873 * (x.hi - x.lo);
            left.extend([Interval::new(cut, x.hi), Interval::new(x.lo, cut)]);
        } else {
            match found.multiple.last_mut().filter(|last| x.lo <= last.hi + APART * bound) {
                Some(last) => last.hi = x.hi,
                None => found.multiple.push(x),
            }
        }
    }
    Some(found)
}

/// Σ cₖxᵏ.
pub fn value(c: &[Interval], x: Interval) -> Interval {
    c.iter().rev().fold(Interval::ZERO, |sum, c| sum * x + *c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_roots_are_counted_and_multiple_ones_told() {
        let of = |c: &[f64]| {
            let c: Vec<Interval> = c.iter().map(|c| Interval::new(c - 1e-12, c + 1e-12)).collect();
            roots(&c).map(|r| (r.simple, r.multiple.len()))
        };
        assert_eq!(of(&[1.0, 0.0, 1.0]), Some((0, 0)));
        assert_eq!(of(&[-1.0, 0.0, 1.0]), Some((2, 0)));
        assert_eq!(of(&[0.0, 0.0, 1.0]), Some((0, 1)));
        assert_eq!(of(&[0.0, -3.0, 0.0, 1.0]), Some((3, 0)));
        // x²(x − 1) and (x² − 1)²
        assert_eq!(of(&[0.0, 0.0, -1.0, 1.0]), Some((1, 1)));
        assert_eq!(of(&[1.0, 0.0, -2.0, 0.0, 1.0]), Some((0, 2)));
        assert_eq!(of(&[1.0, 0.0]), None);
        // 10⁻²⁰⁰·x = 10²⁰⁰: a root beyond all numbers.
        assert_eq!(roots(&[-1e200, 1e-200].map(Interval::point)), None);
    }
}
