//! The plain functions for scripts: L, its gradient, its Hessian, eigenpairs, the verdict, all critical points in a view.

use crate::critical::{self, Completeness, Degeneracy, Kind, Tolerance};
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

/** What a degenerate critical point is. */
export type Nature = "minimum" | "maximum" | "shoulder" | "saddle" | "curve-minima" | "curve-maxima" | "curve" | "constant"
  | "undecided";

/** A critical point that was found. */
export interface CriticalPoint {
  at: Pair;
  kind: PointKind;
  /** For "degenerate": what the higher-order terms decide. */
  nature: Nature | null;
  value: number;
  /** Eigenvalues of the Hessian, ascending. */
  eigenvalues: Pair;
  /** Whether it is proved that it exists and that no other lies next to it. */
  proved: boolean;
}

/** All critical points of a loss in a view. */
export interface CriticalPoints {
  /** The isolated ones, the lowest loss first. */
  points: CriticalPoint[];
  /** Curves of critical points; a pair of NaN breaks a line. */
  curves: { points: Pair[]; nature: Nature; value: number }[];
  /** Places where the loss is not differentiable, which may be lowest or highest points all the same. */
  kinks: Pair[];
  /** Rectangles (ranges of w₁ and w₂) in which the loss is constant. */
  constant: [Pair, Pair][];
  /** "proved": these are all; "apart": proved but for what lies next to what is named; "resolution": not proved; "partial": too many. */
  complete: "proved" | "apart" | "resolution" | "partial";
  /** The share of the view to which that refers. */
  resolution: number;
}

/** The verdict on a point, with what it rests on. */
export interface Verdict {
  kind: PointKind;
  /** For "degenerate": what the Hessian still says. */
  degeneracy: "no-maximum" | "no-minimum" | "flat" | null;
  /** For "degenerate": what the higher-order terms decide. */
  nature: Nature | null;
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
    /// What a search found.
    #[wasm_bindgen(typescript_type = "CriticalPoints")]
    pub type FoundObject;
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
/// `eigen.not-square` if the entries do not fill a square, `eigen.not-finite` if an entry or an eigenvalue is no finite
/// number, `eigen.no-convergence` if the iteration does not end.
#[wasm_bindgen]
pub fn eigen(matrix: &Matrix) -> Result<EigenObject, JsError> {
    Ok(pairs(&critical::eigen(&numbers(&Array::from(matrix).flat(1)))?).unchecked_into())
}

/// The verdict on a point of a landscape or formula. `view` (default: where the loss is usually looked at) gives the
/// length that "small" refers to.
///
/// # Errors
///
/// As [`value`], and `control.not-a-point` if `view` is no rectangle.
#[wasm_bindgen]
pub fn classify(loss: &str, at: &Pair, view: Option<ViewPairs>) -> Result<VerdictObject, JsError> {
    let loss = Loss::parse(loss)?;
    let view = viewed(&loss, view)?;
    let at = point(at)?;
    let verdict = critical::classify(&loss, at, view, Tolerance::default());
    let kind = kind_name(verdict.kind);
    let (degeneracy, nature) = match verdict.kind {
        Kind::Degenerate(why) => {
            let why = match why {
                Degeneracy::NoMaximum => "no-maximum",
                Degeneracy::NoMinimum => "no-minimum",
                Degeneracy::Flat => "flat",
            };
            (Some(why), Some(critical::decide(&loss, at, view).nature.name()))
        }
        _ => (None, None),
    };
    let out = Object::new();
    put(&out, "kind", kind.into());
    put(&out, "degeneracy", degeneracy.map_or(JsValue::NULL, JsValue::from));
    put(&out, "nature", nature.map_or(JsValue::NULL, JsValue::from));
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

/// All critical points of a landscape or formula in a view (default: where the loss is usually looked at).
///
/// # Errors
///
/// `formula.*` for a formula that is none, `control.not-a-point` if `view` is no rectangle.
#[wasm_bindgen(js_name = criticalPoints)]
pub fn critical_points(loss: &str, view: Option<ViewPairs>) -> Result<FoundObject, JsError> {
    let loss = Loss::parse(loss)?;
    let found = critical::search(&loss, viewed(&loss, view)?);
    let out = Object::new();
    let points: Array = found
        .points
        .iter()
        .map(|p| {
            let point = Object::new();
            let lambda = p.verdict.curvature.map_or([f64::NAN; 2], |c| c.lambda);
            put(&point, "at", list(&p.at).into());
            put(&point, "kind", kind_name(p.verdict.kind).into());
            put(&point, "nature", p.decision.map_or(JsValue::NULL, |d| d.nature.name().into()));
            put(&point, "value", p.verdict.jet.value.into());
            put(&point, "eigenvalues", list(&lambda).into());
            put(&point, "proved", p.proved.into());
            point
        })
        .collect();
    let curves: Array = found
        .curves
        .iter()
        .map(|c| {
            let curve = Object::new();
            put(&curve, "points", rows(&c.points).into());
            put(&curve, "nature", c.decision.nature.name().into());
            put(&curve, "value", c.verdict.jet.value.into());
            curve
        })
        .collect();
    let constant: Array = found.constant.iter().map(|cell| rows(&[cell.x, cell.y])).collect();
    let (complete, resolution) = match found.completeness {
        Completeness::Proved => ("proved", 0.0),
        Completeness::Apart(share) => ("apart", share),
        Completeness::Resolution(share) => ("resolution", share),
        Completeness::Partial => ("partial", 0.0),
    };
    put(&out, "points", points.into());
    put(&out, "curves", curves.into());
    put(&out, "kinks", rows(&found.kinks).into());
    put(&out, "constant", constant.into());
    put(&out, "complete", complete.into());
    put(&out, "resolution", resolution.into());
    Ok(out.unchecked_into())
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "minimum",
        Kind::Maximum => "maximum",
        Kind::Saddle => "saddle",
        Kind::Degenerate(_) => "degenerate",
        Kind::NotCritical => "not-critical",
        Kind::NotDifferentiable => "not-differentiable",
        Kind::NotDefined => "not-defined",
    }
}

/// The given view, or where the loss is usually looked at.
fn viewed(loss: &Loss, view: Option<ViewPairs>) -> Result<View, Error> {
    view.map_or_else(|| Ok(loss.domain()), |view| rectangle(&view))
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
