//! Losses against outside values: every landscape of the oracle, by formula and by name.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/names.rs"]
mod names;

use names::loss_of;
use saddlescope::derivative::{gradient, jet};
use saddlescope::loss::Loss;
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
