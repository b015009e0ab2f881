// One message in the page: the server's own markup, cloned and filled with text.

import { localise } from "./clock.js";

const template = document.getElementById("message-template");
const hues = 8;

// A run of at most eight emoji, joined ones counted as one. Older browsers lack
// the class; there, such messages keep the size of the others.
const emojiOnly = (() => {
  try {
    return new RegExp("^(?:\\p{RGI_Emoji}\\s*){1,8}$", "v");
  } catch {
    return /^\b$/;
  }
})();

// Returns the element of an event as it is on the wire.
export function renderMessage({ id, seq, user_name, message, time, client_id }) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.id = `m-${id}`;
  element.dataset.seq = seq;
  element.dataset.clientId = client_id ?? "";
  const name = element.querySelector(".name");
  name.dataset.hue = hue(user_name);
  name.firstElementChild.textContent = user_name;
  element.querySelector(".text").textContent = message;
  element.querySelector("time").dateTime = time;
  return dress(element);
}

// Adds what only the reader's browser knows how to tell.
export function dress(element) {
  localise(element.querySelector("time"));
  const text = element.querySelector(".text");
  element.classList.toggle("emoji-only", emojiOnly.test(text.textContent));
  const lang = languageOf(text.textContent);
  if (lang) text.lang = lang;
  return element;
}

// Returns the language where the script gives it away; screen readers choose a voice
// by it, and lines break as they do in that language.
function languageOf(text) {
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  return "";
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
