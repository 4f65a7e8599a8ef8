//! The surface z = L(x, y), drawn by software: from the back to the front, lit, with smooth edges.
//!
//! In an orthographic view without roll, what stands over one line on the ground fills one column of pixels. So the
//! grid is drawn line by line, the farthest first: each line of nodes is brought to the pixel columns by linear
//! interpolation, and between two neighbouring lines every column is filled from the one's height to the other's. What
//! is drawn later is nearer, so it needs no depth buffer; a column is one continuous chain, so no pixel is missed;
//! and a silhouette, where the chain turns back, is blended over what is already there, which is what lies behind it.
//! (The idea is the floating horizon of T. Wright, "A two-space solution to the hidden line problem for plotting
//! functions of two variables", IEEE Transactions on Computers, 1973, filled.)

use super::canvas::{Canvas, HEIGHT, Sample, Table, Y, build_table, first_centre, mix, sample};
use super::relief::Relief;
use crate::figure::{Ink, Projection, Theme};

/// Draws reliefs; keeps its buffers from one picture to the next.
#[derive(Clone, Debug, Default)]
pub struct Rasteriser {
    tables: Vec<(Theme, Option<Ink>, Vec<[u8; 4]>)>,
    traces: Vec<Trace>,
}

/// A relief to draw, and as what: the surface of a loss, or a translucent sheet of one ink.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The relief.
    pub relief: &'a Relief,
    /// The ink of a sheet; `None` for the colours of a loss.
    pub ink: Option<Ink>,
}

/// Where the drawing of one relief stands: the last two lines, and the chain of each pixel column.
#[derive(Clone, Debug, Default)]
struct Trace {
    far: Line,
    near: Line,
    chain: Vec<Chain>,
}

/// One line of nodes, and what it is in the pixel columns `first..last`.
#[derive(Clone, Debug, Default)]
struct Line {
    nodes: Vec<Sample>,
    /// x of the first node, in pixels.
    x: f32,
    samples: Vec<Sample>,
    /// The pixel row at which each sample of `first..last` starts.
    rows: Vec<i32>,
    first: usize,
    last: usize,
}

/// What a column's chain shows at the line drawn last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Chain {
    /// Nothing: it has not begun, or has ended.
    #[default]
    None,
    /// The upper side: nearer is lower in the picture.
    Upper,
    /// The underside: nearer is higher in the picture.
    Under,
}

impl Rasteriser {
    /// Draws `sheets` over `rgba`, rows of `width` pixels of which each is 1/`scale` of the projection's.
    ///
    /// Neighbours in the list that stand over the same grid are drawn together, line by line, and within a line the lower
    /// first: seen from above, the higher hides it. So they cut through one another without a depth buffer.
    pub fn draw(
        &mut self,
        sheets: &[Sheet],
        projection: &Projection,
        scale: f64,
        theme: Theme,
        width: usize,
        rgba: &mut [u8],
    ) {
        self.tables.retain(|(of, ..)| *of == theme);
        for sheet in sheets {
            if !self.tables.iter().any(|(_, ink, _)| *ink == sheet.ink) {
                self.tables.push((theme, sheet.ink, build_table(theme, sheet.ink)));
            }
        }
        let table = |ink: Option<Ink>| {
            let (_, _, table) = self.tables.iter().find(|(_, of, _)| *of == ink)?;
            <&Table>::try_from(table.as_slice()).ok()
        };
        let Some(first) = sheets.first().and_then(|sheet| table(sheet.ink)) else { return };
        let tables: Vec<&Table> = sheets.iter().map(|sheet| table(sheet.ink).unwrap_or(first)).collect();
        self.traces.resize_with(sheets.len().max(self.traces.len()), Trace::default);
        let (pixels, _) = rgba.as_chunks_mut::<4>();
        let height = pixels.len() / width.max(1);
        let mut canvas = Canvas { pixels, width, height, table: first, sheer: false };
        let mut done = 0;
        for group in sheets.chunk_by(|a, b| a.relief.alike(b.relief)) {
            let many = done..done + group.len();
            done = many.end;
            let (Some(camera), Some(tables), Some(traces)) = (
                group.first().and_then(|sheet| Camera::new(sheet.relief, projection, scale)),
                tables.get(many.clone()),
                self.traces.get_mut(many),
            ) else {
                continue;
            };
            canvas.group(group, tables, traces, &camera);
        }
    }
}

impl Chain {
    /// Whether going nearer goes up in the picture.
    fn upwards(self) -> Option<bool> {
        match self {
            Chain::None => None,
            Chain::Upper => Some(false),
            Chain::Under => Some(true),
        }
    }
}

/// Where lines and nodes go in the picture, and where the light comes from. Lines are rows or columns of the grid,
/// whichever spread more across the picture.
struct Camera {
    /// Lines, and nodes in each.
    lines: usize,
    nodes: usize,
    /// Distance of lines and of nodes in a line in the grid's list of nodes.
    strides: [usize; 2],
    /// Pixel of the first node at height 0.
    origin: [f32; 2],
    /// Pixels from line to line; from node to node; per unit of height (down).
    line: [f32; 2],
    step: [f32; 2],
    height: f32,
    /// The last line is the farthest.
    backwards: bool,
    /// Towards the light, in the box.
    light: [f32; 3],
}

impl Camera {
    fn new(relief: &Relief, projection: &Projection, scale: f64) -> Option<Camera> {
        if relief.nodes.is_empty() {
            return None;
        }
        let ([x0, x1], [y0, y1], [z0, z1]) = (relief.view.x, relief.view.y, relief.z);
        let o = projection.apply([x0, y0, z0]);
        let to = |at: [f64; 3], parts: usize| {
            let end = projection.apply(at);
            [0, 1, 2].map(|k| ((end[k] - o[k]) * scale / parts as f64) as f32)
        };
        let u = to([x1, y0, z0], relief.columns - 1);
        let v = to([x0, y1, z0], relief.rows - 1);
        let h = to([x0, y0, z1], 1);
        let origin = [(o[0] * scale) as f32, (o[1] * scale) as f32];
        let by_rows = u[0].abs() >= v[0].abs();
        let (line, step) = if by_rows { (v, u) } else { (u, v) };
        if ![u, v, h].as_flattened().iter().chain(&origin).all(|v| v.is_finite()) || step[0].abs() < 1e-6 {
            return None;
        }
        // Within one column, does the ground go farther from line to line? Seen from straight above depth does not
        // tell; there farther is higher in the picture.
        let along = |k: usize| line[k] - step[k] * line[0] / step[0];
        let backwards = if along(2).abs() > 1e-4 * along(1).abs() { along(2) > 0.0 } else { along(1) < 0.0 };
        // The light stands above and to the left of the eye and turns with it, so that the lit side is always the same
        // in the picture. Towards the eye is a quarter turn clockwise from the picture's right, seen from above.
        let right = [u[0] * (relief.columns - 1) as f32, v[0] * (relief.rows - 1) as f32];
        let length = right[0].hypot(right[1]);
        let [c, s] = right.map(|v| v / length);
        let (aside, near, up) = (-0.50f32, 0.38f32, 0.78f32);
        let light = [aside * c + near * s, aside * s - near * c, up];
        let (lines, nodes, strides) = if by_rows {
            (relief.rows, relief.columns, [relief.columns, 1])
        } else {
            (relief.columns, relief.rows, [1, relief.columns])
        };
        let [line, step] = [line, step].map(|[x, y, _]| [x, y]);
        Some(Camera { lines, nodes, strides, origin, line, step, height: h[1], backwards, light })
    }
}

impl Line {
    /// Projects line `l` of a relief and samples it at the centres of the pixel columns.
    fn place(&mut self, relief: &Relief, camera: &Camera, l: usize, width: usize) {
        let l_f = l as f32;
        self.x = camera.origin[0] + l_f * camera.line[0];
        let y = camera.origin[1] + l_f * camera.line[1];
        let light = camera.light;
        let [stride, step] = camera.strides;
        self.nodes.clear();
        // Loops rather than chains of iterators: where code is made small, each link is a call.
        for k in 0..camera.nodes {
            let Some(node) = relief.nodes.get(l * stride + k * step) else { break };
            let n = node.normal;
            let facing = n[0] * light[0] + n[1] * light[1] + n[2] * light[2];
            let y = y + k as f32 * camera.step[1] + node.h * camera.height;
            self.nodes.push(sample(y, node.t, facing, node.h));
        }
        let last = self.nodes.len().saturating_sub(1);
        let end = self.x + last as f32 * camera.step[0];
        // The casts saturate at 0.
        self.first = ((self.x.min(end) - 0.5).ceil() as usize).min(width);
        self.last = ((self.x.max(end) + 0.5).floor() as usize).clamp(self.first, width);
        if self.samples.len() != width {
            self.samples = vec![[f32::NAN; 4]; width];
            self.rows = vec![0; width];
        }
        self.samples[..self.first].fill([f32::NAN; 4]);
        self.samples[self.last..].fill([f32::NAN; 4]);
        let nodes_per_pixel = 1.0 / camera.step[0];
        let mut at = (self.first as f32 + 0.5 - self.x) * nodes_per_pixel;
        let columns = self.first..self.last;
        let (samples, rows) = (&mut self.samples[columns.clone()], &mut self.rows[columns]);
        for out in samples.iter_mut() {
            let k = (at as usize).min(last.saturating_sub(1));
            let s = (at - k as f32).clamp(0.0, 1.0);
            if let Some([a, b]) = self.nodes.get(k..k + 2) {
                *out = mix(a, b, s);
            }
            at += nodes_per_pixel;
        }
        for (row, s) in rows.iter_mut().zip(samples) {
            *row = first_centre(s[Y]);
        }
    }

    fn sample(&self, c: usize) -> Option<Sample> {
        self.samples.get(c).copied().filter(|s| !s[Y].is_nan())
    }

    /// How a component changes from column to column, about column `c`; 0 where it cannot be told.
    fn change(&self, c: usize, component: usize) -> f32 {
        let get = |c: Option<usize>| c.and_then(|c| self.sample(c)).map_or(f32::NAN, |s| s[component]);
        let [a, b, d] = [c.checked_sub(1), Some(c), c.checked_add(1)].map(get);
        [(d - a) / 2.0, d - b, b - a].into_iter().find(|v| v.is_finite()).unwrap_or(0.0)
    }
}

impl<'a> Canvas<'a> {
    /// Draws reliefs over the same places, line by line.
    fn group(&mut self, sheets: &[Sheet], tables: &[&'a Table], traces: &mut [Trace], camera: &Camera) {
        for trace in traces.iter_mut() {
            trace.chain.clear();
            trace.chain.resize(self.width, Chain::None);
        }
        for k in 0..camera.lines {
            let l = if camera.backwards { camera.lines - 1 - k } else { k };
            for (trace, sheet) in traces.iter_mut().zip(sheets) {
                std::mem::swap(&mut trace.far, &mut trace.near);
                trace.near.place(sheet.relief, camera, l, self.width);
            }
            match (&mut *traces, sheets, tables) {
                _ if k == 0 => {}
                ([Trace { far, near, chain }], [sheet], [table]) => {
                    self.dress(sheet, table);
                    self.strip(far, near, camera.step[0], chain);
                }
                (traces, ..) => self.strips(sheets, tables, traces, camera.step[0]),
            }
        }
        // The near edges.
        for ((Trace { near, chain, .. }, sheet), table) in traces.iter().zip(sheets).zip(tables) {
            self.dress(sheet, table);
            for (c, chain) in chain.iter().enumerate() {
                if let (Some(up), Some(at)) = (chain.upwards(), near.samples.get(c)) {
                    self.fringe(c, *at, near.change(c, Y), up, *chain == Chain::Under);
                }
            }
        }
    }

    /// Takes the colours of a sheet.
    fn dress(&mut self, sheet: &Sheet, table: &'a Table) {
        (self.table, self.sheer) = (table, sheet.ink.is_some());
    }

    /// Draws what lies between two lines of several reliefs, in each column the lower before the higher. A sheet that
    /// lies on the surface counts as above it.
    fn strips(&mut self, sheets: &[Sheet], tables: &[&'a Table], traces: &mut [Trace], step: f32) {
        let ends = |f: fn(&Line) -> usize| {
            let both = |trace: &Trace| [f(&trace.far), f(&trace.near)];
            traces.iter().flat_map(both).collect::<Vec<_>>()
        };
        let first = ends(|line| line.first).into_iter().min().unwrap_or(0);
        let last = ends(|line| line.last).into_iter().max().unwrap_or(0);
        let mut order: Vec<(f32, usize)> = Vec::with_capacity(sheets.len());
        for c in first..last {
            order.clear();
            for (i, (trace, sheet)) in traces.iter().zip(sheets).enumerate() {
                let y = |line: &Line| line.samples.get(c).map_or(f32::NAN, |s| s[Y]);
                let lift = if sheet.ink.is_some() { 0.1 } else { 0.0 };
                let key = y(&trace.far) + y(&trace.near) - lift;
                // Lower on the page first; few enough to look from the end.
                let at =
                    order.iter().rposition(|(other, _)| *other >= key || key.is_nan()).map_or(0, |k| k + 1);
                order.insert(at, (key, i));
            }
            for (_, i) in &order {
                let (Some(sheet), Some(table), Some(trace)) =
                    (sheets.get(*i), tables.get(*i), traces.get_mut(*i))
                else {
                    continue;
                };
                self.dress(sheet, table);
                self.column(c, trace, step);
            }
        }
    }

    /// Draws one column between the last two lines of a relief.
    fn column(&mut self, c: usize, Trace { far, near, chain }: &mut Trace, step: f32) {
        let (Some(f), Some(n), Some(chain)) = (far.samples.get(c), near.samples.get(c), chain.get_mut(c))
        else {
            return;
        };
        let inside = |s: &Sample| (0.0..=1.0).contains(&s[HEIGHT]);
        let goes_on = match chain {
            Chain::None => false,
            Chain::Upper => n[Y] >= f[Y],
            Chain::Under => n[Y] <= f[Y],
        };
        if goes_on && inside(f) && inside(n) {
            self.fill(c, f, n, [first_centre(f[Y]), first_centre(n[Y])], *chain == Chain::Under);
        } else {
            self.join(c, far, near, step, chain);
        }
    }

    /// Draws what lies between two lines; `step`: pixels from node to node in each.
    fn strip(&mut self, far: &Line, near: &Line, step: f32, chains: &mut [Chain]) {
        let (start, end) = (far.first.max(near.first), far.last.min(near.last));
        let links =
            far.samples.iter().zip(&near.samples).zip(far.rows.iter().zip(&near.rows)).zip(chains.iter_mut());
        let inside = |s: &Sample| (0.0..=1.0).contains(&s[HEIGHT]);
        for (c, (((f, n), (row_f, row_n)), chain)) in links.enumerate().take(end).skip(start) {
            // Nearly always the chain just goes on.
            let goes_on = match chain {
                Chain::None => false,
                Chain::Upper => n[Y] >= f[Y],
                Chain::Under => n[Y] <= f[Y],
            };
            if !goes_on || !inside(f) || !inside(n) {
                self.join(c, far, near, step, chain);
            } else if row_f != row_n {
                self.fill(c, f, n, [*row_f, *row_n], *chain == Chain::Under);
            }
        }
        let (first, last) = (far.first.min(near.first), far.last.max(near.last));
        for (c, chain) in chains.iter_mut().enumerate().take(last).skip(first) {
            if !(start..end).contains(&c) {
                self.join(c, far, near, step, chain);
            }
        }
    }

    /// Draws one column between two lines, whatever is there.
    fn join(&mut self, c: usize, far: &Line, near: &Line, step: f32, chain: &mut Chain) {
        let (f, n) = match (far.sample(c), near.sample(c)) {
            (Some(f), Some(n)) => return self.link(c, far, near, [f, n], None, chain),
            (None, None) => return,
            (f, n) => (f, n),
        };
        // The column crosses the side of the view or of a hole between the lines: at the first node on its way from
        // where the surface is.
        let place = |line: &Line| (c as f32 + 0.5 - line.x) / step;
        let (pf, pn) = (place(far), place(near));
        let from = if f.is_some() { pf } else { pn };
        let side = if (pf < pn) == f.is_some() { from.ceil() } else { from.floor() };
        let s = (side - pf) / (pn - pf);
        let ends = far.nodes.get(side as usize).zip(near.nodes.get(side as usize));
        match ends.filter(|(a, b)| (0.0..=1.0).contains(&s) && !(a[Y] + b[Y]).is_nan()) {
            Some((a, b)) => {
                let edge = mix(a, b, s);
                let slope = (b[Y] - a[Y]) / (near.x - far.x);
                let side = Some((n.is_none(), slope));
                self.link(c, far, near, [f.unwrap_or(edge), n.unwrap_or(edge)], side, chain);
            }
            // The hole begins at the far line.
            None => {
                if let (Some(f), Some(up)) = (f, chain.upwards()) {
                    self.fringe(c, f, far.change(c, Y), up, *chain == Chain::Under);
                }
                *chain = Chain::None;
            }
        }
    }

    /// One link of a chain, with all that can begin or end an outline there: a cut at the top or bottom, a side (whether
    /// it is at the near end, and its slope), a turn.
    fn link(
        &mut self,
        c: usize,
        far: &Line,
        near: &Line,
        [f, n]: [Sample; 2],
        side: Option<(bool, f32)>,
        chain: &mut Chain,
    ) {
        let before = *chain;
        *chain = Chain::None;
        let now = match before {
            _ if n[Y] > f[Y] => Chain::Upper,
            _ if n[Y] < f[Y] => Chain::Under,
            Chain::None => Chain::Upper,
            other => other,
        };
        let (under, up) = (now == Chain::Under, now == Chain::Under);
        // The part within the range, from `from` to `to`.
        let [mut from, mut to] = [0.0f32, 1.0];
        for (a, b) in [(f[HEIGHT], n[HEIGHT]), (1.0 - f[HEIGHT], 1.0 - n[HEIGHT])] {
            match (a >= 0.0, b >= 0.0) {
                (true, true) => {}
                (false, false) => return,
                (false, true) => from = from.max(a / (a - b)),
                (true, false) => to = to.min(a / (a - b)),
            }
        }
        if from > to {
            return;
        }
        let (p, q) =
            (if from > 0.0 { mix(&f, &n, from) } else { f }, if to < 1.0 { mix(&f, &n, to) } else { n });
        self.fill(c, &p, &q, [first_centre(p[Y]), first_centre(q[Y])], under);
        // How steep the cut is: along it, h stays the same from column to column.
        let cut = |s: f32| {
            let change = |k: usize| far.change(c, k) * (1.0 - s) + near.change(c, k) * s;
            change(Y) - (n[Y] - f[Y]) * change(HEIGHT) / (n[HEIGHT] - f[HEIGHT])
        };
        let begins_at_side = side.filter(|(at_end, _)| !at_end);
        if from > 0.0 {
            self.fringe(c, p, cut(from), !up, under);
        } else if let Some((_, slope)) = begins_at_side {
            self.fringe(c, p, slope, !up, under);
        } else if before != now {
            self.fringe(c, p, far.change(c, Y), !up, under);
        }
        if to < 1.0 {
            self.fringe(c, q, cut(to), up, under);
        } else if let Some((true, slope)) = side {
            self.fringe(c, q, slope, up, under);
        } else {
            *chain = now;
        }
    }
}

#[cfg(test)]
#[path = "surface_tests.rs"]
mod tests;
