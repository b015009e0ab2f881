// Why is there no event stream? An EventSource does not tell.

import { ask, mediaType, Outage } from "./answer.js";

const patience = 15_000; // milliseconds until an answer is given up

// Asks for an event stream and lets go of it as soon as it comes. It throws as ask does.
export async function knock(address) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), patience);
  try {
    const response = await ask(address, { headers: { Accept: "text/event-stream" }, signal: control.signal });
    if (mediaType(response) !== "text/event-stream") throw new Outage(response.status);
  } finally {
    clearTimeout(timer);
    control.abort();
  }
}
