// What the Enter key means: the same in every field.

// Calls action at each press that is the person's word to the page, and not the input method's.
// Where breaksLine says so of the event, Enter breaks the line, except with Ctrl or Command.
export function onEnter(field, inputMethod, { action, breaksLine = () => false }) {
  const meant = (event) =>
    event.key === "Enter" && !inputMethod.owns(event) && (event.ctrlKey || event.metaKey || !breaksLine(event));
  field.addEventListener("keydown", (event) => {
    if (!meant(event)) return;
    event.preventDefault();
    if (!event.repeat) inputMethod.afterwards(action);
  });
  // Software that types for people may not tie the line break to the key.
  field.addEventListener("keypress", (event) => {
    if (meant(event)) event.preventDefault();
  });
}
