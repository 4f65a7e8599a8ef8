//! What a host page may rely on: frames that announce their height, a look that follows, events, widgets, http,
//! node, npm.

use crate::scope::{BROWSERS, DRAWN, WATCH, page, run, served};
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

/// What anywidget and MyST call: the model's entries become attributes, its `state` follows the reader and leads the figure,
/// until it is taken away.
#[test]
fn the_default_export_is_a_widget() {
    let address = served();
    for browser in BROWSERS {
        let session = Session::start(browser).unwrap();
        let body = "<div id=cell></div><script type=module>
             import widget from './saddlescope.mjs';
             const entries = { lab: 'critical-point', lang: 'en', hide: 'remarks', loss: 'himmelblau', state: 'loss=himmelblau&at=1,1' };
             const heard = {};
             const model = { get: (key) => entries[key], set: (key, value) => { entries[key] = value; }, save_changes: () => { saved += 1; },
               on: (event, then) => { heard[event] = then; }, off: (event) => { delete heard[event]; } };
             const el = document.getElementById('cell');
             Object.assign(globalThis, { saved: 0, entries, heard, cleanup: await widget.render({ model, el }) });
           </script>";
        page("test-widget.html", body);
        session.open(&format!("{address}/dist/test-widget.html")).unwrap();
        session.wait("the lab", DRAWN).unwrap();
        let seen = session
            .run(
                "const scope = document.querySelector('#cell saddle-scope');
                 const pause = () => new Promise((done) => setTimeout(done, 200));
                 return (async () => {
                   const said = [scope.state, scope.getAttribute('hide')];
                   scope.shadowRoot.querySelector('.handle.free').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
                   await pause();
                   said.push(saved, entries.state === scope.state && scope.state !== said[0]);
                   entries.state = 'loss=himmelblau&at=3,2';
                   heard['change:state']();
                   await pause();
                   said.push(scope.state, saved, scope.link.startsWith(new URL('lab.html#critical-point?', location.href).href));
                   cleanup();
                   await pause();
                   said.push(document.querySelector('saddle-scope'), Object.keys(heard), scope.shadowRoot.querySelector('canvas'));
                   return said;
                 })()",
                &[],
            )
            .unwrap();
        let [before, after] = ["1,1", "3,2"].map(|at| format!("loss=himmelblau&at={at}"));
        assert_eq!(seen, json!([before, "remarks", 1, true, after, 1, true, null, [], null]), "{browser:?}");
    }
}

/// Events come out of shadow roots and up to the document, for what the user does and for nothing that a script does.
#[test]
fn events_tell_what_the_user_does() {
    let session = Session::start(Browser::Chromium).unwrap();
    let body = format!(
        "{WATCH}<script>
           heard = [];
           for (const name of ['saddle-input', 'saddle-step', 'saddle-error']) {{
             document.addEventListener(name, (event) => heard.push([name, event.bubbles, event.composed, event.target.id, Object.keys(event.detail)]));
           }}
           customElements.define('some-host', class extends HTMLElement {{
             connectedCallback() {{
               this.attachShadow({{ mode: 'open' }}).innerHTML = '<saddle-scope lab=race lang=en></saddle-scope>';
               scope = () => this.shadowRoot.firstChild;
             }}
           }});
         </script><some-host id=host></some-host>"
    );
    session.open(&page("test-events.html", &body)).unwrap();
    session
        .wait("the lab", "scope().shadowRoot && find('.handle') && find('canvas.front').width > 0")
        .unwrap();
    let heard =
        |script: &str| run(&session, &format!("heard = []; {script}; return pause(200).then(() => heard)"));
    for script in [
        "scope().setAttribute('loss', 'himmelblau')",
        "scope().state = 't=5'",
        "scope().link = '#race?t=7&hide=footer'",
        "scope().lang = 'zh'",
        "scope().theme = 'dark'",
        "scope().reset()",
        "scope().toSVG(); scope().toCSV()",
    ] {
        assert_eq!(heard(script), json!([]), "{script}");
    }
    let step = json!(["saddle-step", true, true, "host", ["step", "state"]]);
    let input = json!(["saddle-input", true, true, "host", ["state"]]);
    let error = json!(["saddle-error", true, true, "host", ["code", "message"]]);
    assert_eq!(heard("find('[data-name=step-back] button').click()"), json!([step, input]));
    assert_eq!(heard("find('[data-name=valley] button').click()"), json!([input]));
    assert_eq!(heard("slide('t', 0)"), json!([step, input]));
    assert_eq!(heard("find('[data-name=reset]').click()"), json!([step, input]));
    assert_eq!(heard("scope().trap()"), json!([error]));
}

/// Without a DOM the module is its functions.
#[test]
fn node_imports_the_module() {
    let Some(node) = xtask::command::find("node") else {
        println!("skipped: node is not installed");
        return;
    };
    let script = "const m = await import(process.argv[1]); await m.ready;
        const theta = new m.Optimizer('adam', { rate: 0.1 }).step('(1-w1*w2)^2', [0.5, 1]);
        console.log(JSON.stringify([m.hessian('(1-w1*w2)^2', [0, 0]), theta.map((x) => x.toFixed(3)), typeof m.default.render, m.version]))";
    let mut run = std::process::Command::new(node);
    run.args(["--input-type=module", "--eval", script]).arg(root().join("dist/saddlescope.mjs"));
    let said: Value = serde_json::from_str(&xtask::command::output(&mut run).unwrap()).unwrap();
    assert_eq!(said, json!([[[0, -2], [-2, 0]], ["0.600", "1.100"], "function", env!("CARGO_PKG_VERSION")]));
}

/// The declarations beside the module are what TypeScript takes, and refuse what the module refuses.
#[test]
fn typescript_takes_the_types() {
    let Some(npm) = xtask::command::find("npm") else {
        println!("skipped: npm, which brings TypeScript, is not installed");
        return;
    };
    let folder = target().join("xtask/npm-typescript");
    let compiler = folder.join("node_modules/typescript/bin/tsc");
    if !compiler.is_file() {
        xtask::build::npm_install(&npm, &folder, "typescript@5.9.3").unwrap();
    }
    let place = target().join("xtask/types");
    fs::create_dir_all(&place).unwrap();
    for file in ["saddlescope.mjs", "saddlescope.d.mts"] {
        fs::copy(root().join("dist").join(file), place.join(file)).unwrap();
    }
    fs::copy(root().join("tests/page/types.ts"), place.join("types.mts")).unwrap();
    let mut check = std::process::Command::new(xtask::command::find("node").unwrap());
    check.arg(compiler).args(["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"]);
    let done = check.arg(place.join("types.mts")).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
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
