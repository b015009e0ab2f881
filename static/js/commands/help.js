// What can be typed, at a glance.

import { make } from "../view/make.js";
import { openDialog } from "../view/dialog.js";
import { t } from "../words.js";

const fence = "```go";

// What is typed, and the end of the key of what it does. On a soft keyboard there are no such keys.
const control = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl+";
const keys = [["Enter", "send"], ["Shift+Enter", "break"], ["↑", "edit"], ["Esc", "leave"], [`${control}K`, "room"]];
const signs = [["@", "mention"], [":", "emoji"], ["/me", "me"], ["/topic", "topic"], ["/answer", "answer"]];
const blocks = [[fence, "block"], ["> …", "quote"], ["- …", "list"]];

// What stands on both sides of a text, what it makes of that, and the end of the key of a word for it.
const marks = [["**", "strong", "bold"], ["*", "em", "italic"], ["~~", "del", "struck"], ["`", "code", "code"]];

export function showHelp() {
  const lists = [list(signs.map(explain)), list([...marks.map(demonstrate), ...blocks.map(explain)])];
  if (!matchMedia("(pointer: coarse)").matches) lists.unshift(list(keys.map(explain)));
  openDialog({ title: t("page.help.title"), className: "help", content: lists });
}

const list = (rows) => make("dl", { className: "help-list" }, ...rows.flat());

const row = (typed, meaning) => [make("dt", {}, make("kbd", {}, typed)), make("dd", {}, meaning)];

const explain = ([typed, key]) => row(typed, t(`page.help.${key}`));

function demonstrate([mark, tag, key]) {
  const word = t(`page.help.${key}`);
  return row(mark + word + mark, make(tag, {}, word));
}
