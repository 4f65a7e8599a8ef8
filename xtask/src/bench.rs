//! `cargo xtask bench`: measures, and judges nothing. One JSON object, with units in the names, on standard output and
//! in `target/bench.json`. What is compared is measured in one run, side by side.

use crate::build::{self, Effort};
use crate::bundle::Parts;
use crate::command::{cargo, find, output, root};
use crate::pack;
use crate::webdriver::{Browser, Element, Session, file_url};
use anyhow::{Context, Result};
use saddlescope::loss::Landscape;
use saddlescope::number::Random;
use saddlescope::optimizer::Method;
use serde_json::{Map, Value, json};
use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

/// The labs whose point is dragged, by the names of their rows.
const DRAGGED: [(&str, &str, &str); 9] = [
    ("drag_taylor", "taylor", FREE),
    ("drag_newton", "newton", FREE),
    ("drag_escape", "escape", FREE),
    ("drag_fate", "fate", FREE),
    ("drag_batch", "batch", FREE),
    ("drag_gradient_check", "gradient-check", FREE),
    ("drag_moving_average", "moving-average", "[data-handle=window]"),
    ("drag_vanishing", "vanishing", "[data-handle=back]"),
    ("slide_vanishing_depth", "vanishing", "[data-name=depth] input"),
];

/// What is dragged in most labs: the point.
const FREE: &str = ".handle.free";
/// Something inside the element, brought into the window.
const HANDLE: &str =
    "const found = document.querySelector('saddle-scope').shadowRoot.querySelector(arguments[0]);
    found.scrollIntoView({ block: 'center' });
    return new Promise((done) => setTimeout(() => done(found), 300));";
/// The methods of the race that is dragged.
const TEN: [&str; 10] = [
    "gradient-descent",
    "momentum",
    "averaged-momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "amsgrad",
    "nadam",
];

/// The rival in drawing surfaces.
const PLOTLY: &str = "plotly.js-dist-min@4.1.2";

/// Put into every page before its own scripts: notes how long the script of each animation frame takes, when frames
/// come, and when the first lab has been drawn.
const WATCH: &str = "
(() => {
  const raf = window.requestAnimationFrame.bind(window);
  const watch = (window.watch = { script: [], frames: [], first: null });
  let turn = -1;
  window.requestAnimationFrame = (act) =>
    raf((now) => {
      const start = performance.now();
      act(now);
      const took = performance.now() - start;
      if (now === turn) watch.script[watch.script.length - 1] += took;
      else watch.script.push(took);
      turn = now;
    });
  const tick = (now) => {
    watch.frames.push(now);
    raf(tick);
  };
  raf(tick);
  const look = () => {
    const inside = document.querySelector('saddle-scope')?.shadowRoot;
    const drawn = inside && [...inside.querySelectorAll('canvas')].some((canvas) => canvas.width > 0);
    raf(drawn ? () => (watch.first = performance.now()) : look);
  };
  raf(look);
})();";

/// Measures everything, or the rows that are named.
///
/// # Errors
/// When something that must work does not.
pub fn bench(only: &[&str]) -> Result<()> {
    let folder = build::target().join("bench");
    fs::create_dir_all(&folder)?;
    let dist = build::build(Effort::Best)?;
    let session = Session::start(Browser::Chromium)?;
    session.chromium("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": WATCH }))?;
    session.resize(1280, 900)?;
    let page = file_url(&dist.join("saddlescope.html"));
    let mut result = Map::new();
    result.insert(
        "machine".into(),
        json!({
            "cores": std::thread::available_parallelism().map_or(1, usize::from),
            "browser": session.run("return navigator.userAgent", &[])?,
        }),
    );
    let mut row = |name: &str, measure: &dyn Fn() -> Result<Value>| -> Result<()> {
        if only.is_empty() || only.contains(&name) {
            result.insert(name.into(), measure()?);
        }
        Ok(())
    };
    row("size", &|| sizes(&dist))?;
    row("open", &|| open(&session, &page))?;
    row("drag", &|| drag(&session, &page))?;
    let ten: Vec<(&str, &str)> = [("steps", "300")].into_iter().chain(TEN.map(|name| (name, "on"))).collect();
    row("drag_race_10_methods_300_steps", &|| drag_lab(&session, &dist, "race", &ten, FREE))?;
    let slider = "[data-name='quadratic.phi'] input";
    row("slide_race_10_methods_300_steps", &|| drag_lab(&session, &dist, "race", &ten, slider))?;
    for (name, lab, what) in DRAGGED {
        row(name, &|| drag_lab(&session, &dist, lab, &[], what))?;
    }
    for (name, rows) in [("drag_batch_500_rows", 500), ("drag_batch_10000_rows", 10_000)] {
        let csv = rows_of_two_classes(rows);
        row(name, &|| drag_lab(&session, &dist, "batch", &[("data", "own"), ("csv", &csv)], FREE))?;
    }
    row("fate_256x256_200_steps", &|| fates(&session, &dist))?;
    row("rotate_128x128_640x480", &|| rotate(&session, &page, &folder))?;
    let made = OnceCell::new();
    let kernels = || match made.get() {
        Some(page) => Ok::<PathBuf, anyhow::Error>(PathBuf::clone(page)),
        None => kernels_page(&folder).inspect(|page| drop(made.set(page.clone()))),
    };
    row("wasm_against_native", &|| kernels_side_by_side(&session, &kernels()?, &native()?))?;
    row("search_for_all_critical_points", &|| searches(&session, &kernels()?))?;
    row("epoch_2_4_2_1_250_points", &|| epoch(&session, &kernels()?))?;
    let text = serde_json::to_string_pretty(&result)?;
    if only.is_empty() {
        fs::write(build::target().join("bench.json"), &text)?;
    }
    println!("{text}");
    Ok(())
}

fn sizes(dist: &Path) -> Result<Value> {
    let mut sizes = Map::new();
    for name in ["saddlescope.html", "saddlescope.js", "saddlescope.mjs"] {
        let size = build::gzip_size(&fs::read(dist.join(name))?)?;
        sizes.insert(format!("{}_gzip_bytes", name.replace('.', "_")), json!(size));
    }
    Ok(sizes.into())
}

/// From opening the file to the first lab drawn.
fn open(session: &Session, page: &str) -> Result<Value> {
    let mut times = Vec::new();
    for _ in 0..9 {
        session.open("about:blank")?;
        session.open(page)?;
        session.wait("the first lab", "watch.first !== null")?;
        times.push(session.run("return watch.first", &[])?.as_f64().context("no time")?);
    }
    let first = times[0];
    Ok(json!({ "first_lab_ms_median": quantile(&mut times, 0.5), "first_lab_ms_cold": first }))
}

/// A drag of the point, in a figure after it was opened anew.
fn drag(session: &Session, page: &str) -> Result<Value> {
    session.open(page)?;
    session.wait("the first lab", "watch.first !== null")?;
    let handle = session.run(HANDLE, &[json!(FREE)])?;
    watched_drag(session, &Element::from(&handle)?)
}

/// A drag of the point of another lab, or of a slider, alone on its page, with these controls set.
fn drag_lab(
    session: &Session,
    dist: &Path,
    lab: &str,
    controls: &[(&str, &str)],
    what: &str,
) -> Result<Value> {
    open_lab(session, dist, lab, controls)?;
    let handle = session.run(HANDLE, &[json!(what)])?;
    watched_drag(session, &Element::from(&handle)?)
}

/// A lab alone on its page, with these controls set; until its long work is done.
fn open_lab(session: &Session, dist: &Path, lab: &str, controls: &[(&str, &str)]) -> Result<()> {
    let state: Vec<String> = controls.iter().map(|(id, value)| format!("{id}={value}")).collect();
    let page = file_url(&dist.join("lab.html"));
    // The same page with another hash would not be opened anew.
    session.open("about:blank")?;
    session.open(&format!("{page}#{lab}?{}", state.join("&")))?;
    session.wait("the first lab", "watch.first !== null")?;
    session.wait(
        "its work",
        "document.querySelector('saddle-scope').shadowRoot.querySelector('progress').hidden",
    )?;
    session.run("return new Promise((done) => setTimeout(done, 500))", &[])?;
    Ok(())
}

/// As many examples of two features and a class, as comma-separated values in an address.
fn rows_of_two_classes(rows: usize) -> String {
    let mut random = Random::new(2);
    let row = |_| {
        let [a, b, c] = [random.normal(), random.normal(), random.normal()];
        format!("{a:.4},{b:.4},{}%0A", u8::from(a + b + c > 0.0))
    };
    (0..rows).map(row).collect()
}

/// The map of fates by gradient descent, as the lab opens, and whole_ms by every other method at its own defaults.
fn fates(session: &Session, dist: &Path) -> Result<Value> {
    let mut seen = fate(session, dist, Method::GradientDescent)?;
    let mut others = Map::new();
    for method in Method::ALL.into_iter().filter(|m| *m != Method::GradientDescent) {
        others.insert(method.id().into(), fate(session, dist, method)?);
    }
    seen["other_methods"] = others.into();
    Ok(seen)
}

/// Filling in the map of fates anew, once the page has its worker: until the picture is whole, and the longest the page
/// was busy.
fn fate(session: &Session, dist: &Path, method: Method) -> Result<Value> {
    // Another picture first, so that filling in begins anew.
    open_lab(session, dist, "fate", &[("method", method.id()), ("steps", "10")])?;
    let seen = session.run(
        "const scope = document.querySelector('saddle-scope');
         const bar = scope.shadowRoot.querySelector('progress');
         watch.script.length = watch.frames.length = 0;
         const start = performance.now();
         scope.setAttribute('steps', 200);
         return new Promise((done) => {
           let begun = false;
           const look = () => {
             begun ||= !bar.hidden;
             if (begun && bar.hidden) done([performance.now() - start, watch.script, watch.frames]);
             else requestAnimationFrame(look);
           };
           requestAnimationFrame(look);
         })",
        &[],
    )?;
    let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let frames = numbers(&seen[2]);
    let between: Vec<f64> = frames.windows(2).map(|pair| pair[1] - pair[0]).collect();
    Ok(json!({
        "whole_ms": seen[0],
        "script_ms_most": most(&numbers(&seen[1])),
        "between_frames_ms_most": most(&between),
    }))
}

/// The search for all critical points of every landscape where it is usually looked at, in WebAssembly.
fn searches(session: &Session, page: &Path) -> Result<Value> {
    session.open(&file_url(page))?;
    let mut out = Map::new();
    for landscape in Landscape::ALL {
        let answer = session.run("return window.time('search_' + arguments[0])", &[json!(landscape.id())])?;
        out.insert(format!("{}_ms", landscape.id()), answer[0].as_f64().map(|ns| 1e-6 * ns).into());
    }
    Ok(out.into())
}

/// Turning the surface, and the same on plotly's.
fn rotate(session: &Session, page: &str, folder: &Path) -> Result<Value> {
    session.open(page)?;
    session.wait("the first lab", "watch.first !== null")?;
    let handle = session.run(
        "const shadow = document.querySelector('saddle-scope').shadowRoot;
         const stage = shadow.querySelector('.figure.space .stage');
         stage.style.width = '640px';
         stage.style.height = '480px';
         stage.scrollIntoView({ block: 'center' });
         return new Promise((done) => setTimeout(() => done(stage.querySelector('.handle.orbit')), 200))",
        &[],
    )?;
    let mut ours = watched_drag(session, &Element::from(&handle)?)?;
    let theirs = match plotly(folder) {
        Ok(page) => {
            session.open(&file_url(&page))?;
            session.wait("plotly", "document.querySelector('#plot canvas')")?;
            let canvas = session.run(
                "return new Promise((done) => setTimeout(() => done(document.querySelector('#plot canvas')), 1000))",
                &[],
            )?;
            watched_drag(session, &Element::from(&canvas)?)?
        }
        Err(error) => {
            eprintln!("note: plotly is not measured: {error:#}");
            Value::Null
        }
    };
    ours["plotly_ratio_of_script_p95"] =
        ours["script_ms_p95"].as_f64().zip(theirs["script_ms_p95"].as_f64()).map(|(a, b)| a / b).into();
    ours["plotly"] = theirs;
    Ok(ours)
}

/// Script time per frame and time between frames, while an element is dragged about for two seconds.
fn watched_drag(session: &Session, element: &Element) -> Result<Value> {
    let path: Vec<[i64; 2]> = (0..120)
        .map(|k| {
            let angle = f64::from(k) / 60.0 * std::f64::consts::TAU;
            [(6.0 * angle.cos()).round() as i64, (6.0 * angle.sin()).round() as i64]
        })
        .collect();
    session.run("watch.script.length = watch.frames.length = 0", &[])?;
    let scripts = || -> Result<f64> {
        let metrics = session.chromium("Performance.getMetrics", &json!({}))?;
        let metrics = metrics["metrics"].as_array().cloned().unwrap_or_default();
        let found = metrics.iter().find(|metric| metric["name"] == "ScriptDuration");
        found.and_then(|metric| metric["value"].as_f64()).context("no ScriptDuration")
    };
    session.chromium("Performance.enable", &json!({}))?;
    let before = scripts()?;
    session.drag(element, &path, false)?;
    let all = scripts()? - before;
    let seen = session.run("return [watch.script, watch.frames]", &[])?;
    let mut script = numbers(&seen[0]);
    let frames = numbers(&seen[1]);
    let mut between: Vec<f64> = frames.windows(2).map(|pair| pair[1] - pair[0]).collect();
    Ok(json!({
        "script_ms_p95": quantile(&mut script, 0.95),
        "script_ms_median": quantile(&mut script, 0.5),
        "frames_with_script_count": script.len(),
        "all_script_per_frame_ms_mean": 1e3 * all / script.len() as f64,
        "between_frames_ms_p95": quantile(&mut between, 0.95),
        "between_frames_ms_median": quantile(&mut between, 0.5),
    }))
}

/// A page with plotly's surface of the same loss, at the same size.
fn plotly(folder: &Path) -> Result<PathBuf> {
    let npm = find("npm").context("npm is not installed")?;
    let script = folder.join("node_modules/plotly.js-dist-min/plotly.min.js");
    if !script.is_file() {
        build::npm_install(&npm, folder, PLOTLY)?;
    }
    let page = folder.join("plotly.html");
    let html = "<!doctype html><meta charset=\"utf-8\"><div id=\"plot\"></div>
<script src=\"node_modules/plotly.js-dist-min/plotly.min.js\"></script>
<script>
const at = Array.from({ length: 128 }, (_, i) => -2 + (4 * i) / 127);
const z = at.map((y) => at.map((x) => (1 - x * y) ** 2));
Plotly.newPlot('plot', [{ type: 'surface', x: at, y: at, z, showscale: false }],
  { width: 640, height: 480, margin: { l: 0, r: 0, t: 0, b: 0 } });
</script>\n";
    fs::write(&page, html)?;
    Ok(page)
}

/// Times of the kernels, natively: name, nanoseconds, checksum.
fn native() -> Result<Vec<(String, f64, f64)>> {
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
fn kernels_page(folder: &Path) -> Result<PathBuf> {
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
        wasm: pack::pack(&build::optimise(wasm)?)?,
        glue,
        types: String::new(),
        element,
        module: String::new(),
        css: String::new(),
        text: Vec::new(),
        lessons: "[]".into(),
    };
    let page = folder.join("kernels.html");
    fs::write(
        &page,
        format!("<!doctype html><meta charset=\"utf-8\">\n<script>\n{}</script>\n", parts.script()?),
    )?;
    Ok(page)
}

fn kernels_side_by_side(session: &Session, page: &Path, native: &[(String, f64, f64)]) -> Result<Value> {
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
fn epoch(session: &Session, page: &Path) -> Result<Value> {
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

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// The value below which this share of the values lies (nearest rank); nothing of nothing.
fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_of_the_list() {
        let mut values: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut values, 0.95), Some(19.0));
        assert_eq!(quantile(&mut values, 0.5), Some(10.0));
        assert_eq!(quantile(&mut [], 0.5), None);
    }
}
