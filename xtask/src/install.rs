//! What the tests need beyond cargo: found, or installed where that is possible without asking.

use crate::command::{self, cargo, cargo_bin, find, output, root, run};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// The version of wasm-bindgen that the crate is built with; the test runner must have the same.
const WASM_BINDGEN: &str = "0.2.130";

/// Whether we are root: then Chromium needs `--no-sandbox`, and apt may be asked.
pub fn is_root() -> bool {
    cfg!(unix) && output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// chromedriver, with Chromium.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn chromedriver() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMEDRIVER") {
        return Ok(path.into());
    }
    let browser =
        || ["chromium", "google-chrome", "google-chrome-stable", "chrome"].into_iter().find_map(find);
    if find("chromedriver").is_none() || (cfg!(target_os = "linux") && browser().is_none()) {
        apt(&["chromium", "chromium-driver"], "Chromium (or Chrome) and chromedriver")?;
    }
    find("chromedriver").context("chromedriver was installed, but is not in PATH")
}

/// Firefox.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn firefox() -> Result<PathBuf> {
    let here = || {
        let mac = PathBuf::from("/Applications/Firefox.app/Contents/MacOS/firefox");
        ["firefox", "firefox-esr"].into_iter().find_map(find).or_else(|| mac.is_file().then_some(mac))
    };
    if here().is_none() {
        apt(&["firefox-esr"], "Firefox")?;
    }
    here().context("Firefox was installed, but is not in PATH")
}

/// geckodriver.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn geckodriver() -> Result<PathBuf> {
    if find("geckodriver").is_none() {
        cargo_install("geckodriver", &["--locked"])?;
    }
    find("geckodriver").context("geckodriver was installed, but is not in PATH")
}

/// WebKitWebDriver, with what it takes to run it without a screen.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn webkit_driver() -> Result<PathBuf> {
    let packages = ["webkit2gtk-driver", "xvfb", "xauth", "dbus-x11"];
    if ["WebKitWebDriver", "xvfb-run", "dbus-run-session"].into_iter().any(|program| find(program).is_none())
    {
        apt(&packages, "WebKitGTK's driver (with Xvfb and D-Bus)")?;
    }
    find_or_fail("WebKitWebDriver")
}

/// The small browser that comes with WebKitGTK.
///
/// # Errors
/// When it is not where distributions put it.
pub fn webkit_browser() -> Result<PathBuf> {
    let folders =
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec", "/usr/lib"];
    let names = ["webkit2gtk-4.1/MiniBrowser", "webkitgtk-6.0/MiniBrowser", "webkit2gtk-4.0/MiniBrowser"];
    let places =
        folders.iter().flat_map(|folder| names.iter().map(move |name| PathBuf::from(folder).join(name)));
    places.into_iter().find(|path| path.is_file()).context("WebKitGTK's MiniBrowser was not found")
}

/// Where a program is.
///
/// # Errors
/// When it is not there.
pub fn find_or_fail(program: &str) -> Result<PathBuf> {
    find(program).with_context(|| format!("{program} is not in PATH"))
}

/// Letters for the pictures of Chinese pages, where that goes without asking.
pub fn chinese_font() {
    let has = output(Command::new("fc-list").arg(":lang=zh")).is_ok_and(|list| !list.trim().is_empty());
    if !has && is_root() && cfg!(target_os = "linux") {
        let _ = apt(&["fonts-noto-cjk"], "a Chinese font");
    }
}

/// wasm-pack.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn wasm_pack() -> Result<PathBuf> {
    if find("wasm-pack").is_none() {
        cargo_install("wasm-pack", &["--locked"])?;
    }
    find("wasm-pack").context("wasm-pack was installed, but is not in PATH")
}

/// The folder of wasm-bindgen's test runner, at the crate's version: wasm-pack looks in `PATH`.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn test_runner() -> Result<PathBuf> {
    let right = |path: &PathBuf| {
        output(Command::new(path).arg("--version"))
            .is_ok_and(|version| version.trim().ends_with(WASM_BINDGEN))
    };
    if let Some(path) = find("wasm-bindgen-test-runner").filter(right) {
        return path.parent().map(PathBuf::from).context("a program without a folder");
    }
    // Not --locked: the lock file of this release names a version that was withdrawn.
    cargo_install("wasm-bindgen-cli", &["--version", WASM_BINDGEN, "--force"])?;
    cargo_bin().context("cargo has no home")
}

/// The target and the components that `rust-toolchain.toml` names; rustup fetches them by itself, other toolchains
/// cannot.
///
/// # Errors
/// When the target is missing.
pub fn wasm_target() -> Result<()> {
    let sysroot = output(command::command("rustc").args(["--print", "sysroot"]))?;
    if PathBuf::from(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        return Ok(());
    }
    match find("rustup") {
        Some(rustup) => run(command::command(rustup).args(["target", "add", "wasm32-unknown-unknown"])),
        None => bail!("this Rust has no wasm32-unknown-unknown: install Rust by https://rustup.rs"),
    }
}

/// Builds a program and puts it among cargo's own. The programs are used for seconds and built on fresh machines for
/// minutes, hence without optimisation, and with one target folder since they share many crates.
fn cargo_install(package: &str, arguments: &[&str]) -> Result<()> {
    println!("installing {package} by cargo (once on this machine, some minutes)");
    let mut install = cargo();
    install.args(["install", "--quiet", "--debug", package]).args(arguments);
    install.arg("--target-dir").arg(crate::build::target().join("xtask/install"));
    install.env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("CARGO_TARGET_DIR");
    // Away from the root, so that this repository's .cargo/config.toml has no say.
    install.current_dir(root().parent().unwrap_or(&root()));
    run(&mut install)
}

/// Installs packages by apt where that goes without asking, else says what is missing.
fn apt(packages: &[&str], what: &str) -> Result<()> {
    let apt = find("apt-get").filter(|_| is_root());
    let Some(apt) = apt else {
        bail!(
            "{what} must be installed for this test: with apt, `sudo apt-get install {}`; \
             elsewhere by your system's own means, so that the programs are in PATH",
            packages.join(" ")
        );
    };
    println!("installing {} by apt", packages.join(" "));
    let apt = || {
        let mut command = command::command(&apt);
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        command
    };
    run(apt().arg("update"))?;
    run(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
}
