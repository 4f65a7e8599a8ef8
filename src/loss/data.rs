//! The loss of a linear model on data: least squares or logistic regression with two parameters, the mean over the
//! examples of what each one costs.

use super::View;
use crate::error::{Error, Result};
use crate::number::{Dual2, Number};
use crate::phrase::Arg;

/// How an example's prediction z = w₁x₁ + w₂x₂ is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// ½(z − y)² for a number y.
    LeastSquares,
    /// log(1 + e^z) − y·z for a class y ∈ {0, 1}: the cross-entropy of σ(z).
    Logistic,
}

impl Model {
    /// Both.
    pub const ALL: [Model; 2] = [Model::LeastSquares, Model::Logistic];

    /// The stable name.
    pub fn id(self) -> &'static str {
        match self {
            Model::LeastSquares => "least-squares",
            Model::Logistic => "logistic",
        }
    }
}

/// Examples (x₁, x₂, y) under a model; L(w) = 1/N Σ ℓᵢ(w).
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    model: Model,
    rows: Vec<[f64; 3]>,
    /// Where L is developed (at the minimum if there is one), and L, g and H there. Of least squares that is all of L.
    base: [f64; 2],
    shape: Dual2<2>,
    unique: bool,
}

impl Data {
    /// Data under a model. For logistic regression the smaller of the two labels becomes 0, the greater 1.
    ///
    /// # Errors
    ///
    /// `data.too-few` below two examples; for logistic regression `data.one-class`, or `data.third-class` with the
    /// `example` (counted from 1) and what was `found` there.
    ///
    /// ```
    /// use saddlescope::loss::{Data, Model};
    /// let data = Data::new(Model::LeastSquares, vec![[1.0, 0.0, 1.0], [1.0, 1.0, 3.0], [1.0, 2.0, 5.0]]).unwrap();
    /// let [a, b] = data.minimum().unwrap();
    /// assert!((a - 1.0).abs() < 1e-14 && (b - 2.0).abs() < 1e-14); // y = 1 + 2x
    /// ```
    pub fn new(model: Model, mut rows: Vec<[f64; 3]>) -> Result<Data> {
        if rows.len() < 2 {
            return Err(Error::new("data.too-few").with("found", Arg::Count(rows.len() as i64)));
        }
        if model == Model::Logistic {
            let [first, other] = labels(&rows).ok_or_else(|| Error::new("data.one-class"))?;
            if let Some(i) = third_class(&rows) {
                let found = rows.get(i).map_or(f64::NAN, |row| row[2]);
                let error = Error::new("data.third-class").with("example", Arg::Count(i as i64 + 1));
                return Err(error.with("found", Arg::Number(found, 6)));
            }
            let greater = first.max(other);
            rows.iter_mut().for_each(|row| row[2] = if row[2] == greater { 1.0 } else { 0.0 });
        }
        let nothing = Dual2::constant(f64::NAN);
        let mut data = Data { model, rows, base: [0.0; 2], shape: nothing, unique: false };
        data.find_minimum();
        Ok(data)
    }

    /// The model.
    pub fn model(&self) -> Model {
        self.model
    }

    /// The examples (x₁, x₂, y); y is 0 or 1 in logistic regression.
    pub fn rows(&self) -> &[[f64; 3]] {
        &self.rows
    }

    /// The one minimum. `None` if there is none (the classes can be separated: L falls for ever) or a line of them.
    pub fn minimum(&self) -> Option<[f64; 2]> {
        self.unique.then_some(self.base)
    }

    /// What one example costs.
    #[inline]
    fn example<N: Number>(&self, [x1, x2, y]: [f64; 3], w: [N; 2]) -> N {
        let z = w[0].times(x1) + w[1].times(x2);
        match self.model {
            Model::LeastSquares => {
                let r = z.plus(-y);
                (r * r).times(0.5)
            }
            Model::Logistic => z.softplus() - z.times(y),
        }
    }

    /// The mean over these examples, one by one; NaN for none.
    fn mean<'a, N: Number>(&self, rows: impl Iterator<Item = &'a [f64; 3]>, w: [N; 2]) -> N {
        let (sum, count) =
            rows.fold((N::constant(0.0), 0.0), |(sum, n), row| (sum + self.example(*row, w), n + 1.0));
        sum.times(1.0 / count)
    }

    /// L and g of one example.
    pub fn gradient(&self, example: usize, w: [f64; 2]) -> (f64, [f64; 2]) {
        self.mean_gradient(&[example as u32], w)
    }

    /// L and g of the mean over some examples, by their places: one exponential an example, few logarithms.
    pub fn mean_gradient(&self, examples: &[u32], w: [f64; 2]) -> (f64, [f64; 2]) {
        let (mut sum, mut logs, mut count) = ([0.0; 3], Logs::default(), 0.0);
        for [x1, x2, y] in examples.iter().filter_map(|i| self.rows.get(*i as usize)) {
            let z = w[0] * x1 + w[1] * x2;
            let (cost, slope) = match self.model {
                Model::LeastSquares => (0.5 * (z - y) * (z - y), z - y),
                Model::Logistic => {
                    let e = logs.softplus(z);
                    (-y * z, if z < 0.0 { e } else { 1.0 } / (1.0 + e) - y)
                }
            };
            sum = [sum[0] + cost, sum[1] + slope * x1, sum[2] + slope * x2];
            count += 1.0;
        }
        let [loss, a, b] = sum;
        ((loss + logs.sum()) / count, [a / count, b / count])
    }

    /// L, g and H of the mean over some examples, by their places.
    pub fn jet(&self, examples: &[u32], w: [f64; 2]) -> Dual2<2> {
        let rows = examples.iter().filter_map(|i| self.rows.get(*i as usize));
        self.mean(rows, [Dual2::variable(w[0], 0), Dual2::variable(w[1], 1)])
    }

    /// L on any number type: the mean over all examples. Of least squares by its Taylor polynomial, which is exact and
    /// does not ask the examples again.
    pub fn eval<N: Number>(&self, w: [N; 2]) -> N {
        match self.model {
            Model::LeastSquares => {
                let [a, b] = [w[0].plus(-self.base[0]), w[1].plus(-self.base[1])];
                let Dual2 { re, g, h } = self.shape;
                let square =
                    (a * a).times(0.5 * h[0][0]) + (a * b).times(h[0][1]) + (b * b).times(0.5 * h[1][1]);
                // At the minimum g is rounding, and would make L fall below it.
                let g = if self.unique { [0.0; 2] } else { g };
                (square + a.times(g[0]) + b.times(g[1])).plus(re)
            }
            Model::Logistic => self.mean(self.rows.iter(), w),
        }
    }

    /// L, with few logarithms.
    pub fn value(&self, w: [f64; 2]) -> f64 {
        if self.model == Model::LeastSquares {
            return self.eval(w);
        }
        let (mut sum, mut logs) = (0.0, Logs::default());
        for [x1, x2, y] in &self.rows {
            let z = w[0] * x1 + w[1] * x2;
            logs.softplus(z);
            sum -= y * z;
        }
        let mean = (sum + logs.sum()) / self.rows.len() as f64;
        // Near nothing the digits of the product are those of its 1.
        if mean < 1e-3 { self.eval(w) } else { mean }
    }

    /// Newton's method with halved steps from w = 0, which ends at once on least squares.
    fn find_minimum(&mut self) {
        let all = |w: [f64; 2], data: &Data| -> Dual2<2> {
            data.mean(data.rows.iter(), [Dual2::variable(w[0], 0), Dual2::variable(w[1], 1)])
        };
        let mut w = [0.0; 2];
        let mut here = all(w, self);
        for _ in 0..60 {
            let [[a, b], [_, d]] = here.h;
            let det = a * d - b * b;
            if det.is_nan() || det <= 1e-12 * a * d {
                break;
            }
            let step = [(b * here.g[1] - d * here.g[0]) / det, (b * here.g[0] - a * here.g[1]) / det];
            let mut share = 1.0;
            let (mut next, mut there) = (w, here);
            for _ in 0..40 {
                next = [w[0] + share * step[0], w[1] + share * step[1]];
                there = all(next, self);
                if there.re <= here.re + 1e-15 * here.re.abs() {
                    break;
                }
                share *= 0.5;
            }
            let [moved, size] = [step[0].hypot(step[1]), next[0].hypot(next[1])];
            (w, here) = (next, there);
            if share == 1.0 && moved <= 1e-12 * size.max(f64::MIN_POSITIVE) {
                self.unique = true;
                break;
            }
        }
        self.base = if self.unique { w } else { [0.0; 2] };
        self.shape = all(self.base, self);
    }

    /// Where L is worth looking at: the minimum in the middle and w = 0, where learning starts, inside.
    pub fn domain(&self) -> View {
        let [a, d] = [self.shape.h[0][0], self.shape.h[1][1]];
        let reach = match self.model {
            Model::LeastSquares => (2.0 * self.shape.re / a.max(d)).sqrt(),
            // H at w = 0 is ¼ of the mean of xxᵀ: |z| grows to some 6 for a typical example.
            Model::Logistic if !self.unique => 3.0 / a.max(d).sqrt(),
            Model::Logistic => 0.0,
        };
        let wide = 1.25 * self.base[0].abs().max(self.base[1].abs());
        let half = if wide > 0.1 * reach { wide } else { reach };
        let half = if half.is_finite() && half > 0.0 { half } else { 1.0 };
        // Edges of few digits.
        let tick = 10f64.powf((0.1 * half).log10().floor());
        let whole = |x: f64| {
            if tick < 1.0 { (x / tick).round() / (1.0 / tick).round() } else { (x / tick).round() * tick }
        };
        let [x, y] = self.base.map(|c| [whole(c - half), whole(c + half)]);
        View { x, y }
    }
}

/// Σ log(1 + e^z) as Σ max(z, 0) + log Π(1 + e^−|z|).
struct Logs {
    sum: f64,
    product: f64,
}

impl Default for Logs {
    fn default() -> Self {
        Self { sum: 0.0, product: 1.0 }
    }
}

impl Logs {
    /// Adds log(1 + e^z), and gives e^−|z|.
    #[inline]
    fn softplus(&mut self, z: f64) -> f64 {
        let e = (-z.abs()).exp();
        self.sum += z.max(0.0);
        self.product *= 1.0 + e;
        if self.product > 1e200 {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
        e
    }

    fn sum(&self) -> f64 {
        self.sum + self.product.ln()
    }
}

/// The first two different labels; `None` where all are the same.
fn labels(rows: &[[f64; 3]]) -> Option<[f64; 2]> {
    let first = rows.first()?[2];
    let other = rows.iter().map(|row| row[2]).find(|y| *y != first)?;
    Some([first, other])
}

/// The place, from 0, of the first example whose label is neither of the first two; `None` where there are no more.
///
/// ```
/// use saddlescope::loss::third_class;
/// assert_eq!(third_class(&[[1.0, 2.0, 0.0], [1.0, 3.0, 5.0], [2.0, 1.0, 5.0], [2.0, 2.0, 7.0]]), Some(3));
/// ```
pub fn third_class(rows: &[[f64; 3]]) -> Option<usize> {
    let two = labels(rows)?;
    rows.iter().position(|row| !two.contains(&row[2]))
}

/// The same examples with x₁ and x₂ centred and scaled to variance 1; a constant column (the intercept's) stays. Without
/// one the numbers y of least squares are centred too, since the model has nothing to reach their mean with.
#[must_use]
pub fn standardised(model: Model, mut rows: Vec<[f64; 3]>) -> Vec<[f64; 3]> {
    let n = rows.len() as f64;
    let mean_of = |rows: &[[f64; 3]], column: usize| rows.iter().map(|row| row[column]).sum::<f64>() / n;
    let mut varying = 0;
    for column in 0..2 {
        let mean = mean_of(&rows, column);
        let variance = rows.iter().map(|row| (row[column] - mean).powi(2)).sum::<f64>() / n;
        if variance > 1e-24 * mean * mean && variance > 0.0 {
            rows.iter_mut().for_each(|row| row[column] = (row[column] - mean) / variance.sqrt());
            varying += 1;
        }
    }
    if model == Model::LeastSquares && varying == 2 {
        let mean = mean_of(&rows, 2);
        rows.iter_mut().for_each(|row| row[2] -= mean);
    }
    rows
}
