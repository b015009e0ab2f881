// The marks of a message that was edited or pinned.

import { fullTime } from "./clock.js";
import { part } from "./parts.js";

export function fillMarks(element, { edited, pinned }) {
  element.querySelector(".marks")?.remove();
  if (!edited && !pinned) return;
  const marks = part(".marks");
  const mark = marks.querySelector(".edited");
  if (edited) {
    mark.dataset.time = edited;
    mark.title = fullTime(edited);
  } else mark.remove();
  if (!pinned) marks.querySelector(".pin-mark").remove();
  element.querySelector(".text").after(marks);
}
