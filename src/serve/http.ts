import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { accessTokens } from "../callers/access-token.ts";
import { KnownCallers } from "../callers/known-callers.ts";
import type { Log } from "../log.ts";
import { AuditLog } from "../mcp/audit-log.ts";
import { AuditStream } from "../mcp/audit-stream.ts";
import { prepareCalls } from "../mcp/server.ts";
import { Tickets, ticketKeyFrom } from "../mcp/ticket.ts";
import { redactor } from "../redaction.ts";
import type { Config } from "../settings/config.ts";
import { endpointOf } from "../settings/endpoint.ts";
import { type Address, originOf } from "../settings/values.ts";
import { lazyClient } from "../sora/lazy-client.ts";
import { isLoopback } from "../sora/url.ts";
import { aborted } from "./aborted.ts";
import { type Admission, callersFault } from "./admission.ts";
import { reportUnusable } from "./audit-check.ts";
import { requestListener } from "./http-requests.ts";
import { Ending, listen, portOf } from "./listening.ts";
import { Metrics } from "./metrics.ts";
import { serveMetrics } from "./metrics-server.ts";
import { CallsUnderWay, openLog, openSandbox } from "./opening.ts";
import { ServedCallers } from "./served-callers.ts";

/** What serving over HTTP needs of a process. */
export interface HttpProcess {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the process is asked to end, with the name of the signal as its reason. */
  readonly stopped: AbortSignal;
  /** Aborted when it is asked once more. */
  readonly hurried: AbortSignal;
}

/** For the audit lines of what is cut off at the end, and for connections. Milliseconds. */
const graceMs = 700;

/** Serves MCP over HTTP until the process is asked to stop. Resolves to the exit code: 1 where it cannot listen. */
export async function serveHttp(
  config: Config,
  { stdout, stderr, stopped, hurried }: HttpProcess,
): Promise<0 | 1> {
  const redact = redactor(config.apiKey);
  const log = openLog(config, redact, stderr);
  const warn = (message: string) => log("warn", message);
  const { http: address, oauthIssuer: issuer } = config;
  if (!address) return 1;

  const sandbox = await openSandbox(config, stderr);
  const audit =
    config.auditLog === "-" ? new AuditStream(stdout, redact) : new AuditLog(config.auditLog, redact);
  const client = lazyClient(endpointOf(config, sandbox?.url));
  const metrics = new Metrics();
  const calls = new CallsUnderWay();
  const served = new ServedCallers(config, client, {
    audit,
    log,
    tickets: new Tickets(ticketKeyFrom(config.ticketKey)),
    observer: metrics,
    onCall: (call) => calls.add(call),
    sandboxChannels: sandbox?.channels,
  });
  const callers = callersUnder(config, address, log);
  const fault = callersFault(callers);
  if (callers instanceof KnownCallers && fault !== undefined) log("error", fault);

  const opened = await openPorts(config, address, metrics, log);
  if (!opened) return 1;
  const { server, metricsServer } = opened;
  const ending = new Ending(server);
  const url = config.httpUrl ?? new URL("/mcp", originOf({ ...address, port: portOf(server) }));
  const verify = issuer === undefined ? undefined : accessTokens({ issuer, audience: url.href, told: warn });
  const unready = () => {
    if (ending.isDraining) return "draining";
    const faults = [...config.problems.map(({ message }) => message), callersFault(callers)];
    return faults.filter((one) => one !== undefined).join(" ") || undefined;
  };
  server.on(
    "request",
    requestListener({ admission: { url, callers, verify }, issuer, served, metrics, log, unready }),
  );
  stderr.write(`sora-labo-mcp: MCP over HTTP at ${url.href}\n`);
  if (url.protocol === "http:" && !isLoopback(url)) log("warn", inPlain);
  void prepareCalls(client);
  void reportUnusable(audit, config, log);

  await aborted(stopped);
  await ending.drained(stopped, hurried);
  // What is cut off here ends as if its client had gone away, and is recorded.
  server.closeAllConnections();
  await Promise.race([Promise.allSettled(calls).then(() => audit.catchUp()), delay(graceMs)]);
  await Promise.race([
    Promise.all([client.close(), sandbox?.close(), metricsServer?.close()]),
    delay(graceMs),
  ]);
  if (callers instanceof KnownCallers) callers.close();
  return 0;
}

const inPlain =
  "Tokens of callers go over plain http to the address that clients use: put TLS in front, and name its https:// address in SORA_HTTP_URL.";

function callersUnder({ callers: path, sandbox }: Config, address: Address, log: Log): Admission["callers"] {
  if (path !== undefined) return new KnownCallers(path, { told: (message) => log("warn", message) });
  return sandbox && isLoopback(originOf(address)) ? "anyone" : "nobody";
}

/** Listens for callers and, where that is wanted, for Prometheus; undefined when a port cannot be had. */
async function openPorts({ metrics: place }: Config, address: Address, metrics: Metrics, log: Log) {
  try {
    const server = await listen(address);
    const metricsServer = place && (await serveMetrics(place, metrics));
    return { server, metricsServer };
  } catch (error) {
    const told = error instanceof Error ? error.message : "unknown failure";
    log("error", `${told}: choose another place in SORA_HTTP or SORA_METRICS.`);
    return undefined;
  }
}
