//! What is worked out at one point of θ, its spectrum and the loss around it: here in slices, or by another instance that
//! is given θ.

use super::network_around::Around;
use crate::network::{Eigenvalues, Look};
use std::cell::OnceCell;

/// The first number of what is found at a point; what is found by trainings begins with a seed.
const AT_A_POINT: f64 = -1.0;
/// What stands in a task between the state and θ.
const THETA: &str = "&theta=";

/// The work at a point.
#[derive(Default)]
pub struct Point {
    /// The spectrum, as far as it is.
    pub look: OnceCell<Look>,
    /// The loss around, as far as it is known.
    pub around: OnceCell<Around>,
    /// The task for another instance, the same until something else is asked for.
    task: OnceCell<String>,
    /// The share that the other has done.
    ahead: f64,
    /// Whether the spectrum and the loss around were harvested already.
    told: [bool; 2],
}

impl Point {
    /// The loss around is to be worked out anew.
    pub fn turn(&mut self) {
        let look = std::mem::take(&mut self.look);
        *self = Point { look, ..Point::default() };
    }

    fn looks(&self) -> bool {
        self.look.get().is_some_and(|look| !look.done())
    }

    /// The share that is done of what was begun; `None` where nothing is left.
    pub fn progress(&self) -> Option<f64> {
        let look = self.look.get().filter(|look| !look.done()).map(Look::progress);
        let around = || self.around.get().filter(|around| !around.done()).map(Around::progress);
        look.or_else(around).map(|share| share.max(self.ahead))
    }

    /// A slice of what [`Point::progress`] tells of.
    pub fn step(&mut self) {
        if self.looks() {
            self.look.get_mut().map(Look::step);
        } else {
            self.around.get_mut().map(Around::step);
        }
    }

    /// What another instance is to do, if anything is left: the state, whether the spectrum is wanted, and θ
    /// by its bits: decimal digits of many parameters take longer than a frame.
    pub fn task(&self, state: &dyn Fn() -> String, theta: &[f64]) -> Option<String> {
        self.progress()?;
        let told = self.task.get_or_init(|| {
            let wanted = if self.looks() { "1" } else { "0" };
            let mut out = [&state(), THETA, wanted].concat();
            for w in theta {
                let digit = |k: u64| char::from_digit((w.to_bits() >> (60 - 4 * k)) as u32 & 15, 16);
                out.extend((0..16).filter_map(digit));
            }
            out
        });
        Some(told.clone())
    }

    /// What was found since the last harvest; `progress` is the share of what is under way.
    pub fn harvest(&mut self, progress: f64) -> Vec<f64> {
        let mut out = vec![AT_A_POINT, progress];
        if let Some(look) = self.look.get().filter(|look| look.done() && !self.told[0]) {
            self.told[0] = true;
            let none = Eigenvalues { values: Vec::new(), counts: Vec::new(), exact: true };
            let found = look.eigenvalues().unwrap_or(&none);
            out.extend([1.0, f64::from(u8::from(found.exact)), found.values.len() as f64]);
            out.extend(found.values.iter().chain(&found.counts));
        }
        if let Some(around) = self.around.get().filter(|around| around.done() && !self.told[1]) {
            self.told[1] = true;
            out.push(2.0);
            out.extend(around.numbers());
        }
        out
    }

    /// Takes what another has harvested; `false` where it is not about a point.
    pub fn absorb(&mut self, found: &[f64]) -> bool {
        let Some((&[tag, progress], mut rest)) = found.split_first_chunk::<2>() else { return false };
        if tag != AT_A_POINT {
            return false;
        }
        self.ahead = progress;
        if let Some((&[1.0, exact, count], more)) = rest.split_first_chunk::<3>() {
            let count = count as usize;
            let parts = more.split_at_checked(count).and_then(|(values, more)| {
                let (counts, more) = more.split_at_checked(count)?;
                Some((values, counts, more))
            });
            let Some((values, counts, more)) = parts else { return true };
            if let Some(look) = self.look.get_mut() {
                let [values, counts] = [values, counts].map(<[f64]>::to_vec);
                let found = Eigenvalues { values, counts, exact: exact != 0.0 };
                look.take(Some(found).filter(|found| !found.values.is_empty()));
            }
            rest = more;
        }
        if let Some((2.0, numbers)) = rest.split_first()
            && let Some(around) = self.around.get_mut()
        {
            around.take(numbers);
        }
        true
    }

    /// What a task says: the state, whether the spectrum is wanted, and θ; `None` where it is not about a point.
    pub fn read(task: &str) -> Option<(&str, bool, Vec<f64>)> {
        let (state, rest) = task.split_once(THETA)?;
        let (wanted, rest) = rest.split_at_checked(1)?;
        let number = |k| Some(f64::from_bits(u64::from_str_radix(rest.get(k..k + 16)?, 16).ok()?));
        let theta = (0..rest.len()).step_by(16).map(number).collect::<Option<Vec<f64>>>()?;
        Some((state, wanted == "1", theta))
    }

    /// The spectrum is known to whoever asks.
    pub fn leave_out_spectrum(&mut self, mut look: Look) {
        look.take(None);
        self.look = OnceCell::from(look);
        self.told[0] = true;
    }
}
