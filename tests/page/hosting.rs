//! What a host page may rely on: frames that announce their height, a look that follows, http, npm.

use crate::scope::{BROWSERS, DRAWN, page, served};
use serde_json::{Value, json};
use std::fs;
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
    // A script in the head runs before there is a body to look at.
    let path = root().join("dist/test-head.html");
    let head = "<!doctype html><title>t</title><script src='saddlescope.js'></script><body><saddle-scope lab=critical-point>";
    fs::write(&path, head).unwrap();
    session.colour_scheme(false).unwrap();
    session.open(&file_url(&path)).unwrap();
    session.wait("the lab", DRAWN).unwrap();
    assert!(!dark(""));
    assert!(dark("document.body.classList.add('has-dark-background')"));
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
