//! The built page, opened from disk in real browsers by `cargo xtask test page`: nothing fetched, nothing in the
//! console, the saddle read as a saddle, pointer and keys obeyed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

#[path = "support/scope.rs"]
mod scope;

use scope::{BROWSERS, DRAWN, SINGLE, Scope, numbers};
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
            said.contains("downhill along (0.71, 0.71), uphill along (0.71, −0.71)"),
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

/// A mistake in the gradient is seen on the page: the verdict, and the curve, which becomes a plateau of pixels.
#[test]
fn a_wrong_gradient_is_caught_on_the_page() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        scope.run(
            "const page = document.createElement('saddle-scope');
             page.setAttribute('lab', 'gradient-check');
             document.querySelector('main').replaceChildren(page);",
        );
        scope.session.wait("the lab", DRAWN).unwrap();
        assert_eq!(scope.text(".verdict strong"), scope.word("check.notes-refuse"), "{browser:?}");
        let picture = "return shadow.querySelector('.figure canvas.front').toDataURL()";
        let before = scope.run(picture);
        scope.run(
            "const select = shadow.querySelector('[data-name=tested] select');
             select.value = 'sign';
             select.dispatchEvent(new Event('change'));",
        );
        assert_eq!(scope.text(".verdict strong"), scope.word("check.caught"), "{browser:?}");
        assert_ne!(before, scope.run(picture), "{browser:?}");
        // The step's handle follows the keys.
        let handle = scope.element("[data-handle=h]");
        let value = "return shadow.querySelector('[data-handle=h]').getAttribute('aria-valuetext')";
        assert_eq!(scope.run(value), "h = 1×10⁻⁷", "{browser:?}");
        scope.session.keys(&handle, &[RIGHT; 10].concat()).unwrap();
        assert_eq!(scope.run(value), "h = 1×10⁻⁶", "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// Pasted numbers: taken, or refused in words with the place, and never read as markup.
#[test]
fn pasted_numbers_are_taken_or_refused_on_the_page() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        scope.run(
            "const page = document.createElement('saddle-scope');
             page.setAttribute('lab', 'moving-average');
             page.setAttribute('series', 'pasted');
             document.querySelector('main').replaceChildren(page);",
        );
        scope.session.wait("the lab", DRAWN).unwrap();
        let paste = |text: &str| {
            scope.run(&format!(
                "const area = shadow.querySelector('[data-name=numbers] textarea');
                 area.value = {};
                 area.dispatchEvent(new Event('change'));",
                json!(text)
            ));
        };
        paste("4 4 4 4");
        assert_eq!(scope.readout("x").trim(), "x(4)=4", "{browser:?}");
        paste("1 <img src=x onerror=alert(1)> 3");
        assert_eq!(scope.readout("x").trim(), "x(4)=4", "{browser:?}");
        let said = scope.text("[data-name=numbers] .wrong");
        assert!(said.contains('2') && said.contains("<img"), "{browser:?}: {said}");
        assert_eq!(scope.run("return shadow.querySelectorAll('img').length"), 0, "{browser:?}");
        // The handle of t obeys the keys, and the numbers follow.
        let handle = scope.element("[data-handle=t]");
        scope.session.keys(&handle, LEFT).unwrap();
        assert!(scope.readout("x").starts_with("x(3)"), "{browser:?}: {}", scope.readout("x"));
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// Another lab in place of the first one on the page.
fn show(scope: &Scope, lab: &str) {
    scope.run(&format!(
        "const page = document.createElement('saddle-scope');
         page.setAttribute('lab', '{lab}');
         document.querySelector('main').replaceChildren(page);"
    ));
    scope.session.wait("the lab", DRAWN).unwrap();
}

/// The models are seen on the surface, and a step short enough is foreseen by both.
#[test]
fn taylor_models_are_sheets_and_short_steps_are_foreseen() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "taylor");
        assert_eq!(scope.text(".verdict strong"), scope.word("taylor.step.second"), "{browser:?}");
        // How much of the surface's picture is near the green of the plane or the red of the quadric.
        let tinted = "const canvas = shadow.querySelector('.figure.space canvas.pixels');
             const copy = document.createElement('canvas');
             [copy.width, copy.height] = [canvas.width, canvas.height];
             const context = copy.getContext('2d', { willReadFrequently: true });
             context.drawImage(canvas, 0, 0);
             const { data } = context.getImageData(0, 0, copy.width, copy.height);
             let red = 0;
             for (let i = 0; i < data.length; i += 4) red += data[i + 3] > 0 && data[i] > data[i + 2] + 40;
             return red;";
        let count = || scope.run(tinted).as_f64().unwrap();
        let with = count();
        let toggle = "shadow.querySelector('[data-name=quadric] input').click()";
        scope.run(toggle);
        assert!(count() < 0.5 * with, "{browser:?}: {with} red pixels with the quadric, {} without", count());
        scope.run(toggle);
        assert_eq!(count(), with, "{browser:?}");
        let handle = scope.element("[data-handle=step]");
        scope.session.keys(&handle, &[DOWN; 70].concat()).unwrap();
        assert_eq!(scope.text(".verdict strong"), scope.word("taylor.step.both"), "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// Newton's method ends in a saddle from where the lab opens, and jumps to and fro on the notes' loss.
#[test]
fn newton_ends_in_a_saddle_and_can_jump_to_and_fro() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "newton");
        let said = |key: &str| scope.word(key).replace("{method}", &scope.word("method.newton"));
        assert_eq!(scope.text(".verdict strong"), said("newton.ends.saddle"), "{browser:?}");
        let at = "return shadow.querySelector('.readouts [data-name=theta] dd').textContent";
        assert_eq!(numbers(scope.run(at).as_str().unwrap())[..2], [-1.5, -3.0], "{browser:?}");
        let picture = "return shadow.querySelector('.figure.space canvas.pixels').toDataURL()";
        let before = scope.run(picture);
        scope.run("shadow.querySelector('[data-name=step] button').click()");
        assert!(numbers(scope.run(at).as_str().unwrap())[0] > 0.0, "{browser:?}");
        assert_ne!(before, scope.run(picture), "{browser:?}: the model stays where it was");
        scope.run("shadow.querySelector('[data-name=cycle] button').click()");
        assert_eq!(scope.text(".verdict strong"), said("newton.ends.cycle"), "{browser:?}");
        assert_eq!(numbers(scope.run(at).as_str().unwrap())[..2], [0.5, 0.4], "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// The race plays from its start to its end, and what is drawn, said and labelled follows.
#[test]
fn the_race_plays() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        scope.run(
            "const page = document.createElement('saddle-scope');
             for (const [name, value] of [['lab', 'race'], ['steps', 60], ['speed', 200]]) page.setAttribute(name, value);
             document.querySelector('main').replaceChildren(page);",
        );
        scope.session.wait("the lab", DRAWN).unwrap();
        let rows = "return [...shadow.querySelectorAll('.results tbody th')].map((row) => row.textContent.trim()).join()";
        assert_eq!(scope.run(rows), "Gradient descent,Momentum,AdaGrad,Adam", "{browser:?}");
        let picture = "return shadow.querySelector('.figure.map canvas.front').toDataURL()";
        let value = "return shadow.querySelector('[data-handle=t]').getAttribute('aria-valuetext')";
        let click =
            |name: &str| scope.run(&format!("shadow.querySelector('[data-name={name}] button').click()"));
        let ended = scope.run(picture);
        assert_eq!(scope.run(value), "t = 60", "{browser:?}");
        let whole = numbers(&scope.readout("line-1"));
        click("step-back");
        assert_eq!(scope.run(value), "t = 59", "{browser:?}");
        click("play");
        scope
            .session
            .wait(
                "the end",
                "(() => {
            const shadow = document.querySelector('saddle-scope').shadowRoot;
            const label = shadow.querySelector('[data-name=play] button').textContent;
            return label === 'Play' && shadow.querySelector('[data-handle=t]').ariaValueText !== 't = 59';
        })()",
            )
            .unwrap();
        assert_eq!(scope.run(value), "t = 60", "{browser:?}");
        assert!(ended == scope.run(picture), "{browser:?}: the end of the show is not the end of the runs");
        assert_eq!(numbers(&scope.readout("line-1")), whole, "{browser:?}");
        // From the end it begins again.
        scope.run(
            "shadow.querySelector('[data-name=speed] input').value = 0;
            shadow.querySelector('[data-name=speed] input').dispatchEvent(new Event('input'));",
        );
        click("play");
        assert_eq!(scope.text("[data-name=play] button"), scope.word("control.pause"), "{browser:?}");
        assert!(ended != scope.run(picture), "{browser:?}");
        click("play");
        // Keys on the cursor.
        let handle = scope.element("[data-handle=t]");
        scope.session.keys(&handle, &[RIGHT; 9].concat()).unwrap();
        assert_eq!(numbers(scope.run(value).as_str().unwrap())[0].floor() as i64 / 9, 1, "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
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
        press("[data-lesson=show]");
        assert_eq!(said("answer"), scope.word("lesson.minimum.1.answer"), "{browser:?}");
        let focus = "return document.activeElement.dataset.lesson ?? ''";
        assert_eq!(scope.run(focus), "next", "{browser:?}: the button that has gone gives the focus on");
        press("[data-lesson=next]");
        assert_eq!((said("place"), said("answer")), ("2 / 3".into(), String::new()), "{browser:?}");
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
    }
}

/// Who is left behind at the saddle is in the table; a question shows one curve, and its answer the rest.
#[test]
fn the_saddle_keeps_three_of_five_and_a_flat_curve_is_explained() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "escape");
        let column =
            "return [...shadow.querySelectorAll('tbody tr')].map((row) => row.children[1].textContent)";
        let stays = || {
            let cells = scope.run(column);
            let cells: Vec<&str> = cells.as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
            assert_eq!(cells.len(), 5, "{browser:?}");
            let word = scope.word("escape.stays.short");
            cells.iter().filter(|c| **c == word).count()
        };
        assert_eq!(stays(), 0, "{browser:?}");
        scope.run("shadow.querySelector('[data-name=at-saddle] button').click()");
        assert_eq!(stays(), 3, "{browser:?}");
        let choose = |control: &str, option: &str| {
            scope.run(&format!(
                "const list = shadow.querySelector('[data-name={control}] select');
                 list.value = '{option}';
                 list.dispatchEvent(new Event('change', {{ bubbles: true }}))"
            ));
        };
        let figures =
            "return [...shadow.querySelectorAll('.figure')].filter((f) => f.getClientRects().length).length";
        choose("scene", "which");
        assert_eq!(scope.run(figures), 1, "{browser:?}: the curve alone");
        choose("guess", "minimum");
        assert_eq!(scope.run(figures), 3, "{browser:?}");
        assert_eq!(scope.text(".verdict strong"), scope.word("control.guess.bouncing"), "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// The picture fills itself in, with four colours around four minima, and a press replays a run.
#[test]
fn the_map_of_fates_fills_itself_in() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "fate");
        let whole = "document.querySelector('saddle-scope').shadowRoot.querySelector('progress').hidden
             && document.querySelector('saddle-scope').shadowRoot.querySelectorAll('tbody tr').length >= 4";
        scope.session.wait("the whole picture", whole).unwrap();
        // In shares of the picture, y down: beside each of the minima of Himmelblau's function in [−5, 5]².
        let colours = "const canvas = shadow.querySelector('.figure canvas.pixels');
             const { width, height } = canvas;
             const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
             const at = (x, y) => {
               const pixel = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
               return data.slice(pixel, pixel + 4).join();
             };
             return [at(0.83, 0.34), at(0.2, 0.24), at(0.16, 0.86), at(0.9, 0.72)]";
        let colours = scope.run(colours);
        let colours = colours.as_array().unwrap();
        for (i, a) in colours.iter().enumerate() {
            assert!(!colours[..i].contains(a), "{browser:?}: {colours:?}");
        }
        let said = scope.text(".verdict");
        let handle = scope.element("[data-handle=theta]");
        scope.session.keys(&handle, &[RIGHT; 20].concat()).unwrap();
        assert_ne!(scope.text(".verdict"), said, "{browser:?}: across the border");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

#[test]
fn numbers_are_read_out_of_mathematics() {
    assert_eq!(numbers("λ1=−2 v1=(0.707,−0.5) ‖g‖=0"), [-2.0, 0.707, -0.5, 0.0]);
}

/// Many trainings, found elsewhere than on the page where that can be, counted, picked from by keys and cancelled.
#[test]
fn trainings_are_counted_and_can_be_cancelled_on_the_page() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "network");
        assert!(scope.readout("shares").starts_with("ρ=0.5"), "{browser:?}: {}", scope.readout("shares"));
        let choose = |name: &str, value: &str| {
            scope.run(&format!(
                "const select = shadow.querySelector('[data-name={name}] select');
                 select.value = '{value}';
                 select.dispatchEvent(new Event('change'));"
            ));
        };
        scope.run(
            "const Plain = window.Worker;
             window.hired = 0;
             window.Worker = class extends Plain { constructor(...of) { super(...of); window.hired += 1; } };",
        );
        choose("part", "ratio");
        choose("data", "autoencoder");
        scope.run("shadow.querySelector('[data-name=run] input').click()");
        // Sixty of them, every one on a known critical point.
        let inside = "document.querySelector('saddle-scope').shadowRoot";
        let done = format!(
            "/^60 of 60|^60 /.test({inside}.querySelector('.verdict strong').textContent) && {inside}.querySelector('progress').hidden"
        );
        scope.session.wait("the trainings", &done).unwrap();
        let matches = numbers(&scope.readout("matches"));
        assert!(matches[0] >= 57.0 && matches[0] == matches[1], "{browser:?}: {matches:?}");
        if browser == Browser::Chromium {
            assert_eq!(scope.run("return window.hired"), 1, "the trainings ran in a worker");
        }
        // Cancelled in the middle, nothing goes on.
        choose("data", "moons");
        scope.run("");
        scope.run("shadow.querySelector('[data-name=run] input').click()");
        let still = "return shadow.querySelector('.verdict strong').textContent";
        // What the worker had already sent may still come in.
        std::thread::sleep(std::time::Duration::from_millis(300));
        let said = scope.run(still);
        std::thread::sleep(std::time::Duration::from_millis(700));
        assert_eq!(scope.run(still), said, "{browser:?}");
        assert_eq!(scope.run("return shadow.querySelector('progress').hidden"), true, "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}
