// Small comforts. Everything here has a form or a link that works without it.
(() => {
  "use strict";
  const $ = (q, root = document) => root.querySelector(q);
  const $$ = (q, root = document) => [...root.querySelectorAll(q)];

  // Times in the reader's own zone.
  const localise = (root) => {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    for (const t of $$("time[data-local]", root)) t.textContent = format.format(new Date(t.dateTime));
  };

  // The theme at once; the browser keeps it by the form's own request.
  document.addEventListener("submit", (e) => {
    const by = e.submitter;
    if (!by || by.name !== "theme") return;
    e.preventDefault();
    document.documentElement.dataset.theme = by.value;
    for (const b of $$("button[name=theme]")) b.setAttribute("aria-pressed", String(b.value === by.value));
    fetch("/preferences", {
      method: "POST", body: new URLSearchParams({ theme: by.value }), headers: { "X-Tamis-Quiet": "1" },
    });
  });

  // Menus close when one looks elsewhere.
  document.addEventListener("click", (e) => {
    for (const m of $$("details.menu[open]")) if (!m.contains(e.target)) m.open = false;
    const opener = e.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      e.preventDefault();
      open(dialog);
    }
    const closer = e.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    if (e.target.tagName === "DIALOG") e.target.close();
  });

  const open = (dialog) => {
    for (const m of $$("details.menu[open]")) m.open = false;
    if (!dialog.open) dialog.showModal();
    const field = $("input, textarea", dialog);
    if (field) field.select();
    if (field && dialog.id === "palette") htmx.trigger(field, "open");
  };

  // A letter typed into a field is text, not a command.
  const typing = (el) => el.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (e) => {
    const palette = document.getElementById("palette");
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k" && palette) {
      e.preventDefault();
      open(palette);
      return;
    }
    if (e.key === "Escape") for (const m of $$("details.menu[open]")) { m.open = false; $("summary", m).focus(); }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || $("dialog[open]")) return;
    if (e.key === "?" && document.getElementById("keys")) { e.preventDefault(); open(document.getElementById("keys")); }
  });

  // The palette: arrows move, Enter goes.
  document.addEventListener("keydown", (e) => {
    if (!e.target.closest("#palette")) return;
    const links = $$("#found a", $("#palette"));
    let at = links.findIndex((l) => l.classList.contains("on"));
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      at = (at + (e.key === "ArrowDown" ? 1 : -1) + links.length) % links.length;
      links.forEach((l, i) => l.classList.toggle("on", i === at));
      links[at]?.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("submit", (e) => {
    const link = e.target.closest("#palette") && ($("#found a.on") || $("#found a"));
    if (!link) return;
    e.preventDefault();
    link.click();
  });

  // What can be copied.
  document.addEventListener("click", async (e) => {
    const b = e.target.closest("[data-copy]");
    if (!b) return;
    await navigator.clipboard.writeText(document.getElementById(b.dataset.copy).textContent);
    b.textContent = b.dataset.copied;
  });
  for (const b of $$("[data-copy]")) b.hidden = !navigator.clipboard;

  document.addEventListener("htmx:load", (e) => localise(e.detail.elt));
  localise(document);
})();
