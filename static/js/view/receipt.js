// What the reader is told of the last message of their own: that the server has it, and who has
// seen it.

import { t } from "../words.js";

const named = 3; // people; of more the number is told

// Returns that as a sentence; empty where there is nothing to tell.
export function receiptOf({ id, seq, deleted }, room) {
  if (deleted) return "";
  const names = room.readers.of(seq).filter((name) => !room.isOwn({ user_name: name }));
  if (names.length === 0) return id === room.messages.newestId ? t("page.received") : "";
  const more = names.length - named;
  const shown = names.slice(0, named).join(", ");
  return more > 0 ? t("page.seen_by_more", { names: shown, n: more }) : t("page.seen_by", { names: shown });
}

export function fillReceipt(element, receipt) {
  let shown = element.querySelector(".receipt");
  if (!receipt) {
    shown?.remove();
    return;
  }
  if (!shown) {
    shown = document.createElement("p");
    shown.className = "receipt";
    element.append(shown);
  }
  if (shown.textContent !== receipt) shown.textContent = receipt;
}
