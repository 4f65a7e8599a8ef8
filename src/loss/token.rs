//! Formulas, first stage: from characters to tokens.

use super::expr::{Constant, Function};
use crate::decimal::parse;
use crate::error::{Error, Result};
use crate::phrase::Arg;
use std::ops::Range;

/// A token and its place, in characters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    Constant(Constant),
    /// Variable number i.
    Variable(usize),
    /// Parameter number i of a landscape.
    Parameter(usize),
    Function(Function),
    /// One of `+ - * / ^ ( ) ,`.
    Sign(char),
    /// A raised whole number: x².
    Raised(f64),
    End,
}

/// How many characters a formula may have.
pub(super) const LONGEST: usize = 1_000;

/// Cuts a formula into tokens, the last one [`Kind::End`]. `parameters` are names that stand for numbers.
pub(super) fn tokens(text: &str, parameters: &[&str]) -> Result<Vec<Token>> {
    let chars: Vec<char> = text.chars().take(LONGEST + 1).map(plain).collect();
    if chars.len() > LONGEST {
        return Err(Error::new("formula.too-long")
            .at(LONGEST..LONGEST + 1)
            .with("limit", Arg::Count(LONGEST as i64))
            .with("found", Arg::Count(text.chars().count() as i64)));
    }
    let mut lexer = Lexer { chars: &chars, at: 0, parameters, out: Vec::new() };
    while lexer.at < chars.len() {
        lexer.next()?;
    }
    if lexer.out.is_empty() {
        return Err(Error::new("formula.empty").at(0..chars.len()));
    }
    let end = chars.len();
    lexer.out.push(Token { kind: Kind::End, span: end..end });
    Ok(lexer.out)
}

/// Full-width letters, digits and signs of Chinese keyboards as their plain forms, and the signs of printed mathematics
/// as those that are typed.
fn plain(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    match c {
        '·' | '×' | '∙' | '⋅' => '*',
        '÷' => '/',
        '\u{2212}' | '\u{2013}' => '-',
        'ϑ' => 'θ',
        '₁' => '1',
        '₂' => '2',
        other => other,
    }
}

fn raised(c: char) -> Option<f64> {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|r| r == c).map(|d| d as f64)
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    parameters: &'a [&'a str],
    out: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.out.push(Token { kind, span: start..self.at });
    }

    fn slice(&self, range: Range<usize>) -> String {
        self.chars.get(range).unwrap_or(&[]).iter().collect()
    }

    fn next(&mut self) -> Result<()> {
        let start = self.at;
        let Some(c) = self.peek(0) else { return Ok(()) };
        if c.is_whitespace() {
            self.at += 1;
            return Ok(());
        }
        if c.is_ascii_digit() || (c == '.' && self.peek(1).is_some_and(|d| d.is_ascii_digit())) {
            return self.number();
        }
        if c.is_alphabetic() || c == '_' {
            return self.names();
        }
        if raised(c).is_some() || c == '⁻' {
            return self.raised_number();
        }
        self.at += 1;
        match c {
            '*' if self.peek(0) == Some('*') => {
                self.at += 1;
                Err(Error::new("formula.double-star").at(start..self.at))
            }
            '+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' => {
                self.push(Kind::Sign(c), start);
                Ok(())
            }
            '|' => Err(Error::new("formula.bars").at(start..self.at)),
            _ => Err(Error::new("formula.unexpected-character")
                .at(start..self.at)
                .with("found", Arg::Text(c.into()))),
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek(0).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    /// Digits with a point somewhere, then perhaps e, a sign and digits.
    fn number(&mut self) -> Result<()> {
        let start = self.at;
        let before = self.digits();
        if self.peek(0) == Some('.') {
            self.at += 1;
            if !self.digits() && !before {
                return Err(Error::new("formula.bad-number")
                    .at(start..self.at)
                    .with("found", Arg::Text(self.slice(start..self.at))));
            }
        }
        // 2exp(x) is a product; every other letter e after digits belongs to the number.
        if matches!(self.peek(0), Some('e' | 'E'))
            && !(self.peek(1) == Some('x') && self.peek(2) == Some('p'))
        {
            self.at += 1;
            if matches!(self.peek(0), Some('+' | '-')) {
                self.at += 1;
            }
            if !self.digits() {
                return Err(Error::new("formula.bad-exponent")
                    .at(start..self.at)
                    .with("found", Arg::Text(self.slice(start..self.at))));
            }
        }
        let text = self.slice(start..self.at);
        match parse(&text) {
            Some(value) if value.is_finite() => {
                self.push(Kind::Number(value), start);
                Ok(())
            }
            _ => {
                Err(Error::new("formula.number-too-large").at(start..self.at).with("found", Arg::Text(text)))
            }
        }
    }

    /// A run of letters: one or more names side by side, each the longest that fits.
    fn names(&mut self) -> Result<()> {
        let run = self.at;
        while let Some(c) = self.peek(0).filter(|c| c.is_alphabetic() || *c == '_') {
            let start = self.at;
            let Some((kind, length)) = self.name() else {
                // The whole word stands in the message, so that `sinn` is not called "unknown name n".
                let mut end = start;
                while self.chars.get(end).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                    end += 1;
                }
                let word = self.slice(run..end.max(start + 1));
                return Err(Error::new("formula.unknown-name")
                    .at(run..end.max(start + 1))
                    .with("found", Arg::Text(if word.is_empty() { c.into() } else { word })));
            };
            self.at += length;
            self.push(kind, start);
        }
        Ok(())
    }

    /// The longest name that starts here, and its length.
    fn name(&self) -> Option<(Kind, usize)> {
        let starts = |name: &str| name.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c));
        let mut best: Option<(Kind, usize)> = None;
        let mut offer = |kind: Kind, name: &str, length: usize| {
            if starts(name) && best.is_none_or(|(_, l)| length > l) {
                best = Some((kind, length));
            }
        };
        for (i, name) in self.parameters.iter().enumerate() {
            offer(Kind::Parameter(i), name, name.len());
        }
        for function in Function::ALL {
            offer(Kind::Function(function), function.name(), function.name().len());
        }
        offer(Kind::Function(Function::Log), "ln", 2);
        offer(Kind::Constant(Constant::Pi), "pi", 2);
        offer(Kind::Constant(Constant::Pi), "π", 1);
        offer(Kind::Constant(Constant::E), "e", 1);
        offer(Kind::Variable(0), "x", 1);
        offer(Kind::Variable(1), "y", 1);
        // w1, w_1, θ1, θ_1, theta1, theta_1, each with 1 or 2.
        for (stem, length) in [("w", 1), ("θ", 1), ("theta", 5)] {
            for (kind, tail) in [
                (Kind::Variable(0), "1"),
                (Kind::Variable(1), "2"),
                (Kind::Variable(0), "_1"),
                (Kind::Variable(1), "_2"),
            ] {
                let mut name = String::from(stem);
                name.push_str(tail);
                offer(kind, &name, length + tail.len());
            }
        }
        best
    }

    /// Raised digits, perhaps with a sign.
    fn raised_number(&mut self) -> Result<()> {
        let start = self.at;
        let sign = if self.peek(0) == Some('⁻') { -1.0 } else { 1.0 };
        if sign < 0.0 {
            self.at += 1;
        }
        let mut value = None;
        while let Some(digit) = self.peek(0).and_then(raised) {
            value = Some(value.unwrap_or(0.0) * 10.0 + digit);
            self.at += 1;
        }
        match value {
            Some(value) if value < 1e9 => {
                self.push(Kind::Raised(sign * value), start);
                Ok(())
            }
            _ => Err(Error::new("formula.bad-exponent")
                .at(start..self.at)
                .with("found", Arg::Text(self.slice(start..self.at)))),
        }
    }
}
