// Times as people read them, in the reader's own time zone.

const lang = document.documentElement.lang;
const timeOfDay = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndTime = new Intl.DateTimeFormat(lang, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const full = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });

const lookEvery = 60_000; // milliseconds: a timer counts no time that the device sleeps

// Shows a <time> by its datetime attribute: the hour if it was today, otherwise
// with the day.
export function localise(element) {
  const time = new Date(element.dateTime);
  element.textContent = (time.toDateString() === today() ? timeOfDay : dayAndTime).format(time);
  element.title = full.format(time);
}

// Returns a time of the wire in full.
export const fullTime = (time) => full.format(new Date(time));

// Calls back when the day has changed.
export function onNewDay(callback) {
  let day = today();
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(lookEvery, untilMidnight()));
    if (day === today()) return;
    day = today();
    callback();
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
  look();
}

const today = () => new Date().toDateString();

function untilMidnight() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1) - now;
}
