//! Ticks: round values along an axis, as many as there is room for, and their labels.

use super::scene::Scale;
use super::text::text_width;
use crate::decimal::fixed;
use crate::phrase::number;
use crate::phrase::superscript;

/// Size of tick labels in pixels.
pub(super) const TICK_SIZE: f64 = 12.0;

/// A labelled place on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its place, in the coordinates of the axis (log₁₀ of the value on a logarithmic one).
    pub at: f64,
    /// What it reads.
    pub label: String,
}

/// How labels follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Side by side: their widths decide.
    X,
    /// One above another: their height decides.
    Y,
}

/// The ticks of an axis from `lo` to `hi` that is `length` pixels long: steps of 1, 2 or 5 times a power of ten, the
/// finest whose labels stand clear of one another, with the same number of decimals throughout. On `Scale::Log10` the
/// coordinates are logarithms and the labels read 10ᵏ, or 1, 2, 5 times a power of ten where there are few decades; on
/// `Scale::Count` no step is below 1, and what is below 0 is read without its sign.
///
/// ```
/// use saddlescope::figure::{Along, Scale, ticks};
/// let labels = |t: Vec<saddlescope::figure::Tick>| t.into_iter().map(|t| t.label).collect::<Vec<_>>().join(" ");
/// assert_eq!(labels(ticks([-1.0, 1.0], Scale::Even, 260.0, Along::X)), "−1.0 −0.5 0 0.5 1.0");
/// assert_eq!(labels(ticks([-4.0, 1.0], Scale::Log10, 200.0, Along::Y)), "10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 10⁰ 10¹");
/// assert_eq!(labels(ticks([-1.2, 3.0], Scale::Count, 400.0, Along::Y)), "1 0 1 2 3");
/// ```
pub fn ticks(range: [f64; 2], scale: Scale, length: f64, along: Along) -> Vec<Tick> {
    let [lo, hi] = range;
    let span = hi - lo;
    if !(span > 0.0 && span.is_finite() && length > 0.0) {
        return Vec::new();
    }
    // Finer than the doubles near the ends can tell apart, there are no round values to show.
    if span < 1e-13 * lo.abs().max(hi.abs()) {
        return Vec::new();
    }
    let clear = |ticks: &[Tick]| {
        ticks.windows(2).all(|pair| {
            let [a, b] = pair else { return true };
            let gap = (b.at - a.at) / span * length;
            match along {
                Along::X => {
                    let half = |t: &Tick| text_width(&t.label, TICK_SIZE, false) / 2.0;
                    gap >= (half(a) + half(b) + 18.0).max(44.0)
                }
                Along::Y => gap >= 32.0,
            }
        })
    };
    let least = 32.0 / length * span;
    if scale == Scale::Log10 {
        let mut step = 1.0;
        let decades = loop {
            let ticks = steps(lo, hi, step).map(|(k, at)| decade(k, at)).collect::<Vec<_>>();
            if clear(&ticks) {
                break ticks;
            }
            step = coarser(step);
        };
        if decades.len() >= 3 || (decades.len() == 2 && span > 1.6) {
            return decades;
        }
        let halves = mantissas(lo, hi);
        if halves.len() >= 2 && clear(&halves) {
            return halves;
        }
        let (low, high) = (10f64.powf(lo), 10f64.powf(hi));
        if low > 0.0 && high.is_finite() && span < 1.0 {
            let mut step = round_up(least / span * (high - low));
            for _ in 0..12 {
                let mut values = linear(low, high, step);
                values.iter_mut().for_each(|tick| tick.at = tick.at.log10());
                if clear(&values) {
                    return values;
                }
                step = coarser(step);
            }
        }
        return decades;
    }
    let count = scale == Scale::Count;
    let mut step = round_up(if count { least.max(1.0) } else { least });
    loop {
        let mut ticks = linear(lo, hi, step);
        if count {
            ticks.iter_mut().for_each(|tick| tick.label = tick.label.trim_start_matches('\u{2212}').into());
        }
        if clear(&ticks) {
            return ticks;
        }
        step = coarser(step);
    }
}

/// The least of 1, 2, 5 times a power of ten that is not below `x > 0`.
fn round_up(x: f64) -> f64 {
    let power = 10f64.powf(x.log10().floor()).max(f64::MIN_POSITIVE);
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|&s| s >= x * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// The step after this one.
fn coarser(step: f64) -> f64 {
    let power = 10f64.powf((step * 1.001).log10().floor());
    let lead = (step / power).round();
    if lead < 1.5 {
        2.0 * power
    } else if lead < 3.5 {
        5.0 * power
    } else {
        10.0 * power
    }
}

/// Multiples k·step from lo to hi, with k.
fn steps(lo: f64, hi: f64, step: f64) -> impl Iterator<Item = (f64, f64)> {
    let slack = (hi - lo) * 1e-9;
    let (first, last) = (((lo - slack) / step).ceil(), ((hi + slack) / step).floor());
    let count = if (last - first).is_finite() { (last - first + 1.0).clamp(0.0, 2000.0) as usize } else { 0 };
    (0..count).map(move |i| {
        let k = first + i as f64;
        (k * step, (k * step).clamp(lo, hi))
    })
}

fn linear(lo: f64, hi: f64, step: f64) -> Vec<Tick> {
    let top = lo.abs().max(hi.abs());
    let places = -(step * 1.001).log10().floor();
    let plain = top < 1e5 && places <= 4.0;
    // In powers of ten, every label keeps as many digits of its mantissa as the step needs beside the greatest value.
    let power = if top > 0.0 { (top * (1.0 + 1e-12)).log10().floor() } else { 0.0 };
    let digits = if plain { places } else { power + places }.clamp(0.0, 17.0) as usize;
    steps(lo, hi, step)
        .map(|(value, at)| {
            // k·step may differ from the round number by rounding; a zero is exactly that.
            let label = if value.abs() < step * 1e-6 {
                "0".to_string()
            } else {
                let mantissa = if plain { value.abs() } else { value.abs() / 10f64.powf(power) };
                let sign = if value < 0.0 { "\u{2212}" } else { "" };
                let power = if plain { String::new() } else { ["×10", &superscript(power as i32)].concat() };
                [sign, &fixed(mantissa, digits), &power].concat()
            };
            Tick { at, label }
        })
        .collect()
}

fn decade(exponent: f64, at: f64) -> Tick {
    Tick { at, label: ["10", &superscript(exponent as i32)].concat() }
}

/// 1, 2 and 5 times the powers of ten between 10^lo and 10^hi.
fn mantissas(lo: f64, hi: f64) -> Vec<Tick> {
    let mut out = Vec::new();
    if hi - lo > 12.0 {
        return out;
    }
    let mut exponent = lo.floor();
    while exponent <= hi {
        for mantissa in [1.0, 2.0, 5.0_f64] {
            let at = exponent + mantissa.log10();
            if lo - 1e-9 <= at && at <= hi + 1e-9 {
                out.push(Tick { at, label: number(mantissa * 10f64.powf(exponent), 1) });
            }
        }
        exponent += 1.0;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(range: [f64; 2], scale: Scale, length: f64, along: Along) -> String {
        ticks(range, scale, length, along).into_iter().map(|t| t.label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn steps_are_round_and_labels_have_equal_decimals() {
        for (range, length, expected) in [
            ([-2.0, 2.0], 560.0, "−2.0 −1.5 −1.0 −0.5 0 0.5 1.0 1.5 2.0"),
            ([-2.0, 2.0], 280.0, "−2 −1 0 1 2"),
            ([0.0, 100.0], 300.0, "0 20 40 60 80 100"),
            ([0.13, 0.19], 200.0, "0.14 0.16 0.18"),
            ([1e6, 3e6], 320.0, "1.0×10⁶ 1.5×10⁶ 2.0×10⁶ 2.5×10⁶ 3.0×10⁶"),
            ([-3e-6, 3e-6], 400.0, "−2×10⁻⁶ 0 2×10⁻⁶"),
        ] {
            assert_eq!(labels(range, Scale::Even, length, Along::X), expected);
        }
    }

    #[test]
    fn logarithmic_axes_read_powers_of_ten() {
        assert_eq!(labels([-8.0, 2.0], Scale::Log10, 200.0, Along::Y), "10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻² 10⁰ 10²");
        assert_eq!(labels([-0.9, 0.9], Scale::Log10, 300.0, Along::X), "0.2 0.5 1 2 5");
        assert_eq!(labels([0.05, 0.2], Scale::Log10, 300.0, Along::X), "1.2 1.3 1.4 1.5");
        assert_eq!(labels([-300.0, 300.0], Scale::Log10, 300.0, Along::X), "10⁻²⁰⁰ 10⁰ 10²⁰⁰");
    }

    /// A histogram of few or of many, drawn upwards and downwards.
    #[test]
    fn counts_are_whole_and_have_no_sign() {
        for (range, length, expected) in [
            ([0.0, 1.2], 400.0, "0 1"),
            ([-1.2, 1.2], 400.0, "1 0 1"),
            ([-3.6, 3.6], 200.0, "2 0 2"),
            ([-48.0, 48.0], 300.0, "40 20 0 20 40"),
        ] {
            assert_eq!(labels(range, Scale::Count, length, Along::Y), expected);
        }
    }

    #[test]
    fn labels_never_touch_at_any_length() {
        for length in (20..1200).step_by(7).map(f64::from) {
            for (range, scale) in [
                ([-2.0, 2.0], Scale::Even),
                ([0.0, 1e-7], Scale::Even),
                ([-12345.6, 98765.4], Scale::Even),
                ([1000.0, 1000.01], Scale::Even),
                ([-16.0, 0.3], Scale::Log10),
                ([0.1, 0.4], Scale::Log10),
                ([0.0, 12.0], Scale::Count),
            ] {
                for along in [Along::X, Along::Y] {
                    let ticks = ticks(range, scale, length, along);
                    let pixel = |t: &Tick| (t.at - range[0]) / (range[1] - range[0]) * length;
                    for pair in ticks.windows(2) {
                        let need = match along {
                            Along::X => {
                                pair.iter().map(|t| text_width(&t.label, TICK_SIZE, false) / 2.0).sum()
                            }
                            Along::Y => TICK_SIZE,
                        };
                        assert!(pixel(&pair[1]) - pixel(&pair[0]) > need, "{range:?} {length} {ticks:?}");
                        assert_ne!(pair[0].label, pair[1].label, "{range:?} {length}");
                    }
                    assert!(
                        length < 300.0 || ticks.len() >= 2,
                        "{range:?} {scale:?} {length} {along:?} {ticks:?}"
                    );
                    assert!(ticks.iter().all(|t| range[0] <= t.at && t.at <= range[1]));
                }
            }
        }
    }

    #[test]
    fn any_range_ends() {
        let nan = f64::NAN;
        for range in [
            [nan, 1.0],
            [1.0, 0.0],
            [0.0, 0.0],
            [-1e308, 1e308],
            [0.0, 5e-324],
            [0.0, 1e-310],
            [1.0, 1.0 + 1e-15],
            [1e17, 1e17 + 64.0],
            [-f64::INFINITY, 0.0],
        ] {
            for scale in [Scale::Even, Scale::Log10, Scale::Count] {
                for length in [nan, -1.0, 0.0, 1e-9, 1.0, 300.0, 1e9] {
                    assert!(ticks(range, scale, length, Along::X).len() < 3000, "{range:?}");
                }
            }
        }
    }
}
