//! The optimiser and Newton files: from their equations and hyper-parameters to our methods.

use super::calls::Call;
use super::json::{Given, array, list, number, numbers, text};
use super::names;
use super::tally::{Case, Tally};
use saddlescope::loss::Loss;
use saddlescope::optimizer::{
    Dialect, Family, Limits, Method, Optimizer, Oracle, Run, Schedule, Setup, Stop,
};
use serde_json::Value;

/// Methods of the frameworks that are not offered, and options of those that are, by their names in small letters, and
/// why.
const NOT_OFFERED: &[(&[&str], &str)] = &[
    (
        &["ftrl"],
        "Ftrl serves sparse linear models; its first step forgets the start, which no picture explains",
    ),
    (
        &["asgd", "polyak_averaging", "use_ema"],
        "averages of the path: their point is the average and not the path",
    ),
    (
        &["strong_wolfe", "optax.lbfgs"],
        "L-BFGS with a line search: a step is many evaluations; the fixed step length is offered",
    ),
    (
        &[
            "yogi",
            "adabelief",
            "adan",
            "novograd",
            "adopt",
            "acprop",
            "ademamix",
            "simplified_ademamix",
            "madgrad",
        ],
        "Adam with other moments, rare in practice",
    ),
    (
        &["adafactor", "sm3", "muon", "galore", "lamb", "lars", "fromage"],
        "made for the layers or the memory of large networks; of two numbers in the plane there are no layers",
    ),
    (
        &["sparseadam", "lossscaleoptimizer", "multioptimizer", "multi_transform"],
        "wrappers, and sparse gradients",
    ),
    (
        &["optimistic_gradient_descent", "optimistic_adam", "optimistic_adam_v2"],
        "for games of two players and not for descent",
    ),
    (
        &[
            "schedulefreeadamw",
            "schedule_free_adamw",
            "schedule_free_sgd",
            "schedule_free",
            "cocob",
            "dadapt_adamw",
            "dog",
            "dowg",
            "mechanize",
            "momo",
            "momo_adam",
            "prodigy",
            "polyak_sgd",
        ],
        "methods that choose their own rate; here the rate is what is looked at",
    ),
    (&["sign_sgd", "signum"], "Lion with β₁ = 0, and with β₁ = β₂"),
    (&["sam", "sophia", "hutchinson_estimator_diag_hessian"], "several gradients a step"),
    (&["noisy_sgd", "dpsgd"], "noise from the framework's own generator; noise is offered with our own"),
    (
        &["clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps", "loss_scale_factor"],
        "gradients that are clipped, gathered or scaled before the method sees them",
    ),
];

/// Which of [`NOT_OFFERED`] an entry is: by the name of its equation, else by its call, or by an option that is on.
fn not_offered(entry: &Value) -> Result<Option<usize>, String> {
    let call = Call::read(text(entry, "call")?)?;
    let mut names = vec![call.name().to_lowercase(), format!("{}.{}", call.framework(), call.name())];
    names.extend(call.options());
    names.extend(entry.get("ref").and_then(|r| r.get(0)).and_then(Value::as_str).map(str::to_lowercase));
    let named = |list: &[&str]| list.iter().any(|name| names.iter().any(|own| own == name));
    Ok(NOT_OFFERED.iter().position(|(list, _)| named(list)))
}

/// `torch_`, `keras_`, `optax_optimizers.json`: the trajectories, up to `reliable_steps`.
pub fn optimizers(data: &Value, tally: &mut Tally) -> Result<(), String> {
    let mut left_out = vec![0; NOT_OFFERED.len()];
    for entry in list(data, "cases")? {
        match not_offered(entry) {
            Ok(Some(i)) => left_out[i] += 1,
            Ok(None) => tally.case(text(entry, "id")?, |case| trajectory(case, entry)),
            Err(message) => tally.case(text(entry, "id")?, |_| Err(message)),
        }
    }
    for (count, (_, reason)) in left_out.into_iter().zip(NOT_OFFERED) {
        tally.skip(count, *reason);
    }
    Ok(())
}

/// `newton.json`: full steps, up to `reliable_steps`.
pub fn newton(data: &Value, tally: &mut Tally) -> Result<(), String> {
    for entry in list(data, "cases")? {
        tally.case(text(entry, "id")?, |case| {
            let method = match text(entry, "method")? {
                "newton" => Method::Newton,
                "saddle_free" => Method::SaddleFreeNewton,
                other => return Err(format!("cannot run: no method {other}")),
            };
            let optimizer = Optimizer::new(method, Dialect::Notes, &[], 2).map_err(|e| e.to_string())?;
            for (way, loss) in losses(entry, "loss")? {
                let schedule = Schedule::constant(1.0);
                let course = Course { optimizer: optimizer.clone(), schedule, sign: 1.0 };
                follow(case, way, entry, "iterates", &loss, course)?;
            }
            Ok(())
        });
    }
    Ok(())
}

/// The loss named in the field, as a landscape, and by its formula where the entry has one.
fn losses(entry: &Value, name: &str) -> Result<Vec<(&'static str, Loss)>, String> {
    let name = text(entry, name)?;
    let mut ways = Vec::new();
    if let Some(formula) = entry.get("expr").and_then(Value::as_str) {
        ways.push(("formula", Loss::parse(formula).map_err(|e| format!("{formula} refused: {e}"))?));
    }
    ways.extend(names::loss_of(name).map(|loss| ("landscape", loss)));
    if ways.is_empty() { Err(format!("cannot run: no loss {name}")) } else { Ok(ways) }
}

/// Runs one trajectory and compares every point.
fn trajectory(case: &mut Case, entry: &Value) -> Result<(), String> {
    let lr = number(entry, "lr")?;
    let (method, dialect, parameters) = optimizer(entry)?;
    let sign = if ascends(entry)? { -1.0 } else { 1.0 };
    let given: Vec<(&str, f64)> = parameters.iter().map(|(id, value)| (*id, *value)).collect();
    let optimizer = Optimizer::new(method, dialect, &given, 2).map_err(|e| format!("cannot run: {e}"))?;
    let schedule = match entry.get("gamma").and_then(Value::as_f64) {
        Some(gamma) => {
            let given = [("rate", lr), ("period", 1.0), ("factor", gamma)];
            Schedule::new(Family::Exponential, Dialect::Notes, &given).map_err(|e| e.to_string())?
        }
        None => Schedule::constant(lr),
    };
    for (way, loss) in losses(entry, "problem")? {
        let course = Course { optimizer: optimizer.clone(), schedule: schedule.clone(), sign };
        follow(case, way, entry, "traj", &loss, course)?;
    }
    Ok(())
}

/// How a run goes on; `sign` is −1 where it goes up the loss (PyTorch's `maximize`).
struct Course {
    optimizer: Optimizer,
    schedule: Schedule,
    sign: f64,
}

/// Whether the entry asks to go up.
fn ascends(entry: &Value) -> Result<bool, String> {
    let on = |parameters: &Value| parameters.get("maximize").and_then(Value::as_bool) == Some(true);
    let written = entry.get("ref").and_then(|r| r.get(1)).is_some_and(on);
    Ok(written || Call::read(text(entry, "call")?)?.options().any(|name| name == "maximize"))
}

/// ±L.
struct Signed<'a> {
    loss: &'a Loss,
    sign: f64,
}

impl Oracle for Signed<'_> {
    fn dimension(&self) -> usize {
        2
    }
    fn value(&mut self, at: &[f64]) -> f64 {
        self.sign * Oracle::value(&mut self.loss, at)
    }
    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        let value = Oracle::gradient(&mut self.loss, at, out);
        out.iter_mut().for_each(|d| *d *= self.sign);
        self.sign * value
    }
    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        Oracle::hessian(&mut self.loss, at, out);
        out.iter_mut().for_each(|d| *d *= self.sign);
    }
}

/// Compares a run with the points in the field `points`, up to `reliable_steps`.
fn follow(
    case: &mut Case,
    way: &str,
    entry: &Value,
    points: &str,
    loss: &Loss,
    course: Course,
) -> Result<(), String> {
    let Course { optimizer, schedule, sign } = course;
    let points: Vec<Vec<f64>> = list(entry, points)?.iter().map(numbers).collect::<Result<_, _>>()?;
    let reliable = number(entry, "reliable_steps")? as usize;
    let limits = Limits { steps: reliable.min(points.len() - 1), size: f64::INFINITY, ..Limits::default() };
    let setup = Setup { optimizer, schedule, noise: None, delay: 0, limits };
    let mut oracle = Signed { loss, sign };
    let mut run = Run::new(setup, &mut oracle, &array::<2>(entry, "start")?);
    run.finish(&mut oracle);
    case.expect(run.stop() == Some(Stop::Steps), || {
        format!("{way}: stopped at {}: {:?}", run.steps(), run.stop())
    });
    for (t, (own, exact)) in run.records().zip(&points).enumerate() {
        let size = exact.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
        for (value, reference) in own.theta.iter().zip(exact) {
            // The files call a step reliable when their own rounding is within 1e-9·(1 + |θ|); ten times that, as for
            // the other files, and the 1e-7 relative that they ask for.
            case.near(&format!("{way} θ({t})"), *value, *reference, 1e-7 * size + 1e-8);
        }
    }
    Ok(())
}

/// The framework of an entry, by the call that made it.
fn dialect(call: &Call) -> Result<Dialect, String> {
    match call.framework() {
        "torch" => Ok(Dialect::Pytorch),
        "keras" => Ok(Dialect::Keras),
        "optax" => Ok(Dialect::Optax),
        _ => Err(format!("cannot run: whose call is {}?", call.function)),
    }
}

type Chosen = (Method, Dialect, Vec<(&'static str, f64)>);

/// The method, dialect and parameters of an entry's `ref`, or of its call where it has none.
fn optimizer(entry: &Value) -> Result<Chosen, String> {
    let call = Call::read(text(entry, "call")?)?;
    let dialect = dialect(&call)?;
    let written = entry.get("ref").and_then(|r| {
        let parameters = r.get(1).and_then(Value::as_object).cloned().unwrap_or_default();
        Some((r.get(0)?.as_str()?.to_string(), parameters))
    });
    let (name, parameters) =
        written.or_else(|| call.reference()).ok_or("cannot run: no ref, and an unknown call")?;
    let mut given = Given(parameters);
    given.0.remove("lr");
    given.0.remove("maximize"); // see `ascends`
    let mut out = Vec::new();
    let form = given.text("form");
    let decoupled = given.flag("decoupled");
    let amsgrad = given.flag("amsgrad");
    let nesterov = given.flag("nesterov");
    let mu = given.number("mu")?;
    let method = match name.as_str() {
        "sgd" if nesterov => Method::Nesterov,
        "sgd" if mu.unwrap_or(0.0) != 0.0 => Method::Momentum,
        "sgd" => Method::GradientDescent,
        "adagrad" => Method::AdaGrad,
        "rmsprop" => Method::RmsProp,
        "adadelta" => Method::Adadelta,
        "adam" if nesterov => Method::Nadam,
        "adam" if decoupled && (dialect != Dialect::Keras || !amsgrad) => Method::AdamW,
        "adam" if amsgrad => Method::AmsGrad,
        "adam" => Method::Adam,
        "adamax" => Method::Adamax,
        "nadam" => Method::Nadam,
        "radam" => Method::RAdam,
        "lion" => Method::Lion,
        "rprop" | "rprop_optax" | "optax_rprop" => Method::Rprop,
        "lbfgs" => Method::Lbfgs,
        other => return Err(format!("cannot run: no equations {other}")),
    };
    if method == Method::Nesterov || method == Method::Momentum || mu.is_some_and(|mu| mu != 0.0) {
        out.push(("momentum", mu.unwrap_or(0.0)));
    }
    let numbers = [
        ("b1", "beta1"),
        ("b2", "beta2"),
        ("eps", "epsilon"),
        ("eps_root", "epsilon-root"),
        ("rho", "rho"),
        ("acc0", "initial-accumulator"),
        ("initial_scale", "initial-accumulator"),
        ("lr_decay", "rate-decay"),
        ("psi", "momentum-decay"),
        ("threshold", "threshold"),
        ("damp", "dampening"),
        ("em", "shrink"),
        ("ep", "grow"),
        ("smin", "smallest"),
        ("smax", "largest"),
        ("hist", "history"),
        ("tol_g", "gradient-tolerance"),
        ("tol_c", "change-tolerance"),
    ];
    for (theirs, ours) in numbers {
        if let Some(value) = given.number(theirs)? {
            let fixed = method == Method::Nadam && ours == "momentum-decay" && dialect == Dialect::Keras;
            if fixed && value != 1.0 {
                return Err("cannot run: Keras has ψ = 1".into());
            }
            // A value that the dialect fixes at what is given needs no parameter.
            let known = method.parameters(dialect).any(|p| p.id == ours);
            if known || (value != 0.0 && !fixed) {
                out.push((ours, value));
            }
        }
    }
    if let Some(decay) = given.number("wd")? {
        let own = method == Method::AdamW
            || method == Method::Lion
            || dialect == Dialect::Keras
            || (dialect == Dialect::Optax && matches!(method, Method::Nadam | Method::Adamax));
        match method {
            Method::Nadam | Method::RAdam if dialect == Dialect::Pytorch => {
                out.push(("decoupled", f64::from(decoupled)));
            }
            Method::GradientDescent => {} // both kinds are the same
            _ if own != decoupled && decay != 0.0 => {
                return Err("cannot run: weight decay of another kind".into());
            }
            _ => {}
        }
        out.push(("weight-decay", decay));
    } else if method.parameters(dialect).any(|p| p.id == "weight-decay") {
        out.push(("weight-decay", 0.0)); // what the files leave out is off, whatever our default
    }
    match method {
        Method::AdamW if amsgrad => out.push(("amsgrad", 1.0)),
        Method::RmsProp => {
            if given.flag("centered") {
                out.push(("centred", 1.0));
            }
            if given.flag("bias_correction") {
                out.push(("bias-correction", 1.0));
            }
            if nesterov {
                out.push(("nesterov", 1.0));
            }
            let inside = given.flag("lr_inside");
            if mu.is_some_and(|mu| mu != 0.0) && inside != (dialect != Dialect::Pytorch) {
                return Err("cannot run: the rate stands elsewhere in this dialect".into());
            }
        }
        _ => {}
    }
    if matches!(method, Method::RmsProp | Method::AdaGrad) {
        let inside = given.flag("eps_in");
        match (method, dialect) {
            (Method::RmsProp, Dialect::Optax) => out.push(("epsilon-in-root", f64::from(inside))),
            _ if inside == (dialect != Dialect::Pytorch) => {}
            _ => return Err("cannot run: ε stands elsewhere in this dialect".into()),
        }
    }
    // The form must be the dialect's own; where forms coincide the files leave it out or name another framework.
    let fits = match form.as_deref() {
        None => true,
        Some("keras") => dialect == Dialect::Keras,
        Some("optax") => dialect == Dialect::Optax,
        // Its one-step-late form has no name that we know.
        Some(_) if method == Method::Rprop => dialect == Dialect::Optax,
        Some("torch") => {
            dialect == Dialect::Pytorch || (dialect == Dialect::Optax && method == Method::Adamax)
        }
        Some(other) => return Err(format!("cannot run: no form {other}")),
    };
    if !fits {
        return Err(format!("cannot run: {form:?} in {}", dialect.id()));
    }
    given.nothing_left()?;
    Ok((method, dialect, out))
}
