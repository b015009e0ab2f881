// The marks of a message that was edited, updated or pinned.

import { t } from "../words.js";
import { part } from "./parts.js";
import { patch } from "./patch.js";
import { statusMark } from "./status.js";
import { fullTime } from "./time.js";

const { path } = document.body.dataset;

// A status stands in the place of the mark of an edit.
export function fillMarks(element, message) {
  const { id, edited, pinned, status, versions } = message;
  const before = element.querySelector(".marks");
  if (!edited && !pinned) {
    before?.remove();
    return;
  }
  const marks = part(".marks");
  const mark = marks.querySelector(".edited");
  if (status) mark.replaceWith(statusMark(message));
  else if (edited) mark.title = fullTime(edited);
  else mark.remove();
  fillVersions(marks.querySelector(".versions"), id, versions, element.querySelector(".earlier") !== null);
  if (!pinned) marks.querySelector(".pin-mark").remove();
  if (before) patch(before, marks); // a sign that turns goes on turning, and the focus stays
  else (element.querySelector(".ask") ?? element.querySelector(".fold") ?? element.querySelector(".text")).after(marks);
}

// The link opens them in place; for who opens it in a new tab it leads to them.
function fillVersions(link, id, versions, open) {
  if (!versions) {
    link.remove();
    return;
  }
  link.setAttribute("href", `${path}/messages/${id}/versions`);
  link.textContent = t("page.versions", { n: versions });
  link.role = "button";
  link.ariaExpanded = String(open);
}
