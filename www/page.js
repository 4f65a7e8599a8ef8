// The course page: its language, its words, and the hash `#lab?key=value` that holds the state of one lab, so that links,
// back and forward work. The elements themselves never touch the address.
(() => {
  "use strict";
  const Scope = customElements.get("saddle-scope");
  const scopes = [...document.querySelectorAll("saddle-scope")];
  // Each language by its own name.
  const buttons = Scope.languages.map((language) => {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = button.dataset.language = language;
    button.textContent = new Intl.DisplayNames([language], { type: "language" }).of(language);
    return button;
  });
  document.querySelector("nav").append(...buttons);
  // The contents: they scroll, and leave the labs as they are.
  for (const scope of scopes) {
    const lab = scope.getAttribute("lab");
    const link = document.createElement("a");
    link.href = `#${lab}`;
    link.dataset.text = `lab.${lab}.title`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      scope.scrollIntoView();
    });
    const item = document.createElement("li");
    item.append(link);
    document.querySelector("#labs ol").append(item);
  }

  function speak(language) {
    const words = Scope.words(language);
    document.documentElement.lang = language;
    document.title = words["page.title"];
    for (const node of document.querySelectorAll("[data-text]")) node.textContent = words[node.dataset.text] ?? "";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    for (const scope of scopes) scope.lang = language;
  }

  // Where the browser keeps nothing for a page from disk, the choice is forgotten.
  function remembered(...choice) {
    try {
      if (choice.length) localStorage.setItem("saddlescope.lang", choice[0]);
      return localStorage.getItem("saddlescope.lang");
    } catch {
      return null;
    }
  }

  function preferred() {
    const known = Scope.languages;
    const kept = remembered();
    if (known.includes(kept)) return kept;
    const wanted = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
    return wanted.find((tag) => known.includes(tag)) ?? "en";
  }

  // `#critical-point?loss=…&at=…`, or `#critical-point` for its opening state.
  let last = null;
  function read() {
    // Those of `lessons.js`.
    if (location.hash.startsWith("#lesson-")) return;
    const lab = location.hash.slice(1).split("?")[0];
    const scope = scopes.find((one) => one.getAttribute("lab") === lab);
    // Back at the address without a state: the lab that had one is as it was.
    if (!scope && last) last.link = "";
    if (!scope) return;
    last = scope;
    scope.link = location.hash;
    // A link that names a language means the page.
    if (scope.lang !== document.documentElement.lang && Scope.languages.includes(scope.lang)) speak(scope.lang);
    scope.scrollIntoView({ block: "nearest" });
  }

  // Browsers refuse addresses that change too often: write when the hand rests.
  let writing = 0;
  function write(event) {
    clearTimeout(writing);
    const scope = event.target;
    writing = setTimeout(() => {
      last = scope;
      const hash = scope.link.slice(scope.link.indexOf("#"));
      if (hash !== location.hash) history.pushState(null, "", hash);
    }, 300);
  }

  for (const button of buttons) button.addEventListener("click", () => speak(remembered(button.dataset.language) ?? button.dataset.language));
  for (const scope of scopes) {
    scope.setAttribute("link", location.href.split("#")[0]);
    scope.addEventListener("saddle-input", write);
  }
  addEventListener("hashchange", read);
  speak(preferred());
  read();
})();
