//! `cargo xtask test`: every check, the fast ones first, and an account at the end.

use crate::build::{Effort, build};
use crate::command::{cargo, command, run, show};
use crate::install;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What can be run by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Format, lints, native tests, documentation.
    Native,
    /// `tests/web`, in headless Chromium by wasm-pack.
    Web,
    /// `tests/page`: the built page in real browsers.
    Page,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Native, Self::Web, Self::Page];

    /// The stage of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "native" => Some(Self::Native),
            "web" => Some(Self::Web),
            "page" => Some(Self::Page),
            _ => None,
        }
    }
}

/// What became of one step.
struct Outcome {
    name: &'static str,
    error: Option<anyhow::Error>,
    tests: Counts,
    time: Duration,
}

/// Numbers of tests, as the test programs report them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
    ignored: usize,
}

/// Runs the stages and prints the account.
///
/// # Errors
/// When any step failed.
pub fn test(stages: &[Stage]) -> Result<()> {
    let mut outcomes = Vec::new();
    let mut step = |name: &'static str, work: &mut dyn FnMut(&mut Counts) -> Result<()>| {
        println!("\n=== {name}");
        let start = Instant::now();
        let mut tests = Counts::default();
        let error = work(&mut tests).err();
        if let Some(error) = &error {
            println!("failed: {error:#}");
        }
        outcomes.push(Outcome { name, error, tests, time: start.elapsed() });
    };

    if stages.contains(&Stage::Native) {
        step("format", &mut |_| run(cargo().args(["fmt", "--all", "--check"])));
        step("lints, native", &mut |_| {
            run(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
        });
        step("lints, WebAssembly", &mut |_| {
            install::wasm_target()?;
            run(&mut lint_wasm(&["--lib"]))
        });
        step("tests, native", &mut |counts| {
            count(cargo().args(["test", "--package", "saddlescope-core"]), counts)?;
            count(cargo().args(["test", "--package", "saddlescope"]), counts)?;
            count(cargo().args(["test", "--package", "xtask", "--lib"]), counts)
        });
        step("documentation", &mut |_| {
            run(cargo()
                .args(["doc", "--quiet", "--workspace", "--no-deps"])
                .env("RUSTDOCFLAGS", "-D warnings"))
        });
    }
    if stages.contains(&Stage::Web) || stages.contains(&Stage::Page) {
        step("build", &mut |_| build(Effort::Best).map(drop));
    }
    if stages.contains(&Stage::Web) {
        // Only now: these tests bring in the built script.
        step("lints, tests in the browser", &mut |_| run(&mut lint_wasm(&["--test", "web"])));
        step("tests, headless Chromium", &mut web);
    }
    if stages.contains(&Stage::Page) {
        step("tests, page", &mut |counts| {
            install::chromedriver()?;
            install::firefox()?;
            install::geckodriver()?;
            install::webkit_driver()?;
            count(cargo().args(["test", "--package", "xtask", "--test", "page"]), counts)
        });
    }
    report(&outcomes)
}

fn lint_wasm(targets: &[&str]) -> Command {
    let mut clippy = cargo();
    clippy.args(["clippy", "--quiet", "--package", "saddlescope"]).args(targets);
    clippy.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    clippy
}

/// wasm-pack may download nothing: driver and test runner are given to it.
fn web(counts: &mut Counts) -> Result<()> {
    let driver = install::chromedriver()?;
    let runner = install::test_runner()?;
    let mut test = command(install::wasm_pack()?);
    test.args(["test", "--headless", "--chrome", "--mode", "no-install", "--chromedriver"]).arg(driver);
    test.args([".", "--test", "web"]);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(runner).chain(std::env::split_paths(&path));
    test.env("PATH", std::env::join_paths(folders)?);
    count(&mut test, counts)
}

/// Runs a command, shows its output as it comes, and adds up the tests it reports.
fn count(command: &mut Command, counts: &mut Counts) -> Result<()> {
    let shown = show(command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{shown}`"))?;
    let out = child.stdout.take().context("no output")?;
    let before = *counts;
    for line in BufReader::new(out).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        if let Some(found) = counts_in(&line) {
            counts.passed += found.passed;
            counts.failed += found.failed;
            counts.ignored += found.ignored;
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    if counts.passed == before.passed {
        bail!("`{shown}` ran no test");
    }
    Ok(())
}

/// The numbers in `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn counts_in(line: &str) -> Option<Counts> {
    let (_, numbers) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let number = |name: &str| {
        numbers.split(';').find_map(|part| part.trim().strip_suffix(name)?.trim().parse().ok()).unwrap_or(0)
    };
    Some(Counts { passed: number("passed"), failed: number("failed"), ignored: number("ignored") })
}

fn report(outcomes: &[Outcome]) -> Result<()> {
    println!("\n=== summary");
    let mut sum = Counts::default();
    for Outcome { name, error, tests, time } in outcomes {
        sum.passed += tests.passed;
        sum.failed += tests.failed;
        sum.ignored += tests.ignored;
        let mut line = format!(
            "{:6}  {name:26} {:4.0} s",
            if error.is_some() { "FAILED" } else { "ok" },
            time.as_secs_f64()
        );
        if tests.passed + tests.failed > 0 {
            line += &format!("  {} passed, {} failed, {} ignored", tests.passed, tests.failed, tests.ignored);
        }
        println!("{line}");
    }
    println!("tests: {} passed, {} failed, {} ignored", sum.passed, sum.failed, sum.ignored);
    let failed = outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
    if failed > 0 {
        bail!("{failed} of {} steps failed", outcomes.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_tests_are_read() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.1s";
        assert_eq!(counts_in(line), Some(Counts { passed: 12, failed: 1, ignored: 2 }));
        assert_eq!(counts_in("running 3 tests"), None);
    }
}
