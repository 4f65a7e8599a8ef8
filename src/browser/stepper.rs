//! Optimisers and schedules for scripts. A script's loss is a formula, or an object whose functions answer at the points
//! that a method asks about. `www/module.js` makes the class `Optimizer` and the function `schedule` of these.

use super::functions::{list, put};
use crate::error::Error;
use crate::loss::Loss;
use crate::optimizer::{Dialect, Family, Method, Optimizer, Oracle, Rate, Schedule};
use crate::phrase::Arg;
use js_sys::{Array, Function, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A formula, or an object of functions.
    #[wasm_bindgen(typescript_type = "LossLike")]
    pub type LossLike;
    /// Numbers and flags by their names.
    #[wasm_bindgen(typescript_type = "Record<string, number | boolean>")]
    pub type Parameters;
    /// What an optimizer remembers.
    #[wasm_bindgen(typescript_type = "OptimizerState")]
    pub type StateObject;
    /// A rate, and the momentum that goes with it.
    #[wasm_bindgen(typescript_type = "Rate")]
    pub type RateObject;
    /// A list of numbers.
    #[wasm_bindgen(typescript_type = "number[]")]
    pub type Numbers;
}

/// An optimizer with its state.
#[wasm_bindgen(skip_typescript)]
pub struct Stepper {
    optimizer: Optimizer,
}

/// A method in a dialect (the plainest where none is named), for so many variables.
///
/// # Errors
///
/// `optimizer.method`, `optimizer.dialect`, and as [`Optimizer::new`].
#[wasm_bindgen(skip_typescript)]
pub fn optimizer(
    method: &str,
    dialect: Option<String>,
    parameters: &Parameters,
    dimension: usize,
) -> Result<Stepper, JsError> {
    let chosen = Method::from_id(method)
        .ok_or_else(|| unknown("optimizer.method", method, &Method::ALL.map(Method::id)))?;
    let dialect = match dialect {
        Some(id) => Dialect::from_id(&id).ok_or_else(|| no_dialect(method, id))?,
        None => chosen.dialects().next().unwrap_or(Dialect::Notes),
    };
    let given = named(parameters);
    let given: Vec<(&str, f64)> = given.iter().map(|(name, x)| (name.as_str(), *x)).collect();
    Ok(Stepper { optimizer: Optimizer::new(chosen, dialect, &given, dimension)? })
}

#[wasm_bindgen]
impl Stepper {
    /// The rate that its dialect starts from.
    #[wasm_bindgen(getter, js_name = defaultRate)]
    pub fn default_rate(&self) -> f64 {
        self.optimizer.method().default_rate(self.optimizer.dialect()).unwrap_or(f64::NAN)
    }

    /// One step from θ: gives θ + Δ.
    ///
    /// # Errors
    ///
    /// `optimizer.point` for a θ of another length than the optimizer was made for; `formula.*`; `optimizer.oracle` where
    /// the script lacks a function that the method asks; what the script's own functions throw. After these the
    /// optimizer is as it was before the step.
    pub fn step(
        &mut self,
        loss: &LossLike,
        theta: Vec<f64>,
        rate: f64,
        momentum: Option<f64>,
    ) -> Result<Numbers, JsValue> {
        let mut theta = theta;
        let dimension = self.optimizer.dimension();
        if theta.len() != dimension {
            let count = |n: usize| Arg::Count(n as i64);
            let error = Error::new("optimizer.point").with("given", count(theta.len()));
            return Err(JsError::from(error.with("dimension", count(dimension))).into());
        }
        let rate = Rate { rate, momentum };
        if let Some(text) = loss.as_string() {
            let loss = Loss::parse(&text).map_err(JsError::from)?;
            self.optimizer.advance(&mut &loss, &mut theta, rate);
        } else {
            let before = self.optimizer.state().clone();
            let mut answers = Answers { source: loss, dimension, thrown: None };
            self.optimizer.advance(&mut answers, &mut theta, rate);
            if let Some(thrown) = answers.thrown {
                self.optimizer.restore(&before);
                return Err(thrown);
            }
        }
        Ok(list(&theta).unchecked_into())
    }

    /// What it remembers: `t`, and numbers and vectors by their symbols.
    pub fn state(&self) -> StateObject {
        let state = self.optimizer.state();
        let (scalars, vectors, out) = (Object::new(), Object::new(), Object::new());
        state.scalars().filter(|(symbol, _)| *symbol != "t").for_each(|(s, x)| put(&scalars, s, x.into()));
        state.vectors().for_each(|(symbol, vector)| put(&vectors, symbol, list(vector).into()));
        put(&out, "t", (state.t() as f64).into());
        put(&out, "scalars", scalars.into());
        put(&out, "vectors", vectors.into());
        out.unchecked_into()
    }
}

/// η, and the momentum where the schedule gives one, at step t.
///
/// # Errors
///
/// `schedule.family`, `optimizer.dialect` for a dialect that nothing has, and as [`Schedule::new`].
#[wasm_bindgen(js_name = scheduleAt, skip_typescript)]
pub fn schedule_at(
    family: &str,
    dialect: Option<String>,
    parameters: &Parameters,
    t: f64,
) -> Result<RateObject, JsError> {
    let chosen = Family::from_id(family)
        .ok_or_else(|| unknown("schedule.family", family, &Family::ALL.map(Family::id)))?;
    let dialect = match dialect {
        Some(id) => Dialect::from_id(&id).ok_or_else(|| no_dialect(family, id))?,
        None => chosen.dialects().first().copied().unwrap_or(Dialect::Notes),
    };
    let given = named(parameters);
    let given: Vec<(&str, f64)> = given.iter().map(|(name, x)| (name.as_str(), *x)).collect();
    let rate = Schedule::new(chosen, dialect, &given)?.at(t);
    let out = Object::new();
    put(&out, "rate", rate.rate.into());
    put(&out, "momentum", rate.momentum.map_or(JsValue::NULL, JsValue::from));
    Ok(out.unchecked_into())
}

fn unknown(code: &'static str, given: &str, allowed: &[&str]) -> Error {
    let error = Error::new(code).with("given", Arg::Text(given.chars().take(40).collect()));
    error.with("allowed", Arg::Text(allowed.join(", ")))
}

fn no_dialect(method: &str, dialect: String) -> Error {
    let error = Error::new("optimizer.dialect").with("method", Arg::Text(method.into()));
    error.with("dialect", Arg::Text(dialect))
}

/// The entries of an object; what is neither number nor flag is NaN, which no parameter takes.
fn named(parameters: &Parameters) -> Vec<(String, f64)> {
    let entry = |pair: JsValue| {
        let [name, value] = [0, 1].map(|i| Array::from(&pair).get(i));
        let flag = value.as_bool().map(|on| f64::from(u8::from(on)));
        (name.as_string().unwrap_or_default(), value.as_f64().or(flag).unwrap_or(f64::NAN))
    };
    Object::entries(parameters.unchecked_ref()).iter().map(entry).collect()
}

/// A script's functions as an oracle. What they throw is kept, and everything is NaN from then on.
struct Answers<'a> {
    source: &'a LossLike,
    dimension: usize,
    thrown: Option<JsValue>,
}

impl Answers<'_> {
    fn ask(&mut self, name: &str, at: &[f64]) -> JsValue {
        if self.thrown.is_some() {
            return JsValue::UNDEFINED;
        }
        let function = Reflect::get(self.source, &JsString::from(name));
        let answer = function
            .and_then(|f| f.dyn_into::<Function>().map_err(|_| missing(name)))
            .and_then(|f| f.call1(self.source, &list(at)));
        answer.unwrap_or_else(|thrown| {
            self.thrown = Some(thrown);
            JsValue::UNDEFINED
        })
    }

    fn fill(answer: &JsValue, out: &mut [f64]) {
        let numbers = if answer.is_object() { Array::from(answer).flat(1) } else { Array::new() };
        for (i, slot) in out.iter_mut().enumerate() {
            *slot = numbers.get(i as u32).as_f64().unwrap_or(f64::NAN);
        }
    }
}

fn missing(name: &str) -> JsValue {
    JsError::from(Error::new("optimizer.oracle").with("name", Arg::Text(name.into()))).into()
}

impl Oracle for Answers<'_> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        self.ask("value", at).as_f64().unwrap_or(f64::NAN)
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        Self::fill(&self.ask("gradient", at), out);
        f64::NAN
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        Self::fill(&self.ask("hessian", at), out);
    }
}
