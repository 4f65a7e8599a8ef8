//! What figures are made of, against golden files: axes, layers, marks, surfaces; and a replay onto a bitmap.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/golden.rs"]
mod golden;

use golden::{CURVE, MAP, SMALL, golden, words};
use saddlescope::figure::{
    Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Part, Plane, Rgb, Scale, Shape, Size, Space, Stroke,
    Theme, UNITS, record,
};
use saddlescope::loss::{Grid, View};
use saddlescope::phrase::Phrase;
use std::rc::Rc;

fn axis(range: [f64; 2], name: &str) -> Axis {
    Axis { range, name: Phrase::verbatim(name), scale: Scale::Even }
}

fn plane(x: Axis, y: Axis, inside: bool, back: Vec<Layer>, front: Vec<Layer>) -> Figure {
    Figure {
        id: "test",
        name: Phrase::new("figure.map"),
        frame: Frame::Plane(Plane { x, y, inside, end: f64::INFINITY }),
        back,
        front,
    }
}

/// The notes' own loss, (1 − w₁w₂)².
fn notes_loss() -> Rc<Grid> {
    let view = View { x: [-2.0, 2.0], y: [-2.0, 2.0] };
    Rc::new(Grid::sample(view, 65, 65, |[x, y]| (1.0 - x * y).powi(2)))
}

/// The map of the notes' loss at its saddle: eigen-axes, arrow of −g at another point, labels.
fn notes_map() -> Figure {
    let grid = notes_loss();
    let r = 0.9;
    let segment = |a, b, stroke| Layer::Line { points: vec![a, b], stroke };
    let text = |at, anchor, what: &str, ink| Layer::Text { at, anchor, text: Phrase::verbatim(what), ink };
    plane(
        axis([-2.0, 2.0], "w₁"),
        axis([-2.0, 2.0], "w₂"),
        true,
        vec![Layer::Heat(grid.clone()), Layer::Contours(grid)],
        vec![
            segment([-r, -r], [r, r], Stroke::solid(Ink::Negative, 3.0)),
            segment([-r, r], [r, -r], Stroke::dashed(Ink::Positive, 3.0)),
            Layer::Mark { at: [0.0, 0.0], z: 1.0, shape: Shape::Cross, ink: Ink::Text, hollow: false },
            text([r, r], Anchor::Right, "λ₁ = −2", Ink::Text),
            text([r, -r], Anchor::Below, "λ₂ = 2", Ink::Text),
            Layer::Arrow { from: [-1.2, 0.6], to: [-0.68, -0.43], stroke: Stroke::solid(Ink::Gradient, 2.5) },
            Layer::Mark { at: [-1.2, 0.6], z: 3.0, shape: Shape::Dot, ink: Ink::Point, hollow: false },
            text([1.96, 1.5], Anchor::Right, "θ", Ink::Point),
        ],
    )
}

#[test]
fn map_of_the_notes_loss() {
    golden("map", &notes_map(), MAP, Theme::Light);
    golden("map-small-dark", &notes_map(), SMALL, Theme::Dark);
}

#[test]
fn slice_with_its_model() {
    let curve = |f: fn(f64) -> f64, n: i32| {
        (-n..=n).map(|i| f64::from(i) / f64::from(n) * 1.5).map(|t| [t, f(t)]).collect::<Vec<_>>()
    };
    let figure = plane(
        axis([-1.5, 1.5], "v₁"),
        axis([0.0, 1.6], "L"),
        false,
        vec![],
        vec![
            Layer::Area {
                points: vec![[-0.5, -1.0], [0.5, -1.0], [0.5, 3.0], [-0.5, 3.0]],
                ink: Ink::Curvature,
                opacity: 0.1,
            },
            Layer::Line {
                points: curve(|t| (1.0 - t * t / 2.0).powi(2), 60),
                stroke: Stroke::solid(Ink::Text, 2.0),
            },
            Layer::Line { points: curve(|t| 1.0 - t * t, 60), stroke: Stroke::dashed(Ink::Negative, 2.0) },
            Layer::Line {
                points: vec![[-1.5, 1.2], [0.4, 1.2], [f64::NAN, 0.0], [0.8, 1.2], [1.5, 1.2]],
                stroke: Stroke { ink: Ink::Muted, width: 1.5, dash: Dash::Dotted },
            },
            Layer::Mark { at: [0.0, 1.0], z: 0.0, shape: Shape::Dot, ink: Ink::Point, hollow: false },
        ],
    );
    golden("slice", &figure, CURVE, Theme::Light);
    golden("slice-dark", &figure, CURVE, Theme::Dark);
}

#[test]
fn logarithmic_axis_in_chinese() {
    let named = |range, key, log10| Axis { range, name: Phrase::new(key), scale: Scale::log10(log10) };
    let points = (0..=100).map(|t| [f64::from(t), 1.0 - 0.07 * f64::from(t)]).collect();
    let figure = plane(
        named([0.0, 100.0], "axis.step", false),
        named([-6.0, 1.0], "axis.loss", true),
        false,
        vec![],
        vec![
            Layer::Line { points, stroke: Stroke::solid(Ink::Method(0), 2.0) },
            Layer::Text {
                at: [98.0, -5.8],
                anchor: Anchor::Above,
                text: Phrase::new("label.saddle").number("l", -2.0),
                ink: Ink::Negative,
            },
        ],
    );
    golden("log", &figure, CURVE, Theme::Light);
}

#[test]
fn table_of_marks_and_arrows() {
    let shapes = [Shape::Dot, Shape::Down, Shape::Up, Shape::Cross, Shape::Diamond];
    let mut front = Vec::new();
    for (i, shape) in shapes.into_iter().enumerate() {
        for (j, hollow) in [false, true].into_iter().enumerate() {
            let at = [i as f64, 3.0 - j as f64];
            front.push(Layer::Mark { at, z: 0.0, shape, ink: Ink::Point, hollow });
        }
        let (length, from) = ([0.0, 0.04, 0.12, 0.4, 0.9][i], [i as f64 - 0.3, 1.0]);
        let to = [from[0] + length * 0.8, from[1] + length * 0.6];
        front.push(Layer::Arrow { from, to, stroke: Stroke::solid(Ink::Gradient, 2.0) });
    }
    front.push(Layer::Arrow { from: [4.0, 0.2], to: [9.0, 0.2], stroke: Stroke::solid(Ink::Gradient, 2.0) });
    for k in 0..10 {
        let x = -0.4 + 0.4 * f64::from(k);
        let stroke = Stroke::solid(Ink::Method(k), 3.0);
        front.push(Layer::Line { points: vec![[x, 0.0], [x + 0.3, 0.4]], stroke });
    }
    let figure = plane(axis([-0.5, 4.5], ""), axis([-0.2, 3.5], ""), true, vec![], front);
    golden("marks", &figure, Size { width: 320.0, height: 240.0 }, Theme::Light);
    golden("marks-dark", &figure, Size { width: 320.0, height: 240.0 }, Theme::Dark);
}

fn notes_surface() -> Figure {
    let grid = notes_loss();
    let f = |[x, y]: [f64; 2]| (1.0 - x * y).powi(2);
    let along = |dx: f64, dy: f64, r: f64| {
        (-40..=40)
            .map(|i| f64::from(i) / 40.0 * r)
            .map(|t| [t * dx, t * dy, f([t * dx, t * dy])])
            .collect::<Vec<_>>()
    };
    Figure {
        id: "surface",
        name: Phrase::verbatim("surface"),
        frame: Frame::Space(Space {
            view: grid.view,
            z: [0.0, 9.0],
            yaw: 0.6,
            pitch: 0.5,
            names: [Phrase::verbatim("w₁"), Phrase::verbatim("w₂")],
        }),
        back: vec![Layer::Surface(grid)],
        front: vec![
            Layer::Line3 { points: along(1.0, 1.0, 1.7), stroke: Stroke::solid(Ink::Negative, 2.5) },
            Layer::Line3 { points: along(1.0, -1.0, 1.2), stroke: Stroke::dashed(Ink::Positive, 2.5) },
            Layer::Mark { at: [0.0, 0.0], z: 1.0, shape: Shape::Dot, ink: Ink::Point, hollow: false },
            Layer::Mark {
                at: [-1.9, 1.9],
                z: 9.0,
                shape: Shape::Diamond,
                ink: Ink::Curvature,
                hollow: false,
            },
        ],
    }
}

#[test]
fn surface_of_the_notes_loss() {
    golden("surface", &notes_surface(), Size { width: 480.0, height: 300.0 }, Theme::Light);
    golden("surface-dark", &notes_surface(), Size { width: 280.0, height: 200.0 }, Theme::Dark);
}

/// The quadratic model and the tangent plane at (0.9, −0.5) as sheets that cut through the surface.
#[test]
fn sheets_over_the_surface() {
    let mut figure = notes_surface();
    let grid = notes_loss();
    let (g, h) = ([1.45, -2.61], [[0.5, -3.8], [-3.8, 1.62]]);
    let sheet = |second: f64| {
        Rc::new(Grid::sample(grid.view, grid.columns, grid.rows, |p| {
            let [x, y] = [p[0] - 0.9, p[1] + 0.5];
            let bend = h[0][0] * x * x + 2.0 * h[0][1] * x * y + h[1][1] * y * y;
            2.1025 + g[0] * x + g[1] * y + second * bend
        }))
    };
    figure.back.extend([Layer::Sheet(sheet(0.5), Ink::Curvature), Layer::Sheet(sheet(0.0), Ink::Gradient)]);
    figure.front =
        vec![Layer::Mark { at: [0.9, -0.5], z: 2.1025, shape: Shape::Dot, ink: Ink::Point, hollow: false }];
    golden("sheets", &figure, Size { width: 480.0, height: 300.0 }, Theme::Light);
    golden("sheets-dark", &figure, Size { width: 280.0, height: 200.0 }, Theme::Dark);
}

#[test]
fn ticks_at_many_widths() {
    for (name, width) in [("ticks-280", 280.0), ("ticks-900", 900.0)] {
        let figure =
            plane(axis([-12000.0, 34000.0], "x"), axis([1e-6, 7e-6], "a long name"), false, vec![], vec![]);
        golden(name, &figure, Size { width, height: 160.0 }, Theme::Light);
    }
}

/// A known red square, a blue dot and a green bar, replayed onto plotters' own bitmap at 1 and 2 pixels per CSS pixel.
#[test]
fn replay_onto_a_bitmap() {
    let [red, blue, green] = [Ink::Curvature, Ink::Point, Ink::Gradient];
    let figure = plane(
        axis([0.0, 100.0], ""),
        axis([0.0, 100.0], ""),
        true,
        vec![],
        vec![
            Layer::Area {
                points: vec![[10.0, 60.0], [40.0, 60.0], [40.0, 90.0], [10.0, 90.0]],
                ink: red,
                opacity: 1.0,
            },
            Layer::Mark { at: [70.0, 75.0], z: 0.0, shape: Shape::Dot, ink: blue, hollow: false },
            Layer::Arrow { from: [10.0, 20.0], to: [90.0, 20.0], stroke: Stroke::solid(green, 6.0) },
        ],
    );
    let size = Size { width: 100.0, height: 100.0 };
    let recording = record(&figure, Part::Front, size, Theme::Light, &words());
    for ratio in [1u32, 2] {
        let side = 100 * ratio;
        let mut pixels = vec![255u8; (side * side * 3) as usize];
        {
            let mut bitmap = plotters_bitmap::BitMapBackend::with_buffer(&mut pixels, (side, side));
            recording.replay(&mut bitmap, f64::from(ratio) / UNITS, &mut |_| false, &mut |_| {}).unwrap();
        }
        // Pixels of the picture: y down, so that the square is at the top left.
        let at = |x: f64, y: f64| {
            let (x, y) = ((x * f64::from(ratio)) as usize, (y * f64::from(ratio)) as usize);
            let first = (y * side as usize + x) * 3;
            Rgb(pixels[first], pixels[first + 1], pixels[first + 2])
        };
        let paper = Theme::Light.color(Ink::Paper);
        for (x, y, ink) in [
            (25.0, 25.0, Some(red)),
            (11.5, 11.5, Some(red)),
            (38.0, 38.0, Some(red)),
            (45.0, 25.0, None),
            (25.0, 45.0, None),
            (70.0, 25.0, Some(blue)),
            (74.0, 25.0, Some(blue)),
            (77.2, 25.0, None),
            (40.0, 80.0, Some(green)),
            (85.0, 80.0, Some(green)),
            (40.0, 85.0, None),
            (95.0, 80.0, None),
        ] {
            let expected = ink.map_or(paper, |ink| Theme::Light.color(ink));
            assert_eq!(at(x, y), expected, "({x}, {y}) at ratio {ratio}");
        }
    }
}
