// Runs as a SharedWorker: one switchboard for all tabs. What a tab sends is the room it
// wants to join, "probe", "leave", or "ping" to hear whether there is anybody.

import { Switchboard } from "./switchboard.js";

const switchboard = new Switchboard();

addEventListener("connect", ({ ports: [port] }) => {
  const listener = (message) => port.postMessage(message);
  port.onmessage = ({ data: wish }) => {
    if (wish === "ping") port.postMessage("pong");
    else if (wish === "probe") switchboard.probe(listener);
    else if (wish === "leave") switchboard.leave(listener);
    else switchboard.join(listener, wish);
  };
  port.onclose = () => switchboard.leave(listener); // of a tab that crashed, where the browser tells
});
