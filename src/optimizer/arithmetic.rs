//! The arithmetic of a step: the lines of its equation, with the numbers that went into them.
//!
//! A line reads `symbol = expression`, like an assignment: on its right a symbol stands for its value before the step
//! until a line has assigned it. Operators are + − · / ^ ², √ of a symbol or parenthesis, and sign, abs, max, min, clip
//! and `pick(σ, a, b, c)` (a, b or c for σ < 0, = 0, > 0); ∇L, H, V and B stand for what is not done coordinate by
//! coordinate.

use super::Optimizer;
use super::state::State;
use crate::phrase::number;

/// One line of the equation, for one coordinate.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What is assigned: g, m, ŝ, Δ …
    pub symbol: String,
    /// The right side, in order.
    pub pieces: Vec<Piece>,
    /// The value assigned.
    pub value: f64,
}

/// A piece of a right side.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Operators, numbers and functions, as they stand.
    Text(String),
    /// A symbol and its value.
    Symbol(String, f64),
}

impl Line {
    /// The right side in symbols: `β₁·m + (1 − β₁)·g`.
    pub fn formula(&self) -> String {
        self.pieces
            .iter()
            .map(|p| match p {
                Piece::Text(s) | Piece::Symbol(s, _) => s.as_str(),
            })
            .collect()
    }

    /// The right side in numbers of `digits` significant digits, negative ones in parentheses: `0.9·0.5 + (1 − 0.9)·(−2)`.
    pub fn numbers(&self, digits: usize) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Symbol(_, value) => {
                    let text = number(*value, digits);
                    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
                    out.push_str(if plain { "" } else { "(" });
                    out.push_str(&text);
                    out.push_str(if plain { "" } else { ")" });
                }
            }
        }
        out
    }
}

impl Optimizer {
    /// The lines of the equation, as it reads at the last step taken (before the first: as it will read then).
    pub fn lines(&self) -> Vec<String> {
        (self.method.recipe().lines)(self.dialect, &self.values, self.state.t.max(1))
    }

    /// The arithmetic of the last step on coordinate i (on eigenvector i for λ, c and a of Newton's methods), which
    /// began at `theta` in the state `before`.
    pub fn arithmetic(&self, before: &State, theta: &[f64], i: usize) -> Vec<Line> {
        let lines = self.lines();
        let mut out: Vec<Line> = Vec::with_capacity(lines.len());
        let assigned = |line: &String| line.split_once(" = ").map(|(left, _)| left.to_string());
        let all: Vec<String> = lines.iter().filter_map(assigned).collect();
        for line in &lines {
            let Some((left, right)) = line.split_once(" = ") else { continue };
            let mut pieces = Vec::new();
            for word in words(right) {
                let stale = all.iter().any(|s| s == word) && !out.iter().any(|l| l.symbol == word);
                let state = if stale { before } else { &self.state };
                let value = match word {
                    "θ" => theta.get(i).copied(),
                    _ => value_of(state, word, i).or_else(|| self.by_symbol(word)),
                };
                match (value, pieces.last_mut()) {
                    (Some(value), _) => pieces.push(Piece::Symbol(word.into(), value)),
                    (None, Some(Piece::Text(text))) => text.push_str(word),
                    (None, _) => pieces.push(Piece::Text(word.into())),
                }
            }
            let value = value_of(&self.state, left, i).unwrap_or(f64::NAN);
            out.push(Line { symbol: left.into(), pieces, value });
        }
        out
    }

    /// A parameter's value by its symbol.
    fn by_symbol(&self, symbol: &str) -> Option<f64> {
        let table = self.method.recipe().parameters.iter().zip(self.values);
        table
            .into_iter()
            .find(|(p, _)| p.symbol == symbol && p.default(self.dialect).is_some())
            .map(|(_, v)| v)
    }
}

fn value_of(state: &State, symbol: &str, i: usize) -> Option<f64> {
    let scalar = state.scalars().find(|(s, _)| *s == symbol).map(|(_, v)| v);
    scalar.or_else(|| state.vector(symbol)?.get(i).copied())
}

/// The text cut into names (letters with their indices and hats) and what lies between, in order and complete.
fn words(text: &str) -> Vec<&str> {
    let within =
        |c: char| (c.is_alphanumeric() && c != '²') || matches!(c, '\u{302}' | '₊' | '₋' | '∞' | '.');
    let mut out = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        if last.is_some_and(|l| l != within(c)) {
            out.extend(text.get(start..at));
            start = at;
        }
        last = Some(within(c));
    }
    out.extend(text.get(start..));
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, Method};
    use super::*;
    use crate::loss::Loss;

    /// A small calculator for the grammar of the lines, over the pieces of one.
    struct Calculator<'a>(Vec<(&'a str, Option<f64>)>, usize);

    impl<'a> Calculator<'a> {
        fn of(line: &'a Line) -> Self {
            let mut tokens = Vec::new();
            for piece in &line.pieces {
                match piece {
                    Piece::Symbol(name, value) => tokens.push((name.as_str(), Some(*value))),
                    Piece::Text(text) => {
                        for word in words(text) {
                            if word.chars().all(|c| c.is_alphanumeric() || c == '.') && word != "²" {
                                tokens.push((word, word.parse().ok()));
                            } else {
                                let ends = word.char_indices().map(|(i, c)| (i, i + c.len_utf8()));
                                tokens.extend(
                                    ends.map(|(a, b)| (&word[a..b], None)).filter(|(t, _)| *t != " "),
                                );
                            }
                        }
                    }
                }
            }
            Calculator(tokens, 0)
        }

        fn peek(&self) -> &'a str {
            self.0.get(self.1).map_or("", |t| t.0)
        }

        fn take(&mut self, text: &str) -> bool {
            let hit = self.peek() == text && self.0[self.1].1.is_none();
            self.1 += usize::from(hit);
            hit
        }

        fn sum(&mut self) -> f64 {
            let mut x = if self.take("−") { -self.product() } else { self.product() };
            loop {
                if self.take("+") {
                    x += self.product();
                } else if self.take("−") {
                    x -= self.product();
                } else {
                    return x;
                }
            }
        }

        fn product(&mut self) -> f64 {
            let mut x = self.power();
            loop {
                if self.take("·") {
                    x *= self.power();
                } else if self.take("/") {
                    x /= self.power();
                } else {
                    return x;
                }
            }
        }

        fn power(&mut self) -> f64 {
            let x = self.atom();
            if self.take("²") {
                x * x
            } else if self.take("^") {
                x.powf(self.atom())
            } else {
                x
            }
        }

        fn atom(&mut self) -> f64 {
            if self.take("√") {
                return self.atom().sqrt();
            }
            if self.take("−") {
                return -self.atom();
            }
            if self.take("(") {
                let x = self.sum();
                assert!(self.take(")"), "a parenthesis stays open before {}", self.peek());
                return x;
            }
            let (name, value) = self.0[self.1];
            self.1 += 1;
            if let Some(value) = value {
                return value;
            }
            assert!(self.take("("), "{name} has no value");
            let mut arguments = vec![self.sum()];
            while self.take(",") {
                arguments.push(self.sum());
            }
            assert!(self.take(")"));
            match (name, arguments.as_slice()) {
                ("sign", &[0.0]) => 0.0,
                ("sign", [x]) => x.signum(),
                ("abs", [x]) => x.abs(),
                ("max", &[a, b]) => a.max(b),
                ("min", &[a, b]) => a.min(b),
                ("clip", &[x, a, b]) => x.max(a).min(b),
                ("pick", &[s, a, b, c]) => {
                    if s < 0.0 {
                        a
                    } else if s == 0.0 {
                        b
                    } else {
                        c
                    }
                }
                _ => panic!("unknown function {name}"),
            }
        }
    }

    #[test]
    fn words_keep_every_character() {
        let text = "−η·m̂/(√ŝ + ε) + ρ∞·β₁^t − g²";
        assert_eq!(words(text).concat(), text);
        assert!(words(text).contains(&"m̂") && words(text).contains(&"ρ∞") && words(text).contains(&"g"));
    }

    /// Every option at once and one by one, on a slope and next to a maximum: the lines, done by the calculator on the
    /// numbers shown, give what the method has in its state.
    #[test]
    fn the_lines_shown_give_the_numbers_shown() {
        let loss = Loss::parse("(x^2+y-11)^2+(x+y^2-7)^2").unwrap();
        let (mut checked, mut bent) = (0, 0);
        for method in Method::ALL {
            for dialect in method.dialects() {
                let flip = |value: f64, id: &str| match id {
                    "weight-decay" => 0.1,
                    "dampening" | "rate-decay" | "initial-accumulator" | "epsilon-root" => 0.25,
                    "momentum" => 0.8,
                    "epsilon" => 0.01,
                    _ => 1.0 - value,
                };
                let changed: Vec<(&str, f64)> = method
                    .parameters(dialect)
                    .filter(|p| p.default(dialect) == Some(0.0) || p.domain == super::super::Domain::Flag)
                    .map(|p| (p.id, flip(p.default(dialect).unwrap(), p.id)))
                    .collect();
                let mut sets: Vec<Vec<(&str, f64)>> = changed.iter().map(|&c| vec![c]).collect();
                sets.extend([vec![], changed]);
                for (set, start) in sets.iter().flat_map(|s| [(s, [0.5, -0.3]), (s, [-0.2708, -0.923])]) {
                    let mut optimizer = Optimizer::new(method, dialect, set, 2).unwrap();
                    let mut theta = start;
                    for _ in 0..9 {
                        let (before, start) = (optimizer.state().clone(), theta);
                        optimizer.advance(&mut &loss, &mut theta, 0.01.into());
                        bent += usize::from(value_of(optimizer.state(), "λ₋", 0).is_some_and(|l| l < 0.0));
                        for i in 0..2 {
                            for line in optimizer.arithmetic(&before, &start, i) {
                                assert!(line.value.is_finite(), "{method:?} {dialect:?} {line:?}");
                                if line.formula().contains(['∇', 'H', 'V', 'B', 'Σ']) {
                                    continue;
                                }
                                let mut calculator = Calculator::of(&line);
                                let (got, want) = (calculator.sum(), line.value);
                                let whole = calculator.1 == calculator.0.len();
                                let near = (got - want).abs() <= 1e-10 * want.abs().max(1e-3);
                                let text = line.formula();
                                assert!(
                                    whole && near,
                                    "{method:?} {dialect:?} {set:?} {text}: {got}, not {want}"
                                );
                                checked += 1;
                            }
                        }
                    }
                }
            }
        }
        assert!(
            checked > 10_000 && bent > 0,
            "only {checked} lines checked, {bent} along negative curvature"
        );
    }

    #[test]
    fn numbers_stand_where_symbols_stood() {
        let mut optimizer = Optimizer::new(Method::AveragedMomentum, Dialect::Notes, &[], 2).unwrap();
        let before = optimizer.state().clone();
        optimizer.step(&mut &Loss::notes(), &[0.5, 1.0], 0.1.into());
        let lines = optimizer.arithmetic(&before, &[0.5, 1.0], 0);
        assert_eq!(lines[1].formula(), "β·m + (1 − β)·g");
        assert_eq!(lines[1].numbers(3), "0.9·0 + (1 − 0.9)·(−1)");
        assert!((lines[1].value + 0.1).abs() < 1e-16);
    }
}
