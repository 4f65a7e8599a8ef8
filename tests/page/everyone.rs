//! That nobody is shut out: languages, narrow windows, keys, fingers, less motion, and what axe-core says.

use crate::scope::{DRAWN, SINGLE, WATCH, page, run};
use saddlescope::lab::{self, REGISTRY};
use serde_json::{Value, json};
use std::fs;
use xtask::build::target;
use xtask::command::root;
use xtask::webdriver::{Browser, Element, Session, file_url};

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

/// States besides the opening one in which a lab says other things.
const SCENES: [(&str, &str); 22] = [
    ("critical-point", "predict=on"),
    ("critical-point", "freeze=on&direction=-45"),
    ("critical-point", "all=on&loss=himmelblau"),
    ("critical-point", "loss=log(x)&at=-1,0"),
    ("critical-point", "loss=1+*2"),
    ("taylor", "loss=log(x)&at=-1,0"),
    ("newton", "loss=monkey-saddle&at=0,0"),
    ("escape", "scene=which"),
    ("escape", "at=0,0"),
    ("race", "loss=quadratic&gradient-descent.rate=1"),
    ("race", "t=5&focus=adam&predict=on"),
    ("schedule", "eta=1&predict=on"),
    ("batch", "data=own"),
    ("batch", "data=overlap&predict=on"),
    ("gradient-check", "tested=sign"),
    ("moving-average", "series=pasted"),
    ("vanishing", "scene=neuron"),
    ("network", "scene=ratio&run=on&runs=5&epochs=10"),
    ("network", "scene=surroundings"),
    ("network", "data=own"),
    ("fate", "over=rates&grid=64&method=momentum"),
    ("fate", "grid=64&loss=monkey-saddle"),
];

/// Every lab with everything open, and in other scenes: nothing is wider than the page or than its own box, at 320 pixels, in a
/// window at 200 %, and in a wide one; and in a language nobody wrote by hand each text of the page is marked.
#[test]
fn nothing_is_untranslated_or_clipped() {
    let session = Session::start(Browser::Chromium).unwrap();
    let words = pseudo();
    session.open(&page("test-pseudo.html", "<script src='saddlescope.js'></script>")).unwrap();
    session
        .run("customElements.get('saddle-scope').addWords('xx', arguments[0])", std::slice::from_ref(&words))
        .unwrap();
    let opening = REGISTRY.iter().map(|(lab, _)| (*lab, ""));
    let mut problems = Vec::new();
    for (lab, state) in opening.chain(SCENES) {
        let refused = lab::open(lab).unwrap().restore(state);
        assert_eq!(refused.is_empty(), !state.contains("+*"), "{lab} {state}");
        let cases: &[(&str, u32)] = if state.is_empty() {
            &[("xx", 320), ("xx", 390), ("xx", 1280), ("en", 320), ("en", 640), ("zh", 320), ("zh", 640)]
        } else {
            &[("xx", 320), ("xx", 1280)]
        };
        for &(language, width) in cases {
            session.resize(width, 1000).unwrap();
            session
                .run(
                    "const scope = document.createElement('saddle-scope');
                     scope.setAttribute('lab', arguments[0]); scope.setAttribute('lang', arguments[1]); scope.setAttribute('level', 'more');
                     scope.setAttribute('link', 'x');
                     document.body.replaceChildren(scope);
                     if (arguments[2]) scope.state = arguments[2]",
                    &[json!(lab), json!(language), json!(state)],
                )
                .unwrap();
            session.wait(lab, DRAWN.trim()).unwrap();
            let seen = session.run(LOOK, &[]).unwrap();
            if language == "xx" && seen[0] != json!([]) {
                problems.push(format!("{lab} {state}: without words: {}", seen[0]));
            }
            if seen[2].as_i64().unwrap() > 0 || seen[1] != json!([]) {
                let wide = &seen[1];
                problems.push(format!(
                    "{lab} {state}, {language} at {width}: {} pixels too wide, {wide}",
                    seen[2]
                ));
            }
        }
    }
    problems.dedup();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Texts without a mark, nodes that stick out of the page or whose text is cut off, and pixels by which the page is too wide.
const LOOK: &str = "
    const root = document.querySelector('saddle-scope').shadowRoot;
    const plain = [];
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      const holder = node.parentElement;
      if (!holder || holder.closest('math, .wrong code')) continue;
      const text = node.textContent.trim();
      // Formulas are the same in every language.
      if (/[A-Za-z]{4}/.test(text.replace(/\\b(tanh|sqrt|sigmoid)\\(/g, '')) && !text.includes('⟦')) plain.push(text);
    }
    for (const node of root.querySelectorAll('[aria-label], [title], [aria-valuetext]')) {
      const text = node.getAttribute('aria-label') ?? (node.title || node.getAttribute('aria-valuetext'));
      if (/[A-Za-z]{4}/.test(text) && !text.includes('⟦')) plain.push(text);
    }
    const out = [...root.querySelectorAll('*')].filter((node) =>
      node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('.results, .spoken, math'));
    // A list shows its choice cut off where the choice is wide: the words stand in the open list.
    const cut = [...root.querySelectorAll('button, label, summary, p, dt, dd, figcaption, strong, span, input[type=text]')].filter((node) =>
      node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && !node.closest('.results, .spoken')
        && getComputedStyle(node).display !== 'inline' && node.tagName !== 'INPUT');
    return [plain, [...out, ...cut].map((node) => node.outerHTML.slice(0, 80)), document.documentElement.scrollWidth - innerWidth]";

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
            // And what stands around the labs, a lesson among it.
            let found = session
                .run(
                    "document.querySelector('#lessons button').click();
                     document.querySelector('[data-lesson=show]').click();
                     scrollTo(0, 0);
                     return axe.run({ include: [['body']], exclude: [['saddle-scope']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                       .then(({ violations }) => violations.map((v) => [v.id, ...v.nodes.slice(0, 3).map((n) => n.failureSummary + ' ' + n.html.slice(0, 160))]))",
                    &[],
                )
                .unwrap();
            assert_eq!(found, json!([]), "the page, {language}, dark: {dark}, {width} pixels");
        }
    }
}

/// By keys alone: Tab comes to everything that can be worked, each shows that it has the focus, is large enough for a finger,
/// and has a name; and every handle goes somewhere by arrows.
#[test]
fn everything_is_reached_seen_and_worked_by_keys() {
    let session = Session::start(Browser::Chromium).unwrap();
    for (lab, _) in REGISTRY {
        for width in [1280, 320] {
            session.resize(width, 900).unwrap();
            let body = format!(
                "<button id=start>start</button>{WATCH}<saddle-scope lab={lab} lang=en level=more></saddle-scope>"
            );
            session.open(&page("test-keys.html", &body)).unwrap();
            session.wait(lab, DRAWN).unwrap();
            let count = run(
                &session,
                "root = scope().shadowRoot;
                 called = (node) => node.dataset.handle ?? node.closest('[data-name]')?.dataset.name + ' ' + node.tagName;
                 all = [...root.querySelectorAll('input, select, textarea, button, summary, [tabindex=\"0\"]')].filter((node) => node.checkVisibility());
                 reached = new Set(); unseen = [];
                 root.addEventListener('focusin', ({ target }) => {
                   reached.add(target);
                   const { outlineStyle, outlineWidth } = getComputedStyle(target);
                   if (!target.matches(':focus-visible') || outlineStyle === 'none' || parseFloat(outlineWidth) < 2) unseen.push(called(target));
                 });
                 return all.length",
            );
            let count = count.as_u64().unwrap() as usize;
            assert!(count > 8, "{lab}: {count}");
            let start = Element::from(&run(&session, "return document.getElementById('start')")).unwrap();
            session.keys(&start, &"\u{E004}".repeat(count + 2)).unwrap();
            let seen = run(
                &session,
                "return [all.filter((node) => !reached.has(node) && node.isConnected).map(called), unseen]",
            );
            assert_eq!(seen, json!([[], []]), "{lab} at {width}: not reached; without a sign of focus");
            if width == 320 {
                // What is moved is seen with what moves it: controls right below the figure, texts of changing height after.
                let far = run(
                    &session,
                    "const [first, controls, verdict] = ['.first', '.controls', '.verdict'].map((name) => find(name).getBoundingClientRect());
                     return [controls.top - first.bottom, verdict.height ? verdict.top - controls.bottom : 0]",
                );
                let [below, after] = [0, 1].map(|i| far[i].as_f64().unwrap());
                assert!((0.0..40.0).contains(&below) && after >= 0.0, "{lab}: {far}");
            }
            // A box that is ticked by its label is as large as that.
            let small = run(
                &session,
                "return all.filter((node) => node.checkVisibility()).map((node) => [node, (node.matches('[type=checkbox]') ? node.closest('label') : node).getBoundingClientRect()])
                   .filter(([, { width, height }]) => width < 24 || height < 24).map(([node, { width, height }]) => [called(node), width, height])",
            );
            assert_eq!(small, json!([]), "{lab} at {width}: smaller than 24 pixels");
            let nameless = run(
                &session,
                "return all.filter((node) => !(node.labels?.[0]?.textContent ?? node.getAttribute('aria-label') ?? node.textContent).trim()
                   && !node.matches('.results')).map(called)",
            );
            assert_eq!(nameless, json!([]), "{lab}: without a name");
        }
        let stuck = run(
            &session,
            "return (async () => {
               const stuck = [];
               for (const node of all.filter((node) => node.dataset.handle)) {
                 const now = () => scope().state + node.ariaValueText;
                 const before = now();
                 let moved = false;
                 for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown']) {
                   node.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
                   await pause(40);
                   moved ||= now() !== before;
                 }
                 for (const key of ['End', 'PageDown', 'Home', 'PageUp']) {
                   const last = now();
                   node.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
                   await pause(40);
                   if (/NaN|Infinity/.test(now()) || (key === 'Home' && node.dataset.handle === 't' && now() === last)) stuck.push(`${node.dataset.handle} ${key}`);
                 }
                 if (!moved) stuck.push(node.dataset.handle);
               }
               return stuck;
             })()",
        );
        assert_eq!(stuck, json!([]), "{lab}: handles that no arrow moves");
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
            assert_eq!(state, "", "{figure}, {source}");
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

/// A table without rows is its caption, and that is no column of single words; the list of pictures shows a name of usual
/// length whole.
#[test]
fn captions_and_names_of_pictures_have_room() {
    let session = Session::start(Browser::Chromium).unwrap();
    let body = "<script src='saddlescope.js'></script><saddle-scope lab='critical-point' loss='1/x' all='on' lang='en'></saddle-scope>";
    for width in [390, 1280] {
        session.resize(width, 900).unwrap();
        session.open(&page("test-captions.html", body)).unwrap();
        session.wait("the lab", DRAWN).unwrap();
        session
            .wait("the search", "document.querySelector('saddle-scope').shadowRoot.querySelector('caption')")
            .unwrap();
        let [caption, head, list, name] = session
            .run(
                "const root = document.querySelector('saddle-scope').shadowRoot;
                 const wide = (node) => node.getBoundingClientRect().width;
                 const list = root.querySelector('[data-name=picture]');
                 const name = document.createElement('span');
                 name.className = 'quiet';
                 name.textContent = list.selectedOptions[0].textContent;
                 list.after(name);
                 return [wide(root.querySelector('caption')), wide(root.querySelector('thead')), list.clientWidth, wide(name)]",
                &[],
            )
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap())
            .collect::<Vec<f64>>()
            .try_into()
            .unwrap();
        assert!(caption > 300.0 && head == 0.0, "{width}: caption {caption}, head {head}");
        assert!(list >= name, "{width}: {list} pixels for a name of {name}");
    }
}
