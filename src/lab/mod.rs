//! The labs. One lab is one live figure with its controls and readouts: an ordinary trait object that takes values
//! and gives plain data. No pixels, no browser, no language.

mod average_controls;
mod average_figures;
mod average_words;
mod batch;
mod batch_controls;
mod batch_figures;
mod batch_runs;
mod batch_words;
mod check_controls;
mod check_figures;
mod check_findings;
mod check_words;
mod control;
mod critical_controls;
mod critical_point;
mod critical_words;
mod curves;
mod eigen_axes;
mod escape;
mod escape_controls;
mod escape_figures;
mod escape_place;
mod escape_runs;
mod escape_which;
mod escape_words;
mod family_controls;
mod fate;
mod fate_controls;
mod fate_ends;
mod fate_figures;
mod fate_fill;
mod fate_words;
mod gradient_check;
mod kind_words;
mod landmarks;
mod link;
mod math;
mod method_controls;
mod moving_average;
mod network;
mod network_answers;
mod network_around;
mod network_controls;
mod network_digits;
mod network_figures;
mod network_live;
mod network_point;
mod network_progress;
mod network_ratio;
mod network_setting;
mod network_words;
mod newton;
mod newton_controls;
mod newton_figures;
mod newton_model;
mod newton_words;
mod playback;
mod predict;
mod race;
mod race_controls;
mod race_figures;
mod race_runs;
mod race_words;
mod run_words;
mod schedule;
mod schedule_controls;
mod schedule_figures;
mod schedule_runs;
mod schedule_words;
mod section;
mod slice;
mod step_words;
mod subject;
mod table;
mod taylor;
mod taylor_controls;
mod taylor_figures;
mod taylor_models;
mod taylor_words;
mod turn;
mod values;
mod vanishing;
mod vanishing_deep;
mod vanishing_figures;
mod vanishing_neuron;
mod vanishing_words;

pub use control::{Control, Kind, Level, Scale, Value};
pub use link::pairs;
pub use math::Math;
pub use subject::loss_of;
pub use table::{Cell, Row, Table};
pub use values::Values;

use crate::error::Error;
use crate::figure::{Figure, Ink, Shape};
use crate::loss::Landscape;
use crate::phrase::Phrase;
use subject::Subject;

/// How a lab is opened.
type Open = fn() -> Box<dyn Lab>;

/// The registry: every lab's id and how to open it. A new lab is one file, its texts, and one line here.
pub const REGISTRY: &[(&str, Open)] = &[
    ("critical-point", || Box::new(critical_point::CriticalPoint::new())),
    ("taylor", || Box::new(taylor::Taylor::new())),
    ("newton", || Box::new(newton::Newton::new())),
    ("escape", || Box::new(escape::Escape::new())),
    ("race", || Box::new(race::Races::new())),
    ("schedule", || Box::new(schedule::Schedules::new())),
    ("batch", || Box::new(batch::Batches::new())),
    ("gradient-check", || Box::new(gradient_check::GradientCheck::new())),
    ("moving-average", || Box::new(moving_average::MovingAverage::new())),
    ("network", || Box::new(network::Networks::new())),
    ("vanishing", || Box::new(vanishing::Vanishing::new())),
    ("fate", || Box::new(fate::Fate::new())),
];

/// A new lab in its opening state.
pub fn open(id: &str) -> Option<Box<dyn Lab>> {
    REGISTRY.iter().find(|(name, _)| *name == id).map(|(_, make)| make())
}

/// The words for a control: `control.<id>`; for what belongs to a method or a schedule, what
/// `method_controls::label` and `family_controls::label` say.
pub fn label(control: &str) -> Phrase {
    let own = method_controls::label(control).or_else(|| family_controls::label(control));
    own.unwrap_or_else(|| Phrase::new(["control.", control].concat()))
}

/// The name of the method or schedule whose parameter a control is, as the heading of all of these.
pub fn group(control: &str) -> Option<Phrase> {
    match (method_controls::parts(control), family_controls::parts(control)) {
        (Some((method, _)), _) => Some(method_controls::name(method)),
        (_, Some((_, "show"))) => None,
        (_, Some((family, _))) => Some(family_controls::name(family)),
        _ => None,
    }
}

/// The words for an option of a control: `control.<id>.<option>`; for losses `loss.<id>`, for other formulas the formula itself, in the choices `method` and
/// `focus` `method.<id>`, in a choice of dialects `dialect.<id>`, in the choice `schedule` `schedule.<id>`.
pub fn option_label(control: &Control, option: &str) -> Phrase {
    if let Kind::Formula { .. } = control.kind {
        if Landscape::from_id(option).is_none() {
            return Phrase::verbatim(option);
        }
        return Phrase::new(["loss.", option].concat());
    }
    let of_methods = matches!(control.id.as_ref(), "method" | "focus") || control.id.ends_with(".dialect");
    let known = match control.id.as_ref() {
        "schedule" => family_controls::option(option),
        _ if of_methods => method_controls::option(option),
        _ => None,
    };
    known.unwrap_or_else(|| Phrase::new(["control.", &control.id, ".", option].concat()))
}

/// The contract of a lab.
///
/// Text keys follow from ids: `lab.<lab>.title`, `lab.<lab>.try`, and what [`label`] and [`option_label`] say. Everything else that a lab says, it says as a [`Phrase`].
pub trait Lab {
    /// Its id, such as `critical-point`.
    fn id(&self) -> &'static str;

    /// The declared controls with their present values, in the order in which they are shown and restored.
    fn values(&self) -> &Values;

    /// The words for a control now, such as those of a button that follows what it does.
    fn label(&self, control: &str) -> Phrase {
        label(control)
    }

    /// What to try first, as it stands under the title: in each scene with what that scene has.
    fn invitation(&self) -> Phrase {
        Phrase::new(["lab.", self.id(), ".try"].concat())
    }

    /// What the field of the loss shows in place of the formula of a landscape, where the lab runs on another.
    fn formula(&self) -> Option<String> {
        None
    }

    /// What stands beside the `value` that a slider shows now, such as the bound that it must stay below.
    fn valued(&self, _control: &str, value: Phrase) -> Phrase {
        value
    }

    /// Whether a control applies now (its loss, its mode). A hidden control keeps its value.
    fn shown(&self, control: &str) -> bool;

    /// Sets a control from text, as it stands in an attribute or a link.
    ///
    /// # Errors
    ///
    /// A warning rather than a failure: the value was clamped (`control.clamped`) or ignored (`control.unknown`,
    /// `control.not-a-number`, `control.not-an-option`, `formula.*`). The lab is in a good state either way.
    fn set(&mut self, control: &str, text: &str) -> Result<(), Error>;

    /// Does what a button says ([`Kind::Action`]).
    fn act(&mut self, control: &str);

    /// What can be dragged, with its present position.
    fn handles(&self) -> Vec<Handle>;

    /// Moves a handle to a data position of its figure (for [`Grip::Orbit`]: (yaw, pitch)). Positions outside the
    /// limits are clamped.
    fn drag(&mut self, handle: &str, to: [f64; 2]);

    /// Moves a handle by keyboard: `by` counts arrow presses to the right and up, `large` with Shift.
    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool);

    /// Lets `seconds` of show time pass; says whether it wants to be called again.
    fn advance(&mut self, seconds: f64) -> bool {
        let _ = seconds;
        false
    }

    /// Does long work in slices: goes on until it is done or until `spent` says so, which it asks about every half a
    /// millisecond of work. Gives the share that is done, from 0 to 1; `None` where nothing is left to do. With
    /// `spent` true at once it only tells.
    fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        let _ = spent;
        None
    }

    /// The state, and what else another instance of the lab needs, in a worker, to do the work that is left; it changes
    /// when the work has to begin anew. `None`: there is none, or it is done here.
    fn task(&self) -> Option<String> {
        None
    }

    /// Takes up the task of another instance.
    fn resume(&mut self, task: &str) {
        self.restore(task);
    }

    /// What [`Lab::work`] has found since the last harvest, as plain numbers for [`Lab::absorb`].
    fn harvest(&mut self) -> Vec<f64> {
        Vec::new()
    }

    /// Takes what another instance, in the state that [`Lab::task`] gave, has harvested.
    fn absorb(&mut self, found: &[f64]) {
        let _ = found;
    }

    /// The figures, in order of importance: the first is the largest.
    fn figures(&self) -> Vec<Figure>;

    /// The one thing to read first, if there is one.
    fn headline(&self) -> Option<Headline>;

    /// The numbers.
    fn readouts(&self) -> Vec<Readout>;

    /// Results in rows and columns, if there are any.
    fn table(&self) -> Option<Table> {
        None
    }

    /// Its state in words, for a screen reader.
    fn sentence(&self) -> Phrase;

    /// Short remarks, such as where the source notes say otherwise.
    fn remarks(&self) -> Vec<Phrase> {
        Vec::new()
    }

    /// Its numbers as comma-separated values with a header row.
    fn csv(&self) -> String;

    /// The state as a link holds it: `key=value&key=value`, defaults left out.
    fn state(&self) -> String {
        self.values().state()
    }

    /// The state as an address holds it: as [`Lab::state`], with the version of the links, without texts that are too
    /// long for one. Empty in the opening state.
    fn link(&self) -> String {
        let state = self.values().link();
        if state.is_empty() { state } else { ["v=", link::VERSION, "&", &state].concat() }
    }

    /// Back to the opening state.
    fn reset(&mut self);

    /// Puts the lab into the state of a link: defaults, then each value in declared order (a loss before the point on
    /// it), then whatever is unknown, for its warning. Gives the warnings.
    fn restore(&mut self, state: &str) -> Vec<Error> {
        self.reset();
        let settings = settings(self.values(), state);
        settings.iter().filter_map(|(key, value)| self.set(key, value).err()).collect()
    }
}

/// The settings of a link in the order in which they are made: as declared, then what is unknown. `v`, the version of
/// the link, is none.
fn settings(values: &Values, state: &str) -> Vec<(String, String)> {
    let mut given = pairs(state);
    given.retain(|(key, _)| key != "v");
    let mut out = Vec::with_capacity(given.len());
    for control in values.controls() {
        out.extend(given.iter().filter(|(key, _)| *key == control.id).cloned());
    }
    given.retain(|(key, _)| !values.controls().iter().any(|c| c.id == key.as_str()));
    out.append(&mut given);
    out
}

/// The one thing to read first: ✕ Saddle point — one λ is negative.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// The mark of the kind.
    pub mark: Option<Shape>,
    /// Whether the mark is an outline.
    pub hollow: bool,
    /// What it is.
    pub text: Phrase,
    /// Why.
    pub reason: Phrase,
}

impl Headline {
    /// Words without a mark.
    #[inline(never)]
    pub fn plain(text: Phrase, reason: Phrase) -> Headline {
        Headline { mark: None, hollow: false, text, reason }
    }

    /// What ends its text where more follows: a full stop, and nothing after a question.
    #[inline(never)]
    pub fn stop(&self) -> Phrase {
        let key = self.text.key.as_ref();
        let asks = key.ends_with(".ask") || matches!(key, "escape.which" | "verdict.hidden");
        if asks { Phrase::verbatim("") } else { Phrase::new("sentence.stop") }
    }

    /// Its text and its reason, as sentences.
    fn told(self) -> Phrase {
        let stop = self.stop();
        Phrase::new("sentence.result")
            .phrase("text", self.text)
            .phrase("stop", stop)
            .phrase("reason", self.reason)
    }

    /// The same after a sentence about where this is.
    #[inline(never)]
    fn after(self, scene: Phrase) -> Phrase {
        Phrase::new("sentence.scene").phrase("scene", scene).phrase("result", self.told())
    }
}

/// One line of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Readout {
    /// Stable name within the lab: `hessian`.
    pub id: &'static str,
    /// What it is.
    pub label: Phrase,
    /// The mathematics.
    pub math: Math,
    /// Words after it.
    pub note: Option<Phrase>,
    /// The colour of its picture.
    pub ink: Ink,
    /// Shown from which level on.
    pub level: Level,
}

impl Readout {
    /// A line that stands on the page at once.
    #[inline(never)]
    pub fn basic(
        id: &'static str,
        label: &'static str,
        math: Math,
        note: Option<Phrase>,
        ink: Ink,
    ) -> Readout {
        Readout { id, label: Phrase::new(label), math, note, ink, level: Level::Basic }
    }
}

/// Something that can be dragged.
#[derive(Clone, Debug, PartialEq)]
pub struct Handle {
    /// Stable name within the lab: `theta`.
    pub id: &'static str,
    /// The figure it lies on.
    pub figure: &'static str,
    /// How it moves.
    pub grip: Grip,
    /// Where it is, in data of its figure (for [`Grip::Orbit`]: (yaw, pitch)).
    pub at: [f64; 2],
    /// Its accessible name.
    pub name: Phrase,
    /// Its present value in words.
    pub value: Phrase,
    /// Its colour.
    pub ink: Ink,
}

/// How a handle moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// Freely in the plane of its figure; a press on the figure brings it there.
    Point,
    /// Anywhere, but it settles on its track (a dial, a line).
    Track,
    /// The whole figure turns.
    Orbit,
}
