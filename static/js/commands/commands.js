// What can be asked for by a message that begins with a slash: loaded when somebody does.

import { Refusal } from "../answer.js";
import { fetchAsks, postAnswer, putSettings } from "../client.js";
import { later } from "../later.js";
import { t } from "../words.js";

const loadHelp = later(() => import("./help.js"));

const commands = {
  me: () => ({ notice: t("page.command.me.empty") }), // with words after it, it is a message
  topic: setTopic,
  answer,
  help,
};

// Does what a command asks for. It returns what there is to say, as notice, and whether the text may
// as well be a message, as sendable.
export async function run({ name, rest }, page) {
  if (!Object.hasOwn(commands, name)) return { notice: t("page.command.unknown", { name }), sendable: true };
  return commands[name](rest, page);
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

// Answers what the text replies to or, if that asks nothing, the newest open question of the room.
async function answer(choice, { path, identity, messages, reply }) {
  if (!choice) return { notice: t("page.command.answer.empty") };
  if (!identity.commit()) return { notice: t("page.name_missing") };
  try {
    const chosen = messages.get(reply.id);
    const question = chosen?.ask ? chosen : (await fetchAsks(path)).at(-1);
    if (!question) return { notice: t("page.command.answer.none") };
    await postAnswer(path, question.id, { user_name: identity.name, choice }).catch((error) => {
      if (error.code !== "no_choice") throw error;
      throw new Refusal({ detail: t("page.command.answer.choices", { choices: question.ask.choices.join(", ") }) }, 0);
    });
    reply.clear();
    return {};
  } catch (error) {
    return { notice: error instanceof Refusal ? error.detail : t("page.not_done") };
  }
}

async function help() {
  try {
    const { showHelp } = await loadHelp();
    showHelp();
    return {};
  } catch {
    return { notice: t("page.not_loaded") };
  }
}
