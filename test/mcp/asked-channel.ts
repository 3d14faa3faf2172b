import type { PersonAtClient } from "../support/person.ts";
import { inProcess } from "../support/session.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

// For tests of SORA_CONFIRM=ask: a channel on a Sora, and a session whose client has a person at it.

export const look = "Sora_20201013.ListChannelConnections";
export const disconnect = "Sora_20151104.DisconnectChannel";
export const disconnectChannel = "sora_disconnect_channel";

export interface Connection {
  readonly connection_id: string;
  readonly client_id: string;
  readonly role: string;
}

export function connectionsOf(...clients: string[]): Connection[] {
  return clients.map((client_id, index) => ({ connection_id: `C${index}`, client_id, role: "sendrecv" }));
}

/** A Sora whose channel has the connections that `current` gives at that moment, each with this metadata. */
export function channel(current: () => readonly Connection[], metadata: unknown = {}): Promise<Upstream> {
  return startUpstream(({ target }, response) =>
    response.end(JSON.stringify(target === look ? current() : metadata)),
  );
}

export async function asking(upstream: Upstream, person: PersonAtClient, env = {}) {
  return inProcess({ env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask", ...env }, ...person });
}

export function sentTo(upstream: Upstream): string[] {
  return upstream.requests.map(({ target }) => target);
}
