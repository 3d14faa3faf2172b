import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterTest } from "../support/closing.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

export type Balancer = "nginx" | "haproxy";

export interface Ports {
  readonly balancer: number;
  readonly replicas: readonly [number, number];
}

/** The file that is shipped, with nothing replaced but addresses. */
const configurations = {
  nginx: {
    file: "deploy/nginx.conf",
    listens: (port: number) => ["listen 8080;", `listen 127.0.0.1:${port};`],
    arguments: (path: string, folder: string) => [
      "-p",
      folder,
      "-c",
      path,
      "-e",
      "stderr",
      "-g",
      "daemon off;",
    ],
  },
  haproxy: {
    file: "deploy/haproxy.cfg",
    listens: (port: number) => ["bind :8080", `bind 127.0.0.1:${port}`],
    arguments: (path: string) => ["-f", path],
  },
} as const;

/** A real balancer before two replicas; ended after the test. Its output goes to a file, whose text `said` is. */
export async function startBalancer(kind: Balancer, ports: Ports): Promise<{ said: () => string }> {
  const { file, listens, arguments: argumentsOf } = configurations[kind];
  const [first, second] = ports.replicas;
  const [listen = "", instead = ""] = listens(ports.balancer);
  const text = [
    [listen, instead],
    ["replica-1:8081", `127.0.0.1:${first}`],
    ["replica-2:8082", `127.0.0.1:${second}`],
  ].reduce(
    (before, [old = "", address = ""]) => replacedOnce(before, old, address),
    readFileSync(file, "utf8"),
  );
  const folder = temporaryFolder();
  // Root's nginx hands its work to a user of its own.
  chmodSync(folder, 0o755);
  const path = join(folder, "balancer.conf");
  writeFileSync(path, text);
  const output = join(folder, "output");
  const out = openSync(output, "a");
  // Where Debian has them, and a user who is not root does not look.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const child = spawn(kind, argumentsOf(path, folder), { env, stdio: ["ignore", out, out] });
  await once(child, "spawn").catch((error: unknown) => {
    throw new Error(`${kind} is needed: apt-get install nginx-light haproxy`, { cause: error });
  });
  const said = () => readFileSync(output, "utf8");
  afterTest(async () => {
    if (child.exitCode !== null) throw new Error(`${kind} ended by itself: ${said()}`);
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  return { said };
}

function replacedOnce(text: string, old: string, address: string): string {
  if (text.split(old).length !== 2) throw new Error(`not once in the configuration: ${old}`);
  return text.replace(old, address);
}
