//! A writer of JSON: just enough for what a page is told.

use crate::decimal::shortest;

/// JSON text under construction. Commas are put by the writer; the caller opens and closes.
#[derive(Default)]
pub struct Json {
    out: String,
    /// Whether the next item of the open list or object needs a comma before it.
    comma: bool,
}

impl Json {
    /// The finished text.
    pub fn finish(self) -> String {
        self.out
    }

    fn separate(&mut self) {
        if self.comma {
            self.out.push(',');
        }
        self.comma = true;
    }

    /// An object with what `fill` writes into it.
    pub fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.nest('{', '}', fill);
    }

    /// A list with what `fill` writes into it.
    pub fn list(&mut self, fill: impl FnOnce(&mut Self)) {
        self.nest('[', ']', fill);
    }

    fn nest(&mut self, open: char, close: char, fill: impl FnOnce(&mut Self)) {
        self.separate();
        self.out.push(open);
        self.comma = false;
        fill(self);
        self.out.push(close);
        self.comma = true;
    }

    /// The key of the next value.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.text(key);
        self.out.push(':');
        self.comma = false;
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                c if c < ' ' => {
                    self.out.push_str("\\u00");
                    for nibble in [c as u32 >> 4, c as u32 & 15] {
                        self.out.push(char::from_digit(nibble, 16).unwrap_or('0'));
                    }
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// A number; `null` where it is not finite.
    pub fn number(&mut self, value: f64) {
        self.separate();
        if value.is_finite() {
            self.out.push_str(&shortest(value));
        } else {
            self.out.push_str("null");
        }
    }

    /// A truth value.
    pub fn flag(&mut self, value: bool) {
        self.separate();
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// `null`.
    pub fn null(&mut self) {
        self.separate();
        self.out.push_str("null");
    }
}
