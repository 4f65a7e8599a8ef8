//! Reading fields of the oracle files, with a message where one is missing.

use serde_json::Value;

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
