import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { expect, test } from "vitest";
import type { Entry, Rights } from "../../src/callers/entry.ts";
import { AuditLog } from "../../src/mcp/audit-log.ts";
import { ServedCallers } from "../../src/serve/served-callers.ts";
import { endpointOf } from "../../src/settings/endpoint.ts";
import { lazyClient } from "../../src/sora/lazy-client.ts";
import { afterTest } from "../support/closing.ts";
import { load } from "../support/settings.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Whose memory a server has, for how many callers it is kept, and that a limit does not end by being forgotten.

const sora = { channel_id: "sora" };

function entry(name: string, rights: Rights = {}): Entry {
  return { name, tokenSha256: name, rights };
}

async function serving(kept?: { callers: number; made: number }) {
  const upstream = await startUpstream(json([]));
  const config = load({ env: { SORA_API_URL: upstream.url, SORA_MAX_DESTRUCTIVE_PER_HOUR: "1" } });
  const client = lazyClient(endpointOf(config, undefined));
  afterTest(() => client.close());
  const served = new ServedCallers(
    config,
    client,
    { audit: new AuditLog(undefined, String), log: () => {} },
    kept,
  );

  /** Ends the channel, on a server made for this caller; says what became of it. */
  async function end(who: Entry | undefined, subject?: string, asked: Rights = {}): Promise<string> {
    const [near, far] = InMemoryTransport.createLinkedPair();
    await served.serverFor(who, subject, asked)({ client: null, showsApps: false }).connect(far);
    const mcp = new Client({ name: "a", version: "1" });
    await mcp.connect(near);
    const args = { ...sora, confirm: true };
    const answer = await mcp.callTool({ name: "sora_disconnect_channel", arguments: args });
    await mcp.close();
    return /limit_reached|done/.exec(JSON.stringify(answer))?.[0] ?? JSON.stringify(answer);
  }
  return { served, end };
}

test("what is made for a caller is used again, until its entry is another", async () => {
  const { served } = await serving();
  const alice = entry("alice");
  const made = served.serverFor(alice, undefined, {});
  expect(served.serverFor(alice, undefined, {})).toBe(made);
  const others = [
    served.serverFor(entry("alice"), undefined, {}),
    served.serverFor(alice, "alice", {}),
    served.serverFor(alice, "", {}),
    served.serverFor(alice, undefined, { readOnly: true }),
    served.serverFor(alice, undefined, { toolsets: ["push"] }),
    served.serverFor(entry("bob"), undefined, {}),
    served.serverFor(undefined, undefined, {}),
  ];
  expect(new Set([made, ...others]).size).toBe(8);
  const [one, other] = [
    served.serverFor(alice, undefined, { toolsets: ["rtp", "push"] }),
    served.serverFor(alice, undefined, { toolsets: ["push", "rtp"] }),
  ];
  expect(one).toBe(other);
});

test("the hour is that of the caller: of its name and its subject, whatever its entry says and it asks for", async () => {
  const { end } = await serving();
  expect(await end(entry("alice"))).toBe("done");
  for (const asked of [{}, { toolsets: ["signaling"] }, { readOnly: false }] satisfies Rights[]) {
    expect(await end(entry("alice", { maxDestructivePerHour: 9 }), undefined, asked)).toBe("limit_reached");
  }
  // Others, however alike they look.
  for (const [who, subject] of [
    [entry("alice"), ""],
    [entry("alice"), "user-1"],
    [entry("alice"), "null"],
    [entry('alice",null'), undefined],
    [undefined, undefined],
    [undefined, "alice"],
  ] as const) {
    expect(await end(who, subject)).toBe("done");
    expect(await end(who, subject)).toBe("limit_reached");
  }
});

test("whoever comes again and again is not forgotten, however many others come once", async () => {
  const { served, end } = await serving({ callers: 3, made: 2 });
  const alice = entry("alice");
  expect(await end(alice)).toBe("done");
  for (let other = 0; other < 10; other++) {
    served.serverFor(entry(`other ${other}`), undefined, {});
    served.serverFor(alice, undefined, {});
  }
  expect(await end(alice)).toBe("limit_reached");
  // Also when all that was made is made anew.
  expect(await end(entry("alice"))).toBe("limit_reached");
});

test("whoever was forgotten has one new hour, and not one for each thing that it asks for", async () => {
  const { served, end } = await serving({ callers: 2, made: 100 });
  const alice = entry("alice");
  const asked = { toolsets: ["signaling"] } satisfies Rights;
  expect(await end(alice)).toBe("done");
  expect(await end(alice, undefined, asked)).toBe("limit_reached");
  for (const name of ["bob", "carol"]) served.serverFor(entry(name), undefined, {});
  const outcomes = [await end(alice, undefined, asked), await end(alice), await end(alice, undefined, asked)];
  expect(outcomes).toEqual(["done", "limit_reached", "limit_reached"]);
});
