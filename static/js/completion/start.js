// What is loaded when something is completed for the first time.

import { commands } from "./commands.js";
import { Completion } from "./completion.js";
import { Emoji } from "./emoji.js";
import { People } from "./people.js";

// Completes what is typed in a field from then on; see Completion, and People about what is needed.
// Commands are for messages alone.
export function start({ hasCommands, ...parts }, about) {
  const sources = { "@": new People(about), ":": new Emoji() };
  return new Completion({ ...parts, sources: hasCommands ? { ...sources, "/": commands } : sources });
}
