//! One function for each kind of oracle file: it runs every case of the file into the tally.

use super::json::{array, field, list, number, numbers, text};
use super::names;
use super::tally::{Case, Tally};
use saddlescope::critical::{Curvature, eigen};
use saddlescope::derivative::jet;
use saddlescope::loss::Loss;
use serde_json::Value;

/// `landscapes.json`: value, gradient, Hessian, eigenpairs of named losses at points.
pub fn landscapes(data: &Value, tally: &mut Tally) -> Result<(), String> {
    for entry in list(data, "losses")? {
        let name = text(entry, "loss")?;
        for (index, point) in list(entry, "points")?.iter().enumerate() {
            let id =
                point.get("id").and_then(Value::as_str).map_or(format!("{name}#{index}"), str::to_string);
            tally.case(&id, |case| {
                for (way, loss) in ways(entry)? {
                    shape(case, way, &loss, point)?;
                }
                Ok(())
            });
        }
    }
    Ok(())
}

/// `parse.json`: formulas with their values and derivatives, and texts that must be refused.
pub fn parse(data: &Value, tally: &mut Tally) -> Result<(), String> {
    for entry in list(data, "valid")? {
        let formula = text(entry, "formula")?;
        tally.case(formula, |case| {
            let loss = Loss::parse(formula).map_err(|error| format!("refused: {error}"))?;
            list(entry, "points")?.iter().try_for_each(|point| shape(case, "formula", &loss, point))
        });
    }
    for entry in list(data, "malformed")? {
        let malformed = entry.as_str().ok_or("cannot run: a malformed formula is no text")?;
        tally.case(&format!("malformed {malformed:?}"), |case| {
            let parsed = Loss::parse(malformed);
            case.expect(parsed.is_err(), || "was accepted".into());
            if let Err(error) = parsed {
                case.expect(error.code().starts_with("formula."), || format!("has the code {error}"));
                let end = error.span().map_or(0, |span| span.end);
                case.expect(error.span().is_some(), || "has no place".into());
                case.expect(end <= malformed.chars().count() + 1, || format!("has a place outside: {error}"));
            }
            Ok(())
        });
    }
    let policy = data.get("policy").and_then(Value::as_array).map_or(0, Vec::len);
    tally.skip(policy, "policy: readings that are ours to choose, tested with the parser");
    Ok(())
}

/// `eigen.json`: eigenvalues, and for small matrices eigenvectors.
pub fn eigenpairs(data: &Value, tally: &mut Tally) -> Result<(), String> {
    for entry in list(data, "cases")? {
        tally.case(text(entry, "id")?, |case| {
            let (n, lower) = (number(entry, "n")? as usize, numbers(field(entry, "lower")?)?);
            let (reference, norm) = (numbers(field(entry, "eig")?)?, number(entry, "norm2")?);
            let row_start = |i: usize| i * (i + 1) / 2;
            let at = |i: usize, j: usize| lower.get(row_start(i.max(j)) + i.min(j)).copied();
            let full: Option<Vec<f64>> = (0..n * n).map(|k| at(k / n, k % n)).collect();
            let full = full.ok_or("cannot run: the lower triangle is too short")?;
            let found = eigen(&full).map_err(|error| error.to_string())?;
            case.expect(found.values.len() == n && reference.len() == n, || "has another size".into());
            let tolerance = n as f64 * f64::EPSILON * norm;
            for (i, (value, exact)) in found.values.iter().zip(&reference).enumerate() {
                case.near(&format!("λ{}", i + 1), *value, *exact, tolerance);
            }
            let Some(vectors) = entry.get("vec").and_then(Value::as_array) else { return Ok(()) };
            for (i, exact) in vectors.iter().enumerate().filter(|(_, v)| !v.is_null()) {
                let own = found.vectors.get(i).ok_or("has too few vectors")?;
                vector(case, i, own, &numbers(exact)?, tolerance, &reference);
            }
            Ok(())
        });
    }
    Ok(())
}

/// The ways to the loss of an entry: its formula always, and the landscape of its name where we have one.
pub fn ways(entry: &Value) -> Result<Vec<(&'static str, Loss)>, String> {
    let formula = text(entry, "expr")?;
    let typed = Loss::parse(formula).map_err(|error| format!("{formula} refused: {error}"))?;
    let named = names::loss_of(text(entry, "loss")?);
    Ok(std::iter::once(("formula", typed)).chain(named.map(|loss| ("landscape", loss))).collect())
}

/// Compares value, gradient, Hessian and, where given, eigenpairs at a point.
fn shape(case: &mut Case, way: &str, loss: &Loss, point: &Value) -> Result<(), String> {
    let own = jet(loss, array(point, "p")?);
    let known_rounding = point.get("f64dev").map(numbers).transpose()?.unwrap_or_default();
    let rounding = |order: usize| 10.0 * known_rounding.get(order).copied().unwrap_or(0.0);
    let [[xx, xy], [yx, yy]] = own.hessian;
    let order = |case: &mut Case, order: usize, name: &str, values: &[f64]| -> Result<(), String> {
        let Some(reference) = point.get(name).filter(|r| !r.is_null()) else { return Ok(()) };
        let reference = reference.as_f64().map_or_else(|| numbers(reference), |value| Ok(vec![value]))?;
        case.expect(reference.len() == values.len(), || format!("{name} has another size"));
        for (value, exact) in values.iter().zip(reference) {
            let tolerance = rounding(order) + 1e-12 * exact.abs().max(1.0);
            case.near(&format!("{way} {name}"), *value, exact, tolerance);
        }
        Ok(())
    };
    field(point, "value")?;
    order(case, 0, "value", &[own.value])?;
    order(case, 1, "grad", &own.gradient)?;
    order(case, 2, "hess", &[xx, xy, yy])?;
    case.expect(xy == yx || xy.is_nan(), || format!("{way} H is not symmetric"));
    let Some(reference) = point.get("eig").filter(|r| !r.is_null()) else { return Ok(()) };
    let reference = numbers(reference)?;
    let curvature = Curvature::of(own.hessian).ok_or("H is not finite")?;
    let norm = reference.iter().fold(1.0, |norm: f64, l| norm.max(l.abs()));
    // An error e in each entry of H moves λ by at most 2e.
    let tolerance = 2.0 * rounding(2) + 1e-12 * norm;
    for (value, exact) in curvature.lambda.iter().zip(&reference) {
        case.near(&format!("{way} λ"), *value, *exact, tolerance);
    }
    for (i, exact) in point.get("vec").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if !exact.is_null() {
            vector(case, i, &curvature.v[i.min(1)], &numbers(exact)?, tolerance, &reference);
        }
    }
    Ok(())
}

/// Compares an eigenvector, which is determined to about (error of the matrix) / (gap to the next eigenvalue).
fn vector(case: &mut Case, i: usize, own: &[f64], exact: &[f64], matrix_error: f64, values: &[f64]) {
    let others = values.iter().enumerate().filter(|(j, _)| *j != i);
    let gap = others.map(|(_, l)| (l - values[i]).abs()).fold(f64::INFINITY, f64::min);
    let tolerance = 4.0 * matrix_error / gap + 4.0 * f64::EPSILON;
    if tolerance.is_nan() || tolerance > 0.01 {
        return; // not determined
    }
    // A first component that may be zero does not determine the sign.
    let first = exact.first().copied().unwrap_or(0.0);
    let flipped = first.abs() <= tolerance && own.iter().zip(exact).map(|(a, b)| a * b).sum::<f64>() < 0.0;
    let sign = if flipped { -1.0 } else { 1.0 };
    case.expect(own.len() == exact.len(), || "an eigenvector has another size".into());
    for (a, b) in own.iter().zip(exact) {
        case.near(&format!("v{}", i + 1), sign * a, *b, tolerance);
    }
}
