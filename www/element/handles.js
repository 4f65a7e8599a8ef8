// Handles: real elements over the canvases, which take focus, keys and pointers.

// In presses of an arrow, to the right and up; with the third as with Shift.
const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  PageUp: [0, 1, true], PageDown: [0, -1, true], Home: [-1000, 0, true], End: [1000, 0, true],
};

Object.assign(Scope.prototype, {
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
      // A finger that starts upwards or downwards on what only turns sideways wants to scroll: the browser will take it.
      if (event.pointerType === "touch" && node.classList.contains("orbit") && !this.drag.sure) {
        const [x, y] = this.place(figure.stage, event);
        this.drag.from ??= [x, y];
        const [across, along] = [Math.abs(x - this.drag.from[0]), Math.abs(y - this.drag.from[1])];
        if (across < 4 || across < along) return;
        this.drag.sure = true;
      }
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
      this.user((lab) => lab.nudge(id, by[0], by[1], by[2] || event.shiftKey));
    });
    figure.stage.append(node);
    return node;
  },

  hold(node, handle, stage, pointer) {
    this.drag = { node, handle, stage, pointer, unseen: this.unseen() };
    node.classList.add("held");
    try {
      node.setPointerCapture(pointer);
    } catch {
      // The pointer went up before it could be captured.
      this.release();
    }
  },

  // The figures outside the window: while something is dragged they wait, until the page is scrolled or the window changes.
  unseen() {
    const out = new Set();
    for (const { id, node } of this.figures.values()) {
      const { top, bottom } = node.getBoundingClientRect();
      if (bottom < -50 || top > innerHeight + 50) out.add(id);
    }
    const look = () => {
      if (!this.drag?.unseen.size) return;
      this.drag.unseen.clear();
      this.paint();
    };
    for (const name of ["scroll", "resize"]) addEventListener(name, look, { once: true, capture: true, passive: true });
    return out;
  },

  // A pointer that comes down again has been up, whether or not that was heard.
  stale(event) {
    if (this.drag?.pointer === event.pointerId) this.release();
  },

  release() {
    const waiting = this.drag?.unseen.size > 0;
    this.drag?.node.classList.remove("held");
    this.drag = null;
    if (waiting) this.paint();
    if (this.untold) {
      this.untold = false;
      this.touched = true;
      ask(this);
    }
  },

  // Lets the held handle follow the pointer, once for all moves since the last frame.
  follow() {
    if (!this.drag || !this.pointer) return;
    const { handle } = this.drag;
    const [x, y] = this.pointer;
    this.pointer = null;
    this.guard((lab) => lab.drag(handle, x, y));
    this.touched = true;
  },

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
  },
});
