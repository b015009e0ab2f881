// What opens below a button of the header closes again as people expect: by Escape, by pressing
// elsewhere, and when another opens. One is open at a time.

export function popovers(header) {
  const open = () => header.querySelector(".popover[open]");
  addEventListener("pointerdown", ({ target }) => {
    const popover = open();
    if (popover && !popover.contains(target)) popover.open = false;
  });
  header.addEventListener("keydown", (event) => {
    const popover = open();
    if (event.key !== "Escape" || !popover) return;
    popover.open = false;
    popover.querySelector("summary").focus();
  });
  header.addEventListener("toggle", ({ target }) => {
    if (!target.open) return;
    for (const other of header.querySelectorAll(".popover[open]")) if (other !== target) other.open = false;
  }, { capture: true });
}
