//! What the lab `critical-point` says: its verdict, its numbers, its remarks.

use super::critical_point::CriticalPoint;
use super::eigen_axes::EigenAxis;
use super::kind_words;
use super::math::tidied_eigenvalues;
use super::predict;
use super::slice::{bend_along, slope_along};
use super::subject::Subject;
use super::{Headline, Level, Math, Readout};
use crate::critical::{Curvature, Kind, Nature, classify_along};
use crate::figure::Ink;
use crate::loss::Landscape;
use crate::phrase::Phrase;

impl CriticalPoint {
    /// The verdict as the one thing to read first; where a search for the nearest point was in vain, that beside it.
    pub(super) fn said(&self) -> Headline {
        let mut said = self.judged();
        if self.lost {
            said.reason = Phrase::new("verdict.none-found");
        }
        said
    }

    fn judged(&self) -> Headline {
        if self.hidden() {
            return Headline {
                mark: None,
                hollow: false,
                text: Phrase::new("verdict.hidden"),
                reason: Phrase::new("verdict.hidden.reason"),
            };
        }
        let mut headline = match &self.decision {
            Some(decision) => kind_words::decided_headline(&self.verdict, decision),
            None => kind_words::headline(&self.verdict),
        };
        let mut kind = self.verdict.kind;
        if self.frozen() {
            let phi = self.values.number("direction").to_radians();
            let Subject { loss, view, .. } = &self.subject;
            let slice = classify_along(loss, self.at(), phi, *view, self.verdict.tolerance);
            headline = kind_words::slice_headline(slice.kind, slice.curvature);
            kind = slice.kind;
        }
        // Where there is no kind there was nothing to guess.
        if self.values.is_on("predict") && !matches!(kind, Kind::NotDifferentiable | Kind::NotDefined) {
            let decided = self.decision.filter(|_| !self.frozen()).map_or("", |d| match d.nature {
                Nature::Minimum | Nature::CurveOfMinima => "minimum",
                Nature::Maximum | Nature::CurveOfMaxima => "maximum",
                Nature::Saddle => "saddle",
                _ => "",
            });
            let answers = [kind_words::name(kind), decided];
            headline.reason = predict::judged_of(&self.values, &answers, headline.reason);
        }
        headline
    }

    /// The numbers.
    pub(super) fn numbers(&self) -> Vec<Readout> {
        let at = self.at();
        let jet = &self.verdict.jet;
        let line = |id, label: &'static str, math, ink, level| Readout {
            id,
            label: Phrase::new(label),
            math,
            note: None,
            ink,
            level,
        };
        let pair = |name: &str, [a, b]: [f64; 2]| Math::equals(Math::id(name), Math::pair(a, b));
        // Not defined is no number, not even an infinite one.
        let value = if jet.value.is_finite() { jet.value } else { f64::NAN };
        let theta =
            Math::Row(vec![pair("θ", at), Math::Space, Math::equals(Math::id("L"), Math::number(value))]);
        let mut out = vec![line("theta", "readout.theta", theta, Ink::Point, Level::Basic)];
        // At a kink there is neither g nor H.
        if matches!(self.verdict.kind, Kind::NotDefined | Kind::NotDifferentiable) {
            return out;
        }
        let g = jet.gradient;
        let gradient = Math::Row(vec![
            pair("g", g),
            Math::Space,
            Math::equals(Math::norm(Math::id("g")), Math::number(g[0].hypot(g[1]))),
        ]);
        out.push(line("gradient", "readout.gradient", gradient, Ink::Gradient, Level::Basic));
        let (Some(curvature), Some(axes)) = (self.verdict.curvature, self.axes()) else { return out };
        let rows = jet.hessian.iter().map(|row| row.iter().map(|x| Math::number(*x)).collect()).collect();
        let hessian = Math::equals(Math::id("H"), Math::Matrix(rows));
        out.push(line("hessian", "readout.hessian", hessian, Ink::Curvature, Level::Basic));
        out.extend(axes.iter().map(EigenAxis::readout));
        out.push(self.direction_readout(&curvature));
        if self.frozen() {
            let d = self.direction();
            let name =
                Math::Row(vec![Math::Sup(Box::new(Math::id("g")), Box::new(Math::id("⊤"))), Math::id("v")]);
            let math = Math::equals(name, Math::number(slope_along(jet, d)));
            out.push(line("slope", "readout.slope", math, Ink::Gradient, Level::Basic));
        }
        let correction = Math::Row(vec![
            Math::norm(Math::Row(vec![
                Math::Sup(Box::new(Math::id("H")), Box::new(Math::Number("−1".into()))),
                Math::id("g"),
            ])),
            Math::Op("="),
            Math::number(self.verdict.correction * self.subject.size()),
        ]);
        let near = Phrase::new("readout.residual.note")
            .number("limit", self.verdict.tolerance.position * self.subject.size());
        let mut residual = line("residual", "readout.residual", correction, Ink::Gradient, Level::More);
        residual.note = Some(near);
        out.push(residual);
        let zero = Math::Row(vec![
            Math::Op("|"),
            Math::id("λ"),
            Math::Op("|"),
            Math::Op("≤"),
            Math::number(self.verdict.zero_below),
        ]);
        out.push(line("zero", "readout.zero", zero, Ink::Curvature, Level::More));
        out
    }

    /// vᵀHv = a₁²λ₁ + a₂²λ₂ with the numbers in it.
    fn direction_readout(&self, curvature: &Curvature) -> Readout {
        let d = self.direction();
        // Below 1e-12 the product of unit vectors is the dust of rounding a right angle.
        let share = |v: [f64; 2]| Some(v[0] * d[0] + v[1] * d[1]).filter(|a| a.abs() > 1e-12).unwrap_or(0.0);
        let a2 = curvature.v.map(|v| share(v).powi(2));
        let lambda = tidied_eigenvalues(curvature.lambda, self.verdict.jet.hessian);
        let term = |i: usize| {
            let value = Math::number(lambda[i]);
            let bracket = lambda[i] < 0.0;
            let value = if bracket { Math::Row(vec![Math::Op("("), value, Math::Op(")")]) } else { value };
            Math::Row(vec![Math::number(a2[i]), Math::Op("·"), value])
        };
        let name = Math::Row(vec![
            Math::Sup(Box::new(Math::id("v")), Box::new(Math::id("⊤"))),
            Math::id("H"),
            Math::id("v"),
        ]);
        let total = Math::number(bend_along(&self.verdict.jet, d));
        let math =
            Math::Row(vec![name, Math::Op("="), term(0), Math::Op("+"), term(1), Math::Op("="), total]);
        Readout {
            id: "direction",
            label: Phrase::new("readout.direction"),
            math,
            note: None,
            ink: Ink::Curvature,
            level: Level::Basic,
        }
    }

    /// Where the notes say otherwise.
    pub(super) fn notes(&self) -> Vec<Phrase> {
        let mut remarks = Vec::new();
        if self.hidden() || self.frozen() {
            return remarks;
        }
        if self.decision.is_some_and(|d| matches!(d.nature, Nature::Saddle | Nature::Shoulder)) {
            remarks.push(Phrase::new("remark.degenerate"));
        }
        // The notes say it of their own loss.
        let own = self.subject.loss.named() == Some(Landscape::OneDatum);
        let critical = own && kind_words::shape(self.verdict.kind).is_some() && self.verdict.signs[0] != 0;
        if let Some(curvature) = self.verdict.curvature.filter(|_| critical) {
            let change = self.subject.loss.value(self.along(1.0, curvature.v[0])) - self.verdict.jet.value;
            remarks.push(
                Phrase::new("remark.unit-step")
                    .number("lambda", curvature.lambda[0])
                    .number("model", curvature.lambda[0] / 2.0)
                    .number("change", change),
            );
        }
        remarks
    }
}
