// The way from a thread back to its room: by the link in the header, and by Escape.

import { isPlainClick } from "./plain-click.js";

// What Escape closes first.
const open = "dialog[open], .popover[open], .acting, .editing, #identity[open], #replying:not([hidden])";

// link leads to the room. field is where the reader writes: nobody is led away from what they have
// begun.
export function wayBack(link, field) {
  link.addEventListener("click", (event) => {
    if (!cameFrom(link.pathname) || !isPlainClick(event)) return;
    event.preventDefault();
    history.back(); // to where they were reading
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || field.value || document.querySelector(open)) return;
    event.preventDefault();
    link.click();
  }, { capture: true }); // while what it closes is still open
}

// Reports whether the reader came from the page of the room. That of the lobby has two addresses.
function cameFrom(path) {
  if (history.length === 1 || !document.referrer) return false;
  const { origin, pathname, searchParams } = new URL(document.referrer);
  const isRoom = pathname === path || (pathname === "/" && path === "/rooms/lobby");
  return origin === location.origin && isRoom && !searchParams.has("thread");
}
