#!/usr/bin/env node
// Leaves what 'next build' leaves with output: 'standalone'; static files are beside it.
const fs = require("fs");
const path = require("path");

const standalone = path.join(".next", "standalone");
fs.mkdirSync(standalone, { recursive: true });
fs.mkdirSync(path.join(".next", "static"), { recursive: true });
fs.writeFileSync(path.join(".next", "static", "page.js"), "// of the page\n");
fs.writeFileSync(
  path.join(standalone, "server.js"),
  `const fs = require("fs");
for (const file of ["public/robots.txt", ".next/static/page.js"]) fs.accessSync(__dirname + "/" + file);
require("http")
  .createServer((request, response) => response.end("Hello from Next.js"))
  .listen(process.env.PORT || 3000, process.env.HOSTNAME || "0.0.0.0", () => console.log("Hello from Next.js"));
`,
);
