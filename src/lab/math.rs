//! A formula with numbers in it, as a small tree that the page turns into MathML node by node.

use crate::figure::Ink;
use crate::phrase::number;

/// A number without what is left of a zero when numbers of this size are added and rounded.
pub fn tidied(x: f64, size: f64) -> f64 {
    if x.abs() <= 4.0 * f64::EPSILON * size { 0.0 } else { x }
}

/// Eigenvalues of H to be read: a zero is a zero. Of a diagonal H they are exact.
pub fn tidied_eigenvalues(lambda: [f64; 2], hessian: [[f64; 2]; 2]) -> [f64; 2] {
    let largest = lambda[0].abs().max(lambda[1].abs());
    lambda.map(|l| tidied(l, if hessian[0][1] == 0.0 { 0.0 } else { largest }))
}

/// A piece of mathematics. Text inside is plain text, never markup.
#[derive(Clone, Debug, PartialEq)]
pub enum Math {
    /// Pieces side by side.
    Row(Vec<Math>),
    /// An identifier: `w`, `λ`.
    Id(String),
    /// A number, already formatted.
    Number(String),
    /// An operator, bracket or comma.
    Op(&'static str),
    /// Base and subscript.
    Sub(Box<Math>, Box<Math>),
    /// Base and superscript.
    Sup(Box<Math>, Box<Math>),
    /// A matrix, row by row.
    Matrix(Vec<Vec<Math>>),
    /// A gap between two statements on one line.
    Space,
    /// A piece in a colour.
    Ink(Ink, Box<Math>),
}

impl Math {
    /// An identifier.
    #[inline(never)]
    pub fn id(text: impl Into<String>) -> Math {
        Math::Id(text.into())
    }

    /// A number with three significant digits.
    pub fn number(value: f64) -> Math {
        Math::Number(number(value, 3))
    }

    /// An identifier with a subscript.
    #[inline(never)]
    pub fn sub(base: &str, below: &str) -> Math {
        Math::Sub(Box::new(Math::id(base)), Box::new(Math::id(below)))
    }

    /// `name = value`.
    #[inline(never)]
    pub fn equals(name: Math, value: Math) -> Math {
        Math::Row(vec![name, Math::Op("="), value])
    }

    /// ‖inner‖.
    #[inline(never)]
    pub fn norm(inner: Math) -> Math {
        Math::Row(vec![Math::Op("‖"), inner, Math::Op("‖")])
    }

    /// (a, b).
    #[inline(never)]
    pub fn pair(a: f64, b: f64) -> Math {
        Math::Row(vec![Math::Op("("), Math::number(a), Math::Op(","), Math::number(b), Math::Op(")")])
    }

    /// The same text without markup, for exports and tests: `H = [0 −2; −2 0]`.
    pub fn plain(&self) -> String {
        match self {
            Math::Row(parts) => parts.iter().map(Math::plain).collect(),
            Math::Id(text) | Math::Number(text) => text.clone(),
            Math::Op(op) => match *op {
                "," => ", ".into(),
                "=" => " = ".into(),
                other => other.into(),
            },
            Math::Sub(base, below) => format!("{}_{}", base.plain(), below.plain()),
            Math::Sup(base, above) => format!("{}^{}", base.plain(), above.plain()),
            Math::Matrix(rows) => {
                let rows: Vec<String> = rows
                    .iter()
                    .map(|row| row.iter().map(Math::plain).collect::<Vec<_>>().join(" "))
                    .collect();
                format!("[{}]", rows.join("; "))
            }
            Math::Space => "   ".into(),
            Math::Ink(_, inner) => inner.plain(),
        }
    }
}
