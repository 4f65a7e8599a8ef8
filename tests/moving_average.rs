//! The lab on moving averages: weights and their sum, the window, what bias correction does and what a correction written
//! back does to Adam's first steps; pasted numbers; the noise that is left, by simulation.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use saddlescope::figure::{Frame, Layer};
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::optimizer::{Correction, Noise, adam_steps, averages};

fn open(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("moving-average").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

fn numbers_of(lab: &dyn Lab, row: usize) -> Vec<f64> {
    let cells = lab.table().unwrap().rows[row].cells.clone();
    cells.iter().filter_map(|c| if let Cell::Number(x) = c { Some(*x) } else { None }).collect()
}

#[test]
fn it_opens_with_a_third_of_the_weight_missing() {
    let lab = open(&[]);
    assert_eq!(lab.headline().unwrap().text.key, "average.held-down");
    // 1 − 0.9¹⁰
    assert_eq!(readout(&*lab, "sum"), "1 − βᵗ = 0.651");
    assert_eq!(readout(&*lab, "window"), "1/(1 − β) = 10");
    let note = lab.readouts().into_iter().find(|r| r.id == "window").unwrap().note.unwrap();
    assert!(format!("{:?}", note.args).contains("34.9%"), "{note:?}");
    let lab = open(&[("t", "60")]);
    assert_eq!(lab.headline().unwrap().text.key, "average.forgotten");
}

/// On a constant without noise everything is known: v = 1 − βᵗ, the corrected average 1, Adam's steps η, too long by
/// (1 − β₁ᵗ)/√(1 − β₂ᵗ) without the correction.
#[test]
fn a_constant_shows_the_correction_alone() {
    let lab = open(&[("sigma", "0"), ("t", "5"), ("beta2", "0.999")]);
    assert_eq!(readout(&*lab, "v"), "v(5) = 0.41");
    assert_eq!(readout(&*lab, "corrected"), "v(5)/(1 − βᵗ) = 1");
    let [applied, none, back] = [0, 1, 2].map(|row| numbers_of(&*lab, row));
    for (step, want) in applied.iter().zip([1.0, 1.0, 1.0, 5.0]) {
        assert!((step - want).abs() < 1e-6, "{applied:?}");
    }
    let factor = |t: i32| (1.0 - 0.9f64.powi(t)) / (1.0 - 0.999f64.powi(t)).sqrt();
    for (step, t) in none.iter().zip([1, 2, 5]) {
        assert!((step / factor(t) - 1.0).abs() < 1e-4, "{none:?}");
    }
    assert!(none[3] > 5.0 * 3.0, "without the correction it runs away: {none:?}");
    // m₂ = (0.9 + 0.1)/0.19, s₂ = (0.999 + 0.001)/0.001999.
    let second = (1.0 / 0.19) / (1.0 / (1.0 - 0.999f64.powi(2))).sqrt();
    assert!((back[1] / second - 1.0).abs() < 1e-6, "{back:?}");
    assert!(back[0] == applied[0] && back[2] < 0.01 && back[3] < 1.4, "written back it stops: {back:?}");
}

#[test]
fn the_bars_are_the_weights() {
    for (beta, t) in [("0.9", "10"), ("0.5", "30"), ("0.99", "60"), ("0", "3")] {
        let lab = open(&[("decay", beta), ("t", t)]);
        let figure = lab.figures().into_iter().find(|f| f.id == "weights").unwrap();
        let areas: Vec<f64> = figure
            .front
            .iter()
            .filter_map(
                |layer| if let Layer::Area { points, .. } = layer { Some(points[2][1]) } else { None },
            )
            .collect();
        // The first is the window.
        let bars = &areas[1..];
        let (b, n) = (beta.parse::<f64>().unwrap(), t.parse::<usize>().unwrap());
        assert_eq!(bars.len(), n);
        let sum: f64 = bars.iter().sum();
        assert!((sum - (1.0 - b.powi(n as i32))).abs() < 1e-12, "β = {beta}: {sum}");
    }
}

/// √((1 − β)/(1 + β)) of σ, and a lag of β/(1 − β) steps behind a ramp.
#[test]
fn noise_left_and_lag_are_what_the_readouts_say() {
    let noise = Noise { sigma: 1.0, seed: 5 };
    let x: Vec<f64> = (0..200_000).map(|t| noise.at(t, 0)).collect();
    for beta in [0.5f64, 0.9, 0.98] {
        let v = averages(beta, &x);
        let late = &v[1_000..];
        let mean_square = late.iter().map(|v| v[0] * v[0]).sum::<f64>() / late.len() as f64;
        let want = (1.0 - beta) / (1.0 + beta);
        assert!((mean_square / want - 1.0).abs() < 0.05, "β = {beta}: {mean_square} against {want}");
        let ramp: Vec<f64> = (0..3_000).map(f64::from).collect();
        let lag = ramp.last().unwrap() - averages(beta, &ramp).last().unwrap()[0];
        assert!((lag - beta / (1.0 - beta)).abs() < 1e-6, "β = {beta}: {lag}");
    }
    let lab = open(&[("decay", "0.98")]);
    assert_eq!(readout(&*lab, "age"), "β/(1 − β) = 49");
    assert!(readout(&*lab, "noise").ends_with("= 0.101"), "{}", readout(&*lab, "noise"));
    for series in ["walk", "pasted"] {
        assert_eq!(readout(&*open(&[("series", series)]), "noise"), "", "{series} has no σ about a level");
    }
}

#[test]
fn pasted_numbers_are_taken_or_refused() {
    let mut lab = open(&[("series", "pasted"), ("numbers", "1 2 3 4")]);
    assert!(lab.shown("numbers") && !lab.shown("sigma"));
    assert_eq!(lab.values().number("t"), 4.0);
    assert_eq!(readout(&*lab, "x"), "x(4) = 4");
    let (figures, state) = (lab.figures(), lab.state());
    for (bad, code) in [
        ("1 two 3", "numbers.not-a-number"),
        ("<img onerror=x>", "numbers.not-a-number"),
        ("", "numbers.count"),
    ] {
        assert_eq!(lab.set("numbers", bad).unwrap_err().code(), code, "{bad}");
        assert_eq!(lab.figures(), figures);
        assert_eq!(lab.state(), state);
    }
    let long = "1 ".repeat(15_000);
    assert!(lab.set("numbers", &long).is_err());
    let mut again = lab::open("moving-average").unwrap();
    assert!(again.restore(&state).is_empty());
    assert_eq!(again.figures(), figures);
}

#[test]
fn handles_move_the_step_and_the_window() {
    let mut lab = open(&[]);
    lab.drag("t", [20.4, 0.0]);
    assert_eq!(lab.values().number("t"), 20.0);
    lab.nudge("t-adam", [1.0, 0.0], false);
    assert_eq!(lab.values().number("t"), 21.0);
    // The edge is 1/(1 − β) steps to the left of the newest bar's right end.
    lab.drag("window", [1.5, 0.0]);
    assert_eq!(lab.values().number("decay"), 0.95);
    lab.nudge("window", [-1.0, 0.0], true);
    assert!((lab.values().number("decay") - 0.96).abs() < 1e-12);
    lab.drag("window", [1e9, 0.0]);
    assert_eq!(lab.values().number("decay"), 0.0);
    lab.set("steps", "15").unwrap();
    assert_eq!(lab.values().number("t"), 15.0);
}

#[test]
fn every_series_has_its_shape_and_seeds_differ() {
    let csv = |settings: &[(&str, &str)]| open(settings).csv();
    let x = |settings: &[(&str, &str)]| -> Vec<f64> {
        csv(settings).lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect()
    };
    assert_eq!(x(&[("sigma", "0"), ("steps", "10")]), [1.0; 10]);
    let step = x(&[("sigma", "0"), ("series", "step"), ("steps", "10")]);
    assert_eq!(step, [1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0, 3.0]);
    let sine = x(&[("sigma", "0"), ("series", "sine"), ("steps", "40")]);
    assert!((sine[5] - 2.0).abs() < 1e-12 && (sine[15]).abs() < 1e-12);
    let walk = x(&[("series", "walk"), ("sigma", "1")]);
    let shock = x(&[("series", "constant"), ("sigma", "1")]);
    for (pair, shock) in walk.windows(2).zip(&shock[1..]) {
        assert!((pair[1] - pair[0] - (shock - 1.0)).abs() < 1e-12);
    }
    assert_ne!(csv(&[("seed", "1")]), csv(&[("seed", "2")]));
    assert_eq!(csv(&[("seed", "7")]), csv(&[("seed", "7")]));
}

/// Written back, s grows like 1000ᵗ/t!: the steps die out, whatever the gradients, and stay finite.
#[test]
fn a_correction_written_back_stops_adam() {
    let noise = Noise { sigma: 1.0, seed: 2 };
    let g: Vec<f64> = (0..500).map(|t| 1.0 + noise.at(t, 0)).collect();
    let sum = |correction| adam_steps(correction, [0.9, 0.999], 1e-8, &g).iter().sum::<f64>().abs();
    let [applied, none, back] = Correction::ALL.map(sum);
    assert!(back < 3.0 && applied > 100.0 && none > applied, "{applied} {none} {back}");
    assert!(adam_steps(Correction::WrittenBack, [0.9, 0.999], 1e-8, &g).iter().all(|d| d.is_finite()));
}

/// m and s written back outgrow f64 where β is near 1: no step is NaN, and none is 0 before it has to be.
#[test]
fn steps_written_back_with_betas_near_1_are_numbers() {
    for beta1 in ["0", "0.9", "0.999"] {
        for beta2 in ["0", "0.999", "0.9999"] {
            let settings =
                [("decay", beta1), ("beta2", beta2), ("steps", "500"), ("t", "500"), ("sigma", "2")];
            for series in ["constant", "walk"] {
                let lab = open(&[&settings[..], &[("series", series)]].concat());
                let text =
                    [lab.csv(), format!("{:?}", lab.table()), format!("{:?}", lab.readouts())].concat();
                assert!(!text.contains("NaN"), "β₁ = {beta1}, β₂ = {beta2}, {series}");
            }
        }
    }
    // For β₁ = β₂ both are divided by the same: what is left is 1/√s, and both corrections together have no bound.
    let beta: f64 = 0.999;
    let steps = adam_steps(Correction::WrittenBack, [beta; 2], 0.0, &vec![1.0; 1_000]);
    // m = s, as 1² = 1, so that Δ = −√m; log m by sums of logarithms, the new 1 soon too small to count.
    let mut log = 0.0;
    for t in 2..=500 {
        log += beta.ln() - (-(f64::from(t) * beta.ln()).exp_m1()).ln();
    }
    let found = (-steps[499]).ln();
    assert!((found - log / 2.0).abs() < 0.01 * log, "{found} for {}", log / 2.0);
    let pasted =
        open(&[("series", "pasted"), ("numbers", &"1e100 -1e100 0 ".repeat(600)), ("decay", "0.999")]);
    assert!(!pasted.csv().contains("NaN"));
}

/// With β = 0.999 the window is longer than the series, and its handle once stood far outside the figure.
#[test]
fn the_handle_of_the_window_stands_in_its_figure() {
    for beta in ["0", "0.5", "0.9", "0.99", "0.999"] {
        for t in ["1", "10", "60"] {
            let lab = open(&[("decay", beta), ("t", t)]);
            let handle = lab.handles().into_iter().find(|h| h.id == "window").unwrap();
            let figure = lab.figures().into_iter().find(|f| f.id == handle.figure).unwrap();
            let Frame::Plane(plane) = figure.frame else { panic!() };
            for (x, [lo, hi]) in handle.at.into_iter().zip([plane.x.range, plane.y.range]) {
                assert!((lo..=hi).contains(&x), "β = {beta}, t = {t}: {x} in {lo}…{hi}");
            }
        }
    }
}
