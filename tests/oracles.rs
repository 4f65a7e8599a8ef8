//! Compares everything with reference values from outside systems.
//!
//! Reads every file in the folder named by `SADDLESCOPE_ORACLES` (default `tests/oracles`), so that other files of the
//! same formats can be tried. Per file it prints run, skipped, failed and the worst error over its tolerance. A case
//! that cannot be run, and a file of no known kind, is a failure; what is left out is in [`NOT_OFFERED`], with the
//! reason, and is counted.

#[path = "support/calls.rs"]
mod calls;
#[path = "support/cases.rs"]
mod cases;
#[path = "support/critical.rs"]
mod critical;
#[path = "support/json.rs"]
mod json;
#[path = "support/names.rs"]
mod names;
#[path = "support/networks.rs"]
mod networks;
#[path = "support/optimizers.rs"]
mod optimizers;
#[path = "support/schedules.rs"]
mod schedules;
#[path = "support/tally.rs"]
mod tally;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tally::Tally;

/// Kinds of files whose subject is not offered yet, and what brings it.
const NOT_OFFERED: &[(&str, &str)] = &[];

/// The kind of an oracle file, by the fields that only this kind has. An empty file is known by its `meta.file`.
fn kind(data: &Value, file_name: &str) -> Option<&'static str> {
    if data.get("losses").is_some() {
        return Some("landscapes");
    }
    if data.get("valid").is_some() && data.get("malformed").is_some() {
        return Some("parse");
    }
    let has = |case: &Value, names: &[&str]| names.iter().all(|name| case.get(name).is_some());
    if let Some(case) = data.get("cases").and_then(Value::as_array).and_then(|cases| cases.first()) {
        let kinds: [(&str, &[&str]); 6] = [
            ("critical_points", &["loss", "isolated"]),
            ("eigen", &["lower", "eig"]),
            ("network", &["sizes", "params"]),
            ("newton", &["method", "iterates"]),
            ("optimizers", &["optimizer", "traj"]),
            ("schedules", &["family", "lr"]),
        ];
        return kinds.iter().find(|(_, names)| has(case, names)).map(|(kind, _)| *kind);
    }
    let name =
        data.get("meta").and_then(|meta| meta.get("file")).and_then(Value::as_str).unwrap_or(file_name);
    let kinds =
        ["landscapes", "parse", "critical_points", "eigen", "network", "newton", "optimizers", "schedules"];
    kinds.into_iter().find(|kind| name.contains(kind))
}

fn run(data: &Value, kind: &str, tally: &mut Tally) -> Result<(), String> {
    if let Some((_, reason)) = NOT_OFFERED.iter().find(|(name, _)| *name == kind) {
        tally.skip(json::list(data, "cases")?.len(), *reason);
        return Ok(());
    }
    match kind {
        "landscapes" => cases::landscapes(data, tally),
        "parse" => cases::parse(data, tally),
        "eigen" => cases::eigenpairs(data, tally),
        "critical_points" => critical::critical_points(data, tally),
        "newton" => optimizers::newton(data, tally),
        "network" => networks::networks(data, tally),
        "optimizers" => optimizers::optimizers(data, tally),
        "schedules" => schedules::schedules(data, tally),
        _ => Err(format!("cannot run files of the kind {kind}")),
    }
}

fn read(path: &Path) -> Tally {
    let mut tally = Tally::default();
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let data = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let data = data.and_then(|text| serde_json::from_str::<Value>(&text).map_err(|error| error.to_string()));
    let outcome = data.and_then(|data| match kind(&data, &file_name) {
        Some(kind) => run(&data, kind, &mut tally),
        None => Err("is of no known kind".into()),
    });
    if let Err(message) = outcome {
        tally.fail(message);
    }
    tally
}

fn main() -> ExitCode {
    const SHOWN: usize = 20;
    let folder =
        std::env::var_os("SADDLESCOPE_ORACLES").map_or_else(|| "tests/oracles".into(), PathBuf::from);
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    // What describes the files is not one of them.
    paths.retain(|path| path.extension().is_none_or(|ending| ending != "md"));
    paths.sort();
    if paths.is_empty() {
        eprintln!("{}: no oracle files", folder.display());
        return ExitCode::FAILURE;
    }
    println!("{:<28}{:>8}{:>9}{:>8}  worst error / tolerance", "file", "run", "skipped", "failed");
    let mut failed = 0;
    for path in &paths {
        let tally = read(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (worst, place) = &tally.worst;
        let counts = [tally.run, tally.skipped(), tally.failures.len()];
        println!("{name:<28}{:>8}{:>9}{:>8}  {worst:.3} {place}", counts[0], counts[1], counts[2]);
        for (cases, reason) in &tally.skipped {
            println!("    skipped {cases}: {reason}");
        }
        for note in &tally.notes {
            println!("    {note}");
        }
        for failure in tally.failures.iter().take(SHOWN) {
            println!("    FAILED {failure}");
        }
        if tally.failures.len() > SHOWN {
            println!("    … and {} more", tally.failures.len() - SHOWN);
        }
        failed += tally.failures.len();
    }
    if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
