"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  document.querySelector(".tools").hidden = false;
  byId("print").addEventListener("click", () => window.print());

  // What is folded away would be missing on paper.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((it) => { it.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((it) => { it.open = false; }));

  // The theme that was chosen last; a browser may refuse to keep anything for a file.
  const themes = ["system", "light", "dark"];
  const kept = {
    read() { try { return localStorage.getItem("lscompat-theme"); } catch { return null; } },
    write(theme) { try { localStorage.setItem("lscompat-theme", theme); } catch { /* nothing is kept */ } },
  };
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    byId("theme").textContent = `Theme: ${theme}`;
  };
  let theme = themes.includes(kept.read()) ? kept.read() : "system";
  apply(theme);
  byId("theme").addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    apply(theme);
    kept.write(theme);
  });

  const filter = byId("filter");
  if (!filter) {
    return;
  }
  filter.hidden = false;
  const search = byId("search");
  const stack = byId("stack");
  const cards = all(".card").map((element) => ({ element, text: element.textContent.toLowerCase() }));
  const total = cards.reduce((sum, it) => sum + Number(it.element.dataset.findings), 0);
  const chosen = (name) => all(`input[name="${name}"]:checked`, filter).map((it) => it.value);

  const update = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = { category: chosen("category"), severity: chosen("severity"), fails: chosen("fails") };
    const only = stack ? stack.value : "";
    const isFiltered = words.length > 0 || only !== "" || Object.values(wanted).some((it) => it.length > 0);
    let shown = 0;
    for (const { element, text } of cards) {
      const data = element.dataset;
      const fits = Object.entries(wanted).every(([name, values]) => !values.length || values.includes(data[name]))
        && (only === "" || data.stack === only)
        && words.every((it) => text.includes(it));
      element.hidden = !fits;
      shown += fits ? Number(data.findings) : 0;
    }
    for (const part of all(".part")) {
      part.hidden = isFiltered && !part.querySelector(".card:not([hidden])");
    }
    // What is not filtered would only stand between the reader and what is asked for.
    for (const beside of all(".reach, .updates, .aside")) {
      beside.hidden = isFiltered;
    }
    for (const section of all(".stack")) {
      section.hidden = isFiltered && !section.querySelector(".card:not([hidden])");
    }
    const noun = total === 1 ? "finding" : "findings";
    byId("count").textContent = isFiltered ? `${shown} of ${total} ${noun}` : `${total} ${noun}`;
    byId("nothing").hidden = shown > 0;
    byId("clear").disabled = !isFiltered;
  };

  filter.addEventListener("input", update);
  filter.addEventListener("change", update);
  filter.addEventListener("submit", (event) => event.preventDefault());
  // The fields have their old values while the event is handled.
  filter.addEventListener("reset", () => setTimeout(update));
  const showAll = () => {
    filter.reset();
    update();
  };
  byId("again").addEventListener("click", () => {
    showAll();
    search.focus();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
  // A link to what the filter hides shows everything again.
  window.addEventListener("hashchange", () => {
    const target = byId(location.hash.slice(1));
    if (target && target.closest("[hidden]")) {
      showAll();
      target.scrollIntoView();
    }
  });
  // A browser may bring back what was typed before the page was loaded again.
  update();
})();
