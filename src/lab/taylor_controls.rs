//! The controls of the lab `taylor`, and where it opens.

use super::subject::Subject;
use super::turn;
use super::{Control, Kind, Scale, Values};
use crate::derivative::{Radius, radius};
use crate::error::Error;
use crate::loss::{Expr, Loss};
use crate::number::Series;

/// Two residuals under Cauchy's robust loss log(1 + r²): two minima, a saddle, and poles beside the real axis, so that
/// no order is exact and the series end somewhere.
pub const LOSS: &str = "log(1+(x^2+y-1)^2+(x-y)^2)";
/// Functions of one variable whose radius is known.
pub const FUNCTIONS: [&str; 3] = ["log(1+x)", "1/(1+x^2)", "tanh(x)"];
/// What is expanded: a loss over the plane, or a function on a line.
pub const SCENES: &[&str] = &["surface", "line"];
/// The direction of the section through the loss.
pub const ALONG: &[&str] = &["descent", "angle"];
/// Which model's error is shaded on the map.
pub const SHADE: &[&str] = &["off", "order-1", "order-2"];
/// How far from 0 the points on the line go.
pub const REACH: f64 = 6.0;
/// The highest order: what the series hold.
pub const ORDERS: usize = 24;

/// The declared controls, in order.
pub fn controls() -> Vec<Control> {
    let slider = |min: f64, max: f64, step: f64, default: f64, unit| Kind::Slider {
        min,
        max,
        step,
        scale: if step == 0.0 { Scale::Log } else { Scale::Linear },
        default,
        unit,
    };
    let (basic, more) = (Control::basic, Control::more);
    let on = |default| Kind::Toggle { default };
    let place = |default| slider(-REACH, REACH, 0.05, default, "");
    let function = Kind::Formula { default: FUNCTIONS[0], presets: FUNCTIONS.to_vec() };
    let mut all = vec![basic("scene", Kind::Choice { options: SCENES, default: 0 })];
    all.extend(Subject::controls(LOSS, start));
    all.extend([
        basic("function", function),
        basic("about", place(0.0)),
        basic("plane-0", on(false)),
        basic("plane-1", on(true)),
        basic("quadric", on(true)),
        basic("rate", slider(1e-3, 10.0, 0.0, 0.5, "")),
        basic("order", slider(0.0, ORDERS as f64, 1.0, 4.0, "")),
        basic("second", on(false)),
        basic("other", place(2.0)),
        basic("probe", place(1.5)),
        more("along", Kind::Choice { options: ALONG, default: 0 }),
        more("direction", slider(-180.0, 180.0, 1.0, 0.0, "°")),
        more("shade", Kind::Choice { options: SHADE, default: 2 }),
        more("span", slider(0.5, 10.0, 0.0, 3.0, "")),
    ]);
    all.extend(turn::controls());
    all
}

/// Where the quadratic foresees the step and the plane does not; on other losses where they say.
pub fn start(loss: &Loss) -> [f64; 2] {
    if loss.formula() == LOSS { [-0.2, 0.6] } else { loss.start() }
}

/// Whether the lab looks at a function of one variable.
pub fn on_line(values: &Values) -> bool {
    values.choice("scene") == "line"
}

/// Whether the section goes along −g.
pub fn along_descent(values: &Values) -> bool {
    values.choice("along") == "descent"
}

/// Whether a control applies.
pub fn shown(values: &Values, control: &str) -> bool {
    let line = on_line(values);
    match control {
        "scene" | "order" | "second" => true,
        "function" | "about" | "span" => line,
        "other" => values.is_on("second"),
        "probe" => line || !along_descent(values),
        "direction" => !line && !along_descent(values),
        _ => !line && Subject::shown(values, control),
    }
}

/// Reads a function of x.
///
/// # Errors
///
/// `formula.*`; `formula.one-variable` where a second variable stands in it.
pub fn function(text: &str) -> Result<Loss, Error> {
    let loss = Loss::parse(text)?;
    if loss.named().is_some() || has_second(loss.tree()) {
        return Err(Error::new("formula.one-variable"));
    }
    Ok(loss)
}

fn has_second(tree: &Expr) -> bool {
    match tree {
        Expr::Variable(i) => *i > 0,
        Expr::Neg(a) => has_second(a),
        Expr::Binary(_, a, b) => has_second(a) || has_second(b),
        Expr::Call(_, arguments) => arguments.iter().any(has_second),
        Expr::Number(_) | Expr::Constant(_) => false,
    }
}

/// The radius of convergence about `a` of one of [`FUNCTIONS`]: the distance to the nearest singularity, −1, ±i or
/// ±iπ/2.
pub fn known_radius(function: &str, a: f64) -> Option<f64> {
    match FUNCTIONS.iter().position(|f| *f == function)? {
        0 => Some(1.0 + a).filter(|r| *r > 0.0),
        1 => Some(a.hypot(1.0)),
        _ => Some(a.hypot(std::f64::consts::FRAC_PI_2)),
    }
}

/// What is known of the radius, or else what the coefficients tell; and whether it is known.
pub fn judge(function: Option<&str>, a: f64, series: &Series) -> (Radius, bool) {
    match function.and_then(|f| known_radius(f, a)) {
        Some(r) => (Radius::Estimate(r), true),
        None => (radius(series), false),
    }
}
