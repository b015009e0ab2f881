// What the Enter key means: the same in every field.

// Calls action, with the event, at each press that is the person's word to the page, and not the input
// method's.
// Where breaksLine says so of the event, Enter breaks the line, except with Ctrl or Command.
export function onEnter(field, inputMethod, { action, breaksLine = () => false }) {
  const meant = (event) =>
    event.key === "Enter" && !inputMethod.owns(event) && (event.ctrlKey || event.metaKey || !breaksLine(event));
  let last = null; // the press of a key that the input method took, until there is another
  let begun = false; // the press came to this field, and not to one that the focus has left
  field.addEventListener("focus", () => {
    begun = false;
  });
  field.addEventListener("keydown", (event) => {
    begun = true;
    last = inputMethod.owns(event) ? event : null;
    if (!meant(event)) return;
    event.preventDefault();
    if (!event.repeat) inputMethod.afterwards(() => action(event));
  });
  // Software that types for people may not tie the line break to the key; and where the key moved
  // the focus, its line break would come here.
  field.addEventListener("keypress", (event) => {
    if (meant(event) || (event.key === "Enter" && !begun)) event.preventDefault();
  });
  // An Enter that ends a Hangul syllable may come as the input method's key alone, and then break
  // the line; one that chooses among candidates, as in Japanese, breaks none.
  field.addEventListener("beforeinput", (event) => {
    const { inputType } = event;
    if (!last || (inputType !== "insertLineBreak" && inputType !== "insertParagraph") || breaksLine(last)) return;
    last = null;
    event.preventDefault();
    inputMethod.afterwards(() => action(event));
  });
}
