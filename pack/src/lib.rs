//! Compression of a WebAssembly module by context mixing, a quarter smaller than deflate; `www/unpack.js` unpacks.
//!
//! Each bit is predicted from several contexts: what followed when the same bytes, or the same instructions, stood
//! before. The predictions are mixed by weights that learn, and an arithmetic coder spends −log₂ p bits on what came.
//! The unpacker makes the same predictions from what it has unpacked so far, so that both must compute alike to the
//! last digit: whole numbers, and of floating point only + − × ÷, which every machine rounds alike.
//!
//! The mixing is that of M. Mahoney's lpaq (2007), the contexts are our own: [`place`] knows what a byte means.

mod place;

use place::Place;

/// Slots for predictions, as a power of two.
const SLOT_BITS: u32 = 21;
/// Contexts looked up for each bit.
const CONTEXTS: usize = 4;
/// What is mixed: the contexts, the longest match, and a constant.
const INPUTS: usize = CONTEXTS + 2;
/// How fast weights learn.
const RATE: f64 = 0.02;
/// Places of the last occurrence of five bytes, as a power of two.
const MATCH_BITS: u32 = 18;
/// Longer matches count as this long.
const LONGEST: usize = 31;
/// Steps per unit of the logistic function's table, which ends at ±12.
const STEPS: usize = 128;

/// What has been seen so far, and what it predicts.
struct Model {
    /// Lines of sixteen: a check of whose they are, then for each of the bits of a nibble twelve bits of the
    /// probability of a one and four that count.
    slots: Vec<u16>,
    weights: Vec<f64>,
    /// The probability that a match of each length holds, and how often it was asked.
    trust: Vec<[f64; 2]>,
    last: Vec<u32>,
    squash: Vec<f64>,
    stretch: Vec<f64>,
    place: Place,
    bytes: Vec<u8>,
    contexts: [u32; CONTEXTS],
    at: [usize; CONTEXTS],
    inputs: [f64; INPUTS],
    weight: usize,
    /// Where the matching text goes on, and how long it has matched.
    matched: (usize, usize),
    /// What the match says of the next bit.
    expected: Option<i32>,
    /// The bits of the present byte so far, after a one.
    partial: usize,
    probability: f64,
}

impl Model {
    fn new() -> Self {
        // 1/(1 + e⁻ˣ) in steps of 1/128 from −12 on; powers by multiplication, the same on every machine.
        let mut power = 162_754.791_419_003_92;
        let squash: Vec<f64> = (0..=24 * STEPS)
            .map(|_| {
                let value = 1.0 / (1.0 + power);
                power *= 0.992_217_938_260_243_5;
                value
            })
            .collect();
        let mut step = 0;
        let stretch = (0..4096)
            .map(|k| {
                while step < 24 * STEPS && squash[step] < (f64::from(k) + 0.5) / 4096.0 {
                    step += 1;
                }
                step as f64 / STEPS as f64 - 12.0
            })
            .collect();
        let mut model = Model {
            slots: vec![1 << 15; 1 << SLOT_BITS],
            weights: vec![0.3; place::KINDS * 256 * INPUTS],
            trust: vec![[0.5, 0.0]; LONGEST + 1],
            last: vec![0; 1 << MATCH_BITS],
            squash,
            stretch,
            place: Place::default(),
            bytes: Vec::new(),
            contexts: [0; CONTEXTS],
            at: [0; CONTEXTS],
            inputs: [0.0; INPUTS],
            weight: 0,
            matched: (0, 0),
            expected: None,
            partial: 1,
            probability: 0.5,
        };
        model.find_contexts();
        model.predict();
        model
    }

    /// The byte `back` bytes before the next one.
    fn before(&self, back: usize) -> u32 {
        self.bytes
            .len()
            .checked_sub(back)
            .and_then(|at| self.bytes.get(at))
            .map_or(0, |byte| u32::from(*byte))
    }

    /// The contexts of the next byte.
    fn find_contexts(&mut self) {
        let (kind, [a, b, c], part) = (self.place.kind(), self.place.operations, self.place.part);
        let [one, two] = [1, 2].map(|back| self.before(back));
        let mix = |x: u32, y: u32| x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b).rotate_left(13);
        self.contexts = [
            mix(kind << 10 | a, part),
            mix(c << 20 | b << 10 | a, part << 5 | kind).wrapping_add(1),
            mix(kind << 8 | one, 2),
            mix(kind << 16 | two << 8 | one, 3),
        ];
    }

    /// The slots of the next four bits: one line of memory for each context.
    fn find_slots(&mut self) {
        for (at, context) in self.at.iter_mut().zip(self.contexts) {
            let hash = (context ^ (self.partial as u32).wrapping_mul(0xc2b2_ae35)).wrapping_mul(0x27d4_eb2f);
            let hash = (hash ^ hash >> 15).wrapping_mul(0x9e37_79b1);
            *at = (hash >> (32 - SLOT_BITS)) as usize & !15;
            let line = &mut self.slots[*at..*at + 16];
            if line[0] != hash as u16 {
                line.fill(1 << 15);
                line[0] = hash as u16;
            }
        }
    }

    /// How the bits of the present nibble so far are numbered.
    fn nibble(&self) -> usize {
        let low = 1 << (self.partial.ilog2() & 3);
        low | self.partial & (low - 1)
    }

    fn predict(&mut self) {
        if self.partial == 1 || (16..32).contains(&self.partial) {
            self.find_slots();
        }
        let nibble = self.nibble();
        for (input, at) in self.inputs.iter_mut().zip(self.at) {
            let slot = self.slots[at + nibble];
            *input = if slot & 15 == 0 { 0.0 } else { self.stretch[(slot >> 4) as usize] };
        }
        let (from, length) = self.matched;
        let expected =
            if length > 0 { self.bytes.get(from).map_or(0, |byte| 256 | usize::from(*byte)) } else { 0 };
        let seen = self.partial.ilog2();
        self.expected =
            (expected >> (8 - seen) == self.partial).then_some((expected >> (7 - seen) & 1) as i32);
        self.inputs[CONTEXTS] = match self.expected {
            None => 0.0,
            Some(bit) => {
                let strength = self.stretch[(self.trust[length.min(LONGEST)][0] * 4096.0) as usize];
                if bit == 1 { strength } else { -strength }
            }
        };
        self.inputs[CONTEXTS + 1] = 0.3;
        self.weight = (self.place.kind() as usize * 256 + self.partial) * INPUTS;
        let weights = &self.weights[self.weight..self.weight + INPUTS];
        let mut sum = 0.0;
        for (weight, input) in weights.iter().zip(self.inputs) {
            sum += weight * input;
        }
        let along = (sum.clamp(-11.99, 11.99) + 12.0) * STEPS as f64;
        let step = along as usize;
        let [low, high] = [self.squash[step], self.squash[step + 1]];
        self.probability =
            (low + (high - low) * (along - step as f64)).clamp(1.0 / 65536.0, 1.0 - 1.0 / 65536.0);
    }

    /// Learns what the bit was.
    fn update(&mut self, bit: i32) {
        let error = (f64::from(bit) - self.probability) * RATE;
        for (weight, input) in self.weights[self.weight..].iter_mut().zip(self.inputs) {
            *weight += error * input;
        }
        let nibble = self.nibble();
        for at in self.at {
            let slot = &mut self.slots[at + nibble];
            let (p, n) = (i32::from(*slot >> 4), i32::from(*slot & 15));
            let p = p + (((bit * 4095 - p) * (65536 / (2 * n + 3))) >> 15);
            *slot = (p << 4 | (n + 1).min(15)) as u16;
        }
        if let Some(expected) = self.expected {
            let [held, asked] = &mut self.trust[self.matched.1.min(LONGEST)];
            *asked = (*asked + 1.0).min(60.0);
            let hit = if expected == bit { 1.0 } else { 0.0 };
            *held = (*held + (hit - *held) / (*asked + 1.5)).clamp(0.001, 0.9995);
        }
        self.partial = self.partial << 1 | bit as usize;
        if self.partial >= 256 {
            self.end_byte((self.partial & 255) as u8);
        }
        self.predict();
    }

    fn end_byte(&mut self, byte: u8) {
        let (from, length) = self.matched;
        let goes_on = length > 0 && self.bytes.get(from) == Some(&byte);
        self.matched = if goes_on { (from + 1, length + 1) } else { (0, 0) };
        self.bytes.push(byte);
        self.place.pass(byte);
        self.partial = 1;
        let end = self.bytes.len();
        let five = (1..=5).fold(0_u32, |hash, back| (hash ^ self.before(back)).wrapping_mul(0x0100_0193));
        let slot = &mut self.last[(five.wrapping_mul(0x9e37_79b1) >> (32 - MATCH_BITS)) as usize];
        if self.matched.1 == 0 && *slot > 0 {
            let from = *slot as usize;
            let length = (0..LONGEST)
                .take_while(|k| *k < from && self.bytes[from - 1 - k] == self.bytes[end - 1 - k])
                .count();
            self.matched = (from, length);
        }
        *slot = end as u32;
        self.find_contexts();
    }
}

/// Where the arithmetic coder divides its interval: up to there a one, beyond it a zero.
fn division(low: u32, high: u32, probability: f64) -> u32 {
    low + (f64::from(high - low) * probability) as u32
}

/// Packs bytes: a WebAssembly module well, anything else correctly.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut model = Model::new();
    let (mut low, mut high) = (0, u32::MAX);
    let mut out = Vec::new();
    for byte in bytes {
        for place in (0..8).rev() {
            let bit = i32::from(byte >> place & 1);
            let middle = division(low, high, model.probability);
            if bit == 1 {
                high = middle;
            } else {
                low = middle + 1;
            }
            while low >> 24 == high >> 24 {
                out.push((high >> 24) as u8);
                low <<= 8;
                high = high << 8 | 255;
            }
            model.update(bit);
        }
    }
    out.extend(high.to_be_bytes());
    out
}

/// Unpacks `size` bytes.
pub fn unpack(packed: &[u8], size: usize) -> Vec<u8> {
    let mut model = Model::new();
    let (mut low, mut high) = (0, u32::MAX);
    let mut rest = packed.iter().copied().chain(std::iter::repeat(0));
    let mut next = move || u32::from(rest.next().unwrap_or(0));
    let mut code = (0..4).fold(0, |code, _| code << 8 | next());
    while model.bytes.len() < size {
        let middle = division(low, high, model.probability);
        let bit = code <= middle;
        if bit {
            high = middle;
        } else {
            low = middle + 1;
        }
        while low >> 24 == high >> 24 {
            low <<= 8;
            high = high << 8 | 255;
            code = code << 8 | next();
        }
        model.update(i32::from(bit));
    }
    model.bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut state = 1_u32;
        let noise: Vec<u8> = (0..5000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        let text = b"A saddle is not a dead end. ".repeat(200);
        // Looks like a module, and is none.
        let odd = [b"\0asm\x01\0\0\0\x0a\xff\xff\xff\xff\x7f\x03\x05\x00\x41\x80\x80\x0b".as_slice(), &noise]
            .concat();
        for (bytes, most) in [(Vec::new(), 4), (vec![7], 8), (noise, 5200), (text, 200), (odd, 5300)] {
            let packed = pack(&bytes);
            assert!(packed.len() <= most, "{} of {}", packed.len(), bytes.len());
            assert!(unpack(&packed, bytes.len()) == bytes);
        }
    }
}
