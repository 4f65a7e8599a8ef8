//! The surface z = L(x, y), drawn by software: from the back to the front, lit, with smooth edges.
//!
//! In an orthographic view a height field needs no depth buffer: cells that are nearer along the ground can only
//! hide, never be hidden by, those that are farther, so drawing row by row from the far corner is exact (D. Anderson,
//! "Hidden line elimination in projected grid surfaces", 1982). It also lets the edges be smooth: a silhouette is
//! blended over what is already there, which is what lies behind it.

use super::colormap::{STEPS, colormap};
use super::mesh::{INNER, Mesh, RIM};
use crate::figure::{Projection, Theme};

/// Brightnesses of a colour.
const LEVELS: usize = 64;

/// Brightness of a place turned away from the light, and of one facing it.
const DIM: f32 = 0.66;
const BRIGHT: f32 = 1.04;
/// The least brightness, of an underside turned away.
const LEAST: f32 = 0.48;

/// Every colour at every brightness, by colour × [`LEVELS`] + brightness.
type Table = [[u8; 4]; STEPS * LEVELS];

/// Draws meshes; keeps its buffers from one picture to the next.
#[derive(Clone, Debug, Default)]
pub struct Rasteriser {
    table: Option<(Theme, Vec<[u8; 4]>)>,
    corners: Vec<Corner>,
    /// Whether each face shows its upper side.
    upper: Vec<bool>,
}

/// A vertex in the picture.
#[derive(Clone, Copy, Debug, Default)]
struct Corner {
    x: f32,
    y: f32,
    /// Colour, 0.5 … 255.5, and brightness, 0.5 … 63.5: the table index is their whole part.
    t: f32,
    light: f32,
}

impl Rasteriser {
    /// Draws `mesh` over `rgba`, rows of `width` pixels of which each is 1/`scale` of the projection's.
    pub fn draw(
        &mut self,
        mesh: &Mesh,
        projection: &Projection,
        scale: f64,
        theme: Theme,
        width: usize,
        rgba: &mut [u8],
    ) {
        let Some(camera) = Camera::new(mesh, projection, scale) else { return };
        let table = match &mut self.table {
            Some((for_theme, table)) if *for_theme == theme => table,
            other => &mut other.insert((theme, build_table(theme))).1,
        };
        let Ok(table) = <&Table>::try_from(table.as_slice()) else { return };
        let (pixels, _) = rgba.as_chunks_mut::<4>();
        let mut canvas = Canvas { pixels, width, table };
        camera.transform(mesh, &mut self.corners);
        self.upper.clear();
        self.upper.extend(mesh.slopes.iter().map(|s| camera.sees_top(*s)));
        let [columns, rows] = mesh.size;
        let order = |k: usize, n: usize, far: bool| if far { n - 1 - k } else { k };
        for j in (0..rows).map(|k| order(k, rows, camera.depth[1] > 0.0)) {
            for i in (0..columns).map(|k| order(k, columns, camera.depth[0] > 0.0)) {
                let k = j * columns + i;
                let Some(cell) = mesh.cells.get(k) else { continue };
                if cell.start == cell.end {
                    continue;
                }
                // How much farther face 0 is than face 1.
                let [du, dv] = camera.step;
                let farther = if cell.falling { -(du + dv) } else { du - dv };
                let first = (2 * k, cell.start..cell.middle);
                let second = (2 * k + 1, cell.middle..cell.end);
                let [first, second] = if farther > 0.0 { [first, second] } else { [second, first] };
                for (face, range) in [first, second] {
                    let Some(triangles) = mesh.triangles.get(range.start as usize..range.end as usize) else {
                        continue;
                    };
                    let upper = self.upper.get(face).copied().unwrap_or(true);
                    for triangle in triangles {
                        let [a, b, c] = triangle
                            .corners
                            .map(|k| self.corners.get(k as usize).copied().unwrap_or_default());
                        let [a, b, c] = if upper { [a, b, c] } else { [a, b, c].map(Corner::underside) };
                        canvas.fill(a, b, c);
                        for (side, beyond) in
                            [[a, b, c], [b, c, a], [c, a, b]].into_iter().zip(triangle.beyond)
                        {
                            let outline = match beyond {
                                INNER => false,
                                RIM => true,
                                face => upper && self.upper.get(face as usize) == Some(&false),
                            };
                            if outline {
                                canvas.fringe(side);
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Corner {
    /// The same place seen from below: darker.
    fn underside(self) -> Corner {
        Corner { light: (self.light * 0.6).max(0.5), ..self }
    }
}

/// The projection of the box, as an affine map, and the light.
struct Camera {
    origin: [f32; 2],
    /// Pixels (x, y) per unit of u, v and h.
    axes: [[f32; 2]; 3],
    /// Depth per unit of u, v, h; greater is farther.
    depth: [f32; 3],
    /// Depth per cell along u and v.
    step: [f32; 2],
    /// Towards the light, in the box.
    light: [f32; 3],
}

impl Camera {
    fn new(mesh: &Mesh, projection: &Projection, scale: f64) -> Option<Camera> {
        let ([x0, x1], [y0, y1], [z0, z1]) = (mesh.view.x, mesh.view.y, mesh.z);
        let o = projection.apply([x0, y0, z0]);
        let ends = [[x1, y0, z0], [x0, y1, z0], [x0, y0, z1]].map(|at| projection.apply(at));
        if !o.iter().chain(ends.iter().flatten()).all(|v| v.is_finite()) {
            return None;
        }
        let axes = ends.map(|e| [(e[0] - o[0]) * scale, (e[1] - o[1]) * scale].map(|v| v as f32));
        let depth = ends.map(|e| (e[2] - o[2]) as f32);
        let step = [depth[0] / mesh.size[0].max(1) as f32, depth[1] / mesh.size[1].max(1) as f32];
        // The light stands above and to the left of the eye and turns with it, so that the lit side is always the same
        // on the screen. The screen's right, along the ground, is (axes[0].x, axes[1].x); towards the eye is a
        // quarter turn clockwise from it, seen from above.
        let right = [axes[0][0], axes[1][0]];
        let length = right[0].hypot(right[1]).max(f32::MIN_POSITIVE);
        let [c, s] = [right[0] / length, right[1] / length];
        let (aside, near, up) = (-0.50f32, 0.38f32, 0.78f32);
        let light = [aside * c + near * s, aside * s - near * c, up];
        Some(Camera { origin: [(o[0] * scale) as f32, (o[1] * scale) as f32], axes, depth, step, light })
    }

    fn transform(&self, mesh: &Mesh, out: &mut Vec<Corner>) {
        let [u, v, h] = self.axes;
        let light = self.light;
        let range = (LEVELS - 1) as f32 / (BRIGHT - LEAST);
        out.clear();
        out.extend(mesh.vertices.iter().map(|vertex| {
            let [pu, pv, ph] = vertex.at;
            let n = vertex.normal;
            let facing = (n[0] * light[0] + n[1] * light[1] + n[2] * light[2]).max(0.0);
            Corner {
                x: self.origin[0] + pu * u[0] + pv * v[0] + ph * h[0],
                y: self.origin[1] + pu * u[1] + pv * v[1] + ph * h[1],
                t: vertex.t * (STEPS - 1) as f32 + 0.5,
                light: (DIM - LEAST + (BRIGHT - DIM) * facing.min(1.0)) * range + 0.5,
            }
        }));
    }

    /// Whether a face of these slopes turns its upper side to the eye: its normal (−∂h/∂u, −∂h/∂v, 1) points to it.
    fn sees_top(&self, [su, sv]: [f32; 2]) -> bool {
        self.depth[2] - su * self.depth[0] - sv * self.depth[1] < 0.0
    }
}

fn build_table(theme: Theme) -> Vec<[u8; 4]> {
    let mut table = Vec::with_capacity(STEPS * LEVELS);
    for color in colormap(theme) {
        for level in 0..LEVELS {
            let light = LEAST + (BRIGHT - LEAST) * level as f32 / (LEVELS - 1) as f32;
            let [r, g, b] = color.map(|v| (f32::from(v) * light + 0.5).min(255.0) as u8);
            table.push([r, g, b, 255]);
        }
    }
    table
}

struct Canvas<'a> {
    pixels: &'a mut [[u8; 4]],
    width: usize,
    table: &'a Table,
}

/// In units of 1/65536 pixel, saturating.
fn fixed(v: f32) -> i32 {
    (v * 65536.0) as i32
}

/// The first pixel whose centre is not before `fixed`.
fn first_centre(fixed: i32) -> i32 {
    fixed.wrapping_add(0x7fff) >> 16
}

/// The x of a side at the centres of pixel rows.
struct Side {
    x: i32,
    slope: i32,
}

impl Side {
    /// From the upper corner `a` to the lower `b`, at pixel row `row`. Triangles that share a side compute the same.
    fn new(a: Corner, b: Corner, row: i32) -> Side {
        let slope = (b.x - a.x) / (b.y - a.y);
        Side { x: fixed(a.x + slope * (row as f32 + 0.5 - a.y)), slope: fixed(slope) }
    }

    fn skip(&mut self, rows: i32) {
        self.x = self.x.wrapping_add(self.slope.wrapping_mul(rows));
    }
}

impl Canvas<'_> {
    /// Fills the pixels whose centres lie in a triangle; those on a shared side belong to one of the two.
    fn fill(&mut self, mut a: Corner, mut b: Corner, mut c: Corner) {
        if b.y < a.y {
            (a, b) = (b, a);
        }
        if c.y < b.y {
            (b, c) = (c, b);
            if b.y < a.y {
                (a, b) = (b, a);
            }
        }
        let [top, middle, bottom] = [a, b, c].map(|p| first_centre(fixed(p.y)));
        if top == bottom {
            return;
        }
        let (bx, by, cx, cy) = (b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y);
        let area = bx * cy - by * cx;
        // Across a sliver the gradients are rounding errors: one colour.
        let flat = area.abs() < 0.01 * (cy + bx.abs() + cx.abs());
        let inverse = if flat { 0.0 } else { 1.0 / area };
        let gradient = |p: f32, q: f32| [(p * cy - q * by) * inverse, (q * bx - p * cx) * inverse];
        let t = gradient(b.t - a.t, c.t - a.t);
        let light = gradient(b.light - a.light, c.light - a.light);
        let step = pack_step(t[0], light[0]);
        let height = (self.pixels.len() / self.width.max(1)) as i32;
        let long_is_left = area > 0.0;
        let mut long = Side::new(a, c, top);
        for (from, to, p, q) in [(top, middle, a, b), (middle, bottom, b, c)] {
            if from >= to {
                continue;
            }
            let mut short = Side::new(p, q, from);
            let (start, end) = (from.max(0), to.min(height));
            short.skip(start - from);
            if start > from {
                long.skip(start - from);
            }
            for row in start..end {
                let (left, right) = if long_is_left { (long.x, short.x) } else { (short.x, long.x) };
                long.skip(1);
                short.skip(1);
                let (left, right) = (first_centre(left).max(0), first_centre(right).min(self.width as i32));
                if left >= right {
                    continue;
                }
                let base = row as usize * self.width;
                let Some(span) = self.pixels.get_mut(base + left as usize..base + right as usize) else {
                    continue;
                };
                let (dx, dy) = (left as f32 + 0.5 - a.x, row as f32 + 0.5 - a.y);
                let mut tone = pack(a.t + t[0] * dx + t[1] * dy, a.light + light[0] * dx + light[1] * dy);
                for pixel in span {
                    *pixel = self.table[index(tone)];
                    tone = tone.wrapping_add(step);
                }
            }
        }
    }

    /// Smooths the side from `a` to `b` of a triangle: blends the pixel just outside it, by how near it is, over what
    /// is there. The third corner tells where outside is.
    fn fringe(&mut self, [a, b, inside]: [Corner; 3]) {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let cross = dx * (inside.y - a.y) - dy * (inside.x - a.x);
        if cross == 0.0 || !cross.is_finite() {
            return;
        }
        let steep = dy.abs() > dx.abs();
        // Along the side, one pixel for each row (steep) or column.
        let (a, b) = if (steep && dy < 0.0) || (!steep && dx < 0.0) { (b, a) } else { (a, b) };
        let along = |p: Corner| if steep { p.y } else { p.x };
        let across = |p: Corner| if steep { p.x } else { p.y };
        let height = self.pixels.len() / self.width.max(1);
        let (length, breadth) = if steep { (height, self.width) } else { (self.width, height) };
        let (from, to) =
            (first_centre(fixed(along(a))).max(0), first_centre(fixed(along(b))).min(length as i32));
        let slope = (across(b) - across(a)) / (along(b) - along(a));
        // Outside is towards greater x (steep) or y: away from the third corner.
        let outside_is_greater = across(inside) < across(a) + slope * (along(inside) - along(a));
        for k in from..to {
            let at = k as f32 + 0.5;
            let edge = across(a) + slope * (at - along(a));
            let first = first_centre(fixed(edge));
            let m = if outside_is_greater { first } else { first - 1 };
            if m < 0 || m >= breadth as i32 {
                continue;
            }
            let cover = (1.0 - (m as f32 + 0.5 - edge).abs()).clamp(0.0, 1.0);
            let s = (at - along(a)) / (along(b) - along(a));
            let color = self.table[index(pack(a.t + (b.t - a.t) * s, a.light + (b.light - a.light) * s))];
            let (x, y) = if steep { (m as usize, k as usize) } else { (k as usize, m as usize) };
            if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
                blend(pixel, color, (cover * 255.0 + 0.5) as u32);
            }
        }
    }
}

/// Lays an opaque `color` over a pixel with an opacity of `alpha` / 255; not premultiplied.
fn blend(pixel: &mut [u8; 4], color: [u8; 4], alpha: u32) {
    let under = u32::from(pixel[3]) * (255 - alpha);
    let total = alpha * 255 + under;
    if total == 0 {
        return;
    }
    for c in 0..3 {
        let mixed = (u32::from(color[c]) * alpha * 255 + u32::from(pixel[c]) * under + total / 2) / total;
        pixel[c] = mixed as u8;
    }
    pixel[3] = ((total + 127) / 255) as u8;
}

/// Colour and brightness in one word, so that one addition steps both: 8.24 and 6.26 bits.
fn pack(t: f32, light: f32) -> u64 {
    // The casts saturate: what rounding pushes out of range stays at its end.
    let t = (t * 16_777_216.0) as u32;
    let light = (light * 67_108_864.0) as u32;
    (u64::from(t) << 32) | u64::from(light)
}

fn pack_step(t: f32, light: f32) -> u64 {
    let t = i64::from((t * 16_777_216.0) as i32);
    let light = i64::from((light * 67_108_864.0) as i32);
    (t << 32).wrapping_add(light) as u64
}

fn index(tone: u64) -> usize {
    ((tone >> 56) as usize * LEVELS) | ((tone >> 26) as usize & (LEVELS - 1))
}

#[cfg(test)]
#[path = "surface_tests.rs"]
mod tests;
