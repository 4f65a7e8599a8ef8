//! The course page in one file, opened from disk: nothing fetched, nothing in the console, the saddle read as a saddle,
//! pointer, keys, languages and lessons obeyed.

use crate::scope::{BROWSERS, DRAWN, SINGLE, Scope, numbers};
use serde_json::json;
use std::fs;
use xtask::build::target;
use xtask::command::root;
use xtask::webdriver::{Browser, DOWN, LEFT, RIGHT, Session, file_url};

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
        // What the figures are described by is a live text, which follows.
        let described = "const figures = [...shadow.querySelectorAll('.figure:not([hidden]) canvas.front')];
             const texts = figures.map((f) => shadow.getElementById(f.getAttribute('aria-describedby')));
             return [new Set(texts).size, texts[0].getAttribute('aria-live'), texts[0].textContent]";
        let before = scope.run(described);
        assert_eq!((&before[0], &before[1]), (&json!(1), &json!("polite")), "{browser:?}");
        let said = before[2].as_str().unwrap();
        assert!(
            said.contains("curves down along (0.71, 0.71) and curves up along (0.71, −0.71)"),
            "{browser:?}: {said}"
        );
        scope.session.keys(&scope.element(".handle.free"), RIGHT).unwrap();
        scope.run("return new Promise((done) => setTimeout(done, 500))");
        assert_ne!(scope.run(described)[2], before[2], "{browser:?}");
        scope.session.keys(&scope.element(".handle.free"), LEFT).unwrap();
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
        // In a frame only what is seen is drawn, and there the lessons stand above the first lab.
        firefox.run("document.querySelector('saddle-scope').scrollIntoView()", &[]).unwrap();
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
        // Firefox gives the rule and not what comes of it.
        let stop = "const said = shadow.querySelector('.verdict strong');
             const after = getComputedStyle(said, '::after').content;
             return after.includes('data-stop') ? said.dataset.stop : after.replaceAll('\"', '')";
        assert_eq!(scope.run(stop), "。", "{browser:?}: a full stop between headline and reason");
        assert_eq!(scope.session.run("return document.documentElement.lang", &[]).unwrap(), "zh");
        let (_, name) = scope.session.accessible(&scope.element(".handle.free")).unwrap();
        assert_eq!(name, "点 θ", "{browser:?}");
        // The choice is kept where the browser keeps anything for a page from disk.
        scope.session.open("about:blank").unwrap();
        scope.session.open(&file_url(&root().join(SINGLE))).unwrap();
        scope.session.wait("the first lab", DRAWN).unwrap();
        assert_eq!(
            scope.session.run("return document.documentElement.lang", &[]).unwrap(),
            "zh",
            "{browser:?}"
        );
        scope.speak("en");
        assert_eq!(scope.text(".verdict strong"), scope.word("verdict.saddle"), "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// The contents lead to every lab, and leave all labs and the address as they are.
#[test]
fn the_contents_lead_to_every_lab() {
    let scope = Scope::open(Browser::Chromium, SINGLE);
    scope.session.keys(&scope.element(".handle.free"), RIGHT).unwrap();
    scope.run("return new Promise((done) => setTimeout(done, 500))");
    let place = "return [location.hash, document.querySelector('saddle-scope').state]";
    let before = scope.run(place);
    let seen = scope.run(
        "const links = [...document.querySelectorAll('#labs a')];
         const scopes = [...document.querySelectorAll('saddle-scope')];
         return links.map((link, i) => {
           link.click();
           const { top } = scopes[i].getBoundingClientRect();
           return [link.hash === `#${scopes[i].getAttribute('lab')}`, link.textContent.length > 3, Math.abs(top) < 2 || scrollY + innerHeight > document.documentElement.scrollHeight - 2];
         })",
    );
    assert_eq!(seen, json!(vec![[true; 3]; 12]));
    assert_eq!(scope.run(place), before);
    // The introduction stands under the title.
    let order = scope.run(
        "const [title, text] = [shadow.querySelector('.title'), document.querySelector('saddle-scope > p')].map((node) => node.getBoundingClientRect());
         return text.top >= title.bottom && text.height > 20",
    );
    assert_eq!(order, true);
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

#[test]
fn a_lesson_asks_answers_and_is_a_link() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        let press = |what: &str| scope.run(&format!("document.querySelector('{what}').click()"));
        let said = |name: &str| {
            let script = format!(
                "const node = document.querySelector('[data-lesson={name}]');
                 return node.checkVisibility() ? node.textContent : '';"
            );
            scope.run(&script).as_str().unwrap().to_string()
        };
        assert_eq!(said("ask"), "", "{browser:?}");
        press("#lessons [data-id=minimum]");
        assert_eq!(said("ask"), scope.word("lesson.minimum.1.ask"), "{browser:?}");
        assert_eq!(scope.text(".verdict strong"), scope.word("verdict.hidden"), "{browser:?}");
        assert_eq!(said("answer"), "", "{browser:?}");
        assert_eq!(
            scope.run("return getComputedStyle(shadow.querySelector('.verdict')).visibility"),
            "visible"
        );
        press("[data-lesson=show]");
        assert_eq!(said("answer"), scope.word("lesson.minimum.1.answer"), "{browser:?}");
        let focus = "return document.activeElement.dataset.lesson ?? ''";
        assert_eq!(scope.run(focus), "next", "{browser:?}: the button that has gone gives the focus on");
        press("[data-lesson=next]");
        assert_eq!((said("place"), said("answer")), ("2 / 3".into(), String::new()), "{browser:?}");
        // The figure does not answer before the page does, except to a guess.
        let verdict = "return getComputedStyle(shadow.querySelector('.verdict')).visibility";
        assert_eq!(scope.run(verdict), "hidden", "{browser:?}");
        press("[data-lesson=show]");
        assert_eq!(scope.run(verdict), "visible", "{browser:?}");
        assert_eq!(said("answer"), scope.word("lesson.minimum.2.answer"), "{browser:?}");
        assert_eq!(scope.text(".verdict strong"), scope.word("verdict.slice.minimum"), "{browser:?}");
        let hash = scope.run("return location.hash");
        assert_eq!(hash, "#lesson-minimum-2", "{browser:?}");
        // Back and forward, another language, an address typed in.
        scope.run("history.back()");
        scope
            .session
            .wait("the first step", "document.querySelector('[data-lesson=place]').textContent === '1 / 3'")
            .unwrap();
        scope.speak("zh");
        assert!(said("ask").contains("梯度"), "{browser:?} {}", said("ask"));
        scope.run("location.hash = '#lesson-batch-3'");
        scope
            .session
            .wait(
                "the other lesson",
                "document.querySelector('#lesson + saddle-scope').getAttribute('lab') === 'batch'",
            )
            .unwrap();
        press("[data-lesson=close]");
        assert_eq!(said("ask"), "", "{browser:?}");
        assert_eq!(
            scope.run("return [location.hash, document.querySelectorAll('.asking').length]"),
            json!(["#batch?v=1&data=agree", 0]),
            "{browser:?}"
        );
    }
}

#[test]
fn numbers_are_read_out_of_mathematics() {
    assert_eq!(numbers("λ1=−2 v1=(0.707,−0.5) ‖g‖=0"), [-2.0, 0.707, -0.5, 0.0]);
}
