//! Predict first: a lab asks, hides the answer until there is a guess, and says whether that was right. For labs with the
//! controls `predict` and `guess`, whose first option means that there is no guess yet.

use super::control::Value;
use super::values::Values;
use crate::phrase::Phrase;

/// No guess yet.
const NONE: &str = "none";

/// Whether the guess is still to be made.
pub fn waits(values: &Values) -> bool {
    values.choice("guess") == NONE
}

/// Whether the answer is hidden.
pub fn hidden(values: &Values) -> bool {
    values.is_on("predict") && waits(values)
}

/// A new question wants a new guess.
pub fn ask(values: &mut Values) {
    values.put("guess", Value::Choice(NONE));
}

/// The reason for the answer, with whether the guess was right.
pub fn judged(values: &Values, answer: &str, reason: Phrase) -> Phrase {
    judged_of(values, &[answer], reason)
}

/// The same where several answers are right.
pub fn judged_of(values: &Values, answers: &[&str], reason: Phrase) -> Phrase {
    let right = answers.contains(&values.choice("guess"));
    Phrase::new(if right { "verdict.guess.right" } else { "verdict.guess.wrong" }).phrase("reason", reason)
}
