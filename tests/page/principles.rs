//! The labs of first principles on the page: batches and vanishing gradients, by pixels, words and keys.

use crate::labs::show;
use crate::scope::{BROWSERS, SINGLE, Scope};
use serde_json::json;
use xtask::webdriver::{LEFT, RIGHT};

/// Keys to the least and the greatest value of a slider.
const HOME: &str = "\u{E011}";
const END: &str = "\u{E010}";

/// Where a figure has the colour of an ink of methods, in shares of the picture, y down: least and greatest x, least and
/// greatest y, looked for from a share of the width on.
fn extent(scope: &Scope, figure: &str, ink: u32, from: f64) -> [f64; 4] {
    let found = scope.run(&format!(
        "const canvas = shadow.querySelector('figure[data-name={figure}] canvas.front');
         const probe = document.createElement('i');
         probe.className = 'ink-method-{ink}';
         shadow.querySelector('.figure').append(probe);
         const want = getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).map(Number);
         probe.remove();
         const {{ width, height }} = canvas;
         // A copy: a canvas that is often read is one to complain of.
         const copy = Object.assign(document.createElement('canvas'), {{ width, height }}).getContext('2d');
         copy.drawImage(canvas, 0, 0);
         const {{ data }} = copy.getImageData(0, 0, width, height);
         let [left, right, top, bottom] = [1, 0, 1, 0];
         for (let y = 0; y < height; y += 1) {{
           for (let x = Math.floor({from} * width); x < width; x += 1) {{
             const at = 4 * (y * width + x);
             if (data[at + 3] < 250 || want.some((c, i) => Math.abs(c - data[at + i]) > 24)) continue;
             left = Math.min(left, x / width);
             right = Math.max(right, x / width);
             top = Math.min(top, y / height);
             bottom = Math.max(bottom, y / height);
           }}
         }}
         return [left, right, top, bottom];"
    ));
    let found: Vec<f64> = found.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    found.try_into().unwrap()
}

/// What the first figure is described by.
fn described(scope: &Scope) -> String {
    let text = scope.run(
        "const canvas = shadow.querySelector('.figure:not([hidden]) canvas.front');
         return shadow.getElementById(canvas.getAttribute('aria-describedby')).textContent",
    );
    text.as_str().unwrap().to_string()
}

fn choose(scope: &Scope, name: &str, value: &str) {
    scope.run(&format!(
        "const select = shadow.querySelector('[data-name={name}] select');
         select.value = '{value}';
         select.dispatchEvent(new Event('change'));"
    ));
}

/// Presses keys on the slider of a control.
fn slide(scope: &Scope, name: &str, keys: &str) {
    let slider = scope.element(&format!("[data-name={name}] input[type=range]"));
    scope.session.keys(&slider, keys).unwrap();
    scope.run("");
}

fn wait_for_work(scope: &Scope) {
    let done = "document.querySelector('saddle-scope').shadowRoot.querySelector('progress').hidden";
    scope.session.wait("the work to be done", done).unwrap();
    scope.run("");
}

/// From weights that are right for it tanh learns and the sigmoid does not; from a tenth of them none does, and the
/// names at the ends of the curves come together.
#[test]
fn small_weights_keep_every_depth_from_learning_on_the_page() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "vanishing");
        wait_for_work(&scope);
        let middle = |ink| {
            let [_, _, top, bottom] = extent(&scope, "learning", ink, 0.84);
            (top + bottom) / 2.0
        };
        let (tanh, sigmoid) = (middle(5), middle(1));
        assert!(tanh - sigmoid > 0.25, "{browser:?}: tanh ends at {tanh}, the sigmoid at {sigmoid}");
        let (said, relu) = (described(&scope), scope.readout("relu"));
        assert!(said.contains("with sigmoid it vanishes, with tanh it passes"), "{browser:?}: {said}");
        slide(&scope, "scale", HOME);
        wait_for_work(&scope);
        let (tanh, sigmoid) = (middle(5), middle(1));
        assert!((tanh - sigmoid).abs() < 0.25, "{browser:?}: tanh ends at {tanh}, the sigmoid at {sigmoid}");
        assert_ne!(scope.readout("relu"), relu, "{browser:?}");
        // The text is read out when it has come to rest.
        scope.run("return new Promise((done) => setTimeout(done, 600))");
        let said = described(&scope);
        assert!(said.contains("with tanh it is tiny in every layer"), "{browser:?}: {said}");
        // The layer on show follows the keys: from the first to the second.
        let handle = scope.element("[data-handle=back]");
        assert!(scope.readout("tanh").contains("g1"), "{browser:?}: {}", scope.readout("tanh"));
        scope.session.keys(&handle, LEFT).unwrap();
        assert!(scope.readout("tanh").contains("g2"), "{browser:?}: {}", scope.readout("tanh"));
        // One neuron: the pair that suits learns, the other hardly.
        choose(&scope, "scene", "neuron");
        assert_eq!(scope.text(".verdict strong"), scope.word("vanishing.neuron.slow"), "{browser:?}");
        let handle = scope.element("[data-handle=z]");
        scope.session.keys(&handle, &RIGHT.repeat(80)).unwrap();
        assert_eq!(scope.text(".verdict strong"), scope.word("vanishing.neuron.right"), "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// The cloud of batch gradients is widest for single examples and a point for all of them.
#[test]
fn the_cloud_shrinks_as_the_batch_grows_on_the_page() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "batch");
        let width = || {
            let [left, right, ..] = extent(&scope, "cloud", 2, 0.0);
            (right - left).max(0.0)
        };
        let ten = width();
        assert!(ten > 0.05, "{browser:?}: {ten}");
        let law = || scope.readout("law").replace(' ', "");
        assert_eq!(law(), "(N−B)/(B(N−1))=0.0816", "{browser:?}");
        slide(&scope, "batch-size", HOME);
        let one = width();
        assert!(one > 2.0 * ten, "{browser:?}: {one} against {ten}");
        assert_eq!(law(), "(N−B)/(B(N−1))=1", "{browser:?}");
        slide(&scope, "batch-size", END);
        assert!(width() < 0.5 * ten, "{browser:?}: {}", width());
        assert!(scope.text("tbody").contains("Full batch (B = 50)"), "{browser:?}: {}", scope.text("tbody"));
        let handle = scope.element("[data-handle=batch-size]");
        scope.session.keys(&handle, LEFT).unwrap();
        scope.run("return new Promise((done) => setTimeout(done, 600))");
        assert!(described(&scope).contains("N = 50, B = 49"), "{browser:?}: {}", described(&scope));
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// Pasted rows: refused with the row and never read as markup; ten thousand good ones are worked through while the page
/// says so.
#[test]
fn pasted_rows_are_refused_by_row_or_worked_through_on_the_page() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "batch");
        choose(&scope, "data", "own");
        let paste = |text: &str| {
            scope.run(&format!(
                "const area = shadow.querySelector('[data-name=csv] textarea');
                 area.value = {text};
                 area.dispatchEvent(new Event('change'));"
            ));
        };
        let before = scope.text("tbody");
        for (text, part) in [
            ("x,y,label\n1,2,3\n\n4,<img src=x onerror=alert(1)>,6", "Row 4, column 2: “<img"),
            ("1,2,3\n4,=HYPERLINK(\"http://x\"),6", "Row 2, column 2: “=HYPERLINK"),
            ("1,2,a\n4,5,b\n4,5,c", "Row 3: “c” is one label too many"),
        ] {
            paste(&json!(text).to_string());
            let said = scope.text("[data-name=csv] .wrong");
            assert!(said.contains(part), "{browser:?}: {said}");
            assert_eq!(
                scope.run("return shadow.querySelectorAll('img, a[href*=x]').length"),
                0,
                "{browser:?}"
            );
            assert_eq!(scope.text("tbody"), before, "{browser:?}");
        }
        let said = scope.run(
            "const area = shadow.querySelector('[data-name=csv] textarea');
             area.value = Array.from({ length: 10000 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i * i) % 7 < 3 ? 1 : 0].join()).join('\\n');
             area.dispatchEvent(new Event('change'));
             const seen = [];
             return new Promise((done) => {
               const look = () => {
                 seen.push([shadow.querySelector('.verdict strong').textContent, shadow.querySelector('progress').hidden]);
                 if (seen.length > 2 && seen.at(-1)[1]) done([seen.filter(([, hidden]) => !hidden).map(([text]) => text)[0], seen.at(-1)[0]]);
                 else requestAnimationFrame(look);
               };
               requestAnimationFrame(look);
             })",
        );
        let [first, last] = [0, 1].map(|i| said[i].as_str().unwrap_or_default().to_string());
        assert!(first.contains("still being computed"), "{browser:?}: {first}");
        assert!(last.contains("ends lowest") || last.contains("end level"), "{browser:?}: {last}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}
