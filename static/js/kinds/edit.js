// A message has another text.

export function edit(room, { target, message, body, time }, { pins, reply }) {
  room.change(target, { message, body, edited: time });
  reply.change(target, { message, body });
  pins.change(target, { message, body });
}
