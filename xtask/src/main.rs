//! `cargo xtask <command>`: build, run, test, bench, shots.

use anyhow::{Context, Result, bail};
use std::process::ExitCode;
use xtask::suite::Stage;
use xtask::{bench, build, hosts, serve, shots, suite};

const HELP: &str = "\
cargo xtask <command>

  build [--fast]       write dist/: saddlescope.html, lab.html, saddlescope.js, saddlescope.mjs, saddlescope.d.ts, npm/
                       (--fast: for a look in seconds, not for size or speed)
  run [--port N]       build, then serve the page on http://localhost:N/ (default 8000)
  test [STAGE...]      every check, or only the stages named: native, web, page; installs what it needs
  bench [ROW...]       sizes and speeds as one JSON object, all of them also in target/bench.json
  hosts [NAME...]      the places where notes are written, tried for real; writes docs/embedding/README.md
  shots [LAB]          pictures of every lab, or of one, in target/shots
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut args = args.iter().map(String::as_str);
    let command = args.next().unwrap_or("help");
    let rest: Vec<&str> = args.collect();
    match (command, rest.as_slice()) {
        ("build", []) => build::build(build::Effort::Best).map(drop),
        ("build", ["--fast"]) => build::build(build::Effort::Fast).map(drop),
        ("run", []) => run(8000),
        ("run", ["--port", port]) => run(port.parse().context("--port takes a number from 0 to 65535")?),
        ("test", []) => suite::test(&Stage::ALL),
        ("test", names) => {
            let stages =
                names.iter().map(|name| Stage::named(name).context("the stages are native, web, page"));
            suite::test(&stages.collect::<Result<Vec<_>>>()?)
        }
        ("bench", rows) => bench::bench(rows),
        ("hosts", names) => hosts::hosts(names),
        ("shots", []) => shots::shots(None),
        ("shots", [lab]) => shots::shots(Some(lab)),
        ("help" | "--help" | "-h", _) => {
            print!("{HELP}");
            Ok(())
        }
        _ => bail!("unknown command `{command} {}`\n\n{HELP}", rest.join(" ")),
    }
}

fn run(port: u16) -> Result<()> {
    build::build(build::Effort::Best)?;
    serve::serve(&xtask::command::root(), port)
}
