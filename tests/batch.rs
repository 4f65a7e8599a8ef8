//! Losses on data, mini-batches and the lab `batch`: gradients against other ways to have them, batch means against the
//! whole, variances against their laws, pasted data good and hostile.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::derivative::{central_gradient, gradient, jet};
use saddlescope::figure::{Figure, Layer};
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::loss::{DATA_SETS, Data, Loss, MOST_ROWS, Model, data_set, standardised};
use saddlescope::number::Random;
use saddlescope::optimizer::{Batches, Minibatch, Oracle, Sampling, variance_share};
use saddlescope::phrase::Words;

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

// The lab.

fn open(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("batch").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn words() -> Words {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/www/text/en.json")).unwrap();
    let pairs: std::collections::HashMap<String, String> = serde_json::from_str(&text).unwrap();
    pairs.into_iter().collect()
}

fn headline(lab: &dyn Lab) -> String {
    words().text(&lab.headline().unwrap().text)
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

fn ids(figures: &[Figure]) -> Vec<&'static str> {
    figures.iter().map(|f| f.id).collect()
}

/// Column `i` of the table of results, by run.
fn results(lab: &dyn Lab, i: usize) -> Vec<(&'static str, f64)> {
    let rows = lab.table().unwrap().rows;
    rows.iter()
        .map(|row| match (&row.cells[0], &row.cells[i]) {
            (Cell::Words(id, _), Cell::Number(x)) => (*id, *x),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn it_opens_where_neither_the_biggest_nor_the_smallest_batch_is_best() {
    let lab = open(&[]);
    assert_eq!(lab.state(), "");
    assert_eq!(ids(&lab.figures()), ["map", "loss", "cloud", "variance", "data"]);
    for seed in 1..20 {
        let lab = open(&[("seed", &seed.to_string())]);
        assert_eq!(headline(&*lab), "After 20 epochs: Mini-batch (B = 10) ends lowest", "seed {seed}");
    }
    assert_eq!(results(&*lab, 1), [("full", 20.0), ("mini", 100.0), ("single", 1000.0)]);
    assert_eq!(results(&*lab, 2), [("full", 1000.0), ("mini", 1000.0), ("single", 1000.0)]);
    // With five times the epochs the full batch wins; in the first the single examples do.
    assert!(headline(&*open(&[("epochs", "100")])).contains("Full batch"));
    assert!(headline(&*open(&[("epochs", "1")])).contains("Single example"));
}

/// The full-batch run on H = 1 shrinks the distance by 1 − η at each step.
#[test]
fn the_full_batch_is_plain_gradient_descent() {
    let lab = open(&[]);
    let full: Vec<f64> = lab
        .csv()
        .lines()
        .filter(|l| l.starts_with("full,") && l.split(',').count() == 6)
        .map(|l| l.split(',').nth(5).unwrap().parse().unwrap())
        .collect();
    assert_eq!(full.len(), 21);
    let least = 113.53521051094889;
    for pair in full.windows(2) {
        close((pair[1] - least) / (pair[0] - least), 0.81, 1e-9, "share kept of L − L*");
    }
}

#[test]
fn examples_that_agree_leave_no_noise_at_the_minimum() {
    let lab = open(&[("data", "agree"), ("epochs", "50"), ("eta", "0.3")]);
    for (run, last) in results(&*lab, 3) {
        assert!(run == "full" || last < 1e-20, "{run}: {last}");
    }
}

#[test]
fn the_cloud_shrinks_by_the_law_that_is_read_out() {
    let mut lab = open(&[("batch-size", "10")]);
    assert_eq!(readout(&*lab, "law"), "(N−B)/(B(N−1)) = 0.0816");
    assert_eq!(readout(&*lab, "other-law"), "1/B = 0.1");
    lab.set("sampling", "replacement").unwrap();
    assert_eq!(readout(&*lab, "law"), "1/B = 0.1");
    lab.set("sampling", "shuffled").unwrap();
    lab.set("batch-size", "50").unwrap();
    assert_eq!(readout(&*lab, "law"), "(N−B)/(B(N−1)) = 0");
    // Then mini-batch and full batch are one run.
    assert_eq!(results(&*lab, 1).len(), 2);
    for (size, replacement) in
        [("5", "shuffled"), ("25", "shuffled"), ("5", "replacement"), ("50", "replacement")]
    {
        let lab = open(&[("batch-size", size), ("sampling", replacement)]);
        let number = |id| readout(&*lab, id).rsplit(' ').next().unwrap().parse::<f64>().unwrap();
        let (law, found) = (number("law"), number("measured"));
        assert!((found / law - 1.0).abs() < 0.3, "{size} {replacement}: {found} for {law}");
    }
}

#[test]
fn the_ellipse_holds_the_share_of_the_cloud_that_two_standard_deviations_should() {
    let lab = open(&[("data", "overlap"), ("batch-size", "40")]);
    let figures = lab.figures();
    let cloud = figures.iter().find(|f| f.id == "cloud").unwrap();
    let ellipse = cloud.front.iter().find_map(|l| match l {
        Layer::Line { points, .. } if points.len() > 50 => Some(points.clone()),
        _ => None,
    });
    let dots = cloud.front.iter().rev().find_map(|l| match l {
        Layer::Dots { points, .. } => Some(points.clone()),
        _ => None,
    });
    let (ellipse, dots) = (ellipse.unwrap(), dots.unwrap());
    let inside = |p: &&[f64; 2]| {
        let edges = ellipse.windows(2);
        edges
            .filter(|e| {
                let (a, b) = (e[0], e[1]);
                (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            })
            .count()
            % 2
            == 1
    };
    let share = dots.iter().filter(inside).count() as f64 / dots.len() as f64;
    // 1 − e⁻² = 0.865 of a normal distribution; 300 dots.
    assert!((share - 0.865).abs() < 0.08, "{share} of {}", dots.len());
}

#[test]
fn predict_first_hides_runs_and_results_until_the_guess() {
    let mut lab = open(&[("predict", "on")]);
    assert_eq!(lab.headline().unwrap().text.key, "batch.ask");
    assert_eq!(ids(&lab.figures()), ["map", "cloud", "variance", "data"]);
    assert!(lab.table().is_none() && !lab.csv().contains("full,"));
    assert!(lab.figures()[0].front.iter().all(|l| !matches!(l, Layer::Line { .. })));
    lab.set("guess", "full").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.wrong");
    lab.set("guess", "mini").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right");
    lab.set("eta", "0.01").unwrap();
    assert_eq!(lab.headline().unwrap().text.key, "batch.ask", "a new question wants a new guess");
}

#[test]
fn handles_move_start_moment_and_batch_size() {
    let mut lab = open(&[]);
    lab.drag("batch-size", [25f64.log10(), 0.0]);
    assert_eq!(lab.values().number("batch-size"), 25.0);
    lab.nudge("batch-size", [-1.0, 0.0], false);
    assert_eq!(lab.values().number("batch-size"), 24.0);
    lab.drag("t", [0.0, 0.0]);
    lab.drag("theta", [10.0, 20.0]);
    assert_eq!(readout(&*lab, "place"), "θ = (10, 20)   L = 658");
    lab.nudge("t", [1.0, 0.0], false);
    assert_eq!(lab.values().number("t"), 1.0);
    assert!(!readout(&*lab, "place").starts_with("θ = (10, 20)"));
    lab.act("play");
    assert!(lab.advance(0.5));
    assert_eq!(lab.values().number("t"), 11.0);
}

#[test]
fn every_method_and_schedule_drives_the_runs() {
    let kind = |id: &str| {
        lab::open("batch").unwrap().values().controls().iter().find(|c| c.id == id).unwrap().kind.clone()
    };
    let options = |id: &str| match kind(id) {
        lab::Kind::Choice { options, .. } => options,
        other => panic!("{other:?}"),
    };
    let start = results(&*open(&[("eta", "0.0001"), ("epochs", "1")]), 3);
    for method in options("method") {
        let lab = open(&[("method", method), ("data", "iris")]);
        assert!(lab.table().unwrap().rows.len() == 3, "{method}");
    }
    assert!(results(&*open(&[("method", "newton"), ("eta", "1")]), 3)[0].1 < 1e-9);
    for schedule in options("schedule") {
        let lab = open(&[("schedule", schedule)]);
        assert!(results(&*lab, 3)[1].1 < start[1].1, "{schedule} moves");
    }
}

#[test]
fn pasted_data_are_read_or_refused_by_row_and_the_last_good_figure_stays() {
    let mut lab = open(&[("data", "own")]);
    assert_eq!(lab.values().choice("model"), "least-squares");
    // As text, in which NaN is equal to itself.
    let seen = |lab: &dyn Lab| format!("{:?}", lab.figures());
    let good = seen(&*lab);
    for (text, code) in [
        ("1,2,3\n4,=HYPERLINK(\"x\"),6", "data.not-a-number"),
        ("1,2,3\n4,<img src=x onerror=alert(1)>,6", "data.not-a-number"),
        ("1,2,3\n4,,6", "data.missing"),
        ("1,2,3\n4,5", "data.columns"),
        ("", "data.too-few"),
        (&"\"".repeat(999_999), "data.quote"),
        (&"9".repeat(1_000_000), "data.columns"),
        (&"1,2,3\n".repeat(MOST_ROWS + 1), "data.too-many"),
        (&"x".repeat(1_000_001), "control.too-long"),
    ] {
        let error = lab.set("csv", text).unwrap_err();
        assert_eq!(error.code(), code);
        let said = words().text(&error.phrase());
        assert!(said.chars().count() < 120 && !said.contains('{'), "{said}");
        assert!(seen(&*lab) == good, "{code}");
    }
    lab.set("csv", "a,b,kind\r\n1,2,no\r\n2,1,yes\r\n3,5,no\r\n5,3,yes\r\n4,4,no\r\n1,1,yes\r\n").unwrap();
    assert_eq!((lab.values().choice("model"), lab.values().number("batch-size")), ("logistic", 6.0));
    assert!(seen(&*lab) != good);
    // A link holds short data whole.
    let mut again = lab::open("batch").unwrap();
    assert!(again.restore(&lab.link()).is_empty());
    assert!(seen(&*again) == seen(&*lab));
}

#[test]
fn a_model_that_the_labels_do_not_allow_is_refused() {
    let mut lab = open(&[]);
    assert_eq!(lab.set("model", "logistic").unwrap_err().code(), "data.third-class");
    assert_eq!(lab.values().choice("model"), "least-squares");
    lab.set("data", "iris").unwrap();
    assert_eq!(lab.values().choice("model"), "logistic");
    lab.set("model", "least-squares").unwrap();
    lab.set("data", "separable").unwrap();
    assert!(lab.remarks().iter().any(|r| r.key == "remark.no-minimum"));
}

#[test]
fn ten_thousand_rows_are_drawn() {
    let mut random = Random::new(2);
    let row = |_| format!("{},{},{}\n", random.normal(), random.normal(), random.below(2));
    let text: String = (0..MOST_ROWS).map(row).collect();
    let lab = open(&[("data", "own"), ("csv", &text)]);
    assert_eq!(lab.values().choice("model"), "logistic");
    assert_eq!(ids(&lab.figures()).len(), 5);
    assert!(lab.link().len() < 2_000, "too long for a link");
}
