// What is shown of the room itself.

export class Heading {
  #parts;
  #topic;

  constructor({ topic, field, welcome }) {
    this.#parts = { topic, field, welcome };
    this.#topic = topic.textContent;
  }

  // Shows a room as it stands. What somebody is writing in the topic's field stays.
  show({ topic, archived, empty }) {
    const { welcome } = this.#parts;
    if (topic !== this.#topic) this.#name(topic);
    document.body.classList.toggle("archived", archived);
    if (welcome.hidden === empty) welcome.hidden = !empty;
  }

  #name(topic) {
    const { topic: shown, field } = this.#parts;
    this.#topic = topic;
    shown.textContent = topic;
    shown.hidden = !topic;
    field.defaultValue = topic;
  }
}
