const express = require("express");
const app = express();
app.get("/", (_, answer) => answer.send("shop"));
app.get("/hash", async (_, answer) => {
  const { hash, verify } = require("@node-rs/bcrypt");
  answer.json({ same: await verify("tea", await hash("tea", 4)) });
});
app.get("/store", async (_, answer) => {
  const { open } = require("lmdb");
  const store = open({ path: "/tmp/store" });
  await store.put("a", { b: 1 });
  answer.json(store.get("a"));
});
app.get("/mask", (_, answer) => {
  const { mask } = require("bufferutil");
  const out = Buffer.alloc(4);
  mask(Buffer.from("abcd"), Buffer.from([1, 2, 3, 4]), out, 0, 4);
  answer.send(out.toString("hex"));
});
app.get("/page", (_, answer) => answer.send(require("pug").render("p= name", { name: "Ann" })));
app.get("/child", (_, answer) => {
  require("child_process").exec("echo $((6*7)) | tr 4 5", (error, out) => answer.send(error ? error.message : out));
});
app.get("/intl", (_, answer) => answer.send(new Intl.DateTimeFormat("de", { timeZone: "Asia/Tokyo", dateStyle: "full" }).format(0)));
app.listen(3000);
