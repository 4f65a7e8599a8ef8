//! The controls of the lab `race`, and what they say about who runs, at which rate, by which schedule.

use super::control::open_at;
use super::family_controls::{self, FAMILIES};
use super::method_controls;
use super::playback::Playback;
use super::subject::Subject;
use super::turn;
use super::{Control, Kind, Level, Value, Values};
use crate::loss::{Landscape, Loss};
use crate::optimizer::{Family, Method, Schedule};

/// The loss on which the lab opens.
pub const OPENING: &str = "quadratic";
/// Steps of a run in the opening state.
const STEPS: f64 = 100.0;
/// Answers to the question which ends lower; the first means none yet.
pub const GUESSES: &[&str] = &["none", "gradient-descent", "adam"];
/// The coordinates whose arithmetic can be shown.
const COORDINATES: &[&str] = &["first", "second"];
/// The methods that run when the lab opens.
const FOUR: [Method; 4] = [Method::GradientDescent, Method::Momentum, Method::AdaGrad, Method::Adam];

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let linear = Kind::linear;
    let mut all = Subject::controls(OPENING, start);
    // The scene: a valley with λ = 10 and 1 that lies across the axes.
    open_at(&mut all, &[("quadratic.l1", 10.0), ("quadratic.l2", 1.0), ("quadratic.phi", 30.0)]);
    // How many there are stands before the one on show, which it limits: links are restored in this order.
    all.push(more("steps", linear(10.0, 1000.0, 10.0, STEPS)));
    all.extend(Playback::controls(STEPS));
    all.push(basic("focus", method_controls::choice(Method::Adam)));
    all.push(basic("coordinate", Kind::Choice { options: COORDINATES, default: 0 }));
    all.extend(Method::ALL.into_iter().map(|method| Control {
        id: method.id().into(),
        kind: Kind::Toggle { default: FOUR.contains(&method) },
        level: if is_common(method) { Level::Basic } else { Level::More },
    }));
    all.push(basic("tuned", Kind::Toggle { default: true }));
    all.extend(Method::ALL.into_iter().flat_map(method_controls::controls));
    all.extend([
        basic("valley", Kind::Action),
        basic("predict", Kind::Toggle { default: false }),
        basic("guess", Kind::Choice { options: GUESSES, default: 0 }),
        more("defaults", Kind::Action),
        more("take", Kind::Action),
        more("delay", linear(0.0, 20.0, 1.0, 0.0)),
        more("target", Kind::log(1e-12, 0.5, 1e-3)),
        more("schedule", Kind::Choice { options: FAMILIES, default: 0 }),
    ]);
    let families = Family::ALL.into_iter().flat_map(family_controls::controls);
    all.extend(families.filter(|c| !c.id.ends_with(".show")).map(|c| Control { level: Level::More, ..c }));
    all.extend(turn::controls());
    all
}

/// The notes' own methods stand on the page at once.
fn is_common(method: Method) -> bool {
    use Method::{AdaGrad, Adam, GradientDescent, Momentum, Nesterov, RmsProp};
    matches!(method, GradientDescent | Momentum | Nesterov | AdaGrad | RmsProp | Adam)
}

/// Where the runs start: in the valley of the opening far out along it, and beside its floor.
pub fn start(loss: &Loss) -> [f64; 2] {
    if loss.named() == Some(Landscape::Quadratic) { [-1.0, 1.5] } else { loss.start() }
}

/// The method whose numbers and parameters are shown.
pub fn focus(values: &Values) -> Method {
    Method::from_id(values.choice("focus")).unwrap_or(Method::Adam)
}

/// Whoever is looked at runs: after a change of `control`, the one newly looked at is among those that run, and the first
/// of them takes the place of one that runs no longer.
pub fn keep_focus(values: &mut Values, control: &str) {
    let looked = focus(values);
    let others = Method::ALL.into_iter().find(|m| values.is_on(m.id()));
    match others {
        Some(first) if control == looked.id() && !values.is_on(control) => {
            values.put("focus", Value::Choice(first.id()));
        }
        _ => values.put(looked.id(), Value::Toggle(true)),
    }
}

/// Whether a method runs: those chosen, and the two of the question.
pub fn is_drawn(values: &Values, method: Method) -> bool {
    let asked = values.is_on("predict") && matches!(method, Method::GradientDescent | Method::Adam);
    values.is_on(method.id()) || asked
}

/// The family of the learning rate's schedule.
pub fn family(values: &Values) -> Family {
    Family::from_id(values.choice("schedule")).unwrap_or(Family::Constant)
}

/// The schedule from η₀ = `rate`.
pub fn schedule(values: &Values, rate: f64) -> Schedule {
    family_controls::schedule(values, family(values), rate)
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    let tuned = values.is_on("tuned") || values.is_on("predict");
    match control {
        "guess" => values.is_on("predict"),
        "take" => tuned,
        _ if Method::from_id(control).is_some() => true,
        _ => match method_controls::parts(control) {
            Some((_, "rate")) if tuned => false,
            Some(_) => method_controls::shown(values, control, Some(focus(values))).unwrap_or(false),
            None => family_controls::shown(values, control, family(values))
                .unwrap_or_else(|| Subject::shown(values, control)),
        },
    }
}

/// Whether a control changes only what is looked at, and no run.
pub fn only_looks(control: &str) -> bool {
    matches!(control, "t" | "speed" | "coordinate" | "guess" | "yaw" | "pitch")
}
