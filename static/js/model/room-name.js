// What a room may be called, about as the server has it, which judges.

const longest = 64; // characters
const valid = /^[\p{L}\p{Nd}_-][\p{L}\p{M}\p{Nd}_-]{0,63}$/u;
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}]+/gu;
const between = /[^\p{L}\p{M}\p{Nd}_]+/gu; // the parts of a name

export const isRoom = (typed) => valid.test(typed.normalize("NFC"));

// Returns the name of a room that is nearest to what was typed; empty for none.
export function nearestRoom(typed) {
  if (isRoom(typed)) return typed;
  const named = typed.normalize("NFC").replace(unseen, "").replace(between, "-").replace(/^[-\p{M}]+/u, "");
  return [...named].slice(0, longest).join("").replace(/-+$/, "");
}
