// Messages on their way: sent one after the other in the order in which they were
// written, and kept in this browser until the server has them.

import { isOfName, LoginExpired, Refusal } from "./answer.js";
import { newClientId } from "./client.js";
import { browserMemory, onForgotten } from "./storage.js";
import { has, t } from "./words.js";

// How long after it was written a message may still go off by itself, when the page is opened
// again; in milliseconds. An older one asks first.
const fresh = 10 * 60_000;

const longestWait = 15; // seconds between two tries to reach the server

const slow = 3000; // milliseconds without an answer, after which the connection is suspect

// An entry is {clientId, userName, text, replyTo, time, state, reason, seconds, unanswered,
// badName, badReply}. Its state is "queued", "sending", "waiting" (for seconds) or "failed", which is final,
// both with a reason. Unanswered is how many tries in a row had no answer of plainchat's. An entry
// keeps its name unless that is a badName, which the server refused: it may have been stored under
// it. A badReply answers what was deleted, and is sent again as an answer to nothing.
export class Outbox extends EventTarget {
  #key;
  #post;
  #entries = new Map();
  #running = false;
  #wake = () => {};

  // post sends one entry and returns its event. Changes of an entry are told as "change", its
  // end as "gone", with {entry} in detail. Of a try it tells "slow" if there is no answer for
  // long, and at its end "sent" with {entry, event}, "refused" for good or "unanswered", with
  // {entry, error}.
  constructor(room, post) {
    super();
    this.#key = `outbox:${room}:`;
    this.#post = post;
    onForgotten(this.#key, (clientId) => this.remove(clientId));
  }

  // Takes up what an earlier visit did not get rid of, or another tab has yet to; except
  // what has arrived, by what the page shows. Two tabs may send the same: it is one message.
  restore(hasArrived) {
    const entries = browserMemory.recallAll(this.#key).flatMap(parse);
    entries.sort((a, b) => (a.time < b.time ? -1 : 1));
    for (const entry of entries) {
      this.#entries.set(entry.clientId, entry);
      entry.unanswered = 0;
      if (hasArrived(entry.clientId)) this.remove(entry.clientId);
      else if (entry.state !== "failed" && Date.now() - Date.parse(entry.time) < fresh) {
        this.#change(entry, { state: "queued" });
      } else this.#change(entry, { state: "failed", reason: entry.reason || t("page.unfinished") });
    }
    this.#run();
  }

  // replyTo is the id of the message that the text answers, or empty.
  add(userName, text, replyTo = "") {
    const entry = {
      clientId: newClientId(), userName, text, replyTo, time: new Date().toISOString(), unanswered: 0, badName: false,
    };
    this.#entries.set(entry.clientId, entry);
    this.#change(entry, { state: "queued", reason: "" });
    this.#run();
  }

  // Sends an entry again, under another name if its own was refused.
  retry(clientId, userName) {
    const entry = this.#entries.get(clientId);
    if (!entry) return;
    if (entry.badName) this.#change(entry, { userName, badName: false });
    if (entry.badReply) this.#change(entry, { replyTo: "", badReply: false });
    this.#change(entry, { state: "queued", reason: "" });
    this.#wake();
    this.#run();
  }

  // Tries again at once what the server did not answer: it is back.
  resume() {
    for (const entry of this.#entries.values()) {
      if (entry.state !== "waiting" || !entry.unanswered) continue;
      this.#change(entry, { state: "queued", reason: "" });
      this.#wake();
    }
  }

  // Forgets an entry: the person gave it up, or it came back on the stream.
  remove(clientId) {
    const entry = this.#entries.get(clientId);
    if (!entry) return;
    this.#entries.delete(clientId);
    browserMemory.remember(this.#key + clientId, "");
    this.#wake();
    this.#tell("gone", { entry });
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    for (let entry; (entry = this.#next()); ) await this.#send(entry);
    this.#running = false;
  }

  #next() {
    return [...this.#entries.values()].find((entry) => entry.state === "queued");
  }

  async #send(entry) {
    this.#change(entry, { state: "sending" });
    const late = setTimeout(() => this.#tell("slow", { entry }), slow);
    try {
      const event = await this.#post(entry);
      this.#tell("sent", { entry, event });
      this.remove(entry.clientId);
    } catch (error) {
      if (this.#entries.has(entry.clientId)) await this.#failed(entry, error);
    } finally {
      clearTimeout(late);
    }
  }

  async #failed(entry, error) {
    if (!(error instanceof Refusal)) {
      this.#tell("unanswered", { entry, error });
      entry.unanswered++;
      const seconds = Math.max(error.retryAfter ?? 0, Math.min(longestWait, 2 ** entry.unanswered));
      await this.#countDown(entry, reasonFor(error), seconds);
      return;
    }
    entry.unanswered = 0;
    const refused = `page.refused.${error.code}`;
    const reason = has(refused) ? t(refused) : t("page.refused", { detail: error.detail });
    if (error.retryAfter) {
      await this.#countDown(entry, reason, error.retryAfter);
    } else {
      this.#change(entry, {
        state: "failed", reason, badName: isOfName(error), badReply: Boolean(entry.replyTo) && error.code === "deleted",
      });
      this.#tell("refused", { entry, error });
    }
  }

  // Waits as long as the server asks for. Whatever was written later waits too, so
  // that the order stays. Retry and Discard end the wait.
  async #countDown(entry, reason, seconds) {
    this.#change(entry, { state: "waiting", reason, seconds });
    while (entry.seconds > 0) {
      await new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 1000);
      });
      if (entry.state !== "waiting" || !this.#entries.has(entry.clientId)) return;
      this.#change(entry, { seconds: entry.seconds - 1 });
    }
    this.#change(entry, { state: "queued", reason: "" });
  }

  #change(entry, changes) {
    Object.assign(entry, changes);
    // Each under a key of its own: other tabs keep theirs beside it.
    browserMemory.remember(this.#key + entry.clientId, JSON.stringify(entry));
    this.#tell("change", { entry });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function reasonFor(outage) {
  if (outage instanceof LoginExpired) return t("page.login_first");
  return t(navigator.onLine ? "page.unreachable" : "page.unreachable_offline");
}

// Returns the entry in a list, or an empty list for what is not an entry.
function parse(json) {
  try {
    const entry = JSON.parse(json);
    return entry.clientId && entry.text ? [entry] : [];
  } catch {
    return [];
  }
}
