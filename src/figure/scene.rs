//! What a figure shows, as plain comparable data: no pixels, no colours, no language.

use super::theme::Ink;
use crate::loss::{Grid, View};
use crate::phrase::Phrase;
use std::rc::Rc;

/// One picture: a frame and the layers in it, drawn in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Stable name within its lab, such as `map`.
    pub id: &'static str,
    /// Accessible name and export title.
    pub name: Phrase,
    /// What the coordinates of the layers mean.
    pub frame: Frame,
    /// What changes rarely (heat map, contours, surface): painted on its own canvas, only when it differs.
    pub back: Vec<Layer>,
    /// What follows the pointer.
    pub front: Vec<Layer>,
}

/// The coordinates of a figure.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// Two axes.
    Plane(Plane),
    /// A surface over a view, seen from a direction.
    Space(Space),
}

/// A plane with two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// The axis pointing right.
    pub x: Axis,
    /// The axis pointing up.
    pub y: Axis,
    /// Ticks and names stand inside the picture (a map that fills its canvas) or outside (a curve).
    pub inside: bool,
    /// Where the axis pointing right ends: what lies beyond is room for labels, without ticks and grid lines.
    pub end: f64,
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Least and greatest value.
    pub range: [f64; 2],
    /// What it shows: usually a symbol, `Phrase::verbatim("w₁")`. An axis named `""` has no ticks.
    pub name: Phrase,
    /// What its ticks are.
    pub scale: Scale,
}

/// How the values of an axis are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// As they are.
    Even,
    /// They are log₁₀ of what is shown; ticks read 10ᵏ.
    Log10,
    /// They count something, upwards or downwards from 0: ticks are whole numbers without a sign.
    Count,
}

impl Scale {
    /// `Log10` or `Even`.
    pub fn log10(yes: bool) -> Scale {
        if yes { Scale::Log10 } else { Scale::Even }
    }
}

/// An orthographic view of z = L(x, y).
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    /// The base rectangle.
    pub view: View,
    /// The range of z that fills the height; values outside are clipped to it.
    pub z: [f64; 2],
    /// Turn about the vertical, in radians; 0 looks along +y, with x to the right.
    pub yaw: f64,
    /// Height of the eye above the horizon, in radians: 0 sees the profile, π/2 the map.
    pub pitch: f64,
    /// Names of the base axes.
    pub names: [Phrase; 2],
}

/// One layer. `Heat`, `Tiles`, `Surface`, `Sheet` are pixels, the rest are vectors. Coordinates are data.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A heat map of the grid, shaded by its own range; blank where values are not finite. `Plane` only.
    Heat(Rc<Grid>),
    /// Coloured cells: outcomes, regions, errors. `Plane` only.
    Tiles(Rc<Tiles>),
    /// Contour lines of the grid at levels chosen from its range. `Plane` only.
    Contours(Rc<Grid>),
    /// The grid as a lit surface, z-buffered. `Space` only.
    Surface(Rc<Grid>),
    /// A model of the surface: the grid as a translucent sheet with a mesh, z-buffered with the surface, which it may cut.
    /// Its nodes are those of the surface's grid; a sheet over other nodes lies over all that comes before it. `Space`
    /// only.
    Sheet(Rc<Grid>, Ink),
    /// A polyline; a point that is not finite breaks it. `Plane` only.
    Line {
        /// Its points.
        points: Vec<[f64; 2]>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A polyline in space, drawn over the surface; parts behind the surface are drawn faint. `Space` only.
    Line3 {
        /// Its points (x, y, z).
        points: Vec<[f64; 3]>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// Many small discs: data, clouds. `Plane` only.
    Dots {
        /// Their centres; those that are not finite, or outside the plot, are left out.
        points: Vec<[f64; 2]>,
        /// Their colour.
        ink: Ink,
        /// Their radius in pixels.
        radius: f64,
        /// Their opacity, 0 to 1.
        opacity: f64,
    },
    /// A filled polygon. `Plane` only.
    Area {
        /// Its corners.
        points: Vec<[f64; 2]>,
        /// Its colour.
        ink: Ink,
        /// Its opacity, 0 to 1.
        opacity: f64,
    },
    /// An arrow with a head at `to`. `Plane` only.
    Arrow {
        /// Tail.
        from: [f64; 2],
        /// Head.
        to: [f64; 2],
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A mark of fixed size.
    Mark {
        /// Where, in a `Plane`; in a `Space` the z is `z`.
        at: [f64; 2],
        /// Height in a `Space`; ignored in a `Plane`.
        z: f64,
        /// Its shape.
        shape: Shape,
        /// Its colour.
        ink: Ink,
        /// Outline only: not critical.
        hollow: bool,
    },
    /// A short text beside a point, kept inside the picture.
    Text {
        /// Where, in a `Plane`.
        at: [f64; 2],
        /// On which side of the point.
        anchor: Anchor,
        /// What it says.
        text: Phrase,
        /// Its colour.
        ink: Ink,
    },
}

/// Cells of one colour each, `columns` × `rows` over a view, row by row from y = `view.y[0]` upwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiles {
    /// The rectangle that the cells fill, edge to edge.
    pub view: View,
    /// Cells in a row.
    pub columns: usize,
    /// Cells in a column.
    pub rows: usize,
    /// The colours that cells refer to.
    pub palette: Vec<Ink>,
    /// `columns * rows` cells: index into the palette (beyond it: nothing), and opacity from 0 to 255.
    pub cells: Vec<[u8; 2]>,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub ink: Ink,
    /// Its width in pixels.
    pub width: f64,
    /// Its pattern.
    pub dash: Dash,
}

impl Stroke {
    /// A solid line.
    pub const fn solid(ink: Ink, width: f64) -> Self {
        Self { ink, width, dash: Dash::Solid }
    }

    /// A dashed line.
    pub const fn dashed(ink: Ink, width: f64) -> Self {
        Self { ink, width, dash: Dash::Dashed }
    }
}

/// The pattern of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// Unbroken.
    Solid,
    /// Six pixels on, four off.
    Dashed,
    /// One stroke width on, three pixels off.
    Dotted,
}

/// The shape of a mark: it tells the kind of a point, as colour alone must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// ● the point θ.
    Dot,
    /// ▼ minimum.
    Down,
    /// ▲ maximum.
    Up,
    /// ✕ saddle.
    Cross,
    /// ◇ degenerate.
    Diamond,
    /// ■ one of several things that are no kinds of points, such as methods.
    Square,
}

/// On which side of its point a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Centred above.
    Above,
    /// Centred below.
    Below,
    /// To the left.
    Left,
    /// To the right.
    Right,
}
