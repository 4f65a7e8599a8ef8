//! The minimum-ratio experiment of the lab `network`: many trainings, each brought to a critical point, as points of loss
//! against minimum ratio and against index.

use super::network_controls::{BRINGERS, STOPS};
use super::network_setting::{Setting, seed};
use super::table::columns;
use super::table::line;
use super::{Cell, Grip, Handle, Row, Table, Values};
use crate::decimal::shortest;
use crate::figure::{Axis, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::network::{Bring, Ended, Ending, NEWTON_UP_TO, Random, Signs, signs};
use crate::phrase::{Arg, Phrase};

/// Below this, g lies where H is zero.
const FLAT: f64 = 1e-3;
/// How near a known loss is: absolute.
const KNOWN: f64 = 1e-8;

/// The same in words.
pub fn by(values: &Values, parameters: usize) -> Phrase {
    Phrase::new(["control.bring.", brought(values, parameters)].concat())
}

/// What counts as a critical point.
const CRITICAL: &[Kind] = &[Kind::Saddle, Kind::NoWayDown];

/// The experiment.
#[derive(Clone, Debug, Default)]
pub struct Experiment {
    /// The ends so far, in the order of seeds.
    pub ends: Vec<Ended>,
    /// Which of them is looked at.
    pub picked: Option<usize>,
    /// How many were harvested already.
    sent: usize,
    ending: Option<Box<Ending>>,
    /// Runs that could not even begin.
    failed: usize,
}

/// What an end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ‖g‖ is not zero at the tolerance.
    NotCritical,
    /// The same, and g lies in the null space of H.
    Flat,
    /// Critical, with a way down.
    Saddle,
    /// Critical, without.
    NoWayDown,
    /// Training broke off.
    Diverged,
}

impl Kind {
    /// The kind of an end at the tolerances that the values hold.
    pub fn of(end: &Ended, values: &Values) -> Kind {
        let signs = counted(end, values);
        // Written so that NaN is not critical.
        match end.residual <= values.number("near") {
            _ if end.theta.is_empty() => Kind::Diverged,
            false if end.flatness < FLAT => Kind::Flat,
            false => Kind::NotCritical,
            true if signs.negative > 0.0 => Kind::Saddle,
            true => Kind::NoWayDown,
        }
    }

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Kind::NotCritical => "not-critical",
            Kind::Flat => "gradient-flat",
            Kind::Saddle => "saddle",
            Kind::NoWayDown => "no-way-down",
            Kind::Diverged => "diverged",
        }
    }

    /// The mark, whether it is hollow, and its colour: that of eigenvalues only where there is a critical point.
    pub fn mark(self) -> (Shape, bool, Ink) {
        match self {
            Kind::NotCritical | Kind::Diverged => (Shape::Dot, true, Ink::Muted),
            Kind::Flat => (Shape::Diamond, true, Ink::Muted),
            Kind::Saddle => (Shape::Cross, false, Ink::Curvature),
            Kind::NoWayDown => (Shape::Down, false, Ink::Curvature),
        }
    }
}

/// How points of so many parameters are brought to critical ones: descent where Newton's equation is too large.
pub fn brought(values: &Values, parameters: usize) -> &'static str {
    if parameters > NEWTON_UP_TO { BRINGERS[1] } else { values.choice("bring") }
}

/// The signs of an end's spectrum at the tolerance.
pub fn counted(end: &Ended, values: &Values) -> Signs {
    signs(&end.eigenvalues.values, &end.eigenvalues.counts, values.number("tolerance"))
}

/// Which of the axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Positive / all.
    Ratio,
    /// Negative / all.
    Index,
}

impl Experiment {
    /// Runs asked for.
    fn wanted(values: &Values) -> usize {
        values.number("runs").round() as usize
    }

    /// Runs that are through, those left out included.
    fn through(&self, values: &Values) -> usize {
        values.number("skip").round() as usize + self.ends.len() + self.failed
    }

    /// Whether there is something to do.
    pub fn pending(&self, values: &Values) -> bool {
        values.is_on("run") && self.through(values) < Self::wanted(values)
    }

    /// The share that is done.
    pub fn progress(&self, values: &Values) -> f64 {
        self.through(values) as f64 / Self::wanted(values).max(1) as f64
    }

    /// A slice of the work.
    pub fn step(&mut self, setting: &Setting, values: &Values) {
        if self.ending.is_none() {
            let own = seed(values).wrapping_add(self.through(values) as u64);
            let epochs = values.number("epochs").round() as usize;
            let until = if values.choice("from") == STOPS[0] {
                // As often in the first epochs as in the many last ones.
                (epochs as f64 + 1.0).powf(Random::new(own ^ 0x57_09).uniform()) as usize - 1
            } else {
                epochs
            };
            let newton = brought(values, setting.network.parameters()) == BRINGERS[0];
            let bring = if newton { Bring::Newton } else { Bring::Descent };
            match setting.training(values, own, epochs) {
                Some(training) => self.ending = Some(Box::new(Ending::new(training, until, bring, own))),
                None => self.failed += 1,
            }
        }
        if let Some(end) = self.ending.as_mut().and_then(|ending| ending.step()) {
            self.ends.push(end);
            self.ending = None;
        }
    }

    /// What was found since the last harvest.
    pub fn harvest(&mut self) -> Vec<f64> {
        let new = self.ends.get(self.sent..).unwrap_or(&[]);
        let found = new.iter().flat_map(Ended::numbers).collect();
        self.sent = self.ends.len();
        found
    }

    /// Takes what another instance has found, and leaves to it the run that was under way here.
    pub fn absorb(&mut self, mut found: &[f64]) {
        while let Some((end, rest)) = Ended::read(found) {
            self.ending = None;
            // What was found here before the other began is not counted twice.
            if self.ends.iter().all(|known| known.seed != end.seed) {
                self.ends.push(end);
            }
            found = rest;
        }
    }

    /// Parameters of the networks.
    fn parameters(&self) -> usize {
        self.ends.iter().map(|end| end.theta.len()).max().unwrap_or(0)
    }

    /// The end looked at.
    pub fn end(&self) -> Option<&Ended> {
        self.ends.get(self.picked?)
    }

    /// Where an end stands: share and loss.
    fn at(end: &Ended, values: &Values, share: Share, log10: bool) -> [f64; 2] {
        let signs = counted(end, values);
        let x = if share == Share::Ratio { signs.ratio() } else { signs.index() };
        [x, if log10 { end.loss.max(1e-20).log10() } else { end.loss }]
    }

    /// Whether losses span so many decades that their axis is logarithmic.
    fn log10(&self) -> bool {
        let [lo, hi] = self.losses();
        lo > 0.0 && hi > 100.0 * lo && lo > 1e-12
    }

    fn losses(&self) -> [f64; 2] {
        let finite = self.ends.iter().map(|e| e.loss).filter(|l| l.is_finite());
        finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], x| [a.min(x), b.max(x)])
    }

    /// Loss against share, with the known points where there are any.
    pub fn figure(&self, values: &Values, share: Share, known: &[(f64, usize)], parameters: usize) -> Figure {
        let log10 = self.log10();
        let [mut lo, mut hi] = self.losses();
        for (loss, _) in known {
            (lo, hi) = (lo.min(*loss), hi.max(*loss));
        }
        let [lo, hi] = match hi >= lo {
            true if log10 => [lo.log10(), hi.log10()],
            true => [lo, hi],
            false => [0.0, 1.0],
        };
        let pad = if hi > lo { 0.08 * (hi - lo) } else { 0.5 };
        let mut front = Vec::new();
        // Larger than the marks that come to lie on them.
        if share == Share::Index {
            let place = |(loss, index): &(f64, usize)| {
                let share = *index as f64 / parameters as f64;
                [share, if log10 { loss.max(1e-20).log10() } else { *loss }]
            };
            let points = known.iter().map(place).collect();
            front.push(Layer::Dots { points, ink: Ink::Muted, radius: 11.0, opacity: 0.4 });
        }
        for end in &self.ends {
            let at = Self::at(end, values, share, log10);
            let zero = counted(end, values);
            // As far as it would be if all that counts as zero were of that sign.
            let to = [at[0] + zero.zero / zero.all(), at[1]];
            front.push(Layer::Line { points: vec![at, to], stroke: Stroke::solid(Ink::Muted, 0.6) });
        }
        // Many lie on one another: hollow ones below the critical, the one looked at above all.
        for level in 0..3 {
            for (k, end) in self.ends.iter().enumerate() {
                let (shape, hollow, ink) = Kind::of(end, values).mark();
                let picked = self.picked == Some(k);
                if level == if picked { 2 } else { usize::from(!hollow) } {
                    let at = Self::at(end, values, share, log10);
                    let ink = if picked { Ink::Point } else { ink };
                    front.push(Layer::Mark { at, z: 0.0, shape, ink, hollow });
                }
            }
        }
        let (id, name, axis) = match share {
            Share::Ratio => ("ratio", "figure.network.ratio", "ρ"),
            Share::Index if known.is_empty() => ("index", "figure.network.index", "α"),
            Share::Index => ("index", "figure.network.index.known", "α"),
        };
        Figure {
            id,
            name: Phrase::new(name),
            frame: Frame::Plane(Plane {
                x: Axis { range: [-0.04, 1.04], name: Phrase::verbatim(axis), scale: Scale::Even },
                y: Axis {
                    range: [lo - pad, hi + pad],
                    name: Phrase::verbatim("L"),
                    scale: Scale::log10(log10),
                },
                inside: false,
                end: f64::INFINITY,
            }),
            back: Vec::new(),
            front,
        }
    }

    /// The handle that picks a point of a figure.
    pub fn handle(&self, values: &Values, share: Share) -> Option<Handle> {
        // Before one is picked the handle stands at the first, so that there is something to press or to focus.
        let end = self.end().or_else(|| self.ends.iter().find(|end| !end.theta.is_empty()))?;
        let (id, figure) = if share == Share::Ratio { ("pick", "ratio") } else { ("pick-index", "index") };
        let at = Self::at(end, values, share, self.log10());
        let value = Phrase::new("handle.pick.value")
            .number("loss", end.loss)
            .number("ratio", counted(end, values).ratio());
        let name = Phrase::new("handle.pick");
        Some(Handle { id, figure, grip: Grip::Point, at, name, value, ink: Ink::Point })
    }

    /// Picks the point nearest to a place of a figure.
    pub fn pick(&mut self, values: &Values, share: Share, to: [f64; 2]) {
        let log10 = self.log10();
        let [lo, hi] = self.losses();
        let height = (if log10 { (hi / lo).log10() } else { hi - lo }).max(f64::MIN_POSITIVE);
        let far = |end: &Ended| {
            let [x, y] = Self::at(end, values, share, log10);
            (x - to[0]).hypot((y - to[1]) / height)
        };
        let all = self.ends.iter().enumerate().filter(|(_, end)| !end.theta.is_empty());
        self.picked = all.min_by(|a, b| far(a.1).total_cmp(&far(b.1))).map(|(k, _)| k);
    }

    /// Picks the next point, or the one before.
    pub fn turn(&mut self, by: f64) {
        let last = self.ends.len().saturating_sub(1) as f64;
        let now = self.picked.map_or(0.0, |k| k as f64);
        let next = (now + by).clamp(0.0, last) as usize;
        if self.ends.get(next).is_some_and(|end| !end.theta.is_empty()) {
            self.picked = Some(next);
        }
    }

    /// How many ends are of each kind, with mean loss and shares.
    pub fn table(&self, values: &Values) -> Option<Table> {
        let kinds = [Kind::NoWayDown, Kind::Saddle, Kind::Flat, Kind::NotCritical, Kind::Diverged];
        let row = |kind: Kind| {
            let ends: Vec<&Ended> = self.ends.iter().filter(|e| Kind::of(e, values) == kind).collect();
            let count = ends.len() as f64;
            let mean = |of: fn(&Signs) -> f64| {
                ends.iter().map(|e| counted(e, values)).map(|s| of(&s) / s.all()).sum::<f64>() / count
            };
            (!ends.is_empty()).then(|| Row {
                mark: Some(kind.mark()),
                cells: vec![
                    Cell::Words(kind.id(), Phrase::new(format!("network.kind.{}", kind.id()))),
                    Cell::Number(count),
                    Cell::Number(ends.iter().map(|e| e.loss).sum::<f64>() / count),
                    Cell::Number(mean(|s| s.negative)),
                    Cell::Number(mean(|s| s.zero)),
                    Cell::Number(mean(|s| s.positive)),
                ],
            })
        };
        let rows: Vec<Row> = kinds.into_iter().filter_map(row).collect();
        (!rows.is_empty()).then(|| Table {
            name: Phrase::new("network.table").phrase("bring", by(values, self.parameters())),
            columns: columns("network.column.", &["kind", "count", "loss", "negative", "zero", "positive"]),
            rows,
        })
    }

    /// How many ends are critical, and the seeds of those of them that lie on no known (loss, index).
    pub fn matches(&self, values: &Values, known: &[(f64, usize)]) -> (usize, Vec<u64>) {
        let mut missed = Vec::new();
        for end in &self.ends {
            let index = counted(end, values).negative;
            let fits = |(loss, i): &(f64, usize)| (end.loss - loss).abs() < KNOWN && *i as f64 == index;
            if CRITICAL.contains(&Kind::of(end, values)) && !known.iter().any(fits) {
                missed.push(end.seed);
            }
        }
        (self.count(values, CRITICAL), missed)
    }

    /// How many ends are of these kinds.
    pub fn count(&self, values: &Values, kinds: &[Kind]) -> usize {
        self.ends.iter().filter(|e| kinds.contains(&Kind::of(e, values))).count()
    }

    /// What the experiment has found, in words.
    pub fn verdict(&self, values: &Values) -> (Phrase, Phrase) {
        let count = |kind: Kind| self.count(values, &[kind]) as i64;
        let critical = self.count(values, CRITICAL) as i64;
        let text = Phrase::new(if self.ends.is_empty() { "network.none-yet" } else { "network.found" })
            .with("critical", Arg::Count(critical))
            .with("all", Arg::Count(self.ends.len() as i64))
            .with("saddles", Arg::Count(count(Kind::Saddle)));
        let reason = Phrase::new("network.found.reason")
            .with("down", Arg::Count(count(Kind::NoWayDown)))
            .with("flat", Arg::Count(count(Kind::Flat)))
            .with("open", Arg::Count(count(Kind::NotCritical)));
        (text, if self.ends.is_empty() { Phrase::new("network.none-yet.reason") } else { reason })
    }

    /// Every end as comma-separated values.
    pub fn csv(&self, values: &Values) -> String {
        let mut out =
            String::from("seed,epoch,reached_by,kind,L,residual,flatness,negative,zero,positive,exact\n");
        for end in &self.ends {
            let s = counted(end, values);
            let numbers = [end.loss, end.residual, end.flatness, s.negative, s.zero, s.positive];
            let mut cells = vec![end.seed.to_string(), end.epoch.to_string()];
            cells.extend([
                brought(values, self.parameters()).to_string(),
                Kind::of(end, values).id().to_string(),
            ]);
            cells.extend(numbers.map(shortest));
            cells.push(end.eigenvalues.exact.to_string());
            out.push_str(&line(cells.into_iter()));
        }
        out
    }
}
