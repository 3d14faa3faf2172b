import { ResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { getPrompt, listPrompts } from "../../src/mcp/prompts.ts";
import { forbidden } from "../support/hostile.ts";
import { handshake, line, startRaw } from "../support/raw-server.ts";
import { inProcess } from "../support/session.ts";
import { startUpstream } from "../support/upstream.ts";

// The prompts as clients see them: https://modelcontextprotocol.io/specification/2025-06-18/server/prompts

const nowhere = { SORA_API_URL: "http://127.0.0.1:9/" };
const key = "distinctive-key-0123456789";

async function connect(env: Record<string, string> = {}) {
  const { client, stderr } = await inProcess({ env: { ...nowhere, ...env } });
  const text = async (name: string, args?: Record<string, string>) => {
    const { description, messages } = await client.getPrompt({ name, ...(args && { arguments: args }) });
    const [message, ...others] = messages;
    expect(others).toEqual([]);
    expect(message).toMatchObject({ role: "user", content: { type: "text" } });
    const { prompts } = await client.listPrompts();
    expect(description).toBe(prompts.find((prompt) => prompt.name === name)?.description);
    return message?.content.type === "text" ? message.content.text : "";
  };
  return { client, stderr, text };
}

const toolsIn = (text: string) => [...text.matchAll(/sora_\w+/g)].map(([tool]) => tool);

test("are listed with all that a person chooses by", async () => {
  const { client } = await connect({ SORA_RELEASE: "2025.2" });
  expect(client.getServerCapabilities()).toMatchObject({ tools: {}, prompts: {} });
  const text = expect.stringMatching(/^.{5,160}$/);
  const channel_id = { name: "channel_id", description: text };
  const { prompts, nextCursor } = await client.listPrompts();
  expect(nextCursor).toBeUndefined();
  expect(prompts).toEqual([
    {
      name: "moderate_channel",
      title: text,
      description: text,
      arguments: [
        { ...channel_id, required: true },
        { name: "rules", description: text, required: false },
      ],
    },
    {
      name: "why_is_it_bad",
      title: text,
      description: text,
      arguments: [
        { ...channel_id, required: true },
        { name: "who", description: text, required: false },
      ],
    },
    { name: "hand_over", title: text, description: text, arguments: [{ ...channel_id, required: false }] },
  ]);
});

const looks = ["sora_overview", "sora_diagnose", "sora_wait"];
test.each([
  [{}, [...looks, "sora_push_connection", "sora_disconnect_connection"]],
  [{ SORA_RELEASE: "2025.2" }, [...looks, "sora_push_connection", "sora_mute", "sora_disconnect_connection"]],
  [{ SORA_RELEASE: "2025.2", SORA_READ_ONLY: "true" }, looks],
  [{ SORA_RELEASE: "2025.2", SORA_TOOLSETS: "moderation" }, [...looks, "sora_mute"]],
  [{ SORA_TOOLSETS: "moderation,push" }, [...looks, "sora_push_connection"]],
  [
    { SORA_RELEASE: "cloud", SORA_CHANNELS: "sora" },
    [...looks, "sora_push_connection", "sora_mute", "sora_disconnect_connection"],
  ],
])("under %j moderating takes %j, and every text names tools that are listed", async (env, tools) => {
  const { client, text } = await connect(env);
  expect(toolsIn(await text("moderate_channel", { channel_id: "sora" }))).toEqual(tools);
  const listed = (await client.listTools()).tools.map(({ name }) => name);
  const texts = [
    await text("moderate_channel", { channel_id: "sora", rules: "none" }),
    await text("why_is_it_bad", { channel_id: "sora", who: "alice" }),
    await text("hand_over"),
    await text("hand_over", { channel_id: "sora" }),
  ];
  for (const tool of texts.flatMap(toolsIn)) expect(listed).toContain(tool);
});

test.each([[{ SORA_TOOLSETS: "signaling,push" }], [{ SORA_RELEASE: "2025.2", SORA_TOOLSETS: "stats" }]])(
  "under %j there are none, and the server does not say that it has any",
  async (env) => {
    const { client } = await connect(env);
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
    for (const method of ["prompts/list", "prompts/get"]) {
      const asked = client.request({ method, params: { name: "hand_over" } }, ResultSchema);
      await expect(asked).rejects.toMatchObject({ code: -32601 });
    }
  },
);

test("one whose tool is missing is left out, and the others are not", () => {
  const settings = { exists: (tool: string) => tool !== "sora_diagnose", redact: (text: string) => text };
  expect(listPrompts(settings).prompts.map(({ name }) => name)).toEqual(["moderate_channel", "hand_over"]);
  expect(getPrompt({ name: "hand_over" }, settings).messages).toHaveLength(1);
  const params = { name: "why_is_it_bad", arguments: { channel_id: "sora" } };
  expect(() => getPrompt(params, settings)).toThrow(
    'Unknown prompt: "why_is_it_bad". The operator\'s settings leave it out.',
  );
});

test("ask nothing of Sora, and are there without its key", async () => {
  const upstream = await startUpstream();
  const { text } = await connect({ SORA_API_URL: upstream.url });
  expect(await text("hand_over")).toMatch(/hand-over/);
  expect(upstream.requests).toEqual([]);
  const withoutKey = await connect({ SORA_API_URL: "https://sora-api.sora-labo.shiguredo.app/" });
  expect(await withoutKey.text("hand_over")).toMatch(/hand-over/);
});

test("what is left empty is left out", async () => {
  const { text } = await connect({ SORA_RELEASE: "2025.2" });
  const plain = await text("moderate_channel", { channel_id: "sora" });
  expect(await text("moderate_channel", { channel_id: "sora", rules: "" })).toBe(plain);
  expect(await text("moderate_channel", { channel_id: "sora", rules: "  \n" })).toBe(plain);
  expect(await text("hand_over", { channel_id: "" })).toBe(await text("hand_over"));
});

test.each([
  ["null for one", "moderate_channel", { channel_id: "sora", rules: null }, { channel_id: "sora" }],
  ["null for each", "hand_over", { channel_id: null }, {}],
  ["null and nothing", "why_is_it_bad", { who: null, channel_id: "sora" }, { channel_id: "sora" }],
  ["null for all of them", "hand_over", null, {}],
])("what is left out with %s is left out", async (_what, name, given, plain) => {
  const { client } = await connect({ SORA_RELEASE: "2025.2" });
  const get = (params: unknown) =>
    client.request({ method: "prompts/get", params: { name, arguments: params } }, ResultSchema);
  expect(await get(given)).toEqual(await get(plain));
});

test("show the API key to nobody", async () => {
  const { text, client } = await connect({ SORA_API_KEY: key });
  expect(await text("hand_over", { channel_id: key })).toContain('channel_id "[redacted]"');
  await expect(client.getPrompt({ name: `x${key}` })).rejects.toThrow('Unknown prompt: "x[redacted]"');
  await expect(client.getPrompt({ name: "hand_over", arguments: { [key]: "a" } })).rejects.toThrow(
    '"[redacted]": unknown',
  );
});

describe("what does not fit is an error of the protocol", () => {
  const takes = "moderate_channel takes: channel_id, rules?.";
  const whole = { channel_id: "sora" };
  const x70 = "x".repeat(70);

  test.each<[params: Record<string, unknown>, message: string]>([
    [{}, "Unknown prompt: undefined"],
    [{ name: 7 }, "Unknown prompt: number"],
    [{ name: { toString: 1 } }, "Unknown prompt: object"],
    [{ name: "" }, 'Unknown prompt: ""'],
    [{ name: "constructor" }, 'Unknown prompt: "constructor"'],
    [{ name: "Hand_over" }, 'Unknown prompt: "Hand_over"'],
    [{ name: x70 }, `Unknown prompt: "${"x".repeat(64)}"`],
    [{ name: '\u202e"\n\u0000' }, 'Unknown prompt: "\\\\u202e\\"\\n\\\\u0000"'],
    [{ name: "moderate_channel" }, `channel_id: is missing. ${takes}`],
    [{ name: "moderate_channel", arguments: { channel_id: " " } }, `channel_id: is missing. ${takes}`],
    [{ name: "moderate_channel", arguments: { channel_id: 7 } }, `channel_id: must be text. ${takes}`],
    [{ name: "moderate_channel", arguments: { channel_id: null } }, `channel_id: is missing. ${takes}`],
    [{ name: "moderate_channel", arguments: { channel_id: "" } }, `channel_id: is missing. ${takes}`],
    [{ name: "moderate_channel", arguments: { ...whole, rules: false } }, `rules: must be text. ${takes}`],
    [{ name: "moderate_channel", arguments: { ...whole, rules: 0 } }, `rules: must be text. ${takes}`],
    [{ name: "moderate_channel", arguments: { ...whole, who: null } }, `"who": unknown argument. ${takes}`],
    [
      { name: "moderate_channel", arguments: { ...whole, action: "" } },
      `"action": unknown argument. ${takes}`,
    ],
    [{ name: "moderate_channel", arguments: { ...whole, rules: ["a"] } }, `rules: must be text. ${takes}`],
    [{ name: "moderate_channel", arguments: { ...whole, who: "a" } }, `"who": unknown argument. ${takes}`],
    [
      { name: "moderate_channel", arguments: { ...whole, toString: "a" } },
      `"toString": unknown argument. ${takes}`,
    ],
    [
      { name: "moderate_channel", arguments: { ...whole, [x70]: "a" } },
      `"${"x".repeat(64)}": unknown argument. ${takes}`,
    ],
    [
      { name: "moderate_channel", arguments: { ...whole, "\u202ea": "a" } },
      `"\\\\u202ea": unknown argument. ${takes}`,
    ],
    [{ name: "moderate_channel", arguments: [] }, `arguments: must be an object. ${takes}`],
    [{ name: "moderate_channel", arguments: "sora" }, `arguments: must be an object. ${takes}`],
    [{ name: "moderate_channel", arguments: null }, `channel_id: is missing. ${takes}`],
    [{ name: "moderate_channel", arguments: "" }, `arguments: must be an object. ${takes}`],
    [{ name: "moderate_channel", arguments: false }, `arguments: must be an object. ${takes}`],
    [
      { name: "moderate_channel", arguments: '{"channel_id":"sora"}' },
      `arguments: must be an object. ${takes}`,
    ],
    [
      { name: "moderate_channel", arguments: { rules: 1, a: 1, b: 1, c: 1, d: 1, e: 1 } },
      `channel_id: is missing; rules: must be text; "a": unknown argument; "b": unknown argument; "c": unknown argument. ${takes}`,
    ],
    [
      { name: "hand_over", arguments: { channel_id: {} } },
      "channel_id: must be text. hand_over takes: channel_id?.",
    ],
  ])("%j", async (params, message) => {
    const { client } = await connect();
    const error: unknown = await client
      .request({ method: "prompts/get", params }, ResultSchema)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: -32602, message: `MCP error -32602: ${message}` });
    expect(String(error)).not.toMatch(forbidden);
  });

  test("an argument called __proto__ is none of its own, and none is lost", async () => {
    const server = startRaw([], nowhere);
    server.write(line("initialize", handshake, 0));
    await server.answerTo(0);
    const params = JSON.parse('{"name":"hand_over","arguments":{"__proto__":"a","channel_id":"sora"}}');
    const { error } = await server.ask("prompts/get", params);
    const message = '"__proto__": unknown argument. hand_over takes: channel_id?.';
    expect(error).toEqual({ code: -32602, message });
  });
});
