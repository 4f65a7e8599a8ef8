// Nodes. Text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";
const MARKS = {
  dot: "M8 2.5a5.5 5.5 0 1 0 .01 0z",
  down: "M2 3.5h12L8 14z",
  up: "M2 12.5h12L8 2z",
  cross: "M3 3l10 10M13 3L3 13",
  diamond: "M8 1.5L14.5 8 8 14.5 1.5 8z",
  square: "M3 3h10v10H3z",
};

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function mark(shape, hollow) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `mark ${shape}${hollow ? " hollow" : ""}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", MARKS[shape] ?? "");
  svg.append(path);
  return svg;
}

function math([name, ...parts]) {
  if (name === "ink") {
    const node = math(parts[1]);
    node.classList.add(`ink-${parts[0]}`);
    return node;
  }
  const node = document.createElementNS(MATHML, name);
  for (const part of parts) node.append(typeof part === "string" ? part : math(part));
  // A bracket whose partner stands in another piece would grow to the height of the line.
  if (name === "mo" && "()".includes(parts[0])) node.setAttribute("stretchy", "false");
  return node;
}

// A long line of mathematics in pieces, between which it may be broken: at gaps, and outside brackets after commas, before
// an = behind something long, and before a +, a / or another = behind an =.
function pieces([name, ...parts]) {
  if (name === "ink") return pieces(parts[1]).map((piece) => ["ink", parts[0], piece]);
  if (name !== "mrow") return [[name, ...parts]];
  const rows = [["mrow"]];
  let equals = 0;
  let depth = 0;
  for (const part of parts) {
    const gap = part[0] === "mspace";
    const equal = part[0] === "mo" && "=≈".includes(part[1]);
    const behind = equals > 0 || (equal && rows.at(-1).flat(9).join("").length > 26);
    const sign = part[0] === "mo" && behind && depth === 0 && "=≈+/".includes(part[1]);
    depth += (part[1] === "(") - (part[1] === ")");
    if (equal) equals += 1;
    if (gap) equals = 0;
    if (gap || sign) rows.push(["mrow"]);
    if (!gap) rows.at(-1).push(part);
    if (part[1] === "," && depth === 0) rows.push(["mrow"]);
  }
  return rows.filter((piece) => piece.length > 1);
}

function save(name, blob) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
