//! Links: any state survives one, back and forward, what is hidden, hostile ones, and those inside exports.

use crate::scope::{BROWSERS, DRAWN, SINGLE, Scope, WATCH, page, run};
use saddlescope::lab::{self, Kind, REGISTRY};
use serde_json::{Value, json};
use std::fs;
use xtask::command::root;
use xtask::webdriver::{Browser, Session, file_url};

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    /// From 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[((self.roll() * from.len() as f64) as usize).min(from.len() - 1)]
    }
}

/// What a link of the lab says after up to eight of its controls were set at random.
fn any_link(id: &str, dice: &mut Dice) -> String {
    let mut lab = lab::open(id).unwrap();
    for _ in 0..1 + (dice.roll() * 8.0) as usize {
        let control = dice.pick(lab.values().controls()).clone();
        let value = match &control.kind {
            Kind::Slider { min, max, .. } => (min + dice.roll() * (max - min)).to_string(),
            Kind::Choice { options, .. } => (*dice.pick(options)).to_string(),
            Kind::Toggle { .. } => (*dice.pick(&["on", "off"])).to_string(),
            Kind::Formula { presets, .. } if dice.roll() < 0.5 && !presets.is_empty() => {
                (*dice.pick(presets)).to_string()
            }
            Kind::Formula { .. } => {
                (*dice.pick(&["x^2-y^2", "abs(x)+y^2", "log(x)", "exp(-x^2)*y"])).to_string()
            }
            Kind::Point { .. } => format!("{},{}", 8.0 * dice.roll() - 4.0, 8.0 * dice.roll() - 4.0),
            Kind::Seed { .. } => ((dice.roll() * 1e15) as u64).to_string(),
            Kind::Text { .. } => {
                (*dice.pick(&["1,2,3\n4,5,6", "a,b,label\n1,2,0\n2,1,1", "1 2 3 4 5"])).to_string()
            }
            // An experiment that runs by itself is nothing that a link of another moment has.
            Kind::Action => continue,
        };
        // What does not fit is refused, as it would be on the page.
        let _ = lab.set(&control.id, &value);
    }
    lab.link()
}

/// Chromium with a page of one element; what its buttons copy is in `copied`.
fn copying(name: &str, script: &str) -> Session {
    let session = Session::start(Browser::Chromium).unwrap();
    let body = format!(
        "<script>Object.defineProperty(navigator, 'clipboard', {{ value: {{ writeText: async (text) => {{ copied = text; }} }} }})</script>
         {WATCH}{script}<saddle-scope lab=critical-point lang=en></saddle-scope>"
    );
    session.open(&page(name, &body)).unwrap();
    session.wait("the lab", DRAWN).unwrap();
    session
}

/// Presses a button of the footer, and gives what it copied.
fn copied(session: &Session, button: &str) -> String {
    let script =
        format!("copied = null; find('[data-name={button}]').click(); return pause(0).then(() => copied)");
    run(session, &script).as_str().unwrap().to_string()
}

/// For every lab, with no page named by the author: link → page → link, and embed code → page → link.
#[test]
fn any_state_survives_links_and_embed_codes() {
    let session = copying("test-links.html", "");
    let beside = file_url(&root().join("dist/lab.html"));
    let other = Session::start(Browser::Chromium).unwrap();
    let mut dice = Dice(20_261_124);
    for (id, _) in REGISTRY {
        let links: Vec<String> = (0..4).map(|_| any_link(id, &mut dice)).collect();
        for link in &links {
            let hash = if link.is_empty() { format!("#{id}") } else { format!("#{id}?{link}") };
            let put = "const made = document.createElement('template');
                 made.innerHTML = arguments[0];
                 scope().replaceWith(made.content);
                 if (arguments[1]) scope().link = arguments[1];";
            let wait = || {
                session.wait(id, "scope().shadowRoot.querySelector('.footer') && find('.handle')").unwrap()
            };
            let element = format!("<saddle-scope lab={id} lang=en></saddle-scope>");
            session.run(put, &[json!(element), json!(hash)]).unwrap();
            wait();
            assert_eq!(copied(&session, "copy-link"), format!("{beside}{hash}"));
            let code = copied(&session, "embed");
            let start = "<script src=\"saddlescope.js\"></script>\n<saddle-scope lab=";
            assert!(code.starts_with(&format!("{start}\"{id}\" lang=\"en\"")), "{code}");
            session.run(put, &[json!(code), json!(null)]).unwrap();
            wait();
            assert_eq!(copied(&session, "copy-link"), format!("{beside}{hash}"), "{code}");
        }
        // The page that the link leads to.
        for link in links.iter().filter(|link| !link.is_empty()) {
            other.open("about:blank").unwrap();
            other.open(&format!("{beside}#{id}?{link}")).unwrap();
            other
                .wait(id, "document.querySelector('saddle-scope').shadowRoot.querySelector('.footer')")
                .unwrap();
            let seen = run(&other, "return document.querySelector('saddle-scope').link");
            assert_eq!(seen, format!("{beside}#{id}?{link}"));
        }
    }
}

/// Where nobody knows of a page, what is copied goes behind the address of any, and the button says so.
#[test]
fn a_script_without_an_address_copies_the_state_alone() {
    let script =
        fs::read_to_string(root().join("dist/saddlescope.js")).unwrap().replace("</script", "<\\/script");
    let session = Session::start(Browser::Chromium).unwrap();
    let watch = WATCH.replace("<script src='saddlescope.js'></script>", "");
    let body = format!(
        "{watch}<script>{script}</script><saddle-scope lab=taylor lang=en></saddle-scope>
         <script>Object.defineProperty(navigator, 'clipboard', {{ value: undefined }});
         document.execCommand = () => {{ copied = scope().shadowRoot.activeElement.value; }}</script>"
    );
    session.open(&page("test-inline.html", &body)).unwrap();
    session.wait("the lab", DRAWN).unwrap();
    assert_eq!(copied(&session, "copy-link"), "#taylor");
    let label = "return find('[data-name=copy-link]').textContent";
    assert!(run(&session, label).as_str().unwrap().contains("lab.html"), "{}", run(&session, label));
    session.wait("the label again", "find('[data-name=copy-link]').textContent === 'copy link'").unwrap();
    run(&session, "scope().setAttribute('link', 'https://example.org/saddlescope.html#old')");
    assert_eq!(copied(&session, "copy-link"), "https://example.org/saddlescope.html#taylor");
    assert_eq!(run(&session, label), "copied");
}

/// What one link hides the next one shows, in whatever order its parts stand; and the language of a link is the page's.
#[test]
fn a_link_says_all_that_is_hidden() {
    let parts = ["verdict", "surface", "direction", "footer", "eigen-1"];
    for (browser, file) in BROWSERS.iter().flat_map(|b| [(*b, SINGLE), (*b, "dist/lab.html")]) {
        let session = Session::start(browser).unwrap();
        session.open(&format!("{}#critical-point", file_url(&root().join(file)))).unwrap();
        session.wait("the lab", DRAWN).unwrap();
        let go = |hash: &str| -> Value {
            let script = format!(
                "location.hash = '{hash}';
                 return new Promise((done) => setTimeout(done, 500)).then(() => {{
                   const scope = document.querySelector('saddle-scope');
                   const root = scope.shadowRoot;
                   const shown = (name) => [...root.querySelectorAll(`[data-name=${{name}}]`)].some((node) => node.checkVisibility());
                   return [{parts:?}.filter(shown), scope.state, root.querySelector('details').open, root.querySelector('.lab').className]
                 }})"
            );
            run(&session, &script)
        };
        let all = go("critical-point?at=1,1&loss=himmelblau");
        assert_eq!(all[0], json!(parts), "{browser:?} {file}");
        for hash in [
            "critical-point?hide=verdict%20surface%20eigen-1&at=1,1&loss=himmelblau&v=1",
            "critical-point?v=1&loss=himmelblau&at=1,1&hide=surface,eigen-1,verdict",
            "critical-point?at=1,1&hide=eigen-1%20verdict%20surface&loss=himmelblau",
        ] {
            let seen = go(hash);
            let left: Vec<&Value> = all[0]
                .as_array()
                .unwrap()
                .iter()
                .filter(|name| !["verdict", "surface", "eigen-1"].contains(&name.as_str().unwrap()))
                .collect();
            assert_eq!(seen[0], json!(left), "{browser:?} {file} {hash}");
            assert_eq!(seen[1], all[1], "{browser:?} {file} {hash}");
            assert_eq!(go("critical-point?at=1,1&loss=himmelblau"), all, "{browser:?} {file} after {hash}");
        }
        let other = go("critical-point?at=1,1&loss=himmelblau&level=more&theme=dark&height=500&lang=zh");
        assert_eq!(other[2], true, "{browser:?} {file}");
        let look = other[3].as_str().unwrap();
        assert!(look.contains("dark") && look.contains("bounded"), "{browser:?} {file}: {look}");
        assert_eq!(run(&session, "return document.documentElement.lang"), "zh", "{browser:?} {file}");
        assert_eq!(go("critical-point?at=1,1&loss=himmelblau"), all, "{browser:?} {file}");
        assert_ne!(run(&session, "return document.documentElement.lang"), "zh", "{browser:?} {file}");
        // Back to what was hidden.
        run(&session, "history.back(); return new Promise((done) => setTimeout(done, 400))");
        assert_eq!(
            run(&session, "return document.querySelector('saddle-scope').getAttribute('level')"),
            "more"
        );
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
    let hostile = [
        "critical-point?loss=%3Cscript%3Ewindow.hit=1%3C/script%3E".to_string(),
        "critical-point?hide=%3Cimg%20src=x%20onerror=hit=1%3E&theme=%22%3E&lang=%00%ff&level=9&height=1e999"
            .into(),
        "critical-point?at=1e400,NaN&direction=-1e308&v=99&unknown=1&&&===%".into(),
        "critical-point?loss=(((((((((((((((((((&zoom=javascript:alert(1)".into(),
        "__proto__?constructor=1".into(),
        format!("critical-point?loss={huge}"),
        format!("{huge}?a=b"),
    ];
    for hash in &hostile {
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
    // The same in a bare page, where the hash names the lab too.
    let bare = Session::start(Browser::Chromium).unwrap();
    bare.open(&format!("{}#race", file_url(&root().join("dist/lab.html")))).unwrap();
    bare.wait("the lab", DRAWN).unwrap();
    for hash in hostile.iter().map(String::as_str).chain([
        "<img src=x onerror=hit=1>",
        "constructor?toString=1",
        "critical-point?link=javascript:hit=1&lab=race&onclick=hit=1",
    ]) {
        bare.run("location.hash = arguments[0]", &[json!(hash)]).unwrap();
        let seen = run(
            &bare,
            "return new Promise((done) => setTimeout(done, 150)).then(() => {
               const { shadowRoot, attributes } = document.querySelector('saddle-scope');
               return [Boolean(window.hit), shadowRoot.querySelectorAll('img, script').length, [...attributes].some(({ name }) => name.startsWith('on'))]
             })",
        );
        assert_eq!(seen, json!([false, 0, false]), "{hash:.60}");
        for note in bare.notes("browser").unwrap() {
            assert!(
                note["level"] == "WARNING" && note["message"].as_str().unwrap().contains("saddle-scope"),
                "{hash:.60}: {note}"
            );
        }
    }
    run(&bare, "location.hash = '#critical-point'");
    bare.wait(
        "the lab",
        "document.querySelector('saddle-scope').shadowRoot.querySelector('.verdict .cross')",
    )
    .unwrap();
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
               sizes.push((await createImageBitmap(await scope.toPNG(2))).width);
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
    let [one, three, two] = [0, 1, 2].map(|i| got["sizes"][i].as_f64().unwrap());
    assert_eq!((three, two), (3.0 * one, 2.0 * one), "{got}");
    // The buttons save the picture and the scale chosen beside them.
    let got = session
        .run(
            "const scope = document.querySelector('saddle-scope');
             const find = (name) => scope.shadowRoot.querySelector(`.footer [data-name=${name}]`);
             const saved = [];
             HTMLAnchorElement.prototype.click = function () { saved.push([this.download, fetch(this.href).then((it) => it.blob())]); };
             const [picture, scale] = [find('picture'), find('scale')];
             return (async () => {
               const names = [...picture.options].map((option) => option.value);
               picture.value = 'surface';
               for (scale.value of [1, 4]) { find('png').click(); await new Promise((done) => setTimeout(done, 500)); }
               find('svg').click(); find('csv').click();
               await new Promise((done) => setTimeout(done, 200));
               const blobs = await Promise.all(saved.map(([, blob]) => blob));
               const [small, large] = await Promise.all(blobs.slice(0, 2).map((blob) => createImageBitmap(blob)));
               return { names, files: saved.map(([name]) => name), ratio: large.width / small.width, shape: large.width / large.height,
                 same: await blobs[2].text() === scope.toSVG('surface'), csv: await blobs[3].text() === scope.toCSV() };
             })()",
            &[],
        )
        .unwrap();
    assert_eq!(got["names"], json!(["map", "surface", "slice-1", "slice-2"]), "{got}");
    let name = "critical-point";
    let files = ["png", "png", "svg", "csv"].map(|ending| format!("{name}.{ending}"));
    assert_eq!(got["files"], json!(files), "{got}");
    assert_eq!((&got["ratio"], &got["same"], &got["csv"]), (&json!(4), &json!(true), &json!(true)), "{got}");
    assert!(got["shape"].as_f64().unwrap() > 1.05, "the surface is wider than high: {got}");
}

#[test]
fn a_picture_takes_its_legend_along() {
    let session = Session::start(Browser::Chromium).unwrap();
    session
        .open(&page(
            "test-legend.html",
            "<script src='saddlescope.js'></script>
             <saddle-scope lab=fate grid=64 style='width:900px'></saddle-scope>
             <saddle-scope lab=critical-point style='width:900px'></saddle-scope>",
        ))
        .unwrap();
    session.wait("the lab", DRAWN).unwrap();
    let done = "document.querySelector('saddle-scope').shadowRoot.querySelector('progress').hidden";
    session.wait("all runs", done).unwrap();
    let got = session
        .run(
            "const [fate, critical] = document.querySelectorAll('saddle-scope');
             const stage = (scope) => scope.shadowRoot.querySelector('canvas.front').parentElement.clientHeight;
             const svg = (scope) => new DOMParser().parseFromString(scope.toSVG(), 'image/svg+xml').documentElement;
             const words = [...svg(fate).querySelectorAll('g text')].map((text) => text.textContent);
             const rows = [...fate.shadowRoot.querySelectorAll('tbody th')].map((cell) => cell.textContent.trim());
             return (async () => {
               const picture = await createImageBitmap(await fate.toPNG('fate', 2));
               const canvas = new OffscreenCanvas(picture.width, picture.height);
               const context = canvas.getContext('2d');
               context.drawImage(picture, 0, 0);
               const colours = new Set();
               const below = 2 * stage(fate);
               const { data } = context.getImageData(0, below, picture.width, picture.height - below);
               for (let k = 0; k < data.length; k += 4) colours.add(data.slice(k, k + 3).join());
               const ink = getComputedStyle(fate.shadowRoot.querySelector('tbody svg, tbody .mark')).color;
               return { words, rows, colours: colours.size, ink, has: colours.has(ink.replace(/[^0-9,]/g, '')),
                 more: [fate, critical].map((scope) => svg(scope).getAttribute('height') - stage(scope)),
                 png: picture.height - below };
             })()",
            &[],
        )
        .unwrap();
    assert_eq!((&got["words"], got["words"].as_array().unwrap().len()), (&got["rows"], 4), "{got}");
    let more = got["more"][0].as_f64().unwrap();
    assert!(more >= 24.0 && got["more"][1] == 0.0 && got["png"] == 2.0 * more, "{got}");
    assert_eq!(got["has"], true, "the first mark of the table, below the map: {got}");
}
