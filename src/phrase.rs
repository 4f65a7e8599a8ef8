//! Phrases: what a lab wants to say, as a text key with typed arguments, and the words that say it in a language.
//!
//! Labs, figures and errors never hold sentences. They hold a [`Phrase`]; [`Words`], read from `www/text/*.json` by
//! whoever starts the program, turns it into text. Patterns hold `{name}` where an argument goes.

use crate::decimal;
use crate::order::order;
use std::borrow::Cow;

/// A text key with named, typed arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// Key into the table of words, or empty for a phrase that is its one argument, verbatim.
    pub key: Cow<'static, str>,
    /// Arguments, by the names that the patterns use.
    pub args: Vec<(&'static str, Arg)>,
}

/// One argument of a [`Phrase`].
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// A number, shown by [`number`] with this many significant digits.
    Number(f64, usize),
    /// A whole number.
    Count(i64),
    /// A point or vector, shown as (a, b) with this many significant digits.
    Point([f64; 2], usize),
    /// Text that is the same in every language: a symbol, or what the user typed.
    Text(String),
    /// Another phrase.
    Phrase(Box<Phrase>),
}

impl Phrase {
    /// A phrase without arguments.
    #[inline(never)]
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    /// Text that is the same in every language, such as `w₁` or a formula.
    #[inline(never)]
    pub fn verbatim(text: impl Into<String>) -> Self {
        Self { key: Cow::Borrowed(""), args: vec![("", Arg::Text(text.into()))] }
    }

    /// The same phrase with one more argument.
    #[must_use]
    #[inline(never)]
    pub fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.args.push((name, arg));
        self
    }

    /// The same phrase with a number argument of three significant digits.
    #[must_use]
    #[inline(never)]
    pub fn number(self, name: &'static str, value: f64) -> Self {
        self.with(name, Arg::Number(value, 3))
    }

    /// The same phrase with a point argument of three significant digits.
    #[must_use]
    #[inline(never)]
    pub fn point(self, name: &'static str, value: [f64; 2]) -> Self {
        self.with(name, Arg::Point(value, 3))
    }

    /// The same phrase with another phrase as an argument.
    #[must_use]
    #[inline(never)]
    pub fn phrase(self, name: &'static str, value: Phrase) -> Self {
        self.with(name, Arg::Phrase(Box::new(value)))
    }
}

/// The words of one language: text keys to patterns, ordered by key.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<(String, String)>);

impl FromIterator<(String, String)> for Words {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let pairs: Vec<(String, String)> = pairs.into_iter().collect();
        let sorted = order(pairs.len(), &mut |a, b| pairs[a].0 < pairs[b].0);
        Self(sorted.into_iter().map(|at| pairs[at].clone()).collect())
    }
}

impl Words {
    /// The pattern of a key, if the language has it.
    pub fn pattern(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(own, _)| own.as_str().cmp(key)).ok()?;
        self.0.get(at).map(|(_, pattern)| pattern.as_str())
    }

    /// The text of a phrase. A key that the language lacks stands for itself, so that it can be seen and found.
    pub fn text(&self, phrase: &Phrase) -> String {
        if phrase.key.is_empty() {
            return phrase.args.iter().map(|(_, arg)| self.arg(arg)).collect();
        }
        let Some(pattern) = self.pattern(&phrase.key) else { return phrase.key.to_string() };
        let mut out = String::with_capacity(pattern.len() + 16);
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            match phrase.args.iter().find(|(n, _)| *n == name) {
                Some((_, arg)) => join(&mut out, &self.arg(arg), tail),
                None => {
                    out.push('{');
                    out.push_str(name);
                    out.push('}');
                }
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Number(value, digits) => number(*value, *digits),
            Arg::Count(count) => count.to_string().replace('-', "\u{2212}"),
            Arg::Point([x, y], digits) => {
                ["(", &number(*x, *digits), ", ", &number(*y, *digits), ")"].concat()
            }
            Arg::Text(text) => text.clone(),
            Arg::Phrase(phrase) => self.text(phrase),
        }
    }
}

/// Puts an argument into a text. Between a Latin name and a Chinese character stands a blank, whichever the argument
/// brings: `{method}的损失` is “Adam 的损失” and “动量法的损失”.
#[inline(never)]
fn join(out: &mut String, text: &str, after: &str) {
    let chinese = |c: char| ('\u{4e00}'..'\u{a000}').contains(&c);
    let latin = |c: char| c.is_ascii_alphanumeric() || matches!(c, 'α'..='ω' | '(' | ')');
    let apart = |left: Option<char>, right: Option<char>| match (left, right) {
        (Some(left), Some(right)) => chinese(left) && latin(right) || latin(left) && chinese(right),
        _ => false,
    };
    if apart(out.chars().next_back(), text.chars().next()) {
        out.push(' ');
    }
    out.push_str(text);
    if apart(text.chars().next_back(), after.chars().next()) {
        out.push(' ');
    }
}

/// A number for reading: `digits` significant digits, a true minus sign, no trailing zeros, and a power of ten where
/// the plain form would be long. Never more precise than it looks: 0 is shown only for exactly zero.
///
/// ```
/// use saddlescope::phrase::number;
/// assert_eq!(number(-2.0, 3), "−2");
/// assert_eq!(number(0.70710678, 3), "0.707");
/// assert_eq!(number(1.5e-7, 3), "1.5×10⁻⁷");
/// assert_eq!(number(123456.0, 3), "1.23×10⁵");
/// assert_eq!(number(f64::NAN, 3), "—");
/// ```
pub fn number(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "—".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞".into() } else { "\u{2212}∞".into() };
    }
    if value == 0.0 {
        return "0".into();
    }
    let count = digits.clamp(1, 17);
    let (mut figures, mut power) = decimal::digits(value, count, decimal::ALL);
    let long = !(-4..5).contains(&power);
    if power >= count as i32 && !long {
        // The whole part is shown in full.
        (figures, power) = decimal::digits(value, count.max(5), 0);
    }
    let point = if long { 0 } else { power };
    let text = decimal::plain(value < 0.0, figures.trim_end_matches('0'), point, 0).replace('-', "\u{2212}");
    if long { [&text, "×10", &superscript(power)].concat() } else { text }
}

/// A whole number in superscript: 10⁻³ has ⁻³.
pub fn superscript(value: i32) -> String {
    const DIGITS: [&str; 10] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];
    let digit = |c: u8| DIGITS.get(usize::from(c.wrapping_sub(b'0'))).copied().unwrap_or("⁻");
    value.to_string().bytes().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_filled_in_with_its_arguments() {
        let words: Words =
            [("a".to_string(), "at {p}: {v}{w}".to_string()), ("w".into(), "!".into())].into_iter().collect();
        let phrase = Phrase::new("a").point("p", [1.0, -0.5]).number("v", 2.0).phrase("w", Phrase::new("w"));
        assert_eq!(words.text(&phrase), "at (1, −0.5): 2!");
        assert_eq!(words.text(&Phrase::new("missing")), "missing");
        assert_eq!(words.text(&Phrase::verbatim("w₁ {x}")), "w₁ {x}");
    }

    #[test]
    fn a_latin_name_stands_apart_from_chinese_words() {
        let words: Words = [("a".to_string(), "只有{x}比{y}低".to_string())].into_iter().collect();
        let said = |x: &str, y: &str| {
            let [x, y] = [x, y].map(Phrase::verbatim);
            words.text(&Phrase::new("a").phrase("x", x).phrase("y", y))
        };
        assert_eq!(said("动量法", "Adam"), "只有动量法比 Adam 低");
        assert_eq!(said("η₀·10^(−t/r)", "（B）"), "只有 η₀·10^(−t/r) 比（B）低");
        assert_eq!(said("L-BFGS", "AMSGrad"), "只有 L-BFGS 比 AMSGrad 低");
    }

    #[test]
    fn numbers_are_short_and_honest() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (999.6, "1000"),
            (12345.0, "12345"),
            (0.00012, "0.00012"),
            (1e-5, "1×10⁻⁵"),
            (-1e20, "−1×10²⁰"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(number(value, 3), text, "{value}");
        }
    }
}
