//! What each lab does on the page: its point is seen, by pixels and by words, and its controls obey.

use crate::scope::{BROWSERS, DRAWN, SINGLE, Scope, numbers};
use serde_json::json;
use xtask::webdriver::{Browser, DOWN, LEFT, RIGHT};

/// Another lab in place of the first one on the page.
pub fn show(scope: &Scope, lab: &str) {
    scope.run(&format!(
        "const page = document.createElement('saddle-scope');
         page.setAttribute('lab', '{lab}');
         document.querySelector('main').replaceChildren(page);"
    ));
    scope.session.wait("the lab", DRAWN).unwrap();
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

/// The control "all critical points in view": nine marks on the map of Himmelblau's function and nothing else new, and
/// nine rows with L, both λ and the kind, in what assistive technology is told too.
#[test]
fn all_critical_points_are_found_marked_and_listed() {
    // Minima, saddles, the maximum: x, y, L, λ₁, λ₂, as the oracle has them, to the digits shown.
    let known = [
        ("minimum", [3.0, 2.0, 0.0]),
        ("minimum", [-2.81, 3.13, 0.0]),
        ("minimum", [-3.78, -3.28, 0.0]),
        ("minimum", [3.58, -1.85, 0.0]),
        ("saddle", [3.39, 0.0739, 13.3]),
        ("saddle", [-3.07, -0.0814, 104.0]),
        ("saddle", [0.0867, 2.88, 67.7]),
        ("saddle", [-0.128, -1.95, 178.0]),
        ("maximum", [-0.271, -0.923, 182.0]),
    ];
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        scope.run(
            "const list = shadow.querySelector('[data-name=loss] select');
             list.value = 'himmelblau';
             list.dispatchEvent(new Event('change', { bubbles: true }));
             shadow.querySelector('.figure.map').scrollIntoView({ block: 'center' })",
        );
        // Where the canvases of the map differ from how they were, in shares of the picture; 24 shares each way.
        let marked = "const canvases = [...shadow.querySelectorAll('.figure.map canvas')];
             const look = (canvas) => {
               const copy = document.createElement('canvas');
               [copy.width, copy.height] = [canvas.width, canvas.height];
               const context = copy.getContext('2d', { willReadFrequently: true });
               if (canvas.width > 0) context.drawImage(canvas, 0, 0);
               return { w: copy.width, h: copy.height, data: canvas.width > 0 ? context.getImageData(0, 0, copy.width, copy.height).data : [] };
             };
             const now = canvases.map(look);
             const places = new Set();
             now.forEach(({ w, h, data }, k) => {
               const before = window.before?.[k].data ?? data;
               for (let i = 0; i < data.length; i += 4) {
                 if (data[i] !== before[i] || data[i + 1] !== before[i + 1] || data[i + 2] !== before[i + 2] || data[i + 3] !== before[i + 3]) {
                   const [x, y] = [(i / 4) % w, Math.floor(i / 4 / w)];
                   places.add([Math.floor((24 * x) / w), Math.floor((24 * y) / h)].join());
                 }
               }
             });
             window.before ??= now;
             return [...places]";
        assert_eq!(scope.run(marked).as_array().unwrap().len(), 0, "{browser:?}");
        scope.run("shadow.querySelector('[data-name=all] input').click()");
        let inside = "document.querySelector('saddle-scope').shadowRoot";
        let done = format!(
            "{inside}.querySelectorAll('tbody tr').length === 9 && {inside}.querySelector('progress').hidden"
        );
        scope.session.wait("the list", &done).unwrap();
        let places = scope.run(marked);
        let places: Vec<[f64; 2]> = places
            .as_array()
            .unwrap()
            .iter()
            .map(|place| {
                let place = numbers(place.as_str().unwrap());
                [place[0], place[1]]
            })
            .collect();
        let cell = |[x, y]: [f64; 2]| [(x + 5.0) / 10.0 * 24.0, (5.0 - y) / 10.0 * 24.0];
        let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) < 2.0;
        for (kind, [x, y, _]) in known {
            let marked = places.iter().any(|p| near([p[0] + 0.5, p[1] + 0.5], cell([x, y])));
            assert!(marked, "{browser:?}: no mark at the {kind} ({x}, {y}): {places:?}");
        }
        for place in &places {
            let known =
                known.iter().any(|(_, [x, y, _])| near([place[0] + 0.5, place[1] + 0.5], cell([*x, *y])));
            assert!(known, "{browser:?}: a mark where no critical point is: {place:?}");
        }
        let rows = scope.run(
            "return [...shadow.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent.trim()))",
        );
        for (kind, [x, y, loss]) in known {
            let of = |row: &serde_json::Value, k: usize| {
                numbers(row[k].as_str().unwrap_or_default()).first().copied().unwrap_or(f64::NAN)
            };
            let row = rows.as_array().unwrap().iter().find(|row| of(row, 1) == x && of(row, 2) == y);
            let row = row.unwrap_or_else(|| panic!("{browser:?}: ({x}, {y}) is not listed: {rows}"));
            assert_eq!(row[0].as_str().unwrap(), scope.word(&format!("verdict.{kind}")), "{browser:?}");
            assert!((of(row, 3) - loss).abs() <= 1e-9 * loss.max(1.0), "{browser:?}: {row}");
            let signs = [of(row, 4) > 0.0, of(row, 5) > 0.0];
            let want = match kind {
                "minimum" => [true, true],
                "maximum" => [false, false],
                _ => [false, true],
            };
            assert_eq!(signs, want, "{browser:?}: {row}");
        }
        let said = scope.word("landmarks.proved").replace("{rest}", "");
        assert!(scope.text(".results").contains(said.trim_start_matches(". ")), "{browser:?}");
        if browser == Browser::Chromium {
            let tree = scope.session.chromium("Accessibility.getFullAXTree", &json!({})).unwrap();
            let nodes = tree["nodes"].as_array().unwrap();
            let cells: Vec<&str> = nodes
                .iter()
                .filter(|node| {
                    matches!(node["role"]["value"].as_str(), Some("cell" | "gridcell" | "rowheader"))
                })
                .filter_map(|node| node["name"]["value"].as_str())
                .collect();
            let minimum = scope.word("verdict.minimum");
            assert_eq!(cells.iter().filter(|name| name.contains(&minimum)).count(), 4, "{cells:?}");
            for number in ["−0.271", "−0.923", "182"] {
                assert!(cells.contains(&number), "{number} is in no cell: {cells:?}");
            }
        }
        // Off again, nothing of it is left.
        scope.run("shadow.querySelector('[data-name=all] input').click()");
        assert_eq!(scope.run(marked).as_array().unwrap().len(), 0, "{browser:?}: marks stay");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// A choice that the data do not allow is not taken, and says why beside it.
#[test]
fn a_choice_that_does_not_fit_says_why() {
    let scope = Scope::open(Browser::Chromium, SINGLE);
    show(&scope, "batch");
    let choose = |model: &str| {
        scope.run(&format!(
            "const list = shadow.querySelector('[data-name=model] select');
             list.value = '{model}';
             list.dispatchEvent(new Event('change'));"
        ));
        let wrong = "shadow.querySelector('[data-name=model] .wrong')";
        scope.run(&format!("return [shadow.querySelector('[data-name=model] select').value, {wrong}.hidden ? '' : {wrong}.textContent]"))
    };
    let seen = choose("logistic");
    assert_eq!(seen[0], "least-squares");
    assert!(seen[1].as_str().unwrap().contains("label"), "{seen}");
    assert_eq!(choose("least-squares"), json!(["least-squares", ""]));
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
        assert_eq!(scope.text(".verdict strong"), scope.word("escape.which.is.bouncing"), "{browser:?}");
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
        choose("scene", "ratio");
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

/// A training on the page: paused it stays where it is, a step is one epoch, and played it goes on; digits are drawn, with
/// what is said of them in words.
#[test]
fn a_training_is_held_by_pause_and_digits_are_drawn_on_the_page() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "network");
        scope.run(
            "const host = document.querySelector('saddle-scope');
             for (const [name, value] of [['data', 'digits'], ['epochs', 3000]]) host.setAttribute(name, value);",
        );
        let press =
            |name: &str| scope.run(&format!("shadow.querySelector('[data-name={name}] button').click()"));
        let button = |says: &str| {
            let says = scope.word(says);
            let inside = "document.querySelector('saddle-scope').shadowRoot";
            let now = format!("{inside}.querySelector('[data-name=play] button').textContent === '{says}'");
            scope.session.wait(&says, &now).unwrap();
        };
        let epoch = || scope.text("[data-name=t] .value").parse::<f64>().unwrap();
        button("control.pause");
        press("play");
        button("control.play");
        let held = epoch();
        assert!((0.0..3000.0).contains(&held), "{browser:?}: {held}");
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert_eq!(epoch(), held, "{browser:?}");
        press("step");
        assert_eq!(epoch(), held + 1.0, "{browser:?}");
        press("play");
        button("control.pause");
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert!(epoch() > held + 1.0, "{browser:?}");
        press("play");
        assert!(scope.text("[data-name=answers] figcaption").ends_with("of 20"), "{browser:?}");
        let ink = "const canvas = shadow.querySelector('[data-name=answers] canvas.pixels');
             const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
             let dark = 0;
             for (let k = 0; k < data.length; k += 4) dark += data[k] < 60 && data[k + 3] === 255;
             return dark / (data.length / 4)";
        let share = scope.run(ink).as_f64().unwrap();
        assert!((0.02..0.4).contains(&share), "{browser:?}: {share} of the sheet is ink");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// While a point is dragged, figures outside the window wait; when it is let go, or the page is scrolled, they show the
/// same as if they had not.
#[test]
fn figures_out_of_sight_wait_until_a_drag_ends() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        scope.session.resize(1280, 700).unwrap();
        show(&scope, "taylor");
        let handle = scope.element("[data-handle=theta]");
        // The error curves lie below the window.
        let picture = "const figures = [...shadow.querySelectorAll('.figure:not(.map, .space)')];
             const { top } = figures.at(-1).getBoundingClientRect();
             return [top - innerHeight, figures.at(-1).querySelector('canvas.front').toDataURL()]";
        let before = scope.run(picture);
        assert!(before[0].as_f64().unwrap() > 50.0, "{browser:?}: the last figure is in sight");
        // WebKit's driver does not let go of what it was told to hold.
        let held = browser != Browser::WebKit;
        scope.session.drag(&handle, &[[20, -10], [20, -10]], held).unwrap();
        if held {
            scope.run("");
            assert!(scope.run(picture)[1] == before[1], "{browser:?}: painted where nobody looks");
            scope.session.release().unwrap();
        }
        scope.run("");
        let after = scope.run(picture);
        assert!(after[1] != before[1], "{browser:?}: it waits for ever");
        // Painted anew, it is no other.
        let state = "return document.querySelector('saddle-scope').state";
        let state = scope.run(state);
        scope.run(&format!("document.querySelector('saddle-scope').state = {state}"));
        scope.run("");
        assert!(scope.run(picture)[1] == after[1], "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}
