// What can be asked for by a message that begins with a slash: loaded when somebody does.

import { Refusal } from "../answer.js";
import { putSettings } from "../client.js";
import { t } from "../words.js";
import { showHelp } from "./help.js";

const commands = {
  me: () => ({ notice: t("page.command.me.empty") }), // with words after it, it is a message
  topic: setTopic,
  help() {
    showHelp();
    return {};
  },
};

// Does what a command asks for. It returns what there is to say, as notice, and whether the text may
// as well be a message, as sendable.
export async function run({ name, rest }, { path, identity }) {
  if (!Object.hasOwn(commands, name)) return { notice: t("page.command.unknown", { name }), sendable: true };
  return commands[name](rest, { path, identity });
}

async function setTopic(topic, { path, identity }) {
  if (!topic) return { notice: t("page.command.topic.empty") };
  if (!identity.commit()) return { notice: t("page.name_missing") };
  try {
    await putSettings(path, identity.name, { topic });
    return {};
  } catch (error) {
    return { notice: error instanceof Refusal ? error.detail : t("page.not_done") };
  }
}
