//! Losses on data and mini-batches: gradients against other ways to have them, batch means against the whole, variances
//! against their laws.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::derivative::{central_gradient, gradient, jet};
use saddlescope::loss::{DATA_SETS, Data, Loss, Model, data_set, standardised};
use saddlescope::number::Random;
use saddlescope::optimizer::{Batches, Minibatch, Oracle, Sampling, variance_share};

fn data(id: &str, model: Model, standard: bool) -> Data {
    let (_, rows) = data_set(id).unwrap();
    Data::new(model, if standard { standardised(model, rows) } else { rows }).unwrap()
}

fn close(found: f64, want: f64, tolerance: f64, what: &str) {
    assert!((found - want).abs() <= tolerance * want.abs().max(1.0), "{what}: {found} for {want}");
}

fn everything() -> impl Iterator<Item = (&'static str, Data)> {
    let both = |id| Model::ALL.into_iter().map(move |model| (id, model));
    DATA_SETS.into_iter().flat_map(both).flat_map(|(id, model)| {
        let rows = data_set(id).unwrap().1;
        let raw = Data::new(model, rows.clone()).ok();
        let standard = Data::new(model, standardised(model, rows)).ok();
        raw.into_iter().chain(standard).map(move |d| (id, d))
    })
}

/// From NumPy 2.4.6: `L = mean(logaddexp(0, z) - y*z)`, `g = X.T @ (1/(1+exp(-z)) - y) / N`,
/// `H = (X.T * s*(1-s)) @ X / N`; the minimum by 60 Newton steps; least squares by `numpy.linalg.lstsq`.
#[test]
fn losses_gradients_hessians_and_minima_agree_with_numpy() {
    let raw = Loss::of_data(data("iris", Model::Logistic, false));
    let standard = Loss::of_data(data("iris", Model::Logistic, true));
    for (loss, w, value, g, h) in [
        (
            &raw,
            [1.0, 2.0],
            3.456750196937,
            [2.1270353604671066, 0.6620844230148516],
            [0.01197469125849718, 0.00370503970263932, 0.00116216102874785],
        ),
        (
            &standard,
            [1.0, 2.0],
            0.18284328602513006,
            [-0.05172094435953506, -0.04442919689573276],
            [0.03985624917698292, 0.02420477393435923, 0.03772599922774807],
        ),
        (
            &standard,
            [-3.0, 0.5],
            2.229220409811532,
            [-0.7241851666634066, -0.6915882945221719],
            [0.04098990018166024, 0.05035718932248501, 0.09881612143306132],
        ),
    ] {
        let jet = jet(loss, w);
        close(jet.value, value, 1e-13, "L");
        for (found, want) in jet.gradient.into_iter().zip(g) {
            close(found, want, 1e-13, "g");
        }
        for (found, want) in [jet.hessian[0][0], jet.hessian[0][1], jet.hessian[1][1]].into_iter().zip(h) {
            close(found, want, 1e-13, "H");
        }
    }
    let at = standard.data().unwrap().minimum().unwrap();
    close(at[0], 4.752782763776967, 1e-10, "w₁");
    close(at[1], 4.191149652872207, 1e-10, "w₂");
    close(standard.value(at), 0.10601267395736237, 1e-13, "L*");

    let cars = Loss::of_data(data("cars", Model::LeastSquares, false));
    let at = cars.data().unwrap().minimum().unwrap();
    close(at[0], -17.579094890510923, 1e-11, "intercept");
    close(at[1], 3.932408759124087, 1e-11, "slope");
    close(cars.value(at), 113.53521051094889, 1e-12, "L*");
    let (value, g) = gradient(&cars, [1.0, 2.0]);
    close(value, 227.19, 1e-12, "L");
    close(g[0], -11.18, 1e-11, "g₁");
    close(g[1], -225.12, 1e-11, "g₂");
}

#[test]
fn gradients_agree_with_differences_and_hessians_with_differences_of_gradients() {
    for (id, data) in everything() {
        let loss = Loss::of_data(data);
        let view = loss.domain();
        let mut random = Random::new(5);
        for _ in 0..20 {
            let at = [view.x, view.y].map(|[lo, hi]| lo + random.uniform() * (hi - lo));
            let jet = jet(&loss, at);
            let h = 1e-4 * view.size();
            let near = central_gradient(|w| loss.value(w), at, h);
            let size = jet.gradient[0].hypot(jet.gradient[1]) + 1e-3 * jet.value / view.size();
            for (i, n) in near.into_iter().enumerate() {
                assert!((n - jet.gradient[i]).abs() < 1e-5 * size, "{id} {at:?}: {n} {:?}", jet.gradient);
            }
            let slope = |i: usize, s: f64| {
                let mut there = at;
                there[i] += s * h;
                gradient(&loss, there).1
            };
            for i in 0..2 {
                let (up, down) = (slope(i, 1.0), slope(i, -1.0));
                for j in 0..2 {
                    let near = (up[j] - down[j]) / (2.0 * h);
                    let scale = size / view.size() + jet.hessian[0][0] + jet.hessian[1][1];
                    assert!((near - jet.hessian[i][j]).abs() < 1e-5 * scale, "{id} H{i}{j}: {near}");
                }
            }
        }
    }
}

/// Least squares is evaluated by its Taylor polynomial: the examples one by one must say the same.
#[test]
fn the_mean_over_examples_is_the_loss() {
    for (id, data) in everything() {
        let n = data.rows().len() as u32;
        let all: Vec<u32> = (0..n).collect();
        let view = data.domain();
        let loss = Loss::of_data(data.clone());
        let far = [1e3, -1e3].map(|k| [k * view.x[1], k * view.y[0]]);
        let near = [[0.0, 0.0], view.centre(), [view.x[0], view.y[1]], [view.x[1], view.y[0]]];
        for at in near.into_iter().chain(far) {
            let one_by_one = data.jet(&all, at);
            let whole = jet(&loss, at);
            assert!((loss.value(at) - one_by_one.re).abs() <= 1e-11 * one_by_one.re, "{id} {at:?}");
            close(whole.value, one_by_one.re, 1e-11, id);
            let scale = one_by_one.re.max(1.0);
            for i in 0..2 {
                assert!((whole.gradient[i] - one_by_one.g[i]).abs() < 1e-10 * scale, "{id}");
            }
        }
    }
}

#[test]
fn batch_means_weighted_by_size_equal_the_full_gradient() {
    for (id, data) in everything() {
        let n = data.rows().len();
        let loss = Loss::of_data(data.clone());
        let at = [0.7, -0.4];
        let whole = gradient(&loss, at).1;
        for sampling in [Sampling::Shuffled, Sampling::ShuffledOnce, Sampling::InOrder] {
            for size in [1, 2, 7, 10, n / 2 + 1, n - 1, n] {
                let mut batches = Batches::new(n, size, sampling, 9);
                for epoch in 0..3 {
                    let mut sum = [0.0; 2];
                    let mut seen = vec![0; n];
                    for k in 0..batches.per_epoch() {
                        let examples = batches.at(epoch * batches.per_epoch() + k).to_vec();
                        examples.iter().for_each(|i| seen[*i as usize] += 1);
                        let mut g = [0.0; 2];
                        Minibatch { data: &data, examples: &examples }.gradient(&at, &mut g);
                        sum = [0, 1].map(|i| sum[i] + g[i] * examples.len() as f64 / n as f64);
                    }
                    assert!(seen.iter().all(|k| *k == 1), "{sampling:?} {size}: each example once an epoch");
                    let scale = whole[0].abs() + whole[1].abs() + 1.0;
                    for i in 0..2 {
                        assert!((sum[i] - whole[i]).abs() < 1e-11 * scale, "{id} {sampling:?} {size}");
                    }
                }
            }
        }
    }
}

#[test]
fn orders_are_seeded_and_can_be_had_again_at_any_step() {
    let draw = |sampling, seed, t| Batches::new(40, 6, sampling, seed).at(t).to_vec();
    for sampling in Sampling::ALL {
        let mut batches = Batches::new(40, 6, sampling, 3);
        let onward: Vec<Vec<u32>> = (0..30).map(|t| batches.at(t).to_vec()).collect();
        for t in [29, 0, 13, 6, 7] {
            assert_eq!(draw(sampling, 3, t), onward[t], "{sampling:?} {t}");
        }
        let other_seed = draw(sampling, 4, 0) != onward[0];
        let other_epoch = onward[7] != onward[0];
        let want = match sampling {
            Sampling::Shuffled | Sampling::Replacement => (true, true),
            Sampling::ShuffledOnce => (true, false),
            Sampling::InOrder => (false, false),
        };
        assert_eq!((other_seed, other_epoch), want, "{sampling:?}");
        assert_eq!(onward[6].len(), if sampling == Sampling::Replacement { 6 } else { 4 }, "{sampling:?}");
    }
}

/// The mean of ‖g_B − g‖² over K independent batches is within five standard errors of the law, and both laws are told
/// apart.
#[test]
fn variances_follow_their_laws() {
    for id in ["cars", "iris", "overlap"] {
        let (model, _) = data_set(id).unwrap();
        let data = data(id, model, true);
        let n = data.rows().len();
        let at = [0.3, 0.2];
        let full = gradient(&Loss::of_data(data.clone()), at).1;
        let off = |g: [f64; 2]| (g[0] - full[0]).powi(2) + (g[1] - full[1]).powi(2);
        let single = (0..n).map(|i| off(data.gradient(i, at).1)).sum::<f64>() / n as f64;
        for size in [1, 2, 5, n / 4, n / 2, n - 1, n] {
            for replacement in [false, true] {
                let sampling = if replacement { Sampling::Replacement } else { Sampling::Shuffled };
                let count = 1_500;
                let found: Vec<f64> = (0..count)
                    .map(|k| {
                        // The first batch of as many seeds: independent of one another.
                        let mut batches = Batches::new(n, size, sampling, k);
                        let mut g = [0.0; 2];
                        Minibatch { data: &data, examples: batches.at(0) }.gradient(&at, &mut g);
                        off(g)
                    })
                    .collect();
                let mean = found.iter().sum::<f64>() / count as f64;
                let spread = found.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count as f64;
                let law = single * variance_share(n, size, replacement);
                let error = 5.0 * (spread / count as f64).sqrt() + 1e-12 * single;
                assert!((mean - law).abs() <= error, "{id} B = {size}, {replacement}: {mean} for {law}");
                if size >= n / 2 {
                    let other = single * variance_share(n, size, !replacement);
                    assert!((mean - other).abs() > error, "{id} B = {size}: the laws must differ");
                }
            }
        }
    }
}

#[test]
fn data_without_a_single_minimum_have_none() {
    assert_eq!(data("separable", Model::Logistic, true).minimum(), None);
    assert_eq!(data("separable", Model::Logistic, false).minimum(), None);
    // Two columns that are one: a line of minima.
    let line =
        Data::new(Model::LeastSquares, vec![[1.0, 2.0, 1.0], [2.0, 4.0, 3.0], [3.0, 6.0, 4.0]]).unwrap();
    assert_eq!(line.minimum(), None);
    // Examples that agree: the least loss is exactly nothing, and so is each gradient there.
    let agree = data("agree", Model::LeastSquares, false);
    let at = agree.minimum().unwrap();
    close(at[0], 2.0, 1e-14, "w₁");
    close(at[1], -1.0, 1e-14, "w₂");
    for i in 0..agree.rows().len() {
        let (_, [a, b]) = agree.gradient(i, at);
        assert!(a.abs() < 1e-13 && b.abs() < 1e-13);
    }
}

#[test]
fn logistic_regression_takes_two_labels_of_any_value() {
    let rows = |ys: [f64; 4]| ys.iter().enumerate().map(|(i, y)| [1.0, i as f64, *y]).collect::<Vec<_>>();
    let data = Data::new(Model::Logistic, rows([7.0, -1.0, 7.0, -1.0])).unwrap();
    assert_eq!(data.rows().iter().map(|r| r[2]).collect::<Vec<_>>(), [1.0, 0.0, 1.0, 0.0]);
    let code = |ys| Data::new(Model::Logistic, rows(ys)).unwrap_err().to_string();
    assert_eq!(code([1.0; 4]), "data.one-class");
    assert_eq!(code([1.0, 0.0, 1.0, 2.0]), "data.third-class, example 4, found 2");
}
