//! The loops of the passes, over blocks of examples: unit u of a layer holds its numbers for all examples of the block
//! side by side, in row u of [`LANES`] numbers, of which the first `n` are in use.

/// Examples in a block.
pub const LANES: usize = 64;

/// Row u of a block.
#[inline(always)]
pub fn row(block: &[f64], u: usize, n: usize) -> &[f64] {
    &block[u * LANES..u * LANES + n]
}

/// Row u of a block, to be written.
#[inline(always)]
pub fn row_mut(block: &mut [f64], u: usize, n: usize) -> &mut [f64] {
    &mut block[u * LANES..u * LANES + n]
}

/// out[o] += Σᵢ W[o, i]·a[i].
pub fn forward(w: &[f64], a: &[f64], out: &mut [f64], inputs: usize, n: usize) {
    for (o, w) in w.chunks_exact(inputs).enumerate() {
        combine(w.iter().copied(), a, row_mut(out, o, n), n);
    }
}

/// out[i] += Σₒ W[o, i]·d[o].
pub fn backward(w: &[f64], d: &[f64], out: &mut [f64], inputs: usize, n: usize) {
    for i in 0..inputs {
        combine(w.iter().skip(i).step_by(inputs).copied(), d, row_mut(out, i, n), n);
    }
}

/// out += Σₖ c[k]·rows[k], four rows at a time so that `out` is read and written less often. By index: where code is made
/// small, chains of iterators stay calls.
#[inline(always)]
fn combine(mut c: impl ExactSizeIterator<Item = f64>, rows: &[f64], out: &mut [f64], n: usize) {
    let out = &mut out[..n];
    let mut k = 0;
    while c.len() >= 4 {
        let (Some(c0), Some(c1), Some(c2), Some(c3)) = (c.next(), c.next(), c.next(), c.next()) else {
            return;
        };
        let (r0, r1) = (row(rows, k, n), row(rows, k + 1, n));
        let (r2, r3) = (row(rows, k + 2, n), row(rows, k + 3, n));
        for j in 0..n {
            out[j] += (c0 * r0[j] + c1 * r1[j]) + (c2 * r2[j] + c3 * r3[j]);
        }
        k += 4;
    }
    for c in c {
        let r = row(rows, k, n);
        for j in 0..n {
            out[j] += c * r[j];
        }
        k += 1;
    }
}

/// g[o, i] += Σ over examples of d[o]·a[i], and b[o] += Σ d[o].
pub fn outer(d: &[f64], a: &[f64], g: &mut [f64], bias: &mut [f64], inputs: usize, n: usize) {
    for (o, g) in g.chunks_exact_mut(inputs).enumerate() {
        dots(row(d, o, n), a, g, n);
    }
    for (o, b) in bias.iter_mut().enumerate() {
        *b += row(d, o, n).iter().sum::<f64>();
    }
}

/// out[i] += x·rows[i], four rows at a time so that x is read less often, each in two sums so that they become vectors.
pub fn dots(x: &[f64], rows: &[f64], out: &mut [f64], n: usize) {
    let x = &x[..n];
    let even = n / 2 * 2;
    let mut i = 0;
    while i + 4 <= out.len() {
        let (r0, r1) = (row(rows, i, n), row(rows, i + 1, n));
        let (r2, r3) = (row(rows, i + 2, n), row(rows, i + 3, n));
        let (mut s0, mut s1, mut s2, mut s3) = ([0.0; 2], [0.0; 2], [0.0; 2], [0.0; 2]);
        let mut j = 0;
        while j + 1 < n {
            let (a, b) = (x[j], x[j + 1]);
            s0 = [s0[0] + a * r0[j], s0[1] + b * r0[j + 1]];
            s1 = [s1[0] + a * r1[j], s1[1] + b * r1[j + 1]];
            s2 = [s2[0] + a * r2[j], s2[1] + b * r2[j + 1]];
            s3 = [s3[0] + a * r3[j], s3[1] + b * r3[j + 1]];
            j += 2;
        }
        for (k, (s, r)) in [(s0, r0), (s1, r1), (s2, r2), (s3, r3)].into_iter().enumerate() {
            out[i + k] += s[0] + s[1] + rest(x, r, even);
        }
        i += 4;
    }
    while i < out.len() {
        let r = row(rows, i, n);
        let mut s = [0.0; 2];
        let mut j = 0;
        while j + 1 < n {
            s = [s[0] + x[j] * r[j], s[1] + x[j + 1] * r[j + 1]];
            j += 2;
        }
        out[i] += s[0] + s[1] + rest(x, r, even);
        i += 1;
    }
}

/// What an odd last number adds.
#[inline(always)]
fn rest(x: &[f64], r: &[f64], even: usize) -> f64 {
    if x.len() > even { x[even] * r[even] } else { 0.0 }
}
