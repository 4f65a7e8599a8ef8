//! From data to pixels and back.

use super::scene::Frame;

/// The size of a figure in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Where the data of a frame lie on a picture of some size.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    frame: Frame,
    size: Size,
}

impl Layout {
    /// The layout of a frame on a picture.
    pub fn new(frame: &Frame, size: Size) -> Layout {
        Layout { frame: frame.clone(), size }
    }

    /// The pixel (x right, y down) of a data point of a `Plane`.
    pub fn to_pixel(&self, at: [f64; 2]) -> [f64; 2] {
        match &self.frame {
            Frame::Plane(p) => [
                (at[0] - p.x.range[0]) / (p.x.range[1] - p.x.range[0]) * self.size.width,
                (p.y.range[1] - at[1]) / (p.y.range[1] - p.y.range[0]) * self.size.height,
            ],
            Frame::Space(_) => [self.size.width / 2.0, self.size.height / 2.0],
        }
    }

    /// The data point of a `Plane` at a pixel.
    pub fn to_data(&self, pixel: [f64; 2]) -> [f64; 2] {
        match &self.frame {
            Frame::Plane(p) => [
                p.x.range[0] + pixel[0] / self.size.width * (p.x.range[1] - p.x.range[0]),
                p.y.range[1] - pixel[1] / self.size.height * (p.y.range[1] - p.y.range[0]),
            ],
            Frame::Space(_) => [0.0, 0.0],
        }
    }

    /// The pixel of a point in space (x, y, z).
    pub fn project(&self, _at: [f64; 3]) -> [f64; 2] {
        [self.size.width / 2.0, self.size.height / 2.0]
    }
}
