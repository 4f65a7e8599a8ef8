//! That nobody is shut out: languages, narrow windows, fingers, less motion, and what axe-core says.

use crate::scope::{DRAWN, SINGLE, WATCH, page, run};
use saddlescope::lab::REGISTRY;
use serde_json::{Value, json};
use std::fs;
use xtask::build::target;
use xtask::command::root;
use xtask::webdriver::{Browser, Session, file_url};

/// A language for tests: every text longer and marked, so that what stays plain was not translated.
fn pseudo() -> Value {
    let text = fs::read_to_string(root().join("www/text/en.json")).unwrap();
    let words: Value = serde_json::from_str(&text).unwrap();
    let marked = |(key, text): (&String, &Value)| {
        let text = text.as_str().unwrap();
        // Symbols are the same in every language.
        let longer = "~".repeat(text.chars().count() * 2 / 5);
        (key.clone(), json!(format!("⟦{text}{longer}⟧")))
    };
    words.as_object().unwrap().iter().map(marked).collect::<serde_json::Map<_, _>>().into()
}

/// Every lab with everything open: nothing is wider than the page, at 320 pixels, in a window at 200 %, and in a wide one;
/// and in a language nobody wrote by hand each text of the page is marked.
#[test]
fn nothing_is_untranslated_or_clipped() {
    let session = Session::start(Browser::Chromium).unwrap();
    let words = pseudo();
    session.open(&page("test-pseudo.html", "<script src='saddlescope.js'></script>")).unwrap();
    session
        .run("customElements.get('saddle-scope').addWords('xx', arguments[0])", std::slice::from_ref(&words))
        .unwrap();
    for (lab, _) in REGISTRY {
        let cases =
            [("xx", 320), ("xx", 390), ("xx", 1280), ("en", 320), ("en", 640), ("zh", 320), ("zh", 640)];
        for (language, width) in cases {
            session.resize(width, 1000).unwrap();
            session
                .run(
                    "const scope = document.createElement('saddle-scope');
                     scope.setAttribute('lab', arguments[0]); scope.setAttribute('lang', arguments[1]); scope.setAttribute('level', 'more');
                     scope.setAttribute('link', 'x');
                     document.body.replaceChildren(scope);",
                    &[json!(lab), json!(language)],
                )
                .unwrap();
            session.wait(lab, DRAWN.trim()).unwrap();
            let seen = session
                .run(
                    "const root = document.querySelector('saddle-scope').shadowRoot;
                     const plain = [];
                     const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
                     while (walk.nextNode()) {
                       const node = walk.currentNode;
                       const holder = node.parentElement;
                       if (!holder || holder.closest('math, .value, option, td, th')) continue;
                       const text = node.textContent.trim();
                       if (/[A-Za-z]{4}/.test(text) && !text.includes('⟦')) plain.push(text);
                     }
                     for (const node of root.querySelectorAll('[aria-label], [title]')) {
                       const text = node.getAttribute('aria-label') ?? node.title;
                       if (!text.includes('⟦')) plain.push(text);
                     }
                     const wide = [...root.querySelectorAll('*')].filter((node) =>
                       node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('.results, .spoken, math'));
                     return [plain, wide.map((node) => node.outerHTML.slice(0, 80)), document.documentElement.scrollWidth - innerWidth]",
                    &[],
                )
                .unwrap();
            if language == "xx" {
                assert_eq!(seen[0], json!([]), "{lab}: without words");
            }
            let narrow = seen[2].as_i64().unwrap() <= 0 && seen[1] == json!([]);
            assert!(narrow, "{lab}, {language} at {width}: {} pixels too wide, {}", seen[2], seen[1]);
        }
    }
}

/// axe-core finds nothing, in either language and look. It comes from npm; without node and npm this says so and passes.
#[test]
fn axe_finds_no_barrier() {
    let Some(npm) = xtask::command::find("npm") else {
        println!("skipped: npm, which brings axe-core, is not installed");
        return;
    };
    let folder = target().join("xtask/npm-axe");
    let file = folder.join("node_modules/axe-core/axe.min.js");
    if !file.is_file() {
        xtask::build::npm_install(&npm, &folder, "axe-core@4.10.3").unwrap();
    }
    let axe = fs::read_to_string(file).unwrap();
    let session = Session::start(Browser::Chromium).unwrap();
    for (dark, width) in [(false, 1280), (true, 1280), (false, 390)] {
        session.colour_scheme(dark).unwrap();
        session.resize(width, 900).unwrap();
        session.open(&file_url(&root().join(SINGLE))).unwrap();
        session.wait("the first lab", DRAWN).unwrap();
        session.run(&axe, &[]).unwrap();
        for language in ["en", "zh"] {
            session
                .run("document.querySelector(`[data-language=${arguments[0]}]`).click()", &[json!(language)])
                .unwrap();
            for (lab, _) in REGISTRY {
                let found = session
                    .run(
                        "const scope = document.querySelector(`saddle-scope[lab=${arguments[0]}]`);
                         scope.scrollIntoView();
                         return new Promise((done) => setTimeout(done, 200)).then(() => {
                           scope.shadowRoot.querySelector('details').open = true;
                           return axe.run(scope, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
                         }).then(({ violations }) =>
                           violations.map((v) => [v.id, ...v.nodes.slice(0, 3).map((n) => n.failureSummary + ' ' + n.html.slice(0, 160))]))",
                        &[json!(lab)],
                    )
                    .unwrap();
                assert_eq!(found, json!([]), "{lab}, {language}, dark: {dark}, {width} pixels");
            }
        }
    }
}

#[test]
fn fingers_and_wheels_scroll_the_page_unless_on_a_handle() {
    let session = Session::start(Browser::Chromium).unwrap();
    let phone = json!({ "width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": true });
    session.chromium("Emulation.setDeviceMetricsOverride", &phone).unwrap();
    session.chromium("Emulation.setTouchEmulationEnabled", &json!({ "enabled": true })).unwrap();
    session
        .open(&page(
            "test-touch.html",
            &format!(
                "<meta name=viewport content='width=device-width'>{WATCH}<saddle-scope lab=critical-point lang=en></saddle-scope>
                 <p style='height:3000px'>"
            ),
        ))
        .unwrap();
    session.wait("the lab", DRAWN).unwrap();
    // A gesture from a place of a figure, in shares of its size; gives how far the page went, and the state.
    let gesture = |figure: &str, [x, y]: [f64; 2], [dx, dy]: [i32; 2], source: &str| {
        let at = run(
            &session,
            &format!(
                "scrollTo(0, 0);
                 scope().reset();
                 return pause(200).then(() => {{
                   find('[data-name={figure}]').scrollIntoView({{ block: 'center' }});
                   return pause(200);
                 }}).then(() => {{
                   const box = find('[data-name={figure}] .stage').getBoundingClientRect();
                   return [box.x + {x} * box.width, box.y + {y} * box.height, scrollY];
                 }})"
            ),
        );
        let n = |i: usize| at[i].as_f64().unwrap();
        if source == "touch" {
            let touch = |kind: &str, points: Value| {
                let event = json!({ "type": kind, "touchPoints": points });
                session.chromium("Input.dispatchTouchEvent", &event).unwrap();
            };
            touch("touchStart", json!([{ "x": n(0), "y": n(1) }]));
            for k in 1..=15 {
                let along = |from: f64, by: i32| from + f64::from(by * k) / 15.0;
                touch("touchMove", json!([{ "x": along(n(0), dx), "y": along(n(1), dy) }]));
            }
            touch("touchEnd", json!([]));
        } else {
            let wheel = json!({ "type": "mouseWheel", "x": n(0), "y": n(1), "deltaX": -dx, "deltaY": -dy });
            session.chromium("Input.dispatchMouseEvent", &wheel).unwrap();
        }
        let after = run(&session, "return pause(200).then(() => [scrollY, scope().state])");
        (after[0].as_f64().unwrap() - n(2), after[1].as_str().unwrap().to_string())
    };
    for figure in ["map", "surface"] {
        for source in ["touch", "wheel"] {
            let (went, state) = gesture(figure, [0.75, 0.75], [0, -150], source);
            assert!(went > 80.0, "{figure}, {source}: {went} pixels");
            // What a finger turns before the browser knows that it scrolls is a slip of a few pixels.
            let point = state.split('&').any(|pair| pair.starts_with("at="));
            assert!(!point && (source == "touch" || state.is_empty()), "{figure}, {source}: {state}");
        }
    }
    let (went, state) = gesture("map", [0.5, 0.5], [0, -100], "touch");
    assert!(went.abs() < 2.0 && state.starts_with("at=0,"), "the handle: {went} pixels, {state}");
    let (went, state) = gesture("surface", [0.75, 0.75], [-100, 0], "touch");
    assert!(went.abs() < 2.0 && state.contains("yaw="), "the surface: {went} pixels, {state}");
}

#[test]
fn less_motion_is_no_motion_and_steps_are_told() {
    let session = Session::start(Browser::Chromium).unwrap();
    for (wish, least, most) in [("reduce", 1, 3), ("no-preference", 8, 60)] {
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": wish }] });
        session.chromium("Emulation.setEmulatedMedia", &features).unwrap();
        session
            .open(&page(
                "test-motion.html",
                &format!("{WATCH}<saddle-scope lab=race lang=en t=0 steps=60 speed=60></saddle-scope>"),
            ))
            .unwrap();
        session.wait("the lab", DRAWN).unwrap();
        session
            .run(
                "steps = []; inputs = 0;
                 document.addEventListener('saddle-step', ({ detail }) => steps.push(detail));
                 document.addEventListener('saddle-input', () => (inputs += 1));
                 scope().setAttribute('speed', '50');
                 find('[data-name=play] button').click()",
                &[],
            )
            .unwrap();
        session.wait("the end of the run", "steps.at(-1)?.step === '60'").unwrap();
        let told = run(&session, "return [steps.length, inputs, typeof steps[0].state]");
        let count = told[0].as_u64().unwrap();
        assert!((least..=most).contains(&count), "{wish}: {count} steps seen");
        assert_eq!(told[1], 1, "an attribute set by a script is nothing that the user did");
        assert_eq!(told[2], "string");
    }
}
