//! The figures of the lab `taylor`: the models over the surface, their error on the map, the polynomials along a line.

use super::section::INKS;
use super::taylor::Taylor;
use super::taylor_controls::{along_descent, on_line};
use super::taylor_models::SHEETS;
use super::turn;
use crate::figure::{Anchor, Dash, Figure, Ink, Layer, Shape, Stroke};
use crate::phrase::Phrase;

fn mark(at: [f64; 2], z: f64, shape: Shape, ink: Ink, hollow: bool) -> Layer {
    Layer::Mark { at, z, shape, ink, hollow }
}

impl Taylor {
    pub(super) fn surface(&self) -> Figure {
        let (at, end, jet) = (self.at(), self.end(), &self.jet);
        let half = 0.5 * self.subject.size();
        let line = (-48..=48).map(|k| self.along(half * f64::from(k) / 48.0));
        let mut front =
            vec![Layer::Line3 { points: self.subject.lift(line), stroke: Stroke::dashed(Ink::Text, 1.25) }];
        if self.subject.view.contains(end) && self.step.length > 0.0 {
            let stand = |z: f64| [end[0], end[1], z];
            let (first, second) = (jet.value + self.step.first, jet.value + self.step.second);
            let truth = jet.value + self.step.change;
            let lower = first.min(second).min(truth);
            let stroke = Stroke { ink: Ink::Text, width: 1.0, dash: Dash::Dotted };
            front.push(Layer::Line3 {
                points: vec![stand(lower), stand(first.max(second).max(truth))],
                stroke,
            });
            front.push(mark(end, first, Shape::Square, Ink::Gradient, false));
            front.push(mark(end, second, Shape::Square, Ink::Curvature, false));
            front.push(mark(end, truth, Shape::Dot, Ink::Point, true));
        }
        front.push(mark(at, jet.value, Shape::Dot, Ink::Point, false));
        let mut figure = turn::surface(&self.subject, &self.values, front);
        figure.name = Phrase::new("figure.taylor.surface");
        turn::with_sheets(figure, &self.models.ground, &self.models.sheets)
    }

    pub(super) fn map(&self) -> Figure {
        let (at, end) = (self.at(), self.end());
        let half = 0.5 * self.subject.size();
        let ends = vec![self.along(-half), self.along(half)];
        let mut front = vec![Layer::Line { points: ends, stroke: Stroke::dashed(Ink::Text, 1.25) }];
        if self.step.length > 0.0 {
            front.push(Layer::Arrow { from: at, to: end, stroke: Stroke::solid(Ink::Gradient, 3.0) });
            let text = Phrase::verbatim("−ηg");
            // Beyond the arrow's head; at the edge of the view before it.
            let beyond = self.subject.view.contains(end);
            let anchor = if (end[0] < at[0]) == beyond { Anchor::Left } else { Anchor::Right };
            front.push(Layer::Text { at: self.end_in_view(), anchor, text, ink: Ink::Gradient });
        }
        if self.values.is_on("second") {
            let other = self.along(self.values.number("other"));
            front.push(mark(other, 0.0, Shape::Square, INKS[1], true));
        }
        front.push(mark(at, self.jet.value, Shape::Dot, Ink::Point, false));
        let mut figure = self.subject.map(front);
        if let Some(error) = &self.models.error {
            figure.name = Phrase::new("figure.taylor.map");
            figure.back.insert(1, Layer::Tiles(error.clone()));
        }
        figure
    }

    /// The line with its polynomials, the expansion points, and the place where they are compared.
    pub(super) fn section(&self) -> Figure {
        let section = &self.section;
        let on = |s: f64, value: f64| section.on_curve(s, value);
        let line = on_line(&self.values);
        let mut marks = Vec::new();
        let [lo, hi] = [f64::NEG_INFINITY, f64::INFINITY].map(|y| on(section.probe, y)[1]);
        if section.range[0] <= section.probe && section.probe <= section.range[1] {
            let stroke = Stroke { ink: Ink::Muted, width: 1.0, dash: Dash::Dashed };
            let points = vec![[section.probe, lo], [section.probe, hi]];
            marks.push(Layer::Line { points, stroke });
        }
        if !line && along_descent(&self.values) && self.step.length > 0.0 {
            for (change, ink) in [(self.step.first, Ink::Gradient), (self.step.second, Ink::Curvature)] {
                let at = [section.probe, self.jet.value + change];
                marks.push(mark(at, 0.0, Shape::Square, ink, false));
            }
        }
        marks.push(mark([section.probe, section.truth], 0.0, Shape::Dot, Ink::Point, true));
        let shapes = [(Shape::Dot, Ink::Point), (Shape::Square, INKS[1])];
        for (about, (shape, ink)) in section.about.iter().zip(shapes) {
            marks.push(mark([about.at, about.series.at(0.0, 0)], 0.0, shape, ink, false));
        }
        let hidden = SHEETS.map(|(id, _)| !line && !self.values.is_on(id));
        section.figure(self.order(), hidden, marks)
    }
}
