// The declared controls as fields.

Object.assign(Scope.prototype, {
  // The field of one declared control: its node, and how it shows a present value.
  field({ id, kind, label, more, options }) {
    const set = (text) => this.user((lab) => lab.set(id, text));
    const name = make("span", { class: "name" }, label);
    const list = (chosen) => {
      const select = make("select", {});
      for (const [value, text] of chosen) select.append(make("option", { value }, text));
      return select;
    };
    // What was not taken says why.
    const tell = (said, message) => {
      write(said, message ?? "");
      said.hidden = !message;
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
      const said = make("p", { class: "wrong", role: "status", hidden: true });
      select.addEventListener("change", () => tell(said, set(select.value)));
      node.append(make("label", {}, name, select), said);
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
    input.addEventListener("change", () => tell(said, set(input.value)));
    node.append(make("label", {}, name, input), said);
    return done(({ text }) => {
      // A text that was pasted is told once.
      if (text === undefined) return;
      if (this.shadow.activeElement !== input) input.value = text;
      else if (said.hidden && this.drag) input.value = text;
    });
  },

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
  },
});
