//! L and ∇L at eight points at once: a tape played in loops that the compiler turns into vector instructions, with the same
//! operations in the same order as on [`Dual`]: equal to the last digit.

use super::Loss;
use super::tape::{Op, Register, call, rare};
use crate::number::{Dual, Number};

/// L, ∂L/∂w₁ and ∂L/∂w₂ of eight points.
type Lanes = [[f64; Gradients::LEN]; 3];

/// What adds nothing, not even to −0.
const NOTHING: f64 = -0.0;
const UNKNOWN: Lanes = [[f64::NAN; Gradients::LEN]; 3];

/// Room for the gradients of a loss at eight points.
#[derive(Clone, Debug, Default)]
pub struct Gradients {
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
    pub fn at(&mut self, loss: &Loss, [x, y]: &[[f64; Self::LEN]; 2]) -> Lanes {
        let tape = loss.tape();
        self.registers.resize(tape.registers().max(2), UNKNOWN);
        let (one, zero) = ([1.0; Self::LEN], [0.0; Self::LEN]);
        self.set(0, [*x, one, zero]);
        self.set(1, [*y, zero, one]);
        for &(op, to) in tape.code() {
            // A factor of ±1 changes no digit.
            match op {
                Op::Plus(a, c) => self.affine(a, 1.0, c, to),
                Op::From(a, c) => self.affine(a, -1.0, c, to),
                Op::Times(a, c) => self.affine(a, c, NOTHING, to),
                Op::Neg(a) => self.affine(a, -1.0, NOTHING, to),
                Op::Add(a, b) => self.sum(a, 1.0, b, to),
                Op::Sub(a, b) => self.sum(a, -1.0, b, to),
                Op::Mul(a, b) => self.product(a, b, to),
                Op::Powi(a, 2) => self.square(a, to),
                _ => self.others(op, to),
            }
        }
        self.get(tape.result())
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

    /// f·a + c.
    #[inline(never)]
    fn affine(&mut self, a: Register, f: f64, c: f64, to: Register) {
        let mut a = self.get(a);
        a.as_flattened_mut().iter_mut().for_each(|a| *a *= f);
        a[0].iter_mut().for_each(|a| *a += c);
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

    /// Point by point: what is called takes longer than the calling.
    #[inline(never)]
    fn others(&mut self, op: Op, to: Register) {
        for i in 0..Self::LEN {
            let [a, b] = op.reads().map(|read| {
                let at = self.registers.get(usize::from(read.unwrap_or(to))).unwrap_or(&UNKNOWN);
                let [re, x, y] = at.each_ref().map(|row| row.get(i).copied().unwrap_or(f64::NAN));
                Dual { re, g: [x, y] }
            });
            let Dual { re, g: [x, y] } = other(op, a, b);
            for (row, found) in self.registers.get_mut(usize::from(to)).into_iter().flatten().zip([re, x, y])
            {
                if let Some(place) = row.get_mut(i) {
                    *place = found;
                }
            }
        }
    }
}

#[inline(never)]
fn other(op: Op, a: Dual<2>, b: Dual<2>) -> Dual<2> {
    match op {
        Op::Constant(c) => Dual::constant(c),
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
                let found = room.at(&loss, &[points.map(|p| p[0]), points.map(|p| p[1])]);
                for (i, [x, y]) in points.into_iter().enumerate() {
                    let dual: Dual<2> = loss.eval([Dual::variable(x, 0), Dual::variable(y, 1)]);
                    for (a, b) in found.iter().zip([dual.re, dual.g[0], dual.g[1]]) {
                        let same = a[i].to_bits() == b.to_bits() || (a[i].is_nan() && b.is_nan());
                        assert!(same, "{} at {x}, {y}: {} {b}", loss.formula(), a[i]);
                    }
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
