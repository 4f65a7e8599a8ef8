//! A formula as a tree: for errors and display. Numbers are computed by the [`Tape`](super::Tape) made from it.

use crate::decimal::shortest;
use std::borrow::Cow;

/// A formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number, not negative.
    Number(f64),
    /// π or e.
    Constant(Constant),
    /// Variable number i: 0 for w₁, 1 for w₂.
    Variable(usize),
    /// −a.
    Neg(Box<Expr>),
    /// a ∘ b.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// f(a) or f(a, b).
    Call(Function, Vec<Expr>),
}

/// A named constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    /// π.
    Pi,
    /// e.
    E,
}

impl Constant {
    /// Its value.
    pub fn value(self) -> f64 {
        match self {
            Constant::Pi => std::f64::consts::PI,
            Constant::E => std::f64::consts::E,
        }
    }

    /// Its sign in mathematics.
    pub fn symbol(self) -> &'static str {
        match self {
            Constant::Pi => "π",
            Constant::E => "e",
        }
    }
}

/// An operation on two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// a + b.
    Add,
    /// a − b.
    Sub,
    /// a·b.
    Mul,
    /// a/b.
    Div,
    /// aᵇ.
    Pow,
}

/// A named function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// eˣ.
    Exp,
    /// Natural logarithm.
    Log,
    /// √x.
    Sqrt,
    /// |x|.
    Abs,
    /// Hyperbolic tangent.
    Tanh,
    /// 1/(1 + e⁻ˣ).
    Sigmoid,
    /// max(x, 0).
    Relu,
    /// log(1 + eˣ).
    Softplus,
    /// The larger of two.
    Max,
    /// The smaller of two.
    Min,
}

impl Function {
    /// All of them.
    pub const ALL: [Function; 13] = [
        Function::Sin,
        Function::Cos,
        Function::Tan,
        Function::Exp,
        Function::Log,
        Function::Sqrt,
        Function::Abs,
        Function::Tanh,
        Function::Sigmoid,
        Function::Relu,
        Function::Softplus,
        Function::Max,
        Function::Min,
    ];

    /// The name it is typed by.
    pub fn name(self) -> &'static str {
        match self {
            Function::Sin => "sin",
            Function::Cos => "cos",
            Function::Tan => "tan",
            Function::Exp => "exp",
            Function::Log => "log",
            Function::Sqrt => "sqrt",
            Function::Abs => "abs",
            Function::Tanh => "tanh",
            Function::Sigmoid => "sigmoid",
            Function::Relu => "relu",
            Function::Softplus => "softplus",
            Function::Max => "max",
            Function::Min => "min",
        }
    }

    /// How many arguments it takes.
    pub fn arguments(self) -> usize {
        if matches!(self, Function::Max | Function::Min) { 2 } else { 1 }
    }
}

impl Expr {
    /// A number of either sign.
    pub fn number(value: f64) -> Expr {
        if value.is_sign_negative() && value != 0.0 {
            Expr::Neg(Box::new(Expr::Number(-value)))
        } else {
            Expr::Number(value.abs())
        }
    }

    /// a ∘ b.
    pub fn binary(operation: Binary, a: Expr, b: Expr) -> Expr {
        Expr::Binary(operation, Box::new(a), Box::new(b))
    }

    /// The same formula without what the values of parameters leave behind: 1·a is a, 0·a is 0, a + 0 is a, and
    /// a − (−2)·b is a + 2·b. Meant for landscapes, whose parts are defined wherever they are looked at; a typed
    /// formula stays as it is.
    pub(super) fn tidied(self) -> Expr {
        let is = |e: &Expr, value: f64| *e == Expr::Number(value);
        match self {
            Expr::Binary(operation, a, b) => {
                let (a, b) = (a.tidied(), b.tidied());
                match operation {
                    Binary::Mul if is(&a, 0.0) || is(&b, 0.0) => Expr::Number(0.0),
                    Binary::Mul if is(&a, 1.0) => b,
                    Binary::Mul | Binary::Div | Binary::Pow if is(&b, 1.0) => a,
                    Binary::Div if is(&a, 0.0) => a,
                    Binary::Add if is(&a, 0.0) => b,
                    Binary::Add | Binary::Sub if is(&b, 0.0) => a,
                    Binary::Sub if is(&a, 0.0) => match b.unsigned() {
                        (true, size) => size,
                        (false, size) => Expr::Neg(Box::new(size)),
                    },
                    Binary::Add | Binary::Sub => {
                        let (negative, size) = b.unsigned();
                        let add = (operation == Binary::Add) != negative;
                        Expr::binary(if add { Binary::Add } else { Binary::Sub }, a, size)
                    }
                    _ => Expr::binary(operation, a, b),
                }
            }
            Expr::Neg(a) => match a.tidied() {
                Expr::Neg(b) => *b,
                zero @ Expr::Number(0.0) => zero,
                other => Expr::Neg(Box::new(other)),
            },
            Expr::Call(function, arguments) => {
                let arguments: Vec<Expr> = arguments.into_iter().map(Expr::tidied).collect();
                match (function, arguments.first()) {
                    (Function::Cos, Some(Expr::Number(0.0))) => Expr::Number(1.0),
                    (Function::Sin, Some(Expr::Number(0.0))) => Expr::Number(0.0),
                    _ => Expr::Call(function, arguments),
                }
            }
            other => other,
        }
    }

    /// Whether it begins with a minus sign, and what stands behind it.
    fn unsigned(self) -> (bool, Expr) {
        match self {
            Expr::Neg(a) => (true, *a),
            Expr::Binary(operation @ (Binary::Mul | Binary::Div), a, b) => {
                let (negative, a) = a.unsigned();
                let product = Expr::Binary(operation, Box::new(a), b);
                (negative, if negative { product.tidied() } else { product })
            }
            other => (false, other),
        }
    }

    /// How tightly it holds together where it stands in another formula: sums 1, products and signs 2, powers 4,
    /// everything else 5. An operand that holds less tightly than its place asks for stands in brackets.
    pub fn precedence(&self) -> u8 {
        match self {
            Expr::Binary(Binary::Add | Binary::Sub, ..) => 1,
            Expr::Binary(Binary::Mul | Binary::Div, ..) | Expr::Neg(_) => 2,
            Expr::Binary(Binary::Pow, ..) => 4,
            _ => 5,
        }
    }

    /// The formula as it can be typed, with these names for the variables, and no more brackets than it needs.
    ///
    /// Reading it again gives the same tree.
    pub fn text(&self, names: [&str; 2]) -> String {
        let mut out = String::new();
        self.write(names, 0, &mut out);
        out
    }

    fn write(&self, names: [&str; 2], least: u8, out: &mut String) {
        let brackets = self.precedence() < least;
        if brackets {
            out.push('(');
        }
        match self {
            Expr::Number(value) => out.push_str(&decimal(*value)),
            Expr::Constant(Constant::Pi) => out.push_str("pi"),
            Expr::Constant(Constant::E) => out.push('e'),
            Expr::Variable(i) => out.push_str(names.get(*i).copied().unwrap_or("?")),
            Expr::Neg(a) => {
                out.push('-');
                a.write(names, 4, out);
            }
            Expr::Binary(operation, a, b) => {
                // Left operand, sign, right operand: each with the tightness it needs to stay where it is.
                let (left, sign, right) = match operation {
                    Binary::Add => (1, "+", 2),
                    Binary::Sub => (1, "-", 2),
                    Binary::Mul => (2, "*", 3),
                    Binary::Div => (2, "/", 3),
                    Binary::Pow => (5, "^", 4),
                };
                // x+(-y) rather than x+-y, which would read back the same.
                let right = if matches!(**b, Expr::Neg(_)) { 5 } else { right };
                a.write(names, left, out);
                out.push_str(sign);
                b.write(names, right, out);
            }
            Expr::Call(function, arguments) => {
                out.push_str(function.name());
                for (i, argument) in arguments.iter().enumerate() {
                    out.push(if i == 0 { '(' } else { ',' });
                    argument.write(names, 0, out);
                }
                out.push(')');
            }
        }
        if brackets {
            out.push(')');
        }
    }
}

/// A number, not negative, as it can be typed: the shortest decimal that reads back the same.
pub(super) fn decimal(value: f64) -> Cow<'static, str> {
    shortest(value).into()
}
