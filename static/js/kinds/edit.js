// A message has another text.

export function edit({ messages }, { target, message, body, time }, { pins }) {
  messages.change(target, { message, body, edited: time });
  pins.change(target, { message });
}
