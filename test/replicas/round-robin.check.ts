import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { type Fleet, startFleet, token } from "./fleet.ts";

// Replicas share a key and nothing else: whatever one has shown, the other carries out.

const rounds = 200;
const connection_id = "7QSNT842FS0J9E6BZDBC2D1000";
const present = [{ connection_id, client_id: "E2APPNQ9P97Q32V2ABW546SWW8", role: "recvonly" }];

/** Which replica wrote the lines with this outcome, by channel. */
function writersOf(fleet: Fleet, sdk: string, outcome: string): ReadonlyMap<unknown, number> {
  const writers = new Map<unknown, number>();
  for (const [at, { audit }] of fleet.replicas.entries()) {
    for (const line of auditLines(audit)) {
      if (line.outcome !== outcome) continue;
      expect(writers.has(line.channel_id), `a line for ${line.channel_id} only once`).toBe(false);
      // What a client says of itself once, any replica knows.
      expect(line).toMatchObject({ caller: "demo", client: { name: `rounds-${sdk}`, version: "1" } });
      writers.set(line.channel_id, at);
    }
  }
  return writers;
}

test.each(["v1", "v2"])(
  `SDK %s through nginx: list, read, preview on one replica and act on the other, ${rounds} times`,
  async (sdk) => {
    const sora = await startUpstream(json(present));
    const fleet = await startFleet("nginx", sora.url);
    const script = "test/replicas/rounds.mjs";
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      sdk,
      fleet.url.href,
      token,
      String(rounds),
    ]);
    expect(JSON.parse(stdout)).toEqual([]);

    const channels = Array.from({ length: rounds }, (_unused, number) => `${sdk}-${number}`);
    const acts = sora.requests.filter(({ target }) => target === "Sora_20151104.DisconnectConnection");
    expect(acts.map(({ text }) => JSON.parse(text))).toEqual(
      channels.map((channel_id) => ({ channel_id, connection_id })),
    );

    const shown = writersOf(fleet, sdk, "confirmation_required");
    const done = writersOf(fleet, sdk, "done");
    expect([...done.keys()].sort()).toEqual(channels.sort());
    expect(channels.filter((channel) => shown.get(channel) === done.get(channel))).toEqual([]);
    // Each of the two did both.
    const onFirst = [...shown.values()].filter((at) => at === 0).length;
    expect(onFirst).toBeGreaterThan(rounds / 4);
    expect(onFirst).toBeLessThan((rounds * 3) / 4);
  },
);
