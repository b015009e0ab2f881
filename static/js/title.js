// The title of the page and its icon tell how many messages are new, for whoever looks at the
// tabs alone.

const icon = document.querySelector("link[rel=icon]");
const [plain, marked] = [icon.href, icon.dataset.unread];
const { title } = document;

let shown = 0;

export function showUnread(count) {
  if (count === shown) return;
  shown = count;
  document.title = count > 0 ? `(${count}) ${title}` : title;
  icon.href = count > 0 ? marked : plain;
}
