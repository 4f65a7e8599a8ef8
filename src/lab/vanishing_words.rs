//! What the lab `vanishing` says: what becomes of the gradient, how fast the neurons learn, remarks on the notes.

use super::Values;
use super::table::columns;
use super::table::{line, push_line};
use super::vanishing_deep::{Comparison, Deep};
use super::vanishing_figures::{back, look, name, pair_look};
use super::vanishing_neuron::Neuron;
use super::{Cell, Level, Math, Readout, Row, Table, run_words};
use crate::decimal::shortest;
use crate::figure::Ink;
use crate::network::Activation;
use crate::phrase::{Arg, Phrase};

/// A first layer with less gradient than this hardly learns at usual rates, one with more than that jumps about.
const USUAL: [f64; 2] = [1e-3, 10.0];
/// A first layer with less than this share of the largest gradient of all layers has lost it on the way.
const FALL: f64 = 0.05;

/// What becomes of the gradient: a stable name.
fn fate(net: &Deep) -> &'static str {
    let (first, largest) = (net.first(), net.largest());
    match first {
        0.0 => "lost",
        first if first > USUAL[1] => "explodes",
        first if first < USUAL[0] && first > FALL * largest => "faint",
        first if first < USUAL[0] => "vanishes",
        first if first < FALL * largest => "shrinks",
        _ => "passes",
    }
}

fn fate_words(id: &str) -> Phrase {
    Phrase::new(format!("vanishing.{}", id))
}

/// The verdict on the three networks.
pub fn deep(deep: &Comparison) -> (Phrase, Phrase) {
    let mut text = Phrase::new("vanishing.verdict");
    let mut reason = Phrase::new("vanishing.verdict.reason");
    for (net, [name_of, fate_of, factor]) in deep.nets.iter().zip([
        ["first", "first-fate", "a"],
        ["second", "second-fate", "b"],
        ["third", "third-fate", "c"],
    ]) {
        text = text.phrase(name_of, name(net.activation)).phrase(fate_of, fate_words(fate(net)));
        reason = reason.with(factor, Arg::Number(net.first(), 2));
    }
    (text, reason)
}

/// ‖g‖ at the layer on show, and what is zero.
pub fn deep_readouts(deep: &Comparison, values: &Values) -> Vec<Readout> {
    let depth = deep.nets.first().map_or(1, Deep::depth);
    let layer = (depth - 1).saturating_sub(back(values) as usize);
    let mut out = Vec::new();
    for (net, id) in deep.nets.iter().zip(["sigmoid", "tanh", "relu"]) {
        let [mean, deviation, lost] = net.layer(layer);
        let norm = Math::norm(Math::sub("g", &(layer + 1).to_string()));
        // One start has no spread.
        let note = (net.norms.len() > 1).then(|| {
            Phrase::new(if lost > 0.0 { "vanishing.spread.lost" } else { "vanishing.spread" })
                .with("factor", Arg::Number(10f64.powf(deviation), 2))
                .with("lost", Arg::Number(100.0 * lost, 2))
        });
        out.push(Readout {
            id,
            label: name(net.activation),
            math: Math::equals(norm, Math::number(10f64.powf(mean))),
            note,
            ink: look(net.activation).0.ink,
            level: Level::Basic,
        });
    }
    if let Some(net) = deep.nets.iter().find(|n| n.activation == Activation::Relu) {
        let [zero, dead] = net.zero_shares();
        out.push(Readout {
            id: "zeros",
            label: Phrase::new("vanishing.zeros"),
            math: Math::Row(vec![Math::number(100.0 * zero), Math::Op("%")]),
            note: Some(Phrase::new("vanishing.zeros.note").with("dead", Arg::Number(100.0 * dead, 2))),
            ink: look(net.activation).0.ink,
            level: Level::Basic,
        });
    }
    out
}

/// The three networks in rows.
pub fn table(deep: &Comparison) -> Table {
    let row = |net: &Deep| {
        let (stroke, shape) = look(net.activation);
        let fate = fate(net);
        let last = if net.diverged() {
            let last = net.losses.len().saturating_sub(1);
            Cell::Words("diverges", run_words::diverged(run_words::ended("run.stop.overshoot", last)))
        } else {
            Cell::Number(net.losses.last().copied().unwrap_or(f64::NAN))
        };
        Row {
            mark: Some((shape, false, stroke.ink)),
            cells: vec![
                Cell::Words(net.activation.id(), name(net.activation)),
                Cell::Number(net.first()),
                Cell::Number(net.largest()),
                Cell::Words(fate, fate_words(fate)),
                last,
            ],
        }
    };
    Table {
        name: Phrase::new("vanishing.table"),
        columns: columns("vanishing.column.", &["activation", "first", "largest", "fate", "loss"]),
        rows: deep.nets.iter().map(row).collect(),
    }
}

/// Where the notes say otherwise.
pub fn deep_remarks(deep: &Comparison) -> Vec<Phrase> {
    let mut remarks = Vec::new();
    let of = |a: Activation| deep.nets.iter().find(|n| n.activation == a);
    let troubled = [Activation::Relu, Activation::Tanh].into_iter().filter_map(of);
    let troubled: Vec<&Deep> = troubled.filter(|n| !matches!(fate(n), "passes" | "shrinks")).collect();
    if let Some(net) = troubled.first() {
        let key = if troubled.len() > 1 { "remark.scale-decides.both" } else { "remark.scale-decides" };
        remarks.push(
            Phrase::new(key)
                .phrase("activation", name(net.activation))
                .with("first", Arg::Number(net.first(), 2))
                .with("second", Arg::Number(troubled.last().map_or(f64::NAN, |n| n.first()), 2)),
        );
    }
    if let Some([zero, dead]) = of(Activation::Relu).map(Deep::zero_shares) {
        let key = if dead > 0.0 { "remark.zero-not-dead" } else { "remark.none-dead" };
        remarks.push(
            Phrase::new(key)
                .with("zero", Arg::Number(100.0 * zero, 2))
                .with("dead", Arg::Number(100.0 * dead, 2)),
        );
    }
    remarks
}

/// Layers, starts and losses as comma-separated values.
pub fn deep_csv(deep: &Comparison) -> String {
    let mut out = table(deep).csv();
    out.push_str("\nactivation,start,layer,norm\n");
    for net in &deep.nets {
        for (start, norms) in net.norms.iter().enumerate() {
            for (layer, norm) in norms.iter().enumerate() {
                let cells = [start.to_string(), (layer + 1).to_string(), shortest(*norm)];
                out.push_str(&line(std::iter::once(net.activation.id().to_string()).chain(cells)));
            }
        }
    }
    out.push_str("\nactivation,start,zero,dead\n");
    for net in &deep.nets {
        for (start, [zero, dead]) in net.zeros.iter().enumerate() {
            push_line(&mut out, net.activation.id(), &[start as f64, *zero, *dead]);
        }
    }
    out.push_str("\nactivation,t,L\n");
    for net in &deep.nets {
        for (t, loss) in net.losses.iter().enumerate() {
            out.push_str(&line(
                [net.activation.id().to_string(), t.to_string(), shortest(*loss)].into_iter(),
            ));
        }
    }
    out
}

/// The slopes of the neurons at z.
fn slopes(neurons: &[Neuron], values: &Values) -> Vec<f64> {
    neurons.iter().map(|n| n.clone().at(values.number("z"))[1]).collect()
}

/// The verdict on the neurons.
pub fn neuron(neurons: &[Neuron], values: &Values) -> (Phrase, Phrase) {
    let slopes = slopes(neurons, values);
    let slope = |k: usize| slopes.get(k).copied().unwrap_or(f64::NAN);
    let error = neurons.first().and_then(|n| n.run.first()).map_or(f64::NAN, |r| r[2]);
    let key = if error < 0.5 {
        "vanishing.neuron.right"
    } else if neurons.first().is_some_and(|n| n.learnt().is_none()) {
        "vanishing.neuron.slow"
    } else {
        "vanishing.neuron.learns"
    };
    let reason = Phrase::new("vanishing.neuron.reason")
        .number("error", error)
        .number("mse", slope(0))
        .number("ce", slope(1))
        .number("relu", slope(2));
    (Phrase::new(key), reason)
}

/// Slope and steps to learn of each neuron.
pub fn neuron_readouts(neurons: &[Neuron], values: &Values) -> Vec<Readout> {
    let slopes = slopes(neurons, values);
    let line = |(neuron, slope): (&Neuron, &f64)| Readout {
        id: neuron.id,
        label: Phrase::new(format!("pair.{}", neuron.id)),
        math: Math::equals(Math::id("∂L/∂z"), Math::number(*slope)),
        note: Some(match neuron.learnt() {
            Some(steps) => Phrase::new("vanishing.learnt").with("steps", Arg::Count(steps as i64)),
            None => {
                Phrase::new("vanishing.not-learnt").with("steps", Arg::Count(neuron.run.len() as i64 - 1))
            }
        }),
        ink: pair_look(neuron.id).0.ink,
        level: Level::Basic,
    };
    let mut out: Vec<Readout> = neurons.iter().zip(&slopes).map(line).collect();
    let z = values.number("z");
    out.push(Readout {
        id: "z",
        label: Phrase::new("readout.theta"),
        math: Math::equals(Math::id("z"), Math::number(z)),
        note: None,
        ink: Ink::Point,
        level: Level::Basic,
    });
    out
}

/// Where the notes say otherwise: a ReLU does not cure a slow output.
pub fn neuron_remarks(neurons: &[Neuron], values: &Values) -> Vec<Phrase> {
    let slopes = slopes(neurons, values);
    let wrong = neurons.last().and_then(|n| n.run.first()).is_some_and(|r| r[2] > 0.5);
    match slopes.as_slice() {
        [mse, ce, relu] if wrong && *relu == 0.0 => vec![
            Phrase::new("remark.relu-output")
                .number("z", values.number("z"))
                .number("mse", *mse)
                .number("ce", *ce),
        ],
        _ => Vec::new(),
    }
}

/// The training of the neurons as comma-separated values.
pub fn neuron_csv(neurons: &[Neuron]) -> String {
    let mut out = String::from("pair,t,z,L,error\n");
    for neuron in neurons {
        for (t, r) in neuron.run.iter().enumerate() {
            let cells = [neuron.id.to_string(), t.to_string()].into_iter();
            out.push_str(&line(cells.chain(r.iter().copied().map(shortest))));
        }
    }
    out
}
