//! The controls of the lab `moving-average`, and the series that they describe.

use super::{Control, Kind, Value, Values};
use crate::decimal::parse;
use crate::error::{Error, Result};
use crate::optimizer::Noise;
use crate::phrase::Arg;

/// The kinds of series.
const SERIES: &[&str] = &["constant", "step", "sine", "walk", "pasted"];
/// Most characters of pasted numbers, and most numbers.
const CHARACTERS: usize = 20_000;
const NUMBERS: usize = 2_000;
/// Steps of a generated series, and the step on show, in the opening state.
const OPENING: [f64; 2] = [60.0, 10.0];
/// What is pasted in before anyone pastes.
const PASTED: &str = "2.1 1.8 2.4 2.0 1.7 2.2 1.9 2.3 2.0 2.1 4.9 5.2 5.1 4.8 5.0 5.3 4.9 5.1 5.0 4.9";

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let [steps, _] = OPENING;
    vec![
        basic("decay", Kind::linear(0.0, 0.999, 0.001, 0.9)),
        basic("series", Kind::Choice { options: SERIES, default: 0 }),
        basic("numbers", Kind::Text { default: PASTED, limit: CHARACTERS }),
        basic("sigma", Kind::linear(0.0, 2.0, 0.05, 0.3)),
        more("seed", Kind::Seed { default: 1 }),
        more("steps", Kind::linear(10.0, 500.0, 1.0, steps)),
        basic("t", at_kind(steps as usize)),
        more("beta2", Kind::linear(0.0, 0.9999, 0.0001, 0.999)),
    ]
}

/// The step on show, of so many.
pub fn at_kind(steps: usize) -> Kind {
    let max = steps.max(2) as f64;
    let default = OPENING[1].min(max);
    Kind::linear(1.0, max, 1.0, default)
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    let pasted = values.choice("series") == "pasted";
    match control {
        "numbers" => pasted,
        "sigma" | "steps" => !pasted,
        "seed" => !pasted && values.number("sigma") > 0.0,
        _ => true,
    }
}

/// The series x(1), x(2), … that the values describe.
pub fn series(values: &Values) -> Vec<f64> {
    let kind = values.choice("series");
    if kind == "pasted" {
        return numbers(values.formula("numbers")).unwrap_or_default();
    }
    let steps = values.number("steps").round() as usize;
    let sigma = values.number("sigma");
    let seed = if let Some(Value::Seed(seed)) = values.get("seed") { *seed } else { 0 };
    let noise = Noise { sigma, seed };
    let mut walk = 1.0;
    let mut out = Vec::with_capacity(steps);
    for t in 0..steps {
        let shock = noise.at(t as u64, 0);
        let share = t as f64 / steps as f64;
        walk += shock;
        out.push(match kind {
            "step" => shock + if share < 0.5 { 1.0 } else { 3.0 },
            "sine" => shock + 1.0 + (2.0 * std::f64::consts::TAU * share).sin(),
            "walk" => walk,
            _ => shock + 1.0,
        });
    }
    out
}

/// Reads numbers with blanks, commas, semicolons or ends of lines between them.
///
/// # Errors
///
/// `numbers.not-a-number` with the place of the first word that is none, `numbers.count` for fewer than two or too many.
pub fn numbers(text: &str) -> Result<Vec<f64>> {
    let mut out = Vec::new();
    let words =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty());
    for word in words {
        let value = parse(&word.replace('\u{2212}', "-")).filter(|x| x.abs() <= 1e100);
        let Some(value) = value else {
            return Err(Error::new("numbers.not-a-number")
                .with("place", Arg::Count(out.len() as i64 + 1))
                .with("given", Arg::Text(word.chars().take(40).collect())));
        };
        out.push(value);
    }
    if (2..=NUMBERS).contains(&out.len()) {
        Ok(out)
    } else {
        Err(Error::new("numbers.count")
            .with("found", Arg::Count(out.len() as i64))
            .with("limit", Arg::Count(NUMBERS as i64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_numbers_are_read_or_refused_with_the_place() {
        assert_eq!(numbers("1, 2.5;\u{2212}3\r\n4e-1\t5").unwrap(), [1.0, 2.5, -3.0, 0.4, 5.0]);
        for (text, code, place) in [
            ("1 2 x 4", "numbers.not-a-number", "3"),
            ("1 =SUM(A1) 2", "numbers.not-a-number", "2"),
            ("<b>1</b>", "numbers.not-a-number", "1"),
            ("1 2 inf", "numbers.not-a-number", "3"),
            ("1 2 1e999", "numbers.not-a-number", "3"),
            ("", "numbers.count", "0"),
            ("7", "numbers.count", "1"),
        ] {
            let error = numbers(text).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            let first = error.phrase().args.into_iter().find(|(name, _)| matches!(*name, "place" | "found"));
            assert_eq!(first.unwrap().1, Arg::Count(place.parse().unwrap()), "{text}");
        }
        assert_eq!(numbers(&"1 ".repeat(3_000)).unwrap_err().code(), "numbers.count");
    }
}
