// Has a press of Enter or the space bar act when the key is let go, or the rest of the press would go to
// whatever gets the focus. isMeant tells by the event of a key whether it is one; action takes the element.
export function onWholePress(element, isMeant, action) {
  let pressed = null;
  element.addEventListener("keydown", (event) => {
    if ((event.key !== "Enter" && event.key !== " ") || !isMeant(event)) return;
    event.preventDefault();
    pressed = event.target;
  });
  element.addEventListener("keyup", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (event.target === pressed) action(pressed);
    pressed = null;
  });
}
