//! The commands of the README: build, run, test, bench, shots.

fn main() {}
