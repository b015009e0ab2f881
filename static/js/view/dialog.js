// Dialogs above the page: each is closed by Escape, by its buttons of the class dialog-close, and by
// pressing beside it. The focus comes back to where it was.

import { t } from "../words.js";
import { make } from "./make.js";

// Shows a dialog, which is part of the page for as long as it is open.
export function showDialog(dialog) {
  if (dialog.open) return;
  const opener = leavePopover(document.activeElement);
  const closing = new AbortController();
  const on = (type, listener) => dialog.addEventListener(type, listener, { signal: closing.signal });
  let pressedBeside = false;
  on("pointerdown", (event) => {
    pressedBeside = isBeside(dialog, event); // and not inside, to mark text, and let go beside
  });
  on("click", (event) => {
    const beside = pressedBeside && isBeside(dialog, event);
    if (beside || event.target.closest(".dialog-close")) dialog.close();
  });
  on("close", () => {
    if (dialog.open) return; // again, before this event came
    closing.abort();
    dialog.remove();
    if (document.activeElement === document.body) opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

// Shows a new dialog with a title and with elements as content, and returns it.
export function openDialog({ title, className, content }) {
  const heading = make("h2", { className: "dialog-title", id: "dialog-title" }, title);
  const close = make("button", { className: "tool dialog-close", type: "button", title: t("page.close") }, "✕");
  close.setAttribute("aria-label", t("page.close"));
  const dialog = make("dialog", { className: `dialog ${className}` }, make("div", { className: "dialog-head" }, heading, close), ...content);
  dialog.setAttribute("aria-labelledby", heading.id);
  showDialog(dialog);
  return dialog;
}

// Closes the popover in which an element is, and returns what stays and has the focus then.
function leavePopover(element) {
  const popover = element.closest(".popover");
  if (!popover) return element;
  popover.open = false;
  const summary = popover.querySelector("summary");
  summary.focus();
  return summary;
}

function isBeside(dialog, { target, clientX: x, clientY: y }) {
  if (target !== dialog) return false; // its inside has other targets
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return x < left || x > right || y < top || y > bottom;
}
