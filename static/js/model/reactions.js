// The reactions to a message: a list of {emoji, count, names, mine, mine_as} in the order in which
// they came. The names are all, or the first 50; mine_as is the one that the reader reacted under.

const shownNames = 50; // as the server has it

// Returns the list after somebody reacted, or took that back: each name counts once. It is what the
// server would answer then, but that it may know more of many names.
export function react(reactions = [], event, own) {
  const before = reactions.find((each) => each.emoji === event.emoji);
  if (!changes(before, event)) return reactions;
  const after = { ...counted(before, event), ...mine(before, event, own) };
  if (!before) return [...reactions, after];
  return reactions.map((each) => (each === before ? after : each)).filter((each) => each.count > 0);
}

// Of names that are not listed nothing is known: an event of one does change something.
function changes({ count, names } = { count: 0, names: [] }, { user_name, removed = false }) {
  if (names.includes(user_name)) return removed;
  return !removed || count > names.length;
}

function counted({ emoji, count, names } = { count: 0, names: [] }, { emoji: added, user_name, removed }) {
  if (removed) return { emoji, count: count - 1, names: names.filter((name) => name !== user_name) };
  const isListed = count === names.length && count < shownNames;
  return { emoji: added, count: count + 1, names: isListed ? [...names, user_name] : names };
}

// The reader may have reacted under another name than they have now.
function mine(before, { user_name, removed }, own) {
  if (removed) return before.mine_as === user_name ? {} : pick(before);
  return own ? { mine: true, mine_as: user_name } : pick(before);
}

const pick = ({ mine, mine_as } = {}) => (mine ? { mine, mine_as } : {});
