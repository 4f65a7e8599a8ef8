//! The runs of the lab `escape`: five ways from one start, who leaves from where, and what theory says.

use super::escape_place::{Place, Saddle};
use super::{Value, Values, method_controls};
use crate::figure::{Dash, Ink, Shape, Stroke};
use crate::optimizer::{
    Dialect, Limits, Method, Noise, Optimizer, Run, Schedule, Setup, Stop, escape_factor, escape_time,
};
use crate::phrase::Phrase;

/// A way to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Gradient descent.
    Descent,
    /// Gradient descent with noise injected into the gradient.
    Noise,
    /// Heavy ball.
    Momentum,
    /// Gradient descent with steps along negative curvature.
    NegativeCurvature,
    /// Saddle-free Newton.
    SaddleFree,
}

impl Way {
    /// All five.
    pub const ALL: [Way; 5] =
        [Way::Descent, Way::Noise, Way::Momentum, Way::NegativeCurvature, Way::SaddleFree];

    /// Its stable name.
    pub fn id(self) -> &'static str {
        if self == Way::Noise { "noise" } else { self.method().id() }
    }

    /// The way of this name.
    pub fn from_id(id: &str) -> Way {
        Way::ALL.into_iter().find(|way| way.id() == id).unwrap_or(Way::Descent)
    }

    /// The method it runs.
    pub fn method(self) -> Method {
        match self {
            Way::Descent | Way::Noise => Method::GradientDescent,
            Way::Momentum => Method::Momentum,
            Way::NegativeCurvature => Method::NegativeCurvature,
            Way::SaddleFree => Method::SaddleFreeNewton,
        }
    }

    /// Its name.
    pub fn name(self) -> Phrase {
        if self == Way::Noise { Phrase::new("escape.noise") } else { method_controls::name(self.method()) }
    }

    /// Its short name, for a label in a figure.
    pub fn short(self) -> Phrase {
        if self == Way::Noise {
            Phrase::new("escape.noise.short")
        } else {
            method_controls::short(self.method())
        }
    }

    /// Its line.
    pub fn stroke(self, width: f64) -> Stroke {
        match self {
            Way::Noise => Stroke { ink: Ink::Method(2), width, dash: Dash::Dotted },
            _ => method_controls::stroke(self.method(), width),
        }
    }

    /// Its mark, and whether that is an outline.
    pub fn mark(self) -> (Shape, bool) {
        if self == Way::Noise { (Shape::Dot, true) } else { method_controls::mark(self.method()) }
    }

    fn optimizer(self, values: &Values, dimension: usize) -> Option<Optimizer> {
        let given = match self {
            Way::Momentum => vec![("momentum", values.number("beta"))],
            Way::NegativeCurvature => vec![("below", values.number("below"))],
            _ => Vec::new(),
        };
        Optimizer::new(self.method(), Dialect::Notes, &given, dimension).ok()
    }

    fn rate(self, values: &Values) -> f64 {
        values.number(if self == Way::SaddleFree { "newton-rate" } else { "rate" })
    }
}

/// One way with its run.
#[derive(Clone, Debug)]
pub struct Driven {
    /// The way.
    pub way: Way,
    /// Its run.
    pub run: Run,
    /// The first step at which it is out, having been in; `None` while it stays.
    pub left: Option<usize>,
    /// The same beyond the steps on show, where it stays in all of those.
    pub later: Option<usize>,
    /// Whether it starts outside.
    pub outside: bool,
    /// Whether it is thrown off by steps that are too large, which is no way to leave a saddle.
    pub diverges: bool,
    /// The step at which theory expects it out; `None` where theory has nothing to say.
    pub expected: Option<f64>,
    /// The factor by which a step multiplies the distance along the way out.
    pub factor: Option<f64>,
}

/// Where runs of the table start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Exactly at the saddle.
    Saddle,
    /// On its stable line.
    Line,
    /// Near it.
    Near,
}

impl From {
    /// All three.
    pub const ALL: [From; 3] = [From::Saddle, From::Line, From::Near];

    /// The point of the map.
    pub fn point(self, place: &Place) -> Option<[f64; 2]> {
        let at = place.saddle.as_ref()?.at;
        match self {
            From::Saddle => Some(at),
            From::Line => place.on_line(),
            From::Near => place.near(Some(at)),
        }
    }
}

/// Who leaves from where: for each way and each start the step at which it is out, `None` if it stays; and how many steps
/// each had.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaving {
    /// The steps, in the order of [`Way::ALL`] and [`From::ALL`]; NaN for "stays", else [`NOWHERE`] or [`DIVERGES`].
    pub steps: [[f64; 3]; 5],
}

/// What stands in [`Leaving::steps`] where there is no such start.
pub const NOWHERE: f64 = -1.0;
/// And where the run diverges.
pub const DIVERGES: f64 = -2.0;

/// The five runs from one start.
pub fn runs(values: &Values, place: &Place, start: [f64; 2]) -> Vec<Driven> {
    let steps = values.number("steps").round() as usize;
    let all = Way::ALL.into_iter();
    let driven = |way| {
        let start = place.lift(start);
        let mut driven = drive(values, place, way, &start, steps)?;
        let longer = patience(values, place, way);
        if driven.left.is_none() && !driven.outside && longer > steps {
            driven.later = drive(values, place, way, &start, longer)?.left;
        }
        Some(driven)
    };
    all.filter_map(driven).collect()
}

/// The table, by 15 runs.
pub fn leaving(values: &Values, place: &Place) -> Leaving {
    let mut steps = [[NOWHERE; 3]; 5];
    for (row, way) in steps.iter_mut().zip(Way::ALL) {
        for (cell, from) in row.iter_mut().zip(From::ALL) {
            let Some(start) = from.point(place) else { continue };
            let limit = patience(values, place, way);
            let driven = drive(values, place, way, &place.lift(start), limit);
            *cell = driven.map_or(f64::NAN, |d| match d.left {
                Some(t) => t as f64,
                None if d.diverges => DIVERGES,
                None => f64::NAN,
            });
        }
    }
    Leaving { steps }
}

/// How many steps a run of the table has: as many as bring out what began a millionth of r away, and some to approach. The
/// rounding of numbers (10⁻¹⁶) takes nearly three times as long: it is not to be taken for a way out.
fn patience(values: &Values, place: &Place, way: Way) -> usize {
    let factor = place
        .saddle
        .as_ref()
        .and_then(|s| s.out)
        .zip(way.optimizer(values, 2))
        .and_then(|((lambda, _), optimizer)| escape_factor(&optimizer, lambda, way.rate(values)));
    factor.map_or(350, |factor| (escape_time(1e-6, 1.0, factor) + 15.0).min(500.0) as usize)
}

fn drive(values: &Values, place: &Place, way: Way, start: &[f64], steps: usize) -> Option<Driven> {
    let optimizer = way.optimizer(values, place.layers)?;
    let sigma = values.number("noise");
    let seed = if let Some(Value::Seed(seed)) = values.get("seed") { *seed } else { 0 };
    let rate = way.rate(values);
    let out = place.saddle.as_ref().and_then(|s| s.out);
    let factor = out.and_then(|(lambda, _)| escape_factor(&optimizer, lambda, rate));
    let setup = Setup {
        optimizer,
        schedule: Schedule::constant(rate),
        noise: (way == Way::Noise && sigma > 0.0).then_some(Noise { sigma, seed }),
        delay: 0,
        limits: Limits { steps, size: 1e6 * place.subject.size(), ..Limits::default() },
    };
    let mut oracle = place.oracle();
    let mut run = Run::new(setup, &mut oracle, start);
    run.finish(&mut oracle);
    let diverges = diverges(place, &run);
    let left = if diverges { None } else { left(place, &run) };
    let near = comes_near(place, &run);
    let expected = factor.filter(|_| near).and_then(|factor| expected(values, place, way, start, factor));
    let outside = run.record(0).is_some_and(|r| place.is_out(r.theta, r.loss));
    Some(Driven { way, run, left, later: None, outside, diverges, expected, factor })
}

/// Whether a run ends far away and above the saddle, thrown there by steps that are too large. Where L has no lower bound,
/// far away is below the saddle, and the run has left it.
fn diverges(place: &Place, run: &Run) -> bool {
    let above = |s: &Saddle| run.record(run.steps()).is_some_and(|r| r.loss > s.loss);
    matches!(run.stop(), Some(Stop::Diverged { .. })) && place.saddle.as_ref().is_some_and(above)
}

/// The first step at which a run is out after it was in.
fn left(place: &Place, run: &Run) -> Option<usize> {
    let mut been_in = false;
    for (t, r) in run.records().enumerate() {
        let out = place.is_out(r.theta, r.loss);
        if out && been_in {
            return Some(t);
        }
        been_in |= !out;
    }
    None
}

/// Whether a run comes near the saddle along the stable direction too before it is out: theory is of what happens there.
fn comes_near(place: &Place, run: &Run) -> bool {
    let Some(saddle) = &place.saddle else { return false };
    let [_, v] = saddle.curvature.v;
    let across =
        |theta: &[f64]| theta.iter().zip(saddle.at).zip(v).map(|((w, s), v)| (w - s) * v).sum::<f64>().abs();
    run.records().take_while(|r| !place.is_out(r.theta, r.loss)).any(|r| across(r.theta) <= place.radius)
}

/// The step at which the quadratic model at the saddle has a run out, that starts inside: log(r/δ)/log(factor).
///
/// Injected noise adds its own δ ≈ ησ/√((1 + η·abs(λ))² − 1), an order of magnitude. The negative-curvature step waits
/// until the gradient, which on the stable line shrinks by 1 − ηλ₂ a step, is at most ε, and then adds η·abs(λ).
fn expected(values: &Values, place: &Place, way: Way, start: &[f64], factor: f64) -> Option<f64> {
    let saddle = place.saddle.as_ref()?;
    let (lambda, _) = saddle.out?;
    let delta = place.delta(start)?;
    let radius = place.radius;
    if delta >= radius {
        return None;
    }
    let eta = way.rate(values);
    match way {
        Way::Noise => {
            let own = eta * values.number("noise") / (factor * factor - 1.0).sqrt();
            Some(escape_time(delta.hypot(own), radius, factor))
        }
        Way::NegativeCurvature => {
            let plain = escape_time(delta, radius, factor);
            let [_, v] = saddle.curvature.v;
            let along = start.iter().zip(saddle.at).zip(v).map(|((w, s), v)| (w - s) * v).sum::<f64>();
            let [_, steep] = saddle.curvature.lambda;
            let kept = (1.0 - eta * steep).abs();
            let below = values.number("below");
            let slope = (steep * along).abs();
            let wait = if slope <= below { 0.0 } else { ((slope / below).ln() / -kept.ln()).ceil() };
            let push = eta * -lambda;
            // On the way the distance grows, and with it the gradient: past ε there is no such step.
            let by_then = delta * factor.powf(wait);
            let mut at = by_then;
            let mut steps = wait;
            while at * -lambda <= below && at < radius && steps < 1e4 {
                at = factor * at + push;
                steps += 1.0;
            }
            let jumped = steps + escape_time(at, radius, factor);
            Some(if wait.is_finite() { jumped.min(plain) } else { plain })
        }
        _ => Some(escape_time(delta, radius, factor)).filter(|t| t.is_finite()),
    }
}

/// ‖g‖ at the start, at its least, and at its greatest after that, if it shrank and rose again before the run left for
/// good.
pub fn dip(driven: &Driven) -> Option<[f64; 3]> {
    let end = driven.left.unwrap_or(driven.run.steps()).min(driven.run.steps());
    let norms: Vec<f64> = driven.run.records().map(|r| r.norm).collect();
    let (low, least) = norms.iter().take(end + 1).copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let most = norms.get(low..)?.iter().copied().fold(0.0, f64::max);
    Some([*norms.first()?, least, most])
}
