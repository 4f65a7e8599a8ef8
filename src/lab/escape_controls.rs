//! The controls of the lab `escape`, and the openings that follow from the loss and its saddle.

use super::escape_place::Place;
use super::playback::Playback;
use super::subject::Subject;
use super::{Control, Kind, Values};
use crate::decimal;
use crate::loss::{Landscape, Loss};

/// The notes' network, on which the lab opens.
pub const NOTES: &str = "one-datum";
/// What can be looked at.
pub const SCENES: &[&str] = &["leaving", "which"];
/// The ways to leave, in the order of [`super::escape_runs::Way::ALL`].
pub const WAYS: &[&str] =
    &["gradient-descent", "noise", "momentum", "negative-curvature", "saddle-free-newton"];
/// Answers to "which is it?"; the first means none yet.
pub const GUESSES: &[&str] = &["none", "minimum", "saddle", "plateau", "bouncing"];
/// Opening number of steps.
const STEPS: f64 = 60.0;
/// Numbers on the sliders that the scale of a loss changes.
const SCALED: [&str; 3] = ["rate", "noise", "below"];

/// The declared controls, in order. What the start depends on stands before it.
pub fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let mut all = vec![basic("scene", Kind::Choice { options: SCENES, default: 0 })];
    all.extend(Subject::controls(NOTES, start));
    let at = all.pop();
    all.extend([
        basic("layers", Kind::linear(2.0, 5.0, 1.0, 2.0)),
        basic("saddle", Kind::linear(1.0, 1.0, 1.0, 1.0)),
    ]);
    all.extend(at);
    all.extend(["at-saddle", "at-line", "at-near"].map(|id| basic(id, Kind::Action)));
    all.extend([
        basic("focus", Kind::Choice { options: WAYS, default: 0 }),
        basic("rate", Kind::log(1e-6, 10.0, 0.1)),
        basic("beta", Kind::linear(0.0, 0.99, 0.01, 0.9)),
        basic("noise", Kind::linear(0.0, 1.0, 0.0, 0.05)),
        more("seed", Kind::Seed { default: 1 }),
        more("below", Kind::log(1e-6, 1e3, 0.1)),
        more("newton-rate", Kind::linear(0.05, 1.0, 0.05, 1.0)),
        more("radius", Kind::linear(0.01, 0.3, 0.01, 0.1)),
        more("steps", Kind::linear(10.0, 1000.0, 10.0, STEPS)),
        more("round", Kind::Seed { default: 1 }),
        basic("guess", Kind::Choice { options: GUESSES, default: 0 }),
        basic("another", Kind::Action),
    ]);
    all.extend(Playback::controls(STEPS));
    all
}

/// Where the runs start: on the notes' network beside the stable line, so that they first approach.
pub fn start(loss: &Loss) -> [f64; 2] {
    if loss.named() == Some(Landscape::OneDatum) { [1.0, -0.999] } else { loss.start() }
}

/// The layers of the network, where the loss is one; 2 for every other loss.
pub fn layers(values: &Values) -> usize {
    let network = values.formula("loss") == NOTES;
    if network { values.number("layers").round() as usize } else { 2 }
}

/// Declares what follows from the loss and its saddle: which saddles there are, the start, and sliders in the units of
/// the loss. Opening values go to the new ones (all of them where the loss is `fresh`, and the start where it was
/// `opening`); what was set stays, inside the new range.
pub fn follow(values: &mut Values, place: &Place, subject: &Subject, fresh: bool, opening: bool) {
    let at = Kind::Point { default: subject.view.clamp(place.opening()), limits: subject.view };
    let was = values.point("at");
    values.declare("at", at);
    if !opening {
        values.put("at", super::Value::Point(was));
    }
    let round = |x: f64| decimal::round(x, 2);
    for (id, default) in SCALED.into_iter().zip(place.scale().map(round)) {
        let kind = if id == "noise" {
            Kind::linear(0.0, round(20.0 * default), 0.0, default)
        } else {
            Kind::log(default / 1e3, default * 1e3, default)
        };
        keep(values, id, kind, fresh);
    }
}

/// Declares how many saddles there are to choose from.
pub fn count(values: &mut Values, saddles: usize, fresh: bool) {
    keep(values, "saddle", Kind::linear(1.0, saddles.max(1) as f64, 1.0, 1.0), fresh);
}

/// Declares a control anew, and keeps its value unless that was the opening one.
fn keep(values: &mut Values, id: &str, kind: Kind, fresh: bool) {
    let value = values.get(id).cloned().filter(|_| !fresh && !is_opening(values, id));
    values.declare(id, kind);
    if let Some(value) = value {
        values.put(id, value);
    }
}

/// Whether a control stands at its opening value.
pub fn is_opening(values: &Values, id: &str) -> bool {
    let control = values.controls().iter().find(|c| c.id == id);
    values.get(id) == control.map(|c| c.kind.default_value()).as_ref()
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str, place: &Place) -> bool {
    let which = values.choice("scene") == "which";
    match control {
        "scene" | "t" | "play" | "step-back" | "step" | "speed" => true,
        "guess" | "another" | "round" => which,
        _ if which => false,
        "layers" => values.formula("loss") == NOTES,
        "saddle" => place.saddles.len() > 1,
        "at-saddle" | "at-near" => place.saddle.is_some(),
        "at-line" => place.on_line().is_some(),
        "seed" => values.number("noise") > 0.0,
        _ => Subject::shown(values, control),
    }
}

/// The number of the saddle looked at, from 0.
pub fn chosen(values: &Values) -> usize {
    (values.number("saddle").round() as usize).saturating_sub(1)
}
