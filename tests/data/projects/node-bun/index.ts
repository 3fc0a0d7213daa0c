import ms from "ms";

const server = Bun.serve({
  port: Number(process.env.PORT ?? 3000),
  idleTimeout: ms("10s") / 1000,
  fetch: () => new Response("Hello from Bun\n"),
});
console.log(`Hello from Bun, on ${server.port}`);
