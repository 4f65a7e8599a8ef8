// What a lab says: verdict, numbers, table, and the sentence for who does not see.

Object.assign(Scope.prototype, {
  showVerdict(headline) {
    const key = JSON.stringify(headline ?? null);
    if (this.verdict.dataset.key === key) return;
    this.verdict.dataset.key = key;
    this.verdict.hidden = !headline;
    if (!headline) return;
    this.verdict.replaceChildren(
      ...(headline.mark ? [mark(headline.mark, headline.hollow)] : []),
      make("strong", { "data-stop": headline.stop }, headline.text),
      " ",
      make("span", { "data-stop": this.say("sentence.stop") }, headline.reason),
    );
  },

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
  },

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
        name.append(sign);
      }
      filled(name, first);
      return make("tr", {}, name, ...cells.map((cell) => filled(make("td"), cell)));
    });
    this.table.replaceChildren(
      make("table", {}, make("caption", {}, table.name), make("thead", {}, head), make("tbody", {}, ...rows)),
    );
    this.table.setAttribute("aria-label", table.name);
    this.reach();
  },

  // A table wider than its place is scrolled, so keys must reach it. Looked at when the hand rests: it costs a layout.
  reach() {
    clearTimeout(this.reaching);
    this.reaching = setTimeout(() => {
      const wide = this.table.scrollWidth > this.table.clientWidth;
      if (wide) this.table.tabIndex = 0;
      else this.table.removeAttribute("tabindex");
    }, 200);
  },

  // For a screen reader: said when the hand rests, not at every pixel of a drag.
  speakUp(text) {
    if (!this.sentence.textContent) write(this.sentence, text);
    if (this.spoken === text && this.sentence.textContent === text) return;
    this.spoken = text;
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => write(this.sentence, this.spoken), 300);
  },
});
