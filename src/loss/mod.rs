//! What is minimised: a loss L(w₁, w₂), either a named [`Landscape`] with its parameters or a typed formula, both one
//! [`Tape`] underneath, so that each loss is written once; or a linear model on [`Data`].

mod chain;
mod csv;
mod data;
mod examples;
mod expr;
mod formula;
mod gradients;
mod known;
mod landscape;
mod tape;
mod token;
mod view;

pub use chain::Chain;
pub use csv::{MOST_COLUMNS, MOST_ROWS, csv_row, read_csv, read_table};
pub use data::{Data, Model, standardised, third_class};
pub use examples::{DATA_SETS, data_set};
pub use expr::{Binary, Constant, Expr, Function};
pub use formula::parse;
pub use gradients::Gradients;
pub use known::{KnownKind, KnownPoint};
pub use landscape::{Landscape, Parameter};
pub(crate) use tape::Op;
pub use tape::Tape;
pub use view::{Grid, View};

use crate::error::{Error, Result};
use crate::number::{Block, Number};
use crate::phrase::Arg;
use std::rc::Rc;

/// A loss over the plane. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss(Rc<Inner>);

#[derive(Debug, PartialEq)]
struct Inner {
    landscape: Option<Landscape>,
    parameters: Vec<f64>,
    text: String,
    tree: Expr,
    tape: Tape,
    /// What it is instead of the tape, if it is a model on data.
    data: Option<Data>,
}

/// Evaluations of an example that a grid may cost.
const GRID_WORK: usize = 4_000_000;

impl Loss {
    /// A landscape by its id (`himmelblau`), or else a formula (`(1-w1*w2)^2`).
    ///
    /// # Errors
    ///
    /// The codes `formula.*`, with the place.
    ///
    /// ```
    /// use saddlescope::loss::Loss;
    /// assert_eq!(Loss::parse("himmelblau").unwrap().value([3.0, 2.0]), 0.0);
    /// assert_eq!(Loss::parse("(1 − w₁w₂)²").unwrap().value([0.5, 4.0]), 1.0);
    /// assert_eq!(Loss::parse("sin x").unwrap_err().code(), "formula.function-brackets");
    /// ```
    pub fn parse(text: &str) -> Result<Loss> {
        if let Some(landscape) = Landscape::from_id(text.trim()) {
            return Ok(Loss::landscape(landscape));
        }
        let tree = formula::parse(text)?;
        Ok(Loss::new(None, Vec::new(), text.trim().into(), tree))
    }

    /// A landscape with the default parameters.
    pub fn landscape(landscape: Landscape) -> Loss {
        Loss::from_template(landscape, landscape.parameters().iter().map(|p| p.default).collect())
    }

    /// A landscape with these parameters, in the order of [`Landscape::parameters`]. Missing ones are at their default.
    ///
    /// # Errors
    ///
    /// `loss.parameter-count` if there are too many, `loss.parameter-range` if one is outside its range.
    ///
    /// ```
    /// use saddlescope::loss::{Landscape, Loss};
    /// let loss = Loss::with_parameters(Landscape::Rosenbrock, &[1.0, 10.0]).unwrap();
    /// assert_eq!(loss.formula(), "(1-x)^2+10*(y-x^2)^2");
    /// assert_eq!(loss.value([0.0, 1.0]), 11.0);
    /// ```
    pub fn with_parameters(landscape: Landscape, parameters: &[f64]) -> Result<Loss> {
        let declared = landscape.parameters();
        if parameters.len() > declared.len() {
            return Err(Error::new("loss.parameter-count")
                .with("expected", Arg::Count(declared.len() as i64))
                .with("found", Arg::Count(parameters.len() as i64)));
        }
        for (parameter, value) in declared.iter().zip(parameters) {
            if !(parameter.min..=parameter.max).contains(value) {
                return Err(Error::new("loss.parameter-range")
                    .with("name", Arg::Text(parameter.symbol.into()))
                    .with("found", Arg::Number(*value, 6))
                    .with("min", Arg::Number(parameter.min, 6))
                    .with("max", Arg::Number(parameter.max, 6)));
            }
        }
        let rest = declared.iter().skip(parameters.len()).map(|p| p.default);
        Ok(Loss::from_template(landscape, parameters.iter().copied().chain(rest).collect()))
    }

    /// The notes' own loss, (1 − w₁w₂)²: the network y = w₁w₂x on the one datum (1, 1).
    pub fn notes() -> Loss {
        Loss::landscape(Landscape::OneDatum)
    }

    fn from_template(landscape: Landscape, parameters: Vec<f64>) -> Loss {
        let names: Vec<&str> = landscape.parameters().iter().map(|p| p.id).collect();
        // Every template is read by a test; were one wrong, its loss would be nowhere defined.
        let tree = formula::parse_with(landscape.template(), &names, &parameters)
            .map_or(Expr::Number(f64::NAN), Expr::tidied);
        let names = if landscape.of_weights() { ["w1", "w2"] } else { ["x", "y"] };
        Loss::new(Some(landscape), parameters, tree.text(names), tree)
    }

    fn new(landscape: Option<Landscape>, parameters: Vec<f64>, text: String, tree: Expr) -> Loss {
        let tape = Tape::compile(&tree, 2);
        Loss(Rc::new(Inner { landscape, parameters, text, tree, tape, data: None }))
    }

    /// The loss of a linear model on data.
    ///
    /// ```
    /// use saddlescope::{derivative::gradient, loss::{Data, Loss, Model}};
    /// let data = Data::new(Model::LeastSquares, vec![[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]).unwrap();
    /// assert_eq!(gradient(&Loss::of_data(data), [0.0, 0.0]), (1.0, [-1.0, 0.0]));
    /// ```
    pub fn of_data(data: Data) -> Loss {
        let tree = Expr::Number(f64::NAN);
        let tape = Tape::compile(&tree, 2);
        let text = data.model().id().into();
        Loss(Rc::new(Inner { landscape: None, parameters: Vec::new(), text, tree, tape, data: Some(data) }))
    }

    /// The data, if it is a model on data.
    pub fn data(&self) -> Option<&Data> {
        self.0.data.as_ref()
    }

    /// The landscape it is; `None` for a typed formula.
    pub fn named(&self) -> Option<Landscape> {
        self.0.landscape
    }

    /// The values of its parameters, in the order of [`Landscape::parameters`].
    pub fn parameters(&self) -> &[f64] {
        &self.0.parameters
    }

    /// Its formula in ordinary notation: as typed, or for a landscape with the values of its parameters. A model on
    /// data has none, only its name; nor has it a tree or a tape.
    pub fn formula(&self) -> String {
        self.0.text.clone()
    }

    /// Its formula as a tree, for display.
    pub fn tree(&self) -> &Expr {
        &self.0.tree
    }

    /// Its formula compiled.
    pub fn tape(&self) -> &Tape {
        &self.0.tape
    }

    /// How its formula names the variables: w₁ and w₂, or x and y, or θ₁ and θ₂.
    pub fn names(&self) -> [&'static str; 2] {
        match self.0.landscape {
            Some(landscape) if landscape.of_weights() => ["w₁", "w₂"],
            Some(_) => ["x", "y"],
            None if self.0.data.is_some() => ["w₁", "w₂"],
            None => {
                let text = &self.0.text;
                if text.contains(['w', 'ｗ']) {
                    ["w₁", "w₂"]
                } else if text.contains(['θ', 'ϑ']) || text.contains("theta") {
                    ["θ₁", "θ₂"]
                } else {
                    ["x", "y"]
                }
            }
        }
    }

    /// L(θ); NaN or ±∞ where it is not defined.
    pub fn value(&self, at: [f64; 2]) -> f64 {
        self.0.data.as_ref().map_or_else(|| self.eval(at), |data| data.value(at))
    }

    /// L on any number type.
    #[inline]
    pub fn eval<N: Number>(&self, at: [N; 2]) -> N {
        match &self.0.data {
            None => self.0.tape.eval2(at),
            Some(data) => data.eval(at),
        }
    }

    /// Where it is usually looked at; [−2, 2]² for a typed formula.
    pub fn domain(&self) -> View {
        if let Some(data) = &self.0.data {
            return data.domain();
        }
        self.0.landscape.map_or(View { x: [-2.0, 2.0], y: [-2.0, 2.0] }, Landscape::domain)
    }

    /// A point from which something can be seen: not critical in general. For data w = 0, where learning starts.
    pub fn start(&self) -> [f64; 2] {
        if self.0.data.is_some() {
            return [0.0; 2];
        }
        self.0.landscape.map_or([1.2, -0.4], Landscape::start)
    }

    /// L on a grid over `view`, 64 points at a time. Logistic regression on many examples gets a coarser one.
    pub fn grid(&self, view: View, columns: usize, rows: usize) -> Grid {
        let (mut columns, mut rows) = (columns.max(2), rows.max(2));
        if let Some(data) = &self.0.data {
            if data.model() == Model::Logistic {
                let most = (GRID_WORK / data.rows().len()).isqrt().max(41);
                (columns, rows) = (columns.min(most), rows.min(most));
            }
            return Grid::sample(view, columns, rows, |at| data.value(at));
        }
        let total = columns * rows;
        let mut grid = Grid { view, columns, rows, values: Vec::with_capacity(total) };
        let xs: Vec<f64> = (0..columns).map(|i| grid.point(i, 0)[0]).collect();
        let ys: Vec<f64> = (0..rows).map(|j| grid.point(0, j)[1]).collect();
        let mut points = ys.iter().flat_map(|y| xs.iter().map(|x| (*x, *y)));
        let mut inputs = [Block::constant(0.0); 2];
        let mut scratch = Vec::new();
        while grid.values.len() < total {
            let [x, y] = &mut inputs;
            for ((x, y), point) in x.0.iter_mut().zip(&mut y.0).zip(&mut points) {
                (*x, *y) = point;
            }
            let left = total - grid.values.len();
            let block = self.0.tape.eval(&inputs, &mut scratch);
            grid.values.extend(block.0.iter().take(left));
        }
        grid
    }
}
