//! What the lab `network` says of the point on show, and its remarks on the notes.

use super::network_controls::{is_linear, method};
use super::network_progress::{flats, window};
use super::network_ratio::{Experiment, Kind, by};
use super::network_setting::Setting;
use super::table::line;
use super::{Headline, Level, Math, Readout, Values, method_controls};
use crate::decimal::shortest;
use crate::figure::{Ink, Shape};
use crate::network::{Data, Eigenvalues, Ended, Epoch, Objective, Signs, class, signs, size};
use crate::phrase::{Arg, Phrase};

/// What is on show.
pub struct Scene<'a> {
    /// The values.
    pub values: &'a Values,
    /// Data and network.
    pub setting: &'a Setting,
    /// The training so far.
    pub epochs: &'a [Epoch],
    /// Its epoch on show.
    pub t: usize,
    /// Whether it broke off.
    pub stopped: bool,
    /// Whether that was for want of a step: H is singular.
    pub singular: bool,
    /// Whether the method is offered for so many parameters.
    pub offered: bool,
    /// θ on show.
    pub theta: Option<&'a [f64]>,
    /// The spectrum there, where it is known yet.
    pub eigenvalues: Option<&'a Eigenvalues>,
    /// The end of a run that was picked.
    pub end: Option<&'a Ended>,
    /// The shares of training and of test examples in the right class.
    pub right: [f64; 2],
}

impl Scene<'_> {
    fn signs(&self) -> Option<Signs> {
        let found = self.eigenvalues?;
        Some(signs(&found.values, &found.counts, self.values.number("tolerance")))
    }

    /// ‖g‖ there.
    fn epoch(&self) -> Option<&Epoch> {
        self.epochs.get(self.t)
    }

    /// ‖g‖ / (max|λ| · max(1, ‖θ‖)).
    fn residual(&self) -> Option<f64> {
        if let Some(end) = self.end {
            return Some(end.residual);
        }
        let (top, theta) = (size(&self.eigenvalues?.values), self.theta?);
        let length = theta.iter().map(|w| w * w).sum::<f64>().sqrt().max(1.0);
        let norm = self.epoch()?.norm;
        Some(if norm == 0.0 { 0.0 } else { norm / (top * length) })
    }

    /// Where the training on show broke off, and why, if its last epoch is on show.
    fn broken(&self) -> Option<(Phrase, Phrase)> {
        let last = self.epochs.last().filter(|_| self.stopped && self.end.is_none())?;
        let keys = if self.singular {
            ["network.singular", "network.singular.reason"]
        } else {
            ["network.diverged", "network.diverged.reason"]
        };
        let [text, reason] = keys.map(Phrase::new);
        let reason = reason.with("epoch", Arg::Count(self.t as i64)).number("rate", last.rate);
        (self.t + 1 == self.epochs.len()).then_some((text, reason))
    }
}

/// The verdict on the point on show.
pub fn headline(scene: &Scene) -> Headline {
    let plain = |text: &'static str, reason| Headline::plain(Phrase::new(text), reason);
    if let Some(refused) = &scene.setting.refused {
        return plain("network.refused", refused.phrase());
    }
    if !scene.offered {
        return plain("network.no-method", Phrase::new("network.no-method.reason"));
    }
    let critical = scene.residual().is_some_and(|residual| residual <= scene.values.number("near"));
    if let Some((text, reason)) = scene.broken().filter(|_| !critical) {
        return Headline { mark: Some(Shape::Dot), hollow: true, text, reason };
    }
    let (Some(signs), Some(_)) = (scene.signs(), scene.residual()) else {
        let loss = scene.epoch().map_or(f64::NAN, |e| e.loss);
        return plain("network.training", Phrase::new("network.training.reason").number("loss", loss));
    };
    let counts = Phrase::new("network.counts")
        .number("negative", signs.negative)
        .number("zero", signs.zero)
        .number("positive", signs.positive);
    let flat = scene.end.is_some_and(|end| Kind::of(end, scene.values) == Kind::Flat);
    let (shape, hollow, key) = match critical {
        false if flat => (Shape::Diamond, true, "network.is.gradient-flat"),
        false => (Shape::Dot, true, "network.is.not-critical"),
        true if signs.negative > 0.0 => (Shape::Cross, false, "network.is.saddle"),
        true if signs.zero > 0.0 => (Shape::Down, false, "network.is.no-way-down"),
        true => (Shape::Down, false, "network.is.minimum"),
    };
    Headline {
        mark: Some(shape),
        hollow,
        text: Phrase::new(key).number("ratio", signs.ratio()),
        reason: counts,
    }
}

/// The shares of training and of test examples that are put into the right class; NaN where there is none.
pub fn accuracy(setting: &Setting, theta: &[f64]) -> [f64; 2] {
    let share = |data: &Data| {
        let inputs: Vec<&[f64]> = (0..data.count()).map(|k| data.input(k)).collect();
        let said = setting.problem().passes().outputs_of(theta, &inputs);
        let right = said.iter().enumerate().filter(|(k, said)| class(said) == data.class(*k)).count();
        right as f64 / data.count() as f64
    };
    let parts = [Some(&setting.train), setting.test.as_ref()];
    parts.map(|data| data.filter(|_| setting.classes > 0).map_or(f64::NAN, |data| share(data)))
}

/// The numbers of the point on show.
pub fn readouts(scene: &Scene) -> Vec<Readout> {
    let row = Readout::basic;
    let mut out = Vec::new();
    let named = |name: Math, value: f64| Math::equals(name, Math::number(value));
    let norm = || Math::norm(Math::id("g"));
    if let Some(end) = scene.end {
        let note = Phrase::new("network.reached")
            .with("epoch", Arg::Count(end.epoch as i64))
            .phrase("bring", by(scene.values, end.theta.len()));
        out.push(row("loss", "network.loss", named(Math::id("L"), end.loss), Some(note), Ink::Point));
    } else if let Some(e) = scene.epoch() {
        let mut parts = vec![named(Math::id("L"), e.loss)];
        if e.test.is_finite() {
            parts.extend([Math::Space, named(Math::sub("L", "test"), e.test)]);
        }
        let note = (scene.setting.penalty > 0.0)
            .then(|| Phrase::new("network.penalised").number("c", scene.setting.penalty));
        out.push(row("loss", "network.loss", Math::Row(parts), note, Ink::Point));
        let g = Math::Row(vec![named(norm(), e.norm), Math::Space, named(Math::id("η"), e.rate)]);
        out.push(row("gradient", "readout.gradient", g, None, Ink::Gradient));
    }
    let [train, test] = scene.right;
    if train.is_finite() {
        let percent = |share: f64| Math::Row(vec![Math::number(100.0 * share), Math::Op("%")]);
        let mut parts = vec![percent(train)];
        if test.is_finite() {
            parts.extend([Math::Space, percent(test)]);
        }
        let key = if test.is_finite() { "network.right.both" } else { "network.right.train" };
        out.push(row("right", "network.right", Math::Row(parts), Some(Phrase::new(key)), Ink::Text));
    }
    if let (Some(found), Some(signs)) = (scene.eigenvalues, scene.signs()) {
        let count = |ink, of, number| Math::Ink(ink, Box::new(named(Math::sub("n", of), number)));
        let counts = Math::Row(vec![
            count(Ink::Negative, "−", signs.negative),
            Math::Space,
            count(Ink::Muted, "0", signs.zero),
            Math::Space,
            count(Ink::Positive, "+", signs.positive),
        ]);
        let key = if found.exact { "network.of" } else { "network.of.estimated" };
        let note = Phrase::new(key).with("all", Arg::Count(signs.all().round() as i64));
        out.push(row("signs", "network.signs", counts, Some(note), Ink::Curvature));
        let shares = Math::Row(vec![
            Math::equals(Math::id("ρ"), Math::number(signs.ratio())),
            Math::Space,
            Math::equals(Math::id("α"), Math::number(signs.index())),
        ]);
        let note = Some(Phrase::new("network.shares.note"));
        out.push(row("shares", "network.shares", shares, note, Ink::Curvature));
        if let (Some(low), Some(high)) = (found.values.first(), found.values.last()) {
            let ends = Math::Row(vec![
                named(Math::sub("λ", "1"), *low),
                Math::Space,
                named(Math::sub("λ", "n"), *high),
            ]);
            out.push(row("ends", "network.ends", ends, None, Ink::Curvature));
        }
    }
    if let Some(residual) = scene.residual() {
        let note = Phrase::new("network.residual.note").number("near", scene.values.number("near"));
        out.push(row("residual", "network.residual", Math::number(residual), Some(note), Ink::Gradient));
    }
    out
}

/// How many of the critical ends lie on known critical points, and the seeds of those that do not.
pub fn matches((critical, missed): (usize, Vec<u64>), known: &[(f64, usize)]) -> Option<Readout> {
    let fits = critical - missed.len();
    (!known.is_empty() && critical > 0).then(|| {
        let seeds: Vec<String> = missed.iter().map(u64::to_string).collect();
        let note = match seeds.as_slice() {
            [] => Phrase::new("network.matches.all"),
            seeds => Phrase::new("network.matches.missed").with("seeds", Arg::Text(seeds.join(", "))),
        };
        Readout {
            id: "matches",
            label: Phrase::new("network.matches"),
            math: Math::Row(vec![Math::number(fits as f64), Math::Op("/"), Math::number(critical as f64)]),
            note: Some(note),
            ink: Ink::Text,
            level: Level::Basic,
        }
    })
}

/// What is trained, in words.
pub fn scene(scene: &Scene) -> Phrase {
    Phrase::new("network.scene")
        .phrase("data", Phrase::new(format!("control.data.{}", scene.values.choice("data"))))
        .with("parameters", Arg::Count(scene.setting.network.parameters() as i64))
        .phrase("method", method_controls::name(method(scene.values)))
        .with("epoch", Arg::Count(scene.t as i64))
}

/// Where the notes say otherwise.
pub fn remarks(scene: &Scene, experiment: Option<&Experiment>) -> Vec<Phrase> {
    let mut remarks = Vec::new();
    let far = scene.residual().is_some_and(|residual| residual > scene.values.number("near"));
    if let Some(signs) = scene.signs()
        && (experiment.is_none() || scene.end.is_some())
        && !far
        && signs.negative == 0.0
        && signs.ratio() < 1.0
    {
        remarks.push(
            Phrase::new("remark.minimum-ratio")
                .number("ratio", signs.ratio())
                .with("zero", Arg::Count(signs.zero.round() as i64)),
        );
    }
    let open = match experiment {
        Some(experiment) => experiment.count(scene.values, &[Kind::NotCritical, Kind::Flat]) > 0,
        None => far,
    };
    let entropy = scene.setting.network.objective() != Objective::SquaredError;
    if open && entropy && scene.setting.penalty == 0.0 {
        remarks.push(Phrase::new("remark.infinity"));
    } else if open && experiment.is_some() {
        remarks.push(Phrase::new("remark.hollow"));
    }
    if experiment.is_some() {
        remarks.push(Phrase::new("remark.brought"));
    } else if let Some(flat) = flats(scene.epochs).first()
        && let Some(epoch) = scene.epochs.get((flat.start() + flat.end()) / 2)
    {
        remarks.push(
            Phrase::new("remark.flat-loss")
                .with("from", Arg::Count(*flat.start() as i64))
                .with("to", Arg::Count(*flat.end() as i64))
                .with("window", Arg::Count(window(scene.epochs) as i64))
                .number("norm", epoch.norm),
        );
    }
    match scene.values.choice("data") {
        "irises" => remarks.push(Phrase::new("remark.source.irises")),
        "digits" => remarks.push(Phrase::new("remark.source.digits")),
        _ => {}
    }
    if is_linear(scene.values) && experiment.is_some() {
        remarks.push(Phrase::new("remark.known-points"));
    }
    remarks
}

/// Training and spectrum as comma-separated values.
pub fn csv(scene: &Scene) -> String {
    let mut out = String::from("epoch,L,L_test,norm,rate\n");
    for (t, e) in scene.epochs.iter().enumerate() {
        let numbers =
            [e.loss, e.test, e.norm, e.rate].map(|x| if x.is_nan() { String::new() } else { shortest(x) });
        out.push_str(&line(std::iter::once(t.to_string()).chain(numbers)));
    }
    if let Some(found) = scene.eigenvalues {
        out.push_str("\neigenvalue,count\n");
        for (value, count) in found.values.iter().zip(&found.counts) {
            out.push_str(&line([shortest(*value), shortest(*count)].into_iter()));
        }
    }
    if let Some(theta) = scene.theta {
        out.push_str("\nparameter,value\n");
        for (k, w) in theta.iter().enumerate() {
            out.push_str(&line([k.to_string(), shortest(*w)].into_iter()));
        }
    }
    out
}
