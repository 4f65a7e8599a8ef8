//! Texts beside points, moved apart: by pixels, which a lab does not know.

use super::layout::Layout;
use super::scene::{Anchor, Layer};
use super::text::text_width;
use crate::order::order;
use crate::phrase::Words;

/// From one text to the next below, in pixels.
const LINE: f64 = 17.0;

/// A text beside a point.
struct Label {
    layer: usize,
    left: f64,
    right: f64,
    y: f64,
}

impl Label {
    fn beside(&self, other: &Label) -> bool {
        self.left < other.right && other.left < self.right
    }
}

/// How many pixels down the text of each layer is to move, so that no text beside a point lies on another and all stand
/// within the height of the plot; 0 for all other layers. Each moves by as little as that takes, and none past another.
pub(super) fn shifts(layers: &[Layer], layout: &Layout, size: f64, words: &Words) -> Vec<f64> {
    let mut shifts = vec![0.0; layers.len()];
    let mut labels = Vec::new();
    for (layer, it) in layers.iter().enumerate() {
        let Layer::Text { at, anchor, text, .. } = it else { continue };
        let [x, y] = layout.to_pixel(*at);
        let width = text_width(&words.text(text), size, true);
        let left = match anchor {
            Anchor::Left => x - width,
            Anchor::Right => x,
            Anchor::Above | Anchor::Below => continue,
        };
        if x.is_finite() && y.is_finite() {
            labels.push(Label { layer, left, right: left + width, y });
        }
    }
    if labels.len() < 2 {
        return shifts;
    }
    let sorted = order(labels.len(), &mut |a, b| labels[a].y < labels[b].y);
    let labels: Vec<&Label> = sorted.into_iter().filter_map(|k| labels.get(k)).collect();
    let plot = layout.plot();
    let mut places: Vec<f64> = Vec::with_capacity(labels.len());
    for label in &labels {
        let above = labels.iter().zip(&places).filter(|(other, _)| other.beside(label));
        places.push(above.fold(label.y.max(plot.top + LINE / 2.0), |y, (_, place)| y.max(place + LINE)));
    }
    for k in (0..places.len()).rev() {
        let (Some((label, later)), Some((place, below))) = (
            labels.get(k..).and_then(<[_]>::split_first),
            places.get_mut(k..).and_then(<[_]>::split_first_mut),
        ) else {
            continue;
        };
        let beneath = later.iter().zip(&*below).filter(|(other, _)| other.beside(label));
        *place = beneath.fold(place.min(plot.bottom - LINE / 2.0), |y, (_, below)| y.min(below - LINE));
        if let Some(shift) = shifts.get_mut(label.layer) {
            *shift = *place - label.y;
        }
    }
    shifts
}

#[cfg(test)]
mod tests {
    use super::super::layout::Size;
    use super::super::scene::{Axis, Frame, Plane, Scale};
    use super::super::theme::Ink;
    use super::*;
    use crate::phrase::Phrase;

    fn moved(heights: &[f64], anchor: impl Fn(usize) -> Anchor) -> Vec<f64> {
        let axis = |range| Axis { range, name: Phrase::verbatim("t"), scale: Scale::Even };
        let plane = Plane { x: axis([0.0, 1.0]), y: axis([0.0, 1.0]), inside: true, end: f64::INFINITY };
        let layout = Layout::new(&Frame::Plane(plane), Size { width: 300.0, height: 200.0 });
        let text = |(k, y): (usize, &f64)| Layer::Text {
            at: [0.5, 1.0 - y / 200.0],
            anchor: anchor(k),
            text: Phrase::verbatim("run"),
            ink: Ink::Text,
        };
        let layers: Vec<Layer> = heights.iter().enumerate().map(text).collect();
        let shifts = shifts(&layers, &layout, 14.0, &Words::default());
        heights.iter().zip(shifts).map(|(y, shift)| (1e6 * (y + shift)).round() / 1e6).collect()
    }

    #[test]
    fn labels_with_room_stay_and_others_move_as_little_as_needed() {
        assert_eq!(moved(&[150.0, 60.0], |_| Anchor::Right), [150.0, 60.0]);
        assert_eq!(moved(&[100.0, 95.0, 30.0], |_| Anchor::Right), [112.0, 95.0, 30.0]);
        // Below there is no room.
        assert_eq!(moved(&[189.0, 190.0], |_| Anchor::Left), [174.5, 191.5]);
        assert_eq!(moved(&[-50.0, 0.0, 0.0], |_| Anchor::Right), [8.5, 25.5, 42.5]);
    }

    #[test]
    fn texts_on_either_side_and_above_do_not_mind_one_another() {
        let sides = [Anchor::Left, Anchor::Right, Anchor::Above, Anchor::Below];
        assert_eq!(moved(&[100.0; 4], |k| sides[k]), [100.0; 4]);
    }
}
