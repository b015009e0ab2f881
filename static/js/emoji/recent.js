// The emoji that were chosen last in this browser, the last one first.

import { browserMemory } from "../storage.js";

const key = "emoji";
const most = 16;

export function recentEmoji() {
  try {
    const list = JSON.parse(browserMemory.recall(key) ?? "[]");
    return list.filter((emoji) => typeof emoji === "string").slice(0, most);
  } catch {
    return []; // somebody else has written there
  }
}

export function rememberEmoji(emoji) {
  const list = [emoji, ...recentEmoji().filter((each) => each !== emoji)];
  browserMemory.remember(key, JSON.stringify(list.slice(0, most)));
}
