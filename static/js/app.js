// Wires the page of a room together.

import { isOfName, LoginExpired } from "./answer.js";
import { arrowKeys } from "./arrow-keys.js";
import { fetchMessage, fetchPlace, fetchReads, isMessage, postIdle, postMessage, putRead, refusalOfName, refusedName } from "./client.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Deliveries } from "./deliveries.js";
import { Drafts } from "./drafts.js";
import { Feed } from "./feed.js";
import { leadToMessages } from "./goto.js";
import { Heading } from "./heading.js";
import { History } from "./history.js";
import { Identity } from "./identity.js";
import { watchIdle } from "./idle.js";
import { kinds } from "./kinds/index.js";
import { LateActions } from "./late-actions.js";
import { later } from "./later.js";
import { seqOf } from "./model/id.js";
import { quoteOf } from "./model/quote.js";
import { Room } from "./model/room.js";
import { Thread, wholeRoom } from "./model/thread.js";
import { Outbox } from "./outbox.js";
import { Pins } from "./pins.js";
import { Place } from "./place.js";
import { Presence } from "./presence.js";
import { Reading } from "./reading.js";
import { Reply } from "./reply.js";
import { Rooms } from "./rooms.js";
import { Stream } from "./stream.js";
import { showUnread } from "./title.js";
import { wireTools } from "./tools.js";
import { Typing } from "./typing.js";
import { tick } from "./view/ticking.js";
import { Scroller } from "./view/scroller.js";
import { Timeline } from "./view/timeline.js";
import { wayBack } from "./way-back.js";
import { t } from "./words.js";

// What modules that are loaded later have in common comes with the page. Each of them is one file then,
// or a file that they share could be missing for good: see later.js.
export { finder } from "./model/finder.js";
export { openDialog, showDialog } from "./view/dialog.js";
export { Options } from "./view/options.js";

const { room, path, thread: root, since, groupSeconds, lastRead, ownNames } = document.body.dataset;
const $ = (id) => document.getElementById(id);

const loadCommands = later(() => import("./commands/commands.js"));

const lookUp = (id) =>
  fetchMessage(path, id)
    .catch((error) => (error.code === "deleted" ? fetchPlace(path, id) : null))
    .then((message) => message && quoteOf(message), () => null);
const model = new Room({
  messages: JSON.parse($("history").textContent),
  name: $("identity-name").textContent,
  ownNames: JSON.parse(ownNames),
  topic: $("topic").textContent,
  archived: document.body.classList.contains("archived"),
  lookUp,
  onquote: () => draw(),
});
const thread = root ? new Thread(root, model.messages.all) : wholeRoom;
const pins = new Pins({
  details: $("pins"), list: $("pins-list"), count: $("pins-count"), quote: (id) => model.messages.quote(id), lookUp,
});
const scroller = new Scroller({
  viewport: $("viewport"), jump: $("jump"), isComplete: () => history.complete, onjump: () => place.toLatest(),
  onarrive: () => draw(),
});
const history = new History({
  path, messages: model.messages, thread, scroller, older: $("older"), newer: $("newer"), viewport: $("viewport"),
  hold: (change) => feed.hold(change), show: () => show(), onloaded: () => feed.resume(),
});
const place = new Place({ scroller, history });
const timeline = new Timeline({
  list: $("messages"), outbox: $("outbox"), room: model, groupWithin: Number(groupSeconds) * 1000,
  isComplete: () => history.complete,
  onstale: () => draw(),
});
const presence = new Presence({
  path, details: $("people"), faces: $("faces"), count: $("online"), text: $("online-text"), list: $("people-list"),
});
const typing = new Typing({ path, line: $("typing"), field: $("message"), myName: () => identity.name });
const reading = new Reading({
  room: model, lastRead, since, isSeen: () => scroller.atBottom, onlook: () => draw(),
  tell: (id) => root || putRead(path, id), // who has read a thread has not read the room
});
const rooms = new Rooms({
  nav: $("rooms"), list: $("room-list"), open: $("open-rooms"), close: $("close-rooms"), elsewhere: $("elsewhere"),
  room, myName: () => model.name,
});
const heading = new Heading({ topic: $("topic"), field: $("topic-field"), welcome: $("welcome") });

const stream = new Stream(room, since);
const connection = new Connection({
  status: $("connection"), banner: $("banner"), text: $("banner-text"), retry: $("retry-now"), reload: $("reload"),
  ondoubt: () => stream.probe(),
});

const outbox = new Outbox(room, (entry) => postMessage(path, entry));
const deliveries = new Deliveries({
  list: $("outbox"),
  onretry: (clientId) => {
    if (!identity.commit()) return;
    outbox.retry(clientId, identity.name);
    composer.focus(); // the button that had it is gone
  },
  ondiscard: (clientId) => {
    outbox.remove(clientId);
    composer.focus();
  },
});
const feed = new Feed({
  history, scroller, announcer: $("announcer"), belongs: (message) => thread.takes(message),
  isOwn: (message) => model.isOwn(message), show: () => show(),
});

// Shows the room as it stands.
function show() {
  reading.look();
  timeline.show();
  heading.show(model);
  showUnread(reading.unread);
}

// Asks for that before the next paint.
function draw() {
  feed.act(() => {});
}

// What stands in the place of a deleted message is left out if it cannot be had.
async function addPlace(id) {
  const message = await fetchPlace(path, id).catch(() => null);
  if (message) feed.add(message);
}

const identity = new Identity({
  details: $("identity"), label: $("identity-text"), shown: $("identity-name"), input: $("user-name"),
  problem: $("name-problem"), take: $("take-name"),
  onchange: (name) => {
    model.name = name;
    $("menu-name").textContent = name;
    document.body.classList.toggle("unnamed", !name);
    draw();
  },
  onnew: judge,
  ondone: () => composer.focus(),
});

const about = { path, messages: model.messages, reader: () => identity.name };
const drafts = new Drafts(root ? `${room}/${root}` : room);
const reply = new Reply({
  element: $("replying"),
  lookUp: async (id) => model.messages.quote(id) ?? lookUp(id),
  oncancel: () => composer.focus(),
  onchange: (replyTo) => drafts.keep({ replyTo }),
  ongone: () => composer.tell(t(root ? "page.reply_gone.thread" : "page.reply_gone")),
});
const composer = new Composer({
  form: $("composer"), field: $("message"), button: $("send"), counter: $("counter"), notice: $("notice"),
  drafts, about,
  onresume: (replyTo) => reply.resume(replyTo),
  onsend: (text) => {
    if (!identity.commit()) return false;
    outbox.add(identity.name, text, reply.clear() || thread.answered(model.messages.all));
    reading.clear();
    typing.sent();
    place.toLatest();
    return true;
  },
  oncommand: (command) =>
    loadCommands().then(
      ({ run }) => run(command, { path, identity, messages: model.messages, reply }),
      () => ({ notice: t("page.not_loaded") }),
    ),
});
const missing = () => composer.tell(t("page.not_loaded"));
const actions = new LateActions({
  list: $("messages"), identity, about,
  onreply: (id) => {
    reply.start(model.messages.quote(id));
    composer.focus();
  },
  ondone: () => composer.focus(),
}, missing);
$("message").addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") reply.clear();
  if (event.key !== "ArrowUp" || !composer.empty) return;
  event.preventDefault();
  actions.editLast();
});
arrowKeys($("viewport"), $("messages"));
tick($("messages"));

// Asks the server whether it takes a name. Until it is there to answer, the stream continues under
// the name before.
async function judge(name) {
  try {
    const refusal = await refusalOfName(name);
    if (refusal) refuse(name, refusal);
    else accept(name, name);
  } catch {
    // It is asked again when the stream is open.
  }
}

// Learns who has read how far: the stream tells only what comes.
async function learnReads() {
  const reads = await fetchReads(path).catch(() => []);
  feed.change(() => reads.forEach(({ user_name, id }) => model.readers.advance(user_name, seqOf(id))));
}

function accept(name, form) {
  if (name !== identity.name) return; // changed again meanwhile
  identity.accept(name, form);
  model.own(identity.name);
  stream.open(identity.name);
}

// Who has begun to write stays there.
function refuse(name, refusal) {
  identity.refuse(name, refusal);
  if (composer.empty) identity.takeBack();
}

const receivers = {
  hello: ({ rooms }) => rooms.filter((each) => each.room === room).forEach((each) => receivers.presence(each)),
  "my response": (event) => {
    if (!isMessage(event)) return;
    if (event.client_id) outbox.remove(event.client_id);
    feed.add(event);
    if (event.body) feed.change(() => model.messages.complete(event));
  },
  presence: (data) => {
    presence.update(data);
    reading.online = data.online;
  },
  typing: (data) => typing.update(data),
  activity: (data) => rooms.happen(data),
  gap: () => history.restart(),
};

stream.addEventListener("message", ({ detail: { type, data } }) => {
  if (kinds[type]) feed.change(() => kinds[type](model, data, { history, pins, reading, reply, fetchPlace: addPlace, speak: (sentence) => feed.speak(sentence) }));
  else receivers[type]?.(data);
});
stream.addEventListener("state", ({ detail: state }) => {
  connection.show(state);
  if (state.state !== "open") return;
  outbox.resume();
  history.resume();
  learnReads();
  if (identity.unjudged) judge(identity.name);
});

outbox.addEventListener("change", ({ detail: { entry } }) => {
  const belongs = thread.takes({ id: entry.clientId, reply_to: entry.replyTo }); // or it is of another page of the room
  if (belongs) feed.act(() => model.putEntry(entry));
});
outbox.addEventListener("gone", ({ detail: { entry } }) => feed.act(() => model.removeEntry(entry)));
outbox.addEventListener("slow", () => stream.probe());
outbox.addEventListener("unanswered", ({ detail: { error } }) => connection.showLogin(error instanceof LoginExpired));
outbox.addEventListener("sent", ({ detail: { entry, event } }) => {
  connection.showLogin(false);
  if (identity.unjudged || event.user_name !== entry.userName) accept(entry.userName, event.user_name);
  feed.add(event);
});
outbox.addEventListener("refused", ({ detail: { entry, error } }) => {
  connection.showLogin(false);
  if (isOfName(error)) refuse(entry.userName, refusedName(error));
});
// A page that the browser took out of its cache has lost its stream.
addEventListener("pageshow", (event) => {
  if (event.persisted) stream.open();
});

wireTools({ room, onrename: () => identity.open(), onmissing: missing, onproblem: (sentence) => composer.tell(sentence) });
leadToMessages(path, {
  to: (id) => place.to(id),
  isFollowed: (link, id) => root && (link.matches(".when") || !model.messages.get(id)), // to its place in the room
  onfailed: () => composer.tell(t("page.not_done")),
});
if (root) wayBack($("back"), $("message"));
watchIdle((idle) => identity.name && postIdle(path, identity.name, idle).catch(() => {}));
outbox.restore((clientId) => model.messages.hasClientId(clientId));
connection.show({ state: "connecting" });
stream.open(identity.name);
// Where no keyboard comes up for it.
if (!matchMedia("(pointer: coarse)").matches) (identity.name ? composer : identity).focus();
place.open();
