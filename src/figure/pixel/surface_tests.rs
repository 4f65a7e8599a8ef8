use super::super::canvas::{BRIGHT, DIM, blend};
use super::*;
use crate::figure::{Bitmap, Frame, Ink, Layer, Occlusion, Rgb, Size, Space, pixel::color, pixels};
use crate::loss::{Grid, View};
use crate::phrase::Phrase;
use std::f64::consts::{FRAC_PI_2, PI};
use std::rc::Rc;

const VIEW: View = View { x: [-1.0, 1.0], y: [-1.0, 1.0] };
const SIZE: Size = Size { width: 320.0, height: 240.0 };

fn space(z: [f64; 2], yaw: f64, pitch: f64) -> Space {
    Space { view: VIEW, z, yaw, pitch, names: [Phrase::verbatim("x"), Phrase::verbatim("y")] }
}

fn paint(grid: &Grid, space: &Space) -> Bitmap {
    let layer = Layer::Surface(Rc::new(grid.clone()));
    pixels(&[layer], &Frame::Space(space.clone()), SIZE, 1.0, Theme::Light).unwrap()
}

fn at(bitmap: &Bitmap, space: &Space, point: [f64; 3]) -> [u8; 4] {
    let [x, y, _] = Projection::new(space, SIZE).apply(point);
    bitmap.pixel(x as usize, y as usize)
}

#[test]
fn a_level_plane_has_one_colour_where_it_is_and_none_elsewhere() {
    // Seen from above: a square. A constant loss has the middle colour; its normal is vertical.
    let space = space([0.0, 2.0], 0.0, FRAC_PI_2);
    let out = paint(&Grid::sample(VIEW, 2, 2, |_| 1.0), &space);
    let Rgb(r, g, b) = color(Theme::Light, 0.5);
    let light = DIM + (BRIGHT - DIM) * 0.78;
    for point in [[0.0, 0.0], [-0.95, -0.95], [0.95, -0.95], [0.9, 0.95], [-0.3, 0.9]] {
        let pixel = at(&out, &space, [point[0], point[1], 1.0]);
        for (got, want) in pixel.iter().zip([r, g, b]) {
            assert!((f32::from(*got) - f32::from(want) * light).abs() < 4.0, "{pixel:?} {r} {g} {b}");
        }
        assert_eq!(pixel[3], 255);
    }
    let scale = Projection::new(&space, SIZE).scale();
    let area: f64 = out.rgba.chunks(4).map(|p| f64::from(p[3]) / 255.0).sum();
    // Whole columns; in them the smooth edge adds half a pixel above and below.
    assert!((area - scale.round() * (scale + 1.0)).abs() < 1.01 * scale, "{area} {scale}");
    assert_eq!(out.pixel(0, 0), [0; 4]);
}

#[test]
fn the_colour_tells_the_loss() {
    let grid = Grid::sample(VIEW, 33, 33, |[x, y]| x + y);
    let space = space([-2.0, 2.0], 0.0, FRAC_PI_2);
    let out = paint(&grid, &space);
    let sum = |p: [u8; 4]| p[..3].iter().map(|v| u32::from(*v)).sum::<u32>();
    let [low, middle, high] = [-0.9, 0.0, 0.9].map(|v| sum(at(&out, &space, [v, v, 2.0 * v])));
    assert!(low < middle && middle < high, "{low} {middle} {high}");
}

#[test]
fn holes_and_what_is_out_of_range_are_not_drawn() {
    let hole = Grid::sample(VIEW, 65, 65, |[x, y]| if x > 0.0 && y > 0.0 { f64::NAN } else { 0.5 });
    let space = space([0.0, 1.0], 0.0, FRAC_PI_2);
    let out = paint(&hole, &space);
    assert_eq!(at(&out, &space, [0.5, 0.5, 0.5]), [0; 4]);
    for [x, y] in [[-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]] {
        assert_eq!(at(&out, &space, [x, y, 0.5])[3], 255);
    }
    let bowl = Grid::sample(VIEW, 65, 65, |[x, y]| x * x + y * y);
    let out = paint(&bowl, &space);
    assert_eq!(at(&out, &space, [0.8, 0.8, 1.0]), [0; 4]);
    assert_eq!(at(&out, &space, [0.5, 0.5, 0.5])[3], 255);
    // The cut is a circle: its corners of the picture's square are empty, π/4 of it is filled.
    let scale = Projection::new(&space, SIZE).scale();
    let area: f64 = out.rgba.chunks(4).map(|p| f64::from(p[3]) / 255.0).sum();
    let want = PI / 4.0 * (scale + 1.0).powi(2);
    assert!((area / want - 1.0).abs() < 0.01, "{area} {want}");
}

#[test]
fn the_side_of_a_hole_is_straight_from_everywhere() {
    let half = Grid::sample(VIEW, 33, 33, |[x, _]| if x > 0.01 { f64::NAN } else { 0.5 });
    for yaw in [0.1, 0.5, 0.9, 1.3, 2.4, 4.0, 5.5] {
        let space = space([0.0, 1.0], yaw, FRAC_PI_2);
        let out = paint(&half, &space);
        let scale = Projection::new(&space, SIZE).scale();
        let area: f64 = out.rgba.chunks(4).map(|p| f64::from(p[3]) / 255.0).sum();
        // Half the square, and the smooth edge: half a pixel up and down, or left and right where it is steep.
        let fringe: f64 = [yaw.cos(), yaw.sin()].iter().map(|v| v.abs().max((1.0 - v * v).sqrt())).sum();
        let want = 0.5 * scale * scale + 0.5 * scale * 1.5 * fringe;
        assert!((area / want - 1.0).abs() < 0.01, "{yaw} {area} {want}");
    }
}

#[test]
fn the_nearer_sheet_hides_the_farther() {
    // A ridge across the view; behind it (greater y, yaw 0) a low plain.
    let grid = Grid::sample(VIEW, 65, 65, |[_, y]| (-(y * 6.0).powi(2)).exp());
    for (yaw, back) in [(0.0, 0.35f64), (PI, -0.35)] {
        let space = space([0.0, 1.0], yaw, 0.15);
        let out = paint(&grid, &space);
        let behind = [0.0, back, (-(back * 6.0).powi(2)).exp()];
        let front = [0.0, -back, behind[2]];
        let [x, y, depth] = Projection::new(&space, SIZE).apply(behind);
        assert!(depth > Projection::new(&space, SIZE).apply(front)[2]);
        // What is seen there is the ridge's near slope: high, so not the purple of the plain.
        let seen = out.pixel(x as usize, y as usize);
        let plain = at(&out, &space, [0.0, -back.signum() * 0.9, 0.0]);
        assert_eq!(seen[3], 255);
        assert!(plain[0] > plain[1] && seen[1] > seen[0], "{plain:?} {seen:?}");
    }
}

#[test]
fn a_symmetric_bowl_looks_the_same_after_quarter_turns() {
    let bowl = Grid::sample(VIEW, 41, 41, |[x, y]| x * x + y * y);
    let first = paint(&bowl, &space([0.0, 2.0], 0.4, 0.6));
    for turns in 1..4 {
        let other = paint(&bowl, &space([0.0, 2.0], 0.4 + FRAC_PI_2 * f64::from(turns), 0.6));
        let differ = first
            .rgba
            .chunks(4)
            .zip(other.rgba.chunks(4))
            .filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 6))
            .count();
        // Rounding moves a few pixels at the outline and on shared sides.
        assert!(differ < 120, "{turns} {differ}");
    }
}

#[test]
fn no_pixel_is_missed_between_triangles() {
    // From above, a bumpy field inside its own square: every pixel is opaque.
    let grid = Grid::sample(VIEW, 90, 77, |[x, y]| (5.0 * x).sin() * (7.0 * y).cos());
    for yaw in [0.0, 0.3, 0.77, 1.9] {
        let space = space([-1.0, 1.0], yaw, 1.3);
        let out = paint(&grid, &space);
        let projection = Projection::new(&space, SIZE);
        for i in 0..200 {
            for j in 0..200 {
                let [x, y] = [i, j].map(|k| -0.93 + 1.86 * f64::from(k) / 199.0);
                let [px, py, _] = projection.apply([x, y, (5.0 * x).sin() * (7.0 * y).cos()]);
                assert_eq!(out.pixel(px as usize, py as usize)[3], 255, "{yaw} {x} {y}");
            }
        }
    }
}

#[test]
fn any_grid_range_and_angle_can_be_drawn() {
    let grids = [
        Grid::sample(VIEW, 2, 2, |_| f64::NAN),
        Grid::sample(VIEW, 9, 9, |[x, y]| if x > 0.5 { f64::INFINITY } else { x / y }),
        Grid::sample(VIEW, 9, 9, |[x, _]| if x > 0.0 { f64::MAX } else { f64::MIN }),
        Grid::sample(VIEW, 3, 3, |_| 0.0),
        Grid { view: VIEW, columns: 3, rows: 1, values: vec![1.0; 3] },
    ];
    let inf = f64::INFINITY;
    for grid in &grids {
        for z in [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [f64::NAN, 1.0], [-inf, inf], [f64::MIN, f64::MAX]] {
            for (yaw, pitch) in [(0.0, 0.0), (1.0, -0.5), (f64::NAN, inf), (1e9, FRAC_PI_2)] {
                let out = paint(grid, &space(z, yaw, pitch));
                assert_eq!(out.rgba.len(), out.width * out.height * 4);
            }
        }
    }
}

#[test]
fn blending_keeps_what_is_known_of_colour_and_cover() {
    let mut pixel = [0; 4];
    blend(&mut pixel, [10, 20, 30, 255], 128);
    assert_eq!(pixel, [10, 20, 30, 128]);
    blend(&mut pixel, [200, 100, 50, 255], 255);
    assert_eq!(pixel, [200, 100, 50, 255]);
    blend(&mut pixel, [0, 0, 0, 255], 0);
    assert_eq!(pixel, [200, 100, 50, 255]);
    blend(&mut pixel, [0, 0, 0, 255], 51);
    assert_eq!(pixel, [160, 80, 40, 255]);
}

/// A sheet changes the picture where the surface does not hide it, and nowhere else; what hides is told by walking the
/// line of sight, not by the order of drawing.
#[test]
fn a_sheet_is_seen_exactly_where_nothing_hides_it() {
    let loss = |[x, y]: [f64; 2]| (1.0 - 2.0 * x * y).powi(2) / 4.0;
    let model = |[x, y]: [f64; 2]| 0.35 + 0.3 * x - 0.2 * y;
    let grid = Rc::new(Grid::sample(VIEW, 129, 129, loss));
    let sheet = Rc::new(Grid::sample(VIEW, 129, 129, model));
    let mut seen = [0, 0];
    for (yaw, pitch) in [(0.0, FRAC_PI_2), (0.5, 0.9), (2.3, 0.5), (4.1, 0.3)] {
        let space = space([0.0, 1.0], yaw, pitch);
        let frame = Frame::Space(space.clone());
        let paint = |layers: &[Layer]| pixels(layers, &frame, SIZE, 1.0, Theme::Light).unwrap();
        let alone = paint(&[Layer::Surface(grid.clone())]);
        let both = paint(&[Layer::Surface(grid.clone()), Layer::Sheet(sheet.clone(), Ink::Curvature)]);
        let projection = Projection::new(&space, SIZE);
        let occlusion = Occlusion::new(&grid, space.z, &projection);
        for i in 0..40 {
            for j in 0..40 {
                let p = [i, j].map(|k| -0.93 + 1.86 * f64::from(k) / 39.0);
                // Well apart from the surface, not at the line where they cut, and within the range.
                if (loss(p) - model(p)).abs() < 0.06 || !(0.01..0.99).contains(&model(p)) {
                    continue;
                }
                let [x, y, _] = projection.apply([p[0], p[1], model(p)]);
                let around = [(0, 0), (1, 0), (0, 1), (2, 1), (1, 2)].map(|(dx, dy)| {
                    let at = |b: &Bitmap| b.pixel((x as usize + dx).max(1) - 1, (y as usize + dy).max(1) - 1);
                    at(&both) != at(&alone)
                });
                let hidden = occlusion.hides([p[0], p[1], model(p)]);
                seen[usize::from(hidden)] += 1;
                if !hidden {
                    assert!(around.iter().any(|differs| *differs), "{yaw} {pitch} {p:?}");
                }
            }
        }
        // Hidden wherever nothing of the sheet shows: every changed pixel has a visible point of the sheet behind it.
        let mut reached = vec![false; both.width * both.height];
        for i in 0..=700 {
            for j in 0..=700 {
                let p = [i, j].map(|k| -1.0 + 2.0 * f64::from(k) / 700.0);
                let [x, y, _] = projection.apply([p[0], p[1], model(p)]);
                if (0.0..=1.0).contains(&model(p)) && !occlusion.hides([p[0], p[1], model(p)]) {
                    for (dx, dy) in [(0.0, 0.0), (-2.0, 0.0), (2.0, 0.0), (0.0, -2.0), (0.0, 2.0)] {
                        reached[(y + dy) as usize * both.width + (x + dx) as usize] = true;
                    }
                }
            }
        }
        let changed = both.rgba.chunks(4).zip(alone.rgba.chunks(4)).map(|(a, b)| a != b);
        let wrong = changed.zip(&reached).filter(|(changed, reached)| *changed && !**reached).count();
        assert!(wrong < 30, "{yaw} {pitch}: {wrong} pixels of the sheet shine through");
    }
    assert!(seen.iter().all(|n| *n > 500), "{seen:?}");
}

#[test]
fn a_sheet_on_the_surface_tints_all_of_it_and_one_under_it_none() {
    let bowl = |lift: f64| Rc::new(Grid::sample(VIEW, 65, 65, move |[x, y]| (x * x + y * y) / 2.0 + lift));
    let space = space([0.0, 1.0], 0.7, 0.8);
    let frame = Frame::Space(space);
    let paint = |lift: Option<f64>| {
        let mut layers = vec![Layer::Surface(bowl(0.0))];
        layers.extend(lift.map(|lift| Layer::Sheet(bowl(lift), Ink::Point)));
        pixels(&layers, &frame, SIZE, 1.0, Theme::Light).unwrap()
    };
    let alone = paint(None);
    let differs =
        |other: &Bitmap| alone.rgba.chunks(4).zip(other.rgba.chunks(4)).filter(|(a, b)| a != b).count();
    let drawn = alone.rgba.chunks(4).filter(|p| p[3] > 0).count();
    assert!(differs(&paint(Some(0.0))) > drawn * 98 / 100);
    // Under the surface it shows at the outline only, where one looks past the near edge.
    assert!(differs(&paint(Some(-0.02))) < drawn / 15, "{} {drawn}", differs(&paint(Some(-0.02))));
}
