// The reactions to a message: a list of {emoji, count, names, mine} in the order in which they
// came. The names are those of the first people alone.

// Returns the list after somebody reacted, or took that back. Each person counts once.
export function react(reactions = [], { emoji, user_name, removed = false }, mine) {
  const before = reactions.find((each) => each.emoji === emoji);
  const { count = 0, names = [] } = before ?? {};
  if (names.includes(user_name) === !removed) return reactions;
  const after = {
    emoji, count: count + (removed ? -1 : 1), mine: mine ? !removed : before?.mine ?? false,
    names: removed ? names.filter((name) => name !== user_name) : [...names, user_name],
  };
  if (!before) return removed ? reactions : [...reactions, after];
  return reactions.map((each) => (each === before ? after : each)).filter((each) => each.count > 0);
}
