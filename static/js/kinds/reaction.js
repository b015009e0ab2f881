// Somebody reacts to a message, or takes that back.

import { react } from "../model/reactions.js";

export function reaction(room, event) {
  room.messages.change(event.target, ({ reactions, deleted }) =>
    deleted ? {} : { reactions: react(reactions, event, room.isOwn(event)) });
}
