// A message has lost its text, and all that was about it.

const gone = { message: "", edited: "", deleted: true, pinned: false, reply_to: "", quote: null, reactions: [] };

export function remove({ target }, { timeline, pins }) {
  timeline.change(target, gone);
  pins.remove(target);
}
