// The custom element `<saddle-scope>`: what is public.

class SaddleScope extends HTMLElement {
  #scope = new Scope(this);

  // The words of a language, for a page around the labs.
  static words(language) {
    return words(language);
  }

  // Adds a language, or changes words of one: text keys to patterns. Elements speak it once their `lang` says so.
  static addWords(language, texts) {
    const { text } = contents();
    text[language] = { ...text[language], ...texts };
  }

  // The lessons, for a page around the labs: `www/lessons.json`.
  static get lessons() {
    return contents().lessons;
  }

  static get languages() {
    return Object.keys(contents().text);
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

  // A figure as a promise of a PNG blob; `toPNG(3)` is the first one at that scale.
  toPNG(figure, scale = Number(figure)) {
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
