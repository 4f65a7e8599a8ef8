//! The controls of the lab `fate`, and the runs that its pixels stand for.

use super::method_controls;
use super::playback::Playback;
use super::subject::Subject;
use super::{Control, Kind, Value, Values};
use crate::critical::Curvature;
use crate::decimal;
use crate::derivative::jets;
use crate::loss::{Landscape, Loss, View};
use crate::optimizer::{Domain, Method, Parameter};
use crate::order::ascending;

/// The loss on which the lab opens: four minima.
const OPENING: &str = "himmelblau";
/// What the pixels differ in.
const OVER: &[&str] = &["starts", "rates"];
/// Pixels on a side.
const GRIDS: &[&str] = &["64", "128", "256"];
/// Steps of a run in the opening state.
const STEPS: f64 = 200.0;
/// Exponents of ten of the rates on the horizontal axis.
const RATES: [f64; 2] = [-4.0, 0.5];

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let steps = Kind::linear(10.0, 1000.0, 10.0, STEPS);
    let mut all = vec![basic("over", Kind::Choice { options: OVER, default: 0 })];
    all.extend(Subject::controls(OPENING, start));
    all.push(basic("method", method_controls::choice(Method::GradientDescent)));
    all.extend(Method::ALL.into_iter().flat_map(method_controls::controls));
    all.extend([
        basic("halt", Kind::Action),
        more("steps", steps),
        more("grid", Kind::Choice { options: GRIDS, default: GRIDS.len() - 1 }),
    ]);
    all.extend(Playback::controls(STEPS));
    all
}

/// Where the run on show starts: near the border of two basins.
pub fn start(loss: &Loss) -> [f64; 2] {
    if loss.named() == Some(Landscape::Himmelblau) { [-0.05, -3.0] } else { loss.start() }
}

/// Declares the rates at which a loss opens: of the methods that follow the gradient by the curvatures in view, of those that
/// scale their steps themselves by the size of the view.
pub fn follow_rates(values: &mut Values, subject: &Subject) {
    let view = subject.view;
    let mut steepest: Vec<f64> = jets(&subject.loss, view, 9, 9)
        .into_iter()
        .filter_map(|jet| Curvature::of(jet.hessian))
        // A valley beside the view bends up as much as a ridge in it bends down.
        .map(|c| c.lambda[1].max(-c.lambda[0]))
        .filter(|l| *l > 0.0)
        .collect();
    ascending(&mut steepest);
    // As steep as it is in nine places of ten.
    let steep = steepest.get(steepest.len() * 9 / 10).copied();
    for method in Method::ALL {
        use Method::{
            Adadelta, AveragedMomentum, GradientDescent, Lbfgs, Momentum, NegativeCurvature, Nesterov,
            Newton, SaddleFreeNewton, ShiftedNewton,
        };
        let rate = match method {
            Newton | ShiftedNewton | SaddleFreeNewton | Lbfgs | Adadelta => continue,
            GradientDescent if subject.loss.named() == Some(Landscape::Himmelblau) => Some(0.01),
            GradientDescent | Momentum | AveragedMomentum | Nesterov | NegativeCurvature => {
                steep.map(|l| 1.0 / l)
            }
            // Its steps shrink from the first on.
            Method::AdaGrad => Some(0.05 * view.size()),
            _ => Some(0.005 * view.size()),
        };
        let id = [method.id(), ".rate"].concat();
        let kind = values.controls().iter().find(|c| c.id == id.as_str()).map(|c| c.kind.clone());
        if let (Some(rate), Some(Kind::Slider { min, max, step, scale, unit, .. })) = (rate, kind) {
            let default = decimal::round(rate, 1).clamp(min, max);
            values.declare(&id, Kind::Slider { min, max, step, scale, default, unit });
        }
    }
}

/// Which method the lab opens with: over the rates one that has a momentum. One that was chosen stays.
pub fn follow_over(values: &mut Values) {
    let opening = if over_rates(values) { Method::Momentum } else { Method::GradientDescent };
    let chosen = values.is_moved("method").then(|| method(values));
    values.declare("method", method_controls::choice(opening));
    if let Some(method) = chosen {
        values.put("method", Value::Choice(method.id()));
    }
}

/// The method.
pub fn method(values: &Values) -> Method {
    Method::from_id(values.choice("method")).unwrap_or(Method::GradientDescent)
}

/// Whether the pixels are rates, and not starts.
pub fn over_rates(values: &Values) -> bool {
    values.choice("over") == OVER[1]
}

/// The parameter on the vertical axis beside the rate: the first that is a share of the past kept, as β and ρ are.
pub fn kept(values: &Values) -> Option<&'static Parameter> {
    let method = method(values);
    let share = |p: &&Parameter| matches!(p.domain, Domain::HalfOpen(0.0, 1.0));
    method.parameters(method_controls::dialect(values, method)).find(share)
}

/// What the picture spans, and how many pixels each way.
pub fn frame(values: &Values, subject: &Subject) -> (View, [usize; 2]) {
    let side = [64, 128, 256][GRIDS.iter().position(|g| *g == values.choice("grid")).unwrap_or(2).min(2)];
    match over_rates(values) {
        false => (subject.view, [side; 2]),
        true => (View { x: RATES, y: [0.0, 1.0] }, [side, if kept(values).is_some() { side } else { 1 }]),
    }
}

/// Where the run on show lies in the plane of rates.
pub fn rates_of(values: &Values) -> [f64; 2] {
    let method = method(values);
    let y = kept(values).map_or(0.5, |p| values.number(&[method.id(), ".", p.id].concat()));
    [method_controls::rate(values, method).log10(), y]
}

/// Takes a point of the plane of rates.
pub fn put_rates(values: &mut Values, [x, y]: [f64; 2]) {
    let method = method(values);
    values.put(&[method.id(), ".rate"].concat(), Value::Number(10f64.powf(x)));
    if let Some(p) = kept(values) {
        values.put(&[method.id(), ".", p.id].concat(), Value::Number(y));
    }
}

/// Whether a control changes the picture. The start does so only in the plane of rates; there the rates do not.
pub fn repaints(values: &Values, control: &str) -> bool {
    match control {
        "t" | "speed" => false,
        "at" => over_rates(values),
        // What is set in the plane of rates is a place in it.
        _ if over_rates(values) => !is_place(values, control),
        _ => true,
    }
}

fn is_place(values: &Values, control: &str) -> bool {
    match method_controls::parts(control) {
        Some((of, rest)) => {
            of == method(values) && (rest == "rate" || kept(values).is_some_and(|p| p.id == rest))
        }
        None => false,
    }
}

/// The state that decides the picture, for a worker.
pub fn task(values: &Values) -> String {
    let mut bare = values.clone();
    let free: Vec<(String, Value)> = values
        .controls()
        .iter()
        .filter(|c| !repaints(values, &c.id))
        .map(|c| (c.id.to_string(), c.kind.default_value()))
        .collect();
    for (id, value) in free {
        bare.put(&id, value);
    }
    bare.state()
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    method_controls::shown(values, control, Some(method(values)))
        .unwrap_or_else(|| Subject::shown(values, control))
}
