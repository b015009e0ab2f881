// A dialog in which an emoji is chosen: from groups, or from what is found by a name in English or Korean.

import { InputMethod } from "../input-method.js";
import { openDialog } from "../view/dialog.js";
import { make } from "../view/make.js";
import { t } from "../words.js";
import { onWholePress } from "../whole-press.js";
import { Grid } from "./grid.js";
import { recentEmoji, rememberEmoji } from "./recent.js";

const drawn = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u; // what somebody has typed or pasted themselves

// Has the person choose an emoji, and calls back with it. The dialog opens near an element. emoji is
// what search.js exports: with others who load that later, this is no file of its own.
export function pickEmoji({ emoji: { groups, search }, near, onpick }) {
  const field = make("input", { className: "field", type: "text", autocomplete: "off", enterKeyHint: "search", placeholder: t("page.emoji.find") });
  field.setAttribute("aria-label", t("page.emoji.find"));
  const state = make("p", { className: "picker-state", role: "status" });
  const grid = new Grid({
    label: t("page.emoji.title"),
    onpick: (emoji) => {
      dialog.close();
      rememberEmoji(emoji);
      onpick(emoji);
    },
    onleave: () => field.focus(),
  });
  const show = () => {
    const typed = field.value.trim();
    const shown = typed ? found(typed, search) : all(groups);
    grid.show(shown);
    state.textContent = shown.length === 0 ? t("page.emoji.nothing") : "";
  };
  const inputMethod = new InputMethod(field);
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || inputMethod.owns(event)) return;
    event.preventDefault();
    grid.focus();
  });
  const picks = (event) => event.key === "Enter" && field.value.trim() !== "" && !inputMethod.owns(event);
  onWholePress(field, picks, () => grid.pickFirst());
  show();
  const dialog = openDialog({ title: t("page.emoji.title"), className: "picker", content: [field, state, grid.element] });
  place(dialog, near);
  if (matchMedia("(pointer: coarse)").matches) grid.focus(); // a keyboard would come up over it
  else field.focus();
}

// All emoji, those that were chosen last first.
function all(groups) {
  const byEmoji = new Map(groups.flatMap((group) => group.emoji.map((each) => [each.emoji, each])));
  const recent = recentEmoji().map((emoji) => byEmoji.get(emoji) ?? unnamed(emoji));
  const named = groups.map(({ name, emoji }) => ({ name: t(`page.emoji.${name}`), emoji }));
  return recent.length > 0 ? [{ name: t("page.emoji.recent"), emoji: recent }, ...named] : named;
}

function found(typed, search) {
  const emoji = drawn.test(typed) ? [unnamed(typed)] : search(typed);
  return emoji.length > 0 ? [{ name: t("page.emoji.found"), emoji }] : [];
}

// One that the list does not have; the server judges it.
const unnamed = (emoji) => ({ emoji, names: [emoji], korean: emoji });

// Where there is room, the style sheet puts it there.
function place(dialog, near) {
  const { right, top } = near.getBoundingClientRect();
  dialog.style.setProperty("--right", `${right}px`);
  dialog.style.setProperty("--top", `${top}px`);
}
