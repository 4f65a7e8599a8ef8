//! What can go wrong on a page, and what happens then: no worker or a late one, no room, a tab that nobody sees, paper, zoom.

use crate::scope::{BROWSERS, DRAWN, WATCH, page, run, served};
use serde_json::json;
use xtask::webdriver::{Browser, Session};

const WORKING: &str = "scope()?.shadowRoot && find('progress') && !find('progress').hidden";
const DONE: &str = "find('progress').hidden";

/// Frames are rare until a worker has answered: else a fast page would have done the work by then.
const RARE: &str = "<script>
    var answered = false;
    const next = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (then) => (answered ? next(then) : setTimeout(next, 300, then));
    const Plain = globalThis.Worker;
    globalThis.Worker = class extends Plain {
      constructor(...given) {
        super(...given);
        this.addEventListener('message', () => (answered = true));
      }
    };
  </script>";

/// A network too large for H itself: much is to be worked out at a point of it.
const LARGE: &str = "data=moons hidden-layers=3 units=32 epochs=10";

#[test]
fn long_work_is_a_worker_s_and_ends_with_its_reason() {
    let address = served();
    let around = format!("{LARGE} scene=surroundings");
    for browser in BROWSERS {
        let session = Session::start(browser).unwrap();
        let labs = [
            ("fate", "grid=128 method=adam steps=1000", "slide('adam.rate', 0.3)"),
            (
                "network",
                "scene=ratio run=on runs=200 epochs=20 hidden-layers=1 units=2",
                "slide('units', 0.02)",
            ),
            ("network", &around, "slide('span', 0.3)"),
        ];
        for (lab, settings, change) in labs {
            let name = format!("test-worker-{lab}-{browser:?}.html");
            let body = format!("{WATCH}{RARE}<saddle-scope lab={lab} {settings} lang=en></saddle-scope>");
            let file = page(&name, &body);
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
        (
            "in silence",
            "globalThis.Worker = class extends EventTarget {
               constructor() { super(); hired += 1; } postMessage() {} terminate() { dismissed += 1; } };",
        ),
    ];
    let session = Session::start(Browser::Chromium).unwrap();
    for (how, script) in refusals {
        let url = page(
            "test-slices.html",
            &format!(
                "{WATCH}<script>{script}</script><saddle-scope lab=fate method=adam steps=500 lang=en></saddle-scope>"
            ),
        );
        session.open(&url).unwrap();
        session.wait("the work", WORKING).unwrap();
        // The work begins at once, not when the refusal is certain.
        run(
            &session,
            "begun = null; const look = () => {
               if (find('progress').value > 0.1 || find('progress').hidden) begun ??= [hired, dismissed];
               if (!begun) requestAnimationFrame(look);
             }; look()",
        );
        session.wait(how, "begun").unwrap();
        if how == "in silence" {
            assert_eq!(run(&session, "return begun[1]"), 0, "slices waited for the worker");
        }
        session.wait(how, DONE).unwrap();
        assert!(run(&session, "return frames").as_f64().unwrap() > 5.0, "{how}");
        // In the middle of the work, the element goes.
        run(&session, "slide('adam.rate', 0.3); return pause(100)");
        run(&session, "scope().remove(); return pause(100)");
        let asked = run(&session, "const asked = frames; return pause(300).then(() => frames - asked)");
        assert_eq!(asked, 0, "{how}: something goes on");
    }
}

/// A policy that refuses workers made of text: the script, or the module, is its own worker.
#[test]
fn a_policy_may_leave_the_script_itself_as_worker() {
    let address = served();
    let session = Session::start(Browser::Chromium).unwrap();
    let policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'\">";
    let classic = "<script src='saddlescope.js'></script>";
    for (kind, script) in
        [("script", classic), ("module", "<script type=module src='saddlescope.mjs'></script>")]
    {
        let name = format!("test-policy-{kind}.html");
        let watch = WATCH.replace(classic, "");
        let element = "<saddle-scope lab=fate grid=128 method=adam steps=1000 lang=en></saddle-scope>";
        let asked = "<script>
            const Asked = globalThis.Worker;
            var sources = [];
            globalThis.Worker = class extends Asked {
              constructor(source, options) {
                sources.push(String(source).split(':')[0]);
                super(source, options);
              }
            };
          </script>";
        let head =
            format!("<!doctype html><html lang=en><head><meta charset=utf-8>{policy}<title>t</title></head>");
        let body = format!("{head}<body>{watch}{RARE}{asked}{script}{element}");
        std::fs::write(xtask::command::root().join("dist").join(&name), body).unwrap();
        session.open(&format!("{address}/dist/{name}")).unwrap();
        session.wait(&format!("the findings of the {kind}"), "jobs.some(([, n]) => n > 0)").unwrap();
        // The first was refused.
        assert_eq!(run(&session, "return sources"), json!(["blob", "http"]), "{kind}");
    }
}

/// A worker that answers late takes over from the slices, and what both found is what the slices alone would have found.
#[test]
fn a_late_worker_takes_over() {
    let around = format!("{LARGE} scene=surroundings");
    let late = "<script>
        var ahead;
        const Prompt = globalThis.Worker;
        globalThis.Worker = class extends Prompt {
          postMessage(message, ...given) {
            if (message.saddlescope !== 'begin') return super.postMessage(message, ...given);
            const wait = () => {
              const bar = find('progress');
              if (bar.value < 0.05 && !bar.hidden) return setTimeout(wait, 10);
              ahead = bar.value;
              super.postMessage(message, ...given);
            };
            wait();
          }
        };
      </script>";
    let none =
        "<script>globalThis.Worker = class { constructor() { throw new Error('refused'); } };</script>";
    let labs = [
        ("fate", "grid=64 method=adam steps=500"),
        ("network", "scene=ratio run=on runs=150 epochs=60 data=autoencoder hidden-layers=1 units=3"),
        ("network", &around),
    ];
    let session = Session::start(Browser::Chromium).unwrap();
    for (lab, settings) in labs {
        let mut found = Vec::new();
        for (how, script) in [("alone", none), ("late", late)] {
            let element = format!("<saddle-scope lab={lab} {settings} lang=en></saddle-scope>");
            let url = page(&format!("test-{lab}-{how}.html"), &format!("{WATCH}{RARE}{script}{element}"));
            session.open(&url).unwrap();
            let seen = "find('tbody tr') || find('[data-name=plane] canvas.pixels')?.width";
            let end = session.wait("the end", &format!("({seen}) && {DONE}"));
            assert!(end.is_ok(), "{lab} {how}: {end:?}");
            found.push(run(&session, "return [scope().toCSV().split('\\n').slice(1), scope().toSVG()]"));
        }
        assert!(
            run(&session, "return ahead").as_f64().unwrap() >= 0.05,
            "{lab}: nothing was done before the worker came"
        );
        assert!(
            run(&session, "return jobs.filter(([, n]) => n > 0).length").as_u64() > Some(0),
            "{lab}: the worker found nothing"
        );
        assert_eq!(found[0], found[1], "{lab}");
    }
}

/// What a worker has sent before it heard of a change, and what arrives before the next frame, is not taken for an answer.
#[test]
fn findings_that_a_change_has_overtaken_are_not_taken() {
    let hold = "<script>
        var holding = false;
        var held = [];
        const Open = globalThis.Worker;
        globalThis.Worker = class extends Open {
          addEventListener(type, then, ...given) {
            const heard = (event) =>
              holding && event.data?.saddlescope === 'found' ? held.push(() => then(event)) : then(event);
            super.addEventListener(type, type === 'message' ? heard : then, ...given);
          }
        };
      </script>";
    let session = Session::start(Browser::Chromium).unwrap();
    let settings = "scene=ratio run=on runs=300 epochs=100 data=autoencoder units=3";
    let body = format!("{WATCH}{RARE}{hold}<saddle-scope lab=network {settings} lang=en></saddle-scope>");
    session.open(&page("test-overtaken.html", &body)).unwrap();
    session.wait("a worker's findings", "jobs.some(([, n]) => n > 0)").unwrap();
    run(&session, "holding = true; held = []");
    session.wait("findings on their way", "held.length > 2").unwrap();
    // In one turn, without a frame in between.
    run(&session, "holding = false; slide('units', 0); held.forEach((arrive) => arrive())");
    let ends = "return scope().toCSV().split('\\n').slice(1)";
    let done = format!("find('tbody tr') && {DONE}");
    session.wait("the end", &done).unwrap();
    let seen = run(&session, ends);
    run(
        &session,
        "const { state } = scope();
         const other = document.createElement('saddle-scope');
         for (const [name, value] of [['lab', 'network'], ['lang', 'en']]) other.setAttribute(name, value);
         scope().replaceWith(other);
         other.state = state",
    );
    session.wait("the same by itself", &done).unwrap();
    assert!(seen.as_array().unwrap().len() > 300);
    assert_eq!(run(&session, ends), seen);
}

/// A run that plays in a tab that nobody sees rests, and goes on from there.
#[test]
fn a_hidden_tab_rests() {
    let session = Session::start(Browser::Chromium).unwrap();
    let body = format!(
        "<script>seen = []; document.addEventListener('visibilitychange', () => seen.push(document.visibilityState))</script>
         {WATCH}<saddle-scope lab=race lang=en t=0 steps=1000 speed=20></saddle-scope>"
    );
    session.open(&page("test-hidden.html", &body)).unwrap();
    session.wait("the lab", DRAWN).unwrap();
    run(&session, "steps = []; document.addEventListener('saddle-step', ({ detail }) => steps.push(Number(detail.step)));
         find('[data-name=play] button').click()");
    session.wait("some steps", "steps.at(-1) > 2").unwrap();
    let tab = session.window().unwrap();
    let other = session.new_tab().unwrap();
    session.switch_to(&other).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(3000));
    session.switch_to(&tab).unwrap();
    session.wait("the tab to be seen again", "seen.at(-1) === 'visible' && seen.includes('hidden')").unwrap();
    session.wait("more steps", "steps.length > 5").unwrap();
    // At 20 steps a second three seconds would be 60: no two frames are so far apart, whatever the machine.
    let leap = run(&session, "return Math.max(...steps.map((t, i) => t - (steps[i - 1] ?? t)))");
    assert!(leap.as_f64().unwrap() < 20.0, "{leap} steps at once");
}

/// Emulated densities change without the media query's word for it: the test gives it.
const ASKED: &str = "<script>
    const real = globalThis.matchMedia;
    globalThis.matchMedia = (query) =>
      query.includes('dppx') ? { addEventListener: (name, then) => (denser = then) } : real(query);
  </script>";

/// At every pixel ratio canvases have as many pixels as they cover, and a handle follows the pointer, zoomed or not.
#[test]
fn pictures_are_sharp_at_any_density_and_zoom() {
    let session = Session::start(Browser::Chromium).unwrap();
    session
        .open(&page(
            "test-density.html",
            &format!("{ASKED}{WATCH}<saddle-scope lab=critical-point lang=en></saddle-scope>"),
        ))
        .unwrap();
    session.wait("the lab", DRAWN).unwrap();
    for (ratio, zoom) in [(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (1.5, 1.0), (1.0, 1.25), (2.0, 0.8)] {
        let metrics = json!({ "width": 1280, "height": 900, "deviceScaleFactor": ratio, "mobile": false });
        session.chromium("Emulation.setDeviceMetricsOverride", &metrics).unwrap();
        run(
            &session,
            &format!("document.body.style.zoom = {zoom}; scope().reset(); scrollTo(0, 0); denser()"),
        );
        let sharp = "(() => {
             const [stage, canvas] = [find('[data-name=map] .stage'), find('[data-name=map] canvas.front')];
             return devicePixelRatio === RATIO && Math.abs(canvas.width - stage.clientWidth * devicePixelRatio) <= 2;
         })()";
        session.wait(&format!("{ratio}, {zoom}"), &sharp.replace("RATIO", &ratio.to_string())).unwrap();
        // No blank canvas either: the map covers all of it.
        let corner = run(
            &session,
            "const canvas = find('[data-name=map] canvas.pixels');
             return canvas.getContext('2d').getImageData(canvas.width - 3, canvas.height - 3, 1, 1).data[3]",
        );
        assert_eq!(corner, 255, "{ratio}, {zoom}");
        let place = || {
            let at = run(
                &session,
                "const b = find('.handle.free').getBoundingClientRect();
                 return pause(100).then(() => [b.x + b.width / 2, b.y + b.height / 2])",
            );
            [0, 1].map(|i| at[i].as_f64().unwrap())
        };
        let handle = xtask::webdriver::Element::from(&run(&session, "return find('.handle.free')")).unwrap();
        let before = place();
        session.drag(&handle, &[[30, -20], [18, -4]], false).unwrap();
        run(&session, "return pause(100)");
        let after = place();
        let off = [after[0] - before[0] - 48.0, after[1] - before[1] + 24.0];
        assert!(off[0].abs() < 2.0 && off[1].abs() < 2.0, "{ratio}, {zoom}: off by {off:?} pixels");
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
    // A real print says so by the same events.
    run(&session, &format!("printed = null; addEventListener('beforeprint', () => (printed = {width}))"));
    session.chromium("Page.printToPDF", &json!({})).unwrap();
    assert!(run(&session, "return printed").as_f64().unwrap() > 0.0);
    assert_eq!(run(&session, "return errors"), json!([]));
}

/// A page in an encoding of its own has classic scripts read in it.
#[test]
fn a_page_in_another_encoding_reads_alike() {
    let session = Session::start(Browser::Chromium).unwrap();
    for charset in ["gb2312", "windows-1252"] {
        let name = format!("test-{charset}.html");
        let body =
            "<script src=saddlescope.js></script><saddle-scope lab=critical-point lang=zh></saddle-scope>";
        let text =
            format!("<!doctype html><html lang=en><meta charset={charset}><title>t</title><body>{body}");
        let path = xtask::command::root().join("dist").join(name);
        std::fs::write(&path, text).unwrap();
        session.open(&xtask::webdriver::file_url(&path)).unwrap();
        session.wait("the lab", DRAWN).unwrap();
        let said = "const root = document.querySelector('saddle-scope').shadowRoot;
            return [document.characterSet.toLowerCase(), root.querySelector('[data-name=scale]').textContent,
              root.querySelector('.verdict').textContent.includes('鞍点')]";
        let charset = if charset == "gb2312" { "gbk" } else { charset };
        assert_eq!(session.run(said, &[]).unwrap(), json!([charset, "1×2×3×4×", true]));
    }
}
