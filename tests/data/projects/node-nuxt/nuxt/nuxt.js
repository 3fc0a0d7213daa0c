#!/usr/bin/env node
// Leaves what 'nuxt build' leaves: a server that needs nothing but itself.
const fs = require("fs");
const path = require("path");

const server = path.join(".output", "server");
fs.mkdirSync(server, { recursive: true });
fs.writeFileSync(
  path.join(server, "index.mjs"),
  `import http from "node:http";
http
  .createServer((request, response) => response.end("Hello from Nuxt"))
  .listen(process.env.PORT || 3000, process.env.HOST || "0.0.0.0", () => console.log("Hello from Nuxt"));
`,
);
