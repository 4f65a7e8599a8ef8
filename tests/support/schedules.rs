//! The schedule files: from a framework's schedule and its parameters to ours.

use super::json::{Given, field, list, numbers, text};
use super::tally::Tally;
use saddlescope::optimizer::{Dialect, Family, Schedule};
use serde_json::Value;

/// Schedules of the frameworks that are not offered, by family, and why.
const NOT_OFFERED: &[(&[&str], &str)] = &[
    (&["LambdaLR", "MultiplicativeLR"], "a schedule that is code"),
    (&["ReduceLROnPlateau"], "a rate that depends on the losses and not on t alone"),
    (
        &["SequentialLR", "ChainedScheduler", "join_schedules"],
        "schedules put together; warm-up and cosine is offered",
    ),
    (
        &[
            "constant_schedule",
            "cosine_decay_schedule",
            "cosine_onecycle_schedule",
            "exponential_decay",
            "linear_onecycle_schedule",
            "linear_schedule",
            "piecewise_constant_schedule",
            "piecewise_interpolate_schedule",
            "polynomial_schedule",
            "sgdr_schedule",
            "warmup_constant_schedule",
            "warmup_cosine_decay_schedule",
            "warmup_exponential_decay_schedule",
        ],
        "optax's schedules: the forms are those of the others, and their rates have 32 bits",
    ),
];

/// `schedules.json`: the rate (and the momentum) at each step.
pub fn schedules(data: &Value, tally: &mut Tally) -> Result<(), String> {
    let mut left_out = vec![0; NOT_OFFERED.len()];
    for entry in list(data, "cases")? {
        let family = text(entry, "family")?;
        if let Some(i) = NOT_OFFERED.iter().position(|(families, _)| families.contains(&family)) {
            left_out[i] += 1;
            continue;
        }
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
    for (count, (_, reason)) in left_out.into_iter().zip(NOT_OFFERED) {
        tally.skip(count, *reason);
    }
    Ok(())
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
            let base = given.number("base")?.ok_or("cannot run: no base")?;
            let factor = given.number("factor")?.unwrap_or(1.0 / 3.0);
            let total = given.number("total_iters")?.unwrap_or(5.0);
            given.nothing_left()?;
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
            let mut milestones = list_of(&mut given, "milestones")?.ok_or("cannot run: no milestones")?;
            milestones.sort_by(f64::total_cmp);
            let base = given.number("base")?.ok_or("cannot run: no base")?;
            let gamma = given.number("gamma")?.unwrap_or(0.1);
            given.nothing_left()?;
            let mut last: Vec<f64> = milestones.iter().map(|t| t - 1.0).collect();
            last.dedup(); // a milestone that stands twice counts twice
            let passed = |end: f64| milestones.iter().filter(|t| **t - 1.0 < end).count() as i32;
            let ends = last.iter().copied().chain([f64::INFINITY]);
            let rates: Vec<f64> = ends.map(|end| base * gamma.powi(passed(end))).collect();
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
            if given.0.get("warmup_target").is_none_or(Value::is_null) {
                given.0.remove("warmup_steps"); // without a target there is no warm-up, whatever its length
            }
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
            given.0.remove("cycle_momentum"); // an entry without it has no momenta to compare
            if let (Some(epochs), Some(each)) = (given.number("epochs")?, given.number("steps_per_epoch")?) {
                out.push(("period", epochs * each));
            }
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
            given.0.remove("cycle_momentum");
            let up = given.number("step_size_up")?.unwrap_or(2000.0);
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
