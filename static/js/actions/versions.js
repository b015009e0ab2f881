// What a robot's message has said before, in place: below the button that asks for it.

import { renderBody } from "../body.js";
import { fetchVersions } from "../client.js";
import { make } from "../view/make.js";
import { signOf } from "../model/status.js";
import { statusText } from "../view/status.js";
import { localise } from "../view/time.js";

const { path } = document.body.dataset;

// Shows the versions before the present one, or takes them away. It throws as fetchVersions does.
export async function toggleVersions(element, link, id) {
  const shown = element.querySelector(".earlier");
  link.ariaExpanded = String(!shown);
  if (shown) {
    shown.remove();
    return;
  }
  const list = make("ol", { className: "earlier" });
  element.querySelector(".marks").after(list);
  try {
    list.append(...(await fetchVersions(path, id)).slice(0, -1).map(item));
  } catch (error) {
    list.remove();
    link.ariaExpanded = "false";
    throw error;
  }
}

function item({ time, message, body, status }) {
  const at = make("time", { dateTime: time });
  localise(at);
  const text = make("div", { className: "text", dir: "auto" });
  text.append(renderBody(body, message));
  const shown = make("li", { className: "version" }, make("p", { className: "marks" }, at, status ? make("span", { className: "status" }, statusText(status)) : ""), text);
  if (status) shown.dataset.status = signOf(status);
  return shown;
}
