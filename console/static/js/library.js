// The search's "all" box, and a range drawn over the histogram with a pointer.
(() => {
  "use strict";
  document.addEventListener("change", (e) => {
    const all = e.target.closest("[data-all]");
    if (all) for (const b of all.form.querySelectorAll(`input[name="${all.dataset.all}"]`)) b.checked = all.checked;
  });
  let from = null, brush = null;
  const at = (svg, e) => {
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return Math.min(1, Math.max(0, p.x / svg.dataset.wide));
  };
  document.addEventListener("pointerdown", (e) => {
    const svg = e.target.closest("#histogram");
    if (svg && e.button === 0) from = { svg, x: at(svg, e) };
  });
  document.addEventListener("pointermove", (e) => {
    if (!from) return;
    const x = at(from.svg, e), w = from.svg.dataset.wide;
    if (!brush && Math.abs(x - from.x) < 0.01) return;
    if (!brush) {
      brush = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      brush.setAttribute("class", "brush");
      brush.setAttribute("y", 0);
      brush.setAttribute("height", 220);
      from.svg.append(brush);
    }
    brush.setAttribute("x", Math.min(x, from.x) * w);
    brush.setAttribute("width", Math.abs(x - from.x) * w);
  });
  document.addEventListener("pointerup", (e) => {
    if (from && brush) {
      const ends = [from.x, at(from.svg, e)].sort((a, b) => a - b), form = document.getElementById("score-form");
      form.min.value = ends[0].toFixed(2);
      form.max.value = ends[1].toFixed(2);
      form.requestSubmit();
    }
    from = brush = null;
  });
  document.addEventListener("click", (e) => { if (brush) e.preventDefault(); }, true);
  document.addEventListener("dragstart", (e) => { if (e.target.closest && e.target.closest("#histogram")) e.preventDefault(); });
})();
