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
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const dns = async () => (await Promise.race([lookup(host), tooLate(timeoutMs)])).address;
  const tcp = async () => {
    (await opened(connectTcp({ host, port }), "connect", timeoutMs)).destroy();
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
    const startedAt = performance.now();
    try {
      const detail = await run();
      checks.push({ name, status: "ok", detail, ms: performance.now() - startedAt });
    } catch (error) {
      checks.push({ name, status: "failed", detail: reason(error), ms: performance.now() - startedAt, fix });
    }
  }
  return checks;
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
