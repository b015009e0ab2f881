// What a message tells of the one that it answers: {id, user_name, message, deleted}, or null
// where nothing is known of that.

import { plainOf } from "./plain.js";

const longest = 100; // characters

export function quoteOf({ id, user_name, message, body, deleted = false }) {
  return { id, user_name, message: deleted ? "" : firstLine(plainOf(body, message)), deleted };
}

// Returns the first line of a text that is not empty, cut short. The server has the same rule.
function firstLine(text) {
  const [line] = text.replace(/^[\s\u0085]+|[\s\u0085]+$/gu, "").split(/[\n\v\f\u0085\u2028\u2029]/u);
  return [...line].slice(0, longest).join("");
}
