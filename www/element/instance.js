// One compiled module for the page; one instance of it for each element, and one for the plain functions.

// What the build packed: the module, the style sheet, the words of each language, the lessons.
let opened;
function contents() {
  opened ??= unpack(bytes(bundle.packed));
  return opened;
}

let compiled;
function compile() {
  compiled ??= (async () => {
    const { wasm } = contents();
    // Two elements compile the same promise: the bytes have served.
    opened.wasm = null;
    return WebAssembly.compile(wasm);
  })();
  return compiled;
}

// `Uint8Array.from` with a function takes ten times as long as this loop.
function bytes(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let k = 0; k < out.length; k += 1) out[k] = text.charCodeAt(k);
  return out;
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
