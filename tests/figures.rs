//! Golden figures: each is drawn and written as SVG, and compared with the file of its name in `tests/golden`, element by
//! element. A pixel layer enters as its size and a hash. A difference leaves `<name>.changed.svg` beside the golden
//! file and fails; `UPDATE=1 cargo test --test figures` accepts what is drawn now.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::figure::{
    Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Part, Plane, Rgb, Scale, Shape, Size, Space, Stroke,
    Theme, UNITS, pixels, record,
};
use saddlescope::loss::{Grid, View};
use saddlescope::phrase::{Phrase, Words};
use std::path::PathBuf;
use std::rc::Rc;

const MAP: Size = Size { width: 560.0, height: 500.0 };
const SMALL: Size = Size { width: 280.0, height: 250.0 };
const CURVE: Size = Size { width: 300.0, height: 200.0 };

fn words() -> Words {
    [
        ("axis.epochs", "轮数"),
        ("axis.loss", "损失 L"),
        ("axis.step", "步数 t"),
        ("axis.variance", "方差"),
        ("figure.batch.cloud", "小批量梯度的散布"),
        ("figure.batch.fit", "样本与模型的直线"),
        ("figure.batch.loss", "各条轨迹的损失"),
        ("figure.batch.variance", "方差随 B 的变化"),
        ("figure.batch.classes", "样本与分界线"),
        ("figure.map", "损失的等高线图 <θ & g>"),
        ("label.with", "有放回"),
        ("label.without", "无放回"),
        ("label.noise-floor", "噪声下限"),
        ("schedule.constant", "恒定"),
        ("schedule.cosine", "余弦"),
        ("label.saddle", "鞍点：λ₁ = {l}"),
        ("method.short.newton", "Newton"),
        ("method.short.saddle-free-newton", "saddle-free"),
        ("method.short.shifted-newton", "shifted"),
        ("taylor.about", "about {at}"),
        ("taylor.order", "order {order}"),
    ]
    .into_iter()
    .map(|(key, text)| (key.to_string(), text.to_string()))
    .collect()
}

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

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

fn draw(figure: &Figure, size: Size, theme: Theme) -> String {
    let words = words();
    let image = pixels(&figure.back, &figure.frame, size, 1.0, theme)
        .map(|b| format!("{}x{} fnv {:016x}", b.width, b.height, hash(&b.rgba)));
    record(figure, Part::Whole, size, theme, &words).svg(&words.text(&figure.name), image.as_deref())
}

fn golden(name: &str, figure: &Figure, size: Size, theme: Theme) {
    let drawn = draw(figure, size, theme);
    if let Ok(folder) = std::env::var("FIGURES") {
        see(name, figure, size, theme, &PathBuf::from(folder));
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let path = folder.join(format!("{name}.svg"));
    let changed = folder.join(format!("{name}.changed.svg"));
    let kept = std::fs::read_to_string(&path).ok();
    if kept.as_deref() == Some(drawn.as_str()) {
        let _ = std::fs::remove_file(&changed);
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, &drawn).unwrap();
        let _ = std::fs::remove_file(&changed);
        return;
    }
    let Some(kept) = kept else {
        std::fs::write(&changed, &drawn).unwrap();
        panic!("{name}: no golden file; look at {} and accept it by UPDATE=1", changed.display());
    };
    std::fs::write(&changed, &drawn).unwrap();
    let (mut old, mut new) = (kept.lines(), drawn.lines());
    for element in 1.. {
        match (old.next(), new.next()) {
            (None, None) => panic!("{name}: line ends differ"),
            (a, b) if a == b => {}
            (a, b) => panic!(
                "{name}: element {element} differs\n  was {}\n  is  {}\nsee {}",
                a.unwrap_or("(nothing)"),
                b.unwrap_or("(nothing)"),
                changed.display()
            ),
        }
    }
}

/// Writes the figure with its pixels, to be looked at: `FIGURES=folder cargo test --test figures`.
fn see(name: &str, figure: &Figure, size: Size, theme: Theme, folder: &std::path::Path) {
    let words = words();
    let svg = record(figure, Part::Whole, size, theme, &words);
    let address = pixels(&figure.back, &figure.frame, size, 1.0, theme).map(|bitmap| {
        let file = folder.join(format!("{name}.bmp"));
        std::fs::write(&file, bmp(bitmap.width, bitmap.height, &bitmap.rgba)).unwrap();
        format!("{name}.bmp")
    });
    std::fs::write(folder.join(format!("{name}.svg")), svg.svg(name, address.as_deref())).unwrap();
}

/// A 32-bit BMP with an alpha channel, the simplest format that browsers show.
fn bmp(width: usize, height: usize, rgba: &[u8]) -> Vec<u8> {
    let mut out = b"BM".to_vec();
    let word = |v: usize| (v as u32).to_le_bytes();
    for v in [122 + rgba.len(), 0, 122, 108, width] {
        out.extend(word(v));
    }
    out.extend((-(height as i32)).to_le_bytes());
    for v in [1 | 32 << 16, 3, rgba.len(), 2835, 2835, 0, 0] {
        out.extend(word(v));
    }
    for v in [0xff, 0xff00, 0xff_0000, 0xff00_0000] {
        out.extend(word(v));
    }
    out.extend(*b"BGRs");
    out.resize(122, 0);
    out.extend(rgba);
    out
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

/// The error of differences against h, of the true gradient and of a wrong one.
#[test]
fn errors_of_differences() {
    let mut lab = saddlescope::lab::open("gradient-check").unwrap();
    let size = Size { width: 520.0, height: 320.0 };
    golden("check-error", &lab.figures()[0], size, Theme::Light);
    lab.set("tested", "term").unwrap();
    golden("check-error-wrong", &lab.figures()[0], size, Theme::Dark);
}

/// The gradients of three deep networks from their first start, with a second one for the spread, and one neuron.
#[test]
fn gradients_layer_by_layer() {
    let mut lab = saddlescope::lab::open("vanishing").unwrap();
    for (control, value) in [("depth", "8"), ("width", "6"), ("seeds", "2"), ("steps", "50")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    let size = Size { width: 520.0, height: 320.0 };
    golden("vanishing-layers", &lab.figures()[0], size, Theme::Light);
    lab.set("scene", "neuron").unwrap();
    golden("vanishing-neuron", &lab.figures()[0], size, Theme::Dark);
}

/// The weights of a moving average as bars, with their window; Adam's steps, of which one kind dies out.
#[test]
fn weights_of_a_moving_average() {
    let mut lab = saddlescope::lab::open("moving-average").unwrap();
    lab.set("t", "25").unwrap();
    let size = Size { width: 420.0, height: 260.0 };
    golden("average-weights", &lab.figures()[1], size, Theme::Light);
    golden("average-adam", &lab.figures()[2], size, Theme::Dark);
}

/// Runs against t, and final losses against η with bounds and marks: the figures of the race.
#[test]
fn runs_against_steps_and_rates() {
    let lab = saddlescope::lab::open("race").unwrap();
    let figures = lab.figures();
    let figure = |id: &str| figures.iter().find(|f| f.id == id).unwrap();
    golden("race-loss", figure("loss"), Size { width: 520.0, height: 320.0 }, Theme::Light);
    golden("race-rates", figure("rates"), Size { width: 280.0, height: 180.0 }, Theme::Dark);
}

/// Rates with the bound, losses with the noise floor, and the paths: the figures of the schedules.
#[test]
fn schedules_and_their_runs() {
    let mut lab = saddlescope::lab::open("schedule").unwrap();
    lab.set("cosine.show", "on").unwrap();
    golden("schedule-rate", &shown(&*lab, "rate"), Size { width: 520.0, height: 320.0 }, Theme::Light);
    golden("schedule-loss", &shown(&*lab, "loss"), Size { width: 280.0, height: 180.0 }, Theme::Dark);
    let mut map = shown(&*lab, "map");
    // The map under them has golden files of its own.
    map.back.clear();
    golden("schedule-paths", &map, SMALL, Theme::Light);
}

/// Cells under contours, a run and the points where runs end.
#[test]
fn map_of_fates() {
    let mut lab = saddlescope::lab::open("fate").unwrap();
    for (control, value) in [("grid", "64"), ("steps", "40")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("map-of-fates", &lab.figures()[0], SMALL, Theme::Light);
}

/// A saddle with its way out and its stable line, and five paths that leave it.
#[test]
fn ways_off_a_saddle() {
    let lab = saddlescope::lab::open("escape").unwrap();
    let mut figure = lab.figures().swap_remove(0);
    // The map under them has golden files of its own.
    figure.back.clear();
    golden("ways-off-a-saddle", &figure, MAP, Theme::Dark);
}

/// The spectrum of a trained network with its tolerance, and ends of many trainings on the known points of theory.
#[test]
fn spectrum_and_minimum_ratio() {
    let mut lab = saddlescope::lab::open("network").unwrap();
    let size = Size { width: 520.0, height: 320.0 };
    for (control, value) in [("data", "moons"), ("epochs", "20"), ("hidden-layers", "1"), ("units", "3")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    let figures = lab.figures();
    golden("network-decisions", &figures[0], size, Theme::Light);
    let spectrum = figures.iter().find(|f| f.id == "spectrum").unwrap();
    golden("network-spectrum", spectrum, size, Theme::Light);
    lab.set("data", "digits").unwrap();
    while lab.work(&mut || false).is_some() {}
    golden("network-digits", &lab.figures()[0], size, Theme::Light);
    for (control, value) in [("scene", "surroundings"), ("data", "xor"), ("plane", "random")] {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("network-random-plane", &lab.figures()[0], size, Theme::Light);
    golden("network-sections", &lab.figures()[1], size, Theme::Dark);
    for (control, value) in
        [("scene", "ratio"), ("data", "autoencoder"), ("units", "1"), ("runs", "10"), ("run", "on")]
    {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("network-ratio", &lab.figures()[0], size, Theme::Dark);
    golden("network-index", &lab.figures()[1], size, Theme::Light);
}

/// The figure of a lab by its id.
fn shown(lab: &dyn saddlescope::lab::Lab, id: &str) -> Figure {
    lab.figures().into_iter().find(|f| f.id == id).unwrap()
}

/// The marks of all critical points of Himmelblau's function, of the notes' loss with its curves, and of a kink.
#[test]
fn all_critical_points_in_view() {
    for (name, loss) in [
        ("landmarks-points", "himmelblau"),
        ("landmarks-curves", "one-datum"),
        ("landmarks-kink", "abs(x)+y^2"),
    ] {
        let mut lab = saddlescope::lab::open("critical-point").unwrap();
        for (control, value) in [("loss", loss), ("all", "on")] {
            lab.set(control, value).unwrap();
        }
        while lab.work(&mut || false).is_some() {}
        let mut map = shown(&*lab, "map");
        // The map under them has golden files of its own.
        map.back.retain(|layer| !matches!(layer, Layer::Heat(_) | Layer::Contours(_)));
        map.front.clear();
        golden(name, &map, SMALL, Theme::Light);
    }
}

/// The polynomials along a line and about two points, and their errors, as small as the page shows them.
#[test]
fn polynomials_and_their_errors() {
    let small = Size { width: 236.0, height: 150.0 };
    let mut lab = saddlescope::lab::open("taylor").unwrap();
    golden("taylor-section", &shown(&*lab, "section"), small, Theme::Light);
    for (control, value) in [("scene", "line"), ("second", "on")] {
        lab.set(control, value).unwrap();
    }
    golden("taylor-line", &shown(&*lab, "section"), CURVE, Theme::Dark);
    golden("taylor-errors", &shown(&*lab, "errors"), small, Theme::Light);
}

/// ‖g‖ of three Newton methods, the loss against the shift, the cost against n.
#[test]
fn figures_of_newton() {
    let small = Size { width: 236.0, height: 150.0 };
    let mut lab = saddlescope::lab::open("newton").unwrap();
    golden("newton-norm", &shown(&*lab, "norm"), small, Theme::Light);
    golden("newton-cost", &shown(&*lab, "cost"), small, Theme::Light);
    lab.set("method", "shifted-newton").unwrap();
    golden("newton-shift", &shown(&*lab, "shift"), CURVE, Theme::Dark);
}

/// One flat curve before the answer, and the plane of rate and momentum by outcome.
#[test]
fn a_flat_curve_and_the_plane_of_rates() {
    let mut lab = saddlescope::lab::open("escape").unwrap();
    lab.set("scene", "which").unwrap();
    golden("escape-which", &lab.figures()[0], CURVE, Theme::Light);
    let mut lab = saddlescope::lab::open("fate").unwrap();
    for (control, value) in
        [("over", "rates"), ("method", "momentum"), ("loss", "quadratic"), ("grid", "64"), ("steps", "40")]
    {
        lab.set(control, value).unwrap();
    }
    while lab.work(&mut || false).is_some() {}
    golden("fate-rates", &lab.figures()[0], SMALL, Theme::Dark);
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

/// The figures of the lab on mini-batches as it opens: losses, cloud with its ellipse, both laws, data with their line.
#[test]
fn figures_of_the_batch_lab() {
    let size = Size { width: 440.0, height: 300.0 };
    let mut lab = saddlescope::lab::open("batch").unwrap();
    for figure in lab.figures().iter().filter(|f| f.id != "map") {
        golden(&format!("batch-{}", figure.id), figure, size, Theme::Light);
    }
    lab.set("data", "iris").unwrap();
    let figures = lab.figures();
    golden("batch-classes", figures.iter().find(|f| f.id == "data").unwrap(), size, Theme::Dark);
}
