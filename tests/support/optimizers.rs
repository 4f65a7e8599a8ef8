//! The optimiser, Newton and schedule files: from their equations and hyper-parameters to our methods.

use super::json::{array, field, list, number, numbers, text};
use super::names;
use super::tally::{Case, Tally};
use saddlescope::loss::Loss;
use saddlescope::optimizer::{Dialect, Family, Limits, Method, Optimizer, Run, Schedule, Setup, Stop};
use serde_json::{Map, Value};

/// Methods of the reference files that are not offered, by the name of their equations, and why.
const NOT_OFFERED: &[(&str, &str)] = &[
    ("ftrl", "Ftrl serves sparse linear models; its first step forgets the start, which no picture explains"),
    ("yogi", "Yogi: Adam with another second moment, rare in practice"),
    ("adabelief", "AdaBelief: Adam with another second moment, rare in practice"),
    ("asgd", "averaged SGD: its point is the average of the path and not the path"),
    (
        "lbfgs_wolfe",
        "L-BFGS with a Wolfe search: a step is many evaluations; the fixed step length is offered",
    ),
];

/// `torch_`, `keras_`, `optax_optimizers.json`: the trajectories, up to `reliable_steps`.
pub fn optimizers(data: &Value, tally: &mut Tally) -> Result<(), String> {
    let mut left_out = vec![0; NOT_OFFERED.len()];
    for entry in list(data, "cases")? {
        let equation = entry.get("ref").and_then(|r| r.get(0)).and_then(Value::as_str);
        let wolfe = text(entry, "call")?.contains("strong_wolfe");
        let name = if wolfe { "lbfgs_wolfe" } else { equation.unwrap_or_default() };
        if let Some(i) = NOT_OFFERED.iter().position(|(n, _)| *n == name) {
            left_out[i] += 1;
            continue;
        }
        tally.case(text(entry, "id")?, |case| trajectory(case, entry));
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
                follow(case, way, entry, "iterates", &loss, optimizer.clone(), Schedule::constant(1.0))?;
            }
            Ok(())
        });
    }
    Ok(())
}

/// `schedules.json`: the rate (and the momentum) at each step.
pub fn schedules(data: &Value, tally: &mut Tally) -> Result<(), String> {
    for entry in list(data, "cases")? {
        tally.case(text(entry, "id")?, |case| {
            let schedule = schedule(entry)?;
            let reference = numbers(field(entry, "lr")?)?;
            let peak = reference.iter().fold(0.0, |peak: f64, rate| peak.max(rate.abs()));
            let skipped =
                entry.get("disagrees_with_closed_form_at").map(numbers).transpose()?.unwrap_or_default();
            let momenta = entry.get("momentum").map(numbers).transpose()?;
            for (t, exact) in reference.iter().enumerate().filter(|(t, _)| !skipped.contains(&(*t as f64))) {
                let own = schedule.at(t as f64);
                case.near(&format!("η({t})"), own.rate, *exact, 1e-9 * exact.abs() + 1e-15 * peak);
                if let Some(exact) = momenta.as_ref().and_then(|m| m.get(t)) {
                    case.near(
                        &format!("β({t})"),
                        own.momentum.unwrap_or(f64::NAN),
                        *exact,
                        1e-9 * exact.abs(),
                    );
                }
            }
            case.expect(!reference.is_empty(), || "is empty".into());
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
        follow(case, way, entry, "traj", &loss, optimizer.clone(), schedule.clone())?;
    }
    Ok(())
}

/// Compares a run with the points in the field `points`, up to `reliable_steps`.
fn follow(
    case: &mut Case,
    way: &str,
    entry: &Value,
    points: &str,
    loss: &Loss,
    optimizer: Optimizer,
    schedule: Schedule,
) -> Result<(), String> {
    let points: Vec<Vec<f64>> = list(entry, points)?.iter().map(numbers).collect::<Result<_, _>>()?;
    let reliable = number(entry, "reliable_steps")? as usize;
    let limits = Limits { steps: reliable.min(points.len() - 1), size: f64::INFINITY, ..Limits::default() };
    let setup = Setup { optimizer, schedule, noise: None, delay: 0, limits };
    let mut run = Run::new(setup, &mut &*loss, &array::<2>(entry, "start")?);
    run.finish(&mut &*loss);
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

/// Hyper-parameters that are taken out as they are understood, so that none is passed over.
struct Given(Map<String, Value>);

impl Given {
    fn number(&mut self, name: &str) -> Result<Option<f64>, String> {
        let Some(value) = self.0.remove(name).filter(|v| !v.is_null()) else { return Ok(None) };
        value.as_f64().map(Some).ok_or_else(|| format!("cannot run: {name} is no number"))
    }

    fn flag(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some_and(|v| v.as_bool() == Some(true) || v.as_f64().is_some_and(|x| x != 0.0))
    }

    fn text(&mut self, name: &str) -> Option<String> {
        Some(self.0.remove(name)?.as_str()?.to_string())
    }

    fn nothing_left(self) -> Result<(), String> {
        let names: Vec<&String> = self.0.keys().collect();
        if names.is_empty() { Ok(()) } else { Err(format!("cannot run: unknown hyper-parameters {names:?}")) }
    }
}

/// The framework of an entry, by the call that made it.
fn dialect(entry: &Value) -> Result<Dialect, String> {
    let call = text(entry, "call")?;
    let known = [("torch", Dialect::Pytorch), ("keras", Dialect::Keras), ("optax", Dialect::Optax)];
    let found = known.into_iter().find(|(name, _)| call.trim_start().starts_with(name));
    found.map(|(_, dialect)| dialect).ok_or_else(|| format!("cannot run: whose call is {call}?"))
}

type Chosen = (Method, Dialect, Vec<(&'static str, f64)>);

/// The method, dialect and parameters of an entry's `ref`.
fn optimizer(entry: &Value) -> Result<Chosen, String> {
    let dialect = dialect(entry)?;
    let reference = field(entry, "ref")?;
    let name = reference.get(0).and_then(Value::as_str).ok_or("cannot run: ref has no name")?;
    let mut given = Given(reference.get(1).and_then(Value::as_object).cloned().unwrap_or_default());
    given.0.remove("lr");
    let mut out = Vec::new();
    let form = given.text("form");
    let decoupled = given.flag("decoupled");
    let amsgrad = given.flag("amsgrad");
    let nesterov = given.flag("nesterov");
    let mu = given.number("mu")?;
    let method = match name {
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

/// The schedule of an entry's `family` and `params`.
fn schedule(entry: &Value) -> Result<Schedule, String> {
    let params = field(entry, "params")?.as_object().cloned().ok_or("cannot run: params")?;
    let mut given = Given(params);
    let list_of = |given: &mut Given, name: &str| given.0.remove(name).as_ref().map(numbers).transpose();
    let mut out: Vec<(&'static str, f64)> = Vec::new();
    let family = text(entry, "family")?;
    let (ours, dialect, table): (Family, Dialect, &[(&str, &'static str)]) = match family {
        "exp10" => (Family::PowerOfTen, Dialect::Notes, &[("eta0", "rate"), ("r", "period")]),
        "ConstantLR" => {
            let [base, factor, total] = ["base", "factor", "total_iters"].map(|name| {
                given.number(name).and_then(|v| v.ok_or_else(|| format!("cannot run: no {name}")))
            });
            let (base, factor, total) = (base?, factor?, total?);
            return Schedule::piecewise(&[total - 1.0], &[base * factor, base]).map_err(|e| e.to_string());
        }
        "StepLR" => {
            (Family::Step, Dialect::Notes, &[("base", "rate"), ("step_size", "period"), ("gamma", "factor")])
        }
        "ExponentialLR" => {
            out.push(("period", 1.0));
            (Family::Exponential, Dialect::Notes, &[("base", "rate"), ("gamma", "factor")])
        }
        "MultiStepLR" => {
            let milestones = list_of(&mut given, "milestones")?.ok_or("cannot run: no milestones")?;
            let base = given.number("base")?.ok_or("cannot run: no base")?;
            let gamma = given.number("gamma")?.unwrap_or(0.1);
            let rates: Vec<f64> = (0..=milestones.len()).map(|i| base * gamma.powi(i as i32)).collect();
            let last: Vec<f64> = milestones.iter().map(|t| t - 1.0).collect();
            given.nothing_left()?;
            return Schedule::piecewise(&last, &rates).map_err(|e| e.to_string());
        }
        "PiecewiseConstantDecay" => {
            let boundaries = list_of(&mut given, "boundaries")?.ok_or("cannot run: no boundaries")?;
            let values = list_of(&mut given, "values")?.ok_or("cannot run: no values")?;
            given.nothing_left()?;
            return Schedule::piecewise(&boundaries, &values).map_err(|e| e.to_string());
        }
        "ExponentialDecay" | "InverseTimeDecay" => {
            let ours = if family == "InverseTimeDecay" { Family::InverseTime } else { Family::Exponential };
            out.push(("staircase", f64::from(given.flag("staircase"))));
            (ours, Dialect::Notes, &[("base", "rate"), ("decay_steps", "period"), ("decay_rate", "factor")])
        }
        "PolynomialLR" => (
            Family::Polynomial,
            Dialect::Notes,
            &[("base", "rate"), ("total_iters", "period"), ("power", "power")],
        ),
        "PolynomialDecay" => {
            out.push(("cycle", f64::from(given.flag("cycle"))));
            let table = &[("base", "rate"), ("decay_steps", "period"), ("end", "end"), ("power", "power")];
            (Family::Polynomial, Dialect::Notes, table)
        }
        "CosineAnnealingLR" => {
            (Family::Cosine, Dialect::Pytorch, &[("base", "rate"), ("T_max", "period"), ("eta_min", "end")])
        }
        "CosineDecay" => {
            let table = &[
                ("base", "rate"),
                ("decay_steps", "period"),
                ("alpha", "alpha"),
                ("warmup_target", "target"),
                ("warmup_steps", "warm-up"),
            ];
            (Family::Cosine, Dialect::Keras, table)
        }
        "CosineAnnealingWarmRestarts" => {
            let table =
                &[("base", "rate"), ("T_0", "period"), ("T_mult", "period-factor"), ("eta_min", "end")];
            (Family::WarmRestarts, Dialect::Pytorch, table)
        }
        "CosineDecayRestarts" => {
            let table = &[
                ("base", "rate"),
                ("first_decay_steps", "period"),
                ("t_mul", "period-factor"),
                ("m_mul", "height-factor"),
                ("alpha", "alpha"),
            ];
            (Family::WarmRestarts, Dialect::Keras, table)
        }
        "LinearLR" => {
            let table = &[
                ("base", "rate"),
                ("total_iters", "period"),
                ("start_factor", "from"),
                ("end_factor", "to"),
            ];
            (Family::WarmUp, Dialect::Notes, table)
        }
        "warmup+cosine" => {
            let table = &[
                ("base", "rate"),
                ("warmup", "warm-up"),
                ("start_factor", "from"),
                ("T_max", "period"),
                ("eta_min", "end"),
            ];
            (Family::WarmUpCosine, Dialect::Pytorch, table)
        }
        "OneCycleLR" => {
            let strategy = given.text("anneal_strategy");
            out.push(("linear", f64::from(strategy.as_deref() == Some("linear"))));
            out.push(("three-phases", f64::from(given.flag("three_phase"))));
            let table = &[
                ("max_lr", "rate"),
                ("total_steps", "period"),
                ("pct_start", "rise"),
                ("div_factor", "start-divisor"),
                ("final_div_factor", "end-divisor"),
                ("base_momentum", "least-momentum"),
                ("max_momentum", "greatest-momentum"),
            ];
            (Family::OneCycle, Dialect::Pytorch, table)
        }
        "CyclicLR" => {
            match given.text("mode").as_deref() {
                None | Some("triangular") => {
                    given.0.remove("gamma");
                }
                Some("triangular2") => {
                    given.0.remove("gamma");
                    out.push(("cycle-factor", 0.5));
                }
                Some("exp_range") => {}
                Some(other) => return Err(format!("cannot run: no mode {other}")),
            }
            let up = given.number("step_size_up")?.ok_or("cannot run: no step_size_up")?;
            out.push(("up", up));
            out.push(("down", given.number("step_size_down")?.unwrap_or(up)));
            (
                Family::Cyclic,
                Dialect::Pytorch,
                &[("base_lr", "rate"), ("max_lr", "peak"), ("gamma", "factor")],
            )
        }
        other => return Err(format!("cannot run: no family {other}")),
    };
    for (theirs, ours) in table {
        if let Some(value) = given.number(theirs)? {
            out.push((ours, value));
        }
    }
    given.nothing_left()?;
    Schedule::new(ours, dialect, &out).map_err(|e| e.to_string())
}
