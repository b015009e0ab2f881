// What a message asks: what can be answered or, once that is over, what was. The server makes the same
// elements (templates/message.html), as it works without script too.

import { t } from "../words.js";
import { make } from "./make.js";
import { fullTime, localise } from "./time.js";
import { timeLeft } from "./ticking.js";

const { path, thread } = document.body.dataset;
const back = thread ? `?thread=${thread}` : "";

// Returns what was answered, in words.
export function outcomeOf({ poll, user_name, choice }) {
  if (poll) return t("page.ask.poll_over");
  if (user_name) return t("page.ask.answered", { name: user_name, choice });
  return choice ? t("page.ask.defaulted", { choice }) : t("page.ask.expired");
}

// Shows what a message asks. shut tells that the reader may not answer.
export function fillAsk(element, { id, ask, deleted }, shut) {
  const before = element.querySelector(".ask");
  const hadFocus = before?.contains(document.activeElement) && document.activeElement.value;
  if (!ask || deleted) {
    before?.remove();
    return;
  }
  const shown = make("div", { className: "ask" }, ...contentOf(id, ask, shut));
  if (before) before.replaceWith(shown);
  else (element.querySelector(".fold") ?? element.querySelector(".text")).after(shown);
  if (hadFocus) stay(element, shown, hadFocus);
}

// Keeps the focus where it was, or near what the buttons have become.
function stay(element, shown, value) {
  const button = [...shown.querySelectorAll("button")].find((each) => each.value === value);
  (button ?? element.querySelector(".act"))?.focus({ preventScroll: true });
}

function contentOf(id, ask, shut) {
  const { choices, poll, state, votes } = ask;
  const most = Math.max(1, ...(votes ?? []).map(({ count }) => count));
  const className = poll ? "choices poll" : "choices";
  const inside = (choice, i) => [make("span", { className: "choice-text", dir: "auto" }, choice), ...(poll ? bar(votes[i], most) : [])];
  if (state !== "open") {
    const item = (choice, i) => make("li", { className: votes[i].mine ? "choice mine" : "choice", title: votes[i].names.join(", ") }, ...inside(choice, i));
    return [outcome(ask), ...(poll ? [make("ul", { className }, ...choices.map(item))] : [])];
  }
  const form = make("form", { className, method: "post" }, ...choices.map((choice, i) => button(choice, poll && votes[i], shut, inside(choice, i))));
  form.setAttribute("action", `${path}/asks/${id}/answer${back}`);
  return [form, ...notes(ask)];
}

function outcome(ask) {
  const time = make("time", { dateTime: ask.time });
  localise(time);
  return make("p", { className: "ask-outcome" }, make("span", { dir: "auto" }, outcomeOf(ask)), " ", time);
}

function button(choice, vote, shut, inside) {
  const made = make("button", { className: "choice", name: "choice", value: choice });
  made.append(...inside);
  if (vote) {
    made.ariaPressed = String(vote.mine ?? false);
    made.title = vote.names.join(", ");
  }
  made.disabled = shut;
  return made;
}

function bar({ count }, most) {
  const meter = make("meter", { className: "choice-bar" });
  meter.setAttribute("max", most);
  meter.setAttribute("value", count);
  meter.ariaHidden = "true";
  return [" ", make("span", { className: "choice-count" }, count), meter];
}

// Returns what else there is to know: who is asked, for how long, and what counts otherwise.
function notes({ from, until, default: byDefault }) {
  const all = [];
  if (from?.length) all.push(make("span", { className: "ask-from", dir: "auto" }, t("page.ask.from", { names: from.join(", ") })));
  if (until) all.push(make("span", { className: "ask-until" }, make("time", { dateTime: until, title: fullTime(until) }, timeLeft(Date.parse(until), Date.now()))));
  if (byDefault) all.push(make("span", { className: "ask-default", dir: "auto" }, t("page.ask.default", { choice: byDefault })));
  return all.length > 0 ? [make("p", { className: "ask-note" }, ...all)] : [];
}
