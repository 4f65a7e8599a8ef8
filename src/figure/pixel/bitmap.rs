//! Pixels.

/// A picture of the pixel layers, row by row from the top, RGBA, not premultiplied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bitmap {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl Bitmap {
    /// Makes it a transparent picture of this size.
    pub(super) fn clear(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.rgba.clear();
        self.rgba.resize(width * height * 4, 0);
    }

    /// The pixel in column `x`, row `y` from the top; transparent outside.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        if x >= self.width {
            return [0; 4];
        }
        let (pixels, _) = self.rgba.as_chunks::<4>();
        pixels.get(y * self.width + x).copied().unwrap_or([0; 4])
    }
}
