// A list in the page, patched by the keys of its rows: an element stays the same as long as its
// row has the same key, and is touched only where the row is another.

export class List {
  #element;
  #renderers;
  #shown = new Map(); // {element, row, turn} by key
  #turn = 0;

  // renderers makes elements of each type of row: {create(row), update(element, row, before)}.
  constructor(element, renderers) {
    this.#element = element;
    this.#renderers = renderers;
  }

  // Takes an element that is in the list already, and shows a row.
  adopt(element, row) {
    this.#shown.set(row.key, { element, row, turn: this.#turn });
  }

  // Makes the list show rows.
  show(rows) {
    this.#turn++;
    for (const row of rows) this.#fill(row);
    this.#clear();
    this.#order(rows);
  }

  #fill(row) {
    const renderer = this.#renderers[row.type];
    const entry = this.#shown.get(row.key);
    if (!entry) {
      this.#shown.set(row.key, { element: renderer.create(row), row, turn: this.#turn });
      return;
    }
    if (!same(entry.row, row)) renderer.update(entry.element, row, entry.row);
    entry.row = row;
    entry.turn = this.#turn;
  }

  // Removes what is shown no longer. It goes first, or all that follows would have to be moved.
  #clear() {
    for (const [key, { element, turn }] of this.#shown) {
      if (turn === this.#turn) continue;
      element.remove();
      this.#shown.delete(key);
    }
  }

  #order(rows) {
    let next = this.#element.firstElementChild;
    for (const { key } of rows) {
      const { element } = this.#shown.get(key);
      if (element === next) next = next.nextElementSibling;
      else this.#element.insertBefore(element, next);
    }
  }
}

const same = (a, b) => Object.keys(b).every((member) => a[member] === b[member]);
