// What is copied for others: the link to the room, and a command line.

import { t } from "./words.js";

const moment = 2000; // milliseconds

// Turns a link into a button that copies it.
export function shareLink(link, label) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    if (await copy(link.href)) confirm(label, t("page.copy"));
    else location.assign(link.href); // there it stands in the address bar
  });
}

// Makes a button copy the text of an element.
export function copyButton(button, source) {
  const before = button.textContent;
  button.addEventListener("click", async () => {
    if (await copy(source.textContent)) confirm(button, before);
    else getSelection().selectAllChildren(source); // to be copied by hand
  });
}

// Says for a moment that it is copied.
function confirm(label, before) {
  label.textContent = t("page.copied");
  clearTimeout(timers.get(label));
  timers.set(label, setTimeout(() => { label.textContent = before; }, moment));
}

const timers = new WeakMap();

// The clipboard interface exists in secure contexts only; the old command works on
// plain http://192.168.x.y too.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

function copyByCommand(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(field); // what is outside of an open dialog takes no focus
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}
