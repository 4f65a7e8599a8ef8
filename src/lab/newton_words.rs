//! What the lab `newton` says: where a method arrives, the numbers of a step, and why not for deep networks.

use super::math::{tidied, tidied_eigenvalues};
use super::method_controls;
use super::newton_controls::{STEPS, method, size};
use super::newton_model::{Arrival, Model};
use super::{Headline, Math, Readout, Values, kind_words};
use crate::figure::{Ink, Shape};
use crate::optimizer::Method;
use crate::phrase::{Arg, Phrase, number};

/// Operations in a second, for the hours: a processor of today.
const SPEED: f64 = 1e12;

/// The name of an end, for tables.
pub fn end_name(arrival: &Arrival) -> &'static str {
    match arrival {
        Arrival::Point(verdict, ..) => kind_words::name(verdict.kind),
        Arrival::Cycle => "cycle",
        Arrival::Moving => "moving",
        Arrival::Singular => "singular",
        Arrival::Kink => "kink",
        Arrival::Diverged => "diverged",
        Arrival::NotDefined => "not-defined",
        Arrival::Nowhere => "nowhere",
    }
}

/// The mark of an end.
pub fn end_shape(arrival: &Arrival) -> Option<Shape> {
    if let Arrival::Point(verdict, ..) = arrival { kind_words::shape(verdict.kind) } else { None }
}

/// Where the chosen method ends, and why.
pub fn headline(method: Method, arrival: &Arrival, model: &Model) -> Headline {
    let name = method_controls::name(method);
    let text = Phrase::new(["newton.ends.", end_name(arrival)].concat()).phrase("method", name);
    let text = match arrival {
        Arrival::Point(_, _, Some(nature)) => text.phrase("nature", kind_words::nature_words(*nature)),
        _ => text,
    };
    let reason = match arrival {
        Arrival::Point(verdict, steps, _) => {
            let lambda = verdict.curvature.map_or([f64::NAN; 2], |c| c.lambda);
            Phrase::new("newton.reason.point")
                .with("steps", Arg::Count(*steps as i64))
                .number("first", lambda[0])
                .number("second", lambda[1])
        }
        Arrival::Singular => singular(model),
        Arrival::Kink => Phrase::new("verdict.not-differentiable.reason"),
        Arrival::NotDefined | Arrival::Nowhere => Phrase::new("verdict.not-defined.reason"),
        other => {
            Phrase::new(["newton.reason.", end_name(other)].concat()).with("steps", Arg::Count(STEPS as i64))
        }
    };
    Headline { mark: end_shape(arrival), hollow: false, text, reason }
}

/// What a singular model looks like: without slope along its flat direction it is a trough, with one it has no
/// stationary point.
fn singular(model: &Model) -> Phrase {
    let Some(c) = model.curvature else { return Phrase::new("verdict.not-defined.reason") };
    let flat = usize::from(model.divisors[1].abs() < model.divisors[0].abs());
    let v = c.v[flat];
    let g = model.jet.gradient;
    let slope = v[0] * g[0] + v[1] * g[1];
    let level = slope.abs() <= 1e-9 * g[0].hypot(g[1]);
    let key = if level { "newton.singular.trough" } else { "newton.singular.slope" };
    Phrase::new(key).point("at", model.at).with("v", Arg::Point(v, 2)).number("slope", slope)
}

/// The numbers of the step on show; `next` is L where it leads, with the learning rate.
pub fn step_readouts(values: &Values, model: &Model, next: f64) -> Vec<Readout> {
    let line = Readout::basic;
    let jet = &model.jet;
    let pair = |name: &str, [a, b]: [f64; 2]| Math::equals(Math::id(name), Math::pair(a, b));
    let theta = Math::Row(vec![
        pair("θ", model.at),
        Math::Space,
        Math::equals(Math::id("L"), Math::number(jet.value)),
    ]);
    let mut out = vec![line("theta", "readout.theta", theta, None, Ink::Point)];
    let Some(curvature) = model.curvature.filter(|_| jet.value.is_finite()) else { return out };
    out.push(line("gradient", "readout.gradient", pair("g", jet.gradient), None, Ink::Gradient));
    let rows = jet.hessian.iter().map(|row| row.iter().map(|x| Math::number(*x)).collect()).collect();
    let hessian = Math::equals(Math::id("H"), Math::Matrix(rows));
    out.push(line("hessian", "readout.hessian", hessian, None, Ink::Curvature));
    let [first, second] = tidied_eigenvalues(curvature.lambda, jet.hessian);
    let lambda = Math::Row(vec![
        Math::equals(Math::sub("λ", "1"), Math::number(first)),
        Math::Space,
        Math::equals(Math::sub("λ", "2"), Math::number(second)),
    ]);
    out.push(line("lambda", "readout.newton.lambda", lambda, None, Ink::Curvature));
    let method = method(values);
    let name = match method {
        Method::ShiftedNewton => "λ + μ",
        Method::SaddleFreeNewton => "|λ|",
        _ => "λ",
    };
    if method != Method::Newton {
        let [a, b] = model.divisors;
        let divisors =
            Math::Row(vec![Math::equals(Math::id(name), Math::number(a)), Math::Op(","), Math::number(b)]);
        let safe = values.number("shift") > -first;
        let note = (method == Method::ShiftedNewton).then(|| {
            Phrase::new(if safe { "readout.newton.safe" } else { "readout.newton.unsafe" })
                .number("bound", -first)
        });
        out.push(line("divisors", "readout.newton.divisors", divisors, note, Ink::Curvature));
    }
    let note = model.kind().map(|kind| Phrase::new(["newton.model.", kind_words::name(kind)].concat()));
    let stationary = model.stationary();
    let shown = [0, 1].map(|i| tidied(stationary[i], model.at[0].abs().max(model.at[1].abs())));
    out.push(line("model", "readout.newton.model", pair("θ + Δ", shown), note, Ink::Curvature));
    let foreseen = model.value(stationary) - jet.value;
    out.push(line("foreseen", "readout.newton.foreseen", Math::number(foreseen), None, Ink::Curvature));
    out.push(line("change", "readout.taylor.change", Math::number(next - jet.value), None, Ink::Text));
    out
}

/// A number of bytes with a prefix.
pub fn bytes(count: f64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    let mut value = count;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    [&number(value, 3), " ", UNITS[unit]].concat()
}

/// How long n³ operations take: in seconds, and from an hour on in hours.
pub fn time(n: f64) -> String {
    const UNITS: [(f64, &str); 5] =
        [(3600.0, " h"), (1.0, " s"), (1e-3, " ms"), (1e-6, " µs"), (1e-9, " ns")];
    let seconds = n.powi(3) / SPEED;
    let unit = UNITS.into_iter().find(|(unit, _)| seconds >= *unit);
    let (unit, name) = unit.unwrap_or((1e-12, " ps"));
    [&number(seconds / unit, 3), name].concat()
}

/// What one Newton step costs a network of n parameters.
pub fn cost_readouts(values: &Values) -> Vec<Readout> {
    let line = Readout::basic;
    let n = size(values);
    let power = |k: &str| Math::Sup(Box::new(Math::id("n")), Box::new(Math::Number(k.into())));
    let note = |text: String| Some(Phrase::new("readout.newton.memory").with("bytes", Arg::Text(text)));
    let entries = Math::equals(power("2"), Math::number(n * n));
    let work = Math::equals(power("3"), Math::number(n.powi(3)));
    let time = Phrase::new("readout.newton.time").with("time", Arg::Text(time(n)));
    vec![
        line(
            "size",
            "readout.newton.gradient",
            Math::equals(Math::id("n"), Math::number(n)),
            note(bytes(8.0 * n)),
            Ink::Gradient,
        ),
        line("entries", "readout.newton.entries", entries, note(bytes(8.0 * n * n)), Ink::Curvature),
        line("work", "readout.newton.work", work, Some(time), Ink::Text),
    ]
}
