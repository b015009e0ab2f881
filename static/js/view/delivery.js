// What a message tells of its way to the server, until it is there.

import { t } from "../words.js";

const template = document.getElementById("delivery-template");

// Shows how an entry of the outbox stands, with what can be done about it.
export function fillDelivery(element, { state, reason, seconds }) {
  if (!element.querySelector(".delivery")) element.append(template.content.cloneNode(true));
  element.dataset.state = state;
  element.querySelector(".delivery-text").textContent = describe(state, reason, seconds);
  element.querySelector(".retry").hidden = state !== "failed" && state !== "waiting";
  element.querySelector(".discard").hidden = state === "sending";
}

function describe(state, reason, seconds) {
  switch (state) {
    case "failed": return reason;
    case "waiting": return t("page.again", { reason, n: seconds });
    case "queued": return t("page.queued");
    default: return t("page.sending");
  }
}
