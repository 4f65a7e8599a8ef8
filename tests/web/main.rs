//! In a browser, by wasm-pack: the numbers agree with the oracles as they do natively, and the script as it is shipped
//! (`cargo xtask build` first) draws, obeys, survives and lets go.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

mod browser;
mod element;
mod faults;
mod numbers;

// Once for the whole program.
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
