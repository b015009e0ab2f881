// A link by which the reader goes on under their name on another device, in a dialog.

import { Refusal } from "../answer.js";
import { postLink } from "../client.js";
import { copyButton } from "../share.js";
import { openDialog } from "../view/dialog.js";
import { make } from "../view/make.js";
import { lang, t } from "../words.js";

const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
let asking = false;

// Makes a link to a room and shows it. name is the reader's. onproblem takes a sentence on why there is
// none.
export async function showLink({ room, name, onproblem }) {
  if (asking) return;
  asking = true;
  try {
    open(await postLink(room), name);
  } catch (error) {
    document.getElementById("menu").open = false; // the sentence may be below it
    onproblem(error instanceof Refusal ? error.detail : t("page.not_done"));
  } finally {
    asking = false;
  }
}

function open({ url, expires, qr }, name) {
  const address = make("a", { href: url }, url);
  const copy = make("button", { className: "button", type: "button", ariaLive: "polite" }, t("page.link.copy"));
  copyButton(copy, address);
  const content = make("div", { className: "device-content" },
    make("p", {}, t("page.link.lead")),
    make("img", { className: "qr", src: qr, alt: t("page.link.qr") }),
    make("p", { className: "device-row" }, make("span", { className: "link-address" }, address), copy),
    make("p", { className: "device-good" }, t("page.link.until", { time: clock.format(new Date(expires)) }), " ", t("page.link.whoever", { name: isolated(name) })),
  );
  openDialog({ title: t("page.link.title"), className: "device", content: [content] });
}

// A name in a sentence leaves the direction of the words around it as it is (UAX #9, section 2.5).
const isolated = (name) => `\u2068${name}\u2069`;
