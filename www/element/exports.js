// Pictures and numbers to take away, with their link inside.

Object.assign(Scope.prototype, {
  // The figure of an id, else the first, measured and with its place in the picture.
  chosen(id) {
    const figure = this.figures?.get(id) ?? this.figures?.values().next().value;
    if (!figure) return null;
    const width = figure.stage.clientWidth || 640;
    const height = figure.stage.clientHeight || 480;
    const ratio = globalThis.devicePixelRatio || 1;
    this.guard((lab) => lab.resize(figure.id, width, height, ratio));
    return figure;
  },

  svg(id) {
    const figure = this.chosen(id);
    if (!figure) return "";
    const night = this.isDark();
    this.guard((lab) => lab.paint(figure.id, ...figure.canvases, night));
    const [pixels] = figure.canvases;
    const image = pixels.width ? pixels.toDataURL("image/png") : "";
    if (!this.near) this.empty(figure);
    return this.guard((lab) => lab.svg(figure.id, night, image, this.link()), "");
  },

  // On canvases of its own, since the scale is its own; those of the page are then painted anew.
  png(id, scale) {
    const figure = this.chosen(id);
    if (!figure) return Promise.reject(new Error(`${TAG}: there is no figure yet`));
    const ratio = scale > 0 ? Math.min(scale, 8) : globalThis.devicePixelRatio || 1;
    const layers = figure.canvases.map(() => make("canvas", { width: 0, height: 0 }));
    const { clientWidth, clientHeight } = figure.stage;
    this.guard((lab) => lab.resize(figure.id, clientWidth || 640, clientHeight || 480, ratio));
    this.guard((lab) => lab.paint(figure.id, ...layers, this.isDark()));
    const legend = make("canvas", { width: 0, height: 0 });
    this.guard((lab) => lab.paintLegend(figure.id, legend, this.isDark()));
    const { width, height } = layers[2];
    const canvas = make("canvas", { width, height: height + legend.height });
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(this.root).getPropertyValue("--paper").trim() || "#fff";
    context.fillRect(0, 0, width, canvas.height);
    for (const layer of layers) if (layer.width) context.drawImage(layer, 0, 0, width, height);
    if (legend.width) context.drawImage(legend, 0, height);
    this.measure(true);
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`${TAG}: the figure has no size`))), "image/png");
    }).then(async (blob) => {
      const plain = new Uint8Array(await blob.arrayBuffer());
      return new Blob([this.guard((lab) => lab.sign(plain, this.link()), plain)], { type: "image/png" });
    });
  },

  csv() {
    return this.guard((lab) => lab.csv(this.link()), "");
  },
});
