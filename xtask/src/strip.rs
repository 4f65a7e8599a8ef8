//! Comments, indentation and blank lines off JavaScript and CSS, by rules too simple to break the code: no renaming,
//! no joining of lines, nothing touched inside a template literal.

/// JavaScript without the lines that are only comment, and without indentation. A text whose template literals this
/// simple reader cannot follow is given back as it is.
pub fn javascript(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut in_template = false;
    let mut in_comment = false;
    for line in source.lines() {
        if in_template {
            in_template ^= odd_backticks(line);
            out.push_str(line);
            out.push('\n');
            continue;
        }
        let trimmed = line.trim();
        if in_comment {
            in_comment = !trimmed.ends_with("*/");
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with("//") {
            continue;
        }
        if trimmed.starts_with("/*") {
            match trimmed.find("*/") {
                None => {
                    in_comment = true;
                    continue;
                }
                Some(end) if end + 2 == trimmed.len() => continue,
                Some(_) => {} // code after the comment: kept whole
            }
        }
        in_template = odd_backticks(line);
        // What ends inside a template keeps its end of line as it is.
        out.push_str(if in_template { line.trim_start() } else { trimmed });
        out.push('\n');
    }
    if in_template || in_comment { source.to_string() } else { out }
}

/// Whether a line opens or closes a template literal.
fn odd_backticks(line: &str) -> bool {
    let mut escaped = false;
    let mut odd = false;
    for byte in line.bytes() {
        match byte {
            b'\\' => escaped = !escaped,
            b'`' if !escaped => odd = !odd,
            _ => escaped = false,
        }
        if byte == b'`' {
            escaped = false;
        }
    }
    odd
}

/// CSS without comments, indentation and blank lines.
pub fn css(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    let mut quote = None;
    while let Some(c) = rest.chars().next() {
        if quote.is_none() && rest.starts_with("/*") {
            rest = rest[2..].split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            _ => {}
        }
        code.push(c);
        rest = &rest[c.len_utf8()..];
    }
    lines(&code)
}

/// A text without indentation and blank lines.
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let source = "// a\n/** b\n * `c\n */\nfunction f() {\n  // d\n  const u = \"http://x\"; // e\n\n  return /a\\/\\/b/; /* f */\n}\n/* g */ f();\n";
        assert_eq!(
            javascript(source),
            "function f() {\nconst u = \"http://x\"; // e\nreturn /a\\/\\/b/; /* f */\n}\n/* g */ f();\n"
        );
    }

    #[test]
    fn template_literals_keep_every_character() {
        let source = "  const t = `a  \n    // not a comment\n\n  b \\` c`;\n  g(`x`);\n";
        assert_eq!(javascript(source), "const t = `a  \n    // not a comment\n\n  b \\` c`;\ng(`x`);\n");
    }

    #[test]
    fn what_cannot_be_followed_is_left_alone() {
        let source = "  const r = /`/;\n  // comment\n";
        assert_eq!(javascript(source), source);
    }

    #[test]
    fn css_keeps_strings() {
        let source = "/* a\nb */ p {\n  content: \"/* c */\";\n\n  color: red; /* d */\n}\n";
        assert_eq!(css(source), "p {\ncontent: \"/* c */\";\ncolor: red;\n}\n");
    }
}
