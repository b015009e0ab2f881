// The element of a message: the server's own markup, cloned and filled with text.

import { hue, initials } from "../model/person.js";
import { fillAsk } from "./ask.js";
import { fillDelivery } from "./delivery.js";
import { fillMarks } from "./marks.js";
import { part } from "./parts.js";
import { fillQuote } from "./quote.js";
import { dressMore, fillReactions } from "./reactions.js";
import { fillReceipt } from "./receipt.js";
import { fillReplies } from "./replies.js";
import { signStatus } from "./status.js";
import { fillText, speak } from "./text.js";
import { localise } from "./time.js";

const template = document.getElementById("message-template");
const [here] = template.content.querySelector(".act").getAttribute("href").split("message="); // begins the page's address
const robotMark = part(".robot-mark");
const deletedText = part(".deleted-text").textContent;
const { path } = document.body.dataset;

const messages = new WeakMap(); // by their elements

// Returns the message that an element shows.
export const messageOf = (element) => messages.get(element);

export const messageRow = {
  create(row) {
    const element = template.content.firstElementChild.cloneNode(true);
    fillPerson(element, row.message);
    fillTime(element, row.message);
    messageRow.update(element, row, {});
    return element;
  },

  // Makes an element show a row, whatever it showed before. What a person is doing to it stays.
  update(element, { message, own, continued, replies, receipt, shut }, before) {
    element.classList.toggle("own", own);
    element.classList.toggle("continued", continued);
    fillReplies(element, message.id, replies);
    fillReceipt(element, receipt);
    if (message !== before.message) {
      messages.set(element, message);
      fill(element, message);
    } else if (shut === before.shut) return;
    fillAsk(element, message, shut);
  },

  // Takes an element of the server's, which shows a message as it is. Only what the reader's
  // browser alone can tell is added.
  adopt(element, message) {
    messages.set(element, message);
    localise(element.querySelector("time"));
    speak(element.querySelector(".text"), message.deleted ? "" : message.message);
    fillMarks(element, message);
    dressButton(element);
    const more = element.querySelector(".reactions > .more-emoji");
    if (more) dressMore(more);
  },
};

function fillPerson(element, { user_name, robot = false }) {
  const shown = element.querySelector(".initials");
  const name = element.querySelector(".name");
  shown.textContent = initials(user_name);
  shown.dataset.hue = name.dataset.hue = hue(user_name);
  name.firstElementChild.textContent = user_name;
  element.classList.toggle("robot", robot);
  if (robot) name.after(" ", robotMark.cloneNode(true));
}

function fillTime(element, { id, time, entry }) {
  const shown = element.querySelector("time");
  shown.dateTime = time;
  localise(shown);
  const link = shown.parentElement;
  if (entry) link.replaceWith(shown); // it has no place yet
  else link.href = `${path}/messages/${id}`;
}

function fill(element, message) {
  const { id, deleted = false, pinned = false, entry } = message;
  element.id = `m-${id}`;
  element.classList.toggle("deleted", deleted);
  element.classList.toggle("pinned", pinned);
  fillText(element, message, deletedText);
  signStatus(element, message);
  fillQuote(element, message);
  fillMarks(element, message);
  fillReactions(element, message);
  if (entry) fillDelivery(element, entry);
  if (deleted || entry) strip(element);
  else element.querySelector(".act").href = `${here}message=${id}#m-${id}`;
  dressButton(element);
}

// Nothing can be done to it, and nobody goes on doing it.
function strip(element) {
  element.classList.remove("acting", "editing");
  for (const each of element.querySelectorAll(".act, .actions, .editor")) each.remove();
}

// The list is one stop of the Tab key: the arrow keys lead to the button, which opens the actions
// in place.
function dressButton(element) {
  for (const link of element.querySelectorAll(".when, .replies")) link.tabIndex = -1;
  const button = element.querySelector(".act");
  if (!button) return;
  button.role = "button";
  button.tabIndex = -1;
}
