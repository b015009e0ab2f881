// Turns the link to the room into a button that copies it.

import { t } from "./words.js";

const moment = 2000; // milliseconds

export function shareLink(link, label) {
  let timer = 0;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    if (!(await copy(link.href))) {
      location.assign(link.href); // there it stands in the address bar
      return;
    }
    label.textContent = t("page.copied");
    clearTimeout(timer);
    timer = setTimeout(() => { label.textContent = t("page.copy"); }, moment);
  });
}

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
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}
