// Emoji in rows, in groups: one stop of the Tab key, inside which the arrow keys lead (the grid of the
// ARIA Authoring Practices).

import { make } from "../view/make.js";
import { onWholePress } from "../whole-press.js";
import { lang } from "../words.js";

const columns = 8; // the style sheet has the same number

export class Grid {
  element = make("div", { className: "picker-grid", role: "grid" });
  #rows = []; // of cells
  #current = null; // the cell that Tab leads to
  #onpick;
  #onleave;

  // onpick takes an emoji. onleave is called when a key leads out of the grid, to where one types.
  constructor({ label, onpick, onleave }) {
    this.#onpick = onpick;
    this.#onleave = onleave;
    this.element.setAttribute("aria-label", label);
    this.element.addEventListener("click", ({ target }) => this.#pick(target.closest(".picker-cell")));
    this.element.addEventListener("keydown", (event) => this.#pressed(event));
    onWholePress(this.element, () => true, (cell) => this.#pick(cell));
    this.element.addEventListener("focusin", ({ target }) => this.#lead(target.closest(".picker-cell")));
  }

  // Shows groups, each with a name and emoji as search.js has them.
  show(groups) {
    this.#rows = [];
    this.#current = null;
    this.element.replaceChildren(...groups.map((group) => this.#group(group)));
    this.element.scrollTop = 0;
    this.#lead(this.#rows[0]?.[0]);
  }

  focus() {
    this.#current?.focus();
  }

  pickFirst() {
    this.#pick(this.#rows[0]?.[0]);
  }

  #group({ name, emoji }) {
    const group = make("div", { role: "rowgroup" }, make("div", { className: "picker-heading", ariaHidden: "true" }, name));
    group.setAttribute("aria-label", name);
    for (let at = 0; at < emoji.length; at += columns) {
      const cells = emoji.slice(at, at + columns).map(cell);
      this.#rows.push(cells);
      group.append(make("div", { className: "picker-row", role: "row" }, ...cells));
    }
    return group;
  }

  #pick(cell) {
    if (cell) this.#onpick(cell.textContent);
  }

  #lead(cell) {
    if (!cell) return;
    if (this.#current) this.#current.tabIndex = -1;
    this.#current = cell;
    cell.tabIndex = 0;
  }

  #pressed(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || key === " ") return;
    if (key in steps) {
      event.preventDefault();
      this.#move(key);
    } else if (key.length === 1 || key === "Backspace" || event.keyCode === 229) this.#onleave(); // it is typed there
  }

  #move(key) {
    const row = this.#rows.findIndex((cells) => cells.includes(this.#current));
    const next = steps[key](this.#rows, row, this.#rows[row].indexOf(this.#current));
    if (next) next.focus();
    else if (key === "ArrowUp") this.#onleave();
  }
}

// Where keys lead from a place in the rows: to a cell, or to none. At the end of a row the next begins.
const steps = {
  ArrowLeft: (rows, row, column) => rows[row][column - 1] ?? rows[row - 1]?.at(-1),
  ArrowRight: (rows, row, column) => rows[row][column + 1] ?? rows[row + 1]?.[0],
  ArrowUp: (rows, row, column) => rows[row - 1]?.[column] ?? rows[row - 1]?.at(-1),
  ArrowDown: (rows, row, column) => rows[row + 1]?.[column] ?? rows[row + 1]?.at(-1),
  Home: (rows, row) => rows[row][0],
  End: (rows, row) => rows[row].at(-1),
};

function cell({ emoji, names, korean }) {
  const name = lang === "ko" ? korean : names[0].replaceAll("_", " ");
  const element = make("span", { className: "picker-cell", role: "gridcell", tabIndex: -1, title: name }, emoji);
  element.setAttribute("aria-label", name);
  return element;
}
