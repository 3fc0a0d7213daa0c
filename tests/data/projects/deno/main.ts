const port = Number(Deno.env.get("PORT") ?? "8000");

Deno.serve(
  { port, onListen: (at) => console.log(`Listening on ${at.port}`) },
  () => new Response("Hello from Deno\n"),
);
