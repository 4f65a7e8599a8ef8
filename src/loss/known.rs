//! Critical points known beforehand: in closed form, or to the last digit from outside.

use super::{Landscape, Loss};

/// What is known of a critical point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownKind {
    /// A strict minimum: both λ > 0.
    Minimum,
    /// A strict maximum: both λ < 0.
    Maximum,
    /// λ of both signs.
    Saddle,
    /// Some λ = 0, and none or only one sign besides.
    Degenerate,
}

/// A critical point known beforehand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnownPoint {
    /// Where.
    pub at: [f64; 2],
    /// What it is by the signs of λ.
    pub kind: KnownKind,
}

use KnownKind::{Degenerate, Maximum, Minimum, Saddle};

const fn known(x: f64, y: f64, kind: KnownKind) -> KnownPoint {
    KnownPoint { at: [x, y], kind }
}

impl Loss {
    /// The isolated critical points known beforehand, with the present parameters.
    ///
    /// All of them in the usual domain, except: Rastrigin's, Griewank's and Lévy's functions have so many that only the
    /// lowest minimum is named; Ackley's lowest point is a kink, so none is; Branin's function and the Gaussians are
    /// known for their default parameters; curves of critical points (w₁w₂ = b/a of the one-datum network) are not
    /// points. Nothing is known of a typed formula.
    ///
    /// ```
    /// use saddlescope::loss::{KnownKind, Landscape, Loss};
    /// let known = Loss::with_parameters(Landscape::Rosenbrock, &[-1.5, 10.0]).unwrap().known_points();
    /// assert_eq!((known[0].at, known[0].kind), ([-1.5, 2.25], KnownKind::Minimum));
    /// ```
    pub fn known_points(&self) -> Vec<KnownPoint> {
        let Some(landscape) = self.named() else { return Vec::new() };
        let parameter = |i: usize| self.parameters().get(i).copied().unwrap_or(f64::NAN);
        let default =
            landscape.parameters().iter().zip(self.parameters()).all(|(p, value)| p.default == *value);
        let origin = |kind| vec![known(0.0, 0.0, kind)];
        match landscape {
            // L = b² + … − 2ab·w₁w₂ + …
            Landscape::OneDatum if parameter(0) * parameter(1) != 0.0 => origin(Saddle),
            Landscape::OneDatum => Vec::new(),
            Landscape::Quadratic => match (parameter(0), parameter(1)) {
                // A line of critical points, or the whole plane.
                (l1, l2) if l1 * l2 == 0.0 => Vec::new(),
                (l1, l2) if l1 * l2 < 0.0 => origin(Saddle),
                (l1, _) => origin(if l1 > 0.0 { Minimum } else { Maximum }),
            },
            Landscape::Saddle => origin(Saddle),
            Landscape::MonkeySaddle
            | Landscape::QuarticBowl
            | Landscape::QuarticTrough
            | Landscape::QuarticSaddle
            | Landscape::Shoulder => origin(Degenerate),
            Landscape::Rosenbrock if parameter(1) > 0.0 => {
                vec![known(parameter(0), parameter(0) * parameter(0), Minimum)]
            }
            Landscape::Rosenbrock => Vec::new(),
            Landscape::Booth => vec![known(1.0, 3.0, Minimum)],
            Landscape::Matyas | Landscape::Rastrigin | Landscape::Griewank => origin(Minimum),
            Landscape::Levy13 => vec![known(1.0, 1.0, Minimum)],
            Landscape::Himmelblau => HIMMELBLAU.to_vec(),
            Landscape::Beale => BEALE.to_vec(),
            Landscape::Camel3 => CAMEL3.to_vec(),
            Landscape::Camel6 => CAMEL6.to_vec(),
            Landscape::StyblinskiTang => STYBLINSKI_TANG.to_vec(),
            Landscape::GoldsteinPrice => GOLDSTEIN_PRICE.to_vec(),
            Landscape::Mccormick => MCCORMICK.to_vec(),
            Landscape::Easom => EASOM.to_vec(),
            Landscape::Branin if default => BRANIN.to_vec(),
            Landscape::GaussSum if default => GAUSS_SUM.to_vec(),
            Landscape::Ackley
            | Landscape::Branin
            | Landscape::GaussSum
            | Landscape::SigmoidMse
            | Landscape::SigmoidCrossEntropy => Vec::new(),
        }
    }
}

/// sin x = 0 in turn with y on the parabola y = bx² − cx + r.
const BRANIN: &[KnownPoint] = &[
    known(-std::f64::consts::PI, 12.275, Minimum),
    known(0.0, 6.0, Saddle),
    known(std::f64::consts::PI, 2.275, Minimum),
    known(std::f64::consts::TAU, 1.1, Saddle),
    known(3.0 * std::f64::consts::PI, 2.475, Minimum),
];

const HIMMELBLAU: &[KnownPoint] = &[
    known(-3.779310253377747, -3.2831859912861696, Minimum),
    known(-3.0730257507643897, -0.08135304428796751, Saddle),
    known(-2.805118086952745, 3.131312518250573, Minimum),
    known(-0.2708445906673476, -0.9230385564799815, Maximum),
    known(-0.12796134673068008, -1.9537149802445763, Saddle),
    known(0.08667750455539636, 2.884254701174776, Saddle),
    known(3.0, 2.0, Minimum),
    known(3.385154183607021, 0.07385187983774928, Saddle),
    known(3.5844283403304917, -1.8481265269644036, Minimum),
];

const CAMEL3: &[KnownPoint] = &[
    known(-1.7475523458302888, 0.8737761729151444, Minimum),
    known(-1.07054229182366, 0.53527114591183, Saddle),
    known(0.0, 0.0, Minimum),
    known(1.07054229182366, -0.53527114591183, Saddle),
    known(1.7475523458302888, -0.8737761729151444, Minimum),
];

const STYBLINSKI_TANG: &[KnownPoint] = &[
    known(-2.903534027771177, -2.903534027771177, Minimum),
    known(-2.903534027771177, 0.1567312567803401, Saddle),
    known(-2.903534027771177, 2.746802770990837, Minimum),
    known(0.1567312567803401, -2.903534027771177, Saddle),
    known(0.1567312567803401, 0.1567312567803401, Maximum),
    known(0.1567312567803401, 2.746802770990837, Saddle),
    known(2.746802770990837, -2.903534027771177, Minimum),
    known(2.746802770990837, 0.1567312567803401, Saddle),
    known(2.746802770990837, 2.746802770990837, Minimum),
];

const GOLDSTEIN_PRICE: &[KnownPoint] = &[
    known(-0.6, -0.4, Minimum),
    known(-0.4, -0.6, Saddle),
    known(0.0, -1.0, Minimum),
    known(0.6, 0.4, Saddle),
    known(0.8, 0.2, Maximum),
    known(1.2, -0.2, Saddle),
    known(1.2, 0.8, Minimum),
    known(1.4, 0.6, Saddle),
    known(1.8, 0.2, Minimum),
];

const MCCORMICK: &[KnownPoint] = &[
    known(-0.5471975511965977, -1.5471975511965979, Minimum),
    known(1.5471975511965979, 0.5471975511965977, Saddle),
    known(2.5943951023931957, 1.5943951023931955, Minimum),
];

const EASOM: &[KnownPoint] = &[
    known(1.3049954504376675, 1.3049954504376675, Minimum),
    known(1.3049954504376675, std::f64::consts::PI, Maximum),
    known(1.3049954504376675, 4.978189856741919, Minimum),
    known(std::f64::consts::FRAC_PI_2, std::f64::consts::FRAC_PI_2, Saddle),
    known(std::f64::consts::FRAC_PI_2, 3.0 * std::f64::consts::FRAC_PI_2, Saddle),
    known(std::f64::consts::PI, 1.3049954504376675, Maximum),
    known(std::f64::consts::PI, std::f64::consts::PI, Minimum),
    known(std::f64::consts::PI, 4.978189856741919, Maximum),
    known(3.0 * std::f64::consts::FRAC_PI_2, std::f64::consts::FRAC_PI_2, Saddle),
    known(3.0 * std::f64::consts::FRAC_PI_2, 3.0 * std::f64::consts::FRAC_PI_2, Saddle),
    known(4.978189856741919, 1.3049954504376675, Minimum),
    known(4.978189856741919, std::f64::consts::PI, Maximum),
    known(4.978189856741919, 4.978189856741919, Minimum),
];

const BEALE: &[KnownPoint] = &[
    known(0.0, 1.0, Saddle),
    known(0.10053793732415833, -2.644513585023125, Saddle),
    known(3.0, 0.5, Minimum),
];

const CAMEL6: &[KnownPoint] = &[
    known(-1.7036067149699807, 0.7960835686726251, Minimum),
    known(-1.6380679841897787, -0.22867406904439408, Saddle),
    known(-1.6071047529201976, -0.5686514548841314, Minimum),
    known(-1.296070267167109, -0.6050843880386585, Saddle),
    known(-1.2302298765166524, -0.1623345844589949, Maximum),
    known(-1.1092053368047863, 0.7682680925095398, Saddle),
    known(-0.08984201310031806, 0.7126564030207396, Minimum),
    known(0.0, 0.0, Saddle),
    known(0.08984201310031806, -0.7126564030207396, Minimum),
    known(1.1092053368047863, -0.7682680925095398, Saddle),
    known(1.2302298765166524, 0.1623345844589949, Maximum),
    known(1.296070267167109, 0.6050843880386585, Saddle),
    known(1.6071047529201976, 0.5686514548841314, Minimum),
    known(1.6380679841897787, 0.22867406904439408, Saddle),
    known(1.7036067149699807, -0.7960835686726251, Minimum),
];

const GAUSS_SUM: &[KnownPoint] = &[
    known(-1.0412661658589528, 0.047657679721993106, Minimum),
    known(-0.23871024901194457, 1.7378163863256635, Minimum),
    known(-0.20965283815459915, 0.4391358226787835, Saddle),
    known(0.011400604642308318, -1.068607786355697, Maximum),
    known(0.2525311726321228, 1.2487460212371198, Saddle),
    known(1.0127496258493027, 0.5198413428069713, Minimum),
];
