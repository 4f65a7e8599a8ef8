//! Panics without their messages. A panic ends in a trap, and the page shows its own message for that; the text that
//! Rust would print goes nowhere in a browser. Without it a tenth of the module is never called. And numbers without the
//! standard library's tables for writing them: we have our own way, which a dependency is made to use.

use walrus::ir::{Call, LocalGet, Unreachable, Value};
use walrus::{ConstExpr, DataKind, FunctionId, FunctionKind, Module};

/// What names of functions hold that begin a panic or serve it. wasm-bindgen has made the names readable by then.
const PANICS: [&str; 14] = [
    "::panicking::",
    "rust_panic",
    "rust_begin_unwind",
    "slice_index_fail",
    "slice_error_fail",
    "::unwrap_failed",
    "::expect_failed",
    "len_mismatch_fail",
    "panic_already_",
    "panic_access_error",
    "panic_on_ord_violation",
    "raw_vec::handle_error",
    "::capacity_overflow",
    // Messages alone are written by `Debug` (tests/tidy.rs sees to it), and that of `clamp` would bring in all of the
    // standard library's decimal numbers.
    "fmt::Debug>::fmt",
];

/// Makes every panic a trap at once, and blanks the places in the source that it would have named.
pub fn panics(module: &mut Module) {
    let named = |name: &str| PANICS.iter().any(|part| name.contains(part));
    for function in module.funcs.iter_mut() {
        let Some(name) = function.name.as_deref() else { continue };
        if !named(name) {
            continue;
        }
        if let FunctionKind::Local(local) = &mut function.kind {
            let entry = local.entry_block();
            let body = &mut local.block_mut(entry).instrs;
            body.clear();
            body.push((Unreachable {}.into(), Default::default()));
        }
    }
    walrus::passes::gc::run(module);
    let segments: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for id in segments {
        let data = module.data.get_mut(id);
        if let DataKind::Active { offset: ConstExpr::Value(Value::I32(base)), .. } = data.kind {
            blank_places(&mut data.value, base as usize);
        }
    }
}

/// Lets `{}` of an `f64` be written by `decimal::Shortest` wherever it stands: both take a reference to eight bytes and a
/// formatter. Call it before [`panics`], which drops what is left without a caller.
pub fn numbers(module: &mut Module) {
    let find = |part: &str| -> Option<FunctionId> {
        let is =
            |name: &str| name.contains(part) && name.contains("core") && name.contains("fmt::Display>::fmt");
        module.funcs.iter().find(|function| function.name.as_deref().is_some_and(is)).map(|found| found.id())
    };
    let (Some(theirs), Some(ours)) = (find("<f64 as "), find("::decimal::Shortest as ")) else { return };
    if let FunctionKind::Local(local) = &mut module.funcs.get_mut(theirs).kind {
        let [number, formatter] = local.args[..] else { return };
        let entry = local.entry_block();
        let body = &mut local.block_mut(entry).instrs;
        body.clear();
        body.push((LocalGet { local: number }.into(), Default::default()));
        body.push((LocalGet { local: formatter }.into(), Default::default()));
        body.push((Call { func: ours }.into(), Default::default()));
    }
}

/// Finds each `core::panic::Location` in the data (where its file name lies, how long it is, line, column) and blanks
/// both it and the name: nothing but a panic reads them.
fn blank_places(data: &mut [u8], base: usize) {
    let word = |data: &[u8], at: usize| {
        let bytes = data.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
    };
    let mut blank = Vec::new();
    // The linker places data at multiples of four.
    for at in (0..data.len().saturating_sub(15)).filter(|at| (at + base).is_multiple_of(4)) {
        let [start, length, line, column] = [0, 4, 8, 12].map(|offset| word(data, at + offset));
        let Some(start) = start.checked_sub(base) else { continue };
        let plausible =
            (4..250).contains(&length) && (1..100_000).contains(&line) && (1..1_000).contains(&column);
        let name = data.get(start..start + length);
        if plausible
            && name.is_some_and(|name| name.ends_with(b".rs") && name.iter().all(u8::is_ascii_graphic))
        {
            blank.extend([at..at + 16, start..start + length]);
        }
    }
    for range in blank {
        data[range].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_blanked_and_nothing_else_is() {
        let mut data = b"src/a.rskeep".to_vec();
        for number in [1000_u32, 8, 17, 5, 1000, 8, 0, 5, 1008, 4, 17, 5] {
            data.extend(number.to_le_bytes());
        }
        let mut blanked = data.clone();
        blanked[..8].fill(0);
        blanked[12..28].fill(0);
        blank_places(&mut data, 1000);
        assert_eq!(data, blanked);
    }
}
