// A development server at http://localhost:5173. Builds the page again for each request, and proxies all other requests to the
// local stack that `cargo run` starts. The stack accepts sockets from this origin.

import { createServer, request } from "node:http";
import { outputs } from "./build.mjs";

const PORT = 5173;
// Rejects any other host, to prevent DNS rebinding: a site could point its own name here to read the local mailbox.
const hosts = [`localhost:${PORT}`, `127.0.0.1:${PORT}`];
const stack = new URL(process.argv[2] ?? "http://127.0.0.1:3000");
const types = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

const server = createServer(async (incoming, response) => {
  if (!hosts.includes(incoming.headers.host)) {
    response.writeHead(403).end(`Open http://localhost:${PORT}`);
    return;
  }
  const name = incoming.url === "/" ? "index.html" : incoming.url.slice(1);
  if (["index.html", "app.js", "app.css", "favicon.svg"].includes(name)) {
    try {
      const contents = (await outputs()).get(name);
      response
        .writeHead(200, { "content-type": types[name.split(".").at(-1)], "cache-control": "no-store" })
        .end(contents);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
    return;
  }
  const proxied = request(
    {
      hostname: stack.hostname,
      port: stack.port,
      // Kept as a path: if parsed as a URL, "//elsewhere/" would send the request to another host.
      path: incoming.url,
      method: incoming.method,
      headers: { ...incoming.headers, host: stack.host },
    },
    (upstream) => {
      response.writeHead(upstream.statusCode, upstream.headers);
      upstream.pipe(response);
    },
  );
  proxied.on("error", () =>
    response.writeHead(502).end(`Can't reach the local stack at ${stack.origin}. Start it with: cargo run`),
  );
  incoming.pipe(proxied);
});

server.listen(PORT, "127.0.0.1", () => console.log(`http://localhost:${PORT}`));
