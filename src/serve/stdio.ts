import type { Readable, Writable } from "node:stream";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import { AuditLog } from "../mcp/audit-log.ts";
import { createServer, prepareCalls } from "../mcp/server.ts";
import { redactor } from "../redaction.ts";
import type { Config } from "../settings/config.ts";
import { endpointOf } from "../settings/endpoint.ts";
import { lazyClient } from "../sora/lazy-client.ts";
import { aborted } from "./aborted.ts";
import { reportUnusable } from "./audit-check.ts";
import { CallsUnderWay, openLog, openSandbox } from "./opening.ts";
import { stdioTransport } from "./stdio-transport.ts";

/** What `serve` needs of a process. */
export interface Stdio {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the process is asked to end. */
  readonly stopped: AbortSignal;
}

const typedInto =
  "MCP clients start this and talk to it in JSON: there is nothing to type here. Ctrl+C ends it; --help tells how it is set up.";
const nothingCame =
  "stdin ended before anything came. An MCP client keeps it open; a container has one only with `docker run -i`.";

/**
 * Counted from the end of the session, once the code of calls is loaded, in milliseconds: until when answers that are
 * nearly there are waited for, then the audit lines of what is cut off, then connections and stdout.
 */
const grace = { answers: 200, records: 300, connections: 340 };

/** Speaks MCP over stdio until stdin ends, stdout breaks or the process is asked to stop; resolves soon after. */
export async function serve(config: Config, { stdin, stdout, stderr, stopped }: Stdio): Promise<void> {
  const redact = redactor(config.apiKey);
  const log = openLog(config, redact, stderr);

  // Heard from here on: what happens while the sandbox starts counts too.
  const ended = firstOf(stdin, ["end", "close", "error"]).then(() => "ended" as const);
  const broken = Promise.race([firstOf(stdout, ["error", "close"]), aborted(stopped)]);

  const sandbox = await openSandbox(config, stderr);
  const audit = new AuditLog(config.auditLog, redact);
  const client = lazyClient(endpointOf(config, sandbox?.url));
  const calls = new CallsUnderWay();
  const server = createServer(config, client, {
    audit,
    log,
    onCall: (call) => calls.add(call),
    sandboxChannels: sandbox?.channels,
  });

  const cutOff = Promise.race([
    broken,
    new Promise<void>((resolve) => {
      server.onclose = resolve;
    }),
  ]).then(() => "cut off" as const);
  // The SDK goes on to quote the message, which may hold a part of the key.
  server.onerror = ({ message }) => log("warn", `MCP: ${message.split(/: *[[{]/)[0]}`);
  await server.connect(stdioTransport(stdin, stdout, log));
  void reportUnusable(audit, config, log);
  if (stdin.isTTY) log("warn", typedInto);

  const end = await Promise.race([ended, cutOff]);
  if (end === "ended") {
    if (!stdin.readableDidRead && !stdin.isTTY) log("warn", nothingCame);
    // Requests read in one piece with the end of stdin are still answered: `printf ... | sora-labo-mcp` is a fair use.
    // What calls need may not even be loaded yet; that is no fault of theirs.
    await immediate();
    if (calls.size > 0) await Promise.race([prepareCalls(client), cutOff]);
  }
  const endedAt = performance.now();
  const until = (ms: number) => delay(Math.max(0, endedAt + ms - performance.now()));
  if (end === "ended") await Promise.race([settled(calls), cutOff, until(grace.answers)]);
  await server.close();
  // The SDK does not tell a call whose request id was used twice that it has ended; without a connection it does end.
  const closed = client.close();
  await Promise.race([settled(calls).then(() => audit.catchUp()), until(grace.records)]);
  await Promise.race([Promise.all([closed, sandbox?.close(), flushed(stdout)]), until(grace.connections)]);
}

function firstOf(stream: Readable | Writable, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    for (const event of events) stream.on(event, () => resolve());
  });
}

/** Resolves once all calls have ended and their answers have been handed to stdout. */
async function settled(calls: ReadonlySet<Promise<unknown>>): Promise<void> {
  await immediate();
  await Promise.allSettled(calls);
  await immediate();
}

function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
