//! Times the kernels natively, all or those named, and prints `name nanoseconds checksum`, one a line. Run by
//! `cargo xtask bench`.

use saddlescope_benches::{KERNELS, kernel};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let names = if named.is_empty() { KERNELS.map(String::from).into() } else { named };
    for name in &names {
        let time = |times: u32| {
            let start = Instant::now();
            black_box(kernel(black_box(name), black_box(times)));
            start.elapsed().as_nanos() as f64
        };
        // As many as take 50 ms, then the best of nine: what else the machine does can only add time.
        let mut times = 1;
        while time(times) < 50e6 {
            times *= 2;
        }
        let best = (0..9).map(|_| time(times)).fold(f64::INFINITY, f64::min);
        println!("{name} {} {}", best / f64::from(times), kernel(name, 10));
    }
}
