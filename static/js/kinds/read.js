// Somebody has read the room up to a message: others, or the reader on another page.

import { seqOf } from "../model/id.js";

const anonymous = "anonymous"; // whoever has no name of their own

export function read(room, { user_name, upto }, { reading }) {
  if (user_name !== anonymous) room.readers.advance(user_name, seqOf(upto));
  if (room.isOwn({ user_name })) reading.advance(seqOf(upto));
}
