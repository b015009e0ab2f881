// Days as people name them, in the reader's own time zone.

import { lang, t } from "../words.js";

const format = new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const lookEvery = 60_000; // milliseconds: a timer counts no time that the device sleeps

export class Days {
  #labels = new Map(); // by the number of the day
  #today = dayOf(new Date());
  #timer = 0;
  #onnew;

  // onnew is called when another day has begun, and the labels are others.
  constructor({ onnew }) {
    this.#onnew = onnew;
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pageshow", () => this.#look());
    this.#look();
  }

  // Returns the label of the day of a time in milliseconds. No two days have the same.
  label(time) {
    const day = dayOf(new Date(time));
    if (!this.#labels.has(day)) this.#labels.set(day, this.#name(day, time));
    return this.#labels.get(day);
  }

  #name(day, time) {
    if (day === this.#today) return t("page.today");
    if (day === this.#today - 1) return t("page.yesterday");
    return format.format(time);
  }

  #look() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), Math.min(lookEvery, untilMidnight()));
    if (this.#today === dayOf(new Date())) return;
    this.#today = dayOf(new Date());
    this.#labels.clear();
    this.#onnew();
  }
}

// Returns the number of a date's day. It counts calendar days, of which some have 23 or 25 hours.
const dayOf = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;

function untilMidnight() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1) - now;
}
