// What a message says without the marks in it: each block on lines of its own. The server has the
// same rule (richtext/text.go).

export const plainOf = (body, text) => (body ? body.map(said).join("").replace(/\n$/, "") : text);

function said(node) {
  if (typeof node === "string") return node;
  const inside = (node.c ?? []).map(said).join("");
  return node.t === "p" || node.t === "pre" ? `${inside}\n` : inside;
}
