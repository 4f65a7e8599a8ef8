// The lessons of the course page: states of a lab with a question each, and its answer. The data are `www/lessons.json`,
// the words `lesson.<id>.<step>.ask` and `.answer`; `#lesson-<id>` and `#lesson-<id>-<step>` are links to them.
(() => {
  "use strict";
  const Scope = customElements.get("saddle-scope");
  const section = document.getElementById("lessons");
  const panel = document.getElementById("lesson");
  const find = (name) => panel.querySelector(`[data-lesson=${name}]`);
  const scopeOf = (lesson) => document.querySelector(`saddle-scope[lab="${lesson.lab}"]`);
  // A page may show some of the labs only.
  const lessons = Scope.lessons.filter(scopeOf);
  let lesson = null;
  let step = 0;
  let asked = null;

  // What has a key keeps its language with the rest of the page.
  function say(node, key) {
    node.dataset.text = key;
    node.textContent = Scope.words(document.documentElement.lang)[key] ?? "";
  }

  function show(given, at) {
    lesson = given;
    step = Math.min(Math.max(at, 1), lesson.states.length);
    const scope = scopeOf(lesson);
    scope.before(panel);
    panel.hidden = false;
    say(find("title"), `lesson.${lesson.id}.title`);
    find("place").textContent = `${step} / ${lesson.states.length}`;
    say(find("ask"), `lesson.${lesson.id}.${step}.ask`);
    find("answer").hidden = true;
    find("show").hidden = false;
    find("back").disabled = step === 1;
    find("next").disabled = step === lesson.states.length;
    // A button that can no longer be pressed loses the focus: it goes on where one can read.
    if (panel.querySelector("button:focus:disabled")) find("title").focus();
    const state = lesson.states[step - 1];
    scope.state = state;
    // What would answer at once is not seen until then, except where the lab itself waits for a guess.
    asked?.classList.remove("asking");
    asked = scope;
    scope.classList.toggle("asking", !/predict=on|scene=which/.test(state));
    const hash = `#lesson-${lesson.id}-${step}`;
    if (hash !== location.hash) history.pushState(null, "", hash);
    panel.scrollIntoView({ block: "start" });
  }

  function close() {
    panel.hidden = true;
    asked.classList.remove("asking");
    // The address is that of the lab as it is now.
    history.pushState(null, "", asked.link.slice(asked.link.indexOf("#")));
    section.querySelector(`[data-id="${lesson.id}"]`).focus();
    lesson = null;
  }

  function read() {
    const [, id, at] = location.hash.match(/^#lesson-([a-z-]+?)(?:-(\d))?$/) ?? [];
    const given = lessons.find((one) => one.id === id);
    if (given) show(given, Number(at ?? 1));
  }

  for (const one of lessons) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.id = one.id;
    button.addEventListener("click", () => {
      show(one, 1);
      find("title").focus();
    });
    const item = document.createElement("li");
    item.append(button);
    section.querySelector("ol").append(item);
    say(button, `lesson.${one.id}.title`);
  }
  section.hidden = !lessons.length;
  find("back").addEventListener("click", () => show(lesson, step - 1));
  find("next").addEventListener("click", () => show(lesson, step + 1));
  find("close").addEventListener("click", close);
  find("show").addEventListener("click", () => {
    // First seen, then filled, so that it is read out.
    find("answer").hidden = false;
    asked.classList.remove("asking");
    find(step < lesson.states.length ? "next" : "close").focus();
    find("show").hidden = true;
    say(find("answer"), `lesson.${lesson.id}.${step}.answer`);
  });
  addEventListener("hashchange", read);
  read();
})();
