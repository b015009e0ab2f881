// Requests to plainchat.

import { ask, isOfName, Outage, Refusal } from "./answer.js";
import { t } from "./words.js";

const patience = 15_000; // milliseconds until an answer is given up
const pageSize = 50;

// Sends a message and returns its event. It throws a Refusal, or an Outage; then it must be sent
// again with the same client id and name, which together make it the same message.
export async function postMessage(path, { userName, text, clientId, replyTo }) {
  const response = await send("POST", `${path}/messages`, {
    user_name: userName, message: text, client_id: clientId, reply_to: replyTo || undefined,
  });
  const event = await json(response);
  if (!isMessage(event) || event.client_id !== clientId) throw new Outage(response.status);
  return event;
}

// Returns the page of messages that the query asks for, by before, after, around or thread, in the
// order of the log, and whether there are more before and after it. It throws as ask does.
export async function fetchPage(path, { limit = pageSize, ...places } = {}) {
  const { response, answer } = await get(`${path}/messages?${new URLSearchParams({ limit, ...places })}`);
  const messages = answer?.messages;
  if (!Array.isArray(messages) || !messages.every(isMessage)) throw new Outage(response.status);
  const link = response.headers.get("Link") ?? "";
  return { messages, older: /rel="?prev"?/.test(link), newer: /rel="?next"?/.test(link) };
}

// Returns a message as it stands now. upto is the position of the last event that is known to be
// in it. It throws as ask does.
export async function fetchMessage(path, id) {
  const { response, answer: message } = await get(`${path}/messages/${id}`);
  if (!isMessage(message)) throw new Outage(response.status);
  const upto = Number((response.headers.get("Last-Event-ID") ?? "").split("-").at(-1));
  return { ...message, upto };
}

// Returns a message as the history has it, be it deleted; or null. It throws as ask does.
export async function fetchPlace(path, id) {
  const [epoch, seq] = id.split("-");
  const { messages } = await fetchPage(path, { before: `${epoch}-${Number(seq) + 1}`, limit: 1 });
  return messages.find((message) => message.id === id) ?? null;
}

// Does something to a message, in the name of a person. It throws as ask does; it can be done
// again then.
export async function actOn(path, id, { method, at = "", userName, body }) {
  const query = userName ? `?${new URLSearchParams({ user_name: userName })}` : "";
  await send(method, `${path}/messages/${id}${at}${query}`, body);
}

// Answers a question, in the name of a person. It throws as ask does; it can be done again then.
export const postAnswer = (path, id, answer) => send("POST", `${path}/asks/${id}/answer`, answer);

// Returns the open questions of the room as messages, the oldest first. It throws as ask does.
export async function fetchAsks(path) {
  return (await get(`${path}/asks`)).answer?.asks ?? [];
}

// Returns what a message has said, the oldest first, as the wire has it. It throws as ask does.
export async function fetchVersions(path, id) {
  return (await get(`${path}/messages/${id}/versions`)).answer?.versions ?? [];
}

// Sets the topic of a room, in the name of a person. It throws as ask does.
export const putSettings = (path, userName, settings) =>
  send("PUT", `${path}?${new URLSearchParams({ user_name: userName })}`, settings);

// Tells how far the reader has read. It throws as ask does.
export const putRead = (path, id) => send("PUT", `${path}/read`, { id });

// Returns how far people have read, as a list of {user_name, id}. It throws as ask does.
export async function fetchReads(path) {
  return (await get(`${path}/read`)).answer?.positions ?? [];
}

// Returns the messages with some words, in a room or, for an empty one, in all: {messages, more}. It
// throws as ask does.
export async function fetchFound(words, room) {
  const query = new URLSearchParams({ q: words, limit: 50 });
  if (room) query.set("room", room);
  const { response, answer: found } = await get(`/search?${query}`);
  if (!Array.isArray(found?.messages)) throw new Outage(response.status);
  return found;
}

// Returns the people in the room, as the wire has them. It throws as ask does.
export async function fetchPeople(path) {
  return (await get(`${path}/people`)).answer?.people ?? [];
}

// Tells that somebody types. It throws as ask does.
export const postTyping = (path, userName) => send("POST", `${path}/typing`, { user_name: userName });

// Tells that somebody is idle, or no longer. It throws as ask does.
export const postIdle = (path, userName, idle) => send("POST", `${path}/idle`, { user_name: userName, idle });

// Returns the rooms with the newest messages, as the wire has them. It throws as ask does.
export async function fetchRooms() {
  return (await get("/rooms")).answer?.rooms ?? [];
}

// Returns why the server does not let the reader have a name, as {detail, alternative}; null if it does.
// It throws an Outage if nobody knows.
export async function refusalOfName(userName) {
  try {
    const { response, answer } = await get(`/names/${encodeURIComponent(userName)}`);
    if (typeof answer?.free !== "boolean") throw new Outage(response.status);
    return answer.free ? null : refusedName({ code: "name_taken", ...answer });
  } catch (error) {
    if (error instanceof Refusal && isOfName(error)) return refusedName(error);
    throw error;
  }
}

// Makes a link by which the reader goes on in a room under their name on another device, as the wire has
// it: {url, expires, qr}. It throws as ask does.
export async function postLink(room) {
  const response = await ask("/identity/link", {
    method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ room }), signal: AbortSignal.timeout(patience),
  });
  const link = await json(response);
  if (typeof link?.url !== "string") throw new Outage(response.status);
  return link;
}

// Returns a client id. (crypto.randomUUID is missing on plain http://192.168.x.y.)
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function get(address) {
  const response = await send("GET", address);
  return { response, answer: await json(response) };
}

function send(method, address, body) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  return ask(address, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(patience) });
}

// Returns null for what is not JSON, or breaks off.
const json = (response) => response.json().catch(() => null);

export const isMessage = (event) =>
  typeof event?.id === "string" && Number.isInteger(event.seq) && typeof event.user_name === "string" &&
  typeof event.message === "string";

// Returns what is told of a name by a refusal: a sentence and, where it is somebody else's, another one.
export const refusedName = ({ code, detail, alternative = "" }) =>
  ({ detail: code === "name_taken" ? t("page.name_taken") : detail, alternative });
