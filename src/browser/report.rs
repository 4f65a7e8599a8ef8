//! What a page is told about a lab, as JSON: once what is declared, then in every frame what there is.

use super::json::Json;
use crate::error::Error;
use crate::figure::{Figure, Frame, Ink, Layout, Shape, Size};
use crate::lab::{
    Cell, Control, Grip, Kind, Lab, Level, Math, Scale, Table, Value, group, loss_of, option_label,
};
use crate::phrase::{Phrase, Words, number};

/// A formula that was refused: the last good one stays in the lab.
pub struct Refused {
    /// The control it was typed into.
    pub control: String,
    /// What was typed.
    pub text: String,
    /// Why it is no formula.
    pub error: Error,
}

/// The declared controls with their words.
pub fn describe(lab: &dyn Lab, words: &Words) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("id").text(lab.id());
        json.key("title").text(&words.text(&Phrase::new(["lab.", lab.id(), ".title"].concat())));
        json.key("table").flag(lab.table().is_some());
        json.key("controls").list(|json| {
            for control in lab.values().controls() {
                declared(json, lab, control, words);
            }
        });
    });
    json.finish()
}

fn declared(json: &mut Json, lab: &dyn Lab, control: &Control, words: &Words) {
    json.object(|json| {
        json.key("id").text(&control.id);
        json.key("label").text(&words.text(&lab.label(&control.id)));
        json.key("more").flag(control.level == Level::More);
        json.key("group").text(&group(&control.id).map_or(String::new(), |name| words.text(&name)));
        json.key("kind").text(match control.kind {
            Kind::Slider { .. } => "slider",
            Kind::Choice { .. } => "choice",
            Kind::Toggle { .. } => "toggle",
            Kind::Formula { .. } => "formula",
            Kind::Point { .. } => "point",
            Kind::Seed { .. } => "seed",
            Kind::Text { .. } => "text",
            Kind::Action => "action",
        });
        let empty: &[&str] = &[];
        let options = match &control.kind {
            Kind::Choice { options, .. } => *options,
            Kind::Formula { presets, .. } => presets.as_slice(),
            _ => empty,
        };
        if !options.is_empty() {
            json.key("options").list(|json| {
                for option in options {
                    json.list(|json| {
                        json.text(option);
                        json.text(&words.text(&option_label(control, option)));
                    });
                }
            });
        }
    });
}

/// Everything that can change from frame to frame.
pub fn update(
    lab: &dyn Lab,
    words: &Words,
    figures: &[Figure],
    size_of: impl Fn(&str) -> Size,
    refused: Option<&Refused>,
    progress: Option<f64>,
    texts: bool,
) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("controls").object(|json| {
            for control in lab.values().controls() {
                if lab.shown(&control.id) {
                    json.key(&control.id).object(|json| present(json, lab, control, words, texts));
                }
            }
        });
        json.key("try").text(&words.text(&lab.invitation()));
        json.key("handles").list(|json| handles(json, lab, words, figures, size_of));
        json.key("figures").list(|json| {
            for figure in figures {
                json.object(|json| {
                    json.key("id").text(figure.id);
                    json.key("name").text(&words.text(&figure.name));
                    let (kind, aspect) = shape_of(&figure.frame);
                    json.key("kind").text(kind);
                    json.key("aspect").number(aspect);
                });
            }
        });
        if let Some(headline) = lab.headline() {
            json.key("headline").object(|json| {
                json.key("mark").text(headline.mark.map_or("", shape));
                json.key("hollow").flag(headline.hollow);
                json.key("text").text(&words.text(&headline.text));
                json.key("stop").text(&words.text(&headline.stop()));
                json.key("reason").text(&words.text(&headline.reason));
            });
        }
        json.key("readouts").list(|json| {
            for readout in lab.readouts() {
                json.object(|json| {
                    json.key("id").text(readout.id);
                    json.key("label").text(&words.text(&readout.label));
                    json.key("math");
                    math(json, &readout.math);
                    json.key("note").text(&readout.note.map_or(String::new(), |note| words.text(&note)));
                    json.key("ink").text(&ink(readout.ink));
                    json.key("more").flag(readout.level == Level::More);
                });
            }
        });
        if let Some(results) = lab.table() {
            json.key("table").object(|json| table_of(json, &results, words));
        }
        json.key("sentence").text(&words.text(&lab.sentence()));
        json.key("remarks").list(|json| {
            for remark in lab.remarks() {
                json.text(&words.text(&remark));
            }
        });
        json.key("work").number(progress.unwrap_or(f64::NAN));
        json.key("refused");
        match refused {
            None => json.null(),
            Some(refused) => json.object(|json| {
                json.key("control").text(&refused.control);
                json.key("text").text(&refused.text);
                json.key("message").text(&words.text(&refused.error.phrase()));
                if let Some(span) = refused.error.span() {
                    json.key("start").number(span.start as f64);
                    json.key("end").number(span.end as f64);
                }
            }),
        }
    });
    json.finish()
}

/// A table of results. A cell is a text, or mathematics in a list.
fn table_of(json: &mut Json, table: &Table, words: &Words) {
    json.key("name").text(&words.text(&table.name));
    json.key("columns").list(|json| table.columns.iter().for_each(|(_, name)| json.text(&words.text(name))));
    json.key("rows").list(|json| {
        for row in &table.rows {
            json.object(|json| {
                if let Some((form, hollow, colour)) = row.mark {
                    json.key("mark").text(shape(form));
                    json.key("hollow").flag(hollow);
                    json.key("ink").text(&ink(colour));
                }
                json.key("cells").list(|json| {
                    for cell in &row.cells {
                        match cell {
                            Cell::Number(x) => json.text(&number(*x, 3)),
                            Cell::Math(tree) => math(json, tree),
                            Cell::Words(_, phrase) => json.text(&words.text(phrase)),
                        }
                    }
                });
            });
        }
    });
}

/// The present value of a control; with `texts` also those that were pasted.
fn present(json: &mut Json, lab: &dyn Lab, control: &Control, words: &Words, texts: bool) {
    let Some(value) = lab.values().get(&control.id) else { return };
    match (value, &control.kind) {
        (Value::Number(x), Kind::Slider { min, max, step, scale, unit, .. }) => {
            json.key("position").number(control.kind.position_of(*x).unwrap_or(0.0));
            let tick = if *scale == Scale::Linear && *step > 0.0 { step / (max - min) } else { 0.01 };
            json.key("tick").number(tick);
            let text = Phrase::verbatim([&number(*x, 4), *unit].concat());
            json.key("value").text(&words.text(&lab.valued(&control.id, text)));
        }
        (Value::Nothing, _) => json.key("label").text(&words.text(&lab.label(&control.id))),
        (Value::Toggle(on), _) => json.key("on").flag(*on),
        (Value::Text(text), Kind::Formula { presets, .. }) => {
            let preset = presets.contains(&text.as_str());
            json.key("preset").text(if preset { text } else { "" });
            let formula = if preset && control.id == "loss" {
                lab.formula().or_else(|| Some(loss_of(lab.values()).ok()?.formula()))
            } else {
                None
            };
            json.key("text").text(formula.as_ref().unwrap_or(text));
        }
        (Value::Text(_), Kind::Text { .. }) if !texts => {}
        (value, _) => json.key("text").text(&value.text()),
    }
}

fn handles(
    json: &mut Json,
    lab: &dyn Lab,
    words: &Words,
    figures: &[Figure],
    size_of: impl Fn(&str) -> Size,
) {
    for handle in lab.handles() {
        let Some(figure) = figures.iter().find(|f| f.id == handle.figure) else { continue };
        let size = size_of(figure.id);
        let [x, y] = match handle.grip {
            Grip::Orbit => [size.width / 2.0, size.height / 2.0],
            _ => Layout::new(&figure.frame, size).to_pixel(handle.at),
        };
        json.object(|json| {
            json.key("id").text(handle.id);
            json.key("figure").text(handle.figure);
            json.key("grip").text(match handle.grip {
                Grip::Point => "point",
                Grip::Track => "track",
                Grip::Orbit => "orbit",
            });
            json.key("name").text(&words.text(&handle.name));
            json.key("value").text(&words.text(&handle.value));
            json.key("ink").text(&ink(handle.ink));
            // Shares of the figure, so that they hold while a host scales it.
            json.key("x").number(x / size.width);
            json.key("y").number(y / size.height);
        });
    }
}

/// The kind of a figure, and the ratio of width to height at which its two axes have the same scale.
fn shape_of(frame: &Frame) -> (&'static str, f64) {
    match frame {
        Frame::Space(_) => ("space", 1.25),
        Frame::Plane(plane) if plane.inside => {
            let length = |[lo, hi]: [f64; 2]| hi - lo;
            let aspect = length(plane.x.range) / length(plane.y.range);
            ("map", if aspect.is_finite() { aspect.clamp(0.75, 1.6) } else { 1.0 })
        }
        Frame::Plane(_) => ("plot", 1.6),
    }
}

fn math(json: &mut Json, tree: &Math) {
    json.list(|json| match tree {
        Math::Row(parts) => {
            json.text("mrow");
            parts.iter().for_each(|part| math(json, part));
        }
        Math::Id(text) => leaf(json, "mi", text),
        Math::Number(text) => leaf(json, "mn", text),
        Math::Op(text) => leaf(json, "mo", text),
        Math::Sub(base, below) => {
            json.text("msub");
            math(json, base);
            math(json, below);
        }
        Math::Sup(base, above) => {
            json.text("msup");
            math(json, base);
            math(json, above);
        }
        Math::Matrix(rows) => table(json, rows),
        Math::Space => json.text("mspace"),
        Math::Ink(colour, inner) => {
            leaf(json, "ink", &ink(*colour));
            math(json, inner);
        }
    });
}

fn table(json: &mut Json, rows: &[Vec<Math>]) {
    json.text("mtable");
    for row in rows {
        json.list(|json| {
            json.text("mtr");
            for cell in row {
                json.list(|json| {
                    json.text("mtd");
                    math(json, cell);
                });
            }
        });
    }
}

fn leaf(json: &mut Json, name: &str, text: &str) {
    json.text(name);
    json.text(text);
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Dot => "dot",
        Shape::Down => "down",
        Shape::Up => "up",
        Shape::Cross => "cross",
        Shape::Diamond => "diamond",
        Shape::Square => "square",
    }
}

fn ink(ink: Ink) -> String {
    match ink {
        Ink::Text => "text",
        Ink::Muted => "muted",
        Ink::Point => "point",
        Ink::Gradient => "gradient",
        Ink::Curvature => "curvature",
        Ink::Negative => "negative",
        Ink::Positive => "positive",
        Ink::Paper => "paper",
        Ink::Method(i) => return format!("method-{i}"),
    }
    .into()
}
