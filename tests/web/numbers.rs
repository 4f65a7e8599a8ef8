//! The numbers agree with the oracles as they do natively, and the functions of the module give them.

use crate::browser::{floats, page};
use saddlescope::critical::eigen;
use saddlescope::derivative::jet;
use saddlescope::loss::Loss;
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

const LANDSCAPES: &str = include_str!("../oracles/landscapes.json");

const EIGEN: &str = include_str!("../oracles/eigen.json");

#[wasm_bindgen_test]
fn jets_agree_with_the_oracle() {
    let oracle: Value = serde_json::from_str(LANDSCAPES).unwrap();
    let (mut points, mut wrong) = (0, Vec::new());
    for case in oracle["losses"].as_array().unwrap() {
        // What cannot be parsed here cannot be parsed natively either: that is for tests/oracles.rs to say.
        let Ok(loss) = Loss::parse(case["expr"].as_str().unwrap()) else { continue };
        for point in case["points"].as_array().unwrap() {
            let at = floats(&point["p"]);
            let jet = jet(&loss, [at[0], at[1]]);
            let deviation = floats(&point["f64dev"]);
            let mut check = |what: &str, got: f64, wanted: f64, deviation: f64| {
                let tolerance = 10.0 * deviation + 1e-12 * wanted.abs().max(1.0);
                if (got - wanted).abs() > tolerance && wanted.is_finite() {
                    wrong.push(format!("{} {what}: {got} for {wanted}", point["id"]));
                }
            };
            check("value", jet.value, point["value"].as_f64().unwrap_or(f64::NAN), deviation[0]);
            for (got, wanted) in jet.gradient.iter().zip(floats(&point["grad"])) {
                check("gradient", *got, wanted, deviation[1]);
            }
            let hessian = [jet.hessian[0][0], jet.hessian[0][1], jet.hessian[1][1]];
            for (got, wanted) in hessian.iter().zip(floats(&point["hess"])) {
                check("hessian", *got, wanted, deviation[2]);
            }
            points += 1;
        }
    }
    assert!(points > 500, "only {points} points");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[wasm_bindgen_test]
fn eigenvalues_agree_with_the_oracle() {
    let oracle: Value = serde_json::from_str(EIGEN).unwrap();
    let cases = oracle["cases"].as_array().unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let n = case["n"].as_u64().unwrap() as usize;
        let lower = floats(&case["lower"]);
        let entry = |i: usize, j: usize| {
            let (i, j) = (i.max(j), i.min(j));
            lower[i * (i + 1) / 2 + j]
        };
        let matrix: Vec<f64> = (0..n * n).map(|k| entry(k / n, k % n)).collect();
        let tolerance = n as f64 * f64::EPSILON * case["norm2"].as_f64().unwrap();
        for (got, wanted) in eigen(&matrix).unwrap().values.iter().zip(floats(&case["eig"])) {
            assert!((got - wanted).abs() <= tolerance, "{}: {got} for {wanted}", case["id"]);
        }
    }
}

#[wasm_bindgen_test]
async fn the_module_offers_optimizers_and_schedules() {
    let got = page(
        r#"
        const { ready, Optimizer, schedule } =
          await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
        await ready;
        const adam = new Optimizer("adam", { dialect: "pytorch", parameters: { epsilon: 0 }, rate: 0.1 });
        const start = [0.5, 1];
        const first = adam.step("one-datum", start);
        const eta = schedule("power-of-ten", { rate: 0.1, period: 100 });
        const descent = new Optimizer("gradient-descent", { dimension: 3 });
        const newton = new Optimizer("newton");
        const bowl = { gradient: ([x, y]) => [2 * x, 4 * y], hessian: () => [[2, 0], [0, 4]] };
        const refused = [];
        for (const run of [
          () => new Optimizer("adamx"),
          () => new Optimizer("adam", { parameters: { beta1: 1 } }),
          () => new Optimizer("adam", { dialect: "torch" }),
          () => schedule("cosinus"),
          () => newton.step((theta) => theta, [1, 1]),
          () => newton.step("1 +", [1, 1]),
          () => descent.step(() => { throw new RangeError("mine"); }, [1, 2, 3]),
          () => descent.step("x^2", [1, 2]),
          () => new Optimizer(3),
        ]) {
          try { run(); } catch (error) { refused.push(error.message.split(",")[0]); }
        }
        return {
          first, start, t: adam.state.t, m: adam.state.vectors["m̂"], eta: [0, 50].map((t) => eta(t).rate),
          cycle: schedule("one-cycle")(10).momentum, three: descent.step((t) => t.map((x) => 2 * x), [1, 2, 3], eta(100)),
          newton: newton.step(bowl, [1, 1]), taken: [newton.state.t, descent.state.t], refused,
        };
        "#,
    )
    .await;
    assert_eq!(
        (&got["first"], &got["start"]),
        (&serde_json::json!([0.6, 1.1]), &serde_json::json!([0.5, 1]))
    );
    assert_eq!((&got["t"], &got["m"]), (&serde_json::json!(1), &serde_json::json!([-1, -0.5])));
    for (x, y) in floats(&got["eta"]).iter().zip([0.1, 0.1 / 10f64.sqrt()]) {
        assert!((x - y).abs() < 1e-15, "{got}");
    }
    assert!((0.85..0.95).contains(&got["cycle"].as_f64().unwrap()), "{got}");
    assert_eq!(got["three"], serde_json::json!([0.98, 1.96, 2.94]));
    assert_eq!((&got["newton"], &got["taken"]), (&serde_json::json!([0, 0]), &serde_json::json!([1, 1])));
    let codes = [
        "optimizer.method",
        "optimizer.parameter",
        "optimizer.dialect",
        "schedule.family",
        "optimizer.oracle",
    ];
    let refused = got["refused"].as_array().unwrap();
    for (i, code) in codes.iter().enumerate() {
        assert_eq!(refused[i], *code);
    }
    assert!(
        refused[5].as_str().unwrap().starts_with("formula.unexpected-end") && refused[6] == "mine",
        "{got}"
    );
    assert_eq!((&refused[7], &refused[8]), (&"optimizer.point".into(), &"optimizer.method".into()), "{got}");
}

#[wasm_bindgen_test]
async fn the_module_offers_the_plain_functions() {
    let got = page(
        r#"
        const { ready, value, gradient, hessian, eigen, classify, criticalPoints } =
          await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
        await ready;
        const loss = "(1-w1*w2)^2";
        const refused = [];
        for (const run of [() => value("1 +", [0, 0]), () => value(loss, [1]), () => eigen([1, 2]), () => value(loss, "ab")]) {
          try { run(); } catch (error) { refused.push(error instanceof Error && error.message); }
        }
        const { kind, eigen: { values }, hessian: bent } = classify(loss, [0, 0]);
        const all = criticalPoints("himmelblau", [[-5, 5], [-5, 5]]);
        const notes = criticalPoints(loss);
        return {
          all: [all.points.map((p) => p.kind).sort().join(" "), all.complete, all.points[0].at.length, all.points.every((p) => p.proved)],
          notes: [notes.points.length, notes.points[0].eigenvalues, notes.curves.map((c) => c.nature), notes.complete],
          nature: classify("(y-x^2)*(y-3x^2)", [0, 0]).nature,
          number: value(3, [1, 2]), value: value(loss, [2, 1]), gradient: gradient(loss, [2, 1]), hessian: hessian(loss, [2, 1]),
          eigen: eigen([[0, -2], [-2, 0]]), flat: eigen([2, 0, 0, 1]).values,
          verdict: [kind, values, bent], minimum: classify("himmelblau", [3, 2], [[-5, 5], [-5, 5]]).kind, refused,
        };
        "#,
    )
    .await;
    let r = std::f64::consts::FRAC_1_SQRT_2;
    assert_eq!(got["value"], 1.0);
    assert_eq!(got["number"], 3.0);
    assert_eq!(got["gradient"], serde_json::json!([2, 4]));
    assert_eq!(got["hessian"], serde_json::json!([[2, 6], [6, 8]]));
    assert_eq!(got["eigen"]["values"], serde_json::json!([-2, 2]));
    for (i, wanted) in [[r, r], [r, -r]].iter().enumerate() {
        for (x, y) in floats(&got["eigen"]["vectors"][i]).iter().zip(wanted) {
            assert!((x - y).abs() < 1e-15, "{got}");
        }
    }
    assert_eq!(got["flat"], serde_json::json!([1, 2]));
    assert_eq!(got["verdict"], serde_json::json!(["saddle", [-2, 2], [[0, -2], [-2, 0]]]));
    assert_eq!(got["minimum"], "minimum");
    let kinds = "maximum minimum minimum minimum minimum saddle saddle saddle saddle";
    assert_eq!(got["all"], serde_json::json!([kinds, "proved", 2, true]));
    let curves = serde_json::json!(["curve-minima", "curve-minima"]);
    assert_eq!(got["notes"], serde_json::json!([1, [-2, 2], curves, "apart"]));
    assert_eq!(got["nature"], "saddle");
    let refused: Vec<&str> = got["refused"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
    assert_eq!(refused.len(), 4, "{refused:?}");
    assert!(
        refused[0].starts_with("formula.") && refused[1].starts_with("control.not-a-point"),
        "{refused:?}"
    );
    assert!(refused[2].starts_with("eigen.not-square"), "{refused:?}");
}
