import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { builtServer } from "../support/built-server.ts";
import { afterTest } from "../support/closing.ts";
import { usual } from "../support/over-http.ts";
import { serverNode } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Collects garbage whenever it is asked to, and says how much is left. */
const tellHeap = `process.on("SIGUSR2", () => {
  gc();
  require("node:fs").writeSync(2, "heap " + process.memoryUsage().heapUsed + "\\n");
});`;

export interface SoakServer {
  readonly url: string;
  readonly child: ChildProcess;
  stderr(): string;
  /** Megabytes of its heap that are in use, after a collection. */
  heap(): Promise<number>;
}

/** The built server over HTTP, which can be asked for its heap; killed after the test. `stdout` is a file descriptor. */
export async function startHttp(
  env: Record<string, string>,
  stdout: "ignore" | number = "ignore",
): Promise<SoakServer> {
  const preloaded = join(temporaryFolder(), "heap.cjs");
  writeFileSync(preloaded, tellHeap);
  const child = spawn(serverNode, ["--expose-gc", "--require", preloaded, builtServer()], {
    env: { HOME: homedir(), SORA_HTTP: "127.0.0.1:0", ...env },
    stdio: ["ignore", stdout, "pipe"],
  });
  afterTest(() => child.kill("SIGKILL"));
  const { stderr: errors } = child;
  if (!errors) throw new Error("no stderr");
  let stderr = "";
  errors.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const said = async (what: RegExp): Promise<string> => {
    for (;;) {
      const found = what.exec(stderr)?.[1];
      if (found !== undefined) return found;
      await once(errors, "data");
    }
  };
  const url = await said(/MCP over HTTP at (\S+)\n/);
  return {
    url,
    child,
    stderr: () => stderr,
    async heap() {
      const asked = stderr.length;
      child.kill("SIGUSR2");
      while (!/heap \d+\n/.test(stderr.slice(asked))) await once(errors, "data");
      return Number(/heap (\d+)\n/.exec(stderr.slice(asked))?.[1]) / 1e6;
    },
  };
}

/** Posts messages over at most so many connections. */
export function poster(url: string, maxSockets: number) {
  const agent = new Agent({ keepAlive: true, maxSockets });
  afterTest(() => agent.destroy());
  return (message: object, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: "POST", agent, headers: { ...usual, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(message));
    });
}

/** Does something so many times, with so many of them at once. */
export async function times(count: number, atOnce: number, work: (index: number) => Promise<unknown>) {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
