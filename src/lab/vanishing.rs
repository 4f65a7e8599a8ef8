//! Lab `vanishing`: where gradients get lost. A deep network's gradient layer by layer for three activations and any
//! initial weights; one neuron whose error and activation do not suit one another.

use super::vanishing_deep::Comparison;
use super::vanishing_figures::{self as figures, INITS};
use super::vanishing_neuron::{Neuron, neurons};
use super::vanishing_words as words;
use super::{Control, Grip, Handle, Headline, Kind, Lab, Readout, Table, Value, Values};
use crate::error::Error;
use crate::figure::{Figure, Ink};
use crate::phrase::{Phrase, number};
use std::cell::OnceCell;

/// What is shown; the first opens.
const PARTS: &[&str] = &["deep", "neuron"];

/// The lab.
pub struct Vanishing {
    values: Values,
    /// Worked out when first asked for: a link sets many controls before anything is drawn.
    deep: OnceCell<Comparison>,
    neurons: OnceCell<Vec<Neuron>>,
}

impl Vanishing {
    /// Twenty layers from Xavier's weights.
    pub fn new() -> Self {
        Self { deep: OnceCell::new(), neurons: OnceCell::new(), values: Values::new(controls()) }
    }

    fn deep(&self) -> &Comparison {
        self.deep.get_or_init(|| Comparison::of(&self.values))
    }

    fn neurons(&self) -> &[Neuron] {
        self.neurons.get_or_init(|| neurons(&self.values))
    }

    fn is_deep(&self) -> bool {
        self.values.choice("scene") == "deep"
    }
}

impl Default for Vanishing {
    fn default() -> Self {
        Self::new()
    }
}

fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let linear = Kind::linear;
    let log = Kind::log;
    vec![
        basic("scene", Kind::Choice { options: PARTS, default: 0 }),
        basic("init", Kind::Choice { options: INITS, default: 1 }),
        basic("scale", log(0.1, 10.0, 1.0)),
        basic("depth", linear(2.0, 30.0, 1.0, 20.0)),
        basic("width", linear(2.0, 32.0, 1.0, 16.0)),
        basic("target", Kind::Choice { options: &["0", "1"], default: 1 }),
        basic("z", linear(-8.0, 8.0, 0.1, -4.0)),
        basic("rate", log(0.01, 10.0, 0.1)),
        more("steps", linear(50.0, 1000.0, 10.0, 300.0)),
        more("seeds", linear(1.0, 50.0, 1.0, 10.0)),
        more("seed", Kind::Seed { default: 1 }),
        basic("back", back_kind(20.0)),
    ]
}

/// The layer on show, counted back from the output; it opens at the first layer.
fn back_kind(depth: f64) -> Kind {
    let end = depth - 1.0;
    Kind::linear(0.0, end, 1.0, end)
}

impl Lab for Vanishing {
    fn id(&self) -> &'static str {
        "vanishing"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn invitation(&self) -> Phrase {
        Phrase::new(if self.is_deep() { "lab.vanishing.try" } else { "lab.vanishing.try.neuron" })
    }

    fn shown(&self, control: &str) -> bool {
        match control {
            "target" | "z" => !self.is_deep(),
            "init" | "scale" | "depth" | "width" | "seeds" | "seed" | "back" => self.is_deep(),
            _ => true,
        }
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let said = self.values.set(control, text);
        match control {
            "scene" | "back" => {}
            "target" | "z" => self.neurons = OnceCell::new(),
            _ => {
                if control == "depth" {
                    // A network has whole layers.
                    self.values.put("depth", Value::Number(self.values.number("depth").round()));
                    self.values.declare("back", back_kind(self.values.number("depth")));
                }
                self.deep = OnceCell::new();
                if matches!(control, "rate" | "steps") {
                    self.neurons = OnceCell::new();
                }
            }
        }
        said
    }

    fn act(&mut self, _: &str) {}

    fn handles(&self) -> Vec<Handle> {
        if self.is_deep() {
            let value = Phrase::verbatim(number(figures::back(&self.values), 3));
            let name = Phrase::new("handle.back");
            return figures::layers(self.deep(), &self.values)
                .handle("back", name, value)
                .into_iter()
                .collect();
        }
        let z = self.values.number("z");
        let value = Phrase::verbatim(["z = ", &number(z, 3)].concat());
        let curves = figures::against_z(self.neurons(), &self.values, "neuron-loss");
        let handle = curves.handle("z", Phrase::new("handle.z"), value);
        handle.map(|handle| Handle { ink: Ink::Point, grip: Grip::Track, ..handle }).into_iter().collect()
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !to[0].is_finite() {
            return;
        }
        match handle {
            "back" => self.values.put("back", Value::Number(to[0].round())),
            "z" => {
                self.values.put("z", Value::Number((to[0] * 100.0).round() / 100.0));
                self.neurons = OnceCell::new();
            }
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 } * (by[0] + by[1]);
        match handle {
            "back" => self.drag(handle, [figures::back(&self.values) + many, 0.0]),
            "z" => self.drag(handle, [self.values.number("z") + 0.1 * many, 0.0]),
            _ => {}
        }
    }

    fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        if !self.is_deep() {
            return None;
        }
        self.deep();
        self.deep.get_mut()?.work(spent)
    }

    fn figures(&self) -> Vec<Figure> {
        if self.is_deep() {
            return vec![
                figures::layers(self.deep(), &self.values).figure(),
                figures::learning(self.deep()).figure(),
                figures::zeros(self.deep()).figure(),
            ];
        }
        vec![
            figures::against_z(self.neurons(), &self.values, "neuron-loss").figure(),
            figures::against_z(self.neurons(), &self.values, "neuron-slope").figure(),
            figures::training(self.neurons(), &self.values).figure(),
        ]
    }

    fn headline(&self) -> Option<Headline> {
        let (text, reason) = match self.is_deep() {
            true => words::deep(self.deep()),
            false => words::neuron(self.neurons(), &self.values),
        };
        Some(Headline::plain(text, reason))
    }

    fn readouts(&self) -> Vec<Readout> {
        match self.is_deep() {
            true => words::deep_readouts(self.deep(), &self.values),
            false => words::neuron_readouts(self.neurons(), &self.values),
        }
    }

    fn table(&self) -> Option<Table> {
        self.is_deep().then(|| words::table(self.deep()))
    }

    fn sentence(&self) -> Phrase {
        let (text, reason) = match self.is_deep() {
            true => words::deep(self.deep()),
            false => words::neuron(self.neurons(), &self.values),
        };
        let scene = match self.is_deep() {
            true => Phrase::new("vanishing.scene.deep")
                .number("depth", self.values.number("depth"))
                .number("width", self.values.number("width").round())
                .phrase("init", Phrase::new(format!("control.init.{}", self.values.choice("init"))))
                .number("scale", self.values.number("scale")),
            false => Phrase::new("vanishing.scene.neuron")
                .number("z", self.values.number("z"))
                .phrase("target", Phrase::verbatim(self.values.choice("target"))),
        };
        Headline::plain(text, reason).after(scene)
    }

    fn remarks(&self) -> Vec<Phrase> {
        match self.is_deep() {
            true => words::deep_remarks(self.deep()),
            false => words::neuron_remarks(self.neurons(), &self.values),
        }
    }

    fn csv(&self) -> String {
        if self.is_deep() { words::deep_csv(self.deep()) } else { words::neuron_csv(self.neurons()) }
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
