// Completes the address of a link that was copied from a message without an id.
export function complete(link, id) {
  link.href = link.getAttribute("href").replace(/=(?=#)/, `=${id}`).replace(/#m-$/, `#m-${id}`);
}
