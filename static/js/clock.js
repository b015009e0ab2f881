// Times as people read them, in the reader's own time zone.

const lang = document.documentElement.lang;
const timeOfDay = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndTime = new Intl.DateTimeFormat(lang, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const full = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });

// Shows a <time> by its datetime attribute: the hour if it was today, otherwise
// with the day.
export function localise(element) {
  const time = new Date(element.dateTime);
  const today = time.toDateString() === new Date().toDateString();
  element.textContent = (today ? timeOfDay : dayAndTime).format(time);
  element.title = full.format(time);
}
