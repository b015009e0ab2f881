// Changes what an element has in it, and touches only what is another: what grows at its end stays as it
// is before that, with what the reader has marked in it and scrolled to.

// Gives an element the children of a fragment.
export function patch(element, wanted) {
  let at = element.firstChild;
  for (const node of [...wanted.childNodes]) {
    const next = at?.nextSibling ?? null;
    if (!at) element.append(node);
    else if (isLike(at, node)) renew(at, node);
    else at.replaceWith(node);
    at = next;
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// Reports whether one node can become the other.
const isLike = (a, b) => a.nodeName === b.nodeName && a.className === b.className;

function renew(shown, node) {
  if (node.nodeType !== Node.TEXT_NODE) {
    renewAttributes(shown, node);
    patch(shown, node);
  } else if (node.data.startsWith(shown.data)) shown.appendData(node.data.slice(shown.data.length));
  else shown.data = node.data;
}

function renewAttributes(shown, node) {
  for (const { name } of [...shown.attributes]) if (!node.hasAttribute(name)) shown.removeAttribute(name);
  for (const { name, value } of node.attributes) if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
}
