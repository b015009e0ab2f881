// Wires the page of a room together.

import { acceptsName, postMessage } from "./client.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Deliveries } from "./deliveries.js";
import { History } from "./history.js";
import { Identity } from "./identity.js";
import { Outbox } from "./outbox.js";
import { Presence } from "./presence.js";
import { Scroller } from "./scroller.js";
import { shareLink } from "./share.js";
import { Stream } from "./stream.js";
import { themeSwitch } from "./theme-switch.js";
import { Timeline } from "./timeline.js";
import { words } from "./words.js";

const { room, path, since, groupSeconds } = document.body.dataset;
const $ = (id) => document.getElementById(id);

const timeline = new Timeline($("messages"), Number(groupSeconds));
const scroller = new Scroller($("viewport"), $("jump"));
const presence = new Presence($("online"));
const history = new History({
  path, timeline, link: $("older"), viewport: $("viewport"), column: $("viewport").firstElementChild,
});

const stream = new Stream(room, since);
const connection = new Connection({
  status: $("connection"), banner: $("banner"), text: $("banner-text"), retry: $("retry-now"),
  onretry: () => stream.open(),
});

const outbox = new Outbox(room, (entry) => postMessage(path, entry));
const deliveries = new Deliveries({
  list: $("outbox"), timeline,
  onretry: (clientId) => {
    outbox.retry(clientId, identity.name);
    composer.focus(); // the button that had it is gone
  },
  ondiscard: (clientId) => {
    scroller.follow(() => outbox.remove(clientId), 0);
    composer.focus();
  },
});

const identity = new Identity({
  details: $("identity"), label: $("identity-text"), shown: $("identity-name"), input: $("user-name"),
  problem: $("name-problem"),
  onchange: async (name) => {
    timeline.setUserName(name);
    const accepted = await acceptsName(path, name);
    if (name !== identity.name) return; // changed again meanwhile
    if (!accepted) {
      identity.explain(words.nameRefused);
      return;
    }
    identity.keep();
    stream.open(name);
  },
  ondone: () => composer.focus(),
});

const composer = new Composer({
  form: $("composer"), field: $("message"), button: $("send"), counter: $("counter"), room,
  onsend: (text) => {
    if (!identity.commit()) return false;
    outbox.add(identity.name, text);
    scroller.toBottom();
    return true;
  },
});

// Draws a message that came, and takes away its copy in the outbox.
function receive(event) {
  if (typeof event.user_name !== "string") return; // said by nobody, so not drawn
  const mine = event.user_name === identity.name;
  const isNew = !timeline.has(event);
  scroller.follow(() => {
    $("welcome").hidden = true;
    timeline.add(event);
    if (event.client_id) outbox.remove(event.client_id);
  }, isNew && !mine ? 1 : 0);
  if (isNew && !mine) $("announcer").textContent = words.spoken(event.user_name, event.message);
}

// Starts the list again from history, when the stream says that messages are
// missing from it. If that fails, it is tried with the next connection.
let stale = false;
async function startAgain() {
  stale = true;
  try {
    $("welcome").hidden = (await history.reload()) > 0;
    stale = false;
  } catch {
    // The server is away again.
  }
}

const receivers = {
  hello: ({ rooms }) => rooms.filter((each) => each.room === room).forEach((each) => presence.update(each)),
  "my response": receive,
  presence: (data) => presence.update(data),
  gap: startAgain,
};

stream.addEventListener("message", ({ detail: { type, data } }) => receivers[type](data));
stream.addEventListener("state", ({ detail: state }) => {
  connection.show(state);
  if (state !== "open") return;
  outbox.resume();
  if (stale) startAgain();
});
outbox.addEventListener("change", ({ detail: { entry } }) => {
  scroller.follow(() => {
    if (deliveries.show(entry)) $("welcome").hidden = true;
  }, 0);
});
outbox.addEventListener("gone", ({ detail: { entry } }) => deliveries.remove(entry));
outbox.addEventListener("sent", ({ detail: { entry, event } }) => {
  if (entry.userName === identity.name) identity.adopt(event.user_name);
  if (timeline.reaches(event)) receive(event);
});
outbox.addEventListener("refused", ({ detail: { error } }) => {
  if (error.fields.includes("user_name")) identity.explain(error.detail);
});
// A page that the browser took out of its cache has lost its stream.
addEventListener("pageshow", (event) => {
  if (event.persisted) stream.open();
});

themeSwitch($("theme"));
shareLink($("share"), $("share-text"));
timeline.setUserName(identity.name);
outbox.restore((clientId) => timeline.hasClientId(clientId));
connection.show("connecting");
stream.open(identity.name);
if (identity.name && matchMedia("(pointer: fine)").matches) composer.focus();
