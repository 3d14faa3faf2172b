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
  /** From 0 up to, not including, 1; all ids are drawn from it at the start. */
  readonly random?: () => number;
}

/** Starts a simulated Sora with its own state, on a free port of the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, random = Math.random } = options;
  const clock = () => Math.floor(now());
  const state = seed(clock(), random);
  const channels = [...state.channels.keys()];
  const server = await listen(state, clock);
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
