// Links to messages lead to their place in the list, if they are there; else to the page that has
// them.

const moment = 2500; // milliseconds that a message is marked

// path is the room's.
export function leadToMessages(path) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(`a[href^="${CSS.escape(path)}/messages/"]`);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (leadTo(link.getAttribute("href").split("/").at(-1))) event.preventDefault();
  });
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
