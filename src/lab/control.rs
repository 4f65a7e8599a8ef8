//! Controls: what can be set in a lab, declared once. This one table makes the sliders, the attributes, the
//! permalink, the tables of the documentation and the space that the fuzz tests draw from.

use super::link::{LINKED, encode};
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
    fn read(&self, text: &str) -> (Option<Value>, Option<Error>) {
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

/// The declared controls of a lab with their present values.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    controls: Vec<Control>,
    values: Vec<Value>,
}

impl Values {
    /// All at their defaults.
    pub fn new(controls: Vec<Control>) -> Self {
        let values = controls.iter().map(|c| c.kind.default_value()).collect();
        Self { controls, values }
    }

    /// The declared controls, in order.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    fn index(&self, id: &str) -> Option<usize> {
        self.controls.iter().position(|c| c.id == id)
    }

    /// The present value of a control.
    pub fn get(&self, id: &str) -> Option<&Value> {
        self.values.get(self.index(id)?)
    }

    /// The number of a slider, NaN if there is no such slider.
    #[inline(never)]
    pub fn number(&self, id: &str) -> f64 {
        if let Some(Value::Number(x)) = self.get(id) { *x } else { f64::NAN }
    }

    /// The word of a choice, empty if there is no such choice.
    #[inline(never)]
    pub fn choice(&self, id: &str) -> &'static str {
        if let Some(Value::Choice(option)) = self.get(id) { option } else { "" }
    }

    /// Whether a toggle is on.
    #[inline(never)]
    pub fn is_on(&self, id: &str) -> bool {
        matches!(self.get(id), Some(Value::Toggle(true)))
    }

    /// The text of a formula or of a longer text, empty if there is none.
    #[inline(never)]
    pub fn formula(&self, id: &str) -> &str {
        if let Some(Value::Text(text)) = self.get(id) { text } else { "" }
    }

    /// A point, NaN if there is none.
    #[inline(never)]
    pub fn point(&self, id: &str) -> [f64; 2] {
        if let Some(Value::Point(p)) = self.get(id) { *p } else { [f64::NAN; 2] }
    }

    /// Whether a control is not at its default.
    pub fn is_moved(&self, id: &str) -> bool {
        let index = self.index(id);
        let control = index.and_then(|i| self.controls.get(i));
        control.zip(self.get(id)).is_some_and(|(c, value)| *value != c.kind.default_value())
    }

    /// Reads a value from text and keeps it.
    ///
    /// # Errors
    ///
    /// A warning: the value was clamped to its range (`control.clamped`, `control.point-clamped`), or ignored because
    /// the control is unknown or the text is no value of it.
    pub fn set(&mut self, id: &str, text: &str) -> Result<(), Error> {
        let unknown = || {
            let names: Vec<&str> = self.controls.iter().map(|c| c.id.as_ref()).collect();
            Error::new("control.unknown")
                .with("given", Arg::Text(id.chars().take(40).collect()))
                .with("allowed", Arg::Text(names.join(", ")))
        };
        let index = self.index(id).ok_or_else(unknown)?;
        let control = self.controls.get(index).ok_or_else(unknown)?;
        let (value, warning) = control.kind.read(text);
        if let (Some(value), Some(slot)) = (value, self.values.get_mut(index)) {
            *slot = value;
        }
        match warning {
            Some(warning) => Err(warning.with("control", Arg::Text(id.into()))),
            None => Ok(()),
        }
    }

    /// Keeps a value that the lab itself computed: a dragged point, a dial. Values of another kind are ignored;
    /// numbers and points are clamped to their range, and ignored when not finite.
    pub fn put(&mut self, id: &str, value: Value) {
        let Some(index) = self.index(id) else { return };
        let (Some(control), Some(slot)) = (self.controls.get(index), self.values.get_mut(index)) else {
            return;
        };
        match (&control.kind, value) {
            (Kind::Slider { min, max, .. }, Value::Number(x)) if x.is_finite() => {
                *slot = Value::Number(x.clamp(*min, *max));
            }
            (Kind::Point { limits, .. }, Value::Point(p)) if p[0].is_finite() && p[1].is_finite() => {
                *slot = Value::Point(limits.clamp(p));
            }
            (Kind::Choice { options, .. }, Value::Choice(option)) if options.contains(&option) => {
                *slot = Value::Choice(option);
            }
            (Kind::Toggle { .. }, value @ Value::Toggle(_))
            | (Kind::Formula { .. } | Kind::Text { .. }, value @ Value::Text(_))
            | (Kind::Seed { .. }, value @ Value::Seed(_)) => *slot = value,
            _ => {}
        }
    }

    /// Declares another range and default for a control (a loss brings its own domain and start) and puts it there.
    pub fn declare(&mut self, id: &str, kind: Kind) {
        let Some(index) = self.index(id) else { return };
        if let (Some(control), Some(slot)) = (self.controls.get_mut(index), self.values.get_mut(index)) {
            *slot = kind.default_value();
            control.kind = kind;
        }
    }

    /// Every control back at its default.
    pub fn reset(&mut self) {
        self.values = self.controls.iter().map(|c| c.kind.default_value()).collect();
    }

    /// `key=value&key=value` in declared order, defaults left out, everything unusual percent-encoded.
    pub fn state(&self) -> String {
        self.pairs_of(usize::MAX)
    }

    /// As [`Values::state`], without texts that are too long for an address.
    pub fn link(&self) -> String {
        self.pairs_of(LINKED)
    }

    fn pairs_of(&self, longest: usize) -> String {
        let mut out = String::new();
        for (control, value) in self.controls.iter().zip(&self.values) {
            let long = matches!(value, Value::Text(text) if text.len() > longest);
            if *value != control.kind.default_value() && control.kind != Kind::Action && !long {
                if !out.is_empty() {
                    out.push('&');
                }
                out.push_str(&control.id);
                out.push('=');
                encode(&value.text(), &mut out);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::link::pairs;
    use super::*;

    fn some() -> Values {
        let slider =
            Kind::Slider { min: 0.001, max: 10.0, step: 0.1, scale: Scale::Log, default: 0.1, unit: "" };
        let view = View { x: [-2.0, 2.0], y: [-1.0, 1.0] };
        Values::new(vec![
            Control {
                id: "loss".into(),
                level: Level::Basic,
                kind: Kind::Formula { default: "x", presets: vec![] },
            },
            Control { id: "eta".into(), kind: slider, level: Level::Basic },
            Control {
                id: "at".into(),
                kind: Kind::Point { default: [0.0, 0.0], limits: view },
                level: Level::Basic,
            },
            Control {
                id: "kind".into(),
                kind: Kind::Choice { options: &["a", "b"], default: 0 },
                level: Level::More,
            },
            Control { id: "go".into(), kind: Kind::Action, level: Level::More },
        ])
    }

    #[test]
    fn values_out_of_range_are_clamped_and_said() {
        let mut values = some();
        assert_eq!(values.set("eta", "1e9").unwrap_err().code(), "control.clamped");
        assert_eq!(values.number("eta"), 10.0);
        assert_eq!(values.set("eta", "NaN").unwrap_err().code(), "control.not-a-number");
        assert_eq!(values.number("eta"), 10.0);
        assert_eq!(values.set("at", "5,0.5").unwrap_err().code(), "control.point-clamped");
        assert_eq!(values.point("at"), [2.0, 0.5]);
        assert_eq!(values.set("kind", "c").unwrap_err().code(), "control.not-an-option");
        assert_eq!(values.set("<script>", "1").unwrap_err().code(), "control.unknown");
        assert_eq!(values.set("go", "1").unwrap_err().code(), "control.unknown");
    }

    #[test]
    fn a_state_comes_back_as_it_was() {
        let mut values = some();
        assert_eq!(values.state(), "");
        values.set("loss", "x^2 + 50% & <b>=1").unwrap();
        values.set("eta", "0.30000000000000004").unwrap();
        values.set("at", "-0.1,1e-7").unwrap();
        let state = values.state();
        assert!(!state.contains(['<', ' ', '"']), "{state}");
        let mut again = some();
        for (key, value) in pairs(&state) {
            again.set(&key, &value).unwrap();
        }
        assert_eq!(again, values);
    }

    #[test]
    fn slider_positions_and_values_belong_together() {
        let values = some();
        let kind = &values.controls()[1].kind;
        assert_eq!(kind.value_at(0.0), Some(0.001));
        assert_eq!(kind.value_at(1.0), Some(10.0));
        assert!((kind.position_of(0.1).unwrap() - 0.5).abs() < 1e-12);
        let linear =
            Kind::Slider { min: -2.0, max: 2.0, step: 0.1, scale: Scale::Linear, default: 0.0, unit: "" };
        assert_eq!(linear.value_at(0.575), Some(0.3));
    }
}
