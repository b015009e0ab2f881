// Every word that the scripts show, in the language of the page. (The rest is in the templates.)

import words from "plainchat:words";

import { particle } from "./josa.js";

export const { lang } = document.documentElement;

const plural = new Intl.PluralRules(lang);

// Returns a sentence, with values in the places that it has for them. Where it differs by a
// number, that is n. A place {name:이/가} has the particle after it that fits the value.
export function t(key, values = {}) {
  const found = words[key];
  const sentence = typeof found === "object" ? found[plural.select(values.n)] ?? found.other : found;
  return sentence.replace(/\{(\w+)(?::([^{}]+))?\}/g, (_, name, pair) => pair ? values[name] + particle(`${values[name]}`, pair) : values[name]);
}

// Reports whether there is such a sentence.
export const has = (key) => key in words;
