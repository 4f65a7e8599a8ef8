//! The controls of the lab `gradient-check`, and what they say about the gradient under test.

use super::subject::Subject;
use super::{Control, Kind, Values};
use crate::derivative::{Mistake, NOTES_STEP};
use crate::loss::{Landscape, Loss};

/// The loss on which the lab opens.
const OPENING: &str = "himmelblau";
/// The gradient under test: the true one, with a mistake (in the order of [`Mistake::ALL`]), or typed.
pub const TESTED: &[&str] = &["true", "sign", "factor", "term", "swapped", "stale", "typed"];
/// A loss with a kink, and a point nearer to it than the step of the working test.
pub const KINK: (&str, [f64; 2]) = ("relu(x-y)+x^2", [0.700001, 0.7]);
/// The steps that can be looked at, as powers of ten.
pub const STEPS: [f64; 2] = [-15.0, -1.0];

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let basic = Control::basic;
    let typed = |default| Kind::Formula { default, presets: Vec::new() };
    let [min, max] = STEPS.map(|power| 10f64.powf(power));
    let step = Kind::log(min, max, NOTES_STEP);
    let mut all = Subject::controls(OPENING, start);
    all.extend([
        basic("tested", Kind::Choice { options: TESTED, default: 0 }),
        basic("g1", typed("4*x*(x^2+y-11)+2*(x+y^2-7)")),
        basic("g2", typed("2*(x^2+y-11)+4*y*(x+y^2-7)")),
        basic("component", Kind::Choice { options: &["1", "2"], default: 0 }),
        basic("h", step),
        basic("notes", Kind::Action),
        basic("kink", Kind::Action),
    ]);
    all
}

/// Where the lab looks first: on Himmelblau's function where rounding is plain to see.
pub fn start(loss: &Loss) -> [f64; 2] {
    if loss.named() == Some(Landscape::Himmelblau) { [-0.8, -3.2] } else { loss.start() }
}

/// The injected mistake, if it is one.
pub fn mistake(values: &Values) -> Option<Mistake> {
    let chosen = values.choice("tested");
    let place = TESTED.iter().position(|option| *option == chosen)?;
    Mistake::ALL.get(place.checked_sub(1)?).copied()
}

/// The number of the variable looked at, 0 or 1.
pub fn component(values: &Values) -> usize {
    usize::from(values.choice("component") == "2")
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    match control {
        "g1" | "g2" => values.choice("tested") == "typed",
        "notes" => values.formula("loss") != super::critical_controls::NOTES,
        "kink" => values.formula("loss") != KINK.0,
        _ => Subject::shown(values, control),
    }
}
