// What the author wrote on an element.

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

Object.assign(Scope.prototype, {
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
  },

  setFrom(name, value) {
    const message = this.guard((lab) => lab.set(name, value), "");
    if (message) this.warn(message, `${name}=${value}`);
  },

  foreign(name) {
    return OWN.includes(name) || GLOBAL.has(name) || /^(aria-|data-|on|xml)/.test(name);
  },

  warn(message, about = message) {
    if (this.warned.has(about)) return;
    this.warned.add(about);
    console.warn(`${TAG}: ${message}`);
  },

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
    const { text } = contents();
    if (language && !text[language.slice(0, 2).toLowerCase()]) check("lang", Object.keys(text));
  },

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
  },

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
  },

  // `height`: so many pixels and no more; what is beyond is scrolled to.
  bound() {
    const height = Number(this.host.getAttribute("height") ?? NaN);
    const bounded = height >= 100;
    this.root.classList.toggle("bounded", bounded);
    this.root.style.blockSize = bounded ? `${height}px` : "";
    // What scrolls must be reached by keys.
    if (bounded) this.root.tabIndex = 0;
    else this.root.removeAttribute("tabindex");
  },

  language() {
    const { host } = this;
    const given = host.closest("[lang]")?.lang || globalThis.navigator?.language || "en";
    const two = given.slice(0, 2).toLowerCase();
    return contents().text[two] ? two : "en";
  },

  isDark() {
    const theme = this.host.getAttribute("theme");
    return theme === "dark" || (theme !== "light" && (around(this.host) ?? dark.matches));
  },

  restyle() {
    if (!this.root) return;
    this.root.classList.toggle("dark", this.isDark());
    this.measure(true);
  },
});
