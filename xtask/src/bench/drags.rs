//! What is timed on the page while a hand moves: opening, dragging handles and sliders, turning the surface beside its rival.

use super::{numbers, quantile};
use crate::build;
use crate::command::find;
use crate::webdriver::{Element, Session, file_url};
use anyhow::{Context, Result};
use saddlescope::number::Random;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The labs whose point is dragged, by the names of their rows.
pub(super) const DRAGGED: [(&str, &str, &str); 9] = [
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
pub(super) const FREE: &str = ".handle.free";
/// Something inside the element, brought into the window.
const HANDLE: &str =
    "const found = document.querySelector('saddle-scope').shadowRoot.querySelector(arguments[0]);
    found.scrollIntoView({ block: 'center' });
    return new Promise((done) => setTimeout(() => done(found), 300));";
/// The methods of the race that is dragged.
pub(super) const TEN: [&str; 10] = [
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
pub(super) const WATCH: &str = "
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

/// From opening the file to the first lab drawn.
pub(super) fn open(session: &Session, page: &str) -> Result<Value> {
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
pub(super) fn drag(session: &Session, page: &str) -> Result<Value> {
    session.open(page)?;
    session.wait("the first lab", "watch.first !== null")?;
    let handle = session.run(HANDLE, &[json!(FREE)])?;
    watched_drag(session, &Element::from(&handle)?)
}

/// A drag of the point of another lab, or of a slider, alone on its page, with these controls set.
pub(super) fn drag_lab(
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
pub(super) fn open_lab(session: &Session, dist: &Path, lab: &str, controls: &[(&str, &str)]) -> Result<()> {
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
pub(super) fn rows_of_two_classes(rows: usize) -> String {
    let mut random = Random::new(2);
    let row = |_| {
        let [a, b, c] = [random.normal(), random.normal(), random.normal()];
        format!("{a:.4},{b:.4},{}%0A", u8::from(a + b + c > 0.0))
    };
    (0..rows).map(row).collect()
}

/// Turning the surface of a lab alone on its page, where no other lab is opened meanwhile, and the same on plotly's.
pub(super) fn rotate(session: &Session, dist: &Path, folder: &Path) -> Result<Value> {
    open_lab(session, dist, "critical-point", &[])?;
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
