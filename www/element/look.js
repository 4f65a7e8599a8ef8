// Light or dark, as the page around an element says it.

// Light or dark as an element around ours says it, in the ways of the places where course notes are read: Sphinx
// themes, MkDocs, Docusaurus, Quarto, Bootstrap, mdBook, reveal.js, JupyterLab. Undefined where none says.
const SAID = ["data-theme", "data-md-color-scheme", "data-bs-theme", "data-mode", "data-color-mode"];
const DARK = /^(dark|slate|quarto-dark|has-dark-background|coal|navy|ayu)$/;
const LIGHT = /^(light|default|quarto-light|has-light-background|rust)$/;
function around(node) {
  while (node) {
    const said = SAID.map((name) => node.getAttribute(name) ?? "");
    const jupyter = node.getAttribute("data-jp-theme-light");
    if (jupyter) said.push(jupyter === "false" ? "dark" : "light");
    if (node === document.documentElement || node === document.body) said.push(...node.classList);
    for (const word of said) {
      if (DARK.test(word)) return true;
      if (LIGHT.test(word)) return false;
    }
    node = node.parentElement ?? node.getRootNode().host;
  }
  return undefined;
}
