// A message is pinned, or no longer.

export function pin({ target, removed = false }, { timeline, pins }) {
  timeline.change(target, ({ deleted }) => ({ pinned: !removed && !deleted }));
  if (removed) pins.remove(target);
  else pins.add(target);
}
