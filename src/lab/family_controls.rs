//! The controls of the schedules, made from the tables that their families declare.
//!
//! | control | holds |
//! |---|---|
//! | `<family>.show` | whether it is drawn beside the chosen one |
//! | `<family>.dialect` | the dialect, where forms differ |
//! | `<family>.<parameter>` | a parameter of any of its dialects, but η₀, which all share |

use super::control::{Control, Kind, Level, Value};
use super::values::Values;
use crate::figure::{Dash, Ink, Shape, Stroke};
use crate::optimizer::{Dialect, Domain, Family, Parameter, Schedule};
use crate::phrase::{Phrase, number};

/// The ids of [`Family::ALL`], as the options of a choice.
pub const FAMILIES: &[&str] = &[
    "constant",
    "power-of-ten",
    "exponential",
    "step",
    "piecewise",
    "inverse-time",
    "polynomial",
    "cosine",
    "warm-restarts",
    "warm-up",
    "warm-up-cosine",
    "one-cycle",
    "cyclic",
];
const DIALECTS: &[&str] = &["pytorch", "keras"];

/// The controls of one family: whether it is shown, dialect, parameters.
pub fn controls(family: Family) -> Vec<Control> {
    let level = match family {
        Family::Piecewise | Family::Polynomial | Family::WarmUpCosine | Family::Cyclic => Level::More,
        _ => Level::Basic,
    };
    let show = Kind::Toggle { default: family == Family::Constant };
    let mut out = vec![Control { id: id(family, "show").into(), level, kind: show }];
    if family.dialects().len() > 1 {
        let kind = Kind::Choice { options: DIALECTS, default: 0 };
        out.push(Control { id: id(family, "dialect").into(), level: Level::Basic, kind });
    }
    let mut seen = vec!["rate"];
    for &dialect in family.dialects() {
        for parameter in family.parameters(dialect) {
            if !seen.contains(&parameter.id) {
                seen.push(parameter.id);
                let default = parameter.default(dialect).unwrap_or(parameter.neutral);
                let kind = kind(parameter, opening(family, parameter.id).unwrap_or(default));
                out.push(Control { id: id(family, parameter.id).into(), level: Level::Basic, kind });
            }
        }
    }
    out
}

/// Where the lab opens other than the family does: on runs of 400 steps that start near 0.15. The exponential one is the
/// notes' decay in TensorFlow's form, and so fast that it freezes.
fn opening(family: Family, parameter: &str) -> Option<f64> {
    Some(match (family, parameter) {
        (Family::Exponential, "factor") => 0.1,
        (Family::Exponential, "period") => 20.0,
        (Family::Polynomial | Family::Cosine | Family::OneCycle, "period") => 400.0,
        (Family::InverseTime, "period") => 20.0,
        (Family::WarmUp | Family::WarmUpCosine, "warm-up") | (Family::WarmUp, "period") => 50.0,
        (Family::WarmUpCosine, "period") => 350.0,
        (Family::Cyclic, "rate") => 0.02,
        (Family::Cyclic, "peak") => 0.18,
        _ => return None,
    })
}

/// How a parameter is set: the part of its domain that is worth trying.
fn kind(parameter: &Parameter, default: f64) -> Kind {
    let linear = |min, max, step| Kind::linear(min, max, step, default);
    let log = |min, max| Kind::log(min, max, default);
    match (parameter.id, parameter.domain) {
        (_, Domain::Flag) => Kind::Toggle { default: default != 0.0 },
        ("period" | "up" | "down", _) => linear(2.0, 1000.0, 1.0),
        ("boundary1" | "boundary2", _) => linear(0.0, 1000.0, 1.0),
        ("warm-up", Domain::Closed(least, _)) => linear(least, 500.0, 1.0),
        ("end-divisor", _) => log(1.0, 1e6),
        ("start-divisor", _) => linear(1.0, 100.0, 1.0),
        ("period-factor", _) => linear(1.0, 4.0, 0.1),
        ("power", _) => linear(0.0, 5.0, 0.1),
        ("rate2" | "rate3" | "end" | "target" | "peak", _) => linear(0.0, 1.0, 0.005),
        (_, Domain::HalfOpen(least, _)) => linear(least, 0.999, 0.001),
        (_, Domain::Closed(least, most)) if most <= 1.0 => linear(least, most, 0.01),
        ("factor", Domain::Closed(_, most)) if most > 10.0 => linear(0.0, 10.0, 0.1),
        _ => linear(0.0, 2.0, 0.01),
    }
}

/// The dialect that the values choose for a family.
pub fn dialect(values: &Values, family: Family) -> Dialect {
    let chosen = Dialect::from_id(values.choice(&id(family, "dialect")));
    chosen.or(family.dialects().first().copied()).unwrap_or(Dialect::Notes)
}

/// The schedule that the values hold for a family, with η₀ = `rate`.
pub fn schedule(values: &Values, family: Family, rate: f64) -> Schedule {
    let dialect = dialect(values, family);
    let mut given = vec![("rate", rate)];
    given.extend(family.parameters(dialect).filter_map(|p| {
        let value = match values.get(&id(family, p.id))? {
            Value::Number(x) => *x,
            Value::Toggle(on) => f64::from(u8::from(*on)),
            _ => return None,
        };
        Some((p.id, value))
    }));
    // What a slider gives is inside the domain; should a table ever disagree, η₀ alone is better than nothing.
    Schedule::new(family, dialect, &given).unwrap_or_else(|_| Schedule::constant(rate))
}

/// Whether a family is drawn beside the chosen one.
pub fn is_shown(values: &Values, family: Family) -> bool {
    values.is_on(&id(family, "show"))
}

/// The family and the rest of a control's id. `None` for other controls.
pub fn parts(control: &str) -> Option<(Family, &str)> {
    let (family, rest) = control.split_once('.')?;
    Some((Family::from_id(family)?, rest))
}

/// Whether a family's control applies while `chosen` is the one looked at. `None` for other controls.
pub fn shown(values: &Values, control: &str, chosen: Family) -> Option<bool> {
    let (family, rest) = parts(control)?;
    Some(match rest {
        // The chosen one is drawn anyway.
        "show" => family != chosen,
        "dialect" => family == chosen,
        _ => family == chosen && family.parameters(dialect(values, family)).any(|p| p.id == rest),
    })
}

/// The label of a family's control. `None` for other controls.
pub fn label(control: &str) -> Option<Phrase> {
    let (family, rest) = parts(control)?;
    Some(match rest {
        "show" => Phrase::new("control.beside").phrase("schedule", name(family)),
        "dialect" => Phrase::new("control.dialect"),
        parameter => Phrase::new(format!("parameter.{parameter}")),
    })
}

/// The label of an option that is a family. `None` for other options.
pub fn option(option: &str) -> Option<Phrase> {
    Family::from_id(option).map(name)
}

/// The name of a family.
pub fn name(family: Family) -> Phrase {
    Phrase::new(format!("schedule.{}", family.id()))
}

/// What stands beside its curve: its formula where that is short, else its name.
pub fn short(schedule: &Schedule) -> Phrase {
    let value = |id| number(schedule.parameter(id).unwrap_or(f64::NAN), 3);
    match schedule.family() {
        Family::PowerOfTen => Phrase::verbatim(["10^(−t/", &value("period"), ")"].concat()),
        Family::Exponential => Phrase::verbatim([&value("factor"), "^(t/", &value("period"), ")"].concat()),
        family => name(family),
    }
}

/// Colour, pattern of the line, mark at its end and whether that is hollow, in the order of [`Family::ALL`].
const LOOKS: [(u8, Dash, Shape, bool); 13] = [
    (5, Dash::Solid, Shape::Dot, false),
    (2, Dash::Solid, Shape::Square, false),
    (1, Dash::Dashed, Shape::Square, true),
    (0, Dash::Solid, Shape::Dot, true),
    (3, Dash::Dashed, Shape::Dot, false),
    (4, Dash::Solid, Shape::Square, true),
    (6, Dash::Dashed, Shape::Dot, true),
    (3, Dash::Solid, Shape::Dot, false),
    (7, Dash::Solid, Shape::Square, false),
    (1, Dash::Solid, Shape::Dot, false),
    (0, Dash::Dashed, Shape::Square, false),
    (9, Dash::Solid, Shape::Square, true),
    (8, Dash::Dashed, Shape::Dot, true),
];

fn look(family: Family) -> (u8, Dash, Shape, bool) {
    let place = Family::ALL.iter().position(|f| *f == family).unwrap_or(0);
    LOOKS.get(place).copied().unwrap_or(LOOKS[0])
}

/// The line of a family, the same in every figure.
pub fn stroke(family: Family, width: f64) -> Stroke {
    let (ink, dash, ..) = look(family);
    Stroke { ink: Ink::Method(ink), width, dash }
}

/// The mark at the end of a family's line, and whether it is an outline.
pub fn mark(family: Family) -> (Shape, bool) {
    let (_, _, shape, hollow) = look(family);
    (shape, hollow)
}

fn id(family: Family, rest: &str) -> String {
    [family.id(), ".", rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::new(Family::ALL.into_iter().flat_map(controls).collect())
    }

    #[test]
    fn the_list_of_names_is_that_of_the_families() {
        assert!(Family::ALL.iter().map(|f| f.id()).eq(FAMILIES.iter().copied()));
        for family in Family::ALL.into_iter().filter(|f| f.dialects().len() > 1) {
            assert!(family.dialects().iter().map(|d| d.id()).eq(DIALECTS.iter().copied()), "{family:?}");
        }
    }

    /// What the sliders hold is what the schedule gets, and every end of a slider is allowed.
    #[test]
    fn every_parameter_reaches_its_schedule() {
        for family in Family::ALL {
            for &dialect in family.dialects() {
                for end in [0.0, 1.0] {
                    let mut values = values();
                    let _ = values.set(&id(family, "dialect"), dialect.id());
                    for control in controls(family) {
                        if let Some(x) = control.kind.value_at(end) {
                            values.put(&control.id, Value::Number(x));
                        }
                    }
                    let schedule = schedule(&values, family, 0.25);
                    assert_eq!(schedule.family(), family, "{dialect:?} {end}");
                    assert_eq!(schedule.dialect(), dialect);
                    assert_eq!(schedule.parameter("rate"), Some(0.25));
                    for p in family.parameters(dialect).skip(1).filter(|p| p.domain != Domain::Flag) {
                        let set = values.number(&id(family, p.id));
                        assert_eq!(schedule.parameter(p.id), Some(set), "{family:?} {}", p.id);
                    }
                }
            }
        }
    }

    #[test]
    fn no_two_families_look_alike() {
        for (i, a) in LOOKS.iter().enumerate() {
            assert!(!LOOKS[..i].contains(a), "{a:?}");
            assert!(!LOOKS[..i].iter().any(|b| (a.0, a.1) == (b.0, b.1)), "the lines alone differ: {a:?}");
        }
    }

    #[test]
    fn the_opening_exponential_is_the_notes_decay() {
        let schedule = schedule(&values(), Family::Exponential, 0.15);
        assert!((schedule.at(40.0).rate / 0.0015 - 1.0).abs() < 1e-12);
    }
}
