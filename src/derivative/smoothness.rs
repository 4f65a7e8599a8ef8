//! Whether a loss has the derivatives that a verdict needs at a point.
//!
//! Where the value, the gradient or the Hessian is not finite the answer is plain. A kink of abs, relu, max or min is
//! finite on both sides, so it is looked for: at a point on one, the formula is evaluated as it reads in the piece that
//! lies in each of a ring of directions. The loss is smooth there if all pieces have the same gradient and Hessian:
//! |x|³ at 0 is, |x| and relu(x)² are not.

use super::{Jet, jet};
use crate::loss::{Function, Loss, Op};
use crate::number::{Chain, Dual2};

/// Whether a loss has the derivatives that a verdict needs at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoothness {
    /// Twice differentiable here, as far as the formula tells.
    Smooth,
    /// The value exists, the gradient (or the Hessian) does not: a kink of abs, relu, max, min, or a root at 0.
    NotDifferentiable,
    /// The value itself is not finite.
    NotDefined,
}

/// How near a kink counts as on it, as a share of the length of the view.
const ON_A_KINK: f64 = 1e-9;
/// How far away the usual size of the derivatives is read, as a share of the length of the view.
const NEARBY: f64 = 1e-3;
/// What share of that size is no difference.
const SAME: f64 = 1e-5;
/// How many directions are tried.
const DIRECTIONS: usize = 32;

/// Whether the loss is smooth at a point. `scale` is the length of the view: a kink nearer than 1e-9 of it counts.
///
/// ```
/// use saddlescope::{derivative::{Smoothness, smoothness}, loss::Loss};
/// let at_origin = |text: &str| smoothness(&Loss::parse(text).unwrap(), [0.0, 0.0], 4.0);
/// assert_eq!(at_origin("abs(x)+y^2"), Smoothness::NotDifferentiable);
/// assert_eq!(at_origin("abs(x)^3+y^2"), Smoothness::Smooth);
/// assert_eq!(at_origin("log(x)"), Smoothness::NotDefined);
/// ```
pub fn smoothness(loss: &Loss, at: [f64; 2], scale: f64) -> Smoothness {
    let here = jet(loss, at);
    if !here.value.is_finite() {
        return Smoothness::NotDefined;
    }
    if !here.is_finite() {
        return Smoothness::NotDifferentiable;
    }
    let near = ON_A_KINK * scale.abs();
    let (first, kinks) = piece(loss, at, near, direction(0));
    if kinks == 0 {
        return Smoothness::Smooth;
    }
    // The size of derivatives near by tells a jump from rounding.
    let mut size = [0.0_f64; 2];
    for k in 0..8 {
        let [dx, dy] = direction(k * DIRECTIONS / 8);
        let there = jet(loss, [at[0] + NEARBY * scale * dx, at[1] + NEARBY * scale * dy]);
        if there.is_finite() {
            size =
                [size[0].max(largest(&there.gradient)), size[1].max(largest(there.hessian.as_flattened()))];
        }
    }
    let same = |a: &[f64], b: &[f64], size: f64| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= SAME * size);
    for k in 1..DIRECTIONS {
        let (jet, _) = piece(loss, at, near, direction(k));
        if !jet.is_finite()
            || !same(&jet.gradient, &first.gradient, size[0])
            || !same(jet.hessian.as_flattened(), first.hessian.as_flattened(), size[1])
        {
            return Smoothness::NotDifferentiable;
        }
    }
    Smoothness::Smooth
}

/// Whether a difference of the loss between two near points crosses a kink: abs, relu, max or min is in another piece at
/// each end, and the slopes at the ends differ by more than the curvature there explains.
///
/// ```
/// use saddlescope::{derivative::kink_between, loss::Loss};
/// let between = |text: &str, a, b| kink_between(&Loss::parse(text).unwrap(), a, b);
/// assert!(between("relu(x)+y^2", [-1e-6, 0.3], [1e-6, 0.3]));
/// assert!(!between("relu(x)+y^2", [1e-6, 0.3], [3e-6, 0.3]));
/// assert!(!between("abs(x)^3", [-1e-6, 0.3], [1e-6, 0.3]));
/// ```
pub fn kink_between(loss: &Loss, a: [f64; 2], b: [f64; 2]) -> bool {
    if pieces(loss, a) == pieces(loss, b) {
        return false;
    }
    let reach = [b[0] - a[0], b[1] - a[1]];
    let [first, second] = [a, b].map(|end| jet(loss, end));
    let explained = |jet: &Jet| jet.hessian.map(|row| dot(row, reach).abs());
    let curved = explained(&first).into_iter().zip(explained(&second)).map(|(a, b)| 2.0 * (a + b));
    let jumps = first.gradient.into_iter().zip(second.gradient).map(|(a, b)| (b - a).abs());
    // Written so that a slope that is not finite counts as a kink.
    !jumps.zip(curved).all(|(jump, curved)| jump <= curved)
}

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// On which side of its kink each abs, relu, max and min is at a point.
fn pieces(loss: &Loss, at: [f64; 2]) -> Vec<bool> {
    let tape = loss.tape();
    let mut registers = vec![0.0; tape.registers()];
    let mut sides = Vec::new();
    tape.run(&at, &mut registers, |op, registers: &[f64]| {
        let get = |i: u16| registers.get(usize::from(i)).copied().unwrap_or(f64::NAN);
        match op {
            Op::Call(Function::Abs | Function::Relu, a) => sides.push(get(a) > 0.0),
            Op::Max(a, b) | Op::Min(a, b) => sides.push(get(a) > get(b)),
            _ => {}
        }
        None
    });
    sides
}

/// Direction k of the ring, on no axis and no diagonal.
fn direction(k: usize) -> [f64; 2] {
    let angle = (k as f64 + 0.37) / DIRECTIONS as f64 * std::f64::consts::TAU;
    [angle.cos(), angle.sin()]
}

fn largest(entries: &[f64]) -> f64 {
    entries.iter().fold(0.0, |most, e| most.max(e.abs()))
}

/// The jet at a point of the piece that lies in direction `d`, and how many kinks meet there.
fn piece(loss: &Loss, at: [f64; 2], near: f64, d: [f64; 2]) -> (Jet, usize) {
    let tape = loss.tape();
    let mut registers = vec![Dual2::of(0.0); tape.registers()];
    let mut kinks = 0;
    let inputs = [Dual2::variable(at[0], 0), Dual2::variable(at[1], 1)];
    let value = tape.run(&inputs, &mut registers, |op, registers| {
        let get = |i: u16| registers.get(usize::from(i)).copied();
        // The kink is where `bend` is 0; beyond it the operation is `above`, before it `below`.
        let (bend, above, below) = match op {
            Op::Call(Function::Abs, a) => {
                let a = get(a)?;
                let on = Dual2 { re: 0.0, ..a };
                (a, on, -on)
            }
            Op::Call(Function::Relu, a) => {
                let a = get(a)?;
                (a, Dual2 { re: 0.0, ..a }, Dual2::of(0.0))
            }
            Op::Max(a, b) => (get(a)? - get(b)?, get(a)?, get(b)?),
            Op::Min(a, b) => (get(a)? - get(b)?, get(b)?, get(a)?),
            _ => return None,
        };
        if bend.re != 0.0 && bend.re.abs() > near * bend.g[0].hypot(bend.g[1]) {
            return None;
        }
        kinks += 1;
        let slope = bend.g[0] * d[0] + bend.g[1] * d[1];
        let [[xx, xy], [_, yy]] = bend.h;
        let side =
            if slope == 0.0 { xx * d[0] * d[0] + 2.0 * xy * d[0] * d[1] + yy * d[1] * d[1] } else { slope };
        if side > 0.0 {
            Some(above)
        } else if side < 0.0 {
            Some(below)
        } else {
            None
        }
    });
    (Jet::of(value), kinks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, point: [f64; 2]) -> Smoothness {
        smoothness(&Loss::parse(text).unwrap(), point, 4.0)
    }

    #[test]
    fn kinks_are_told_from_smooth_points() {
        for text in [
            "abs(x)",
            "abs(x)+abs(y)",
            "abs(x)*abs(y)",
            "x*abs(x)",
            "relu(x)",
            "relu(x)^2",
            "relu(x+y)+x^2",
            "max(x,y)",
            "min(x,-y)",
            "max(0,1-x*y-1)",
            "sqrt(x^2+y^2)",
            "x^1.5+y",
            "abs(sin(x))",
            "1e9*abs(x)",
            "1e-9*abs(x)",
            "max(x,2x)",
            "abs(x)+1e3*y^2",
        ] {
            assert_eq!(at(text, [0.0, 0.0]), Smoothness::NotDifferentiable, "{text}");
        }
        for text in [
            "abs(x)^3",
            "relu(x)^3+y",
            "abs(x)^2.5",
            "abs(x^2+y^2)",
            "relu(x^2)",
            "max(x^2,-y^2)",
            "x^2*abs(x)",
            "max(x,x)",
            "abs(x+1)+relu(y-1)",
            "x^2.5+y",
            "relu(x)+relu(-x)-abs(x)",
        ] {
            assert_eq!(at(text, [0.0, 0.0]), Smoothness::Smooth, "{text}");
        }
        assert_eq!(at("abs(x)^2.5", [1e-10, 0.0]), Smoothness::Smooth);
        assert_eq!(at("log(x)", [-1.0, 0.0]), Smoothness::NotDefined);
        assert_eq!(at("1/x", [0.0, 0.0]), Smoothness::NotDefined);
        assert_eq!(at("ackley", [0.0, 0.0]), Smoothness::NotDifferentiable);
        assert_eq!(at("ackley", [0.1, 0.0]), Smoothness::Smooth);
    }

    #[test]
    fn a_kink_counts_within_1e9_of_the_view() {
        assert_eq!(at("abs(x-1)", [1.0 + 1e-9, 0.3]), Smoothness::NotDifferentiable);
        assert_eq!(at("abs(1e6*(x-1))", [1.0 - 1e-9, 0.3]), Smoothness::NotDifferentiable);
        assert_eq!(at("abs(x-1)", [1.0 + 1e-8, 0.3]), Smoothness::Smooth);
    }
}
