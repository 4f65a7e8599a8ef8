//! What is timed of the maps of fates: long work in a worker, and whether the page stays free meanwhile.

use super::drags::open_lab;
use super::numbers;
use crate::webdriver::Session;
use anyhow::Result;
use saddlescope::optimizer::Method;
use serde_json::{Map, Value, json};
use std::path::Path;

/// The map of fates, over the starts or over the rates, by the method with which it opens, and by every other method at its
/// own defaults.
pub(super) fn fates(session: &Session, dist: &Path, over: &str, opening: Method) -> Result<Value> {
    let mut seen = fate(session, dist, over, opening)?;
    let mut others = Map::new();
    for method in Method::ALL.into_iter().filter(|m| *m != opening) {
        others.insert(method.id().into(), fate(session, dist, over, method)?);
    }
    seen["other_methods"] = others.into();
    Ok(seen)
}

/// Filling in the map of fates anew, once the page has its worker: until the picture is whole, and the longest the page
/// was busy.
fn fate(session: &Session, dist: &Path, over: &str, method: Method) -> Result<Value> {
    // Another picture first, so that filling in begins anew.
    open_lab(session, dist, "fate", &[("over", over), ("method", method.id()), ("steps", "10")])?;
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
