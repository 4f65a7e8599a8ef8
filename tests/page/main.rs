//! The built page in real browsers, by `cargo xtask test page`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

mod course;
mod crowd;
mod everyone;
mod hosting;
mod labs;
mod links;
mod mishaps;
mod principles;
mod scope;
mod steps;
