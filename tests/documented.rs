//! What the comments promise: the plain functions name every error that they can give.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

/// The plain function `eigen` once kept quiet about one of its errors.
#[test]
fn the_plain_functions_name_every_error_that_they_give() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    // The comment above a declaration.
    let above = |text: &str, declared: &str| {
        let before = text.split_once(declared).unwrap_or_else(|| panic!("no {declared}")).0.to_string();
        before.rsplit("\n\n").next().unwrap().to_string()
    };
    let given = |paths: &[&str]| {
        let mut codes = Vec::new();
        for path in paths {
            let text = read(path);
            let shipped = text.split("#[cfg(test)]").next().unwrap();
            let after = shipped.split("Error::new(\"").skip(1);
            codes.extend(after.filter_map(|rest| rest.split('"').next()).map(str::to_string));
        }
        codes
    };
    let eigen = given(&["src/critical/eigen.rs"]);
    let optimizer = given(&["src/optimizer/mod.rs", "src/optimizer/parameter.rs"]);
    assert!(
        eigen.contains(&"eigen.no-convergence".to_string()) && optimizer.len() >= 4,
        "{eigen:?} {optimizer:?}"
    );
    let types = read("www/module.d.ts");
    let constructor = above(&types, "  constructor(method: MethodName");
    for (codes, told) in [
        (&eigen, above(&read("src/browser/functions.rs"), "pub fn eigen(")),
        (&eigen, above(&read("src/critical/eigen.rs"), "pub fn eigen(")),
        (&optimizer, constructor),
    ] {
        for code in codes {
            assert!(told.contains(&format!("`{code}`")), "{code} is not in: {told}");
        }
    }
}
