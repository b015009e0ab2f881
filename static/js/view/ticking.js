// What is told of time that passes: for how long something has run, and how much is left. One timer looks
// every few seconds at what is shown, and writes what is another.

import { duration } from "../duration.js";
import { t } from "../words.js";
import { runningFor } from "./status.js";

const pause = 5000; // milliseconds
const minute = 60_000;

// Returns how much time is left, in whole minutes until the last.
export function timeLeft(until, now) {
  const left = until - now;
  if (left <= 0) return t("page.ask.due");
  const unit = left > minute ? minute : pause;
  return t("page.ask.left", { time: duration(Math.ceil(left / unit) * unit) });
}

// Has a list tell that as time goes by.
export function tick(list) {
  const look = () => {
    if (document.hidden) return;
    const now = Date.now();
    for (const shown of list.querySelectorAll('[data-status="running"] .status')) {
      write(shown, runningFor(Date.parse(shown.closest(".message").querySelector("time").dateTime), now));
    }
    for (const shown of list.querySelectorAll(".ask-until > time")) write(shown, timeLeft(Date.parse(shown.dateTime), now));
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, pause);
}

function write(shown, words) {
  if (shown.textContent !== words) shown.textContent = words;
}
