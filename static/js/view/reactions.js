// The reactions under a message. Each is a form, as it works without script too.

import { complete } from "./address.js";
import { part } from "./parts.js";

const { path, thread } = document.body.dataset;
const back = thread ? `?thread=${thread}` : ""; // where the form leads without script

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
    const more = list.querySelector(".more-emoji");
    complete(more, id);
    dressMore(more);
    list.replaceChildren(more);
    (element.querySelector(".marks") ?? element.querySelector(".ask") ?? element.querySelector(".fold") ?? element.querySelector(".text")).after(list);
  }
  const shown = new Map([...list.querySelectorAll(".reaction")].map((form) => [form.elements.emoji.value, form]));
  for (const [emoji, form] of shown) if (!reactions.some((each) => each.emoji === emoji)) form.remove();
  reactions.forEach((reaction, i) => {
    const form = shown.get(reaction.emoji) ?? part(".reaction");
    if (list.children[i] !== form) list.insertBefore(form, list.children[i] ?? null);
    fillReaction(form, id, reaction);
  });
}

// Has a link open all other emoji. For the keyboard they are among the actions.
export function dressMore(link) {
  link.role = "button";
  link.ariaHasPopup = "dialog";
  link.tabIndex = -1;
}

function fillReaction(form, id, { emoji, count, names, mine = false }) {
  form.setAttribute("action", `${path}/messages/${id}/react${back}`);
  form.elements.emoji.setAttribute("value", emoji);
  takingBack(form, mine);
  const button = form.querySelector(".chip");
  button.ariaPressed = String(mine);
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
