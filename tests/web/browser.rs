//! A page with the shipped script, and what the tests ask it to do.

use js_sys::{Function, Promise};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

const SCRIPT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/dist/saddlescope.js"));
const MODULE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/dist/saddlescope.mjs"));

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
pub async fn page(body: &str) -> Value {
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

/// An array of numbers; what is none is NaN.
pub fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}
