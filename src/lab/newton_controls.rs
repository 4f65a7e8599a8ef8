//! The controls of the lab `newton`, where it opens, and the three methods it compares.

use super::control::open_at;
use super::playback::Playback;
use super::subject::Subject;
use super::turn;
use super::{Control, Kind, Value, Values};
use crate::critical::Curvature;
use crate::derivative::jet;
use crate::loss::{Landscape, Loss};
use crate::optimizer::{Dialect, Limits, Method, Optimizer, Run, Schedule, Setup};

/// The three methods, and their names in links.
pub const METHODS: [Method; 3] = [Method::Newton, Method::ShiftedNewton, Method::SaddleFreeNewton];
const NAMES: &[&str] = &["newton", "shifted-newton", "saddle-free-newton"];
/// Steps of every run: where Newton's method arrives at all, it arrives in fewer; a shifted one is slower.
pub const STEPS: usize = 16;
/// The greatest shift.
pub const SHIFT: f64 = 200.0;
/// The greatest number of parameters.
pub const SIZE: f64 = 1e9;

/// The shift in which the lab opens.
const OPENING: f64 = 60.0;

/// The control of the shift.
pub fn shift_kind(default: f64) -> Kind {
    Kind::linear(0.0, SHIFT, 0.5, default)
}

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let mut all = Subject::controls("himmelblau", start);
    all.extend([
        basic("method", Kind::Choice { options: NAMES, default: 0 }),
        basic("shift", shift_kind(OPENING)),
        basic("beside", Kind::Toggle { default: true }),
    ]);
    all.extend(Playback::controls(STEPS as f64));
    // The lab opens before the first step, and plays slowly: there are few.
    open_at(&mut all, &[("t", 0.0), ("speed", 2.0)]);
    all.extend([
        basic("cycle", Kind::Action),
        basic("singular", Kind::Action),
        basic("size", Kind::log(1.0, SIZE, 1e6)),
        more("rate", Kind::linear(0.05, 2.0, 0.05, 1.0)),
    ]);
    all.extend(turn::controls());
    all
}

/// The shift in which a loss is opened: on Himmelblau's function the one of the lesson; on others enough for the start, and a
/// little more.
pub fn shift(loss: &Loss) -> f64 {
    if loss.named() == Some(Landscape::Himmelblau) {
        return OPENING;
    }
    let bends = Curvature::of(jet(loss, start(loss)).hessian).map_or([0.0; 2], |c| c.lambda);
    let [l1, l2] = bends;
    let wanted = 1.5 * (-l1).max(0.0) + 0.1 * l1.abs().max(l2.abs());
    ((2.0 * wanted).round() / 2.0).clamp(0.5, SHIFT)
}

/// From here Newton's method ends in a saddle, the other two in a minimum.
pub fn start(loss: &Loss) -> [f64; 2] {
    if loss.named() == Some(Landscape::Himmelblau) { [-1.5, -3.0] } else { loss.start() }
}

/// The method whose model is shown.
pub fn method(values: &Values) -> Method {
    Method::from_id(values.choice("method")).unwrap_or(Method::Newton)
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    match control {
        "shift" => values.is_on("beside") || method(values) == Method::ShiftedNewton,
        _ => Subject::shown(values, control),
    }
}

/// A method's run from the start.
pub fn run(values: &Values, loss: &Loss, method: Method) -> Option<Run> {
    let shift = [("shift", values.number("shift"))];
    let given: &[(&str, f64)] = if method == Method::ShiftedNewton { &shift } else { &[] };
    let optimizer = Optimizer::new(method, Dialect::Notes, given, 2).ok()?;
    let limits = Limits { steps: STEPS, ..Limits::default() };
    let schedule = Schedule::constant(values.number("rate"));
    let mut oracle = loss;
    let mut run = Run::new(
        Setup { optimizer, schedule, noise: None, delay: 0, limits },
        &mut oracle,
        &values.point("at"),
    );
    run.finish(&mut oracle);
    Some(run)
}

/// Puts the loss of the notes and a start on it.
pub fn notes(action: &str) -> Option<[f64; 2]> {
    match action {
        // w₁w₂ = 1/5, and 1/3.
        "cycle" => Some([0.5, 0.4]),
        "singular" => Some([1.0, 1.0 / 3.0]),
        _ => None,
    }
}

/// Whether the loss is (1 − w₁w₂)², on which the steps have a closed form.
pub fn is_notes(loss: &Loss) -> bool {
    loss.named() == Some(Landscape::OneDatum) && loss.parameters() == [1.0, 1.0]
}

/// The number of parameters, whole.
pub fn size(values: &Values) -> f64 {
    match values.get("size") {
        Some(Value::Number(n)) => n.round(),
        _ => 1.0,
    }
}
