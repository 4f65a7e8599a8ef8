//! The words of the languages as the tidy test reads them, and where the sources use them.

use super::sources::Source;

/// Keys and patterns in the order of the file.
pub type Language = Vec<(String, String)>;

/// The languages there are.
pub fn names() -> Vec<String> {
    let files = std::fs::read_dir("www/text").unwrap();
    let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    names.collect()
}

/// Reads `www/text/<name>.json`, one key a line, and checks that line by line it is what the JSON reader sees.
pub fn language(name: &str) -> Language {
    let path = format!("www/text/{name}.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut pairs = Vec::new();
    for line in text.lines().map(|line| line.trim().trim_end_matches(',')).filter(|line| line.len() > 1) {
        let one: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&format!("{{{line}}}"))
            .unwrap_or_else(|error| panic!("{path}: not one key a line: {line} ({error})"));
        for (key, value) in one {
            pairs.push((
                key,
                value.as_str().unwrap_or_else(|| panic!("{path}: {line} is no text")).to_string(),
            ));
        }
    }
    assert_eq!(pairs.len(), all.len(), "{path}: a key stands twice");
    pairs
}

/// The names in braces, sorted; a name used twice counts once.
pub fn placeholders(pattern: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        pattern.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|p| p.0).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// `family.name` or longer, in small letters: a text key or an error code.
pub fn looks_like_a_key(literal: &str) -> bool {
    const ENDINGS: [&str; 10] =
        [".js", ".mjs", ".json", ".html", ".css", ".wasm", ".svg", ".png", ".csv", ".rs"];
    let piece = |p: &str| {
        !p.is_empty() && p.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    literal.contains('.')
        && literal.split('.').all(piece)
        && !ENDINGS.iter().any(|e| literal.ends_with(e))
        && literal.starts_with(|c: char| c.is_ascii_lowercase())
}

/// A key composed in code: `verdict.{}` or `["verdict.", id].concat()` of Rust, `` `control.${id}` `` of JavaScript.
pub struct Pattern(Vec<String>);

impl Pattern {
    /// The fixed pieces of a literal with holes that begins like a key; after a full stop at its end there is one.
    pub fn of(literal: &str) -> Option<Pattern> {
        let mut fixed = Vec::new();
        let mut rest = literal;
        while let Some((before, after)) = rest.split_once('{') {
            fixed.push(before.trim_end_matches('$').to_string());
            rest = after.split_once('}')?.1;
        }
        fixed.push(rest.to_string());
        if fixed.len() == 1 && literal.ends_with('.') {
            fixed.push(String::new());
        }
        let first = fixed.first()?;
        let is_family = first.contains('.') && looks_like_a_key(&format!("{first}x"));
        (fixed.len() > 1 && is_family).then_some(Pattern(fixed))
    }

    /// What fills the holes to give `key`, if anything does.
    pub fn parts<'a>(&self, key: &'a str) -> Option<Vec<&'a str>> {
        let (first, others) = self.0.split_first()?;
        let mut rest = key.strip_prefix(first.as_str())?;
        let mut parts = Vec::new();
        for (i, fixed) in others.iter().enumerate() {
            let end = if i + 1 == others.len() {
                rest.strip_suffix(fixed.as_str())?.len()
            } else {
                rest.find(fixed.as_str())?
            };
            parts.push(&rest[..end]);
            rest = &rest[end + fixed.len()..];
        }
        parts.iter().all(|part| !part.is_empty()).then_some(parts)
    }
}

/// Whether a key stands in HTML as an attribute or text, such as `data-text="page.reset"` within a larger literal.
pub fn in_markup(files: &[Source], key: &str) -> bool {
    let quoted = [format!("\"{key}\""), format!("'{key}'")];
    files
        .iter()
        .filter(|f| !f.path.ends_with(".rs"))
        .any(|f| quoted.iter().any(|q| f.text.contains(q.as_str())))
}

/// The literals given first to a function such as `Error::new`, before the tests at the foot of a Rust file.
/// JavaScript's errors (`JsError::new`, `js_sys::Error::new`) hold words, not codes.
pub fn given_to<'a>(function: &str, text: &'a str) -> Vec<&'a str> {
    let shipped = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
    let ours = |before: &str| {
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !before.ends_with("js_sys::")
    };
    let calls = shipped.match_indices(function).filter(|(at, _)| ours(&shipped[..*at]));
    let given = calls.map(|(at, name)| &shipped[at + name.len()..]);
    given
        .filter_map(|rest| rest.strip_prefix('(')?.trim_start().strip_prefix('"')?.split('"').next())
        .collect()
}
