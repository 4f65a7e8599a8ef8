//! What can go wrong on a page, and what happens then: no worker, no room, no motion wanted, parts hidden, fingers that want
//! to scroll, paper. In real browsers, by `cargo xtask test page`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

#[path = "support/scope.rs"]
mod scope;

use scope::{BROWSERS, DRAWN, page, served};
use serde_json::{Value, json};
use xtask::webdriver::{Browser, Session};

/// Counts what is done outside the page's own time: workers, what they send, and frames asked for.
const WATCH: &str = "<script>
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

const WORKING: &str = "scope()?.shadowRoot && find('progress') && !find('progress').hidden";
const DONE: &str = "find('progress').hidden";

fn run(session: &Session, script: &str) -> Value {
    session.run(script, &[]).unwrap()
}

#[test]
fn long_work_is_a_worker_s_and_ends_with_its_reason() {
    let address = served();
    for browser in BROWSERS {
        let session = Session::start(browser).unwrap();
        let labs = [
            ("fate", "grid=64 steps=1000", "slide('gradient-descent.rate', 0.3)"),
            ("network", "part=ratio run=on runs=20 epochs=20 hidden=1 units=2", "slide('units', 0.02)"),
        ];
        for (lab, settings, change) in labs {
            let name = format!("test-worker-{lab}-{browser:?}.html");
            let file =
                page(&name, &format!("{WATCH}<saddle-scope lab={lab} {settings} lang=en></saddle-scope>"));
            for url in [file, format!("{address}/dist/{name}")] {
                session.open(&url).unwrap();
                session.wait(&format!("{url}: a worker's findings"), "jobs.some(([, n]) => n > 0)").unwrap();
                session.wait("the end of the work", DONE).unwrap();
                // Another setting is other work: nothing of the old comes after the first of the new.
                run(&session, &format!("return {change}"));
                session.wait("other work", "jobs.at(-1)[0] > jobs[0][0]").unwrap();
                run(&session, &format!("{change}; scope().remove(); return pause(150)"));
                let seen = run(
                    &session,
                    "const [before, asked] = [jobs.length, frames];
                     return pause(400).then(() => [jobs.length - before, frames - asked, hired - dismissed,
                       jobs.every(([job], i) => i === 0 || job >= jobs[i - 1][0])])",
                );
                assert_eq!(seen, json!([0, 0, 0, true]), "{url}");
            }
        }
    }
}

#[test]
fn without_a_worker_long_work_is_done_between_frames() {
    let refusals = [
        ("at once", "globalThis.Worker = class { constructor() { throw new Error('refused'); } };"),
        (
            "later",
            "globalThis.Worker = class extends EventTarget {
               constructor() { super(); setTimeout(() => this.dispatchEvent(new Event('error'))); }
               postMessage() {} terminate() {} };",
        ),
        ("in silence", "globalThis.Worker = class extends EventTarget { postMessage() {} terminate() {} };"),
    ];
    let session = Session::start(Browser::Chromium).unwrap();
    for (how, script) in refusals {
        let url = page(
            "test-slices.html",
            &format!(
                "{WATCH}<script>{script}</script><saddle-scope lab=fate grid=128 lang=en></saddle-scope>"
            ),
        );
        session.open(&url).unwrap();
        session.wait("the work", WORKING).unwrap();
        session.wait(how, DONE).unwrap();
        assert!(run(&session, "return frames").as_f64().unwrap() > 5.0, "{how}");
        // In the middle of the work, the element goes.
        run(&session, "slide('gradient-descent.rate', 0.3); return pause(100)");
        run(&session, "scope().remove(); return pause(100)");
        let asked = run(&session, "const asked = frames; return pause(300).then(() => frames - asked)");
        assert_eq!(asked, 0, "{how}: something goes on");
    }
}

#[test]
fn what_is_hidden_stays_hidden_and_is_in_the_link() {
    let session = Session::start(Browser::Chromium).unwrap();
    let hidden = "verdict direction surface slice-frozen eigen-1 more footer";
    session
        .open(&page(
            "test-hide.html",
            &format!("{WATCH}<saddle-scope lab=critical-point lang=en hide='{hidden}'></saddle-scope>"),
        ))
        .unwrap();
    session.wait("the lab", DRAWN).unwrap();
    let shown = "[...scope().hide.split(' ')].filter((name) =>
        [...scope().shadowRoot.querySelectorAll(`[data-name='${name}']`)].some((node) => node.checkVisibility()))";
    let changes = [
        "0",
        "find('[data-handle=theta]').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }))",
        // A figure that comes later.
        "scope().setAttribute('freeze', 'on')",
        "scope().setAttribute('lang', 'zh')",
        "scope().setAttribute('loss', 'himmelblau')",
        "scope().setAttribute('freeze', 'off')",
        "scope().setAttribute('level', 'more')",
        "scope().trap()",
    ];
    for change in changes {
        let seen = run(&session, &format!("{change}; return pause(300).then(() => {shown})"));
        assert_eq!(seen, json!([]), "after {change}");
    }
    let link = run(&session, "return scope().link").as_str().unwrap().to_string();
    assert!(link.contains("hide=verdict%20direction%20surface"), "{link}");
    // Taken back, all is there again.
    let seen = run(&session, "scope().hide = 'footer'; return pause(300).then(() => ['verdict', 'surface', 'direction', 'footer'].map((name) =>
        find(`[data-name='${name}']`).checkVisibility()))");
    assert_eq!(seen, json!([true, true, true, false]));
    let levels = "scope().level = 'basic'; return pause(200).then(() => find('details').open)";
    assert_eq!(run(&session, levels), false);
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

#[test]
fn without_room_it_waits_and_on_paper_everything_is_drawn() {
    let session = Session::start(Browser::Chromium).unwrap();
    session
        .open(&page(
            "test-room.html",
            &format!(
                "<script>errors = []; addEventListener('error', (e) => errors.push(e.message));
                   addEventListener('unhandledrejection', (e) => errors.push(String(e.reason)))</script>
                 {WATCH}<div id=box style='width:0;height:0;overflow:hidden'><saddle-scope lab=critical-point lang=en></saddle-scope></div>
                 <p style='height:5000px'></p><saddle-scope id=far lab=schedule lang=en></saddle-scope>"
            ),
        ))
        .unwrap();
    session.wait("the lab", "find('.handle')").unwrap();
    let drawn = "pause(300).then(() => find('canvas.front').width > 0)";
    assert_eq!(run(&session, &format!("return {drawn}")), false, "in a box without size");
    let exports = "scope().toCSV().length > 100 && scope().toSVG().startsWith('<svg')";
    assert_eq!(run(&session, &format!("return {exports}")), true, "exports need no room");
    run(&session, "box.style.display = 'none'; return pause(200)");
    assert_eq!(run(&session, &format!("box.style = 'width: 900px'; return {drawn}")), true);
    // Paper: what is far below the window is drawn for it, and let go again.
    session.wait("the other lab", "far.shadowRoot.querySelector('.handle')").unwrap();
    let width = "far.shadowRoot.querySelector('canvas.front').width";
    let print =
        |event: &str| run(&session, &format!("dispatchEvent(new Event('{event}')); return {width} > 0"));
    assert_eq!(run(&session, &format!("return {width} > 0")), false);
    assert_eq!(print("beforeprint"), true);
    assert_eq!(print("afterprint"), false);
    assert_eq!(run(&session, "return errors"), json!([]));
}
