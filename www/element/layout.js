// The frame of the DOM in which a lab is shown, and which of its parts are hidden.

Object.assign(Scope.prototype, {
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
    // The parameters of one method or schedule stand together under its name.
    const boxes = new Map();
    const box = (side, name) => {
      const key = `${side === basic ? "basic" : "more"} ${name}`;
      if (!boxes.has(key)) {
        const inner = group();
        const id = `box-${boxes.size}`;
        side.fields.append(make("div", { class: "box", role: "group", "aria-labelledby": id },
          make("div", { class: "box-name", id, role: "heading", "aria-level": "4" }, name), inner.fields, inner.switches));
        boxes.set(key, inner);
      }
      return boxes.get(key);
    };
    for (const control of described.controls) {
      const field = this.field(control);
      this.fields.set(control.id, field);
      const side = field.more ? further : basic;
      const { fields, switches } = control.group ? box(side, control.group) : side;
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
      make("button", { type: "button", class: "quiet", "data-name": name, "aria-live": "polite", onclick: (event) => act(event.currentTarget) }, say(`ui.${name}`));
    // Which picture is taken away, and with how many pixels for one of the page.
    const list = (name, ...options) => put(name, "select", { class: "quiet", "aria-label": say(`ui.${name}`) }, ...options);
    list("picture");
    list("scale", ...[1, 2, 3, 4].map((n) => make("option", { value: n, selected: n === 2 }, `${n}×`)));
    put("footer", "div", { class: "footer" },
      button("reset", () => this.reset(true)),
      button("copy-link", (node) => this.copy(node, this.link(), this.page() ? "ui.copied" : "ui.copied-bare")),
      button("embed", (node) => this.copy(node, this.snippet(), "ui.copied")),
      this.picture,
      this.scale,
      button("png", () => this.png(this.picture.value, this.scale.value).then((blob) => save(`${described.id}.png`, blob), (error) => this.warn(String(error)))),
      button("svg", () => save(`${described.id}.svg`, new Blob([this.svg(this.picture.value)], { type: "image/svg+xml" }))),
      button("csv", () => save(`${described.id}.csv`, new Blob([this.csv()], { type: "text/csv" }))),
    );
    this.invitation = make("p", { class: "try" });
    this.root = make("div", { class: "lab", lang: language, part: "lab" },
      make("div", { class: "head", "data-name": "title", part: "title" },
        make("div", { class: "title", role: "heading", "aria-level": "3" }, described.title),
        // What the author wrote into the element: an introduction.
        make("slot"),
        this.invitation),
      make("div", { class: "columns" },
        make("div", { class: "column" }, this.first, this.controls, this.moreBox),
        make("div", { class: "column" }, this.second, this.verdict, this.bar, this.numbers, this.table, this.remarks)),
      this.footer,
      this.sentence,
    );
    this.root.classList.toggle("dark", this.isDark());
    this.root.classList.toggle("all", open);
    if (![...this.fields.values()].some((field) => field.more)) this.moreBox.hidden = true;
    this.bound();
    this.shadow.replaceChildren(this.root);
    this.hide();
  },

  // `hide` names parts: title, controls, a control, a figure, readouts, a readout, verdict, remarks, more, footer.
  hide() {
    const names = (this.host.getAttribute("hide") ?? "").split(/[\s,]+/).filter(Boolean);
    for (const name of names) {
      const nodes = this.root.querySelectorAll(`[data-name="${CSS.escape(name)}"]`);
      for (const node of nodes) node.classList.add("hidden");
    }
  },
});
