//! Losses against outside values: every landscape of the oracle, by formula and by name.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failing test says so by panicking"
)]
#![allow(clippy::needless_range_loop, reason = "indices name entries of vectors and matrices")]

#[path = "support/names.rs"]
mod names;

use names::loss_of;
use saddlescope::derivative::{gradient, jet};
use saddlescope::loss::{KnownKind, Landscape, Loss};
use serde_json::Value;

fn oracle(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// 10 × the rounding seen in other float64 programs, plus 1e-12 of the size.
fn check(what: &str, found: f64, reference: f64, deviation: f64) {
    let tolerance = 10.0 * deviation + 1e-12 * reference.abs().max(1.0);
    let error = (found - reference).abs();
    assert!(
        error <= tolerance,
        "{what}: {found} instead of {reference}, off by {error:e}, allowed {tolerance:e}"
    );
}

fn compare(what: &str, loss: &Loss, point: &Value, deviation: [f64; 3]) {
    let p = numbers(&point["p"]);
    let at = [p[0], p[1]];
    let what = format!("{what} at {at:?}");
    let jet = jet(loss, at);
    check(&what, jet.value, point["value"].as_f64().unwrap(), deviation[0]);
    check(&what, loss.value(at), point["value"].as_f64().unwrap(), deviation[0]);
    let (value, g) = gradient(loss, at);
    assert!(value == jet.value || (value - jet.value).abs() <= 1e-14 * value.abs());
    let reference = numbers(&point["grad"]);
    for i in 0..2 {
        check(&format!("{what} g{i}"), jet.gradient[i], reference[i], deviation[1]);
        check(&format!("{what} first-order g{i}"), g[i], reference[i], deviation[1]);
    }
    let reference = numbers(&point["hess"]);
    assert_eq!(jet.hessian[0][1], jet.hessian[1][0]);
    for (found, reference) in [jet.hessian[0][0], jet.hessian[0][1], jet.hessian[1][1]].iter().zip(reference)
    {
        check(&format!("{what} H"), *found, reference, deviation[2]);
    }
}

#[test]
fn every_landscape_agrees_with_the_oracle_by_formula_and_by_name() {
    let oracle = oracle(include_str!("oracles/landscapes.json"));
    let mut points = 0;
    for case in oracle["losses"].as_array().unwrap() {
        let name = case["loss"].as_str().unwrap();
        let typed = Loss::parse(case["expr"].as_str().unwrap()).unwrap();
        let named = loss_of(name).unwrap_or_else(|| panic!("no landscape for {name}"));
        for point in case["points"].as_array().unwrap() {
            let d = numbers(&point["f64dev"]);
            compare(&format!("{name} typed"), &typed, point, [d[0], d[1], d[2]]);
            compare(&format!("{name} named"), &named, point, [d[0], d[1], d[2]]);
            points += 1;
        }
        let domain = &case["domain"];
        assert_eq!(named.domain().x.to_vec(), numbers(&domain[0]), "{name}");
        assert_eq!(named.domain().y.to_vec(), numbers(&domain[1]), "{name}");
    }
    assert!(points > 700, "{points}");
}

#[test]
fn every_formula_of_the_oracle_has_its_values_or_its_error() {
    let oracle = oracle(include_str!("oracles/parse.json"));
    for case in oracle["valid"].as_array().unwrap() {
        let formula = case["formula"].as_str().unwrap();
        let loss = Loss::parse(formula).unwrap_or_else(|e| panic!("{formula}: {e}"));
        for point in case["points"].as_array().unwrap() {
            compare(formula, &loss, point, [0.0; 3]);
        }
    }
    for formula in oracle["malformed"].as_array().unwrap() {
        let formula = formula.as_str().unwrap();
        let error = Loss::parse(formula).expect_err(formula);
        assert!(error.code().starts_with("formula."), "{formula}: {error}");
        let span = error.span().unwrap_or_else(|| panic!("{formula}: {error} has no place"));
        assert!(span.start <= span.end && span.end <= formula.chars().count(), "{formula}: {span:?}");
    }
}

#[test]
fn known_points_are_critical_and_of_their_kind() {
    for landscape in Landscape::ALL {
        let loss = Loss::landscape(landscape);
        for point in loss.known_points() {
            let what = format!("{} at {:?}", landscape.id(), point.at);
            let jet = jet(&loss, point.at);
            let [[xx, xy], [_, yy]] = jet.hessian;
            let (trace, determinant) = (xx + yy, xx * yy - xy * xy);
            let size = xx.abs().max(yy.abs()).max(xy.abs());
            let g = jet.gradient[0].hypot(jet.gradient[1]);
            assert!(g <= 1e-12 * size.max(1.0), "{what}: gradient {g:e}");
            let kind = if determinant.abs() <= 1e-12 * size * size {
                KnownKind::Degenerate
            } else if determinant < 0.0 {
                KnownKind::Saddle
            } else if trace > 0.0 {
                KnownKind::Minimum
            } else {
                KnownKind::Maximum
            };
            assert_eq!(kind, point.kind, "{what}");
            assert!(landscape.domain().contains(point.at), "{what}");
        }
        let start = jet(&loss, landscape.start());
        assert!(start.gradient[0].hypot(start.gradient[1]) > 1e-3, "{} starts at rest", landscape.id());
        assert!(landscape.domain().contains(landscape.start()));
    }
}

#[test]
fn landscapes_are_found_by_id_and_keep_their_parameters() {
    for landscape in Landscape::ALL {
        assert_eq!(Landscape::from_id(landscape.id()), Some(landscape));
        assert_eq!(landscape.key(), format!("loss.{}", landscape.id()));
        let loss = Loss::parse(landscape.id()).unwrap();
        assert_eq!(loss.named(), Some(landscape));
        assert_eq!(loss, Loss::landscape(landscape));
        // The formula shown is the loss computed: read again it has the same tree.
        assert_eq!(Loss::parse(&loss.formula()).unwrap().tree(), loss.tree(), "{}", loss.formula());
        for (i, parameter) in landscape.parameters().iter().enumerate() {
            assert!(parameter.min <= parameter.default && parameter.default <= parameter.max);
            let mut values = loss.parameters().to_vec();
            values[i] = parameter.max + 1.0;
            assert_eq!(Loss::with_parameters(landscape, &values).unwrap_err().code(), "loss.parameter-range");
            values[i] = f64::NAN;
            assert_eq!(Loss::with_parameters(landscape, &values).unwrap_err().code(), "loss.parameter-range");
        }
    }
    assert_eq!(Loss::with_parameters(Landscape::Saddle, &[1.0]).unwrap_err().code(), "loss.parameter-count");
    let formula = |landscape, values: &[f64]| Loss::with_parameters(landscape, values).unwrap().formula();
    for (landscape, values, expected) in [
        (Landscape::OneDatum, &[][..], "(1-w1*w2)^2"),
        (Landscape::OneDatum, &[-2.0, 3.0], "(3+2*w1*w2)^2"),
        (Landscape::OneDatum, &[-1.0, 0.0], "(w1*w2)^2"),
        (Landscape::Quadratic, &[10.0, 1.0, 0.0], "1/2*(10*x^2+y^2)"),
        (Landscape::Quadratic, &[1.0, -1.0, 0.0], "1/2*(x^2-y^2)"),
        (Landscape::Quadratic, &[0.0, 2.5, 0.0], "1/2*(2.5*y^2)"),
        (Landscape::Quadratic, &[-2.0, -1.0, 0.0], "1/2*(-2*x^2-y^2)"),
        (Landscape::SigmoidMse, &[], "1/2*sigmoid(w1+w2)^2"),
        (Landscape::SigmoidCrossEntropy, &[0.5], "softplus(w1+w2)-0.5*(w1+w2)"),
        (Landscape::SigmoidCrossEntropy, &[], "softplus(w1+w2)"),
    ] {
        assert_eq!(formula(landscape, values), expected);
    }
}

#[test]
fn grids_hold_the_values_of_the_points() {
    for landscape in Landscape::ALL {
        let loss = Loss::landscape(landscape);
        let grid = loss.grid(loss.domain(), 23, 17);
        assert_eq!((grid.columns, grid.rows, grid.values.len()), (23, 17, 23 * 17));
        for j in 0..grid.rows {
            for i in 0..grid.columns {
                let value = loss.value(grid.point(i, j));
                assert_eq!(grid.value(i, j).to_bits(), value.to_bits(), "{} {i} {j}", landscape.id());
            }
        }
    }
    let view = Loss::notes().domain();
    assert!(Loss::parse("log(x)").unwrap().grid(view, 5, 5).value(0, 0).is_nan());
    assert_eq!(Loss::notes().grid(view, 0, 1).values.len(), 4);
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};
    use saddlescope::derivative::central;
    use saddlescope::loss::{Binary, Constant, Expr, Function, parse};

    fn config(cases: u32) -> Config {
        Config { cases, rng_seed: RngSeed::Fixed(2), failure_persistence: None, ..Config::default() }
    }

    /// A landscape, its parameters anywhere in their ranges, and a point anywhere in its domain.
    fn somewhere() -> impl Strategy<Value = (Loss, [f64; 2])> {
        (0..Landscape::ALL.len(), prop::collection::vec(0.0..=1.0, 6), 0.0..=1.0, 0.0..=1.0).prop_map(
            |(which, shares, s, t)| {
                let landscape = Landscape::ALL[which];
                let values: Vec<f64> = landscape
                    .parameters()
                    .iter()
                    .zip(shares)
                    .map(|(p, share)| f64::clamp(p.min + share * (p.max - p.min), p.min, p.max))
                    .collect();
                let domain = landscape.domain();
                let along = |[lo, hi]: [f64; 2], share: f64| lo + share * (hi - lo);
                (Loss::with_parameters(landscape, &values).unwrap(), [along(domain.x, s), along(domain.y, t)])
            },
        )
    }

    /// A central difference with its leading error removed.
    fn difference(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        let h = 2e-3;
        (4.0 * central(&f, x, h / 2.0) - central(&f, x, h)) / 3.0
    }

    proptest! {
        #![proptest_config(config(1500))]

        #[test]
        fn derivatives_agree_with_differences((loss, at) in somewhere()) {
            // Ackley's kink.
            prop_assume!(loss.named() != Some(Landscape::Ackley) || at[0].hypot(at[1]) > 0.1);
            let exact = jet(&loss, at);
            let [x, y] = at;
            let gradient = |at| jet(&loss, at).gradient;
            let numeric = [difference(|x| loss.value([x, y]), x), difference(|y| loss.value([x, y]), y)];
            // What rounding and the fifth derivative leave, at most.
            let allowed = 1e-6 * (1.0 + exact.value.abs() + exact.gradient[0].abs() + exact.gradient[1].abs());
            for i in 0..2 {
                prop_assert!((exact.gradient[i] - numeric[i]).abs() <= allowed, "{loss:?} {at:?} g{i}: {} {}", exact.gradient[i], numeric[i]);
                let row = [difference(|x| gradient([x, y])[i], x), difference(|y| gradient([x, y])[i], y)];
                for j in 0..2 {
                    let allowed = allowed * 10.0 + 1e-6 * exact.hessian[i][j].abs();
                    prop_assert!((exact.hessian[i][j] - row[j]).abs() <= allowed, "{loss:?} {at:?} H{i}{j}: {} {}", exact.hessian[i][j], row[j]);
                }
            }
        }
    }

    /// Any tree that a formula can have.
    fn tree() -> impl Strategy<Value = Expr> {
        let leaf = prop_oneof![
            (0.0..1e6).prop_map(Expr::Number),
            (0u32..20).prop_map(|n| Expr::Number(n.into())),
            (-300i32..300).prop_map(|n| Expr::Number(1.7 * 10f64.powi(n))),
            prop_oneof![Just(Constant::Pi), Just(Constant::E)].prop_map(Expr::Constant),
            (0usize..2).prop_map(Expr::Variable),
        ];
        leaf.prop_recursive(6, 40, 2, |inner| {
            let operation = prop_oneof![
                Just(Binary::Add),
                Just(Binary::Sub),
                Just(Binary::Mul),
                Just(Binary::Div),
                Just(Binary::Pow)
            ];
            prop_oneof![
                inner.clone().prop_map(|a| Expr::Neg(Box::new(a))),
                (operation, inner.clone(), inner.clone()).prop_map(|(o, a, b)| Expr::binary(o, a, b)),
                (0..Function::ALL.len(), inner.clone(), inner).prop_map(|(f, a, b)| {
                    let function = Function::ALL[f];
                    let arguments = if function.arguments() == 2 { vec![a, b] } else { vec![a] };
                    Expr::Call(function, arguments)
                }),
            ]
        })
    }

    fn check_error(text: &str) -> Result<(), TestCaseError> {
        if let Err(error) = parse(text) {
            prop_assert!(error.code().starts_with("formula."));
            let span = error.span().unwrap();
            prop_assert!(span.start <= span.end && span.end <= text.chars().count(), "{text:?}: {span:?}");
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(config(2000))]

        #[test]
        fn a_tree_written_and_read_is_the_same_tree(tree in tree()) {
            for names in [["x", "y"], ["w1", "w2"], ["θ₁", "θ₂"]] {
                let text = tree.text(names);
                if text.chars().count() <= 1000 {
                    prop_assert_eq!(&parse(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?, &tree);
                }
            }
        }

        #[test]
        fn any_text_is_a_formula_or_an_error_with_a_place(text in any::<String>()) {
            check_error(&text)?;
        }

        #[test]
        fn any_row_of_tokens_is_a_formula_or_an_error_with_a_place(
            parts in prop::collection::vec(prop::sample::select(vec![
                "x", "y", "w1", "w₂", "θ1", "2", "1e-3", ".5", "e", "pi", "π", "+", "-", "−", "*", "/", "^", "(", ")", ",",
                " ", "sin", "exp(", "log(", "max(", "²", "⁻", "¹", "_", "1e", "abs(", "|", "**", "()", "（", "·",
            ]), 0..60)
        ) {
            let text = parts.concat();
            check_error(&text)?;
            // What can be read can also be computed and written.
            if let Ok(loss) = Loss::parse(&text) {
                let value = loss.value([0.3, -1.2]);
                let again = Loss::parse(&loss.tree().text(["x", "y"])).unwrap().value([0.3, -1.2]);
                prop_assert_eq!(value.to_bits(), again.to_bits());
            }
        }
    }
}
