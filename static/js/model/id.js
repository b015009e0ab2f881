// An id names an event: the epoch of its log, and its position there.

// Returns the position in an id; 0 for none.
export const seqOf = (id) => Number(id.split("-").at(-1)) || 0;
