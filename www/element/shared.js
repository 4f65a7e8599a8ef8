// What all elements of a page share: one frame, one observer of sizes, one of nearness, one style sheet per document.
// Without a DOM nothing of it exists: then this file ends the script.

if (!globalThis.HTMLElement || !globalThis.customElements) {
  // Whoever imports the functions into a worker of his own is not disturbed: only our own messages are heard.
  if (globalThis.WorkerGlobalScope) serve(globalThis);
  return { ready, call, within, controls, words };
}

const live = new Set();
const waiting = new Set();
let request = 0;
let before = 0;

function ask(element) {
  waiting.add(element);
  request ||= requestAnimationFrame(frame);
}

function frame(now) {
  request = 0;
  const seconds = Math.min(0.1, Math.max(0, (now - before) / 1000));
  before = now;
  const turn = [...waiting];
  waiting.clear();
  for (const element of turn) element.frame(seconds);
}

const stages = new WeakMap();
const sizes = new ResizeObserver((entries) => {
  const touched = new Set();
  for (const entry of entries) touched.add(stages.get(entry.target));
  // The first is painted at once; on a page that opens, the others need not keep it from being seen.
  let first = true;
  for (const scope of touched) if (scope) first = scope.measure(first);
});
const nearness = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const scope = scopes.get(target);
      if (scope) scope.approach((scope.inView = isIntersecting));
    }
  },
  { rootMargin: "60% 0px" },
);
const scopes = new WeakMap();
const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const repaint = () => live.forEach((scope) => scope.restyle());
dark.addEventListener("change", repaint);
const mood = new MutationObserver(repaint);
// Said again for every element: in the head of a page there is no body yet.
function heed() {
  for (const node of [document.documentElement, document.body]) {
    if (node) mood.observe(node, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", ...SAID] });
  }
}
// Zoom and a move to another screen change the pixel ratio; not every time do they resize the window too.
function density() {
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => (repaint(), density()), { once: true });
}
density();
// On paper everything is in view.
addEventListener("beforeprint", () => live.forEach((scope) => scope.approach(true)));
addEventListener("afterprint", () => live.forEach((scope) => scope.approach(scope.inView)));

const sheets = new WeakMap();
function sheet(document) {
  if (!sheets.has(document)) {
    const made = new document.defaultView.CSSStyleSheet();
    made.replaceSync(contents().css);
    sheets.set(document, made);
  }
  return sheets.get(document);
}

// Elements far from view are opened one at a time, when nothing else is to be done.
const idle = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 200));
const line = new Set();
function later(scope) {
  if (!line.size) idle(next);
  line.add(scope);
}
async function next() {
  const [scope] = line;
  await scope?.start();
  line.delete(scope);
  if (line.size) idle(next);
}
