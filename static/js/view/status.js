// How it stands with what a robot's message tells of.

import { duration } from "../duration.js";
import { signOf } from "../model/status.js";
import { t } from "../words.js";
import { make } from "./make.js";
import { fullTime } from "./time.js";

// Returns a status in words, as the server does.
export function statusText({ state, exit, ms }) {
  if (state !== "ended") return t(`page.status.${state}`);
  return ms ? t("page.status.ended_after", { exit, took: duration(ms) }) : t("page.status.ended", { exit });
}

export const isRunning = (status) => status?.state === "running";

// Tells for how long it has run since a time, at first and now and then; see ticking.js.
export const runningFor = (since, now) =>
  t("page.status.running_for", { took: duration(Math.max(0, Math.floor((now - since) / 1000) * 1000)) });

// Gives a message the looks of its status.
export function signStatus(element, { status }) {
  const sign = signOf(status);
  if (sign) element.dataset.status = sign;
  else delete element.dataset.status;
}

// Returns the element that tells a status.
export function statusMark({ status, time, edited }) {
  const shown = make("span", { className: "status", title: fullTime(edited) });
  shown.textContent = isRunning(status) ? runningFor(Date.parse(time), Date.now()) : statusText(status);
  return shown;
}
