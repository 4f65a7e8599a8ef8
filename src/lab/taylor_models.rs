//! The Taylor models of orders 0 to 2 about a point: as sheets over the surface, and how far off they are on the map.

use super::subject::Subject;
use super::turn;
use super::values::Values;
use crate::derivative::{Jet, model_errors, model_grid};
use crate::figure::{Ink, Layer, Tiles};
use crate::loss::{Grid, View};
use crate::order::ascending;
use std::rc::Rc;

/// Cells on a side of the shading of errors.
const CELLS: usize = 96;
/// A model off by these shares of what the loss spans in view is shaded so strongly.
const SHADES: [(f64, u8); 3] = [(0.3, 150), (0.1, 100), (0.03, 50)];
/// The sheets: their toggles, in the order of the orders, and their inks.
pub const SHEETS: [(&str, Ink); 3] =
    [("plane-0", Ink::Point), ("plane-1", Ink::Gradient), ("quadric", Ink::Curvature)];

/// What the models are compared with, and what is drawn of them.
pub struct Models {
    /// L where the sheets have their nodes.
    pub ground: Rc<Grid>,
    /// L at the middles of the cells, and what four fifths of it span.
    cells: Rc<Grid>,
    spread: f64,
    /// The models as sheets over the surface.
    pub sheets: Vec<Layer>,
    /// The error of the chosen one on the map.
    pub error: Option<Rc<Tiles>>,
    /// What the last two are drawn of.
    drawn: Option<([f64; 2], Jet, [bool; 3], &'static str)>,
}

impl Models {
    /// Over a subject, before any point is chosen.
    pub fn over(subject: &Subject) -> Models {
        let inner = |[lo, hi]: [f64; 2]| {
            let half = (hi - lo) / CELLS as f64 / 2.0;
            [lo + half, hi - half]
        };
        let view = View { x: inner(subject.view.x), y: inner(subject.view.y) };
        let cells = subject.loss.grid(view, CELLS, CELLS);
        let mut finite: Vec<f64> = cells.values.iter().copied().filter(|v| v.is_finite()).collect();
        ascending(&mut finite);
        let at = |share: f64| finite.get((share * finite.len().saturating_sub(1) as f64) as usize).copied();
        let spread = at(0.9).zip(at(0.1)).map_or(1.0, |(high, low)| high - low);
        Models {
            ground: turn::coarse(&subject.grid),
            cells: Rc::new(cells),
            spread: if spread > 0.0 { spread } else { 1.0 },
            sheets: Vec::new(),
            error: None,
            drawn: None,
        }
    }

    /// Draws the models about a point with this jet, unless they are drawn already.
    pub fn follow(&mut self, values: &Values, at: [f64; 2], jet: &Jet) {
        let wanted = (at, *jet, SHEETS.map(|(id, _)| values.is_on(id)), values.choice("shade"));
        if self.drawn == Some(wanted) {
            return;
        }
        self.drawn = Some(wanted);
        let Grid { view, columns, rows, .. } = *self.ground;
        self.sheets.clear();
        for (order, (id, ink)) in SHEETS.into_iter().enumerate() {
            if values.is_on(id) && (jet.is_finite() || order == 0) && jet.value.is_finite() {
                let sheet = model_grid(at, jet, order, view, [columns, rows]);
                self.sheets.push(Layer::Sheet(Rc::new(sheet), ink));
            }
        }
        let order = ["order-1", "order-2"].iter().position(|id| *id == values.choice("shade"));
        self.error = order.filter(|_| jet.is_finite()).map(|k| Rc::new(self.shading(k + 1, at, jet)));
    }

    /// The error of a model over the map, in steps.
    fn shading(&self, order: usize, at: [f64; 2], jet: &Jet) -> Tiles {
        let cell = |error: f64| {
            let shade = SHADES.iter().find(|(share, _)| error > share * self.spread);
            [0, shade.map_or(0, |(_, strength)| *strength)]
        };
        Tiles {
            view: self.ground.view,
            columns: self.cells.columns,
            rows: self.cells.rows,
            palette: SHEETS.get(order).map(|(_, ink)| *ink).into_iter().collect(),
            cells: model_errors(at, jet, order, &self.cells).into_iter().map(cell).collect(),
        }
    }
}
