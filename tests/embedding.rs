//! What a host page may rely on: frames that announce their height, links, languages, looks, exports, and that nobody is
//! shut out. In real browsers, by `cargo xtask test page`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

#[path = "support/scope.rs"]
mod scope;

use saddlescope::lab::REGISTRY;
use scope::{BROWSERS, DRAWN, SINGLE, Scope, page, served};
use serde_json::{Value, json};
use std::fs;
use xtask::build::target;
use xtask::command::root;
use xtask::webdriver::{Browser, Session, file_url};

#[test]
fn a_frame_announces_its_height_and_shows_the_lab_of_its_hash() {
    for browser in BROWSERS {
        let session = Session::start(browser).unwrap();
        let host = page(
            "test-frame.html",
            "<script>heard = []; addEventListener('message', (e) => heard.push(e.data))</script>
             <iframe src='lab.html#schedule?lang=zh&theme=dark&level=more&v=1&eta=0.05' width=700 height=500 sandbox='allow-scripts'></iframe>",
        );
        session.open(&host).unwrap();
        session.wait("a message", "heard.some((d) => d.height > 300)").unwrap();
        let heard = session.run("return heard", &[]).unwrap();
        let heard = heard.as_array().unwrap();
        let own = heard.iter().find(|m| m["type"] == "saddlescope:height").unwrap();
        assert_eq!(own["lab"], "schedule", "{browser:?}");
        let lti = heard.iter().filter_map(Value::as_str).find(|m| m.contains("lti.frameResize")).unwrap();
        assert!(serde_json::from_str::<Value>(lti).unwrap()["height"].as_f64().unwrap() > 300.0, "{lti}");
        session.enter_frame().unwrap();
        session.wait("the lab", DRAWN).unwrap();
        let seen = session
            .run(
                "const scope = document.querySelector('saddle-scope');
                 return [scope.state, scope.lang, getComputedStyle(scope.shadowRoot.querySelector('.lab')).backgroundColor,
                   scope.shadowRoot.querySelector('details').open]",
                &[],
            )
            .unwrap();
        assert_eq!(seen, json!(["eta=0.05", "zh", "rgb(20, 23, 28)", true]), "{browser:?}");
    }
}

#[test]
fn back_and_forward_go_through_the_states() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        let theta = || scope.run("return document.querySelector('saddle-scope').state");
        let press = |key: &str| {
            scope.run(&format!(
                "shadow.querySelector('.handle.free').dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}));
                 return new Promise((done) => setTimeout(done, 500))"
            ))
        };
        press("ArrowRight");
        let first = theta();
        press("ArrowUp");
        let second = theta();
        assert_ne!(first, second, "{browser:?}");
        let go = |by: i32| {
            scope.run(&format!("history.go({by}); return new Promise((done) => setTimeout(done, 500))"));
        };
        go(-1);
        assert_eq!(theta(), first, "{browser:?}");
        go(-1);
        assert_eq!(theta(), "", "{browser:?}: the opening state");
        go(2);
        assert_eq!(theta(), second, "{browser:?}");
        let hash = scope.run("return location.hash");
        assert!(hash.as_str().unwrap().starts_with("#critical-point?v=1&at="), "{hash}");
    }
}

#[test]
fn a_hostile_hash_only_warns() {
    let scope = Scope::open(Browser::Chromium, SINGLE);
    let huge = "x".repeat(200_000);
    for hash in [
        "critical-point?loss=%3Cscript%3Ewindow.hit=1%3C/script%3E".to_string(),
        "critical-point?hide=%3Cimg%20src=x%20onerror=hit=1%3E&theme=%22%3E&lang=%00%ff&level=9&height=1e999"
            .into(),
        "critical-point?at=1e400,NaN&direction=-1e308&v=99&unknown=1&&&===%".into(),
        "critical-point?loss=(((((((((((((((((((&zoom=javascript:alert(1)".into(),
        "__proto__?constructor=1".into(),
        format!("critical-point?loss={huge}"),
        format!("{huge}?a=b"),
    ] {
        scope.session.run("location.hash = arguments[0]", &[json!(hash)]).unwrap();
        scope.run("return new Promise((done) => setTimeout(done, 100))");
        let hit = scope.run("return [Boolean(window.hit), shadow.querySelectorAll('img, script').length]");
        assert_eq!(hit, json!([false, 0]), "{:.60}", hash);
        for complaint in scope.complaints() {
            assert!(
                complaint.contains("WARNING") && complaint.contains("saddle-scope"),
                "{:.60}: {complaint}",
                hash
            );
        }
    }
    scope.session.run("location.hash = '#critical-point'", &[]).unwrap();
    scope.speak("en");
    assert_eq!(scope.text(".verdict strong"), scope.word("verdict.saddle"));
}

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
fn the_look_follows_the_host() {
    let session = Session::start(Browser::Chromium).unwrap();
    session
        .open(&page(
            "test-look.html",
            "<script src='saddlescope.js'></script><saddle-scope lab=critical-point></saddle-scope>",
        ))
        .unwrap();
    session.wait("the lab", DRAWN).unwrap();
    let dark = |script: &str| {
        session
            .run(
                &format!(
                    "{script}; return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() =>
                     document.querySelector('saddle-scope').shadowRoot.querySelector('.lab').classList.contains('dark'))"
                ),
                &[],
            )
            .unwrap()
            == true
    };
    let html = "document.documentElement";
    assert!(!dark(""));
    for (on, off) in [
        ("setAttribute('data-theme', 'dark')", "setAttribute('data-theme', 'light')"),
        ("setAttribute('data-bs-theme', 'dark')", "removeAttribute('data-bs-theme')"),
        ("classList.add('coal')", "classList.remove('coal')"),
    ] {
        session.run(&format!("{html}.removeAttribute('data-theme')"), &[]).unwrap();
        assert!(dark(&format!("{html}.{on}")), "{on}");
        assert!(!dark(&format!("{html}.{off}")), "{off}");
    }
    assert!(dark("document.body.setAttribute('data-md-color-scheme', 'slate')"));
    assert!(
        !dark("document.querySelector('saddle-scope').setAttribute('theme', 'light')"),
        "the attribute wins"
    );
    session.colour_scheme(true).unwrap();
    assert!(!dark(
        "document.querySelector('saddle-scope').removeAttribute('theme'); document.body.setAttribute('data-md-color-scheme', 'default')"
    ));
    assert!(dark(
        "document.body.removeAttribute('data-md-color-scheme'); document.documentElement.removeAttribute('data-theme')"
    ));
}

/// 50 elements draw; connecting and disconnecting again and again leaves memory where it was.
#[test]
fn many_elements_draw_and_let_go() {
    let session = Session::start(Browser::Chromium).unwrap();
    let labs: Vec<&str> = REGISTRY.iter().map(|(id, _)| *id).collect();
    let body: String = (0..50)
        .map(|i| format!("<saddle-scope lab={} lang=en></saddle-scope>", labs[i % labs.len()]))
        .collect();
    session.open(&page("test-many.html", &format!("<script src='saddlescope.js'></script>{body}"))).unwrap();
    session.wait("the first lab", DRAWN).unwrap();
    let drawn = session
        .run(
            "const all = [...document.querySelectorAll('saddle-scope')];
             return (async () => {
               let drawn = 0;
               for (const scope of all) {
                 scope.scrollIntoView();
                 for (let k = 0; k < 100; k += 1) {
                   await new Promise((done) => setTimeout(done, 20));
                   const canvas = scope.shadowRoot.querySelector('canvas.front');
                   if (canvas && canvas.width > 0) { drawn += 1; break; }
                 }
               }
               return drawn;
             })()",
            &[],
        )
        .unwrap();
    assert_eq!(drawn, 50);
    let heap = || {
        session.chromium("HeapProfiler.collectGarbage", &json!({})).unwrap();
        session.run("return performance.memory?.usedJSHeapSize ?? 0", &[]).unwrap().as_f64().unwrap()
    };
    let cycle = |times: u32| {
        session
            .run(
                "const scope = document.querySelector('saddle-scope');
                 const { parentNode } = scope;
                 document.querySelectorAll('saddle-scope').forEach((node) => node !== scope && node.remove());
                 return (async () => {
                   for (let k = 0; k < arguments[0]; k += 1) {
                     scope.remove();
                     await Promise.resolve();
                     parentNode.append(scope);
                     if (k % 100 === 0) await new Promise((done) => setTimeout(done, 30));
                   }
                   scope.scrollIntoView();
                   await new Promise((done) => setTimeout(done, 300));
                   return true;
                 })()",
                &[json!(times)],
            )
            .unwrap();
    };
    cycle(100);
    let before = heap();
    cycle(1000);
    let after = heap();
    println!("JavaScript heap before and after 1,000 cycles: {before} {after} bytes");
    assert!(after < before + 4e6, "{before} → {after} bytes");
    session.wait("the lab drawn again", DRAWN).unwrap();
}

/// The module's functions and the element over http, in every engine, and as a page of its own.
#[test]
fn the_page_works_over_http() {
    let address = served();
    for browser in BROWSERS {
        let session = Session::start(browser).unwrap();
        session.open(&format!("{address}/dist/saddlescope.html")).unwrap();
        session.wait("the first lab", DRAWN).unwrap();
        let kind = session
            .run(
                "return import(arguments[0]).then(async (m) => { await m.ready; return m.classify('(1-w1*w2)^2', [0, 0]).kind })",
                &[json!(format!("{address}/dist/saddlescope.mjs"))],
            )
            .unwrap();
        assert_eq!(kind, "saddle", "{browser:?}");
    }
}

/// Exports hold the address of the state they show.
#[test]
fn exports_hold_their_link() {
    let session = Session::start(Browser::Chromium).unwrap();
    session
        .open(&page(
            "test-export.html",
            "<script src='saddlescope.js'></script>
             <saddle-scope lab=critical-point at='0.5,0.25' link='https://example.org/notes' hide='remarks' style='width:900px'></saddle-scope>",
        ))
        .unwrap();
    session.wait("the lab", DRAWN).unwrap();
    let got = session
        .run(
            "const scope = document.querySelector('saddle-scope');
             const svg = new DOMParser().parseFromString(scope.toSVG(), 'image/svg+xml');
             return (async () => {
               const sizes = [];
               let text = '';
               for (const scale of [1, 3]) {
                 const blob = await scope.toPNG('map', scale);
                 text = new TextDecoder('latin1').decode(await blob.arrayBuffer()).slice(0, 400);
                 const bitmap = await createImageBitmap(blob);
                 sizes.push(bitmap.width);
               }
               return { link: scope.link, desc: svg.querySelector('desc').textContent, csv: scope.toCSV().split('\\n')[0], text, sizes };
             })()",
            &[],
        )
        .unwrap();
    let link = "https://example.org/notes#critical-point?hide=remarks&v=1&at=0.5,0.25";
    assert_eq!(got["link"], link);
    assert_eq!(got["desc"], link);
    assert_eq!(got["csv"], format!("# {link}"));
    assert!(got["text"].as_str().unwrap().contains(&format!("tEXtSource\0{link}")), "{got}");
    assert_eq!(got["sizes"][1].as_f64(), got["sizes"][0].as_f64().map(|w| 3.0 * w), "{got}");
}

/// `npm pack` makes a package of what the build left.
#[test]
fn npm_packs_what_was_built() {
    let Some(npm) = xtask::command::find("npm") else {
        println!("skipped: npm is not installed");
        return;
    };
    let mut pack = std::process::Command::new(npm);
    pack.args(["pack", "--dry-run", "--json"]).current_dir(root().join("dist/npm"));
    let said: Value = serde_json::from_str(&xtask::command::output(&mut pack).unwrap()).unwrap();
    let files: Vec<&str> =
        said[0]["files"].as_array().unwrap().iter().filter_map(|file| file["path"].as_str()).collect();
    for name in
        ["package.json", "saddlescope.js", "saddlescope.mjs", "saddlescope.d.ts", "lab.html", "README.md"]
    {
        assert!(files.contains(&name), "{files:?}");
    }
}
