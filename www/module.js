// What saddlescope.mjs adds to the element: the plain functions, and a widget for notebooks and MyST.

export const version = bundle.version;

/** Resolves when the plain functions can be called. */
export const ready = api.ready();
// Whoever awaits it hears of a failure; nobody need.
ready.catch(() => {});

// A loss that is no text becomes one.
export const value = (loss, at) => api.call("value", String(loss), at);
export const gradient = (loss, at) => api.call("gradient", String(loss), at);
export const hessian = (loss, at) => api.call("hessian", String(loss), at);
export const eigen = (matrix) => api.call("eigen", matrix);
export const classify = (loss, at, view) => api.call("classify", String(loss), at, view);
export const criticalPoints = (loss, view) => api.call("criticalPoints", String(loss), view);

const rateOf = (rate) => (typeof rate === "number" ? { rate, momentum: undefined } : { ...rate, momentum: rate.momentum ?? undefined });

/** A method with its state: `theta = optimizer.step(loss, theta)`. */
export class Optimizer {
  #inner;
  #rate;

  constructor(method, { dialect, parameters = {}, dimension = 2, rate } = {}) {
    this.#inner = api.call("optimizer", String(method), dialect, parameters, dimension);
    this.#rate = rate ?? this.#inner.defaultRate;
  }

  step(loss, theta, rate = this.#rate) {
    const given = rateOf(rate);
    const source = typeof loss === "function" ? { gradient: loss } : loss;
    return api.within(() => this.#inner.step(source, theta, given.rate, given.momentum));
  }

  get state() {
    return api.within(() => this.#inner.state());
  }
}

/** A learning-rate schedule as a function of t, which counts from 0. */
export function schedule(family, parameters = {}, dialect = undefined) {
  const at = (t) => api.call("scheduleAt", String(family), dialect, parameters, t);
  at(0);
  return at;
}

/** The form that anywidget and MyST expect: the model's entries become attributes, and `state` follows both ways. */
async function render({ model, el }) {
  await ready;
  const lab = model.get("lab") ?? "critical-point";
  const scope = document.createElement(api.tag);
  scope.setAttribute("lab", lab);
  for (const name of ["lang", "theme", "level", "hide", "link", "height", ...api.controls(lab)]) {
    const given = model.get(name);
    if (given !== undefined && given !== null) scope.setAttribute(name, String(given));
  }
  const state = model.get("state");
  if (state) scope.state = state;
  const told = () => {
    model.set?.("state", scope.state);
    model.save_changes?.();
  };
  const heard = () => {
    const wanted = model.get("state") ?? "";
    if (wanted !== scope.state) scope.state = wanted;
  };
  scope.addEventListener("saddle-input", told);
  model.on?.("change:state", heard);
  el.append(scope);
  return () => {
    model.off?.("change:state", heard);
    scope.remove();
  };
}

export default { render };
