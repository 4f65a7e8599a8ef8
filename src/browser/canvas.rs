//! Figures onto canvases: the back only when it differs from what lies there, pixels in one call, vectors replayed.

use crate::figure::{
    Bitmap, Figure, Frame, Layer, Letters, Painter, Part, Recording, Size, Strokes, Theme, UNITS, record,
};
use crate::phrase::Words;
use plotters_canvas::CanvasBackend;
use std::rc::Rc;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

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
struct Painted {
    layers: Vec<Layer>,
    frame: Frame,
    look: Look,
}

impl Painted {
    fn new(figure: &Figure, part: Canvas, look: Look) -> Self {
        let layers = shown(figure, part).cloned().collect();
        Self { layers, frame: figure.frame.clone(), look }
    }

    fn holds(&self, figure: &Figure, part: Canvas, look: Look) -> bool {
        self.look == look
            && self.frame == figure.frame
            && self.layers.len() == shown(figure, part).count()
            && self.layers.iter().zip(shown(figure, part)).all(|(a, b)| same(a, b))
    }
}

/// One of the canvases of a figure.
#[derive(Clone, Copy, PartialEq)]
enum Canvas {
    Pixels,
    Back,
    Front,
}

/// The layers on which the look of a canvas depends. Vectors may be hidden by a surface, and by no other pixels: axes and
/// contours stay where they are while tiles or sheets follow the pointer.
fn shown(figure: &Figure, part: Canvas) -> impl Iterator<Item = &Layer> {
    let front = if part == Canvas::Front { figure.front.as_slice() } else { &[] };
    let counts = move |layer: &&Layer| match layer {
        Layer::Surface(_) => true,
        Layer::Heat(_) | Layer::Tiles(_) | Layer::Sheet(..) => part == Canvas::Pixels,
        _ => part == Canvas::Back,
    };
    figure.back.iter().filter(counts).chain(front)
}

/// Whether two layers look the same. A grid is the same if it is the same one: comparing its numbers would cost more,
/// and never succeed where some are NaN.
fn same(a: &Layer, b: &Layer) -> bool {
    match (a, b) {
        (Layer::Heat(a), Layer::Heat(b))
        | (Layer::Contours(a), Layer::Contours(b))
        | (Layer::Surface(a), Layer::Surface(b)) => Rc::ptr_eq(a, b),
        (Layer::Tiles(a), Layer::Tiles(b)) => Rc::ptr_eq(a, b),
        (Layer::Sheet(a, i), Layer::Sheet(b, j)) => Rc::ptr_eq(a, b) && i == j,
        _ => a == b,
    }
}

/// The canvases of a figure, one above the other.
pub struct Canvases<'a> {
    /// Pixel layers, at the resolution of their bitmap: the page stretches it to the figure.
    pub pixels: &'a HtmlCanvasElement,
    /// Vectors that change rarely, and the axes.
    pub back: &'a HtmlCanvasElement,
    /// What follows the pointer.
    pub front: &'a HtmlCanvasElement,
}

/// What lies on the canvases of a figure.
#[derive(Default)]
pub struct Stack {
    painter: Painter,
    bitmap: (u32, u32),
    pixels: Option<Painted>,
    back: Option<Painted>,
    front: Option<Painted>,
}

impl Stack {
    /// Paints what differs from what lies there. A canvas that was emptied (its size says so) is painted anew.
    pub fn paint(&mut self, figure: &Figure, on: &Canvases, look: Look, words: &Words) {
        let painted = self.pixels.as_ref().is_some_and(|p| p.holds(figure, Canvas::Pixels, look));
        if !painted || size_of(on.pixels) != self.bitmap {
            let Look { size, ratio, theme, .. } = look;
            let bitmap = self.painter.pixels(&figure.back, &figure.frame, size, ratio, theme);
            self.bitmap = bitmap.map_or((0, 0), |bitmap| (bitmap.width as u32, bitmap.height as u32));
            if let (Some(context), Some(bitmap)) = (prepare(on.pixels, self.bitmap), bitmap) {
                put(&context, bitmap);
            }
            self.pixels = Some(Painted::new(figure, Canvas::Pixels, look));
        }
        if !lies(self.back.as_ref(), figure, Canvas::Back, on.back, look) {
            self.back = draw(figure, Part::Back, on.back, look, words);
        }
        if !lies(self.front.as_ref(), figure, Canvas::Front, on.front, look) {
            self.front = draw(figure, Part::Front, on.front, look, words);
        }
    }
}

fn lies(
    painted: Option<&Painted>,
    figure: &Figure,
    part: Canvas,
    canvas: &HtmlCanvasElement,
    look: Look,
) -> bool {
    size_of(canvas) == look.device() && painted.is_some_and(|p| p.holds(figure, part, look))
}

fn size_of(canvas: &HtmlCanvasElement) -> (u32, u32) {
    (canvas.width(), canvas.height())
}

/// The canvas at this size, empty; `None` where there is nothing to paint on.
fn prepare(canvas: &HtmlCanvasElement, (width, height): (u32, u32)) -> Option<CanvasRenderingContext2d> {
    if size_of(canvas) != (width, height) {
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

fn put(context: &CanvasRenderingContext2d, bitmap: &Bitmap) {
    let (width, height) = (bitmap.width as u32, bitmap.height as u32);
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bitmap.rgba), width, height);
    if let Ok(data) = data {
        // Refused only for sizes that `ImageData` would have refused before.
        let _ = context.put_image_data(&data, 0.0, 0.0);
    }
}

/// Draws the vectors of a part; `None` where there was nothing to draw on.
fn draw(
    figure: &Figure,
    part: Part,
    canvas: &HtmlCanvasElement,
    look: Look,
    words: &Words,
) -> Option<Painted> {
    replay(&record(figure, part, look.size, look.theme, words), canvas, look)?;
    let painted = if part == Part::Back { Canvas::Back } else { Canvas::Front };
    Some(Painted::new(figure, painted, look))
}

/// Replays a recording; `None` where there is nothing to draw on.
pub fn replay(recording: &Recording, canvas: &HtmlCanvasElement, look: Look) -> Option<()> {
    let context = prepare(canvas, look.device())?;
    let mut backend = CanvasBackend::with_canvas_object(canvas.clone())?;
    let scale = look.ratio / UNITS;
    context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).ok()?;
    context.set_line_join("round");
    context.set_text_baseline("middle");
    let mut font = String::new();
    let mut write = |letters: &Letters| {
        let wanted = letters.font();
        // To set a font is dear, even the same.
        if wanted != font {
            context.set_font(&wanted);
            font = wanted;
        }
        context.set_text_align(letters.align());
        let [x, y] = [letters.at.0, letters.at.1].map(f64::from);
        if let Some((color, width)) = letters.halo() {
            context.set_stroke_style_str(&color);
            context.set_line_width(width);
            let _ = context.stroke_text(letters.text, x, y);
        }
        context.set_fill_style_str(&letters.color());
        let _ = context.fill_text(letters.text, x, y);
    };
    let mut stroke = |strokes: &Strokes| {
        context.begin_path();
        for part in &strokes.parts {
            let mut corners = part.iter().map(|corner| corner.map(f64::from));
            if let Some([x, y]) = corners.next() {
                context.move_to(x, y);
            }
            corners.for_each(|[x, y]| context.line_to(x, y));
        }
        context.set_stroke_style_str(&strokes.color());
        context.set_line_width(f64::from(strokes.width));
        context.stroke();
        true
    };
    // A canvas refuses a command only where its numbers are not finite, and a recording holds whole numbers.
    let _ = recording.replay(&mut backend, 1.0, &mut stroke, &mut write);
    Some(())
}
