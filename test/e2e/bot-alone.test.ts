import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { errorOf, overStdio } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startUpstream } from "../support/upstream.ts";

// SECURITY.md has a recipe for a bot alone, and says what a bot that was talked into the worst can then do in an hour.

const security = readFileSync("SECURITY.md", "utf8");
const [, recipe = ""] = security.match(/```json\n(.*?)```/s) ?? [];
const env: Record<string, string> = JSON.parse(recipe).mcpServers.sora.env;

/** What the recipe has to set. */
const bounding = [
  "SORA_RELEASE",
  "SORA_CHANNELS",
  "SORA_TOOLSETS",
  "SORA_CONFIRM",
  "SORA_MAX_AFFECTED",
  "SORA_MAX_DESTRUCTIVE_PER_HOUR",
  "SORA_AUDIT_LOG",
];

const clients = Array.from({ length: 14 }, (_unused, client) => ({
  client_id: `client-${client}`,
  connections: client === 0 ? 6 : 5,
}));

test("the recipe for a bot alone bounds what it does in an hour, as it is told", async () => {
  const most = Number(env.SORA_MAX_AFFECTED);
  const perHour = Number(env.SORA_MAX_DESTRUCTIVE_PER_HOUR);
  expect(security).toContain(
    `Cut off ${most} x ${perHour} = ${most * perHour} connections in any 60 minutes`,
  );

  expect(Object.keys(env)).toEqual(["SORA_API_URL", ...bounding]);
  let people = clients.flatMap(({ client_id, connections }) =>
    Array.from({ length: connections }, (_unused, at) => ({
      connection_id: `${client_id}-${at}`,
      client_id,
      role: "sendrecv",
    })),
  );
  const before = people.length;
  const upstream = await startUpstream(({ target, text }, response) => {
    if (target.endsWith(".DisconnectClient")) {
      people = people.filter(({ client_id }) => client_id !== JSON.parse(text).client_id);
    }
    response.end(JSON.stringify(target.endsWith(".ListChannelConnections") ? people : {}));
  });
  const path = join(temporaryFolder(), "audit.jsonl");
  const session = await overStdio({ env: { ...env, SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path } });
  const channel_id = "lobby";

  // All at once, each with the ticket of its preview.
  const outcomes = await Promise.all(
    clients.map(async ({ client_id }) => {
      const kick = (more: object) =>
        session.call("sora_disconnect_client", { channel_id, client_id, ...more });
      const { structuredContent } = await kick({});
      const result = await kick({ ticket: structuredContent?.ticket });
      return result.isError ? errorOf(result).code : result.structuredContent?.status;
    }),
  );
  expect(outcomes[0]).toBe("limit_reached");
  expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(perHour);
  expect(outcomes.filter((outcome) => outcome === "limit_reached")).toHaveLength(clients.length - perHour);
  expect(before - people.length).toBe(most * perHour);

  const pushed = await session.call("sora_push_channel", { channel_id, data: { text: "hello" } });
  expect(pushed.structuredContent).toMatchObject({ status: "done" });
  const elsewhere = await session.call("sora_disconnect_channel", { channel_id: "studio" });
  expect(errorOf(elsewhere).code).toBe("channel_not_allowed");
  const { tools } = await session.client.listTools();
  expect(tools.filter(({ name }) => /record|forwarding|metadata|license|cluster|mode/.test(name))).toEqual(
    [],
  );
  expect(auditLines(path).filter(({ outcome }) => outcome === "limit_reached")).toHaveLength(
    clients.length - perHour,
  );
});
