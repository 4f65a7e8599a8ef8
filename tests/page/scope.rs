//! A page with a lab on it, in a real browser, as the tests look at it.

use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use xtask::command::root;
use xtask::webdriver::{Browser, Element, Session, file_url};

/// The course page in one file.
pub const SINGLE: &str = "dist/saddlescope.html";

/// True when the first lab on a page is drawn.
pub const DRAWN: &str = "document.querySelector('saddle-scope')?.shadowRoot?.querySelector('.handle')
    && document.querySelector('saddle-scope').shadowRoot.querySelector('canvas.front').width > 0";

pub const BROWSERS: [Browser; 3] = [Browser::Chromium, Browser::Firefox, Browser::WebKit];

/// The first lab on a page, once it is drawn.
pub struct Scope {
    pub session: Session,
    /// Where the browser's own output stood before the page was opened.
    before: usize,
}

impl Scope {
    pub fn open(browser: Browser, file: &str) -> Self {
        Self::on(Session::start(browser).unwrap(), file)
    }

    pub fn on(session: Session, file: &str) -> Self {
        let path = root().join(file);
        assert!(path.is_file(), "{} is missing: `cargo xtask build` writes it", path.display());
        let before = session.output().unwrap().len();
        session.open(&file_url(&path)).unwrap();
        session.wait("the first lab", DRAWN).unwrap();
        let scope = Self { session, before };
        // Whatever language this machine's browser prefers.
        scope.speak("en");
        scope
    }

    /// Runs a script with `shadow`, the inside of the element; what it returns is read after the next frame.
    pub fn run(&self, script: &str) -> Value {
        let script = format!(
            "const shadow = document.querySelector('saddle-scope').shadowRoot;
             return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => {{ {script} }});"
        );
        self.session.run(&script, &[]).unwrap()
    }

    pub fn text(&self, selector: &str) -> String {
        let found = self.run(&format!("return shadow.querySelector('{selector}')?.textContent ?? null"));
        found.as_str().unwrap_or_else(|| panic!("nothing at {selector}")).to_string()
    }

    pub fn readout(&self, id: &str) -> String {
        self.text(&format!(".readouts [data-name={id}] dd"))
    }

    /// Presses the page's button for a language.
    pub fn speak(&self, language: &str) {
        self.run(&format!("document.querySelector('[data-language={language}]').click()"));
        self.run("");
    }

    /// An English text of the product.
    pub fn word(&self, key: &str) -> String {
        let words: Value =
            serde_json::from_str(&fs::read_to_string(root().join("www/text/en.json")).unwrap()).unwrap();
        words[key].as_str().unwrap_or_else(|| panic!("no text {key}")).to_string()
    }

    /// Checks the shown gradient of L = (1 − w₁w₂)² at the shown θ, to the digits shown, and gives θ.
    pub fn check_gradient(&self) -> [f64; 2] {
        let theta = numbers(&self.readout("theta"));
        let g = numbers(&self.readout("gradient"));
        let (x, y) = (theta[0], theta[1]);
        let expected = [-2.0 * y * (1.0 - x * y), -2.0 * x * (1.0 - x * y)];
        for (shown, expected) in g.iter().zip(expected) {
            assert!(
                (shown - expected).abs() <= 0.02 * expected.abs().max(0.02),
                "θ = {theta:?}, but g = {g:?}"
            );
        }
        [x, y]
    }

    /// An element, brought into the window: a pointer reaches nothing outside it.
    pub fn element(&self, selector: &str) -> Element {
        let script = format!(
            "const node = shadow.querySelector('{selector}');
             const {{ top, bottom }} = node.getBoundingClientRect();
             if (top < 0 || bottom > innerHeight - 100) node.scrollIntoView({{ block: 'center' }});
             return node;"
        );
        Element::from(&self.run(&script)).unwrap()
    }

    /// What the page complained of, by console or by an error that nobody caught.
    pub fn complaints(&self) -> Vec<String> {
        match self.session.browser() {
            Browser::Chromium => {
                let notes = self.session.notes("browser").unwrap();
                notes.iter().filter(|note| note["level"] != "INFO").map(Value::to_string).collect()
            }
            Browser::Firefox | Browser::WebKit => {
                let output = self.session.output().unwrap();
                let page = &output[self.before..];
                let bad = |line: &&str| {
                    let marks = ["console.error", "console.warn", "JavaScript error", "JavaScript warning"];
                    let webkit =
                        line.starts_with("CONSOLE") && (line.contains(" ERROR") || line.contains(" WARN"));
                    // What Firefox complains of in itself is not ours.
                    let own = ["chrome://", "resource://", "BackupService", "RSLoader"]
                        .iter()
                        .any(|mark| line.contains(mark));
                    webkit || !own && marks.iter().any(|start| line.starts_with(start))
                };
                page.lines().filter(bad).map(String::from).collect()
            }
        }
    }

    /// Every address that was asked for, but the page's own.
    pub fn requests(&self) -> Vec<String> {
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
                    // A worker's blob never leaves the page.
                    let blob = url.as_str().is_some_and(|url| url.starts_with("blob:"));
                    if *url != page && url != "data:," && url != "about:blank" && !blob {
                        urls.push(url.as_str().unwrap().to_string());
                    }
                }
            }
        }
        urls
    }
}

/// Writes a page beside the built files, and gives its address.
pub fn page(name: &str, body: &str) -> String {
    let path = root().join("dist").join(name);
    fs::write(
        &path,
        format!("<!doctype html><html lang=en><meta charset=utf-8><title>t</title><body>{body}"),
    )
    .unwrap();
    file_url(&path)
}

/// The repository served over http, until the tests end.
pub fn served() -> String {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    std::thread::spawn(move || xtask::serve::serve(&root(), port));
    format!("http://localhost:{port}")
}

/// The numbers in a text of mathematics, without the indices of its letters.
pub fn numbers(text: &str) -> Vec<f64> {
    let mut out = Vec::new();
    let mut rest = text.replace('−', "-");
    // λ1, v2, w1: a digit right after a letter is an index.
    for letter in ["λ", "v", "w"] {
        for digit in ["1", "2"] {
            rest = rest.replace(&format!("{letter}{digit}"), letter);
        }
    }
    let mut word = String::new();
    for c in rest.chars().chain([' ']) {
        if c.is_ascii_digit() || c == '.' || (c == '-' && word.is_empty()) {
            word.push(c);
        } else {
            out.extend(word.parse::<f64>());
            word.clear();
        }
    }
    out
}

/// Counts what is done outside the page's own time: workers, what they send, and frames asked for.
pub const WATCH: &str = "<script>
    jobs = []; hired = 0; dismissed = 0; frames = 0;
    const Real = globalThis.Worker;
    globalThis.Worker = class extends Real {
      constructor(...given) {
        super(...given);
        hired += 1;
        this.addEventListener('message', ({ data }) => data?.saddlescope === 'found' && jobs.push([data.job, data.found.length]));
      }
      terminate() {
        dismissed += 1;
        super.terminate();
      }
    };
    const ask = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (then) => { frames += 1; return ask(then); };
    pause = (ms) => new Promise((then) => setTimeout(then, ms));
    scope = () => document.querySelector('saddle-scope');
    find = (selector) => scope().shadowRoot.querySelector(selector);
    slide = (name, to) => {
      const input = find(`[data-name='${name}'] input`);
      input.value = to;
      input.dispatchEvent(new Event('input'));
    };
  </script><script src='saddlescope.js'></script>";

pub fn run(session: &Session, script: &str) -> Value {
    session.run(script, &[]).unwrap()
}
