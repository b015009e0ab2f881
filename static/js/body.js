// The text of a message as elements: what the server reads in its marks (body on the wire), or the
// text as it is. The server makes the same elements (richtext/html.go).

import { make } from "./view/make.js";

// The elements of the types, where they are that and no more.
const tags = { p: "p", quote: "blockquote", ul: "ul", ol: "ol", li: "li", em: "em", strong: "strong", del: "del", code: "code" };

// What the other types are.
const makers = {
  pre(element) {
    const pre = make("pre", { tabIndex: 0 });
    pre.append(fill(make("code"), element));
    return [pre];
  },
  a(element) {
    const link = fill(make("a"), element);
    link.setAttribute("href", element.href);
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
    return element.host ? [link, " ", make("span", { className: "host", textContent: `(${element.host})` })] : [link];
  },
  mention: (element) => [fill(make("span", { className: "mention" }), element)],
  s: (element) => [fill(make("span", { className: `code-${element.k}` }), element)],
};

// Returns a fragment with a body, or with the text where there is none.
export function renderBody(body, text) {
  const fragment = document.createDocumentFragment();
  fragment.append(...(body ? body.flatMap(nodes) : [text]));
  return fragment;
}

function nodes(each) {
  if (typeof each === "string") return [each];
  if (makers[each.t]) return makers[each.t](each);
  if (!tags[each.t]) return (each.c ?? []).flatMap(nodes); // of a newer server
  const element = fill(make(tags[each.t]), each);
  if (each.big) element.className = "big";
  if (each.t === "ol") element.setAttribute("start", each.start);
  return [element];
}

function fill(element, { c = [] }) {
  element.append(...c.flatMap(nodes));
  return element;
}
