//! What the lab `taylor` says: whether a step went as the models foresaw, and whether more terms help.

use super::section::{About, INKS, Section};
use super::{Headline, Level, Math, Readout};
use crate::derivative::{Jet, Radius};
use crate::figure::Ink;
use crate::phrase::{Arg, Phrase};

/// A prediction is right when it is off by at most this share of the true change.
const RIGHT: f64 = 0.1;

/// Where the radius itself may be, as shares of its estimate: near an essential singularity, as that of exp(−1/x²), the
/// coefficients come to their limit slowly.
const LEAST: f64 = 0.95;
const MOST: f64 = 1.25;

/// The step −ηg, what the models say of it, and what the loss does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// −η‖g‖².
    pub first: f64,
    /// −η‖g‖² + ½η²gᵀHg.
    pub second: f64,
    /// L(θ − ηg) − L(θ).
    pub change: f64,
    /// η‖g‖.
    pub length: f64,
}

impl Step {
    /// The step from a point with this jet.
    pub fn new(jet: &Jet, eta: f64, value: f64) -> Step {
        let g = jet.gradient;
        let norm = g[0].hypot(g[1]);
        let first = -eta * norm * norm;
        let bend = super::slice::bend_along(jet, g);
        Step { first, second: first + 0.5 * eta * eta * bend, change: value - jet.value, length: eta * norm }
    }

    fn right(&self, predicted: f64) -> bool {
        (predicted - self.change).abs() <= RIGHT * self.change.abs().max(1e-300)
    }
}

/// The verdict on a step.
pub fn step_headline(step: &Step, jet: &Jet) -> Headline {
    let finite = jet.value.is_finite() && step.first.is_finite();
    let key = if !jet.value.is_finite() {
        "verdict.not-defined"
    } else if !finite {
        "verdict.not-differentiable"
    } else if step.length == 0.0 {
        "taylor.step.none"
    } else if !step.change.is_finite() {
        "taylor.step.leaves"
    } else if step.right(step.first) && step.right(step.second) {
        "taylor.step.both"
    } else if step.right(step.second) {
        "taylor.step.second"
    } else if step.right(step.first) {
        "taylor.step.first"
    } else if step.change > 0.0 {
        "taylor.step.rises"
    } else {
        "taylor.step.neither"
    };
    let reason = if finite {
        Phrase::new("taylor.step.reason")
            .number("first", step.first)
            .number("second", step.second)
            .number("change", step.change)
    } else {
        Phrase::new([key, ".reason"].concat())
    };
    Headline::plain(Phrase::new(key), reason)
}

/// Whether more terms help at the probe.
pub fn series_headline(section: &Section) -> Headline {
    let mut said = section.about.iter().map(|about| judgement(about, section.probe));
    let text = said.next().unwrap_or_else(|| Phrase::new("verdict.not-defined"));
    let reason = said.next().unwrap_or_else(|| Phrase::new("taylor.compare"));
    Headline::plain(text, reason)
}

fn judgement(about: &About, x: f64) -> Phrase {
    let defined = about.series.0.iter().all(|c| c.is_finite());
    let key = match about.radius {
        _ if !defined => "taylor.undefined",
        Radius::Estimate(r) if about.kink && (x - about.at).abs() < r => "taylor.before-kink",
        _ if about.kink => "taylor.beyond-kink",
        Radius::Polynomial(_) => "taylor.exact",
        Radius::Unlimited => "taylor.unlimited",
        Radius::Unknown => "taylor.unknown",
        Radius::Estimate(r) if !about.known && (LEAST * r..MOST * r).contains(&(x - about.at).abs()) => {
            "taylor.border"
        }
        Radius::Estimate(r) if (x - about.at).abs() < r => "taylor.inside",
        Radius::Estimate(_) => "taylor.outside",
    };
    let said = Phrase::new(key).number("at", about.at).number("x", x);
    match about.radius {
        Radius::Estimate(r) => said.number("radius", r),
        Radius::Polynomial(degree) => said.with("degree", Arg::Count(degree as i64)),
        _ => said,
    }
}

fn line(id: &'static str, label: Phrase, math: Math, note: Option<&'static str>, ink: Ink) -> Readout {
    Readout { id, label, math, note: note.map(Phrase::new), ink, level: Level::Basic }
}

fn norm(inner: &str) -> Math {
    Math::norm(Math::id(inner))
}

/// The numbers of a step.
pub fn step_readouts(at: [f64; 2], jet: &Jet, step: &Step) -> Vec<Readout> {
    let pair = |name: &str, [a, b]: [f64; 2]| Math::equals(Math::id(name), Math::pair(a, b));
    let theta =
        Math::Row(vec![pair("θ", at), Math::Space, Math::equals(Math::id("L"), Math::number(jet.value))]);
    let mut out = vec![line("theta", Phrase::new("readout.theta"), theta, None, Ink::Point)];
    if !jet.is_finite() {
        return out;
    }
    let g = jet.gradient;
    let gradient =
        Math::Row(vec![pair("g", g), Math::Space, Math::equals(norm("g"), Math::number(g[0].hypot(g[1])))]);
    out.push(line("gradient", Phrase::new("readout.gradient"), gradient, None, Ink::Gradient));
    let rows = jet.hessian.iter().map(|row| row.iter().map(|x| Math::number(*x)).collect()).collect();
    let hessian = Math::equals(Math::id("H"), Math::Matrix(rows));
    out.push(line("hessian", Phrase::new("readout.hessian"), hessian, None, Ink::Curvature));
    let squared = || Math::Sup(Box::new(norm("g")), Box::new(Math::Number("2".into())));
    let first = || vec![Math::Op("−"), Math::id("η"), squared()];
    let second = [
        first(),
        vec![
            Math::Op("+"),
            Math::Number("½".into()),
            Math::Sup(Box::new(Math::id("η")), Box::new(Math::Number("2".into()))),
            Math::Sup(Box::new(Math::id("g")), Box::new(Math::id("⊤"))),
            Math::id("H"),
            Math::id("g"),
        ],
    ]
    .concat();
    let change = Math::id("L(θ − ηg) − L(θ)");
    for (id, label, name, value, ink) in [
        ("order-1", "readout.taylor.first", Math::Row(first()), step.first, Ink::Gradient),
        ("order-2", "readout.taylor.second", Math::Row(second), step.second, Ink::Curvature),
        ("change", "readout.taylor.change", change, step.change, Ink::Text),
    ] {
        out.push(line(id, Phrase::new(label), Math::equals(name, Math::number(value)), None, ink));
    }
    out
}

/// The radius of each expansion, and its sum at the probe.
pub fn series_readouts(section: &Section, order: usize) -> Vec<Readout> {
    let mut out = Vec::new();
    for (i, (about, ink)) in section.about.iter().zip(INKS).enumerate() {
        let (value, note) = match about.radius {
            Radius::Estimate(r) if about.kink => (r, "taylor.radius.kink"),
            Radius::Estimate(r) if about.known => (r, "taylor.radius.known"),
            Radius::Estimate(r) => (r, "taylor.radius.estimate"),
            Radius::Unlimited => (f64::INFINITY, "taylor.radius.unlimited"),
            Radius::Polynomial(_) => (f64::INFINITY, "taylor.radius.polynomial"),
            Radius::Unknown if about.series.0.iter().any(|c| !c.is_finite()) => {
                (f64::NAN, "taylor.radius.undefined")
            }
            Radius::Unknown => (f64::NAN, "taylor.radius.unknown"),
        };
        let sign = if about.known || !value.is_finite() { "=" } else { "≈" };
        let math = Math::Row(vec![Math::id("R"), Math::Op(sign), Math::number(value)]);
        let label = Phrase::new("readout.taylor.radius").phrase("at", section.place(about.at));
        out.push(line(["radius-1", "radius-2"][i], label, math, Some(note), ink));
        let sum = about.series.at(section.probe - about.at, order);
        let name = Math::Sub(Box::new(Math::id("T")), Box::new(Math::Number(order.to_string())));
        let math = Math::Row(vec![
            Math::equals(name.clone(), Math::number(sum)),
            Math::Space,
            Math::Row(vec![Math::Op("|"), Math::id(section.letter()), Math::Op("−"), name, Math::Op("|")]),
            Math::Op("="),
            Math::number((sum - section.truth).abs()),
        ]);
        let label = Phrase::new("readout.taylor.sum").phrase("x", section.place(section.probe));
        out.push(line(["sum-1", "sum-2"][i], label, math, None, ink));
        let terms = about.series.0.iter().take(9).map(|c| Math::number(*c));
        let mut list: Vec<Math> = terms.flat_map(|c| [c, Math::Op(",")]).collect();
        list.pop();
        let label = Phrase::new("readout.taylor.coefficients");
        let mut coefficients = line(["terms-1", "terms-2"][i], label, Math::Row(list), None, ink);
        coefficients.level = Level::More;
        out.push(coefficients);
    }
    out
}
