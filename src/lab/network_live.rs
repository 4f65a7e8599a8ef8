//! The training that the lab `network` shows: how far it has come, which epoch is on show, and play, pause and step.
//!
//! It goes on by itself to its last epoch. Pausing or stepping holds it at the epoch on show; playing lets it go on again.

use super::network_setting::{Setting, seed};
use super::playback::Playback;
use super::{Value, Values};
use crate::network::{Epoch, Training};
use crate::phrase::Phrase;
use std::cell::OnceCell;

/// Multiplications that are done at once where the whole of a work takes no more.
pub const AT_ONCE: usize = 400_000;
/// Steps between two looks at the clock, at most.
const STRIDE: usize = 8;

/// The training and what plays it.
#[derive(Default)]
pub struct Live {
    playback: Playback,
    training: OnceCell<Option<Training>>,
    /// It goes no further than the epoch on show.
    held: bool,
}

/// Epochs asked for.
pub fn wanted(values: &Values) -> usize {
    values.number("epochs").round() as usize
}

impl Live {
    /// Another training is to begin. What stood at the end of the old one, played or was held, stands at the end of the new;
    /// an epoch that was chosen stays chosen.
    pub fn begin(&mut self, values: &mut Values) {
        self.training = OnceCell::new();
        let epochs = values.number("epochs").round();
        self.playback.resize(values, epochs);
        if std::mem::take(&mut self.held) || self.playback.label("play").is_some() {
            self.playback.seek(values, epochs);
        }
    }

    /// The training, as far as it has come; `None` where the method is not offered.
    pub fn training(&self, setting: &Setting, values: &Values) -> Option<&Training> {
        let begin = || {
            let wanted = wanted(values);
            let mut training = setting.training(values, seed(values), wanted)?;
            if setting.effort().saturating_mul(wanted) <= AT_ONCE {
                while training.epochs().len() <= wanted && training.epoch() {}
            }
            Some(training)
        };
        self.training.get_or_init(begin).as_ref()
    }

    fn so_far(&self) -> Option<&Training> {
        self.training.get().and_then(Option::as_ref)
    }

    /// The epochs so far; none before [`Live::training`] was asked for.
    pub fn epochs(&self) -> &[Epoch] {
        self.so_far().map_or(&[], Training::epochs)
    }

    /// The epoch on show: no later than the training has come.
    pub fn t(&self, values: &Values) -> usize {
        Playback::t(values).min(self.epochs().len().saturating_sub(1))
    }

    /// Whether the training is to go further.
    pub fn goes_on(&self, values: &Values) -> bool {
        let until = if self.held { Playback::t(values) } else { wanted(values) };
        self.so_far().is_some_and(|training| !training.stopped() && training.epochs().len() <= until)
    }

    /// Whether another epoch is on show with every frame.
    pub fn moves(&self, values: &Values) -> bool {
        self.playback.label("play").is_some() || self.goes_on(values)
    }

    /// Trains on for about as long as the eye does not notice.
    pub fn work(&mut self, setting: &Setting, values: &Values) {
        let stride = (AT_ONCE / setting.effort().max(1)).clamp(1, STRIDE);
        for _ in 0..stride {
            if !self.goes_on(values) {
                break;
            }
            if let Some(Some(training)) = self.training.get_mut() {
                training.step();
            }
        }
    }

    /// Shows an epoch, and stops playing.
    pub fn seek(&mut self, values: &mut Values, t: f64) {
        self.playback.seek(values, t);
    }

    /// Moves by so many epochs, and holds the training there.
    pub fn nudge(&mut self, values: &mut Values, by: [f64; 2], large: bool) {
        self.hold(values);
        self.playback.nudge(values, by, large);
    }

    /// Holds the training at the epoch on show.
    fn hold(&mut self, values: &mut Values) {
        let t = self.t(values) as f64;
        self.playback.seek(values, t);
        self.held = true;
    }

    /// Does what a button says; `false` for one that is not of its own.
    pub fn act(&mut self, values: &mut Values, control: &str) -> bool {
        match control {
            "play" if self.moves(values) => self.hold(values),
            "play" => {
                self.held = false;
                return self.playback.act(values, control);
            }
            "step" | "step-back" => {
                self.hold(values);
                return self.playback.act(values, control);
            }
            _ => return false,
        }
        true
    }

    /// Lets time pass; whether it is playing, and so wants more of it. What plays waits for what is trained.
    pub fn advance(&mut self, values: &mut Values, seconds: f64) -> bool {
        let plays = self.playback.advance(values, seconds);
        if plays && self.playback.label("play").is_some() && self.goes_on(values) {
            values.put("t", Value::Number(self.t(values) as f64));
        }
        plays
    }

    /// What a button says now.
    pub fn label(&self, values: &Values, control: &str) -> Option<Phrase> {
        (control == "play" && self.moves(values)).then(|| Phrase::new("control.pause"))
    }
}
