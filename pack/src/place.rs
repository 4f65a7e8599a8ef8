//! What the next byte of a WebAssembly module means: an operation, the number of a local, an offset, text.

/// How many kinds of bytes there are.
pub const KINDS: usize = 32;

/// Kinds of bytes. Those from `BLOCK` on are operands.
const FRAME: u8 = 0;
const SECTION: u8 = 1;
const LENGTH: u8 = 2;
const DATA: u8 = 3;
const COUNT: u8 = 4;
const SIZE: u8 = 5;
const LOCALS: u8 = 6;
const LOCAL_COUNT: u8 = 7;
const LOCAL_TYPE: u8 = 8;
const OPERATION: u8 = 9;
const BLOCK: u8 = 10;
const LOCAL: u8 = 11;
const GLOBAL: u8 = 12;
const FUNCTION: u8 = 13;
const DEPTH: u8 = 14;
const TARGETS: u8 = 15;
const ALIGN: u8 = 16;
const OFFSET: u8 = 17;
const WHOLE: u8 = 18;
const LONG: u8 = 19;
const FLOAT: u8 = 20;
const LANE: u8 = 21;
const PREFIXED: u8 = 22;

/// Where in a module the next byte stands. A text that is no module is read as something or other, at no cost but size.
#[derive(Default)]
pub struct Place {
    /// What the next byte is, outside the operands of an operation.
    state: u8,
    /// The operands still to come, last first.
    operands: Vec<u8>,
    /// The last operations, latest first.
    pub operations: [u32; 3],
    /// What is known of a number of several bytes.
    pub part: u32,
    shift: u32,
    /// Bytes left of the section's frame or the function, functions left of the section, groups of locals left.
    left: u32,
    functions: u32,
    groups: u32,
    section: u8,
    seen: u32,
}

impl Place {
    /// What the next byte is.
    pub fn kind(&self) -> u32 {
        u32::from(self.operands.last().copied().unwrap_or(self.state))
    }

    /// Adds a byte to the number under way; gives it when it is whole.
    fn number(&mut self, byte: u8) -> Option<u32> {
        self.part |= u32::from(byte & 127).wrapping_shl(self.shift);
        self.shift += 7;
        if byte > 127 {
            return None;
        }
        self.shift = 0;
        Some(std::mem::take(&mut self.part))
    }

    /// Goes on by a byte.
    pub fn pass(&mut self, byte: u8) {
        match self.state {
            FRAME => {
                self.seen += 1;
                if self.seen == 8 {
                    self.state = SECTION;
                }
            }
            SECTION => (self.section, self.state) = (byte, LENGTH),
            LENGTH => {
                if let Some(length) = self.number(byte) {
                    self.left = length;
                    self.state = match (self.section, length) {
                        (10, _) => COUNT,
                        (_, 0) => SECTION,
                        _ => DATA,
                    };
                }
            }
            DATA => {
                self.left -= 1;
                if self.left == 0 {
                    self.state = SECTION;
                }
            }
            COUNT => {
                if let Some(count) = self.number(byte) {
                    self.functions = count;
                    self.state = SIZE;
                }
            }
            SIZE => {
                if let Some(size) = self.number(byte) {
                    self.left = size;
                    self.state = LOCALS;
                    self.operations = [0; 3];
                }
            }
            _ => {
                self.function(byte);
                self.left = self.left.wrapping_sub(1);
                if self.left == 0 {
                    self.functions = self.functions.wrapping_sub(1);
                    self.state = if self.functions == 0 { SECTION } else { SIZE };
                    self.operands.clear();
                    (self.part, self.shift) = (0, 0);
                }
            }
        }
    }

    /// A byte of a function.
    fn function(&mut self, byte: u8) {
        match self.state {
            LOCALS => {
                if let Some(groups) = self.number(byte) {
                    self.groups = groups;
                    self.state = if groups == 0 { OPERATION } else { LOCAL_COUNT };
                }
            }
            LOCAL_COUNT => {
                if self.number(byte).is_some() {
                    self.state = LOCAL_TYPE;
                }
            }
            LOCAL_TYPE => {
                self.groups -= 1;
                self.state = if self.groups == 0 { OPERATION } else { LOCAL_COUNT };
            }
            _ => self.instruction(byte),
        }
    }

    /// A byte of an instruction.
    fn instruction(&mut self, byte: u8) {
        match self.operands.last() {
            None => {
                let [a, b, _] = self.operations;
                self.operations = [u32::from(byte), a, b];
                self.operands.extend_from_slice(operands(byte));
            }
            Some(&(BLOCK | LANE | FLOAT | ALIGN)) => {
                self.operands.pop();
            }
            Some(&kind) => {
                if let Some(number) = self.number(byte) {
                    self.operands.pop();
                    if kind == PREFIXED {
                        let first = self.operations[0] & 1;
                        self.operations[0] = 256 + (number & 255) + 256 * first;
                        self.operands.extend_from_slice(prefixed(first == 1, number));
                    } else if kind == TARGETS {
                        self.operands.extend(std::iter::repeat_n(DEPTH, number.min(4096) as usize + 1));
                    }
                }
            }
        }
    }
}

/// The operands of an operation, last first.
fn operands(operation: u8) -> &'static [u8] {
    match operation {
        0x02..=0x04 => &[BLOCK],
        0x0c | 0x0d => &[DEPTH],
        0x0e => &[TARGETS],
        0x10 | 0xd2 => &[FUNCTION],
        0x11 => &[GLOBAL, FUNCTION],
        0x1c => &[LANE, LANE],
        0x20..=0x22 => &[LOCAL],
        0x23..=0x26 => &[GLOBAL],
        0x28..=0x3e => &[OFFSET, ALIGN],
        0x3f | 0x40 | 0xd0 => &[LANE],
        0x41 => &[WHOLE],
        0x42 => &[LONG],
        0x43 => &[FLOAT; 4],
        0x44 => &[FLOAT; 8],
        0xfc | 0xfd => &[PREFIXED],
        _ => &[],
    }
}

/// The operands of an operation of several bytes: of vectors (after 0xfd), or of memory and tables (after 0xfc).
fn prefixed(vector: bool, operation: u32) -> &'static [u8] {
    match (vector, operation) {
        (true, 0..=11 | 92 | 93) => &[OFFSET, ALIGN],
        (true, 84..=91) => &[LANE, OFFSET, ALIGN],
        (true, 12 | 13) => &[LANE; 16],
        (true, 21..=34) | (false, 9 | 11 | 13 | 15..=17) => &[LANE],
        (false, 8 | 10 | 12 | 14) => &[LANE; 2],
        _ => &[],
    }
}
