//! A WebDriver session: one browser, driven over localhost. What WebDriver lacks (colour scheme, widths below a
//! window's least width, whole-page pictures) comes from Chromium's own commands.

use crate::install;
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The browsers that can be driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Chromium or Chrome, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKit's own small browser, by WebKitWebDriver, on a screen that nobody sees.
    WebKit,
}

/// How long any one command may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running browser. It ends with the value.
pub struct Session {
    browser: Browser,
    driver: Child,
    agent: ureq::Agent,
    /// `http://localhost:port`, then `http://localhost:port/session/id`.
    url: String,
    /// What the driver and the browser wrote to their outputs.
    log: PathBuf,
}

/// An element of the page, as WebDriver names it.
#[derive(Clone, Debug)]
pub struct Element(String);

/// The key under which WebDriver passes elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Element {
    /// The element in an answer to [`Session::run`].
    ///
    /// # Errors
    /// When the answer is something else.
    pub fn from(value: &Value) -> Result<Self> {
        let id = value.get(ELEMENT).and_then(Value::as_str);
        Ok(Self(id.with_context(|| format!("not an element: {value}"))?.to_string()))
    }

    fn json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

impl Session {
    /// Starts a browser without a window, with an empty profile.
    ///
    /// # Errors
    /// When the browser or its driver is missing or does not start.
    pub fn start(browser: Browser) -> Result<Self> {
        Self::start_with(browser, false)
    }

    /// The same, with a page that is told of a dark colour scheme.
    ///
    /// # Errors
    /// As [`Session::start`].
    pub fn start_with(browser: Browser, dark: bool) -> Result<Self> {
        let program = match browser {
            Browser::Chromium => install::chromedriver(),
            Browser::Firefox => install::geckodriver(),
            Browser::WebKit => install::webkit_driver(),
        }?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let folder = crate::build::target().join("xtask");
        fs::create_dir_all(&folder)?;
        let log = folder.join(format!("driver-{port}.log"));
        let out = File::create(&log)?;
        let mut driver = Command::new(&program);
        match browser {
            Browser::Chromium => driver.arg(format!("--port={port}")),
            Browser::Firefox => driver.arg("--port").arg(port.to_string()),
            Browser::WebKit => {
                // It has no way to run without a screen, nor without a session bus.
                driver = Command::new(install::find_or_fail("xvfb-run")?);
                driver.args([
                    "--auto-servernum",
                    "--server-args=-screen 0 1400x1000x24",
                    "dbus-run-session",
                    "--",
                ]);
                driver.arg(&program).arg(format!("--port={port}"));
                driver.envs([
                    ("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1"),
                    ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
                    ("LIBGL_ALWAYS_SOFTWARE", "1"),
                    ("GTK_THEME", if dark { "Adwaita:dark" } else { "Adwaita" }),
                ])
            }
        };
        // A group of its own, so that what the driver starts ends with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut driver, 0);
        let driver = driver
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        let mut session = Self { browser, driver, agent, url: format!("http://127.0.0.1:{port}"), log };
        session.wait_until_ready()?;
        let created = session
            .post("/session", &json!({ "capabilities": { "alwaysMatch": wishes(browser, dark)? } }))?;
        let id = created["sessionId"].as_str().context("the driver gave no session")?;
        session.url = format!("{}/session/{id}", session.url);
        session.post("/timeouts", &json!({ "script": 50_000, "pageLoad": 50_000, "implicit": 0 }))?;
        Ok(session)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            if self.get("/status").is_ok_and(|status| status["ready"] == true) {
                return Ok(());
            }
            if let Some(status) = self.driver.try_wait()? {
                bail!("the driver ended at once ({status}):\n{}", self.output()?);
            }
            if start.elapsed() > Duration::from_secs(20) {
                bail!("the driver does not answer:\n{}", self.output()?);
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Which browser it is.
    pub fn browser(&self) -> Browser {
        self.browser
    }

    /// Opens a page and waits for its load event.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self, url: &str) -> Result<()> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// Runs the body of a function in the page, with `arguments`, and gives what it returns; a promise is awaited.
    ///
    /// # Errors
    /// When the script throws.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs an expression in the page until it is true.
    ///
    /// # Errors
    /// When it throws, or is not true within ten seconds.
    pub fn wait(&self, what: &str, expression: &str) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if self.run(&format!("return Boolean({expression})"), &[])? == true {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        bail!("waited 10 s in vain for {what}: {expression}")
    }

    /// Goes into the first frame of the page; [`Session::open`] goes out of it.
    ///
    /// # Errors
    /// When there is none.
    pub fn enter_frame(&self) -> Result<()> {
        self.post("/frame", &json!({ "id": 0 })).map(drop)
    }

    /// The tab in which the session is.
    ///
    /// # Errors
    /// When it is closed.
    pub fn window(&self) -> Result<String> {
        Ok(self.get("/window")?.as_str().context("no window")?.to_string())
    }

    /// Opens another tab, behind this one.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn new_tab(&self) -> Result<String> {
        let made = self.post("/window/new", &json!({ "type": "tab" }))?;
        Ok(made["handle"].as_str().context("no window")?.to_string())
    }

    /// Goes to a tab, which comes to the front.
    ///
    /// # Errors
    /// When it is closed.
    pub fn switch_to(&self, window: &str) -> Result<()> {
        self.post("/window", &json!({ "handle": window })).map(drop)
    }

    /// Sets the size of the page, in CSS pixels: exactly in Chromium, as near as its window allows in Firefox.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        match self.browser {
            Browser::Chromium => self.chromium(
                "Emulation.setDeviceMetricsOverride",
                &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
            ),
            Browser::Firefox | Browser::WebKit => {
                // The window is larger than the page by its bars.
                let bars = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]", &[])?;
                let bar = |i: usize| bars[i].as_u64().unwrap_or(0);
                let size =
                    json!({ "width": u64::from(width) + bar(0), "height": u64::from(height) + bar(1) });
                self.post("/window/rect", &size)
            }
        }
        .map(drop)
    }

    /// Tells a Chromium page the colour scheme of its reader.
    ///
    /// # Errors
    /// In other browsers: they take it at the start only.
    pub fn colour_scheme(&self, dark: bool) -> Result<()> {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.chromium("Emulation.setEmulatedMedia", &features).map(drop)
    }

    /// A command of Chromium's own protocol.
    ///
    /// # Errors
    /// In other browsers, and when the command fails.
    pub fn chromium(&self, command: &str, parameters: &Value) -> Result<Value> {
        if self.browser != Browser::Chromium {
            bail!("{command} is a command of Chromium");
        }
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// What the page shows, as PNG.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn picture(&self) -> Result<Vec<u8>> {
        decode(&self.get("/screenshot")?)
    }

    /// A rectangle of the page (CSS pixels from its top left corner, however far down), as PNG.
    ///
    /// # Errors
    /// In other browsers than Chromium.
    pub fn picture_of(&self, [x, y, width, height]: [f64; 4]) -> Result<Vec<u8>> {
        let clip = json!({ "x": x, "y": y, "width": width, "height": height, "scale": 1 });
        let answer = self.chromium(
            "Page.captureScreenshot",
            &json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
        )?;
        decode(&answer["data"])
    }

    /// Role and name of an element, as assistive technology is told them.
    ///
    /// # Errors
    /// When the element is gone.
    pub fn accessible(&self, element: &Element) -> Result<(String, String)> {
        let text = |what: &str| -> Result<String> {
            Ok(self.get(&format!("/element/{}/{what}", element.0))?.as_str().unwrap_or("").to_string())
        };
        Ok((text("computedrole")?, text("computedlabel")?))
    }

    /// Presses the pointer on the middle of an element, moves it by each of `path` in turn, and lets go unless `hold`.
    ///
    /// # Errors
    /// When the element is out of view.
    pub fn drag(&self, element: &Element, path: &[[i64; 2]], hold: bool) -> Result<()> {
        let mut steps = vec![
            json!({ "type": "pointerMove", "duration": 0, "origin": element.json(), "x": 0, "y": 0 }),
            json!({ "type": "pointerDown", "button": 0 }),
        ];
        for [x, y] in path {
            steps.push(json!({ "type": "pointerMove", "duration": 16, "origin": "pointer", "x": x, "y": y }));
        }
        if !hold {
            steps.push(json!({ "type": "pointerUp", "button": 0 }));
        }
        let mouse = json!({
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": steps
        });
        self.post("/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Lets go of every button and key.
    ///
    /// # Errors
    /// When the session is gone.
    pub fn release(&self) -> Result<()> {
        self.request("DELETE", "/actions", None).map(drop)
    }

    /// Types keys into an element: text, or the characters WebDriver has for keys, such as [`LEFT`].
    ///
    /// # Errors
    /// When the element cannot have the focus.
    pub fn keys(&self, element: &Element, keys: &str) -> Result<()> {
        self.post(&format!("/element/{}/value", element.0), &json!({ "text": keys })).map(drop)
    }

    /// What Chromium noted since the last call: `browser` is its console, `performance` its events.
    ///
    /// # Errors
    /// In other browsers.
    pub fn notes(&self, log: &str) -> Result<Vec<Value>> {
        let entries = self.post("/se/log", &json!({ "type": log }))?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    /// Everything that driver and browser wrote to their outputs; Firefox writes its pages' console there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn output(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.request("GET", path, None)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.request("POST", path, Some(body))
    }

    fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let url = format!("{}{path}", self.url);
        let answer = match (method, body) {
            (_, Some(body)) => self.agent.post(&url).send_json(body),
            ("DELETE", None) => self.agent.delete(&url).call(),
            (_, None) => self.agent.get(&url).call(),
        };
        let mut answer: Value = answer
            .with_context(|| format!("{method} {path}"))?
            .body_mut()
            .with_config()
            .limit(256 << 20)
            .read_json()
            .with_context(|| format!("{method} {path}"))?;
        let value = answer["value"].take();
        if let Some(error) = value.get("error").and_then(Value::as_str) {
            bail!("{method} {path}: {error}: {}", value["message"].as_str().unwrap_or(""));
        }
        Ok(value)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Closing the session closes the browser; the driver is ours to end.
        self.request("DELETE", "", None).ok();
        if cfg!(unix) {
            Command::new("kill").args(["-TERM", "--", &format!("-{}", self.driver.id())]).status().ok();
        }
        self.driver.kill().ok();
        self.driver.wait().ok();
        fs::remove_file(&self.log).ok();
    }
}

/// The arrow keys, as WebDriver writes them.
pub const LEFT: &str = "\u{E012}";
/// See [`LEFT`].
pub const UP: &str = "\u{E013}";
/// See [`LEFT`].
pub const RIGHT: &str = "\u{E014}";
/// See [`LEFT`].
pub const DOWN: &str = "\u{E015}";

/// The address of a file, for [`Session::open`].
pub fn file_url(path: &Path) -> String {
    let mut url = String::from("file://");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                url.push(byte as char)
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

fn decode(base64: &Value) -> Result<Vec<u8>> {
    Ok(BASE64_STANDARD.decode(base64.as_str().context("no picture")?)?)
}

/// The capabilities asked for.
fn wishes(browser: Browser, dark: bool) -> Result<Value> {
    Ok(match browser {
        Browser::Chromium => {
            let mut args = vec![
                "--headless=new",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-default-apps",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--window-size=1280,900",
            ];
            if install::is_root() {
                args.push("--no-sandbox");
            }
            if dark {
                args.push("--blink-settings=preferredColorScheme=0");
            }
            json!({
                "browserName": "chrome",
                "goog:chromeOptions": { "args": args },
                "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            })
        }
        Browser::WebKit => json!({
            "webkitgtk:browserOptions": {
                "binary": install::webkit_browser()?,
                "args": ["--automation", "--enable-write-console-messages-to-stdout=true"],
            },
        }),
        Browser::Firefox => json!({
            "browserName": "firefox",
            "moz:firefoxOptions": {
                "binary": install::firefox()?,
                "args": ["-headless"],
                "prefs": {
                    // The browser's own errands, which would be in the console of every page.
                    "app.normandy.enabled": false,
                    "browser.chrome.site_icons": false,
                    "messaging-system.rsexperimentloader.enabled": false,
                    "services.settings.server": "data:,#remote-settings-dummy/v1",
                    "devtools.console.stdout.content": true,
                    "ui.systemUsesDarkTheme": i32::from(dark),
                    "layout.css.prefers-color-scheme.content-override": i32::from(!dark),
                },
            },
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_url_escapes_what_a_url_must_not_hold() {
        assert_eq!(file_url(Path::new("/a b/鞍#?.html")), "file:///a%20b/%E9%9E%8D%23%3F.html");
    }
}
