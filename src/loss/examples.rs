//! The data sets that come with the program: two that were measured, four that were made for one purpose each.

use super::Model;
use crate::number::Random;

/// Speed (mph) and stopping distance (ft) of cars in the 1920s: Ezekiel, Methods of Correlation Analysis, 1930 (`cars`
/// in R).
const CARS: [[u8; 2]; 50] = [
    [4, 2],
    [4, 10],
    [7, 4],
    [7, 22],
    [8, 16],
    [9, 10],
    [10, 18],
    [10, 26],
    [10, 34],
    [11, 17],
    [11, 28],
    [12, 14],
    [12, 20],
    [12, 24],
    [12, 28],
    [13, 26],
    [13, 34],
    [13, 34],
    [13, 46],
    [14, 26],
    [14, 36],
    [14, 60],
    [14, 80],
    [15, 20],
    [15, 26],
    [15, 54],
    [16, 32],
    [16, 40],
    [17, 32],
    [17, 40],
    [17, 50],
    [18, 42],
    [18, 56],
    [18, 76],
    [18, 84],
    [19, 36],
    [19, 46],
    [19, 68],
    [20, 32],
    [20, 48],
    [20, 52],
    [20, 56],
    [20, 64],
    [22, 66],
    [23, 54],
    [24, 70],
    [24, 92],
    [24, 93],
    [24, 120],
    [25, 85],
];

/// Length and width of the petals, in mm, of 50 flowers of Iris versicolor and 50 of Iris virginica: Anderson's
/// measurements in Fisher, The use of multiple measurements in taxonomic problems, 1936.
const IRIS: [[u8; 2]; 100] = [
    [47, 14],
    [45, 15],
    [49, 15],
    [40, 13],
    [46, 15],
    [45, 13],
    [47, 16],
    [33, 10],
    [46, 13],
    [39, 14],
    [35, 10],
    [42, 15],
    [40, 10],
    [47, 14],
    [36, 13],
    [44, 14],
    [45, 15],
    [41, 10],
    [45, 15],
    [39, 11],
    [48, 18],
    [40, 13],
    [49, 15],
    [47, 12],
    [43, 13],
    [44, 14],
    [48, 14],
    [50, 17],
    [45, 15],
    [35, 10],
    [38, 11],
    [37, 10],
    [39, 12],
    [51, 16],
    [45, 15],
    [45, 16],
    [47, 15],
    [44, 13],
    [41, 13],
    [40, 13],
    [44, 12],
    [46, 14],
    [40, 12],
    [33, 10],
    [42, 13],
    [42, 12],
    [42, 13],
    [43, 13],
    [30, 11],
    [41, 13],
    [60, 25],
    [51, 19],
    [59, 21],
    [56, 18],
    [58, 22],
    [66, 21],
    [45, 17],
    [63, 18],
    [58, 18],
    [61, 25],
    [51, 20],
    [53, 19],
    [55, 21],
    [50, 20],
    [51, 24],
    [53, 23],
    [55, 18],
    [67, 22],
    [69, 23],
    [50, 15],
    [57, 23],
    [49, 20],
    [67, 20],
    [49, 18],
    [57, 21],
    [60, 18],
    [48, 18],
    [49, 18],
    [56, 21],
    [58, 16],
    [61, 19],
    [64, 20],
    [56, 22],
    [51, 15],
    [56, 14],
    [61, 23],
    [56, 24],
    [55, 18],
    [48, 18],
    [54, 21],
    [56, 24],
    [51, 23],
    [51, 19],
    [59, 23],
    [57, 25],
    [52, 23],
    [50, 19],
    [52, 20],
    [54, 23],
    [51, 18],
];

/// The ids of the data sets.
pub const DATA_SETS: [&str; 6] = ["cars", "iris", "correlated", "agree", "overlap", "separable"];

/// The examples (x₁, x₂, y) of a data set and the model they are meant for; `None` for another id.
///
/// | id | N | what it is |
/// |---|---|---|
/// | `cars` | 50 | stopping distance against speed, with x₁ = 1 for the intercept; least squares |
/// | `iris` | 100 | two species told apart by their petals; logistic |
/// | `correlated` | 200 | y = x₁ + x₂ + noise, x₁ and x₂ correlated by 0.95: a long valley; least squares |
/// | `agree` | 100 | y = 2x₁ − x₂ without noise: at the minimum all gradients vanish; least squares |
/// | `overlap` | 500 | two classes that overlap widely; logistic |
/// | `separable` | 60 | two classes that a line separates: no minimum; logistic |
pub fn data_set(id: &str) -> Option<(Model, Vec<[f64; 3]>)> {
    let mut random = Random::new(1936);
    let mut made = |n: usize, make: &dyn Fn(f64, [f64; 3]) -> [f64; 3]| -> Vec<[f64; 3]> {
        let class = |i: usize| if i.is_multiple_of(2) { 0.0 } else { 1.0 };
        (0..n).map(|i| make(class(i), [random.normal(), random.normal(), random.normal()])).collect()
    };
    let two_clouds = |spread: f64| {
        move |y: f64, [u, v, _]: [f64; 3]| {
            let centre = 2.0 * y - 1.0;
            [centre + spread * u, 0.5 * centre + spread * v, y]
        }
    };
    Some(match id {
        "cars" => (Model::LeastSquares, CARS.map(|[x, y]| [1.0, f64::from(x), f64::from(y)]).to_vec()),
        "iris" => {
            let rows = IRIS.iter().enumerate();
            let row = |(i, [length, width]): (usize, &[u8; 2])| {
                [f64::from(*length) / 10.0, f64::from(*width) / 10.0, if i < 50 { 0.0 } else { 1.0 }]
            };
            (Model::Logistic, rows.map(row).collect())
        }
        "correlated" => (
            Model::LeastSquares,
            made(200, &|_, [u, v, e]| {
                let w = 0.95 * u + (1.0f64 - 0.95 * 0.95).sqrt() * v;
                [u, w, u + w + 0.5 * e]
            }),
        ),
        "agree" => (Model::LeastSquares, made(100, &|_, [u, v, _]| [u, v, 2.0 * u - v])),
        "overlap" => (Model::Logistic, made(500, &two_clouds(1.5))),
        "separable" => (Model::Logistic, made(60, &two_clouds(0.3))),
        _ => return None,
    })
}
