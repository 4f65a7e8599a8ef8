//! The only module that knows the browser: one [`Instance`] for each element on a page, plain functions for scripts,
//! and the painting of figures onto canvases.
//!
//! What a page needs is passed as one JSON string per frame ([`Instance::update`]); what it hears is passed in as
//! plain strings and CSS pixels. No signature holds an untyped JavaScript value.

mod canvas;
mod functions;
mod instance;
mod json;
mod png;
mod report;
mod stepper;

pub use functions::{classify, eigen, gradient, hessian, value};
pub use instance::{Instance, labs, trap};
pub use stepper::{Stepper, optimizer, schedule_at};
