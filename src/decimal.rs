//! Decimal numbers: reading and writing `f64`, correctly rounded.
//!
//! The standard library does the same faster, for 25 kB of download: its tables alone are 11 kB that no compression
//! makes smaller. Here one natural number of any size does both, in whole-number arithmetic.

use std::cmp::Ordering;

/// As many decimals as there are: more than any number has.
pub const ALL: i32 = 2_000;

/// A natural number, least significant word first.
#[derive(Clone)]
struct Natural(Vec<u32>);

impl Natural {
    /// m·2^shift.
    fn new(m: u64, shift: usize) -> Self {
        let mut words = vec![0; shift / 32];
        let wide = u128::from(m) << (shift % 32);
        words.extend([wide as u32, (wide >> 32) as u32, (wide >> 64) as u32]);
        let mut natural = Natural(words);
        natural.trim();
        natural
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// self·by + add.
    fn scale(&mut self, by: u32, add: u32) {
        let mut carry = u64::from(add);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(by);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// self·10^exponent.
    fn raise(&mut self, exponent: i32) {
        for _ in 0..exponent {
            self.scale(10, 0);
        }
    }

    fn bits(&self) -> i32 {
        self.0.last().map_or(0, |top| 32 * self.0.len() as i32 - top.leading_zeros() as i32)
    }

    fn compare(&self, other: &Self) -> Ordering {
        let length = self.0.len().cmp(&other.0.len());
        length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Takes `other` away, if it is not greater; says whether it did.
    fn take(&mut self, other: &Self) -> bool {
        if self.compare(other) == Ordering::Less {
            return false;
        }
        let mut borrow = false;
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        for (word, minus) in self.0.iter_mut().zip(others) {
            let (difference, a) = word.overflowing_sub(minus);
            let (difference, b) = difference.overflowing_sub(u32::from(borrow));
            *word = difference;
            borrow = a || b;
        }
        self.trim();
        true
    }
}

/// The number that a decimal text stands for, rounded to the nearest `f64`, ties to even: an optional sign, digits
/// with an optional point, an optional exponent. Nothing else is a number, infinities and NaN neither.
///
/// ```
/// use saddlescope::decimal::parse;
/// assert_eq!(parse("-1.5e-3"), Some(-0.0015));
/// assert_eq!(parse("1e999"), Some(f64::INFINITY));
/// assert_eq!(parse("one"), None);
/// ```
pub fn parse(text: &str) -> Option<f64> {
    /// As many digits as can matter; of the others, whether one is not zero.
    const MOST: usize = 800;
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (mut exponent, mut digits, mut point, mut some) = (whole(exponent)?, Vec::new(), false, false);
    for byte in mantissa.bytes() {
        match byte {
            b'.' if !point => point = true,
            b'0'..=b'9' => {
                some = true;
                if digits.len() >= MOST {
                    exponent += i32::from(!point);
                    if byte != b'0' && digits.len() == MOST {
                        digits.push(1);
                        exponent -= 1;
                    }
                    continue;
                }
                exponent -= i32::from(point);
                if byte != b'0' || !digits.is_empty() {
                    digits.push(u32::from(byte - b'0'));
                }
            }
            _ => return None,
        }
    }
    if !some {
        return None;
    }
    let value = nearest(&digits, exponent);
    Some(if negative { -value } else { value })
}

/// A whole number with an optional sign; beyond ±100,000 it stays there.
fn whole(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() {
        return None;
    }
    let size = digits.bytes().try_fold(0, |sum, byte| {
        byte.is_ascii_digit().then(|| (10 * sum + i32::from(byte - b'0')).min(100_000))
    })?;
    Some(if text.starts_with('-') { -size } else { size })
}

/// The `f64` nearest to digits·10^exponent.
fn nearest(digits: &[u32], exponent: i32) -> f64 {
    let magnitude = digits.len() as i32 + exponent;
    if digits.is_empty() || magnitude < -330 {
        return 0.0;
    }
    if magnitude > 310 {
        return f64::INFINITY;
    }
    if digits.len() <= 15 && exponent.abs() <= 22 {
        // Both are exact, so that the one operation rounds correctly.
        let whole = digits.iter().fold(0.0, |sum, &digit| 10.0 * sum + f64::from(digit));
        let power = (0..exponent.abs()).fold(1.0, |power, _| 10.0 * power);
        return if exponent < 0 { whole / power } else { whole * power };
    }
    let (mut n, mut d) = (Natural::new(0, 0), Natural::new(1, 0));
    digits.iter().for_each(|&digit| n.scale(10, digit));
    n.raise(exponent);
    d.raise(-exponent);
    // n/d = 2^e · (1 or more, less than 2).
    let mut e = n.bits() - d.bits();
    let shift = |natural: &mut Natural, by: i32| (0..by).for_each(|_| natural.scale(2, 0));
    shift(&mut d, e);
    shift(&mut n, -e);
    if n.compare(&d) == Ordering::Less {
        shift(&mut n, 1);
        e -= 1;
    }
    // 53 bits, or fewer below 2^−1022.
    let bits = 53.min(e + 1075);
    if bits < 0 {
        return 0.0;
    }
    let mut mantissa = 0_u64;
    for _ in 0..bits {
        mantissa = 2 * mantissa + u64::from(n.take(&d));
        n.scale(2, 0);
    }
    mantissa += match n.compare(&d) {
        Ordering::Less => 0,
        Ordering::Equal => mantissa & 1,
        Ordering::Greater => 1,
    };
    let last = e - bits + 1;
    mantissa as f64
        * f64::from_bits(if last < -1022 { 1 << (last + 1074) } else { ((last + 1023) as u64) << 52 })
}

/// The decimal digits of a number and the power of ten of the first, rounded half to even: `significant` digits, or
/// fewer so that no more than `decimals` stand after the point (none left if it rounds to zero). Zero and what is not
/// finite have no digits; the sign is left out.
///
/// ```
/// use saddlescope::decimal::digits;
/// assert_eq!(digits(-0.0127, 2, 99), ("13".into(), -2));
/// assert_eq!(digits(99.97, 17, 1), ("1000".into(), 2));
/// ```
pub fn digits(value: f64, significant: usize, decimals: i32) -> (String, i32) {
    let none = (String::new(), 0);
    if value == 0.0 || !value.is_finite() {
        return none;
    }
    let field = (value.abs().to_bits() >> 52) as i32;
    let fraction = value.to_bits() & ((1 << 52) - 1);
    let (m, e) = if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let (mut n, mut d) = (Natural::new(m, e.max(0) as usize), Natural::new(1, -e.min(0) as usize));
    // At most one below the power of ten of the first digit.
    let mut power = (f64::from(n.bits() - d.bits() - 1) * std::f64::consts::LOG10_2).floor() as i32;
    n.raise(-power);
    d.raise(power);
    let mut ten = d.clone();
    ten.scale(10, 0);
    if n.compare(&ten) != Ordering::Less {
        d = ten.clone();
        power += 1;
    }
    if n.compare(&d) == Ordering::Less {
        n.scale(10, 0);
        power -= 1;
    }
    let count = (significant as i32).min(power + 1 + decimals);
    if count < 0 {
        return none;
    }
    if count == 0 {
        d.scale(10, 0);
    }
    let mut out = vec![b'0'];
    for _ in 0..count {
        let mut digit = b'0';
        while n.take(&d) {
            digit += 1;
        }
        out.push(digit);
        n.scale(10, 0);
    }
    if count > 0 {
        d.scale(10, 0);
    }
    n.scale(2, 0);
    let odd = out.last().is_some_and(|digit| digit % 2 == 1);
    let up = match n.compare(&d) {
        Ordering::Less => false,
        Ordering::Equal => odd,
        Ordering::Greater => true,
    };
    if up {
        for digit in out.iter_mut().rev() {
            *digit = if *digit == b'9' { b'0' } else { *digit + 1 };
            if *digit != b'0' {
                break;
            }
        }
    }
    // The leading zero took what was carried.
    let carried = out.first() == Some(&b'1');
    if !carried && count == 0 {
        return none;
    }
    let kept =
        if carried && decimals <= 99 && (count as usize) < significant { count + 1 } else { count.max(1) };
    let start = usize::from(!carried);
    let text = out.iter().skip(start).take(kept as usize).map(|&digit| char::from(digit)).collect();
    (text, power + i32::from(carried))
}

/// Puts the decimal point among digits of which the first counts 10^power, with this many decimals at least; `-` before it if
/// negative.
pub fn plain(negative: bool, digits: &str, power: i32, decimals: i32) -> String {
    let mut out = String::from(if negative { "-" } else { "" });
    let all = digits.len() as i32;
    let last = (power - all + 1).min(-decimals).min(0);
    for place in (last..=power.max(0)).rev() {
        if place == -1 {
            out.push('.');
        }
        let digit = usize::try_from(power - place).ok().and_then(|at| digits.as_bytes().get(at));
        out.push(digit.map_or('0', |&digit| char::from(digit)));
    }
    out
}

/// A number with this many decimals: `{:.decimals$}`.
///
/// ```
/// use saddlescope::decimal::fixed;
/// assert_eq!(fixed(2.0 / 3.0, 2), "0.67");
/// assert_eq!(fixed(-1e3, 1), "-1000.0");
/// ```
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return shortest(value);
    }
    let (digits, power) = digits(value, 2_000, decimals as i32);
    plain(value.is_sign_negative(), &digits, power, decimals as i32)
}

/// The shortest text that reads back as the same number, with an exponent where the plain form would be long; `NaN`,
/// `inf`, `-inf`.
///
/// ```
/// use saddlescope::decimal::shortest;
/// assert_eq!(shortest(0.1 + 0.2), "0.30000000000000004");
/// assert_eq!(shortest(-2e-9), "-2e-9");
/// ```
pub fn shortest(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    let negative = value.is_sign_negative();
    let size = value.abs();
    if size.is_infinite() {
        return if negative { "-inf" } else { "inf" }.into();
    }
    let (mut figures, mut power) = short(size).unwrap_or_default();
    // Below 2^−1022 fewer digits may do.
    for count in if size < f64::MIN_POSITIVE { 1 } else { 15 }..=17 {
        if !figures.is_empty() || size == 0.0 {
            break;
        }
        let (trial, at) = digits(size, count, ALL);
        let values: Vec<u32> = trial.bytes().map(|byte| u32::from(byte - b'0')).collect();
        if count == 17 || nearest(&values, at + 1 - count as i32) == size {
            (figures, power) = (trial, at);
        }
    }
    let figures = figures.trim_end_matches('0');
    if (-7..16).contains(&power) || figures.is_empty() {
        return plain(negative, figures, power, 0);
    }
    [&plain(negative, figures, 0, 0), "e", &power.to_string()].concat()
}

/// A number that writes itself as [`shortest`] does. The build puts this in the place of the standard library's way to
/// write an `f64` (`xtask/src/snip.rs`), which comes in with plotters-canvas and is larger by 15 kB.
#[repr(transparent)]
pub struct Shortest(pub f64);

impl std::fmt::Display for Shortest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shortest(self.0))
    }
}

/// The digits of a number that has few: k/10^d with k below 10^15, found without long arithmetic.
fn short(size: f64) -> Option<(String, i32)> {
    let mut scale = 1.0;
    for decimals in 0..=15 {
        let k = (size * scale).round();
        if k >= 1e15 {
            break;
        }
        // Both are exact, so that the quotient is what the decimal reads as.
        if k >= 1.0 && k / scale == size {
            let figures = (k as u64).to_string();
            let power = figures.len() as i32 - 1 - decimals;
            return Some((figures, power));
        }
        scale *= 10.0;
    }
    None
}

/// The number rounded to this many significant digits.
pub fn round(value: f64, significant: usize) -> f64 {
    let (figures, power) = digits(value, significant, ALL);
    let values: Vec<u32> = figures.bytes().map(|byte| u32::from(byte - b'0')).collect();
    if values.is_empty() { value } else { nearest(&values, power + 1 - values.len() as i32).copysign(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of every kind: special ones, then bits at random.
    fn numbers() -> impl Iterator<Item = f64> {
        let special = [
            0.0,
            -0.0,
            1.0,
            0.1,
            0.3,
            9.5,
            99.5,
            0.5,
            1.5,
            2.5,
            0.05,
            0.25,
            1e15,
            1e16,
            1e17,
            123456.789,
            1e22,
            1e23,
            5e-324,
            2.2250738585072014e-308,
            2.225073858507201e-308,
            f64::MAX,
            f64::MIN_POSITIVE,
            f64::EPSILON,
            9007199254740993.0,
            0.1 + 0.2,
            8.41e21,
            2e-44,
            4.35,
            0.000001,
            1e-7,
        ];
        let mut state = 1_u64;
        let mut next = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            state ^ (state >> 29)
        };
        let random = (0..1500).map(move |k| match k % 3 {
            0 => f64::from_bits(next()),
            1 => (next() % 2_000_001) as f64 / 1000.0 - 1000.0,
            _ => (next() as f64 / 1e19) * 2f64.powi((next() % 80) as i32 - 40),
        });
        special.into_iter().chain(random).filter(|x| x.is_finite())
    }

    #[test]
    fn reading_agrees_with_the_standard_library() {
        for x in numbers() {
            for text in [format!("{x}"), format!("{x:e}"), format!("{x:.3}"), format!("{x:.20e}")] {
                assert_eq!(
                    parse(&text).map(f64::to_bits),
                    Some(text.parse::<f64>().unwrap().to_bits()),
                    "{text}"
                );
            }
        }
        for text in [
            "1.",
            ".5",
            "+3",
            "1e5",
            "1E+5",
            "00012.500",
            "0e99999999999",
            "1e-99999999999",
            "1e400",
            "-1e400",
            "1e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1.7976931348623159e308",
            "9007199254740993",
            "9007199254740993.0000000000000000000000000000000001",
            "0.000000000000000000000000000000000000000001e50",
        ] {
            assert_eq!(parse(text).map(f64::to_bits), Some(text.parse::<f64>().unwrap().to_bits()), "{text}");
        }
        let half = format!("9007199254740993.{}1", "0".repeat(900));
        assert_eq!(parse(&half), Some(9007199254740994.0));
        assert_eq!(parse(&"1".repeat(1200)), Some(f64::INFINITY));
        assert_eq!(parse(&format!("{}e-1190", "1".repeat(1200))), Some(1111111111.1111112));
        for text in
            ["", "-", ".", "e5", "1e", "1e+", "--1", "1_000", "inf", "nan", "0x10", "1.2.3", "1 ", "１"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn writing_agrees_with_the_standard_library() {
        for x in numbers() {
            for decimals in [0, 1, 2, 3, 10, 30] {
                assert_eq!(fixed(x, decimals), format!("{x:.decimals$}"));
            }
            for significant in [1, 2, 3, 6, 16, 17, 40] {
                let (figures, power) = digits(x, significant, ALL);
                let (first, rest) = figures.split_at(figures.len().min(1));
                let point = if rest.is_empty() { "" } else { "." };
                if x != 0.0 {
                    assert_eq!(
                        format!("{first}{point}{rest}e{power}"),
                        format!("{:.*e}", significant - 1, x.abs())
                    );
                }
            }
            let text = shortest(x);
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), x.to_bits(), "{text}");
            let exponential = format!("{x:e}");
            assert!(text == format!("{x}") || text == exponential, "{text} {exponential}");
            assert_eq!(round(x, 3).to_bits(), format!("{x:.2e}").parse::<f64>().unwrap().to_bits(), "{x}");
        }
        for (x, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (-f64::INFINITY, "-inf"), (1e16, "1e16")]
        {
            assert_eq!(shortest(x), text);
        }
        assert_eq!(fixed(f64::INFINITY, 2), "inf");
    }
}
