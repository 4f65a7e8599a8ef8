//! In a browser, by wasm-pack: the numbers agree with the oracles as they do natively, and the script as it is shipped
//! (`cargo xtask build` first) draws, obeys, survives and lets go.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use js_sys::{Function, Promise};
use saddlescope::critical::eigen;
use saddlescope::derivative::jet;
use saddlescope::loss::Loss;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const SCRIPT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/dist/saddlescope.js"));
const MODULE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/dist/saddlescope.mjs"));
const LANDSCAPES: &str = include_str!("oracles/landscapes.json");
const EIGEN: &str = include_str!("oracles/eigen.json");

/// What every script below may use: put a lab on the page, wait for it, look at it, handle it.
const HELPERS: &str = r#"
const frames = async (n = 3) => {
  for (let i = 0; i < n; i += 1) await new Promise((then) => requestAnimationFrame(then));
};
const until = async (what, is) => {
  for (let i = 0; i < 600; i += 1) {
    if (is()) return;
    await new Promise((then) => setTimeout(then, 10));
  }
  throw new Error(`waited in vain for ${what}`);
};
const inject = (source) => {
  const node = document.createElement("script");
  node.textContent = source;
  document.head.append(node);
  node.remove();
};
if (!customElements.get("saddle-scope")) inject(script);
const find = (scope, selector) => scope.shadowRoot.querySelector(selector);
const isDrawn = (scope) => find(scope, "[data-name=map] .front")?.width > 0 && find(scope, "[data-handle=theta]");
const drawn = async (scope) => {
  await until("a drawn lab", () => isDrawn(scope));
  await frames();
  return scope;
};
const put = async (attributes = {}) => {
  const scope = document.createElement("saddle-scope");
  const all = { lab: "critical-point", lang: "en", theme: "light", ...attributes };
  for (const [name, value] of Object.entries(all)) scope.setAttribute(name, value);
  scope.style.cssText = "position: fixed; left: 0; top: 0; width: 1000px";
  document.body.append(scope);
  return drawn(scope);
};
// The colour at a place of the map, in shares of its width and height.
const colour = (scope, canvas, x, y) => {
  const on = find(scope, `[data-name=map] .${canvas}`);
  const at = [Math.floor(x * on.width), Math.floor(y * on.height)];
  return [...on.getContext("2d").getImageData(...at, 1, 1).data];
};
const bytes = (scope, name, canvas) => {
  const on = find(scope, `[data-name=${name}] .${canvas}`);
  return on.getContext("2d").getImageData(0, 0, on.width, on.height).data;
};
const differ = (a, b) => a.length !== b.length || a.some((byte, i) => byte !== b[i]);
const press = async (scope, key, shiftKey = false) => {
  const handle = find(scope, "[data-handle=theta]");
  handle.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, composed: true, cancelable: true }));
  await frames();
};
const set = async (scope, control, value) => {
  const field = find(scope, `[data-name="${control}"] :is(input, select)`);
  field.value = value;
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  await frames();
};
const numbers = (scope) => find(scope, ".readouts").textContent;
const verdict = (scope) => find(scope, ".verdict").textContent;
const listen = (scope, name) => {
  const heard = [];
  scope.addEventListener(name, (event) => heard.push(event.detail));
  return heard;
};
const silence = async (run) => {
  const said = [];
  const warn = console.warn;
  console.warn = (...parts) => said.push(parts.join(" "));
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return said;
};
"#;

/// Runs the body of an asynchronous function with [`HELPERS`], and gives what it returns, by way of JSON.
async fn page(body: &str) -> Value {
    let whole = format!(
        "return (async () => {{ {HELPERS} const result = await (async () => {{ {body} }})();
           document.querySelectorAll('saddle-scope').forEach((scope) => scope.remove());
           return JSON.stringify(result ?? null); }})()"
    );
    let promise = Function::new_with_args("script, module", &whole)
        .call2(&JsValue::UNDEFINED, &SCRIPT.into(), &MODULE.into())
        .unwrap();
    let text = JsFuture::from(promise.unchecked_into::<Promise>()).await;
    let text = text.unwrap_or_else(|error| panic!("{error:?}"));
    serde_json::from_str(&text.as_string().unwrap()).unwrap()
}

// ------------------------------------------------------------------------------------------------ the numbers

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

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
          value: value(loss, [2, 1]), gradient: gradient(loss, [2, 1]), hessian: hessian(loss, [2, 1]),
          eigen: eigen([[0, -2], [-2, 0]]), flat: eigen([2, 0, 0, 1]).values,
          verdict: [kind, values, bent], minimum: classify("himmelblau", [3, 2], [[-5, 5], [-5, 5]]).kind, refused,
        };
        "#,
    )
    .await;
    let r = std::f64::consts::FRAC_1_SQRT_2;
    assert_eq!(got["value"], 1.0);
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

// ------------------------------------------------------------------------------------------------ the element

#[wasm_bindgen_test]
async fn the_element_draws() {
    let got = page(
        r#"
        const scope = await put({ at: "0,0" });
        const stage = find(scope, "[data-name=map] .stage");
        const { left, top } = find(scope, "[data-handle=theta]").style;
        return {
          valley: colour(scope, "pixels", 0.75, 0.25), hill: colour(scope, "pixels", 0.03, 0.2),
          middle: colour(scope, "pixels", 0.5, 0.42), point: colour(scope, "front", 0.5, 0.5),
          surface: bytes(scope, "surface", "pixels").some((byte) => byte > 0),
          place: [left, top], width: stage.clientWidth, canvas: find(scope, "[data-name=map] .back").width,
          ratio: devicePixelRatio, verdict: verdict(scope), numbers: numbers(scope),
        };
        "#,
    )
    .await;
    let luma = |name: &str| {
        let c = floats(&got[name]);
        assert_eq!(c[3], 255.0, "the heat map is opaque: {got}");
        0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
    };
    // L is 0, 1 and about 9 there: lightness rises with L.
    assert!(luma("valley") + 10.0 < luma("middle"), "{got}");
    assert!(luma("middle") + 10.0 < luma("hill"), "{got}");
    let point = floats(&got["point"]);
    assert!((point[0] - 0.0).abs() < 40.0 && (point[1] - 114.0).abs() < 40.0, "blue at θ: {got}");
    assert!((point[2] - 178.0).abs() < 40.0 && point[3] > 200.0, "blue at θ: {got}");
    assert_eq!(got["surface"], true);
    assert_eq!(got["place"], serde_json::json!(["50%", "50%"]));
    let width = got["width"].as_f64().unwrap() * got["ratio"].as_f64().unwrap();
    assert!(width > 300.0 && (got["canvas"].as_f64().unwrap() - width).abs() <= 1.0, "{got}");
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
    let numbers = got["numbers"].as_str().unwrap();
    assert!(numbers.contains("−2") && numbers.contains("0.707"), "{numbers}");
}

#[wasm_bindgen_test]
async fn a_control_changes_readout_and_picture() {
    let got = page(
        r#"
        const scope = await put();
        const heard = listen(scope, "saddle-input");
        const before = [numbers(scope), bytes(scope, "map", "pixels"), verdict(scope)];
        await set(scope, "loss", "himmelblau");
        const after = [numbers(scope), bytes(scope, "map", "pixels")];
        const formula = find(scope, "[data-name=loss] input").value;
        await set(scope, "direction", "0.9");
        const turned = [numbers(scope), bytes(scope, "map", "pixels"), bytes(scope, "map", "front")];
        await set(scope, "direction", "0.1");
        return {
          numbers: before[0] !== after[0], back: differ(before[1], after[1]), formula, state: scope.state,
          turned: turned[0] !== numbers(scope), sameBack: !differ(turned[1], bytes(scope, "map", "pixels")),
          front: differ(turned[2], bytes(scope, "map", "front")), heard: heard.length,
        };
        "#,
    )
    .await;
    for name in ["numbers", "back", "turned", "sameBack", "front"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
    assert!(got["formula"].as_str().unwrap().contains("11"), "{got}");
    assert!(got["state"].as_str().unwrap().starts_with("loss=himmelblau"), "{got}");
    assert_eq!(got["heard"], 3, "{got}");
}

#[wasm_bindgen_test]
async fn keys_and_pointer_move_the_point() {
    let got = page(
        r#"
        const scope = await put();
        const heard = listen(scope, "saddle-input");
        const place = () => find(scope, "[data-handle=theta]").getBoundingClientRect();
        const start = place().x;
        await press(scope, "ArrowRight");
        const step = place().x - start;
        const one = [scope.state, verdict(scope)];
        await press(scope, "ArrowRight", true);
        const large = place().x - start - step;
        await press(scope, "x");
        const keys = heard.length;
        const front = find(scope, "[data-name=map] .front");
        const box = front.getBoundingClientRect();
        const send = (target, name, x, y) => target.dispatchEvent(new PointerEvent(name, { pointerId: 1, button: 0,
          pointerType: "mouse", clientX: box.x + x * box.width, clientY: box.y + y * box.height, bubbles: true, composed: true }));
        send(front, "pointerdown", 0.75, 0.25);
        await frames();
        const pressed = scope.state;
        // A press far from the view's edge, by a host that scales the element: the place is still under the pointer.
        scope.style.transform = "scale(0.5)";
        scope.style.transformOrigin = "0 0";
        const small = front.getBoundingClientRect();
        front.dispatchEvent(new PointerEvent("pointerdown", { pointerId: 1, button: 0, pointerType: "mouse", bubbles: true,
          clientX: small.x + 0.25 * small.width, clientY: small.y + 0.75 * small.height }));
        await frames();
        const scaled = scope.state;
        scope.style.transform = "";
        // The handle itself, taken hold of off its centre: it keeps its distance to the pointer.
        const handle = find(scope, "[data-handle=theta]");
        handle.setPointerCapture = () => {};
        send(handle, "pointerdown", 0.26, 0.75);
        send(handle, "pointermove", 0.51, 0.5);
        await frames();
        send(handle, "pointermove", 0.76, 0.25);
        send(handle, "pointerup", 0.76, 0.25);
        send(handle, "pointermove", 0.1, 0.1);
        await frames();
        return { step, large, one, keys, pressed, scaled, dragged: scope.state };
        "#,
    )
    .await;
    assert!(got["step"].as_f64().unwrap() > 0.5, "{got}");
    assert!(got["large"].as_f64().unwrap() > 2.0 * got["step"].as_f64().unwrap(), "{got}");
    assert!(got["one"][0].as_str().unwrap().contains("at="), "{got}");
    assert!(got["one"][1].as_str().unwrap().contains("Not a critical point"), "{got}");
    assert_eq!(got["keys"], 2, "{got}");
    let at = |name: &str| {
        let state = got[name].as_str().unwrap();
        let text = state.split('&').find_map(|pair| pair.strip_prefix("at=")).unwrap_or("0,0");
        let (x, y) = text.split_once(',').unwrap();
        [x.parse::<f64>().unwrap(), y.parse::<f64>().unwrap()]
    };
    let near = |name: &str, wanted: [f64; 2]| {
        let [x, y] = at(name);
        assert!((x - wanted[0]).abs() < 0.03 && (y - wanted[1]).abs() < 0.03, "{name}: {got}");
    };
    near("pressed", [1.0, 1.0]);
    near("scaled", [-1.0, -1.0]);
    near("dragged", [1.0, 1.0]);
}

#[wasm_bindgen_test]
async fn two_elements_live_side_by_side() {
    let got = page(
        r#"
        const first = await put();
        const second = await put({ at: "1,1" });
        const before = [second.state, numbers(second), bytes(second, "map", "front")];
        await press(first, "ArrowUp");
        await set(first, "loss", "himmelblau");
        return {
          first: first.state, state: second.state === before[0], numbers: numbers(second) === before[1],
          picture: !differ(bytes(second, "map", "front"), before[2]), apart: numbers(first) !== numbers(second),
        };
        "#,
    )
    .await;
    assert!(got["first"].as_str().unwrap().starts_with("loss=himmelblau"), "{got}");
    for name in ["state", "numbers", "picture", "apart"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
}

#[wasm_bindgen_test]
async fn a_trap_is_healed_and_leaves_the_others_alone() {
    let got = page(
        r#"
        const first = await put();
        const second = await put({ at: "1,1" });
        const other = find(second, "[data-handle=theta]");
        const heard = listen(first, "saddle-error");
        await press(first, "ArrowRight");
        const state = first.state;
        const healed = [];
        const said = await silence(async () => {
          for (let i = 0; i < 5; i += 1) {
            const old = find(first, "[data-handle=theta]");
            first.trap();
            await drawn(first);
            await press(first, "ArrowRight");
            await press(first, "ArrowLeft");
            healed.push([first.state === state, find(first, "[data-handle=theta]") !== old,
              colour(first, "pixels", 0.03, 0.2)[3] === 255]);
          }
        });
        const before = second.state;
        await press(second, "ArrowRight");
        return { healed, heard, said: said.length, kept: find(second, "[data-handle=theta]") === other,
          alive: second.state !== before };
        "#,
    )
    .await;
    assert_eq!(got["healed"], serde_json::json!(vec![[true; 3]; 5]), "{got}");
    assert_eq!(got["heard"].as_array().unwrap().len(), 5, "{got}");
    assert_eq!(got["heard"][0]["code"], "trap");
    assert_eq!((&got["said"], &got["kept"], &got["alive"]), (&5.into(), &true.into(), &true.into()), "{got}");
}

#[wasm_bindgen_test]
async fn a_lab_that_cannot_be_rebuilt_says_so_in_its_language() {
    let got = page(
        r#"
        const scope = await put({ lang: "zh" });
        const other = await put();
        const heard = listen(scope, "saddle-error");
        const { Instance } = WebAssembly;
        await silence(async () => {
          WebAssembly.Instance = function () { throw new WebAssembly.RuntimeError("unreachable"); };
          scope.trap();
          WebAssembly.Instance = Instance;
          await frames();
        });
        const message = find(scope, "[role=alert]").textContent;
        await press(other, "ArrowRight");
        find(scope, "button").click();
        await drawn(scope);
        return { message, heard: heard.map(({ code }) => code), again: verdict(scope), other: other.state };
        "#,
    )
    .await;
    assert_eq!(got["heard"], serde_json::json!(["trap", "trap"]), "{got}");
    assert!(got["message"].as_str().unwrap().contains("重置"), "{got}");
    assert!(got["again"].as_str().unwrap().contains('鞍'), "{got}");
    assert!(got["other"].as_str().unwrap().contains("at="), "{got}");
}

#[wasm_bindgen_test]
async fn removal_frees_and_return_restores() {
    let got = page(
        r#"
        const scope = await put();
        await press(scope, "ArrowRight");
        const [state, text] = [scope.state, numbers(scope)];
        const canvas = find(scope, ".front");
        // Moved: the same DOM, the same canvases.
        const box = document.createElement("div");
        document.body.append(box);
        box.append(scope);
        await frames();
        const moved = find(scope, ".front") === canvas && canvas.width > 0;
        // Removed: canvases and instance are gone, the state is not.
        scope.remove();
        await frames();
        const freed = !find(scope, "canvas") && canvas.width === 0 && scope.toCSV() === "";
        const kept = scope.state === state;
        box.append(scope);
        await drawn(scope);
        const back = numbers(scope) === text && scope.state === state;
        for (let i = 0; i < 100; i += 1) {
          scope.remove();
          await Promise.resolve();
          box.append(scope);
        }
        await drawn(scope);
        const alive = numbers(scope) === text;
        box.remove();
        return { moved, freed, kept, back, alive };
        "#,
    )
    .await;
    for name in ["moved", "freed", "kept", "back", "alive"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
}

#[wasm_bindgen_test]
async fn a_second_copy_of_the_script_is_harmless() {
    let got = page(
        r#"
        const scope = await put();
        const before = customElements.get("saddle-scope");
        const errors = [];
        const note = (event) => errors.push(event.message);
        addEventListener("error", note);
        inject(script);
        await press(scope, "ArrowRight");
        const second = await put();
        removeEventListener("error", note);
        return { same: customElements.get("saddle-scope") === before, errors, moved: scope.state !== second.state };
        "#,
    )
    .await;
    assert_eq!(got, serde_json::json!({ "same": true, "errors": [], "moved": true }));
}

#[wasm_bindgen_test]
async fn hostile_attributes_do_nothing() {
    let got = page(
        r#"
        const errors = [];
        const note = (event) => errors.push(event.message ?? String(event.reason));
        addEventListener("error", note);
        addEventListener("unhandledrejection", note);
        let scope;
        const said = await silence(async () => {
          scope = await put({
            loss: "<img src=x onerror=\"window.hacked = 1\">", at: "NaN,1e999", direction: "1e999", theme: "sepia",
            level: "most", guess: "__proto__", constructor: "1", bogus: "2", zoom: "x".repeat(100_000), hide: "]\"><script>",
          });
          scope.setAttribute("direction", "500");
          scope.setAttribute("direction", "500");
          await frames();
          scope.setAttribute("loss", "(".repeat(5000));
          await frames();
          scope.state = "at=%3Cscript%3E&loss=%00%ff&&&===&direction=-1e400";
          await frames();
        });
        removeEventListener("error", note);
        removeEventListener("unhandledrejection", note);
        return {
          errors, hacked: window.hacked ?? null, images: scope.shadowRoot.querySelectorAll("img, script").length,
          wrong: find(scope, ".formula .wrong").textContent, verdict: verdict(scope), said,
          drawn: colour(scope, "pixels", 0.03, 0.2)[3],
        };
        "#,
    )
    .await;
    assert_eq!(got["errors"], serde_json::json!([]), "{got}");
    assert_eq!((&got["hacked"], &got["images"]), (&Value::Null, &0.into()), "{got}");
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
    assert_eq!(got["drawn"], 255, "{got}");
    let said: Vec<&str> = got["said"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
    assert!(
        said.iter().any(|m| m.contains("bogus") && m.contains("direction")),
        "names the allowed: {said:#?}"
    );
    assert!(said.iter().any(|m| m.contains("sepia") && m.contains("light")), "{said:#?}");
    assert_eq!(said.iter().filter(|m| m.contains("direction: 500")).count(), 1, "once each: {said:#?}");
    assert!(said.iter().all(|m| m.len() < 2_000), "{said:#?}");
}

#[wasm_bindgen_test]
async fn pasted_data_are_read_as_numbers_and_nothing_more() {
    let got = page(
        r#"
        const scope = await put({ lab: "batch", lang: "en" });
        const hidden = find(scope, "[data-name=csv]").hidden;
        await set(scope, "data", "own");
        const box = find(scope, "[data-name=csv] textarea");
        const wrong = find(scope, "[data-name=csv] .wrong");
        const paste = async (text) => {
          box.value = text;
          box.dispatchEvent(new Event("change", { bubbles: true }));
          await frames();
          return wrong.hidden ? null : wrong.textContent;
        };
        const before = bytes(scope, "map", "pixels");
        const said = [
          await paste("1,2,3\n4,<img src=x onerror=\"window.pasted = 1\">,6"),
          await paste("1,2,3\n=HYPERLINK(\"http://example.invalid\"),2,3"),
          await paste("1,2,3\n\n4,5"),
        ];
        const kept = !differ(before, bytes(scope, "map", "pixels"));
        const good = await paste("a,b,kind\r\n1,2,no\r\n2,1,yes\r\n3,5,no\r\n5,3,yes\r\n4,4,no\r\n1,1,yes\r\n");
        return {
          hidden, said, kept, good, drawn: differ(before, bytes(scope, "map", "pixels")), hacked: window.pasted ?? null,
          images: scope.shadowRoot.querySelectorAll("img, script").length, verdict: verdict(scope),
        };
        "#,
    )
    .await;
    let said: Vec<&str> = got["said"].as_array().unwrap().iter().map(|s| s.as_str().unwrap_or("")).collect();
    for (said, row) in
        said.iter().zip(["Row 2, column 2: “<img", "Row 2, column 1: “=HYPERLINK", "Row 3 has 2 cells"])
    {
        assert!(said.starts_with(row), "{got}");
    }
    assert_eq!(
        (&got["hidden"], &got["kept"], &got["drawn"]),
        (&true.into(), &true.into(), &true.into()),
        "{got}"
    );
    assert_eq!(
        (&got["good"], &got["hacked"], &got["images"]),
        (&Value::Null, &Value::Null, &0.into()),
        "{got}"
    );
    assert!(got["verdict"].as_str().unwrap().contains("B = 6"), "{got}");
}

#[wasm_bindgen_test]
async fn a_wrong_formula_is_marked_and_the_last_good_figure_stays() {
    let got = page(
        r#"
        const scope = await put();
        const before = bytes(scope, "map", "pixels");
        const input = find(scope, "[data-name=loss] input");
        input.value = "w1^2 + * w2";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await until("the message", () => !find(scope, ".formula .wrong").hidden);
        const wrong = find(scope, ".formula .wrong");
        const marked = [wrong.querySelector("mark").textContent, wrong.textContent, input.getAttribute("aria-invalid")];
        const kept = !differ(before, bytes(scope, "map", "pixels"));
        input.value = "w1^2 - 3*w2^2";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await frames();
        return { marked, kept, gone: find(scope, ".formula .wrong").hidden, drawn: differ(before, bytes(scope, "map", "pixels")),
          verdict: verdict(scope), choice: find(scope, "[data-name=loss] select").value };
        "#,
    )
    .await;
    assert_eq!(got["marked"][0], "*", "{got}");
    assert!(got["marked"][1].as_str().unwrap().len() > 20, "{got}");
    assert_eq!(got["marked"][2], "true");
    for name in ["kept", "gone", "drawn"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
    assert_eq!(got["choice"], "");
}

#[wasm_bindgen_test]
async fn it_speaks_both_languages_and_follows_the_theme() {
    let got = page(
        r#"
        const scope = await put();
        await press(scope, "ArrowRight");
        const state = scope.state;
        const [english, light] = [scope.shadowRoot.textContent, bytes(scope, "map", "front")];
        scope.setAttribute("theme", "dark");
        await frames();
        const night = differ(light, bytes(scope, "map", "front")) && find(scope, ".lab").classList.contains("dark");
        scope.setAttribute("lang", "zh-CN");
        await frames();
        const chinese = scope.shadowRoot.textContent;
        return { english, chinese, night, same: scope.state === state,
          raw: [...`${english} ${chinese}`.matchAll(/\b(control|readout|verdict|sentence|lab|ui|figure|handle)\.[a-z.-]+/g)].map(String) };
        "#,
    )
    .await;
    let han = |text: &str| text.chars().filter(|c| ('\u{4e00}'..'\u{9fff}').contains(c)).count();
    assert_eq!(han(got["english"].as_str().unwrap()), 0, "{got}");
    assert!(han(got["chinese"].as_str().unwrap()) > 40, "{got}");
    assert_eq!((&got["night"], &got["same"]), (&true.into(), &true.into()), "{got}");
    assert_eq!(got["raw"], serde_json::json!([]), "keys without words");
}

#[wasm_bindgen_test]
async fn exports_hold_what_they_say() {
    let got = page(
        r#"
        const scope = await put();
        const svg = new DOMParser().parseFromString(scope.toSVG(), "image/svg+xml");
        const blob = await scope.toPNG();
        const image = await createImageBitmap(blob);
        return {
          root: svg.documentElement.nodeName, image: svg.querySelector("image")?.getAttribute("href").slice(0, 22),
          paths: svg.querySelectorAll("path, polyline, line").length, type: blob.type, size: [image.width, image.height],
          surface: scope.toSVG("surface") !== scope.toSVG(), csv: scope.toCSV(),
        };
        "#,
    )
    .await;
    assert_eq!((&got["root"], &got["image"]), (&"svg".into(), &"data:image/png;base64,".into()), "{got}");
    assert!(got["paths"].as_u64().unwrap() > 5, "{got}");
    assert_eq!((&got["type"], &got["surface"]), (&"image/png".into(), &true.into()));
    assert!(got["size"][0].as_f64().unwrap() > 300.0, "{got}");
    assert!(got["csv"].as_str().unwrap().lines().count() > 1, "{got}");
}

#[wasm_bindgen_test]
async fn a_page_that_refuses_webassembly_is_told_what_to_allow() {
    let got = page(
        r#"
        const frame = document.createElement("iframe");
        frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'"><body></body>`;
        document.body.append(frame);
        await new Promise((then) => (frame.onload = then));
        const inside = frame.contentDocument;
        const node = inside.createElement("script");
        node.textContent = script;
        inside.head.append(node);
        const scope = inside.createElement("saddle-scope");
        scope.setAttribute("lab", "critical-point");
        inside.body.append(scope);
        await until("the message", () => scope.shadowRoot.querySelector("[role=alert]"));
        const text = scope.shadowRoot.textContent;
        frame.remove();
        return text;
        "#,
    )
    .await;
    assert!(got.as_str().unwrap().contains("script-src 'wasm-unsafe-eval'"), "{got}");
}

#[wasm_bindgen_test]
async fn an_unknown_lab_is_said_and_a_known_one_can_follow() {
    let got = page(
        r#"
        const scope = document.createElement("saddle-scope");
        scope.setAttribute("lab", "<b>none</b>");
        scope.setAttribute("lang", "en");
        scope.style.cssText = "position: fixed; left: 0; top: 0; width: 1000px";
        const heard = listen(scope, "saddle-error");
        let text;
        await silence(async () => {
          document.body.append(scope);
          await until("the message", () => find(scope, "[role=alert]"));
          text = find(scope, "[role=alert]").textContent;
        });
        scope.setAttribute("lab", "critical-point");
        await drawn(scope);
        return { text, code: heard[0].code, verdict: verdict(scope) };
        "#,
    )
    .await;
    let text = got["text"].as_str().unwrap();
    assert!(text.contains("<b>none</b>") && text.contains("critical-point"), "{got}");
    assert_eq!(got["code"], "unknown-lab");
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
}
