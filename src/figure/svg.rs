//! A recording as SVG: one element a line, coordinates in eighths of a pixel, text as text.

use super::record::{Color, Recording, Step, UNITS};
use super::text::{FAMILY, Side};

impl Recording {
    /// An SVG document with this title. `image` is the address of the pixel layers (a `data:image/png` URI), which
    /// lie under the vectors.
    pub fn svg(&self, title: &str, image: Option<&str>) -> String {
        self.svg_with(title, image, None)
    }

    /// The same with a legend below.
    pub fn svg_with(&self, title: &str, image: Option<&str>, legend: Option<&Recording>) -> String {
        let (width, own) = (self.size.width, self.size.height);
        let height = own + legend.map_or(0.0, |legend| legend.size.height);
        let mut out = Writer(String::with_capacity(512 + self.points.len() * 8 + self.commands.len() * 60));
        out.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").float(width);
        out.raw("\" height=\"").float(height).raw("\" viewBox=\"0 0 ").float(width * UNITS).raw(" ");
        out.float(height * UNITS).raw("\" role=\"img\" font-family=\"").raw(FAMILY);
        out.raw("\" fill=\"none\" stroke-linejoin=\"round\">\n<title>").escaped(title).raw("</title>\n");
        out.raw("<rect width=\"100%\" height=\"100%\"")
            .paint("fill", [self.paper.0, self.paper.1, self.paper.2, 255]);
        out.raw("/>\n");
        if let Some(address) = image {
            out.raw("<image width=\"100%\" height=\"").float(100.0 * own / height);
            out.raw("%\" preserveAspectRatio=\"none\" href=\"").escaped(address);
            out.raw("\"/>\n");
        }
        for step in self.steps() {
            out.step(&step);
        }
        if let Some(legend) = legend {
            out.raw("<g transform=\"translate(0 ").float(own * UNITS).raw(")\">\n");
            legend.steps().for_each(|step| out.step(&step));
            out.raw("</g>\n");
        }
        out.raw("</svg>\n");
        out.0
    }
}

struct Writer(String);

impl Writer {
    fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    fn int(&mut self, value: i32) -> &mut Self {
        self.0.push_str(&value.to_string());
        self
    }

    /// With at most two decimals.
    fn float(&mut self, value: f64) -> &mut Self {
        let hundredths = (value * 100.0).round() as i64;
        if hundredths < 0 {
            self.0.push('-');
        }
        self.0.push_str(&(hundredths.unsigned_abs() / 100).to_string());
        let rest = hundredths.unsigned_abs() % 100;
        if rest > 0 {
            self.0.push('.');
            self.0.push(char::from(b'0' + (rest / 10) as u8));
            if !rest.is_multiple_of(10) {
                self.0.push(char::from(b'0' + (rest % 10) as u8));
            }
        }
        self
    }

    /// Text as XML may hold it: without the control characters that XML forbids.
    fn escaped(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\t' | '\n' | '\r' => self.0.push(' '),
                '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
                other => self.0.push(other),
            }
        }
        self
    }

    /// ` name="#rrggbb"`, and its opacity where it is not 1.
    fn paint(&mut self, name: &str, [r, g, b, a]: Color) -> &mut Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.raw(" ").raw(name).raw("=\"#");
        for byte in [r, g, b] {
            for nibble in [byte >> 4, byte & 15] {
                self.0.push(HEX.get(usize::from(nibble)).map_or('0', |&c| char::from(c)));
            }
        }
        self.raw("\"");
        if a < 255 {
            self.raw(" ").raw(name).raw("-opacity=\"").float(f64::from(a) / 255.0).raw("\"");
        }
        self
    }

    fn points(&mut self, points: &[[i32; 2]], close: bool) -> &mut Self {
        self.raw("<path d=\"");
        for (k, [x, y]) in points.iter().enumerate() {
            self.raw(match k {
                0 => "M",
                1 => "L",
                _ => " ",
            });
            self.int(*x).raw(" ").int(*y);
        }
        self.raw(if close { "Z\"" } else { "\"" })
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Path { points, width, color } => {
                self.points(points, false).paint("stroke", *color).raw(" stroke-width=\"").int(*width as i32);
                self.raw("\"/>\n");
            }
            Step::Polygon { points, color } => {
                self.points(points, true).paint("fill", *color).raw("/>\n");
            }
            Step::Circle { centre: [x, y], radius, width, color } => {
                self.raw("<circle cx=\"")
                    .int(*x)
                    .raw("\" cy=\"")
                    .int(*y)
                    .raw("\" r=\"")
                    .int(*radius as i32)
                    .raw("\"");
                match width {
                    Some(width) => {
                        self.paint("stroke", *color).raw(" stroke-width=\"").int(*width as i32).raw("\"");
                    }
                    None => {
                        self.paint("fill", *color);
                    }
                }
                self.raw("/>\n");
            }
            Step::Text { text, at: [x, y], style, halo } => {
                // Capitals and digits are about 0.7 em high: this baseline puts their middle at y in every viewer,
                // which `dominant-baseline` does not.
                let baseline = f64::from(*y) + 0.35 * style.size;
                self.raw("<text x=\"").int(*x).raw("\" y=\"").float(baseline.round()).raw("\" font-size=\"");
                self.float(style.size).raw("\"");
                self.raw(match style.side {
                    Side::Left => "",
                    Side::Middle => " text-anchor=\"middle\"",
                    Side::Right => " text-anchor=\"end\"",
                });
                self.raw(if style.bold { " font-weight=\"bold\"" } else { "" });
                self.raw(if style.italic { " font-style=\"italic\"" } else { "" });
                let (r, g, b) = style.rgb;
                self.paint("fill", [r, g, b, (style.alpha * 255.0).round() as u8]);
                if let Some(color) = halo {
                    self.raw(" paint-order=\"stroke\"").paint("stroke", *color).raw(" stroke-width=\"24\"");
                }
                self.raw(">").escaped(text).raw("</text>\n");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element() {
        let mut out = Writer(String::new());
        out.escaped("a<b> & \"c\" \u{1}\u{7}\n鞍点");
        assert_eq!(out.0, "a&lt;b&gt; &amp; &quot;c&quot;  鞍点");
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in
            [(0.0, "0"), (1.5, "1.5"), (-2.25, "-2.25"), (0.333, "0.33"), (100.0, "100"), (0.05, "0.05")]
        {
            let mut out = Writer(String::new());
            out.float(value);
            assert_eq!(out.0, text);
        }
    }
}
