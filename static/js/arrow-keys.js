// The list is one stop of the Tab key; inside it, the arrow keys lead from the actions of one
// message to those of the next.

import { onWholePress } from "./whole-press.js";

const steps = { ArrowUp: -1, ArrowDown: 1 };

export function arrowKeys(viewport, list) {
  viewport.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("textarea")) return;
    const buttons = [...list.querySelectorAll(".act")];
    const at = buttons.indexOf(event.target.closest(".message")?.querySelector(".act"));
    const next = at >= 0 ? buttons[at + step] : inView(step < 0 ? buttons.reverse() : buttons, viewport);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  onWholePress(list, ({ target }) => target.matches(".act"), (button) => button.click());
}

function inView(buttons, viewport) {
  const { top, bottom } = viewport.getBoundingClientRect();
  return buttons.find((button) => {
    const place = button.getBoundingClientRect();
    return place.top >= top && place.bottom <= bottom;
  });
}
