// Somebody reacts to a message, or takes that back.

import { react } from "../reactions.js";

export function reaction(event, { timeline, isOwn, recount }) {
  timeline.change(event.target, ({ reactions, deleted }) => {
    if (deleted) return {};
    recount.note(event.target, event.seq);
    return { reactions: react(reactions, event, isOwn(event)) };
  });
}
