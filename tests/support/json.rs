//! Reading fields of the oracle files, with a message where one is missing.

use serde_json::{Map, Value};

/// A field that must be there.
pub fn field<'a>(value: &'a Value, name: &str) -> Result<&'a Value, String> {
    value.get(name).ok_or_else(|| format!("cannot run: no field {name}"))
}

/// A text that must be there.
pub fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    field(value, name)?.as_str().ok_or_else(|| format!("cannot run: {name} is no text"))
}

/// A number that must be there.
pub fn number(value: &Value, name: &str) -> Result<f64, String> {
    field(value, name)?.as_f64().ok_or_else(|| format!("cannot run: {name} is no number"))
}

/// A list that must be there.
pub fn list<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], String> {
    Ok(field(value, name)?.as_array().ok_or_else(|| format!("cannot run: {name} is no list"))?)
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Result<Vec<f64>, String> {
    let all = value.as_array().and_then(|entries| entries.iter().map(Value::as_f64).collect());
    all.ok_or_else(|| "cannot run: not a list of numbers".into())
}

/// Exactly N numbers, in the field `name`.
pub fn array<const N: usize>(value: &Value, name: &str) -> Result<[f64; N], String> {
    let entries = numbers(field(value, name)?)?;
    entries.try_into().map_err(|_| format!("cannot run: {name} does not hold {N} numbers"))
}

/// Hyper-parameters that are taken out as they are understood, so that none is passed over.
pub struct Given(pub Map<String, Value>);

impl Given {
    /// A number, if it is given.
    pub fn number(&mut self, name: &str) -> Result<Option<f64>, String> {
        let Some(value) = self.0.remove(name).filter(|v| !v.is_null()) else { return Ok(None) };
        value.as_f64().map(Some).ok_or_else(|| format!("cannot run: {name} is no number"))
    }

    /// Whether it is on.
    pub fn flag(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some_and(|v| v.as_bool() == Some(true) || v.as_f64().is_some_and(|x| x != 0.0))
    }

    /// A text, if it is given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        Some(self.0.remove(name)?.as_str()?.to_string())
    }

    /// Nothing is left but what is off.
    pub fn nothing_left(self) -> Result<(), String> {
        let on = |v: &Value| !v.is_null() && *v != Value::Bool(false);
        let names: Vec<&String> = self.0.iter().filter(|(_, v)| on(v)).map(|(name, _)| name).collect();
        if names.is_empty() { Ok(()) } else { Err(format!("cannot run: unknown hyper-parameters {names:?}")) }
    }
}
