//! Learning-rate schedules: pure functions of t, which counts from 0 (the first step uses η(0)).

use super::parameter::{Dialect, Domain, Parameter, Values, parameter, values};
use crate::error::{Error, Result};
use crate::phrase::Arg;
use std::f64::consts::PI;

/// What a schedule says about one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The learning rate η.
    pub rate: f64,
    /// The momentum (β or β₁) that the step is to use; `None` leaves the method its own.
    pub momentum: Option<f64>,
}

impl From<f64> for Rate {
    fn from(rate: f64) -> Self {
        Rate { rate, momentum: None }
    }
}

/// A family of schedules. With η₀ the rate at the start:
///
/// | family | η(t) |
/// |---|---|
/// | constant | η₀ |
/// | power of ten | η₀·10^(−t/r) |
/// | exponential | η₀·k^(t/r); staircase: ⌊t/r⌋ for t/r |
/// | step | η₀·γ^⌊t/r⌋ |
/// | piecewise | η₁ up to the first boundary (included, as in Keras), η₂ up to the second, then η₃ |
/// | inverse time | η₀/(1 + k·t/r); staircase: ⌊t/r⌋ for t/r |
/// | polynomial | (η₀ − η₁)·(1 − t/r)^p + η₁, then η₁; cycle: r grows to the next multiple that t has not passed |
/// | cosine | half a cosine from η₀ to the least rate. PyTorch: η₁ absolute, and it rises again after r; Keras: α·η₀, and it stays; after a linear warm-up to its target, if given |
/// | warm restarts | the cosine over and over, each period `period-factor` times as long (Keras also `height-factor` times as high) |
/// | linear warm-up | factor f₀ to f₁ of η₀ over r steps, then f₁·η₀ |
/// | warm-up and cosine | linear warm-up over w steps, then PyTorch's cosine |
/// | one-cycle | up to the peak and down to almost nothing (Smith and Topin 2018, as PyTorch's `OneCycleLR`), momentum the other way |
/// | cyclic | triangles between η₀ and a peak (Smith 2017, as PyTorch's `CyclicLR`) |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the table above says what each is")]
pub enum Family {
    Constant,
    PowerOfTen,
    Exponential,
    Step,
    Piecewise,
    InverseTime,
    Polynomial,
    Cosine,
    WarmRestarts,
    WarmUp,
    WarmUpCosine,
    OneCycle,
    Cyclic,
}

const EVERY: [Option<f64>; 4] = [Some(0.1), Some(0.1), Some(0.1), None];
const fn every(value: f64) -> [Option<f64>; 4] {
    [Some(value), Some(value), Some(value), None]
}
const fn pytorch(value: f64) -> [Option<f64>; 4] {
    [None, Some(value), None, None]
}
const fn keras(value: f64) -> [Option<f64>; 4] {
    [None, None, Some(value), None]
}

const RATE: Parameter = parameter("rate", "η₀", Domain::Closed(0.0, 1e3), EVERY);
const PERIOD: Parameter = parameter("period", "r", Domain::Closed(1e-9, 1e9), every(100.0));
const STAIRCASE: Parameter = parameter("staircase", "", Domain::Flag, every(0.0));

impl Family {
    /// Every family.
    pub const ALL: [Family; 13] = [
        Family::Constant,
        Family::PowerOfTen,
        Family::Exponential,
        Family::Step,
        Family::Piecewise,
        Family::InverseTime,
        Family::Polynomial,
        Family::Cosine,
        Family::WarmRestarts,
        Family::WarmUp,
        Family::WarmUpCosine,
        Family::OneCycle,
        Family::Cyclic,
    ];

    /// The stable name, such as `power-of-ten`.
    pub fn id(self) -> &'static str {
        match self {
            Family::Constant => "constant",
            Family::PowerOfTen => "power-of-ten",
            Family::Exponential => "exponential",
            Family::Step => "step",
            Family::Piecewise => "piecewise",
            Family::InverseTime => "inverse-time",
            Family::Polynomial => "polynomial",
            Family::Cosine => "cosine",
            Family::WarmRestarts => "warm-restarts",
            Family::WarmUp => "warm-up",
            Family::WarmUpCosine => "warm-up-cosine",
            Family::OneCycle => "one-cycle",
            Family::Cyclic => "cyclic",
        }
    }

    /// The family of this name.
    pub fn from_id(id: &str) -> Option<Family> {
        Self::ALL.into_iter().find(|f| f.id() == id)
    }

    /// The dialects it is offered in, the plainest first: those that part, and one where none does.
    pub fn dialects(self) -> &'static [Dialect] {
        match self {
            Family::Cosine | Family::WarmRestarts => &[Dialect::Pytorch, Dialect::Keras],
            Family::OneCycle | Family::Cyclic | Family::WarmUpCosine => &[Dialect::Pytorch],
            _ => &[Dialect::Notes],
        }
    }

    /// The parameters that a dialect of it has; `rate` is the first.
    pub fn parameters(self, dialect: Dialect) -> impl Iterator<Item = &'static Parameter> {
        self.table().iter().filter(move |p| p.default(dialect).is_some())
    }

    fn table(self) -> &'static [Parameter] {
        match self {
            Family::Constant => &const { [RATE] },
            Family::PowerOfTen => &const { [RATE, PERIOD] },
            Family::Exponential => {
                const FACTOR: Parameter = parameter("factor", "k", Domain::Closed(0.0, 10.0), every(0.5));
                &const { [RATE, PERIOD, FACTOR, STAIRCASE] }
            }
            Family::Step => {
                const FACTOR: Parameter = parameter("factor", "γ", Domain::Closed(0.0, 10.0), every(0.5));
                &const { [RATE, PERIOD, FACTOR] }
            }
            Family::Piecewise => {
                const FIRST: Parameter = parameter("boundary1", "t₁", Domain::Closed(0.0, 1e9), every(100.0));
                const SECOND: Parameter =
                    parameter("boundary2", "t₂", Domain::Closed(0.0, 1e9), every(200.0));
                const MIDDLE: Parameter = parameter("rate2", "η₂", Domain::Closed(0.0, 1e3), every(0.05));
                const LAST: Parameter = parameter("rate3", "η₃", Domain::Closed(0.0, 1e3), every(0.01));
                &const { [RATE, FIRST, MIDDLE, SECOND, LAST] }
            }
            Family::InverseTime => {
                const FACTOR: Parameter = parameter("factor", "k", Domain::Closed(0.0, 1e6), every(1.0));
                &const { [RATE, PERIOD, FACTOR, STAIRCASE] }
            }
            Family::Polynomial => {
                const END: Parameter = parameter("end", "η₁", Domain::Closed(0.0, 1e3), every(0.0));
                const POWER: Parameter = parameter("power", "p", Domain::Closed(0.0, 100.0), every(1.0));
                const CYCLE: Parameter = parameter("cycle", "", Domain::Flag, every(0.0));
                &const { [RATE, PERIOD, END, POWER, CYCLE] }
            }
            Family::Cosine => {
                const WARM_UP: Parameter = parameter("warm-up", "w", Domain::Closed(0.0, 1e9), keras(0.0));
                const TARGET: Parameter = parameter("target", "η₊", Domain::Closed(0.0, 1e3), keras(0.0));
                &const { [RATE, PERIOD, END_ABSOLUTE, ALPHA, WARM_UP, TARGET] }
            }
            Family::WarmRestarts => {
                const LONGER: Parameter = Parameter {
                    id: "period-factor",
                    symbol: "c",
                    domain: Domain::Closed(1.0, 100.0),
                    defaults: [None, Some(1.0), Some(2.0), None],
                    neutral: 1.0,
                };
                const HIGHER: Parameter = Parameter {
                    id: "height-factor",
                    symbol: "h",
                    domain: Domain::Closed(0.0, 10.0),
                    defaults: keras(1.0),
                    neutral: 1.0,
                };
                &const { [RATE, PERIOD, END_ABSOLUTE, ALPHA, LONGER, HIGHER] }
            }
            Family::WarmUp => &const { [RATE, PERIOD, FROM, TO] },
            Family::WarmUpCosine => {
                const STEPS: Parameter = parameter("warm-up", "w", Domain::Closed(1.0, 1e9), pytorch(10.0));
                const START: Parameter = Parameter { defaults: pytorch(0.1), ..FROM };
                &const { [RATE, PERIOD, STEPS, START, END_ABSOLUTE] }
            }
            Family::OneCycle => &ONE_CYCLE,
            Family::Cyclic => &CYCLIC,
        }
    }
}

const END_ABSOLUTE: Parameter = parameter("end", "η₁", Domain::Closed(0.0, 1e3), pytorch(0.0));
const ALPHA: Parameter = parameter("alpha", "α", Domain::Closed(0.0, 1.0), keras(0.0));
const FROM: Parameter = parameter("from", "f₀", Domain::Closed(0.0, 10.0), every(0.1));
const TO: Parameter = parameter("to", "f₁", Domain::Closed(0.0, 10.0), every(1.0));

static ONE_CYCLE: [Parameter; 9] = [
    RATE,
    parameter("period", "r", Domain::Closed(2.0, 1e9), pytorch(200.0)),
    parameter("rise", "s", Domain::Closed(0.0, 1.0), pytorch(0.3)),
    parameter("linear", "", Domain::Flag, pytorch(0.0)),
    parameter("three-phases", "", Domain::Flag, pytorch(0.0)),
    parameter("start-divisor", "d₀", Domain::Closed(1.0, 1e9), pytorch(25.0)),
    parameter("end-divisor", "d₁", Domain::Closed(1.0, 1e12), pytorch(1e4)),
    parameter("least-momentum", "β₋", Domain::HalfOpen(0.0, 1.0), pytorch(0.85)),
    parameter("greatest-momentum", "β₊", Domain::HalfOpen(0.0, 1.0), pytorch(0.95)),
];

static CYCLIC: [Parameter; 6] = [
    RATE,
    parameter("peak", "η₊", Domain::Closed(0.0, 1e3), pytorch(1.0)),
    parameter("up", "u", Domain::Closed(1.0, 1e9), pytorch(50.0)),
    parameter("down", "d", Domain::Closed(1.0, 1e9), pytorch(50.0)),
    // Each cycle's height is that of the one before times this ("triangular2": 0.5).
    parameter("cycle-factor", "c", Domain::Closed(0.0, 1.0), pytorch(1.0)),
    // The height at t is multiplied by this to the power t ("exp_range").
    parameter("factor", "γ", Domain::Closed(0.0, 1.0), pytorch(1.0)),
];

/// The last t that is told from the next.
const LAST: f64 = 9_007_199_254_740_992.0;

/// A family with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    family: Family,
    dialect: Dialect,
    values: Values,
    /// Of [`Family::Piecewise`]: (last t, rate), and the rate after the last.
    pieces: Vec<(f64, f64)>,
}

impl Schedule {
    /// A family with parameters; those not given take their defaults.
    ///
    /// # Errors
    ///
    /// `schedule.dialect` if the family has no such dialect, `optimizer.unknown-parameter`, `optimizer.parameter` for a
    /// value outside its range.
    ///
    /// ```
    /// use saddlescope::optimizer::{Dialect, Family, Schedule};
    /// let decay = Schedule::new(Family::PowerOfTen, Dialect::Notes, &[("rate", 0.15), ("period", 100.0)]).unwrap();
    /// assert_eq!(decay.at(0.0).rate, 0.15);
    /// assert!((decay.at(200.0).rate - 0.0015).abs() < 1e-18);
    /// assert!(Schedule::new(Family::Constant, Dialect::Notes, &[("rate", -1.0)]).is_err());
    /// ```
    pub fn new(family: Family, dialect: Dialect, parameters: &[(&str, f64)]) -> Result<Schedule> {
        if !family.dialects().contains(&dialect) {
            let error = Error::new("schedule.dialect").with("schedule", Arg::Text(family.id().into()));
            return Err(error.with("dialect", Arg::Text(dialect.id().into())));
        }
        let values = values(family.table(), dialect, parameters)?;
        let mut pieces = Vec::new();
        if family == Family::Piecewise {
            let [first, t1, second, t2, third, ..] = values;
            pieces = vec![(t1, first), (t2.max(t1), second), (f64::INFINITY, third)];
        }
        Ok(Schedule { family, dialect, values, pieces })
    }

    /// η at every t.
    pub fn constant(rate: f64) -> Schedule {
        let mut values = [0.0; super::parameter::SLOTS];
        values[0] = rate;
        Schedule { family: Family::Constant, dialect: Dialect::Notes, values, pieces: Vec::new() }
    }

    /// The same schedule from another η₀; of pieces the first has it.
    pub fn with_rate(&self, rate: f64) -> Schedule {
        let mut out = self.clone();
        out.values[0] = rate;
        if let Some((_, first)) = out.pieces.first_mut() {
            *first = rate;
        }
        out
    }

    /// Any number of pieces: `rates[i]` up to and including `boundaries[i]`, the last rate after the last boundary.
    ///
    /// # Errors
    ///
    /// `schedule.pieces` unless boundaries ascend and there is one rate more than boundaries, all finite.
    pub fn piecewise(boundaries: &[f64], rates: &[f64]) -> Result<Schedule> {
        let ascending = boundaries.is_sorted_by(|a, b| a < b);
        let finite = boundaries.iter().chain(rates).all(|x| x.is_finite());
        if !ascending || !finite || rates.len() != boundaries.len() + 1 {
            return Err(Error::new("schedule.pieces"));
        }
        let ends = boundaries.iter().copied().chain([f64::INFINITY]);
        let pieces: Vec<_> = ends.zip(rates.iter().copied()).collect();
        let first = rates.first().copied().unwrap_or(0.0);
        Ok(Schedule { family: Family::Piecewise, pieces, ..Schedule::constant(first) })
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A parameter's value by its id; `None` where the dialect has none of that name.
    pub fn parameter(&self, id: &str) -> Option<f64> {
        let table = self.family.table().iter().zip(self.values);
        table.into_iter().find(|(p, _)| p.id == id && p.default(self.dialect).is_some()).map(|(_, v)| v)
    }

    /// The rate, and the momentum if the schedule gives one, for step t + 1 (t ≥ 0; t = 0 is the first step). Finite for
    /// every t: below 0, and where it is no number, t counts as 0; beyond 2⁵³, from where on not every step is a number of
    /// its own, as 2⁵³. What grows beyond all numbers stays at the largest.
    pub fn at(&self, t: f64) -> Rate {
        let t = t.clamp(0.0, LAST).max(0.0);
        let [rate, period, c, d, e, ..] = self.values;
        let turns = |staircase: f64| if staircase != 0.0 { (t / period).floor() } else { t / period };
        let rate = match self.family {
            Family::Constant => rate,
            Family::PowerOfTen => rate * 10f64.powf(-t / period),
            Family::Exponential => rate * power(c, turns(d)),
            Family::Step => rate * power(c, turns(1.0)),
            Family::Piecewise => {
                self.pieces.iter().find(|(end, _)| t <= *end).map_or(rate, |(_, rate)| *rate)
            }
            Family::InverseTime => rate / (1.0 + c * turns(d)),
            Family::Polynomial => {
                let span = if e != 0.0 { period * (t / period).ceil().max(1.0) } else { period };
                (rate - c) * (1.0 - (t / span).min(1.0)).powf(d) + c
            }
            Family::Cosine => self.cosine(t),
            Family::WarmRestarts => self.restarts(t),
            Family::WarmUp => rate * (c + (d - c) * (t / period).min(1.0)),
            Family::WarmUpCosine if t < c => rate * (d + (1.0 - d) * t / c),
            Family::WarmUpCosine => half_cosine(rate, e, (t - c) / period),
            Family::OneCycle => return self.one_cycle(t),
            Family::Cyclic => self.cyclic(t),
        };
        rate.min(f64::MAX).into()
    }

    fn cosine(&self, t: f64) -> f64 {
        let [rate, period, end, alpha, warm_up, target, ..] = self.values;
        if self.dialect == Dialect::Pytorch {
            return half_cosine(rate, end, t / period);
        }
        let peak = if warm_up > 0.0 { target } else { rate };
        if t < warm_up {
            return rate + (target - rate) * t / warm_up;
        }
        half_cosine(peak, alpha * peak, ((t - warm_up) / period).min(1.0))
    }

    fn restarts(&self, t: f64) -> f64 {
        let [rate, mut period, end, alpha, longer, higher, ..] = self.values;
        let (mut t, mut height) = (t, 1.0);
        if longer == 1.0 {
            let turns = (t / period).floor();
            t -= turns * period;
            height = power(higher, turns);
        } else {
            // Where periods hardly grow there may be more of them than can be counted one by one.
            let most = ((t / period * (longer - 1.0)).ln_1p() / longer.ln()).floor() - 1.0;
            if most > 1e4 {
                let grown = longer.powf(most);
                t = (t - period * (grown - 1.0) / (longer - 1.0)).max(0.0);
                period *= grown;
                height = power(higher, most);
            }
            while t >= period {
                t -= period;
                period *= longer;
                height = (height * higher).min(f64::MAX);
            }
        }
        if self.dialect == Dialect::Pytorch {
            half_cosine(rate, end, t / period)
        } else {
            // α is a share of η₀ and not of the lowered peak.
            rate * ((1.0 - alpha) * half_cosine(height, 0.0, t / period) + alpha)
        }
    }

    fn one_cycle(&self, t: f64) -> Rate {
        let [peak, period, rise, linear, three, start, end, low, high, ..] = self.values;
        let first = peak / start;
        let last = first / end;
        let top = rise * period - 1.0;
        let anneal = |[a, b]: [f64; 2], share: f64| {
            if linear != 0.0 { a + (b - a) * share } else { half_cosine(a, b, share) }
        };
        let share =
            |from: f64, to: f64| if to > from { ((t - from) / (to - from)).clamp(0.0, 1.0) } else { 1.0 };
        let (rates, momenta, share) = if t <= top {
            ([first, peak], [high, low], share(0.0, top))
        } else if three == 0.0 {
            ([peak, last], [low, high], share(top, period - 1.0))
        } else if t <= 2.0 * top {
            ([peak, first], [low, high], share(top, 2.0 * top))
        } else {
            ([first, last], [high, high], share(2.0 * top, period - 1.0))
        };
        Rate { rate: anneal(rates, share), momentum: Some(anneal(momenta, share)) }
    }

    fn cyclic(&self, t: f64) -> f64 {
        let [base, peak, up, down, cycle_factor, factor, ..] = self.values;
        let cycle = (t / (up + down)).floor();
        let within = t - cycle * (up + down);
        let height = if within <= up { within / up } else { 1.0 - (within - up) / down };
        base + (peak - base) * height * cycle_factor.powf(cycle) * factor.powf(t)
    }
}

/// A power that stays finite.
fn power(base: f64, exponent: f64) -> f64 {
    base.powf(exponent).min(f64::MAX)
}

/// From a at 0 to b at 1 along half a cosine, and back up beyond.
fn half_cosine(a: f64, b: f64, share: f64) -> f64 {
    b + (a - b) * (1.0 + (PI * share).cos()) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_starts_finite_in_every_dialect() {
        for family in Family::ALL {
            assert_eq!(Family::from_id(family.id()), Some(family));
            assert!(!family.dialects().is_empty());
            for &dialect in family.dialects() {
                let schedule = Schedule::new(family, dialect, &[]).unwrap();
                for t in [0.0, 1.0, 99.0, 100.0, 101.0, 1e6] {
                    let Rate { rate, momentum } = schedule.at(t);
                    assert!((0.0..=1.0).contains(&rate), "{} {dialect:?} at {t}: {rate}", family.id());
                    assert_eq!(momentum.is_some(), family == Family::OneCycle);
                }
                assert_eq!(family.parameters(dialect).next().map(|p| p.id), Some("rate"));
            }
        }
    }

    #[test]
    fn joints() {
        let rate = |schedule: &Schedule, t: f64| schedule.at(t).rate;
        let step = Schedule::new(Family::Step, Dialect::Notes, &[("rate", 1.0), ("period", 10.0)]).unwrap();
        assert_eq!([9.0, 10.0, 19.0, 20.0].map(|t| rate(&step, t)), [1.0, 0.5, 0.5, 0.25]);
        let pieces = Schedule::piecewise(&[5.0, 7.0], &[3.0, 2.0, 1.0]).unwrap();
        assert_eq!([0.0, 5.0, 6.0, 7.0, 8.0].map(|t| rate(&pieces, t)), [3.0, 3.0, 2.0, 2.0, 1.0]);
        assert!(Schedule::piecewise(&[7.0, 5.0], &[3.0, 2.0, 1.0]).is_err());
        assert!(Schedule::piecewise(&[7.0], &[3.0]).is_err());
        let given = [("rate", 1.0), ("period", 10.0), ("period-factor", 2.0)];
        let restarts = Schedule::new(Family::WarmRestarts, Dialect::Pytorch, &given).unwrap();
        assert_eq!([0.0, 10.0, 30.0, 70.0].map(|t| rate(&restarts, t)), [1.0; 4]);
        assert!(rate(&restarts, 9.0) < 0.03 && (rate(&restarts, 20.0) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn periods_that_hardly_grow_are_not_counted_one_by_one() {
        let rate = |factor: f64, period: f64, t: f64| {
            let given = [("rate", 1.0), ("period", period), ("period-factor", factor)];
            Schedule::new(Family::WarmRestarts, Dialect::Keras, &given).unwrap().at(t).rate
        };
        for factor in [1.0 + f64::EPSILON, 1.0 + 1e-9, 1.001, 100.0] {
            assert!((0.0..=1.0).contains(&rate(factor, 1e-9, 1e18)), "{factor}");
        }
        // Period n begins at (cⁿ − 1)/(c − 1).
        let (c, n) = (1.0 + 1e-5_f64, 40_000.0);
        let begins = (c.powf(n) - 1.0) / (c - 1.0);
        assert!((rate(c, 1.0, begins + 0.5 * c.powf(n)) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn the_notes_decay_is_the_exponential_one_with_a_tenth() {
        let ten = Schedule::new(Family::PowerOfTen, Dialect::Notes, &[("period", 30.0)]).unwrap();
        let exponential =
            Schedule::new(Family::Exponential, Dialect::Notes, &[("period", 30.0), ("factor", 0.1)]).unwrap();
        for t in 0..200 {
            let (a, b) = (ten.at(t as f64).rate, exponential.at(t as f64).rate);
            assert!((a / b - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn pytorch_rises_again_and_keras_stays() {
        let given = [("period", 50.0)];
        let pytorch = Schedule::new(Family::Cosine, Dialect::Pytorch, &given).unwrap();
        let keras = Schedule::new(Family::Cosine, Dialect::Keras, &given).unwrap();
        assert_eq!(pytorch.at(100.0).rate, 0.1);
        assert_eq!(keras.at(100.0).rate, 0.0);
    }
}
