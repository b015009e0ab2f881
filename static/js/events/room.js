// The room has a topic, is archived, or open again. The event has all of it.

export function room({ topic = "", archived = false }, { topicLine }) {
  topicLine.textContent = topic;
  topicLine.hidden = !topic;
  document.body.classList.toggle("archived", archived);
}
