// A message is pinned, or no longer.

export function pin({ messages }, { target, removed = false }, { pins }) {
  messages.change(target, ({ deleted }) => ({ pinned: !removed && !deleted }));
  if (removed) pins.remove(target);
  else pins.add(target);
}
