//! Every method, as one closed list, and the table each of their files fills in.

use super::parameter::{Dialect, Parameter, Values};
use super::state::{Outcome, State, Step};
use super::{
    adadelta, adagrad, adam, adamax, gradient_descent, lbfgs, lion, momentum, nadam, negative_curvature,
    nesterov, newton, radam, rmsprop, rprop,
};

/// A method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// θ ← θ − ηg.
    GradientDescent,
    /// Heavy ball: the buffer sums the gradients.
    Momentum,
    /// The notes' second form: the buffer averages the gradients.
    AveragedMomentum,
    /// The gradient is asked for ahead, where the momentum leads.
    Nesterov,
    /// Each coordinate's rate falls with the sum of its squared gradients.
    AdaGrad,
    /// The same with an average in place of the sum.
    RmsProp,
    /// RMSprop with the size of past steps in place of η.
    Adadelta,
    /// Averages of g and g², corrected for their start at 0.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
    /// Adam with the largest average of g² so far.
    AmsGrad,
    /// Adam with a running maximum of |g|.
    Adamax,
    /// Adam with Nesterov's look ahead.
    Nadam,
    /// Adam that waits until its average of g² can be trusted.
    RAdam,
    /// Only the sign of an averaged gradient.
    Lion,
    /// Only the signs of g, with a step size for each coordinate.
    Rprop,
    /// θ ← θ − ηH⁻¹g.
    Newton,
    /// θ ← θ − η(H + μI)⁻¹g.
    ShiftedNewton,
    /// θ ← θ − η|H|⁻¹g.
    SaddleFreeNewton,
    /// θ ← θ − ηg, and along the eigenvector of λ₁ < 0 where g is small.
    NegativeCurvature,
    /// Newton's step from the last gradients, without H; fixed step length.
    Lbfgs,
}

impl Method {
    /// Every method, the notes' first.
    pub const ALL: [Method; 20] = [
        Method::GradientDescent,
        Method::Momentum,
        Method::AveragedMomentum,
        Method::Nesterov,
        Method::AdaGrad,
        Method::RmsProp,
        Method::Adadelta,
        Method::Adam,
        Method::AdamW,
        Method::AmsGrad,
        Method::Adamax,
        Method::Nadam,
        Method::RAdam,
        Method::Lion,
        Method::Rprop,
        Method::Newton,
        Method::ShiftedNewton,
        Method::SaddleFreeNewton,
        Method::NegativeCurvature,
        Method::Lbfgs,
    ];

    /// The stable name, such as `gradient-descent`.
    pub fn id(self) -> &'static str {
        self.recipe().id
    }

    /// The method of this name.
    pub fn from_id(id: &str) -> Option<Method> {
        Self::ALL.into_iter().find(|m| m.id() == id)
    }

    /// The dialects that exist for it, the plainest first.
    pub fn dialects(self) -> impl Iterator<Item = Dialect> {
        Dialect::ALL.into_iter().zip(self.recipe().rates).filter(|(_, rate)| rate.is_some()).map(|(d, _)| d)
    }

    /// The learning rate a dialect starts from: the framework's default where it has one, else what the notes or the
    /// paper advise; `None` where the dialect does not exist.
    pub fn default_rate(self, dialect: Dialect) -> Option<f64> {
        Dialect::ALL
            .into_iter()
            .zip(self.recipe().rates)
            .find(|(d, _)| *d == dialect)
            .and_then(|(_, rate)| rate)
    }

    /// The parameters that a dialect of it has.
    pub fn parameters(self, dialect: Dialect) -> impl Iterator<Item = &'static Parameter> {
        self.recipe().parameters.iter().filter(move |p| p.default(dialect).is_some())
    }

    /// The largest dimension it is offered in; `None` where nothing but memory limits it.
    pub fn limit(self) -> Option<usize> {
        self.recipe().limit
    }

    /// Whether it asks for H.
    pub fn second_order(self) -> bool {
        self.recipe().limit.is_some()
    }

    /// Whether a step depends on θ and the rate alone, and not on steps before it.
    pub fn forgets(self) -> bool {
        use Method::{GradientDescent, NegativeCurvature, Newton, SaddleFreeNewton, ShiftedNewton};
        matches!(self, GradientDescent | NegativeCurvature | Newton | SaddleFreeNewton | ShiftedNewton)
    }

    /// Whether it treats each coordinate by itself, as it would without the others.
    pub fn separable(self) -> bool {
        !self.second_order() && self != Method::Lbfgs
    }

    pub(super) fn recipe(self) -> &'static Recipe {
        match self {
            Method::GradientDescent => &gradient_descent::RECIPE,
            Method::Momentum => &momentum::MOMENTUM,
            Method::AveragedMomentum => &momentum::AVERAGED,
            Method::Nesterov => &nesterov::RECIPE,
            Method::AdaGrad => &adagrad::RECIPE,
            Method::RmsProp => &rmsprop::RECIPE,
            Method::Adadelta => &adadelta::RECIPE,
            Method::Adam => &adam::ADAM,
            Method::AdamW => &adam::ADAMW,
            Method::AmsGrad => &adam::AMSGRAD,
            Method::Adamax => &adamax::RECIPE,
            Method::Nadam => &nadam::RECIPE,
            Method::RAdam => &radam::RECIPE,
            Method::Lion => &lion::RECIPE,
            Method::Rprop => &rprop::RECIPE,
            Method::Newton => &newton::NEWTON,
            Method::ShiftedNewton => &newton::SHIFTED,
            Method::SaddleFreeNewton => &newton::SADDLE_FREE,
            Method::NegativeCurvature => &negative_curvature::RECIPE,
            Method::Lbfgs => &lbfgs::RECIPE,
        }
    }
}

/// What the file of a method says about it.
pub(super) struct Recipe {
    pub id: &'static str,
    /// The default learning rate of each dialect, in the order of [`Dialect::ALL`]; `None`: no such dialect.
    pub rates: [Option<f64>; 4],
    pub parameters: &'static [Parameter],
    /// Symbols of the vectors kept; Δ last.
    pub vectors: &'static [&'static str],
    /// Symbols of the scalars kept, at most four.
    pub scalars: &'static [&'static str],
    /// `(vector, parameter)`: the vector starts at the parameter's value and not at 0.
    pub start: Option<(usize, usize)>,
    /// How many further numbers it keeps in n dimensions.
    pub memory: fn(usize, &Values) -> usize,
    /// The largest n.
    pub limit: Option<usize>,
    pub step: fn(&mut Step, &mut State) -> Outcome,
    /// The lines of the equation at step t, in the grammar of `arithmetic`.
    pub lines: fn(Dialect, &Values, u64) -> Vec<String>,
}

/// No further numbers.
pub(super) fn nothing(_: usize, _: &Values) -> usize {
    0
}

/// The lines of an equation: the gradient with coupled weight decay, the method's own, and Δ with a decoupled one.
pub(super) fn lines([coupled, decoupled]: [f64; 2], own: &[&str], delta: &str) -> Vec<String> {
    let gradient = if coupled != 0.0 { "g = ∇L(θ) + ω·θ" } else { "g = ∇L(θ)" };
    let mut lines: Vec<String> = vec![gradient.into()];
    lines.extend(own.iter().map(|&line| line.into()));
    let decay = if decoupled != 0.0 { " − η·ω·θ" } else { "" };
    lines.push(["Δ = ", delta, decay].concat());
    lines
}
