//! From losses to shades: how high a value is drawn between the lowest (0) and the highest (1) of a grid.

use crate::loss::Grid;
use crate::order::select;

/// How the values of a grid become shades t in 0..1.
///
/// t(L) = (f(L) − f(Lmin)) / (f(Lmax) − f(Lmin)), where f is
///
/// - the identity where the values are spread evenly between their ends;
/// - sign(L − c) · log(1 + |L − c| / s) where they crowd about a value c, so that decades of |L − c| become equal
///   steps: c = Lmin in most losses (Rosenbrock's valley), Lmax under narrow wells, the median with two heavy tails.
///
/// s is chosen so that the median falls near the middle of the map. Values that are not finite are left out, and so
/// are values so extreme that the rest would become one shade (a pole): those saturate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shade {
    low: f64,
    high: f64,
    /// The centre c and scale s of the logarithm; `None`: linear.
    log: Option<(f64, f64)>,
    /// f(low) and 1 / (f(high) − f(low)); the factor is 0 for constant losses.
    base: f64,
    factor: f64,
}

/// How few of the values' spans may lie below the median before a logarithm is used.
const CROWDED: f64 = 0.25;

/// The most decades that a map shows.
const DECADES: i32 = 7;

/// How far an end may be from the bulk of the values, in widths of it, before it is cut off.
const POLE: f64 = 1e6;

impl Shade {
    /// The shade that suits the values of a grid.
    pub fn of(grid: &Grid) -> Shade {
        let mut values: Vec<f64> =
            grid.values.iter().filter(|v| v.is_finite()).map(|v| v.clamp(-1e300, 1e300)).collect();
        let n = values.len();
        if n == 0 {
            return Shade { low: 0.0, high: 0.0, log: None, base: 0.0, factor: 0.0 };
        }
        let mut low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let mut high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if high - low <= 1e-12 * low.abs().max(high.abs()) {
            return Shade { low, high, log: None, base: low, factor: 0.0 };
        }
        // The median first: it halves the work of the others.
        let [median, quarter, first, rest, last] = quantiles(&mut values, [0.5, 0.25, 0.02, 0.75, 0.98]);
        // A pole: one end is further from the bulk of the values than a map has decades.
        let bulk = last - first;
        if bulk > 0.0 {
            if first - low > bulk * POLE {
                low = first - 10.0 * bulk;
            }
            if high - last > bulk * POLE {
                high = last + 10.0 * bulk;
            }
        }
        let span = high - low;
        let half = rest - quarter;
        let below = (median - low) / span;
        let log = if below < CROWDED {
            Some((low, span * scale(below)))
        } else if below > 1.0 - CROWDED {
            Some((high, span * scale(1.0 - below)))
        } else if half < 0.1 * span {
            Some((median, (half / 2.0).max(span * 10f64.powi(-DECADES))))
        } else {
            None
        };
        let mut shade = Shade { low, high, log, base: 0.0, factor: 1.0 };
        shade.base = shade.transform(low);
        shade.factor = 1.0 / (shade.transform(high) - shade.base);
        shade
    }

    /// f(L): increasing over all finite values, the scale on which contours are interpolated.
    pub fn transform(&self, value: f64) -> f64 {
        match self.log {
            None => value,
            Some((c, s)) => (((value - c) / s).abs()).ln_1p().copysign(value - c),
        }
    }

    /// The shade of a value, 0 to 1; one half where all values are the same, NaN for NaN.
    pub fn t(&self, value: f64) -> f64 {
        if self.factor == 0.0 {
            return if value.is_nan() { f64::NAN } else { 0.5 };
        }
        ((self.transform(value) - self.base) * self.factor).clamp(0.0, 1.0)
    }

    /// Whether shades are logarithmic.
    pub fn is_log(&self) -> bool {
        self.log.is_some()
    }

    /// The value with this f(L).
    fn inverse(&self, f: f64) -> f64 {
        match self.log {
            None => f,
            Some((c, s)) => c + (s * f.abs().exp_m1()).copysign(f),
        }
    }

    /// About a dozen contour levels, ascending, strictly between the ends: multiples of 1, 2, 2.5 or 5 × 10ᵏ where
    /// shades are linear; else evenly spaced in shade, each to the nearest round number.
    pub fn levels(&self) -> Vec<f64> {
        if self.factor == 0.0 {
            return Vec::new();
        }
        let mut levels = if self.log.is_none() {
            linear_levels(self.low, self.high)
        } else {
            const COUNT: usize = 13;
            let at = |k: f64| self.inverse(self.base + k / (COUNT + 1) as f64 / self.factor);
            (1..=COUNT)
                .map(|k| {
                    let k = k as f64;
                    let grain = round_down((at(k + 0.5) - at(k - 0.5)) / 2.0);
                    if grain > 0.0 { tidy((at(k) / grain).round(), grain) } else { at(k) }
                })
                .collect()
        };
        levels.retain(|level| self.low < *level && *level < self.high);
        levels.dedup();
        levels
    }
}

/// The values below which these shares of all lie, interpolated between neighbours. Each selection parts the values, and
/// the next looks only where it can be: five take a fifth of the time of a sort.
fn quantiles<const N: usize>(values: &mut [f64], shares: [f64; N]) -> [f64; N] {
    let n = values.len();
    // Ranks that stand where a sort would put them.
    let mut known: Vec<usize> = Vec::with_capacity(N);
    shares.map(|share| {
        let at = n.saturating_sub(1) as f64 * share;
        let rank = at as usize;
        let from = known.iter().copied().filter(|k| *k < rank).max().map_or(0, |k| k + 1);
        let to = known.iter().copied().filter(|k| *k > rank).min().unwrap_or(n);
        let value = match values.get_mut(from..to) {
            Some(part) if !known.contains(&rank) => select(part, rank - from),
            _ => values.get(rank).copied().unwrap_or(f64::NAN),
        };
        known.push(rank);
        let after = values.get(rank + 1..n.min(to + 1)).unwrap_or(&[]);
        let next = after.iter().copied().fold(f64::INFINITY, f64::min);
        if next.is_finite() { value * (1.0 - at.fract()) + next * at.fract() } else { value }
    })
}

/// The σ for which a value at the fraction `m` of the span, `m` < [`CROWDED`], gets a shade that grows from 0.45 at
/// m → 0 down to `CROWDED` at `m = CROWDED`, where log and linear meet: log(1 + m/σ) / log(1 + 1/σ) = shade.
fn scale(m: f64) -> f64 {
    let goal = CROWDED + 0.8 * (CROWDED - m);
    // The shade falls as σ rises, from 1 to m: bisect log₁₀ σ.
    let [mut lo, mut hi] = [f64::from(-DECADES), 3.0];
    for _ in 0..40 {
        let middle = (lo + hi) / 2.0;
        let sigma = 10f64.powf(middle);
        if (m / sigma).ln_1p() > goal * (1.0 / sigma).ln_1p() {
            lo = middle;
        } else {
            hi = middle;
        }
    }
    10f64.powf((lo + hi) / 2.0)
}

/// The largest of 1, 2, 5 × 10ᵏ that is not above `x` > 0.
fn round_down(x: f64) -> f64 {
    let power = 10f64.powi(x.log10().floor() as i32);
    let digit = x / power;
    power
        * if digit >= 4.9999 {
            5.0
        } else if digit >= 1.9999 {
            2.0
        } else {
            1.0
        }
}

/// `count` · `grain` as the number it is meant to be: 3 · 0.1 is 0.3.
fn tidy(count: f64, grain: f64) -> f64 {
    let inverse = (1.0 / grain).round();
    if grain < 1.0 && inverse < 1e15 { count / inverse } else { count * grain }
}

fn linear_levels(low: f64, high: f64) -> Vec<f64> {
    let span = high - low;
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|digit| tidy(digit, 10f64.powi((span / 12.0).log10().floor() as i32)))
        .into_iter()
        .min_by(|a, b| (span / a - 12.0).abs().total_cmp(&(span / b - 12.0).abs()))
        .unwrap_or(span / 12.0);
    let first = (low / step).ceil();
    (0..32).map(|k| tidy(first + f64::from(k), step)).take_while(|level| *level < high).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::View;

    fn over(half: f64, f: impl Fn(f64, f64) -> f64) -> Grid {
        Grid::sample(View { x: [-half, half], y: [-half, half] }, 81, 81, |[x, y]| f(x, y))
    }

    fn rosenbrock(x: f64, y: f64) -> f64 {
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    }

    fn himmelblau(x: f64, y: f64) -> f64 {
        (x * x + y - 11.0).powi(2) + (x + y * y - 7.0).powi(2)
    }

    #[test]
    fn even_losses_are_linear_and_crowded_ones_logarithmic() {
        assert!(!Shade::of(&over(2.0, |x, y| x * x + y * y)).is_log());
        assert!(!Shade::of(&over(2.0, |x, y| x * x - y * y)).is_log());
        assert!(!Shade::of(&over(2.0, |x, y| x * x * x - 3.0 * x * y * y)).is_log());
        assert!(Shade::of(&over(2.0, rosenbrock)).is_log());
        assert!(Shade::of(&over(5.0, himmelblau)).is_log());
        assert!(Shade::of(&over(2.0, |x, y| -(-50.0 * (x * x + y * y)).exp())).is_log());
        assert!(Shade::of(&over(2.0, |x, _| 1.0 / x)).is_log());
    }

    #[test]
    fn shades_rise_with_the_loss_from_0_to_1() {
        let losses: [&dyn Fn(f64, f64) -> f64; 5] = [
            &|x, y| x + y,
            &rosenbrock,
            &|x, y| -(-2.0 * (x * x + y * y)).exp(),
            &|x, _| 1.0 / x,
            &|x, y| (x * y).ln(),
        ];
        for (k, loss) in losses.iter().enumerate() {
            let grid = over(2.0, loss);
            let shade = Shade::of(&grid);
            let mut values: Vec<f64> = grid.values.iter().copied().filter(|v| v.is_finite()).collect();
            values.sort_by(f64::total_cmp);
            assert_eq!(shade.t(values[0]), 0.0, "{k}");
            assert!((shade.t(values[values.len() - 1]) - 1.0).abs() < 1e-12, "{k}");
            for pair in values.windows(2) {
                assert!(shade.t(pair[0]) <= shade.t(pair[1]) + 1e-15, "{k} {pair:?}");
                assert!(
                    pair[1] - pair[0] <= 1e-9 * pair[1].abs().max(1.0)
                        || shade.transform(pair[0]) < shade.transform(pair[1]),
                    "{k} {pair:?}"
                );
            }
            // The median is neither lost in the lowest nor in the highest colours.
            let median = shade.t(values[values.len() / 2]);
            assert!((0.2..=0.8).contains(&median), "{k} {median}");
        }
    }

    #[test]
    fn levels_are_about_a_dozen_and_round() {
        let shade = Shade::of(&over(2.0, |x, y| x * x + y * y));
        assert_eq!(
            shade.levels(),
            [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5]
        );
        for (name, grid) in [
            ("rosenbrock", over(2.0, rosenbrock)),
            ("himmelblau", over(5.0, himmelblau)),
            ("notes", over(2.0, |x, y| (1.0 - x * y).powi(2))),
            ("saddle", over(2.0, |x, y| x * x - y * y)),
            ("well", over(2.0, |x, y| -(-50.0 * (x * x + y * y)).exp())),
            ("log", over(2.0, |x, y| (x * y).ln())),
            ("pole", over(2.0, |x, y| 1.0 / (x * x + y * y))),
        ] {
            let levels = Shade::of(&grid).levels();
            assert!((9..=16).contains(&levels.len()), "{name} {levels:?}");
            assert!(levels.windows(2).all(|w| w[0] < w[1]), "{name} {levels:?}");
        }
        let levels = Shade::of(&over(2.0, rosenbrock)).levels();
        assert!(levels[levels.len() - 1] / levels[0] > 100.0, "{levels:?}");
    }

    #[test]
    fn constant_empty_and_infinite_losses() {
        let constant = Shade::of(&over(1.0, |_, _| 3.0));
        assert_eq!(constant.t(3.0), 0.5);
        assert!(constant.levels().is_empty());
        let empty = Shade::of(&over(1.0, |_, _| f64::NAN));
        assert!(empty.levels().is_empty());
        assert!(empty.t(f64::NAN).is_nan());
        // −∞ on a line, and values near the ends of f64.
        let log = Shade::of(&over(1.0, |x, _| if x == 0.0 { f64::NEG_INFINITY } else { x }));
        assert_eq!([log.t(-1.0), log.t(0.0), log.t(1.0)], [0.0, 0.5, 1.0]);
        let huge = Shade::of(&over(1.0, |x, _| if x > 0.0 { f64::MAX } else { f64::MIN }));
        assert_eq!([huge.t(f64::MIN), huge.t(f64::MAX)], [0.0, 1.0]);
        // One pole of 1e300 does not turn the rest into one shade.
        let pole = Shade::of(&over(1.0, |x, y| if x == 0.0 && y == 0.0 { 1e300 } else { x }));
        assert!(pole.t(0.5) - pole.t(-0.5) > 0.1, "{pole:?}");
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let shares = [0.5, 0.25, 0.02, 0.75, 0.98];
        for n in [1_usize, 2, 3, 5, 17, 100, 1001] {
            for few in [3, 10, 1 << 20] {
                let mut state = n as u64;
                let mut values: Vec<f64> = (0..n)
                    .map(|_| {
                        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                        ((state >> 33) % few) as f64
                    })
                    .collect();
                let mut sorted = values.clone();
                sorted.sort_by(f64::total_cmp);
                let want = shares.map(|share| {
                    let at = (n - 1) as f64 * share;
                    let [value, next] = [0, 1].map(|k| sorted[(at as usize + k).min(n - 1)]);
                    value * (1.0 - at.fract()) + next * at.fract()
                });
                assert_eq!(quantiles(&mut values, shares), want, "{n} of {few}");
            }
        }
    }
}
