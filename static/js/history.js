// Older messages, loaded as the reader comes near the top. Without the script the
// link leads to a page of them.

import { words } from "./words.js";

const pageSize = 50;

export class History {
  #path;
  #timeline;
  #link;
  #watcher;
  #loading = false;

  constructor({ path, timeline, link, viewport, column }) {
    this.#path = path;
    this.#timeline = timeline;
    this.#link = link ?? olderLink(column);
    this.#link.hidden = !link;
    this.#link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#load();
    });
    this.#watcher = new IntersectionObserver((entries) => {
      if (entries.at(-1).isIntersecting) this.#load();
    }, { root: viewport, rootMargin: "600px 0px 0px" });
    this.#watcher.observe(this.#link);
  }

  // Starts the list again from the newest page, and returns how many messages that has. What
  // comes by the stream meanwhile stays.
  async reload() {
    const outdated = this.#timeline.elements;
    const { messages, older } = await fetchPage(this.#path, {});
    this.#timeline.replace(outdated, messages);
    this.#link.hidden = !older;
    return messages.length;
  }

  async #load() {
    if (this.#loading || this.#link.hidden) return;
    this.#loading = true;
    this.#link.textContent = words.loadingOlder;
    try {
      const { messages, older } = await fetchPage(this.#path, { before: this.#timeline.oldestId });
      this.#timeline.prepend(messages);
      this.#link.hidden = !older;
      this.#link.textContent = words.older;
      // Watched anew, since what stays within reach is not reported again.
      this.#watcher.unobserve(this.#link);
      this.#watcher.observe(this.#link);
    } catch {
      this.#link.textContent = words.olderFailed;
    } finally {
      this.#loading = false;
    }
  }
}

function olderLink(column) {
  const link = document.createElement("a");
  link.id = "older";
  link.className = "older";
  link.href = "#";
  link.textContent = words.older;
  column.prepend(link);
  return link;
}

async function fetchPage(path, { before }) {
  const query = new URLSearchParams({ limit: pageSize });
  if (before) query.set("before", before);
  const response = await fetch(`${path}/messages?${query}`, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`history: ${response.status}`);
  const { messages } = await response.json();
  const older = /rel="?prev"?/.test(response.headers.get("Link") ?? "");
  return { messages, older };
}
