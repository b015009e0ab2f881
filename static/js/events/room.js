// The room has a topic, is archived, or open again. The event has all of it.

export function room({ topic = "", archived = false }, { topicLine, topicField }) {
  topicLine.textContent = topic;
  topicLine.hidden = !topic;
  topicField.defaultValue = topic; // what somebody is writing there stays
  document.body.classList.toggle("archived", archived);
}
