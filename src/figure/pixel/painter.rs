//! From layers to a bitmap, and what is kept from one picture to the next.

use super::bitmap::Bitmap;
use super::heat::heat;
use super::relief::Relief;
use super::surface::{Rasteriser, Sheet};
use super::tiles::tiles;
use crate::figure::{Frame, Ink, Layer, Layout, Rect, Size, Theme};
use crate::loss::{Grid, View};
use std::rc::Rc;

/// The most pixels that a bitmap holds; beyond, whoever shows it enlarges it.
const MOST: f64 = 640.0 * 480.0 * 2.0;

/// The most pixels per CSS pixel: heat maps and surfaces are smooth, so more would be work without a difference.
const FINEST: f64 = 1.5;

/// The pixel layers among `layers`, painted over the whole picture; `None` where there are none, or no room.
///
/// `ratio` is the number of device pixels per CSS pixel. The bitmap may be coarser (at most 1.5 pixels per CSS pixel,
/// and about 600,000 in all): draw it scaled to `size`. In a `Plane` heat maps and tiles fill the grid's own view, cut to the
/// plot; in a `Space` surfaces follow the projection. To paint one figure again and again, keep a [`Painter`].
pub fn pixels(layers: &[Layer], frame: &Frame, size: Size, ratio: f64, theme: Theme) -> Option<Bitmap> {
    let mut painter = Painter::default();
    painter.pixels(layers, frame, size, ratio, theme)?;
    Some(painter.bitmap)
}

/// Paints the pixel layers of one figure, and keeps what the next picture can use: the whole bitmap where nothing has
/// changed, the prepared surface while only the eye moves, and all buffers.
///
/// Grids are compared by their `Rc` first, so a lab that keeps its grid makes both free. Keep one painter per figure.
#[derive(Clone, Debug, Default)]
pub struct Painter {
    last: Option<Request>,
    bitmap: Bitmap,
    reliefs: Vec<Kept>,
    /// The heat map under other layers, while only those change.
    ground: Option<(Rc<Grid>, Vec<u8>)>,
    rasteriser: Rasteriser,
}

/// A prepared surface, or sheet of an ink, and what it was prepared from.
#[derive(Clone, Debug)]
struct Kept {
    grid: Rc<Grid>,
    ink: Option<Ink>,
    z: [f64; 2],
    relief: Relief,
}

/// What a bitmap was painted from.
#[derive(Clone, Debug)]
struct Request {
    layers: Vec<Layer>,
    frame: Frame,
    size: Size,
    ratio: f64,
    theme: Theme,
}

impl Painter {
    /// As [`pixels`], but the bitmap stays here.
    // Never inlined: within a function of a crate that is compiled for size it would be compiled for size too.
    #[inline(never)]
    pub fn pixels(
        &mut self,
        layers: &[Layer],
        frame: &Frame,
        size: Size,
        ratio: f64,
        theme: Theme,
    ) -> Option<&Bitmap> {
        let pixel = |layer: &&Layer| {
            matches!(
                (layer, frame),
                (Layer::Heat(_) | Layer::Tiles(_), Frame::Plane(_))
                    | (Layer::Surface(_) | Layer::Sheet(..), Frame::Space(_))
            )
        };
        let layers: Vec<Layer> = layers.iter().filter(pixel).cloned().collect();
        let layout = Layout::new(frame, size);
        let [width, height] = extent(layout.size(), ratio);
        if layers.is_empty() || width == 0 || height == 0 {
            return None;
        }
        let request = Request { layers, frame: frame.clone(), size, ratio, theme };
        if self.last.as_ref().is_some_and(|last| last.same(&request)) {
            return Some(&self.bitmap);
        }
        if !self.last.as_ref().is_some_and(|last| last.alike(&request)) {
            self.ground = None;
        }
        self.bitmap.clear(width, height);
        let scale = [width as f64 / layout.size().width, height as f64 / layout.size().height];
        match frame {
            Frame::Plane(_) => self.flat(&request.layers, &layout, scale, theme),
            Frame::Space(space) => {
                self.surfaces(&request.layers, space.z, &layout, scale[0].min(scale[1]), theme)
            }
        }
        self.last = Some(request);
        Some(&self.bitmap)
    }

    fn flat(&mut self, layers: &[Layer], layout: &Layout, scale: [f64; 2], theme: Theme) {
        self.reliefs.clear();
        let Rect { left, top, right, bottom } = layout.plot();
        let clip = [left * scale[0], top * scale[1], right * scale[0], bottom * scale[1]];
        let (width, rgba) = (self.bitmap.width, &mut self.bitmap.rgba);
        let area = |view: View| {
            let [l, t] = layout.to_pixel([view.x[0], view.y[1]]);
            let [r, b] = layout.to_pixel([view.x[1], view.y[0]]);
            [l * scale[0], t * scale[1], r * scale[0], b * scale[1]]
        };
        for (k, layer) in layers.iter().enumerate() {
            match layer {
                Layer::Heat(grid) => match &self.ground {
                    Some((of, ground)) if k == 0 && Rc::ptr_eq(of, grid) => rgba.copy_from_slice(ground),
                    _ => {
                        heat(grid, theme, area(grid.view), clip, width, rgba);
                        if k == 0 && layers.len() > 1 {
                            self.ground = Some((grid.clone(), rgba.clone()));
                        }
                    }
                },
                Layer::Tiles(cells) => tiles(cells, theme, area(cells.view), clip, width, rgba),
                _ => {}
            }
        }
    }

    fn surfaces(&mut self, layers: &[Layer], z: [f64; 2], layout: &Layout, scale: f64, theme: Theme) {
        let Some(projection) = layout.projection() else { return };
        let wanted = layers.iter().filter_map(|layer| match layer {
            Layer::Surface(grid) => Some((grid, None)),
            Layer::Sheet(grid, ink) => Some((grid, Some(*ink))),
            _ => None,
        });
        let mut old = std::mem::take(&mut self.reliefs);
        for (grid, ink) in wanted {
            let fits = |k: &Kept| k.z == z && k.ink.is_some() == ink.is_some() && same(&k.grid, grid);
            let kept = match old.iter().position(fits) {
                Some(k) => Kept { ink, ..old.swap_remove(k) },
                None => {
                    let relief = if ink.is_none() { Relief::new(grid, z) } else { Relief::sheet(grid, z) };
                    Kept { grid: grid.clone(), ink, z, relief }
                }
            };
            self.reliefs.push(kept);
        }
        let sheets: Vec<Sheet> =
            self.reliefs.iter().map(|k| Sheet { relief: &k.relief, ink: k.ink }).collect();
        let (width, rgba) = (self.bitmap.width, &mut self.bitmap.rgba);
        self.rasteriser.draw(&sheets, projection, scale, theme, width, rgba);
    }
}

impl Request {
    fn same(&self, other: &Request) -> bool {
        self.layers.len() == other.layers.len()
            && self.layers.iter().zip(&other.layers).all(|(a, b)| match (a, b) {
                (Layer::Heat(a), Layer::Heat(b)) | (Layer::Surface(a), Layer::Surface(b)) => same(a, b),
                (Layer::Tiles(a), Layer::Tiles(b)) => same(a, b),
                (Layer::Sheet(a, i), Layer::Sheet(b, j)) => i == j && same(a, b),
                _ => false,
            })
            && self.alike(other)
    }

    /// Whether the two differ in nothing but their layers.
    fn alike(&self, other: &Request) -> bool {
        self.frame == other.frame
            && self.size == other.size
            && self.ratio == other.ratio
            && self.theme == other.theme
    }
}

fn same<T: PartialEq>(a: &Rc<T>, b: &Rc<T>) -> bool {
    Rc::ptr_eq(a, b) || a == b
}

/// Pixels across and down for a picture of `size` CSS pixels.
fn extent(size: Size, ratio: f64) -> [usize; 2] {
    let ratio = if ratio.is_finite() && ratio > 0.0 { ratio.min(FINEST) } else { 1.0 };
    let area = size.width * size.height;
    let ratio = if area > 0.0 { ratio.min((MOST / area).sqrt()) } else { ratio };
    [size.width, size.height].map(|side| (side * ratio).round() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Axis, Plane, Scale, Space, Tiles};
    use crate::phrase::Phrase;

    const VIEW: View = View { x: [-1.0, 1.0], y: [-1.0, 1.0] };
    const SIZE: Size = Size { width: 200.0, height: 100.0 };

    fn plane(inside: bool) -> Frame {
        let axis = |range| Axis { range, name: Phrase::verbatim("w"), scale: Scale::Even };
        Frame::Plane(Plane { x: axis(VIEW.x), y: axis(VIEW.y), inside, end: f64::INFINITY })
    }

    fn space(yaw: f64) -> Frame {
        let names = [Phrase::verbatim("x"), Phrase::verbatim("y")];
        Frame::Space(Space { view: VIEW, z: [0.0, 2.0], yaw, pitch: 0.5, names })
    }

    fn bowl() -> Rc<Grid> {
        Rc::new(Grid::sample(VIEW, 33, 33, |[x, y]| x * x + y * y))
    }

    #[test]
    fn a_map_fills_its_plot_and_no_more() {
        let layers = [Layer::Heat(bowl())];
        let out = pixels(&layers, &plane(true), SIZE, 1.0, Theme::Light).unwrap();
        assert_eq!([out.width, out.height], [200, 100]);
        assert!(out.rgba.chunks(4).all(|p| p[3] == 255));
        let out = pixels(&layers, &plane(false), SIZE, 1.0, Theme::Light).unwrap();
        let plot = Layout::new(&plane(false), SIZE).plot();
        for (k, pixel) in out.rgba.chunks(4).enumerate() {
            let (x, y) = ((k % 200) as f64 + 0.5, (k / 200) as f64 + 0.5);
            let inside = plot.left <= x && x < plot.right && plot.top <= y && y < plot.bottom;
            assert_eq!(inside, pixel[3] == 255, "{x} {y}");
        }
    }

    #[test]
    fn a_kept_painter_paints_what_a_new_one_does() {
        let mut painter = Painter::default();
        let bowl = bowl();
        let other = Rc::new(Grid::sample(VIEW, 20, 30, |[x, y]| x * y));
        for (grid, frame, size, ratio, theme) in [
            (&bowl, space(0.0), SIZE, 1.0, Theme::Light),
            (&bowl, space(1.0), SIZE, 1.0, Theme::Light),
            (&bowl, space(1.0), SIZE, 1.0, Theme::Light),
            (&other, space(1.0), SIZE, 1.0, Theme::Light),
            (&other, space(1.0), SIZE, 1.0, Theme::Dark),
            (&other, space(1.0), Size { width: 90.0, height: 70.0 }, 1.5, Theme::Dark),
            (&bowl, plane(true), SIZE, 1.0, Theme::Dark),
            (&bowl, plane(true), SIZE, 1.0, Theme::Dark),
            (&other, plane(true), SIZE, 1.0, Theme::Dark),
            (&other, plane(true), SIZE, 1.2, Theme::Dark),
            (&bowl, space(2.0), SIZE, 1.0, Theme::Dark),
        ] {
            let tiles = Rc::new(Tiles {
                view: VIEW,
                columns: 1,
                rows: 2,
                palette: vec![Ink::Point],
                cells: vec![[0, (40.0 * ratio) as u8], [0, 0]],
            });
            let layers = [Layer::Heat(grid.clone()), Layer::Surface(grid.clone()), Layer::Tiles(tiles)];
            let new = pixels(&layers, &frame, size, ratio, theme).unwrap();
            for _ in 0..2 {
                assert_eq!(painter.pixels(&layers, &frame, size, ratio, theme), Some(&new));
            }
        }
    }

    #[test]
    fn no_pixel_layers_or_no_room_is_no_bitmap() {
        let layers = [Layer::Surface(bowl())];
        let none = |layers: &[Layer], frame: &Frame, size: Size| {
            pixels(layers, frame, size, 1.0, Theme::Light).is_none()
        };
        assert!(none(&[], &plane(true), SIZE));
        // A surface in a plane is not a pixel layer.
        assert!(none(&layers, &plane(true), SIZE));
        for side in [0.0, -3.0, f64::NAN, f64::INFINITY, 0.2] {
            assert!(none(&layers, &space(0.0), Size { width: side, height: 100.0 }), "{side}");
        }
        for side in [1.0, 2.0, 3.5] {
            let size = Size { width: side, height: side };
            let out = pixels(&layers, &space(0.0), size, 1.0, Theme::Light).unwrap();
            assert_eq!(out.rgba.len(), out.width * out.height * 4);
        }
    }

    #[test]
    fn resolution_follows_the_screen_within_limits() {
        assert_eq!(extent(SIZE, 1.0), [200, 100]);
        assert_eq!(extent(SIZE, 1.25), [250, 125]);
        assert_eq!(extent(SIZE, 3.0), [300, 150]);
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(extent(SIZE, bad), [200, 100]);
        }
        let [w, h] = extent(Size { width: 1920.0, height: 1080.0 }, 2.0);
        assert!((w * h) as f64 <= MOST * 1.01 && (w as f64 / h as f64 - 16.0 / 9.0).abs() < 0.01);
    }
}
