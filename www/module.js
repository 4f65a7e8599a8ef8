// What saddlescope.mjs adds to the element: the plain functions, and a widget for notebooks and MyST.

export const version = bundle.version;

/** Resolves when the plain functions can be called. */
export const ready = api.ready();
// Whoever awaits it hears of a failure; nobody need.
ready.catch(() => {});

export const value = (loss, at) => api.call("value", loss, at);
export const gradient = (loss, at) => api.call("gradient", loss, at);
export const hessian = (loss, at) => api.call("hessian", loss, at);
export const eigen = (matrix) => api.call("eigen", matrix);
export const classify = (loss, at, view) => api.call("classify", loss, at, view);

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
