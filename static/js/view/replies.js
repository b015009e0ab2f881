// How many messages answer one: a link to their thread.

import { part } from "./parts.js";
import { t } from "../words.js";

const { path } = document.body.dataset;

export function fillReplies(element, id, count) {
  let link = element.querySelector(".replies");
  if (!count) {
    link?.remove();
    return;
  }
  if (!link) {
    link = part(".replies");
    link.tabIndex = -1;
    (element.querySelector(".act") ?? element.lastElementChild).before(link);
  }
  link.setAttribute("href", `${path}?thread=${id}`);
  link.textContent = t("page.replies", { n: count });
}
