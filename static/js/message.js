// One message in the page: the server's own markup, cloned and filled with text. A message is an
// object as in the history of the wire; what becomes of it changes the object, and its element
// is filled again.

import { localise } from "./clock.js";
import { fillMarks } from "./marks.js";
import { part } from "./parts.js";
import { fillQuote, readQuote } from "./quote.js";
import { fillReactions, readReactions } from "./reactions.js";
import { fillText } from "./text.js";

const template = document.getElementById("message-template");
const hues = 8;

const deletedText = part(".deleted-text").textContent;

const messages = new WeakMap(); // by their elements

// Returns the element of a message.
export function renderMessage(message) {
  const { id, seq, user_name, time, client_id } = message;
  const element = template.content.firstElementChild.cloneNode(true);
  element.id = `m-${id}`;
  element.dataset.seq = seq;
  element.dataset.clientId = client_id ?? "";
  const name = element.querySelector(".name");
  name.dataset.hue = hue(user_name);
  name.firstElementChild.textContent = user_name;
  element.querySelector("time").dateTime = time;
  fill(element, message);
  return adorn(element);
}

// Returns the message of an element, which is not to be changed.
export function messageOf(element) {
  if (!messages.has(element)) messages.set(element, read(element));
  return messages.get(element);
}

// Gives the message of an element other members, and shows it.
export function changeMessage(element, changes) {
  fill(element, { ...messageOf(element), ...changes });
}

// Makes an element of the server's look as the script has them.
export function dress(element) {
  fill(element, messageOf(element));
  return adorn(element);
}

// Adds what only the reader's browser knows how to tell, and what only the script can do.
function adorn(element) {
  localise(element.querySelector("time"));
  const button = element.querySelector(".act");
  if (button) {
    button.role = "button";
    button.tabIndex = -1; // the arrow keys lead there
  }
  return element;
}

function read(element) {
  const deleted = element.classList.contains("deleted");
  return {
    id: idOf(element), seq: seqOf(element), client_id: element.dataset.clientId,
    user_name: authorOf(element), time: element.querySelector("time").dateTime,
    message: deleted ? "" : element.querySelector(".text").textContent,
    edited: element.querySelector(".edited")?.dataset.time ?? "",
    deleted, pinned: element.classList.contains("pinned"),
    reply_to: element.dataset.replyTo ?? "", quote: readQuote(element), reactions: readReactions(element),
  };
}

// Makes an element show a message, whatever it showed before. What a person is doing to it stays.
function fill(element, message) {
  messages.set(element, message);
  const { deleted = false, pinned = false } = message;
  element.classList.toggle("deleted", deleted);
  element.classList.toggle("pinned", pinned);
  fillText(element, deleted ? deletedText : message.message);
  fillQuote(element, message);
  fillMarks(element, message);
  fillReactions(element, message);
  if (deleted) for (const each of element.querySelectorAll(".act, .actions, .editor")) each.remove();
  else element.querySelector(".act").href = `?message=${message.id}#m-${message.id}`;
}

export const seqOf = (element) => Number(element.dataset.seq);
export const idOf = (element) => element.id.slice("m-".length);
export const authorOf = (element) => element.querySelector(".name").textContent;
export const timeOf = (element) => Date.parse(element.querySelector("time").dateTime);

function hue(name) {
  let sum = 0;
  for (const character of name) sum += character.codePointAt(0);
  return sum % hues;
}
