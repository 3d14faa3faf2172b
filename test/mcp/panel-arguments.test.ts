import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  atPanel,
  type Click,
  click,
  outcomeOf,
  person,
  soraOf,
  ticketIn,
  writesOf,
} from "../support/at-panel.ts";
import { auditLines, sha256 } from "../support/audit-file.ts";
import { FilteringSora, overHttp } from "../support/filtering-sora.ts";
import { errorOf, type Session } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

// What a click may ask for: what the panel has buttons for, and that as the tool itself would take it.

const kick = "sora_disconnect_client";
const push = "sora_push_client";

let upstream: Upstream;
let session: Session;
beforeEach(async () => {
  upstream = await soraOf(() => [person("A"), person("B")]);
  session = await atPanel({ SORA_API_URL: upstream.url, SORA_RELEASE: "2025.2" });
});

async function expectRefused(asked: Click, message: string | RegExp, code = "invalid_arguments") {
  const error = errorOf(await click(session, asked));
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(error.message).toMatch(/Nothing was sent\.$/);
  expect(upstream.requests).toEqual([]);
}

const toolMust = "^tool: must be one that exists here, of sora_push_client, .*, sora_disconnect_channel\\. ";

describe.each(["preview", "confirm"])("%s of what is no button", (act) => {
  const others = [
    "sora_overview",
    "sora_list_channel_connections",
    "sora_list_actions",
    "sora_panel",
    "sora_delete_signaling_notify_metadata",
    "sora_delete_channel_forwarding_filter",
    "sora_delete_connection_forwarding_filter",
    "sora_disconnect_channel_by_role",
    "sora_start_recording",
    "sora_disconnect_clients",
    "SORA_DISCONNECT_CLIENT",
    " sora_disconnect_client",
    "sora_disconnect_client\u200b",
    "disconnect_client",
    "__proto__",
    "constructor",
    "toString",
    "0",
  ];
  test("reads, what deletes, the panel itself, names that are none", async () => {
    for (const tool of others) {
      await expectRefused({ act, tool, arguments: { client_id: "b", connection_id: "B" } }, toolMust);
    }
  });

  test("none, or something that is no name", async () => {
    for (const tool of [undefined, null, ""]) {
      const asked = {
        channel_id: "sora",
        act,
        arguments: { client_id: "b" },
        ...(tool !== undefined && { tool }),
      };
      const error = errorOf(await session.call("sora_panel", asked));
      expect(error).toMatchObject({
        code: "invalid_arguments",
        message: expect.stringMatching(toolMust),
      });
    }
    for (const tool of [5, [kick], { name: kick }, true]) {
      const error = errorOf(await session.call("sora_panel", { channel_id: "sora", act, tool }));
      expect(error).toMatchObject({ code: "invalid_arguments", message: expect.stringMatching(/^tool: /) });
    }
    expect(upstream.requests).toEqual([]);
  });

  test.each<[string, Record<string, string>, string[]]>([
    ["a release without mutes", { SORA_RELEASE: "2022.2" }, ["sora_mute", "sora_unmute"]],
    ["Sora Labo's page", { SORA_RELEASE: "labo" }, ["sora_mute", "sora_unmute"]],
    ["no toolset of theirs", { SORA_TOOLSETS: "moderation" }, [push, kick, "sora_disconnect_channel"]],
    ["read only", { SORA_READ_ONLY: "true" }, [push, "sora_mute", "sora_unmute", kick]],
  ])("what does not exist under %s", async (_name, env, tools) => {
    session = await atPanel({ SORA_API_URL: upstream.url, SORA_RELEASE: "2025.2", ...env });
    for (const tool of tools) {
      await expectRefused({ act, tool, arguments: { client_id: "b", mute_id: "x", data: {} } }, toolMust);
    }
    const { structuredContent } = await click(session, { act: "refresh" });
    for (const tool of tools) expect(structuredContent?.can).not.toContain(tool);
  });

  test("a channel_id among the arguments, be it the same one", async () => {
    for (const channel_id of ["sora", "other", null, ""]) {
      await expectRefused(
        { act, tool: kick, arguments: { client_id: "b", channel_id } },
        /^arguments\.channel_id: stands beside arguments\. /,
      );
    }
  });

  test("arguments that are no object", async () => {
    for (const args of [[], "x", 5, true, '["b"]']) {
      await expectRefused({ act, tool: kick, arguments: args }, /^arguments: /);
    }
  });
});

describe("arguments that the tool itself does not take", () => {
  const wrong: readonly (readonly [act: string, tool: string, args: object, message: RegExp])[] = [
    ["preview", kick, {}, /^client_id: /],
    ["confirm", kick, { ticket: "x" }, /^client_id: /],
    ["preview", kick, { client_id: 5 }, /^client_id: /],
    ["preview", kick, { client_id: "b", confirm: true }, /^confirm: unknown argument/],
    ["confirm", kick, { client_id: "b", confirm: true }, /^confirm: unknown argument/],
    ["confirm", kick, { client_id: "b", confirm: "true" }, /^confirm: unknown argument/],
    ["confirm", kick, { client_id: "b", proceed: true }, /^proceed: unknown argument/],
    ["confirm", kick, { client_id: "b", ticket: true }, /^ticket: /],
    ["confirm", kick, { client_id: "b", ticket: ["x"] }, /^ticket: /],
    ["preview", kick, { client_id: "b", ticket: "x" }, /^arguments\.ticket: is for confirm/],
    ["preview", kick, { client_id: "b", ticket: null }, /^arguments\.ticket: is for confirm/],
    ["confirm", push, { client_id: "b" }, /^data: /],
    ["confirm", push, { client_id: "b", data: {}, ticket: "x" }, /^ticket: unknown argument/],
    ["confirm", push, { client_id: "b", data: {}, confirm: true }, /^confirm: unknown argument/],
    ["confirm", "sora_mute", {}, /^client_id, connection_id: exactly one/],
    ["confirm", "sora_mute", { client_id: "b", kind: "all" }, /^kind: /],
    ["confirm", "sora_unmute", {}, /^mute_id: /],
  ];
  test("are named as it names them", async () => {
    for (const [act, tool, args, message] of wrong) {
      await expectRefused({ act, tool, arguments: args }, message);
    }
  });

  test("and one that JavaScript has a name for", async () => {
    const args: object = JSON.parse('{"client_id": "b", "__proto__": {"ticket": "x"}}');
    await expectRefused({ act: "preview", tool: kick, arguments: args }, /__proto__: unknown argument/);
  });

  test("of a channel that is not allowed, or no channel", async () => {
    session = await atPanel({ SORA_API_URL: upstream.url, SORA_CHANNELS: "team-*" });
    for (const act of ["preview", "confirm"]) {
      await expectRefused(
        { act, tool: kick, arguments: { client_id: "b" } },
        /does not allow/,
        "channel_not_allowed",
      );
      await expectRefused(
        { act, tool: kick, channel_id: "", arguments: { client_id: "b" } },
        /^channel_id: /,
      );
    }
  });
});

describe("what takes nothing away", () => {
  test.each<[string, object, string, object]>([
    [
      push,
      { client_id: "b", data: { type: "warning" } },
      "PushClient",
      { client_id: "b", data: { type: "warning" } },
    ],
    [
      "sora_push_connection",
      { connection_id: "B", data: { n: 1 } },
      "PushConnection",
      { connection_id: "B", data: { n: 1 } },
    ],
    ["sora_push_channel", { data: {} }, "PushChannel", { data: {} }],
  ])(
    "%s is done at once, and audited as done without a confirmation",
    async (tool, args, operation, sent) => {
      const path = join(temporaryFolder(), "audit.jsonl");
      session = await atPanel({ SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path });
      const done = await click(session, { act: "confirm", tool, arguments: args });
      expect(done.structuredContent).toMatchObject({ status: "done" });
      expect(done.structuredContent).not.toHaveProperty("confirmed_by");
      expect(done).not.toHaveProperty("_meta");
      expect(writesOf(upstream)).toEqual([[operation, { channel_id: "sora", ...sent }]]);
      expect(auditLines(path)).toMatchObject([{ tool, outcome: "done", confirmed_by: null }]);
      const { structuredContent } = await session.call("sora_list_actions");
      expect(structuredContent?.actions).toMatchObject([{ tool, outcome: "done", confirmed_by: null }]);
    },
  );

  test("a mute, and its end", async () => {
    const sora = new FilteringSora();
    upstream = await startUpstream(overHttp(sora));
    session = await atPanel({ SORA_API_URL: upstream.url, SORA_RELEASE: "2025.2", SORA_CONFIRM: "ask" });
    const muted = await click(session, {
      act: "confirm",
      tool: "sora_mute",
      arguments: { client_id: "bob", kind: "both" },
    });
    expect(muted.isError).toBeUndefined();
    const { mute_id } = muted.structuredContent ?? {};
    expect(sora.cut).toContain("B1>A1 audio");
    const lifted = await click(session, { act: "confirm", tool: "sora_unmute", arguments: { mute_id } });
    expect(lifted.isError).toBeUndefined();
    expect(sora.cut).toEqual([]);
  });

  test("has no preview", async () => {
    for (const tool of [push, "sora_push_connection", "sora_push_channel", "sora_mute", "sora_unmute"]) {
      const args = { client_id: "b", connection_id: "B", data: {}, mute_id: "x" };
      await expectRefused(
        { act: "preview", tool, arguments: args },
        `^act: ${tool} has no preview, confirm does it\\. `,
      );
    }
  });
});

test("a renewal does nothing else, whatever stands beside it", async () => {
  for (const tool of [push, "sora_push_channel", kick, "sora_panel"]) {
    const args = { client_id: "b", data: {}, confirm: true };
    const { structuredContent } = await click(session, { act: "refresh", tool, arguments: args });
    expect(structuredContent).toMatchObject({ total: 2, people: expect.any(Array) });
  }
  expect(writesOf(upstream)).toEqual([]);
});

describe("arguments as some clients write them", () => {
  test("JSON as a text, what may be left out as null", async () => {
    const asText = JSON.stringify({ client_id: "b" });
    const shown = await click(session, { act: "preview", tool: kick, arguments: asText });
    const ticket = ticketIn(shown);
    const done = await click(session, {
      act: "confirm",
      tool: kick,
      arguments: JSON.stringify({ ticket: ` \n\`${ticket}\`. `, client_id: "b" }),
    });
    expect(outcomeOf(done)).toBe("done, panel");
    const pushed = await click(session, {
      act: "confirm",
      tool: "sora_push_channel",
      arguments: '{"data": "{\\"a\\": 1}"}',
    });
    expect(outcomeOf(pushed)).toBe("done");
    expect(writesOf(upstream)).toEqual([
      ["DisconnectClient", { channel_id: "sora", client_id: "b" }],
      ["PushChannel", { channel_id: "sora", data: { a: 1 } }],
    ]);
    const end = { tool: "sora_disconnect_channel", arguments: null };
    expect(outcomeOf(await click(session, { act: "preview", ...end }))).toBe("confirmation_required");
    const refreshed = await click(session, { act: "refresh", tool: "", arguments: "" });
    expect(refreshed.structuredContent).toMatchObject({ total: 2 });
  });

  test("all of it as a text, and what clients add is left out", async () => {
    const all = {
      channel_id: "sora",
      act: "preview",
      tool: kick,
      arguments: { client_id: "b" },
      sessionId: "n8n",
    };
    const shown = await session.client.callTool({ name: "sora_panel", arguments: all });
    expect(shown.structuredContent).toMatchObject({ would_affect: { total: 1 } });
  });

  test("the audit file seals what the tool was given", async () => {
    const path = join(temporaryFolder(), "audit.jsonl");
    session = await atPanel({ SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path });
    await click(session, { act: "confirm", tool: push, arguments: { client_id: "b", data: {} } });
    expect(auditLines(path)[0]?.args_sha256).toBe(sha256('{"channel_id":"sora","client_id":"b","data":{}}'));
  });
});
