//! What must hold for every matrix and every loss: identities of eigenpairs, and verdicts that do not depend on how a
//! loss is scaled, turned or shifted.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use proptest::prelude::*;
use saddlescope::critical::{
    Curvature, Degeneracy, Kind, Tolerance, classify, classify_along, eigen, nearest_critical,
};
use saddlescope::loss::{Landscape, Loss, View};

const EPS: f64 = f64::EPSILON;

/// A symmetric matrix, row by row, with its eigenvalues (ascending) where they are known.
#[derive(Clone, Debug)]
struct Symmetric {
    n: usize,
    entries: Vec<f64>,
    known: Option<Vec<f64>>,
}

fn by_entries(n: usize) -> impl Strategy<Value = Symmetric> {
    prop::collection::vec(prop_oneof![4 => -1.0..1.0, 1 => Just(0.0), 1 => -1e-12..1e-12], n * n).prop_map(
        move |raw| {
            let entries = (0..n * n).map(|k| raw[(k / n).max(k % n) * n + (k / n).min(k % n)]).collect();
            Symmetric { n, entries, known: None }
        },
    )
}

/// QDQᵀ with Q a product of reflections: eigenvalues repeated, zero or tiny as drawn.
fn by_spectrum(n: usize) -> impl Strategy<Value = Symmetric> {
    let value = prop_oneof![Just(0.0), Just(1.0), Just(-2.0), Just(1e-13), -3.0..3.0];
    let directions = prop::collection::vec(prop::collection::vec(-1.0..1.0, n), 3);
    (prop::collection::vec(value, n), directions).prop_map(move |(mut values, directions)| {
        let mut a = vec![0.0; n * n];
        values.iter().enumerate().for_each(|(i, l): (usize, &f64)| a[i * n + i] = *l);
        for u in directions {
            let square: f64 = u.iter().map(|x| x * x).sum();
            if square < 0.1 {
                continue;
            }
            // (I − 2uuᵀ/u²) A (I − 2uuᵀ/u²) = A − u wᵀ − w uᵀ with w = 2Au/u² − (2uᵀAu/u⁴) u
            let au: Vec<f64> = (0..n).map(|i| (0..n).map(|j| a[i * n + j] * u[j]).sum()).collect();
            let uau: f64 = u.iter().zip(&au).map(|(x, y)| x * y).sum();
            let w: Vec<f64> = u
                .iter()
                .zip(&au)
                .map(|(x, y)| 2.0 * y / square - 2.0 * uau / (square * square) * x)
                .collect();
            for i in 0..n {
                for j in 0..=i {
                    a[i * n + j] -= u[i] * w[j] + w[i] * u[j];
                    a[j * n + i] = a[i * n + j];
                }
            }
        }
        values.sort_by(f64::total_cmp);
        Symmetric { n, entries: a, known: Some(values) }
    })
}

fn symmetric() -> impl Strategy<Value = Symmetric> {
    let shape = (1usize..=12).prop_flat_map(|n| prop_oneof![by_entries(n).boxed(), by_spectrum(n).boxed()]);
    (shape, -9i32..=9).prop_map(|(mut matrix, power)| {
        let scale = 10f64.powi(power);
        matrix.entries.iter_mut().chain(matrix.known.iter_mut().flatten()).for_each(|x| *x *= scale);
        matrix
    })
}

/// The largest |Av − λv|, |vᵢᵀvⱼ − δᵢⱼ| and |Σλ − trace|, in units of n·ε (times max|λ|).
fn check_eigenpairs(matrix: &Symmetric) -> Result<(), TestCaseError> {
    let Symmetric { n, entries, known } = matrix;
    let n = *n;
    let found = eigen(entries).unwrap();
    let norm = found.values.iter().fold(0.0, |m: f64, l| m.max(l.abs()));
    let unit = n as f64 * EPS;
    prop_assert!(found.values.windows(2).all(|pair| pair[0] <= pair[1]), "not ascending: {:?}", found.values);
    for (i, (value, v)) in found.values.iter().zip(&found.vectors).enumerate() {
        for row in 0..n {
            let av: f64 = (0..n).map(|k| entries[row * n + k] * v[k]).sum();
            prop_assert!(
                (av - value * v[row]).abs() <= 4.0 * unit * norm,
                "Av − λv at {i}: {}",
                av - value * v[row]
            );
        }
        for (j, other) in found.vectors.iter().enumerate() {
            let product: f64 = v.iter().zip(other).map(|(a, b)| a * b).sum();
            let exact = if i == j { 1.0 } else { 0.0 };
            prop_assert!((product - exact).abs() <= 4.0 * unit, "v{i}·v{j} = {product}");
        }
        let first = v.iter().find(|x| **x != 0.0);
        prop_assert!(first.is_some_and(|x| *x > 0.0), "the first component of v{i} is {first:?}");
    }
    let trace: f64 = (0..n).map(|i| entries[i * n + i]).sum();
    let sum: f64 = found.values.iter().sum();
    prop_assert!((sum - trace).abs() <= unit * n as f64 * norm, "Σλ = {sum}, trace {trace}");
    if norm > 0.0 {
        let scaled = nalgebra::DMatrix::from_row_slice(n, n, entries) / norm;
        let product: f64 = found.values.iter().map(|l| l / norm).product();
        let determinant = scaled.determinant();
        // Each of n factors of size at most 1 is off by n·ε, and elimination rounds as much.
        let tolerance = 8.0 * unit * n as f64;
        prop_assert!((product - determinant).abs() <= tolerance, "∏λ = {product}, det {determinant}");
    }
    for (value, exact) in found.values.iter().zip(known.iter().flatten()) {
        // The matrix itself was rounded in three reflections.
        prop_assert!((value - exact).abs() <= 32.0 * unit * norm + 1e-300, "λ = {value}, not {exact}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn eigenpairs_satisfy_their_identities(matrix in symmetric()) {
        check_eigenpairs(&matrix)?;
    }

    #[test]
    fn closed_form_and_iteration_agree(a in -3.0..3.0, b in -3.0..3.0, d in -3.0..3.0, phi in -4.0..4.0) {
        let small = Curvature::of([[a, b], [b, d]]).unwrap();
        // The same matrix with a third axis of its own.
        let large = eigen(&[a, b, 0.0, b, d, 0.0, 0.0, 0.0, 100.0]).unwrap();
        for i in 0..2 {
            prop_assert!((small.lambda[i] - large.values[i]).abs() < 1e-14);
        }
        let (c, s) = (f64::cos(phi), f64::sin(phi));
        prop_assert!((small.along(phi) - (a * c * c + 2.0 * b * c * s + d * s * s)).abs() < 1e-13);
    }

    #[test]
    fn a_verdict_survives_scaling_turning_and_shifting(
        which in 0..KNOWN_AT_ORIGIN.len(),
        power in -9i32..=9,
        angle in -3.2..3.2,
        shift in (-2.0..2.0, -2.0..2.0),
        error in (-1e-9..1e-9, -1e-9..1e-9),
    ) {
        let (formula, kind) = KNOWN_AT_ORIGIN[which];
        let scale = 10f64.powi(power);
        let (c, s) = (f64::cos(angle), f64::sin(angle));
        let (x, y) = (format!("(x-({}))", shift.0), format!("(y-({}))", shift.1));
        let (u, v) = (format!("({c}*{x}+({s})*{y})"), format!("({c}*{y}-({s})*{x})"));
        // Exponents and function names hold no x or y except exp; none of the formulas has it.
        let turned: String = formula.chars().map(|letter| match letter {
            'x' => u.clone(),
            'y' => v.clone(),
            other => other.to_string(),
        }).collect();
        let loss = Loss::parse(&format!("{scale:e}*({turned})")).unwrap();
        let at = [shift.0 + error.0, shift.1 + error.1];
        let found = classify(&loss, at, VIEW, Tolerance::default());
        prop_assert_eq!(found.kind, kind, "{} at {:?}: {:?}", formula, at, found);
    }
}

#[test]
fn eigenpairs_of_a_large_matrix() {
    let n = 80;
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    let raw: Vec<f64> = (0..n * n).map(|_| next()).collect();
    let entries = (0..n * n).map(|k| raw[(k / n).max(k % n) * n + (k / n).min(k % n)]).collect();
    check_eigenpairs(&Symmetric { n, entries, known: None }).unwrap();
}

const VIEW: View = View { x: [-3.0, 3.0], y: [-3.0, 3.0] };
const NO_MAXIMUM: Kind = Kind::Degenerate(Degeneracy::NoMaximum);
const NO_MINIMUM: Kind = Kind::Degenerate(Degeneracy::NoMinimum);
const FLAT: Kind = Kind::Degenerate(Degeneracy::Flat);

/// Kinds of the origin. The second-order kinds also with a small λ, and with higher terms that must not matter.
const KNOWN_AT_ORIGIN: &[(&str, Kind)] = &[
    ("x^2+y^2", Kind::Minimum),
    ("x^2+1e-6*y^2", Kind::Minimum),
    ("x^2+y^2+5*x^3-7*x*y^2", Kind::Minimum),
    ("-x^2-3*y^2+y^4", Kind::Maximum),
    ("x^2-y^2", Kind::Saddle),
    ("x*y", Kind::Saddle),
    ("x^2-1e-6*y^2", Kind::Saddle),
    ("(1-x*y)^2", Kind::Saddle),
    ("x^2+y^4", NO_MAXIMUM),
    ("x^2-y^4", NO_MAXIMUM),
    ("x^2+y^3", NO_MAXIMUM),
    ("x^2", NO_MAXIMUM),
    ("(y-x^2)*(y-3*x^2)", NO_MAXIMUM),
    ("-x^2-y^4", NO_MINIMUM),
    ("-x^2+y^6", NO_MINIMUM),
    ("x^4+y^4", FLAT),
    ("-x^4-y^4", FLAT),
    ("x^3-3*x*y^2", FLAT),
    ("x^3+y^3", FLAT),
    ("x^2*y", FLAT),
    ("x", Kind::NotCritical),
    ("x+y^2", Kind::NotCritical),
    ("1e-6*x+y^2", Kind::NotCritical),
    ("x+x^3+y^4", Kind::NotCritical),
    ("1e-3*x+x^3*y", Kind::NotCritical),
];

#[test]
fn known_kinds_elsewhere() {
    let root = 1.0 / 3.0;
    for (formula, at, kind) in [
        ("1", [0.3, 0.2], FLAT),
        ("(1-x*y)^2", [1.0, 1.0], NO_MAXIMUM),
        ("(1-x*y)^2", [-0.4, -2.5], NO_MAXIMUM),
        ("(1-x*y)^2", [root, 3.0], NO_MAXIMUM),
        ("(1-x*y)^2", [1.0, 1.001], Kind::NotCritical),
        // A tiny gradient is not a zero one.
        ("exp(-x^2-y^2)", [6.0, 6.0], Kind::NotCritical),
        ("exp(-x^2-y^2)", [2.5, -2.5], Kind::NotCritical),
        ("exp(-x^2-y^2)", [0.0, 0.0], Kind::Maximum),
        ("sigmoid(x+y)", [-20.0, -20.0], Kind::NotCritical),
        ("(x-1/3)^4+(y-1/3)^4", [root, root], FLAT),
        // The same written out: H is 10⁻¹⁶ there by rounding, not 0.
        ("x^4-4/3*x^3+2/3*x^2-4/27*x+y^4-4/3*y^3+2/3*y^2-4/27*y", [root, root], FLAT),
        ("x^4-4/3*x^3+2/3*x^2-4/27*x+y^2", [root, 0.0], NO_MAXIMUM),
        ("abs(x)+y^2", [0.0, 0.0], Kind::NotDifferentiable),
        ("relu(x)+y^2", [0.0, 1.0], Kind::NotDifferentiable),
        ("sqrt(x^2+y^2)", [0.0, 0.0], Kind::NotDifferentiable),
        ("abs(x)+y^2", [0.5, 0.0], Kind::NotCritical),
        ("log(x)", [-1.0, 0.0], Kind::NotDefined),
        ("1/x", [0.0, 0.0], Kind::NotDefined),
    ] {
        let loss = Loss::parse(formula).unwrap();
        for scale in [1.0, 1e-9, 1e9] {
            let scaled = Loss::parse(&format!("{scale:e}*({formula})")).unwrap();
            let found = classify(&scaled, at, VIEW, Tolerance::default());
            assert_eq!(found.kind, kind, "{scale:e}·{formula} at {at:?}: {found:?}");
        }
        let found = classify(&loss, at, VIEW, Tolerance::default());
        assert_eq!(found.kind, kind, "{formula} at {at:?}");
    }
}

#[test]
fn known_kinds_of_the_named_landscapes() {
    for (id, at, kind) in [
        ("one-datum", [0.0, 0.0], Kind::Saddle),
        ("one-datum", [-2.0, -0.5], NO_MAXIMUM),
        ("saddle", [0.0, 0.0], Kind::Saddle),
        ("monkey-saddle", [0.0, 0.0], FLAT),
        ("quartic-bowl", [0.0, 0.0], FLAT),
        ("quartic-trough", [0.0, 0.0], NO_MAXIMUM),
        ("quartic-saddle", [0.0, 0.0], NO_MAXIMUM),
        ("shoulder", [0.0, 0.0], NO_MAXIMUM),
        ("rosenbrock", [1.0, 1.0], Kind::Minimum),
        ("himmelblau", [3.0, 2.0], Kind::Minimum),
        ("beale", [3.0, 0.5], Kind::Minimum),
        ("beale", [0.0, 1.0], Kind::Saddle),
        ("booth", [1.0, 3.0], Kind::Minimum),
        ("matyas", [0.0, 0.0], Kind::Minimum),
        ("rastrigin", [0.0, 0.0], Kind::Minimum),
        ("griewank", [0.0, 0.0], Kind::Minimum),
        ("levy-13", [1.0, 1.0], Kind::Minimum),
        ("ackley", [0.0, 0.0], Kind::NotDifferentiable),
    ] {
        let landscape = Landscape::from_id(id).unwrap_or_else(|| panic!("no landscape {id}"));
        let loss = Loss::landscape(landscape);
        let found = classify(&loss, at, landscape.domain(), Tolerance::default());
        assert_eq!(found.kind, kind, "{id} at {at:?}: {found:?}");
    }
    for landscape in Landscape::ALL {
        let loss = Loss::landscape(landscape);
        let found = classify(&loss, landscape.start(), landscape.domain(), Tolerance::default());
        assert_eq!(found.kind, Kind::NotCritical, "the start of {}", landscape.id());
    }
}

#[test]
fn a_frozen_direction_has_its_own_kind() {
    use std::f64::consts::FRAC_PI_4;
    for (formula, at, phi, kind) in [
        ("(1-x*y)^2", [0.0, 0.0], -FRAC_PI_4, Kind::Minimum),
        ("(1-x*y)^2", [0.0, 0.0], FRAC_PI_4, Kind::Maximum),
        ("(1-x*y)^2", [0.0, 0.0], 0.0, FLAT),
        ("(1-x*y)^2", [0.5, -0.5], -FRAC_PI_4, Kind::NotCritical),
        ("(1-x*y)^2", [1.0, 1.0], -FRAC_PI_4, FLAT),
        ("(1-x*y)^2", [1.0, 1.0], FRAC_PI_4, Kind::Minimum),
        ("x^2+y", [0.0, 0.7], 0.0, Kind::Minimum),
        ("x^2-y^4", [0.0, 0.0], 2.0 * FRAC_PI_4, FLAT),
        ("x+y^2", [0.0, 0.0], 0.0, Kind::NotCritical),
        ("abs(x)+y^2", [0.0, 0.0], 0.0, Kind::NotDifferentiable),
    ] {
        for scale in ["1", "1e-9", "1e9"] {
            let loss = Loss::parse(&format!("{scale}*({formula})")).unwrap();
            let found = classify_along(&loss, at, phi, VIEW, Tolerance::default());
            assert_eq!(found.kind, kind, "{scale}·{formula} at {at:?} along {phi}: {found:?}");
        }
    }
}

/// The known isolated critical points: formula, view, points.
fn known_points() -> Vec<(String, View, Vec<[f64; 2]>)> {
    let text = std::fs::read_to_string("tests/oracles/critical_points.json").unwrap();
    let data: serde_json::Value = serde_json::from_str(&text).unwrap();
    let pair = |v: &serde_json::Value| [v[0].as_f64().unwrap(), v[1].as_f64().unwrap()];
    let cases = data["cases"].as_array().unwrap().iter().map(|case| {
        let formula = case["expr"].as_str().unwrap().to_string();
        let points: Vec<[f64; 2]> =
            case["isolated"].as_array().unwrap().iter().map(|p| pair(&p["p"])).collect();
        let view = match case["window"].as_array() {
            Some(window) => View { x: pair(&window[0]), y: pair(&window[1]) },
            None => View { x: [-5.0, 5.0], y: [-5.0, 5.0] },
        };
        (formula, view, points)
    });
    cases.collect()
}

#[test]
fn the_nearest_critical_point_is_found_from_close_by() {
    let mut count = 0;
    for (formula, view, points) in known_points() {
        let loss = Loss::parse(&formula).unwrap();
        for (i, p) in points.iter().enumerate() {
            let others = points.iter().enumerate().filter(|(j, _)| *j != i);
            let spacing = others.map(|(_, q)| (p[0] - q[0]).hypot(p[1] - q[1])).fold(1.0, f64::min);
            for phi in [0.3, 2.4, 4.5] {
                let from = [p[0] + 0.02 * spacing * f64::cos(phi), p[1] + 0.02 * spacing * f64::sin(phi)];
                let found = nearest_critical(&loss, from, view);
                let error = found.map_or(f64::INFINITY, |f| (f[0] - p[0]).hypot(f[1] - p[1]));
                assert!(error <= 1e-9, "{formula}: {found:?}, not {p:?}, from {from:?}");
                count += 1;
            }
        }
    }
    assert!(count > 300, "only {count} searches");
}

#[test]
fn no_critical_point_is_invented() {
    for (formula, view) in [
        ("x+y", VIEW),
        ("x^2+y", VIEW),
        ("exp(-x^2-y^2)", View { x: [2.0, 8.0], y: [2.0, 8.0] }),
        ("1/2*sigmoid(x+y)^2", VIEW),
        ("abs(x)+abs(y)", VIEW),
        ("log(-1-x^2)", VIEW),
    ] {
        let loss = Loss::parse(formula).unwrap();
        for from in [view.centre(), [view.x[0], view.y[1]], [view.x[1] - 0.7, view.y[1] - 0.1]] {
            assert_eq!(nearest_critical(&loss, from, view), None, "{formula} from {from:?}");
        }
    }
}

#[test]
fn on_a_curve_of_critical_points_one_of_them_is_found() {
    let loss = Loss::notes();
    for from in [[1.0, 1.3], [0.6, 2.0], [-1.5, -0.4]] {
        let [x, y] = nearest_critical(&loss, from, VIEW).unwrap();
        assert!((x * y - 1.0).abs() < 1e-12, "({x}, {y})");
        let distance = (x - from[0]).hypot(y - from[1]);
        assert!(distance < 0.5, "{distance} away");
    }
}
