// On a page of a room that does not end (/live): loads it again when it has ended, once the server
// is there, and shows times as the reader's clock does. Without this script a browser loads it
// again after a while, wherever that leads. A classic script: the page is never parsed to its end.
"use strict";
(() => {
  const silence = 45_000; // the server says something each 20 s
  const shortest = 500; // between two attempts, in milliseconds
  const longest = 15_000;
  const passing = new Set([408, 421, 425, 429]); // that are no last word

  let heard = Date.now();
  let leaving = false;

  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const calendar = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

  // Within a group, the time stands in the gutter, which is no wider than a clock's.
  const inGutter = (element) => element.closest(".continued") !== null;

  function tellTime(element) {
    const time = new Date(element.dateTime);
    if (Number.isNaN(time.getTime())) return;
    const today = time.toDateString() === new Date().toDateString();
    element.textContent = (today || inGutter(element) ? clock : calendar).format(time);
    element.title = calendar.format(time);
  }

  new MutationObserver((records) => {
    heard = Date.now();
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE) node.querySelectorAll("time").forEach(tellTime);
      }
    }
  }).observe(document, { childList: true, subtree: true });
  document.documentElement.classList.add("local-times");
  document.querySelectorAll("time").forEach(tellTime);

  async function answers() {
    try {
      const { status } = await fetch(location.href, { method: "HEAD", cache: "no-store" });
      return status < 500 && !passing.has(status);
    } catch {
      return false; // there is no server
    }
  }

  // Not all pages come back at the same moment.
  const pause = (most) => new Promise((done) => setTimeout(done, shortest + Math.random() * most));

  async function comeBack() {
    if (leaving) return;
    leaving = true;
    for (let most = shortest; ; most = Math.min(2 * most, longest)) {
      await pause(most);
      if (await answers()) break;
    }
    location.reload();
  }

  if (document.readyState === "complete") comeBack();
  else addEventListener("load", comeBack);
  setInterval(() => {
    if (Date.now() - heard > silence) comeBack();
  }, shortest);
})();
