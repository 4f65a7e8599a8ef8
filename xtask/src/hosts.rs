//! `cargo xtask hosts`: the places where course notes are written, tried for real. Each host's own tool is installed from
//! its registry into `target/hosts`, builds the small notes of `tests/hosts`, and a browser opens what it built. What was
//! seen becomes the table of `docs/embedding/README.md`.

use crate::build::{Effort, build, npm_install, target};
use crate::command::{cargo, find, output, root, run};
use crate::serve;
use crate::webdriver::{Browser, Element, RIGHT, Session};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A host: how its pages are made, and how one goes from page to page in it.
struct Host {
    name: &'static str,
    title: &'static str,
    /// Builds the notes in a folder, to be served at a port.
    make: fn(&Path, u16) -> Result<()>,
    /// The folder in which it looks for scripts.
    scripts: &'static str,
    /// The page with the figure.
    page: &'static str,
    /// Turns the host's own switch to dark.
    dark: &'static str,
    /// Goes on to what has no figure, as the host does it.
    leave: &'static str,
}

const HOSTS: [Host; 8] = [
    Host {
        name: "sphinx",
        title: "Sphinx with MyST-NB, as in Jupyter Book",
        make: sphinx,
        scripts: "_static",
        page: "_build/index.html",
        dark: "document.documentElement.dataset.theme = 'dark'",
        leave: "document.querySelector('article a[href*=other], a[href*=other]').click()",
    },
    Host {
        name: "mkdocs",
        title: "MkDocs Material, instant navigation",
        make: mkdocs,
        scripts: "docs",
        page: "site/index.html",
        dark: "document.querySelector('form[data-md-component=palette] input[data-md-color-scheme=slate]').click()",
        leave: "document.querySelector('article a[href*=other]').click()",
    },
    Host {
        name: "mdbook",
        title: "mdBook",
        make: mdbook,
        scripts: "",
        page: "book/index.html",
        dark: "document.documentElement.classList.replace('light', 'coal')",
        leave: "document.querySelector('a[href*=other]').click()",
    },
    Host {
        name: "docusaurus",
        title: "Docusaurus 3",
        make: docusaurus,
        scripts: "static",
        page: "build/index.html",
        dark: "document.documentElement.dataset.theme = 'dark'",
        leave: "document.querySelector('nav a[href*=other]').click()",
    },
    Host {
        name: "reveal",
        title: "reveal.js, scaled slides",
        make: reveal,
        scripts: "",
        page: "index.html",
        dark: "document.body.classList.add('has-dark-background')",
        leave: "Reveal.next()",
    },
    Host {
        name: "jupyter",
        title: "JupyterLab, anywidget",
        make: jupyter,
        scripts: "",
        page: "",
        dark: "jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })",
        leave: "jupyterapp.commands.execute('notebook:clear-cell-output')",
    },
    Host {
        name: "policy",
        title: "a page under a strict Content-Security-Policy",
        make: copied,
        scripts: "",
        page: "index.html",
        dark: "document.documentElement.setAttribute('data-theme', 'dark')",
        leave: "document.querySelector('saddle-scope').remove()",
    },
    Host {
        name: "sandbox",
        title: "a sandboxed frame (`allow-scripts` only)",
        make: copied,
        scripts: "",
        page: "index.html",
        dark: "location.hash = '#critical-point?lang=en&theme=dark'",
        leave: "location.href = 'about:blank'",
    },
];

/// What is tried, in the order of the table.
const COLUMNS: [&str; 7] =
    ["loads", "draws", "pointer", "keyboard", "theme", "height", "cleanup on navigation"];

/// Finds the element wherever it is: hosts keep their content in shadow roots too.
const FIND: &str = "
    const find = (node) => node.querySelector('saddle-scope')
      ?? [...node.querySelectorAll('*')].reduce((found, one) => found ?? (one.shadowRoot ? find(one.shadowRoot) : null), null);
    const scope = find(document);";

/// Tries the hosts named, or all, and writes the table.
///
/// # Errors
/// When a host cannot be installed or built, or a cell of its row fails.
pub fn hosts(names: &[&str]) -> Result<()> {
    let dist = build(Effort::Fast)?;
    let table = root().join("docs/embedding/README.md");
    let mut failures = Vec::new();
    for host in HOSTS.iter().filter(|host| names.is_empty() || names.contains(&host.name)) {
        println!("\n=== {}", host.title);
        let folder = target().join("hosts").join(host.name);
        fs::create_dir_all(&folder)?;
        copy(&root().join("tests/hosts").join(host.name), &folder)?;
        for place in ["", host.scripts] {
            fs::create_dir_all(folder.join(place))?;
            for file in ["saddlescope.js", "saddlescope.mjs", "lab.html"] {
                fs::copy(dist.join(file), folder.join(place).join(file))?;
            }
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        (host.make)(&folder, port).with_context(|| host.title)?;
        let row = try_host(host, &folder, port).with_context(|| host.title)?;
        for (column, cell) in COLUMNS.iter().zip(&row) {
            println!("{column:24} {cell}");
            if cell.starts_with("no") {
                failures.push(format!("{}: {column}: {cell}", host.name));
            }
        }
        record(&table, host, &row)?;
    }
    if !failures.is_empty() {
        bail!("{}", failures.join("\n"));
    }
    Ok(())
}

/// One row of the table.
fn try_host(host: &Host, folder: &Path, port: u16) -> Result<Vec<String>> {
    let mut server = None;
    let address = if host.name == "jupyter" {
        server = Some(Kept(jupyter_server(folder, port)?));
        format!("http://localhost:{port}/lab/tree/notes.ipynb")
    } else {
        let page = folder.join(host.page);
        let served = page.parent().context("no folder")?.to_path_buf();
        std::thread::spawn(move || serve::serve(&served, port));
        format!("http://localhost:{port}/{}", page.file_name().context("no page")?.to_string_lossy())
    };
    let session = Session::start(Browser::Chromium)?;
    session.resize(1280, 900)?;
    session.colour_scheme(false)?;
    session.open(&address)?;
    if host.name == "jupyter" {
        wait(
            &session,
            "return Boolean(globalThis.jupyterapp?.commands.hasCommand('runmenu:run-all') && document.querySelector('.jp-Notebook .jp-Cell'))",
        )?;
        // It asks which kernel to take, once for each notebook.
        wait(
            &session,
            "document.querySelector('.jp-Dialog .jp-mod-accept')?.click(); return !document.querySelector('.jp-Dialog') && document.body.innerText.includes('| Idle')",
        )?;
        session.run("jupyterapp.commands.execute('runmenu:run-all')", &[])?;
    }
    if host.name == "sandbox" {
        session.enter_frame()?;
    }
    let yes = |seen: bool| if seen { "yes".to_string() } else { "no".to_string() };
    let loads = wait(&session, &format!("{FIND} return Boolean(scope?.shadowRoot)")).is_ok();
    if !loads {
        let picture = folder.join("failed.png");
        fs::write(&picture, session.picture()?)?;
        println!("no element; see {}", picture.display());
        return Ok(COLUMNS.iter().map(|_| "no".to_string()).collect());
    }
    session.run(&format!("{FIND} scope.scrollIntoView({{ block: 'start' }})"), &[])?;
    let drawn = format!(
        "{FIND} const c = scope?.shadowRoot.querySelector('[data-name=map] .pixels');
         if (!c || c.width === 0) return false;
         const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
         return new Set(new Uint32Array(d.buffer)).size > 50"
    );
    let draws = wait(&session, &drawn).is_ok();
    let state = || session.run(&format!("{FIND} return scope.state"), &[]);
    let handle = || -> Result<Element> {
        let script = format!(
            "{FIND} const handle = scope.shadowRoot.querySelector('.handle.free');
             handle.scrollIntoView({{ block: 'center' }}); return handle"
        );
        Element::from(&session.run(&script, &[])?)
    };
    // The handle follows the pointer, pixel by pixel, however the host scales the figure.
    let place = || -> Result<[f64; 2]> {
        let script = format!(
            "{FIND} const b = scope.shadowRoot.querySelector('.handle.free').getBoundingClientRect();
             return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => [b.x, b.y])"
        );
        let at = session.run(&script, &[])?;
        Ok([0, 1].map(|i| at[i].as_f64().unwrap_or(f64::NAN)))
    };
    let on = handle()?;
    let before = place()?;
    session.drag(&on, &[[20, -10], [20, -10], [8, -4]], false)?;
    std::thread::sleep(Duration::from_millis(200));
    let after = place()?;
    let moved = [after[0] - before[0], after[1] - before[1]];
    let pointer = if state()? == "" {
        "no".into()
    } else if (moved[0] - 48.0).abs() > 2.0 || (moved[1] + 24.0).abs() > 2.0 {
        format!("no: the pointer went (48, −24) pixels, the handle ({:.0}, {:.0})", moved[0], moved[1])
    } else {
        yes(true)
    };
    let before = state()?;
    session.keys(&handle()?, &RIGHT.repeat(3))?;
    let keyboard = state()? != before;
    session.run(host.dark, &[])?;
    let theme = wait(
        &session,
        &format!("{FIND} return scope.shadowRoot.querySelector('.lab').classList.contains('dark')"),
    )
    .is_ok();
    let height = if host.name == "sandbox" {
        // The frame's own height, which the page around it set.
        session.run("return innerHeight > document.body.scrollHeight - 4 && innerHeight !== 500", &[])?
            == true
    } else {
        let whole = format!(
            "{FIND} const {{ height }} = scope.getBoundingClientRect();
             return scope.offsetHeight > 300 && Math.abs(scope.shadowRoot.querySelector('.lab').offsetHeight - scope.offsetHeight) < 2 && height > 100"
        );
        session.run(&whole, &[])? == true
    };
    session.run(&format!("{FIND} globalThis.kept = scope;"), &[])?;
    session.run(host.leave, &[])?;
    // Another document, or an element without canvases, or (a slide that was left) with empty ones.
    let gone = "const canvases = globalThis.kept ? [...kept.shadowRoot.querySelectorAll('canvas')] : [];
         return globalThis.kept === undefined || (kept.isConnected ? canvases.every(({ width }) => width === 0) : canvases.length === 0)";
    let cleanup = if wait(&session, gone).is_err() {
        "no".to_string()
    } else if session.run("return globalThis.kept === undefined", &[])? == true {
        "by page load".to_string()
    } else {
        yes(true)
    };
    drop(server);
    Ok(vec![yes(loads), yes(draws), pointer, yes(keyboard), yes(theme), yes(height), cleanup])
}

/// Runs a script until it gives true; hosts take their time.
fn wait(session: &Session, script: &str) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(40) {
        if session.run(script, &[]).is_ok_and(|value| value == true) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("waited in vain: {script}")
}

/// Puts a row into the table, in place of the host's former one.
fn record(table: &Path, host: &Host, row: &[String]) -> Result<()> {
    let text = fs::read_to_string(table)?;
    let link = format!("| [{}]({}.md) |", host.title, host.name);
    let new = format!("{link} {} |", row.join(" | "));
    let lines: Vec<&str> =
        text.lines().map(|line| if line.starts_with(&link) { new.as_str() } else { line }).collect();
    if !lines.contains(&new.as_str()) {
        bail!("docs/embedding/README.md has no row `{link}`");
    }
    fs::write(table, lines.join("\n") + "\n")?;
    Ok(())
}

/// A program that ends with the value.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A Python with these packages, in `target/hosts`.
fn python(packages: &[&str]) -> Result<PathBuf> {
    let folder = target().join("hosts/python");
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if !bin.is_dir() {
        run(Command::new(find("python3").context("Python 3 is not installed")?)
            .args(["-m", "venv"])
            .arg(&folder))?;
    }
    if !packages.is_empty() {
        run(Command::new(bin.join("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(packages))?;
    }
    Ok(bin)
}

fn sphinx(folder: &Path, _: u16) -> Result<()> {
    let bin = python(&["sphinx", "myst-nb", "sphinx-book-theme"])?;
    output(Command::new(bin.join("sphinx-build")).current_dir(folder).args([".", "_build"])).map(drop)
}

fn mkdocs(folder: &Path, port: u16) -> Result<()> {
    let bin = python(&["mkdocs-material"])?;
    let mut build = Command::new(bin.join("mkdocs"));
    // Instant navigation goes only to pages of this address, port included.
    build.env("SITE_URL", format!("http://localhost:{port}/"));
    output(build.current_dir(folder).args(["build", "--quiet"])).map(drop)
}

fn mdbook(folder: &Path, _: u16) -> Result<()> {
    let program = match find("mdbook") {
        Some(program) => program,
        None => {
            let place = target().join("hosts/cargo");
            let program = place.join("bin/mdbook");
            if !program.is_file() {
                run(cargo()
                    .args(["install", "--quiet", "--debug", "mdbook", "--root"])
                    .arg(&place)
                    .current_dir("/"))?;
            }
            program
        }
    };
    output(Command::new(program).arg("build").current_dir(folder)).map(drop)
}

fn docusaurus(folder: &Path, _: u16) -> Result<()> {
    let npm = find("npm").context("npm is not installed")?;
    if !folder.join("node_modules").is_dir() {
        run(Command::new(&npm).args(["install", "--no-audit", "--no-fund", "--silent"]).current_dir(folder))?;
    }
    let mut build = Command::new(find("npx").context("npx is not installed")?);
    output(build.args(["docusaurus", "build"]).env("CI", "true").current_dir(folder)).map(drop)
}

fn reveal(folder: &Path, _: u16) -> Result<()> {
    npm_install(&find("npm").context("npm is not installed")?, folder, "reveal.js@5")?;
    copy(&folder.join("node_modules/reveal.js/dist"), &folder.join("reveal"))
}

fn jupyter(_: &Path, _: u16) -> Result<()> {
    python(&["jupyterlab", "anywidget"]).map(drop)
}

fn jupyter_server(folder: &Path, port: u16) -> Result<Child> {
    let bin = python(&[])?;
    let mut server = Command::new(bin.join("jupyter-lab"));
    server.args([
        "--no-browser",
        "--allow-root",
        "--ServerApp.token=",
        "--ServerApp.password=",
        "--LabApp.expose_app_in_browser=True",
    ]);
    server.arg(format!("--port={port}")).current_dir(folder).stdin(Stdio::null());
    let child =
        server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot start jupyter-lab")?;
    for _ in 0..300 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(child);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("jupyter-lab does not answer")
}

fn copied(_: &Path, _: u16) -> Result<()> {
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}
