//! The built page, opened from disk in real browsers by `cargo xtask test page`: nothing fetched, nothing in the
//! console, the saddle read as a saddle, pointer and keys obeyed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use serde_json::{Value, json};
use std::fs;
use xtask::build::target;
use xtask::command::root;
use xtask::webdriver::{Browser, DOWN, Element, RIGHT, Session, file_url};

/// The course page in one file.
const SINGLE: &str = "dist/saddlescope.html";

/// True when the first lab on a page is drawn.
const DRAWN: &str = "document.querySelector('saddle-scope')?.shadowRoot?.querySelector('.handle')
    && document.querySelector('saddle-scope').shadowRoot.querySelector('canvas').width > 0";

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
        session.wait("the first lab", DRAWN).unwrap();
        let scope = Self { session, before };
        // Whatever language this machine's browser prefers.
        scope.speak("en");
        scope
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

    /// Presses the page's button for a language.
    fn speak(&self, language: &str) {
        self.run(&format!("document.querySelector('[data-language={language}]').click()"));
        self.run("");
    }

    /// An English text of the product.
    fn word(&self, key: &str) -> String {
        let words: Value =
            serde_json::from_str(&fs::read_to_string(root().join("www/text/en.json")).unwrap()).unwrap();
        words[key].as_str().unwrap_or_else(|| panic!("no text {key}")).to_string()
    }

    /// Checks the shown gradient of L = (1 − w₁w₂)² at the shown θ, to the digits shown, and gives θ.
    fn check_gradient(&self) -> [f64; 2] {
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
        let scope = Scope::open(browser, SINGLE);
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

#[test]
fn the_saddle_of_the_notes_is_read_as_one() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        assert_eq!(scope.text(".verdict strong"), scope.word("verdict.saddle"), "{browser:?}");
        assert_eq!(numbers(&scope.readout("theta")), [0.0, 0.0, 1.0], "{browser:?}");
        assert_eq!(numbers(&scope.readout("gradient")), [0.0, 0.0, 0.0], "{browser:?}");
        let entries = "return [...shadow.querySelectorAll('[data-name=hessian] mtd')].map((e) => e.textContent).join(' ')";
        assert_eq!(numbers(scope.run(entries).as_str().unwrap()), [0.0, -2.0, -2.0, 0.0], "{browser:?}");
        // The way out: the eigenvector of the negative eigenvalue, (1, 1)/√2.
        assert_eq!(numbers(&scope.readout("eigen-1")), [-2.0, 0.707, 0.707], "{browser:?}");
        assert_eq!(numbers(&scope.readout("eigen-2")), [2.0, 0.707, -0.707], "{browser:?}");
    }
}

#[test]
fn assistive_technology_is_told_the_same() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        let (role, name) = scope.session.accessible(&scope.element(".handle.free")).unwrap();
        assert_eq!((role.as_str(), name), ("slider", scope.word("handle.theta")), "{browser:?}");
        let (role, name) =
            scope.session.accessible(&scope.element(".figure.map canvas:last-of-type")).unwrap();
        assert!(matches!(role.as_str(), "img" | "image"), "{browser:?} {role}");
        assert_eq!(name, scope.word("figure.map"), "{browser:?}");
    }
    // Chromium gives the whole tree: the verdict and every number are in it.
    let scope = Scope::open(Browser::Chromium, SINGLE);
    let tree = scope.session.chromium("Accessibility.getFullAXTree", &json!({})).unwrap();
    let said: Vec<&str> =
        tree["nodes"].as_array().unwrap().iter().filter_map(|node| node["name"]["value"].as_str()).collect();
    for text in [scope.word("verdict.saddle").as_str(), "−2", "2", "0.707", "−0.707"] {
        assert!(said.iter().any(|name| name.contains(text)), "nothing says {text}");
    }
}

#[test]
fn numbers_follow_the_pointer() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        let handle = scope.element(".handle.free");
        scope.session.drag(&handle, &[[30, -20], [30, -20], [20, -5]], false).unwrap();
        let at = scope.check_gradient();
        assert!(at[0] > 0.1 && at[1] > 0.05, "{browser:?}: right and up, but θ = {at:?}");
        assert_eq!(scope.text(".verdict strong"), scope.word("verdict.not-critical"), "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

#[test]
fn numbers_follow_the_arrow_keys() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        let handle = scope.element(".handle.free");
        scope.session.keys(&handle, &[RIGHT, RIGHT, RIGHT, DOWN].concat()).unwrap();
        let at = scope.check_gradient();
        assert!(at[0] > 0.0 && at[1] < 0.0 && (at[0] + 3.0 * at[1]).abs() < 1e-9, "{browser:?}: θ = {at:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

#[test]
fn the_surface_turns_under_the_pointer() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        let handle = scope.element(".figure.space .handle");
        let value = ".figure.space .handle";
        let turned =
            || scope.run(&format!("return shadow.querySelector('{value}').getAttribute('aria-valuetext')"));
        scope.run("shadow.querySelector('.figure.space').scrollIntoView({ block: 'center' })");
        let picture =
            "const canvas = shadow.querySelector('.figure.space canvas'); return canvas.toDataURL()";
        let (before, drawn) = (turned(), scope.run(picture));
        scope.session.drag(&handle, &[[40, 10], [40, 10]], false).unwrap();
        assert_ne!(before, turned(), "{browser:?}");
        assert_ne!(drawn, scope.run(picture), "{browser:?}");
        assert_eq!(numbers(&scope.readout("theta")), [0.0, 0.0, 1.0], "{browser:?}: the point moved");
    }
}

#[test]
fn nothing_is_wider_than_the_page() {
    let overflow = "return [innerWidth, document.documentElement.scrollWidth]";
    let chromium = Session::start(Browser::Chromium).unwrap();
    chromium.resize(1280, 900).unwrap();
    let scope = Scope::on(chromium, SINGLE);
    for language in ["en", "zh"] {
        scope.speak(language);
        for width in [320, 390, 768, 1280] {
            scope.session.resize(width, 900).unwrap();
            scope.run("");
            let seen = scope.session.run(overflow, &[]).unwrap();
            assert_eq!(seen[0], width);
            assert!(seen[1].as_u64() <= Some(u64::from(width)), "{language}: {} of {width} pixels", seen[1]);
        }
    }
    // Firefox's window is never narrower than 500 pixels: a frame in it is.
    let firefox = Session::start(Browser::Firefox).unwrap();
    let url = file_url(&root().join(SINGLE));
    for width in [320, 390, 1280] {
        let host = target().join("xtask/frame.html");
        fs::write(
            &host,
            format!("<iframe src='{url}' width='{width}' height='900' style='border:0'></iframe>"),
        )
        .unwrap();
        firefox.resize(1366, 950).unwrap();
        firefox.open(&file_url(&host)).unwrap();
        firefox.enter_frame().unwrap();
        firefox.wait("the first lab", DRAWN).unwrap();
        let seen = firefox.run(overflow, &[]).unwrap();
        assert_eq!(seen[0], width);
        assert!(seen[1].as_u64() <= Some(width), "Firefox: {} of {width} pixels", seen[1]);
    }
}

#[test]
fn the_page_speaks_chinese() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        scope.speak("zh");
        assert_eq!(scope.text(".verdict strong"), "鞍点", "{browser:?}");
        assert_eq!(scope.session.run("return document.documentElement.lang", &[]).unwrap(), "zh");
        let (_, name) = scope.session.accessible(&scope.element(".handle.free")).unwrap();
        assert_eq!(name, "点 θ", "{browser:?}");
        scope.speak("en");
        assert_eq!(scope.text(".verdict strong"), scope.word("verdict.saddle"), "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

#[test]
fn light_and_dark_are_the_reader_s_choice() {
    // Mean lightness of the page's own colours, and of the drawn map, 0 to 255.
    let lightness = |scope: &Scope| -> [f64; 2] {
        let seen = scope.run(
            "const page = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number);
             const canvas = shadow.querySelector('.figure.space canvas');
             const bitmap = shadow.querySelector('.figure.map canvas');
             const { data } = bitmap.getContext('2d').getImageData(0, 0, bitmap.width, bitmap.height);
             let sum = 0;
             for (let i = 0; i < data.length; i += 4) sum += (data[i] + data[i + 1] + data[i + 2]) / 3;
             return [(page[0] + page[1] + page[2]) / 3, sum / (data.length / 4)];",
        );
        [seen[0].as_f64().unwrap(), seen[1].as_f64().unwrap()]
    };
    for browser in BROWSERS {
        let light = Scope::on(Session::start_with(browser, false).unwrap(), SINGLE);
        let dark = Scope::on(Session::start_with(browser, true).unwrap(), SINGLE);
        let (light, dark) = (lightness(&light), lightness(&dark));
        assert!(light[0] > 230.0 && dark[0] < 60.0, "{browser:?}: page {light:?} {dark:?}");
        assert!(dark[1] > 5.0 && light[1] > dark[1] + 25.0, "{browser:?}: map {light:?} {dark:?}");
    }
}

/// The numbers in a text of mathematics, without the indices of its letters.
fn numbers(text: &str) -> Vec<f64> {
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

#[test]
fn numbers_are_read_out_of_mathematics() {
    assert_eq!(numbers("λ1=−2 v1=(0.707,−0.5) ‖g‖=0"), [-2.0, 0.707, -0.5, 0.0]);
}
