// Reports whether a click on a link is one for the page: with a modifier or another button it asks
// the browser for a new tab or window, which it then gets.
export const isPlainClick = ({ button, ctrlKey, metaKey, shiftKey, altKey }) =>
  button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;
