//! The script as it is shipped survives: traps, removal, hostile and wrong input, a page that refuses WebAssembly.

use crate::browser::page;
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_trap_is_healed_and_leaves_the_others_alone() {
    let got = page(
        r#"
        const first = await put();
        const second = await put({ at: "1,1" });
        const other = find(second, "[data-handle=theta]");
        const heard = listen(first, "saddle-error");
        await press(first, "ArrowRight");
        const state = first.state;
        const healed = [];
        const said = await silence(async () => {
          for (let i = 0; i < 5; i += 1) {
            const old = find(first, "[data-handle=theta]");
            first.trap();
            await drawn(first);
            await press(first, "ArrowRight");
            await press(first, "ArrowLeft");
            healed.push([first.state === state, find(first, "[data-handle=theta]") !== old,
              colour(first, "pixels", 0.03, 0.2)[3] === 255]);
          }
        });
        const before = second.state;
        await press(second, "ArrowRight");
        return { healed, heard, said: said.length, kept: find(second, "[data-handle=theta]") === other,
          alive: second.state !== before };
        "#,
    )
    .await;
    assert_eq!(got["healed"], serde_json::json!(vec![[true; 3]; 5]), "{got}");
    assert_eq!(got["heard"].as_array().unwrap().len(), 5, "{got}");
    assert_eq!(got["heard"][0]["code"], "trap");
    assert_eq!((&got["said"], &got["kept"], &got["alive"]), (&5.into(), &true.into(), &true.into()), "{got}");
}

#[wasm_bindgen_test]
async fn a_lab_that_cannot_be_rebuilt_says_so_in_its_language() {
    let got = page(
        r#"
        const scope = await put({ lang: "zh" });
        const other = await put();
        const heard = listen(scope, "saddle-error");
        const { Instance } = WebAssembly;
        await silence(async () => {
          WebAssembly.Instance = function () { throw new WebAssembly.RuntimeError("unreachable"); };
          scope.trap();
          WebAssembly.Instance = Instance;
          await frames();
        });
        const message = find(scope, "[role=alert]").textContent;
        await press(other, "ArrowRight");
        find(scope, "button").click();
        await drawn(scope);
        return { message, heard: heard.map(({ code }) => code), again: verdict(scope), other: other.state };
        "#,
    )
    .await;
    assert_eq!(got["heard"], serde_json::json!(["trap", "trap"]), "{got}");
    assert!(got["message"].as_str().unwrap().contains("重置"), "{got}");
    assert!(got["again"].as_str().unwrap().contains('鞍'), "{got}");
    assert!(got["other"].as_str().unwrap().contains("at="), "{got}");
}

#[wasm_bindgen_test]
async fn removal_frees_and_return_restores() {
    let got = page(
        r#"
        const scope = await put();
        await press(scope, "ArrowRight");
        const [state, text] = [scope.state, numbers(scope)];
        const canvas = find(scope, ".front");
        // Moved: the same DOM, the same canvases.
        const box = document.createElement("div");
        document.body.append(box);
        box.append(scope);
        await frames();
        const moved = find(scope, ".front") === canvas && canvas.width > 0;
        // Removed: canvases and instance are gone, the state is not.
        scope.remove();
        await frames();
        const freed = !find(scope, "canvas") && canvas.width === 0 && scope.toCSV() === "";
        const kept = scope.state === state;
        box.append(scope);
        await drawn(scope);
        const back = numbers(scope) === text && scope.state === state;
        for (let i = 0; i < 100; i += 1) {
          scope.remove();
          await Promise.resolve();
          box.append(scope);
        }
        await drawn(scope);
        const alive = numbers(scope) === text;
        box.remove();
        return { moved, freed, kept, back, alive };
        "#,
    )
    .await;
    for name in ["moved", "freed", "kept", "back", "alive"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
}

#[wasm_bindgen_test]
async fn hostile_attributes_do_nothing() {
    let got = page(
        r#"
        const errors = [];
        const note = (event) => errors.push(event.message ?? String(event.reason));
        addEventListener("error", note);
        addEventListener("unhandledrejection", note);
        let scope;
        const said = await silence(async () => {
          scope = await put({
            loss: "<img src=x onerror=\"window.hacked = 1\">", at: "NaN,1e999", direction: "1e999", theme: "sepia",
            level: "most", guess: "__proto__", constructor: "1", bogus: "2", zoom: "x".repeat(100_000), hide: "]\"><script>",
          });
          scope.setAttribute("direction", "500");
          scope.setAttribute("direction", "500");
          await frames();
          scope.setAttribute("loss", "(".repeat(5000));
          await frames();
          scope.state = "at=%3Cscript%3E&loss=%00%ff&&&===&direction=-1e400";
          await frames();
        });
        removeEventListener("error", note);
        removeEventListener("unhandledrejection", note);
        return {
          errors, hacked: window.hacked ?? null, images: scope.shadowRoot.querySelectorAll("img, script").length,
          wrong: find(scope, ".formula .wrong").textContent, verdict: verdict(scope), said,
          drawn: colour(scope, "pixels", 0.03, 0.2)[3],
        };
        "#,
    )
    .await;
    assert_eq!(got["errors"], serde_json::json!([]), "{got}");
    assert_eq!((&got["hacked"], &got["images"]), (&Value::Null, &0.into()), "{got}");
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
    assert_eq!(got["drawn"], 255, "{got}");
    let said: Vec<&str> = got["said"].as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect();
    assert!(
        said.iter().any(|m| m.contains("bogus") && m.contains("direction")),
        "names the allowed: {said:#?}"
    );
    assert!(said.iter().any(|m| m.contains("sepia") && m.contains("light")), "{said:#?}");
    assert_eq!(said.iter().filter(|m| m.contains("direction: 500")).count(), 1, "once each: {said:#?}");
    assert!(said.iter().all(|m| m.len() < 2_000), "{said:#?}");
}

#[wasm_bindgen_test]
async fn pasted_data_are_read_as_numbers_and_nothing_more() {
    let got = page(
        r#"
        const scope = await put({ lab: "batch", lang: "en" });
        const hidden = find(scope, "[data-name=csv]").hidden;
        await set(scope, "data", "own");
        const box = find(scope, "[data-name=csv] textarea");
        const wrong = find(scope, "[data-name=csv] .wrong");
        const paste = async (text) => {
          box.value = text;
          box.dispatchEvent(new Event("change", { bubbles: true }));
          await frames();
          return wrong.hidden ? null : wrong.textContent;
        };
        const before = bytes(scope, "map", "pixels");
        const said = [
          await paste("1,2,3\n4,<img src=x onerror=\"window.pasted = 1\">,6"),
          await paste("1,2,3\n=HYPERLINK(\"http://example.invalid\"),2,3"),
          await paste("1,2,3\n\n4,5"),
        ];
        const kept = !differ(before, bytes(scope, "map", "pixels"));
        const good = await paste("a,b,kind\r\n1,2,no\r\n2,1,yes\r\n3,5,no\r\n5,3,yes\r\n4,4,no\r\n1,1,yes\r\n");
        return {
          hidden, said, kept, good, drawn: differ(before, bytes(scope, "map", "pixels")), hacked: window.pasted ?? null,
          images: scope.shadowRoot.querySelectorAll("img, script").length, verdict: verdict(scope),
          remarks: find(scope, ".remarks").textContent,
        };
        "#,
    )
    .await;
    let said: Vec<&str> = got["said"].as_array().unwrap().iter().map(|s| s.as_str().unwrap_or("")).collect();
    for (said, row) in
        said.iter().zip(["Row 2, column 2: “<img", "Row 2, column 1: “=HYPERLINK", "Row 3: cells found: 2"])
    {
        assert!(said.starts_with(row), "{got}");
    }
    assert_eq!(
        (&got["hidden"], &got["kept"], &got["drawn"]),
        (&true.into(), &true.into(), &true.into()),
        "{got}"
    );
    assert_eq!(
        (&got["good"], &got["hacked"], &got["images"]),
        (&Value::Null, &Value::Null, &0.into()),
        "{got}"
    );
    assert!(got["verdict"].as_str().unwrap().contains("Single example (B = 1) ends lowest"), "{got}");
    assert!(got["remarks"].as_str().unwrap().contains("all 6"), "{got}");
}

#[wasm_bindgen_test]
async fn a_wrong_formula_is_marked_and_the_last_good_figure_stays() {
    let got = page(
        r#"
        const scope = await put();
        const before = bytes(scope, "map", "pixels");
        const input = find(scope, "[data-name=loss] input");
        input.value = "w1^2 + * w2";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await until("the message", () => !find(scope, ".formula .wrong").hidden);
        const wrong = find(scope, ".formula .wrong");
        const marked = [wrong.querySelector("mark").textContent, wrong.textContent, input.getAttribute("aria-invalid")];
        const kept = !differ(before, bytes(scope, "map", "pixels"));
        input.value = "w1^2 - 3*w2^2";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await frames();
        return { marked, kept, gone: find(scope, ".formula .wrong").hidden, drawn: differ(before, bytes(scope, "map", "pixels")),
          verdict: verdict(scope), choice: find(scope, "[data-name=loss] select").value };
        "#,
    )
    .await;
    assert_eq!(got["marked"][0], "*", "{got}");
    assert!(got["marked"][1].as_str().unwrap().len() > 20, "{got}");
    assert_eq!(got["marked"][2], "true");
    for name in ["kept", "gone", "drawn"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
    assert_eq!(got["choice"], "");
}

#[wasm_bindgen_test]
async fn a_page_that_refuses_webassembly_is_told_what_to_allow() {
    let got = page(
        r#"
        const frame = document.createElement("iframe");
        frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'"><body></body>`;
        document.body.append(frame);
        await new Promise((then) => (frame.onload = then));
        const inside = frame.contentDocument;
        const node = inside.createElement("script");
        node.textContent = script;
        inside.head.append(node);
        const scope = inside.createElement("saddle-scope");
        scope.setAttribute("lab", "critical-point");
        inside.body.append(scope);
        await until("the message", () => scope.shadowRoot.querySelector("[role=alert]"));
        const text = scope.shadowRoot.textContent;
        frame.remove();
        return text;
        "#,
    )
    .await;
    assert!(got.as_str().unwrap().contains("script-src 'wasm-unsafe-eval'"), "{got}");
}

#[wasm_bindgen_test]
async fn an_unknown_lab_is_said_and_a_known_one_can_follow() {
    let got = page(
        r#"
        const scope = document.createElement("saddle-scope");
        scope.setAttribute("lab", "<b>none</b>");
        scope.setAttribute("lang", "en");
        scope.style.cssText = "position: fixed; left: 0; top: 0; width: 1000px";
        const heard = listen(scope, "saddle-error");
        let text;
        await silence(async () => {
          document.body.append(scope);
          await until("the message", () => find(scope, "[role=alert]"));
          text = find(scope, "[role=alert]").textContent;
        });
        scope.setAttribute("lab", "critical-point");
        await drawn(scope);
        return { text, code: heard[0].code, verdict: verdict(scope) };
        "#,
    )
    .await;
    let text = got["text"].as_str().unwrap();
    assert!(text.contains("<b>none</b>") && text.contains("critical-point"), "{got}");
    assert_eq!(got["code"], "unknown-lab");
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
}
