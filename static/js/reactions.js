// The reactions under a message, as a list of {emoji, count, names, mine} in the order in which
// they came. The names are those of the first people alone.

import { part } from "./parts.js";

const { path } = document.body.dataset;

// Returns the list after somebody reacted, or took that back. Each person counts once.
export function react(reactions = [], { emoji, user_name, removed = false }, mine) {
  const before = reactions.find((each) => each.emoji === emoji);
  const { count = 0, names = [] } = before ?? {};
  if (names.includes(user_name) === !removed) return reactions;
  const after = {
    emoji, count: count + (removed ? -1 : 1), mine: mine ? !removed : before?.mine ?? false,
    names: removed ? names.filter((name) => name !== user_name) : [...names, user_name],
  };
  if (!before) return removed ? reactions : [...reactions, after];
  return reactions.map((each) => (each === before ? after : each)).filter((each) => each.count > 0);
}

// Shows the reactions of a message. A button that is there already stays, since it may have the
// focus.
export function fillReactions(element, { id, reactions = [] }) {
  let list = element.querySelector(".reactions");
  if (reactions.length === 0) {
    list?.remove();
    return;
  }
  if (!list) {
    list = part(".reactions");
    list.replaceChildren();
    element.querySelector(".bubble").after(list);
  }
  const shown = new Map([...list.children].map((form) => [form.elements.emoji.value, form]));
  for (const [emoji, form] of shown) if (!reactions.some((each) => each.emoji === emoji)) form.remove();
  reactions.forEach((reaction, i) => {
    const form = shown.get(reaction.emoji) ?? part(".reaction");
    if (list.children[i] !== form) list.insertBefore(form, list.children[i] ?? null);
    fillReaction(form, id, reaction);
  });
}

export function readReactions(element) {
  return [...element.querySelectorAll(".reaction")].map((form) => ({
    emoji: form.elements.emoji.value,
    count: Number(form.querySelector(".chip-count").textContent),
    names: JSON.parse(form.querySelector(".chip").dataset.names) ?? [],
    mine: form.querySelector(".chip").ariaPressed === "true",
  }));
}

function fillReaction(form, id, { emoji, count, names, mine = false }) {
  form.setAttribute("action", `${path}/messages/${id}/react`);
  form.elements.emoji.setAttribute("value", emoji);
  takingBack(form, mine);
  const button = form.querySelector(".chip");
  button.ariaPressed = String(mine);
  button.dataset.names = JSON.stringify(names);
  button.title = names.join(", ");
  form.querySelector(".chip-emoji").textContent = emoji;
  form.querySelector(".chip-count").textContent = count;
}

// Makes a form take a reaction back, or not.
function takingBack(form, mine) {
  const field = form.elements.removed;
  if (Boolean(field) === mine) return;
  if (field) {
    field.remove();
    return;
  }
  const removed = document.createElement("input");
  removed.type = "hidden";
  removed.name = "removed";
  removed.setAttribute("value", "true");
  form.elements.emoji.after(removed);
}
