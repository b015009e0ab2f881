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

// Shows the text of a message in its element, or what stands in its place.
export function fillText(element, { message, deleted }, deletedText) {
  const text = deleted ? deletedText : message;
  const shown = element.querySelector(".text");
  if (shown.textContent !== text) shown.textContent = text;
  element.classList.toggle("emoji-only", emojiOnly.test(text));
  const lang = languageOf(text);
  if (lang) shown.lang = lang;
  else shown.removeAttribute("lang");
}

// Returns the language where the script gives it away; screen readers choose a voice
// by it, and lines break as they do in that language.
function languageOf(text) {
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  return "";
}
