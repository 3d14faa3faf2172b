import type { Edition } from "../releases.ts";
import { seed } from "./seed.ts";
import { listen } from "./server.ts";

export interface Sandbox {
  readonly url: URL;
  readonly channels: readonly string[];
  /** Cuts every HTTP connection and frees the port. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** From 0 up to, not including, 1; all ids and all that is left to chance are drawn from it. */
  readonly random?: () => number;
  /** Whose APIs it has; Sora Labo's when absent. */
  readonly edition?: Edition;
  /** Any free port when absent. */
  readonly port?: number;
  /** Whether it keeps the process running. */
  readonly staysAlive?: boolean;
}

/** Starts a simulated Sora with its own state, on the loopback interface. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, random = Math.random, edition = "labo", port = 0, staysAlive = false } = options;
  const clock = () => Math.floor(now());
  const state = seed(clock(), random, edition);
  const channels = [...state.channels.keys()];
  const server = await listen(state, clock, { port, staysAlive });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the sandbox has no port");
  return {
    url: new URL(`http://127.0.0.1:${address.port}/`),
    channels,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
