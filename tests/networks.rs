//! Networks: derivatives against differences, spectra against one another, and the known critical points of linear nets.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use saddlescope::critical::eigen;
use saddlescope::network::{
    Activation, Data, Network, Objective, Problem, Random, Start, lanczos, trace_estimate,
};
use saddlescope::optimizer::Oracle;

const OBJECTIVES: [Objective; 3] =
    [Objective::SquaredError, Objective::BinaryCrossEntropy, Objective::SoftmaxCrossEntropy];

/// A problem with so many random examples and some penalty (without it: the oracles), and a start.
fn problem(
    sizes: &[usize],
    hidden: Activation,
    objective: Objective,
    examples: usize,
) -> (Problem, Vec<f64>) {
    let mut random = Random::new(11);
    let (inputs, outputs) = (sizes[0], sizes[sizes.len() - 1]);
    let x = (0..examples * inputs).map(|_| random.normal()).collect();
    let mut y = vec![0.0; examples * outputs];
    for target in y.chunks_exact_mut(outputs) {
        match objective {
            Objective::SquaredError => target.iter_mut().for_each(|y| *y = random.normal()),
            Objective::BinaryCrossEntropy => target.iter_mut().for_each(|y| *y = random.uniform().round()),
            Objective::SoftmaxCrossEntropy => target[(random.uniform() * outputs as f64) as usize] = 1.0,
        }
    }
    let network = Network::new(sizes, hidden, objective, true).unwrap();
    let theta = Start::Pytorch.draw(&network, 7, 1.5);
    let data = Data::new(inputs, outputs, x, y).unwrap();
    (Problem::new(network, data.into()).with_penalty(0.03), theta)
}

#[test]
fn the_gradient_is_that_of_central_differences() {
    for hidden in [Activation::Tanh, Activation::Sigmoid, Activation::Linear] {
        for objective in OBJECTIVES {
            let (mut problem, theta) = problem(&[3, 5, 4, 2], hidden, objective, 130);
            let mut gradient = vec![0.0; theta.len()];
            problem.gradient(&theta, &mut gradient);
            for (i, g) in gradient.iter().enumerate() {
                let mut at = |by: f64| {
                    let mut theta = theta.clone();
                    theta[i] += by;
                    problem.value(&theta)
                };
                let h = 1e-5;
                let difference = (at(h) - at(-h)) / (2.0 * h);
                assert!((g - difference).abs() < 1e-8, "{hidden:?} {objective:?} {i}: {g} {difference}");
            }
        }
    }
}

#[test]
fn the_hessian_is_its_products_and_the_difference_of_gradients() {
    for (hidden, objective) in Activation::ALL.into_iter().flat_map(|a| OBJECTIVES.map(|o| (a, o))) {
        // More than one block of examples, and an odd rest.
        let (mut problem, theta) = problem(&[3, 5, 4, 2], hidden, objective, 131);
        let n = theta.len();
        let mut hessian = vec![0.0; n * n];
        problem.hessian(&theta, &mut hessian);
        let (mut row, mut up, mut down) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        for i in 0..n {
            let mut unit = vec![0.0; n];
            unit[i] = 1.0;
            problem.product(&theta, &unit, &mut row);
            let (mut above, mut below) = (theta.clone(), theta.clone());
            above[i] += 1e-5;
            below[i] -= 1e-5;
            problem.gradient(&above, &mut up);
            problem.gradient(&below, &mut down);
            for j in 0..n {
                let (h, other) = (hessian[i * n + j], hessian[j * n + i]);
                assert_eq!(h, other, "symmetric");
                assert!((h - row[j]).abs() < 1e-13 * h.abs().max(1.0), "{hidden:?} {objective:?} {i} {j}");
                let difference = (up[j] - down[j]) / 2e-5;
                // A kink of ReLU may lie between the two points.
                let slack = if hidden == Activation::Relu { 0.05 } else { 1e-8 };
                assert!((h - difference).abs() < slack, "{hidden:?} {objective:?} {i} {j}: {h} {difference}");
            }
        }
    }
}

#[test]
fn the_trace_and_the_ends_of_the_spectrum_come_from_products_alone() {
    let (mut problem, theta) = problem(&[2, 12, 12, 2], Activation::Tanh, Objective::SoftmaxCrossEntropy, 60);
    let n = theta.len();
    let mut hessian = vec![0.0; n * n];
    problem.hessian(&theta, &mut hessian);
    let exact = eigen(&hessian).unwrap();
    let found = lanczos(n, 80, 1, |v, out| problem.product(&theta, v, out)).unwrap();
    let size = exact.values[n - 1].abs().max(exact.values[0].abs());
    for (value, exact) in
        [(found.values[0], exact.values[0]), (found.values[found.values.len() - 1], exact.values[n - 1])]
    {
        assert!((value - exact).abs() < 1e-9 * size, "{value} {exact}");
    }
    assert!(found.residuals.iter().all(|r| *r < 1e-4 * size), "{:?}", found.residuals);
    let along: f64 = found.vectors[1].iter().zip(&exact.vectors[n - 1]).map(|(a, b)| a * b).sum();
    assert!((along.abs() - 1.0).abs() < 1e-8, "{along}");
    assert!((found.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    let trace: f64 = exact.values.iter().sum();
    let [mean, error] = trace_estimate(n, 400, 2, |v, out| problem.product(&theta, v, out));
    assert!((mean - trace).abs() < 4.0 * error, "{mean} ± {error} for {trace}");
}

#[test]
fn what_does_not_fit_is_nan_and_no_panic() {
    let (mut problem, theta) = problem(&[2, 3, 1], Activation::Relu, Objective::SquaredError, 5);
    let mut out = vec![0.0; 3];
    assert!(problem.gradient(&theta[1..], &mut out).is_nan() && out[0].is_nan());
    assert!(problem.value(&[]).is_nan());
    problem.product(&theta, &[1.0], &mut out);
    problem.hessian(&theta, &mut out);
    assert!(problem.passes().outputs(&theta, &[1.0]).is_empty());
    assert!(Data::new(2, 1, vec![1.0; 5], vec![0.0; 2]).is_err());
    assert!(Data::new(2, 1, vec![], vec![]).is_err());
}

/// Depth 20, tanh: the norm of the first layer's gradient with three sizes of initial weights.
#[test]
fn vanishing_and_exploding_are_one_story() {
    let mut sizes = vec![16; 21];
    sizes[20] = 1;
    let (problem, _) = problem(&sizes, Activation::Tanh, Objective::SquaredError, 64);
    let mut problem = problem.with_penalty(0.0);
    let mut first = |start: Start, scale: f64| {
        let mut total = 0.0;
        for seed in 0..20 {
            let theta = start.draw(problem.network(), seed, scale);
            let mut gradient = vec![0.0; theta.len()];
            problem.gradient(&theta, &mut gradient);
            total += problem.network().norms(&gradient)[0].log10();
        }
        10f64.powf(total / 20.0)
    };
    let (xavier, small, large) =
        (first(Start::XavierNormal, 1.0), first(Start::XavierNormal, 0.5), first(Start::Standard, 1.0));
    assert!((0.05..2.0).contains(&xavier), "{xavier}");
    assert!(small < 1e-4 * xavier, "{small}");
    assert!(large > 20.0 * xavier, "{large}");
}
