// The marks of a message that was edited or pinned.

import { part } from "./parts.js";
import { fullTime } from "./time.js";

export function fillMarks(element, { edited, pinned }) {
  element.querySelector(".marks")?.remove();
  if (!edited && !pinned) return;
  const marks = part(".marks");
  if (edited) marks.querySelector(".edited").title = fullTime(edited);
  else marks.querySelector(".edited").remove();
  if (!pinned) marks.querySelector(".pin-mark").remove();
  (element.querySelector(".fold") ?? element.querySelector(".text")).after(marks);
}
