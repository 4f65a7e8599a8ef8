//! The numbers that methods and schedules take: which dialect has which, their ranges and defaults.

use crate::error::{Error, Result};
use crate::phrase::{Arg, number};

/// Whose form of an equation is meant. The lecture notes and the frameworks write the same method differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The lecture notes, their slips put right; the original paper's form where the notes give none.
    Notes,
    /// PyTorch 2 (`torch.optim`).
    Pytorch,
    /// Keras 3 (`keras.optimizers`).
    Keras,
    /// optax 0.2.
    Optax,
}

impl Dialect {
    /// Every dialect, in the order of [`Parameter::defaults`].
    pub const ALL: [Dialect; 4] = [Dialect::Notes, Dialect::Pytorch, Dialect::Keras, Dialect::Optax];

    /// The stable name: `notes`, `pytorch`, `keras`, `optax`.
    pub fn id(self) -> &'static str {
        match self {
            Dialect::Notes => "notes",
            Dialect::Pytorch => "pytorch",
            Dialect::Keras => "keras",
            Dialect::Optax => "optax",
        }
    }

    /// The dialect of this name.
    pub fn from_id(id: &str) -> Option<Dialect> {
        Self::ALL.into_iter().find(|d| d.id() == id)
    }
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// From the first to the second number, both included.
    Closed(f64, f64),
    /// From the first number, included, to the second, excluded.
    HalfOpen(f64, f64),
    /// Whole numbers from the first to the second, both included.
    Whole(f64, f64),
    /// 0 (off) or 1 (on).
    Flag,
}

impl Domain {
    /// Least and greatest value; of [`Domain::HalfOpen`] the greatest is not itself allowed.
    pub fn limits(self) -> [f64; 2] {
        match self {
            Domain::Closed(a, b) | Domain::HalfOpen(a, b) | Domain::Whole(a, b) => [a, b],
            Domain::Flag => [0.0, 1.0],
        }
    }

    /// Whether a value is allowed. NaN never is.
    pub fn contains(self, value: f64) -> bool {
        match self {
            Domain::Closed(a, b) => a <= value && value <= b,
            Domain::HalfOpen(a, b) => a <= value && value < b,
            Domain::Whole(a, b) => a <= value && value <= b && value.fract() == 0.0,
            Domain::Flag => value == 0.0 || value == 1.0,
        }
    }
}

/// A number that a method or a schedule takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// The stable name, such as `beta1`.
    pub id: &'static str,
    /// The symbol that formulas use, such as β₁; empty for a [`Domain::Flag`], which chooses a formula.
    pub symbol: &'static str,
    /// The values allowed.
    pub domain: Domain,
    /// The default of each dialect, in the order of [`Dialect::ALL`]; `None` where the dialect has no such parameter.
    pub defaults: [Option<f64>; 4],
    /// What takes its place where the dialect has none.
    pub neutral: f64,
}

impl Parameter {
    /// The default in a dialect; `None` where the dialect has no such parameter.
    pub fn default(&self, dialect: Dialect) -> Option<f64> {
        let [notes, pytorch, keras, optax] = self.defaults;
        match dialect {
            Dialect::Notes => notes,
            Dialect::Pytorch => pytorch,
            Dialect::Keras => keras,
            Dialect::Optax => optax,
        }
    }
}

/// A parameter that is neutral at 0, as the tables of the methods write it.
pub(super) const fn parameter(
    id: &'static str,
    symbol: &'static str,
    domain: Domain,
    defaults: [Option<f64>; 4],
) -> Parameter {
    Parameter { id, symbol, domain, defaults, neutral: 0.0 }
}

/// How many parameters a method or schedule may have.
pub(super) const SLOTS: usize = 10;

/// The values of all parameters, in the order of the table, neutral ones included.
pub(super) type Values = [f64; SLOTS];

/// The values for a table of parameters in a dialect: the given ones checked, the others by default.
///
/// # Errors
///
/// `optimizer.parameter` with `name`, `value` and `range`; `optimizer.unknown-parameter` with `name`.
pub(super) fn values(table: &[Parameter], dialect: Dialect, given: &[(&str, f64)]) -> Result<Values> {
    let mut values = [0.0; SLOTS];
    for (slot, parameter) in values.iter_mut().zip(table) {
        *slot = parameter.default(dialect).unwrap_or(parameter.neutral);
    }
    for &(id, value) in given {
        let known = table.iter().position(|p| p.id == id && p.default(dialect).is_some());
        let Some((parameter, slot)) = known.and_then(|i| table.get(i).zip(values.get_mut(i))) else {
            return Err(Error::new("optimizer.unknown-parameter").with("name", Arg::Text(id.into())));
        };
        if !parameter.domain.contains(value) {
            return Err(Error::new("optimizer.parameter")
                .with("name", Arg::Text(id.into()))
                .with("value", Arg::Number(value, 6))
                .with("range", Arg::Text(range(parameter.domain))));
        }
        *slot = value;
    }
    Ok(values)
}

/// The allowed values in the usual notation, the same in every language: `[0, 1)`, `{0, 1}`, `1…100`.
fn range(domain: Domain) -> String {
    let [a, b] = domain.limits();
    let (before, between, after) = match domain {
        Domain::Closed(..) => ("[", ", ", "]"),
        Domain::HalfOpen(..) => ("[", ", ", ")"),
        Domain::Whole(..) => ("", "…", ""),
        Domain::Flag => ("{", ", ", "}"),
    };
    [before, &number(a, 6), between, &number(b, 6), after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Parameter; 2] = [
        parameter("beta", "β", Domain::HalfOpen(0.0, 1.0), [Some(0.9), None, Some(0.8), None]),
        parameter("on", "", Domain::Flag, [None, Some(1.0), None, None]),
    ];

    #[test]
    fn defaults_belong_to_the_dialect() {
        assert_eq!(values(&TABLE, Dialect::Notes, &[]).unwrap()[..2], [0.9, 0.0]);
        assert_eq!(values(&TABLE, Dialect::Pytorch, &[]).unwrap()[..2], [0.0, 1.0]);
        assert_eq!(values(&TABLE, Dialect::Keras, &[("beta", 0.5)]).unwrap()[..2], [0.5, 0.0]);
    }

    #[test]
    fn a_bad_value_is_named_with_its_range() {
        let error = values(&TABLE, Dialect::Notes, &[("beta", 1.0)]).unwrap_err();
        assert_eq!(error.code(), "optimizer.parameter");
        assert_eq!(error.to_string(), "optimizer.parameter, name beta, value 1, range [0, 1)");
        assert!(values(&TABLE, Dialect::Notes, &[("beta", f64::NAN)]).is_err());
        let error = values(&TABLE, Dialect::Pytorch, &[("beta", 0.5)]).unwrap_err();
        assert_eq!(error.code(), "optimizer.unknown-parameter", "PyTorch has no beta in this table");
        assert!(values(&TABLE, Dialect::Pytorch, &[("on", 0.5)]).is_err());
    }
}
