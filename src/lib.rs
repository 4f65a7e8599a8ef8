//! Saddlescope: live figures that teach why training stops and what to do about it.
//!
//! # Conventions
//!
//! - All numbers are `f64`; a point is θ = (w₁, w₂), also written (x, y).
//! - Eigenvalues are ascending; eigenvectors have length 1 and their first non-zero component is positive.
//! - An optimiser's step Δθ is *added*. t counts from 0 in schedules and from 1 in bias corrections.
//! - y points up in data and down in pixels. Pixels are CSS pixels unless a name says otherwise.
//! - Angles are radians inside, degrees on sliders.
//! - NaN and divergence are results to show, not errors.
//!
//! # Modules
//!
//! Data flows one way; a module imports only from those above it in this list (`tests/tidy.rs` checks it).
//!
//! | module | holds |
//! |---|---|
//! | [`decimal`] | reading and writing numbers |
//! | [`order`] | sorting, and the value at a rank |
//! | [`phrase`] | a text key with typed arguments, the words of a language, number formats |
//! | [`error`] | the one error type, with stable codes |
//! | [`number`] | the number types a loss is evaluated on |
//! | [`loss`] | what is minimised: named landscapes, typed formulas, linear models on data |
//! | [`derivative`] | from a loss to value, gradient, Hessian, Taylor series; checks of a gradient |
//! | [`critical`] | eigenpairs, the verdict on a point, the nearest critical point, all of them in a view |
//! | [`optimizer`] | methods, learning-rate schedules, and the runs they make |
//! | [`network`] | fully connected networks: back-propagation, Hessians, spectra |
//! | [`figure`] | plain-data figures and how they become pixels and vectors |
//! | [`lab`] | the labs: controls and handles in; figures, readouts and a sentence out |
//! | `browser` | the only module that knows the browser (WebAssembly builds only) |

#[doc(inline)]
pub use saddlescope_core::{
    critical, decimal, derivative, error, figure, loss, network, number, optimizer, order, phrase,
};

pub mod lab;

#[cfg(target_arch = "wasm32")]
pub mod browser;

/// The README's Rust runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
