//! The kernels of `cargo xtask bench`: what is timed natively and in WebAssembly, side by side. Each gives a number
//! that depends on all its work, so that no compiler can leave any of it out, and so that both sides can be compared.

use saddlescope::critical::{Spectrum, search};
use saddlescope::derivative::gradient;
use saddlescope::figure::{Frame, Layer, Painter, Size, Space, Theme};
use saddlescope::lab;
use saddlescope::loss::{Landscape, Loss};
use saddlescope::network::{Activation, Data, Network, Objective, Problem, Random, Start};
use saddlescope::optimizer::{Limits, Method, Optimizer, Oracle, Run, Schedule, Setup};
use saddlescope::phrase::Phrase;
use std::rc::Rc;

/// The names of the kernels.
pub const KERNELS: [&str; 12] = [
    "gradient_tape_polynomial",
    "gradient_tape_exp",
    "gradient_tape_cos",
    "tridiagonalise_200",
    "rasterise_128_640x480",
    "ten_methods_1000_steps",
    "epoch_2_4_2_1_250_points",
    "hessian_eigenvalues_434",
    "search_one-datum",
    "search_himmelblau",
    "search_goldstein-price",
    "fate_64x64_200_steps",
];

/// Runs a kernel `times` times; NaN if there is none of this name. There is `search_<id>` for every landscape and
/// `fate_<id>` for every method.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen(js_name = benchKernel))]
pub fn kernel(name: &str, times: u32) -> f64 {
    match name {
        "gradient_tape_polynomial" => descend("(x^2+y-11)^2+(x+y^2-7)^2", times),
        "gradient_tape_exp" => descend("exp(-x^2-y^2)+exp(-(x-1)^2-(y-1)^2)", times),
        "gradient_tape_cos" => descend("20+x^2-10*cos(2*pi*x)+y^2-10*cos(2*pi*y)", times),
        "tridiagonalise_200" => tridiagonalise(200, times),
        "rasterise_128_640x480" => rasterise(times),
        "ten_methods_1000_steps" => race(times),
        "epoch_2_4_2_1_250_points" => epochs(times),
        "hessian_eigenvalues_434" => spectrum(times),
        "fate_64x64_200_steps" => fate(Method::GradientDescent, times),
        _ => match name.split_once('_') {
            Some(("search", id)) => Landscape::from_id(id).map_or(f64::NAN, |id| search_all(id, times)),
            Some(("fate", id)) => Method::from_id(id).map_or(f64::NAN, |method| fate(method, times)),
            _ => f64::NAN,
        },
    }
}

/// A sixteenth of the picture of all ends of Himmelblau's function by a method, and the search for critical points.
fn fate(method: Method, times: u32) -> f64 {
    let mut sum = 0.0;
    for _ in 0..times {
        let Some(mut lab) = lab::open("fate") else { return f64::NAN };
        if lab.set("grid", "64").and_then(|()| lab.set("method", method.id())).is_err() {
            return f64::NAN;
        }
        while lab.work(&mut || false).is_some() {}
        let runs = lab.table().and_then(|table| table.rows.first()?.cells.get(2).cloned());
        sum += if let Some(lab::Cell::Number(runs)) = runs { runs } else { f64::NAN };
    }
    sum
}

/// Gradient descent: each gradient is taken where the one before has led.
fn descend(formula: &str, steps: u32) -> f64 {
    let Ok(loss) = Loss::parse(formula) else { return f64::NAN };
    let mut at = [0.3, -0.2];
    for _ in 0..steps {
        let (_, g) = gradient(&loss, at);
        at = [at[0] - 1e-3 * g[0], at[1] - 1e-3 * g[1]];
    }
    at[0] + at[1]
}

/// All critical points where the loss is usually looked at.
fn search_all(landscape: Landscape, times: u32) -> f64 {
    let loss = Loss::landscape(landscape);
    let mut sum = 0.0;
    for _ in 0..times {
        let found = search(&loss, loss.domain());
        sum += found.points.iter().map(|p| p.at[0] + p.at[1]).sum::<f64>() + found.curves.len() as f64;
    }
    sum
}

/// A full matrix reduced to three diagonals by the product's own code, and their eigenvalues, a small part of the work.
fn tridiagonalise(n: usize, times: u32) -> f64 {
    let entry = |i: usize, j: usize| ((i * j) as f64 * 0.37).sin() + if i == j { 2.0 } else { 0.0 };
    let matrix: Vec<f64> = (0..n * n).map(|k| entry(k / n, k % n)).collect();
    let mut sum = 0.0;
    for _ in 0..times {
        let values = Spectrum::new(matrix.clone()).and_then(Spectrum::values);
        sum += values.map_or(f64::NAN, |values| values.iter().map(|v| v.abs()).sum());
    }
    sum
}

/// The first ten methods on the rotated quadratic, every step recorded.
fn race(times: u32) -> f64 {
    let loss = Loss::landscape(Landscape::Quadratic);
    let mut sum = 0.0;
    for k in 0..times {
        for method in Method::ALL.into_iter().take(10) {
            let Some(dialect) = method.dialects().next() else { continue };
            let Ok(optimizer) = Optimizer::new(method, dialect, &[], 2) else { continue };
            let setup = Setup {
                optimizer,
                schedule: Schedule::constant(0.01),
                noise: None,
                delay: 0,
                limits: Limits { steps: 1_000, ..Limits::default() },
            };
            let mut run = Run::new(setup, &mut &loss, &[1.0 + 1e-3 * f64::from(k), 1.0]);
            run.finish(&mut &loss);
            sum += run.record(run.steps()).map_or(f64::NAN, |record| record.loss);
        }
    }
    sum
}

/// The surface of the first lab, from a new direction each time.
fn rasterise(times: u32) -> f64 {
    let loss = Loss::notes();
    let grid = Rc::new(loss.grid(loss.domain(), 129, 129));
    let Some(z) = grid.range() else { return f64::NAN };
    let layers = [Layer::Surface(grid.clone())];
    let mut painter = Painter::default();
    let mut sum = 0.0;
    for k in 0..times {
        let frame = Frame::Space(Space {
            view: grid.view,
            z,
            yaw: 0.6 + 0.01 * f64::from(k),
            pitch: 0.6,
            names: [Phrase::verbatim("x"), Phrase::verbatim("y")],
        });
        let size = Size { width: 640.0, height: 480.0 };
        let picture = painter.pixels(&layers, &frame, size, 1.0, Theme::Light);
        sum += picture.map_or(f64::NAN, |picture| f64::from(picture.pixel(320, 240)[0]));
    }
    sum
}

/// Points of the plane in two rings, with targets ±1, or two targets of which one is 1.
fn rings(count: usize, outputs: usize) -> Option<Data> {
    let mut random = Random::new(1);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for k in 0..count {
        let outer = k % 2;
        let radius = (outer as f64 * 0.7 + 0.5 * random.uniform()) * 5.0;
        let angle = std::f64::consts::TAU * random.uniform();
        x.extend([radius * angle.sin(), radius * angle.cos()]);
        match outputs {
            1 => y.push(1.0 - 2.0 * outer as f64),
            _ => y.extend([outer as f64, 1.0 - outer as f64]),
        }
    }
    Data::new(2, outputs, x, y).ok()
}

/// TensorFlow Playground's default: 2-4-2-1, tanh throughout, squared error, 250 points in batches of 10, rate 0.03.
fn epochs(times: u32) -> f64 {
    let network = Network::new(&[2, 4, 2, 1], Activation::Tanh, Objective::SquaredError, true);
    let (Ok(network), Some(data)) = (network.map(|n| n.with_output(Activation::Tanh)), rings(250, 1)) else {
        return f64::NAN;
    };
    let mut theta = Start::Pytorch.draw(&network, 1, 1.0);
    let mut gradient = vec![0.0; theta.len()];
    let mut problem = Problem::new(network, data.into());
    let rows: Vec<usize> = (0..250).collect();
    for batch in (0..times).flat_map(|_| rows.chunks(10)) {
        problem.choose(batch);
        problem.gradient(&theta, &mut gradient);
        // Playground's error is half the square.
        theta.iter_mut().zip(&gradient).for_each(|(w, g)| *w -= 0.5 * 0.03 * g);
    }
    problem.choose(&rows);
    problem.value(&theta)
}

/// H and its eigenvalues for 2-18-18-2, tanh, cross-entropy, 100 examples.
fn spectrum(times: u32) -> f64 {
    let network = Network::new(&[2, 18, 18, 2], Activation::Tanh, Objective::SoftmaxCrossEntropy, true);
    let (Ok(network), Some(data)) = (network, rings(100, 2)) else { return f64::NAN };
    let theta = Start::Pytorch.draw(&network, 1, 1.0);
    let size = theta.len();
    let mut problem = Problem::new(network, data.into());
    let mut sum = 0.0;
    for _ in 0..times {
        let mut h = vec![0.0; size * size];
        problem.hessian(&theta, &mut h);
        let values = Spectrum::new(h).and_then(Spectrum::values);
        sum += values.map_or(f64::NAN, |values| values.iter().map(|v| v.abs()).sum());
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_works() {
        for name in KERNELS {
            assert!(kernel(name, 2).is_finite(), "{name}");
        }
        assert!(kernel("gradient_tape_polynomial", 9) != kernel("gradient_tape_polynomial", 10));
        assert!(kernel("", 1).is_nan());
    }
}
