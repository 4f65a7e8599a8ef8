//! The names that the oracle files give to losses, and the landscapes they mean.

use saddlescope::loss::{Landscape, Loss};

/// The loss of an oracle's name, parameters included; `None` for a name that no landscape has.
///
/// Parameters stand in the name: `linnet_a2_b3` is (3 − 2·x·y)², `quad_10_1_30` has λ₁ = 10, λ₂ = 1, φ = 30°, and m is a
/// minus sign.
pub fn loss_of(name: &str) -> Option<Loss> {
    let numbers = |rest: &str| -> Option<Vec<f64>> {
        rest.split('_')
            .map(|part| part.trim_start_matches(['a', 'b']).replace('m', "-").parse().ok())
            .collect()
    };
    if let Some(rest) = name.strip_prefix("linnet_") {
        return Loss::with_parameters(Landscape::OneDatum, &numbers(rest)?).ok();
    }
    if let Some(rest) = name.strip_prefix("quad_") {
        return Loss::with_parameters(Landscape::Quadratic, &numbers(rest)?).ok();
    }
    let landscape = match name {
        "bilinear" => Landscape::OneDatum,
        "monkey" => Landscape::MonkeySaddle,
        "deg_x4_y4" => Landscape::QuarticBowl,
        "deg_x2_y4" => Landscape::QuarticTrough,
        "deg_x2_my4" => Landscape::QuarticSaddle,
        "deg_x2_y3" => Landscape::Shoulder,
        "camel3" => Landscape::Camel3,
        "camel6" => Landscape::Camel6,
        "styblinski_tang" => Landscape::StyblinskiTang,
        "goldstein_price" => Landscape::GoldsteinPrice,
        "levy13" => Landscape::Levy13,
        "gauss_sum" => Landscape::GaussSum,
        "sigmoid_mse" => Landscape::SigmoidMse,
        "sigmoid_ce" => Landscape::SigmoidCrossEntropy,
        // Names that are everyone's, and no others: a file may call any loss of its own a shoulder.
        "saddle" | "rosenbrock" | "himmelblau" | "beale" | "booth" | "matyas" | "rastrigin" | "ackley"
        | "mccormick" | "griewank" | "easom" | "branin" => Landscape::from_id(name)?,
        _ => return None,
    };
    Some(Loss::landscape(landscape))
}
