//! The saddle that the lab `escape` looks at: its way out, its stable line, and when a run has left.

use super::Values;
use super::escape_controls::{chosen, layers};
use super::subject::Subject;
use crate::critical::{CriticalPoint, Curvature, Kind, Nature, Search};
use crate::decimal::shortest;
use crate::derivative::{gradient, jet};
use crate::loss::{Chain, KnownKind, Landscape, Loss};
use crate::optimizer::Oracle;
use crate::order::order;

/// The stable line is followed this far, as a share of the view, each way.
const FAR: f64 = 0.6;
/// How far out on the stable line runs start, as a share of the view.
const OUT: f64 = 0.3535;
/// How far beside a saddle, or beside its line, runs start, as a share of the view.
const BESIDE: f64 = 0.001;
/// Where no λ is negative, a run has left when this share of the way down to the lowest point in view is done.
const FALLEN: f64 = 0.1;

/// The search for saddles ends after so many slices, as a change of the loss waits for it: two or three times what the
/// named landscapes take. What is missing then lies among curves.
const SLICES: usize = 2_000;

/// A saddle, or another critical point that is no extremum.
#[derive(Clone, Debug)]
pub struct Saddle {
    /// Where, on the map.
    pub at: [f64; 2],
    /// L there.
    pub loss: f64,
    /// H there.
    pub curvature: Curvature,
    /// λ₁ and its eigenvector, the way out, where λ₁ < 0.
    pub out: Option<(f64, [f64; 2])>,
    /// Its stable line: where −g leads back to it. Empty where it has none.
    pub line: Vec<[f64; 2]>,
}

/// What is run, and from what it is to leave.
#[derive(Clone, Debug)]
pub struct Place {
    /// What the map shows: the loss, or the section w₂ = w₃ = … of the network's.
    pub subject: Subject,
    /// The network of three layers or more, if it is one.
    pub chain: Option<Chain>,
    /// How many variables run.
    pub layers: usize,
    /// Every saddle there is to choose, from the left.
    pub saddles: Vec<[f64; 2]>,
    /// The one looked at.
    pub saddle: Option<Saddle>,
    /// r, how far along the way out a run has to be.
    pub radius: f64,
    /// The loss below which a run has left where there is no λ < 0.
    level: f64,
}

impl Place {
    /// What the values describe.
    pub fn of(values: &Values, subject: &Subject, found: &[[f64; 2]]) -> Place {
        let layers = layers(values);
        let [a, b] = [0, 1].map(|i| subject.loss.parameters().get(i).copied().unwrap_or(f64::NAN));
        let chain = (layers > 2).then_some(Chain { a, b });
        let section = chain.and_then(|_| section(a, b, layers));
        let shown = section.map_or_else(|| subject.clone(), |loss| Subject::over(loss, subject.view));
        let saddles = match chain {
            Some(_) if a * b != 0.0 => vec![[0.0; 2]],
            Some(_) => Vec::new(),
            None => found.to_vec(),
        };
        let saddle = saddles.get(chosen(values).min(saddles.len().saturating_sub(1)));
        let saddle = saddle.and_then(|at| Saddle::of(&shown, *at, chain.is_some()));
        let lowest = shown.grid.range().map_or(f64::NAN, |[lowest, _]| lowest);
        let top = saddle.as_ref().map_or(f64::NAN, |s| s.loss);
        let radius = values.number("radius") * shown.size();
        Place {
            radius: saddle.as_ref().map_or(radius, |s| radius.min(s.reach(&shown))),
            level: top - FALLEN * (top - lowest).max(0.0),
            subject: shown,
            chain,
            layers,
            saddles,
            saddle,
        }
    }

    /// Where the runs open: beside the stable line, so that they approach first; of deep networks on the diagonal.
    pub fn opening(&self) -> [f64; 2] {
        match &self.saddle {
            // Far enough out that gradient descent leaves within a hundred steps.
            Some(_) if self.layers > 2 => [[0.1, 0.25, 0.35][(self.layers - 3).min(2)]; 2],
            _ if self.subject.loss == Loss::notes() => [1.0, -0.999],
            Some(saddle) => {
                self.near(self.on_line().or(Some(saddle.at))).unwrap_or_else(|| self.subject.loss.start())
            }
            None => self.subject.loss.start(),
        }
    }

    /// A point of the stable line well away from the saddle.
    pub fn on_line(&self) -> Option<[f64; 2]> {
        let saddle = self.saddle.as_ref()?;
        if self.subject.loss == Loss::notes() {
            return Some([1.0, -1.0]);
        }
        if self.layers > 2 {
            // Weights of opposite signs: −g leads them to zero.
            let side = OUT * self.subject.size() / 3.0;
            return Some([-side, side]);
        }
        // The steepest place of it where it is still straight, so that a run from there slows down as it comes near.
        let distance = |p: &[f64; 2]| (p[0] - saddle.at[0]).hypot(p[1] - saddle.at[1]);
        let straight = |p: &[f64; 2]| self.delta(p).is_some_and(|delta| delta <= 0.1 * self.radius);
        let slope = |p: &[f64; 2]| {
            let (_, g) = gradient(&self.subject.loss, *p);
            g[0].hypot(g[1])
        };
        let wanted = OUT * self.subject.size();
        let inside = |p: &&[f64; 2]| self.subject.view.contains(**p) && distance(p) <= wanted && straight(p);
        saddle.line.iter().filter(inside).max_by(|a, b| slope(a).total_cmp(&slope(b))).copied()
    }

    /// A point a little off, along the way out.
    pub fn near(&self, from: Option<[f64; 2]>) -> Option<[f64; 2]> {
        let saddle = self.saddle.as_ref()?;
        let [x, y] = from?;
        let (_, [ux, uy]) = saddle.out.unwrap_or((0.0, [std::f64::consts::FRAC_1_SQRT_2; 2]));
        // Where no curvature drives it, farther: it would take for ever.
        let share = if saddle.out.is_some() { BESIDE } else { 25.0 * BESIDE };
        let off = share * self.subject.size();
        Some([x + off * ux, y + off * uy])
    }

    /// η, σ and ε that suit the loss: a fifth of what its curvature allows, and shares of the slope at the distance r.
    pub fn scale(&self) -> [f64; 3] {
        let curvature = self.saddle.as_ref().filter(|_| self.layers == 2).map(|s| s.curvature.lambda);
        let [l1, l2] = curvature.unwrap_or([-2.0, 2.0]);
        let largest = l1.abs().max(l2.abs());
        let largest = if largest > 1e-6 && largest < 1e9 { largest } else { 2.0 };
        let pull = if l1 < 0.0 { -l1 } else { largest };
        let slope = pull * 0.1 * self.subject.size();
        [0.2 / largest, 0.0625 * slope, 0.125 * slope]
    }

    /// The point of all variables that a point of the map stands for.
    pub fn lift(&self, at: [f64; 2]) -> Vec<f64> {
        (0..self.layers).map(|i| at[i.min(1)]).collect()
    }

    /// The point of the map for a point of all variables: w₁ and the mean of the others.
    pub fn project(&self, theta: &[f64]) -> [f64; 2] {
        let Some((first, rest)) = theta.split_first() else { return [f64::NAN; 2] };
        [*first, rest.iter().sum::<f64>() / rest.len() as f64]
    }

    /// δ, how far a point lies from the saddle along the way out.
    pub fn delta(&self, theta: &[f64]) -> Option<f64> {
        let saddle = self.saddle.as_ref()?;
        let (_, u) = saddle.out?;
        Some(theta.iter().zip(saddle.at).zip(u).map(|((w, s), u)| (w - s) * u).sum::<f64>().abs())
    }

    /// Whether a point is out: beyond r along the way out, or, where there is none, below the level.
    pub fn is_out(&self, theta: &[f64], loss: f64) -> bool {
        self.delta(theta).map_or(loss < self.level, |delta| delta >= self.radius)
    }

    /// Answers for the loss in all variables.
    pub fn oracle(&self) -> Asked<'_> {
        Asked(self)
    }
}

/// The oracle of what is run.
pub struct Asked<'a>(&'a Place);

impl Oracle for Asked<'_> {
    fn dimension(&self) -> usize {
        self.0.layers
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        match self.0.chain {
            Some(chain) => chain.value(at),
            None => Oracle::value(&mut &self.0.subject.loss, at),
        }
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        match self.0.chain {
            Some(chain) => {
                chain.gradient(at, out);
                chain.value(at)
            }
            None => Oracle::gradient(&mut &self.0.subject.loss, at, out),
        }
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        match self.0.chain {
            Some(chain) => chain.hessian(at, out),
            None => Oracle::hessian(&mut &self.0.subject.loss, at, out),
        }
    }
}

/// The network's loss where all weights but the first are equal: runs that start there stay there, as none is favoured.
fn section(a: f64, b: f64, layers: usize) -> Option<Loss> {
    let power = ["2", "3", "4"].get(layers.checked_sub(3)?)?;
    Loss::parse(&["(", &shortest(b), " - (", &shortest(a), ")*w1*w2^", power, ")^2"].concat()).ok()
}

impl Saddle {
    /// How far along the way out a run has surely left, at most: most of the way to where L rises again on either side.
    fn reach(&self, subject: &Subject) -> f64 {
        let Some((_, u)) = self.out else { return f64::INFINITY };
        let step = subject.size() / 400.0;
        let value = |s: f64| subject.loss.value([self.at[0] + s * u[0], self.at[1] + s * u[1]]);
        let falls = |sign: f64| {
            let at = |k: i32| value(sign * step * f64::from(k));
            (1..400).find(|k| at(k + 1) >= at(*k)).map_or(f64::INFINITY, |k| step * f64::from(k))
        };
        0.8 * falls(1.0).min(falls(-1.0)).max(step)
    }

    fn of(subject: &Subject, at: [f64; 2], flat: bool) -> Option<Saddle> {
        let jet = jet(&subject.loss, at);
        let curvature = Curvature::of(jet.hessian)?;
        let [l1, l2] = curvature.lambda;
        // Rounding of a zero is no way out.
        let real = l1 < -1e-9 * l2.abs() && !flat;
        let out = real.then_some((l1, curvature.v[0]));
        let line = if real && l2 > 0.0 { stable_line(subject, at, &curvature) } else { Vec::new() };
        Some(Saddle { at, loss: jet.value, curvature, out, line })
    }
}

/// The line along which −g leads to a saddle: followed uphill from it along v₂, each way, as far as [`FAR`]. Uphill,
/// distances along the way out shrink, so that errors die away.
fn stable_line(subject: &Subject, at: [f64; 2], curvature: &Curvature) -> Vec<[f64; 2]> {
    let size = subject.size();
    let [l1, l2] = curvature.lambda;
    let v = curvature.v[1];
    let ratio = (l2 / -l1).min(1.0);
    let slope = |p: [f64; 2]| {
        let (_, g) = gradient(&subject.loss, p);
        let norm = g[0].hypot(g[1]);
        [g[0] / norm, g[1] / norm]
    };
    let side = |sign: f64| {
        let mut s = 1e-4 * size;
        let mut p = [at[0] + sign * s * v[0], at[1] + sign * s * v[1]];
        let mut points = vec![p];
        for _ in 0..400 {
            // Near the saddle the direction of g turns fast: small steps at first.
            let h = (0.2 * ratio * s).min(size / 200.0);
            let ahead = |k: [f64; 2], share: f64| [p[0] + share * h * k[0], p[1] + share * h * k[1]];
            let k1 = slope(p);
            let k2 = slope(ahead(k1, 0.5));
            let k3 = slope(ahead(k2, 0.5));
            let k4 = slope(ahead(k3, 1.0));
            p = [0, 1].map(|i| p[i] + h / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]));
            s += h;
            if !(p[0].is_finite() && p[1].is_finite()) || s > FAR * size || !subject.view.contains(p) {
                break;
            }
            points.push(p);
        }
        points
    };
    let mut line = side(-1.0);
    line.reverse();
    line.push(at);
    line.extend(side(1.0));
    line
}

/// The saddles of a loss in its usual view, from the left: those with λ < 0 < λ; where there are none, the degenerate
/// points that are no extrema.
pub fn saddles(loss: &Loss) -> Vec<[f64; 2]> {
    let known = loss.known_points();
    // What is listed is a lowest minimum among many others.
    let partly = matches!(loss.named(), Some(Landscape::Rastrigin | Landscape::Griewank | Landscape::Levy13));
    let settled = !known.is_empty() && !partly && known.iter().all(|p| p.kind != KnownKind::Degenerate);
    let found: Vec<[f64; 2]> = if settled {
        known.iter().filter(|p| p.kind == KnownKind::Saddle).map(|p| p.at).collect()
    } else {
        let mut search = Search::new(loss, loss.domain());
        let _ = (0..SLICES).find(|_| !search.advance(&mut || true));
        let points = search.found().points;
        let strict: Vec<[f64; 2]> =
            points.iter().filter(|p| p.verdict.kind == Kind::Saddle).map(|p| p.at).collect();
        let no_extremum = |p: &&CriticalPoint| {
            p.decision.as_ref().is_some_and(|d| matches!(d.nature, Nature::Saddle | Nature::Shoulder))
        };
        if strict.is_empty() { points.iter().filter(no_extremum).map(|p| p.at).collect() } else { strict }
    };
    let sorted = order(found.len(), &mut |a, b| found[a] < found[b]);
    sorted.into_iter().filter_map(|i| found.get(i)).copied().filter(|p| loss.domain().contains(*p)).collect()
}
