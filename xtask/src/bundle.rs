//! How the parts become the files of `dist/`: text in, text out. The shapes are described in `ARCHITECTURE.md`.

use crate::strip;
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Everything that goes into the script.
pub struct Parts {
    /// The WebAssembly module and the [`texts`], packed by [`crate::pack`].
    pub packed: Vec<u8>,
    /// wasm-bindgen's `no-modules` glue.
    pub glue: String,
    /// The TypeScript declarations of the exported functions.
    pub types: String,
    /// The files of `www/element/` in one function, as [`element`] joins them.
    pub element: String,
    /// `www/module.js`.
    pub module: String,
}

/// The files of `www/element/`, in the order in which they stand in their one function: what is defined comes before what
/// uses it at once.
pub const ELEMENT: [&str; 18] = [
    "unpack",
    "instance",
    "worker",
    "words",
    "look",
    "shared",
    "dom",
    "scope",
    "attributes",
    "layout",
    "fields",
    "figures",
    "handles",
    "readouts",
    "work",
    "links",
    "exports",
    "element",
];

/// The custom element: the files of [`ELEMENT`] as the body of one function, so that they share names with nobody else.
///
/// # Errors
/// When `read` fails for one of them.
pub fn element(read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let files = ELEMENT.iter().map(|name| read(&format!("www/element/{name}.js")));
    Ok(format!("const api = (() => {{\n{}}})();\n", files.collect::<Result<Vec<_>>>()?.concat()))
}

/// Where the script came from, and what it is to a worker that is made of it.
const SCRIPT: &str =
    "const here = { url: globalThis.document?.currentScript?.src ?? \"\", type: \"classic\" };\n";
/// The same of the module.
const MODULE: &str = "const here = { url: import.meta.url, type: \"module\" };\n";

/// What is packed with the module, as JSON: the style sheet, the words by language (`www/text/<language>.json`), the lessons
/// (`www/lessons.json`).
///
/// # Errors
/// When one of them is not JSON.
pub fn texts(css: &str, words: &[(String, String)], lessons: &str) -> Result<String> {
    let lessons: Value = serde_json::from_str(lessons).context("www/lessons.json")?;
    Ok(json!({ "css": strip::css(css), "text": columns(words)?, "lessons": lessons }).to_string())
}

/// The words as columns, the keys first: what they have in common is written once.
fn columns(text: &[(String, String)]) -> Result<Value> {
    let mut keys = Vec::new();
    let mut tables = Vec::new();
    for (language, json) in text {
        let words: BTreeMap<String, String> =
            serde_json::from_str(json).with_context(|| format!("www/text/{language}.json"))?;
        keys.extend(words.keys().cloned());
        tables.push((language, words));
    }
    keys.sort();
    keys.dedup();
    let mut columns = serde_json::Map::new();
    columns.insert("".into(), keys.clone().into());
    for (language, words) in tables {
        let column: Vec<Option<&String>> = keys.iter().map(|key| words.get(key)).collect();
        columns.insert(language.clone(), serde_json::to_value(column)?);
    }
    Ok(columns.into())
}

impl Parts {
    /// The line that defines `bundle`.
    pub fn bundle(&self) -> String {
        let packed = BASE64_STANDARD.encode(&self.packed);
        format!("const bundle = {{ packed: \"{packed}\", version: \"{}\" }};\n", env!("CARGO_PKG_VERSION"))
    }

    /// The function that makes one instance of the module: the glue keeps its state in a closure, so each call has
    /// its own.
    pub fn instantiate(&self) -> String {
        format!(
            "function instantiate(module) {{\n{}wasm_bindgen.initSync({{ module }});\nreturn wasm_bindgen;\n}}\n",
            strip::javascript(&self.glue)
        )
    }

    /// `saddlescope.js`: one classic script.
    pub fn script(&self) -> String {
        let body = [SCRIPT, &self.bundle(), &self.instantiate(), &strip::javascript(&self.element)].concat();
        ascii(&format!("{}(() => {{\n\"use strict\";\n{body}}})();\n", banner()))
    }

    /// `saddlescope.mjs`: the same as an ES module, with the exports of `www/module.js`.
    pub fn module(&self) -> String {
        let parts = [
            MODULE.to_string(),
            self.bundle(),
            self.instantiate(),
            strip::javascript(&self.element),
            strip::javascript(&self.module),
        ];
        banner() + &parts.concat()
    }
}

/// A script whose other letters than those of ASCII are written as escapes, as strings and templates may have them: a page
/// in another encoding than UTF-8 has classic scripts read in its own.
fn ascii(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    for c in script.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn banner() -> String {
    format!("/* Saddlescope {} | {} */\n", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_LICENSE"))
}

/// The declarations inside the first `declare namespace wasm_bindgen { … }`, as wasm-bindgen writes them for
/// `no-modules`. Sections that the crate wrote itself stand there without indentation, so the end is not the first `}`.
pub fn exported_types(declarations: &str) -> String {
    let (_, after) = declarations.split_once("declare namespace wasm_bindgen {\n").unwrap_or_default();
    let (inside, _) = after.split_once("\n}\ndeclare type ").unwrap_or((after, ""));
    let mut out = String::new();
    for line in inside.lines().filter(|line| !line.contains("eslint") && !line.contains("tslint")) {
        out.push_str(line.strip_prefix("    ").unwrap_or(line));
        out.push('\n');
    }
    out
}

/// A page with its classic scripts and style sheets inlined. `read` gives the text of a path that the page names.
///
/// # Errors
/// When `read` fails, or the page asks for a script in a form that is not understood.
pub fn inline(page: &str, read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut out = String::with_capacity(page.len());
    for line in page.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with("<script") && trimmed.contains("src=") {
            let path = attribute(trimmed, "src").filter(|_| trimmed.ends_with("></script>"));
            let Some(path) = path else { bail!("not a script element on one line: {trimmed}") };
            let code = read(path)?;
            let code = if path.starts_with("dist/") { code } else { strip::javascript(&code) };
            // `</script` would end the element; in JavaScript a slash may be escaped in strings and regular
            // expressions, the only places where these letters make sense.
            let code = code.replace("</script", "<\\/script").replace("<!--", "<\\!--");
            out.push_str("<script>\n");
            out.push_str(&code);
            out.push_str("</script>\n");
        } else if trimmed.starts_with("<link") && trimmed.contains("rel=\"stylesheet\"") {
            let Some(path) = attribute(trimmed, "href") else { bail!("no href: {trimmed}") };
            out.push_str("<style>\n");
            out.push_str(&strip::css(&read(path)?));
            out.push_str("</style>\n");
        } else {
            out.push_str(line);
        }
    }
    Ok(out)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    Some(after.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        Parts {
            packed: vec![1, 2, 3],
            glue: "let wasm_bindgen = {};\n".into(),
            types: String::new(),
            element: "  // note\n  start(bundle, instantiate);\n".into(),
            module: "export default 1;\n".into(),
        }
    }

    #[test]
    fn the_script_has_the_shape_of_the_architecture() {
        let script = parts().script();
        assert!(script.contains("\"use strict\";\nconst here = { url: globalThis.document?.currentScript?.src ?? \"\", type: \"classic\" };\nconst bundle = { packed: \"AQID\", version: \"0.1.0\" };\n"), "{script}");
        assert!(script.ends_with("}\nstart(bundle, instantiate);\n})();\n"), "{script}");
    }

    #[test]
    fn the_script_reads_alike_in_every_encoding() {
        let element = "say(\"2× …\", `𝔼`);\n".into();
        let script = Parts { element, ..parts() }.script();
        assert!(script.contains("say(\"2\\u00d7 \\u2026\", `\\ud835\\udd3c`);\n"), "{script}");
    }

    #[test]
    fn every_file_of_the_element_is_in_it_once() {
        let folder = crate::command::root().join("www/element");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".js").to_string())
            .collect();
        there.sort();
        let mut named = ELEMENT.to_vec();
        named.sort_unstable();
        assert_eq!(there, named);
        let whole = element(|path| Ok(format!("{path};\n"))).unwrap();
        assert!(
            whole.starts_with("const api = (() => {\nwww/element/unpack.js;\nwww/element/instance.js;\n")
        );
        assert!(whole.ends_with("www/element/element.js;\n})();\n"), "{whole}");
    }

    #[test]
    fn the_module_exports() {
        let module = parts().module();
        assert!(
            module.contains(" */\nconst here = { url: import.meta.url, type: \"module\" };\nconst bundle"),
            "{module}"
        );
        assert!(module.ends_with("start(bundle, instantiate);\nexport default 1;\n"), "{module}");
    }

    #[test]
    fn what_is_packed_is_written_once() {
        let words = |language: &str, json: &str| (language.to_string(), json.to_string());
        let both = [words("en", "{\n  \"a\": \"“b”\", \"c\": \"d\"\n}"), words("fr", "{ \"c\": \"e\" }")];
        assert_eq!(
            texts("a { b: \"\\201C\" }", &both, "[\n{ \"id\": \"x\" }\n]").unwrap(),
            r#"{"css":"a { b: \"\\201C\" }\n","lessons":[{"id":"x"}],"text":{"":["a","c"],"en":["“b”","d"],"fr":[null,"e"]}}"#
        );
        let broken = [words("en", "{}!")];
        assert_eq!(texts("", &broken, "[]").unwrap_err().to_string(), "www/text/en.json");
    }

    #[test]
    fn scripts_and_styles_are_inlined() {
        let page = "<link rel=\"stylesheet\" href=\"a.css\">\n<p>\n<script src=\"b.js\"></script>\n";
        let read =
            |path: &str| Ok(if path == "a.css" { "/* x */ p{}" } else { "f('</script>')\n" }.to_string());
        assert_eq!(
            inline(page, read).unwrap(),
            "<style>\np{}\n</style>\n<p>\n<script>\nf('<\\/script>')\n</script>\n"
        );
        assert!(inline("<script type=\"module\" src=\"b.js\">", read).is_err());
    }

    #[test]
    fn only_the_exports_are_declared() {
        let text = "declare namespace wasm_bindgen {\n    /* tslint:disable */\n    /**\n     * x\n     */\n    export function f(): void;\n\nexport interface P {\n  x: 1;\n}\n}\ndeclare type I = 1;\n";
        let out = "/**\n * x\n */\nexport function f(): void;\n\nexport interface P {\n  x: 1;\n}\n";
        assert_eq!(exported_types(text), out);
    }
}
