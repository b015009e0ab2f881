// Socket.IO on Node, set as its page on performance advises: WebSocket alone, no
// compression, the native add-on for ws (bufferutil), and the first request of a
// connection let go. One process.
//
//     NODE_ENV=production node server.mjs 127.0.0.1 5004

import { createServer } from "node:http";
import { Server } from "socket.io";

const [host, port] = process.argv.slice(2);
const http = createServer((_, response) => response.writeHead(404).end());
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});

io.engine.on("connection", (socket) => {
  socket.request = null;
});

io.on("connection", (socket) => {
  socket.on("join", ({ room }, acknowledge) => {
    socket.join(room);
    acknowledge(true);
  });
  socket.on("my event", (data, acknowledge) => {
    io.to(data.room).emit("my response", data);
    acknowledge(true);
  });
});

http.listen({ host, port: Number(port), backlog: 4096 });
