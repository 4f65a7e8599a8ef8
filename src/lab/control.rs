//! Controls: what can be set in a lab, declared once. This one table makes the sliders, the attributes, the
//! permalink, the tables of the documentation and the space that the fuzz tests draw from.

use crate::decimal::{self, shortest};
use crate::error::Error;
use crate::loss::View;
use crate::phrase::Arg;
use std::borrow::Cow;

/// One declared control.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Its name: attribute, key in the link, and text key `control.<id>`.
    pub id: Cow<'static, str>,
    /// What it holds, its range and default.
    pub kind: Kind,
    /// Whether it stands on the page at once or behind "more".
    pub level: Level,
}

/// How much a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Shown at once.
    Basic,
    /// One "more" away.
    More,
}

/// What a control holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number in a range.
    Slider {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
        /// What the slider's positions are multiples of (typed and linked values need not be); 0 for none.
        step: f64,
        /// How positions map to values.
        scale: Scale,
        /// Opening value.
        default: f64,
        /// Shown after the number: `°` or nothing.
        unit: &'static str,
    },
    /// One of several words.
    Choice {
        /// The words, as they stand in links.
        options: &'static [&'static str],
        /// Index of the opening one.
        default: usize,
    },
    /// On or off.
    Toggle {
        /// Opening value.
        default: bool,
    },
    /// A loss: the id of a landscape or a formula.
    Formula {
        /// Opening text.
        default: &'static str,
        /// The ids offered in a list.
        presets: Vec<&'static str>,
    },
    /// A point of the plane.
    Point {
        /// Opening value.
        default: [f64; 2],
        /// The rectangle it is clamped to.
        limits: View,
    },
    /// The seed of everything random.
    Seed {
        /// Opening value.
        default: u64,
    },
    /// A longer text, such as pasted data.
    Text {
        /// Opening text.
        default: &'static str,
        /// The most characters taken.
        limit: usize,
    },
    /// A button; it holds nothing.
    Action,
}

/// How the positions of a slider map to values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm; both ends positive.
    Log,
}

/// The present value of a control.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of a slider.
    Number(f64),
    /// Of a choice.
    Choice(&'static str),
    /// Of a toggle.
    Toggle(bool),
    /// Of a formula or a text.
    Text(String),
    /// Of a point.
    Point([f64; 2]),
    /// Of a seed.
    Seed(u64),
    /// Of an action.
    Nothing,
}

impl Kind {
    /// A slider without a unit, evenly spaced.
    #[inline(never)]
    pub fn linear(min: f64, max: f64, step: f64, default: f64) -> Kind {
        Kind::Slider { min, max, step, scale: Scale::Linear, default, unit: "" }
    }

    /// A slider without a unit, over decades.
    #[inline(never)]
    pub fn log(min: f64, max: f64, default: f64) -> Kind {
        Kind::Slider { min, max, step: 0.0, scale: Scale::Log, default, unit: "" }
    }

    /// The opening value.
    pub fn default_value(&self) -> Value {
        match self {
            Kind::Slider { default, .. } => Value::Number(*default),
            Kind::Choice { options, default } => Value::Choice(options.get(*default).copied().unwrap_or("")),
            Kind::Toggle { default } => Value::Toggle(*default),
            Kind::Formula { default, .. } | Kind::Text { default, .. } => Value::Text((*default).into()),
            Kind::Point { default, .. } => Value::Point(*default),
            Kind::Seed { default } => Value::Seed(*default),
            Kind::Action => Value::Nothing,
        }
    }

    /// The value at a slider position from 0 to 1, on a multiple of the step.
    pub fn value_at(&self, position: f64) -> Option<f64> {
        let Kind::Slider { min, max, step, scale, .. } = *self else { return None };
        let t = if position.is_finite() { position.clamp(0.0, 1.0) } else { 0.0 };
        let raw = match scale {
            Scale::Linear => min + t * (max - min),
            Scale::Log => (min.ln() + t * (max.ln() - min.ln())).exp(),
        };
        let stepped = match scale {
            Scale::Linear if step > 0.0 => tidied((raw / step).round() * step),
            Scale::Linear => raw,
            Scale::Log => decimal::round(raw, 3),
        };
        Some(stepped.clamp(min, max))
    }

    /// The slider position, from 0 to 1, of a value.
    pub fn position_of(&self, value: f64) -> Option<f64> {
        let Kind::Slider { min, max, scale, .. } = *self else { return None };
        let t = match scale {
            Scale::Linear => (value - min) / (max - min),
            Scale::Log => (value.ln() - min.ln()) / (max.ln() - min.ln()),
        };
        Some(if t.is_finite() { t.clamp(0.0, 1.0) } else { 0.0 })
    }

    /// Reads a value from text, with the warning that goes with it.
    pub(super) fn read(&self, text: &str) -> (Option<Value>, Option<Error>) {
        let given = || Arg::Text(text.chars().take(40).collect());
        match self {
            Kind::Slider { min, max, .. } => match finite(text) {
                Some(x) if x < *min || x > *max => {
                    let warning = Error::new("control.clamped")
                        .with("given", given())
                        .with("min", Arg::Number(*min, 6))
                        .with("max", Arg::Number(*max, 6));
                    (Some(Value::Number(x.clamp(*min, *max))), Some(warning))
                }
                Some(x) => (Some(Value::Number(x)), None),
                None => (None, Some(Error::new("control.not-a-number").with("given", given()))),
            },
            Kind::Choice { options, .. } => match options.iter().find(|o| **o == text) {
                Some(option) => (Some(Value::Choice(option)), None),
                None => {
                    let allowed = Arg::Text(options.join(", "));
                    let warning = Error::new("control.not-an-option").with("given", given());
                    (None, Some(warning.with("allowed", allowed)))
                }
            },
            Kind::Toggle { .. } => match text {
                "" | "1" | "true" | "on" | "yes" => (Some(Value::Toggle(true)), None),
                "0" | "false" | "off" | "no" => (Some(Value::Toggle(false)), None),
                _ => {
                    let warning = Error::new("control.not-an-option").with("given", given());
                    (None, Some(warning.with("allowed", Arg::Text("on, off".into()))))
                }
            },
            Kind::Formula { .. } => (Some(Value::Text(text.into())), None),
            Kind::Text { limit, .. } => match text.chars().count() {
                n if n <= *limit => (Some(Value::Text(text.into())), None),
                n => {
                    let warning = Error::new("control.too-long").with("length", Arg::Count(n as i64));
                    (None, Some(warning.with("limit", Arg::Count(*limit as i64))))
                }
            },
            Kind::Point { limits, .. } => {
                let point = text.split_once(',').and_then(|(x, y)| Some([finite(x)?, finite(y)?]));
                match point {
                    Some(p) if !limits.contains(p) => {
                        let warning = Error::new("control.point-clamped")
                            .with("given", given())
                            .with("x", Arg::Point(limits.x, 6))
                            .with("y", Arg::Point(limits.y, 6));
                        (Some(Value::Point(limits.clamp(p))), Some(warning))
                    }
                    Some(p) => (Some(Value::Point(p)), None),
                    None => (None, Some(Error::new("control.not-a-point").with("given", given()))),
                }
            }
            Kind::Seed { .. } => match text.trim().parse() {
                Ok(seed) => (Some(Value::Seed(seed)), None),
                Err(_) => (None, Some(Error::new("control.not-a-number").with("given", given()))),
            },
            Kind::Action => (None, Some(Error::new("control.unknown").with("given", given()))),
        }
    }
}

fn finite(text: &str) -> Option<f64> {
    decimal::parse(&text.trim().replace('\u{2212}', "-")).filter(|x| x.is_finite())
}

/// Takes the rounding of `k * step` away again: 0.30000000000000004 → 0.3.
fn tidied(x: f64) -> f64 {
    decimal::parse(&decimal::fixed(x, 10)).unwrap_or(x)
}

impl Value {
    /// The value as it stands in attributes and links; numbers round-trip.
    pub fn text(&self) -> String {
        match self {
            Value::Number(x) => shortest(*x),
            Value::Choice(option) => (*option).into(),
            Value::Toggle(on) => if *on { "on" } else { "off" }.into(),
            Value::Text(text) => text.clone(),
            Value::Point([x, y]) => [&shortest(*x), ",", &shortest(*y)].concat(),
            Value::Seed(seed) => seed.to_string(),
            Value::Nothing => String::new(),
        }
    }
}

impl Control {
    /// A control that stands on the page at once.
    #[inline(never)]
    pub fn basic(id: &'static str, kind: Kind) -> Control {
        Control { id: id.into(), kind, level: Level::Basic }
    }

    /// A control behind "more".
    #[inline(never)]
    pub fn more(id: &'static str, kind: Kind) -> Control {
        Control { id: id.into(), kind, level: Level::More }
    }
}

/// Other numbers for some sliders of a list to open with, by their ids.
#[inline(never)]
pub fn open_at(all: &mut [Control], numbers: &[(&str, f64)]) {
    for (id, number) in numbers {
        if let Some(Control { kind: Kind::Slider { default, .. }, .. }) = all.iter_mut().find(|c| c.id == *id)
        {
            *default = *number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slider_positions_and_values_belong_together() {
        let kind = Kind::log(0.001, 10.0, 0.1);
        assert_eq!(kind.value_at(0.0), Some(0.001));
        assert_eq!(kind.value_at(1.0), Some(10.0));
        assert!((kind.position_of(0.1).unwrap() - 0.5).abs() < 1e-12);
        let linear = Kind::linear(-2.0, 2.0, 0.1, 0.0);
        assert_eq!(linear.value_at(0.575), Some(0.3));
    }
}
