//! Gradient descent with steps along negative curvature: where the gradient is small, the eigenvector of a negative
//! eigenvalue leads on (the notes' way off a saddle; McCormick 1977, in the form of Royer and Wright 2018).
//!
//! Δ = −η·(g + λ₋·u), where λ₋ is the least eigenvalue λ₁ of H, and u its unit eigenvector on the side on which L does not
//! rise (uᵀg ≤ 0; where uᵀg = 0 the one with its first non-zero component positive), while ‖g‖ ≤ ε and λ₁ < 0; otherwise
//! both are 0, and the step is gradient descent's to the last digit. So it leaves the exact saddle, along v₁, where every
//! other method here has nothing to go by. ε is in the units of g. Only where ‖g‖ ≤ ε is H asked for. It exists in one
//! dialect.

use super::method::Recipe;
use super::newton::{LIMIT, axes, square};
use super::parameter::{Domain, parameter};
use super::state::{Outcome, State, Step};

pub(super) static RECIPE: Recipe = Recipe {
    id: "negative-curvature",
    rates: [Some(0.1), None, None, None],
    parameters: &[parameter("below", "ε", Domain::Closed(0.0, 1e6), [Some(0.1), None, None, None])],
    vectors: &["g", "u", "Δ"],
    scalars: &["λ₋"],
    start: None,
    memory: square,
    limit: Some(LIMIT),
    step,
    lines: |_, _, _| ["g = ∇L(θ)", "λ₋ = uᵀ·H·u", "Δ = −η·(g + λ₋·u)"].map(String::from).into(),
};

fn step(step: &mut Step, state: &mut State) -> Outcome {
    let [g, u, delta] = state.vectors.as_mut_slice() else { return Outcome::Step };
    step.gradient(0.0, g);
    for (delta, g) in delta.iter_mut().zip(&*g) {
        *delta = -step.rate * *g;
    }
    state.scalars[0] = 0.0;
    u.fill(0.0);
    let v = &mut state.memory;
    // Until u is known there is room for λ in its place.
    let known = is_small(g, step.values[0]) && axes(step.oracle, step.theta, v, u);
    let least = u.first().copied().filter(|l| known && *l < 0.0);
    u.fill(0.0);
    if let Some(least) = least {
        state.scalars[0] = least;
        let c: f64 = v.iter().zip(&*g).map(|(v, g)| v * g).sum();
        let side = if c > 0.0 { -1.0 } else { 1.0 };
        for ((u, v), (g, delta)) in u.iter_mut().zip(v).zip(g.iter().zip(delta)) {
            // No negative zero.
            *u = side * *v + 0.0;
            *delta = -step.rate * (g + least * *u);
        }
    }
    Outcome::Step
}

/// Whether ‖g‖ ≤ ε: only there can the step be another than gradient descent's.
pub(super) fn is_small(g: &[f64], below: f64) -> bool {
    g.iter().map(|g| g * g).sum::<f64>().sqrt() <= below
}

/// Whether [[a, b], [b, d]] is positive definite beyond doubt: λ₁ > 0, also when it is computed. Of a matrix that is so
/// by a little less than rounding, or whose entries are of extreme sizes, this is not told.
pub(super) fn is_convex([a, b, d]: [f64; 3]) -> bool {
    let product = a * d;
    a > 0.0 && a.max(d) < 1e150 && product > 1e-280 && b * b < 0.999_999 * product
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::critical::Curvature;
    use crate::loss::{Landscape, Loss};
    use crate::number::Random;
    use crate::optimizer::{Dialect, Method, Optimizer, Oracle};

    /// Of every landscape, at points far and near, where H is asked for and where it is not.
    #[test]
    fn a_step_without_negative_curvature_is_gradient_descents() {
        let made = |method, given: &[(&str, f64)]| Optimizer::new(method, Dialect::Notes, given, 2).unwrap();
        let mut kinds = [0; 3];
        for loss in Landscape::ALL.map(Loss::landscape) {
            for k in 0..200 {
                let view = loss.domain();
                let along =
                    |[lo, hi]: [f64; 2], step: usize| lo + (hi - lo) * ((k * step) % 97) as f64 / 96.0;
                let at = [along(view.x, 57), along(view.y, 31)];
                for below in [0.1, 1e6] {
                    let mut steps = [
                        made(Method::GradientDescent, &[]),
                        made(Method::NegativeCurvature, &[("below", below)]),
                    ];
                    for step in &mut steps {
                        step.step(&mut &loss, &at, 0.07.into());
                    }
                    let [plain, own] = steps.each_ref().map(|s| s.state().delta());
                    let jet = crate::derivative::jet(&loss, at);
                    let curvature = Curvature::of(jet.hessian).filter(|c| c.lambda[0] < 0.0);
                    let small = jet.gradient[0].hypot(jet.gradient[1]) <= below;
                    if let Some(Curvature { lambda: [l, _], v: [v, _], .. }) = curvature.filter(|_| small) {
                        let state = steps[1].state();
                        let u = state.vector("u").unwrap();
                        let [[a, b], [_, d]] = jet.hessian;
                        let along = a * u[0] * u[0] + 2.0 * b * u[0] * u[1] + d * u[1] * u[1];
                        let [_, _, (symbol, least)] = state.scalars().collect::<Vec<_>>()[..] else {
                            panic!()
                        };
                        assert!(symbol == "λ₋" && least == l);
                        assert!((along - l).abs() <= 1e-12 * (a.abs() + b.abs() + d.abs()), "{along} {l}");
                        assert!(u[0] * jet.gradient[0] + u[1] * jet.gradient[1] <= 0.0);
                        let c = v[0] * jet.gradient[0] + v[1] * jet.gradient[1];
                        for i in 0..2 {
                            let further = own[i] - plain[i];
                            let expected = 0.07 * l * v[i] * if c > 0.0 { 1.0 } else { -1.0 };
                            assert!((further - expected).abs() <= 1e-12 * (plain[i].abs() + expected.abs()));
                        }
                        kinds[2] += 1;
                    } else {
                        assert_eq!(own, plain, "{} {at:?} {below}", loss.formula());
                        kinds[usize::from(small)] += 1;
                    }
                }
            }
        }
        assert!(kinds.iter().all(|k| *k > 1000), "{kinds:?}");
    }

    /// H that is not finite has no λ₁ < 0 either.
    #[test]
    fn without_a_finite_hessian_it_is_gradient_descent() {
        struct Edge;
        impl Oracle for Edge {
            fn dimension(&self) -> usize {
                2
            }
            fn value(&mut self, _: &[f64]) -> f64 {
                0.0
            }
            fn gradient(&mut self, _: &[f64], out: &mut [f64]) -> f64 {
                out.copy_from_slice(&[0.0, 0.5]);
                0.0
            }
            fn hessian(&mut self, _: &[f64], out: &mut [f64]) {
                out.copy_from_slice(&[-1.0, 0.0, 0.0, f64::INFINITY]);
            }
        }
        let mut own =
            Optimizer::new(Method::NegativeCurvature, Dialect::Notes, &[("below", 1.0)], 2).unwrap();
        own.step(&mut Edge, &[0.0, 0.0], 0.5.into());
        assert_eq!(own.state().delta(), [0.0, -0.25]);
    }

    /// What is told without eigenvalues is what they say, of matrices of all sizes and near to singular ones.
    #[test]
    fn what_is_convex_beyond_doubt_has_no_negative_eigenvalue() {
        let mut random = Random::new(5);
        let mut told = 0;
        for k in 0..200_000 {
            let mut size = |most: f64| 10f64.powf(most * (2.0 * random.uniform() - 1.0));
            let most = [3.0, 150.0, 300.0][k % 3];
            let (a, d) = (size(most), size(most));
            let b = a.sqrt() * d.sqrt() * (1.0 - size(8.0) * 1e-8);
            if is_convex([a, b, d]) {
                told += 1;
                let lambda = Curvature::of([[a, b], [b, d]]).map(|c| c.lambda[0]);
                assert!(lambda.is_none_or(|l| l >= 0.0), "{a} {b} {d}: {lambda:?}");
            }
        }
        assert!(told > 10_000 && is_convex([2.0, 1.0, 1.0]), "{told}");
        for h in [[1.0, 1.0, 1.0], [-1.0, 0.0, -1.0], [1.0, 2.0, 1.0], [f64::NAN; 3], [1.0, f64::NAN, 1.0]] {
            assert!(!is_convex(h), "{h:?}");
        }
    }
}
