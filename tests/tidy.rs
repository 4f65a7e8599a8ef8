//! Tests of the repository itself: who may import whom, that every text exists in both languages and is used, that
//! nothing panics, that files stay readable, that documents agree with the code.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

#[path = "support/sources.rs"]
mod sources;
#[path = "support/texts.rs"]
mod texts;

use saddlescope::lab::{self, Kind, Level, Scale, Value};
use saddlescope::loss::View;
use saddlescope::phrase::Phrase;
use sources::Source;

/// Crates that only `src/browser` may name.
const BROWSER_CRATES: [&str; 4] = ["wasm_bindgen", "web_sys", "js_sys", "plotters_canvas"];
/// The longest file: beyond it a second noun has appeared.
const LONGEST: usize = 500;

fn fail_if_any(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The modules in the order of the table in `src/lib.rs`.
fn modules() -> Vec<String> {
    let text = std::fs::read_to_string("src/lib.rs").unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let names = rows.filter_map(|row| row.split('`').nth(1)).map(str::to_string);
    names.collect()
}

/// The module a file belongs to: the folder or file right under `src`.
fn module(path: &str) -> &str {
    path.trim_start_matches("src/").split('/').next().unwrap_or("").trim_end_matches(".rs")
}

/// The modules that code names by `crate::name` or `crate::{name, …}`.
fn imports(code: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if !rest.starts_with('{') {
            found.push(word(rest));
            continue;
        }
        let mut depth = 0;
        let mut start = true;
        for (i, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' => {}
                c if start && depth == 1 && c.is_alphabetic() => found.push(word(&rest[i..])),
                _ => {}
            }
            if depth == 0 {
                break;
            }
            start = matches!(c, '{' | ',') || (start && c.is_whitespace());
        }
    }
    found
}

#[test]
fn a_module_imports_only_from_those_above_it() {
    let modules = modules();
    let place = |name: &str| modules.iter().position(|m| m == name);
    let mut problems = Vec::new();
    for Source { path, code, .. } in sources::rust("src") {
        let own = module(&path);
        if ["core", "lib"].contains(&own) {
            continue;
        }
        let Some(rank) = place(own) else {
            problems.push(format!("{path}: the module {own} is not in the table of src/lib.rs"));
            continue;
        };
        for import in imports(&code) {
            match place(&import) {
                Some(other) if other <= rank => {}
                Some(_) => {
                    problems.push(format!("{path}: {own} must not import {import}, which comes after it"))
                }
                None => {
                    problems.push(format!("{path}: crate::{import} is no module of the table in src/lib.rs"))
                }
            }
        }
        for name in BROWSER_CRATES.iter().filter(|name| own != "browser" && code.contains(**name)) {
            problems.push(format!("{path}: only src/browser may name {name}"));
        }
    }
    fail_if_any(problems);
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::error::{Error, Result};\nuse crate::{loss::{Loss, View}, phrase, figure::Ink as I};\n\
                fn f() -> crate::lab::Values {}";
    assert_eq!(imports(code), ["error", "loss", "phrase", "figure", "lab"]);
    assert_eq!(modules().first().map(String::as_str), Some("decimal"));
    assert_eq!(modules().last().map(String::as_str), Some("browser"));
}

#[test]
fn nothing_panics_on_purpose() {
    const FORBIDDEN: [&str; 7] =
        [".unwrap()", ".expect(\"", "panic!(", "unreachable!(", "todo!(", "unimplemented!(", "unsafe "];
    let mut problems = Vec::new();
    for Source { path, code, .. } in sources::rust("src") {
        for word in FORBIDDEN.iter().filter(|word| code.contains(**word)) {
            problems.push(format!("{path}: {word} outside tests"));
        }
    }
    fail_if_any(problems);
}

/// What the section "Writing small code" of ARCHITECTURE.md asks for, where a search can tell; `Debug` is left out of
/// the delivered module (`xtask/src/snip.rs`) and would trap.
#[test]
fn code_stays_small() {
    const LARGE: [&str; 8] =
        [":?}", ".sort(", ".sort_by", ".sort_unstable", "select_nth", "HashMap", "BTreeMap", "parse::<f64>"];
    let mut problems = Vec::new();
    for Source { path, code, .. } in sources::rust("src") {
        for word in LARGE.iter().filter(|word| code.contains(**word)) {
            problems.push(format!("{path}: {word}"));
        }
    }
    fail_if_any(problems);
}

#[test]
fn files_stay_readable() {
    let mut problems = Vec::new();
    for path in sources::files(std::path::Path::new("src"), &["rs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        if lines > LONGEST {
            problems.push(format!("{}: {lines} lines, more than {LONGEST}", path.display()));
        }
    }
    fail_if_any(problems);
}

/// A style sheet with the marks of a merge in it still works, but for the rules beside them.
#[test]
fn no_merge_is_left_half_done() {
    let mut problems = Vec::new();
    for folder in ["src", "www", "xtask/src", "tests", "docs", "benches"] {
        for path in sources::files(std::path::Path::new(folder), &["rs", "js", "css", "json", "html", "md"]) {
            let text = std::fs::read_to_string(&path).unwrap();
            let marks = ["<", "=", ">"].map(|sign| sign.repeat(7));
            let is_mark =
                |line: &str| marks.iter().any(|mark| line == mark || line.starts_with(&[mark, " "].concat()));
            if let Some(line) = text.lines().position(is_mark) {
                problems.push(format!("{}: line {}", path.display(), line + 1));
            }
        }
    }
    fail_if_any(problems);
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let files = sources::rust("src");
    fail_if_any(files.into_iter().filter(|f| !f.text.starts_with("//!")).map(|f| f.path).collect());
}

#[test]
fn all_languages_have_the_same_keys_in_order() {
    let en = texts::language("en");
    let names = texts::names();
    assert!(names.len() >= 2, "{names:?}");
    let mut problems = Vec::new();
    for name in &names {
        let language = texts::language(name);
        for pair in language.windows(2).filter(|pair| pair[0].0 >= pair[1].0) {
            problems.push(format!("{name}.json: {} stands before {}", pair[0].0, pair[1].0));
        }
        compare(&en, &language, name, &mut problems);
    }
    fail_if_any(problems);
}

fn compare(en: &texts::Language, language: &texts::Language, name: &str, problems: &mut Vec<String>) {
    let missing = |from: &texts::Language, other: &texts::Language, name: &str| -> Vec<String> {
        let lacks = from.iter().filter(|(key, _)| !other.iter().any(|(k, _)| k == key));
        lacks.map(|(key, _)| format!("{name}.json lacks {key}")).collect()
    };
    problems.extend(missing(en, language, name));
    problems.extend(missing(language, en, "en"));
    for (key, pattern) in en {
        let Some((_, other)) = language.iter().find(|(k, _)| k == key) else { continue };
        let (a, b) = (texts::placeholders(pattern), texts::placeholders(other));
        if a != b {
            problems.push(format!(
                "{key}: {{{}}} in English, {{{}}} in {name}.json",
                a.join("}, {"),
                b.join("}, {")
            ));
        }
        if pattern.trim().is_empty() || other.trim().is_empty() {
            problems.push(format!("{key}: empty in en.json or {name}.json"));
        }
    }
}

/// Keys that follow from the declarations of the labs.
fn declared_keys() -> Vec<String> {
    let mut keys = Vec::new();
    for (id, make) in lab::REGISTRY {
        keys.extend([format!("lab.{id}.title"), format!("lab.{id}.try")]);
        for control in make().values().controls() {
            keys.push(lab::label(&control.id).key.into_owned());
            let options: &[&str] = match &control.kind {
                Kind::Choice { options, .. } => options,
                Kind::Formula { presets, .. } => presets,
                _ => &[],
            };
            keys.extend(options.iter().map(|option| lab::option_label(control, option).key.into_owned()));
        }
    }
    // What is the same in every language needs no text.
    keys.retain(|key| !key.is_empty());
    keys.sort();
    keys.dedup();
    keys
}

#[test]
fn every_text_is_used_and_every_used_text_exists() {
    let keys: Vec<String> = texts::language("en").into_iter().map(|(key, _)| key).collect();
    let exists = |key: &str| keys.binary_search_by(|k| k.as_str().cmp(key)).is_ok();
    let mut files = sources::rust("src");
    files.extend(["www", "www/element"].into_iter().flat_map(sources::page));
    files.extend(sources::page("."));
    let literals: Vec<(&str, &str)> =
        files.iter().flat_map(|f| f.literals.iter().map(|l| (f.path.as_str(), l.as_str()))).collect();
    let is_literal = |text: &str| literals.iter().any(|(_, l)| *l == text);
    let declared = declared_keys();
    let holes: Vec<texts::Pattern> = literals.iter().filter_map(|(_, l)| texts::Pattern::of(l)).collect();

    let mut problems: Vec<String> = declared
        .iter()
        .filter(|key| !exists(key))
        .map(|key| format!("{key}: declared by a lab, no text"))
        .collect();
    for key in &keys {
        let code = key.strip_prefix("error.");
        let used = is_literal(key)
            || code.is_some_and(is_literal)
            || declared.contains(key)
            || texts::in_markup(&files, key)
            || holes
                .iter()
                .any(|p| p.parts(key).is_some_and(|parts| parts.iter().all(|part| is_literal(part))));
        if !used {
            problems.push(format!("{key}: used nowhere"));
        }
    }
    let families: Vec<&str> = keys.iter().filter_map(|key| key.split('.').next()).collect();
    let codes: Vec<&str> =
        keys.iter().filter_map(|key| key.strip_prefix("error.")?.split('.').next()).collect();
    for (path, literal) in literals.iter().filter(|(_, literal)| texts::looks_like_a_key(literal)) {
        let family = literal.split('.').next().unwrap_or("");
        let known = exists(literal) || exists(&format!("error.{literal}"));
        if !known && (families.contains(&family) || codes.contains(&family)) {
            problems.push(format!("{path}: no text for {literal:?}"));
        }
    }
    for Source { path, text, .. } in &files {
        let errors = texts::given_to("Error::new", text).into_iter().map(|code| format!("error.{code}"));
        let phrases = texts::given_to("Phrase::new", text).into_iter().map(str::to_string);
        for key in errors.chain(phrases).filter(|key| !exists(key)) {
            problems.push(format!("{path}: no text for {key}"));
        }
    }
    problems.sort();
    problems.dedup();
    fail_if_any(problems);
}

#[test]
fn phrases_of_a_fresh_lab_have_words_and_no_holes() {
    for language in ["en", "zh"] {
        let words = texts::language(language).into_iter().collect::<saddlescope::phrase::Words>();
        let mut problems = Vec::new();
        for (id, make) in lab::REGISTRY {
            let lab = make();
            let mut said: Vec<Phrase> = vec![lab.sentence()];
            said.extend(lab.remarks());
            said.extend(lab.headline().into_iter().flat_map(|h| [h.text, h.reason]));
            said.extend(lab.readouts().into_iter().flat_map(|r| std::iter::once(r.label).chain(r.note)));
            said.extend(lab.handles().into_iter().flat_map(|h| [h.name, h.value]));
            if let Some(table) = lab.table() {
                said.push(table.name);
                said.extend(table.columns.into_iter().map(|(_, name)| name));
                let cells = table.rows.into_iter().flat_map(|row| row.cells);
                said.extend(
                    cells.filter_map(|c| if let lab::Cell::Words(_, words) = c { Some(words) } else { None }),
                );
            }
            for phrase in said {
                let text = words.text(&phrase);
                let missing = !phrase.key.is_empty() && words.pattern(&phrase.key).is_none();
                if missing || text.contains(['{', '}']) {
                    problems.push(format!("{id}, {language}: {:?} says {text:?}", phrase.key));
                }
            }
        }
        fail_if_any(problems);
    }
}

/// Controls that several labs have alike: the parameters of losses, of methods and of schedules.
fn shared(control: &lab::Control) -> bool {
    control.id.contains('.')
}

/// The rows of a table of controls.
fn rows<'a>(controls: impl Iterator<Item = &'a lab::Control>) -> String {
    let words: saddlescope::phrase::Words = texts::language("en").into_iter().collect();
    let mut out = String::from("| attribute | values | opens at | what it is |\n|---|---|---|---|\n");
    for control in controls {
        let values = match &control.kind {
            Kind::Slider { min, max, unit, scale, .. } => {
                let even = if *scale == Scale::Log { ", evenly in the logarithm" } else { "" };
                format!("{}{unit} to {}{unit}{even}", short(*min), short(*max))
            }
            Kind::Choice { options, .. } => quoted(options),
            Kind::Toggle { .. } => quoted(&["on", "off"]),
            Kind::Formula { presets, .. } if presets.len() > 20 => {
                "a formula, or a [named loss](#losses)".into()
            }
            Kind::Formula { presets, .. } if presets.is_empty() => "a formula".into(),
            Kind::Formula { presets, .. } => format!("a formula, or {}", quoted(presets)),
            Kind::Point { limits: View { x, y }, .. } => {
                format!("`x,y` in [{}, {}] × [{}, {}]", x[0], x[1], y[0], y[1])
            }
            Kind::Seed { .. } => "a whole number".into(),
            Kind::Text { limit, .. } => format!("a text of at most {limit} characters"),
            Kind::Action => "a button, no attribute".into(),
        };
        let default = match control.kind.default_value() {
            Value::Nothing => String::new(),
            Value::Number(x) => format!("`{}`", short(x)),
            Value::Text(text) if text.is_empty() => String::new(),
            Value::Text(text) if text.contains('\n') => "an example".into(),
            other => format!("`{}`", other.text()),
        };
        let what = words.text(&lab::label(&control.id));
        let more = if control.level == Level::More { " (more)" } else { "" };
        let row = [format!("`{}`", control.id), values, default, what + more];
        out.push_str(&format!("| {} |\n", row.map(|cell| cell.replace('|', "\\|")).join(" | ")));
    }
    out
}

/// A number without a row of zeros.
fn short(x: f64) -> String {
    if x != 0.0 && x.abs() < 1e-3 { format!("{x:e}") } else { x.to_string() }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// What follows the head of docs/controls.md.
fn controls() -> String {
    let labs: Vec<(&str, Box<dyn lab::Lab>)> = lab::REGISTRY.iter().map(|(id, make)| (*id, make())).collect();
    let mut out = String::new();
    let mut common: Vec<&lab::Control> = Vec::new();
    let mut losses: Vec<&str> = Vec::new();
    for (id, lab) in &labs {
        let declared = lab.values().controls();
        out.push_str(&format!("\n## {id}\n\n{}", rows(declared.iter().filter(|c| !shared(c)))));
        for control in declared.iter().filter(|c| shared(c)) {
            if !common.iter().any(|c| c.id == control.id) {
                common.push(control);
            }
        }
        for control in declared {
            if let Kind::Formula { presets, .. } = &control.kind
                && presets.len() > losses.len()
            {
                losses = presets.clone();
            }
        }
    }
    common.sort_by(|a, b| a.id.cmp(&b.id));
    out.push_str(&format!("\n## Losses\n\n{}.\n", quoted(&losses)));
    out.push_str(
        "\n## Parameters\n\nOf losses (`quadratic.phi`), methods (`adam.beta1`) and schedules (`cosine.period`), in the \
         labs that offer these. A lab may open with other values than the first that has them, which stand here.\n\n",
    );
    out.push_str(&rows(common.into_iter()));
    out
}

/// `UPDATE=1 cargo test --test tidy` writes the tables.
#[test]
fn the_documents_show_the_declared_controls() {
    let text = std::fs::read_to_string("docs/controls.md").unwrap();
    let head = text.split_once("\n## ").map_or(text.trim_end(), |(head, _)| head.trim_end());
    let now = format!("{head}\n{}", controls());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write("docs/controls.md", &now).unwrap();
    } else {
        assert!(text == now, "docs/controls.md: the controls have changed; UPDATE=1 cargo test --test tidy");
    }
}

#[test]
fn the_changelog_has_this_version_once() {
    let text = std::fs::read_to_string("CHANGELOG.md").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let heads = text.lines().filter_map(|line| line.strip_prefix("## "));
    let named = heads
        .filter(|head| head.split(|c: char| !(c.is_ascii_digit() || c == '.')).any(|word| word == version));
    assert_eq!(named.count(), 1, "CHANGELOG.md: {version}");
}

/// The words in back quotes in the first cells of the rows of a table under a head that begins so.
fn first_cells(text: &str, head: &str) -> Vec<String> {
    let (_, table) = text.split_once(head).unwrap_or_else(|| panic!("no table {head}"));
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|line| line.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_string).collect()
}

/// The words in double quotes after a name in a text, up to a bracket.
fn quoted_after(text: &str, name: &str, end: char) -> Vec<String> {
    let (_, rest) = text.split_once(name).unwrap_or_else(|| panic!("no {name}"));
    let list = rest.split(end).next().unwrap_or("");
    list.split('"').skip(1).step_by(2).map(str::to_string).collect()
}

/// Attributes, properties, methods, events and looks of the element, as README.md and `module.d.ts` list them.
#[test]
fn the_readme_lists_what_the_element_offers() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    let readme = read("README.md");
    let own = quoted_after(&read("www/element/attributes.js"), "const OWN = [", ']');
    let mut documented = first_cells(&readme, "| attribute | values |");
    let mut expected = own.clone();
    documented.sort();
    expected.sort();
    assert_eq!(documented, expected);

    let public = read("www/element/element.js");
    let types = read("www/module.d.ts");
    let listed = first_cells(&readme, "| property, method |");
    for name in quoted_after(&public, "for (const name of [", ']') {
        assert!(listed.contains(&name) && types.contains(&format!("  {name}: string;")), "{name}");
    }
    for name in ["state", "link", "reset()", "toSVG(figure)", "toPNG(figure, scale)", "toCSV()"] {
        let bare = name.split('(').next().unwrap();
        assert!(public.contains(&format!(" {bare}(")) && types.contains(&format!("  {bare}")), "{name}");
        assert!(listed.iter().any(|l| l == name), "{name}: {listed:?}");
    }
    let mut told: Vec<String> = Vec::new();
    for source in sources::page("www/element") {
        told.extend(
            source.text.split("this.tell(\"").skip(1).map(|rest| rest.split('"').next().unwrap().into()),
        );
    }
    told.sort();
    told.dedup();
    let mut events = first_cells(&readme, "| event | `detail` |");
    events.retain(|name| name.starts_with("saddle-"));
    events.sort();
    assert_eq!(events, told);

    let css = read("www/style.css");
    let mut looks: Vec<&str> =
        css.split("var(--saddle-").skip(1).filter_map(|rest| rest.split(',').next()).collect();
    looks.sort_unstable();
    looks.dedup();
    for name in looks {
        assert!(readme.contains(&format!("`--saddle-{name}`")), "--saddle-{name}");
    }
    let layout = read("www/element/layout.js") + &read("www/element/figures.js");
    let (_, parts) = readme.split_once("; the parts ").unwrap();
    for part in parts.split("may be styled").next().unwrap().split('`').skip(1).step_by(2) {
        let given = [format!("part: \"{part}\""), format!("put(\"{part}\"")];
        assert!(given.iter().any(|text| layout.contains(text.as_str())), "::part({part})");
    }
}
