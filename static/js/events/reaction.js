// Somebody reacts to a message, or takes that back.

import { react } from "../reactions.js";

export function reaction(event, { timeline, isOwn }) {
  timeline.change(event.target, ({ reactions, deleted }) => ({
    reactions: deleted ? [] : react(reactions, event, isOwn(event)),
  }));
}
