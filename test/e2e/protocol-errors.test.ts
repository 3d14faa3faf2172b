import { expect, test } from "vitest";
import { handshake, line, startRaw } from "../support/raw-server.ts";
import { overStdio } from "../support/session.ts";

// Clients put "MCP error <code>: " before what they show of an error. What the server says must not begin with it too,
// and is a sentence, not what a library of ours has to say.

/** Every request of the specification (2024-11-05 to 2025-11-25), from either side, and some of none. */
const methods = [
  "initialize",
  "ping",
  "tools/list",
  "tools/call",
  "prompts/list",
  "prompts/get",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "completion/complete",
  "logging/setLevel",
  "tasks/get",
  "tasks/result",
  "tasks/list",
  "tasks/cancel",
  "sampling/createMessage",
  "elicitation/create",
  "roots/list",
  "server/discover",
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
  "no/such/method",
  "constructor",
  "__proto__",
  "",
];

const wrong: [name: string, values: unknown[]][] = [
  ["cursor", [7, null, "x", {}]],
  ["name", [7, null, "x", {}, "sora_list_channel_connections", "moderate_channel"]],
  ["arguments", [7, null, "x", []]],
  ["protocolVersion", [7, null, {}]],
  ["capabilities", [7, null, [], { experimental: { a: 1 } }, { elicitation: 7 }]],
  ["clientInfo", [7, null, {}, { name: 1, version: 2 }]],
  ["level", [7, "x"]],
  ["uri", [7, "file:///etc/passwd"]],
  ["ref", [7, { type: "ref/prompt", name: "x" }]],
  ["taskId", [7, "x"]],
  ["requestId", [7, null, {}]],
  ["task", [7, {}, { ttl: "x" }]],
];

/** Params that fit, that fit nothing, and those of a handshake with one thing wrong. */
const givenParams: Record<string, unknown>[] = [
  {},
  handshake,
  { _meta: { "io.modelcontextprotocol/related-task": { taskId: "x" } } },
  ...wrong.flatMap(([name, values]) =>
    values.flatMap((value) => [
      { [name]: value },
      { ...handshake, [name]: value },
      { name: "moderate_channel", arguments: { channel_id: "sora" }, [name]: value },
    ]),
  ),
];

test.each<[env: Record<string, string>, answered: string[]]>([
  [{}, ["tools/call", "prompts/list", "prompts/get"]],
  [{ SORA_READ_ONLY: "true", SORA_TOOLSETS: "stats" }, []],
])("under %j every method with any params is answered in words of its own", async (env, answered) => {
  const server = startRaw(["--sandbox"], env);
  const asked = methods.flatMap((method) =>
    [undefined, ...givenParams].map((params) => ({ method, params })),
  );
  const answers = await Promise.all(
    asked.map(async ({ method, params }) => ({ method, params, ...(await server.ask(method, params)) })),
  );
  const failed = answers.filter(({ error }) => error !== undefined);
  for (const { method, params, error } of failed) {
    const what = `${method} ${JSON.stringify(params)}: ${error?.message}`;
    expect(error?.message, what).toMatch(/^(?!MCP error)\w[^\n]+$/);
    expect(error?.message, what).not.toMatch(/[[{]\s*"|zod|invalid_type|undefined is not|Cannot read/i);
    expect(error?.code, what).toBeOneOf([-32601, -32602]);
  }
  const known = new Set(answers.filter(({ result }) => result !== undefined).map(({ method }) => method));
  expect([...known]).toEqual(["initialize", "ping", "tools/list", ...answered]);
});

test("a client shows the code once", async () => {
  const { client } = await overStdio({ args: ["--sandbox"] });
  const messages = await Promise.all(
    [
      client.listResources(),
      client.getPrompt({ name: "none" }),
      client.callTool({ name: "none" }),
      client.complete({ ref: { type: "ref/prompt", name: "x" }, argument: { name: "x", value: "" } }),
    ].map((asked) => asked.then(String, ({ message }: Error) => message)),
  );
  for (const message of messages) expect(message).toMatch(/^MCP error -326\d\d: (?!MCP error)/);
});

test("initialize without what it needs is told so; with it, it is answered", async () => {
  const server = startRaw([], { SORA_API_KEY: "k" });
  server.write(line("initialize", { ...handshake, clientInfo: { name: "x" } }, 0));
  expect((await server.answerTo(0)).error).toEqual({
    code: -32602,
    message: "Invalid params: params.clientInfo.version: expected string, received undefined.",
  });
  expect((await server.ask("initialize", handshake)).result?.serverInfo).toBeDefined();
});

test("what asks for a task, which this server does not offer, is carried out as if it had not", async () => {
  const server = startRaw(["--sandbox"]);
  const asked = {
    name: "sora_list_channel_connections",
    arguments: { channel_id: "sora" },
    task: { ttl: 1 },
  };
  expect((await server.ask("tools/call", asked)).result?.structuredContent).toMatchObject({ total: 5 });
  expect((await server.ask("ping", { task: {} })).result).toEqual({});
});

test.each([[7], [null], ["x"], [{}]])(
  "the list of tools has one page, whatever the cursor: %j",
  async (cursor) => {
    const server = startRaw([], { SORA_API_KEY: "k" });
    const whole = await server.ask("tools/list");
    expect((await server.ask("tools/list", { cursor })).result).toEqual(whole.result);
  },
);
