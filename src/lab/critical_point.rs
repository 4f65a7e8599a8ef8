//! Lab `critical-point`: what a zero gradient means. Minimum, maximum or saddle is told from the Hessian: drag the
//! point, read g, H, λ, v and the verdict, see the eigen-axes on the map, on the surface and as slices.

use super::critical_controls::{NOTES, controls, start};
use super::eigen_axes::{EigenAxis, axes};
use super::kind_words;
use super::landmarks::{LISTED, Landmarks};
use super::predict;
use super::slice::Slice;
use super::subject::Subject;
use super::table::push_line;
use super::turn;
use super::{Grip, Handle, Headline, Lab, Readout, Table, Value, Values};
use crate::critical::{Decision, Kind, Tolerance, Verdict, classify, decide, nearest_critical, sampled};
use crate::error::Error;
use crate::figure::{Figure, Ink, Layer, Shape, Stroke};
use crate::phrase::Phrase;

/// Distance of the direction's handle from the point, as a share of the view.
const DIAL: f64 = 0.2;
/// The lab.
pub struct CriticalPoint {
    pub(super) values: Values,
    pub(super) subject: Subject,
    pub(super) verdict: Verdict,
    /// What the point is, where H does not decide.
    pub(super) decision: Option<Decision>,
    /// All critical points in view, where they are asked for.
    pub(super) landmarks: Landmarks,
    /// Whether the last search for a critical point found none; until the next change.
    pub(super) lost: bool,
}

impl CriticalPoint {
    /// On the notes' own loss, at its saddle.
    pub fn new() -> Self {
        let values = Values::new(controls());
        let subject = Subject::of(&values, start);
        let verdict = judge(&values, &subject);
        Self { values, subject, verdict, decision: None, landmarks: Landmarks::default(), lost: false }
    }

    pub(super) fn at(&self) -> [f64; 2] {
        self.values.point("at")
    }

    /// The dialled direction as a unit vector.
    pub(super) fn direction(&self) -> [f64; 2] {
        let phi = self.values.number("direction").to_radians();
        [phi.cos(), phi.sin()]
    }

    pub(super) fn frozen(&self) -> bool {
        self.values.is_on("freeze")
    }

    /// Whether the answer is still hidden: predict first, reveal after the guess.
    pub(super) fn hidden(&self) -> bool {
        predict::hidden(&self.values)
    }

    pub(super) fn along(&self, s: f64, direction: [f64; 2]) -> [f64; 2] {
        let at = self.at();
        [at[0] + s * direction[0], at[1] + s * direction[1]]
    }

    fn move_to(&mut self, to: [f64; 2]) {
        let to = if self.frozen() {
            let (at, d) = (self.at(), self.direction());
            self.along((to[0] - at[0]) * d[0] + (to[1] - at[1]) * d[1], d)
        } else {
            to
        };
        // A frozen point stops where its line leaves the view rather than sliding along the edge.
        if !self.frozen() || self.subject.view.contains(to) {
            self.values.put("at", Value::Point(to));
        }
        self.judge_again();
    }

    fn judge_again(&mut self) {
        self.lost = false;
        self.verdict = judge(&self.values, &self.subject);
        let look = match self.verdict.kind {
            Kind::Degenerate(_) => decide,
            Kind::NotDifferentiable => sampled,
            _ => {
                self.decision = None;
                return;
            }
        };
        self.decision = Some(look(&self.subject.loss, self.at(), self.subject.view));
    }

    /// Searches anew if all points are asked for.
    fn seek(&mut self) {
        if self.values.is_on("all") {
            self.landmarks.seek(&self.subject);
        } else {
            self.landmarks.forget();
        }
    }

    /// The eigen-axes, where H is finite and the answer is not hidden.
    pub(super) fn axes(&self) -> Option<[EigenAxis; 2]> {
        let none = self.hidden() || self.verdict.kind == Kind::NotDifferentiable;
        let curvature = self.verdict.curvature.filter(|_| !none)?;
        Some(axes(&self.verdict, &curvature, self.subject.size()))
    }

    /// The mark of θ: the kind's shape, hollow where the point is not critical, a plain dot while the kind is hidden.
    fn mark(&self) -> Layer {
        let shape = kind_words::shape(self.verdict.kind);
        let plain = self.hidden() || self.frozen();
        Layer::Mark {
            at: self.at(),
            z: self.verdict.jet.value,
            shape: if plain { Shape::Dot } else { shape.unwrap_or(Shape::Dot) },
            ink: Ink::Point,
            hollow: !plain && shape.is_none(),
        }
    }

    fn map(&self) -> Figure {
        let size = self.subject.size();
        let mut front = Vec::new();
        let d = self.direction();
        if self.frozen() {
            let line = vec![self.along(-2.0 * size, d), self.along(2.0 * size, d)];
            front.push(Layer::Line { points: line, stroke: Stroke::solid(Ink::Point, 2.0) });
        }
        if let Some(axes) = self.axes().filter(|_| !self.frozen()) {
            front.extend(axes.iter().flat_map(|axis| axis.layers(self.at(), self.subject.view)));
        }
        let dial = DIAL * size;
        let spoke = vec![self.along(-dial, d), self.along(dial, d)];
        front.push(Layer::Line { points: spoke, stroke: Stroke::solid(Ink::Curvature, 1.5) });
        if self.verdict.kind != Kind::NotDifferentiable {
            front.extend(self.subject.descent_arrow(self.at(), self.verdict.jet.gradient));
        }
        front.push(self.mark());
        let mut map = self.subject.map(front);
        if !self.hidden() {
            map.back.extend(self.landmarks.on_map());
        }
        map
    }

    fn surface(&self) -> Figure {
        let mut front = Vec::new();
        if self.frozen() {
            let d = self.direction();
            let far = 1.5 * self.subject.size();
            let line = (-96..=96).map(|k| self.along(far * f64::from(k) / 96.0, d));
            let points = self.subject.lift(line);
            front.push(Layer::Line3 { points, stroke: Stroke::solid(Ink::Point, 2.5) });
        } else if let Some(axes) = self.axes() {
            front.extend(axes.iter().map(|axis| Layer::Line3 {
                points: self.subject.lift(axis.points(self.at())),
                stroke: Stroke::solid(axis.ink, 2.5),
            }));
        }
        front.push(self.mark());
        let mut surface = turn::surface(&self.subject, &self.values, front);
        if !self.hidden() {
            surface.back.extend(self.landmarks.on_surface(&self.subject));
        }
        surface
    }

    /// The slices on show: along both eigenvectors, or along the frozen line.
    pub(super) fn slices(&self) -> Vec<(&'static str, Slice, Ink)> {
        if self.hidden() || !self.verdict.jet.value.is_finite() {
            return Vec::new();
        }
        let reach = self.values.number("reach") * self.subject.size();
        let jet = &self.verdict.jet;
        let slice = |v| Slice::new(&self.subject.loss, jet, self.at(), v, reach);
        if self.frozen() {
            return vec![("slice-frozen", slice(self.direction()), Ink::Curvature)];
        }
        let Some(axes) = self.axes() else { return Vec::new() };
        ["slice-1", "slice-2"]
            .into_iter()
            .zip(&axes)
            .map(|(id, axis)| (id, slice(axis.v), axis.ink))
            .collect()
    }
}

impl Default for CriticalPoint {
    fn default() -> Self {
        Self::new()
    }
}

fn judge(values: &Values, subject: &Subject) -> Verdict {
    let tolerance = Tolerance { position: values.number("near"), eigenvalue: values.number("zero") };
    classify(&subject.loss, values.point("at"), subject.view, tolerance)
}

impl Lab for CriticalPoint {
    fn id(&self) -> &'static str {
        "critical-point"
    }

    fn values(&self) -> &Values {
        &self.values
    }

    fn shown(&self, control: &str) -> bool {
        match control {
            "notes" => self.values.formula("loss") != NOTES,
            "guess" => self.values.is_on("predict"),
            "reach" => !self.hidden(),
            "all" => !self.hidden(),
            _ => Subject::shown(&self.values, control),
        }
    }

    fn set(&mut self, control: &str, text: &str) -> Result<(), Error> {
        let said = self.subject.set(&mut self.values, control, text);
        // A new question wants a new guess.
        if control == "predict" || control == "loss" {
            predict::ask(&mut self.values);
        }
        self.judge_again();
        if control == "all" || Subject::owns(control) {
            self.seek();
        }
        said
    }

    fn work(&mut self, spent: &mut dyn FnMut() -> bool) -> Option<f64> {
        if self.hidden() { None } else { self.landmarks.work(spent) }
    }

    fn act(&mut self, control: &str) {
        match control {
            "notes" => {
                let _ = self.set("loss", NOTES);
            }
            "snap" => {
                let found = nearest_critical(&self.subject.loss, self.at(), self.subject.view);
                if let Some(point) = found {
                    self.values.put("at", Value::Point(point));
                    self.judge_again();
                }
                self.lost = found.is_none();
            }
            _ => {}
        }
    }

    fn handles(&self) -> Vec<Handle> {
        let degrees = self.values.number("direction");
        let theta = Subject::handle(&self.values, "handle.theta");
        vec![
            Handle { grip: if self.frozen() { Grip::Track } else { Grip::Point }, ..theta },
            Handle {
                id: "direction",
                figure: "map",
                grip: Grip::Track,
                at: self.along(DIAL * self.subject.size(), self.direction()),
                name: Phrase::new("handle.direction"),
                value: Phrase::new("handle.direction.value").number("angle", degrees),
                ink: Ink::Curvature,
            },
            turn::handle(&self.values),
        ]
    }

    fn drag(&mut self, handle: &str, to: [f64; 2]) {
        if !(to[0].is_finite() && to[1].is_finite()) {
            return;
        }
        match handle {
            "theta" => self.move_to(to),
            "direction" => {
                let at = self.at();
                let [dx, dy] = [to[0] - at[0], to[1] - at[1]];
                if dx != 0.0 || dy != 0.0 {
                    self.values.put("direction", Value::Number(half_turn(dy.atan2(dx).to_degrees()).round()));
                }
            }
            "orbit" => turn::drag(&mut self.values, to),
            _ => {}
        }
    }

    fn nudge(&mut self, handle: &str, by: [f64; 2], large: bool) {
        let many = if large { 10.0 } else { 1.0 };
        match handle {
            "theta" => {
                let at = self.at();
                if self.frozen() {
                    // Any arrow moves along the line: the two directions of a track are forward and back.
                    let [lo, hi] = self.subject.view.x;
                    let (dx, [cx, cy]) = ((hi - lo) / 200.0 * many, self.direction());
                    let by = by[0] + by[1];
                    self.move_to([at[0] + by * dx * cx, at[1] + by * dx * cy]);
                } else {
                    self.move_to(self.subject.nudged(at, by, large));
                }
            }
            "direction" => {
                let turned = self.values.number("direction") + many * (by[0] + by[1]);
                self.values.put("direction", Value::Number(half_turn(turned)));
            }
            "orbit" => turn::nudge(&mut self.values, by, many),
            _ => {}
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let mut figures = vec![self.map(), self.surface()];
        for (id, slice, ink) in self.slices() {
            let axis = match id {
                "slice-1" => "s · v₁",
                "slice-2" => "s · v₂",
                _ => "s · v",
            };
            let name = Phrase::new(format!("figure.{id}"));
            figures.push(slice.figure(id, name, Phrase::verbatim(axis), ink, self.verdict.jet.value));
        }
        figures
    }

    fn headline(&self) -> Option<Headline> {
        Some(self.said())
    }

    fn readouts(&self) -> Vec<Readout> {
        self.numbers()
    }

    fn table(&self) -> Option<Table> {
        if self.hidden() { None } else { self.landmarks.table(&self.subject, Some(LISTED)) }
    }

    fn sentence(&self) -> Phrase {
        let place = kind_words::place(self.at(), self.verdict.jet.value);
        if self.hidden() {
            return self.said().after(place);
        }
        if let Some(list) = self.landmarks.words() {
            let text = self.said().text;
            return Phrase::new("sentence.landmarks")
                .phrase("place", place)
                .phrase("verdict", text)
                .phrase("list", list);
        }
        // Who has guessed hears whether that was right.
        match self.axes().filter(|_| !self.frozen() && !self.values.is_on("predict")) {
            Some([first, second]) => Phrase::new("sentence.ways")
                .phrase("place", place)
                .phrase("verdict", self.said().text)
                .phrase("first", first.words())
                .phrase("second", second.words()),
            None => self.said().after(place),
        }
    }

    fn remarks(&self) -> Vec<Phrase> {
        self.notes()
    }

    fn csv(&self) -> String {
        // Where the points in view are listed, they are the numbers.
        if let Some(list) = self.landmarks.table(&self.subject, None).filter(|_| !self.hidden()) {
            return list.csv();
        }
        let at = self.at();
        let jet = &self.verdict.jet;
        let mut out = String::from("series,s,w1,w2,L,model\n");
        let mut row = |series: &str, s: f64, p: [f64; 2], loss: f64, model: f64| {
            push_line(&mut out, series, &[s, p[0], p[1], loss, model]);
        };
        row("point", 0.0, at, jet.value, jet.value);
        for (id, slice, _) in self.slices() {
            for ((s, loss), model) in slice.s.iter().zip(&slice.loss).zip(&slice.model) {
                row(id, *s, self.along(*s, slice.direction), *loss, *model);
            }
        }
        out
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}

/// An angle of a two-ended direction, in (−90°, 90°].
fn half_turn(degrees: f64) -> f64 {
    let turned = (degrees + 90.0).rem_euclid(180.0) - 90.0;
    if turned == -90.0 { 90.0 } else { turned }
}
