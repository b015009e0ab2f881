// What people do to messages: by a button at each that opens a row of actions, and by the
// reactions under it. The forms are those that work without the script. What was done shows when
// its event comes.

import { Refusal } from "../answer.js";
import { actOn, postAnswer } from "../client.js";
import { later } from "../later.js";
import { isPlainClick } from "../plain-click.js";
import { Bar } from "./bar.js";
import { Editor } from "./editor.js";
import { toggleVersions } from "./versions.js";
import { complete } from "../view/address.js";
import { messageOf } from "../view/message.js";
import { part } from "../view/parts.js";
import { t } from "../words.js";

const { path } = document.body.dataset;
const loadPicker = later(() => import("../emoji/picker.js"));
const loadEmoji = later(() => import("../emoji/search.js"));

export class Actions {
  #list;
  #identity;
  #about;
  #onreply;
  #ondone;

  // about is for Completer. onreply takes the id of a message to answer; ondone is called when somebody
  // has finished.
  constructor({ list, identity, about, onreply, ondone }) {
    this.#list = list;
    this.#identity = identity;
    this.#about = about;
    this.#onreply = onreply;
    this.#ondone = ondone;
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("submit", (event) => this.#submitted(event));
    list.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && event.target.closest(".actions")) this.#close(event.target.closest(".message"));
    });
    new Bar({
      list, actions: part(".actions"), onreact: (element, emoji) => this.#react(element, emoji),
      onmore: (element, near) => this.#pick(element, near), onreply: (element) => this.#reply(element),
    });
    addEventListener("pointerdown", ({ target }) => {
      const open = list.querySelector(".message.acting");
      if (open && !open.contains(target)) this.#close(open);
    });
    for (const form of list.querySelectorAll(".editor")) this.#edit(form.closest(".message")); // opened without script
  }

  // Begins to edit the last message of the reader's in the list.
  editLast() {
    const own = [...this.#list.querySelectorAll(".message.own")].findLast((each) => !messageOf(each).deleted);
    if (own) this.#edit(own);
  }

  #clicked(event) {
    const link = event.target.closest("a.act, a.reply, a.edit, a.versions, .more-emoji");
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    const element = link.closest(".message");
    if (link.matches(".act")) this.#toggle(element);
    else if (link.matches(".versions")) this.#attempt(element, () => toggleVersions(element, link, messageOf(element).id));
    else if (link.matches(".edit")) this.#edit(element);
    else if (link.matches(".more-emoji")) this.#pick(element, link);
    else this.#reply(element);
  }

  #reply(element) {
    this.#close(element);
    this.#onreply(messageOf(element).id);
  }

  #submitted(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    const element = form.closest(".message");
    const { pinned } = messageOf(element);
    if (form.matches(".reaction, .any-reaction")) this.#react(element, form.elements.emoji.value);
    else if (form.matches(".choices")) this.#answer(element, submitter);
    else if (submitter.matches(".react")) this.#react(element, submitter.value);
    else if (submitter.matches(".pin")) this.#do(element, { method: pinned ? "DELETE" : "PUT", at: "/pin" });
    else if (submitter.matches(".delete")) this.#delete(element, submitter);
  }

  // Has the reader choose among all emoji, and reacts with that one.
  async #pick(element, near) {
    this.#complain(element, "");
    (near.closest(".bar") ? element.querySelector(".act") : near).focus(); // where it comes back to; the bar moves
    try {
      const [{ pickEmoji }, emoji] = await Promise.all([loadPicker(), loadEmoji()]);
      pickEmoji({ emoji, near, onpick: (emoji) => this.#react(element, emoji) });
    } catch {
      this.#complain(element, t("page.not_loaded"));
    }
  }

  // Puts the reader's reaction to a message, or takes it back.
  #react(element, emoji) {
    if (!this.#identity.commit()) return;
    const mine = messageOf(element).reactions?.some((each) => each.emoji === emoji && each.mine);
    const at = `/reactions/${encodeURIComponent(emoji)}`;
    this.#do(element, { method: mine ? "DELETE" : "PUT", at });
  }

  // Answers the question of a message. What came of it shows when the event comes.
  async #answer(element, button) {
    if (button.classList.contains("pending") || !this.#identity.commit()) return;
    button.classList.add("pending");
    const answer = { user_name: this.#identity.name, choice: button.value };
    await this.#attempt(element, () => postAnswer(path, messageOf(element).id, answer));
    button.classList.remove("pending");
  }

  // Deletes at the second press, since nothing brings the text back.
  #delete(element, button) {
    if (button.classList.contains("sure")) {
      this.#do(element, { method: "DELETE" });
      return;
    }
    button.classList.add("sure");
    button.textContent = t("page.delete_for_good");
  }

  #edit(element) {
    this.#close(element);
    new Editor(element, {
      about: this.#about,
      onsave: (text) => this.#do(element, { method: "PATCH", body: { message: text } }),
      onclose: () => this.#ondone(),
    });
  }

  // Does it, closes the row of actions, and returns whether that went well.
  async #do(element, what) {
    const done = await this.#attempt(element, () => actOn(path, messageOf(element).id, { ...what, userName: this.#identity.name }));
    if (done) this.#close(element);
    return done;
  }

  // Attempts something, and returns whether that went well. If not, the message says why.
  async #attempt(element, action) {
    this.#complain(element, "");
    try {
      await action();
      return true;
    } catch (error) {
      this.#complain(element, error instanceof Refusal ? error.detail : t("page.not_done"));
      return false;
    }
  }

  #complain(element, problem) {
    element.querySelector(".message-problem")?.remove();
    if (!problem) return;
    const shown = document.createElement("p");
    shown.className = "message-problem";
    shown.role = "alert";
    element.append(shown);
    shown.textContent = problem;
  }

  #toggle(element) {
    if (this.#close(element)) return;
    for (const open of this.#list.querySelectorAll(".message.acting")) this.#close(open);
    const row = part(".actions");
    row.querySelector(".any-reaction").remove();
    if (!this.#isOwn(element)) for (const each of row.querySelectorAll(".edit, .delete")) each.remove();
    const { id, reply_to: answers } = messageOf(element);
    const thread = row.querySelector(".thread");
    if (answers || element.querySelector(".replies")) thread.href = `${path}?thread=${id}`;
    else thread.remove();
    for (const link of row.querySelectorAll(".reply, .edit")) complete(link, id); // for who opens it in a new tab
    row.querySelector(".pin").textContent = t(messageOf(element).pinned ? "page.unpin" : "page.pin");
    element.append(row);
    element.classList.add("acting");
    element.querySelector(".bar")?.remove();
    element.querySelector(".act").ariaExpanded = "true";
    row.classList.toggle("above", this.#isLow(row));
    row.querySelector(".react").focus();
  }

  // Closes the row of a message, and returns whether it was open.
  #close(element) {
    const row = element.querySelector(".actions");
    const button = element.querySelector(".act");
    button?.removeAttribute("aria-expanded");
    element.classList.remove("acting");
    if (!row) return false;
    if (row.contains(document.activeElement)) button?.focus();
    row.remove();
    return true;
  }

  // Reports whether there is no room below a message for its actions.
  #isLow(row) {
    return row.getBoundingClientRect().bottom > this.#list.closest(".viewport").getBoundingClientRect().bottom;
  }

  #isOwn(element) {
    return element.classList.contains("own");
  }
}
