// What a message asks, and what came of it: {choices, from, until, default, poll, state, choice,
// user_name, time, votes}, as the wire has it. The server has the same rules.

const shownNames = 50; // of a choice, as the server has it

// Returns a question as it is asked.
export function asked({ choices, from, until, default: byDefault, poll }) {
  const votes = poll && choices.map((choice) => ({ choice, count: 0, names: [] }));
  return { choices, from, until, default: byDefault, poll, state: "open", votes };
}

// Returns a question after an answer to it: the first one counts and, of a poll, the last of each name.
export function answered(ask, event, own) {
  const { choice, user_name, time, expired = false } = event;
  if (ask.state !== "open") return ask;
  if (expired) return { ...ask, state: "expired", choice, time };
  if (!ask.poll) return { ...ask, state: "answered", choice, user_name, time };
  return { ...ask, votes: ask.votes.map((vote) => voted(vote, event, own)) };
}

// Of names that are not listed nothing is known.
function voted({ choice, count, names, mine }, event, own) {
  const isChosen = choice === event.choice;
  const others = names.filter((name) => name !== event.user_name);
  const after = { choice, count: count - (names.length - others.length), names: others };
  if (isChosen) {
    if (after.count === others.length && others.length < shownNames) after.names = [...others, event.user_name];
    after.count++;
  }
  if (own ? isChosen : mine) after.mine = true;
  return after;
}

// Reports whether a question is put to somebody who has these names.
export const mayAnswer = ({ from }, isName) => !from?.length || from.some(isName);
