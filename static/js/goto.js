// Links to messages lead to their place in the list.

import { Refusal } from "./answer.js";
import { isPlainClick } from "./plain-click.js";

const moment = 2500; // milliseconds that a message is marked

// path is the room's. to leads to the message with an id. If it throws that the server refuses, the link
// leads to a page that says why; if there was no answer, the page stays, and onfailed is called.
// isFollowed tells of a link and that id whether it leads to a page of its own in any case.
export function leadToMessages(path, { to, isFollowed, onfailed }) {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.(`a[href^="${CSS.escape(path)}/messages/"]`);
    if (!link || event.defaultPrevented || !isPlainClick(event)) return;
    const id = link.getAttribute("href").split("/").at(-1);
    if (isFollowed(link, id)) return;
    event.preventDefault();
    try {
      close(link.closest("dialog, .popover"));
      await to(id);
    } catch (error) {
      if (error instanceof Refusal) location.assign(link.href);
      else onfailed();
    }
  });
}

// Closes the dialog or the popover, if there is one, that would lie over the message.
function close(over) {
  if (over?.matches("dialog")) over.close();
  else if (over) over.open = false;
}

// Brings a message into the middle of the view and marks it; returns whether it is in the list.
export function leadTo(id) {
  const element = document.getElementById(`m-${id}`);
  if (!element) return false;
  element.scrollIntoView({ block: "center" });
  element.classList.add("found");
  setTimeout(() => element.classList.remove("found"), moment);
  (element.querySelector(".act") ?? element.querySelector(".when"))?.focus({ preventScroll: true });
  return true;
}
