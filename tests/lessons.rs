//! The lessons of the course page: every state restores without a warning and as it is written, every question and answer
//! has its words, and the labs say what the answers claim.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use saddlescope::lab::{self, Cell, Lab};
use serde_json::Value;

const TEXTS: [(&str, &str); 2] =
    [("en", include_str!("../www/text/en.json")), ("zh", include_str!("../www/text/zh.json"))];

fn lessons() -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../www/lessons.json")).unwrap();
    all.as_array().unwrap().clone()
}

fn states(lesson: &Value) -> Vec<&str> {
    lesson["states"].as_array().unwrap().iter().map(|state| state.as_str().unwrap()).collect()
}

/// The lab of a lesson at a step, counted from 1.
fn at(id: &str, step: usize) -> Box<dyn Lab> {
    let all = lessons();
    let lesson = all.iter().find(|lesson| lesson["id"] == id).unwrap();
    let mut lab = lab::open(lesson["lab"].as_str().unwrap()).unwrap();
    assert!(lab.restore(states(lesson)[step - 1]).is_empty());
    lab
}

fn headline(lab: &dyn Lab) -> String {
    lab.headline().unwrap().text.key.into_owned()
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

/// A cell of a lab's table, by the stable name of its row and the name of its column; words as their stable name.
fn cell(lab: &dyn Lab, row: &str, column: &str) -> String {
    let table = lab.table().unwrap();
    let at = table.columns.iter().position(|(id, _)| *id == column).unwrap();
    let named = |r: &&lab::Row| matches!(r.cells[0], Cell::Words(id, _) if id == row);
    match &table.rows.iter().find(named).unwrap().cells[at] {
        Cell::Number(x) => x.to_string(),
        Cell::Words(id, _) => (*id).into(),
        Cell::Math(math) => math.plain(),
    }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

#[test]
fn there_are_eight_and_the_first_four_are_those_of_the_course() {
    let all = lessons();
    let ids: Vec<&str> = all.iter().map(|lesson| lesson["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["minimum", "saddle", "rate", "adam", "direction", "flat", "batch", "decay"]);
}

#[test]
fn every_state_restores_without_a_warning_and_as_it_is_written() {
    for lesson in lessons() {
        let name = lesson["lab"].as_str().unwrap();
        for state in states(&lesson) {
            let mut lab = lab::open(name).unwrap_or_else(|| panic!("there is no lab {name}"));
            let warnings = lab.restore(state);
            assert!(warnings.is_empty(), "{name}?{state}: {warnings:?}");
            // In whatever order: as a link holds it, and nothing that is so anyway.
            let pairs = |state: &str| {
                let mut pairs: Vec<String> = state.split('&').map(str::to_string).collect();
                pairs.sort();
                pairs
            };
            assert_eq!(pairs(&lab.state()), pairs(state), "{name}");
            assert!(
                lab.values()
                    .controls()
                    .iter()
                    .all(|control| !state.contains("guess=") || control.id != "guess")
            );
        }
    }
}

#[test]
fn every_question_and_answer_has_its_words_and_no_others_stand_about() {
    for (language, text) in TEXTS {
        let words: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap();
        let mut expected: Vec<String> = ["answer", "back", "close", "heading", "lead", "next"]
            .map(|key| format!("lesson.{key}"))
            .to_vec();
        for lesson in lessons() {
            let id = lesson["id"].as_str().unwrap();
            expected.push(format!("lesson.{id}.title"));
            let steps = 1..=states(&lesson).len();
            expected
                .extend(steps.flat_map(|k| ["ask", "answer"].map(|what| format!("lesson.{id}.{k}.{what}"))));
        }
        expected.sort();
        let mut found: Vec<String> = words.keys().filter(|key| key.starts_with("lesson.")).cloned().collect();
        found.sort();
        assert_eq!(found, expected, "{language}");
    }
}

#[test]
fn is_it_a_minimum() {
    let mut lab = at("minimum", 1);
    assert_eq!(headline(&*lab), "verdict.hidden");
    lab.set("guess", "minimum").unwrap();
    assert_eq!(
        (headline(&*lab).as_str(), lab.headline().unwrap().reason.key.as_ref()),
        ("verdict.saddle", "verdict.guess.wrong")
    );
    let mut lab = at("minimum", 2);
    assert_eq!(headline(&*lab), "verdict.slice.minimum");
    lab.set("freeze", "off").unwrap();
    assert_eq!(headline(&*lab), "verdict.saddle");
    let lab = at("minimum", 3);
    assert!(
        readout(&*lab, "eigen-1").starts_with("λ_1 = 0") && readout(&*lab, "eigen-2").starts_with("λ_2 = 2")
    );
    assert_ne!(headline(&*lab), "verdict.minimum");
}

#[test]
fn leaving_a_saddle() {
    const ALL: [&str; 5] =
        ["gradient-descent", "noise", "momentum", "negative-curvature", "saddle-free-newton"];
    let here = |step| ALL.map(|way| cell(&*at("saddle", step), way, "here"));
    assert!(here(1).iter().all(|t| number(t) <= 60.0));
    assert_eq!(here(1)[0], "34");
    assert_eq!(here(2).map(|t| t == "stays"), [true, false, true, false, true]);
    assert_eq!(here(3).map(|t| t == "stays"), [true, false, true, true, true]);
    let later = number(&here(3)[1]);
    assert!((250.0..350.0).contains(&later), "{later}");
}

#[test]
fn choosing_a_learning_rate() {
    let regime = |step| cell(&*at("rate", step), "constant", "regime");
    assert_eq!([1, 2, 3].map(regime), ["good", "oscillating", "diverging"]);
    // Its steps are over before it leaves the numbers, and so there is no last finite step to name.
    assert_eq!(at("rate", 3).headline().unwrap().reason.key, "run.rises.bound");
    let last = |step| number(&cell(&*at("rate", step), "constant", "last"));
    assert!(last(2) < last(1));
    assert_eq!(readout(&*at("rate", 1), "bound"), "η<0.2");
}

#[test]
fn why_adam_corrects_its_averages() {
    let sum = |step| readout(&*at("adam", step), "sum");
    assert!(sum(1).ends_with("= 0.1") && sum(2).ends_with("= 0.001") && sum(3).ends_with("= 0.998"));
    let first = number(&cell(&*at("adam", 1), "none", "first"));
    assert!((first - 0.1 / 0.001f64.sqrt()).abs() < 1e-4, "{first}");
    // At step 2 both averages have 0.999, as the answer says.
    let both = number(&cell(&*at("adam", 2), "none", "first"));
    assert!((both - 0.032).abs() < 5e-4 && (0.1 / 0.001f64.sqrt() - 3.2).abs() < 0.05, "{both}");
    assert!(number(&cell(&*at("adam", 3), "written-back", "now")) < 1e-9);
}

#[test]
fn where_the_negative_gradient_points() {
    // The angle between −g and the way to (0, 0).
    let across = |step| {
        let lab = at("direction", step);
        let [x, y] = lab.values().point("at");
        let g = readout(&*lab, "gradient");
        let (a, b) = g.trim_start_matches("g = (").split_once(')').unwrap().0.split_once(", ").unwrap();
        let (a, b) = (number(a), number(b));
        ((a * y - b * x) / (a.hypot(b) * x.hypot(y))).asin().abs().to_degrees()
    };
    assert!(across(1) > 45.0, "{}", across(1));
    assert!(across(2) < 1e-6 && across(3) < 1e-6);
}

#[test]
fn why_the_loss_is_flat() {
    for (step, cause) in [(1, "bouncing"), (2, "saddle"), (3, "plateau")] {
        let mut lab = at("flat", step);
        lab.set("guess", cause).unwrap();
        assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right", "{cause}");
    }
}

#[test]
fn is_a_bigger_batch_better() {
    let mut lab = at("batch", 1);
    lab.set("guess", "mini").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right");
    assert_eq!((cell(&*lab, "full", "steps"), cell(&*lab, "single", "steps")), ("20".into(), "1000".into()));
    let last = |run| number(&cell(&*at("batch", 3), run, "last"));
    let ends = ["single", "mini", "full"].map(last);
    assert!(ends[0] < 1e-30 && ends[0] < ends[1] && ends[1] < 1e-12 && ends[1] < ends[2], "{ends:?}");
    let headline = at("batch", 3).headline().unwrap();
    assert!(format!("{headline:?}").contains("single"), "{headline:?}");
}

#[test]
fn does_the_rate_have_to_decay() {
    let mut lab = at("decay", 1);
    lab.set("guess", "decay").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right");
    let last = |step, schedule| number(&cell(&*at("decay", step), schedule, "last"));
    let said = [last(2, "constant"), last(2, "power-of-ten")];
    assert!((said[0] / 5e-53 - 1.0).abs() < 0.1 && (said[1] / 6e-7 - 1.0).abs() < 0.1, "{said:?}");
    assert!((0.02..0.04).contains(&last(3, "exponential")));
    assert!((number(&cell(&*at("decay", 3), "exponential", "sum")) - 1.4).abs() < 0.05);
}
