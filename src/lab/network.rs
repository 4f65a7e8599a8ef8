//! Lab `network`: a small network trained live, the spectrum of its Hessian, the loss around a point of it, and the
//! minimum-ratio experiment, in which many trainings are brought to critical points.

use super::network_around::Around;
use super::network_controls::{self as controls, PARTS, PLANES};
use super::network_figures as figures;
use super::network_ratio::{Experiment, Share};
use super::network_setting::{Setting, seed};
use super::network_words::{self as words, Scene};
use super::playback::Playback;
use super::{Handle, Headline, Lab, Readout, Table, Value, Values};
use crate::error::Error;
use crate::figure::Figure;
use crate::network::{Epoch, Look, Training};
use crate::optimizer::Family;
use crate::phrase::Phrase;
use std::cell::OnceCell;

/// Multiplications that are done at once where the whole of a training or a look takes no more.
const AT_ONCE: usize = 400_000;
/// Epochs between two looks at the clock.
const STRIDE: usize = 8;

/// The lab.
pub struct Networks {
    values: Values,
    playback: Playback,
    /// What the values describe; worked out when first asked for, since a link sets many values.
    setting: OnceCell<Setting>,
    training: OnceCell<Option<Training>>,
    /// At the point on show.
    look: OnceCell<Look>,
    around: OnceCell<Around>,
    answers: OnceCell<Answers>,
    experiment: Experiment,
    /// Ends that stood when the experiment was last started; and whether it pauses.
    begun: usize,
    paused: bool,
}

/// What the network says at the point on show.
struct Answers {
    figure: Option<Figure>,
    /// The shares of training and of test examples in the right class.
    right: [f64; 2],
}

impl Networks {
    /// The notes' network, trained to its global minimum.
    pub fn new() -> Self {
        Self {
            values: Values::new(controls::controls()),
            playback: Playback::default(),
            setting: OnceCell::new(),
            training: OnceCell::new(),
            look: OnceCell::new(),
            around: OnceCell::new(),
            answers: OnceCell::new(),
            experiment: Experiment::default(),
            begun: 0,
            paused: false,
        }
    }

    fn part(&self) -> &'static str {
        self.values.choice("part")
    }

    fn is_ratio(&self) -> bool {
        self.part() == PARTS[2]
    }

    fn wanted(&self) -> usize {
        self.values.number("epochs").round() as usize
    }

    fn setting(&self) -> &Setting {
        self.setting.get_or_init(|| Setting::of(&self.values))
    }

    /// The multiplications of an epoch, about.
    fn effort(&self) -> usize {
        let setting = self.setting();
        6 * setting.network.parameters() * setting.train.count()
    }

    fn training(&self) -> Option<&Training> {
        let begin = || {
            let mut training = self.setting().training(&self.values, seed(&self.values), self.wanted())?;
            if self.effort().saturating_mul(self.wanted()) <= AT_ONCE {
                while training.epochs().len() <= self.wanted() && training.epoch() {}
            }
            Some(training)
        };
        self.training.get_or_init(begin).as_ref()
    }

    fn trained(&self) -> bool {
        self.training().is_none_or(|t| t.stopped() || t.epochs().len() > self.wanted())
    }

    fn epochs(&self) -> &[Epoch] {
        self.training().map_or(&[], Training::epochs)
    }

    /// The epoch on show: no later than the training has come.
    fn t(&self) -> usize {
        Playback::t(&self.values).min(self.epochs().len().saturating_sub(1))
    }

    /// θ on show: of a picked end, else of the training.
    fn theta(&self) -> Option<&[f64]> {
        match self.experiment.end() {
            Some(end) => Some(&end.theta),
            None => self.training().map(|training| training.theta(self.t()).1),
        }
    }

    /// The spectrum at the point on show, as far as it is; none while training goes on or plays.
    fn look(&self) -> Option<&Look> {
        let still = self.playback.label("play").is_none() && self.trained();
        let theta = if self.experiment.end().is_some() || still { self.theta() } else { None }?;
        Some(self.look.get_or_init(|| {
            let mut look = Look::new(self.setting().problem(), theta.to_vec());
            if self.effort().saturating_mul(theta.len()) <= AT_ONCE {
                while look.step() {}
            }
            look
        }))
    }

    fn around(&self) -> Option<&Around> {
        let theta = self.theta().filter(|_| self.part() == PARTS[1] && self.trained())?;
        Some(self.around.get_or_init(|| {
            let random = self.values.choice("plane") == PLANES[1];
            let reach = self.values.number("span");
            let mut around = Around::new(self.setting().problem(), theta.to_vec(), reach, random);
            if self.effort().saturating_mul(1_000) <= AT_ONCE {
                while around.step() {}
            }
            around
        }))
    }

    fn answers(&self) -> &Answers {
        self.answers.get_or_init(|| match self.theta() {
            Some(theta) => Answers {
                figure: figures::answers(self.setting(), theta),
                right: words::accuracy(self.setting(), theta),
            },
            None => Answers { figure: None, right: [f64::NAN; 2] },
        })
    }

    /// Another point is on show.
    fn moved(&mut self) {
        self.look = OnceCell::new();
        self.around = OnceCell::new();
        self.answers = OnceCell::new();
    }

    /// Shows the training again and not a picked end.
    fn unpick(&mut self) {
        self.experiment.picked = None;
        self.moved();
    }

    /// Everything is to be worked out anew.
    fn begin(&mut self) {
        self.setting = OnceCell::new();
        self.training = OnceCell::new();
        self.experiment = Experiment::default();
        (self.begun, self.paused) = (0, false);
        self.moved();
    }

    /// The share of all work that is done; `None` when nothing is left.
    fn progress(&self) -> Option<f64> {
        if !self.is_ratio() && !self.trained() {
            return Some(self.epochs().len() as f64 / self.wanted() as f64);
        }
        if let Some(look) = self.look().filter(|look| !self.is_ratio() && !look.done()) {
            return Some(look.progress());
        }
        if let Some(around) = self.around().filter(|around| !around.done()) {
            return Some(around.progress());
        }
        let running = self.is_ratio() && !self.paused && self.experiment.pending(&self.values);
        running.then(|| self.experiment.progress(&self.values))
    }

    /// A slice of what [`Networks::progress`] tells of.
    fn step(&mut self) {
        if !self.is_ratio() && !self.trained() {
            let stride = (AT_ONCE / self.effort().max(1)).clamp(1, STRIDE);
            let wanted = self.wanted();
            if let Some(Some(training)) = self.training.get_mut() {
                for _ in 0..stride {
                    if training.epochs().len() > wanted || !training.epoch() {
                        break;
                    }
                }
            }
            self.moved();
        } else if self.look().is_some_and(|look| !self.is_ratio() && !look.done()) {
            self.look.get_mut().map(Look::step);
        } else if self.around().is_some_and(|around| !around.done()) {
            self.around.get_mut().map(Around::step);
        } else if self.is_ratio() {
            self.setting();
            if let Some(setting) = self.setting.get() {
                self.experiment.step(setting, &self.values);
            }
        }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            values: &self.values,
            setting: self.setting(),
            epochs: self.epochs(),
            t: self.t(),
            stopped: self.training().is_some_and(Training::stopped),
            offered: self.training().is_some(),
            theta: self.theta(),
            eigenvalues: match self.experiment.end() {
                Some(end) => Some(&end.eigenvalues),
                None => self.look().and_then(Look::eigenvalues),
            },
            end: self.experiment.end(),
            right: self.answers().right,
        }
    }

    fn course(&self, id: &'static str) -> super::curves::Curves {
        figures::course(self.epochs(), self.wanted() as f64, self.t(), id)
    }

    fn put_tolerance(&mut self, x: f64) {
        if let Some(tolerance) = self.scene().eigenvalues.map(|found| figures::tolerance_at(found, x)) {
            self.values.put("tolerance", Value::Number(tolerance));
        }
    }
}

impl Default for Networks {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab for Networks {
    fn id(&self) -> &'static str {
        "network"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn label(&self, control: &str) -> Phrase {
        let resume = (control == "pause" && self.paused).then(|| Phrase::new("control.resume"));
        resume.or_else(|| self.playback.label(control)).unwrap_or_else(|| super::label(control))
    }

    fn shown(&self, control: &str) -> bool {
        controls::shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let said = self.values.set(control, text);
        match control {
            "tolerance" | "near" | "speed" => {}
            "part" | "plane" | "span" => self.around = OnceCell::new(),
            "t" => {
                let t = self.values.number("t");
                self.playback.seek(&mut self.values, t);
                self.unpick();
            }
            // More runs go on from those that there are; switched off, they stay.
            "run" | "runs" => (self.begun, self.paused) = (self.experiment.ends.len(), false),
            "skip" | "bring" | "from" => {
                self.experiment = Experiment::default();
                self.begun = 0;
                self.moved();
            }
            _ => {
                let epochs = self.values.number("epochs").round();
                self.playback.resize(&mut self.values, epochs);
                self.begin();
            }
        }
        said
    }

    fn act(&mut self, control: &str) {
        if control == "pause" {
            self.paused = !self.paused;
            self.begun = self.experiment.ends.len();
        } else if self.playback.act(&mut self.values, control) {
            self.unpick();
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let mut handles = Vec::new();
        let scene = self.scene();
        if self.is_ratio() {
            for share in [Share::Ratio, Share::Index] {
                handles.extend(self.experiment.handle(&self.values, share));
            }
        } else {
            let (name, value) = (Phrase::new("handle.t"), Playback::words(&self.values));
            if self.part() == PARTS[0] {
                handles.extend(self.course("loss").handle("t", name, value));
            }
        }
        let tolerance = self.values.number("tolerance");
        let seen = scene.eigenvalues.filter(|_| !self.is_ratio() || self.experiment.end().is_some());
        handles.extend(seen.map(|found| figures::tolerance_handle(found, tolerance)));
        handles
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "t" => {
                self.playback.seek(&mut self.values, to[0]);
                self.unpick();
            }
            "tolerance" => self.put_tolerance(to[0]),
            "pick" => self.experiment.pick(&self.values, Share::Ratio, to),
            "pick-index" => self.experiment.pick(&self.values, Share::Index, to),
            _ => {}
        }
        if handle.starts_with("pick") {
            self.moved();
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 } * (by[0] + by[1]);
        match handle {
            "t" => {
                self.playback.nudge(&mut self.values, by, large);
                self.unpick();
            }
            "tolerance" => {
                let tolerance = self.values.number("tolerance") * 10f64.powf(0.1 * many);
                self.values.put("tolerance", Value::Number(tolerance));
            }
            "pick" | "pick-index" => {
                self.experiment.turn(many);
                self.moved();
            }
            _ => {}
        }
    }

    fn advance(&mut self, seconds: f64) -> bool {
        let more = self.playback.advance(&mut self.values, seconds);
        if more {
            self.unpick();
        }
        more
    }

    fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        while let Some(progress) = self.progress() {
            if spent() {
                return Some(progress);
            }
            self.step();
        }
        None
    }

    fn task(&self) -> Option<String> {
        let running = self.is_ratio() && !self.paused && self.experiment.pending(&self.values);
        let skip = self.values.number("skip").round() as usize + self.begun;
        running.then(|| [&self.state(), "&skip=", &skip.to_string()].concat())
    }

    fn harvest(&mut self) -> Vec<f64> {
        self.experiment.harvest()
    }

    fn absorb(&mut self, found: &[f64]) {
        self.experiment.absorb(found);
    }

    fn figures(&self) -> Vec<Figure> {
        let scene = self.scene();
        let mut out = Vec::new();
        if self.is_ratio() {
            let (known, n) = (scene.setting.known(&self.values), scene.setting.network.parameters());
            let shares = [Share::Ratio, Share::Index];
            out.extend(shares.map(|share| self.experiment.figure(&self.values, share, &known, n)));
        }
        let answers = || self.answers().figure.clone();
        let unpicked = self.is_ratio() && self.experiment.end().is_none();
        let spectrum = || {
            let tolerance = self.values.number("tolerance");
            scene.eigenvalues.map(|found| figures::histogram(found, tolerance))
        };
        if self.part() == PARTS[0] {
            out.extend(answers());
            out.push(self.course("loss").figure());
            out.extend(spectrum());
            out.push(self.course("norm").figure());
            // A constant rate is one number.
            if controls::family(&self.values) != Family::Constant {
                out.push(self.course("rate").figure());
            }
        } else {
            if let Some(around) = self.around() {
                let random = self.values.choice("plane") == PLANES[1];
                out.extend(around.grid().map(|grid| figures::map(&grid, random)));
                let reach = self.values.number("span");
                out.push(figures::sections(&around.lines, around.slopes, around.base, reach).figure());
            }
            if !unpicked {
                out.extend(spectrum());
                out.extend(answers());
            }
        }
        out
    }

    fn headline(&self) -> Option<Headline> {
        Some(if self.is_ratio() && self.experiment.end().is_none() {
            let (text, reason) = self.experiment.verdict(&self.values);
            Headline::plain(text, reason)
        } else {
            words::headline(&self.scene())
        })
    }

    fn readouts(&self) -> Vec<Readout> {
        let unpicked = self.is_ratio() && self.experiment.end().is_none();
        let mut out = if unpicked { Vec::new() } else { words::readouts(&self.scene()) };
        if self.is_ratio() {
            let known = self.setting().known(&self.values);
            out.extend(words::matches(self.experiment.matches(&self.values, &known), &known));
        }
        out
    }

    fn table(&self) -> Option<Table> {
        if self.is_ratio() { self.experiment.table(&self.values) } else { None }
    }

    fn sentence(&self) -> Phrase {
        let said = Phrase::new("sentence.scene").phrase("scene", words::scene(&self.scene()));
        match self.headline() {
            Some(headline) => said.phrase("text", headline.text).phrase("reason", headline.reason),
            None => said,
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        words::remarks(&self.scene(), self.is_ratio())
    }

    fn csv(&self) -> String {
        if self.is_ratio() { self.experiment.csv(&self.values) } else { words::csv(&self.scene()) }
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
