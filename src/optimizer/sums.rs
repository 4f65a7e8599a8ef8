//! Ση and Ση²: how far a schedule lets a run go, and how much of the noise it keeps.

use super::{Dialect, Family, Schedule};

/// What becomes of Ση and Ση² if the schedule goes on for ever (Robbins and Monro 1951).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tail {
    /// Ση is finite: all steps together reach only so far, and the run freezes wherever it is by then.
    Freezes,
    /// Ση is infinite and Ση² is finite: it can go any distance, and the noise dies out.
    Settles,
    /// Ση² is infinite: the noise never dies out.
    Keeps,
}

impl Tail {
    /// The stable name: `freezes`, `settles`, `keeps`.
    pub fn id(self) -> &'static str {
        match self {
            Tail::Freezes => "freezes",
            Tail::Settles => "settles",
            Tail::Keeps => "keeps",
        }
    }
}

impl Schedule {
    /// Ση and Ση² over t = 0 … `steps` − 1.
    ///
    /// ```
    /// use saddlescope::optimizer::Schedule;
    /// let [first, second] = Schedule::constant(0.5).sums(8);
    /// assert_eq!([first, second], [4.0, 2.0]);
    /// ```
    pub fn sums(&self, steps: usize) -> [f64; 2] {
        (0..steps).fold([0.0; 2], |[first, second], t| {
            let rate = self.at(t as f64).rate;
            [first + rate, second + rate * rate]
        })
    }

    /// What becomes of the sums for ever. A rate that stays below a thousandth of η₀ counts as none: one-cycle ends
    /// at about 4·10⁻⁶ of its peak, and that freezes too.
    pub fn tail(&self) -> Tail {
        let p = |id| self.parameter(id).unwrap_or(0.0);
        let is = |rate: f64| rate > 1e-3 * p("rate");
        let keeps = match self.family() {
            Family::Constant | Family::WarmUp | Family::OneCycle | Family::Piecewise => {
                is(self.at(1e15).rate)
            }
            Family::PowerOfTen => false,
            Family::Exponential | Family::Step => p("factor") >= 1.0,
            Family::InverseTime if p("factor") > 0.0 => return Tail::Settles,
            Family::InverseTime => true,
            // Each of its cycles is longer and lower than the one before: like 1/t.
            Family::Polynomial if p("cycle") != 0.0 && !is(p("end")) => return Tail::Settles,
            Family::Polynomial => is(p("end")),
            Family::Cosine if self.dialect() == Dialect::Keras => is(self.at(1e15).rate),
            Family::WarmRestarts if self.dialect() == Dialect::Keras && p("alpha") <= 1e-3 => {
                // Period n is c^n times as long and h^n times as high: Ση goes as Σ(ch)^n, Ση² as Σ(ch²)^n.
                let (longer, higher) = (p("period-factor"), p("height-factor"));
                if longer * higher < 1.0 {
                    false
                } else if longer * higher * higher < 1.0 {
                    return Tail::Settles;
                } else {
                    true
                }
            }
            Family::Cyclic => {
                is(p("rate")) && p("rate") > 0.0 || p("factor") == 1.0 && p("cycle-factor") == 1.0
            }
            Family::Cosine | Family::WarmRestarts | Family::WarmUpCosine => true,
        };
        if keeps { Tail::Keeps } else { Tail::Freezes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tail, told from the sums up to 2¹⁴ and 2¹⁶ steps: what has stopped growing is finite.
    fn measured(schedule: &Schedule) -> Tail {
        let ([a, b], [c, d]) = (schedule.sums(1 << 14), schedule.sums(1 << 16));
        match (c > 1.02 * a, d > 1.02 * b) {
            (false, _) => Tail::Freezes,
            (true, false) => Tail::Settles,
            (true, true) => Tail::Keeps,
        }
    }

    #[test]
    fn the_tail_is_what_the_sums_do() {
        for family in Family::ALL {
            for &dialect in family.dialects() {
                let schedule = Schedule::new(family, dialect, &[]).unwrap();
                assert_eq!(schedule.tail(), measured(&schedule), "{family:?} {dialect:?}");
            }
        }
        type Case = (Family, Dialect, &'static [(&'static str, f64)]);
        let other: [Case; 7] = [
            (Family::Exponential, Dialect::Notes, &[("factor", 1.0)]),
            (Family::Exponential, Dialect::Notes, &[("factor", 0.1), ("staircase", 1.0)]),
            (Family::InverseTime, Dialect::Notes, &[("factor", 0.0)]),
            (Family::Polynomial, Dialect::Notes, &[("end", 0.01)]),
            (Family::Polynomial, Dialect::Notes, &[("cycle", 1.0)]),
            (Family::Cosine, Dialect::Keras, &[("alpha", 0.1)]),
            (Family::Piecewise, Dialect::Notes, &[("rate3", 0.0)]),
        ];
        for (family, dialect, given) in other {
            let schedule = Schedule::new(family, dialect, given).unwrap();
            assert_eq!(schedule.tail(), measured(&schedule), "{family:?} {dialect:?} {given:?}");
        }
    }

    #[test]
    fn the_sum_of_the_notes_decay_is_geometric() {
        let given = [("rate", 0.15), ("period", 20.0)];
        let decay = Schedule::new(Family::PowerOfTen, Dialect::Notes, &given).unwrap();
        let whole = 0.15 / (1.0 - 0.1f64.powf(1.0 / 20.0));
        assert!((decay.sums(400)[0] / whole - 1.0).abs() < 1e-12);
    }
}
