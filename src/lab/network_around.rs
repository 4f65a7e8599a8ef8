//! The loss around a point of θ: along the eigenvectors of the lowest and the highest eigenvalue, and over the plane that
//! they (or two random, filter-normalised directions) span. Worked out in slices.

use crate::loss::{Grid, View};
use crate::network::{Krylov, Network, Problem, Random};
use crate::optimizer::Oracle;
use std::rc::Rc;

/// Nodes on a side of the map, and on a line.
const NODES: usize = 33;
/// Products for the eigenvectors.
const PRODUCTS: usize = 100;

/// The loss around a point.
#[derive(Clone, Debug)]
pub struct Around {
    problem: Problem,
    theta: Vec<f64>,
    reach: f64,
    random: bool,
    krylov: Option<Box<Krylov>>,
    /// Directions of the map.
    plane: [Vec<f64>; 2],
    grid: Vec<f64>,
    /// Along v₁ and vₙ: points (s, L), and λ. Empty until found.
    pub lines: Vec<(Vec<[f64; 2]>, f64)>,
    /// gᵀv of each.
    pub slopes: [f64; 2],
    /// L at the point.
    pub base: f64,
}

impl Around {
    /// Begins at a point; `reach` is how far the pictures go, in the length of the directions.
    pub fn new(mut problem: Problem, theta: Vec<f64>, reach: f64, random: bool) -> Around {
        let base = problem.value(&theta);
        let krylov = Some(Box::new(Krylov::new(theta.len(), 1)));
        let plane = [Vec::new(), Vec::new()];
        let grid = Vec::with_capacity(NODES * NODES);
        Around {
            problem,
            theta,
            reach,
            random,
            krylov,
            plane,
            grid,
            lines: Vec::new(),
            slopes: [0.0; 2],
            base,
        }
    }

    /// A slice of the work; `false` when all is done.
    pub fn step(&mut self) -> bool {
        if let Some(krylov) = &mut self.krylov {
            let more = krylov.step(|v, out| self.problem.product(&self.theta, v, out));
            if !more || krylov.steps() >= PRODUCTS {
                self.directions();
                self.krylov = None;
            }
            return true;
        }
        if self.done() {
            return false;
        }
        let k = self.grid.len();
        let value = self.at([self.along(k % NODES), self.along(k / NODES)]);
        self.grid.push(value);
        true
    }

    /// The share that is done.
    pub fn progress(&self) -> f64 {
        match &self.krylov {
            Some(krylov) => 0.3 * krylov.steps() as f64 / PRODUCTS as f64,
            None => 0.3 + 0.7 * self.grid.len() as f64 / (NODES * NODES) as f64,
        }
    }

    /// Whether all is done.
    pub fn done(&self) -> bool {
        self.krylov.is_none() && (self.grid.len() == NODES * NODES || self.plane.iter().any(Vec::is_empty))
    }

    fn along(&self, k: usize) -> f64 {
        self.reach * (2.0 * k as f64 / (NODES - 1) as f64 - 1.0)
    }

    fn at(&mut self, [x, y]: [f64; 2]) -> f64 {
        let moved = self.theta.iter().zip(&self.plane[0]).zip(&self.plane[1]);
        let theta: Vec<f64> = moved.map(|((w, a), b)| w + x * a + y * b).collect();
        self.problem.value(&theta)
    }

    /// Takes the eigenvectors, draws along them, and chooses the plane.
    fn directions(&mut self) {
        let Some(found) = self.krylov.as_ref().and_then(|krylov| krylov.finish()) else { return };
        let ends = [found.values.first(), found.values.last()].map(|v| v.copied().unwrap_or(f64::NAN));
        let mut gradient = vec![0.0; self.theta.len()];
        self.problem.gradient(&self.theta, &mut gradient);
        for (k, (v, lambda)) in found.vectors.iter().zip(ends).enumerate() {
            self.slopes[k] = gradient.iter().zip(v).map(|(g, v)| g * v).sum();
            self.plane = [v.clone(), vec![0.0; v.len()]];
            let points = (0..NODES).map(|i| self.along(i)).collect::<Vec<f64>>();
            let points = points.into_iter().map(|s| [s, self.at([s, 0.0])]).collect();
            self.lines.push((points, lambda));
        }
        self.plane = if self.random {
            [2, 3].map(|seed| filter_normalised(self.problem.network(), &self.theta, seed))
        } else {
            found.vectors
        };
    }

    /// The loss over the plane, once done.
    pub fn grid(&self) -> Option<Rc<Grid>> {
        let view = View { x: [-self.reach, self.reach], y: [-self.reach, self.reach] };
        let whole = self.grid.len() == NODES * NODES;
        whole.then(|| Rc::new(Grid { view, columns: NODES, rows: NODES, values: self.grid.clone() }))
    }
}

/// A random direction whose part for each unit is as long as that unit's weights (Li and others 2018).
fn filter_normalised(network: &Network, theta: &[f64], seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut out: Vec<f64> = theta.iter().map(|_| random.normal()).collect();
    for layer in network.layers() {
        for o in 0..layer.outputs {
            let row = layer.weights + o * layer.inputs;
            let mut places: Vec<usize> = (row..row + layer.inputs).collect();
            places.extend(layer.bias_range().nth(o));
            let length =
                |v: &[f64]| places.iter().filter_map(|p| v.get(*p)).map(|x| x * x).sum::<f64>().sqrt();
            let factor = length(theta) / length(&out);
            for place in places.iter() {
                if let Some(x) = out.get_mut(*place) {
                    *x *= factor;
                }
            }
        }
    }
    out
}
