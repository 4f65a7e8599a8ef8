//! The controls of the methods, made from the tables that the methods declare: for each its learning rate, its dialect
//! and its parameters; and the [`Optimizer`] that the values describe.
//!
//! | control | holds |
//! |---|---|
//! | `<method>.rate` | η |
//! | `<method>.dialect` | the dialect, where there is more than one |
//! | `<method>.<parameter>` | a parameter of any of its dialects |
//!
//! A dialect changes the equation and keeps the numbers; [`use_defaults`] is the separate act that changes them. No
//! text is written for each method and parameter: [`label`] puts `method.<id>`, `dialect.<id>` and `parameter.<id>`
//! in place of `control.<id>`.

use super::control::{Control, Kind, Level, Scale, Value};
use super::values::Values;
use crate::figure::{Dash, Ink, Shape, Stroke};
use crate::optimizer::{Dialect, Domain, Method, Optimizer, Parameter};
use crate::phrase::Phrase;

/// The ids of [`Method::ALL`], as the options of a choice.
pub const METHODS: &[&str] = &[
    "gradient-descent",
    "momentum",
    "averaged-momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "adamw",
    "amsgrad",
    "adamax",
    "nadam",
    "radam",
    "lion",
    "rprop",
    "newton",
    "shifted-newton",
    "saddle-free-newton",
    "negative-curvature",
    "lbfgs",
];

/// A choice of one method.
pub fn choice(default: Method) -> Kind {
    Kind::Choice { options: METHODS, default: place(default) }
}

/// The controls of one method: rate, dialect, parameters.
pub fn controls(method: Method) -> Vec<Control> {
    let Some(opening) = method.dialects().next() else { return Vec::new() };
    let rate = Kind::Slider {
        min: 1e-5,
        max: 10.0,
        step: 0.0,
        scale: Scale::Log,
        default: method.default_rate(opening).unwrap_or(0.01),
        unit: "",
    };
    let mut out = vec![Control { id: id(method, "rate").into(), level: Level::Basic, kind: rate }];
    let options = dialects(method);
    if options.len() > 1 {
        let kind = Kind::Choice { options, default: 0 };
        out.push(Control { id: id(method, "dialect").into(), level: Level::More, kind });
    }
    let mut seen: Vec<&str> = Vec::new();
    for dialect in method.dialects() {
        for parameter in method.parameters(dialect) {
            if !seen.contains(&parameter.id) {
                seen.push(parameter.id);
                let default = parameter.default(opening).or(parameter.default(dialect));
                let level = match parameter.id {
                    "momentum" | "rho" | "beta1" | "beta2" | "shift" | "below" => Level::Basic,
                    _ => Level::More,
                };
                let kind = kind(parameter, default.unwrap_or(parameter.neutral));
                out.push(Control { id: id(method, parameter.id).into(), level, kind });
            }
        }
    }
    out
}

/// How a parameter is set: where its domain is wider than anything worth trying, the part that is.
fn kind(parameter: &Parameter, default: f64) -> Kind {
    if parameter.domain == Domain::Flag {
        return Kind::Toggle { default: default != 0.0 };
    }
    let [least, most] = parameter.domain.limits();
    let (min, max, step) = match (parameter.id, parameter.domain) {
        ("epsilon" | "gradient-tolerance" | "change-tolerance" | "floor" | "smallest", _) => {
            (1e-15, 1.0, 0.0)
        }
        ("largest", _) => (1e-3, 1e3, 0.0),
        ("grow", _) => (1.0, 3.0, 0.05),
        ("shift", _) => (0.0, 20.0, 0.1),
        ("momentum-decay", _) => (0.0, 0.1, 0.001),
        (_, Domain::Whole(a, b)) => (a, b, 1.0),
        (_, Domain::HalfOpen(a, _)) => (a, 0.999, 0.001),
        _ => (least, most.min(least + 10.0), 0.01),
    };
    let scale = if step == 0.0 { Scale::Log } else { Scale::Linear };
    Kind::Slider { min, max, step, scale, default, unit: "" }
}

/// The dialect that the values choose for a method.
pub fn dialect(values: &Values, method: Method) -> Dialect {
    let chosen = Dialect::from_id(values.choice(&id(method, "dialect")));
    chosen.or_else(|| method.dialects().next()).unwrap_or(Dialect::Notes)
}

/// The learning rate that the values hold for a method.
pub fn rate(values: &Values, method: Method) -> f64 {
    values.number(&id(method, "rate"))
}

/// The method with the dialect and parameters that the values hold, for a loss over the plane.
pub fn optimizer(values: &Values, method: Method) -> Option<Optimizer> {
    optimizer_in(values, method, 2)
}

/// The same for a loss of n variables; `None` beyond the method's limit.
pub fn optimizer_in(values: &Values, method: Method, n: usize) -> Option<Optimizer> {
    let dialect = dialect(values, method);
    let given: Vec<(&str, f64)> =
        method.parameters(dialect).filter_map(|p| Some((p.id, number(values, method, p)?))).collect();
    // What a slider gives is inside the domain; should a table ever disagree, the defaults are better than nothing.
    Optimizer::new(method, dialect, &given, n).or_else(|_| Optimizer::new(method, dialect, &[], n)).ok()
}

fn number(values: &Values, method: Method, parameter: &Parameter) -> Option<f64> {
    match values.get(&id(method, parameter.id))? {
        Value::Number(x) => Some(*x),
        Value::Toggle(on) => Some(f64::from(u8::from(*on))),
        _ => None,
    }
}

/// Puts the rate and the parameters of a method to the defaults of its present dialect.
pub fn use_defaults(values: &mut Values, method: Method) {
    let dialect = dialect(values, method);
    if let Some(rate) = method.default_rate(dialect) {
        values.put(&id(method, "rate"), Value::Number(rate));
    }
    for parameter in method.parameters(dialect) {
        let Some(default) = parameter.default(dialect) else { continue };
        let value = match parameter.domain {
            Domain::Flag => Value::Toggle(default != 0.0),
            _ => Value::Number(default),
        };
        values.put(&id(method, parameter.id), value);
    }
}

/// The method and the rest of a control's id: `adam.beta1` is (Adam, `beta1`). `None` for other controls.
pub fn parts(control: &str) -> Option<(Method, &str)> {
    let (method, rest) = control.split_once('.')?;
    Some((Method::from_id(method)?, rest))
}

/// Whether a method's control applies while `focus` is the method looked at: its parameters only where the dialect has
/// them. `None` for other controls.
pub fn shown(values: &Values, control: &str, focus: Option<Method>) -> Option<bool> {
    let (method, rest) = parts(control)?;
    let has = |p: &Parameter| p.id == rest;
    let applies = matches!(rest, "rate" | "dialect") || method.parameters(dialect(values, method)).any(has);
    Some(applies && focus == Some(method))
}

/// The label of a method's control, or of the switch that bears its name. `None` for other controls.
pub fn label(control: &str) -> Option<Phrase> {
    if let Some(method) = Method::from_id(control) {
        return Some(name(method));
    }
    let (_, rest) = parts(control)?;
    Some(Phrase::new(match rest {
        "rate" | "dialect" => format!("control.{rest}"),
        parameter => format!("parameter.{parameter}"),
    }))
}

/// The label of an option that is a method or a dialect. `None` for other options.
pub fn option(option: &str) -> Option<Phrase> {
    match (Method::from_id(option), Dialect::from_id(option)) {
        (Some(method), _) => Some(name(method)),
        (_, Some(dialect)) => Some(Phrase::new(format!("dialect.{}", dialect.id()))),
        _ => None,
    }
}

/// The name of a method.
pub fn name(method: Method) -> Phrase {
    Phrase::new(format!("method.{}", method.id()))
}

/// The short name of a method, for a label in a figure.
pub fn short(method: Method) -> Phrase {
    Phrase::new(match method {
        Method::GradientDescent => "method.short.gradient-descent",
        Method::AveragedMomentum => "method.short.averaged-momentum",
        Method::Newton => "method.short.newton",
        Method::ShiftedNewton => "method.short.shifted-newton",
        Method::SaddleFreeNewton => "method.short.saddle-free-newton",
        Method::NegativeCurvature => "method.short.negative-curvature",
        other => return name(other),
    })
}

/// Colour, pattern of the line, mark at its end and whether that is hollow, in the order of [`Method::ALL`]: the same in
/// every lab, no two alike, and the four methods that open the race the farthest apart.
const LOOKS: [(u8, Dash, Shape, bool); 20] = [
    (0, Dash::Solid, Shape::Dot, false),
    (1, Dash::Dashed, Shape::Square, false),
    (4, Dash::Dashed, Shape::Square, true),
    (5, Dash::Solid, Shape::Dot, true),
    (6, Dash::Dotted, Shape::Square, false),
    (2, Dash::Dotted, Shape::Dot, true),
    (7, Dash::Dashed, Shape::Dot, false),
    (3, Dash::Solid, Shape::Square, true),
    (8, Dash::Dashed, Shape::Square, true),
    (9, Dash::Dotted, Shape::Dot, true),
    (0, Dash::Dashed, Shape::Square, true),
    (1, Dash::Solid, Shape::Dot, true),
    (2, Dash::Dashed, Shape::Square, false),
    (3, Dash::Dotted, Shape::Dot, false),
    (4, Dash::Solid, Shape::Dot, false),
    (5, Dash::Dashed, Shape::Square, false),
    (6, Dash::Solid, Shape::Dot, true),
    (7, Dash::Dotted, Shape::Square, true),
    (9, Dash::Solid, Shape::Square, false),
    (8, Dash::Solid, Shape::Dot, false),
];

fn look(method: Method) -> (u8, Dash, Shape, bool) {
    LOOKS.get(place(method)).copied().unwrap_or(LOOKS[0])
}

/// The colour of a method.
pub fn ink(method: Method) -> Ink {
    Ink::Method(look(method).0)
}

/// The line of a method, so that colour is not all that tells it.
pub fn stroke(method: Method, width: f64) -> Stroke {
    Stroke { ink: ink(method), width, dash: look(method).1 }
}

/// The mark at the end of a method's line, and whether it is an outline.
pub fn mark(method: Method) -> (Shape, bool) {
    let (_, _, shape, hollow) = look(method);
    (shape, hollow)
}

fn place(method: Method) -> usize {
    Method::ALL.iter().position(|m| *m == method).unwrap_or(0)
}

fn id(method: Method, rest: &str) -> String {
    [method.id(), ".", rest].concat()
}

/// The dialects of a method as the options of a choice.
fn dialects(method: Method) -> &'static [&'static str] {
    const EVERY: &[&str] = &["notes", "pytorch", "keras", "optax"];
    const APART: &[&str] = &["pytorch", "optax"];
    let has = |dialect| method.default_rate(dialect).is_some();
    match [Dialect::Notes, Dialect::Pytorch, Dialect::Keras, Dialect::Optax].map(has) {
        [false, true, false, true] => APART,
        [notes, pytorch, keras, optax] => {
            let first = [notes, pytorch, keras, optax].iter().position(|d| *d).unwrap_or(0);
            let many = [notes, pytorch, keras, optax].iter().filter(|d| **d).count();
            EVERY.get(first..first + many).unwrap_or(EVERY)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::new(Method::ALL.into_iter().flat_map(controls).collect())
    }

    #[test]
    fn the_lists_of_names_are_those_of_the_methods() {
        assert!(Method::ALL.iter().map(|m| m.id()).eq(METHODS.iter().copied()));
        for method in Method::ALL {
            assert!(method.dialects().map(Dialect::id).eq(dialects(method).iter().copied()), "{method:?}");
        }
    }

    #[test]
    fn the_opening_values_are_the_defaults_of_the_plainest_dialect() {
        let values = values();
        for method in Method::ALL {
            let opening = method.dialects().next().unwrap();
            let optimizer = optimizer(&values, method).unwrap();
            assert_eq!(optimizer.dialect(), opening);
            assert_eq!(Some(rate(&values, method)), method.default_rate(opening));
            for p in method.parameters(opening) {
                assert_eq!(optimizer.parameter(p.id), p.default(opening), "{method:?} {}", p.id);
            }
        }
    }

    #[test]
    fn a_dialect_keeps_the_numbers_until_its_defaults_are_asked_for() {
        let mut values = values();
        let rho = |values: &Values| optimizer(values, Method::RmsProp).unwrap().parameter("rho");
        assert_eq!(shown(&values, "rmsprop.momentum", Some(Method::RmsProp)), Some(false));
        values.set("rmsprop.dialect", "pytorch").unwrap();
        assert_eq!(shown(&values, "rmsprop.momentum", Some(Method::RmsProp)), Some(true));
        assert_eq!(shown(&values, "rmsprop.momentum", Some(Method::Adam)), Some(false));
        assert_eq!(rho(&values), Some(0.9));
        use_defaults(&mut values, Method::RmsProp);
        assert_eq!((rho(&values), rate(&values, Method::RmsProp)), (Some(0.99), 0.01));
    }

    /// Every dialect's defaults can be put on the sliders, and every end of a slider is allowed.
    #[test]
    fn sliders_hold_every_default_and_only_allowed_values() {
        for method in Method::ALL {
            for d in method.dialects() {
                let mut values = values();
                let _ = values.set(&id(method, "dialect"), d.id());
                use_defaults(&mut values, method);
                let optimizer = optimizer(&values, method).unwrap();
                for p in method.parameters(d) {
                    assert_eq!(optimizer.parameter(p.id), p.default(d), "{method:?} {d:?} {}", p.id);
                    let control = id(method, p.id);
                    let control = values.controls().iter().find(|c| c.id == control.as_str()).unwrap();
                    if let Kind::Slider { min, max, .. } = control.kind {
                        assert!(p.domain.contains(min) && p.domain.contains(max), "{}", control.id);
                    }
                }
            }
        }
    }

    #[test]
    fn no_two_methods_look_alike() {
        for (i, a) in Method::ALL.iter().enumerate() {
            for b in &Method::ALL[..i] {
                assert_ne!(look(*a), look(*b), "{a:?} {b:?}");
            }
        }
    }
}
