import { type Readable, Transform, type Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Log } from "../log.ts";

/** More than the largest body that Sora takes (8,000,000 bytes), less than what makes the SDK close the connection. */
const maxLine = 9_000_000;
const newline = 0x0a;

/** JSON-RPC over stdin and stdout (https://modelcontextprotocol.io/specification/2025-06-18/basic/transports). */
export function stdioTransport(stdin: Readable, stdout: Writable, log: Log): StdioServerTransport {
  // Every answer that waits for a slow reader listens for "drain": many are no leak.
  stdout.setMaxListeners(0);
  return new StdioServerTransport(stdin.pipe(limitLines(log)), stdout);
}

/** Passes lines on and drops those that are too long to be a message: one such line must not end the session. */
export function limitLines(log: Log, limit = maxLine): Transform {
  let line: Buffer[] = [];
  let length = 0;

  function keep(part: Buffer): void {
    length += part.length;
    if (length <= limit) line.push(part);
    else line = [];
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end + 1));
        if (length <= limit) this.push(Buffer.concat(line));
        else log("warn", `dropped a line of ${length} bytes: a message may have ${limit}`);
        line = [];
        length = 0;
        start = end + 1;
      }
      keep(chunk.subarray(start));
      done();
    },
  });
}
