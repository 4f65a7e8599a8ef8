//! The built page, opened from disk in real browsers by `cargo xtask test page`: nothing fetched, nothing in the
//! console, the saddle read as a saddle, pointer and keys obeyed.

use serde_json::Value;
use xtask::command::root;
use xtask::webdriver::{Browser, Element, Session, file_url};

const BROWSERS: [Browser; 2] = [Browser::Chromium, Browser::Firefox];

/// The first lab on a page, once it is drawn.
struct Scope {
    session: Session,
    /// Where the browser's own output stood before the page was opened.
    before: usize,
}

impl Scope {
    fn open(browser: Browser, file: &str) -> Self {
        Self::on(Session::start(browser).unwrap(), file)
    }

    fn on(session: Session, file: &str) -> Self {
        let path = root().join(file);
        assert!(path.is_file(), "{} is missing: `cargo xtask build` writes it", path.display());
        let before = session.output().unwrap().len();
        session.open(&file_url(&path)).unwrap();
        let scope = Self { session, before };
        scope.wait_until_drawn();
        scope
    }

    fn wait_until_drawn(&self) {
        self.session
            .wait(
                "the first lab",
                "document.querySelector('saddle-scope')?.shadowRoot?.querySelector('.handle')
                 && document.querySelector('saddle-scope').shadowRoot.querySelector('canvas').width > 0",
            )
            .unwrap();
    }

    /// Runs a script with `shadow`, the inside of the element; what it returns is read after the next frame.
    fn run(&self, script: &str) -> Value {
        let script = format!(
            "const shadow = document.querySelector('saddle-scope').shadowRoot;
             return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => {{ {script} }});"
        );
        self.session.run(&script, &[]).unwrap()
    }

    fn text(&self, selector: &str) -> String {
        let found = self.run(&format!("return shadow.querySelector('{selector}')?.textContent ?? null"));
        found.as_str().unwrap_or_else(|| panic!("nothing at {selector}")).to_string()
    }

    fn readout(&self, id: &str) -> String {
        self.text(&format!(".readouts [data-name={id}] dd"))
    }

    fn element(&self, selector: &str) -> Element {
        Element::from(&self.run(&format!("return shadow.querySelector('{selector}')"))).unwrap()
    }

    /// What the page complained of, by console or by an error that nobody caught.
    fn complaints(&self) -> Vec<String> {
        match self.session.browser() {
            Browser::Chromium => {
                let notes = self.session.notes("browser").unwrap();
                notes.iter().filter(|note| note["level"] != "INFO").map(Value::to_string).collect()
            }
            Browser::Firefox => {
                let output = self.session.output().unwrap();
                let page = &output[self.before..];
                let bad = |line: &&str| {
                    ["console.error", "console.warn", "JavaScript error", "JavaScript warning"]
                        .iter()
                        .any(|start| line.starts_with(start))
                };
                page.lines().filter(bad).map(String::from).collect()
            }
        }
    }

    /// Every address that was asked for, but the page's own.
    fn requests(&self) -> Vec<String> {
        let entries = self
            .session
            .run("return performance.getEntriesByType('resource').map((entry) => entry.name)", &[])
            .unwrap();
        let mut urls: Vec<String> =
            entries.as_array().unwrap().iter().map(|url| url.as_str().unwrap().to_string()).collect();
        if self.session.browser() == Browser::Chromium {
            let page = self.session.run("return location.href", &[]).unwrap();
            for note in self.session.notes("performance").unwrap() {
                let event: Value = serde_json::from_str(note["message"].as_str().unwrap()).unwrap();
                if event["message"]["method"] == "Network.requestWillBeSent" {
                    let url = &event["message"]["params"]["request"]["url"];
                    // A fresh browser shows an empty page of its own first.
                    if *url != page && url != "data:," && url != "about:blank" {
                        urls.push(url.as_str().unwrap().to_string());
                    }
                }
            }
        }
        urls
    }
}

#[test]
fn the_single_file_is_silent_and_asks_for_nothing() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, "dist/saddlescope.html");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
        assert_eq!(scope.requests(), [""; 0], "{browser:?}");
    }
}

#[test]
fn the_page_at_the_root_asks_for_its_own_files_only() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, "index.html");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
        let own = [file_url(&root().join("dist")), file_url(&root().join("www"))];
        for url in scope.requests() {
            assert!(own.iter().any(|folder| url.starts_with(folder)), "{browser:?} asked for {url}");
        }
    }
}
