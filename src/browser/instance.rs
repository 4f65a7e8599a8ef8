//! One lab on one element of a page.

use super::canvas::{Canvases, Look, Stack, replay};
use super::png;
use super::report::{self, Refused};
use crate::error::Error;
use crate::figure::{Entry, Figure, Ink, Layout, Part, Recording, Size, Theme, legend, record};
use crate::lab::{self, Cell, Grip, Handle, Kind, Lab, REGISTRY, Value};
use crate::phrase::Words;
use std::f64::consts::PI;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

/// Size of a figure that no page has measured yet.
const UNSEEN: Size = Size { width: 640.0, height: 480.0 };

/// One lab with its words, the sizes of its figures and what lies on their canvases.
///
/// All positions are CSS pixels from the upper left corner of a figure. Nothing here throws; a panic traps the whole
/// WebAssembly instance, and whoever called is to make a new one.
#[wasm_bindgen(js_name = Lab, skip_typescript)]
pub struct Instance {
    lab: Box<dyn Lab>,
    words: Words,
    language: u32,
    places: Vec<Place>,
    figures: Option<Vec<Figure>>,
    refused: Option<Refused>,
    grab: Option<Grab>,
    /// Whether the page has been told the texts that were pasted: long ones are not told in every frame.
    told: bool,
}

/// A figure as the page shows it.
struct Place {
    id: String,
    size: Size,
    ratio: f64,
    stack: Stack,
}

/// Where a handle was taken hold of.
struct Grab {
    handle: &'static str,
    /// The pointer then.
    pointer: [f64; 2],
    /// The handle then, in pixels; for [`Grip::Orbit`] its angles.
    handle_at: [f64; 2],
}

/// The ids of all labs.
#[wasm_bindgen(skip_typescript)]
pub fn labs() -> Vec<String> {
    REGISTRY.iter().map(|(id, _)| (*id).to_string()).collect()
}

/// Traps this WebAssembly instance on purpose, so that tests can see what a page does about it.
#[wasm_bindgen(skip_typescript)]
pub fn trap() {
    std::process::abort()
}

#[wasm_bindgen(js_class = Lab)]
impl Instance {
    /// Opens a lab. `keys` and `patterns` are the words of a language, side by side.
    ///
    /// # Errors
    ///
    /// If there is no lab of this id: see [`labs`].
    #[wasm_bindgen(constructor)]
    pub fn new(id: &str, keys: Vec<String>, patterns: Vec<String>) -> Result<Instance, JsError> {
        let lab = lab::open(id).ok_or_else(|| JsError::new("there is no such lab"))?;
        Ok(Self {
            lab,
            words: keys.into_iter().zip(patterns).collect(),
            language: 0,
            places: Vec::new(),
            figures: None,
            refused: None,
            grab: None,
            told: false,
        })
    }

    /// Speaks another language from now on.
    #[wasm_bindgen(js_name = setWords)]
    pub fn set_words(&mut self, keys: Vec<String>, patterns: Vec<String>) {
        self.words = keys.into_iter().zip(patterns).collect();
        self.language += 1;
        self.told = false;
    }

    /// The declared controls with their words, as JSON.
    pub fn describe(&mut self) -> String {
        self.told = false;
        report::describe(&*self.lab, &self.words)
    }

    /// What there is to show now, as JSON: values, handles, headline, readouts, sentence, remarks, figures, and the
    /// refused formula if there is one.
    pub fn update(&mut self) -> String {
        self.compute();
        let progress = self.lab.work(&mut || true);
        let texts = !std::mem::replace(&mut self.told, true);
        let size_of = |id: &str| self.place(id).map_or(UNSEEN, |place| place.size);
        let figures = self.figures.as_deref().unwrap_or_default();
        report::update(&*self.lab, &self.words, figures, size_of, self.refused.as_ref(), progress, texts)
    }

    /// Sets a control from text. Gives the warning in words, empty if there is none.
    pub fn set(&mut self, control: &str, text: &str) -> String {
        self.changed();
        // A choice may bring a text into sight.
        self.told &= matches!(self.lab.values().get(control), Some(Value::Number(_) | Value::Point(_)));
        let said = self.lab.set(control, text);
        match said {
            Ok(()) => {
                if self.refused.as_ref().is_some_and(|r| r.control == control) {
                    self.refused = None;
                }
                String::new()
            }
            Err(error) => self.warn(control, text, error),
        }
    }

    /// Sets a slider by its position from 0 to 1.
    pub fn slide(&mut self, control: &str, position: f64) {
        let controls = self.lab.values().controls();
        let value = controls.iter().find(|c| c.id == control).and_then(|c| c.kind.value_at(position));
        if let Some(value) = value {
            self.set(control, &Value::Number(value).text());
        }
    }

    /// Does what a button says.
    pub fn act(&mut self, control: &str) {
        self.changed();
        self.told = false;
        self.refused = None;
        self.lab.act(control);
    }

    /// Takes hold of a handle with the pointer at (x, y), so that it does not jump to the pointer's centre.
    pub fn grab(&mut self, handle: &str, x: f64, y: f64) {
        self.compute();
        self.grab = self.handle(handle).and_then(|h| {
            let layout = self.layout(h.figure)?;
            let handle_at = if h.grip == Grip::Orbit { h.at } else { layout.to_pixel(h.at) };
            Some(Grab { handle: h.id, pointer: [x, y], handle_at })
        });
    }

    /// Moves the handle that was taken hold of: the pointer is now at (x, y).
    pub fn drag(&mut self, handle: &str, x: f64, y: f64) {
        self.compute();
        let Some(h) = self.handle(handle) else { return };
        let Some(layout) = self.layout(h.figure) else { return };
        let (by, from) = match &self.grab {
            Some(grab) if grab.handle == h.id => {
                ([x - grab.pointer[0], y - grab.pointer[1]], Some(grab.handle_at))
            }
            _ => ([0.0, 0.0], None),
        };
        let to = match (h.grip, from) {
            (Grip::Orbit, from) => {
                // Half a turn across 400 pixels, whatever the size of the figure: the hand knows how far it went.
                let [yaw, pitch] = from.unwrap_or(h.at);
                [yaw + by[0] * PI / 400.0, pitch + by[1] * PI / 400.0]
            }
            (_, Some([px, py])) => layout.to_data([px + by[0], py + by[1]]),
            (_, None) => layout.to_data([x, y]),
        };
        if to[0].is_finite() && to[1].is_finite() {
            self.changed();
            self.lab.drag(h.id, to);
        }
    }

    /// Brings the free handle of a figure to (x, y) and takes hold of it; gives its id, empty if the figure has none.
    pub fn press(&mut self, figure: &str, x: f64, y: f64) -> String {
        let free = |h: &Handle| h.figure == figure && h.grip == Grip::Point;
        let Some(id) = self.lab.handles().iter().find(|h| free(h)).map(|h| h.id) else {
            return String::new();
        };
        self.grab = None;
        self.drag(id, x, y);
        self.grab(id, x, y);
        id.into()
    }

    /// Moves a handle by arrow presses to the right and up; `large` with Shift.
    pub fn nudge(&mut self, handle: &str, right: f64, up: f64, large: bool) {
        self.changed();
        self.lab.nudge(handle, [right, up], large);
    }

    /// Lets `seconds` pass; says whether to call again.
    pub fn advance(&mut self, seconds: f64) -> bool {
        let more = self.lab.advance(seconds);
        if more {
            self.changed();
        }
        more
    }

    /// Does long work for so many milliseconds; gives the share that is done, NaN where nothing is left.
    pub fn work(&mut self, milliseconds: f64) -> f64 {
        let end = now() + milliseconds;
        let progress = self.lab.work(&mut || now() >= end);
        self.changed();
        progress.unwrap_or(f64::NAN)
    }

    /// The state from which a worker can do the work that is left; none where there is none, or it is done here.
    pub fn task(&self) -> Option<String> {
        self.lab.task()
    }

    /// Takes up the task of another instance.
    pub fn resume(&mut self, task: &str) {
        self.lab.resume(task);
        self.changed();
    }

    /// What [`Instance::work`] has found since the last harvest.
    pub fn harvest(&mut self) -> Vec<f64> {
        self.lab.harvest()
    }

    /// Takes what a worker has harvested.
    pub fn absorb(&mut self, found: &[f64]) {
        self.lab.absorb(found);
        self.changed();
    }

    /// Tells the size of a figure, and the device pixels per CSS pixel.
    pub fn resize(&mut self, figure: &str, width: f64, height: f64, ratio: f64) {
        let proper = |x: f64, least: f64| if x.is_finite() { x.max(least) } else { least };
        let size = Size { width: proper(width, 0.0), height: proper(height, 0.0) };
        let ratio = proper(ratio, 0.25);
        match self.places.iter_mut().find(|place| place.id == figure) {
            Some(place) => (place.size, place.ratio) = (size, ratio),
            None => {
                let id = figure.into();
                self.places.push(Place { id, size, ratio, stack: Stack::default() });
            }
        }
    }

    /// Paints a figure onto three canvases, one above the other: pixel layers, vectors that change rarely, and what
    /// follows the pointer. What already lies there stays.
    pub fn paint(
        &mut self,
        figure: &str,
        pixels: &HtmlCanvasElement,
        back: &HtmlCanvasElement,
        front: &HtmlCanvasElement,
        dark: bool,
    ) {
        self.compute();
        let language = self.language;
        let Some(figure) = self.figures.iter().flatten().find(|f| f.id == figure) else { return };
        let Some(place) = self.places.iter_mut().find(|place| place.id == figure.id) else { return };
        let look = Look { size: place.size, ratio: place.ratio, theme: theme(dark), language };
        place.stack.paint(figure, &Canvases { pixels, back, front }, look, &self.words);
    }

    /// A figure as SVG text. `image` is the address of its pixel layers (a data URL), empty if it has none; `link`,
    /// the address of the state, becomes its description.
    pub fn svg(&mut self, figure: &str, dark: bool, image: &str, link: &str) -> String {
        self.compute();
        let Some(figure) = self.figures.iter().flatten().find(|f| f.id == figure) else {
            return String::new();
        };
        let size = self.place(figure.id).map_or(UNSEEN, |place| place.size);
        let recording = record(figure, Part::Whole, size, theme(dark), &self.words);
        let image = Some(image).filter(|image| !image.is_empty());
        let legend = self.legend(figure, size, dark);
        let link =
            ["</title>\n<desc>", &link.replace('&', "&amp;").replace('<', "&lt;"), "</desc>\n"].concat();
        let svg = recording.svg_with(&self.words.text(&figure.name), image, legend.as_ref());
        svg.replacen("</title>\n", &link, 1)
    }

    /// Paints what a figure needs to be understood without its page, if there is anything: its legend, as wide as it.
    #[wasm_bindgen(js_name = paintLegend)]
    pub fn paint_legend(&mut self, figure: &str, canvas: &HtmlCanvasElement, dark: bool) {
        self.compute();
        let Some(figure) = self.figures.iter().flatten().find(|f| f.id == figure) else { return };
        let Some(place) = self.place(figure.id) else { return };
        if let Some(legend) = self.legend(figure, place.size, dark) {
            let look =
                Look { size: legend.size(), ratio: place.ratio, theme: theme(dark), language: self.language };
            replay(&legend, canvas, look);
        }
    }

    /// The numbers as comma-separated values, after a comment with the address of the state.
    pub fn csv(&self, link: &str) -> String {
        ["# ", &link.replace(['\n', '\r'], " "), "\n", &self.lab.csv()].concat()
    }

    /// A PNG file with the address of the state in it.
    pub fn sign(&self, png: &[u8], link: &str) -> Vec<u8> {
        png::signed(png, link)
    }

    /// The state as a link holds it.
    pub fn state(&self) -> String {
        self.lab.state()
    }

    /// The state as an address holds it.
    pub fn link(&self) -> String {
        self.lab.link()
    }

    /// Puts the lab into the state of a link. Gives the warnings in words.
    pub fn restore(&mut self, state: &str) -> Vec<String> {
        self.changed();
        self.told = false;
        self.refused = None;
        let formula = self.lab.values().controls().iter().find(|c| matches!(c.kind, Kind::Formula { .. }));
        let formula = formula.map_or(String::new(), |c| c.id.to_string());
        let typed = lab::pairs(state).into_iter().find(|(key, _)| *key == formula);
        let typed = typed.map_or(String::new(), |(_, text)| text);
        let errors = self.lab.restore(state);
        errors.into_iter().map(|error| self.warn(&formula, &typed, error)).collect()
    }

    /// Traps this WebAssembly instance on purpose, for tests.
    pub fn trap(&self) {
        trap();
    }
}

impl Instance {
    fn changed(&mut self) {
        self.figures = None;
    }

    fn compute(&mut self) {
        if self.figures.is_none() {
            self.figures = Some(self.lab.figures());
        }
    }

    /// What the table under the lab says of the colours of a figure.
    fn legend(&self, figure: &Figure, size: Size, dark: bool) -> Option<Recording> {
        let rows = self.lab.table().map_or(Vec::new(), |table| table.rows);
        let entries = rows.into_iter().filter_map(|row| match (row.mark?, row.cells.into_iter().next()?) {
            // What is in the colour of text is told by its shape.
            ((shape, hollow, ink), Cell::Words(_, words)) if ink != Ink::Text => {
                Some(Entry { shape, hollow, ink, text: self.words.text(&words) })
            }
            _ => None,
        });
        legend(figure, entries.collect(), size.width, theme(dark))
    }

    fn place(&self, id: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }

    fn handle(&self, id: &str) -> Option<Handle> {
        self.lab.handles().into_iter().find(|h| h.id == id)
    }

    fn layout(&self, figure: &str) -> Option<Layout> {
        let frame = &self.figures.iter().flatten().find(|f| f.id == figure)?.frame;
        let size = self.place(figure).map_or(UNSEEN, |place| place.size);
        (size.width > 0.0 && size.height > 0.0).then(|| Layout::new(frame, size))
    }

    /// A warning in words; a refused formula is kept, to be shown where it was typed.
    fn warn(&mut self, control: &str, text: &str, error: Error) -> String {
        let message = self.words.text(&error.phrase());
        if error.code().starts_with("formula.") {
            self.refused = Some(Refused { control: control.into(), text: text.into(), error });
        }
        message
    }
}

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page or the worker began.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

fn theme(dark: bool) -> Theme {
    if dark { Theme::Dark } else { Theme::Light }
}
