// The desk: one key each, the next item at once, the decision on its way behind.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");
  const $ = (q, at = document) => at.querySelector(q);
  const $$ = (q, at = document) => [...at.querySelectorAll(q)];
  const typing = (el) => el.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const busy = (e) => e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || $("dialog[open]");

  // A wave: the keys press its buttons.
  const wave = $("#wave-form");
  if (wave) document.addEventListener("keydown", (e) => {
    const b = !busy(e) && $(`[data-key="${e.key.toLowerCase()}"]`, wave);
    if (b) { e.preventDefault(); b.click(); }
  });

  const desk = $("#desk");
  if (!desk) return;
  const say = desk.dataset, hands = $("#hands"), side = $("#side"), done = $("#all-done"), line = $("#said-done"), notice = $("#notice");
  const current = () => $(".hand:not([hidden])", hands);
  const here = (q) => { const h = current(); return h && $(q, h); };

  const post = (path, fields) => fetch(path, {
    method: "POST", body: fields, signal: AbortSignal.timeout(15000),
    headers: { "HX-Request": "true", "HX-Current-URL": location.href, "X-Tamis-Site": say.site },
  });
  const get = (path) => fetch(path, { headers: { "HX-Request": "true", "HX-Current-URL": location.href, "X-Tamis-Site": say.site } });
  const parse = (html) => { const t = document.createElement("template"); t.innerHTML = html; return t.content; };
  const tell = (words) => { line.textContent = words; };

  // Which item is shown.
  const show = (h) => {
    for (const other of $$(".hand", hands)) other.hidden = other !== h;
    done.hidden = !!h;
    if (h) {
      h.tabIndex = -1;
      h.focus({ preventScroll: true });
      scrollTo(0, 0);
      expose(h);
    }
    for (const li of $$(".queue li", side)) {
      const on = !!h && li.dataset.id === h.dataset.id;
      li.classList.toggle("here", on);
      $("a", li)?.toggleAttribute("aria-current", on);
    }
  };
  const gone = new Set(); // decided here, whether or not the service has heard of it
  const take = (html, now) => {
    const sent = [...parse(html).querySelectorAll(".hand")];
    if (now) for (const h of sent) gone.delete(h.dataset.id);
    const fresh = sent.filter((h) => !gone.has(h.dataset.id) && !$(`.hand[data-id="${h.dataset.id}"]`, hands));
    for (const h of fresh) h.hidden = true;
    if (now) hands.prepend(...fresh); else done.before(...fresh);
    if (fresh.length && (now || !current())) show(now ? fresh[0] : $(".hand", hands));
    if (!$(".hand", hands)) show(null);
  };
  const have = () => $$(".hand", hands).map((h) => h.dataset.id).concat([...gone].slice(-8)).join(" ");

  // What was decided goes out in order, one after the other.
  let chain = Promise.resolve(), unsent = [];
  const send = (job) => { chain = chain.then(() => out(job)); };
  const out = async (job) => {
    if (unsent.length && !job.again) { unsent.push(job); return; }
    job.fields.set("have", job.back ? "" : have());
    let answer;
    try { answer = await post(job.path, job.fields); } catch { return fail(job); }
    if (answer.status >= 502 && answer.status <= 504) return fail(job);
    const to = answer.headers.get("HX-Redirect") || answer.headers.get("HX-Location");
    if (to) { unsent = []; location.assign(to); return; }
    const html = await answer.text();
    if (answer.ok) { notice.textContent = ""; take(html, job.back); return; }
    notice.replaceChildren(parse(html));
    if (answer.status !== 409 && job.hand) { gone.delete(job.hand.dataset.id); hands.prepend(job.hand); show(job.hand); return; }
    refill();
  };
  const fail = (job) => {
    unsent.push(job);
    const box = $("#unsent");
    $("span", box).textContent = say.broken;
    box.hidden = false;
  };
  const resend = () => {
    const jobs = unsent;
    unsent = [];
    $("#unsent").hidden = true;
    for (const job of jobs) { job.again = true; send(job); }
  };
  $("#unsent button").addEventListener("click", resend);
  addEventListener("online", () => unsent.length && resend());
  addEventListener("beforeunload", (e) => { if (unsent.length) e.preventDefault(); });
  const refill = async () => {
    const answer = await get(`/desk/hand?queue=${encodeURIComponent(say.queue)}&have=${encodeURIComponent(have())}`);
    if (answer.ok) take(await answer.text());
  };

  const newID = () => {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128;
    return [...b].map((n) => n.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const base = (h) => {
    const fields = new URLSearchParams({ queue: say.queue });
    for (const name of ["comment", "claim", "site"]) fields.set(name, $(`[name=${name}]`, h).value);
    return fields;
  };
  // The next item stands there before the decision has left.
  const leave = (h, path, fields, words) => {
    h.remove();
    gone.add(h.dataset.id);
    $(`.queue li[data-id="${h.dataset.id}"]`, side)?.remove();
    const next = $(".hand", hands);
    if (next) show(next);
    tell(words);
    send({ path, fields, hand: h });
  };
  const decide = (kind, more = []) => {
    const h = current();
    if (!h || !$("form.decide", h)) return;
    const fields = base(h);
    fields.set("decision", kind);
    fields.set("id", newID());
    for (const [name, value] of more) fields.append(name, value);
    leave(h, "/desk/decide", fields, say.sent);
  };
  const skip = () => { const h = current(); if (h && $("form.decide", h)) leave(h, "/desk/skip", base(h), ""); };
  const undo = () => { tell(""); send({ path: "/desk/undo", fields: new URLSearchParams({ queue: say.queue }), back: true }); };

  // Words to take out: marked ones by a click, any by selecting them.
  let editing = null;
  const stopEditing = () => {
    if (!editing) return;
    editing.h.classList.remove("editing-now");
    $(".editing", editing.h).hidden = true;
    for (const m of $$(".cut", editing.h)) m.classList.remove("cut");
    CSS.highlights?.delete("cut");
    editing = null;
  };
  const edit = () => {
    const h = current();
    if (!h || !$("form.decide", h)) return;
    if (!editing || editing.h !== h) {
      stopEditing();
      editing = { h, ranges: [] };
      h.classList.add("editing-now");
      $(".editing", h).hidden = false;
      for (const m of $$(".said .veil", h)) m.classList.add("cut");
      return;
    }
    grab();
    const cuts = $$(".said .cut", h).map((m) => [+m.dataset.b, +m.dataset.e]).concat(editing.ranges.map(offsets)).filter(Boolean);
    if (!cuts.length) { tell(say.choose); return; }
    stopEditing();
    decide("edit", cuts.map(([b, e]) => ["cut", `${b}-${e}`]));
  };
  const grab = () => {
    const s = getSelection();
    if (!editing || s.isCollapsed || !$(".said", editing.h).contains(s.anchorNode)) return;
    editing.ranges.push(s.getRangeAt(0).cloneRange());
    if (CSS.highlights) CSS.highlights.set("cut", new Highlight(...editing.ranges));
    s.removeAllRanges();
  };
  // Code points of the submitted text that a range covers.
  const offsets = (range) => {
    let begin = -1, end = -1;
    for (const el of $$(".said [data-b]", editing ? editing.h : hands)) {
      if (!range.intersectsNode(el)) continue;
      const walk = document.createTreeWalker(el, NodeFilter.SHOW_TEXT), text = walk.nextNode();
      if (!text) continue;
      const from = text === range.startContainer ? range.startOffset : 0;
      const to = text === range.endContainer ? range.endOffset : text.data.length;
      const b = +el.dataset.b + [...text.data.slice(0, from)].length, e = +el.dataset.b + [...text.data.slice(0, to)].length;
      if (e <= b) continue;
      if (begin < 0) begin = b;
      end = e;
    }
    return begin < 0 ? null : [begin, end];
  };
  hands.addEventListener("click", (e) => {
    const mark = editing && e.target.closest(".said .veil, .said > mark");
    if (mark && getSelection().isCollapsed) mark.classList.toggle("cut");
  });
  hands.addEventListener("mouseup", () => setTimeout(grab));

  // Panels, forms and replies.
  const panel = (name) => {
    const p = here(`details[data-panel="${name}"]`);
    if (!p) return;
    if (name === "edit") { edit(); return; }
    p.open = !p.open;
    here(`button[data-panel="${name}"]`)?.setAttribute("aria-expanded", String(p.open));
    if (p.open) { p.scrollIntoView({ block: "nearest" }); $("textarea, select", p).focus(); }
  };
  hands.addEventListener("click", (e) => {
    const b = e.target.closest("button");
    if (!b) return;
    if (b.dataset.panel) panel(b.dataset.panel);
    if (b.dataset.reply) {
      const p = b.closest("details");
      $("textarea", p).value = b.dataset.reply;
      if (b.dataset.sentence && $("select", p)) $("select", p).value = b.dataset.sentence;
      $("textarea", p).focus();
    }
    if ("dismiss" in b.dataset) { $("#pause").hidden = true; keep("dismissed", [Date.now()]); }
  });
  hands.addEventListener("submit", async (e) => {
    const form = e.target, by = e.submitter;
    if (form.matches("form.decide")) {
      e.preventDefault();
      const action = by?.getAttribute("formaction") || "";
      if (action.endsWith("skip")) return skip();
      if (action.endsWith("undo")) return undo();
      const p = by?.closest("details");
      const more = p ? [...new FormData(form)].filter(([name]) => $(`[name="${name}"]`, p)) : [];
      return decide(by ? by.value : "approve", more);
    }
    if (form.matches(".triage-form")) {
      e.preventDefault();
      const fields = new URLSearchParams(new FormData(form, by)), box = $(".triaged", form.closest("section"));
      try {
        const answer = await post("/desk/triage", fields);
        (answer.ok ? box : notice).innerHTML = await answer.text();
      } catch { tell(say.broken); }
    }
  });

  // Keys.
  const step = (by) => {
    const all = $$(".queue li[data-id]:not(.taken)", side), at = all.findIndex((li) => li.classList.contains("here"));
    const li = all[at < 0 ? 0 : at + by];
    if (li) open($("a", li).href, li.dataset.id);
  };
  const open = async (href, id) => {
    const known = $(`.hand[data-id="${id}"]`, hands);
    if (known) { show(known); return; }
    const to = new URL(href);
    if (to.pathname !== "/desk") { location.assign(href); return; }
    const answer = await get(`/desk/hand?item=${id}&queue=${encodeURIComponent(say.queue)}&have=${encodeURIComponent(have())}`);
    const html = await answer.text();
    if (answer.ok) { take(html, true); return; }
    notice.replaceChildren(parse(html));
  };
  side.addEventListener("click", (e) => {
    const a = e.target.closest(".queue a");
    if (!a || e.ctrlKey || e.metaKey || e.shiftKey || !new URL(a.href).search.includes("item=")) return;
    e.preventDefault();
    open(a.href, a.closest("li").dataset.id);
  });
  side.addEventListener("change", (e) => e.target.form?.requestSubmit());
  let triaging = false;
  const keys = {
    a: () => decide("approve"), r: () => decide("reject"), s: () => decide("spam"), h: () => decide("hold"),
    e: edit, m: () => panel("remind"), t: () => panel("to"), n: skip, z: undo, j: () => step(1), k: () => step(-1),
    arrowright: () => step(1), arrowleft: () => step(-1), w: () => here("[data-key=w]")?.click(),
    q: () => { triaging = true; here(".triage-form button")?.focus(); },
    escape: stopEditing,
  };
  document.addEventListener("keydown", (e) => {
    const el = e.target, p = el.closest?.("details[data-panel]");
    if (p && e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); $("button[name=decision]", p).click(); return; }
    if (p && e.key === "Escape") { p.open = false; current()?.focus(); return; }
    if (busy(e)) return;
    if (e.key === " " && !el.closest("button, a, summary, input")) { e.preventDefault(); current()?.classList.add("unveiled"); return; }
    const kind = triaging && here(`.triage-form button:nth-child(${+e.key || 99})`);
    if (kind) { triaging = false; e.preventDefault(); kind.click(); return; }
    const act = Object.hasOwn(keys, e.key.toLowerCase()) && !e.repeat && keys[e.key.toLowerCase()];
    if (!act) return;
    if (e.key.toLowerCase() !== "q") triaging = false;
    if (e.key !== "Escape") e.preventDefault();
    act();
  });
  const veil = () => { for (const h of $$(".unveiled", hands)) h.classList.remove("unveiled"); };
  document.addEventListener("keyup", (e) => { if (e.key === " ") veil(); });
  addEventListener("blur", veil);

  // How many hard texts were read lately: known to this browser alone.
  const kept = (name) => { try { return JSON.parse(localStorage.getItem(`tamis-${name}-${say.user}`)) || []; } catch { return []; } };
  const keep = (name, value) => { try { localStorage.setItem(`tamis-${name}-${say.user}`, JSON.stringify(value)); } catch { /* not kept, then */ } };
  const expose = (h) => {
    if (!("hard" in h.dataset) || h.dataset.seen) return;
    h.dataset.seen = "1";
    const now = Date.now(), seen = kept("hard").filter((t) => now - t < 40 * 60e3).concat(now);
    keep("hard", seen);
    if (seen.length >= 15 && now - (kept("dismissed")[0] || 0) > 30 * 60e3) $("#pause").hidden = false;
  };

  // The queue follows what others do, but never under the cursor.
  let stale = false, asking = false;
  const refresh = async () => {
    if (side.matches(":hover") || side.contains(document.activeElement)) { stale = true; return; }
    if (asking) { stale = true; return; }
    asking = true; stale = false;
    try {
      const answer = await get(`/desk/queue?queue=${encodeURIComponent(say.queue)}&current=${current()?.dataset.id || ""}`);
      if (answer.ok) {
        const was = new Set($$(".queue li", side).map((li) => li.dataset.id)), top = side.scrollTop;
        side.replaceChildren(parse(await answer.text()));
        for (const li of $$(".queue li[data-id]", side)) if (!was.has(li.dataset.id)) li.classList.add("arrived");
        side.scrollTop = top;
        const today = $("#today"), small = $(".today-phone", side);
        if (today && small) today.innerHTML = small.innerHTML;
        if (!current() && $(".queue li[data-id]:not(.taken)", side)) refill();
      }
    } catch { stale = true; }
    asking = false;
    if (stale) setTimeout(() => stale && refresh(), 2000);
  };
  side.addEventListener("mouseleave", () => { if (stale) refresh(); });
  let stream = null, wait = 0;
  const listen = () => {
    stream?.close();
    if (document.hidden) { stream = null; return; }
    stream = new EventSource(`/desk/live?site=${encodeURIComponent(say.site)}`);
    const soon = () => { clearTimeout(wait); wait = setTimeout(refresh, 150 + Math.random() * 250); };
    stream.addEventListener("change", soon);
    stream.onopen = soon; // what changed while nobody listened is never told
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) stale = true; listen(); });
  listen();

  // What is in hand stays there while the page is, and a moment longer.
  const beat = () => { if ($("form.decide", hands)) post("/desk/keep", new URLSearchParams({ queue: say.queue })).catch(() => {}); };
  setTimeout(beat, 4000);
  setInterval(beat, 60000);
  addEventListener("pagehide", () => {
    if ($("form.decide", hands)) navigator.sendBeacon("/desk/keep", new URLSearchParams({ leave: "1", site: say.site, queue: say.queue }));
  });
  const start = current();
  if (start) { expose(start); refill(); }
})();
