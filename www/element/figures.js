// Figures: a stage with three canvases, and the pointer on them.

Object.assign(Scope.prototype, {
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
  },

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
  },

  // A pointer's place in the figure's own pixels, however the host scales it.
  place(stage, event) {
    const box = stage.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * stage.clientWidth,
      ((event.clientY - box.top) / box.height) * stage.clientHeight,
    ];
  },

  empty({ canvases }) {
    for (const canvas of canvases) canvas.width = canvas.height = 0;
  },

  // Tells the lab its figures' sizes, and paints now or in the next frame. Gives whether another may still paint now.
  measure(now) {
    if (!this.lab || !this.figures) return now;
    const ratio = globalThis.devicePixelRatio || 1;
    for (const { id, stage } of this.figures.values()) {
      this.guard((lab) => lab.resize(id, stage.clientWidth, stage.clientHeight, ratio));
    }
    this.reach();
    if (now) this.paint();
    ask(this);
    return false;
  },

  paint() {
    if (!this.near || !this.figures) return;
    const night = this.isDark();
    for (const { id, node, canvases } of this.figures.values()) {
      if (node.hidden || this.drag?.unseen.has(id)) continue;
      this.guard((lab) => lab.paint(id, ...canvases, night));
    }
  },

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
      // What a loss and its surface are needs no caption; other maps do.
      write(figure.caption, kind === "plot" || (kind === "map" && id !== "map") ? name : "");
    });
    for (const [id, figure] of this.figures) {
      if (!list.some((shown) => shown.id === id)) figure.node.hidden = true;
    }
    this.settleRest(list);
    const seen = list.filter(({ id }) => !this.figures.get(id).node.classList.contains("hidden"));
    const key = seen.map(({ name }) => name).join();
    this.picture.hidden = seen.length < 2;
    if (this.picture.dataset.key === key) return;
    this.picture.dataset.key = key;
    const { value } = this.picture;
    this.picture.replaceChildren(...seen.map(({ id, name }) => make("option", { value: id, selected: id === value }, name)));
  },

  // Where the figures after the second stand, if there is room for two columns. A table makes the right side long: then
  // several stand below both, and a single one where room is left, which is on the left if the first figure is a low one.
  settleRest(list) {
    const [left, right] = this.root.querySelectorAll(".column");
    const several = list.length > 3 && left.parentNode;
    const home = !this.described.table ? right : several || ((list[0]?.aspect ?? 1) > 1.2 ? left : right);
    if (this.rest.parentNode !== home) home.append(this.rest);
  },
});
