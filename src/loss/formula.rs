//! Typed formulas, from text to tree.
//!
//! # Grammar
//!
//! ```text
//! sum      = product { ("+" | "-") product }
//! product  = signed { ("*" | "/") signed | power }        a factor without a sign may follow without "*"
//! signed   = { "+" | "-" } power
//! power    = primary { raised digits } [ "^" signed ]      so ^ is right-associative, and −x² is −(x²)
//! primary  = number | constant | variable | "(" sum ")" | function "(" sum { "," sum } ")"
//! ```
//!
//! # What is accepted, and what is not
//!
//! Accepted: `2x`, `xy`, `2(x+1)`, `(x)(y)`, `x y`, `x(y)`, `e x`, `2exp(x)`, `+x`, `--x`, `x*-y`, `.5*x`, `1.*x`, `ln`
//! for `log` (both natural), `π`, `x²`, `x⁻¹`, `·`, `×`, `÷`, `−`, full-width signs and letters, and as variables
//! `w1` = `w_1` = `w₁` = `θ1` = `θ_1` = `θ₁` = `theta1` = `x`, likewise with 2 and `y`, in any mixture. `1/2x` is (1/2)x.
//! 0^0 is 1.
//!
//! Refused, each with its own code: `sin x` and `sin^2(x)` (a function needs its brackets: `sin(x)^2`), `x**2` (write ^),
//! `|x|` (write abs(x)), `2e` and `1e` (an exponent is missing; write 2*e), `1e400` (too large), `x2`, `2 3` and `(x)2` (a
//! number directly after something: a product needs * there, a power ^), names that are not known (`asin`, `z`) and
//! capital letters (`X`, `Sin`, `PI`).
//!
//! A formula has at most 1,000 characters and brackets nested at most 100 deep. It is never executed: text that is not a
//! formula is an error, whatever it holds.

use super::expr::{Binary, Expr, Function};
use super::token::{Kind, Token, tokens};
use crate::error::{Error, Result};
use crate::phrase::{Arg, Phrase};

/// How deep brackets may be nested.
const DEEPEST: usize = 100;

/// Reads a formula over two variables.
///
/// # Errors
///
/// The codes `formula.*`, with the place.
///
/// ```
/// use saddlescope::loss::{Expr, parse};
/// assert_eq!(parse("1/2x").unwrap().text(["x", "y"]), "1/2*x");
/// let error = parse("(1-w1*w2").unwrap_err();
/// assert_eq!((error.code(), error.span()), ("formula.missing-bracket", Some(8..8)));
/// ```
pub fn parse(text: &str) -> Result<Expr> {
    parse_with(text, &[], &[])
}

/// Reads a formula in which `names` stand for the numbers `values`.
pub(super) fn parse_with(text: &str, names: &[&str], values: &[f64]) -> Result<Expr> {
    let tokens = tokens(text, names)?;
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0, values };
    let tree = parser.sum()?;
    match parser.kind() {
        Kind::End => Ok(tree),
        Kind::Sign(')') => Err(parser.error("formula.unmatched-bracket")),
        _ => Err(parser.unexpected("formula.expected.operator")),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    values: &'a [f64],
}

impl Parser<'_> {
    fn kind(&self) -> Kind {
        self.tokens.get(self.at).map_or(Kind::End, |t| t.kind)
    }

    /// A token as it was typed, for messages.
    fn spelling(&self, token: Option<&Token>) -> Arg {
        let span = token.map_or(0..0, |t| t.span.clone());
        Arg::Text(self.text.chars().skip(span.start).take(span.len()).collect())
    }

    /// The token before the present one, if there is one.
    fn before(&self) -> Option<&Token> {
        self.tokens.get(self.at.checked_sub(1)?)
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.kind() == Kind::Sign(sign);
        self.at += usize::from(found);
        found
    }

    /// An error at the present token.
    fn error(&self, code: &'static str) -> Error {
        let span = self.tokens.get(self.at).or(self.tokens.last()).map_or(0..0, |t| t.span.clone());
        Error::new(code).at(span)
    }

    /// "Found this, expected that" at the present token.
    fn unexpected(&self, expected: &'static str) -> Error {
        let expected = Arg::Phrase(Box::new(Phrase::new(expected)));
        match self.kind() {
            Kind::End => self.error("formula.unexpected-end").with("expected", expected),
            _ => self
                .error("formula.unexpected-token")
                .with("found", self.spelling(self.tokens.get(self.at)))
                .with("expected", expected),
        }
    }

    fn sum(&mut self) -> Result<Expr> {
        let mut left = self.product()?;
        loop {
            let operation = if self.take('+') {
                Binary::Add
            } else if self.take('-') {
                Binary::Sub
            } else {
                return Ok(left);
            };
            left = Expr::binary(operation, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Expr> {
        let mut left = self.signed()?;
        loop {
            let (operation, right) = if self.take('*') {
                (Binary::Mul, self.signed()?)
            } else if self.take('/') {
                (Binary::Div, self.signed()?)
            } else {
                match self.kind() {
                    Kind::Number(_) => {
                        return Err(self
                            .error("formula.number-after")
                            .with("found", self.spelling(self.tokens.get(self.at)))
                            .with("after", self.spelling(self.before())));
                    }
                    Kind::Constant(_)
                    | Kind::Variable(_)
                    | Kind::Parameter(_)
                    | Kind::Function(_)
                    | Kind::Sign('(') => (Binary::Mul, self.power()?),
                    _ => return Ok(left),
                }
            };
            left = Expr::binary(operation, left, right);
        }
    }

    /// Signs in any number, counted rather than nested, then a power.
    fn signs(&mut self) -> bool {
        let mut negative = false;
        loop {
            if self.take('-') {
                negative = !negative;
            } else if !self.take('+') {
                return negative;
            }
        }
    }

    fn signed(&mut self) -> Result<Expr> {
        let negative = self.signs();
        let power = self.power()?;
        Ok(if negative { Expr::Neg(Box::new(power)) } else { power })
    }

    /// A tower of powers, read left to right and built from the top.
    fn power(&mut self) -> Result<Expr> {
        let mut tower = vec![(false, self.raised()?)];
        while self.take('^') {
            let negative = self.signs();
            tower.push((negative, self.raised()?));
        }
        let mut above: Option<Expr> = None;
        for (negative, base) in tower.into_iter().rev() {
            let power = match above {
                Some(exponent) => Expr::binary(Binary::Pow, base, exponent),
                None => base,
            };
            above = Some(if negative { Expr::Neg(Box::new(power)) } else { power });
        }
        above.ok_or_else(|| self.unexpected("formula.expected.operand"))
    }

    fn raised(&mut self) -> Result<Expr> {
        let mut base = self.primary()?;
        while let Kind::Raised(n) = self.kind() {
            self.at += 1;
            base = Expr::binary(Binary::Pow, base, Expr::number(n));
        }
        Ok(base)
    }

    fn primary(&mut self) -> Result<Expr> {
        let kind = self.kind();
        let tree = match kind {
            Kind::Number(value) => Expr::Number(value),
            Kind::Constant(constant) => Expr::Constant(constant),
            Kind::Variable(i) => Expr::Variable(i),
            Kind::Parameter(i) => Expr::number(self.values.get(i).copied().unwrap_or(f64::NAN)),
            Kind::Sign('(') => return self.bracketed(),
            Kind::Function(function) => return self.call(function),
            _ => return Err(self.unexpected("formula.expected.operand")),
        };
        self.at += 1;
        Ok(tree)
    }

    fn deeper(&mut self) -> Result<()> {
        if self.depth >= DEEPEST {
            return Err(self.error("formula.too-deep").with("limit", Arg::Count(DEEPEST as i64)));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        self.depth -= 1;
        if self.take(')') {
            return Ok(());
        }
        Err(match self.kind() {
            Kind::End => self.error("formula.missing-bracket"),
            _ => self.unexpected("formula.expected.close"),
        })
    }

    fn bracketed(&mut self) -> Result<Expr> {
        self.deeper()?;
        let inside = self.sum()?;
        self.close()?;
        Ok(inside)
    }

    fn call(&mut self, function: Function) -> Result<Expr> {
        let name = Arg::Text(function.name().into());
        let start = self.tokens.get(self.at).map_or(0, |t| t.span.start);
        self.at += 1;
        if self.kind() != Kind::Sign('(') {
            let end = self.before().map_or(start, |t| t.span.end);
            return Err(Error::new("formula.function-brackets").at(start..end).with("name", name));
        }
        self.deeper()?;
        let mut arguments = vec![self.sum()?];
        while self.take(',') {
            arguments.push(self.sum()?);
        }
        self.close()?;
        if arguments.len() != function.arguments() {
            let end = self.before().map_or(start, |t| t.span.end);
            return Err(Error::new("formula.argument-count")
                .at(start..end)
                .with("name", name)
                .with("expected", Arg::Count(function.arguments() as i64))
                .with("found", Arg::Count(arguments.len() as i64)));
        }
        Ok(Expr::Call(function, arguments))
    }
}

#[cfg(test)]
#[path = "formula_tests.rs"]
mod tests;
