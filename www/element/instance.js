// One compiled module for the page; one instance of it for each element, and one for the plain functions.

let compiled;
function compile() {
  compiled ??= (async () => {
    const packed = Uint8Array.from(atob(bundle.wasm), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return WebAssembly.compile(await new Response(stream).arrayBuffer());
  })();
  return compiled;
}

let plain = null;
let module = null;
async function ready() {
  module = await compile();
}

// Calls a plain function. A trap spoils only the instance of the plain functions, and the next call has a new one.
function call(name, ...args) {
  if (!module) throw new Error("saddlescope: await ready first");
  plain ??= instantiate(module);
  return within(() => plain[name](...args));
}

// Whatever runs in the instance of the plain functions.
function within(act) {
  try {
    return act();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) plain = null;
    throw error;
  }
}

// The names of a lab's controls, empty if there is no such lab.
function controls(lab) {
  if (!call("labs").includes(lab)) return [];
  const opened = new plain.Lab(lab, [], []);
  const names = JSON.parse(opened.describe()).controls.map((control) => control.id);
  opened.free();
  return names;
}
