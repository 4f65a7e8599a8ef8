//! What is worth noting in a training: where the loss is flat and the gradient is not small, and where ‖g‖ dips and
//! rises again.

use crate::network::Epoch;
use std::ops::RangeInclusive;

/// A loss whose mean changes by less than this share from one half of a window to the other is flat.
const FLAT: f64 = 0.01;
/// A gradient above this share of the largest of the run is not small.
const LARGE: f64 = 0.3;
/// A dip is followed, and preceded, by this many times its ‖g‖.
const RISE: f64 = 2.0;

/// Epochs over which a loss must hardly change to be called flat.
pub fn window(epochs: &[Epoch]) -> usize {
    // Halves of whole cycles of 2 and of 4 steps.
    (epochs.len() / 80).max(1) * 8
}

/// Stretches of epochs in which the loss is flat though ‖g‖ is not small.
pub fn flats(epochs: &[Epoch]) -> Vec<RangeInclusive<usize>> {
    let width = window(epochs);
    let largest = epochs.iter().map(|e| e.norm).fold(0.0, f64::max);
    let mut found: Vec<RangeInclusive<usize>> = Vec::new();
    for (t, part) in epochs.windows(width).enumerate() {
        let (first, second) = part.split_at(width / 2);
        let mean = |part: &[Epoch]| part.iter().map(|e| e.loss).sum::<f64>() / part.len() as f64;
        let (before, after) = (mean(first), mean(second));
        let least = part.iter().map(|e| e.norm).fold(f64::INFINITY, f64::min);
        if (after - before).abs() > FLAT * before || least <= LARGE * largest || largest == 0.0 {
            continue;
        }
        match found.last_mut() {
            Some(last) if t <= *last.end() => *last = *last.start()..=t + width - 1,
            _ => found.push(t..=t + width - 1),
        }
    }
    found
}

/// Epochs at which ‖g‖ is at the bottom of a dip. A smooth one: the least over a window each way.
pub fn dips(epochs: &[Epoch]) -> Vec<usize> {
    let width = (epochs.len() / 25).max(8);
    let norm = |t: usize| epochs.get(t).map_or(f64::NAN, |e| e.norm);
    let mut found: Vec<usize> = Vec::new();
    // The greatest since the last dip, and the least since it fell well below that.
    let mut peak: f64 = 0.0;
    let mut bottom: Option<usize> = None;
    for t in 0..epochs.len() {
        let now = norm(t);
        match bottom {
            None => {
                peak = peak.max(now);
                if now * RISE <= peak {
                    bottom = Some(t);
                }
            }
            Some(low) if now < norm(low) => bottom = Some(t),
            Some(low) if t > low + width / 2 && now >= RISE * norm(low) => {
                found.push(low);
                (peak, bottom) = (now, None);
            }
            Some(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(loss: impl Fn(f64) -> f64, norm: impl Fn(f64) -> f64) -> Vec<Epoch> {
        let at = |t: i32| (loss(f64::from(t)), norm(f64::from(t)));
        (0..200).map(at).map(|(loss, norm)| Epoch { loss, norm, test: f64::NAN, rate: 0.1 }).collect()
    }

    #[test]
    fn a_loss_that_bounces_is_flat_with_a_large_gradient() {
        let bouncing = run(|t| 5.0 * (-t / 50.0).exp().max(0.2), |_| 10.0);
        let flat = flats(&bouncing);
        assert_eq!(flat.len(), 1);
        assert!((75..90).contains(flat[0].start()) && *flat[0].end() == 199, "{flat:?}");
        // From side to side of a valley: the mean does not change.
        let sides = run(|t| 2.0 + (-1f64).powf(t), |_| 10.0);
        assert_eq!(flats(&sides), [0..=199]);
        assert!(flats(&run(|t| (-t / 50.0).exp(), |t| (-t / 50.0).exp())).is_empty());
        assert!(flats(&run(|_| 1.0, |t| (-t / 5.0).exp())).iter().all(|f| *f.end() < 20));
    }

    #[test]
    fn a_dip_is_found_once_and_a_fall_is_none() {
        let dip = run(|_| 1.0, |t| 0.05 + ((t - 80.0) / 40.0).abs().min(1.0));
        assert_eq!(dips(&dip), [80]);
        assert!(dips(&run(|_| 1.0, |t| (-t / 30.0).exp())).is_empty());
        assert!(dips(&run(|_| 1.0, |_| 1.0)).is_empty());
    }
}
