//! The model that a Newton step solves, and where its run arrives.

use super::newton_controls::STEPS;
use super::subject::Subject;
use crate::critical::{Curvature, Kind, Nature, Tolerance, Verdict, classify, decide};
use crate::derivative::{Jet, Smoothness, jet, model, smoothness};
use crate::optimizer::{Method, Run, Stop};

/// L + gᵀd + ½dᵀBd about a point, where B is H, H + μI or abs(H): the step is to its stationary point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// θ.
    pub at: [f64; 2],
    /// L, g, H there.
    pub jet: Jet,
    /// Eigenpairs of H.
    pub curvature: Option<Curvature>,
    /// The eigenvalues of B, on the same eigenvectors.
    pub divisors: [f64; 2],
    /// d at the stationary point; NaN where there is none, or not one.
    pub step: [f64; 2],
}

impl Model {
    /// The model of a method at a point.
    pub fn new(subject: &Subject, method: Method, shift: f64, at: [f64; 2]) -> Model {
        let jet = jet(&subject.loss, at);
        // At a kink there is no H.
        let kink = smoothness(&subject.loss, at, subject.size()) == Smoothness::NotDifferentiable;
        let curvature = Curvature::of(jet.hessian).filter(|_| !kink);
        let divisors = curvature.map_or([f64::NAN; 2], |c| {
            c.lambda.map(|l| match method {
                Method::ShiftedNewton => l + shift,
                Method::SaddleFreeNewton => l.abs(),
                _ => l,
            })
        });
        let mut model = Model { at, jet, curvature, divisors, step: [f64::NAN; 2] };
        if let Some(c) = curvature.filter(|_| !model.is_singular()) {
            model.step = [0.0; 2];
            for (v, divisor) in c.v.iter().zip(divisors) {
                let along = -(v[0] * jet.gradient[0] + v[1] * jet.gradient[1]) / divisor;
                model.step = [model.step[0] + along * v[0], model.step[1] + along * v[1]];
            }
        }
        model
    }

    /// Whether a divisor is zero to rounding: as the methods judge it.
    pub fn is_singular(&self) -> bool {
        let [a, b] = self.divisors.map(f64::abs);
        a.min(b) <= 1e-12 * a.max(b)
    }

    /// The jet with B for H.
    pub fn solved(&self) -> Jet {
        let entry = |i: usize, j: usize| {
            self.curvature.map_or(f64::NAN, |c| {
                c.v.iter().zip(self.divisors).map(|(v, b)| b * v[i] * v[j]).sum::<f64>()
            })
        };
        let h = entry(0, 1);
        Jet { hessian: [[entry(0, 0), h], [h, entry(1, 1)]], ..self.jet }
    }

    /// The model at a point of the plane.
    pub fn value(&self, p: [f64; 2]) -> f64 {
        model(self.at, &self.solved(), 2, p)
    }

    /// The stationary point.
    pub fn stationary(&self) -> [f64; 2] {
        [self.at[0] + self.step[0], self.at[1] + self.step[1]]
    }

    /// What the stationary point is to the model.
    pub fn kind(&self) -> Option<Kind> {
        let signs = self.divisors.map(|b| b > 0.0);
        (!self.is_singular()).then_some(match signs {
            _ if self.divisors.iter().any(|b| b.is_nan()) => return None,
            [true, true] => Kind::Minimum,
            [false, false] => Kind::Maximum,
            _ => Kind::Saddle,
        })
    }
}

/// Where a run ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrival {
    /// At a critical point, after so many steps; what a degenerate one is.
    Point(Verdict, usize, Option<Nature>),
    /// It jumps between two points.
    Cycle,
    /// It has not arrived.
    Moving,
    /// H is singular, and the method has no step.
    Singular,
    /// It stands at a kink, where there is no H.
    Kink,
    /// It leaves every bound.
    Diverged,
    /// L, g or H is not finite where it stands.
    NotDefined,
    /// Nor at the start.
    Nowhere,
}

/// The point after t steps, or the last one.
pub fn place(run: &Run, t: usize) -> [f64; 2] {
    let record = run.record(t.min(run.steps()));
    record.and_then(|r| r.theta.first_chunk().copied()).unwrap_or([f64::NAN; 2])
}

/// Where a run of [`STEPS`] steps ends.
pub fn arrival(run: &Run, subject: &Subject) -> Arrival {
    let last = place(run, STEPS);
    let far = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) / subject.size();
    let verdict = classify(&subject.loss, last, subject.view, Tolerance::default());
    let returns = |t: usize, near: f64| {
        let [a, b, c] = [0, 1, 2].map(|k| place(run, t + k));
        run.steps() >= t + 2 && far(a, c) < near && far(a, b) > 1e-3
    };
    let critical = matches!(verdict.kind, Kind::Minimum | Kind::Maximum | Kind::Saddle | Kind::Degenerate(_));
    if critical {
        let steps = (0..=run.steps()).find(|t| far(place(run, *t), last) < 1e-6).unwrap_or(STEPS);
        let degenerate = matches!(verdict.kind, Kind::Degenerate(_));
        let nature = degenerate.then(|| decide(&subject.loss, last, subject.view).nature);
        return Arrival::Point(verdict, steps, nature);
    }
    match run.stop() {
        _ if verdict.kind == Kind::NotDifferentiable => Arrival::Kink,
        Some(Stop::NotDefined) if run.steps() == 0 => Arrival::Nowhere,
        Some(Stop::NotDefined) => Arrival::NotDefined,
        Some(Stop::Singular) => Arrival::Singular,
        Some(Stop::Diverged { .. }) => Arrival::Diverged,
        // A cycle that repels is left by rounding after some steps: so look at the first ones too.
        _ if returns(0, 1e-9) || returns(run.steps().saturating_sub(2), 1e-5) => Arrival::Cycle,
        _ => Arrival::Moving,
    }
}
