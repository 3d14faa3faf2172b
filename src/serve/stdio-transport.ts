import { type Readable, Transform, type Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Log } from "../log.ts";
import { jsonOfText, readMessage, tooLong } from "./json-rpc.ts";

/** More than the largest body that Sora takes (8,000,000 bytes). */
const maxLine = 9_000_000;
const newline = 0x0a;

/**
 * JSON-RPC over stdin and stdout (https://modelcontextprotocol.io/specification/2025-06-18/basic/transports). Not the
 * SDK's: that leaves a request which is not valid without an answer.
 */
export function stdioTransport(stdin: Readable, stdout: Writable, log: Log): Transport {
  // Every answer that waits for a slow reader listens for "drain": many are no leak.
  stdout.setMaxListeners(0);
  const lines = stdin.pipe(limitLines(log, dropped));
  const transport: Transport = {
    async start() {
      lines.on("data", receive);
    },
    async close() {
      lines.off("data", receive).pause();
      transport.onclose?.();
    },
    send: (message) => write(`${JSON.stringify(message)}\n`),
  };

  function receive(line: Buffer): void {
    const { message, errors } = readMessage(jsonOfText(line.toString()));
    if (message) {
      try {
        transport.onmessage?.(message);
      } catch (error) {
        if (error instanceof Error) transport.onerror?.(error);
      }
      return;
    }
    // Nothing of what it says: that may be the key, or a part of it.
    log("warn", `MCP: ${errors.length > 0 ? "a request is not valid" : "a line is no JSON-RPC message"}`);
    if (errors.length > 0) void write(errors.map((error) => `${JSON.stringify(error)}\n`).join(""));
  }

  function dropped(head: string, tail: string): void {
    const error = tooLong(head, tail, maxLine);
    if (error) void write(`${JSON.stringify(error)}\n`);
  }

  function write(text: string): Promise<void> {
    return new Promise((resolve) => {
      if (stdout.write(text)) resolve();
      else stdout.once("drain", resolve);
    });
  }

  return transport;
}

/** Of a line that is dropped, so many bytes at either end are kept. */
const keptBytes = 1_000;

/**
 * Passes on a line at a time, a last one without its end too, and drops those that are too long to be a message: one such
 * line must not end the session. `dropped` is told the two ends of such a line.
 */
export function limitLines(
  log: Log,
  dropped: (head: string, tail: string) => void = () => {},
  limit = maxLine,
): Transform {
  let line: Buffer[] = [];
  let length = 0;
  let head = "";
  let tail: Buffer = Buffer.alloc(0);

  function keep(part: Buffer): void {
    length += part.length;
    line.push(part);
    if (length <= limit) return;
    const whole = Buffer.concat([tail, ...line]);
    head ||= whole.toString("utf8", 0, keptBytes);
    tail = whole.subarray(-keptBytes);
    line = [];
  }

  function pass(lines: Transform): void {
    if (length <= limit) lines.push(Buffer.concat(line));
    else {
      log("warn", `dropped a line of ${length} bytes: a message may have ${limit}`);
      dropped(head, tail.toString());
    }
    line = [];
    length = 0;
    head = "";
    tail = Buffer.alloc(0);
  }

  return new Transform({
    readableObjectMode: true,
    transform(chunk: Buffer, _encoding, done) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end + 1));
        pass(this);
        start = end + 1;
      }
      keep(chunk.subarray(start));
      done();
    },
    flush(done) {
      if (length > 0) pass(this);
      done();
    },
  });
}
