//! L, ∇L and H at eight points at once: a tape played in loops that the compiler turns into vector instructions, with the
//! same operations in the same order as on [`Dual2`]: equal to the last digit.

use super::Loss;
use super::tape::{Op, Register, Tape, call, rare};
use crate::number::{Dual, Dual2, Number};

/// L, ∂L/∂w₁ and ∂L/∂w₂ of eight points; or ∂²L/∂w₁², ∂²L/∂w₁∂w₂ and ∂²L/∂w₂².
type Lanes = [[f64; Gradients::LEN]; 3];

/// What adds nothing, not even to −0.
const NOTHING: f64 = -0.0;
const UNKNOWN: Lanes = [[f64::NAN; Gradients::LEN]; 3];

/// Room for the gradients of a loss at eight points.
#[derive(Clone, Debug, Default)]
pub struct Gradients {
    /// L and ∇L of every register; behind them H of every register, where it is asked for.
    registers: Vec<Lanes>,
}

impl Gradients {
    /// How many points go side by side.
    pub const LEN: usize = 8;

    /// L, ∂L/∂w₁ and ∂L/∂w₂ at the points whose coordinates are given; L is NaN for a model on data, which has
    /// no formula.
    ///
    /// ```
    /// use saddlescope::loss::{Gradients, Loss};
    /// let found = Gradients::default().at(&Loss::notes(), &[[0.5; 8], [1.0; 8]]);
    /// assert_eq!(found, [[0.25; 8], [-1.0; 8], [-0.5; 8]]);
    /// ```
    pub fn at(&mut self, loss: &Loss, points: &[[f64; Self::LEN]; 2]) -> Lanes {
        self.play(loss.tape(), points, false);
        self.get(loss.tape().result())
    }

    /// The same, and with it ∂²L/∂w₁², ∂²L/∂w₁∂w₂ and ∂²L/∂w₂².
    ///
    /// ```
    /// use saddlescope::loss::{Gradients, Loss};
    /// let [_, curved] = Gradients::default().with_hessians(&Loss::notes(), &[[0.5; 8], [1.0; 8]]);
    /// assert_eq!(curved, [[2.0; 8], [0.0; 8], [0.5; 8]]);
    /// ```
    pub fn with_hessians(&mut self, loss: &Loss, points: &[[f64; Self::LEN]; 2]) -> [Lanes; 2] {
        let h = self.play(loss.tape(), points, true);
        let result = loss.tape().result();
        [self.get(result), self.get(result + h)]
    }

    /// Plays a tape; gives by how many registers H lies behind L and ∇L.
    fn play(&mut self, tape: &Tape, [x, y]: &[[f64; Self::LEN]; 2], curved: bool) -> Register {
        let count = tape.registers().max(2);
        self.registers.resize(2 * count, UNKNOWN);
        let h = count as Register;
        let (one, zero) = ([1.0; Self::LEN], [0.0; Self::LEN]);
        self.set(0, [*x, one, zero]);
        self.set(1, [*y, zero, one]);
        if curved {
            self.set(h, [zero; 3]);
            self.set(h + 1, [zero; 3]);
        }
        for &(op, to) in tape.code() {
            if curved {
                // Before what it reads is written over.
                self.bend(op, to, h);
            }
            // A factor of ±1 changes no digit.
            match op {
                Op::Plus(a, c) => self.affine(a, 1.0, [c, 0.0], to),
                Op::From(a, c) => self.affine(a, -1.0, [c, 0.0], to),
                Op::Times(a, c) => self.affine(a, c, [NOTHING; 2], to),
                Op::Neg(a) => self.affine(a, -1.0, [NOTHING; 2], to),
                Op::Add(a, b) => self.sum(a, 1.0, b, to),
                Op::Sub(a, b) => self.sum(a, -1.0, b, to),
                Op::Mul(a, b) => self.product(a, b, to),
                Op::Powi(a, 2) => self.square(a, to),
                _ if curved => {}
                _ => self.others(op, to),
            }
        }
        h
    }

    /// H of what an operation makes; of one that goes point by point, all.
    fn bend(&mut self, op: Op, to: Register, h: Register) {
        match op {
            Op::Plus(a, _) => self.affine(a + h, 1.0, [0.0; 2], to + h),
            Op::From(a, _) => self.affine(a + h, -1.0, [0.0; 2], to + h),
            Op::Neg(a) => self.affine(a + h, -1.0, [NOTHING; 2], to + h),
            Op::Times(a, c) => self.affine(a + h, c, [NOTHING; 2], to + h),
            Op::Add(a, b) => self.sum(a + h, 1.0, b + h, to + h),
            Op::Sub(a, b) => self.sum(a + h, -1.0, b + h, to + h),
            Op::Mul(a, b) => self.product_rule(a, b, to, h),
            Op::Powi(a, 2) => self.square_rule(a, to, h),
            _ => self.others_bent(op, to, h),
        }
    }

    #[inline(always)]
    fn get(&self, register: Register) -> Lanes {
        self.registers.get(usize::from(register)).copied().unwrap_or(UNKNOWN)
    }

    #[inline(always)]
    fn set(&mut self, to: Register, lanes: Lanes) {
        if let Some(register) = self.registers.get_mut(usize::from(to)) {
            *register = lanes;
        }
    }

    /// f·a + c in the first of its numbers, + z in the others.
    #[inline(never)]
    fn affine(&mut self, a: Register, f: f64, [c, z]: [f64; 2], to: Register) {
        let mut a = self.get(a);
        for (a, c) in a.iter_mut().zip([c, z, z]) {
            a.iter_mut().for_each(|a| *a = *a * f + c);
        }
        self.set(to, a);
    }

    /// a + s·b.
    #[inline(never)]
    fn sum(&mut self, a: Register, s: f64, b: Register, to: Register) {
        let (mut a, b) = (self.get(a), self.get(b));
        a.as_flattened_mut().iter_mut().zip(b.as_flattened()).for_each(|(a, b)| *a += s * b);
        self.set(to, a);
    }

    /// a·b.
    #[inline(never)]
    fn product(&mut self, a: Register, b: Register, to: Register) {
        let ([a, ax, ay], [b, bx, by]) = (self.get(a), self.get(b));
        let mut out = UNKNOWN;
        for i in 0..Self::LEN {
            out[0][i] = a[i] * b[i];
            out[1][i] = ax[i] * b[i] + a[i] * bx[i];
            out[2][i] = ay[i] * b[i] + a[i] * by[i];
        }
        self.set(to, out);
    }

    /// a².
    #[inline(never)]
    fn square(&mut self, a: Register, to: Register) {
        let [a, ax, ay] = self.get(a);
        let mut out = UNKNOWN;
        for i in 0..Self::LEN {
            out[0][i] = a[i] * a[i];
            out[1][i] = 2.0 * a[i] * ax[i];
            out[2][i] = 2.0 * a[i] * ay[i];
        }
        self.set(to, out);
    }

    /// 2a·∇²a + 2·∇a∇aᵀ.
    #[inline(never)]
    fn square_rule(&mut self, a: Register, to: Register, h: Register) {
        let ([a, x, y], mut out) = (self.get(a), self.get(a + h));
        for i in 0..Self::LEN {
            out[0][i] = 2.0 * a[i] * out[0][i] + 2.0 * (x[i] * x[i]);
            out[1][i] = 2.0 * a[i] * out[1][i] + 2.0 * (x[i] * y[i]);
            out[2][i] = 2.0 * a[i] * out[2][i] + 2.0 * (y[i] * y[i]);
        }
        self.set(to + h, out);
    }

    /// b·∇²a + (∇a∇bᵀ + ∇b∇aᵀ) + a·∇²b.
    #[inline(never)]
    fn product_rule(&mut self, a: Register, b: Register, to: Register, h: Register) {
        let ([a, ax, ay], mut out) = (self.get(a), self.get(a + h));
        let ([b, bx, by], other) = (self.get(b), self.get(b + h));
        for i in 0..Self::LEN {
            out[0][i] = out[0][i] * b[i] + (ax[i] * bx[i] + ax[i] * bx[i]) + a[i] * other[0][i];
            out[1][i] = out[1][i] * b[i] + (ax[i] * by[i] + ay[i] * bx[i]) + a[i] * other[1][i];
            out[2][i] = out[2][i] * b[i] + (ay[i] * by[i] + ay[i] * by[i]) + a[i] * other[2][i];
        }
        self.set(to + h, out);
    }

    /// Point by point: what is called takes longer than the calling.
    #[inline(never)]
    fn others(&mut self, op: Op, to: Register) {
        for i in 0..Self::LEN {
            let [a, b] = op.reads().map(|read| {
                let [re, x, y] = self.point(read.unwrap_or(to), i);
                Dual { re, g: [x, y] }
            });
            let Dual { re, g: [x, y] } = other(op, a, b);
            self.put(to, i, [re, x, y]);
        }
    }

    /// The same with H.
    #[inline(never)]
    fn others_bent(&mut self, op: Op, to: Register, h: Register) {
        for i in 0..Self::LEN {
            let [a, b] = op.reads().map(|read| {
                let at = read.unwrap_or(to);
                let ([re, x, y], [xx, xy, yy]) = (self.point(at, i), self.point(at + h, i));
                Dual2 { re, g: [x, y], h: [[xx, xy], [xy, yy]] }
            });
            let Dual2 { re, g: [x, y], h: [[xx, xy], [_, yy]] } = other(op, a, b);
            self.put(to, i, [re, x, y]);
            self.put(to + h, i, [xx, xy, yy]);
        }
    }

    #[inline(always)]
    fn point(&self, register: Register, i: usize) -> [f64; 3] {
        let at = self.registers.get(usize::from(register)).unwrap_or(&UNKNOWN);
        at.each_ref().map(|row| row.get(i).copied().unwrap_or(f64::NAN))
    }

    #[inline(always)]
    fn put(&mut self, register: Register, i: usize, found: [f64; 3]) {
        for (row, found) in self.registers.get_mut(usize::from(register)).into_iter().flatten().zip(found) {
            if let Some(place) = row.get_mut(i) {
                *place = found;
            }
        }
    }
}

#[inline(never)]
fn other<N: Number>(op: Op, a: N, b: N) -> N {
    match op {
        Op::Constant(c) => N::constant(c),
        Op::Powi(_, n) => a.powi(n),
        Op::Recip(_) => a.recip(),
        Op::Div(..) => a / b,
        Op::Call(function, _) => call(function, a),
        _ => rare(&op, a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{Data, Landscape, Model};

    /// A point that no symmetry knows, in a square about 0; some with zeros of either sign.
    fn point(k: usize, size: f64) -> [f64; 2] {
        let part = |step: usize| size * (((k * step) % 97) as f64 / 48.0 - 1.0);
        match k % 11 {
            0 => [-0.0, part(31)],
            1 => [part(57), 0.0],
            2 => [1e200, part(3)],
            _ => [part(57), part(31)],
        }
    }

    #[test]
    fn the_same_digits_as_on_dual_numbers() {
        let formulas = [
            "x-y",
            "3",
            "-x/(1-y)+1/x-2*y",
            "x^3*y^5+x^-2+x^1.5+2^y+x^y",
            "sin(x)+cos(y)*tan(x)-exp(x*y)+log(x)-sqrt(y)",
            "abs(x)+tanh(y)-sigmoid(x)*relu(y)+softplus(x*y)",
            "max(x,y)-min(x^2,3*y)+5-x*7",
        ];
        let losses = Landscape::ALL.map(Loss::landscape).into_iter();
        let mut room = Gradients::default();
        for loss in losses.chain(formulas.map(|text| Loss::parse(text).unwrap())) {
            for block in 0..20 {
                let size = [1e-3, 1.0, 5.0, 1e3][block % 4];
                let points: [[f64; 2]; 8] = std::array::from_fn(|i| point(8 * block + i, size));
                let axes = [points.map(|p| p[0]), points.map(|p| p[1])];
                let (found, both) = (room.at(&loss, &axes), room.with_hessians(&loss, &axes));
                for (i, [x, y]) in points.into_iter().enumerate() {
                    let dual: Dual<2> = loss.eval([Dual::variable(x, 0), Dual::variable(y, 1)]);
                    let Dual2 { re, g, h }: Dual2<2> =
                        loss.eval([Dual2::variable(x, 0), Dual2::variable(y, 1)]);
                    let same = |found: &[[f64; 8]], expected: &[f64]| {
                        for (a, b) in found.iter().zip(expected) {
                            let same = a[i].to_bits() == b.to_bits() || (a[i].is_nan() && b.is_nan());
                            assert!(same, "{} at {x}, {y}: {} {b}", loss.formula(), a[i]);
                        }
                    };
                    same(&found, &[dual.re, dual.g[0], dual.g[1]]);
                    same(both.as_flattened(), &[re, g[0], g[1], h[0][0], h[1][0], h[1][1]]);
                }
            }
        }
    }

    #[test]
    fn a_model_on_data_has_no_formula() {
        let data = Data::new(Model::LeastSquares, vec![[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]).unwrap();
        let found = Gradients::default().at(&Loss::of_data(data), &[[0.0; 8]; 2]);
        assert!(found[0].iter().all(|l| l.is_nan()));
    }
}
