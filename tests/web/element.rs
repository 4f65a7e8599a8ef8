//! The script as it is shipped draws, obeys, speaks and exports.

use crate::browser::{floats, page};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn the_element_draws() {
    let got = page(
        r#"
        const scope = await put({ at: "0,0" });
        const stage = find(scope, "[data-name=map] .stage");
        const { left, top } = find(scope, "[data-handle=theta]").style;
        return {
          valley: colour(scope, "pixels", 0.75, 0.25), hill: colour(scope, "pixels", 0.03, 0.2),
          middle: colour(scope, "pixels", 0.5, 0.42), point: colour(scope, "front", 0.5, 0.5),
          surface: bytes(scope, "surface", "pixels").some((byte) => byte > 0),
          place: [left, top], width: stage.clientWidth, canvas: find(scope, "[data-name=map] .back").width,
          ratio: devicePixelRatio, verdict: verdict(scope), numbers: numbers(scope),
        };
        "#,
    )
    .await;
    let luma = |name: &str| {
        let c = floats(&got[name]);
        assert_eq!(c[3], 255.0, "the heat map is opaque: {got}");
        0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
    };
    // L is 0, 1 and about 9 there: lightness rises with L.
    assert!(luma("valley") + 10.0 < luma("middle"), "{got}");
    assert!(luma("middle") + 10.0 < luma("hill"), "{got}");
    let point = floats(&got["point"]);
    assert!((point[0] - 0.0).abs() < 40.0 && (point[1] - 114.0).abs() < 40.0, "blue at θ: {got}");
    assert!((point[2] - 178.0).abs() < 40.0 && point[3] > 200.0, "blue at θ: {got}");
    assert_eq!(got["surface"], true);
    assert_eq!(got["place"], serde_json::json!(["50%", "50%"]));
    let width = got["width"].as_f64().unwrap() * got["ratio"].as_f64().unwrap();
    assert!(width > 300.0 && (got["canvas"].as_f64().unwrap() - width).abs() <= 1.0, "{got}");
    assert!(got["verdict"].as_str().unwrap().contains("Saddle"), "{got}");
    let numbers = got["numbers"].as_str().unwrap();
    assert!(numbers.contains("−2") && numbers.contains("0.707"), "{numbers}");
}

#[wasm_bindgen_test]
async fn a_control_changes_readout_and_picture() {
    let got = page(
        r#"
        const scope = await put();
        const heard = listen(scope, "saddle-input");
        const before = [numbers(scope), bytes(scope, "map", "pixels"), verdict(scope)];
        await set(scope, "loss", "himmelblau");
        const after = [numbers(scope), bytes(scope, "map", "pixels")];
        const formula = find(scope, "[data-name=loss] input").value;
        await set(scope, "direction", "0.9");
        const turned = [numbers(scope), bytes(scope, "map", "pixels"), bytes(scope, "map", "front")];
        await set(scope, "direction", "0.1");
        return {
          numbers: before[0] !== after[0], back: differ(before[1], after[1]), formula, state: scope.state,
          turned: turned[0] !== numbers(scope), sameBack: !differ(turned[1], bytes(scope, "map", "pixels")),
          front: differ(turned[2], bytes(scope, "map", "front")), heard: heard.length,
        };
        "#,
    )
    .await;
    for name in ["numbers", "back", "turned", "sameBack", "front"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
    assert!(got["formula"].as_str().unwrap().contains("11"), "{got}");
    assert!(got["state"].as_str().unwrap().starts_with("loss=himmelblau"), "{got}");
    assert_eq!(got["heard"], 3, "{got}");
}

#[wasm_bindgen_test]
async fn keys_and_pointer_move_the_point() {
    let got = page(
        r#"
        const scope = await put();
        const heard = listen(scope, "saddle-input");
        const place = () => find(scope, "[data-handle=theta]").getBoundingClientRect();
        const start = place().x;
        await press(scope, "ArrowRight");
        const step = place().x - start;
        const one = [scope.state, verdict(scope)];
        await press(scope, "ArrowRight", true);
        const large = place().x - start - step;
        await press(scope, "x");
        const keys = heard.length;
        const front = find(scope, "[data-name=map] .front");
        const box = front.getBoundingClientRect();
        const send = (target, name, x, y) => target.dispatchEvent(new PointerEvent(name, { pointerId: 1, button: 0,
          pointerType: "mouse", clientX: box.x + x * box.width, clientY: box.y + y * box.height, bubbles: true, composed: true }));
        send(front, "pointerdown", 0.75, 0.25);
        await frames();
        const pressed = scope.state;
        // A press far from the view's edge, by a host that scales the element: the place is still under the pointer.
        scope.style.transform = "scale(0.5)";
        scope.style.transformOrigin = "0 0";
        const small = front.getBoundingClientRect();
        front.dispatchEvent(new PointerEvent("pointerdown", { pointerId: 1, button: 0, pointerType: "mouse", bubbles: true,
          clientX: small.x + 0.25 * small.width, clientY: small.y + 0.75 * small.height }));
        await frames();
        const scaled = scope.state;
        scope.style.transform = "";
        // The handle itself, taken hold of off its centre: it keeps its distance to the pointer.
        const handle = find(scope, "[data-handle=theta]");
        handle.setPointerCapture = () => {};
        send(handle, "pointerdown", 0.26, 0.75);
        send(handle, "pointermove", 0.51, 0.5);
        await frames();
        send(handle, "pointermove", 0.76, 0.25);
        send(handle, "pointerup", 0.76, 0.25);
        send(handle, "pointermove", 0.1, 0.1);
        await frames();
        return { step, large, one, keys, pressed, scaled, dragged: scope.state };
        "#,
    )
    .await;
    assert!(got["step"].as_f64().unwrap() > 0.5, "{got}");
    assert!(got["large"].as_f64().unwrap() > 2.0 * got["step"].as_f64().unwrap(), "{got}");
    assert!(got["one"][0].as_str().unwrap().contains("at="), "{got}");
    assert!(got["one"][1].as_str().unwrap().contains("Not a critical point"), "{got}");
    assert_eq!(got["keys"], 2, "{got}");
    let at = |name: &str| {
        let state = got[name].as_str().unwrap();
        let text = state.split('&').find_map(|pair| pair.strip_prefix("at=")).unwrap_or("0,0");
        let (x, y) = text.split_once(',').unwrap();
        [x.parse::<f64>().unwrap(), y.parse::<f64>().unwrap()]
    };
    let near = |name: &str, wanted: [f64; 2]| {
        let [x, y] = at(name);
        assert!((x - wanted[0]).abs() < 0.03 && (y - wanted[1]).abs() < 0.03, "{name}: {got}");
    };
    near("pressed", [1.0, 1.0]);
    near("scaled", [-1.0, -1.0]);
    near("dragged", [1.0, 1.0]);
}

#[wasm_bindgen_test]
async fn two_elements_live_side_by_side() {
    let got = page(
        r#"
        const first = await put();
        const second = await put({ at: "1,1" });
        const before = [second.state, numbers(second), bytes(second, "map", "front")];
        await press(first, "ArrowUp");
        await set(first, "loss", "himmelblau");
        return {
          first: first.state, state: second.state === before[0], numbers: numbers(second) === before[1],
          picture: !differ(bytes(second, "map", "front"), before[2]), apart: numbers(first) !== numbers(second),
        };
        "#,
    )
    .await;
    assert!(got["first"].as_str().unwrap().starts_with("loss=himmelblau"), "{got}");
    for name in ["state", "numbers", "picture", "apart"] {
        assert_eq!(got[name], true, "{name}: {got}");
    }
}

#[wasm_bindgen_test]
async fn it_speaks_both_languages_and_follows_the_theme() {
    let got = page(
        r#"
        const scope = await put();
        await press(scope, "ArrowRight");
        const state = scope.state;
        const [english, light] = [scope.shadowRoot.textContent, bytes(scope, "map", "front")];
        scope.setAttribute("theme", "dark");
        await frames();
        const night = differ(light, bytes(scope, "map", "front")) && find(scope, ".lab").classList.contains("dark");
        scope.setAttribute("lang", "zh-CN");
        await frames();
        const chinese = scope.shadowRoot.textContent;
        return { english, chinese, night, same: scope.state === state,
          raw: [...`${english} ${chinese}`.matchAll(/\b(control|readout|verdict|sentence|lab|ui|figure|handle)\.[a-z.-]+/g)].map(String) };
        "#,
    )
    .await;
    let han = |text: &str| text.chars().filter(|c| ('\u{4e00}'..'\u{9fff}').contains(c)).count();
    assert_eq!(han(got["english"].as_str().unwrap()), 0, "{got}");
    assert!(han(got["chinese"].as_str().unwrap()) > 40, "{got}");
    assert_eq!((&got["night"], &got["same"]), (&true.into(), &true.into()), "{got}");
    assert_eq!(got["raw"], serde_json::json!([]), "keys without words");
}

#[wasm_bindgen_test]
async fn exports_hold_what_they_say() {
    let got = page(
        r#"
        const scope = await put();
        const svg = new DOMParser().parseFromString(scope.toSVG(), "image/svg+xml");
        const blob = await scope.toPNG();
        const image = await createImageBitmap(blob);
        return {
          root: svg.documentElement.nodeName, image: svg.querySelector("image")?.getAttribute("href").slice(0, 22),
          paths: svg.querySelectorAll("path, polyline, line").length, type: blob.type, size: [image.width, image.height],
          surface: scope.toSVG("surface") !== scope.toSVG(), csv: scope.toCSV(),
        };
        "#,
    )
    .await;
    assert_eq!((&got["root"], &got["image"]), (&"svg".into(), &"data:image/png;base64,".into()), "{got}");
    assert!(got["paths"].as_u64().unwrap() > 5, "{got}");
    assert_eq!((&got["type"], &got["surface"]), (&"image/png".into(), &true.into()));
    assert!(got["size"][0].as_f64().unwrap() > 300.0, "{got}");
    assert!(got["csv"].as_str().unwrap().lines().count() > 1, "{got}");
}

#[wasm_bindgen_test]
async fn a_second_copy_of_the_script_is_harmless() {
    let got = page(
        r#"
        const scope = await put();
        const before = customElements.get("saddle-scope");
        const errors = [];
        const note = (event) => errors.push(event.message);
        addEventListener("error", note);
        inject(script);
        await press(scope, "ArrowRight");
        const second = await put();
        removeEventListener("error", note);
        return { same: customElements.get("saddle-scope") === before, errors, moved: scope.state !== second.state };
        "#,
    )
    .await;
    assert_eq!(got, serde_json::json!({ "same": true, "errors": [], "moved": true }));
}
