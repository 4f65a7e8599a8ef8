//! Second derivatives: Hessian-vector products by going forward with tangents and back with theirs (Pearlmutter 1994),
//! and the full Hessian from the same passes.
//!
//! For the full Hessian one tangent pass for each *unit* is enough, not one for each parameter: moving the weight from
//! input i to unit o moves its sum z by aᵢ, which scales the pass of z alone. With D the derivative of ∇L along z, the
//! row of that weight is the mean of aᵢ·D over examples.

use super::kernels::{self, LANES, row, row_mut};
use super::passes::{Passes, part, split};
use super::{Data, Objective};

/// Buffers of the second order; as those of the first, for tangents.
#[derive(Clone, Debug, Default)]
pub struct Second {
    /// f″(z).
    bend: Vec<f64>,
    z: Vec<f64>,
    a: Vec<f64>,
    delta: Vec<f64>,
    back: Vec<f64>,
}

impl Passes {
    /// Hv into `out`.
    pub fn product(&mut self, theta: &[f64], data: &Data, rows: &[usize], v: &[f64], out: &mut [f64]) {
        if !self.fits(theta, data) || v.len() != theta.len() || out.len() != theta.len() {
            out.fill(f64::NAN);
            return;
        }
        out.fill(0.0);
        for block in rows.chunks(LANES) {
            let n = block.len();
            self.prepare(theta, data, block);
            self.second.a[..self.network.inputs() * LANES].fill(0.0);
            self.tangents_forward(theta, Some(v), 0, n);
            self.tangents_backward(theta, Some(v), 1, n);
            for (k, layer) in self.network.layers().iter().enumerate() {
                let (w, b) = split(layer, out);
                let above = self.place[k + 1];
                let (tangent, a) = (part(&self.second.delta, above), part(&self.a, self.place[k]));
                kernels::outer(tangent, a, w, b, layer.inputs, n);
                let (delta, a) = (part(&self.delta, above), part(&self.second.a, self.place[k]));
                kernels::outer(delta, a, w, &mut [], layer.inputs, n);
            }
        }
        let share = 1.0 / rows.len() as f64;
        out.iter_mut().for_each(|x| *x *= share);
    }

    /// H into `out`, row by row, symmetric to the last digit.
    pub fn hessian(&mut self, theta: &[f64], data: &Data, rows: &[usize], out: &mut [f64]) {
        let mut next = Some(0);
        while let Some(at) = next {
            next = self.hessian_slice(theta, data, rows, at, out);
        }
    }

    /// A slice of the work of [`Passes::hessian`], from slice 0 on; gives the next slice, or `None` when `out` is done.
    /// Between slices nothing else may be asked of these passes.
    pub fn hessian_slice(
        &mut self,
        theta: &[f64],
        data: &Data,
        rows: &[usize],
        slice: usize,
        out: &mut [f64],
    ) -> Option<usize> {
        let size = theta.len();
        if !self.fits(theta, data) || out.len() != size * size {
            out.fill(f64::NAN);
            return None;
        }
        if slice == 0 {
            out.fill(0.0);
        }
        let units: usize = self.network.layers().iter().map(|l| l.outputs).sum();
        let Some(block) = rows.chunks(LANES).nth(slice / units) else {
            finish(out, size, 1.0 / rows.len() as f64);
            return None;
        };
        if slice.is_multiple_of(units) {
            self.prepare(theta, data, block);
        }
        // The layer of this unit, and its number in the layer.
        let row = self.network.inputs() + slice % units;
        let k = self.place.iter().rposition(|first| *first <= row).unwrap_or(1) - 1;
        self.unit(theta, k, row - self.place[k + 1], block.len(), out);
        Some(slice + 1)
    }

    /// How many slices [`Passes::hessian_slice`] takes for so many examples.
    pub fn hessian_slices(&self, examples: usize) -> usize {
        self.network.layers().iter().map(|l| l.outputs).sum::<usize>() * examples.div_ceil(LANES)
    }

    /// First-order passes of a block, and the bends.
    fn prepare(&mut self, theta: &[f64], data: &Data, block: &[usize]) {
        for buffer in [
            &mut self.second.bend,
            &mut self.second.z,
            &mut self.second.a,
            &mut self.second.delta,
            &mut self.second.back,
        ] {
            buffer.resize(self.a.len(), 0.0);
        }
        self.forward(theta, data, block);
        self.backward(theta, block.len());
        let n = block.len();
        for (k, layer) in self.network.layers().iter().enumerate() {
            for u in self.place[k + 1]..self.place[k + 1] + layer.outputs {
                let (value, slope) = (row(&self.a, u, n), row(&self.slope, u, n));
                layer.activation.bend(value, slope, row_mut(&mut self.second.bend, u, n));
            }
        }
    }

    /// Tangents of z and a from layer `from` on, with the direction v in θ or without.
    fn tangents_forward(&mut self, theta: &[f64], v: Option<&[f64]>, from: usize, n: usize) {
        let second = &mut self.second;
        for (k, layer) in self.network.layers().iter().enumerate().skip(from) {
            let (before, after) = second.a.split_at_mut(self.place[k + 1] * LANES);
            let z = &mut second.z[self.place[k + 1] * LANES..];
            let biases = v.map_or(&[] as &[f64], |v| &v[layer.bias_range()]);
            for o in 0..layer.outputs {
                row_mut(z, o, n).fill(biases.get(o).copied().unwrap_or(0.0));
            }
            let tangent = part(before, self.place[k]);
            kernels::forward(&theta[layer.weight_range()], tangent, z, layer.inputs, n);
            if let Some(v) = v {
                let a = part(&self.a, self.place[k]);
                kernels::forward(&v[layer.weight_range()], a, z, layer.inputs, n);
            }
            for o in 0..layer.outputs {
                let both = row(z, o, n).iter().zip(row(&self.slope, self.place[k + 1] + o, n));
                row_mut(after, o, n).iter_mut().zip(both).for_each(|(a, (z, s))| *a = z * s);
            }
        }
    }

    /// Tangents of ∂L/∂z from the last layer down to row group `to` of the buffers.
    fn tangents_backward(&mut self, theta: &[f64], v: Option<&[f64]>, to: usize, n: usize) {
        self.objective_tangent(n);
        let second = &mut self.second;
        for (k, layer) in self.network.layers().iter().enumerate().skip(to).rev() {
            let first = self.place[k];
            let (before, after) = second.delta.split_at_mut(self.place[k + 1] * LANES);
            for i in 0..layer.inputs {
                row_mut(&mut second.back, i, n).fill(0.0);
            }
            kernels::backward(&theta[layer.weight_range()], after, &mut second.back, layer.inputs, n);
            if let Some(v) = v {
                let delta = part(&self.delta, self.place[k + 1]);
                kernels::backward(&v[layer.weight_range()], delta, &mut second.back, layer.inputs, n);
            }
            for i in 0..layer.inputs {
                let u = first + i;
                let bent =
                    row(&second.bend, u, n).iter().zip(row(&second.z, u, n)).zip(row(&self.back, u, n));
                let passed = row(&self.slope, u, n).iter().zip(row(&second.back, i, n));
                for ((d, ((bend, z), back)), (slope, b)) in
                    row_mut(before, u, n).iter_mut().zip(bent).zip(passed)
                {
                    *d = bend * z * back + slope * b;
                }
            }
        }
    }

    /// Tangents of ∂L/∂z of the last layer.
    fn objective_tangent(&mut self, n: usize) {
        let first = self.place.last().copied().unwrap_or(0);
        let outputs = self.network.outputs();
        let (a, slope, back) = (part(&self.a, first), part(&self.slope, first), part(&self.back, first));
        let (bend, z) = (part(&self.second.bend, first), part(&self.second.z, first));
        let delta = &mut self.second.delta[first * LANES..];
        let all = (0..outputs).flat_map(|o| o * LANES..o * LANES + n);
        match self.network.objective() {
            Objective::SquaredError => {
                all.for_each(|at| {
                    delta[at] = (2.0 * slope[at] * slope[at] + back[at] * bend[at]) * z[at];
                });
            }
            Objective::BinaryCrossEntropy => all.for_each(|at| delta[at] = slope[at] * z[at]),
            Objective::SoftmaxCrossEntropy => {
                for lane in 0..n {
                    let at = (0..outputs).map(|o| o * LANES + lane);
                    let mean: f64 = at.clone().map(|at| a[at] * z[at]).sum();
                    at.for_each(|at| delta[at] = a[at] * (z[at] - mean));
                }
            }
        }
    }

    /// The tangent pass along z of unit `o` of layer `k`, and what it adds to the lower triangle of H.
    fn unit(&mut self, theta: &[f64], k: usize, o: usize, n: usize, h: &mut [f64]) {
        let Some(own) = self.network.layers().get(k).copied() else { return };
        let above = self.place[k + 1];
        for u in above..above + own.outputs {
            let on = u == above + o;
            row_mut(&mut self.second.z, u, n).fill(f64::from(u8::from(on)));
            let a = row_mut(&mut self.second.a, u, n);
            if on { a.copy_from_slice(row(&self.slope, u, n)) } else { a.fill(0.0) }
        }
        self.tangents_forward(theta, None, k + 1, n);
        self.tangents_backward(theta, None, k + 1, n);
        let size = theta.len();
        let inputs = part(&self.a, self.place[k]);
        let weights = own.weights + o * own.inputs;
        let mut add = |j: usize, d: &[f64]| {
            let line = &mut h[j * size..(j + 1) * size];
            kernels::dots(d, inputs, &mut line[weights..weights + own.inputs], n);
            if own.biases {
                line[own.bias_range().start + o] += d.iter().sum::<f64>();
            }
        };
        let mut d = [0.0; LANES];
        let d = &mut d[..n];
        for (l, layer) in self.network.layers().iter().enumerate().skip(k) {
            // Of its own layer only what stands in the lower triangle; there the activations before do not move.
            let from = if l == k { o } else { 0 };
            for p in from..layer.outputs {
                let tangent = row(&self.second.delta, self.place[l + 1] + p, n);
                let delta = row(&self.delta, self.place[l + 1] + p, n);
                for q in 0..layer.inputs {
                    let a = row(&self.a, self.place[l] + q, n);
                    d.iter_mut().zip(tangent.iter().zip(a)).for_each(|(d, (t, a))| *d = t * a);
                    if l > k {
                        let moved = row(&self.second.a, self.place[l] + q, n);
                        d.iter_mut().zip(delta.iter().zip(moved)).for_each(|(d, (e, m))| *d += e * m);
                    }
                    add(layer.weights + p * layer.inputs + q, d);
                }
            }
            for (p, j) in layer.bias_range().enumerate() {
                add(j, row(&self.second.delta, self.place[l + 1] + p, n));
            }
        }
    }
}

/// Makes sums to means, and puts the lower triangle in place of the upper.
fn finish(h: &mut [f64], size: usize, share: f64) {
    for i in 0..size {
        for j in 0..=i {
            let entry = h[i * size + j] * share;
            h[i * size + j] = entry;
            h[j * size + i] = entry;
        }
    }
}
