//! A function along a line and its Taylor polynomials: about one point, or two to compare, with the radius of
//! convergence of each, and the error at one place order by order.

use super::curves::{Curve, Curves};
use super::taylor_controls::{ORDERS, judge};
use crate::derivative::{Radius, Smoothness, kink_between, series, smoothness};
use crate::figure::{Anchor, Axis, Dash, Figure, Frame, Ink, Layer, Plane, Scale, Shape, Stroke};
use crate::loss::Loss;
use crate::number::Series;
use crate::order::ascending;
use crate::phrase::{Arg, Phrase, number};

/// Points along the line.
const POINTS: usize = 161;
/// Every order up to this is drawn; of those above only the chosen one.
const THIN: usize = 8;
/// The inks of the two expansions.
pub const INKS: [Ink; 2] = [Ink::Method(0), Ink::Method(1)];

/// One expansion.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// Where on the line.
    pub at: f64,
    /// Its coefficients.
    pub series: Series,
    /// How far it converges.
    pub radius: Radius,
    /// Whether that is known, and not estimated.
    pub known: bool,
    /// Whether that is the distance to a kink: beyond it the series follows what the loss would be without.
    pub kink: bool,
}

/// A line through a loss, or the axis of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Whether it is the axis of a function f(x), and not a line through a loss.
    pub axis: bool,
    /// What is drawn of the line.
    pub range: [f64; 2],
    /// (s, L) along it.
    pub points: Vec<[f64; 2]>,
    /// The expansion, and one to compare.
    pub about: Vec<About>,
    /// Where the error is looked at.
    pub probe: f64,
    /// L there.
    pub truth: f64,
}

/// Where a line is: its origin and its unit direction.
pub struct Line<'a> {
    /// The loss.
    pub loss: &'a Loss,
    /// Where s = 0.
    pub origin: [f64; 2],
    /// The unit vector along which s grows.
    pub direction: [f64; 2],
    /// The text of a function of one variable, whose radius may be known.
    pub function: Option<&'a str>,
}

impl Line<'_> {
    fn place(&self, s: f64) -> [f64; 2] {
        [self.origin[0] + s * self.direction[0], self.origin[1] + s * self.direction[1]]
    }
}

impl Section {
    /// The line over `range`, expanded about these points of it, looked at in `probe`.
    pub fn new(line: &Line, range: [f64; 2], about: &[f64], probe: f64) -> Section {
        let value = |s: f64| line.loss.value(line.place(s));
        let [from, to] = range;
        let s = (0..POINTS).map(|k| from + (to - from) * k as f64 / (POINTS - 1) as f64);
        let s: Vec<f64> = s.collect();
        let kink = |a: f64, b: f64| kink_between(line.loss, line.place(a), line.place(b));
        let mut kinks = Vec::new();
        for pair in s.windows(2) {
            let &[mut a, mut b] = pair else { continue };
            if kink(a, b) {
                for _ in 0..40 {
                    let middle = (a + b) / 2.0;
                    (a, b) = if kink(a, middle) { (a, middle) } else { (middle, b) };
                }
                kinks.push(b);
            }
        }
        let expand = |at: f64| {
            let mut series = series(line.loss, line.place(at), line.direction);
            if !kinks.is_empty() && smoothness(line.loss, line.place(at), to - from) != Smoothness::Smooth {
                series.0.fill(f64::NAN);
            }
            let (radius, known) = judge(line.function, at, &series);
            let nearest = kinks.iter().map(|k: &f64| (k - at).abs()).fold(f64::INFINITY, f64::min);
            let before = match radius {
                Radius::Estimate(r) => nearest < r,
                Radius::Unknown => series.0.iter().all(|c| c.is_finite()) && nearest.is_finite(),
                Radius::Polynomial(_) | Radius::Unlimited => nearest.is_finite(),
            };
            match before {
                true => About { at, series, radius: Radius::Estimate(nearest), known: true, kink: true },
                false => About { at, series, radius, known, kink: false },
            }
        };
        Section {
            axis: line.function.is_some(),
            range,
            points: s.iter().map(|s| [*s, value(*s)]).collect(),
            about: about.iter().map(|at| expand(*at)).collect(),
            probe,
            truth: value(probe),
        }
    }

    /// What the vertical axis spans: most of L, but a pole does not press the rest flat.
    fn height(&self) -> [f64; 2] {
        let mut values: Vec<f64> = self.points.iter().map(|p| p[1]).filter(|y| y.is_finite()).collect();
        ascending(&mut values);
        let at = |share: f64| values.get((share * (values.len().max(1) - 1) as f64) as usize).copied();
        let (Some(lo), Some(low), Some(high), Some(hi)) = (at(0.0), at(0.1), at(0.9), at(1.0)) else {
            return [0.0, 1.0];
        };
        let room = high - low;
        let (lo, hi) = (lo.max(low - room), hi.min(high + room));
        let pad = if hi > lo { 0.25 * (hi - lo) } else { lo.abs().max(1.0) * 0.5 };
        [lo - pad, hi + pad]
    }

    /// What is expanded, by its letter.
    pub fn letter(&self) -> &'static str {
        if self.axis { "f" } else { "L" }
    }

    /// A place in words: x on an axis; through a loss, θ or the distance s from it.
    pub fn place(&self, s: f64) -> Phrase {
        Phrase::verbatim(match s {
            s if self.axis => number(s, 3),
            0.0 => "θ".into(),
            s => ["s = ", &number(s, 3)].concat(),
        })
    }

    /// The place of a handle on the curve, within the picture.
    pub fn on_curve(&self, s: f64, value: f64) -> [f64; 2] {
        let [lo, hi] = self.height();
        let y = if value.is_nan() { (lo + hi) / 2.0 } else { value.clamp(lo, hi) };
        [s.clamp(self.range[0], self.range[1]), y]
    }

    /// L solid, the polynomials up to `order`, shaded as far as they converge, those below order 3 unless
    /// they are hidden; `marks` over them.
    pub fn figure(&self, order: usize, hidden: [bool; 3], marks: Vec<Layer>) -> Figure {
        let height = self.height();
        let mut front = Vec::new();
        for (about, ink) in self.about.iter().zip(INKS) {
            let Radius::Estimate(r) = about.radius else { continue };
            let [from, to] = [about.at - r, about.at + r].map(|s| s.clamp(self.range[0], self.range[1]));
            let points = vec![[from, height[0]], [to, height[0]], [to, height[1]], [from, height[1]]];
            front.push(Layer::Area { points, ink, opacity: 0.07 });
            for s in [about.at - r, about.at + r] {
                let stroke = Stroke { ink, width: 1.0, dash: Dash::Dotted };
                front.push(Layer::Line { points: vec![[s, height[0]], [s, height[1]]], stroke });
            }
        }
        let mut ends = Vec::new();
        for (i, (about, ink)) in self.about.iter().zip(INKS).enumerate() {
            let last = order.min(THIN);
            let drawn: Vec<usize> = if i == 0 {
                (0..=last).chain((order > last).then_some(order)).collect()
            } else {
                vec![order]
            };
            for n in drawn {
                if n != order && hidden.get(n) == Some(&true) {
                    continue;
                }
                let ink = match n {
                    0 if i == 0 => Ink::Point,
                    1 if i == 0 => Ink::Gradient,
                    2 if i == 0 => Ink::Curvature,
                    _ => ink,
                };
                let dash = if i == 0 { Dash::Dashed } else { Dash::Dotted };
                let stroke = Stroke { ink, width: if n == order { 2.5 } else { 1.25 }, dash };
                let points: Vec<[f64; 2]> =
                    self.points.iter().map(|p| [p[0], about.series.at(p[0] - about.at, n)]).collect();
                if n <= 2 || n == order {
                    let right = (n + i).is_multiple_of(2);
                    let text = Phrase::new("taylor.order").with("order", Arg::Count(n as i64));
                    ends.extend(leaves(&points, about.at, right, height).map(|end| (right, end, text, ink)));
                }
                front.push(Layer::Line { points, stroke });
            }
        }
        front.push(Layer::Line { points: self.points.clone(), stroke: Stroke::solid(Ink::Text, 2.0) });
        for (right, at, text, ink) in ends {
            let anchor = if right { Anchor::Left } else { Anchor::Right };
            front.push(Layer::Text { at, anchor, text, ink });
        }
        front.extend(marks);
        let axis = |range, name| Axis { range, name: Phrase::verbatim(name), scale: Scale::Even };
        Figure {
            id: "section",
            name: Phrase::new(if self.axis { "figure.taylor.line" } else { "figure.taylor.section" }),
            frame: Frame::Plane(Plane {
                x: axis(self.range, if self.axis { "x" } else { "s" }),
                y: axis(height, self.letter()),
                inside: false,
                end: f64::INFINITY,
            }),
            back: Vec::new(),
            front,
        }
    }

    /// |L − Tₙ| at the probe, for n from 0, of one expansion.
    pub fn errors(&self, about: &About) -> Vec<f64> {
        (0..=ORDERS).map(|n| (self.truth - about.series.at(self.probe - about.at, n)).abs()).collect()
    }

    /// The error at the probe against the order.
    pub fn error_curves(&self, order: usize) -> Curves {
        let curve = |(about, ink): (&About, Ink)| Curve {
            points: self.errors(about).iter().enumerate().map(|(n, e)| [n as f64, *e]).collect(),
            stroke: Stroke {
                ink,
                width: 2.0,
                dash: if ink == INKS[0] { Dash::Dashed } else { Dash::Dotted },
            },
            mark: Some((if ink == INKS[0] { Shape::Dot } else { Shape::Square }, false)),
            label: Some(Phrase::new("taylor.about").phrase("at", self.place(about.at))),
        };
        Curves {
            id: "errors",
            name: Phrase::new("figure.taylor.errors"),
            x: Axis { range: [0.0, ORDERS as f64], name: Phrase::verbatim("n"), scale: Scale::Count },
            y: Phrase::verbatim(["|", self.letter(), " − Tₙ|"].concat()),
            log10: true,
            curves: self.about.iter().zip(INKS).map(curve).collect(),
            cursor: Some(order as f64),
            over: Vec::new(),
        }
    }
}

/// Where a polynomial about `at` leaves the picture, to the right or to the left.
fn leaves(points: &[[f64; 2]], at: f64, right: bool, [lo, hi]: [f64; 2]) -> Option<[f64; 2]> {
    let inside = |p: &&[f64; 2]| lo <= p[1] && p[1] <= hi;
    if right {
        points.iter().skip_while(|p| p[0] < at).take_while(inside).last().copied()
    } else {
        points.iter().rev().skip_while(|p| p[0] > at).take_while(inside).last().copied()
    }
}
