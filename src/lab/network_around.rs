//! The loss around a point of θ: along the eigenvectors of the lowest and the highest eigenvalue, and over the plane that
//! they (or two random, filter-normalised directions) span. Worked out in slices.

use crate::loss::{Grid, View};
use crate::network::{Krylov, Problem};
use crate::optimizer::Oracle;
use std::rc::Rc;

/// Nodes on a side of the map, and on a line.
const NODES: usize = 41;
/// Products for the eigenvectors.
const PRODUCTS: usize = 100;

/// The loss around a point.
#[derive(Clone, Debug)]
pub struct Around {
    problem: Problem,
    theta: Vec<f64>,
    reach: f64,
    /// The seed of the random directions, if those are asked for.
    random: Option<u64>,
    krylov: Option<Box<Krylov>>,
    /// v₁ and vₙ; empty until found.
    ends: [Vec<f64>; 2],
    /// Directions of the map.
    plane: [Vec<f64>; 2],
    grid: Vec<f64>,
    /// Along v₁ and vₙ: points (s, L) so far, and λ.
    pub lines: Vec<(Vec<[f64; 2]>, f64)>,
    /// gᵀv of each.
    pub slopes: [f64; 2],
    /// L at the point.
    pub base: f64,
}

impl Around {
    /// Begins at a point; `reach` is how far the pictures go, in the length of the directions.
    pub fn new(mut problem: Problem, theta: Vec<f64>, reach: f64, random: Option<u64>) -> Around {
        let base = problem.value(&theta);
        let krylov = Some(Box::new(Krylov::new(theta.len(), 1)));
        let none = || [Vec::new(), Vec::new()];
        let grid = Vec::with_capacity(NODES * NODES);
        let (ends, plane, lines) = (none(), none(), Vec::new());
        Around { problem, theta, reach, random, krylov, ends, plane, grid, lines, slopes: [0.0; 2], base }
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
        let next = self.lines.iter().position(|(points, _)| points.len() < NODES);
        if let Some(line) = next {
            let s = self.along(self.lines.get(line).map_or(0, |(points, _)| points.len()));
            let [low, high] = &self.ends;
            let value =
                value(&mut self.problem, &self.theta, if line == 0 { low } else { high }, s, &[], 0.0);
            if let Some((points, _)) = self.lines.get_mut(line) {
                points.push([s, value]);
            }
        } else {
            let k = self.grid.len();
            let ([a, b], x, y) = (&self.plane, self.along(k % NODES), self.along(k / NODES));
            self.grid.push(value(&mut self.problem, &self.theta, a, x, b, y));
        }
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

    /// Takes the eigenvectors, and chooses the plane.
    fn directions(&mut self) {
        let Some(found) = self.krylov.as_ref().and_then(|krylov| krylov.finish()) else { return };
        let ends = [found.values.first(), found.values.last()].map(|v| v.copied().unwrap_or(f64::NAN));
        let mut gradient = vec![0.0; self.theta.len()];
        self.problem.gradient(&self.theta, &mut gradient);
        let along = |v: &Vec<f64>| gradient.iter().zip(v).map(|(g, v)| g * v).sum();
        self.slopes = [along(&found.vectors[0]), along(&found.vectors[1])];
        self.lines = ends.map(|lambda| (Vec::with_capacity(NODES), lambda)).into();
        self.plane = match self.random {
            Some(seed) => [seed, !seed].map(|seed| self.problem.network().direction(&self.theta, seed)),
            None => found.vectors.clone(),
        };
        self.ends = found.vectors;
    }

    /// What was found, as plain numbers, once done: slopes, then λ and the losses of each line, then those of the plane.
    pub fn numbers(&self) -> Vec<f64> {
        let mut out = self.slopes.to_vec();
        for (points, lambda) in &self.lines {
            out.push(*lambda);
            out.extend(points.iter().map(|p| p[1]));
        }
        out.extend(&self.grid);
        out
    }

    /// Ends the work with the numbers of another; others than it can be are left alone.
    pub fn take(&mut self, numbers: &[f64]) {
        let Some((slopes, rest)) = numbers.split_first_chunk::<2>() else { return };
        let (lines, grid) = rest.split_at_checked(2 * (NODES + 1)).unwrap_or((&[], rest));
        if grid.len() != if lines.is_empty() { 0 } else { NODES * NODES } {
            return;
        }
        let line = |numbers: &[f64]| {
            let (lambda, losses) = numbers.split_first()?;
            let points = losses.iter().enumerate().map(|(k, loss)| [self.along(k), *loss]);
            Some((points.collect(), *lambda))
        };
        let lines = lines.chunks_exact(NODES + 1).filter_map(line).collect();
        (self.slopes, self.lines, self.grid, self.krylov) = (*slopes, lines, grid.to_vec(), None);
        self.plane = [Vec::new(), Vec::new()];
    }

    /// The loss over the plane, once done.
    pub fn grid(&self) -> Option<Rc<Grid>> {
        let view = View { x: [-self.reach, self.reach], y: [-self.reach, self.reach] };
        let whole = self.grid.len() == NODES * NODES;
        whole.then(|| Rc::new(Grid { view, columns: NODES, rows: NODES, values: self.grid.clone() }))
    }
}

/// L at θ + x·a + y·b; what b lacks is 0.
fn value(problem: &mut Problem, theta: &[f64], a: &[f64], x: f64, b: &[f64], y: f64) -> f64 {
    let b = b.iter().copied().chain(std::iter::repeat(0.0));
    let moved = theta.iter().zip(a).zip(b).map(|((w, a), b)| w + x * a + y * b);
    problem.value(&moved.collect::<Vec<f64>>())
}
