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

/// out += Σₖ c[k]·rows[k], four rows at a time so that `out` is read and written less often.
#[inline(always)]
fn combine(mut c: impl ExactSizeIterator<Item = f64>, rows: &[f64], out: &mut [f64], n: usize) {
    let mut k = 0;
    while c.len() >= 4 {
        let (Some(c0), Some(c1), Some(c2), Some(c3)) = (c.next(), c.next(), c.next(), c.next()) else {
            return;
        };
        let (r0, r1) = (row(rows, k, n), row(rows, k + 1, n));
        let (r2, r3) = (row(rows, k + 2, n), row(rows, k + 3, n));
        for ((((out, a), b), c), d) in out.iter_mut().zip(r0).zip(r1).zip(r2).zip(r3) {
            *out += (c0 * a + c1 * b) + (c2 * c + c3 * d);
        }
        k += 4;
    }
    for c in c {
        out.iter_mut().zip(row(rows, k, n)).for_each(|(out, a)| *out += c * a);
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

/// out[i] += x·rows[i], four rows at a time so that x is read less often.
pub fn dots(x: &[f64], rows: &[f64], out: &mut [f64], n: usize) {
    let whole = out.len() / 4 * 4;
    let (fours, rest) = out.split_at_mut(whole);
    for (k, out) in fours.chunks_exact_mut(4).enumerate() {
        let r: [&[f64]; 4] = std::array::from_fn(|j| row(rows, 4 * k + j, n));
        let mut sums = [[0.0; 2]; 4];
        let pairs = n / 2;
        for p in 0..pairs {
            let x = &x[2 * p..2 * p + 2];
            for (sum, r) in sums.iter_mut().zip(&r) {
                let r = &r[2 * p..2 * p + 2];
                sum[0] += x[0] * r[0];
                sum[1] += x[1] * r[1];
            }
        }
        for ((out, sum), r) in out.iter_mut().zip(sums).zip(r) {
            let odd = if n % 2 == 1 { x[n - 1] * r[n - 1] } else { 0.0 };
            *out += sum[0] + sum[1] + odd;
        }
    }
    for (i, out) in rest.iter_mut().enumerate() {
        let mut sum = [0.0; 2];
        let r = row(rows, whole + i, n);
        for (x, r) in x.chunks_exact(2).zip(r.chunks_exact(2)) {
            sum[0] += x[0] * r[0];
            sum[1] += x[1] * r[1];
        }
        let odd = if n % 2 == 1 { x[n - 1] * r[n - 1] } else { 0.0 };
        *out += sum[0] + sum[1] + odd;
    }
}
