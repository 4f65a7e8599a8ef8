//! Mini-batches: which examples each step sees, as a function of seed and step, and the oracle that answers from them
//! alone.

use super::Oracle;
use crate::loss::Data;
use crate::number::{Dual2, Random, mix};

/// How the examples of a batch are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// In an order shuffled anew for every epoch, each example once in it.
    Shuffled,
    /// In one shuffled order, the same in every epoch.
    ShuffledOnce,
    /// In the order of the data.
    InOrder,
    /// Each example drawn from all of them: with replacement.
    Replacement,
}

impl Sampling {
    /// All of them.
    pub const ALL: [Sampling; 4] =
        [Sampling::Shuffled, Sampling::ShuffledOnce, Sampling::InOrder, Sampling::Replacement];

    /// The stable name.
    pub fn id(self) -> &'static str {
        match self {
            Sampling::Shuffled => "shuffled",
            Sampling::ShuffledOnce => "shuffled-once",
            Sampling::InOrder => "in-order",
            Sampling::Replacement => "replacement",
        }
    }

    /// The one of this name.
    pub fn from_id(id: &str) -> Option<Sampling> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// The variance of the mean over B of N examples, as a share of that over one: 1/B with replacement,
/// (N − B)/(B(N − 1)) without. Averages are over all batches there are.
///
/// ```
/// use saddlescope::optimizer::variance_share;
/// assert_eq!(variance_share(100, 10, true), 0.1);
/// assert_eq!(variance_share(100, 10, false), 1.0 / 11.0);
/// assert_eq!(variance_share(100, 100, false), 0.0);
/// ```
pub fn variance_share(n: usize, b: usize, replacement: bool) -> f64 {
    let [n, b] = [n, b].map(|k| k as f64);
    if replacement || n <= 1.0 { 1.0 / b } else { (n - b) / (b * (n - 1.0)) }
}

/// The batches of a run. The last one of an epoch is smaller where B does not divide N (not with replacement).
#[derive(Clone, Debug)]
pub struct Batches {
    size: usize,
    sampling: Sampling,
    seed: u64,
    order: Vec<u32>,
    /// The epoch whose order that is.
    epoch: Option<u64>,
}

impl Batches {
    /// Batches of `size` (1 to `count`) of `count` examples.
    pub fn new(count: usize, size: usize, sampling: Sampling, seed: u64) -> Batches {
        let order = (0..count as u32).collect();
        Batches { size: size.clamp(1, count.max(1)), sampling, seed: mix(seed), order, epoch: None }
    }

    /// B.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Batches in an epoch: ⌈N/B⌉.
    pub fn per_epoch(&self) -> usize {
        self.order.len().div_ceil(self.size).max(1)
    }

    /// The examples of step t = 0, 1, …
    pub fn at(&mut self, t: usize) -> &[u32] {
        let n = self.order.len();
        if self.sampling == Sampling::Replacement {
            let mut random = Random::new(self.seed ^ t as u64);
            self.order.iter_mut().take(self.size).for_each(|slot| *slot = random.below(n) as u32);
            return self.order.get(..self.size).unwrap_or_default();
        }
        let per_epoch = self.per_epoch();
        let epoch = match self.sampling {
            Sampling::Shuffled => (t / per_epoch) as u64,
            _ => 0,
        };
        if self.epoch != Some(epoch) {
            self.epoch = Some(epoch);
            self.order.iter_mut().zip(0..).for_each(|(slot, i)| *slot = i);
            if self.sampling != Sampling::InOrder {
                Random::new(self.seed ^ epoch).shuffle(&mut self.order);
            }
        }
        let from = t % per_epoch * self.size;
        self.order.get(from..(from + self.size).min(n)).unwrap_or_default()
    }
}

/// Answers for some of the examples, as if there were no others.
#[derive(Clone, Copy, Debug)]
pub struct Minibatch<'a> {
    /// The data.
    pub data: &'a Data,
    /// The places of the examples.
    pub examples: &'a [u32],
}

impl Minibatch<'_> {
    fn jet(&self, at: &[f64]) -> Dual2<2> {
        at.first_chunk().map_or(Dual2 { re: f64::NAN, g: [f64::NAN; 2], h: [[f64::NAN; 2]; 2] }, |at| {
            self.data.jet(self.examples, *at)
        })
    }
}

impl Oracle for Minibatch<'_> {
    fn dimension(&self) -> usize {
        2
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        self.jet(at).re
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        let &[w1, w2] = at else { return f64::NAN };
        let (loss, [a, b]) = self.data.mean_gradient(self.examples, [w1, w2]);
        out.iter_mut().zip([a, b]).for_each(|(slot, g)| *slot = g);
        loss
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        out.iter_mut().zip(self.jet(at).h.into_iter().flatten()).for_each(|(slot, h)| *slot = h);
    }
}
