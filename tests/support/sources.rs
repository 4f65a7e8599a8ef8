//! The sources as the tidy test reads them: code without comments and tests, and the string literals in it.

use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// Path from the root of the repository, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The code without comments and without what is compiled for tests only; string literals are left empty.
    pub code: String,
    /// The string literals of that code, as they stand between the quotes.
    pub literals: Vec<String>,
}

/// The Rust files under a folder, without files that are compiled for tests only.
pub fn rust(folder: &str) -> Vec<Source> {
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let (code, literals) = lex(&shipped(&text), false);
        Source { path: path.to_string_lossy().replace('\\', "/"), text, code, literals }
    };
    let files: Vec<Source> = files(Path::new(folder), &["rs"]).into_iter().map(read).collect();
    let only_tests: Vec<String> = files.iter().flat_map(test_modules).collect();
    files.into_iter().filter(|file| !only_tests.contains(&file.path)).collect()
}

/// JavaScript and HTML files under a folder, not in folders below it.
pub fn page(folder: &str) -> Vec<Source> {
    let mut paths = files(Path::new(folder), &["js", "mjs", "html"]);
    paths.retain(|path| path.parent() == Some(Path::new(folder)));
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let (code, literals) = lex(&text, true);
        Source { path: path.to_string_lossy().into_owned(), text, code, literals }
    };
    paths.into_iter().map(read).collect()
}

/// The files under a folder with one of these endings, in order.
pub fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Without `#[cfg(test)] mod tests { … }` at the foot; a `#[cfg(test)] mod name;` loses only that line.
fn shipped(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        while lines.peek().is_some_and(|next| next.trim().starts_with("#[")) {
            lines.next();
        }
        match lines.next() {
            Some(next) if next.trim_end().ends_with(';') => {}
            Some(next) if next.starts_with("mod ") => break,
            // A test-only item in the middle: to the closing brace in the same column.
            Some(next) => {
                let indent: String = next.chars().take_while(|c| *c == ' ').collect();
                let end = format!("{indent}}}");
                for inner in lines.by_ref() {
                    if inner == end {
                        break;
                    }
                }
            }
            None => {}
        }
    }
    out
}

/// The files that a `#[cfg(test)] mod name;` of this file names.
fn test_modules(file: &Source) -> Vec<String> {
    let folder =
        Path::new(&file.path).parent().map(|p| p.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let own = file.path.trim_end_matches(".rs");
    let own = if own.ends_with("/mod") || own.ends_with("/lib") { folder.clone() } else { own.to_string() };
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| **line == "#[cfg(test)]").map(|(i, _)| i);
    let mut found = Vec::new();
    for start in starts {
        let attributes: Vec<&&str> =
            lines[start..].iter().take_while(|line| line.starts_with("#[")).collect();
        let Some(item) = lines.get(start + attributes.len()) else { continue };
        let Some(name) = item.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) else { continue };
        let path = attributes.iter().find_map(|a| a.strip_prefix("#[path = \"")?.strip_suffix("\"]"));
        match path {
            Some(path) => found.push(format!("{folder}/{path}")),
            None => found.extend([format!("{own}/{name}.rs"), format!("{own}/{name}/mod.rs")]),
        }
    }
    found
}

/// Code without comments, literals emptied and listed. `page`: JavaScript's quotes, and HTML's comments.
fn lex(text: &str, page: bool) -> (String, Vec<String>) {
    let chars: Vec<char> = text.chars().collect();
    let starts = |i: usize, what: &str| what.chars().enumerate().all(|(k, c)| chars.get(i + k) == Some(&c));
    let after = |mut i: usize, what: &str| {
        while i < chars.len() && !starts(i, what) {
            i += 1;
        }
        i + what.chars().count()
    };
    let (mut code, mut literals, mut i) = (String::new(), Vec::new(), 0);
    while let Some(&c) = chars.get(i) {
        let previous = i.checked_sub(1).and_then(|p| chars.get(p)).copied().unwrap_or(' ');
        if starts(i, "//") && previous != ':' {
            i = after(i, "\n");
            code.push('\n');
        } else if starts(i, "/*") {
            i = after(i + 2, "*/");
        } else if page && starts(i, "<!--") {
            i = after(i, "-->");
        } else if !page && c == 'r' && !previous.is_alphanumeric() && (starts(i, "r\"") || starts(i, "r#\""))
        {
            let hashes = usize::from(starts(i, "r#"));
            let end = after(i + 2 + hashes, if hashes == 1 { "\"#" } else { "\"" });
            literals.push(chars[i + 2 + hashes..end - 1 - hashes].iter().collect());
            code.push_str("\"\"");
            i = end;
        } else if c == '"' || (page && (c == '\'' || c == '`')) {
            let mut end = i + 1;
            while end < chars.len() && chars[end] != c && !(page && c != '`' && chars[end] == '\n') {
                end += if chars[end] == '\\' { 2 } else { 1 };
            }
            literals.push(chars[i + 1..end.min(chars.len())].iter().collect());
            code.push_str("\"\"");
            i = end + 1;
        } else if !page && c == '\'' && (chars.get(i + 1) == Some(&'\\') || chars.get(i + 2) == Some(&'\'')) {
            // A character, not a lifetime.
            i = after(i + if chars.get(i + 1) == Some(&'\\') { 3 } else { 2 }, "'");
            code.push_str("' '");
        } else {
            code.push(c);
            i += 1;
        }
    }
    (code, literals)
}
