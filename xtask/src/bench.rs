//! `cargo xtask bench`: measures, and judges nothing. One JSON object, with units in the names, on standard output and
//! in `target/bench.json`. What is compared is measured in one run, side by side.

mod drags;
mod kernels;
mod maps;

use crate::build::{self, Effort};
use crate::webdriver::{Browser, Session, file_url};
use anyhow::Result;
use drags::{DRAGGED, FREE, TEN, WATCH, drag, drag_lab, open, rotate, rows_of_two_classes};
use kernels::{epoch, kernels_page, kernels_side_by_side, native, searches};
use maps::fates;
use saddlescope::optimizer::Method;
use serde_json::{Map, Value, json};
use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

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
    row("slide_race", &|| drag_lab(&session, &dist, "race", &[], slider))?;
    row("slide_race_10_methods_300_steps", &|| drag_lab(&session, &dist, "race", &ten, slider))?;
    for (name, lab, what) in DRAGGED {
        row(name, &|| drag_lab(&session, &dist, lab, &[], what))?;
    }
    for (name, rows) in [("drag_batch_500_rows", 500), ("drag_batch_10000_rows", 10_000)] {
        let csv = rows_of_two_classes(rows);
        row(name, &|| drag_lab(&session, &dist, "batch", &[("data", "own"), ("csv", &csv)], FREE))?;
    }
    row("fate_256x256_200_steps", &|| fates(&session, &dist, "starts", Method::GradientDescent))?;
    row("fate_rates_256x256_200_steps", &|| fates(&session, &dist, "rates", Method::Momentum))?;
    row("rotate_128x128_640x480", &|| rotate(&session, &dist, &folder))?;
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
