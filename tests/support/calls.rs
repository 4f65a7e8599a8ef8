//! Reading the calls by which a framework's optimiser was made, such as `torch.optim.SGD([p], lr=0.1, momentum=0.9)`:
//! from names, positions and defaults to the names that the oracle files give to equations and hyper-parameters.

use serde_json::{Map, Number, Value};

/// A call as it is written: the function and its arguments.
pub struct Call {
    /// `torch.optim.SGD`.
    pub function: String,
    positional: Vec<Value>,
    named: Map<String, Value>,
}

/// What the files call an equation: its name and hyper-parameters.
pub type Reference = (String, Map<String, Value>);

/// The functions, the equations they are, their arguments in order with defaults, and behind the bar what is fixed.
/// An argument without a default is the rate or does not bear on the path.
const SIGNATURES: &[(&str, &str, &str)] = &[
    ("torch.optim.SGD", "sgd", "p lr momentum=0 dampening=0 weight_decay=0 nesterov=False"),
    (
        "torch.optim.Adagrad",
        "adagrad",
        "p lr lr_decay=0 weight_decay=0 initial_accumulator_value=0 eps=1e-10 | eps_in=False",
    ),
    (
        "torch.optim.RMSprop",
        "rmsprop",
        "p lr alpha=0.99 eps=1e-8 weight_decay=0 momentum=0 centered=False | eps_in=False",
    ),
    ("torch.optim.Adadelta", "adadelta", "p lr rho=0.9 eps=1e-6 weight_decay=0"),
    ("torch.optim.Adam", "adam", "p lr betas=(0.9,0.999) eps=1e-8 weight_decay=0 amsgrad=False"),
    ("torch.optim.AdamW", "adam", "p lr betas=(0.9,0.999) eps=1e-8 weight_decay=0.01 amsgrad=False"),
    ("torch.optim.Adamax", "adamax", "p lr betas=(0.9,0.999) eps=1e-8 weight_decay=0 | form='torch'"),
    (
        "torch.optim.NAdam",
        "nadam",
        "p lr betas=(0.9,0.999) eps=1e-8 weight_decay=0 momentum_decay=0.004 decoupled_weight_decay=False",
    ),
    (
        "torch.optim.RAdam",
        "radam",
        "p lr betas=(0.9,0.999) eps=1e-8 weight_decay=0 decoupled_weight_decay=False",
    ),
    ("torch.optim.Rprop", "rprop", "p lr etas=(0.5,1.2) step_sizes=(1e-6,50)"),
    (
        "torch.optim.LBFGS",
        "lbfgs",
        "p lr max_iter max_eval tolerance_grad=1e-7 tolerance_change=1e-9 history_size=100 line_search_fn",
    ),
    ("keras.optimizers.SGD", "sgd", "lr momentum=0 nesterov=False weight_decay=None | form='keras'"),
    (
        "keras.optimizers.Adagrad",
        "adagrad",
        "lr initial_accumulator_value=0.1 epsilon=1e-7 weight_decay=None | eps_in=True",
    ),
    (
        "keras.optimizers.RMSprop",
        "rmsprop",
        "lr rho=0.9 momentum=0 epsilon=1e-7 centered=False weight_decay=None | eps_in=True lr_inside=True",
    ),
    ("keras.optimizers.Adadelta", "adadelta", "lr rho=0.95 epsilon=1e-7 weight_decay=None"),
    (
        "keras.optimizers.Adam",
        "adam",
        "lr beta_1=0.9 beta_2=0.999 epsilon=1e-7 amsgrad=False weight_decay=None | form='keras'",
    ),
    (
        "keras.optimizers.AdamW",
        "adam",
        "lr weight_decay=0.004 beta_1=0.9 beta_2=0.999 epsilon=1e-7 amsgrad=False | form='keras'",
    ),
    (
        "keras.optimizers.Adamax",
        "adamax",
        "lr beta_1=0.9 beta_2=0.999 epsilon=1e-7 weight_decay=None | form='keras'",
    ),
    (
        "keras.optimizers.Nadam",
        "nadam",
        "lr beta_1=0.9 beta_2=0.999 epsilon=1e-7 weight_decay=None | psi=1.0 form='keras'",
    ),
    ("keras.optimizers.Lion", "lion", "lr beta_1=0.9 beta_2=0.99 weight_decay=None"),
    ("optax.sgd", "sgd", "lr momentum=None nesterov=False accumulator_dtype"),
    ("optax.adagrad", "adagrad", "lr initial_accumulator_value=0.1 eps=1e-7 | eps_in=True"),
    (
        "optax.rmsprop",
        "rmsprop",
        "lr decay=0.9 eps=1e-8 initial_scale=0 eps_in_sqrt=True centered=False momentum=None nesterov=False \
         bias_correction=False | lr_inside=True",
    ),
    ("optax.adadelta", "adadelta", "lr rho=0.9 eps=1e-6 weight_decay=0"),
    ("optax.adam", "adam", "lr b1=0.9 b2=0.999 eps=1e-8 eps_root=0 mu_dtype nesterov=False"),
    (
        "optax.adamw",
        "adam",
        "lr b1=0.9 b2=0.999 eps=1e-8 eps_root=0 mu_dtype weight_decay=1e-4 mask nesterov=False",
    ),
    ("optax.amsgrad", "adam", "lr b1=0.9 b2=0.999 eps=1e-8 eps_root=0 mu_dtype | amsgrad=True form='optax'"),
    ("optax.adamax", "adamax", "lr b1=0.9 b2=0.999 eps=1e-8 | form='torch'"),
    ("optax.adamaxw", "adamax", "lr b1=0.9 b2=0.999 eps=1e-8 weight_decay=1e-4 mask | form='torch'"),
    ("optax.nadam", "nadam", "lr b1=0.9 b2=0.999 eps=1e-8 eps_root=0 mu_dtype | form='optax'"),
    (
        "optax.nadamw",
        "nadam",
        "lr b1=0.9 b2=0.999 eps=1e-8 eps_root=0 mu_dtype weight_decay=1e-4 mask | form='optax'",
    ),
    (
        "optax.radam",
        "radam",
        "lr b1=0.9 b2=0.999 eps=1e-8 eps_root=0 threshold=5 nesterov=False | form='optax'",
    ),
    ("optax.lion", "lion", "lr b1=0.9 b2=0.99 mu_dtype weight_decay=1e-3 mask"),
    ("optax.rprop", "rprop", "lr eta_minus=0.5 eta_plus=1.2 min_step_size=1e-6 max_step_size=50"),
];

/// The frameworks' names of hyper-parameters and those of the files; two where one argument is a pair.
const NAMES: &[(&str, &[&str])] = &[
    ("momentum", &["mu"]),
    ("dampening", &["damp"]),
    ("weight_decay", &["wd"]),
    ("decoupled_weight_decay", &["decoupled"]),
    ("alpha", &["rho"]),
    ("decay", &["rho"]),
    ("epsilon", &["eps"]),
    ("eps_in_sqrt", &["eps_in"]),
    ("initial_accumulator_value", &["acc0"]),
    ("momentum_decay", &["psi"]),
    ("betas", &["b1", "b2"]),
    ("beta_1", &["b1"]),
    ("beta_2", &["b2"]),
    ("etas", &["em", "ep"]),
    ("eta_minus", &["em"]),
    ("eta_plus", &["ep"]),
    ("step_sizes", &["smin", "smax"]),
    ("min_step_size", &["smin"]),
    ("max_step_size", &["smax"]),
    ("history_size", &["hist"]),
    ("tolerance_grad", &["tol_g"]),
    ("tolerance_change", &["tol_c"]),
];

/// Arguments that give the rate, which the entry states by itself, or change how a step is computed and not what it is.
const WITHOUT_EFFECT: &[&str] = &[
    "p",
    "params",
    "lr",
    "learning_rate",
    "foreach",
    "fused",
    "capturable",
    "differentiable",
    "name",
    "max_iter",
    "max_eval",
    "accumulator_dtype",
    "mu_dtype",
    "mask",
    "weight_decay_mask",
];

impl Call {
    /// Reads the first call in a text; what follows it (a scheduler, a remark) is left out.
    pub fn read(text: &str) -> Result<Call, String> {
        let cannot = || format!("cannot run: no call {text}");
        let (function, rest) = text.split_once('(').ok_or_else(cannot)?;
        let mut call =
            Call { function: function.trim().to_string(), positional: Vec::new(), named: Map::new() };
        let (mut depth, mut quote, mut from) = (0_i32, None, 0);
        for (at, c) in rest.char_indices() {
            match (quote, c) {
                (Some(q), _) => quote = Some(q).filter(|q| *q != c),
                (None, '\'' | '"') => quote = Some(c),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') if depth > 0 => depth -= 1,
                (None, ')' | ',') if depth == 0 => {
                    call.take(&rest[from..at]);
                    from = at + 1;
                    if c == ')' {
                        return Ok(call);
                    }
                }
                _ => {}
            }
        }
        Err(cannot())
    }

    fn take(&mut self, argument: &str) {
        let argument = argument.trim();
        let name = |n: &str| !n.is_empty() && n.chars().all(|c| c.is_alphanumeric() || c == '_');
        match argument.split_once('=').map(|(n, v)| (n.trim(), v)) {
            Some((n, v)) if name(n) => drop(self.named.insert(n.to_string(), value(v))),
            _ if argument.is_empty() => {}
            _ => self.positional.push(value(argument)),
        }
    }

    /// The framework, by the first part of the function's name.
    pub fn framework(&self) -> &str {
        let path = self.function.strip_prefix("tf.").unwrap_or(&self.function);
        path.split('.').next().unwrap_or_default()
    }

    /// The function's own name, the last part.
    pub fn name(&self) -> &str {
        self.function.rsplit('.').next().unwrap_or_default()
    }

    /// The options that are on, and the values that are texts.
    pub fn options(&self) -> impl Iterator<Item = String> + '_ {
        let on = self.named.iter().filter(|(_, v)| !v.is_null() && **v != Value::Bool(false));
        on.flat_map(|(name, v)| [Some(name.clone()), v.as_str().map(str::to_string)]).flatten()
    }

    /// The equation and all its hyper-parameters, defaults included; `None` for a function that is not in the table.
    pub fn reference(self) -> Option<Reference> {
        let ends = |path: &str| {
            [path.split('.').next(), path.rsplit('.').next()] == [Some(self.framework()), Some(self.name())]
        };
        let (_, equation, signature) = SIGNATURES.iter().find(|(path, ..)| ends(path))?;
        let decoupled = match self.framework() {
            "torch" => self.name() == "AdamW",
            "optax" => *equation != "adadelta",
            _ => true,
        };
        let (arguments, fixed) = signature.split_once('|').unwrap_or((signature, ""));
        let word = |word: &str| match word.split_once('=') {
            Some((name, default)) => (name.to_string(), value(default)),
            None => (word.to_string(), Value::Null),
        };
        let mut given: Map<String, Value> = arguments.split_whitespace().map(word).collect();
        let order = arguments.split_whitespace().map(|a| word(a).0);
        given.extend(order.zip(self.positional));
        given.extend(self.named);
        given.extend(fixed.split_whitespace().map(word));
        let mut out = Map::new();
        for (name, value) in given {
            if value.is_null() || WITHOUT_EFFECT.contains(&name.as_str()) {
                continue;
            }
            let ours = NAMES.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| *ours);
            match (ours, &value) {
                (Some([one, two]), Value::Array(pair)) if pair.len() == 2 => {
                    out.extend([one, two].into_iter().map(|n| n.to_string()).zip(pair.iter().cloned()));
                }
                (Some([one]), _) => drop(out.insert((*one).to_string(), value)),
                _ => drop(out.insert(name, value)),
            }
        }
        if decoupled && out.contains_key("wd") {
            out.insert("decoupled".into(), Value::Bool(true));
        }
        Some(((*equation).to_string(), out))
    }
}

/// A Python literal; what is none stays a text.
fn value(text: &str) -> Value {
    let text = text.trim();
    let inside = |open: char, close: char| text.strip_prefix(open).and_then(|t| t.strip_suffix(close));
    if let Some(items) = inside('(', ')').or_else(|| inside('[', ']')) {
        return Value::Array(items.split(',').filter(|i| !i.trim().is_empty()).map(value).collect());
    }
    match text {
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "None" => Value::Null,
        _ => {
            let plain = text.replace('_', "");
            let quotient = plain
                .split_once('/')
                .and_then(|(a, b)| Some(a.trim().parse::<f64>().ok()? / b.trim().parse::<f64>().ok()?));
            let number = plain.parse::<f64>().ok().or(quotient).and_then(Number::from_f64);
            number.map_or_else(|| Value::String(text.trim_matches(['\'', '"']).to_string()), Value::Number)
        }
    }
}
