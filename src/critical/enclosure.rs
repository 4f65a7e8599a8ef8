//! What intervals prove about a rectangle: that no critical point lies in it, that exactly one does, or that all of it
//! is critical.

use super::Curvature;
use crate::derivative::jet;
use crate::loss::{Loss, View};
use crate::number::{Interval, IntervalJet, IntervalSeries};

/// What is proved of a rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// No point in it is critical, or the loss is nowhere defined in it.
    Empty,
    /// The loss is constant in it.
    Constant,
    /// Nothing.
    Open,
}

/// g and H over a rectangle.
struct Enclosure {
    g: [Interval; 2],
    /// ∂₁₁L, ∂₁₂L, ∂₂₂L.
    h: [Interval; 3],
}

/// Over the rectangle x × y; `None` where the loss is nowhere defined.
fn enclosure(loss: &Loss, [x, y]: [Interval; 2]) -> Option<Enclosure> {
    let IntervalSeries([value, gx, gy, xx, xy, yy]): IntervalJet =
        loss.eval([IntervalSeries::variable(x, 0), IntervalSeries::variable(y, 1)]);
    if value.is_empty() {
        return None;
    }
    Some(Enclosure { g: [gx, gy], h: [twice(xx), xy, twice(yy)] })
}

/// 2x, exactly.
fn twice(x: Interval) -> Interval {
    Interval::new(2.0 * x.lo, 2.0 * x.hi)
}

fn sides(view: View) -> [Interval; 2] {
    [Interval::new(view.x[0], view.x[1]), Interval::new(view.y[0], view.y[1])]
}

/// g over a rectangle by its mean value: g(c) + H·(θ − c), after multiplication by the matrix `m`.
fn mean_value(
    m: [[f64; 2]; 2],
    at_centre: [Interval; 2],
    h: [Interval; 3],
    about: [Interval; 2],
) -> [Interval; 2] {
    let row = |[a, b]: [f64; 2]| {
        let (a, b) = (Interval::point(a), Interval::point(b));
        let value = a * at_centre[0] + b * at_centre[1];
        value + (a * h[0] + b * h[1]) * about[0] + (a * h[1] + b * h[2]) * about[1]
    };
    m.map(row)
}

/// What intervals prove of the rectangle: by the range of g, by its mean value, and by that multiplied by H⁻¹ at the
/// centre, where neighbouring curves of ∂₁L = 0 and ∂₂L = 0 are told apart however nearly parallel they run. `sharp`, H
/// is taken by its mean value too: about a degenerate point, where its range is all that matters, a formula written out
/// would overestimate it.
pub fn prove(loss: &Loss, cell: View, sharp: bool) -> Proof {
    let [x, y] = sides(cell);
    let Some(Enclosure { g, mut h }) = enclosure(loss, [x, y]) else { return Proof::Empty };
    let excludes = |g: [Interval; 2]| g.iter().any(|g| !g.contains(0.0));
    if excludes(g) {
        return Proof::Empty;
    }
    if g.iter().chain(&h).all(|d| d.is_zero()) {
        return Proof::Constant;
    }
    if !h.iter().all(|h| h.is_bounded()) {
        return Proof::Open;
    }
    let centre = cell.centre();
    let about = [x - Interval::point(centre[0]), y - Interval::point(centre[1])];
    if sharp {
        h = sharpened(loss, [x, y], about).unwrap_or(h);
    }
    let middle = h.map(Interval::middle);
    let plain = Some([[1.0, 0.0], [0.0, 1.0]]);
    let matrices = [plain, inverse([[middle[0], middle[1]], [middle[1], middle[2]]])];
    // At the centre g is within its range; if that leaves no hope, it need not be computed.
    let symmetric = g.map(|g| Interval::new(-g.size(), g.size()));
    let hope = |m: [[f64; 2]; 2]| {
        let far = mean_value(m, [Interval::ZERO; 2], h, about);
        let near = m.map(|[a, b]| Interval::point(a) * symmetric[0] + Interval::point(b) * symmetric[1]);
        near.iter().zip(far).any(|(near, far)| near.size() > far.size())
    };
    if !matrices.into_iter().flatten().any(hope) {
        return Proof::Open;
    }
    let Some(Enclosure { g: at_centre, .. }) = enclosure(loss, centre.map(Interval::point)) else {
        return Proof::Open;
    };
    let excluded = |m: [[f64; 2]; 2]| excludes(mean_value(m, at_centre, h, about));
    if matrices.into_iter().flatten().any(excluded) { Proof::Empty } else { Proof::Open }
}

/// H over a rectangle by its mean value.
fn sharpened(loss: &Loss, [x, y]: [Interval; 2], about: [Interval; 2]) -> Option<[Interval; 3]> {
    let cube: IntervalSeries<10> =
        loss.eval([IntervalSeries::variable(x, 0), IntervalSeries::variable(y, 1)]);
    let centre = [x, y].map(|side| Interval::point(side.middle()));
    let Enclosure { h, .. } = enclosure(loss, centre)?;
    let third = |i: usize, j: usize, factor: f64| cube.coefficient(i, j) * Interval::point(factor);
    let slopes = [
        [third(3, 0, 6.0), third(2, 1, 2.0)],
        [third(2, 1, 2.0), third(1, 2, 2.0)],
        [third(1, 2, 2.0), third(0, 3, 6.0)],
    ];
    Some([0, 1, 2].map(|k| h[k] + slopes[k][0] * about[0] + slopes[k][1] * about[1]))
}

/// The largest rectangle found about a critical point in which it is proved to be the only one; at most `largest` (a
/// share of the view) to either side. By Krawczyk's operator: if K = p − Y·g(p) + (1 − Y·H(B))·(B − p) with Y = H(p)⁻¹
/// lies within B, then B holds exactly one.
///
/// Reference: R. Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", Computing 4 (1969).
pub fn alone(loss: &Loss, point: [f64; 2], view: View, largest: f64) -> Option<View> {
    let y = inverse(jet(loss, point).hessian)?;
    let Enclosure { g, .. } = enclosure(loss, point.map(Interval::point))?;
    let mut share = largest;
    while share > 1e-13 {
        let reach = [view.x, view.y].map(|[lo, hi]| share * (hi - lo));
        let around = |i: usize| [point[i] - reach[i], point[i] + reach[i]];
        let cell = View { x: around(0), y: around(1) };
        if let Some(Enclosure { h, .. }) = enclosure(loss, sides(cell)) {
            // From the point to the corners, which are rounded: at most, and at least.
            let ends = |i: usize| [[cell.x, cell.y][i][1] - point[i], point[i] - [cell.x, cell.y][i][0]];
            let half = [0, 1].map(|i| ends(i)[0].max(ends(i)[1]).next_up());
            let least = [0, 1].map(|i| ends(i)[0].min(ends(i)[1]).next_down());
            let inside = [0, 1].into_iter().all(|i| {
                let [a, b] = y[i].map(Interval::point);
                let unit = |j: usize| Interval::point(f64::from(u8::from(i == j)));
                let rest = [unit(0) - (a * h[0] + b * h[1]), unit(1) - (a * h[1] + b * h[2])];
                let far =
                    rest[0] * Interval::new(-half[0], half[0]) + rest[1] * Interval::new(-half[1], half[1]);
                let moved = far - (a * g[0] + b * g[1]);
                moved.size() < least[i]
            });
            if inside {
                return Some(cell);
            }
        }
        share /= 2.0;
    }
    None
}

/// Whether the loss is twice differentiable all over a rectangle, as far as intervals tell.
pub fn smooth(loss: &Loss, cell: View) -> bool {
    enclosure(loss, sides(cell)).is_some_and(|found| found.h.iter().all(|h| h.is_bounded()))
}

/// The inverse of a symmetric matrix, to rounding; `None` where it has none.
fn inverse(matrix: [[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let Curvature { lambda, v, .. } = Curvature::of(matrix)?;
    let entry = |i: usize, j: usize| v[0][i] * v[0][j] / lambda[0] + v[1][i] * v[1][j] / lambda[1];
    let out = [[entry(0, 0), entry(0, 1)], [entry(1, 0), entry(1, 1)]];
    out.iter().flatten().all(|x| x.is_finite()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(x: [f64; 2], y: [f64; 2]) -> View {
        View { x, y }
    }

    #[test]
    fn cells_are_proved_empty_constant_or_not_at_all() {
        let proof = |text: &str, x, y| prove(&Loss::parse(text).unwrap(), cell(x, y), false);
        assert_eq!(proof("x^2+y^2", [0.5, 1.0], [-1.0, 1.0]), Proof::Empty);
        assert_eq!(proof("x^2+y^2", [-0.5, 1.0], [-1.0, 1.0]), Proof::Open);
        assert_eq!(proof("1/x", [-1.0, 1.0], [-1.0, 1.0]), Proof::Empty);
        assert_eq!(proof("log(x)", [-2.0, -1.0], [-1.0, 1.0]), Proof::Empty);
        assert_eq!(proof("log(x)", [-2.0, 1.0], [-1.0, 1.0]), Proof::Empty);
        assert_eq!(proof("relu(x)", [-2.0, -1.0], [-1.0, 1.0]), Proof::Constant);
        assert_eq!(proof("relu(x)", [-1.0, 1.0], [-1.0, 1.0]), Proof::Open);
        assert_eq!(proof("abs(x)+y", [-1.0, 1.0], [-1.0, 1.0]), Proof::Empty);
        // The valley of Rosenbrock's function, where ‖g‖ is small and H ill-conditioned.
        assert_eq!(proof("rosenbrock", [0.5, 0.505], [0.25, 0.255]), Proof::Empty);
        // A tail where the gradient is tiny.
        assert_eq!(proof("x*exp(-x^2-y^2)", [9.0, 9.1], [9.0, 9.1]), Proof::Empty);
    }

    #[test]
    fn a_critical_point_is_proved_to_be_alone_as_far_as_it_is() {
        let view = cell([-5.0, 5.0], [-5.0, 5.0]);
        let alone = |text: &str, p| alone(&Loss::parse(text).unwrap(), p, view, 0.5);
        let bowl = alone("x^2+y^2", [0.0, 0.0]).unwrap();
        assert!(bowl.x[0] <= -5.0 && bowl.x[1] >= 5.0, "{bowl:?}");
        let near = alone("himmelblau", [3.0, 2.0]).unwrap();
        assert!(near.contains([3.0, 2.0]) && !near.contains([3.385154183607021, 0.07385187983774928]));
        assert!(near.x[1] - near.x[0] > 0.1, "{near:?}");
        assert!(alone("himmelblau", [2.0, 2.0]).is_none());
        assert!(alone("(1-x*y)^2", [1.0, 1.0]).is_none());
        assert!(alone("x^4+y^4", [0.0, 0.0]).is_none());
        assert!(alone("abs(x)+y^2", [0.0, 0.0]).is_none());
    }
}
