//! The only module that knows the browser.
