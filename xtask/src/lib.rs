//! The commands of the README as a library, so that `tests/page` can use the browser driver too.

pub mod bench;
pub mod build;
pub mod bundle;
pub mod command;
pub mod hosts;
pub mod install;
pub mod pack;
pub mod serve;
pub mod shots;
pub mod snip;
pub mod strip;
pub mod suite;
pub mod webdriver;
