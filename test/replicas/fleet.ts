import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type RawServer, startRaw } from "../support/raw-server.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Balancer, startBalancer } from "./balancer.ts";

export interface Replica {
  /** Where it is reached past the balancer. */
  readonly origin: string;
  /** Its audit log. */
  readonly audit: string;
  readonly process: RawServer;
}

/** Two replicas behind a balancer. */
export interface Fleet {
  /** Where clients reach it. */
  readonly url: URL;
  readonly replicas: readonly [Replica, Replica];
  /** One more replica, on the port of one that has ended. */
  replace(ended: Replica): Promise<Replica>;
}

const compose = readFileSync("deploy/compose.yaml", "utf8");

/** Of the demo in deploy/. */
export const token = compose.match(/Bearer ([\w-]+)"/)?.[1] ?? "";

/** As the demo has them, but for addresses and paths. */
const [, block = ""] = compose.match(/^x-settings:.*\n((?: {2}.*\n)+)/m) ?? [];
const settings = Object.fromEntries(
  [...block.matchAll(/^ {2}(SORA_\w+): "?(.*?)"?$/gm)].map(([, name = "", value = ""]) => [name, value]),
);

export async function startFleet(kind: Balancer, sora: string): Promise<Fleet> {
  const ports = {
    balancer: await closedPort(),
    replicas: [await closedPort(), await closedPort()] as const,
  };
  const url = new URL(`http://127.0.0.1:${ports.balancer}/mcp`);
  const start = (port: number) => startReplica(port, url, sora);
  const replicas = await Promise.all([start(ports.replicas[0]), start(ports.replicas[1])]);
  const { said } = await startBalancer(kind, ports);
  await expect.poll(() => statusOf(new URL("/healthz", url)), { message: said() }).toBe(200);
  return { url, replicas, replace: ({ origin }) => start(Number(new URL(origin).port)) };
}

async function startReplica(port: number, url: URL, sora: string): Promise<Replica> {
  const audit = join(temporaryFolder(), "audit.jsonl");
  const process = startRaw([], {
    ...settings,
    SORA_HTTP: `127.0.0.1:${port}`,
    SORA_HTTP_URL: url.href,
    SORA_CALLERS: "deploy/demo/callers.json",
    SORA_API_URL: sora,
    SORA_AUDIT_LOG: audit,
    // So that nothing ends by itself what a test waits to see ended.
    SORA_TIMEOUT_MS: "60000",
  });
  const origin = `http://127.0.0.1:${port}`;
  await expect
    .poll(() => statusOf(new URL("/readyz", origin)), { message: `replica is ready: ${process.stderr()}` })
    .toBe(200);
  return { origin, audit, process };
}

/** The status of a page; 0 where nothing answers. */
export async function statusOf(page: URL): Promise<number> {
  try {
    const response = await fetch(page);
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}
