// A dialog above the page, gone when it is closed: by its button, by Escape, or by pressing beside it.

import { t } from "../words.js";
import { make } from "./make.js";

// Opens one with elements as content, and returns it.
export function openDialog({ title, className, content }) {
  const heading = make("h2", { className: "dialog-title", id: "dialog-title" }, title);
  const close = make("button", { className: "tool", type: "button", title: t("page.close") }, "✕");
  close.setAttribute("aria-label", t("page.close"));
  const dialog = make("dialog", { className: `dialog ${className}` }, make("div", { className: "dialog-head" }, heading, close), ...content);
  dialog.setAttribute("aria-labelledby", heading.id);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close(); // its inside has other targets
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
