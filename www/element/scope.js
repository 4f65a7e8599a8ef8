// One element's inside: its life, from the first connect to the last good state. The element itself shows only what is
// public; what else a scope does is in the files after this one.

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
    // Attributes that a link has brought, as they were before.
    this.brought = new Map();
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
    heed();
    this.attributes.observe(this.host, { attributes: true });
    nearness.observe(this.host);
    // Unpacking goes on while the page is laid out; whether it worked is asked by `start`.
    compile().catch(() => {});
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
    else later(this);
    if (!near) for (const figure of this.figures?.values() ?? []) this.empty(figure);
    if (this.lab && near) this.render();
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
      if (this.isDear()) this.untold = true;
      else this.tell("saddle-input", { state: this.good });
    }
  }

  // With a long text the state is dear: it is asked for, and told, when the handle is let go.
  isDear() {
    return Boolean(this.drag) && this.good?.length > 20000;
  }

  render() {
    const text = this.guard((lab) => lab.update(), "");
    if (!text || !this.figures) return;
    const { lab } = this;
    const now = JSON.parse(text);
    // Before the words: text on a canvas has the styles computed anew wherever elements have changed.
    this.showFigures(now.figures);
    this.paint();
    // A trap in between has opened another instance, which has shown itself.
    if (this.lab !== lab) return;
    this.show(now);
    if (this.isDear()) return;
    const state = this.guard((lab) => lab.state(), null);
    if (state === null) return;
    this.good = state;
    this.recovering = false;
  }

  show(now) {
    this.step = now.controls.t?.value;
    for (const [id, { node, show }] of this.fields) {
      const present = now.controls[id];
      node.hidden = !present;
      if (present) show(present, now.refused);
    }
    this.toil(now.work);
    write(this.invitation, now.try);
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
}
