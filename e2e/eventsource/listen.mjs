// Listens to an event stream until a farewell, and writes each message as a
// line of JSON. It leaves coming back after an outage to the EventSource.
import { EventSource } from "eventsource";

const source = new EventSource(process.argv[2]);

source.addEventListener("hello", () => console.log("listening"));

source.addEventListener("my response", ({ data, lastEventId }) => {
  const { user_name, message } = JSON.parse(data);
  console.log(JSON.stringify({ id: lastEventId, user_name, message }));
  if (message === "farewell") source.close();
});
