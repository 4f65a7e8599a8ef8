//! Clipping to a rectangle, and dashes.

use super::layout::Rect;

/// A point in pixels.
pub(super) type Pixel = [f64; 2];

/// The parts of a polyline inside a rectangle. A point that is not finite breaks the line.
pub(super) fn polyline(points: &[Pixel], rect: &Rect) -> Vec<Vec<Pixel>> {
    let mut parts: Vec<Vec<Pixel>> = Vec::new();
    let mut last: Option<Pixel> = None;
    let mut open = false;
    for &point in points {
        if !(point[0].is_finite() && point[1].is_finite()) {
            (last, open) = (None, false);
            continue;
        }
        if let Some(before) = last {
            match segment(before, point, rect) {
                Some((a, b)) => {
                    match parts.last_mut() {
                        Some(part) if open => part.push(b),
                        _ => parts.push(vec![a, b]),
                    }
                    open = b == point;
                }
                None => open = false,
            }
        }
        last = Some(point);
    }
    parts
}

/// The part of a segment inside a rectangle (Liang and Barsky 1984).
pub(super) fn segment(a: Pixel, b: Pixel, rect: &Rect) -> Option<(Pixel, Pixel)> {
    let d = [b[0] - a[0], b[1] - a[1]];
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (p, q) in [
        (-d[0], a[0] - rect.left),
        (d[0], rect.right - a[0]),
        (-d[1], a[1] - rect.top),
        (d[1], rect.bottom - a[1]),
    ] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            enter = enter.max(q / p);
        } else {
            leave = leave.min(q / p);
        }
    }
    if enter > leave || enter.is_nan() || leave.is_nan() {
        return None;
    }
    let at = |t: f64| [a[0] + t * d[0], a[1] + t * d[1]];
    Some((if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
}

/// The part of a polygon inside a rectangle (Sutherland and Hodgman 1974). Corners that are not finite are left out.
pub(super) fn polygon(points: &[Pixel], rect: &Rect) -> Vec<Pixel> {
    let mut corners: Vec<Pixel> =
        points.iter().copied().filter(|p| p[0].is_finite() && p[1].is_finite()).collect();
    for (axis, sign, limit) in
        [(0, 1.0, rect.left), (0, -1.0, rect.right), (1, 1.0, rect.top), (1, -1.0, rect.bottom)]
    {
        let inside = |p: &Pixel| (p[axis] - limit) * sign;
        let mut kept = Vec::with_capacity(corners.len() + 4);
        let mut before = corners.last().copied();
        for &corner in &corners {
            if let Some(from) = before {
                let (u, v) = (inside(&from), inside(&corner));
                if (u < 0.0) != (v < 0.0) {
                    let t = u / (u - v);
                    kept.push([from[0] + t * (corner[0] - from[0]), from[1] + t * (corner[1] - from[1])]);
                }
                if v >= 0.0 {
                    kept.push(corner);
                }
            }
            before = Some(corner);
        }
        corners = kept;
    }
    corners
}

/// The dashes of a polyline: `on` pixels drawn, `off` left out, beginning with a dash.
pub(super) fn dashes(line: &[Pixel], on: f64, off: f64) -> Vec<Vec<Pixel>> {
    let mut out: Vec<Vec<Pixel>> = Vec::new();
    let Some(&first) = line.first() else { return out };
    let (mut left, mut drawing) = (on, true);
    out.push(vec![first]);
    for pair in line.windows(2) {
        let [a, b] = pair else { continue };
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let t = done / length;
            let point = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
            if drawing {
                if let Some(dash) = out.last_mut() {
                    dash.push(point);
                }
            } else {
                out.push(vec![point]);
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= length - done;
        if drawing && let Some(dash) = out.last_mut() {
            dash.push(*b);
        }
    }
    out.retain(|dash| dash.len() > 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Rect = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };

    #[test]
    fn a_line_is_cut_at_the_edges_and_broken_at_nan() {
        let line = [
            [-5.0, 5.0],
            [5.0, 5.0],
            [5.0, 20.0],
            [7.0, 20.0],
            [7.0, 5.0],
            [f64::NAN, 0.0],
            [1.0, 1.0],
            [2.0, 1.0],
        ];
        let parts = polyline(&line, &BOX);
        assert_eq!(
            parts,
            [
                vec![[0.0, 5.0], [5.0, 5.0], [5.0, 10.0]],
                vec![[7.0, 10.0], [7.0, 5.0]],
                vec![[1.0, 1.0], [2.0, 1.0]],
            ]
        );
    }

    #[test]
    fn a_line_through_the_box_from_far_away_keeps_its_middle() {
        let parts = polyline(&[[-1e15, 5.0], [1e15, 5.0]], &BOX);
        let [part] = parts.as_slice() else { panic!("{parts:?}") };
        assert!((part[0][0] - 0.0).abs() < 0.5 && (part[1][0] - 10.0).abs() < 0.5, "{part:?}");
        assert!(polyline(&[[-5.0, -1.0], [15.0, -1.0]], &BOX).is_empty());
    }

    #[test]
    fn a_polygon_is_cut_to_the_box() {
        let around = [[-5.0, -5.0], [15.0, -5.0], [15.0, 15.0], [-5.0, 15.0]];
        let cut = polygon(&around, &BOX);
        let area: f64 = (0..cut.len())
            .map(|i| {
                let (a, b) = (cut[i], cut[(i + 1) % cut.len()]);
                (a[0] * b[1] - a[1] * b[0]) / 2.0
            })
            .sum();
        assert!((area.abs() - 100.0).abs() < 1e-9, "{cut:?}");
        assert!(polygon(&[[20.0, 0.0], [30.0, 0.0], [30.0, 9.0]], &BOX).is_empty());
    }

    #[test]
    fn dashes_have_their_lengths_around_corners() {
        let dashed = dashes(&[[0.0, 0.0], [8.0, 0.0], [8.0, 8.0]], 6.0, 4.0);
        assert_eq!(dashed, [vec![[0.0, 0.0], [6.0, 0.0]], vec![[8.0, 2.0], [8.0, 8.0]]]);
        assert!(dashes(&[], 6.0, 4.0).is_empty());
    }
}
