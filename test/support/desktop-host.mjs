import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

// node desktop-host.mjs ENTRY [ARGUMENT...]
//
// Claude Desktop does not start the server of a bundle as a process of its own when the manifest says `node`. It imports
// the entry point into a helper process of Electron, where stdin and stdout are streams made of messages. This does the
// same with what Node has, so that the built server can be tried there.

const [entry, ...args] = process.argv.slice(2);

Object.defineProperty(process, "type", { value: "utility" });
Object.defineProperty(process.versions, "electron", { value: "38.0.0", enumerable: true });

for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => {
    process.stderr.write(`fatal: ${event}: ${error}\n`);
    process.exit(3);
  });
}

const messages = createInterface({ input: process.stdin });
const stream = new Readable({ read() {} });
const stdin = Object.create(process.stdin);
for (const method of [
  "destroy",
  "isPaused",
  "on",
  "once",
  "pause",
  "pipe",
  "read",
  "removeListener",
  "resume",
]) {
  stdin[method] = stream[method].bind(stream);
}
Object.defineProperty(process, "stdin", { value: stdin });
messages.on("line", (line) => stream.push(`${line}\n`));
messages.on("close", () => process.exit());

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (content, encoding, done) => {
  write(content.toString());
  const written = typeof encoding === "function" ? encoding : done;
  if (written) process.nextTick(written);
  return true;
};

process.argv = ["node", entry, ...args];
await import(pathToFileURL(resolve(entry)).href);
