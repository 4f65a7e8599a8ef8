//! What is timed without a page around it: the kernels in WebAssembly beside the same natively, the search for critical
//! points, an epoch beside a plain JavaScript loop.

use crate::build::{self, Effort};
use crate::bundle::Parts;
use crate::command::{cargo, output, root};
use crate::pack;
use crate::webdriver::{Session, file_url};
use anyhow::{Context, Result};
use saddlescope::loss::Landscape;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The search for all critical points of every landscape where it is usually looked at, in WebAssembly.
pub(super) fn searches(session: &Session, page: &Path) -> Result<Value> {
    session.open(&file_url(page))?;
    let mut out = Map::new();
    for landscape in Landscape::ALL {
        let answer = session.run("return window.time('search_' + arguments[0])", &[json!(landscape.id())])?;
        out.insert(format!("{}_ms", landscape.id()), answer[0].as_f64().map(|ns| 1e-6 * ns).into());
    }
    Ok(out.into())
}

/// Times of the kernels, natively: name, nanoseconds, checksum.
pub(super) fn native() -> Result<Vec<(String, f64, f64)>> {
    let mut run = cargo();
    let text =
        output(run.args(["run", "--quiet", "--profile", "native", "--package", "saddlescope-benches"]))?;
    text.lines()
        .map(|line| {
            let mut words = line.split(' ');
            let mut word = || words.next().context("an odd line from the native kernels");
            Ok((word()?.to_string(), word()?.parse()?, word()?.parse()?))
        })
        .collect()
}

/// A page with the kernels in WebAssembly, built as the product is built.
pub(super) fn kernels_page(folder: &Path) -> Result<PathBuf> {
    let (wasm, glue, _) = build::bind(&build::compile("saddlescope-benches", Effort::Best)?)?;
    let element =
        ["unpack", "instance"].map(|name| fs::read_to_string(root().join(format!("www/element/{name}.js"))));
    let element = element.into_iter().collect::<std::io::Result<Vec<_>>>()?.concat()
        + "
const kernels = compile().then(instantiate);
window.time = async (name) => {
  const { benchKernel } = await kernels;
  const time = (times) => {
    const start = performance.now();
    benchKernel(name, times);
    return performance.now() - start;
  };
  let times = 1;
  while (time(times) < 50) times *= 2;
  let best = Infinity;
  for (let k = 0; k < 9; k += 1) best = Math.min(best, time(times));
  return [(1e6 * best) / times, benchKernel(name, 10)];
};
";
    let parts = Parts {
        packed: pack::pack(&build::optimise(wasm)?, "{\"text\":{\"\":[]}}")?,
        glue,
        types: String::new(),
        element,
        module: String::new(),
    };
    let page = folder.join("kernels.html");
    fs::write(
        &page,
        format!("<!doctype html><meta charset=\"utf-8\">\n<script>\n{}</script>\n", parts.script()),
    )?;
    Ok(page)
}

pub(super) fn kernels_side_by_side(
    session: &Session,
    page: &Path,
    native: &[(String, f64, f64)],
) -> Result<Value> {
    session.open(&file_url(page))?;
    let mut out = Map::new();
    for (name, native_ns, native_sum) in native {
        let answer = session.run("return window.time(arguments[0])", &[json!(name)])?;
        let wasm_ns = answer[0].as_f64().context("no time")?;
        let wasm_sum = answer[1].as_f64().unwrap_or(f64::NAN);
        let difference = (wasm_sum - native_sum).abs() / native_sum.abs().max(1.0);
        out.insert(
            name.clone(),
            json!({
                "wasm_ns": wasm_ns,
                "native_ns": native_ns,
                "ratio": wasm_ns / native_ns,
                "relative_difference_of_results": difference,
            }),
        );
    }
    Ok(out.into())
}

/// The arithmetic of an epoch of TensorFlow Playground's default network as a plain JavaScript loop over units and links:
/// re-implemented here, not Playground's own program.
const PLAIN_LOOP: &str = "
const sizes = [2, 4, 2, 1], tanh = Math.tanh, layers = [];
for (let l = 0; l < sizes.length; l += 1) {
  layers.push([]);
  for (let u = 0; u < sizes[l]; u += 1) {
    const unit = { bias: 0.1, links: [], out: [], z: 0, a: 0, dz: 0, da: 0, sum: 0, count: 0 };
    layers[l].push(unit);
    for (const from of l ? layers[l - 1] : []) {
      const link = { from, to: unit, weight: Math.random() - 0.5, d: 0, sum: 0, count: 0 };
      unit.links.push(link);
      from.out.push(link);
    }
  }
}
const points = Array.from({ length: 250 }, (_, k) => {
  const r = ((k % 2) * 0.7 + 0.5 * Math.random()) * 5, t = 2 * Math.PI * Math.random();
  return { x: [r * Math.sin(t), r * Math.cos(t)], y: 1 - 2 * (k % 2) };
});
const epoch = () => points.forEach((point, k) => {
  layers[0].forEach((unit, i) => (unit.a = point.x[i]));
  for (let l = 1; l < layers.length; l += 1)
    for (const unit of layers[l]) {
      unit.z = unit.bias;
      for (const link of unit.links) unit.z += link.weight * link.from.a;
      unit.a = tanh(unit.z);
    }
  layers[3][0].da = layers[3][0].a - point.y;
  for (let l = layers.length - 1; l >= 1; l -= 1) {
    for (const unit of layers[l]) {
      const a = tanh(unit.z);
      unit.dz = unit.da * (1 - a * a);
      unit.sum += unit.dz;
      unit.count += 1;
      for (const link of unit.links) {
        link.d = unit.dz * link.from.a;
        link.sum += link.d;
        link.count += 1;
      }
    }
    if (l > 1)
      for (const unit of layers[l - 1]) {
        unit.da = 0;
        for (const link of unit.out) unit.da += link.weight * link.to.dz;
      }
  }
  if ((k + 1) % 10 === 0)
    for (let l = 1; l < layers.length; l += 1)
      for (const unit of layers[l]) {
        unit.bias -= (0.03 * unit.sum) / unit.count;
        unit.sum = unit.count = 0;
        for (const link of unit.links) {
          link.weight -= (0.03 / link.count) * link.sum;
          link.sum = link.count = 0;
        }
      }
});
const time = (times) => {
  const start = performance.now();
  for (let k = 0; k < times; k += 1) epoch();
  return performance.now() - start;
};
let times = 1, best = Infinity;
while (time(times) < 50) times *= 2;
for (let k = 0; k < 9; k += 1) best = Math.min(best, time(times));
return (1e6 * best) / times;";

/// An epoch of a small network, ours beside the plain loop, in the same page.
pub(super) fn epoch(session: &Session, page: &Path) -> Result<Value> {
    session.open(&file_url(page))?;
    let ours = session.run("return window.time('epoch_2_4_2_1_250_points')", &[])?;
    let ours = ours[0].as_f64().context("no time")?;
    let plain = session.run(PLAIN_LOOP, &[])?.as_f64().context("no time")?;
    Ok(json!({
        "wasm_ns": ours,
        "plain_javascript_loop_with_playgrounds_arithmetic_ns": plain,
        "ratio": ours / plain,
    }))
}
