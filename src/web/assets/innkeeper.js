// Makes the pages a little quicker to use. Every page works without it: nothing here is the only way to do a thing.
"use strict";

// A form is sent once, however often its button is pressed. Coming back by the browser's history wakes it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  // After the browser has collected the fields: a disabled button would not send its own name and value.
  setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }), 0);
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = false; });
  });
});

// An open menu closes on Escape (and gives the focus back) and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  if (location.hash === "#menu") location.hash = "#main";
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// Typing in a search narrows the cards that are on the page; Enter asks the server, which knows all of them.
document.querySelectorAll("input[data-filter]").forEach((input) => {
  const items = Array.from(document.querySelectorAll(input.dataset.filter));
  input.addEventListener("input", () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      const text = item.textContent.toLocaleLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
  });
});

// A preset ticks its boxes in place. Boxes that a rule has locked stay as they are.
document.querySelectorAll("button[data-preset]").forEach((button) => {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const wanted = button.dataset.preset.split(" ");
    const form = button.form;
    form.querySelectorAll("input[type=checkbox][name=permissions]").forEach((box) => {
      if (!box.disabled) box.checked = wanted.includes(box.value);
    });
    const choose = form.querySelector("input[name=scope][value=choose]");
    if (choose) choose.checked = true;
    form.querySelectorAll("button[data-preset]").forEach((other) => {
      other.setAttribute("aria-pressed", String(other === button));
    });
  });
});

// Copies the text of the element named by data-copy; the button says so for two seconds.
document.querySelectorAll("button[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.innerText.trim());
    } catch {
      return;
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
});

// A template is shown as it will be while one types. Without this, the button "Preview" does it.
document.querySelectorAll("form[data-editor]").forEach((form) => {
  const source = form.querySelector("textarea[name=source]");
  const gutter = form.querySelector(".gutter");
  const problems = form.querySelector(".problems");
  const frame = form.querySelector("iframe");
  let timer = 0;
  let asked = 0;

  const number = (wrong) => {
    const lines = source.value.split("\n").length;
    source.rows = lines + 1;
    gutter.replaceChildren(...Array.from({ length: lines }, (_, at) => {
      const line = document.createElement("span");
      line.id = `line-${at + 1}`;
      line.textContent = at + 1;
      line.classList.toggle("wrong", wrong.includes(at + 1));
      return line;
    }));
  };
  const element = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const told = (problem) => {
    const row = element("li", "", "row");
    const main = element("div", "", "row-main");
    const first = element("p", problem.message);
    if (problem.line) {
      const link = element("a", `${problem.line}:${problem.column}`);
      link.href = `#line-${problem.line}`;
      link.dataset.line = problem.line;
      first.prepend(link, " ");
    }
    main.append(first);
    if (problem.snippet) {
      const snippet = element("pre", problem.snippet, "report");
      snippet.tabIndex = 0;
      main.append(snippet);
    }
    if (problem.help) main.append(element("p", problem.help, "muted"));
    row.append(main);
    return row;
  };
  const look = async () => {
    const turn = ++asked;
    let answer;
    try {
      const sent = await fetch(form.dataset.editor, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!sent.ok) return;
      answer = await sent.json();
    } catch {
      return;
    }
    // An answer that was overtaken is no longer about what stands here.
    if (turn !== asked) return;
    problems.hidden = answer.problems.length === 0;
    problems.querySelector("ul").replaceChildren(...answer.problems.map(told));
    number(answer.problems.map((problem) => problem.line));
    if (answer.framed === null) return;
    form.querySelectorAll("[data-shown]").forEach((place) => { place.textContent = answer[place.dataset.shown]; });
    if (frame.srcdoc !== answer.framed) frame.srcdoc = answer.framed;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, 350);
  };
  source.addEventListener("input", soon);
  form.querySelectorAll("select").forEach((select) => select.addEventListener("change", soon));
  problems.addEventListener("click", (event) => {
    const line = Number(event.target.dataset.line);
    if (!line) return;
    event.preventDefault();
    const lines = source.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    source.focus();
    source.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    document.getElementById(`line-${line}`)?.scrollIntoView({ block: "center" });
  });
});

// What was typed is not lost without a question, unless it is what is being sent.
let sent = null;
addEventListener("submit", (event) => { sent = event.target; });
addEventListener("beforeunload", (event) => {
  const typed = (area) => area.form && area.form !== sent && area.form.method === "post" && area.value !== area.defaultValue;
  if (Array.from(document.querySelectorAll("textarea")).some(typed)) event.preventDefault();
  sent = null;
});

// The summary of errors takes the focus, so that a screen reader begins there.
document.querySelector(".summary")?.focus();
