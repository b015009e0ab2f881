// The text of a message.

// A run of at most eight emoji, joined ones counted as one. Older browsers lack
// the class; there, such messages keep the size of the others.
const emojiOnly = (() => {
  try {
    return new RegExp("^(?:\\p{RGI_Emoji}\\s*){1,8}$", "v");
  } catch {
    return /^\b$/;
  }
})();

const longestQuote = 100; // characters

// Shows a text in a message's element.
export function fillText(element, text) {
  const shown = element.querySelector(".text");
  if (shown.textContent !== text) shown.textContent = text;
  element.classList.toggle("emoji-only", emojiOnly.test(text));
  const lang = languageOf(text);
  if (lang) shown.lang = lang;
  else shown.removeAttribute("lang");
}

// Returns the first line of a text that is not empty, cut short. The server has the same rule.
export function firstLine(text) {
  const [line] = text.replace(/^[\s\u0085]+|[\s\u0085]+$/gu, "").split(/[\n\v\f\u0085\u2028\u2029]/u);
  return [...line].slice(0, longestQuote).join("");
}

// Returns the language where the script gives it away; screen readers choose a voice
// by it, and lines break as they do in that language.
function languageOf(text) {
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  return "";
}
