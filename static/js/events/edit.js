// A message has another text.

export function edit({ target, message, time }, { timeline, pins }) {
  timeline.change(target, { message, edited: time });
  pins.change(target, { message });
}
