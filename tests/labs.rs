//! The labs as plain data: what they say and show for given controls, in every state that a link can hold.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use saddlescope::figure::{Figure, Layer, Shape};
use saddlescope::lab::{self, Kind, Lab, REGISTRY};
use saddlescope::phrase::{Phrase, Words};

fn words(language: &str) -> Words {
    let path = format!("{}/www/text/{language}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let pairs: std::collections::HashMap<String, String> = serde_json::from_str(&text).unwrap();
    pairs.into_iter().collect()
}

fn critical_point(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("critical-point").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn headline(lab: &dyn Lab) -> String {
    lab.headline().unwrap().text.key.into_owned()
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

fn ids(figures: &[Figure]) -> Vec<&'static str> {
    figures.iter().map(|f| f.id).collect()
}

#[test]
fn the_notes_example_opens_at_its_saddle() {
    let lab = critical_point(&[]);
    assert_eq!(headline(&*lab), "verdict.saddle");
    assert_eq!(readout(&*lab, "gradient"), "g = (0, 0)   ‖g‖ = 0");
    assert_eq!(readout(&*lab, "hessian"), "H = [0 −2; −2 0]");
    assert_eq!(readout(&*lab, "eigen-1"), "λ_1 = −2   v_1 = (0.707, 0.707)");
    assert_eq!(readout(&*lab, "eigen-2"), "λ_2 = 2   v_2 = (0.707, −0.707)");
    assert_eq!(lab.state(), "");
    let sentence = words("en").text(&lab.sentence());
    assert_eq!(
        sentence,
        "θ is at (0, 0), where the loss is 1. Saddle point. The loss curves down along (0.71, 0.71) and curves up along (0.71, −0.71)."
    );
}

#[test]
fn the_direction_sums_the_eigenvalues() {
    let lab = critical_point(&[("direction", "45")]);
    assert_eq!(readout(&*lab, "direction"), "v^⊤Hv = 1·(−2)+0·2 = −2");
    let lab = critical_point(&[("direction", "0")]);
    assert_eq!(readout(&*lab, "direction"), "v^⊤Hv = 0.5·(−2)+0.5·2 = 0");
}

#[test]
fn a_frozen_direction_turns_the_saddle_into_a_minimum_until_it_is_freed() {
    let mut lab = critical_point(&[("direction", "-45"), ("freeze", "on")]);
    assert_eq!(headline(&*lab), "verdict.slice.minimum");
    assert_eq!(ids(&lab.figures()), ["map", "surface", "slice-frozen"]);
    // The point moves along w₂ = −w₁ only.
    lab.drag("theta", [1.0, 0.0]);
    let at = lab.values().point("at");
    assert!((at[0] - 0.5).abs() < 1e-12 && (at[1] + 0.5).abs() < 1e-12, "{at:?}");
    assert_eq!(headline(&*lab), "verdict.slice.not-critical");
    lab.drag("theta", [0.0, 0.0]);
    lab.set("freeze", "off").unwrap();
    assert_eq!(headline(&*lab), "verdict.saddle");
}

#[test]
fn predict_first_hides_every_answer_until_the_guess() {
    let mut lab = critical_point(&[("predict", "on")]);
    assert_eq!(headline(&*lab), "verdict.hidden");
    assert_eq!(ids(&lab.figures()), ["map", "surface"]);
    assert!(readout(&*lab, "eigen-1").is_empty() && readout(&*lab, "hessian").is_empty());
    let said = words("en").text(&lab.sentence());
    assert!(!said.contains("addle") && !said.contains("curves"), "{said}");
    assert!(lab.shown("guess"));
    lab.set("guess", "minimum").unwrap();
    assert_eq!(headline(&*lab), "verdict.saddle");
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.wrong");
    lab.set("guess", "saddle").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right");
    // A new loss is a new question.
    lab.set("loss", "x^2+y^2").unwrap();
    assert_eq!(headline(&*lab), "verdict.hidden");
}

/// A screen reader hears headline and reason as sentences: a full stop between them, none after a question.
#[test]
fn a_headline_and_its_reason_are_sentences() {
    let mut race = lab::open("race").unwrap();
    race.set("predict", "on").unwrap();
    let mut point = critical_point(&[("predict", "on")]);
    for (language, asked, answered) in [
        (
            "en",
            "Which ends lower? Adam keeps",
            "Saddle point. Not what you guessed. One λ is negative: there is a way down.",
        ),
        ("zh", "哪一个最终的损失更低？Adam 用默认", "鞍点。和你猜的不同。有一个 λ 为负：有一条下坡的路。"),
    ] {
        let words = words(language);
        let said = words.text(&race.sentence());
        assert!(said.contains(asked), "{said}");
        point.set("guess", "minimum").unwrap();
        let said = words.text(&point.sentence());
        assert!(said.ends_with(answered), "{said}");
    }
    assert_eq!(race.headline().unwrap().stop(), Phrase::verbatim(""));
    assert_eq!(point.headline().unwrap().stop().key, "sentence.stop");
}

/// What is right is what the headline says: of the slice where one direction is frozen, of a degenerate point also what
/// it turns out to be; and where there is no kind, no guess is wrong.
#[test]
fn a_guess_is_judged_by_what_the_headline_says() {
    let judged = |settings: &[(&str, &str)], guess: &str| {
        let lab = critical_point(&[settings, &[("predict", "on"), ("guess", guess)]].concat());
        lab.headline().unwrap().reason.key.into_owned()
    };
    let (right, wrong) = ("verdict.guess.right", "verdict.guess.wrong");
    let slice = [("freeze", "on"), ("direction", "-45")];
    assert_eq!((judged(&slice, "minimum"), judged(&slice, "saddle")), (right.into(), wrong.into()));
    for (loss, guess) in
        [("quartic-bowl", "minimum"), ("quartic-saddle", "saddle"), ("quartic-bowl", "degenerate")]
    {
        assert_eq!(judged(&[("loss", loss)], guess), right, "{loss} {guess}");
    }
    assert_eq!(judged(&[("loss", "quartic-bowl")], "maximum"), wrong);
    assert_eq!(judged(&[("at", "1,1")], "minimum"), right);
    assert_eq!(
        judged(&[("loss", "abs(x)+y^2"), ("at", "0,0")], "minimum"),
        "verdict.not-differentiable.lowest"
    );
}

/// At a kink there is no gradient and no Hessian to show, and what was seen there is said and listed.
#[test]
fn a_kink_has_no_numbers_and_may_be_the_lowest_point_seen() {
    for (loss, at, said, listed) in [
        ("abs(x)+y^2", "0,0", "verdict.not-differentiable.lowest", "kink-lowest"),
        ("-abs(x)-abs(y)", "0,0", "verdict.not-differentiable.highest", "kink-highest"),
        ("max(x,y)", "0.5,0.5", "verdict.not-differentiable.reason", ""),
    ] {
        let mut lab = critical_point(&[("loss", loss), ("at", at), ("all", "on")]);
        assert_eq!(lab.headline().unwrap().reason.key, said, "{loss}");
        assert!(readout(&*lab, "gradient").is_empty() && readout(&*lab, "eigen-1").is_empty(), "{loss}");
        assert_eq!(ids(&lab.figures()), ["map", "surface"], "{loss}");
        while lab.work(&mut || false).is_some() {}
        let csv = lab.table().unwrap().csv();
        assert_eq!(csv.contains(listed) && csv.contains("kink"), !listed.is_empty(), "{loss}: {csv}");
    }
}

#[test]
fn a_bad_formula_leaves_everything_as_it_was() {
    let mut lab = critical_point(&[("loss", "x^2+3y^2"), ("at", "0.5,0.25")]);
    let (figures, state) = (lab.figures(), lab.state());
    for bad in ["", "x+", "alert(1)", "<img src=x onerror=alert(1)>", &"(".repeat(500), &"1+".repeat(900)] {
        let error = lab.set("loss", bad).unwrap_err();
        assert!(error.code().starts_with("formula."), "{bad}: {error}");
        assert_eq!(lab.figures(), figures);
        assert_eq!(lab.state(), state);
    }
}

#[test]
fn only_the_parameters_of_the_chosen_landscape_are_shown() {
    let mut lab = critical_point(&[]);
    assert!(lab.shown("one-datum.a") && !lab.shown("quadratic.l1") && !lab.shown("notes"));
    lab.set("loss", "quadratic").unwrap();
    assert!(!lab.shown("one-datum.a") && lab.shown("quadratic.l1") && lab.shown("notes"));
    lab.set("quadratic.l1", "-3").unwrap();
    lab.set("at", "0,0").unwrap();
    assert!(readout(&*lab, "eigen-1").starts_with("λ_1 = −3"), "{}", readout(&*lab, "eigen-1"));
    lab.act("notes");
    assert_eq!(headline(&*lab), "verdict.saddle");
}

#[test]
fn a_loss_undefined_at_the_point_says_so_and_draws_no_slice() {
    let lab = critical_point(&[("loss", "log(x)+y^2"), ("at", "-1,0")]);
    assert_eq!(headline(&*lab), "verdict.not-defined");
    assert_eq!(ids(&lab.figures()), ["map", "surface"]);
    assert!(lab.figures()[0].front.iter().all(|layer| !matches!(layer, Layer::Arrow { .. })));
}

#[test]
fn snapping_goes_to_the_nearest_critical_point() {
    let mut lab = critical_point(&[("loss", "himmelblau"), ("at", "2.8,1.7")]);
    assert_eq!(headline(&*lab), "verdict.not-critical");
    lab.act("snap");
    let at = lab.values().point("at");
    assert!((at[0] - 3.0).abs() < 1e-12 && (at[1] - 2.0).abs() < 1e-12, "{at:?}");
    assert_eq!(headline(&*lab), "verdict.minimum");
}

#[test]
fn a_search_that_finds_nothing_says_so_until_the_next_move() {
    let mut lab = critical_point(&[("loss", "x+y^2")]);
    lab.act("snap");
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.none-found");
    lab.nudge("theta", [1.0, 0.0], false);
    assert_ne!(lab.headline().unwrap().reason.key, "verdict.none-found");
}

#[test]
fn arrow_keys_come_back_to_exactly_zero() {
    let mut lab = critical_point(&[]);
    for _ in 0..7 {
        lab.nudge("theta", [1.0, -1.0], false);
    }
    for _ in 0..7 {
        lab.nudge("theta", [-1.0, 1.0], false);
    }
    assert_eq!(lab.values().point("at"), [0.0, 0.0]);
    assert_eq!(headline(&*lab), "verdict.saddle");
}

#[test]
fn the_table_of_numbers_holds_the_slices() {
    let lab = critical_point(&[]);
    let csv = lab.csv();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("series,s,w1,w2,L,model"));
    assert_eq!(lines.next(), Some("point,0,0,0,1,1"));
    assert_eq!(csv.lines().filter(|l| l.starts_with("slice-1,")).count(), 121);
    assert!(csv.lines().all(|l| l.split(',').count() == 6));
}

/// Opens the lab with all critical points asked for, and works until they are found.
fn searched(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = critical_point(settings);
    lab.set("all", "on").unwrap();
    let mut slices = 0;
    while lab.work(&mut || false).is_some() {
        slices += 1;
        assert!(slices < 10_000);
    }
    lab
}

fn marks(figure: &Figure) -> Vec<Shape> {
    let mark = |layer: &Layer| if let Layer::Mark { shape, .. } = layer { Some(*shape) } else { None };
    figure.back.iter().filter_map(mark).collect()
}

#[test]
fn all_critical_points_in_view_are_marked_and_listed() {
    let mut lab = searched(&[("loss", "himmelblau")]);
    for figure in &lab.figures()[..2] {
        let marks = marks(figure);
        let count = |shape| marks.iter().filter(|s| **s == shape).count();
        assert_eq!([count(Shape::Down), count(Shape::Cross), count(Shape::Up)], [4, 4, 1], "{}", figure.id);
    }
    let table = lab.table().unwrap();
    assert_eq!(table.rows.len(), 9);
    assert_eq!(words("en").text(&table.name), "In view: 4\u{a0}▼, 4\u{a0}✕, 1\u{a0}▲. Proved complete");
    let csv = lab.csv();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("kind,w1,w2,L,lambda1,lambda2"));
    assert!(lines.clone().any(|l| l.starts_with("minimum,3,2,0,25.7")), "{csv}");
    assert_eq!(lines.filter(|l| l.starts_with("saddle,")).count(), 4);
    let said = words("zh").text(&lab.sentence());
    assert!(said.contains("已证明没有遗漏"), "{said}");
    // Another part of the plane is another search; off, all goes.
    lab.set("zoom", "4").unwrap();
    assert!(lab.table().is_none() && lab.work(&mut || true).is_some());
    while lab.work(&mut || false).is_some() {}
    assert!(lab.table().unwrap().rows.len() < 9);
    lab.set("all", "off").unwrap();
    assert!(lab.table().is_none() && marks(&lab.figures()[0]).is_empty());
    assert_eq!(lab.work(&mut || true), None);
}

#[test]
fn curves_and_flat_regions_are_drawn_as_such() {
    let lab = searched(&[]);
    let map = &lab.figures()[0];
    let lines = map.back.iter().filter(|layer| matches!(layer, Layer::Line { .. })).count();
    assert_eq!((lines, marks(map)), (2, vec![Shape::Cross]));
    let kinds: Vec<String> = lab.csv().lines().skip(1).map(|l| l.split(',').next().unwrap().into()).collect();
    assert_eq!(kinds, ["curve-minima", "curve-minima", "saddle"]);
    let flat = searched(&[("loss", "relu(x)")]);
    assert!(flat.figures()[0].back.iter().any(|layer| matches!(layer, Layer::Area { .. })));
    assert!(words("en").text(&flat.table().unwrap().name).contains("flat regions"));
    // Nothing is shown before the guess.
    let hidden = searched(&[("loss", "himmelblau"), ("predict", "on")]);
    assert!(hidden.table().is_none() && marks(&hidden.figures()[0]).is_empty() && !hidden.shown("all"));
}

#[test]
fn degenerate_points_are_decided_in_the_headline() {
    let said = |loss: &str| {
        let headline = critical_point(&[("loss", loss), ("at", "0,0")]).headline().unwrap();
        [words("en").text(&headline.text), words("en").text(&headline.reason)]
    };
    let peano = said("(y-x^2)*(y-3x^2)");
    assert_eq!(peano[0], "Saddle point (degenerate)");
    assert_eq!(peano[1], "One λ is zero; on the curve where the slope across vanishes, L changes like −s⁴");
    assert_eq!(said("y^2+3*y*x^2+x^4")[1].rsplit(' ').next(), Some("−1.25·s⁴"));
    assert_eq!(said("shoulder")[0], "Shoulder: neither extremum nor saddle");
    assert_eq!(said("quartic-bowl")[0], "Minimum (degenerate)");
    assert_eq!(said("monkey-saddle")[1], "H = 0; the terms of order 3 change sign 6 times around the point");
    assert_eq!(said("x^2")[0], "On a curve of minima");
    assert_eq!(said("5")[0], "Flat: the loss is constant here");
    let undecided = said("abs(x)^3+y^2");
    assert!(
        undecided[0].starts_with("Degenerate")
            && undecided[1].ends_with("suggest: Minimum. A hint, no proof"),
        "{undecided:?}"
    );
}

#[test]
fn a_step_beyond_the_usual_end_survives_the_link() {
    let greatest = |lab: &dyn Lab, id: &str| match lab.values().controls().iter().find(|c| c.id == id)?.kind {
        Kind::Slider { max, .. } => Some(max),
        _ => None,
    };
    for (id, _) in REGISTRY {
        let mut lab = lab::open(id).unwrap();
        let Some(usual) = greatest(&*lab, "t") else { continue };
        for length in ["steps", "epochs"] {
            let Some(most) = greatest(&*lab, length) else { continue };
            lab.set(length, &most.to_string()).unwrap();
        }
        let beyond = greatest(&*lab, "t").unwrap() - 1.0;
        lab.set("t", &beyond.to_string()).unwrap();
        let state = lab.state();
        let warnings = lab.restore(&state);
        assert!(warnings.is_empty(), "{id}, t from {usual} to {beyond}: {warnings:?}");
        assert_eq!(lab.values().number("t"), beyond, "{id}: {state}");
    }
}

/// A value for a control: most of the time one that is allowed, now and then one that is not.
fn any_value(kind: &Kind) -> BoxedStrategy<String> {
    let good = match kind {
        Kind::Slider { min, max, .. } => (*min..=*max).prop_map(|x| x.to_string()).boxed(),
        Kind::Choice { options, .. } => prop::sample::select(options.to_vec()).prop_map(String::from).boxed(),
        Kind::Toggle { .. } => prop::sample::select(vec!["on", "off"]).prop_map(String::from).boxed(),
        Kind::Formula { presets, .. } => {
            let mut texts = presets.clone();
            texts.extend(["x^2-y^2", "x y", "log(x)", "1/x", "abs(x)+y^2", "exp(-x^2-y^2)", "5"]);
            prop::sample::select(texts).prop_map(String::from).boxed()
        }
        Kind::Point { .. } => {
            (-6.0..6.0, -6.0..6.0).prop_map(|(x, y): (f64, f64)| format!("{x},{y}")).boxed()
        }
        Kind::Seed { .. } => any::<u64>().prop_map(|x| x.to_string()).boxed(),
        Kind::Text { .. } => {
            let texts = vec!["", "1,2,3\n4,5,6", "a,b,label\n1,2,0\n2,1,1", "<b>,,\n", "1 2 3 4 5"];
            prop::sample::select(texts).prop_map(String::from).boxed()
        }
        Kind::Action => Just(String::new()).boxed(),
    };
    let bad =
        prop::sample::select(vec!["NaN", "inf", "-1e308", "<b>", "", "a,b", "0x1"]).prop_map(String::from);
    prop_oneof![9 => good, 1 => bad].boxed()
}

/// Up to eight controls of a lab, each with a value.
fn any_settings(id: &'static str) -> impl Strategy<Value = Vec<(String, String)>> {
    let lab = lab::open(id).unwrap();
    let controls: Vec<_> = lab.values().controls().to_vec();
    let one = prop::sample::select(controls).prop_flat_map(|control| {
        let id = control.id.to_string();
        any_value(&control.kind).prop_map(move |value| (id.clone(), value))
    });
    prop::collection::vec(one, 0..8)
}

/// An untouched point that a narrow view had pushed aside comes back with a wide one, so that a link means one state.
#[test]
fn a_point_left_out_of_a_link_is_where_the_view_has_it() {
    let mut lab = lab::open("gradient-check").unwrap();
    lab.set("zoom", "0.1").unwrap();
    lab.set("centre", "4.5,-0.04").unwrap();
    let mut again = lab::open("gradient-check").unwrap();
    assert!(again.restore(&lab.state()).is_empty());
    assert_eq!(again.state(), lab.state());
    assert_eq!(again.values().point("at"), lab.values().point("at"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_state_survives_the_link_and_says_something(
        (id, settings) in prop::sample::select(REGISTRY.iter().map(|(id, _)| *id).collect::<Vec<_>>())
            .prop_flat_map(|id| (Just(id), any_settings(id)))
    ) {
        let mut lab = lab::open(id).unwrap();
        for (control, value) in &settings {
            let _ = lab.set(control, value);
        }
        let state = lab.state();
        let mut again = lab::open(id).unwrap();
        let warnings = again.restore(&state);
        // A race keeps the rates of a moment ago until it has found the new ones.
        if id == "race" {
            while lab.work(&mut || false).is_some() {}
        }
        prop_assert!(warnings.is_empty(), "{state}: {warnings:?}");
        prop_assert_eq!(again.state(), state);
        prop_assert_eq!(again.readouts().len(), lab.readouts().len());
        prop_assert_eq!(again.headline(), lab.headline());
        for language in ["en", "zh"] {
            let words = words(language);
            let said = words.text(&lab.sentence());
            prop_assert!(!said.contains(['{', '}']) && !said.contains("sentence."), "{said}");
            let twice = ["?.", "？。", "..", "。。", "?:", "？：", "  "].into_iter().find(|t| said.contains(t));
            prop_assert_eq!(twice, None, "{}", said);
        }
    }

    #[test]
    fn a_hostile_link_only_warns(state in "[ -~λ%&=<>\"']{0,200}") {
        for (id, _) in REGISTRY {
            let mut lab = lab::open(id).unwrap();
            lab.restore(&state);
            lab.figures();
            lab.readouts();
        }
    }
}

#[test]
fn a_loss_brings_its_own_parameters_as_a_link_says_it() {
    for (id, _) in REGISTRY {
        let mut lab = lab::open(id).unwrap();
        if lab.set("ackley.a", "0").is_err() {
            continue;
        }
        lab.set("loss", "ackley").unwrap();
        assert!(!lab.state().contains("ackley.a"), "{id}: {}", lab.state());
        let mut again = lab::open(id).unwrap();
        again.restore(&lab.state());
        assert_eq!(again.headline(), lab.headline(), "{id}: {}", lab.state());
        let places = |lab: &dyn lab::Lab| lab.handles().iter().map(|h| h.at).collect::<Vec<_>>();
        assert_eq!(places(&*again), places(&*lab), "{id}: {}", lab.state());
    }
}

/// An element whose `hidden` is a number is not seen, and `part` gives it a name: no control can be an attribute of that
/// name, nor of those that are the element's own.
#[test]
fn no_control_is_named_like_an_attribute_that_means_something_else() {
    let page = include_str!("../www/element/attributes.js");
    let listed = |name: &str| page.split(name).nth(1).unwrap().split(']').next().unwrap();
    let taken = [listed("const OWN = ["), listed("const GLOBAL = new Set([")].join(",");
    // The rest of HTML's global attributes.
    let html = "accesskey autocapitalize autofocus contenteditable enterkeyhint exportparts inputmode itemid itemprop \
                itemref itemscope itemtype popover spellcheck writingsuggestions";
    let taken: Vec<&str> = taken.split('"').skip(1).step_by(2).chain(html.split(' ')).collect();
    assert!(["lab", "hidden", "part", "popover"].iter().all(|name| taken.contains(name)), "{taken:?}");
    for (id, open) in lab::REGISTRY {
        for control in open().values().controls() {
            assert!(!taken.contains(&control.id.as_ref()), "{id}: {}", control.id);
        }
    }
}

/// What to try first is something that the scene has: in a scene without a map nothing is said of dragging on it.
#[test]
fn every_scene_invites_to_what_it_has() {
    for (id, control, value, key) in [
        ("taylor", "scene", "surface", "lab.taylor.try"),
        ("taylor", "scene", "line", "lab.taylor.try.line"),
        ("escape", "scene", "leaving", "lab.escape.try"),
        ("escape", "scene", "which", "lab.escape.try.which"),
        ("escape", "layers", "3", "lab.escape.try.deep"),
        ("fate", "over", "starts", "lab.fate.try"),
        ("fate", "over", "rates", "lab.fate.try.rates"),
        ("vanishing", "scene", "deep", "lab.vanishing.try"),
        ("vanishing", "scene", "neuron", "lab.vanishing.try.neuron"),
        ("network", "scene", "training", "lab.network.try"),
        ("network", "scene", "surroundings", "lab.network.try.surroundings"),
        ("network", "scene", "ratio", "lab.network.try.ratio"),
        ("race", "steps", "100", "lab.race.try"),
    ] {
        let mut lab = lab::open(id).unwrap();
        lab.set(control, value).unwrap();
        assert_eq!(lab.invitation().key, key, "{id}, {control}={value}");
    }
}

/// λ = 0 of a turned quadratic is computed as 10⁻¹⁶, and read as 0; 10⁻²⁰ that stands in a diagonal H is read as it is.
#[test]
fn a_zero_eigenvalue_is_read_as_zero() {
    let lab = critical_point(&[
        ("loss", "quadratic"),
        ("quadratic.l1", "0"),
        ("quadratic.l2", "5"),
        ("at", "1,1.5"),
    ]);
    assert!(readout(&*lab, "eigen-1").starts_with("λ_1 = 0 "), "{}", readout(&*lab, "eigen-1"));
    assert!(readout(&*lab, "direction").contains("·0+"), "{}", readout(&*lab, "direction"));
    let lab = critical_point(&[("loss", "x^2+1e-20*y^2"), ("at", "1,1")]);
    assert!(readout(&*lab, "eigen-1").starts_with("λ_1 = 2×10⁻²⁰"), "{}", readout(&*lab, "eigen-1"));
}

#[test]
fn where_the_loss_is_not_defined_no_value_is_said() {
    for lab in ["critical-point", "taylor", "newton"] {
        let mut lab = lab::open(lab).unwrap();
        lab.set("loss", "log(x)").unwrap();
        lab.set("at", "-1,0").unwrap();
        let said = words("en").text(&lab.sentence());
        assert!(said.starts_with("θ is at (−1, 0). Not defined"), "{said}");
    }
}
