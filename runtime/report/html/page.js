// What the page can do by itself: its theme, and hints over charts. Everything that it shows stands in the page already.
(() => {
  "use strict";
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const label = () => {
    button.textContent = isDark() ? "Light theme" : "Dark theme";
  };
  // A file that was opened from a disk may have no storage; the choice then lasts as long as the page.
  const stored = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("ringscope-theme");
      localStorage.setItem("ringscope-theme", value);
    } catch { /* no storage */ }
    return null;
  };
  const before = stored();
  if (before === "dark" || before === "light") root.dataset.theme = before;
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored(root.dataset.theme);
    label();
  });
  dark.addEventListener("change", label);

  const hint = document.getElementById("hint");
  let line = null;
  const hide = () => {
    hint.hidden = true;
    line?.remove();
    line = null;
  };
  const rowAt = (table, place) => {
    let found = null;
    for (const row of table.tBodies[0].rows) {
      if (!("from" in row.dataset) || Number(row.dataset.from) > place) break;
      found = row;
    }
    return found;
  };
  for (const figure of document.querySelectorAll("figure.chart")) {
    const table = figure.querySelector("details.data table");
    if (table === null) continue;
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    for (const drawing of figure.querySelectorAll(".drawing")) {
      const [left, right] = drawing.dataset.area.split(" ").map(Number);
      drawing.addEventListener("pointermove", (event) => {
        const box = drawing.getBoundingClientRect();
        const place = ((event.clientX - box.left) / box.width - left) / (right - left);
        const row = place < 0 || place > 1 ? null : rowAt(table, place);
        if (row === null) return hide();
        hint.replaceChildren(...[...row.cells].map((cell, at) => {
          const pair = document.createElement("div");
          const name = document.createElement("span");
          name.textContent = names[at];
          const value = document.createElement("b");
          value.textContent = cell.textContent;
          pair.append(name, value);
          return pair;
        }));
        hint.hidden = false;
        if (line?.parentElement !== drawing) {
          line?.remove();
          line = document.createElement("i");
          line.className = "cross";
          drawing.append(line);
        }
        line.style.left = `${event.clientX - box.left}px`;
        const beside = event.clientX + 16 + hint.offsetWidth > innerWidth
          ? event.clientX - 16 - hint.offsetWidth
          : event.clientX + 16;
        hint.style.left = `${Math.max(4, beside)}px`;
        hint.style.top = `${
          Math.max(4, Math.min(event.clientY - 20, innerHeight - hint.offsetHeight - 4))
        }px`;
      });
      drawing.addEventListener("pointerleave", hide);
    }
  }
  addEventListener("scroll", hide, { passive: true });
  // Paper has no details to open.
  addEventListener("beforeprint", hide);
})();
