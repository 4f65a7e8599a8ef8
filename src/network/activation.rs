//! What a unit does with its sum, for many examples at once, in loops that become vector instructions.

/// The activation of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// z.
    Linear,
    /// tanh z.
    Tanh,
    /// σ(z) = 1/(1 + e⁻ᶻ).
    Sigmoid,
    /// max(z, 0), with slope 0 at the kink.
    Relu,
}

impl Activation {
    /// Every activation.
    pub const ALL: [Activation; 4] =
        [Activation::Tanh, Activation::Sigmoid, Activation::Relu, Activation::Linear];

    /// The stable name.
    pub fn id(self) -> &'static str {
        match self {
            Activation::Linear => "linear",
            Activation::Tanh => "tanh",
            Activation::Sigmoid => "sigmoid",
            Activation::Relu => "relu",
        }
    }

    /// The activation of this name.
    pub fn from_id(id: &str) -> Option<Activation> {
        Self::ALL.into_iter().find(|a| a.id() == id)
    }

    /// Puts f(z) in place of z, and f′(z) into `slope`.
    pub(super) fn apply(self, z: &mut [f64], slope: &mut [f64]) {
        match self {
            Activation::Linear => slope.fill(1.0),
            Activation::Tanh => z.iter_mut().zip(slope).for_each(|(z, s)| {
                *z = tanh(*z);
                *s = 1.0 - *z * *z;
            }),
            Activation::Sigmoid => z.iter_mut().zip(slope).for_each(|(z, s)| {
                *z = sigmoid(*z);
                *s = *z * (1.0 - *z);
            }),
            Activation::Relu => z.iter_mut().zip(slope).for_each(|(z, s)| {
                // NaN stays NaN.
                *s = if *z > 0.0 { 1.0 } else { 0.0 };
                *z = if *z <= 0.0 { 0.0 } else { *z };
            }),
        }
    }

    /// f″(z) from f(z) and f′(z), into `bend`.
    pub(super) fn bend(self, value: &[f64], slope: &[f64], bend: &mut [f64]) {
        let both = bend.iter_mut().zip(value.iter().zip(slope));
        match self {
            Activation::Linear | Activation::Relu => bend.fill(0.0),
            Activation::Tanh => both.for_each(|(b, (a, s))| *b = -2.0 * a * s),
            Activation::Sigmoid => both.for_each(|(b, (a, s))| *b = s * (1.0 - 2.0 * a)),
        }
    }
}

/// 2^(j/8).
const EIGHTHS: [f64; 8] = [
    1.0,
    1.090_507_732_665_257_7,
    1.189_207_115_002_721,
    1.296_839_554_651_009_6,
    std::f64::consts::SQRT_2,
    1.542_210_825_407_940_7,
    1.681_792_830_507_429,
    1.834_008_086_409_342_4,
];

/// eˣ − 1 as `scale·p + (scale − 1)` with p = eʳ − 1 and x = (k/8)·log 2 + r: exact also where x is small. x within ±700.
///
/// Written out, since a loop over coefficients stays one where code is made small.
#[inline(always)]
fn parts(x: f64) -> (f64, f64) {
    // Adding 1.5·2⁵² rounds to an integer and leaves it in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    const HIGH: f64 = 0.693_147_180_369_123_8 / 8.0;
    const LOW: f64 = 1.908_214_929_270_587_7e-10 / 8.0;
    let t = x * (8.0 * std::f64::consts::LOG2_E) + ROUND;
    let k = t - ROUND;
    let r = (x - k * HIGH) - k * LOW;
    let bits = t.to_bits();
    let scale = f64::from_bits((bits >> 3 << 52).wrapping_add(1023 << 52)) * EIGHTHS[(bits & 7) as usize];
    // Taylor, to r⁸/8!: |r| ≤ (log 2)/16.
    let p = 1.0 / 5_040.0 + r * (1.0 / 40_320.0);
    let p = 1.0 / 720.0 + r * p;
    let p = 1.0 / 120.0 + r * p;
    let p = 1.0 / 24.0 + r * p;
    let p = 1.0 / 6.0 + r * p;
    let p = 1.0 + r * (0.5 + r * p);
    (r * p, scale)
}

#[inline(always)]
fn within(x: f64, limit: f64) -> f64 {
    let x = if x > limit { limit } else { x };
    if x < -limit { -limit } else { x }
}

/// tanh x = (e²ˣ − 1)/(e²ˣ + 1), to about 1e-15 of itself, however small x is.
#[inline(always)]
fn tanh(x: f64) -> f64 {
    let (p, scale) = parts(within(2.0 * x, 40.0));
    let e = scale * p + (scale - 1.0);
    e / (e + 2.0)
}

/// 1/(1 + e⁻ˣ).
#[inline(always)]
pub(super) fn sigmoid(x: f64) -> f64 {
    let (p, scale) = parts(within(-x, 700.0));
    1.0 / (1.0 + (scale * p + scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_and_sigmoid_agree_with_the_library() {
        for k in -4000..=4000 {
            let x = f64::from(k) * 0.0123 * (1.0 + f64::from(k % 7) * 0.01);
            for x in [x, x * 1e-3, x * 1e-18] {
                let (own, exact) = (tanh(x), x.tanh());
                assert!((own - exact).abs() <= 12.0 * f64::EPSILON * exact.abs(), "tanh {x}: {own} {exact}");
                let (own, exact) = (sigmoid(x), 1.0 / (1.0 + (-x).exp()));
                assert!((own - exact).abs() <= 12.0 * f64::EPSILON * exact, "sigmoid {x}: {own} {exact}");
            }
        }
        assert_eq!([tanh(1e300), tanh(f64::NEG_INFINITY), sigmoid(1e300)], [1.0, -1.0, 1.0]);
        assert!(tanh(f64::NAN).is_nan() && sigmoid(f64::NAN).is_nan());
        assert!(sigmoid(f64::NEG_INFINITY) < 1e-300);
    }

    #[test]
    fn slopes_and_bends_are_derivatives() {
        let h = 1e-5;
        for activation in Activation::ALL {
            for z in [-3.0, -0.4, 0.3, 2.0] {
                let at = |z: f64| {
                    let (mut value, mut slope, mut bend) = ([z], [0.0], [0.0]);
                    activation.apply(&mut value, &mut slope);
                    activation.bend(&value, &slope, &mut bend);
                    [value[0], slope[0], bend[0]]
                };
                let ([below, here, above], near) = ([at(z - h), at(z), at(z + h)], |a: f64, b: f64| {
                    assert!((a - b).abs() < 1e-9, "{activation:?} at {z}: {a} {b}");
                });
                near((above[0] - below[0]) / (2.0 * h), here[1]);
                near((above[1] - below[1]) / (2.0 * h), here[2]);
            }
        }
    }
}
