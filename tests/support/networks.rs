//! `network.json`: loss, gradient, norms of layers, Hessian and eigenvalues of small networks.

use super::json::{field, list, number, numbers, text};
use super::tally::Tally;
use saddlescope::critical::eigen;
use saddlescope::network::{Activation, Data, Network, Objective, Problem};
use saddlescope::optimizer::Oracle;
use serde_json::Value;

/// Runs every case.
pub fn networks(data: &Value, tally: &mut Tally) -> Result<(), String> {
    for entry in list(data, "cases")? {
        tally.case(text(entry, "id")?, |case| {
            let sizes: Vec<usize> = numbers(field(entry, "sizes")?)?.iter().map(|n| *n as usize).collect();
            let hidden = Activation::from_id(text(entry, "hidden")?).ok_or("cannot run: hidden")?;
            let (objective, output) = match (text(entry, "loss_kind")?, text(entry, "output")?) {
                ("mse", output) => {
                    (Objective::SquaredError, Activation::from_id(output).ok_or("cannot run: output")?)
                }
                ("bce", "sigmoid") => (Objective::BinaryCrossEntropy, Activation::Linear),
                ("ce", "softmax") => (Objective::SoftmaxCrossEntropy, Activation::Linear),
                other => return Err(format!("cannot run: {other:?}")),
            };
            let biases = field(entry, "biases")?.as_bool().ok_or("cannot run: biases")?;
            let network = Network::new(&sizes, hidden, objective, biases).map_err(|e| e.to_string())?;
            let network = network.with_output(output);
            let flat = |name: &str| -> Result<Vec<f64>, String> {
                Ok(list(entry, name)?.iter().map(numbers).collect::<Result<Vec<_>, _>>()?.concat())
            };
            let data = Data::new(network.inputs(), network.outputs(), flat("X")?, flat("Y")?);
            let data = data.map_err(|e| e.to_string())?;
            let theta = numbers(field(entry, "params")?)?;
            case.expect(theta.len() == network.parameters(), || "has another length of θ".into());

            let deviation = field(entry, "f64dev")?;
            let rounding = |part: &str| {
                let both = ["jax", "torch"].map(|name| deviation.get(format!("{name}_{part}")));
                both.iter().flatten().filter_map(|d| d.as_f64()).fold(0.0, f64::max)
            };
            let tolerance = |dev: f64, exact: f64| 10.0 * dev + 1e-12 * exact.abs().max(1.0);

            let inputs: Vec<Vec<f64>> = list(entry, "X")?.iter().map(numbers).collect::<Result<_, _>>()?;
            let inputs: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
            let mut problem = Problem::new(network, data.into());
            let outputs = problem.passes().outputs_of(&theta, &inputs);
            for (own, exact) in outputs.concat().iter().zip(flat("outputs")?) {
                case.near("an output", *own, exact, tolerance(0.0, exact));
            }
            let mut gradient = vec![0.0; theta.len()];
            let loss = problem.gradient(&theta, &mut gradient);
            let exact = number(entry, "loss")?;
            case.near("the loss", loss, exact, tolerance(rounding("loss"), exact));
            case.near("the loss alone", problem.value(&theta), exact, tolerance(rounding("loss"), exact));
            for (own, exact) in gradient.iter().zip(numbers(field(entry, "grad")?)?) {
                case.near("the gradient", *own, exact, tolerance(rounding("grad"), exact));
            }
            let norms = problem.network().norms(&gradient);
            let exact = numbers(field(entry, "grad_norm_by_layer")?)?;
            case.expect(norms.len() == exact.len(), || "has another number of layers".into());
            for (own, exact) in norms.iter().zip(exact) {
                case.near("the norm of a layer", *own, exact, tolerance(rounding("grad"), exact));
            }
            let mut hessian = vec![0.0; theta.len() * theta.len()];
            problem.hessian(&theta, &mut hessian);
            for (own, exact) in hessian.iter().zip(numbers(field(entry, "hessian")?)?) {
                case.near("H", *own, exact, tolerance(rounding("hess"), exact));
            }
            let values = eigen(&hessian).map_err(|e| e.to_string())?.values;
            let dev = deviation.get("numpy_eigvalsh").and_then(Value::as_f64).unwrap_or(0.0);
            for (own, exact) in values.iter().zip(numbers(field(entry, "hessian_eig")?)?) {
                case.near("λ", *own, exact, tolerance(dev.max(rounding("hess")), exact));
            }
            Ok(())
        });
    }
    Ok(())
}
