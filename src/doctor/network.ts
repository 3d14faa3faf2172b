import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls } from "node:tls";

/** One thing that was looked at: what came of it and how long it took. */
export interface Check {
  readonly name: string;
  /** "advice": it works, and could work better. */
  readonly status: "ok" | "advice" | "failed" | "skipped";
  readonly detail: string;
  readonly ms?: number;
  readonly fix?: string;
}

/** A check that says nothing, as the one before it failed. */
export function skipped(name: string): Check {
  return { name, status: "skipped", detail: "an earlier check failed" };
}

/** DNS, TCP and, for https, TLS to the host of a URL, each only if the one before it worked. Never rejects. */
export async function checkNetwork(url: URL, timeoutMs: number): Promise<Check[]> {
  const { host, port } = endOf(url);
  const dns = async () => (await Promise.race([lookup(host), tooLate(timeoutMs)])).address;
  const tcp = async () => {
    await knock({ host, port }, timeoutMs);
    return `port ${port}`;
  };
  const tls = async () => {
    const name = isIP(host) === 0 && { servername: host };
    const socket = connectTls({ host, port, rejectUnauthorized: true, ...name });
    (await opened(socket, "secureConnect", timeoutMs)).destroy();
    return `${socket.getProtocol() ?? "TLS"}, certificate verified`;
  };
  const listens = `Check that something listens on ${host} port ${port} and that no firewall is in between.`;
  const trusted = "If a private CA signed the certificate, name its PEM file in NODE_EXTRA_CA_CERTS.";

  const checks: Check[] = [];
  for (const [name, fix, run] of [
    ["DNS", `Check the host name ${host} in SORA_API_URL, and this machine's network.`, dns],
    ["TCP", listens, tcp],
    ...(url.protocol === "https:" ? [["TLS", trusted, tls] as const] : []),
  ] as const) {
    if (checks.some(({ status }) => status === "failed")) {
      checks.push(skipped(name));
      continue;
    }
    checks.push(await timed(name, fix, run));
  }
  return checks;
}

/** TCP to a proxy. Never rejects. */
export async function checkProxy(url: URL, timeoutMs: number): Promise<Check> {
  const proxy = url.host;
  const { host, port } = endOf(url);
  const fix = `Check the proxy in HTTPS_PROXY or HTTP_PROXY: ${host} takes no connections on port ${port}. A host that needs no proxy stands in NO_PROXY.`;
  const check = await timed("proxy", fix, async () => {
    await knock({ host, port }, timeoutMs);
    return `${proxy} is in between and takes connections; what is behind it is not looked at`;
  });
  return check.status === "failed" ? { ...check, detail: `${proxy} is in between: ${check.detail}` } : check;
}

async function timed(name: string, fix: string, run: () => Promise<string>): Promise<Check> {
  const startedAt = performance.now();
  try {
    const detail = await run();
    return { name, status: "ok", detail, ms: performance.now() - startedAt };
  } catch (error) {
    return { name, status: "failed", detail: reason(error), ms: performance.now() - startedAt, fix };
  }
}

interface End {
  readonly host: string;
  readonly port: number;
}

function endOf({ hostname, port, protocol }: URL): End {
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(port) || (protocol === "https:" ? 443 : 80) };
}

async function knock(end: End, timeoutMs: number): Promise<void> {
  (await opened(connectTcp(end), "connect", timeoutMs)).destroy();
}

const noAnswer = "no answer in time";

async function tooLate(timeoutMs: number): Promise<never> {
  await delay(timeoutMs, undefined, { ref: false });
  throw new Error(noAnswer);
}

/** A socket that is not open in time is closed: it would keep the process alive. */
function opened<Connection extends Socket>(
  socket: Connection,
  event: string,
  timeoutMs: number,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error(noAnswer)), timeoutMs);
    socket.once("close", () => clearTimeout(timer));
    socket.once("error", reject);
    socket.once(event, () => resolve(socket));
  });
}

/** A few words on why something failed, for the operator: a code where there is one. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError) return reason(error.errors[0]);
  if (!(error instanceof Error)) return "failed";
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
