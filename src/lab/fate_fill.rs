//! The picture of the lab `fate`, filled in from coarse to fine: first every 32nd run each way, each for a square of
//! pixels, then the runs between them, until every pixel has its own.

use super::fate_ends::{CURVE, End, Ends, FLAT, MOVING, RESTING, UNKNOWN};
use crate::critical::Search;
use crate::figure::{Ink, Tiles};
use crate::loss::{Gradients, Loss, View};
use crate::optimizer::Journey;
use std::rc::Rc;

/// The sides of the squares, pass by pass.
const SIDES: [usize; 6] = [32, 16, 8, 4, 2, 1];
/// Colours of ends: those of methods, of which there is one here. Behind them stand those of
/// [`MOVING`], [`FLAT`] and [`RESTING`].
const COLORS: u8 = 10;
/// How much wider than the view the search for ends is.
const MARGIN: f64 = 1.25;
/// The share of the work that the search for critical points counts as.
const SEARCHED: f64 = 0.02;
/// Opacity of an end reached at once, and how much less it is when it takes all steps.
const OPAQUE: f64 = 235.0;
const FADE: f64 = 165.0;

/// How up to eight runs of one row end, which are not defined so far: from all the x of what tells them apart, and all the y.
pub type Runs<'a> = dyn FnMut(&[[f64; Gradients::LEN]; 2], &mut [Journey]) + 'a;

/// The picture and the work left on it.
pub struct Fill {
    /// Where runs can end, once that is known.
    pub ends: Ends,
    /// How many runs ended where, by code.
    pub counts: Vec<u32>,
    /// The picture.
    pub tiles: Rc<Tiles>,
    loss: Loss,
    domain: View,
    search: Option<Search>,
    steps: usize,
    /// Pixels in the order of the work: index and side of the square.
    order: Vec<(u32, u8)>,
    next: usize,
    /// What a worker's page has been told: the ends, and so many runs.
    told: bool,
    sent: usize,
    results: Vec<End>,
}

impl Fill {
    /// An empty picture of columns × rows over `view`, in whose coordinates pixels are asked for. The ends are those of
    /// the loss in `domain`.
    pub fn new(loss: &Loss, domain: View, view: View, [columns, rows]: [usize; 2], steps: usize) -> Fill {
        let mut order = Vec::with_capacity(columns * rows);
        for side in SIDES {
            for j in (0..rows).step_by(side) {
                for i in (0..columns).step_by(side) {
                    let twice = 2 * side;
                    if side == SIDES[0] || !(i.is_multiple_of(twice) && j.is_multiple_of(twice)) {
                        order.push(((j * columns + i) as u32, side as u8));
                    }
                }
            }
        }
        let palette = (0..COLORS).map(Ink::Method).chain([Ink::Muted, Ink::Gradient, Ink::Text]).collect();
        let cells = vec![[UNKNOWN, 0]; columns * rows];
        Fill {
            ends: Ends::sized(domain),
            counts: vec![0; 256],
            tiles: Rc::new(Tiles { view, columns, rows, palette, cells }),
            loss: loss.clone(),
            domain,
            // Runs end beside the picture too.
            search: Some(Search::new(loss, domain.scaled(MARGIN))),
            steps,
            order,
            next: 0,
            told: false,
            sent: 0,
            results: Vec::new(),
        }
    }

    /// How many runs are done.
    pub fn done(&self) -> usize {
        self.next
    }

    /// Whether the points where runs can end are known.
    pub fn is_searched(&self) -> bool {
        self.search.is_none()
    }

    /// The share that is done; `None` when all is.
    pub fn progress(&self) -> Option<f64> {
        let share = self.next as f64 / self.order.len() as f64;
        match &self.search {
            Some(search) => Some(SEARCHED * search.progress()),
            None => (self.next < self.order.len()).then_some(SEARCHED + (1.0 - SEARCHED) * share),
        }
    }

    /// The centre of the pixel under a point, and its number.
    pub fn centre(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let Tiles { view, columns, rows, .. } = *self.tiles;
        let snap = |x: f64, [lo, hi]: [f64; 2], count: usize| {
            let k = ((x - lo) / (hi - lo) * count as f64).floor().clamp(0.0, count as f64 - 1.0);
            lo + (hi - lo) * (k + 0.5) / count as f64
        };
        [snap(x, view.x, columns), snap(y, view.y, rows)]
    }

    /// Goes on until all is done or the time is spent. `run` is asked with the centres of pixels.
    pub fn work(&mut self, spent: &mut dyn FnMut() -> bool, run: &mut Runs) {
        if spent() {
            return;
        }
        if let Some(mut search) = self.search.take() {
            if search.advance(spent) {
                self.search = Some(search);
                return;
            }
            self.ends = Ends::of(&search.found(), &self.loss, self.domain);
        }
        let Tiles { view, columns, rows, .. } = *self.tiles;
        let along =
            |[lo, hi]: [f64; 2], k: usize, count: usize| lo + (hi - lo) * (k as f64 + 0.5) / count as f64;
        let mut found = Vec::new();
        while self.next < self.order.len() {
            let ([mut xs, mut ys], mut row) = ([[f64::NAN; Gradients::LEN]; 2], None);
            found.clear();
            while let (Some(&(index, _)), Some(x), Some(y)) =
                (self.order.get(self.next + found.len()), xs.get_mut(found.len()), ys.get_mut(found.len()))
            {
                let (i, j) = (index as usize % columns, index as usize / columns);
                if *row.get_or_insert(j) != j {
                    break;
                }
                *x = along(view.x, i, columns);
                *y = along(view.y, j, rows);
                found.push(Journey::NotDefined);
            }
            run(&[xs, ys], &mut found);
            for journey in &found {
                let end = self.ends.of_journey(*journey);
                self.paint(end);
                self.results.push(end);
            }
            if spent() {
                return;
            }
        }
    }

    /// Paints the next square of the order.
    fn paint(&mut self, end: End) {
        let Some(&(index, side)) = self.order.get(self.next) else { return };
        self.next += 1;
        if let Some(count) = self.counts.get_mut(usize::from(end.code)) {
            *count += 1;
        }
        let cell = [self.color(end.code), opacity(end, self.steps)];
        let tiles = Rc::make_mut(&mut self.tiles);
        let (i, j) = (index as usize % tiles.columns, index as usize / tiles.columns);
        let side = usize::from(side);
        let right = (i + side).min(tiles.columns);
        for row in j..(j + side).min(tiles.rows) {
            let line = tiles.cells.get_mut(row * tiles.columns + i..row * tiles.columns + right);
            line.into_iter().flatten().for_each(|c| *c = cell);
        }
    }

    /// The place of an end's colour in the palette.
    fn color(&self, code: u8) -> u8 {
        match code {
            _ if code < CURVE => code % COLORS,
            _ if code < FLAT => (self.ends.targets.len() as u8).wrapping_add(code - CURVE) % COLORS,
            FLAT => COLORS + 1,
            RESTING => COLORS + 2,
            MOVING => COLORS,
            _ => UNKNOWN,
        }
    }

    /// The colour of an end.
    pub fn ink(&self, code: u8) -> Ink {
        self.tiles.palette.get(usize::from(self.color(code))).copied().unwrap_or(Ink::Text)
    }

    /// What was found since the last harvest: whether the ends are among it, the ends, then the runs.
    pub fn harvest(&mut self) -> Vec<f64> {
        let mut out = Vec::new();
        if self.search.is_some() {
            return out;
        }
        out.push(f64::from(u8::from(!self.told)));
        if !self.told {
            out.extend(self.ends.numbers());
            self.told = true;
        }
        out.push(self.sent as f64);
        for end in self.results.get(self.sent..).unwrap_or(&[]) {
            out.push(f64::from(end.code) * 65_536.0 + f64::from(end.settled));
        }
        self.sent = self.results.len();
        out
    }

    /// Takes what another has harvested: of its runs those that are not here yet, if they follow on those that are.
    pub fn absorb(&mut self, found: &[f64]) {
        let Some((&told, mut rest)) = found.split_first() else { return };
        if told == 1.0 {
            let taken = self.ends.take(rest);
            self.search = None;
            rest = rest.get(taken..).unwrap_or(&[]);
        }
        let Some((&from, runs)) = rest.split_first() else { return };
        let known = self.next as f64 - from;
        if self.search.is_some() || known < 0.0 || known.is_nan() {
            return;
        }
        for run in runs.iter().skip(known as usize) {
            let (code, settled) = ((run / 65_536.0) as u8, (run % 65_536.0) as u16);
            let end = End { code, settled };
            self.paint(end);
            self.results.push(end);
        }
    }
}

/// How strongly an end shows: the sooner it was reached, the more.
fn opacity(end: End, steps: usize) -> u8 {
    match end.code {
        MOVING => 110,
        code if code > MOVING => 0,
        _ => {
            let share = f64::from(end.settled) / steps.max(1) as f64;
            (OPAQUE - FADE * share.min(1.0).sqrt()) as u8
        }
    }
}
