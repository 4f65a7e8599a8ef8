//! Pixel layers: heat maps and surfaces, computed into one RGBA buffer; and what they share with the vector layers:
//! the shade of a loss, its colour, its contour lines, and what a surface hides.

mod bitmap;
mod canvas;
mod colormap;
mod contour;
mod heat;
mod occlusion;
mod painter;
mod relief;
mod shade;
mod surface;
mod tiles;

pub use bitmap::Bitmap;
pub use colormap::color;
pub use contour::{Contour, contours, contours_by};
pub use heat::heat;
pub use occlusion::Occlusion;
pub use painter::{Painter, pixels};
pub use relief::Relief;
pub use shade::Shade;
pub use surface::{Rasteriser, Sheet};
pub use tiles::tiles;
