// The rows between messages: where another day begins, and where what is new begins.

const day = document.getElementById("day-template");
const unread = document.getElementById("unread-template");

export const dayRow = {
  create(row) {
    const element = day.content.firstElementChild.cloneNode(true);
    dayRow.update(element, row);
    return element;
  },
  update(element, { label }) {
    element.firstElementChild.textContent = label;
  },
};

export const unreadRow = {
  create: () => unread.content.firstElementChild.cloneNode(true),
  update() {},
};
