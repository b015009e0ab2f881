// Returns what has the focus without showing it, or where something covers it.
(() => {
  const tell = (e) => e.id || e.className || e.outerHTML.slice(0, 80);
  const ring = (e) => {
    for (let each = e; each; each = each.parentElement) {
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return true;
    }
    return false;
  };
  const covered = (e) => {
    const { left, top, width, height } = e.getBoundingClientRect();
    const [x, y] = [left + Math.min(width, innerWidth - left) / 2, top + height / 2];
    const above = document.elementFromPoint(x, y);
    const fine = !above || e.contains(above) || above.contains(e);
    return fine || above.closest("details[open], .actions") ? null : above; // what was opened can be closed again
  };
  const faults = [];
  for (const e of document.querySelectorAll("a[href], button, summary, input, textarea, [tabindex]")) {
    if (!e.checkVisibility() || e.tabIndex < 0) continue;
    document.activeElement.blur(); // what has the focus already would keep how it shows it
    e.focus({ focusVisible: true });
    if (document.activeElement !== e) continue;
    if (!ring(e)) faults.push(`${tell(e)}: no outline`);
    const above = covered(e);
    if (above) faults.push(`${tell(e)}: covered by ${tell(above)}`);
  }
  return faults;
})();
