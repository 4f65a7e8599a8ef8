//! Figures: plain data first ([`Figure`], [`Layer`]), then pixels ([`Bitmap`]) and vectors ([`Recording`]).
//!
//! A lab builds figures. Whoever shows them asks for a [`Layout`] (data ↔ pixels), the pixel layers and the recording
//! of the vector layers, and replays that onto a canvas, into SVG or onto any plotters backend.

mod axes;
mod clip;
mod labels;
mod layers;
mod layout;
mod legend;
pub mod pixel;
mod projection;
mod record;
mod scene;
mod sheet;
mod svg;
mod text;
mod theme;
mod tick;

pub use layers::{Part, record};
pub use layout::{Layout, Rect, Size};
pub use legend::{Entry, legend};
pub use pixel::{Bitmap, Contour, Occlusion, Painter, Shade, contours, pixels};
pub use projection::Projection;
pub use record::{Letters, Recording, Strokes, UNITS};
pub use scene::{Anchor, Axis, Dash, Figure, Frame, Layer, Plane, Scale, Shape, Space, Stroke, Tiles};
pub use text::text_width;
pub use theme::{Ink, Rgb, Theme};
pub use tick::{Along, Tick, ticks};
