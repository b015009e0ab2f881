// Shows times as the reader's clock does, on pages that have no other script. Without it they are in
// UTC, and say so. A classic script.
"use strict";
const { lang } = document.documentElement;
const short = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
const full = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });
for (const element of document.querySelectorAll("time")) {
  const time = new Date(element.dateTime);
  element.textContent = short.format(time);
  element.title = full.format(time);
}
