//! Runs on the page: the race plays, and a schedule, its noise and its method change what is drawn and said.

use crate::labs::show;
use crate::scope::{BROWSERS, DRAWN, SINGLE, Scope, numbers};
use serde_json::json;
use xtask::webdriver::RIGHT;

/// The race plays from its start to its end, and what is drawn, said and labelled follows.
#[test]
fn the_race_plays() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        scope.run(
            "const page = document.createElement('saddle-scope');
             for (const [name, value] of [['lab', 'race'], ['steps', 60], ['speed', 200]]) page.setAttribute(name, value);
             document.querySelector('main').replaceChildren(page);",
        );
        scope.session.wait("the lab", DRAWN).unwrap();
        let rows = "return [...shadow.querySelectorAll('.results tbody th')].map((row) => row.textContent.trim()).join()";
        assert_eq!(scope.run(rows), "Gradient descent,Momentum,AdaGrad,Adam", "{browser:?}");
        let picture = "return shadow.querySelector('.figure.map canvas.front').toDataURL()";
        let value = "return shadow.querySelector('[data-handle=t]').getAttribute('aria-valuetext')";
        let click =
            |name: &str| scope.run(&format!("shadow.querySelector('[data-name={name}] button').click()"));
        let ended = scope.run(picture);
        assert_eq!(scope.run(value), "t = 60", "{browser:?}");
        let whole = numbers(&scope.readout("line-1"));
        click("step-back");
        assert_eq!(scope.run(value), "t = 59", "{browser:?}");
        click("play");
        scope
            .session
            .wait(
                "the end",
                "(() => {
            const shadow = document.querySelector('saddle-scope').shadowRoot;
            const label = shadow.querySelector('[data-name=play] button').textContent;
            return label === 'Play' && shadow.querySelector('[data-handle=t]').ariaValueText !== 't = 59';
        })()",
            )
            .unwrap();
        assert_eq!(scope.run(value), "t = 60", "{browser:?}");
        assert!(ended == scope.run(picture), "{browser:?}: the end of the show is not the end of the runs");
        assert_eq!(numbers(&scope.readout("line-1")), whole, "{browser:?}");
        // From the end it begins again.
        scope.run(
            "shadow.querySelector('[data-name=speed] input').value = 0;
            shadow.querySelector('[data-name=speed] input').dispatchEvent(new Event('input'));",
        );
        click("play");
        assert_eq!(scope.text("[data-name=play] button"), scope.word("control.pause"), "{browser:?}");
        assert!(ended != scope.run(picture), "{browser:?}");
        click("play");
        // Keys on the cursor.
        let handle = scope.element("[data-handle=t]");
        scope.session.keys(&handle, &[RIGHT; 9].concat()).unwrap();
        assert_eq!(numbers(scope.run(value).as_str().unwrap())[0].floor() as i64 / 9, 1, "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// Noise on and off turn the verdict round, and with it what is drawn and what a screen reader is told; the bound is drawn
/// for methods that have one.
#[test]
fn a_schedule_is_drawn_and_told() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "schedule");
        let lowest = |schedule: &str| {
            let name = scope.word(&format!("schedule.{schedule}"));
            scope.word("schedule.lowest").replace("{schedule}", &name)
        };
        let click =
            |name: &str| scope.run(&format!("shadow.querySelector('[data-name={name}] button').click()"));
        let canvas = |figure: &str| {
            let name = scope.word(&format!("figure.schedule.{figure}"));
            format!("const canvas = shadow.querySelector('canvas.front[aria-label=\"{name}\"]');")
        };
        let picture = |figure: &str| scope.run(&[&canvas(figure), "return canvas.toDataURL()"].concat());
        let told = [
            &canvas("loss"),
            "const text = shadow.getElementById(canvas.getAttribute('aria-describedby'));
             return new Promise((done) => setTimeout(() => done(text.textContent), 500))",
        ]
        .concat();
        // Points of the figure of rates in the colour of the bound.
        let bounded = || {
            let count = "const copy = new OffscreenCanvas(canvas.width, canvas.height);
                 const context = copy.getContext('2d', { willReadFrequently: true });
                 context.drawImage(canvas, 0, 0);
                 const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
                 let seen = 0;
                 for (let i = 0; i < pixels.length; i += 4) {
                   const [r, g, b, a] = pixels.slice(i, i + 4);
                   seen += r > 190 && g > 70 && g < 120 && b < 40 && a > 200;
                 }
                 return seen";
            scope.run(&[&canvas("rate"), count].concat()).as_u64().unwrap()
        };
        assert_eq!(scope.text(".verdict strong"), lowest("power-of-ten"), "{browser:?}");
        assert_eq!(numbers(&scope.readout("bound")), [0.2], "{browser:?}");
        assert!(bounded() > 100, "{browser:?}: {}", bounded());
        assert!(!scope.readout("floor").is_empty(), "{browser:?}");
        let (before, said) = (picture("loss"), scope.run(&told));
        assert!(said.as_str().unwrap().contains(&lowest("power-of-ten")), "{browser:?}: {said}");
        click("quiet");
        assert_eq!(scope.text(".verdict strong"), lowest("constant"), "{browser:?}");
        assert!(picture("loss") != before, "{browser:?}: without noise the runs look as with it");
        let now = scope.run(&told);
        assert!(now.as_str().unwrap().contains(&lowest("constant")), "{browser:?}: {now}");
        // A method without a bound, at a rate of its own.
        scope.run(
            "const choice = shadow.querySelector('[data-name=method] select');
             choice.value = 'adam';
             choice.dispatchEvent(new Event('change'));",
        );
        assert_eq!(bounded(), 0, "{browser:?}");
        // η₀ by the keys.
        let (losses, rate) = (picture("loss"), numbers(&scope.readout("rate")));
        scope.session.keys(&scope.element("[data-name=eta] input"), &[RIGHT; 5].concat()).unwrap();
        assert_ne!(numbers(&scope.readout("rate")), rate, "{browser:?}");
        assert!(picture("loss") != losses, "{browser:?}: another rate, the same runs");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// A learning rate pushed by the keys over its bound: the run ends at its last finite step, and the page says at which and
/// why, beside the numbers and in the table of results.
#[test]
fn a_run_that_diverges_says_step_and_reason() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "race");
        scope.run(
            "document.querySelector('saddle-scope').state =
               'tuned=off&focus=gradient-descent&gradient-descent.rate=0.19&steps=1000&t=1000'",
        );
        let row = "return shadow.querySelector('.results tbody tr').textContent";
        assert!(scope.readout("run").starts_with("t=1000"), "{browser:?}: {}", scope.readout("run"));
        let diverges = scope.word("run.diverged").replace("{why}", "");
        assert!(!scope.run(row).as_str().unwrap().contains(&diverges), "{browser:?}: {}", scope.run(row));
        let slider = scope.element("[data-name=\"gradient-descent.rate\"] input");
        scope.session.keys(&slider, &[RIGHT; 20].concat()).unwrap();
        let note = scope.text(".readouts [data-name=run] .note");
        let [rate, bound, last] = numbers(&note)[..] else { panic!("{browser:?}: {note}") };
        assert!(rate > bound && bound == 0.2 && last < 1000.0, "{browser:?}: {note}");
        let why = scope.word("run.stop.bound").replace("{rate}", &rate.to_string());
        let why = why.replace("{bound}", "0.2").replace("{steps}", &last.to_string());
        assert_eq!(note, why, "{browser:?}");
        assert_eq!(
            numbers(&scope.readout("run"))[0],
            last,
            "{browser:?}: the numbers are those of the last step"
        );
        assert!(scope.run(row).as_str().unwrap().contains(&[&*diverges, &*why].concat()), "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}

/// The parameters of the method looked at stand in a group under its name, for eyes and for screen readers.
#[test]
fn parameters_stand_under_the_name_of_their_method() {
    for browser in BROWSERS {
        let scope = Scope::open(browser, SINGLE);
        show(&scope, "race");
        let boxes = "return [...shadow.querySelectorAll('.controls .box')]
            .filter((box) => box.getClientRects().length > 0)
            .map((box) => [box.getAttribute('role'),
              shadow.getElementById(box.getAttribute('aria-labelledby')).textContent,
              [...box.querySelectorAll('.control')].filter((one) => !one.hidden).map((one) => one.dataset.name)])";
        let adam = json!([["group", scope.word("method.adam"), ["adam.beta1", "adam.beta2"]]]);
        assert_eq!(scope.run(boxes), adam, "{browser:?}");
        scope.run("document.querySelector('saddle-scope').state = 'tuned=off&focus=momentum'");
        let momentum =
            json!([["group", scope.word("method.momentum"), ["momentum.rate", "momentum.momentum"]]]);
        assert_eq!(scope.run(boxes), momentum, "{browser:?}");
        // The bound is said beside the number, and to who hears the slider.
        let spoken = "return shadow.querySelector('[data-name=\"momentum.rate\"] input').ariaValueText ??
            shadow.querySelector('[data-name=\"momentum.rate\"] input').getAttribute('aria-valuetext')";
        let bound = scope.word("control.bound").replace("{value}", "0.01").replace("{bound}", "0.38");
        assert_eq!(scope.run(spoken), bound, "{browser:?}");
        assert_eq!(scope.text("[data-name=\"momentum.rate\"] .value"), bound, "{browser:?}");
        assert_eq!(scope.complaints(), [""; 0], "{browser:?}");
    }
}
