//! The figures of the lab `vanishing`.

use super::Values;
use super::curves::{Curve, Curves};
use super::vanishing_deep::{Comparison, Deep};
use super::vanishing_neuron::Neuron;
use crate::figure::{Axis, Dash, Ink, Layer, Scale, Shape, Stroke};
use crate::network::Activation;
use crate::phrase::Phrase;

/// The ids of the initialisations, but zero, from which no gradient comes.
pub const INITS: &[&str] =
    &["xavier-uniform", "xavier-normal", "he-normal", "lecun-normal", "pytorch", "standard", "small"];

/// Losses above this are shown on a logarithmic axis; not to know gives log 2.
const HIGH: f64 = 10.0;
/// z in the figures of the neuron.
const REACH: f64 = 8.0;

/// Line and mark of an activation.
pub fn look(activation: Activation) -> (Stroke, Shape) {
    let (ink, dash, shape) = match activation {
        Activation::Sigmoid => (1, Dash::Dashed, Shape::Square),
        Activation::Tanh => (5, Dash::Dotted, Shape::Dot),
        Activation::Relu => (0, Dash::Solid, Shape::Dot),
        Activation::Linear => (3, Dash::Solid, Shape::Square),
    };
    (Stroke { ink: Ink::Method(ink), width: 2.0, dash }, shape)
}

/// Line and mark of a pair of error and activation.
pub fn pair_look(id: &str) -> (Stroke, Shape) {
    match id {
        "mse-sigmoid" => look(Activation::Sigmoid),
        "mse-relu" => look(Activation::Relu),
        _ => (Stroke { ink: Ink::Method(4), width: 2.0, dash: Dash::Solid }, Shape::Diamond),
    }
}

/// The layer on show, counted back from the output.
pub fn back(values: &Values) -> f64 {
    values.number("back").round()
}

/// The name of an activation.
pub fn name(activation: Activation) -> Phrase {
    Phrase::new(format!("activation.{}", activation.id()))
}

fn curve(net: &Deep, points: Vec<[f64; 2]>) -> Curve {
    let (stroke, shape) = look(net.activation);
    Curve { points, stroke, mark: Some((shape, false)), label: Some(name(net.activation)) }
}

fn axis(range: [f64; 2], name: Phrase) -> Axis {
    Axis { range, name, scale: Scale::Even }
}

fn count(range: [f64; 2], name: Phrase) -> Axis {
    Axis { range, name, scale: Scale::Count }
}

/// ‖g‖ of each layer, back from the output, with the spread over starts.
pub fn layers(deep: &Comparison, values: &Values) -> Curves {
    let depth = deep.nets.first().map_or(1, Deep::depth);
    let mut curves = Vec::new();
    let mut over = Vec::new();
    let [mut lowest, mut highest] = [f64::INFINITY, f64::NEG_INFINITY];
    for net in &deep.nets {
        let stats: Vec<(f64, [f64; 3])> =
            (0..depth).map(|back| (back as f64, net.layer(depth - 1 - back))).collect();
        let seen = || stats.iter().filter(|(_, [mean, ..])| mean.is_finite());
        for (_, [mean, ..]) in seen() {
            (lowest, highest) = (lowest.min(*mean), highest.max(*mean));
        }
        curves.push(curve(net, stats.iter().map(|(back, [mean, ..])| [*back, 10f64.powf(*mean)]).collect()));
        let up = seen().map(|(back, [mean, deviation, _])| [*back, mean + deviation]);
        let down = seen().rev().map(|(back, [mean, deviation, _])| [*back, mean - deviation]);
        over.push(Layer::Area {
            points: up.chain(down).collect(),
            ink: look(net.activation).0.ink,
            opacity: 0.12,
        });
    }
    // Points that the axis has to hold: however far gradients grow, and room below for the handle.
    if highest.is_finite() {
        let points = [highest, lowest - 0.1 * (highest - lowest)].map(|y| [0.0, 10f64.powf(y)]);
        let stroke = Stroke::solid(Ink::Muted, 0.0);
        curves.push(Curve { points: points.to_vec(), stroke, mark: None, label: None });
    }
    Curves {
        id: "layers",
        name: Phrase::new("figure.vanishing.layers"),
        x: count([0.0, depth as f64 - 1.0], Phrase::new("vanishing.back")),
        y: Phrase::verbatim("‖g‖"),
        log10: true,
        curves,
        cursor: Some(back(values)),
        over,
    }
}

/// The loss of each network against the step.
pub fn learning(deep: &Comparison) -> Curves {
    let points = |n: &Deep| n.losses.iter().enumerate().map(|(t, l)| [t as f64, *l]).collect();
    Curves {
        id: "learning",
        name: Phrase::new("figure.vanishing.learning"),
        x: count([0.0, deep.steps as f64], Phrase::verbatim("t")),
        y: Phrase::verbatim("L"),
        // A run that explodes would press the others flat.
        log10: deep.nets.iter().flat_map(|n| &n.losses).any(|loss| *loss > HIGH),
        curves: deep.nets.iter().map(|n| curve(n, points(n))).collect(),
        cursor: None,
        over: Vec::new(),
    }
}

/// Shares of zero activations and of dead units of the ReLU network, start by start.
pub fn zeros(deep: &Comparison) -> Curves {
    let relu = deep.nets.iter().find(|n| n.activation == Activation::Relu);
    let zeros = relu.map_or(&[] as &[[f64; 2]], |n| &n.zeros);
    let points =
        |i: usize| zeros.iter().enumerate().map(move |(seed, z)| [seed as f64, z[i]]).collect::<Vec<_>>();
    let ink = look(Activation::Relu).0.ink;
    // Dots, as one start has nothing to do with the next; a line of no width carries mark and name.
    let share = |i: usize, label: &'static str| Curve {
        points: points(i),
        stroke: Stroke::solid(ink, 0.0),
        mark: Some((Shape::Dot, i == 0)),
        label: Some(Phrase::new(label)),
    };
    let dots = |i: usize, ink, radius| Layer::Dots { points: points(i), ink, radius, opacity: 1.0 };
    let unseen =
        |y| Curve { points: vec![[0.0, y]], stroke: Stroke::solid(Ink::Muted, 0.0), mark: None, label: None };
    Curves {
        id: "zeros",
        name: Phrase::new("figure.vanishing.zeros"),
        x: count([0.0, (zeros.len() as f64 - 1.0).max(1.0)], Phrase::new("vanishing.start")),
        y: Phrase::new("vanishing.share"),
        log10: false,
        curves: vec![unseen(1.0), unseen(0.0), share(0, "vanishing.zero"), share(1, "vanishing.dead")],
        cursor: None,
        over: vec![dots(0, ink, 4.0), dots(0, Ink::Paper, 2.4), dots(1, ink, 4.0)],
    }
}

/// The pair in few letters: there is little room beside a curve.
fn short(neuron: &Neuron) -> Phrase {
    Phrase::new(["pair.short.", neuron.id].concat())
}

/// L (`neuron-loss`) or ∂L/∂z (`neuron-slope`) of the neurons against z.
pub fn against_z(neurons: &[Neuron], values: &Values, id: &'static str) -> Curves {
    let slope = id == "neuron-slope";
    let z = |k: i32| REACH * f64::from(k) / 40.0;
    let z0 = values.number("z");
    let mut over = Vec::new();
    let mut curves: Vec<Curve> = neurons
        .iter()
        .map(|neuron| {
            let (stroke, shape) = pair_look(neuron.id);
            let mut neuron = neuron.clone();
            let mut points = Vec::new();
            for k in -40..=40 {
                points.push([z(k), neuron.at(z(k))[usize::from(slope)]]);
                if slope && k == 0 && neuron.id == "mse-relu" {
                    // The slope of ReLU jumps here: the curve is broken, not steep.
                    points.extend([[0.0, f64::NAN], [0.0, neuron.at(f64::MIN_POSITIVE)[1]]]);
                }
            }
            let at = [z0, neuron.at(z0)[usize::from(slope)]];
            over.push(Layer::Mark { at, z: 0.0, shape, ink: stroke.ink, hollow: false });
            Curve { points, stroke, mark: None, label: Some(short(&neuron)) }
        })
        .collect();
    // ReLU's squared error leaves the picture; what matters is where the others are.
    let bounds = if slope { [-2.5, 2.5] } else { [0.0, 8.5] };
    for curve in &mut curves {
        for p in &mut curve.points {
            if p[1] < bounds[0] || p[1] > bounds[1] {
                p[1] = f64::NAN;
            }
        }
    }
    Curves {
        id,
        name: Phrase::new(format!("figure.vanishing.{}", id)),
        x: axis([-REACH, REACH], Phrase::verbatim("z")),
        y: Phrase::verbatim(if slope { "∂L/∂z" } else { "L" }),
        log10: false,
        curves,
        cursor: Some(z0),
        over,
    }
}

/// The loss of the neurons against the step.
pub fn training(neurons: &[Neuron], values: &Values) -> Curves {
    let curve = |neuron: &Neuron| {
        let (stroke, shape) = pair_look(neuron.id);
        Curve {
            points: neuron.run.iter().enumerate().map(|(t, r)| [t as f64, r[2]]).collect(),
            stroke,
            mark: Some((shape, false)),
            label: Some(short(neuron)),
        }
    };
    Curves {
        id: "neuron-training",
        name: Phrase::new("figure.vanishing.neuron-training"),
        x: count([0.0, values.number("steps").floor()], Phrase::verbatim("t")),
        y: Phrase::verbatim("|ŷ − y|"),
        log10: false,
        curves: neurons.iter().map(curve).collect(),
        cursor: None,
        over: Vec::new(),
    }
}
