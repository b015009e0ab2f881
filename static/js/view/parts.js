// What few messages have: copied from a message that has it all.

const template = document.getElementById("parts-template");

// Returns a copy of the part that a selector names.
export function part(selector) {
  return template.content.querySelector(selector).cloneNode(true);
}
