//! The controls of the lab `network`.

use super::control::open_at;
use super::method_controls;
use super::playback::Playback;
use super::{Control, Kind, Level, Value, Values, family_controls};
use crate::optimizer::{Family, Method};

/// What is looked at; the first opens.
pub const PARTS: &[&str] = &["training", "surroundings", "ratio"];
/// Data sets; the first opens: the notes' one datum.
pub const DATA: &[&str] =
    &["notes", "autoencoder", "moons", "circles", "xor", "spirals", "curve", "irises", "digits", "own"];
/// What is minimised; the first fits every data set.
pub const OBJECTIVES: &[&str] = &["cross-entropy", "softmax", "squared-error"];
const ACTIVATIONS: &[&str] = &["tanh", "sigmoid", "relu", "linear"];
const INITS: &[&str] =
    &["xavier-uniform", "xavier-normal", "he-normal", "lecun-normal", "pytorch", "standard", "small", "zero"];
/// Directions of the map around a point.
pub const PLANES: &[&str] = &["ends", "random"];
/// How a point is brought to a critical one.
pub const BRINGERS: &[&str] = &["newton", "descent"];
/// Where it is taken from.
pub const STOPS: &[&str] = &["anywhere", "end"];
/// Epochs in the opening state.
const EPOCHS: f64 = 300.0;
/// What stands in the field for pasted data: XOR's table.
const EXAMPLE: &str = "x1,x2,class\n0,0,0\n0,1,1\n1,0,1\n1,1,0";
/// Characters of pasted data, at most.
const PASTED: usize = 100_000;

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let linear = Kind::linear;
    let log = Kind::log;
    let choice = |options, default| Kind::Choice { options, default };
    let mut all = vec![
        basic("scene", choice(PARTS, 0)),
        basic("data", choice(DATA, 0)),
        basic("own", Kind::Text { default: EXAMPLE, limit: PASTED }),
        basic("hidden-layers", linear(1.0, 4.0, 1.0, 2.0)),
        basic("units", units(false)),
        basic("activation", choice(ACTIVATIONS, 0)),
        more("objective", choice(OBJECTIVES, 0)),
        more("init", choice(INITS, 4)),
        more("scale", log(0.1, 10.0, 1.0)),
        more("examples", linear(10.0, 500.0, 10.0, 100.0)),
        more("jitter", linear(0.0, 0.5, 0.01, 0.1)),
        more("share", linear(0.0, 0.5, 0.05, 0.2)),
        basic("penalty", linear(0.0, 0.05, 0.001, 0.0)),
        basic("method", method_controls::choice(Method::GradientDescent)),
    ];
    all.extend(Method::ALL.into_iter().flat_map(method_controls::controls));
    open_at(&mut all, &[("gradient-descent.rate", 0.1)]);
    all.push(more("schedule", choice(family_controls::FAMILIES, 0)));
    let families = Family::ALL.into_iter().flat_map(family_controls::controls);
    all.extend(families.filter(|c| !c.id.ends_with(".show")).map(|c| Control { level: Level::More, ..c }));
    all.extend([
        more("batch", linear(0.0, 100.0, 1.0, 0.0)),
        more("epochs", linear(10.0, 3000.0, 10.0, EPOCHS)),
        more("seed", Kind::Seed { default: 1 }),
    ]);
    all.extend(Playback::controls(EPOCHS));
    all.extend([
        basic("tolerance", log(1e-14, 0.1, 1e-6)),
        more("near", log(1e-14, 0.1, 1e-8)),
        basic("plane", choice(PLANES, 0)),
        basic("directions", Kind::Seed { default: 1 }),
        basic("span", log(0.01, 10.0, 1.0)),
        basic("run", Kind::Toggle { default: false }),
        basic("pause", Kind::Action),
        basic("runs", linear(5.0, 300.0, 5.0, 60.0)),
        more("skip", linear(0.0, 300.0, 1.0, 0.0)),
        more("bring", choice(BRINGERS, 0)),
        more("from", choice(STOPS, 0)),
    ]);
    all
}

/// Units of a layer. Wider than 3 an autoencoder of four inputs has nothing to leave out; it opens with 2.
pub fn units(autoencoder: bool) -> Kind {
    let [max, default] = if autoencoder { [3.0, 2.0] } else { [64.0, 8.0] };
    Kind::linear(1.0, max, 1.0, default)
}

/// Whether a network is fixed by its data: the notes' and the autoencoder are linear.
pub fn is_linear(values: &Values) -> bool {
    matches!(values.choice("data"), "notes" | "autoencoder")
}

/// The seed of the random directions of the map; `None` where it has eigenvectors.
pub fn directions(values: &Values) -> Option<u64> {
    match values.get("directions") {
        Some(Value::Seed(seed)) if values.choice("plane") == PLANES[1] => Some(*seed),
        _ => None,
    }
}

/// The method that trains.
pub fn method(values: &Values) -> Method {
    Method::from_id(values.choice("method")).unwrap_or(Method::GradientDescent)
}

/// The schedule of its rate.
pub fn family(values: &Values) -> Family {
    Family::from_id(values.choice("schedule")).unwrap_or(Family::Constant)
}

/// The state without what changes nothing about the work: what is counted as zero or as critical, and what is played.
pub fn task(values: &Values) -> String {
    let mut bare = values.clone();
    for control in values.controls().iter().filter(|c| !changes_work(&c.id)) {
        bare.put(&control.id, control.kind.default_value());
    }
    bare.state()
}

/// Whether a control changes what there is to work out.
pub fn changes_work(control: &str) -> bool {
    !matches!(control, "tolerance" | "near" | "speed" | "t")
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    let part = values.choice("scene");
    let data = values.choice("data");
    let measured = matches!(data, "notes" | "autoencoder" | "irises" | "digits" | "own");
    match control {
        "own" => data == "own",
        "hidden-layers" | "activation" | "objective" | "init" => !is_linear(values),
        "units" => data != "notes",
        "examples" | "jitter" => !measured,
        "share" | "penalty" => !is_linear(values),
        "t" | "play" | "step-back" | "step" | "speed" => part == "training",
        "plane" | "span" => part == "surroundings",
        "directions" => part == "surroundings" && directions(values).is_some(),
        "run" | "runs" | "skip" | "bring" | "from" => part == "ratio",
        "pause" => part == "ratio" && values.is_on("run"),
        _ => family_controls::shown(values, control, family(values))
            .or_else(|| method_controls::shown(values, control, Some(method(values))))
            .unwrap_or(true),
    }
}
