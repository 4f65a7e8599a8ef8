//! The mathematics and the drawing of Saddlescope: the modules of `saddlescope` that know nothing of labs, as a package
//! of their own, so that Cargo can compile them for speed and all the rest for size. `saddlescope` gives them out again
//! under their own names; its crate documentation has the conventions and the map.

pub mod critical;
pub mod decimal;
pub mod derivative;
pub mod error;
pub mod figure;
pub mod loss;
pub mod network;
pub mod number;
pub mod optimizer;
pub mod order;
pub mod phrase;
