// A message has lost its text, and all that was about it. Where the stream began only after it was
// written, the page has never had it, and asks what stands in its place.

const gone = {
  message: "", body: undefined, edited: "", deleted: true, pinned: false, reply_to: "", quote: null, reactions: [], status: undefined, versions: 0,
  ask: undefined,
};

export function remove(room, { target }, { history, pins, reply, fetchPlace }) {
  room.change(target, gone);
  reply.change(target, gone);
  pins.remove(target);
  if (history.lacks({ id: target, seq: Number(target.split("-")[1]) })) fetchPlace(target);
}
