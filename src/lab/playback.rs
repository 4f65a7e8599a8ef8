//! Playing a run back: play and pause, one step on, one step back, scrub, speed. For any lab whose runs have steps; the
//! cursors of [`super::curves`] are the same t.
//!
//! | control | does |
//! |---|---|
//! | `play` | plays, from the start again where the end is reached; its label follows |
//! | `step-back`, `step` | one step, and stops |
//! | `t` | the step on show |
//! | `speed` | steps per second |
//!
//! Only t and speed are state: a link opens at rest.

use super::control::{Control, Kind, Level, Value};
use super::values::Values;
use crate::phrase::Phrase;

/// Whether it plays, and what share of the next step has passed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Playback {
    playing: bool,
    carry: f64,
}

impl Playback {
    /// The controls, for runs of so many steps; they open at the last.
    pub fn controls(steps: f64) -> Vec<Control> {
        let basic = Control::basic;
        let speed = Kind::log(1.0, 200.0, 20.0);
        vec![
            basic("t", at_kind(steps)),
            basic("play", Kind::Action),
            basic("step-back", Kind::Action),
            basic("step", Kind::Action),
            Control { id: "speed".into(), kind: speed, level: Level::More },
        ]
    }

    /// The step on show.
    pub fn t(values: &Values) -> usize {
        // A slider holds no negative number and no NaN.
        values.number("t").round() as usize
    }

    /// The last step there is.
    fn end(values: &Values) -> f64 {
        match values.controls().iter().find(|c| c.id == "t").map(|c| &c.kind) {
            Some(Kind::Slider { max, .. }) => *max,
            _ => 0.0,
        }
    }

    /// The runs now have so many steps. What stood at the end stays at the end.
    pub fn resize(&mut self, values: &mut Values, steps: f64) {
        let (t, end) = (values.number("t"), Self::end(values));
        if steps != end {
            values.declare("t", at_kind(steps));
            if t < end {
                values.put("t", Value::Number(t));
            }
        }
    }

    /// Shows step t, and stops.
    pub fn seek(&mut self, values: &mut Values, t: f64) {
        *self = Self::default();
        values.put("t", Value::Number(t.round()));
    }

    /// Does what one of its buttons says; `false` for a button that is not its own.
    pub fn act(&mut self, values: &mut Values, control: &str) -> bool {
        let t = values.number("t");
        match control {
            "play" if self.playing => *self = Self::default(),
            "play" => {
                if t >= Self::end(values) {
                    self.seek(values, 0.0);
                }
                self.playing = true;
            }
            "step-back" => self.seek(values, t - 1.0),
            "step" => self.seek(values, t + 1.0),
            _ => return false,
        }
        true
    }

    /// Moves a cursor by arrow presses.
    pub fn nudge(&mut self, values: &mut Values, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 };
        self.seek(values, values.number("t") + many * (by[0] + by[1]));
    }

    /// Lets time pass; whether it was playing, and so wants more of it.
    pub fn advance(&mut self, values: &mut Values, seconds: f64) -> bool {
        if !self.playing {
            return false;
        }
        self.carry += seconds.max(0.0) * values.number("speed");
        let t = values.number("t") + self.carry.floor();
        self.carry = self.carry.fract();
        values.put("t", Value::Number(t));
        if t >= Self::end(values) {
            *self = Self::default();
        }
        true
    }

    /// What a button of its own says now.
    pub fn label(&self, control: &str) -> Option<Phrase> {
        (control == "play" && self.playing).then(|| Phrase::new("control.pause"))
    }

    /// t in words, for a handle that moves it.
    pub fn words(values: &Values) -> Phrase {
        Phrase::verbatim(["t = ", &Self::t(values).to_string()].concat())
    }
}

fn at_kind(steps: f64) -> Kind {
    Kind::linear(0.0, steps, 1.0, steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::new(Playback::controls(100.0))
    }

    #[test]
    fn it_plays_from_the_start_to_the_end_and_rests() {
        let (mut values, mut playback) = (values(), Playback::default());
        assert!(!playback.advance(&mut values, 1.0) && Playback::t(&values) == 100);
        assert!(playback.act(&mut values, "play"));
        assert_eq!(playback.label("play"), Some(Phrase::new("control.pause")));
        assert_eq!(Playback::t(&values), 0);
        // 20 steps a second, in frames that are no whole steps.
        let frames = (0..1000).take_while(|_| playback.advance(&mut values, 0.016)).count();
        assert_eq!((Playback::t(&values), frames), (100, 313));
        assert_eq!(playback.label("play"), None);
    }

    #[test]
    fn steps_and_scrubbing_stop_it_and_stay_inside() {
        let (mut values, mut playback) = (values(), Playback::default());
        playback.act(&mut values, "play");
        playback.act(&mut values, "step-back");
        assert!(Playback::t(&values) == 0 && !playback.advance(&mut values, 1.0));
        playback.act(&mut values, "step");
        playback.nudge(&mut values, [1.0, 0.0], true);
        assert_eq!(Playback::t(&values), 11);
        playback.act(&mut values, "play");
        playback.seek(&mut values, 1e9);
        assert!(Playback::t(&values) == 100 && !playback.advance(&mut values, 1.0));
        assert!(!playback.act(&mut values, "quiet"));
    }

    #[test]
    fn other_lengths_keep_the_step_or_the_end() {
        let (mut values, mut playback) = (values(), Playback::default());
        playback.resize(&mut values, 300.0);
        assert_eq!(Playback::t(&values), 300);
        playback.seek(&mut values, 250.0);
        playback.resize(&mut values, 400.0);
        assert_eq!(Playback::t(&values), 250);
        playback.resize(&mut values, 50.0);
        assert_eq!(Playback::t(&values), 50);
        assert_eq!(values.state(), "");
    }
}
