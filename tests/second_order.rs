//! The labs of the second order: what Taylor models foresee, and how far series go.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::derivative::series;
use saddlescope::figure::{Figure, Ink, Layer, Shape};
use saddlescope::lab::{self, Lab};
use saddlescope::loss::Loss;
use saddlescope::phrase::Words;

fn words(language: &str) -> Words {
    let path = format!("{}/www/text/{language}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let pairs: std::collections::HashMap<String, String> = serde_json::from_str(&text).unwrap();
    pairs.into_iter().collect()
}

fn open(id: &str, settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open(id).unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

fn headline(lab: &dyn Lab) -> String {
    lab.headline().unwrap().text.key.into_owned()
}

fn figure(lab: &dyn Lab, id: &str) -> Figure {
    lab.figures().into_iter().find(|f| f.id == id).unwrap()
}

fn sheets(lab: &dyn Lab) -> Vec<Ink> {
    let sheet = |layer: &Layer| if let Layer::Sheet(_, ink) = layer { Some(*ink) } else { None };
    figure(lab, "surface").back.iter().filter_map(sheet).collect()
}

/// Against the oracle: the first three coefficients along any line are L, gᵀv and ½vᵀHv, and the whole series is the loss.
#[test]
fn series_along_lines_agree_with_the_oracle() {
    let oracle: serde_json::Value = serde_json::from_str(include_str!("oracles/landscapes.json")).unwrap();
    let numbers =
        |v: &serde_json::Value| v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect::<Vec<_>>();
    let mut compared = 0;
    for case in oracle["losses"].as_array().unwrap() {
        let loss = Loss::parse(case["expr"].as_str().unwrap()).unwrap();
        for point in case["points"].as_array().unwrap() {
            let (p, g, h) = (numbers(&point["p"]), numbers(&point["grad"]), numbers(&point["hess"]));
            let d = numbers(&point["f64dev"]);
            let v = [0.6, -0.8];
            let found = series(&loss, [p[0], p[1]], v).0;
            let value = point["value"].as_f64().unwrap();
            let slope = g[0] * v[0] + g[1] * v[1];
            let bend = h[0] * v[0] * v[0] + 2.0 * h[1] * v[0] * v[1] + h[2] * v[1] * v[1];
            let size = h.iter().chain(&g).fold(1.0_f64, |m, x| m.max(x.abs()));
            for (k, (found, want)) in found.iter().zip([value, slope, bend / 2.0]).enumerate() {
                let tolerance = 20.0 * d[k] + 2e-12 * want.abs().max(size);
                assert!((found - want).abs() <= tolerance, "{} at {p:?}: {found} {want}", case["loss"]);
            }
            compared += 1;
        }
    }
    assert!(compared > 700, "{compared}");
}

#[test]
fn the_notes_loss_is_exact_at_order_four_and_so_no_place_to_show_a_radius() {
    let lab = open("taylor", &[("loss", "one-datum"), ("at", "0.7,-0.4"), ("order", "4"), ("shade", "off")]);
    assert!(readout(&*lab, "radius-1").starts_with("R = ∞"), "{}", readout(&*lab, "radius-1"));
    let sum = readout(&*lab, "sum-1");
    let error: f64 = sum.rsplit("= ").next().unwrap().replace('×', "e").parse().unwrap_or(1e-16);
    assert!(error < 1e-12, "{sum}");
    assert!(readout(&*open("taylor", &[]), "radius-1").starts_with("R≈"));
}

#[test]
fn the_step_is_compared_with_both_models() {
    assert_eq!(headline(&*open("taylor", &[])), "taylor.step.second");
    let mut lab = open("taylor", &[("rate", "0.001")]);
    assert_eq!(headline(&*lab), "taylor.step.both");
    let mut seen = vec![headline(&*lab)];
    for k in 0..58 {
        lab.set("rate", &(1e-3 * 1.17_f64.powi(k)).to_string()).unwrap();
        if *seen.last().unwrap() != headline(&*lab) {
            seen.push(headline(&*lab));
        }
    }
    // The plane fails before the quadratic, and at last the loss rises.
    assert_eq!(seen[..2], ["taylor.step.both", "taylor.step.second"], "{seen:?}");
    assert!(seen.iter().any(|key| key == "taylor.step.rises"), "{seen:?}");
}

#[test]
fn predicted_decreases_are_those_of_the_formula() {
    // ½(w₁² + 10w₂²) from (1, 1): g = (1, 10), ‖g‖² = 101, gᵀHg = 1001; the second order is exact.
    let bowl = [("loss", "quadratic"), ("quadratic.l1", "1"), ("quadratic.l2", "10"), ("quadratic.phi", "0")];
    let lab = open("taylor", &[&bowl[..], &[("at", "1,1"), ("rate", "0.1")]].concat());
    assert_eq!(readout(&*lab, "order-1"), "−η‖g‖^2 = −10.1");
    assert!(readout(&*lab, "order-2").ends_with("= −5.09"), "{}", readout(&*lab, "order-2"));
    assert!(readout(&*lab, "change").ends_with("= −5.09"), "{}", readout(&*lab, "change"));
    assert_eq!(headline(&*lab), "taylor.step.second");
    let lab = open("taylor", &[("loss", "one-datum"), ("at", "0,0")]);
    assert_eq!(headline(&*lab), "taylor.step.none");
    let lab = open("taylor", &[("loss", "log(x)+y^2"), ("at", "-1,0")]);
    assert_eq!(headline(&*lab), "verdict.not-defined");
    assert!(sheets(&*lab).is_empty());
}

#[test]
fn orders_are_switched_as_sheets_in_their_own_colours() {
    assert_eq!(sheets(&*open("taylor", &[])), [Ink::Gradient, Ink::Curvature]);
    let lab = open("taylor", &[("plane-0", "on"), ("plane-1", "off")]);
    assert_eq!(sheets(&*lab), [Ink::Point, Ink::Curvature]);
    // Each sheet touches the loss at θ.
    let at = lab.values().point("at");
    for layer in figure(&*lab, "surface").back {
        let Layer::Sheet(grid, ink) = layer else { continue };
        let near = (0..grid.columns * grid.rows).min_by(|a, b| {
            let far = |k: usize| {
                let p = grid.point(k % grid.columns, k / grid.columns);
                (p[0] - at[0]).hypot(p[1] - at[1])
            };
            far(*a).total_cmp(&far(*b))
        });
        let loss = lab_loss();
        let k = near.unwrap();
        let p = grid.point(k % grid.columns, k / grid.columns);
        let limit = if ink == Ink::Curvature { 1e-3 } else { 0.1 };
        assert!((grid.values[k] - loss.value(p)).abs() < limit, "{ink:?}");
    }
}

fn lab_loss() -> Loss {
    Loss::parse(open("taylor", &[]).values().formula("loss")).unwrap()
}

#[test]
fn the_error_is_shaded_where_it_is_and_only_there() {
    let lab = open("taylor", &[]);
    let map = figure(&*lab, "map");
    let tiles =
        map.back.iter().find_map(|l| if let Layer::Tiles(t) = l { Some(t.clone()) } else { None }).unwrap();
    let at = lab.values().point("at");
    let strength = |p: [f64; 2]| {
        let cell = |x: f64, [lo, hi]: [f64; 2], n: usize| ((x - lo) / (hi - lo) * n as f64) as usize;
        let (i, j) = (cell(p[0], tiles.view.x, tiles.columns), cell(p[1], tiles.view.y, tiles.rows));
        tiles.cells[j * tiles.columns + i][1]
    };
    assert_eq!(strength(at), 0);
    assert_eq!(strength([1.9, -1.9]), 150);
    let shades: std::collections::BTreeSet<u8> = tiles.cells.iter().map(|c| c[1]).collect();
    assert_eq!(shades.len(), 4);
    // On a quadratic nothing is shaded at order 2.
    let lab = open("taylor", &[("loss", "quadratic"), ("at", "1,1")]);
    let map = figure(&*lab, "map");
    let Some(Layer::Tiles(tiles)) = map.back.get(1) else { panic!("no shading") };
    assert!(tiles.cells.iter().all(|c| c[1] == 0));
}

#[test]
fn beyond_the_radius_more_terms_make_it_worse_and_farther_out_they_help() {
    let line = [("scene", "line"), ("second", "on")];
    let lab = open("taylor", &[&line[..], &[("about", "0"), ("other", "2"), ("probe", "1.5")]].concat());
    assert_eq!(headline(&*lab), "taylor.outside");
    assert_eq!(lab.headline().unwrap().reason.key, "taylor.inside");
    assert_eq!(readout(&*lab, "radius-1"), "R = 1");
    assert_eq!(readout(&*lab, "radius-2"), "R = 3");
    let errors = figure(&*lab, "errors");
    let curves: Vec<Vec<f64>> = errors
        .front
        .iter()
        .filter_map(|l| match l {
            Layer::Line { points, stroke } if stroke.ink != Ink::Muted => {
                Some(points.iter().map(|p| p[1]).collect())
            }
            _ => None,
        })
        .collect();
    assert_eq!(curves.len(), 2);
    assert!(curves[0][24] > curves[0][4] + 1.0, "{:?}", curves[0]);
    assert!(curves[1][16] < curves[1][4] - 5.0, "{:?}", curves[1]);
    assert_eq!(lab.remarks()[0].key, "remark.origin");
    assert!(words("en").text(&lab.remarks()[0]).contains("about 0 is 1, about 2 it is 3"));
}

#[test]
fn known_radii_and_estimates_are_told_apart() {
    for (function, about, want) in [("1/(1+x^2)", "1", "R = 1.41"), ("tanh(x)", "0", "R = 1.57")] {
        let lab = open("taylor", &[("scene", "line"), ("function", function), ("about", about)]);
        assert_eq!(readout(&*lab, "radius-1"), want);
    }
    let lab = open("taylor", &[("scene", "line"), ("function", "1/(4+x^2)"), ("about", "0")]);
    assert_eq!(readout(&*lab, "radius-1"), "R≈2");
    let note = lab.readouts().into_iter().find(|r| r.id == "radius-1").and_then(|r| r.note).unwrap();
    assert_eq!(note.key, "taylor.radius.estimate");
    assert!(lab.remarks().is_empty());
    let lab = open("taylor", &[("scene", "line"), ("function", "exp(x)")]);
    assert_eq!(headline(&*lab), "taylor.unlimited");
    let lab = open("taylor", &[("scene", "line"), ("function", "sqrt(x)"), ("about", "0")]);
    assert_eq!(headline(&*lab), "taylor.undefined");
}

#[test]
fn a_function_of_two_variables_is_refused_and_the_last_one_stays() {
    let mut lab = open("taylor", &[("scene", "line")]);
    let before = (lab.readouts(), lab.state());
    for bad in ["x+y", "himmelblau", "x+", "w1*w2"] {
        assert!(lab.set("function", bad).unwrap_err().code().starts_with("formula."), "{bad}");
        assert!((lab.readouts(), lab.state()) == before, "{bad}");
    }
    assert_eq!(lab.set("function", "x+y").unwrap_err().code(), "formula.one-variable");
}

#[test]
fn the_step_is_dragged_by_its_end_and_the_order_by_its_cursor() {
    let mut lab =
        open("taylor", &[("loss", "quadratic"), ("quadratic.phi", "0"), ("at", "1,1"), ("rate", "0.01")]);
    let end = lab.handles().into_iter().find(|h| h.id == "step").unwrap().at;
    assert!((end[0] - 0.9).abs() < 1e-12 && (end[1] - 0.99).abs() < 1e-12, "{end:?}");
    lab.drag("step", [0.0, 0.9]);
    let rate = lab.values().number("rate");
    assert!((rate - 0.1).abs() < 1e-3, "{rate}");
    lab.nudge("step", [1.0, 0.0], false);
    assert!(lab.values().number("rate") > rate);
    lab.drag("order", [7.3, 0.0]);
    assert_eq!(lab.values().number("order"), 7.0);
    lab.nudge("order", [-1.0, 0.0], true);
    assert_eq!(lab.values().number("order"), 0.0);
    let hollow = |f: &Figure| {
        f.front.iter().filter(|l| matches!(l, Layer::Mark { shape: Shape::Dot, hollow: true, .. })).count()
    };
    assert_eq!(hollow(&figure(&*lab, "surface")), 1);
}

fn ends(lab: &dyn Lab) -> Vec<String> {
    let csv = lab.table().unwrap().csv();
    csv.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_string()).collect()
}

#[test]
fn newton_opens_where_the_three_methods_part() {
    let lab = open("newton", &[]);
    assert_eq!(ends(&*lab), ["saddle", "minimum", "minimum"]);
    assert_eq!(headline(&*lab), "newton.ends.saddle");
    assert_eq!(lab.values().number("t"), 0.0);
    // The model is the sheet, and it touches the loss where the run stands.
    assert_eq!(sheets(&*lab), [Ink::Curvature]);
    assert!(readout(&*lab, "lambda").starts_with("λ_1 = −30.1"), "{}", readout(&*lab, "lambda"));
}

#[test]
fn one_step_ends_in_the_critical_point_of_a_quadratic_of_any_signs() {
    for (first, second, want) in
        [("3", "1", "minimum"), ("-3", "-1", "maximum"), ("-3", "1", "saddle"), ("2", "-9", "saddle")]
    {
        let lab = open("newton", &[("loss", "quadratic"), ("quadratic.l1", first), ("quadratic.l2", second)]);
        assert_eq!(ends(&*lab)[0], want);
        let steps =
            lab.table().unwrap().csv().lines().nth(1).unwrap().rsplit(',').next().unwrap().to_string();
        assert_eq!(steps, "1", "{first} {second}");
        // The stationary point of the model is the critical point itself.
        assert!(readout(&*lab, "model").contains("θ + Δ = ("), "{}", readout(&*lab, "model"));
        let kind = lab.readouts().into_iter().find(|r| r.id == "model").and_then(|r| r.note).unwrap().key;
        assert_eq!(kind, format!("newton.model.{want}"));
    }
}

#[test]
fn the_start_decides_what_newton_finds_on_himmelblau() {
    for (at, want) in [("3.2,2.2", "minimum"), ("-0.3,-0.9", "maximum"), ("0.1,2.8", "saddle")] {
        assert_eq!(ends(&*open("newton", &[("at", at)]))[0], want, "{at}");
    }
}

/// On (1 − w₁w₂)² the step is θ ← θ·2p/(3p − 1), p = w₁w₂.
#[test]
fn the_notes_loss_has_a_cycle_a_singular_point_and_two_ends() {
    let notes = |at: &str| open("newton", &[("loss", "one-datum"), ("at", at)]);
    for (at, want) in
        [("0.5,0.3", "saddle"), ("0.4,0.49", "saddle"), ("1,0.9", "degenerate"), ("0.6,0.4", "degenerate")]
    {
        assert_eq!(ends(&*notes(at))[0], want, "{at}");
    }
    let csv = notes("0.5,0.3").csv();
    let second: Vec<f64> =
        csv.lines().nth(2).unwrap().split(',').skip(2).map(|x| x.parse().unwrap()).collect();
    let factor = 2.0 * 0.15 / (3.0 * 0.15 - 1.0);
    assert!(
        (second[0] - 0.5 * factor).abs() < 1e-14 && (second[1] - 0.3 * factor).abs() < 1e-14,
        "{second:?}"
    );
    let mut lab = open("newton", &[]);
    lab.act("cycle");
    assert_eq!(headline(&*lab), "newton.ends.cycle");
    let said: Vec<String> = lab.remarks().iter().map(|r| words("en").text(r)).collect();
    assert!(said[0].contains("p = 0.2, the factor −1"), "{said:?}");
    assert!(said[1].contains("From (0.5, 0.4) it does not"), "{said:?}");
    lab.act("singular");
    assert_eq!(headline(&*lab), "newton.ends.singular");
    assert_eq!(lab.headline().unwrap().reason.key, "newton.singular.slope");
    assert_eq!(lab.values().number("t"), 0.0);
    // The other methods leave from both.
    assert!(!ends(&*lab)[1..].contains(&"singular".to_string()));
    assert_eq!(headline(&*open("newton", &[("loss", "x^2"), ("at", "1,0.5")])), "newton.ends.singular");
    assert_eq!(
        open("newton", &[("loss", "x^2"), ("at", "1,0.5")]).headline().unwrap().reason.key,
        "newton.singular.trough"
    );
}

#[test]
fn the_shift_goes_down_exactly_above_minus_the_least_eigenvalue() {
    let shifted = |shift: &str| open("newton", &[("method", "shifted-newton"), ("shift", shift)]);
    let note =
        |lab: &dyn Lab| lab.readouts().into_iter().find(|r| r.id == "divisors").and_then(|r| r.note).unwrap();
    assert_eq!(note(&*shifted("30")).key, "readout.newton.unsafe");
    assert_eq!(note(&*shifted("30.5")).key, "readout.newton.safe");
    let mut lab = shifted("60");
    let picture = figure(&*lab, "shift");
    let marked = picture
        .front
        .iter()
        .any(|l| matches!(l, Layer::Text { text, .. } if words("en").text(text).starts_with("−λ₁ = 30.1")));
    assert!(marked);
    lab.drag("shift", [45.2, 0.0]);
    assert_eq!(lab.values().number("shift"), 45.0);
    assert!(open("newton", &[]).figures().iter().all(|f| f.id != "shift"));
}

#[test]
fn the_model_follows_the_step_cursor() {
    let mut lab = open("newton", &[]);
    let first = readout(&*lab, "theta");
    lab.act("step");
    assert_eq!(lab.values().number("t"), 1.0);
    assert!(readout(&*lab, "theta") != first);
    lab.act("step-back");
    assert_eq!(readout(&*lab, "theta"), first);
    lab.drag("t", [16.0, 0.0]);
    assert!(readout(&*lab, "gradient").contains("×10⁻") || readout(&*lab, "gradient").contains("(0, 0)"));
    lab.act("play");
    assert!(lab.advance(0.6) && lab.values().number("t") == 1.0);
}

#[test]
fn a_billion_parameters_cost_what_they_cost() {
    let lab = open("newton", &[("size", "1e9")]);
    assert_eq!(readout(&*lab, "entries"), "n^2 = 1×10¹⁸");
    let notes: Vec<String> =
        lab.readouts().iter().filter_map(|r| r.note.as_ref()).map(|n| words("en").text(n)).collect();
    assert!(notes.iter().any(|n| n == "8 EB in double precision"), "{notes:?}");
    assert!(notes.iter().any(|n| n == "2.78×10¹¹ h at 10¹² operations a second"), "{notes:?}");
    let lab = open("newton", &[("size", "1000")]);
    assert!(
        lab.readouts()
            .iter()
            .filter_map(|r| r.note.as_ref())
            .any(|n| words("en").text(n).starts_with("8 MB"))
    );
}

/// A kink ends what a series tells, and on a kink there is none.
#[test]
fn series_end_at_kinks() {
    let line = |function: &str, about: &str, probe: &str| {
        open("taylor", &[("scene", "line"), ("function", function), ("about", about), ("probe", probe)])
    };
    assert_eq!(headline(&*line("abs(x)", "0", "1.5")), "taylor.undefined");
    assert_eq!(headline(&*line("relu(x)", "0", "1.5")), "taylor.undefined");
    let beyond = line("abs(x)", "1", "-1");
    assert_eq!(headline(&*beyond), "taylor.beyond-kink");
    assert!(readout(&*beyond, "radius-1").starts_with("R = 1"), "{}", readout(&*beyond, "radius-1"));
    assert_eq!(headline(&*line("abs(x)", "1", "1.5")), "taylor.before-kink");
    // One that is farther than the radius is of no account.
    assert_eq!(headline(&*line("log(1+x)+relu(x-2.5)", "0", "0.5")), "taylor.inside");
    assert_eq!(readout(&*line("log(1+x)", "-2", "1"), "radius-1"), "R = —");
    let note = line("log(1+x)", "-2", "1").readouts().into_iter().find(|r| r.id == "radius-1");
    assert_eq!(note.and_then(|r| r.note).unwrap().key, "taylor.radius.undefined");
}

/// On a loss with other curvatures the shift is another: enough to go down.
#[test]
fn the_shift_opens_in_the_units_of_the_loss() {
    for loss in ["quadratic", "one-datum", "three-hump-camel"] {
        let lab = open("newton", &[("loss", loss)]);
        let shift = lab.values().number("shift");
        assert!(shift != 60.0 && ends(&*lab)[1] != "moving", "{loss} {shift} {:?}", ends(&*lab));
        assert!(!lab.state().contains("shift"), "{}", lab.state());
    }
    assert_eq!(open("newton", &[]).values().number("shift"), 60.0);
}

#[test]
fn newton_says_what_it_ended_on_and_where_it_never_began() {
    let valley = open("newton", &[("loss", "one-datum"), ("at", "1.5,1")]);
    let said = words("en").text(&valley.headline().unwrap().text);
    assert!(said.contains("On a curve of minima"), "{said}");
    assert_eq!(headline(&*open("newton", &[("loss", "log(x)+y^2"), ("at", "-1,1")])), "newton.ends.nowhere");
    let mut singular = open("newton", &[]);
    singular.act("singular");
    let said: Vec<String> = singular.remarks().iter().map(|r| words("en").text(r)).collect();
    assert!(said[0].contains("the factor —"), "{said:?}");
}

#[test]
fn the_three_methods_are_shown_by_a_control_that_says_so() {
    let said = words("en").text(&open("newton", &[]).label("beside"));
    assert_eq!(said, "Show all three methods");
}

/// A kink is finite on both sides, and yet there is no slope and no curvature to build a model of.
#[test]
fn no_model_is_built_at_a_kink() {
    let lab = open("taylor", &[("loss", "abs(x)+y^2"), ("at", "0,0.5")]);
    assert_eq!(headline(&*lab), "verdict.not-differentiable");
    assert!(readout(&*lab, "gradient").is_empty() && readout(&*lab, "hessian").is_empty());
    assert_eq!(sheets(&*lab), [] as [Ink; 0]);
    assert!(lab.handles().iter().all(|h| h.id != "step"));
    // |x|³ has both, if no third derivative.
    let lab = open("taylor", &[("loss", "abs(x)^3+y^2"), ("at", "0,0.5")]);
    assert_eq!(readout(&*lab, "hessian"), "H = [0 0; 0 2]");
    let lab = open("newton", &[("loss", "abs(x)+y^2"), ("at", "0,1")]);
    assert_eq!(headline(&*lab), "newton.ends.kink");
    assert!(readout(&*lab, "hessian").is_empty(), "{}", readout(&*lab, "hessian"));
}

/// The handle and the name of a step that leaves the view are where it leaves it, not in the corner nearest its end.
#[test]
fn a_step_out_of_view_is_held_where_it_leaves() {
    let lab = open("taylor", &[("loss", "rosenbrock")]);
    let [at, g] = [[-1.2, 1.0], [-215.6, -88.0]];
    let handle = lab.handles().into_iter().find(|h| h.id == "step").unwrap();
    assert_eq!(handle.at[0], 2.0, "the right edge");
    assert!((handle.at[1] - (at[1] + g[1] / g[0] * (2.0 - at[0]))).abs() < 1e-9, "{:?}", handle.at);
}

/// An estimate is not told as the truth: exp(−1/x²) about 1 has R = 1, and its coefficients say 0.84.
#[test]
fn what_an_estimated_radius_does_not_tell_is_not_told() {
    let series = |function: &str, about: &str, probe: &str| {
        let lab =
            open("taylor", &[("scene", "line"), ("function", function), ("about", about), ("probe", probe)]);
        (headline(&*lab), readout(&*lab, "radius-1"))
    };
    assert_eq!(series("exp(-1/x^2)", "1", "1.95"), ("taylor.border".into(), "R≈0.843".into()));
    assert_eq!(series("exp(-1/x^2)", "1", "1.7").0, "taylor.inside");
    assert_eq!(series("exp(-1/x^2)", "1", "2.2").0, "taylor.outside");
    // A radius that is known has no such margin.
    assert_eq!(series("log(1+x)", "0", "1.01").0, "taylor.outside");
}

#[test]
fn one_step_on_a_quadratic_is_told_without_rounding() {
    for (l1, l2, kind) in [("1", "10", "minimum"), ("-2", "5", "saddle"), ("-2", "-5", "maximum")] {
        let lab = open(
            "newton",
            &[("loss", "quadratic"), ("quadratic.l1", l1), ("quadratic.l2", l2), ("at", "1,1.5")],
        );
        assert_eq!(headline(&*lab), format!("newton.ends.{kind}"));
        assert_eq!(readout(&*lab, "model"), "θ + Δ = (0, 0)");
    }
    let flat = open("newton", &[("loss", "quadratic"), ("quadratic.l1", "0"), ("at", "1,1.5")]);
    assert!(readout(&*flat, "lambda").starts_with("λ_1 = 0 "), "{}", readout(&*flat, "lambda"));
}
