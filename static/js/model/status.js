// How it stands with what a robot's message tells of. The server has the same rule for its looks.

// Returns what the looks of a message go by, or an empty string: a status and, of what has ended, whether
// that went well.
export const signOf = (status) => (!status ? "" : status.state === "ended" && status.exit !== 0 ? "failed" : status.state);

// Reports whether people are told that a message has another status now: something has ended, or has begun
// anew, but not that it goes on, nor that all is well again. With its first status a message is news itself.
export function isNews(before, after) {
  if (!after || before?.state === after.state) return false;
  return after.state === "ended" || after.state === "lost" || (after.state === "firing" && Boolean(before));
}
