//! The WebAssembly module as few bytes: its code taken apart into streams of one kind each, and all of it through LZMA,
//! with the style sheet and the texts behind it.
//! `www/element/unpack.js` puts it together again. What a general compressor sees of WebAssembly is a mixture of
//! operations, local variables, offsets and constants; each of them alone repeats itself far more.
//!
//! What is packed, all in one LZMA stream (lc 2, lp 0, pb 0, no end mark; instead of a header four bytes that say how long
//! it becomes):
//!
//! 1. a table of unsigned LEB128 numbers: the length of the module; of all before the code section, and after it; how many
//!    functions there are; then the lengths of the [`STREAMS`] streams in their order;
//! 2. the bytes before the code section, and those after it;
//! 3. the streams: operations (with block types, alignments and what is rare), offsets of memory, calls, branches, local
//!    variables, floating-point constants, the declarations of local variables, and 256 of integer constants, by the
//!    operation that comes next;
//! 4. the texts, as JSON.
//!
//! A local variable is written as its rank among those used most recently in its function.

use anyhow::{Context, Result, bail};
use lzma_rust2::{EncodeMode, LzmaOptions, LzmaWriter, MfType};
use std::io::Write;

/// How many streams there are.
pub const STREAMS: usize = 7 + 256;

const OPERATIONS: usize = 0;
const OFFSETS: usize = 1;
const CALLS: usize = 2;
const BRANCHES: usize = 3;
const LOCALS: usize = 4;
const FLOATS: usize = 5;
const DECLARATIONS: usize = 6;
const INTEGERS: usize = 7;

/// The number of the code section.
const CODE: u8 = 10;

/// Takes a module apart and compresses it with the texts.
///
/// # Errors
/// When it is no module, or has an instruction that is not known here.
pub fn pack(wasm: &[u8], texts: &str) -> Result<Vec<u8>> {
    let mut flat = take_apart(wasm)?;
    flat.extend(texts.bytes());
    compress(&flat)
}

/// LZMA as `www/element/unpack.js` reads it.
fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let options = LzmaOptions {
        dict_size: 1 << 23,
        lc: 2,
        lp: 0,
        pb: 0,
        mode: EncodeMode::Normal,
        nice_len: 273,
        mf: MfType::Bt4,
        depth_limit: 1000,
        preset_dict: None,
    };
    let length = u32::try_from(bytes.len()).context("too much to pack")?.to_le_bytes().to_vec();
    let mut writer = LzmaWriter::new(length, &options, false, false, Some(bytes.len() as u64))?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

fn take_apart(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader { bytes: wasm, at: 8 };
    // Sections: a number, a length, so many bytes.
    let (before, code) = loop {
        let start = reader.at;
        let section = reader.byte().context("a module without code")?;
        let length = reader.leb()? as usize;
        if section == CODE {
            break (start, reader.take(length)?);
        }
        reader.take(length)?;
    };
    let after = reader.at;
    let mut code = Reader { bytes: code, at: 0 };
    let count = code.leb()?;
    let mut streams = vec![Vec::new(); STREAMS];
    for _ in 0..count {
        let length = code.leb()? as usize;
        let body = code.take(length)?;
        function(&mut Reader { bytes: body, at: 0 }, &mut streams)?;
    }
    let mut out = Vec::new();
    let lengths = [wasm.len(), before, wasm.len() - after, count as usize];
    lengths.into_iter().chain(streams.iter().map(Vec::len)).for_each(|length| write_leb(&mut out, length));
    out.extend(&wasm[..before]);
    out.extend(&wasm[after..]);
    out.extend(streams.concat());
    Ok(out)
}

/// Takes one function apart: its declarations, then instructions to the end.
fn function(body: &mut Reader, streams: &mut [Vec<u8>]) -> Result<()> {
    for _ in 0..body.copy_leb(&mut streams[DECLARATIONS])? {
        body.copy_leb(&mut streams[DECLARATIONS])?;
        body.copy(1, &mut streams[DECLARATIONS])?;
    }
    let mut recent = Recent::default();
    while body.at < body.bytes.len() {
        let operation = body.byte()?;
        streams[OPERATIONS].push(operation);
        match operation {
            // unreachable, nop, else, end, return, drop, select; comparisons, arithmetic, conversions
            0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => {}
            // block, loop, if; global.get and .set, table.get and .set, memory.size and .grow, ref.null, ref.func
            0x02..=0x04 | 0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => {
                body.copy_leb(&mut streams[OPERATIONS])?;
            }
            // select with types
            0x1c => {
                for _ in 0..body.copy_leb(&mut streams[OPERATIONS])? {
                    body.copy(1, &mut streams[OPERATIONS])?;
                }
            }
            // br, br_if
            0x0c | 0x0d => drop(body.copy_leb(&mut streams[BRANCHES])?),
            // br_table
            0x0e => {
                for _ in 0..=body.copy_leb(&mut streams[BRANCHES])? {
                    body.copy_leb(&mut streams[BRANCHES])?;
                }
            }
            // call, call_indirect
            0x10 => drop(body.copy_leb(&mut streams[CALLS])?),
            0x11 => {
                body.copy_leb(&mut streams[CALLS])?;
                body.copy_leb(&mut streams[CALLS])?;
            }
            // local.get, .set, .tee
            0x20..=0x22 => {
                let rank = recent.rank(body.leb()? as usize);
                write_leb(&mut streams[LOCALS], rank);
            }
            // loads and stores
            0x28..=0x3e => {
                body.copy_leb(&mut streams[OPERATIONS])?;
                body.copy_leb(&mut streams[OFFSETS])?;
            }
            // i32.const, i64.const
            0x41 | 0x42 => {
                let mut number = Vec::new();
                body.copy_leb(&mut number)?;
                let next = body.bytes.get(body.at).context("a function that ends in a constant")?;
                streams[INTEGERS + usize::from(*next)].extend(number);
            }
            0x43 => body.copy(4, &mut streams[FLOATS])?,
            0x44 => body.copy(8, &mut streams[FLOATS])?,
            0xfc => bulk(body, streams)?,
            0xfd => vector(body, streams)?,
            other => {
                bail!("WebAssembly with the operation {other:#x}, which xtask/src/pack.rs does not know")
            }
        }
    }
    Ok(())
}

/// Saturating conversions, operations on whole ranges of memory and tables: all of it stays together.
fn bulk(body: &mut Reader, streams: &mut [Vec<u8>]) -> Result<()> {
    let numbers = match body.copy_leb(&mut streams[OPERATIONS])? {
        0..=7 => 0,
        9 | 11 | 13 | 15..=17 => 1,
        8 | 10 | 12 | 14 => 2,
        other => bail!("WebAssembly with the operation 0xfc {other}, which xtask/src/pack.rs does not know"),
    };
    for _ in 0..numbers {
        body.copy_leb(&mut streams[OPERATIONS])?;
    }
    Ok(())
}

/// Operations on vectors.
fn vector(body: &mut Reader, streams: &mut [Vec<u8>]) -> Result<()> {
    let operation = body.copy_leb(&mut streams[OPERATIONS])?;
    match operation {
        // Loads and stores, whole and of one lane.
        0..=11 | 84..=93 => {
            body.copy_leb(&mut streams[OPERATIONS])?;
            body.copy_leb(&mut streams[OFFSETS])?;
            if operation < 92 && operation > 83 {
                body.copy(1, &mut streams[OPERATIONS])?;
            }
        }
        // A constant; the lanes of a shuffle.
        12 | 13 => body.copy(16, &mut streams[FLOATS])?,
        // A lane taken out or put in.
        21..=34 => body.copy(1, &mut streams[OPERATIONS])?,
        _ => {}
    }
    Ok(())
}

/// The local variables of a function, the one used last first; those not used yet follow in their order.
#[derive(Default)]
struct Recent(Vec<usize>);

impl Recent {
    /// Where a variable stands; then it stands first.
    fn rank(&mut self, local: usize) -> usize {
        self.0.extend(self.0.len()..=local);
        let rank = self.0.iter().position(|other| *other == local).unwrap_or(0);
        self.0[..=rank].rotate_right(1);
        rank
    }
}

fn write_leb(out: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A place in bytes.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.get(..count));
        self.at += count;
        taken.context("WebAssembly that ends too early")
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn copy(&mut self, count: usize, to: &mut Vec<u8>) -> Result<()> {
        to.extend(self.take(count)?);
        Ok(())
    }

    /// An unsigned LEB128 number.
    fn leb(&mut self) -> Result<u64> {
        self.copy_leb(&mut Vec::new())
    }

    /// A LEB128 number, copied as it is; the answer is right for unsigned ones.
    fn copy_leb(&mut self, to: &mut Vec<u8>) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            to.push(byte);
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(number);
            }
        }
        bail!("a number without an end in WebAssembly")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module of one function with these instructions, and something after the code.
    fn module(body: &[u8]) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([CODE, body.len() as u8 + 2, 1, body.len() as u8]);
        wasm.extend(body);
        wasm.extend([0, 2, 1, b'x']);
        wasm
    }

    #[test]
    fn instructions_go_to_their_streams() {
        // One i32; local.get 3, local.get 3, i32.const 200, i32.add, f64.load offset 9, call 5, end.
        let wasm = module(&[1, 1, 0x7f, 0x20, 3, 0x20, 3, 0x41, 0xc8, 1, 0x6a, 0x2b, 3, 9, 0x10, 5, 0x0b]);
        let flat = take_apart(&wasm).unwrap();
        let mut reader = Reader { bytes: &flat, at: 0 };
        let lengths: Vec<usize> = (0..4 + STREAMS).map(|_| reader.leb().unwrap() as usize).collect();
        assert_eq!(lengths[..4], [wasm.len(), 8, 4, 1]);
        assert_eq!(reader.take(12).unwrap(), b"\0asm\x01\0\0\0\0\x02\x01x");
        let streams: Vec<&[u8]> = lengths[4..].iter().map(|length| reader.take(*length).unwrap()).collect();
        assert_eq!(reader.at, flat.len());
        assert_eq!(streams[OPERATIONS], [0x20, 0x20, 0x41, 0x6a, 0x2b, 3, 0x10, 0x0b]);
        assert_eq!([streams[OFFSETS], streams[CALLS], streams[BRANCHES]], [&[9][..], &[5], &[]]);
        // The second time it is the one used last.
        assert_eq!(streams[LOCALS], [3, 0]);
        assert_eq!(streams[DECLARATIONS], [1, 1, 0x7f]);
        assert_eq!(streams[INTEGERS + 0x6a], [0xc8, 1]);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let refused = |wasm: &[u8]| pack(wasm, "{}").unwrap_err().to_string();
        assert!(refused(&module(&[0, 0x12, 0, 0x0b])).contains("operation 0x12"));
        assert!(refused(&module(&[0, 0x41])).contains("too early"));
        assert!(refused(b"\0asm\x01\0\0\0").contains("without code"));
    }
}
