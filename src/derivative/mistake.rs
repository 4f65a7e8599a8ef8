//! Mistakes as they happen in code for gradients, put into a gradient that is right.

use super::gradient;
use crate::loss::{Expr, Loss, Tape};
use crate::number::{Dual, Number};

/// A mistake in the code of a gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// −g for g.
    Sign,
    /// 2g for g: a forgotten ½, or one too many.
    Factor,
    /// One part of the formula is taken for a constant: see [`Forgotten`].
    Term,
    /// (g₂, g₁) for (g₁, g₂).
    Swapped,
    /// The gradient at a point that has not been brought up to date.
    Stale,
}

impl Mistake {
    /// All of them.
    pub const ALL: [Mistake; 5] =
        [Mistake::Sign, Mistake::Factor, Mistake::Term, Mistake::Swapped, Mistake::Stale];

    /// What code with this mistake gives at a point; `stale` is the point that it looks at in its stead if it is
    /// [`Stale`](Mistake::Stale).
    ///
    /// ```
    /// use saddlescope::{derivative::Mistake, loss::Loss};
    /// let at = [0.5, 1.0]; // where the gradient of (1 − w₁w₂)² is (−1, −½)
    /// let gives = |mistake: Mistake| mistake.gradient(&Loss::notes(), at, [0.0, 0.0]);
    /// assert_eq!(gives(Mistake::Sign), [1.0, 0.5]);
    /// assert_eq!(gives(Mistake::Factor), [-2.0, -1.0]);
    /// assert_eq!(gives(Mistake::Term), [-1.0, 0.0]); // w₂ taken for a constant
    /// assert_eq!(gives(Mistake::Swapped), [-0.5, -1.0]);
    /// assert_eq!(gives(Mistake::Stale), [0.0, 0.0]);
    /// ```
    pub fn gradient(self, loss: &Loss, at: [f64; 2], stale: [f64; 2]) -> [f64; 2] {
        let (_, g) = gradient(loss, at);
        match self {
            Mistake::Sign => g.map(|d| -d),
            Mistake::Factor => g.map(|d| 2.0 * d),
            Mistake::Term => Forgotten::of(loss, at).map_or([0.0; 2], |forgotten| forgotten.gradient),
            Mistake::Swapped => [g[1], g[0]],
            Mistake::Stale => gradient(loss, stale).1,
        }
    }
}

/// A share of the gradient that is worth forgetting.
const WORTH: f64 = 1e-3;

/// A loss of which one part is taken for a constant when it is differentiated: of the outermost sum the last term that
/// varies, of a product the last factor; inside a function, a sign or a power with constant exponent, the same of what
/// stands there. Where that hardly matters (a hill far away), the part before it, and so on.
#[derive(Clone, Debug, PartialEq)]
pub struct Forgotten {
    /// The part.
    pub part: Expr,
    /// The gradient without it.
    pub gradient: [f64; 2],
}

impl Forgotten {
    /// What is forgotten at a point; `None` if the loss is constant as it is.
    pub fn of(loss: &Loss, at: [f64; 2]) -> Option<Forgotten> {
        let (_, g) = gradient(loss, at);
        let mut candidates = Vec::new();
        split(loss.tree(), &mut |rest, part| candidates.push((rest, part)));
        let mut most: Option<(f64, Forgotten)> = None;
        for (rest, part) in candidates {
            let without = without(&rest, &part, at);
            let change = (without[0] - g[0]).hypot(without[1] - g[1]) / g[0].hypot(g[1]);
            if most.as_ref().is_none_or(|(so_far, _)| change > *so_far) {
                most = Some((change, Forgotten { part, gradient: without }));
            }
            // Where the gradient is zero or NaN, any part is worth forgetting.
            if change >= WORTH || change.is_nan() {
                break;
            }
        }
        most.map(|(_, forgotten)| forgotten)
    }
}

/// The gradient of a formula whose variable number 2 stands for a part that is taken for a constant.
fn without(rest: &Expr, part: &Expr, [x, y]: [f64; 2]) -> [f64; 2] {
    let constant: f64 = Tape::compile(part, 2).eval(&[x, y], &mut Vec::new());
    let inputs: [Dual<2>; 3] = [Dual::variable(x, 0), Dual::variable(y, 1), Dual::constant(constant)];
    Tape::compile(rest, 3).eval(&inputs, &mut Vec::new()).g
}

/// The parts that may be forgotten, the last first: each with the formula that has variable number 2 in its place.
fn split(tree: &Expr, found: &mut dyn FnMut(Expr, Expr)) {
    match tree {
        Expr::Number(_) | Expr::Constant(_) => {}
        Expr::Variable(_) => found(Expr::Variable(2), tree.clone()),
        Expr::Neg(a) => split(a, &mut |rest, part| found(Expr::Neg(Box::new(rest)), part)),
        Expr::Binary(operation, a, b) => {
            if varies(a) && varies(b) {
                found(Expr::binary(*operation, (**a).clone(), Expr::Variable(2)), (**b).clone());
            } else if varies(b) {
                split(b, &mut |rest, part| found(Expr::binary(*operation, (**a).clone(), rest), part));
            }
            split(a, &mut |rest, part| found(Expr::binary(*operation, rest, (**b).clone()), part));
        }
        Expr::Call(function, arguments) => {
            for (place, argument) in arguments.iter().enumerate() {
                split(argument, &mut |rest, part| {
                    let mut arguments = arguments.clone();
                    if let Some(slot) = arguments.get_mut(place) {
                        *slot = rest;
                    }
                    found(Expr::Call(*function, arguments), part);
                });
            }
        }
    }
}

/// Whether there is a variable in it.
fn varies(tree: &Expr) -> bool {
    match tree {
        Expr::Number(_) | Expr::Constant(_) => false,
        Expr::Variable(_) => true,
        Expr::Neg(a) => varies(a),
        Expr::Binary(_, a, b) => varies(a) || varies(b),
        Expr::Call(_, arguments) => arguments.iter().any(varies),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_term_or_factor_is_forgotten() {
        for (text, part) in [
            ("himmelblau", "(x+y^2-7)^2"),
            ("1/2*(x^2-y^4)+3", "y^4"),
            ("exp(-x*y)", "y"),
            ("-(x*sin(y))^2/2", "sin(y)"),
            ("x^2", "x"),
            ("y^x", "x"),
            ("relu(x-y)", "y"),
        ] {
            let forgotten = Forgotten::of(&Loss::parse(text).unwrap(), [0.7, 0.4]).unwrap();
            assert_eq!(forgotten.part.text(["x", "y"]), part, "{text}");
        }
        assert!(Forgotten::of(&Loss::parse("pi").unwrap(), [0.7, 0.4]).is_none());
        let far = Loss::parse("x^2*y+exp(-100*(x^2+y^2))").unwrap();
        assert_eq!(Forgotten::of(&far, [0.7, 0.9]).unwrap().part.text(["x", "y"]), "y");
        assert_eq!(Forgotten::of(&far, [0.0, 0.0]).unwrap().part.text(["x", "y"]), "exp(-100*(x^2+y^2))");
    }

    #[test]
    fn what_is_left_is_the_gradient_of_the_rest() {
        let [x, y] = [0.7, -0.4];
        let given = |text: &str| Mistake::Term.gradient(&Loss::parse(text).unwrap(), [x, y], [0.0; 2]);
        assert_eq!(given("x^2+y^3"), [2.0 * x, 0.0]);
        assert_eq!(given("himmelblau"), gradient(&Loss::parse("(x^2+y-11)^2").unwrap(), [x, y]).1);
        let [a, b] = given("sin(x)*exp(x*y)");
        assert!((a - x.cos() * (x * y).exp()).abs() < 1e-15 && b == 0.0);
        assert_eq!(given("3"), [0.0, 0.0]);
    }
}
