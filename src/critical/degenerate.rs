//! What a degenerate critical point is: minimum, maximum, shoulder, saddle or part of a curve, where the Hessian does not
//! say.
//!
//! The loss is expanded as a power series in two variables about the point, with intervals for coefficients that cover
//! every place where the point may truly be. Then:
//!
//! - The lowest form that is not 0 decides if its real roots on the circle are all simple: no root, an extremum; one
//!   line, a shoulder; two or more lines, a saddle.
//! - If it is a power c·tᵏ of one variable (k = 2: one λ is zero), it decides nothing along the line t = 0. There the
//!   loss is reduced first: ∂ᵏ⁻¹L/∂tᵏ⁻¹ = 0 is solved for t(s) as a series, and t is counted from there. Then the lowest
//!   terms in the sense of Newton's polygon, c·tᵏ + … + r·s^m, decide by their real roots for s > 0 and for s < 0.
//! - At a multiple root of another form the same is done to L(s, s·t)/sⁿ, t = 0 being its line and n the order, and the
//!   sign changes of all lines are counted together.
//! - If nothing is left beside c·tᵏ up to the highest degree, and the points of t(s) are critical too, it is a curve.
//!
//! A coefficient that is not told from 0 counts as 0, just as an eigenvalue does.
//!
//! Reference: V. I. Arnold, S. M. Gusein-Zade, A. N. Varchenko, "Singularities of Differentiable Maps", volume I,
//! chapters 11 to 13.

use super::nearest::across;
use super::polynomial::{Roots, roots, value};
use super::reduction::{Branch, DEGREE, ROUNDING, Series, about, blown, centre, lowest, told};
use super::verdict::classify_within;
use super::{Curvature, Kind, Tolerance, classify};
use crate::derivative::jet;
use crate::loss::{Loss, View};
use crate::number::Interval;

/// Within this share of the view a point is not told from its neighbours, as in the verdict.
const UNSURE: f64 = 1e-10;
/// Within this share of the view the true place of the point is looked for: where L goes like s⁶, that is as near as λ
/// and g tell.
const NEXT: f64 = 1e-4;
/// A curve is followed in so many steps of this share of the view.
const FOLLOWED: usize = 10;
const STRIDE: f64 = 5e-3;
/// Directions on a circle of samples, and its radii as shares of the view.
const SAMPLES: u32 = 1440;
const RADII: [f64; 2] = [1e-3, 1e-2];

/// What a degenerate critical point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A strict minimum.
    Minimum,
    /// A strict maximum.
    Maximum,
    /// Neither extremum nor crossing of valleys: L − L₀ changes sign twice on a small circle.
    Shoulder,
    /// L − L₀ changes sign four times or more on a small circle.
    Saddle,
    /// One of a curve of minima.
    CurveOfMinima,
    /// One of a curve of maxima.
    CurveOfMaxima,
    /// One of a curve of critical points that are no extrema.
    Curve,
    /// L is constant around it.
    Constant,
    /// Not decided.
    Undecided,
}

impl Nature {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Nature::Minimum => "minimum",
            Nature::Maximum => "maximum",
            Nature::Shoulder => "shoulder",
            Nature::Saddle => "saddle",
            Nature::CurveOfMinima => "curve-minima",
            Nature::CurveOfMaxima => "curve-maxima",
            Nature::Curve => "curve",
            Nature::Constant => "constant",
            Nature::Undecided => "undecided",
        }
    }

    /// Whether the point is one of a curve of critical points.
    pub(super) fn is_curve(self) -> bool {
        matches!(self, Nature::Curve | Nature::CurveOfMinima | Nature::CurveOfMaxima)
    }
}

/// What a decision rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Evidence {
    /// On the curve where the derivative across the null direction is zero, L − L₀ is `coefficient`·s^`order` + ….
    Reduced {
        /// Its coefficient.
        coefficient: f64,
        /// Its order.
        order: usize,
    },
    /// The lowest form is of this order and changes sign so many times on a circle.
    Form {
        /// Its order.
        order: usize,
        /// Sign changes on a full circle.
        changes: usize,
    },
    /// On that curve L − L₀ is zero up to this order, and its points are critical.
    Vanishes {
        /// The highest order looked at.
        order: usize,
    },
    /// No proof: what samples on small circles suggest.
    Samples {
        /// The share of the smallest circle on which L < L₀.
        below: f64,
        /// The share on which L > L₀.
        above: f64,
        /// Sign changes on that circle.
        changes: usize,
    },
}

/// What a degenerate critical point is, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// What it is.
    pub nature: Nature,
    /// Why.
    pub evidence: Evidence,
}

/// Decides what a degenerate critical point is.
///
/// ```
/// use saddlescope::critical::{Nature, decide};
/// use saddlescope::loss::Loss;
/// // Peano's: a minimum along every straight line through 0, and no minimum.
/// let loss = Loss::parse("(y-x^2)*(y-3x^2)").unwrap();
/// assert_eq!(decide(&loss, [0.0, 0.0], loss.domain()).nature, Nature::Saddle);
/// ```
pub fn decide(loss: &Loss, at: [f64; 2], view: View) -> Decision {
    decide_within(loss, centred(loss, at, view, 0.0), view, 0.0)
}

/// The same of a point that is known to this distance only (a length).
pub(super) fn decide_within(loss: &Loss, at: [f64; 2], view: View, known: f64) -> Decision {
    let place = Place { loss, at, view, known };
    place.by_series().unwrap_or_else(|| place.by_samples())
}

/// What samples on a small circle suggest of a point, of whatever kind: at a kink nothing else can.
pub fn sampled(loss: &Loss, at: [f64; 2], view: View) -> Decision {
    Place { loss, at, view, known: 0.0 }.by_samples()
}

/// The place of a degenerate point that is known to this distance only, to full precision. Newton's method stops
/// where the rounding of H hides what is left of λ; but if L goes like r·s^m along the reduced curve, the term of order
/// m − 1 says how far it is to where that vanishes, and if H = 0, the form below the lowest one does.
pub(super) fn centred(loss: &Loss, at: [f64; 2], view: View, known: f64) -> [f64; 2] {
    let mut place = Place { loss, at, view, known };
    let reach = if known > 0.0 { known } else { NEXT * view.size() };
    for _ in 0..3 {
        let step = if place.rank_one() { place.along_the_curve(reach) } else { place.off_the_form(reach) };
        let Some(step) = step.filter(|[x, y]| x.hypot(*y) <= reach) else { break };
        place.at = [0, 1].map(|i| place.at[i] + step[i]);
    }
    place.at
}

/// A point to be decided.
struct Place<'a> {
    loss: &'a Loss,
    at: [f64; 2],
    view: View,
    /// The distance to which it is known.
    known: f64,
}

impl Place<'_> {
    /// The eigenvectors of H, that of the smaller |λ| first.
    fn axes(&self) -> Option<[[f64; 2]; 2]> {
        let Curvature { lambda, v, .. } = Curvature::of(jet(self.loss, self.at).hessian)?;
        Some(if lambda[0].abs() > lambda[1].abs() { [v[1], v[0]] } else { v })
    }

    /// Whether one λ is zero and the other is not.
    fn rank_one(&self) -> bool {
        let signs = classify_within(self.loss, self.at, self.view, Tolerance::default(), self.known).signs;
        signs != [0, 0] && signs.contains(&0)
    }

    /// The step to where, along the reduced curve, the term before the lowest one vanishes.
    fn along_the_curve(&self, reach: f64) -> Option<[f64; 2]> {
        let [along, across] = self.axes()?;
        let row = |within: f64| {
            let series = self.series(along, across, within);
            let curve = centre(&series, 2);
            (about(&series, &curve, 0), curve)
        };
        let (wide, (row, curve)) = (row(reach).0, row(0.0));
        let m = (3..=DEGREE).find(|k| wide.get(*k).is_some_and(|c| told(*c)))?;
        let middle = |k: usize| row.get(k).map_or(f64::NAN, |c| c.middle());
        let s = -middle(m - 1) / (m as f64 * middle(m));
        let t = curve.iter().rev().fold(0.0, |sum, c| sum * s + c.middle());
        Some([0, 1].map(|i| s * along[i] + t * across[i]))
    }

    /// The step δ after which the form below the lowest one, F, is least: (δ·∇)F takes it away.
    fn off_the_form(&self, reach: f64) -> Option<[f64; 2]> {
        let plain = |within: f64| self.series([1.0, 0.0], [0.0, 1.0], within);
        let (wide, here) = (plain(reach), plain(0.0));
        let order = lowest(&wide)?;
        let middle = |i: usize, j: usize| here.coefficient(i, j).middle();
        let (mut normal, mut right) = ([[0.0; 2]; 2], [0.0; 2]);
        for j in 0..order {
            let i = order - 1 - j;
            let row = [(i + 1) as f64 * middle(i + 1, j), (j + 1) as f64 * middle(i, j + 1)];
            for k in 0..2 {
                right[k] -= row[k] * middle(i, j);
                for l in 0..2 {
                    normal[k][l] += row[k] * row[l];
                }
            }
        }
        let Curvature { lambda, v, .. } = Curvature::of(normal)?;
        let part = |i: usize| {
            let along = v[i][0] * right[0] + v[i][1] * right[1];
            if lambda[i] > ROUNDING * lambda[1] { along / lambda[i] } else { 0.0 }
        };
        let parts = [part(0), part(1)];
        Some([0, 1].map(|k| parts[0] * v[0][k] + parts[1] * v[1][k]))
    }

    /// The loss at θ + s·`along` + t·`across`, as a series in s and t, for every θ within this distance.
    fn series(&self, along: [f64; 2], across: [f64; 2], within: f64) -> Series {
        let far = self.at[0].abs().max(self.at[1].abs());
        let unsure = within.max(4.0 * f64::EPSILON * far);
        let variable = |i: usize| {
            let x = Interval::new(self.at[i] - unsure, self.at[i] + unsure);
            Series::line(x, [along[i], across[i]])
        };
        self.loss.eval([variable(0), variable(1)])
    }

    /// The distance within which it may truly lie.
    fn unsure(&self) -> f64 {
        self.known.max(UNSURE * self.view.size())
    }

    fn by_series(&self) -> Option<Decision> {
        if self.rank_one() {
            let [along, across] = self.axes()?;
            return self.by_reduction(2, [along, across]);
        }
        // H = 0: the lowest form that is not.
        let series = self.series([1.0, 0.0], [0.0, 1.0], self.unsure());
        let Some(order) = lowest(&series) else {
            let flat = series.0.iter().skip(1).all(|c| c.is_zero());
            let evidence = Evidence::Vanishes { order: DEGREE };
            return flat.then_some(Decision { nature: Nature::Constant, evidence });
        };
        let here = self.series([1.0, 0.0], [0.0, 1.0], 0.0);
        let form =
            |series: &Series, n: usize| (0..=n).map(|j| series.coefficient(n - j, j)).collect::<Vec<_>>();
        let size = form(&series, order).iter().fold(0.0, |size: f64, c| size.max(c.size()));
        if (3..order)
            .any(|n| form(&here, n).into_iter().any(|low| !self.by_place(low, order - n, order, size)))
        {
            return None;
        }
        // Across a direction in which it is as large as in any other, so that no root is there.
        let size = |phi: f64| {
            let form = (0..=order).map(|j| {
                let powers = phi.cos().powi((order - j) as i32) * phi.sin().powi(j as i32);
                series.coefficient(order - j, j).middle() * powers
            });
            form.sum::<f64>().abs()
        };
        let angles = (0..16).map(|k| f64::from(k) * std::f64::consts::PI / 16.0);
        let phi = angles.max_by(|a, b| size(*a).total_cmp(&size(*b)))?;
        let (along, across) = ([-phi.sin(), phi.cos()], [phi.cos(), phi.sin()]);
        let series = self.series(along, across, self.unsure());
        let form: Vec<Interval> = (0..=order).map(|j| series.coefficient(order - j, j)).collect();
        let Roots { simple, multiple } = roots(&form)?;
        let [.., before, last] = form[..] else { return None };
        if simple == 0 && multiple.len() == 1 {
            // A power of one variable has its root at −c_{k−1}/(k·c_k).
            let root = -before.middle() / (order as f64 * last.middle());
            let along = [0, 1].map(|i| along[i] + root * across[i]);
            let decision = self.by_reduction(order, [along, across]);
            if decision.is_some() {
                return decision;
            }
        }
        let mut changes = 2 * simple;
        for root in multiple {
            changes += self.about_line(&form, root, [along, across])?;
        }
        Some(self.decided(last, changes, Evidence::Form { order, changes }))
    }

    /// Decides where the lowest form is c·tᵏ.
    fn by_reduction(&self, k: usize, [along, across]: [[f64; 2]; 2]) -> Option<Decision> {
        let series = self.series(along, across, self.unsure());
        let last = series.coefficient(0, k);
        let Branch::Changing { changes, order, alone } = Branch::of(&series, k, None)? else {
            return self.on_a_curve(k, last, along);
        };
        let evidence = match alone {
            Some(c) => {
                let here = self.series(along, across, 0.0);
                let row = about(&here, &centre(&here, k), 0);
                let first = if k == 2 { 2 } else { k + 1 };
                let lower = row.into_iter().enumerate().take(order).skip(first);
                if lower.into_iter().any(|(i, low)| !self.by_place(low, order - i, order, c.size())) {
                    return None;
                }
                Evidence::Reduced { coefficient: c.middle(), order }
            }
            None => Evidence::Form { order: k, changes },
        };
        Some(self.decided(last, changes, evidence))
    }

    /// Whether a term that is `below` orders under one of this order and size is 0 but for rounding, or but for how far the
    /// true place may be: not told from 0 for every place, it may still be no less than it seems at this one.
    fn by_place(&self, low: Interval, below: usize, order: usize, size: f64) -> bool {
        !told(low) || low.least_size() <= size * (8.0 * order as f64 * self.unsure()).powi(below as i32)
    }

    /// How many times the sign changes about a line where the form of order n has a multiple root.
    fn about_line(&self, form: &[Interval], root: Interval, axes: [[f64; 2]; 2]) -> Option<usize> {
        let (mut k, mut slopes) = (0, form.to_vec());
        let mut lower = Vec::new();
        while value(&slopes, root).contains(0.0) {
            let next =
                slopes.iter().enumerate().skip(1).map(|(n, c)| *c * Interval::point(n as f64)).collect();
            lower = std::mem::replace(&mut slopes, next);
            k += 1;
            if slopes.is_empty() {
                return None;
            }
        }
        // To full precision: the derivative before the one that does not vanish has a simple root there.
        let at = |c: &[Interval], x: f64| value(c, Interval::point(x)).middle();
        let root = (0..5).fold(root.middle(), |x, _| x - at(&lower, x) / at(&slopes, x));
        let [along, across] = axes;
        let along = [0, 1].map(|i| along[i] + root * across[i]);
        let n = form.len().checked_sub(1)?;
        let series = blown(&self.series(along, across, self.unsure()), n);
        match Branch::of(&series, k, Some(DEGREE - n))? {
            Branch::Changing { changes, .. } => Some(changes),
            Branch::Bare => None,
        }
    }

    /// What follows from the sign changes on a small circle, `c` being a value that is taken on it.
    fn decided(&self, c: Interval, changes: usize, evidence: Evidence) -> Decision {
        let nature = match changes {
            0 if c.lo > 0.0 => Nature::Minimum,
            0 => Nature::Maximum,
            2 => Nature::Shoulder,
            _ => Nature::Saddle,
        };
        Decision { nature, evidence }
    }

    /// Whether it lies on a curve of critical points, which is followed a little way.
    fn on_a_curve(&self, k: usize, last: Interval, along: [f64; 2]) -> Option<Decision> {
        let size = self.view.size();
        let walk = |side: f64, step: f64| {
            let (mut at, mut ahead) = (self.at, along.map(|v| side * v));
            for n in 0..FOLLOWED {
                let start = [0, 1].map(|i| at[i] + step * ahead[i]);
                let next = across(self.loss, start, step);
                let moved = [next[0] - at[0], next[1] - at[1]];
                let length = moved[0].hypot(moved[1]);
                let kind = classify(self.loss, next, self.view, Tolerance::default()).kind;
                if !matches!(kind, Kind::Degenerate(_)) || length < step / 2.0 {
                    return n;
                }
                (at, ahead) = (next, moved.map(|x| x / length));
            }
            FOLLOWED
        };
        // On one side as far as that, so that a very flat point is none; on the other there may be an end.
        let [right, left] = [1.0, -1.0].map(|side| walk(side, STRIDE * size));
        let both = [1.0, -1.0].map(|side| walk(side, STRIDE / 10.0 * size));
        if right.max(left) < FOLLOWED || both.contains(&0) {
            return None;
        }
        let nature = match (k % 2, last.lo > 0.0) {
            (0, true) => Nature::CurveOfMinima,
            (0, false) => Nature::CurveOfMaxima,
            _ => Nature::Curve,
        };
        Some(Decision { nature, evidence: Evidence::Vanishes { order: DEGREE } })
    }

    fn by_samples(&self) -> Decision {
        let value = jet(self.loss, self.at).value;
        let circle = |radius: f64| {
            let r = (radius * self.view.size()).max(4.0 * self.known);
            let signs = (0..SAMPLES).map(|k| {
                let phi = (f64::from(k) + 0.5) * std::f64::consts::TAU / f64::from(SAMPLES);
                let change =
                    self.loss.value([self.at[0] + r * phi.cos(), self.at[1] + r * phi.sin()]) - value;
                // What is no larger than the rounding of L says nothing.
                if change.abs() <= 8.0 * f64::EPSILON * value.abs() { 0.0 } else { change.signum() }
            });
            signs.filter(|s| *s != 0.0 && !s.is_nan()).collect::<Vec<f64>>()
        };
        let signs = RADII.into_iter().map(circle).find(|signs| !signs.is_empty()).unwrap_or_default();
        let changes = signs.iter().zip(signs.iter().cycle().skip(1)).filter(|(a, b)| a != b).count();
        let share = |sign: f64| signs.iter().filter(|s| **s == sign).count() as f64 / f64::from(SAMPLES);
        let evidence = Evidence::Samples { below: share(-1.0), above: share(1.0), changes };
        Decision { nature: Nature::Undecided, evidence }
    }
}
