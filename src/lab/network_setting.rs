//! What the values of the lab `network` describe: data, network, start, and the training of it.

use super::network_controls::{family, is_linear, method};
use super::{Value, Values, family_controls, method_controls};
use crate::error::Error;
use crate::network::{
    Activation, Data, Dataset, Labels, Network, Objective, Problem, Random, Sample, Start, Training,
    known_autoencoder,
};
use crate::order::ascending;
use crate::phrase::Arg;
use std::rc::Rc;

/// The variances of the autoencoder's data along its axes: every sum of some of them is another number.
pub const VARIANCES: [f64; 4] = [1.0, 0.5, 0.25, 0.125];
/// Fewer examples than this are all learnt from.
const FEW: usize = 10;
/// Rows of pasted data, at most: what one step of full batches can take.
const ROWS: usize = 1_000;
/// Up to this many classes, whole labels are classes.
const CLASSES: usize = 10;

/// Data and network.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The shape of the network.
    pub network: Network,
    /// What it learns from.
    pub train: Rc<Data>,
    /// What it is tested on.
    pub test: Option<Rc<Data>>,
    /// How many classes there are; 0 where numbers are learnt.
    pub classes: usize,
    /// ½·penalty·‖θ‖² is part of the loss on the training examples.
    pub penalty: f64,
    /// Why pasted data were not taken.
    pub refused: Option<Error>,
}

impl Setting {
    /// The setting that the values describe; where pasted data cannot be read, that of the notes, with the reason.
    pub fn of(values: &Values) -> Setting {
        let made = match values.choice("data") {
            "notes" => Ok(Setting::notes(None)),
            "autoencoder" => autoencoder(autoencoder_width(values)),
            _ => sample(values).and_then(|sample| learnt(values, &sample)),
        };
        made.unwrap_or_else(|refused| Setting::notes(Some(refused)))
    }

    /// y = w₁w₂x on the one datum (1, 1).
    fn notes(refused: Option<Error>) -> Setting {
        let (network, train) = (Network::notes(), Rc::new(Data::one()));
        Setting { network, train, test: None, classes: 0, penalty: 0.0, refused }
    }

    /// The loss on the training examples, the penalty included.
    pub fn problem(&self) -> Problem {
        Problem::new(self.network.clone(), self.train.clone()).with_penalty(self.penalty)
    }

    /// The multiplications of an epoch, about.
    pub fn effort(&self) -> usize {
        6 * self.network.parameters() * self.train.count()
    }

    /// The start of a seed.
    pub fn start(&self, values: &Values, seed: u64) -> Vec<f64> {
        let init = match is_linear(values) {
            // Of the size of the solutions, whatever is chosen for other networks.
            true => Start::XavierNormal,
            false => Start::from_id(values.choice("init")).unwrap_or(Start::Pytorch),
        };
        init.draw(&self.network, seed, values.number("scale"))
    }

    /// The training from the start of a seed; `None` where the method is not offered for so many parameters.
    pub fn training(&self, values: &Values, seed: u64, epochs: usize) -> Option<Training> {
        let method = method(values);
        let optimizer = method_controls::optimizer_in(values, method, self.network.parameters())?;
        let schedule =
            family_controls::schedule(values, family(values), method_controls::rate(values, method));
        let test = self.test.as_ref().map(|test| Problem::new(self.network.clone(), test.clone()));
        let batch = values.number("batch").round() as usize;
        let theta = self.start(values, seed);
        Some(Training::new(self.problem(), test, optimizer, schedule, theta, [batch, epochs], seed))
    }

    /// Loss and index of the known critical points; empty where theory knows none.
    pub fn known(&self, values: &Values) -> Vec<(f64, usize)> {
        match values.choice("data") {
            _ if self.refused.is_some() => Vec::new(),
            "notes" => known_autoencoder(&[1.0], 1),
            "autoencoder" => known_autoencoder(&VARIANCES, autoencoder_width(values)),
            _ => Vec::new(),
        }
    }
}

/// The seed.
pub fn seed(values: &Values) -> u64 {
    if let Some(Value::Seed(seed)) = values.get("seed") { *seed } else { 1 }
}

fn autoencoder_width(values: &Values) -> usize {
    values.number("units").round() as usize
}

/// A linear autoencoder on data with the [`VARIANCES`] along the axes, one example for each.
fn autoencoder(width: usize) -> Result<Setting, Error> {
    let n = VARIANCES.len();
    let mut x = vec![0.0; n * n];
    for (entry, variance) in x.iter_mut().step_by(n + 1).zip(VARIANCES) {
        *entry = (n as f64 * variance).sqrt();
    }
    let network = Network::new(&[n, width, n], Activation::Linear, Objective::SquaredError, false)?;
    let train = Rc::new(Data::new(n, n, x.clone(), x)?);
    Ok(Setting { network, train, test: None, classes: 0, penalty: 0.0, refused: None })
}

/// The labelled examples that the values name.
fn sample(values: &Values) -> Result<Sample, Error> {
    let set = match values.choice("data") {
        "irises" => Some(Dataset::Iris),
        other => Dataset::from_id(other),
    };
    if let Some(set) = set {
        let count = values.number("examples").round() as usize;
        return Ok(set.draw(count, values.number("jitter"), seed(values)));
    }
    let (columns, cells, _) = crate::loss::read_table(values.formula("own"), None, CLASSES)?;
    let inputs = columns - 1;
    if cells.len() > ROWS * columns {
        return Err(Error::new("data.too-many").with("limit", Arg::Count(ROWS as i64)));
    }
    let (mut x, mut labels) = (Vec::new(), Vec::new());
    for row in cells.chunks_exact(columns) {
        x.extend(row.iter().take(inputs));
        labels.extend(row.last());
    }
    crate::network::standardise(&mut x, inputs);
    let mut distinct = labels.clone();
    ascending(&mut distinct);
    distinct.dedup();
    let whole = distinct.iter().all(|y| y.fract() == 0.0);
    let labels = if whole && (2..=CLASSES).contains(&distinct.len()) {
        let place = |y: &f64| distinct.iter().position(|d| d == y).unwrap_or(0);
        Labels::Classes(labels.iter().map(place).collect(), distinct.len())
    } else {
        Labels::Values(labels)
    };
    Ok(Sample { inputs, x, labels })
}

/// A network for labelled examples, of which a share is kept for the test.
fn learnt(values: &Values, sample: &Sample) -> Result<Setting, Error> {
    let objective = match (&sample.labels, values.choice("objective")) {
        (Labels::Values(_), _) | (_, "squared-error") => Objective::SquaredError,
        (Labels::Classes(_, 2), "cross-entropy") => Objective::BinaryCrossEntropy,
        _ => Objective::SoftmaxCrossEntropy,
    };
    let hidden = Activation::from_id(values.choice("activation")).unwrap_or(Activation::Tanh);
    let whole = |id| values.number(id).round() as usize;
    let mut sizes = vec![whole("units"); whole("hidden-layers") + 2];
    if let [first, .., last] = sizes.as_mut_slice() {
        (*first, *last) = (sample.inputs, sample.outputs(objective));
    }
    let network = Network::new(&sizes, hidden, objective, true)?;
    let all = sample.data(objective)?;
    let mut order: Vec<usize> = (0..all.count()).collect();
    Random::new(seed(values)).shuffle(&mut order);
    // Of few examples none can be spared.
    let share = if all.count() < FEW { 0.0 } else { values.number("share") };
    let kept = ((all.count() as f64 * (1.0 - share)).round() as usize).clamp(1, all.count());
    let (train, test) = order.split_at(kept);
    let pick = |rows: &[usize]| {
        let gather = |part: fn(&Data, usize) -> &[f64]| {
            rows.iter().flat_map(|k| part(&all, *k)).copied().collect::<Vec<f64>>()
        };
        Data::new(all.inputs(), all.outputs(), gather(Data::input), gather(Data::target)).map(Rc::new)
    };
    let classes = if let Labels::Classes(_, classes) = sample.labels { classes } else { 0 };
    let (train, test) = (pick(train)?, pick(test).ok());
    Ok(Setting { network, train, test, classes, penalty: values.number("penalty"), refused: None })
}
