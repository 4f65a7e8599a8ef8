//! The values of a lab's controls: read from text, kept in range, written as a link.

use super::control::{Control, Kind, Value};
use super::link::{LINKED, encode};
use crate::error::Error;
use crate::phrase::Arg;

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
    use super::super::control::{Level, Scale};
    use super::super::link::pairs;
    use super::*;
    use crate::loss::View;

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
}
