//! Figures: plain data first ([`Figure`], [`Layer`]), then pixels ([`Bitmap`]) and vectors ([`Recording`]).
//!
//! A lab builds figures. Whoever shows them asks for a [`Layout`] (data ↔ pixels), the pixel layers and the recording
//! of the vector layers, and replays that onto a canvas, into SVG or onto any plotters backend.

mod layout;
mod paint;
pub mod pixel;
mod projection;
mod scene;
mod theme;

pub use layout::{Layout, Rect, Size};
pub use paint::{Recording, record};
pub use pixel::{Bitmap, Contour, Occlusion, Painter, Shade, contours, pixels};
pub use projection::Projection;
pub use scene::{Anchor, Axis, Dash, Figure, Frame, Layer, Plane, Shape, Space, Stroke};
pub use theme::{Ink, Rgb, Theme};
