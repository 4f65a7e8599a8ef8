//! `cargo xtask build`: from the crate and `www/` to `dist/`.

use crate::bundle::{self, Parts};
use crate::command::{self, cargo, find, output, root};
use crate::{pack, snip};
use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// How hard to try for a small file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// The release profile, wasm-opt and terser where they can be had.
    Best,
    /// The quick profile, without them.
    Fast,
}

/// The npm package that carries wasm-opt, at the version the size was measured with.
const BINARYEN: &str = "binaryen@132.0.0";
/// The same for scripts.
const TERSER: &str = "terser@5.51.4";

/// The features the module uses. `--all-features` would let wasm-opt write what browsers do not know yet.
const FEATURES: [&str; 8] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds `dist/` and prints the gzip size of each part.
///
/// # Errors
/// When a step fails; the message names it.
pub fn build(effort: Effort) -> Result<PathBuf> {
    let root = root();
    let compiled = compile("saddlescope", effort)?;
    let (wasm, glue, types) = bind(&compiled)?;
    let wasm = match effort {
        Effort::Best => optimise(wasm)?,
        Effort::Fast => wasm,
    };
    let css = read(&root.join("www/style.css"))?;
    let words = words(&root.join("www/text"))?;
    let texts = bundle::texts(&css, &words, &read(&root.join("www/lessons.json"))?)?;
    let parts = Parts {
        packed: packed(&wasm, &texts)?,
        glue,
        types,
        element: bundle::element(|path| read(&root.join(path)))?,
        module: read(&root.join("www/module.js")).unwrap_or_default(),
    };

    let dist = root.join("dist");
    fs::create_dir_all(&dist)?;
    let script = shortened(parts.script(), false, effort)?;
    fs::write(dist.join("saddlescope.js"), &script)?;
    fs::write(dist.join("saddlescope.mjs"), shortened(parts.module(), true, effort)?)?;
    let declared = read(&root.join("www/module.d.ts")).unwrap_or_default();
    let declared = declared + &parts.types;
    fs::write(dist.join("saddlescope.d.ts"), &declared)?;
    // Where TypeScript looks for the types of `./saddlescope.mjs` itself.
    fs::write(dist.join("saddlescope.d.mts"), &declared)?;
    let whole = |name: &str| -> Result<String> {
        bundle::inline(&read(&root.join(name))?, |path| {
            fs::read_to_string(root.join(path)).with_context(|| format!("{name} names {path}"))
        })
    };
    let page = whole("index.html")?;
    fs::write(dist.join("saddlescope.html"), &page)?;
    fs::write(dist.join("lab.html"), whole("lab.html")?)?;
    package(&root, &dist)?;

    println!("{:>9} B  WebAssembly, plain", wasm.len());
    println!("{:>9} B  WebAssembly, packed alone", pack::pack(&wasm, "")?.len());
    println!("{:>9} B  WebAssembly, styles and words, packed", parts.packed.len());
    for (name, text) in [
        ("glue", parts.instantiate()),
        ("element, joined", crate::strip::javascript(&parts.element)),
        ("style.css", crate::strip::css(&css)),
    ] {
        println!("{:>9} B  {name}, gzip", gzip_size(text.as_bytes())?);
    }
    for (language, text) in &words {
        println!("{:>9} B  {language}.json, gzip", gzip_size(text.as_bytes())?);
    }
    println!("{:>9} B  saddlescope.js, gzip", gzip_size(script.as_bytes())?);
    println!("{:>9} B  dist/saddlescope.html (everything), gzip", gzip_size(page.as_bytes())?);
    Ok(dist)
}

/// What a package of npm is made of: `npm pack` in `dist/npm` makes the file to publish.
///
/// # Errors
/// When a file cannot be written.
fn package(root: &Path, dist: &Path) -> Result<()> {
    let folder = dist.join("npm");
    fs::create_dir_all(&folder)?;
    let names = ["saddlescope.js", "saddlescope.mjs", "saddlescope.d.ts", "lab.html"];
    for name in names {
        fs::copy(dist.join(name), folder.join(name))?;
    }
    for name in ["README.md", "LICENSE"] {
        fs::copy(root.join(name), folder.join(name))?;
    }
    let about = serde_json::json!({
        "name": "saddlescope",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Live figures that teach why training stops and what to do about it",
        "license": env!("CARGO_PKG_LICENSE"),
        "type": "module",
        "main": "./saddlescope.mjs",
        "types": "./saddlescope.d.ts",
        "exports": {
            ".": { "types": "./saddlescope.d.ts", "default": "./saddlescope.mjs" },
            "./element": "./saddlescope.js",
            "./lab.html": "./lab.html",
        },
        // The script defines an element when it is run.
        "sideEffects": true,
        "files": names,
    });
    fs::write(folder.join("package.json"), serde_json::to_string_pretty(&about)? + "\n")?;
    Ok(())
}

/// Compiles a package of the workspace to WebAssembly, and gives the file.
///
/// # Errors
/// When cargo fails.
pub fn compile(package: &str, effort: Effort) -> Result<PathBuf> {
    let profile = match effort {
        Effort::Best => "release",
        Effort::Fast => "quick",
    };
    let mut build = cargo();
    build.args(["build", "--lib", "--profile", profile, "--package", package]);
    command::run(build.args(["--target", "wasm32-unknown-unknown"]))?;
    Ok(target().join(format!("wasm32-unknown-unknown/{profile}/{}.wasm", package.replace('-', "_"))))
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Runs wasm-bindgen for a script without modules: WebAssembly, glue, TypeScript declarations.
///
/// # Errors
/// When wasm-bindgen fails.
pub fn bind(wasm: &Path) -> Result<(Vec<u8>, String, String)> {
    let mut output = Bindgen::new()
        .input_path(wasm)
        .no_modules(true)?
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .typescript(true)
        .generate_output()
        .context("wasm-bindgen")?;
    // Crates without any are listed too, with nothing.
    let snippets = output.snippets().values().flatten().next();
    if let Some(snippet) = snippets.or(output.local_modules().values().next()) {
        bail!("the crate asks for a JavaScript module, which a classic script cannot import:\n{snippet}");
    }
    let types = bundle::exported_types(output.ts().unwrap_or(""));
    let module = output.wasm_mut();
    snip::numbers(module);
    snip::panics(module);
    let wasm = module.emit_wasm();
    Ok((wasm, output.js().to_string(), types))
}

/// Runs wasm-opt from npm's binaryen, or says why not and gives the module back.
///
/// # Errors
/// When files cannot be written.
pub fn optimise(wasm: Vec<u8>) -> Result<Vec<u8>> {
    let Some((node, wasm_opt)) = fetched(BINARYEN, "binaryen/bin/wasm-opt") else { return Ok(wasm) };
    let folder = target().join("xtask");
    fs::create_dir_all(&folder)?;
    let (from, to) = (folder.join("bound.wasm"), folder.join("optimised.wasm"));
    fs::write(&from, &wasm)?;
    let mut run = Command::new(node);
    run.arg(wasm_opt).arg(&from).arg("-o").arg(&to).args(["-Oz", "--strip-debug", "--strip-producers"]);
    match output(run.args(FEATURES)) {
        Ok(_) => Ok(fs::read(to)?),
        Err(error) => {
            eprintln!("note: built without wasm-opt: {error}");
            Ok(wasm)
        }
    }
}

/// A script shorter by its names: through terser from npm, or as it is.
///
/// # Errors
/// When files cannot be written or terser fails.
fn shortened(script: String, module: bool, effort: Effort) -> Result<String> {
    let fetched = if effort == Effort::Best { fetched(TERSER, "terser/bin/terser") } else { None };
    let Some((node, terser)) = fetched else { return Ok(script) };
    let path = target().join("xtask/script.js");
    fs::write(&path, script)?;
    let mut run = Command::new(node);
    run.arg(terser).arg(&path).args([
        "--ecma",
        "2020",
        "--compress",
        "--mangle",
        "--format",
        "ascii_only=true",
        "--comments",
        "/Saddlescope/",
    ]);
    if module {
        run.arg("--module");
    }
    output(&mut run)
}

/// node and a program of an npm package, fetched on first use.
fn fetched(package: &str, program: &str) -> Option<(PathBuf, PathBuf)> {
    let name = program.split('/').next_back().unwrap_or(program);
    let Some((node, npm)) = find("node").zip(find("npm")) else {
        eprintln!("note: built without {name}, which would make it smaller: node and npm are not installed");
        return None;
    };
    // A folder for each: npm removes from one what it was not asked for last.
    let folder = target().join(format!("xtask/npm-{name}"));
    let program = folder.join("node_modules").join(program);
    if !program.is_file()
        && let Err(error) = npm_install(&npm, &folder, package)
    {
        eprintln!("note: built without {name}, which would make it smaller: {error}");
        return None;
    }
    Some((node, program))
}

/// Installs an npm package into a folder of its own, without running its scripts.
///
/// # Errors
/// When npm fails.
pub fn npm_install(npm: &Path, folder: &Path, package: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut install = Command::new(npm);
    install.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix"]);
    output(install.arg(folder).arg(package)).map(drop)
}

/// The module and the texts packed for the page, and unpacked once for a trial where node is there to run the page's own
/// code.
///
/// # Errors
/// When the module cannot be packed, or what is unpacked differs.
fn packed(wasm: &[u8], texts: &str) -> Result<Vec<u8>> {
    let packed = pack::pack(wasm, texts)?;
    let Some(node) = find("node") else { return Ok(packed) };
    let folder = target().join("xtask");
    fs::create_dir_all(&folder)?;
    let (from, to) = (folder.join("packed"), folder.join("unpacked.wasm"));
    fs::write(&from, &packed)?;
    let program = read(&root().join("www/element/unpack.js"))?
        + "const [, from, to] = process.argv;\nfs.writeFileSync(to, unpack(new Uint8Array(fs.readFileSync(from))).wasm);\n";
    output(Command::new(node).arg("-e").arg(program).arg(&from).arg(&to))?;
    if fs::read(&to)? != wasm {
        bail!("www/element/unpack.js does not undo what xtask/src/pack.rs does: compare {}", to.display());
    }
    Ok(packed)
}

/// The size of these bytes as a server would send them.
///
/// # Errors
/// Never in practice: it writes to memory.
pub fn gzip_size(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// Every language: the files of the folder, by name.
fn words(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let language = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            texts.push((language, read(&path)?));
        }
    }
    texts.sort();
    Ok(texts)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
