// The custom element <saddle-scope>: it builds the DOM of a lab from what the lab declares, passes events in and writes
// what comes back. It computes nothing. `bundle` and `instantiate` are in scope: see ARCHITECTURE.md.

const api = (() => {
  const TAG = "saddle-scope";
  // Attributes of the element itself; every other one sets a control of the lab.
  const OWN = ["lab", "lang", "theme", "level", "hide", "link", "height"];
  // Those that a link may hold; language and look are the reader's own, unless the author wrote them into it.
  const LINKED = ["level", "hide", "height"];
  const LOOKS = ["lang", "theme"];
  const LEVELS = ["basic", "more"];
  const THEMES = ["auto", "light", "dark"];
  // Attributes that any element may carry.
  const GLOBAL = new Set(["id", "class", "style", "title", "slot", "hidden", "dir", "role", "tabindex", "part", "nonce",
    "inert", "draggable", "translate", "is"]);
  const SVG = "http://www.w3.org/2000/svg";
  const MATHML = "http://www.w3.org/1998/Math/MathML";
  const MARKS = {
    dot: "M8 2.5a5.5 5.5 0 1 0 .01 0z",
    down: "M2 3.5h12L8 14z",
    up: "M2 12.5h12L8 2z",
    cross: "M3 3l10 10M13 3L3 13",
    diamond: "M8 1.5L14.5 8 8 14.5 1.5 8z",
    square: "M3 3h10v10H3z",
  };
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  // One compiled module for the page; one instance for each element, and one for the plain functions.

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

  // Long work in a worker: a lab of the same kind in the same state, which sends what it finds as plain numbers.
  // `self` is the worker's; the module comes in a message, so that nothing is fetched.
  function serve(self) {
    let core = null;
    let lab = null;
    let turn = 0;
    const step = (job) => {
      if (job !== turn) return;
      const progress = lab.work(20);
      const found = lab.harvest();
      self.postMessage({ saddlescope: "found", job, found, done: Number.isNaN(progress) }, [found.buffer]);
      if (!Number.isNaN(progress)) setTimeout(step, 0, job);
    };
    self.addEventListener("message", ({ data }) => {
      if (data?.saddlescope === "begin") {
        core = instantiate(data.module);
        self.postMessage({ saddlescope: "ready" });
      } else if (data?.saddlescope === "work" && core) {
        turn = data.job;
        lab?.free();
        lab = new core.Lab(data.lab, [], []);
        lab.restore(data.state);
        step(turn);
      } else if (data?.saddlescope === "stop") {
        turn = 0;
      }
    });
  }

  // A worker that has answered, or null: policies refuse a worker in silence, hence the limit of time.
  function hire(source) {
    return new Promise((settle) => {
      let worker;
      const give = (result) => {
        clearTimeout(late);
        if (!result) worker?.terminate();
        settle(result);
      };
      const late = setTimeout(give, 4000, null);
      try {
        worker = new Worker(source);
        worker.addEventListener("message", ({ data }) => data?.saddlescope === "ready" && give(worker), { once: true });
        worker.addEventListener("error", () => give(null), { once: true });
        worker.postMessage({ saddlescope: "begin", module });
      } catch {
        give(null);
      }
    });
  }

  // Where this script came from, if that is an address that a worker may have.
  const address = globalThis.document?.currentScript?.src ?? "";

  // From a Blob with what a worker needs, else from the script itself, else none.
  async function worker() {
    const text = `${instantiate}\n(${serve})(self);`;
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const hired = (await hire(url)) ?? (/^https?:/.test(address) ? await hire(address) : null);
    URL.revokeObjectURL(url);
    return hired;
  }

  // The words of a language; what it lacks is said in English.
  function words(language) {
    return { ...bundle.text.en, ...bundle.text[language] };
  }

  // Light or dark as an element around ours says it, in the ways of the places where course notes are read: Sphinx
  // themes, MkDocs, Docusaurus, Quarto, Bootstrap, mdBook, reveal.js, JupyterLab. Undefined where none says.
  const SAID = ["data-theme", "data-md-color-scheme", "data-bs-theme", "data-mode", "data-color-mode"];
  const DARK = /^(dark|slate|quarto-dark|has-dark-background|coal|navy|ayu)$/;
  const LIGHT = /^(light|default|quarto-light|has-light-background|rust)$/;
  function around(node) {
    while (node) {
      const said = SAID.map((name) => node.getAttribute(name) ?? "");
      const jupyter = node.getAttribute("data-jp-theme-light");
      if (jupyter) said.push(jupyter === "false" ? "dark" : "light");
      if (node === document.documentElement || node === document.body) said.push(...node.classList);
      for (const word of said) {
        if (DARK.test(word)) return true;
        if (LIGHT.test(word)) return false;
      }
      node = node.parentElement ?? node.getRootNode().host;
    }
    return undefined;
  }

  if (!globalThis.HTMLElement || !globalThis.customElements) {
    // Whoever imports the functions into a worker of his own is not disturbed: only our own messages are heard.
    if (globalThis.WorkerGlobalScope) serve(globalThis);
    return { ready, call, within, controls, words };
  }

  // What all elements share: one frame, one observer of sizes, one of nearness, one style sheet per document.

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
    for (const scope of touched) scope?.measure();
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
  for (const node of [document.documentElement, document.body]) {
    if (node) mood.observe(node, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", ...SAID] });
  }
  // Zoom and a move to another screen change the pixel ratio, and resize the window.
  addEventListener("resize", repaint);
  // On paper everything is in view.
  addEventListener("beforeprint", () => live.forEach((scope) => scope.approach(true)));
  addEventListener("afterprint", () => live.forEach((scope) => scope.approach(scope.inView)));

  const sheets = new WeakMap();
  function sheet(document) {
    if (!sheets.has(document)) {
      const made = new document.defaultView.CSSStyleSheet();
      made.replaceSync(bundle.css);
      sheets.set(document, made);
    }
    return sheets.get(document);
  }

  const idle = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 200));

  // DOM helpers. Text goes in as text, never as markup.

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function mark(shape, hollow) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", `mark ${shape}${hollow ? " hollow" : ""}`);
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", MARKS[shape] ?? "");
    svg.append(path);
    return svg;
  }

  function math([name, ...parts]) {
    if (name === "ink") {
      const node = math(parts[1]);
      node.classList.add(`ink-${parts[0]}`);
      return node;
    }
    const node = document.createElementNS(MATHML, name);
    for (const part of parts) node.append(typeof part === "string" ? part : math(part));
    // A bracket whose partner stands in another piece would grow to the height of the line.
    if (name === "mo" && "()".includes(parts[0])) node.setAttribute("stretchy", "false");
    return node;
  }

  // A long line of mathematics in pieces, between which it may be broken: at gaps, and outside brackets after commas, before
  // an = behind something long, and before a +, a / or another = behind an =.
  function pieces([name, ...parts]) {
    if (name === "ink") return pieces(parts[1]).map((piece) => ["ink", parts[0], piece]);
    if (name !== "mrow") return [[name, ...parts]];
    const rows = [["mrow"]];
    let equals = 0;
    let depth = 0;
    for (const part of parts) {
      const gap = part[0] === "mspace";
      const equal = part[0] === "mo" && "=≈".includes(part[1]);
      const behind = equals > 0 || (equal && rows.at(-1).flat(9).join("").length > 26);
      const sign = part[0] === "mo" && behind && depth === 0 && "=≈+/".includes(part[1]);
      depth += (part[1] === "(") - (part[1] === ")");
      if (equal) equals += 1;
      if (gap) equals = 0;
      if (gap || sign) rows.push(["mrow"]);
      if (!gap) rows.at(-1).push(part);
      if (part[1] === "," && depth === 0) rows.push(["mrow"]);
    }
    return rows.filter((piece) => piece.length > 1);
  }

  function save(name, blob) {
    const url = URL.createObjectURL(blob);
    make("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  // One element's inside. The element itself shows only what is public.
  class Scope {
    constructor(host) {
      this.host = host;
      this.shadow = host.attachShadow({ mode: "open" });
      // Keys that a control of ours has taken are not the host's too: mdBook and reveal.js turn pages by arrows, and
      // cannot see past the shadow root that a slider had them.
      this.shadow.addEventListener("keydown", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && !/^(Tab|Escape|F\d+)$/.test(event.key)) event.stopPropagation();
      });
      this.lab = null;
      // The last state in which everything worked; null before there was one.
      this.good = null;
      this.near = false;
      this.warned = new Set();
      this.attributes = new MutationObserver((records) => {
        for (const name of new Set(records.map((record) => record.attributeName))) this.attribute(name);
      });
      scopes.set(host, this);
    }

    connect() {
      this.shadow.adoptedStyleSheets = [sheet(this.host.ownerDocument)];
      if (live.has(this)) return;
      live.add(this);
      this.attributes.observe(this.host, { attributes: true });
      nearness.observe(this.host);
      if (!this.shadow.hasChildNodes()) this.shadow.append(make("div", { class: "lab waiting" }));
    }

    // An element that is moved is disconnected and connected again: only what stays away is freed.
    disconnect() {
      queueMicrotask(() => {
        if (this.host.isConnected || !live.delete(this)) return;
        this.attributes.disconnect();
        nearness.unobserve(this.host);
        this.near = false;
        this.close();
      });
    }

    close() {
      if (this.lab) {
        this.good = this.guard((lab) => lab.state(), this.good);
        this.lab?.free();
      }
      this.lab = null;
      this.dismiss();
      this.drag = null;
      for (const figure of this.figures?.values() ?? []) {
        sizes.unobserve(figure.stage);
        this.empty(figure);
      }
      this.figures = null;
      waiting.delete(this);
      this.shadow.replaceChildren(make("div", { class: "lab waiting" }));
    }

    approach(near) {
      this.near = near;
      if (near) this.start();
      else idle(() => this.start());
      if (!near) for (const figure of this.figures?.values() ?? []) this.empty(figure);
      if (this.lab && near) this.render();
    }

    empty({ canvases }) {
      for (const canvas of canvases) canvas.width = canvas.height = 0;
    }

    async start() {
      if (this.lab || this.starting || this.failed || !live.has(this)) return;
      this.starting = true;
      try {
        module ??= await compile();
      } catch (error) {
        return this.fail("refused", "ui.refused", error);
      } finally {
        this.starting = false;
      }
      if (live.has(this) && !this.lab) this.open();
    }

    // Opens the lab from the last good state, or from the attributes.
    open() {
      const { host } = this;
      this.failed = false;
      try {
        const language = this.language();
        const text = words(language);
        this.say = (key, values = {}) =>
          (text[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
        const core = instantiate(module);
        const id = host.getAttribute("lab") ?? "";
        const labs = core.labs();
        if (!labs.includes(id)) return this.fail("unknown-lab", "ui.unknown-lab", null, { given: id, allowed: labs.join(", ") });
        this.lab = new core.Lab(id, Object.keys(text), Object.values(text));
        this.described = JSON.parse(this.lab.describe());
        if (this.good === null) this.settle();
        else this.lab.restore(this.good).forEach((message) => this.warn(message));
        this.build(language);
        this.checkOwn();
        this.render();
      } catch (error) {
        this.broken(error);
      }
    }

    // The author's opening state: defaults, then the attributes in declared order.
    settle() {
      const names = this.described.controls.map((control) => control.id);
      for (const name of names) {
        const value = this.host.getAttribute(name);
        if (value !== null) this.setFrom(name, value);
      }
      for (const { name, value } of this.host.attributes) {
        if (!this.foreign(name) && !names.includes(name)) this.setFrom(name, value);
      }
    }

    setFrom(name, value) {
      const message = this.guard((lab) => lab.set(name, value), "");
      if (message) this.warn(message, `${name}=${value}`);
    }

    foreign(name) {
      return OWN.includes(name) || GLOBAL.has(name) || /^(aria-|data-|on|xml)/.test(name);
    }

    warn(message, about = message) {
      if (this.warned.has(about)) return;
      this.warned.add(about);
      console.warn(`${TAG}: ${message}`);
    }

    checkOwn() {
      const check = (name, allowed) => {
        const given = this.host.getAttribute(name);
        if (given !== null && !allowed.includes(given)) {
          this.warn(this.say("ui.not-allowed", { name, given: given.slice(0, 40), allowed: allowed.join(", ") }), `${name}=${given}`);
        }
      };
      check("theme", THEMES);
      check("level", LEVELS);
      const language = this.host.getAttribute("lang");
      if (language && !bundle.text[language.slice(0, 2).toLowerCase()]) check("lang", Object.keys(bundle.text));
    }

    // An attribute was changed by a script.
    attribute(name) {
      const value = this.host.getAttribute(name);
      if (name === "lab") {
        this.close();
        this.good = null;
        this.failed = false;
        this.start();
      } else if (!this.lab) {
        return;
      } else if (name === "theme") {
        this.checkOwn();
        this.restyle();
      } else if (name === "height") {
        this.bound();
      } else if (OWN.includes(name)) {
        if (name === "level") this.more = undefined;
        this.speak();
      } else if (value !== null && !this.foreign(name)) {
        this.setFrom(name, value);
        ask(this);
      }
    }

    // The same lab in another language, or with other parts hidden: a new DOM around the same instance.
    speak() {
      const language = this.language();
      const text = words(language);
      this.guard((lab) => lab.setWords(Object.keys(text), Object.values(text)));
      this.say = (key, values = {}) =>
        (text[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
      this.described = JSON.parse(this.guard((lab) => lab.describe(), "null")) ?? this.described;
      if (!this.lab) return;
      this.build(language);
      this.checkOwn();
      this.render();
    }

    // `height`: so many pixels and no more; what is beyond is scrolled to.
    bound() {
      const height = Number(this.host.getAttribute("height") ?? NaN);
      const bounded = height >= 100;
      this.root.classList.toggle("bounded", bounded);
      this.root.style.blockSize = bounded ? `${height}px` : "";
      // What scrolls must be reached by keys.
      if (bounded) this.root.tabIndex = 0;
      else this.root.removeAttribute("tabindex");
    }

    language() {
      const { host } = this;
      const given = host.closest("[lang]")?.lang || globalThis.navigator?.language || "en";
      const two = given.slice(0, 2).toLowerCase();
      return bundle.text[two] ? two : "en";
    }

    isDark() {
      const theme = this.host.getAttribute("theme");
      return theme === "dark" || (theme !== "light" && (around(this.host) ?? dark.matches));
    }

    restyle() {
      if (!this.root) return;
      this.root.classList.toggle("dark", this.isDark());
      this.measure();
    }

    // Every call into the instance goes through here. After a trap its memory is worth nothing: it is dropped unfreed.
    guard(act, otherwise) {
      if (!this.lab) return otherwise;
      try {
        return act(this.lab);
      } catch (error) {
        this.broken(error);
        return otherwise;
      }
    }

    broken(error) {
      this.lab = null;
      this.task = null;
      this.drag = null;
      this.pointer = null;
      if (this.recovering) {
        this.recovering = false;
        this.fail("trap", "ui.broken", error);
        return;
      }
      this.recovering = true;
      console.warn(`${TAG}: rebuilt after`, error);
      this.tell("saddle-error", { code: "trap", message: String(error) });
      this.open();
    }

    // Gives up, in words, in place of the lab.
    fail(code, key, error, values) {
      const text = words(this.language());
      const message = (text[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);
      this.failed = true;
      this.dismiss();
      for (const figure of this.figures?.values() ?? []) sizes.unobserve(figure.stage);
      this.figures = null;
      const again = make("button", { type: "button" }, text["ui.reset"] ?? "reset");
      again.addEventListener("click", () => {
        this.good = null;
        if (module) this.open();
      });
      this.root = make("div", { class: "lab failed", role: "alert" }, make("p", {}, message));
      if (code === "trap") this.root.append(again);
      this.root.classList.toggle("dark", this.isDark());
      this.shadow.replaceChildren(this.root);
      console.warn(`${TAG}: ${message}`, error ?? "");
      this.tell("saddle-error", { code, message });
    }

    tell(name, detail) {
      this.host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    }

    // What the user does: into the lab now, onto the page in the next frame, told to the host after that.
    user(act) {
      const result = this.guard(act);
      this.touched = true;
      ask(this);
      return result;
    }

    // The DOM.

    build(language) {
      const { say, described } = this;
      for (const figure of this.figures?.values() ?? []) sizes.unobserve(figure.stage);
      this.figures = new Map();
      this.readouts = new Map();
      this.fields = new Map();
      const open = this.more ?? this.host.getAttribute("level") === "more";
      const put = (name, tag, attributes, ...children) => {
        const node = make(tag, { "data-name": name, part: name, ...attributes }, ...children);
        this[name] = node;
        return node;
      };
      const group = () => ({ fields: make("div", { class: "fields" }), switches: make("div", { class: "switches" }) });
      const [basic, further] = [group(), group()];
      for (const control of described.controls) {
        const field = this.field(control);
        this.fields.set(control.id, field);
        const { fields, switches } = field.more ? further : basic;
        (["toggle", "action", "choice"].includes(control.kind) ? switches : fields).append(field.node);
      }
      put("controls", "div", { class: "controls" }, basic.fields, basic.switches);
      put("moreBox", "details", { class: "more", open, "data-name": "more", part: "more" }, make("summary", {}, say("ui.more")), further.fields, further.switches);
      this.moreBox.addEventListener("toggle", () => {
        this.more = this.moreBox.open;
        this.root.classList.toggle("all", this.more);
      });
      put("verdict", "div", { class: "verdict" });
      put("numbers", "dl", { class: "readouts", "data-name": "readouts", part: "readouts" });
      put("table", "div", { class: "results", role: "group", hidden: true });
      put("remarks", "div", { class: "remarks" });
      put("bar", "progress", { class: "bar", max: 1, hidden: true, "aria-label": say("ui.working") });
      put("sentence", "p", { class: "spoken", id: "sentence", "aria-live": "polite" });
      put("first", "div", { class: "slot first" });
      put("second", "div", { class: "slot second" });
      put("rest", "div", { class: "slot rest" });
      const button = (name, act) =>
        make("button", { type: "button", class: "quiet", "data-name": name, onclick: (event) => act(event.currentTarget) }, say(`ui.${name}`));
      put("footer", "div", { class: "footer" },
        button("reset", () => this.reset(true)),
        button("copy-link", (node) => this.copy(node, this.link())),
        button("embed", (node) => this.copy(node, this.snippet())),
        button("png", () => this.png().then((blob) => save(`${described.id}.png`, blob), (error) => this.warn(String(error)))),
        button("svg", () => save(`${described.id}.svg`, new Blob([this.svg()], { type: "image/svg+xml" }))),
        button("csv", () => save(`${described.id}.csv`, new Blob([this.csv()], { type: "text/csv" }))),
      );
      this.root = make("div", { class: "lab", lang: language, part: "lab" },
        make("div", { class: "head", "data-name": "title", part: "title" },
          make("div", { class: "title", role: "heading", "aria-level": "3" }, described.title),
          make("p", { class: "try" }, described.try)),
        make("div", { class: "columns" },
          // Where a table makes the right side long, the further figures stand on the left.
          make("div", { class: "column" }, this.first, this.controls, this.moreBox, ...(described.table ? [this.rest] : [])),
          make("div", { class: "column" }, this.second, this.verdict, this.bar, this.numbers, this.table, ...(described.table ? [] : [this.rest]), this.remarks)),
        this.footer,
        this.sentence,
      );
      this.root.classList.toggle("dark", this.isDark());
      this.root.classList.toggle("all", open);
      if (![...this.fields.values()].some((field) => field.more)) this.moreBox.hidden = true;
      if (this.host.getAttribute("link") === null) this.footer.querySelector("[data-name=copy-link]").hidden = true;
      this.bound();
      this.shadow.replaceChildren(this.root);
      this.hide();
    }

    // `hide` names parts: title, controls, a control, a figure, readouts, a readout, verdict, remarks, more, footer.
    hide() {
      const names = (this.host.getAttribute("hide") ?? "").split(/[\s,]+/).filter(Boolean);
      for (const name of names) {
        const nodes = this.root.querySelectorAll(`[data-name="${CSS.escape(name)}"]`);
        for (const node of nodes) node.classList.add("hidden");
      }
    }

    // The field of one declared control: its node, and how it shows a present value.
    field({ id, kind, label, more, options }) {
      const set = (text) => this.user((lab) => lab.set(id, text));
      const name = make("span", { class: "name" }, label);
      const list = (chosen) => {
        const select = make("select", {});
        for (const [value, text] of chosen) select.append(make("option", { value }, text));
        return select;
      };
      const node = make("div", { class: `control ${kind}`, "data-name": id });
      const done = (show) => ({ node, more: more || kind === "point", show });
      if (kind === "slider") {
        const output = make("span", { class: "value" });
        const input = make("input", { type: "range", min: 0, max: 1, step: "any" });
        input.addEventListener("input", () => this.user((lab) => lab.slide(id, input.valueAsNumber)));
        node.append(make("label", {}, name, output, input));
        return done(({ position, tick, value }) => {
          const step = String(tick);
          if (input.step !== step) input.step = step;
          const at = String(position);
          if (input.dataset.at !== at) {
            input.dataset.at = at;
            if (Math.abs(input.valueAsNumber - position) > tick / 2) input.value = at;
          }
          if (input.getAttribute("aria-valuetext") !== value) input.setAttribute("aria-valuetext", value);
          write(output, value);
        });
      }
      if (kind === "choice") {
        const select = list(options);
        select.addEventListener("change", () => set(select.value));
        node.append(make("label", {}, name, select));
        return done(({ text }) => {
          if (select.value !== text) select.value = text;
        });
      }
      if (kind === "toggle") {
        const input = make("input", { type: "checkbox" });
        input.addEventListener("change", () => set(input.checked ? "on" : "off"));
        node.append(make("label", {}, input, name));
        return done(({ on }) => {
          input.checked = on;
        });
      }
      if (kind === "action") {
        const button = make("button", { type: "button", onclick: () => this.user((lab) => lab.act(id)) }, label);
        node.append(button);
        return done((present) => write(button, present.label));
      }
      if (kind === "formula") return done(this.formula(id, node, name, list, options ?? [], set));
      // A point or a seed, or a longer text, typed.
      const long = kind === "text";
      const input = long ? make("textarea", { rows: 4, spellcheck: "false" }) : make("input", { type: "text", inputmode: kind === "seed" ? "numeric" : "text", spellcheck: "false" });
      const said = make("p", { class: "wrong", role: "status", hidden: true });
      input.addEventListener("change", () => {
        const message = set(input.value) ?? "";
        write(said, message);
        said.hidden = !message;
      });
      node.append(make("label", {}, name, input), said);
      return done(({ text }) => {
        if (this.shadow.activeElement !== input) input.value = text;
        else if (said.hidden && this.drag) input.value = text;
      });
    }

    formula(id, node, name, list, presets, set) {
      const { say } = this;
      const select = list([...presets, ["", say("ui.own-formula")]]);
      const input = make("input", { type: "text", spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
      const wrong = make("p", { class: "wrong", role: "status", id: `wrong-${id}`, hidden: true });
      input.setAttribute("aria-describedby", wrong.id);
      let typing = 0;
      select.addEventListener("change", () => {
        if (select.value) set(select.value);
        else input.focus();
      });
      input.addEventListener("input", () => {
        clearTimeout(typing);
        // A formula half typed is no mistake yet.
        typing = setTimeout(() => {
          typing = 0;
          ask(this);
        }, 500);
        set(input.value);
      });
      node.append(
        // Without named formulas there is nothing to choose from.
        ...(presets.length > 0 ? [make("label", {}, name, select)] : []),
        make("label", {}, presets.length > 0 ? make("span", { class: "name" }, say(id === "loss" ? "ui.type-formula" : "ui.type-function")) : name, input),
        wrong,
      );
      return ({ preset, text }, refused) => {
        const mine = refused?.control === id ? refused : null;
        if (this.shadow.activeElement !== input) input.value = mine ? mine.text : text;
        if (select.value !== preset && !(mine && typing)) select.value = preset;
        if (!mine || !typing) {
          wrong.hidden = !mine;
          input.setAttribute("aria-invalid", String(Boolean(mine)));
        }
        if (!mine || typing) return;
        // Places are counted in characters, JavaScript counts half of some.
        const letters = Array.from(mine.text);
        const start = Math.min(mine.start ?? 0, letters.length);
        const end = Math.max(start, Math.min(mine.end ?? letters.length, letters.length));
        const from = Math.max(0, start - 24);
        const here = letters.slice(start, Math.min(end, start + 24)).join("") || "\u00a0";
        const shown = make("code", {}, from > 0 ? "…" : "", letters.slice(from, start).join(""), make("mark", {}, here),
          letters.slice(end, end + 24).join(""));
        if (mine.start === undefined) wrong.replaceChildren(mine.message);
        else wrong.replaceChildren(shown, " ", mine.message);
      };
    }

    figure({ id }) {
      const below = (name) => make("canvas", { class: name, width: 0, height: 0, "aria-hidden": "true", dir: "ltr" });
      const front = make("canvas", { class: "front", width: 0, height: 0, role: "img", dir: "ltr", "aria-describedby": "sentence" });
      const canvases = [below("pixels"), below("back"), front];
      const stage = make("div", { class: "stage" }, ...canvases);
      const caption = make("figcaption", {});
      const node = make("figure", { "data-name": id, part: "figure" }, stage, caption);
      const figure = { id, node, stage, canvases, front, caption, handles: new Map() };
      stages.set(stage, this);
      sizes.observe(stage);
      const at = (event) => this.place(stage, event);
      let touch = false;
      stage.addEventListener("pointerdown", (event) => {
        touch = event.pointerType === "touch";
        if (event.target !== front) return;
        this.stale(event);
        if (event.button !== 0 || touch || this.drag) return;
        this.press(figure, at(event), event);
      });
      // A touch may become a scroll: only a tap moves the point.
      stage.addEventListener("click", (event) => {
        if (touch && event.target === front) this.press(figure, at(event));
      });
      return figure;
    }

    press(figure, [x, y], event) {
      const handle = this.guard((lab) => lab.press(figure.id, x, y), "");
      if (!handle) return;
      const node = figure.handles.get(handle);
      node?.focus({ preventScroll: true });
      if (event && node) {
        event.preventDefault();
        this.hold(node, handle, figure.stage, event.pointerId);
      }
      this.touched = true;
      ask(this);
    }

    // A pointer's place in the figure's own pixels, however the host scales it.
    place(stage, event) {
      const box = stage.getBoundingClientRect();
      return [
        ((event.clientX - box.left) / box.width) * stage.clientWidth,
        ((event.clientY - box.top) / box.height) * stage.clientHeight,
      ];
    }

    hold(node, handle, stage, pointer) {
      this.drag = { node, handle, stage, pointer };
      node.classList.add("held");
      try {
        node.setPointerCapture(pointer);
      } catch {
        // The pointer went up before it could be captured.
        this.release();
      }
    }

    // A pointer that comes down again has been up, whether or not that was heard.
    stale(event) {
      if (this.drag?.pointer === event.pointerId) this.release();
    }

    release() {
      this.drag?.node.classList.remove("held");
      this.drag = null;
    }

    handle(figure, id) {
      const node = make("div", { class: "handle", role: "slider", tabindex: "0", "data-handle": id });
      node.addEventListener("pointerdown", (event) => {
        this.stale(event);
        if (event.button !== 0 || this.drag) return;
        event.preventDefault();
        node.focus({ preventScroll: true });
        this.guard((lab) => lab.grab(id, ...this.place(figure.stage, event)));
        this.hold(node, id, figure.stage, event.pointerId);
      });
      node.addEventListener("pointermove", (event) => {
        if (this.drag?.pointer !== event.pointerId || this.drag.node !== node) return;
        this.pointer = this.place(figure.stage, event);
        ask(this);
      });
      const end = (event) => {
        if (this.drag?.node !== node || this.drag.pointer !== event.pointerId) return;
        this.follow();
        this.release();
        ask(this);
      };
      for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(name, end);
      node.addEventListener("keydown", (event) => {
        const by = ARROWS[event.key];
        if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.user((lab) => lab.nudge(id, by[0], by[1], event.shiftKey));
      });
      figure.stage.append(node);
      return node;
    }

    // Lets the held handle follow the pointer, once for all moves since the last frame.
    follow() {
      if (!this.drag || !this.pointer) return;
      const { handle } = this.drag;
      const [x, y] = this.pointer;
      this.pointer = null;
      this.guard((lab) => lab.drag(handle, x, y));
      this.touched = true;
    }

    // Long work: a worker's where one can be had, else a slice in every frame.

    toil(progress) {
      this.bar.hidden = progress === null;
      if (progress === null) {
        if (this.task) this.worker?.postMessage({ saddlescope: "stop" });
        this.task = null;
        return;
      }
      this.bar.value = progress;
      const task = this.guard((lab) => lab.task(), undefined);
      if (task === undefined || this.alone) {
        // A frame in which the user moved something has work enough.
        if (!this.touched) this.guard((lab) => lab.work(12));
        ask(this);
      } else if (task !== this.task) {
        this.task = task;
        this.delegate(task);
      }
    }

    async delegate(state) {
      this.job = (this.job ?? 0) + 1;
      if (this.hiring) return;
      if (!this.worker) {
        this.hiring = true;
        const hired = await worker();
        this.hiring = false;
        // Meanwhile the element may have gone, or been rebuilt.
        if (!this.lab || !hired) {
          hired?.terminate();
          this.alone = !hired;
          ask(this);
          return;
        }
        this.worker = hired;
        this.worker.addEventListener("message", ({ data }) => this.received(data));
        this.worker.addEventListener("error", () => {
          this.dismiss();
          this.alone = true;
          ask(this);
        });
        state = this.task;
        if (state === null) return;
      }
      this.worker.postMessage({ saddlescope: "work", job: this.job, lab: this.described.id, state });
    }

    received({ saddlescope: what, job, found, done }) {
      if (what !== "found" || job !== this.job || !this.lab) return;
      if (found.length > 0) this.guard((lab) => lab.absorb(found));
      // What is left now is done here.
      if (done) this.alone = this.guard((lab) => lab.task(), undefined) === this.task;
      ask(this);
    }

    dismiss() {
      this.worker?.terminate();
      this.worker = null;
      this.task = null;
      this.alone = false;
    }

    // The frame.

    frame(seconds) {
      if (!this.lab) return;
      this.follow();
      const steps = still.matches ? 100 : 1;
      let more = true;
      const step = this.step;
      for (let k = 0; k < steps && more; k += 1) more = this.guard((lab) => lab.advance(still.matches ? 0.1 : seconds), false);
      this.render();
      if (more) ask(this);
      if (!this.lab) return;
      // A run that plays was set going by the user.
      if (step !== this.step && (this.touched || more)) this.tell("saddle-step", { step: this.step, state: this.good });
      if (this.touched) {
        this.touched = false;
        this.tell("saddle-input", { state: this.good });
      }
    }

    render() {
      const text = this.guard((lab) => lab.update(), "");
      if (!text || !this.figures) return;
      this.show(JSON.parse(text));
      this.paint();
      const state = this.guard((lab) => lab.state(), null);
      if (state === null) return;
      this.good = state;
      this.recovering = false;
    }

    measure() {
      if (!this.lab || !this.figures) return;
      const ratio = globalThis.devicePixelRatio || 1;
      for (const { id, stage } of this.figures.values()) {
        this.guard((lab) => lab.resize(id, stage.clientWidth, stage.clientHeight, ratio));
      }
      this.reach();
      this.paint();
      ask(this);
    }

    paint() {
      if (!this.near || !this.figures) return;
      const night = this.isDark();
      for (const { id, node, canvases } of this.figures.values()) {
        if (!node.hidden) this.guard((lab) => lab.paint(id, ...canvases, night));
      }
    }

    show(now) {
      this.step = now.controls.t?.value;
      for (const [id, { node, show }] of this.fields) {
        const present = now.controls[id];
        node.hidden = !present;
        if (present) show(present, now.refused);
      }
      this.toil(now.work);
      this.showFigures(now.figures);
      this.showHandles(now.handles);
      this.showVerdict(now.headline);
      this.showNumbers(now.readouts);
      this.showTable(now.table);
      const remarks = now.remarks.join("\n");
      if (this.remarks.dataset.text !== remarks) {
        this.remarks.dataset.text = remarks;
        this.remarks.replaceChildren(...now.remarks.map((remark) => make("p", {}, remark)));
      }
      this.speakUp(now.sentence);
    }

    showFigures(list) {
      list.forEach(({ id, name, kind, aspect }, index) => {
        let figure = this.figures.get(id);
        if (!figure) {
          figure = this.figure({ id });
          this.figures.set(id, figure);
        }
        const slot = [this.first, this.second][index] ?? this.rest;
        if (figure.node.parentNode !== slot) {
          slot.append(figure.node);
          this.hide();
        }
        figure.node.className = `${figure.node.classList.contains("hidden") ? "hidden " : ""}figure ${kind}`;
        figure.node.hidden = false;
        const wanted = String(aspect ?? 1);
        if (figure.stage.style.aspectRatio !== wanted) figure.stage.style.aspectRatio = wanted;
        if (figure.front.getAttribute("aria-label") !== name) figure.front.setAttribute("aria-label", name);
        write(figure.caption, kind === "plot" ? name : "");
      });
      for (const [id, figure] of this.figures) {
        if (!list.some((shown) => shown.id === id)) figure.node.hidden = true;
      }
    }

    showHandles(list) {
      for (const { id, figure: on, grip, name, value, ink, x, y } of list) {
        const figure = this.figures.get(on);
        if (!figure) continue;
        let node = figure.handles.get(id);
        if (!node) {
          node = this.handle(figure, id);
          figure.handles.set(id, node);
          node.classList.add(`ink-${ink}`);
          // Two numbers do not fit a slider's one: the value is in the words.
          for (const end of ["min", "max", "now"]) node.setAttribute(`aria-value${end}`, end === "max" ? "100" : "0");
        }
        // A handle that is no mark of the picture (a dial) is drawn as a knob.
        node.classList.toggle("knob", grip === "track" && ink !== "point");
        node.classList.toggle("free", grip === "point");
        node.classList.toggle("orbit", grip === "orbit");
        node.hidden = x === null || y === null || x < 0 || x > 1 || y < 0 || y > 1;
        if (grip !== "orbit") {
          node.style.left = `${100 * x}%`;
          node.style.top = `${100 * y}%`;
        }
        if (node.title !== name) {
          node.title = name;
          node.setAttribute("aria-label", name);
        }
        if (node.getAttribute("aria-valuetext") !== value) node.setAttribute("aria-valuetext", value);
      }
      for (const { id: on, handles } of this.figures.values()) {
        for (const [id, node] of handles) {
          if (!list.some((handle) => handle.id === id && handle.figure === on)) node.hidden = true;
        }
      }
    }

    showVerdict(headline) {
      const key = JSON.stringify(headline ?? null);
      if (this.verdict.dataset.key === key) return;
      this.verdict.dataset.key = key;
      this.verdict.hidden = !headline;
      if (!headline) return;
      this.verdict.replaceChildren(
        ...(headline.mark ? [mark(headline.mark, headline.hollow)] : []),
        make("strong", {}, headline.text),
        " ",
        make("span", {}, headline.reason),
      );
    }

    showNumbers(list) {
      const key = list.map((readout) => readout.id).join();
      const fresh = this.numbers.dataset.key !== key;
      this.numbers.dataset.key = key;
      const rows = [];
      for (const readout of list) {
        let row = this.readouts.get(readout.id);
        if (!row) {
          row = { node: make("div", { class: "readout", "data-name": readout.id }), label: make("dt"), value: make("dd") };
          row.node.append(row.label, row.value);
          this.readouts.set(readout.id, row);
        }
        rows.push(row.node);
        const text = JSON.stringify(readout);
        if (row.text === text) continue;
        row.text = text;
        row.node.classList.toggle("further", readout.more);
        write(row.label, readout.label);
        row.value.replaceChildren();
        const line = pieces(readout.math);
        for (const [index, piece] of line.entries()) {
          const formula = document.createElementNS(MATHML, "math");
          const goesOn = line[index + 1]?.[1]?.[0] === "mo" || piece.at(-1)[1] === ",";
          formula.setAttribute("class", `ink-${readout.ink}${goesOn ? " goes-on" : ""}`);
          formula.append(math(piece));
          row.value.append(formula, " ");
        }
        if (readout.note) row.value.append(make("span", { class: "note" }, readout.note));
      }
      if (fresh) {
        this.numbers.replaceChildren(...rows);
        this.hide();
      }
    }

    showTable(table) {
      const key = JSON.stringify(table ?? null);
      if (this.table.dataset.key === key) return;
      this.table.dataset.key = key;
      this.table.hidden = !table;
      if (!table) return;
      const filled = (node, cell) => {
        if (typeof cell === "string") {
          node.append(cell);
        } else {
          const formula = document.createElementNS(MATHML, "math");
          formula.append(math(cell));
          node.append(formula);
        }
        return node;
      };
      const head = make("tr", {}, ...table.columns.map((name) => make("th", { scope: "col" }, name)));
      const rows = table.rows.map((row) => {
        const [first, ...cells] = row.cells;
        const name = make("th", { scope: "row" });
        if (row.mark) {
          const sign = mark(row.mark, row.hollow);
          sign.classList.add(`ink-${row.ink}`);
          name.append(sign, " ");
        }
        filled(name, first);
        return make("tr", {}, name, ...cells.map((cell) => filled(make("td"), cell)));
      });
      this.table.replaceChildren(
        make("table", {}, make("caption", {}, table.name), make("thead", {}, head), make("tbody", {}, ...rows)),
      );
      this.table.setAttribute("aria-label", table.name);
      this.reach();
    }

    // A table wider than its place is scrolled, so keys must reach it. Looked at when the hand rests: it costs a layout.
    reach() {
      clearTimeout(this.reaching);
      this.reaching = setTimeout(() => {
        const wide = this.table.scrollWidth > this.table.clientWidth;
        if (wide) this.table.tabIndex = 0;
        else this.table.removeAttribute("tabindex");
      }, 200);
    }

    // For a screen reader: said when the hand rests, not at every pixel of a drag.
    speakUp(text) {
      if (!this.sentence.textContent) write(this.sentence, text);
      if (this.spoken === text && this.sentence.textContent === text) return;
      this.spoken = text;
      clearTimeout(this.speaking);
      this.speaking = setTimeout(() => write(this.sentence, this.spoken), 300);
    }

    // What the element and its buttons offer.

    state() {
      return this.guard((lab) => lab.state(), null) ?? this.good ?? "";
    }

    restore(state) {
      if (!this.lab) {
        this.good = String(state);
        if (this.failed && module) this.open();
        return;
      }
      const messages = this.guard((lab) => lab.restore(String(state)), []);
      messages.forEach((message) => this.warn(message));
      ask(this);
    }

    // What a link of this lab says: attributes of the element, and the state.
    visit(address) {
      const query = address.slice(address.indexOf("#") + 1).split("?").slice(1).join("?");
      const rest = [];
      for (const part of query.split("&")) {
        const [key, value = ""] = part.split("=");
        if (LINKED.includes(key) || LOOKS.includes(key)) this.host.setAttribute(key, decode(value));
        else rest.push(part);
      }
      this.restore(rest.join("&"));
    }

    reset(byUser) {
      this.good = null;
      if (this.failed && module) this.open();
      this.guard((lab) => lab.restore(""));
      if (this.lab) this.settle();
      if (byUser) this.touched = true;
      ask(this);
    }

    link() {
      const page = (this.host.getAttribute("link") ?? "").split("#")[0];
      // What the author hid stays hidden.
      const own = LINKED.map((name) => [name, this.host.getAttribute(name)]).filter(([, value]) => value);
      const parts = own.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      const state = this.lab ? this.guard((lab) => lab.link(), "") : (this.good ?? "");
      const all = [...parts, ...(state ? [state] : [])].join("&");
      return `${page}#${this.described?.id ?? this.host.getAttribute("lab") ?? ""}${all ? `?${all}` : ""}`;
    }

    snippet() {
      const node = document.createElement(TAG);
      node.setAttribute("lab", this.described.id);
      for (const name of [...LOOKS, ...LINKED]) {
        const given = this.host.getAttribute(name);
        if (given) node.setAttribute(name, given);
      }
      for (const part of this.guard((lab) => lab.link(), "").split("&").filter(Boolean)) {
        const [key, value = ""] = part.split("=");
        if (key !== "v") node.setAttribute(key, decode(value));
      }
      return node.outerHTML;
    }

    async copy(button, text) {
      const label = button.textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const field = make("textarea", { class: "spoken", "aria-hidden": "true" });
        field.value = text;
        this.root.append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
      }
      button.textContent = this.say("ui.copied");
      setTimeout(() => (button.textContent = label), 1500);
    }

    // The figure of an id, else the first, measured and with its place in the picture.
    chosen(id) {
      const figure = this.figures?.get(id) ?? this.figures?.values().next().value;
      if (!figure) return null;
      const width = figure.stage.clientWidth || 640;
      const height = figure.stage.clientHeight || 480;
      const ratio = globalThis.devicePixelRatio || 1;
      this.guard((lab) => lab.resize(figure.id, width, height, ratio));
      return figure;
    }

    svg(id) {
      const figure = this.chosen(id);
      if (!figure) return "";
      const night = this.isDark();
      this.guard((lab) => lab.paint(figure.id, ...figure.canvases, night));
      const [pixels] = figure.canvases;
      const image = pixels.width ? pixels.toDataURL("image/png") : "";
      if (!this.near) this.empty(figure);
      return this.guard((lab) => lab.svg(figure.id, night, image, this.link()), "");
    }

    // On canvases of its own, since the scale is its own; those of the page are then painted anew.
    png(id, scale) {
      const figure = this.chosen(id);
      if (!figure) return Promise.reject(new Error(`${TAG}: there is no figure yet`));
      const ratio = scale > 0 ? Math.min(scale, 8) : globalThis.devicePixelRatio || 1;
      const layers = figure.canvases.map(() => make("canvas", { width: 0, height: 0 }));
      const { clientWidth, clientHeight } = figure.stage;
      this.guard((lab) => lab.resize(figure.id, clientWidth || 640, clientHeight || 480, ratio));
      this.guard((lab) => lab.paint(figure.id, ...layers, this.isDark()));
      const { width, height } = layers[2];
      const canvas = make("canvas", { width, height });
      const context = canvas.getContext("2d");
      context.fillStyle = getComputedStyle(this.root).getPropertyValue("--paper").trim() || "#fff";
      context.fillRect(0, 0, width, height);
      for (const layer of layers) if (layer.width) context.drawImage(layer, 0, 0, width, height);
      this.measure();
      return new Promise((resolve, reject) => {
        canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`${TAG}: the figure has no size`))), "image/png");
      }).then(async (blob) => {
        const plain = new Uint8Array(await blob.arrayBuffer());
        return new Blob([this.guard((lab) => lab.sign(plain, this.link()), plain)], { type: "image/png" });
      });
    }

    csv() {
      return this.guard((lab) => lab.csv(this.link()), "");
    }
  }

  class SaddleScope extends HTMLElement {
    #scope = new Scope(this);

    // The words of a language, for a page around the labs.
    static words(language) {
      return words(language);
    }

    // Adds a language, or changes words of one: text keys to patterns. Elements speak it once their `lang` says so.
    static addWords(language, texts) {
      bundle.text[language] = { ...bundle.text[language], ...texts };
    }

    // The lessons, for a page around the labs: `www/lessons.json`.
    static get lessons() {
      return bundle.lessons;
    }

    static get languages() {
      return Object.keys(bundle.text);
    }

    connectedCallback() {
      this.#scope.connect();
    }

    disconnectedCallback() {
      this.#scope.disconnect();
    }

    static {
      // For frameworks that set properties: each is the attribute of its name. (`link` is the address; see below.)
      for (const name of ["lab", "theme", "level", "hide", "height"]) {
        Object.defineProperty(this.prototype, name, {
          get() {
            return this.getAttribute(name) ?? "";
          },
          set(value) {
            if (value === null || value === undefined) this.removeAttribute(name);
            else this.setAttribute(name, value);
          },
          configurable: true,
          enumerable: true,
        });
      }
    }

    // The state as a link holds it: `key=value&key=value`, empty in the opening state of the lab.
    get state() {
      return this.#scope.state();
    }

    set state(value) {
      this.#scope.restore(value);
    }

    // The same as an address: `#lab?key=value`, after the page that the attribute `link` names.
    get link() {
      return this.#scope.link();
    }

    set link(address) {
      this.#scope.visit(String(address));
    }

    // Back to the state that the attributes describe.
    reset() {
      this.#scope.reset(false);
    }

    // A figure (the first, or the one of this id) as SVG text.
    toSVG(figure) {
      return this.#scope.svg(figure);
    }

    // A figure as a promise of a PNG blob.
    toPNG(figure, scale) {
      return this.#scope.png(figure, scale);
    }

    // The numbers as comma-separated values.
    toCSV() {
      return this.#scope.csv();
    }

    // Traps the WebAssembly instance of this element on purpose: for tests.
    trap() {
      this.#scope.guard((lab) => lab.trap());
    }
  }

  // A second copy of the script leaves the first in charge.
  if (!customElements.get(TAG)) customElements.define(TAG, SaddleScope);
  return { ready, call, within, controls, words, tag: TAG };
})();
