//! All critical points in view: the search in slices, their marks on the pictures, their list, and how far the search
//! vouches for it.

use super::kind_words::{name, nature_words, seen, shape};
use super::subject::Subject;
use super::{Cell, Row, Table};
use crate::critical::{Completeness, Decision, Found, Kind, Search, Tolerance, Verdict, classify, sampled};
use crate::figure::{Ink, Layer, Shape, Stroke};
use crate::phrase::{Arg, Phrase, number};

/// The longest list on the page; the file holds them all.
pub const LISTED: usize = 15;

/// A search on the subject of a lab, and what it found.
#[derive(Clone, Debug, Default)]
pub struct Landmarks {
    search: Option<Search>,
    found: Option<Found>,
}

impl Landmarks {
    /// Begins anew on another subject.
    pub fn seek(&mut self, subject: &Subject) {
        self.search = Some(Search::new(&subject.loss, subject.view));
        self.found = None;
    }

    /// Gives up.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Goes on with the search until `spent`; the share that is done, `None` when nothing is left.
    pub fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        let search = self.search.as_mut()?;
        // With nothing to spend it only tells.
        if !spent() && !search.advance(spent) {
            self.found = self.search.take().map(Search::found);
            return None;
        }
        Some(search.progress())
    }

    /// Marks, curves and constant regions, for the map.
    pub fn on_map(&self) -> Vec<Layer> {
        let Some(found) = &self.found else { return Vec::new() };
        let mut layers = Vec::new();
        for cell in &found.constant {
            let [[x0, x1], [y0, y1]] = [cell.x, cell.y];
            let points = vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
            layers.push(Layer::Area { points, ink: Ink::Muted, opacity: 0.35 });
        }
        for curve in &found.curves {
            layers.push(Layer::Line { points: curve.points.clone(), stroke: Stroke::solid(Ink::Text, 2.0) });
        }
        layers.extend(self.marks(|_| 0.0));
        layers
    }

    /// The same for the surface.
    pub fn on_surface(&self, subject: &Subject) -> Vec<Layer> {
        let Some(found) = &self.found else { return Vec::new() };
        let mut layers = Vec::new();
        for curve in &found.curves {
            let points = subject.lift(curve.points.iter().copied());
            layers.push(Layer::Line3 { points, stroke: Stroke::solid(Ink::Text, 2.0) });
        }
        layers.extend(self.marks(|at| subject.loss.value(at)));
        layers
    }

    fn marks(&self, z: impl Fn([f64; 2]) -> f64) -> Vec<Layer> {
        let Some(found) = &self.found else { return Vec::new() };
        let mark = |at, shape, hollow| Layer::Mark { at, z: z(at), shape, ink: Ink::Text, hollow };
        let points = found.points.iter().filter_map(|p| Some(mark(p.at, shape(p.verdict.kind)?, false)));
        let kinks = found.kinks.iter().map(|at| mark(*at, Shape::Dot, true));
        points.chain(kinks).collect()
    }

    /// The list, under what is said of the whole; at most so many rows (`None`: all).
    pub fn table(&self, subject: &Subject, limit: Option<usize>) -> Option<Table> {
        let found = self.found.as_ref()?;
        let [x, y] = subject.loss.names();
        let columns = [("w1", x), ("w2", y), ("L", "L"), ("lambda1", "λ₁"), ("lambda2", "λ₂")];
        let columns = columns.map(|(id, name)| (id, Phrase::verbatim(name)));
        let columns = std::iter::once(("kind", Phrase::new("landmarks.kind"))).chain(columns).collect();
        let size = subject.size();
        let mut rows: Vec<Row> = Vec::new();
        for curve in &found.curves {
            rows.push(row(None, Some(curve.decision), [f64::NAN; 2], &curve.verdict, size));
        }
        rows.extend(
            found.points.iter().map(|p| row(shape(p.verdict.kind), p.decision, p.at, &p.verdict, size)),
        );
        rows.extend(found.kinks.iter().map(|at| kink(subject, *at)));
        rows.truncate(limit.unwrap_or(usize::MAX));
        Some(Table { name: self.summary(found), columns, rows })
    }

    /// How many of each kind, and how far the search vouches for it.
    fn summary(&self, found: &Found) -> Phrase {
        let kinds = [Kind::Minimum, Kind::Saddle, Kind::Maximum];
        let mut counts: Vec<String> = Vec::new();
        let mut tell = |n: usize, sign: &str| {
            if n > 0 {
                counts.push([&n.to_string(), "\u{a0}", sign].concat());
            }
        };
        let mut isolated = found.points.len();
        for (kind, sign) in kinds.into_iter().zip(["▼", "✕", "▲"]) {
            let n = found.points.iter().filter(|p| p.verdict.kind == kind).count();
            isolated -= n;
            tell(n, sign);
        }
        tell(isolated, "◇");
        let what = if counts.is_empty() {
            Phrase::new("landmarks.none")
        } else {
            Phrase::new("landmarks.count").with("counts", Arg::Text(counts.join(", ")))
        };
        let mut said = what;
        let more = [
            ("landmarks.curves", found.curves.len()),
            ("landmarks.constant", usize::from(!found.constant.is_empty())),
            ("landmarks.kinks", found.kinks.len()),
            (
                "landmarks.hidden",
                (found.points.len() + found.curves.len() + found.kinks.len()).saturating_sub(LISTED),
            ),
        ];
        for (key, n) in more.into_iter().filter(|(_, n)| *n > 0) {
            said = Phrase::new(key).phrase("rest", said).with("n", Arg::Count(n as i64));
        }
        let (key, share) = match found.completeness {
            Completeness::Proved => ("landmarks.proved", 0.0),
            // So near to a point that the share says nothing.
            Completeness::Apart(share) if share < 1e-4 => ("landmarks.isolated", share),
            Completeness::Apart(share) => ("landmarks.apart", share),
            Completeness::Resolution(share) => ("landmarks.resolution", share),
            Completeness::Partial => ("landmarks.partial", 0.0),
        };
        let share = Arg::Text(percent(share));
        Phrase::new(key).phrase("rest", said).with("share", share)
    }

    /// The same in words, where a search has ended.
    pub fn words(&self) -> Option<Phrase> {
        self.found.as_ref().map(|found| self.summary(found))
    }
}

/// A place where the loss has no gradient: no critical point, but it may be the lowest or the highest one seen nearby.
fn kink(subject: &Subject, at: [f64; 2]) -> Row {
    let verdict = classify(&subject.loss, at, subject.view, Tolerance::default());
    let id = match seen(&sampled(&subject.loss, at, subject.view)) {
        Some("lowest") => "kink-lowest",
        Some(_) => "kink-highest",
        None => "kink",
    };
    Row {
        mark: Some((Shape::Dot, true, Ink::Text)),
        cells: vec![
            Cell::Words(id, Phrase::new(["landmarks.", id].concat())),
            Cell::Number(at[0]),
            Cell::Number(at[1]),
            Cell::Number(verdict.jet.value),
            Cell::Number(f64::NAN),
            Cell::Number(f64::NAN),
        ],
    }
}

/// A share in per cent, with one digit.
fn percent(share: f64) -> String {
    [&number(100.0 * share, 1), "%"].concat()
}

fn row(mark: Option<Shape>, decision: Option<Decision>, at: [f64; 2], verdict: &Verdict, size: f64) -> Row {
    let (id, words) = match decision {
        Some(decision) => (decision.nature.name(), nature_words(decision.nature)),
        None => (name(verdict.kind), Phrase::new(format!("verdict.{}", name(verdict.kind)))),
    };
    let lambda = verdict.curvature.map_or([f64::NAN; 2], |c| c.lambda);
    // What counts as zero is shown as zero.
    let shown = |i: usize| if verdict.signs[i] == 0 { 0.0 } else { lambda[i] };
    // A change of one unit in the last place of θ changes L by more than this.
    let dust = lambda[0].abs().max(lambda[1].abs()) * (f64::EPSILON * size).powi(2);
    let value = if verdict.jet.value.abs() <= dust { 0.0 } else { verdict.jet.value };
    Row {
        mark: mark.map(|shape| (shape, false, Ink::Text)),
        cells: vec![
            Cell::Words(id, words),
            Cell::Number(at[0]),
            Cell::Number(at[1]),
            Cell::Number(value),
            Cell::Number(shown(0)),
            Cell::Number(shown(1)),
        ],
    }
}
