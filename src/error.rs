//! The one error type. An error has a stable code, the place in the text it is about where there is one, and
//! arguments; its words live in `www/text/*.json` under `error.<code>`.

use crate::decimal::shortest;
use crate::phrase::{Arg, Phrase};
use std::fmt;
use std::ops::Range;

/// What went wrong, by a stable code such as `formula.unexpected-token`.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    code: &'static str,
    span: Option<Range<usize>>,
    args: Vec<(&'static str, Arg)>,
}

/// The result of a fallible function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with this code and nothing more.
    #[inline(never)]
    pub fn new(code: &'static str) -> Self {
        Self { code, span: None, args: Vec::new() }
    }

    /// The same error, about the characters `span` (counted in Unicode scalar values) of the text that was given.
    #[must_use]
    #[inline(never)]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same error with an argument for its words.
    #[must_use]
    #[inline(never)]
    pub fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.args.push((name, arg));
        self
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The place in the text, in characters.
    pub fn span(&self) -> Option<Range<usize>> {
        self.span.clone()
    }

    /// The words for it: the key `error.<code>`, with the arguments and, where there is a place, `position`
    /// (counted from 1).
    pub fn phrase(&self) -> Phrase {
        let mut phrase = Phrase { key: format!("error.{}", self.code).into(), args: self.args.clone() };
        if let Some(span) = &self.span {
            phrase.args.push(("position", Arg::Count(span.start as i64 + 1)));
        }
        phrase
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        if let Some(span) = &self.span {
            write!(f, " at character {}", span.start + 1)?;
        }
        for (name, arg) in &self.args {
            match arg {
                Arg::Number(value, _) => write!(f, ", {name} {}", shortest(*value))?,
                Arg::Count(count) => write!(f, ", {name} {count}")?,
                Arg::Point([x, y], _) => write!(f, ", {name} ({}, {})", shortest(*x), shortest(*y))?,
                Arg::Text(text) => write!(f, ", {name} {text}")?,
                Arg::Phrase(phrase) => write!(f, ", {name} {}", phrase.key)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
