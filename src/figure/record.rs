//! A recording: drawing commands at 8 units per CSS pixel, made through plotters, to be replayed.

use super::layout::Size;
use super::text::{FAMILY, Side, Type, text_width};
use super::theme::Rgb;
use crate::decimal::Shortest;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};
use std::convert::Infallible;

/// Units per CSS pixel: fine enough that whole numbers draw smooth curves at any screen density.
pub const UNITS: f64 = 8.0;

/// Pixels around the picture that are recorded too. plotters moves a point outside its drawing area onto the edge;
/// with this bleed, a mark cut by the edge of the picture keeps its shape.
pub(super) const BLEED: f64 = 32.0;
const SHIFT: i32 = (BLEED * UNITS) as i32;

/// Drawing commands, to be replayed onto any plotters backend ([`Recording::replay`]) or written as SVG
/// ([`Recording::svg`]).
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    pub(super) size: Size,
    pub(super) paper: Rgb,
    pub(super) halo: Option<Color>,
    pub(super) commands: Vec<Command>,
    pub(super) points: Vec<[i32; 2]>,
    pub(super) text: String,
}

/// Red, green, blue, opacity.
pub(super) type Color = [u8; 4];

/// One command. `end` is where its points, or its text, end in the common buffer; they begin where those of the
/// command before end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Command {
    Path {
        end: u32,
        width: u32,
        color: Color,
    },
    Polygon {
        end: u32,
        color: Color,
    },
    Circle {
        centre: [i32; 2],
        radius: u32,
        width: Option<u32>,
        color: Color,
    },
    Text {
        at: [i32; 2],
        end: u32,
        size: f32,
        bold: bool,
        italic: bool,
        side: Side,
        color: Color,
        halo: Option<Color>,
    },
}

impl Recording {
    /// An empty recording of a picture on paper of this colour.
    pub(super) fn new(size: Size, paper: Rgb) -> Recording {
        Recording { size, paper, halo: None, commands: Vec::new(), points: Vec::new(), text: String::new() }
    }

    /// The size of the picture in CSS pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How many commands there are.
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// Whether nothing was drawn.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// Draws everything onto a backend whose pixels are `scale` to one of the recording's units: 1 for a canvas whose
    /// context is scaled by ratio / 8, ratio / 8 for a bitmap with `ratio` pixels to a CSS pixel. Texts go to `write`. Lines
    /// are offered to `stroke`, all that follow one another in one colour and width at once, such as the dashes of a line;
    /// where it declines (`false`) the backend draws them.
    ///
    /// # Errors
    ///
    /// The first error of the backend.
    pub fn replay<B: DrawingBackend>(
        &self,
        backend: &mut B,
        scale: f64,
        stroke: &mut dyn FnMut(&Strokes) -> bool,
        write: &mut dyn FnMut(&Letters),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let place = |[x, y]: [i32; 2]| -> BackendCoord {
            if scale == 1.0 {
                (x, y)
            } else {
                ((f64::from(x) * scale).round() as i32, (f64::from(y) * scale).round() as i32)
            }
        };
        let length = |units: u32| (f64::from(units) * scale).round().max(1.0) as u32;
        let mut steps = self.steps().peekable();
        while let Some(step) = steps.next() {
            match step {
                Step::Path { points, width, color } => {
                    let alike = |next: &Step| matches!(next, Step::Path { width: w, color: c, .. } if *w == width && *c == color);
                    let mut strokes = Strokes { parts: vec![points], width: length(width), color };
                    while let Some(Step::Path { points, .. }) = steps.next_if(alike) {
                        strokes.parts.push(points);
                    }
                    if !stroke(&strokes) {
                        for part in &strokes.parts {
                            let pen = Pen { color, width: strokes.width };
                            backend.draw_path(part.iter().map(|&p| place(p)), &pen)?;
                        }
                    }
                }
                Step::Polygon { points, color } => {
                    backend.fill_polygon(points.iter().map(|&p| place(p)), &Pen { color, width: 1 })?;
                }
                Step::Circle { centre, radius, width, color } => {
                    let pen = Pen { color, width: width.map_or(1, length) };
                    backend.draw_circle(place(centre), length(radius), &pen, width.is_none())?;
                }
                Step::Text { text, at, style, halo } => {
                    let style = Type { size: style.size * scale, ..style };
                    write(&Letters { text, at: place(at), style, halo, width: 3.0 * UNITS * scale });
                }
            }
        }
        Ok(())
    }

    /// The commands with their points and texts.
    pub(super) fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let (mut first, mut start) = (0usize, 0usize);
        self.commands.iter().map(move |&command| match command {
            Command::Path { end, width, color } => {
                Step::Path { points: slice(&self.points, &mut first, end), width, color }
            }
            Command::Polygon { end, color } => {
                Step::Polygon { points: slice(&self.points, &mut first, end), color }
            }
            Command::Circle { centre, radius, width, color } => Step::Circle { centre, radius, width, color },
            Command::Text { at, end, size, bold, italic, side, color: [r, g, b, a], halo } => {
                let text = self.text.get(start..end as usize).unwrap_or("");
                start = end as usize;
                let alpha = f64::from(a) / 255.0;
                let style = Type { size: f64::from(size), bold, italic, rgb: (r, g, b), alpha, side };
                Step::Text { text, at, style, halo }
            }
        })
    }
}

/// Lines of one colour and width. A plotters backend for canvases takes each by itself, and has its colour read anew.
pub struct Strokes<'a> {
    /// The corners of each, in units of the recording.
    pub parts: Vec<&'a [[i32; 2]]>,
    /// How wide they are, in pixels of the backend.
    pub width: u32,
    color: Color,
}

impl Strokes<'_> {
    /// Their colour, as in CSS.
    pub fn color(&self) -> String {
        css(self.color)
    }
}

/// A text to be written; its point is in the middle of its height. A plotters backend for canvases sets the font for each,
/// which a browser reads anew, and knows no outlines for the halo.
pub struct Letters<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where its point is, in the pixels of the backend.
    pub at: BackendCoord,
    style: Type,
    halo: Option<Color>,
    width: f64,
}

impl Letters<'_> {
    /// The font, as in CSS.
    pub fn font(&self) -> String {
        let slant = if self.style.bold {
            "bold "
        } else if self.style.italic {
            "italic "
        } else {
            ""
        };
        format!("{slant}{}px {FAMILY}", Shortest(self.style.size))
    }

    /// Where its point lies in it: `start`, `center` or `end`, as a canvas has it.
    pub fn align(&self) -> &'static str {
        match self.style.side {
            Side::Left => "start",
            Side::Middle => "center",
            Side::Right => "end",
        }
    }

    /// Its colour, as in CSS.
    pub fn color(&self) -> String {
        css(color(self.style.color()))
    }

    /// Colour and width of the line around it, if it has one.
    pub fn halo(&self) -> Option<(String, f64)> {
        self.halo.map(|halo| (css(halo), self.width))
    }
}

/// #rrggbbaa
fn css(color: Color) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    let mut out = String::from("#");
    for part in color {
        out.push(digit(part >> 4));
        out.push(digit(part & 15));
    }
    out
}

fn slice<'a>(points: &'a [[i32; 2]], first: &mut usize, end: u32) -> &'a [[i32; 2]] {
    let part = points.get(*first..end as usize).unwrap_or(&[]);
    *first = end as usize;
    part
}

/// A command with what belongs to it.
pub(super) enum Step<'a> {
    Path { points: &'a [[i32; 2]], width: u32, color: Color },
    Polygon { points: &'a [[i32; 2]], color: Color },
    Circle { centre: [i32; 2], radius: u32, width: Option<u32>, color: Color },
    Text { text: &'a str, at: [i32; 2], style: Type, halo: Option<Color> },
}

/// Colour and width, for replaying.
struct Pen {
    color: Color,
    width: u32,
}

impl BackendStyle for Pen {
    fn color(&self) -> BackendColor {
        let [r, g, b, a] = self.color;
        BackendColor { rgb: (r, g, b), alpha: f64::from(a) / 255.0 }
    }
    fn stroke_width(&self) -> u32 {
        self.width
    }
}

fn color(BackendColor { rgb: (r, g, b), alpha }: BackendColor) -> Color {
    [r, g, b, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8]
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Coordinates count from the corner of the bleed.
impl DrawingBackend for Recording {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let side = |pixels: f64| ((pixels + 2.0 * BLEED) * UNITS).ceil() as u32;
        (side(self.size.width), side(self.size.height))
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.fill_polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], &color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (l, t): BackendCoord,
        (r, b): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if fill {
            self.fill_polygon([(l, t), (r, t), (r, b), (l, b)], style)
        } else {
            self.draw_path([(l, t), (r, t), (r, b), (l, b), (l, t), (r, t)], style)
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let first = self.points.len();
        for (x, y) in path {
            let point = [x - SHIFT, y - SHIFT];
            if self.points.len() == first || self.points.last() != Some(&point) {
                self.points.push(point);
            }
        }
        if self.points.len() - first < 2 {
            self.points.truncate(first);
        } else {
            let end = self.points.len() as u32;
            self.commands.push(Command::Path {
                end,
                width: style.stroke_width(),
                color: color(style.color()),
            });
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.commands.push(Command::Circle {
            centre: [x - SHIFT, y - SHIFT],
            radius,
            width: if fill { None } else { Some(style.stroke_width()) },
            color: color(style.color()),
        });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let first = self.points.len();
        self.points.extend(corners.into_iter().map(|(x, y)| [x - SHIFT, y - SHIFT]));
        if self.points.len() - first < 3 {
            self.points.truncate(first);
        } else {
            let end = self.points.len() as u32;
            self.commands.push(Command::Polygon { end, color: color(style.color()) });
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        self.text.push_str(text);
        self.commands.push(Command::Text {
            at: [x - SHIFT, y - SHIFT],
            end: self.text.len() as u32,
            size: style.size() as f32,
            bold: matches!(style.style(), FontStyle::Bold),
            italic: matches!(style.style(), FontStyle::Italic | FontStyle::Oblique),
            side: match style.anchor().h_pos {
                HPos::Left => Side::Left,
                HPos::Center => Side::Middle,
                HPos::Right => Side::Right,
            },
            color: color(style.color()),
            halo: self.halo,
        });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let bold = matches!(style.style(), FontStyle::Bold);
        Ok((text_width(text, style.size(), bold).ceil() as u32, style.size().ceil() as u32))
    }
}

#[cfg(test)]
impl Recording {
    /// The boxes of all texts, in CSS pixels.
    pub(super) fn text_boxes(&self) -> Vec<super::layout::Rect> {
        self.steps()
            .filter_map(|step| {
                let Step::Text { text, at, style, .. } = step else { return None };
                let width = text_width(text, style.size, style.bold);
                let left = f64::from(at[0])
                    - match style.side {
                        Side::Left => 0.0,
                        Side::Middle => width / 2.0,
                        Side::Right => width,
                    };
                let (y, half) = (f64::from(at[1]), style.size * 0.5);
                Some(super::layout::Rect {
                    left: left / UNITS,
                    right: (left + width) / UNITS,
                    top: (y - half) / UNITS,
                    bottom: (y + half) / UNITS,
                })
            })
            .collect()
    }
}
