// Says how the connection is: always in the header, and in a banner when it has been gone for
// longer than a passing moment. The stream alone decides that; the browser's own idea of being
// offline only helps to say why.

import { has, t } from "./words.js";

const grace = 1500; // milliseconds

export class Connection {
  #parts;
  #state = { state: "connecting" };
  #loginExpired = false; // as a message that was sent found out
  #timer = 0;

  // ondoubt is called when there is reason to look whether the connection still stands.
  constructor({ status, banner, text, retry, reload, ondoubt }) {
    this.#parts = { status, banner, text, retry, reload };
    retry.addEventListener("click", ondoubt);
    reload.addEventListener("click", () => location.reload());
    for (const type of ["online", "offline"]) addEventListener(type, ondoubt);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") ondoubt();
    });
  }

  // Takes the stream's state, and why it is so.
  show(state) {
    const { status } = this.#parts;
    this.#state = state;
    if (status.dataset.state !== state.state) {
      status.dataset.state = state.state;
      status.textContent = state.state === "lost" ? t("page.reconnecting") : ""; // silent while all is well
    }
    this.#update();
  }

  // Takes whether the last message that was sent met a login page.
  showLogin(expired) {
    if (expired === this.#loginExpired) return;
    this.#loginExpired = expired;
    this.#update();
  }

  get #mustLogIn() {
    return this.#loginExpired || this.#state.why === "login";
  }

  #update() {
    if (this.#state.state === "open" && !this.#loginExpired) this.#lower();
    else if (this.#mustLogIn || !this.#parts.banner.hidden) this.#raise();
    else this.#timer ||= setTimeout(() => this.#raise(), grace);
  }

  #raise() {
    const { banner, text, retry, reload } = this.#parts;
    const said = this.#reason();
    if (text.textContent !== said) text.textContent = said; // else it would be spoken again
    reload.hidden = !this.#mustLogIn;
    retry.hidden = this.#mustLogIn;
    banner.hidden = false;
  }

  #reason() {
    if (this.#mustLogIn) return t("page.login_expired");
    const busy = `page.busy.${this.#state.why}`;
    return t(has(busy) ? busy : navigator.onLine ? "page.server_gone" : "page.offline");
  }

  #lower() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#parts.banner.hidden = true;
  }
}
