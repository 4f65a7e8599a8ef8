// States, links, and the code to embed a lab.

Object.assign(Scope.prototype, {
  state() {
    return this.guard((lab) => lab.state(), null) ?? this.good ?? "";
  },

  restore(state) {
    if (!this.lab) {
      this.good = String(state);
      if (this.failed && module) this.open();
      return;
    }
    const messages = this.guard((lab) => lab.restore(String(state)), []);
    messages.forEach((message) => this.warn(message));
    ask(this);
  },

  // What a link of this lab says: attributes of the element, and the state. Attributes that the link before this one had
  // brought, and this one has not, are again as they were.
  visit(address) {
    const query = address.slice(address.indexOf("#") + 1).split("?").slice(1).join("?");
    const given = new Map();
    const rest = [];
    for (const part of query.split("&")) {
      const [key, value = ""] = part.split("=");
      if (LINKED.includes(key) || LOOKS.includes(key)) given.set(key, decode(value));
      else rest.push(part);
    }
    for (const [name, before] of this.brought) {
      if (given.has(name)) continue;
      this.brought.delete(name);
      if (before === null) this.host.removeAttribute(name);
      else this.host.setAttribute(name, before);
    }
    for (const [name, value] of given) {
      if (!this.brought.has(name)) this.brought.set(name, this.host.getAttribute(name));
      this.host.setAttribute(name, value);
    }
    this.restore(rest.join("&"));
  },

  reset(byUser) {
    this.good = null;
    if (this.failed && module) this.open();
    this.guard((lab) => lab.restore(""));
    if (this.lab) this.settle();
    if (byUser) this.touched = true;
    ask(this);
  },

  // The page that shows the lab of a link: what the author says, else lab.html beside the script; empty where the script
  // has no address, as in a notebook.
  page() {
    const said = this.host.getAttribute("link");
    if (said !== null) return said.split("#")[0];
    return /^(https?|file):/.test(here.url) ? new URL("lab.html", here.url).href : "";
  },

  link() {
    // What the author hid stays hidden.
    const own = LINKED.map((name) => [name, this.host.getAttribute(name)]).filter(([, value]) => value);
    const parts = own.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const state = this.lab ? this.guard((lab) => lab.link(), "") : (this.good ?? "");
    const all = [...parts, ...(state ? [state] : [])].join("&");
    return `${this.page()}#${this.described?.id ?? this.host.getAttribute("lab") ?? ""}${all ? `?${all}` : ""}`;
  },

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
    // With the script, so that it is all that a page needs; a second copy of it is harmless.
    const known = /^https?:/.test(here.url);
    const script = make("script", { src: known ? here.url : "saddlescope.js", type: known && here.type === "module" && "module" });
    return `${script.outerHTML}\n${node.outerHTML}`;
  },

  async copy(button, text, said) {
    const label = button.dataset.label ?? button.textContent;
    button.dataset.label = label;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = make("textarea", { class: "spoken", "aria-hidden": "true" });
      field.value = text;
      this.root.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus({ preventScroll: true });
    }
    button.textContent = this.say(said);
    setTimeout(() => (button.textContent = label), 3000);
  },
});
