//! The plain functions for scripts: L, its gradient, its Hessian, eigenpairs, the verdict.

use crate::critical::{self, Degeneracy, Kind, Tolerance};
use crate::derivative;
use crate::error::Error;
use crate::loss::{Loss, View};
use js_sys::{Array, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A point θ = (w₁, w₂), or a vector of the plane. */
export type Pair = [number, number];

/** Eigenvalues, ascending, and unit eigenvectors in the same order (first non-zero component positive). */
export interface Eigen { values: number[]; vectors: number[][]; }

/** What kind of point it is. */
export type PointKind = "minimum" | "maximum" | "saddle" | "degenerate" | "not-critical" | "not-differentiable"
  | "not-defined";

/** The verdict on a point, with what it rests on. */
export interface Verdict {
  kind: PointKind;
  /** For "degenerate": what the Hessian still says. */
  degeneracy: "no-maximum" | "no-minimum" | "flat" | null;
  value: number;
  gradient: Pair;
  hessian: [Pair, Pair];
  /** null where the Hessian is not finite. */
  eigen: Eigen | null;
  /** Length of the Newton correction as a share of the view: at most 1e-6 at a critical point. */
  correction: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A pair of numbers.
    #[wasm_bindgen(typescript_type = "Pair")]
    pub type Pair;
    /// A 2×2 matrix, row by row.
    #[wasm_bindgen(typescript_type = "[Pair, Pair]")]
    pub type Matrix2;
    /// A square matrix: row by row, as one list or as a list of rows.
    #[wasm_bindgen(typescript_type = "number[] | number[][]")]
    pub type Matrix;
    /// Eigenpairs.
    #[wasm_bindgen(typescript_type = "Eigen")]
    pub type EigenObject;
    /// A verdict.
    #[wasm_bindgen(typescript_type = "Verdict")]
    pub type VerdictObject;
    /// A rectangle: ranges of w₁ and w₂.
    #[wasm_bindgen(typescript_type = "[Pair, Pair]")]
    pub type ViewPairs;
}

/// L(θ) of a landscape or formula; NaN where it is not defined.
///
/// # Errors
///
/// `formula.*` for a formula that is none, `control.not-a-point` if `at` is not two numbers.
#[wasm_bindgen]
pub fn value(loss: &str, at: &Pair) -> Result<f64, JsError> {
    Ok(Loss::parse(loss)?.value(point(at)?))
}

/// ∇L(θ) of a landscape or formula.
///
/// # Errors
///
/// As [`value`].
#[wasm_bindgen]
pub fn gradient(loss: &str, at: &Pair) -> Result<Pair, JsError> {
    Ok(list(&derivative::jet(&Loss::parse(loss)?, point(at)?).gradient).unchecked_into())
}

/// The Hessian of a landscape or formula at θ, row by row.
///
/// # Errors
///
/// As [`value`].
#[wasm_bindgen]
pub fn hessian(loss: &str, at: &Pair) -> Result<Matrix2, JsError> {
    Ok(rows(&derivative::jet(&Loss::parse(loss)?, point(at)?).hessian).unchecked_into())
}

/// The eigenpairs of a symmetric matrix: A·v = λ·v. The lower triangle is read.
///
/// # Errors
///
/// `eigen.not-square`, `eigen.not-finite`.
#[wasm_bindgen]
pub fn eigen(matrix: &Matrix) -> Result<EigenObject, JsError> {
    Ok(pairs(&critical::eigen(&numbers(&Array::from(matrix).flat(1)))?).unchecked_into())
}

/// The verdict on a point of a landscape or formula. `view` (default: where the loss is usually looked at) gives the
/// length that "small" refers to.
///
/// # Errors
///
/// As [`value`].
#[wasm_bindgen]
pub fn classify(loss: &str, at: &Pair, view: Option<ViewPairs>) -> Result<VerdictObject, JsError> {
    let loss = Loss::parse(loss)?;
    let view = match view {
        Some(view) => rectangle(&view)?,
        None => loss.domain(),
    };
    let verdict = critical::classify(&loss, point(at)?, view, Tolerance::default());
    let (kind, degeneracy) = match verdict.kind {
        Kind::Minimum => ("minimum", None),
        Kind::Maximum => ("maximum", None),
        Kind::Saddle => ("saddle", None),
        Kind::Degenerate(Degeneracy::NoMaximum) => ("degenerate", Some("no-maximum")),
        Kind::Degenerate(Degeneracy::NoMinimum) => ("degenerate", Some("no-minimum")),
        Kind::Degenerate(Degeneracy::Flat) => ("degenerate", Some("flat")),
        Kind::NotCritical => ("not-critical", None),
        Kind::NotDifferentiable => ("not-differentiable", None),
        Kind::NotDefined => ("not-defined", None),
    };
    let out = Object::new();
    put(&out, "kind", kind.into());
    put(&out, "degeneracy", degeneracy.map_or(JsValue::NULL, JsValue::from));
    put(&out, "value", verdict.jet.value.into());
    put(&out, "gradient", list(&verdict.jet.gradient).into());
    put(&out, "hessian", rows(&verdict.jet.hessian).into());
    let eigen = verdict.curvature.map(|c| critical::Eigen {
        values: c.lambda.to_vec(),
        vectors: c.v.iter().map(|v| v.to_vec()).collect(),
    });
    put(&out, "eigen", eigen.map_or(JsValue::NULL, |e| pairs(&e).into()));
    put(&out, "correction", verdict.correction.into());
    Ok(out.unchecked_into())
}

fn not_a_point() -> Error {
    Error::new("control.not-a-point")
}

fn numbers(list: &Array) -> Vec<f64> {
    list.iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

fn pair(value: &JsValue) -> Result<[f64; 2], Error> {
    let numbers: Option<Vec<f64>> = Array::from(value).iter().map(|x| x.as_f64()).collect();
    numbers.and_then(|numbers| <[f64; 2]>::try_from(numbers).ok()).ok_or_else(not_a_point)
}

fn point(at: &Pair) -> Result<[f64; 2], Error> {
    pair(at)
}

fn rectangle(view: &ViewPairs) -> Result<View, Error> {
    let ranges = Array::from(view);
    let (x, y) = (pair(&ranges.get(0))?, pair(&ranges.get(1))?);
    let view = View { x, y };
    let proper = |[lo, hi]: [f64; 2]| lo < hi && lo.is_finite() && hi.is_finite();
    if proper(x) && proper(y) { Ok(view) } else { Err(not_a_point()) }
}

pub(super) fn list(numbers: &[f64]) -> Array {
    numbers.iter().map(|x| JsValue::from_f64(*x)).collect()
}

fn rows<R: AsRef<[f64]>>(matrix: &[R]) -> Array {
    matrix.iter().map(|row| list(row.as_ref())).collect()
}

fn pairs(eigen: &critical::Eigen) -> Object {
    let out = Object::new();
    put(&out, "values", list(&eigen.values).into());
    put(&out, "vectors", rows(&eigen.vectors).into());
    out
}

pub(super) fn put(object: &Object, key: &str, value: JsValue) {
    // Setting a property of a fresh ordinary object cannot fail.
    let _ = Reflect::set(object, &JsString::from(key), &value);
}
