//! The controls of the lab `batch`, and the data, methods and batches that they describe.

use super::family_controls::{self, FAMILIES};
use super::method_controls;
use super::playback::Playback;
use super::subject::Subject;
use super::{Control, Kind, Value, Values};
use crate::decimal::shortest;
use crate::error::Error;
use crate::loss::{Data, Loss, Model, csv_row, data_set, read_csv, standardised, third_class};
use crate::optimizer::{Family, Method, Sampling};
use crate::phrase::Arg;

/// The data sets, as the options of a choice; the last is what was pasted.
const SETS: &[&str] = &["cars", "iris", "correlated", "agree", "overlap", "separable", "own"];
const MODELS: &[&str] = &["least-squares", "logistic"];
const SAMPLINGS: &[&str] = &["shuffled", "shuffled-once", "in-order", "replacement"];
/// What the loss is drawn against.
pub const AXES: &[&str] = &["epochs", "examples", "steps"];
/// Answers to the question which run ends lowest; the first means none yet.
pub const GUESSES: &[&str] = &["none", "full", "mini", "single"];
/// Pasted data before anything is pasted.
const PASTED: &str =
    "x1,x2,label\n1,0.5,0.9\n1,1,1.6\n1,1.5,3.4\n1,2,3.7\n1,2.5,5.2\n1,3,5.8\n1,3.5,7.4\n1,4,7.9";
/// The most characters that can be pasted: 10,000 rows of three long numbers.
const LONGEST: usize = 1_000_000;
/// Epochs of a run in the opening state.
const EPOCHS: f64 = 20.0;

/// The declared controls, in order.
pub fn controls(loss: &Loss) -> Vec<Control> {
    let (basic, more) = (Control::basic, Control::more);
    let toggle = |default| Kind::Toggle { default };
    let rate = Kind::log(1e-4, 10.0, 0.1);
    let epochs = Kind::linear(1.0, 100.0, 1.0, EPOCHS);
    let mut all = vec![
        basic("data", Kind::Choice { options: SETS, default: 0 }),
        basic("csv", Kind::Text { default: PASTED, limit: LONGEST }),
        more("model", model_kind(Model::LeastSquares)),
        more("standardise", toggle(true)),
    ];
    all.extend(Subject::view_controls(loss, Loss::start));
    all.extend([
        basic("batch-size", size_kind(loss.data().map_or(1, |d| d.rows().len()))),
        basic("sampling", Kind::Choice { options: SAMPLINGS, default: 0 }),
        basic("eta", rate),
        basic("epochs", epochs),
    ]);
    let n = loss.data().map_or(1, |d| d.rows().len());
    all.extend(Playback::controls((n.div_ceil(10) * EPOCHS as usize) as f64));
    all.extend([
        basic("axis", Kind::Choice { options: AXES, default: 0 }),
        more("show-full", toggle(true)),
        more("show-single", toggle(true)),
        more("method", method_controls::choice(Method::GradientDescent)),
    ]);
    // η is the schedule's.
    let methods = Method::ALL.into_iter().flat_map(method_controls::controls);
    all.extend(methods.filter(|c| !c.id.ends_with(".rate")));
    all.push(more("schedule", Kind::Choice { options: FAMILIES, default: 0 }));
    let families = Family::ALL.into_iter().flat_map(family_controls::controls);
    all.extend(families.filter(|c| !c.id.ends_with(".show")).map(in_epochs));
    all.extend([
        more("clock", Kind::Choice { options: &["epochs", "steps"], default: 0 }),
        more("seed", Kind::Seed { default: 1 }),
        // Last: whatever comes before asks anew.
        basic("predict", toggle(false)),
        basic("guess", Kind::Choice { options: GUESSES, default: 0 }),
    ]);
    all
}

/// Periods that suit runs of 20 epochs rather than 400 steps.
fn in_epochs(mut control: Control) -> Control {
    if let (true, Kind::Slider { default, .. }) = (control.id.ends_with(".period"), &mut control.kind) {
        *default = EPOCHS;
    }
    control
}

fn model_kind(model: Model) -> Kind {
    let default = MODELS.iter().position(|id| *id == model.id()).unwrap_or(0);
    Kind::Choice { options: MODELS, default }
}

/// B opens at 10, on few examples between one and all.
fn size_kind(n: usize) -> Kind {
    let n = n as f64;
    Kind::log(1.0, n, if n > 20.0 { 10.0 } else { n.sqrt().round() })
}

/// The steps that mini-batches take in all, and those in an epoch.
pub fn steps(values: &Values, n: usize) -> [usize; 2] {
    let per_epoch = n.div_ceil(batch_size(values).min(n).max(1)).max(1);
    [per_epoch * values.number("epochs").round() as usize, per_epoch]
}

/// Sets one of the controls that make the data. `None`: the loss stays as it is; else the new one, for the subject.
///
/// # Errors
///
/// The warnings of [`Values::set`] and the codes `data.*`, and then nothing changes.
pub fn set_data(values: &mut Values, control: &str, text: &str) -> Result<Option<Loss>, Error> {
    let mut new = values.clone();
    new.set(control, text)?;
    if control == "csv" {
        // Pasted data are read at once, whether they are looked at or not.
        read_csv(new.formula("csv"))?;
        if new.choice("data") != "own" {
            *values = new;
            return Ok(None);
        }
    }
    let (usual, mut rows) = rows(&new)?;
    if matches!(control, "data" | "csv") {
        new.declare("model", model_kind(usual));
    }
    if let ("own", Model::Logistic, Some(i)) = (new.choice("data"), model(&new), third_class(&rows)) {
        // Pasted data have rows.
        let found = rows.get(i).map(|row| shortest(row[2])).unwrap_or_default();
        let row = Arg::Count(csv_row(new.formula("csv"), i) as i64);
        return Err(Error::new("data.label")
            .with("row", row)
            .with("found", Arg::Text(found))
            .with("most", Arg::Count(2)));
    }
    if new.is_on("standardise") {
        rows = standardised(model(&new), rows);
    }
    let n = rows.len();
    let data = Data::new(model(&new), rows)?;
    if matches!(control, "data" | "csv") {
        new.declare("batch-size", size_kind(n));
    }
    *values = new;
    Ok(Some(Loss::of_data(data)))
}

/// The examples, and the model that suits them.
fn rows(values: &Values) -> Result<(Model, Vec<[f64; 3]>), Error> {
    if let Some(known) = data_set(values.choice("data")) {
        return Ok(known);
    }
    let rows = read_csv(values.formula("csv"))?;
    let label = rows.first().map(|row| row[2]);
    let two = rows.iter().any(|row| Some(row[2]) != label) && third_class(&rows).is_none();
    let model = if two { Model::Logistic } else { Model::LeastSquares };
    Ok((model, rows))
}

fn model(values: &Values) -> Model {
    let chosen = values.choice("model");
    Model::ALL.into_iter().find(|m| m.id() == chosen).unwrap_or(Model::LeastSquares)
}

/// The loss on which the lab opens.
pub fn opening() -> Loss {
    let data = data_set("cars").and_then(|(model, rows)| Data::new(model, standardised(model, rows)).ok());
    data.map_or_else(Loss::notes, Loss::of_data)
}

/// B.
pub fn batch_size(values: &Values) -> usize {
    // A slider holds no negative number and no NaN.
    (values.number("batch-size").round() as usize).max(1)
}

/// How batches are drawn.
pub fn sampling(values: &Values) -> Sampling {
    Sampling::from_id(values.choice("sampling")).unwrap_or(Sampling::Shuffled)
}

/// The seed of everything that is shuffled.
pub fn seed(values: &Values) -> u64 {
    if let Some(Value::Seed(seed)) = values.get("seed") { *seed } else { 0 }
}

/// The method of all runs.
pub fn method(values: &Values) -> Method {
    Method::from_id(values.choice("method")).unwrap_or(Method::GradientDescent)
}

/// The family of the schedule of all runs.
pub fn family(values: &Values) -> Family {
    Family::from_id(values.choice("schedule")).unwrap_or(Family::Constant)
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    match control {
        "csv" => values.choice("data") == "own",
        "guess" => values.is_on("predict"),
        "clock" => family(values) != Family::Constant,
        _ => family_controls::shown(values, control, family(values))
            .or_else(|| method_controls::shown(values, control, Some(method(values))))
            .unwrap_or(true),
    }
}
