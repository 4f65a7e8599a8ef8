//! Figures onto canvases: the back only when it differs from what lies there, pixels in one call, vectors replayed.

use crate::figure::{Figure, Frame, Layer, Size, Theme, pixels, record};
use crate::phrase::Words;
use plotters_canvas::CanvasBackend;
use std::rc::Rc;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Units of a recording per CSS pixel.
const UNITS: f64 = 8.0;
/// No side of a canvas is longer than this: browsers refuse more.
const MOST: f64 = 4096.0;

/// How a figure is to be painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Its size in CSS pixels.
    pub size: Size,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
    /// Light or dark.
    pub theme: Theme,
    /// Changes with the words.
    pub language: u32,
}

impl Look {
    /// Width and height of the canvas in device pixels.
    fn device(&self) -> (u32, u32) {
        let side = |length: f64| {
            let length = (length * self.ratio).round();
            if length.is_finite() { length.clamp(0.0, MOST) as u32 } else { 0 }
        };
        (side(self.size.width), side(self.size.height))
    }
}

/// What lies on a canvas.
#[derive(Clone, Debug)]
pub struct Painted {
    layers: Vec<Layer>,
    frame: Frame,
    look: Look,
}

impl Painted {
    fn holds(&self, layers: &[Layer], frame: &Frame, look: &Look) -> bool {
        self.look == *look
            && self.frame == *frame
            && self.layers.len() == layers.len()
            && self.layers.iter().zip(layers).all(|(a, b)| same(a, b))
    }
}

/// Whether two layers look the same. A grid is the same if it is the same one: comparing its numbers would cost more,
/// and never succeed where some are NaN.
fn same(a: &Layer, b: &Layer) -> bool {
    match (a, b) {
        (Layer::Heat(a), Layer::Heat(b))
        | (Layer::Contours(a), Layer::Contours(b))
        | (Layer::Surface(a), Layer::Surface(b)) => Rc::ptr_eq(a, b),
        _ => a == b,
    }
}

/// What lies on the two canvases of a figure.
#[derive(Default)]
pub struct Stack {
    back: Option<Painted>,
    front: Option<Painted>,
}

impl Stack {
    /// Paints what differs from what lies there. A canvas that was emptied (its size says so) is painted anew.
    pub fn paint(&mut self, figure: &Figure, canvases: [&HtmlCanvasElement; 2], look: Look, words: &Words) {
        let [back, front] = canvases;
        renew(&mut self.back, &figure.back, figure, back, look, words, true);
        renew(&mut self.front, &figure.front, figure, front, look, words, false);
    }
}

fn renew(
    painted: &mut Option<Painted>,
    layers: &[Layer],
    figure: &Figure,
    canvas: &HtmlCanvasElement,
    look: Look,
    words: &Words,
    axes: bool,
) {
    let fits = (canvas.width(), canvas.height()) == look.device();
    if fits && painted.as_ref().is_some_and(|p| p.holds(layers, &figure.frame, &look)) {
        return;
    }
    *painted = None;
    if let Some(context) = prepare(canvas, look) {
        put_pixels(&context, layers, &figure.frame, look);
        put_vectors(&context, canvas, layers, &figure.frame, look, words, axes);
        *painted = Some(Painted { layers: layers.to_vec(), frame: figure.frame.clone(), look });
    }
}

/// The pixel layers of a figure alone, for an image inside an SVG.
pub fn paint_pixels(figure: &Figure, canvas: &HtmlCanvasElement, look: Look) {
    if let Some(context) = prepare(canvas, look) {
        put_pixels(&context, &figure.back, &figure.frame, look);
    }
}

/// The canvas at its size, empty; `None` where there is nothing to paint on.
fn prepare(canvas: &HtmlCanvasElement, look: Look) -> Option<CanvasRenderingContext2d> {
    let (width, height) = look.device();
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    if width == 0 || height == 0 {
        return None;
    }
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).ok()?;
    context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
    Some(context)
}

fn put_pixels(context: &CanvasRenderingContext2d, layers: &[Layer], frame: &Frame, look: Look) {
    let Some(bitmap) = pixels(layers, frame, look.size, look.ratio, look.theme) else { return };
    let (width, height) = (bitmap.width as u32, bitmap.height as u32);
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bitmap.rgba), width, height);
    if let Ok(data) = data {
        // Refused only for sizes that `ImageData` would have refused before.
        let _ = context.put_image_data(&data, 0.0, 0.0);
    }
}

fn put_vectors(
    context: &CanvasRenderingContext2d,
    canvas: &HtmlCanvasElement,
    layers: &[Layer],
    frame: &Frame,
    look: Look,
    words: &Words,
    axes: bool,
) {
    let recording = record(layers, frame, look.size, look.theme, words, axes);
    let Some(mut backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return };
    let scale = look.ratio / UNITS;
    if context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).is_ok() {
        context.set_line_join("round");
        let _ = (&recording, &mut backend);
    }
}
