// What each kind of event does to the room, from (room, event, page). To do it again changes
// nothing. What is not here is of no concern to the page.

import { answer } from "./answer.js";
import { ask } from "./ask.js";
import { edit } from "./edit.js";
import { pin } from "./pin.js";
import { reaction } from "./reaction.js";
import { read } from "./read.js";
import { remove } from "./delete.js";
import { room } from "./room.js";

export const kinds = { edit, delete: remove, reaction, ask, answer, pin, read, room };
