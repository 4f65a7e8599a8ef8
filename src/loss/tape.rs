//! A formula compiled to a flat tape: one instruction after another, each reading registers and writing one.
//!
//! Constants are folded and common subexpressions computed once. Registers 0, 1, … hold the inputs.

use super::expr::{Binary, Expr, Function};
use crate::number::Number;

/// The number of a register.
pub(crate) type Register = u16;

/// One operation. A number beside the registers is a constant of the formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Op {
    /// c.
    Constant(f64),
    /// a + c.
    Plus(Register, f64),
    /// c − a.
    From(Register, f64),
    /// c·a.
    Times(Register, f64),
    /// −a.
    Neg(Register),
    /// a + b.
    Add(Register, Register),
    /// a − b.
    Sub(Register, Register),
    /// a·b.
    Mul(Register, Register),
    /// a/b.
    Div(Register, Register),
    /// 1/a.
    Recip(Register),
    /// aⁿ, n whole.
    Powi(Register, i32),
    /// aᶜ.
    Powf(Register, f64),
    /// cᵃ.
    Exponential(Register, f64),
    /// aᵇ.
    Pow(Register, Register),
    /// f(a).
    Call(Function, Register),
    /// max(a, b).
    Max(Register, Register),
    /// min(a, b).
    Min(Register, Register),
}

/// A compiled formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Tape {
    /// Each operation and the register it writes; the last one writes the result.
    code: Vec<(Op, Register)>,
    /// Where the result is.
    result: Register,
    inputs: usize,
    registers: usize,
}

impl Op {
    /// The registers it reads.
    pub(super) fn reads(self) -> [Option<Register>; 2] {
        match self {
            Op::Constant(_) => [None, None],
            Op::Plus(a, _)
            | Op::From(a, _)
            | Op::Times(a, _)
            | Op::Neg(a)
            | Op::Recip(a)
            | Op::Powi(a, _)
            | Op::Powf(a, _)
            | Op::Exponential(a, _)
            | Op::Call(_, a) => [Some(a), None],
            Op::Add(a, b)
            | Op::Sub(a, b)
            | Op::Mul(a, b)
            | Op::Div(a, b)
            | Op::Pow(a, b)
            | Op::Max(a, b)
            | Op::Min(a, b) => [Some(a), Some(b)],
        }
    }

    /// The same operation with its registers renumbered.
    fn renumbered(mut self, new: impl Fn(Register) -> Register) -> Op {
        match &mut self {
            Op::Constant(_) => {}
            Op::Plus(a, _)
            | Op::From(a, _)
            | Op::Times(a, _)
            | Op::Neg(a)
            | Op::Recip(a)
            | Op::Powi(a, _)
            | Op::Powf(a, _)
            | Op::Exponential(a, _)
            | Op::Call(_, a) => *a = new(*a),
            Op::Add(a, b)
            | Op::Sub(a, b)
            | Op::Mul(a, b)
            | Op::Div(a, b)
            | Op::Pow(a, b)
            | Op::Max(a, b)
            | Op::Min(a, b) => (*a, *b) = (new(*a), new(*b)),
        }
        self
    }

    /// Carries the operation out and writes its result.
    ///
    /// Each branch writes its own: a common result would live in memory, because some branches are calls, and the
    /// cheap operations would wait for it there (measured: a gradient three times as slow).
    #[inline(always)]
    fn step<N: Number>(&self, registers: &mut [N], to: Register) {
        macro_rules! get {
            ($i:expr) => {
                match registers.get(usize::from($i)) {
                    Some(register) => *register,
                    None => return,
                }
            };
        }
        macro_rules! set {
            ($value:expr) => {{
                let value = $value;
                if let Some(register) = registers.get_mut(usize::from(to)) {
                    *register = value;
                }
            }};
        }
        match *self {
            Op::Constant(c) => set!(N::constant(c)),
            Op::Plus(a, c) => set!(get!(a).plus(c)),
            Op::From(a, c) => set!((-get!(a)).plus(c)),
            Op::Times(a, c) => set!(get!(a).times(c)),
            Op::Neg(a) => set!(-get!(a)),
            Op::Add(a, b) => set!(get!(a) + get!(b)),
            Op::Sub(a, b) => set!(get!(a) - get!(b)),
            Op::Mul(a, b) => set!(get!(a) * get!(b)),
            Op::Div(a, b) => set!(get!(a) / get!(b)),
            Op::Recip(a) => set!(get!(a).recip()),
            Op::Powi(a, n) => set!(get!(a).powi(n)),
            Op::Call(function, a) => set!(call(function, get!(a))),
            Op::Powf(a, c) | Op::Exponential(a, c) => set!(rare(self, get!(a), N::constant(c))),
            Op::Pow(a, b) | Op::Max(a, b) | Op::Min(a, b) => set!(rare(self, get!(a), get!(b))),
        }
    }
}

/// Out of line: the loop over the cheap operations stays small.
#[inline(never)]
pub(super) fn call<N: Number>(function: Function, a: N) -> N {
    match function {
        Function::Sin => a.sin(),
        Function::Cos => a.cos(),
        Function::Tan => a.tan(),
        Function::Exp => a.exp(),
        Function::Log => a.ln(),
        Function::Sqrt => a.sqrt(),
        Function::Abs => a.abs(),
        Function::Tanh => a.tanh(),
        Function::Sigmoid => a.sigmoid(),
        Function::Relu => a.relu(),
        Function::Softplus => a.softplus(),
        // These two have operations of their own.
        Function::Max | Function::Min => a,
    }
}

/// The same for what is seldom met.
#[inline(never)]
pub(super) fn rare<N: Number>(op: &Op, a: N, b: N) -> N {
    match *op {
        Op::Powf(_, p) => a.powf(p),
        Op::Exponential(_, c) => a.exponential(c),
        Op::Pow(..) => a.pow(b),
        Op::Max(..) => a.max(b),
        Op::Min(..) => a.min(b),
        _ => a,
    }
}

impl Tape {
    /// Compiles a formula over `inputs` variables. A formula of 1,000 characters is far below the 65,000 operations
    /// that a tape can number.
    pub fn compile(tree: &Expr, inputs: usize) -> Tape {
        let mut builder = Builder { nodes: Vec::new(), inputs };
        let result = builder.add(tree);
        builder.finish(result)
    }

    /// How many registers an evaluation needs.
    pub fn registers(&self) -> usize {
        self.registers
    }

    /// Each operation and the register it writes.
    pub(super) fn code(&self) -> &[(Op, Register)] {
        &self.code
    }

    /// The register of the result.
    pub(super) fn result(&self) -> Register {
        self.result
    }

    /// How many operations an evaluation carries out.
    pub fn len(&self) -> usize {
        self.code.len()
    }

    /// Whether the formula is a variable and nothing else.
    pub fn is_empty(&self) -> bool {
        self.code.is_empty()
    }

    /// The value at `inputs`, on any number type. `scratch` is room for the registers; what it holds is of no
    /// account, and it is made longer when it is too short. NaN where an input is missing.
    pub fn eval<N: Number>(&self, inputs: &[N], scratch: &mut Vec<N>) -> N {
        if scratch.len() < self.registers {
            scratch.resize(self.registers, N::constant(f64::NAN));
        }
        self.play(inputs, scratch)
    }

    /// The value at two inputs. Room for small formulas is on the stack.
    #[inline]
    pub(crate) fn eval2<N: Number>(&self, inputs: [N; 2]) -> N {
        match self.registers {
            0..=4 => self.play(&inputs, &mut [inputs[0]; 4]),
            5..=16 => self.play(&inputs, &mut [inputs[0]; 16]),
            _ => self.eval(&inputs, &mut Vec::new()),
        }
    }

    #[inline(never)]
    fn play<N: Number>(&self, inputs: &[N], registers: &mut [N]) -> N {
        self.run(inputs, registers, |_, _| None)
    }

    /// As [`eval`](Self::eval), on registers that suffice; `instead` may give the result of an operation in place of
    /// its own, from the operation and its arguments.
    #[inline(always)]
    pub(crate) fn run<N: Number>(
        &self,
        inputs: &[N],
        registers: &mut [N],
        mut instead: impl FnMut(Op, &[N]) -> Option<N>,
    ) -> N {
        let missing = N::constant(f64::NAN);
        for (i, register) in registers.iter_mut().enumerate().take(self.inputs) {
            *register = inputs.get(i).copied().unwrap_or(missing);
        }
        for (op, to) in &self.code {
            let to = *to;
            match instead(*op, registers) {
                None => op.step(registers, to),
                Some(value) => {
                    if let Some(register) = registers.get_mut(usize::from(to)) {
                        *register = value;
                    }
                }
            }
        }
        registers.get(usize::from(self.result)).copied().unwrap_or(missing)
    }
}

/// The formula as a graph in which equal subexpressions are one node. Nodes 0 … inputs − 1 are the variables; node
/// inputs + k is `nodes[k]`, whose registers are node numbers.
struct Builder {
    nodes: Vec<Op>,
    inputs: usize,
}

impl Builder {
    /// The node of an operation: an earlier equal one if there is one. With at most 1,000 characters a search in
    /// order is quick.
    fn node(&mut self, op: Op) -> Register {
        let same = |other: &Op| match (op, other) {
            // Equal numbers of different sign of zero are different numbers.
            (Op::Constant(a), Op::Constant(b)) => a.to_bits() == b.to_bits(),
            (op, other) => op == *other,
        };
        let index = self.nodes.iter().position(same).unwrap_or_else(|| {
            self.nodes.push(op);
            self.nodes.len() - 1
        });
        Register::try_from(self.inputs + index).unwrap_or(Register::MAX)
    }

    fn constant(&self, node: Register) -> Option<f64> {
        match self.made_by(node) {
            Some(Op::Constant(c)) => Some(c),
            _ => None,
        }
    }

    /// The operation that makes a node.
    fn made_by(&self, node: Register) -> Option<Op> {
        self.nodes.get(usize::from(node).checked_sub(self.inputs)?).copied()
    }

    /// −a, where −(−a) is a.
    fn negated(&mut self, a: Register) -> Register {
        match self.made_by(a) {
            Some(Op::Neg(b)) => b,
            _ => self.fold(Op::Neg(a)),
        }
    }

    /// The node of an operation, or of its result where all it reads is constant.
    ///
    /// Two identities keep what rounding would lose, so that −log(1 − σ(s)) is s for large s and not ∞:
    /// 1 − σ(u) = σ(−u) and log σ(u) = −log(1 + e^−u).
    fn fold(&mut self, op: Op) -> Register {
        match op {
            Op::From(a, 1.0) => {
                if let Some(Op::Call(Function::Sigmoid, u)) = self.made_by(a) {
                    let minus = self.negated(u);
                    return self.fold(Op::Call(Function::Sigmoid, minus));
                }
            }
            Op::Call(Function::Log, a) => {
                if let Some(Op::Call(Function::Sigmoid, u)) = self.made_by(a) {
                    let minus = self.negated(u);
                    let softplus = self.fold(Op::Call(Function::Softplus, minus));
                    return self.negated(softplus);
                }
            }
            _ => {}
        }
        let known = op.reads().iter().flatten().all(|a| self.constant(*a).is_some());
        if !known {
            return self.node(op);
        }
        let mut registers = op.reads().map(|a| a.and_then(|a| self.constant(a)).unwrap_or(f64::NAN));
        let [first, _] = op.reads();
        op.renumbered(|node| Register::from(Some(node) != first)).step(&mut registers, 0);
        self.node(Op::Constant(registers[0]))
    }

    fn add(&mut self, tree: &Expr) -> Register {
        match tree {
            Expr::Number(value) => self.node(Op::Constant(*value)),
            Expr::Constant(constant) => self.node(Op::Constant(constant.value())),
            Expr::Variable(i) if *i < self.inputs => *i as Register,
            Expr::Variable(_) => self.node(Op::Constant(f64::NAN)),
            Expr::Neg(a) => {
                let a = self.add(a);
                self.negated(a)
            }
            Expr::Binary(operation, a, b) => {
                let (a, b) = (self.add(a), self.add(b));
                self.binary(*operation, a, b)
            }
            Expr::Call(function, arguments) => {
                let mut nodes = arguments.iter().map(|a| self.add(a)).collect::<Vec<_>>().into_iter();
                let (first, second) = (nodes.next(), nodes.next());
                match (function, first, second) {
                    (Function::Max, Some(a), Some(b)) => self.fold(Op::Max(a, b)),
                    (Function::Min, Some(a), Some(b)) => self.fold(Op::Min(a, b)),
                    (_, Some(a), _) => self.fold(Op::Call(*function, a)),
                    _ => self.node(Op::Constant(f64::NAN)),
                }
            }
        }
    }

    /// Chooses the cheapest operation with the same result.
    fn binary(&mut self, operation: Binary, a: Register, b: Register) -> Register {
        let op = match (operation, self.constant(a), self.constant(b)) {
            (_, Some(_), Some(_)) => match operation {
                Binary::Add => Op::Add(a, b),
                Binary::Sub => Op::Sub(a, b),
                Binary::Mul => Op::Mul(a, b),
                Binary::Div => Op::Div(a, b),
                Binary::Pow => Op::Pow(a, b),
            },
            (Binary::Add, Some(c), _) => Op::Plus(b, c),
            (Binary::Add, _, Some(c)) => Op::Plus(a, c),
            (Binary::Add, ..) => Op::Add(a.min(b), a.max(b)),
            (Binary::Sub, Some(c), _) => Op::From(b, c),
            (Binary::Sub, _, Some(c)) => Op::Plus(a, -c),
            (Binary::Sub, ..) => Op::Sub(a, b),
            (Binary::Mul, Some(1.0), _) => return b,
            (Binary::Mul | Binary::Div, _, Some(1.0)) => return a,
            (Binary::Mul, Some(c), _) => Op::Times(b, c),
            (Binary::Mul, _, Some(c)) => Op::Times(a, c),
            // A square is known to be one: over an interval it is never negative.
            (Binary::Mul, ..) if a == b => Op::Powi(a, 2),
            (Binary::Mul, ..) => Op::Mul(a.min(b), a.max(b)),
            (Binary::Div, Some(1.0), _) => Op::Recip(b),
            // Multiplying is exact instead of dividing only by a power of two.
            (Binary::Div, _, Some(c)) if (1.0 / c).recip() == c && c.to_bits() << 12 == 0 => {
                Op::Times(a, 1.0 / c)
            }
            (Binary::Div, ..) => Op::Div(a, b),
            (Binary::Pow, _, Some(0.0)) => Op::Constant(1.0),
            (Binary::Pow, _, Some(1.0)) => return a,
            (Binary::Pow, _, Some(n)) if n == n.trunc() && n.abs() <= 1e6 => Op::Powi(a, n as i32),
            (Binary::Pow, _, Some(p)) => Op::Powf(a, p),
            (Binary::Pow, Some(std::f64::consts::E), _) => Op::Call(Function::Exp, b),
            (Binary::Pow, Some(c), _) => Op::Exponential(b, c),
            (Binary::Pow, ..) => Op::Pow(a, b),
        };
        self.fold(op)
    }

    /// The nodes that the result needs, in order, in as few registers as they can share.
    fn finish(self, result: Register) -> Tape {
        let inputs = self.inputs;
        let total = inputs + self.nodes.len();
        // Walking back from the result: where each node is read for the last time; unread nodes are left out.
        let mut last = vec![0; total];
        let set = |last: &mut Vec<usize>, node: Register, at: usize| {
            if let Some(slot) = last.get_mut(usize::from(node)) {
                *slot = at.max(*slot);
            }
        };
        set(&mut last, result, usize::MAX);
        for (k, op) in self.nodes.iter().enumerate().rev() {
            if last.get(inputs + k).is_some_and(|l| *l > 0) {
                for read in op.reads().into_iter().flatten() {
                    set(&mut last, read, inputs + k);
                }
            }
        }
        let mut place: Vec<Register> = (0..total).map(|i| i.min(inputs) as Register).collect();
        let mut free: Vec<Register> = Vec::new();
        let mut registers = inputs;
        let mut code = Vec::new();
        for (k, op) in self.nodes.iter().enumerate() {
            let at = inputs + k;
            if last.get(at).is_none_or(|l| *l == 0) {
                continue;
            }
            let new = op.renumbered(|node| place.get(usize::from(node)).copied().unwrap_or(0));
            // A register that is read here for the last time may be written here.
            let mut reads = op.reads();
            if reads[0] == reads[1] {
                reads[1] = None;
            }
            for node in reads.into_iter().flatten().map(usize::from) {
                if node >= inputs && last.get(node) == Some(&at) {
                    free.extend(place.get(node));
                }
            }
            let to = free.pop().unwrap_or_else(|| {
                registers += 1;
                (registers - 1) as Register
            });
            if let Some(slot) = place.get_mut(at) {
                *slot = to;
            }
            code.push((new, to));
        }
        let result = place.get(usize::from(result)).copied().unwrap_or(0);
        Tape { code, result, inputs, registers }
    }
}

#[cfg(test)]
#[path = "tape_tests.rs"]
mod tests;
