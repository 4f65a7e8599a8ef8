//! Named losses. Each is one formula, read by the same parser as typed ones; its parameters are names in it.

use super::View;

/// A named loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landscape {
    /// (b − a·w₁w₂)²: the network y = w₁w₂x on the one datum (a, b).
    OneDatum,
    /// ½(λ₁u² + λ₂v²) with (u, v) the axes turned by φ.
    Quadratic,
    /// x² − y².
    Saddle,
    /// x³ − 3xy²: three valleys meet at a point where H = 0.
    MonkeySaddle,
    /// x⁴ + y⁴: a minimum where H = 0.
    QuarticBowl,
    /// x² + y⁴: a minimum with one λ = 0.
    QuarticTrough,
    /// x² − y⁴: a saddle with one λ = 0 and none negative.
    QuarticSaddle,
    /// x² + y³: with one λ = 0, neither extremum nor crossing of valleys.
    Shoulder,
    /// (a − x)² + b(y − x²)².
    Rosenbrock,
    /// (x² + y − 11)² + (x + y² − 7)².
    Himmelblau,
    /// Beale's function.
    Beale,
    /// Booth's function: a quadratic.
    Booth,
    /// Matyas' function: a quadratic.
    Matyas,
    /// Three-hump camel.
    Camel3,
    /// Six-hump camel.
    Camel6,
    /// Styblinski and Tang's function.
    StyblinskiTang,
    /// Rastrigin's function with amplitude A.
    Rastrigin,
    /// Ackley's function.
    Ackley,
    /// Goldstein and Price's function.
    GoldsteinPrice,
    /// McCormick's function.
    Mccormick,
    /// Griewank's function.
    Griewank,
    /// Lévy's function number 13.
    Levy13,
    /// Easom's function.
    Easom,
    /// Branin's function.
    Branin,
    /// A sum of four Gaussian hills and hollows of heights a1 … a4.
    GaussSum,
    /// One sigmoid neuron, mean squared error: ½(σ(w₁ + w₂) − t)².
    SigmoidMse,
    /// One sigmoid neuron, cross-entropy: log(1 + e^s) − t·s with s = w₁ + w₂.
    SigmoidCrossEntropy,
}

/// A parameter of a landscape: a number with a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in links and in the formula.
    pub id: &'static str,
    /// Its sign in mathematics, such as `λ₁`.
    pub symbol: &'static str,
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
    /// What a slider's positions are multiples of.
    pub step: f64,
    /// Value in the literature, or the telling one.
    pub default: f64,
    /// Whether it is an angle in degrees.
    pub angle: bool,
}

const fn parameter(
    id: &'static str,
    symbol: &'static str,
    range: [f64; 2],
    step: f64,
    default: f64,
) -> Parameter {
    Parameter { id, symbol, min: range[0], max: range[1], step, default, angle: false }
}

const ONE_DATUM: &[Parameter] =
    &[parameter("a", "a", [-3.0, 3.0], 0.1, 1.0), parameter("b", "b", [-3.0, 3.0], 0.1, 1.0)];
const QUADRATIC: &[Parameter] = &[
    parameter("l1", "λ₁", [-10.0, 10.0], 0.1, 10.0),
    parameter("l2", "λ₂", [-10.0, 10.0], 0.1, 1.0),
    Parameter { angle: true, ..parameter("phi", "φ", [-180.0, 180.0], 1.0, 30.0) },
];
const ROSENBROCK: &[Parameter] =
    &[parameter("a", "a", [-2.0, 2.0], 0.1, 1.0), parameter("b", "b", [0.0, 100.0], 1.0, 100.0)];
const RASTRIGIN: &[Parameter] = &[parameter("amplitude", "A", [0.0, 20.0], 0.5, 10.0)];
const ACKLEY: &[Parameter] = &[
    parameter("a", "a", [0.0, 40.0], 1.0, 20.0),
    parameter("b", "b", [0.0, 1.0], 0.05, 0.2),
    parameter("c", "c", [0.0, 12.0], 0.01, std::f64::consts::TAU),
];
const BRANIN: &[Parameter] = &[
    parameter("a", "a", [0.1, 3.0], 0.1, 1.0),
    parameter("b", "b", [0.0, 0.5], 0.001, 5.1 / (4.0 * std::f64::consts::PI * std::f64::consts::PI)),
    parameter("c", "c", [0.0, 3.0], 0.01, 5.0 / std::f64::consts::PI),
    parameter("r", "r", [0.0, 12.0], 0.1, 6.0),
    parameter("s", "s", [0.0, 20.0], 0.1, 10.0),
    parameter("t", "t", [0.0, 1.0], 0.01, 1.0 / (8.0 * std::f64::consts::PI)),
];
const GAUSS_SUM: &[Parameter] = &[
    parameter("a1", "A₁", [-2.0, 2.0], 0.1, 1.0),
    parameter("a2", "A₂", [-2.0, 2.0], 0.1, 1.5),
    parameter("a3", "A₃", [-2.0, 2.0], 0.1, -0.8),
    parameter("a4", "A₄", [-2.0, 2.0], 0.1, 1.0),
];
const TARGET: &[Parameter] = &[parameter("target", "t", [0.0, 1.0], 0.05, 0.0)];

/// What belongs to one landscape.
struct Entry {
    id: &'static str,
    key: &'static str,
    template: &'static str,
    parameters: &'static [Parameter],
    domain: View,
    start: [f64; 2],
    weights: bool,
}

const fn entry(
    id: &'static str,
    key: &'static str,
    template: &'static str,
    domain: [[f64; 2]; 2],
    start: [f64; 2],
) -> Entry {
    Entry {
        id,
        key,
        template,
        parameters: &[],
        domain: View { x: domain[0], y: domain[1] },
        start,
        weights: false,
    }
}

impl Entry {
    const fn with(self, parameters: &'static [Parameter]) -> Entry {
        Entry { parameters, ..self }
    }

    const fn of_weights(self) -> Entry {
        Entry { weights: true, ..self }
    }
}

impl Landscape {
    /// All of them, in the order of menus.
    pub const ALL: [Landscape; 27] = [
        Landscape::OneDatum,
        Landscape::Quadratic,
        Landscape::Saddle,
        Landscape::MonkeySaddle,
        Landscape::QuarticBowl,
        Landscape::QuarticTrough,
        Landscape::QuarticSaddle,
        Landscape::Shoulder,
        Landscape::Himmelblau,
        Landscape::Rosenbrock,
        Landscape::Beale,
        Landscape::Booth,
        Landscape::Matyas,
        Landscape::Camel3,
        Landscape::Camel6,
        Landscape::StyblinskiTang,
        Landscape::Rastrigin,
        Landscape::Ackley,
        Landscape::GoldsteinPrice,
        Landscape::Mccormick,
        Landscape::Griewank,
        Landscape::Levy13,
        Landscape::Easom,
        Landscape::Branin,
        Landscape::GaussSum,
        Landscape::SigmoidMse,
        Landscape::SigmoidCrossEntropy,
    ];

    /// The landscape of this id.
    pub fn from_id(id: &str) -> Option<Landscape> {
        Landscape::ALL.into_iter().find(|l| l.id() == id)
    }

    /// Its name in links and attributes, such as `six-hump-camel`.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// The text key of its name, `loss.<id>`.
    pub fn key(self) -> &'static str {
        self.entry().key
    }

    /// Its formula over x, y and the ids of its parameters.
    pub fn template(self) -> &'static str {
        self.entry().template
    }

    /// Its parameters.
    pub fn parameters(self) -> &'static [Parameter] {
        self.entry().parameters
    }

    /// Where it is usually looked at.
    pub fn domain(self) -> View {
        self.entry().domain
    }

    /// A point from which something can be seen: not critical, on no axis of symmetry.
    pub fn start(self) -> [f64; 2] {
        self.entry().start
    }

    /// Whether its variables are the weights of a network, written w₁, w₂; if not they are written x, y.
    pub fn of_weights(self) -> bool {
        self.entry().weights
    }

    fn entry(self) -> Entry {
        const WIDE: [[f64; 2]; 2] = [[-10.0, 10.0]; 2];
        const FIVE: [[f64; 2]; 2] = [[-5.0, 5.0]; 2];
        const TWO: [[f64; 2]; 2] = [[-2.0, 2.0]; 2];
        match self {
            Landscape::OneDatum => entry("one-datum", "loss.one-datum", "(b-a*w1*w2)^2", TWO, [1.2, -0.4])
                .with(ONE_DATUM)
                .of_weights(),
            Landscape::Quadratic => entry(
                "quadratic",
                "loss.quadratic",
                "1/2*(l1*(x*cos(pi*phi/180)+y*sin(pi*phi/180))^2+l2*(y*cos(pi*phi/180)-x*sin(pi*phi/180))^2)",
                TWO,
                [1.2, 0.9],
            )
            .with(QUADRATIC),
            Landscape::Saddle => entry("saddle", "loss.saddle", "x^2-y^2", TWO, [1.1, 0.4]),
            Landscape::MonkeySaddle => {
                entry("monkey-saddle", "loss.monkey-saddle", "x^3-3*x*y^2", TWO, [0.9, 0.6])
            }
            Landscape::QuarticBowl => entry("quartic-bowl", "loss.quartic-bowl", "x^4+y^4", TWO, [1.1, 0.7]),
            Landscape::QuarticTrough => entry("quartic-trough", "loss.quartic-trough", "x^2+y^4", TWO, [1.1, 0.9]),
            Landscape::QuarticSaddle => entry("quartic-saddle", "loss.quartic-saddle", "x^2-y^4", TWO, [1.1, 0.6]),
            Landscape::Shoulder => entry("shoulder", "loss.shoulder", "x^2+y^3", TWO, [1.1, 0.9]),
            Landscape::Rosenbrock => {
                entry("rosenbrock", "loss.rosenbrock", "(a-x)^2+b*(y-x^2)^2", [[-2.0, 2.0], [-1.0, 3.0]], [-1.2, 1.0])
                    .with(ROSENBROCK)
            }
            Landscape::Himmelblau => {
                entry("himmelblau", "loss.himmelblau", "(x^2+y-11)^2+(x+y^2-7)^2", FIVE, [0.5, 0.5])
            }
            Landscape::Beale => entry(
                "beale",
                "loss.beale",
                "(1.5-x+x*y)^2+(2.25-x+x*y^2)^2+(2.625-x+x*y^3)^2",
                [[-4.5, 4.5]; 2],
                [1.0, 1.5],
            ),
            Landscape::Booth => entry("booth", "loss.booth", "(x+2*y-7)^2+(2*x+y-5)^2", WIDE, [-4.0, -2.0]),
            Landscape::Matyas => entry("matyas", "loss.matyas", "0.26*(x^2+y^2)-0.48*x*y", WIDE, [6.0, -3.0]),
            Landscape::Camel3 => entry(
                "three-hump-camel",
                "loss.three-hump-camel",
                "2*x^2-1.05*x^4+x^6/6+x*y+y^2",
                [[-5.0, 5.0]; 2],
                [1.5, 1.0],
            ),
            Landscape::Camel6 => entry(
                "six-hump-camel",
                "loss.six-hump-camel",
                "(4-2.1*x^2+x^4/3)*x^2+x*y+(-4+4*y^2)*y^2",
                [[-3.0, 3.0], [-2.0, 2.0]],
                [0.9, 0.4],
            ),
            Landscape::StyblinskiTang => entry(
                "styblinski-tang",
                "loss.styblinski-tang",
                "1/2*(x^4-16*x^2+5*x+y^4-16*y^2+5*y)",
                FIVE,
                [1.0, -0.6],
            ),
            Landscape::Rastrigin => entry(
                "rastrigin",
                "loss.rastrigin",
                "2*amplitude+x^2+y^2-amplitude*cos(2*pi*x)-amplitude*cos(2*pi*y)",
                [[-5.12, 5.12]; 2],
                [2.3, 1.4],
            )
            .with(RASTRIGIN),
            Landscape::Ackley => entry(
                "ackley",
                "loss.ackley",
                "-a*exp(-b*sqrt((x^2+y^2)/2))-exp((cos(c*x)+cos(c*y))/2)+e+a",
                FIVE,
                [2.3, 1.4],
            )
            .with(ACKLEY),
            Landscape::GoldsteinPrice => entry(
                "goldstein-price",
                "loss.goldstein-price",
                "(1+(x+y+1)^2*(19-14*x+3*x^2-14*y+6*x*y+3*y^2))*(30+(2*x-3*y)^2*(18-32*x+12*x^2+48*y-36*x*y+27*y^2))",
                TWO,
                [0.4, -0.5],
            ),
            Landscape::Mccormick => entry(
                "mccormick",
                "loss.mccormick",
                "sin(x+y)+(x-y)^2-1.5*x+2.5*y+1",
                [[-1.5, 4.0], [-3.0, 4.0]],
                [1.0, 1.5],
            ),
            Landscape::Griewank => {
                entry("griewank", "loss.griewank", "1+(x^2+y^2)/4000-cos(x)*cos(y/sqrt(2))", WIDE, [4.5, 3.0])
            }
            Landscape::Levy13 => entry(
                "levy-13",
                "loss.levy-13",
                "sin(3*pi*x)^2+(x-1)^2*(1+sin(3*pi*y)^2)+(y-1)^2*(1+sin(2*pi*y)^2)",
                WIDE,
                [-3.2, 2.6],
            ),
            Landscape::Easom => entry(
                "easom",
                "loss.easom",
                "-cos(x)*cos(y)*exp(-((x-pi)^2+(y-pi)^2))",
                [[-1.0, 7.0]; 2],
                [2.4, 3.9],
            ),
            Landscape::Branin => entry(
                "branin",
                "loss.branin",
                "a*(y-b*x^2+c*x-r)^2+s*(1-t)*cos(x)+s",
                [[-5.0, 10.0], [0.0, 15.0]],
                [2.0, 8.0],
            )
            .with(BRANIN),
            Landscape::GaussSum => entry(
                "gauss-sum",
                "loss.gauss-sum",
                "-(a1*exp(-((x+1)^2+y^2)/(2*(1/2)^2))+a2*exp(-((x-1)^2+(y-1/2)^2)/(2*(3/5)^2))+a3*exp(-(x^2+(y+1)^2)/(2*(7/10)^2))+a4*exp(-((x+1/4)^2+(y-7/4)^2)/(2*(2/5)^2)))",
                [[-3.0, 3.0]; 2],
                [0.2, -0.3],
            )
            .with(GAUSS_SUM),
            Landscape::SigmoidMse => entry(
                "sigmoid-mse",
                "loss.sigmoid-mse",
                "1/2*(sigmoid(w1+w2)-target)^2",
                [[-6.0, 6.0]; 2],
                [2.0, 1.0],
            )
            .with(TARGET)
            .of_weights(),
            Landscape::SigmoidCrossEntropy => entry(
                "sigmoid-cross-entropy",
                "loss.sigmoid-cross-entropy",
                "softplus(w1+w2)-target*(w1+w2)",
                [[-6.0, 6.0]; 2],
                [2.0, 1.0],
            )
            .with(TARGET)
            .of_weights(),
        }
    }
}
