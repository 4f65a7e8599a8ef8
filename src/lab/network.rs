//! Lab `network`: a small network trained live, the spectrum of its Hessian, the loss around a point of it, and the
//! minimum-ratio experiment, in which many trainings are brought to critical points.

use super::network_answers::answers;
use super::network_around::Around;
use super::network_controls::{self as controls, PARTS, PLANES};
use super::network_figures as figures;
use super::network_live::{AT_ONCE, Live, wanted};
use super::network_point::Point;
use super::network_ratio::{Experiment, Share};
use super::network_setting::Setting;
use super::network_words::{self as words, Scene};
use super::playback::Playback;
use super::{Handle, Headline, Lab, Readout, Table, Value, Values};
use crate::error::Error;
use crate::figure::Figure;
use crate::network::{Look, Training};
use crate::optimizer::Family;
use crate::phrase::Phrase;
use std::cell::OnceCell;

/// The lab.
pub struct Networks {
    values: Values,
    live: Live,
    /// What the values describe; worked out when first asked for, since a link sets many values.
    setting: OnceCell<Setting>,
    /// θ that another instance asks about; there is nothing to train for it.
    given: Option<Vec<f64>>,
    /// At the point on show.
    point: Point,
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
            live: Live::default(),
            setting: OnceCell::new(),
            given: None,
            point: Point::default(),
            answers: OnceCell::new(),
            experiment: Experiment::default(),
            begun: 0,
            paused: false,
        }
    }

    fn part(&self) -> &'static str {
        self.values.choice("scene")
    }

    fn is_ratio(&self) -> bool {
        self.part() == PARTS[2]
    }

    fn setting(&self) -> &Setting {
        self.setting.get_or_init(|| Setting::of(&self.values))
    }

    fn training(&self) -> Option<&Training> {
        self.live.training(self.setting(), &self.values)
    }

    /// Whether the training is to go further.
    fn trains(&self) -> bool {
        self.given.is_none() && self.training().is_some() && self.live.goes_on(&self.values)
    }

    /// θ on show: of a picked end, else of the training.
    fn theta(&self) -> Option<&[f64]> {
        match (&self.given, self.experiment.end()) {
            (Some(theta), _) => Some(theta),
            (_, Some(end)) => Some(&end.theta),
            _ => self.training().map(|training| training.theta(self.live.t(&self.values)).1),
        }
    }

    /// The spectrum at the point on show, as far as it is; none while training goes on or plays.
    fn look(&self) -> Option<&Look> {
        let picked = self.experiment.end();
        let theta = self.theta().filter(|_| picked.is_some() || !self.live.moves(&self.values))?;
        Some(self.point.look.get_or_init(|| {
            let mut look = Look::new(self.setting().problem(), theta.to_vec());
            if let Some(end) = picked {
                look.take(Some(end.eigenvalues.clone()));
            } else if self.setting().effort().saturating_mul(theta.len()) <= AT_ONCE {
                while look.step() {}
            }
            look
        }))
    }

    fn around(&self) -> Option<&Around> {
        let theta = self.theta().filter(|_| self.part() == PARTS[1] && !self.trains())?;
        Some(self.point.around.get_or_init(|| {
            let reach = self.values.number("span");
            let random = controls::directions(&self.values);
            let mut around = Around::new(self.setting().problem(), theta.to_vec(), reach, random);
            if self.setting().effort().saturating_mul(1_000) <= AT_ONCE {
                while around.step() {}
            }
            around
        }))
    }

    fn answers(&self) -> &Answers {
        self.answers.get_or_init(|| match self.theta() {
            Some(theta) => Answers {
                figure: answers(self.setting(), self.values.choice("data"), theta),
                right: words::accuracy(self.setting(), theta),
            },
            None => Answers { figure: None, right: [f64::NAN; 2] },
        })
    }

    /// Another point is on show.
    fn moved(&mut self) {
        self.point = Point::default();
        self.answers = OnceCell::new();
    }

    /// Shows the training again and not a picked end.
    fn unpick(&mut self) {
        self.experiment.picked = None;
        self.moved();
    }

    /// Everything is to be worked out anew.
    fn begin(&mut self) {
        self.live.begin(&mut self.values);
        self.setting = OnceCell::new();
        self.experiment = Experiment::default();
        (self.begun, self.paused) = (0, false);
        self.moved();
    }

    /// Whether the experiment is to go on.
    fn runs(&self) -> bool {
        self.is_ratio() && !self.paused && self.experiment.pending(&self.values)
    }

    /// The share of all work that is done; `None` when nothing is left.
    fn progress(&self) -> Option<f64> {
        if !self.is_ratio() && self.trains() {
            return Some(self.live.epochs().len() as f64 / wanted(&self.values) as f64);
        }
        if !self.is_ratio() {
            // Both begin here, where they are to be had.
            let _ = (self.look(), self.around());
            return self.point.progress();
        }
        self.runs().then(|| self.experiment.progress(&self.values))
    }

    /// A slice of what [`Networks::progress`] tells of.
    fn step(&mut self) {
        if !self.is_ratio() && self.trains() {
            let shown = self.live.t(&self.values);
            self.setting();
            if let Some(setting) = self.setting.get() {
                self.live.work(setting, &self.values);
            }
            if self.live.t(&self.values) != shown || !self.live.goes_on(&self.values) {
                self.moved();
            }
        } else if !self.is_ratio() {
            self.point.step();
        } else {
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
            offered: self.training().is_some(),
            epochs: self.live.epochs(),
            t: self.live.t(&self.values),
            stopped: self.training().is_some_and(Training::stopped),
            singular: self.training().is_some_and(Training::singular),
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
        let (end, t) = (wanted(&self.values) as f64, self.live.t(&self.values));
        figures::course(self.live.epochs(), end, t, id)
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
        let own = match control {
            "pause" if self.paused => "control.resume",
            "near" => "network.near",
            "seed" => "network.seed",
            "t" => "network.t",
            _ => return self.live.label(&self.values, control).unwrap_or_else(|| super::label(control)),
        };
        Phrase::new(own)
    }

    fn invitation(&self) -> Phrase {
        Phrase::new(match self.part() {
            "surroundings" => "lab.network.try.surroundings",
            "ratio" => "lab.network.try.ratio",
            _ => "lab.network.try",
        })
    }

    fn shown(&self, control: &str) -> bool {
        let idle = control == "pause" && !self.experiment.pending(&self.values);
        !idle && controls::shown(&self.values, control)
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let said = self.values.set(control, text);
        match control {
            "tolerance" | "near" | "speed" => {}
            "scene" if self.part() == PARTS[0] => self.unpick(),
            "scene" | "plane" | "span" | "directions" => self.point.turn(),
            "t" => {
                let t = self.values.number("t");
                self.live.seek(&mut self.values, t);
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
                if control == "data" {
                    let units = controls::units(self.values.choice("data") == "autoencoder");
                    if self.values.controls().iter().all(|c| c.id != "units" || c.kind != units) {
                        self.values.declare("units", units);
                    }
                }
                self.begin();
            }
        }
        said
    }

    fn act(&mut self, control: &str) {
        if control == "pause" {
            self.paused = !self.paused;
            self.begun = self.experiment.ends.len();
        } else if self.live.act(&mut self.values, control) {
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
                self.live.seek(&mut self.values, to[0]);
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
                self.live.nudge(&mut self.values, by, large);
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
        let more = self.live.advance(&mut self.values, seconds);
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
        let state = || controls::task(&self.values);
        if self.is_ratio() {
            let skip = self.values.number("skip").round() as usize + self.begun;
            return self.runs().then(|| [&state(), "&skip=", &skip.to_string()].concat());
        }
        if self.trains() {
            return None;
        }
        let _ = (self.look(), self.around());
        self.point.task(&state, self.theta()?)
    }

    fn resume(&mut self, task: &str) {
        let Some((state, spectrum, theta)) = Point::read(task) else {
            self.restore(task);
            return;
        };
        self.restore(state);
        if theta.len() == self.setting().network.parameters() {
            self.moved();
            if !spectrum {
                self.point.leave_out_spectrum(Look::new(self.setting().problem(), theta.clone()));
            }
            self.given = Some(theta);
        }
    }

    fn harvest(&mut self) -> Vec<f64> {
        match self.given {
            Some(_) => self.point.harvest(self.progress().unwrap_or(f64::NAN)),
            None => self.experiment.harvest(),
        }
    }

    fn absorb(&mut self, found: &[f64]) {
        if !self.point.absorb(found) {
            self.experiment.absorb(found);
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let scene = self.scene();
        let mut out = Vec::new();
        if self.is_ratio() {
            let (known, n) = (scene.setting.known(&self.values), scene.setting.network.parameters());
            let shares = [Share::Ratio, Share::Index];
            out.extend(shares.map(|share| self.experiment.figure(&self.values, share, &known, n)));
        }
        let said = || self.answers().figure.clone();
        let unpicked = self.is_ratio() && self.experiment.end().is_none();
        let spectrum = || {
            let tolerance = self.values.number("tolerance");
            scene.eigenvalues.map(|found| figures::histogram(found, tolerance))
        };
        if self.part() == PARTS[0] {
            out.extend(said());
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
                out.extend(around.grid().map(|grid| figures::plane(&grid, random)));
                let reach = self.values.number("span");
                out.push(figures::sections(&around.lines, around.slopes, around.base, reach).figure());
            }
            if !unpicked {
                out.extend(spectrum());
                out.extend(said());
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
        let scene = words::scene(&self.scene());
        match self.headline() {
            Some(headline) => headline.after(scene),
            None => scene,
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        words::remarks(&self.scene(), self.is_ratio().then_some(&self.experiment))
    }

    fn csv(&self) -> String {
        if self.is_ratio() { self.experiment.csv(&self.values) } else { words::csv(&self.scene()) }
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
