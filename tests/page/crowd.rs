//! Many elements on one page, and what they leave behind when they go.

use crate::scope::{DRAWN, WATCH, page, run};
use saddlescope::lab::REGISTRY;
use serde_json::json;
use xtask::webdriver::{Browser, Session};

/// Counts the instances of the module on the page, and the memory of those that something still holds.
const COUNT: &str = "<script>
    made = 0; memories = [];
    WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
      construct(target, given) {
        const instance = Reflect.construct(target, given);
        made += 1;
        memories.push(new WeakRef(instance.exports.memory));
        return instance;
      },
    });
    held = () => memories.map((one) => one.deref()?.buffer.byteLength ?? 0).filter(Boolean);
  </script>";

/// 50 elements on one page all draw, each in an instance of its own.
#[test]
fn fifty_elements_draw() {
    let session = Session::start(Browser::Chromium).unwrap();
    let labs: Vec<&str> = REGISTRY.iter().map(|(id, _)| *id).collect();
    let body: String = (0..50)
        .map(|i| format!("<saddle-scope lab={} lang=en></saddle-scope>", labs[i % labs.len()]))
        .collect();
    session.open(&page("test-many.html", &format!("<script src='saddlescope.js'></script>{body}"))).unwrap();
    session.wait("the first lab", DRAWN).unwrap();
    let drawn = session
        .run(
            "const all = [...document.querySelectorAll('saddle-scope')];
             return (async () => {
               let drawn = 0;
               for (const scope of all) {
                 scope.scrollIntoView();
                 for (let k = 0; k < 100; k += 1) {
                   await new Promise((done) => setTimeout(done, 20));
                   const canvas = scope.shadowRoot.querySelector('canvas.front');
                   if (canvas && canvas.width > 0) { drawn += 1; break; }
                 }
               }
               return drawn;
             })()",
            &[],
        )
        .unwrap();
    assert_eq!(drawn, 50);
}

/// What a page holds after rubbish was thrown away.
#[derive(Debug)]
struct Held {
    /// Instances of the module, and the bytes of their linear memories.
    instances: usize,
    linear: f64,
    /// Bytes of the JavaScript heap.
    heap: f64,
    /// Nodes of the document tree and listeners on them.
    nodes: f64,
    listeners: f64,
}

impl Held {
    fn by(session: &Session) -> Self {
        for _ in 0..3 {
            session.chromium("HeapProfiler.collectGarbage", &json!({})).unwrap();
            run(session, "return pause(50)");
        }
        let bytes = run(session, "return held()");
        let bytes: Vec<f64> =
            bytes.as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).collect();
        let heap = session.chromium("Runtime.getHeapUsage", &json!({})).unwrap();
        let dom = session.chromium("Memory.getDOMCounters", &json!({})).unwrap();
        Self {
            instances: bytes.len(),
            linear: bytes.iter().sum(),
            heap: heap["usedSize"].as_f64().unwrap(),
            nodes: dom["nodes"].as_f64().unwrap(),
            listeners: dom["jsEventListeners"].as_f64().unwrap(),
        }
    }
}

/// 1,000 times connected and disconnected, every fourth time with a lab that is really opened and drawn, each lab in its
/// turn: instances, memory, nodes, listeners and workers are what they were.
#[test]
fn a_thousand_cycles_leave_memory_where_it_was() {
    let session = Session::start(Browser::Chromium).unwrap();
    let body = format!("{COUNT}{WATCH}<saddle-scope lab=critical-point lang=en></saddle-scope>");
    session.open(&page("test-cycles.html", &body)).unwrap();
    session.wait("the lab", DRAWN).unwrap();
    let cycle = |lab: &str, times: usize| {
        let script = "const node = scope();
             const { parentNode } = node;
             node.setAttribute('lab', arguments[0]);
             const drawn = () => node.shadowRoot.querySelector('canvas.front')?.width > 0 && find('.handle');
             return (async () => {
               for (let k = 0; k < arguments[1]; k += 1) {
                 node.remove();
                 await Promise.resolve();
                 if (node.shadowRoot.querySelector('canvas')) throw new Error('not let go');
                 parentNode.append(node);
                 if (k % 4 === 0) while (!drawn()) await pause(5);
               }
             })()";
        session.run(script, &[json!(lab), json!(times)]).unwrap();
    };
    let home = || {
        cycle("critical-point", 1);
        Held::by(&session)
    };
    for (lab, _) in REGISTRY {
        cycle(lab, 1);
    }
    let before = home();
    let made = run(&session, "return made").as_u64().unwrap();
    for round in 0..50 {
        cycle(REGISTRY[round % REGISTRY.len()].0, 20);
    }
    let after = home();
    let made = run(&session, "return made").as_u64().unwrap() - made;
    println!("before 1,000 cycles: {before:?}\nafter, {made} instances later: {after:?}");
    assert!(made >= 250, "only {made} labs were opened");
    assert_eq!((before.instances, after.instances), (1, 1));
    assert!(after.linear <= before.linear, "{before:?} {after:?}");
    assert!(after.heap < before.heap + 2e6, "{before:?} {after:?}");
    assert!(
        after.nodes <= before.nodes + 50.0 && after.listeners <= before.listeners + 10.0,
        "{before:?} {after:?}"
    );
    assert_eq!(run(&session, "return hired - dismissed"), 0, "workers");
}
