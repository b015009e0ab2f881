// The text of a message, or what stands in its place.

import { renderBody } from "../body.js";
import { isLong } from "../model/fold.js";
import { part } from "./parts.js";
import { patch } from "./patch.js";

// Shows the text of a message in its element.
export function fillText(element, { message, body, deleted }, deletedText) {
  const shown = element.querySelector(".text");
  patch(shown, deleted ? renderBody(null, deletedText) : renderBody(body, message));
  fold(element, shown, !deleted && isLong(message));
  speak(shown, deleted ? "" : message);
}

// Tells the language where the script gives it away; screen readers choose a voice by it, and lines
// break as they do in that language.
export function speak(shown, text) {
  const lang = /\p{Script=Hangul}/u.test(text) ? "ko" : /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? "ja" : "";
  if (lang) shown.lang = lang;
  else shown.removeAttribute("lang");
}

function fold(element, shown, long) {
  shown.classList.toggle("long", long);
  const before = element.querySelector(".fold");
  if (long && !before) shown.after(part(".fold"));
  else if (!long) before?.remove();
}
