// Times as people read them, in the reader's own time zone.

import { lang } from "../words.js";

const timeOfDay = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const full = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });

// Shows a <time> by its datetime attribute, as the time of day; its day stands above it.
export function localise(element) {
  const time = new Date(element.dateTime);
  element.textContent = timeOfDay.format(time);
  element.title = full.format(time);
}

// Returns a time of the wire in full.
export const fullTime = (time) => full.format(new Date(time));
