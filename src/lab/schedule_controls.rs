//! The controls of the lab `schedule`, and what they say about what is drawn.

use super::control::open_at;
use super::family_controls::{self, FAMILIES};
use super::method_controls;
use super::playback::Playback;
use super::subject::Subject;
use super::{Control, Kind, Values};
use crate::critical::Curvature;
use crate::decimal::round;
use crate::derivative::jet;
use crate::loss::{Landscape, Loss};
use crate::optimizer::{Family, Method, Noise};

/// The loss on which the lab opens.
const OPENING: &str = "quadratic";
/// Steps of a run in the opening state.
const STEPS: f64 = 400.0;
/// Answers to the question which ends lower; the first means none yet.
pub const GUESSES: &[&str] = &["none", "constant", "decay"];

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let linear = Kind::linear;
    let mut all = Subject::controls(OPENING, start);
    // The scene: λ = 1 and 10 along the axes.
    open_at(&mut all, &[("quadratic.l1", 1.0), ("quadratic.l2", 10.0), ("quadratic.phi", 0.0)]);
    // How many there are stands before the one on show, which it limits: links are restored in this order.
    all.push(more("steps", linear(50.0, 1000.0, 10.0, STEPS)));
    all.extend(Playback::controls(STEPS));
    all.extend([
        basic("schedule", Kind::Choice { options: FAMILIES, default: 1 }),
        basic("eta", rate_kind(0.15)),
    ]);
    all.extend(Family::ALL.into_iter().flat_map(family_controls::controls));
    all.extend([basic("method", method_controls::choice(Method::GradientDescent))]);
    // η is the schedule's.
    let methods = Method::ALL.into_iter().flat_map(method_controls::controls);
    all.extend(methods.filter(|c| !c.id.ends_with(".rate")));
    all.extend([
        basic("noise", linear(0.0, 2.0, 0.05, 1.0)),
        basic("quiet", Kind::Action),
        basic("predict", Kind::Toggle { default: false }),
        basic("guess", Kind::Choice { options: GUESSES, default: 0 }),
        more("seed", Kind::Seed { default: 1 }),
        more("log-rate", Kind::Toggle { default: false }),
    ]);
    all
}

/// η₀.
pub fn rate_kind(default: f64) -> Kind {
    Kind::log(1e-4, 10.0, default)
}

/// The η₀ that a loss opens with: ¾ of 2/λmax at the start or at the lowest place of the map, whichever is steeper; the
/// opening 0.15 of the quadratic with λ = 10.
pub fn opening_rate(subject: &Subject) -> f64 {
    let grid = &subject.grid;
    let finite = grid.values.iter().enumerate().filter(|(_, l)| l.is_finite());
    let lowest = finite.min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(k, _)| k);
    let columns = grid.columns.max(1);
    let places = [start(&subject.loss), grid.point(lowest % columns, lowest / columns)];
    let steepest = places.into_iter().filter_map(|at| Curvature::of(jet(&subject.loss, at).hessian));
    let steepest = steepest.map(|c| c.lambda[1]).fold(0.0, f64::max);
    if steepest > 0.0 { round(1.5 / steepest, 2).clamp(1e-4, 10.0) } else { 0.15 }
}

/// Where the runs start: on the quadratic where both directions matter.
pub fn start(loss: &Loss) -> [f64; 2] {
    if loss.named() == Some(Landscape::Quadratic) { [1.0, 1.0] } else { loss.start() }
}

/// The schedule whose parameters are shown.
pub fn chosen(values: &Values) -> Family {
    Family::from_id(values.choice("schedule")).unwrap_or(Family::Constant)
}

/// The schedules drawn: the chosen one, and those beside it.
pub fn drawn(values: &Values) -> impl Iterator<Item = Family> {
    let chosen = chosen(values);
    Family::ALL.into_iter().filter(move |f| *f == chosen || family_controls::is_shown(values, *f))
}

/// The method that all schedules drive.
pub fn method(values: &Values) -> Method {
    Method::from_id(values.choice("method")).unwrap_or(Method::GradientDescent)
}

/// The noise on the gradients, if there is any.
pub fn noise(values: &Values) -> Option<Noise> {
    let sigma = values.number("noise");
    let Some(super::Value::Seed(seed)) = values.get("seed") else { return None };
    (sigma > 0.0).then_some(Noise { sigma, seed: *seed })
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    match control {
        "guess" => values.is_on("predict"),
        "seed" => values.number("noise") > 0.0,
        _ => family_controls::shown(values, control, chosen(values))
            .or_else(|| method_controls::shown(values, control, Some(method(values))))
            .unwrap_or_else(|| Subject::shown(values, control)),
    }
}
