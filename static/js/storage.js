// What the page remembers in this browser. Where storage is blocked or full, it
// forgets, and everything else goes on.

const prefix = "plainchat:";

export function recall(key) {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

// Returns all values whose key starts with this one.
export function recallAll(start) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix + start));
    return keys.map((key) => localStorage.getItem(key));
  } catch {
    return [];
  }
}

export function remember(key, value) {
  try {
    if (value) localStorage.setItem(prefix + key, value);
    else localStorage.removeItem(prefix + key);
  } catch {
    // Nothing to be done about it.
  }
}
