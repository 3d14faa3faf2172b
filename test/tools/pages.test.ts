import fc from "fast-check";
import { expect, test } from "vitest";
import { inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Pages over a list that changes while it is read.

interface Row {
  readonly connection_id?: string | undefined;
  readonly created_time?: unknown;
}

async function channel(rows: () => readonly Row[]) {
  const upstream = await startUpstream((request, response, raw) => json(rows())(request, response, raw));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  return async (tool: string, limit: number, offset: number): Promise<readonly Row[]> => {
    const { structuredContent } = await session.call(tool, { channel_id: "sora", limit, offset });
    const [list] = Object.values(structuredContent ?? {}).filter(Array.isArray);
    return list ?? [];
  };
}

test("whoever was first comes first, then by connection id, and who does not say when comes last", async () => {
  const at = (created_time: unknown, connection_id?: string) => ({ connection_id, created_time });
  const rows = [
    at(undefined, "Z"),
    at(3, "B"),
    at(1, "C"),
    at("2", "A"),
    at(3, "A"),
    at(2, "D"),
    at(undefined, "A"),
    at(3),
  ];
  const page = await channel(() => rows);
  expect(await page("sora_list_channel_connections", 500, 0)).toEqual(
    JSON.parse(
      JSON.stringify([
        at(1, "C"),
        at(2, "D"),
        at(3, "A"),
        at(3, "B"),
        at(3),
        at(undefined, "Z"),
        at("2", "A"),
        at(undefined, "A"),
      ]),
    ),
  );
});

test.each([
  "sora_list_channel_connections",
  "sora_list_signaling_notify_metadata",
  "sora_list_channel_user_agent_stats",
])(
  "%s: who stays is shown, however Sora orders the list and whoever joins between two pages",
  async (tool) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        async (stay, dice, limit) => {
          const row = (id: number) => ({ connection_id: `C${id}`, created_time: id });
          const present = stay.map(row);
          let die = 0;
          const page = await channel(() => {
            // Somebody joins, and Sora lists them in another order each time.
            present.push(row(100 + die));
            return present.toSorted(
              (a, b) =>
                ((a.created_time * 7919 + (dice[die % 30] ?? 0)) % 13) - ((b.created_time * 7919) % 13),
            );
          });
          const seen = new Set<unknown>();
          for (let offset = 0; ; offset += limit) {
            die += 1;
            const rows = await page(tool, limit, offset);
            for (const { connection_id } of rows) seen.add(connection_id);
            if (rows.length < limit || offset > 100) break;
            if (offset > stay.length) break;
          }
          for (const { connection_id } of stay.map(row)) expect(seen).toContain(connection_id);
        },
      ),
      { numRuns: 10 },
    );
  },
);
