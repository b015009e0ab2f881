// Listens to an event stream with one of the packages, as its documentation has it, and
// writes each event that it is handed as a line of JSON. It leaves coming back to the
// package.
const [library, address] = process.argv.slice(2);

setInterval(() => {}, 1 << 30); // undici's pause before it comes back keeps no program running

const tell = (type, data) => console.log(JSON.stringify({ type, data: data ?? "" }));

function listen(EventSource) {
  const source = new EventSource(address);
  for (const type of ["message", "hello", "gap", "presence", "my response"]) {
    source.addEventListener(type, ({ data }) => tell(type, data));
  }
}

switch (library) {
  case "eventsource":
  case "undici": {
    listen((await import(library)).EventSource);
    break;
  }
  case "eventsource-client": {
    const { createEventSource } = await import(library);
    createEventSource({ url: address, onMessage: ({ event, data }) => tell(event ?? "message", data) });
    break;
  }
  case "@microsoft/fetch-event-source": {
    globalThis.window = globalThis; // it is made for browsers
    globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
    const { default: package_ } = await import(`${library}/lib/cjs/index.js`); // its ES modules are not Node's
    await package_.fetchEventSource(address, {
      openWhenHidden: true,
      onmessage: ({ event, data }) => tell(event, data),
    });
    break;
  }
}
