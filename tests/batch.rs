//! The lab `batch`: which run ends lowest, the cloud of gradients and its law, predict first, data pasted in, good and
//! hostile, and long work.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::figure::{Figure, Layer};
use saddlescope::lab::{self, Cell, Lab};
use saddlescope::loss::MOST_ROWS;
use saddlescope::number::Random;
use saddlescope::phrase::Words;

fn close(found: f64, want: f64, tolerance: f64, what: &str) {
    assert!((found - want).abs() <= tolerance * want.abs().max(1.0), "{what}: {found} for {want}");
}

fn open(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("batch").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

fn words() -> Words {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/www/text/en.json")).unwrap();
    let pairs: std::collections::HashMap<String, String> = serde_json::from_str(&text).unwrap();
    pairs.into_iter().collect()
}

fn headline(lab: &dyn Lab) -> String {
    words().text(&lab.headline().unwrap().text)
}

fn readout(lab: &dyn Lab, id: &str) -> String {
    lab.readouts().iter().find(|r| r.id == id).map(|r| r.math.plain()).unwrap_or_default()
}

fn ids(figures: &[Figure]) -> Vec<&'static str> {
    figures.iter().map(|f| f.id).collect()
}

/// Column `i` of the table of results, by run.
fn results(lab: &dyn Lab, i: usize) -> Vec<(&'static str, f64)> {
    let rows = lab.table().unwrap().rows;
    rows.iter()
        .map(|row| match (&row.cells[0], &row.cells[i]) {
            (Cell::Words(id, _), Cell::Number(x)) => (*id, *x),
            (Cell::Words(id, _), Cell::Words("diverges", _)) => (*id, f64::INFINITY),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn it_opens_where_neither_the_biggest_nor_the_smallest_batch_is_best() {
    let lab = open(&[]);
    assert_eq!(lab.state(), "");
    assert_eq!(ids(&lab.figures()), ["map", "loss", "cloud", "variance", "data"]);
    for seed in 1..20 {
        let lab = open(&[("seed", &seed.to_string())]);
        assert_eq!(headline(&*lab), "After epoch 20: Mini-batch (B = 10) ends lowest", "seed {seed}");
    }
    assert_eq!(results(&*lab, 1), [("full", 20.0), ("mini", 100.0), ("single", 1000.0)]);
    assert_eq!(results(&*lab, 2), [("full", 1000.0), ("mini", 1000.0), ("single", 1000.0)]);
    // With five times the epochs the full batch wins; in the first the single examples do.
    assert!(headline(&*open(&[("epochs", "100")])).contains("Full batch"));
    assert!(headline(&*open(&[("epochs", "1")])).contains("Single example"));
}

/// The full-batch run on H = 1 shrinks the distance by 1 − η at each step.
#[test]
fn the_full_batch_is_plain_gradient_descent() {
    let lab = open(&[]);
    let full: Vec<f64> = lab
        .csv()
        .lines()
        .filter(|l| l.starts_with("full,") && l.split(',').count() == 6)
        .map(|l| l.split(',').nth(5).unwrap().parse().unwrap())
        .collect();
    assert_eq!(full.len(), 21);
    let least = 113.53521051094889;
    for pair in full.windows(2) {
        close((pair[1] - least) / (pair[0] - least), 0.81, 1e-9, "share kept of L − L*");
    }
}

#[test]
fn examples_that_agree_leave_no_noise_at_the_minimum() {
    let lab = open(&[("data", "agree"), ("epochs", "50"), ("eta", "0.3")]);
    for (run, last) in results(&*lab, 3) {
        assert!(run == "full" || last < 1e-20, "{run}: {last}");
    }
}

#[test]
fn the_cloud_shrinks_by_the_law_that_is_read_out() {
    let mut lab = open(&[("batch-size", "10")]);
    assert_eq!(readout(&*lab, "law"), "(N−B)/(B(N−1)) = 0.0816");
    assert_eq!(readout(&*lab, "other-law"), "1/B = 0.1");
    lab.set("sampling", "replacement").unwrap();
    assert_eq!(readout(&*lab, "law"), "1/B = 0.1");
    lab.set("sampling", "shuffled").unwrap();
    lab.set("batch-size", "50").unwrap();
    assert_eq!(readout(&*lab, "law"), "(N−B)/(B(N−1)) = 0");
    // Then mini-batch and full batch are one run.
    assert_eq!(results(&*lab, 1).len(), 2);
    for (size, replacement) in
        [("5", "shuffled"), ("25", "shuffled"), ("5", "replacement"), ("50", "replacement")]
    {
        let lab = open(&[("batch-size", size), ("sampling", replacement)]);
        let number = |id| readout(&*lab, id).rsplit(' ').next().unwrap().parse::<f64>().unwrap();
        let (law, found) = (number("law"), number("measured"));
        assert!((found / law - 1.0).abs() < 0.3, "{size} {replacement}: {found} for {law}");
    }
}

#[test]
fn the_ellipse_holds_the_share_of_the_cloud_that_two_standard_deviations_should() {
    let lab = open(&[("data", "overlap"), ("batch-size", "40")]);
    let figures = lab.figures();
    let cloud = figures.iter().find(|f| f.id == "cloud").unwrap();
    let ellipse = cloud.front.iter().find_map(|l| match l {
        Layer::Line { points, .. } if points.len() > 50 => Some(points.clone()),
        _ => None,
    });
    let dots = cloud.front.iter().rev().find_map(|l| match l {
        Layer::Dots { points, .. } => Some(points.clone()),
        _ => None,
    });
    let (ellipse, dots) = (ellipse.unwrap(), dots.unwrap());
    let inside = |p: &&[f64; 2]| {
        let edges = ellipse.windows(2);
        edges
            .filter(|e| {
                let (a, b) = (e[0], e[1]);
                (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            })
            .count()
            % 2
            == 1
    };
    let share = dots.iter().filter(inside).count() as f64 / dots.len() as f64;
    // 1 − e⁻² = 0.865 of a normal distribution; 300 dots.
    assert!((share - 0.865).abs() < 0.08, "{share} of {}", dots.len());
}

#[test]
fn predict_first_hides_runs_and_results_until_the_guess() {
    let mut lab = open(&[("predict", "on")]);
    assert_eq!(lab.headline().unwrap().text.key, "batch.ask");
    assert_eq!(ids(&lab.figures()), ["map", "cloud", "variance", "data"]);
    assert!(lab.table().is_none() && !lab.csv().contains("full,"));
    assert!(lab.figures()[0].front.iter().all(|l| !matches!(l, Layer::Line { .. })));
    lab.set("guess", "full").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.wrong");
    lab.set("guess", "mini").unwrap();
    assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right");
    lab.set("eta", "0.01").unwrap();
    assert_eq!(lab.headline().unwrap().text.key, "batch.ask", "a new question wants a new guess");
}

#[test]
fn handles_move_start_moment_and_batch_size() {
    let mut lab = open(&[]);
    lab.drag("batch-size", [25f64.log10(), 0.0]);
    assert_eq!(lab.values().number("batch-size"), 25.0);
    lab.nudge("batch-size", [-1.0, 0.0], false);
    assert_eq!(lab.values().number("batch-size"), 24.0);
    lab.drag("t", [0.0, 0.0]);
    lab.drag("theta", [10.0, 20.0]);
    assert_eq!(readout(&*lab, "place"), "θ = (10, 20)   L = 658");
    lab.nudge("t", [1.0, 0.0], false);
    assert_eq!(lab.values().number("t"), 1.0);
    assert!(!readout(&*lab, "place").starts_with("θ = (10, 20)"));
    lab.act("play");
    assert!(lab.advance(0.5));
    assert_eq!(lab.values().number("t"), 11.0);
}

#[test]
fn every_method_and_schedule_drives_the_runs() {
    let kind = |id: &str| {
        lab::open("batch").unwrap().values().controls().iter().find(|c| c.id == id).unwrap().kind.clone()
    };
    let options = |id: &str| match kind(id) {
        lab::Kind::Choice { options, .. } => options,
        other => panic!("{other:?}"),
    };
    let start = results(&*open(&[("eta", "0.0001"), ("epochs", "1")]), 3);
    for method in options("method") {
        let lab = open(&[("method", method), ("data", "iris")]);
        assert!(lab.table().unwrap().rows.len() == 3, "{method}");
    }
    assert!(results(&*open(&[("method", "newton"), ("eta", "1")]), 3)[0].1 < 1e-9);
    for schedule in options("schedule") {
        let lab = open(&[("schedule", schedule)]);
        assert!(results(&*lab, 3)[1].1 < start[1].1, "{schedule} moves");
    }
}

#[test]
fn pasted_data_are_read_or_refused_by_row_and_the_last_good_figure_stays() {
    let mut lab = open(&[("data", "own")]);
    assert_eq!(lab.values().choice("model"), "least-squares");
    // As text, in which NaN is equal to itself.
    let seen = |lab: &dyn Lab| format!("{:?}", lab.figures());
    let good = seen(&*lab);
    for (text, code) in [
        ("1,2,3\n4,=HYPERLINK(\"x\"),6", "data.not-a-number"),
        ("1,2,3\n4,<img src=x onerror=alert(1)>,6", "data.not-a-number"),
        ("1,2,3\n4,,6", "data.missing"),
        ("1,2,3\n4,5", "data.columns"),
        ("", "data.too-few"),
        (&"\"".repeat(999_999), "data.quote"),
        (&"9".repeat(1_000_000), "data.columns"),
        (&"1,2,3\n".repeat(MOST_ROWS + 1), "data.too-many"),
        (&"x".repeat(1_000_001), "control.too-long"),
    ] {
        let error = lab.set("csv", text).unwrap_err();
        assert_eq!(error.code(), code);
        let said = words().text(&error.phrase());
        assert!(said.chars().count() < 120 && !said.contains('{'), "{said}");
        assert!(seen(&*lab) == good, "{code}");
    }
    lab.set("csv", "a,b,kind\r\n1,2,no\r\n2,1,yes\r\n3,5,no\r\n5,3,yes\r\n4,4,no\r\n1,1,yes\r\n").unwrap();
    assert_eq!((lab.values().choice("model"), lab.values().number("batch-size")), ("logistic", 2.0));
    assert!(seen(&*lab) != good);
    // A link holds short data whole.
    let mut again = lab::open("batch").unwrap();
    assert!(again.restore(&lab.link()).is_empty());
    assert!(seen(&*again) == seen(&*lab));
}

#[test]
fn a_model_that_the_labels_do_not_allow_is_refused() {
    let mut lab = open(&[]);
    assert_eq!(lab.set("model", "logistic").unwrap_err().code(), "data.third-class");
    assert_eq!(lab.values().choice("model"), "least-squares");
    lab.set("data", "iris").unwrap();
    assert_eq!(lab.values().choice("model"), "logistic");
    lab.set("model", "least-squares").unwrap();
    lab.set("data", "separable").unwrap();
    assert!(lab.remarks().iter().any(|r| r.key == "remark.no-minimum"));
}

/// A third class has a row of its own, blank rows and the header counted.
#[test]
fn a_third_class_is_refused_with_its_row() {
    let mut lab = open(&[("data", "own"), ("csv", "a,b,kind\n\n1,2,0\n2,1,1\n3,5,0\n\n4,4,2.5\n")]);
    assert_eq!(lab.values().choice("model"), "least-squares", "three numbers are no classes");
    let figures = format!("{:?}", lab.figures());
    let error = lab.set("model", "logistic").unwrap_err();
    assert_eq!(
        words().text(&error.phrase()),
        "Row 7: “2.5” is one label too many; there can be 2 classes at most"
    );
    assert_eq!(format!("{:?}", lab.figures()), figures);
    let error = lab.set("csv", "1,2,yes\n2,1,no\n3,3,maybe").unwrap_err();
    assert_eq!(
        words().text(&error.phrase()),
        "Row 3: “maybe” is one label too many; there can be 2 classes at most"
    );
}

fn pasted(rows: usize) -> String {
    let mut random = Random::new(2);
    let row = |_| format!("{},{},{}\n", random.normal(), random.normal(), random.below(2));
    (0..rows).map(row).collect()
}

/// The last point of the lines on the map.
fn ends(lab: &dyn Lab) -> Vec<[f64; 2]> {
    let figure = &lab.figures()[0];
    let lines = figure
        .front
        .iter()
        .filter_map(|l| if let Layer::Line { points, .. } = l { points.last() } else { None });
    lines.copied().collect()
}

/// Of many rows a change shows the beginning, says so, and goes on in slices to the same end as in one.
#[test]
fn ten_thousand_rows_are_worked_through_in_slices() {
    let text = pasted(MOST_ROWS);
    let mut lab = open(&[("data", "own"), ("csv", &text)]);
    assert_eq!(lab.values().choice("model"), "logistic");
    assert_eq!(ids(&lab.figures()).len(), 5);
    assert!(lab.link().len() < 2_000, "too long for a link");
    assert_eq!(lab.headline().unwrap().text.key, "batch.working");
    let (begun, share) = (ends(&*lab), lab.work(&mut || true).unwrap());
    assert!((0.0..0.5).contains(&share), "{share}");
    assert_eq!(lab.work(&mut || true), Some(share), "asked, it only tells");
    let (mut slices, mut last) = (0, share);
    let mut odd = false;
    while let Some(share) = lab.work(&mut || {
        odd = !odd;
        !odd
    }) {
        assert!(share > last, "{share} after {last}");
        (slices, last) = (slices + 1, share);
    }
    assert!(slices > 10, "{slices}");
    assert_ne!(ends(&*lab), begun);
    assert!(lab.headline().unwrap().text.key.starts_with("batch.l"), "{:?}", lab.headline());
    let mut again = open(&[("data", "own"), ("csv", &text)]);
    while again.work(&mut || false).is_some() {}
    assert_eq!(again.csv(), lab.csv());
    // The path of a long run is as fine as that of a short one, though its losses are few.
    let csv = lab.csv();
    let single: Vec<&str> =
        csv.lines().filter(|l| l.starts_with("single,") && l.split(',').count() == 6).collect();
    assert!(single.len() > 900, "{}", single.len());
    // Dragging begins anew.
    lab.drag("theta", [1.0, 1.0]);
    assert_eq!(lab.headline().unwrap().text.key, "batch.working");
    assert!(lab.table().unwrap().rows.iter().all(|r| matches!(r.cells[3], Cell::Number(x) if x.is_nan())));
}

/// With few rows no run is left to slices.
#[test]
fn five_hundred_rows_are_worked_through_at_once() {
    for rows in [100, 500] {
        let mut lab = open(&[("data", "own"), ("csv", &pasted(rows))]);
        assert_ne!(lab.headline().unwrap().text.key, "batch.working", "{rows}");
        lab.drag("theta", [1.0, 1.0]);
        assert_ne!(lab.headline().unwrap().text.key, "batch.working", "{rows}");
    }
}

/// A diverging run once had "0" as its height above the minimum, and a run that rose without end was said to stay.
#[test]
fn runs_that_rise_are_not_praised() {
    let lab = open(&[("eta", "10")]);
    assert!(results(&*lab, 3).iter().all(|(_, last)| last.is_infinite()));
    let said = lab.headline().unwrap();
    assert_eq!((&*said.text.key, &*said.reason.key), ("batch.none", "run.stop.bound"));
    for eta in ["2.1", "2.5"] {
        let said = open(&[("eta", eta)]).headline().unwrap();
        assert_eq!((&*said.text.key, &*said.reason.key), ("batch.risen", "batch.risen.bound"), "{eta}");
        assert!(words().text(&said.reason).contains("2/λmax = 2;"), "{}", words().text(&said.reason));
    }
    assert!(headline(&*open(&[("eta", "1.9")])).contains("Full batch"));
    let alone = open(&[("show-full", "off"), ("show-single", "off")]);
    assert_eq!(headline(&*alone), "After epoch 20: Mini-batch (B = 10)");
    assert!(words().text(&alone.headline().unwrap().reason).contains("above the minimum"));
}

/// With B = 1 or N a run goes by what it is, and so does the guess.
#[test]
fn runs_go_by_their_batch_size() {
    assert!(headline(&*open(&[("batch-size", "1")])).contains("Single example (B = 1)"));
    assert!(headline(&*open(&[("batch-size", "50"), ("epochs", "100")])).contains("Full batch (B = 50)"));
    for (size, epochs, guesses) in [("1", "1", ["single", "mini"]), ("50", "100", ["full", "mini"])] {
        for guess in guesses {
            let lab = open(&[("batch-size", size), ("epochs", epochs), ("predict", "on"), ("guess", guess)]);
            assert_eq!(lab.headline().unwrap().reason.key, "verdict.guess.right", "{size} {guess}");
        }
    }
    assert_eq!(open(&[("data", "own")]).values().number("batch-size"), 3.0, "between one and all of 8");
    assert_eq!(readout(&*open(&[("batch-size", "50")]), "measured"), "0");
}

/// N examples drawn with replacement are not the full batch: that stays beside them, and takes all.
#[test]
fn the_full_batch_is_never_drawn_with_replacement() {
    let lab = open(&[("batch-size", "50"), ("sampling", "replacement")]);
    let full = results(&*lab, 3)[0];
    assert_eq!(full, results(&*open(&[]), 3)[0]);
    assert_eq!(results(&*lab, 1), [("full", 20.0), ("mini", 20.0), ("single", 1000.0)]);
    assert_ne!(results(&*lab, 3)[1].1, full.1);
}
