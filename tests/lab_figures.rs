//! The figures of the labs, against golden files.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/golden.rs"]
mod golden;

use golden::{CURVE, MAP, SMALL, golden};
use saddlescope::figure::{Figure, Layer, Size, Theme};

/// The error of differences against h, of the true gradient and of a wrong one.
#[test]
fn errors_of_differences() {
    let mut lab = saddlescope::lab::open("gradient-check").unwrap();
    let size = Size { width: 520.0, height: 320.0 };
    golden("check-error", &lab.figures()[0], size, Theme::Light);
    lab.set("tested", "term").unwrap();
    golden("check-error-wrong", &lab.figures()[0], size, Theme::Dark);
}

/// The gradients of three deep networks from their first start, with a second one for the spread, and one neuron.
#[test]
fn gradients_layer_by_layer() {
    let mut lab = saddlescope::lab::open("vanishing").unwrap();
    for (control, value) in [("depth", "8"), ("width", "6"), ("seeds", "2"), ("steps", "50")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    let size = Size { width: 520.0, height: 320.0 };
    golden("vanishing-layers", &lab.figures()[0], size, Theme::Light);
    lab.set("scene", "neuron").unwrap();
    golden("vanishing-neuron", &lab.figures()[0], size, Theme::Dark);
}

/// The weights of a moving average as bars, with their window; Adam's steps, of which one kind dies out.
#[test]
fn weights_of_a_moving_average() {
    let mut lab = saddlescope::lab::open("moving-average").unwrap();
    lab.set("t", "25").unwrap();
    let size = Size { width: 420.0, height: 260.0 };
    golden("average-weights", &lab.figures()[1], size, Theme::Light);
    golden("average-adam", &lab.figures()[2], size, Theme::Dark);
}

/// Runs against t, and final losses against η with bounds and marks: the figures of the race.
#[test]
fn runs_against_steps_and_rates() {
    let lab = saddlescope::lab::open("race").unwrap();
    let figures = lab.figures();
    let figure = |id: &str| figures.iter().find(|f| f.id == id).unwrap();
    golden("race-loss", figure("loss"), Size { width: 520.0, height: 320.0 }, Theme::Light);
    golden("race-rates", figure("rates"), Size { width: 280.0, height: 180.0 }, Theme::Dark);
}

/// Rates with the bound, losses with the noise floor, and the paths: the figures of the schedules.
#[test]
fn schedules_and_their_runs() {
    let mut lab = saddlescope::lab::open("schedule").unwrap();
    lab.set("cosine.show", "on").unwrap();
    golden("schedule-rate", &shown(&*lab, "rate"), Size { width: 520.0, height: 320.0 }, Theme::Light);
    golden("schedule-loss", &shown(&*lab, "loss"), Size { width: 280.0, height: 180.0 }, Theme::Dark);
    let mut map = shown(&*lab, "map");
    // The map under them has golden files of its own.
    map.back.clear();
    golden("schedule-paths", &map, SMALL, Theme::Light);
}

/// Cells under contours, a run and the points where runs end.
#[test]
fn map_of_fates() {
    let mut lab = saddlescope::lab::open("fate").unwrap();
    for (control, value) in [("grid", "64"), ("steps", "40")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("map-of-fates", &lab.figures()[0], SMALL, Theme::Light);
}

/// A saddle with its way out and its stable line, and five paths that leave it.
#[test]
fn ways_off_a_saddle() {
    let lab = saddlescope::lab::open("escape").unwrap();
    let mut figure = lab.figures().swap_remove(0);
    // The map under them has golden files of its own.
    figure.back.clear();
    golden("ways-off-a-saddle", &figure, MAP, Theme::Dark);
}

/// The spectrum of a trained network with its tolerance, and ends of many trainings on the known points of theory.
#[test]
fn spectrum_and_minimum_ratio() {
    let mut lab = saddlescope::lab::open("network").unwrap();
    let size = Size { width: 520.0, height: 320.0 };
    for (control, value) in [("data", "moons"), ("epochs", "20"), ("hidden-layers", "1"), ("units", "3")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    let figures = lab.figures();
    golden("network-decisions", &figures[0], size, Theme::Light);
    let spectrum = figures.iter().find(|f| f.id == "spectrum").unwrap();
    golden("network-spectrum", spectrum, size, Theme::Light);
    lab.set("data", "digits").unwrap();
    while lab.work(&mut || false).is_some() {}
    golden("network-digits", &lab.figures()[0], size, Theme::Light);
    for (control, value) in [("scene", "surroundings"), ("data", "xor"), ("plane", "random")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("network-random-plane", &lab.figures()[0], size, Theme::Light);
    golden("network-sections", &lab.figures()[1], size, Theme::Dark);
    for (control, value) in
        [("scene", "ratio"), ("data", "autoencoder"), ("units", "1"), ("runs", "10"), ("run", "on")]
    {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("network-ratio", &lab.figures()[0], size, Theme::Dark);
    golden("network-index", &lab.figures()[1], size, Theme::Light);
}

/// The figure of a lab by its id.
fn shown(lab: &dyn saddlescope::lab::Lab, id: &str) -> Figure {
    lab.figures().into_iter().find(|f| f.id == id).unwrap()
}

/// The marks of all critical points of Himmelblau's function, of the notes' loss with its curves, and of a kink.
#[test]
fn all_critical_points_in_view() {
    for (name, loss) in [
        ("landmarks-points", "himmelblau"),
        ("landmarks-curves", "one-datum"),
        ("landmarks-kink", "abs(x)+y^2"),
    ] {
        let mut lab = saddlescope::lab::open("critical-point").unwrap();
        for (control, value) in [("loss", loss), ("all", "on")] {
            lab.set(control, value).unwrap();
        }
        while lab.work(&mut || false).is_some() {}
        let mut map = shown(&*lab, "map");
        // The map under them has golden files of its own.
        map.back.retain(|layer| !matches!(layer, Layer::Heat(_) | Layer::Contours(_)));
        map.front.clear();
        golden(name, &map, SMALL, Theme::Light);
    }
}

/// The polynomials along a line and about two points, and their errors, as small as the page shows them.
#[test]
fn polynomials_and_their_errors() {
    let small = Size { width: 236.0, height: 150.0 };
    let mut lab = saddlescope::lab::open("taylor").unwrap();
    golden("taylor-section", &shown(&*lab, "section"), small, Theme::Light);
    for (control, value) in [("scene", "line"), ("second", "on")] {
        lab.set(control, value).unwrap();
    }
    golden("taylor-line", &shown(&*lab, "section"), CURVE, Theme::Dark);
    golden("taylor-errors", &shown(&*lab, "errors"), small, Theme::Light);
}

/// ‖g‖ of three Newton methods, the loss against the shift, the cost against n.
#[test]
fn figures_of_newton() {
    let small = Size { width: 236.0, height: 150.0 };
    let mut lab = saddlescope::lab::open("newton").unwrap();
    golden("newton-norm", &shown(&*lab, "norm"), small, Theme::Light);
    golden("newton-cost", &shown(&*lab, "cost"), small, Theme::Light);
    lab.set("method", "shifted-newton").unwrap();
    golden("newton-shift", &shown(&*lab, "shift"), CURVE, Theme::Dark);
}

/// One flat curve before the answer, and the plane of rate and momentum by outcome.
#[test]
fn a_flat_curve_and_the_plane_of_rates() {
    let mut lab = saddlescope::lab::open("escape").unwrap();
    lab.set("scene", "which").unwrap();
    golden("escape-which", &lab.figures()[0], CURVE, Theme::Light);
    let mut lab = saddlescope::lab::open("fate").unwrap();
    for (control, value) in
        [("over", "rates"), ("method", "momentum"), ("loss", "quadratic"), ("grid", "64"), ("steps", "40")]
    {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("fate-rates", &lab.figures()[0], SMALL, Theme::Dark);
}

/// The figures of the lab on mini-batches as it opens: losses, cloud with its ellipse, both laws, data with their line.
#[test]
fn figures_of_the_batch_lab() {
    let size = Size { width: 440.0, height: 300.0 };
    let mut lab = saddlescope::lab::open("batch").unwrap();
    for figure in lab.figures().iter().filter(|f| f.id != "map") {
        golden(&format!("batch-{}", figure.id), figure, size, Theme::Light);
    }
    lab.set("data", "iris").unwrap();
    let figures = lab.figures();
    golden("batch-classes", figures.iter().find(|f| f.id == "data").unwrap(), size, Theme::Dark);
}
