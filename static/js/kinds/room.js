// The room has a topic, is archived, or open again. The event has all of it.

export function room(room, { topic = "", archived = false }) {
  Object.assign(room, { topic, archived });
}
