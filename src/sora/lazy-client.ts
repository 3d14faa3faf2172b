import type { Endpoint, SoraClient } from "./client.ts";

export type SoraCalls = Pick<SoraClient, "call" | "close"> & {
  /** Loads the HTTP library ahead of the first call. Sends nothing. */
  warm(): Promise<void>;
};

/** A client whose HTTP library is loaded with the first call, or when it is warmed: start-up does not pay for it. */
export function lazyClient(endpoint: Endpoint): SoraCalls {
  let loading: Promise<SoraClient> | undefined;
  const load = () => {
    loading ??= import("./client.ts").then(
      ({ SoraClient }) => new SoraClient(endpoint),
      (error: unknown) => {
        // Tried again with the next call.
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  return {
    warm: async () => void (await load()),
    call: async (...call) => (await load()).call(...call),
    close: async () => (await loading?.catch(() => undefined))?.close(),
  };
}
