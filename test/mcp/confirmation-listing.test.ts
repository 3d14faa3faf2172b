import { beforeAll, describe, expect, test } from "vitest";
import { everyTool } from "../contract/index.ts";
import { errorOf, inProcess } from "../support/session.ts";

// What a client is told of destructive tools, by what SORA_CONFIRM is: how they are confirmed, and no other way.

const modes = ["flag", "preview", "ask", "ask,panel"] as const;
type Mode = (typeof modes)[number];
type Session = Awaited<ReturnType<typeof inProcess>>;
type Tool = Awaited<ReturnType<Session["client"]["listTools"]>>["tools"][number];

const listed: Partial<Record<Mode, Tool[]>> = {};
const told: Partial<Record<Mode, string>> = {};
beforeAll(async () => {
  for (const mode of modes) {
    const env = { SORA_API_URL: "http://127.0.0.1:9/", SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" };
    const session = await inProcess({ env: { ...env, SORA_CONFIRM: mode } });
    listed[mode] = (await session.client.listTools()).tools;
    told[mode] = session.client.getInstructions() ?? "";
    await session.close();
  }
});

const kinds = new Map(everyTool.map(({ tool, kind }) => [tool, kind]));
const isDestructive = ({ name }: Tool) => kinds.get(name) === "destructive";
const properties = ({ inputSchema }: Tool) => Object.entries(inputSchema.properties ?? {});
const isConfirming = ([name]: readonly [string, unknown]) => /^(confirm|ticket|proceed)$/.test(name);
const confirming = (tool: Tool) => properties(tool).filter(isConfirming);

test.each<[Mode, [string, object][]]>([
  ["flag", [["confirm", { type: "boolean", description: "Do it; else preview" }]]],
  ["preview", [["ticket", { type: "string", description: "From preview; else preview" }]]],
  ["ask", []],
  ["ask,panel", []],
])(
  "%s: destructive tools take %j for it, as their last argument, and no other tool takes any",
  (mode, taken) => {
    const tools = listed[mode] ?? [];
    expect(tools.filter(isDestructive)).toHaveLength(12);
    for (const tool of tools) expect(confirming(tool), tool.name).toEqual(isDestructive(tool) ? taken : []);
    for (const tool of tools.filter(isDestructive)) {
      expect(properties(tool).slice(properties(tool).length - taken.length)).toEqual(taken);
      expect(tool.inputSchema.required ?? []).not.toContain(taken[0]?.[0]);
      expect(tool.inputSchema.additionalProperties).toBe(false);
    }
  },
);

test("all else is the same in every mode", () => {
  const bare = (mode: Mode) =>
    listed[mode]?.map((tool) => ({
      ...tool,
      _meta: undefined,
      inputSchema: {
        ...tool.inputSchema,
        properties: Object.fromEntries(properties(tool).filter((entry) => !isConfirming(entry))),
      },
    }));
  expect(bare("flag")).toHaveLength(66);
  expect(bare("preview")).toEqual(bare("flag"));
  expect(bare("ask")).toEqual(bare("flag"));
  expect(listed["ask,panel"]).toEqual(listed.ask);
});

describe("a client that asks its own person before such a tool", () => {
  const asks = ({ _meta }: Tool) => _meta?.["anthropic/requiresUserInteraction"];

  test.each(["ask", "ask,panel"] as const)("is told to under %s, of destructive tools only", (mode) => {
    for (const tool of listed[mode] ?? [])
      expect(asks(tool), tool.name).toBe(isDestructive(tool) || undefined);
  });

  test.each(["flag", "preview"] as const)("is told nothing under %s, where agents work alone", (mode) => {
    for (const tool of listed[mode] ?? []) expect(asks(tool), tool.name).toBeUndefined();
  });

  test("beside that, a tool has the same words for clients that search in every mode", () => {
    const hints = (mode: Mode) => listed[mode]?.map(({ _meta }) => _meta?.["anthropic/searchHint"]);
    expect(hints("ask")?.filter(Boolean).length).toBeGreaterThan(4);
    expect(hints("ask")).toEqual(hints("flag"));
  });
});

test.each(modes)("%s: a tool that is not destructive takes nothing of the kind", async (mode) => {
  const session = await inProcess({ env: { SORA_API_URL: "http://127.0.0.1:9/", SORA_CONFIRM: mode } });
  for (const name of ["confirm", "ticket", "proceed"]) {
    const push = { channel_id: "sora", data: {}, [name]: true };
    expect(errorOf(await session.call("sora_push_channel", push)).message).toContain(
      `${name}: unknown argument`,
    );
  }
});

test.each<[Mode, string]>([
  ["flag", "Tools that take confirm change nothing without it."],
  ["preview", "Tools that take ticket change nothing without the one from their preview."],
  ["ask", "Before anything is disconnected, deleted or ended, a person is asked."],
  ["ask,panel", "Before anything is disconnected, deleted or ended, a person is asked."],
])("%s: the instructions say so", (mode, sentence) => {
  expect(told[mode]).toContain(` ${sentence}`);
  for (const other of modes.filter((name) => name !== mode)) {
    expect(told[mode]?.replace(sentence, "")).toBe(
      told[other]?.replace(/ (Tools that take|Before)[^.]*\./, " "),
    );
  }
});

test("where nothing can be destroyed, they do not speak of it", async () => {
  for (const mode of modes) {
    const env = { SORA_API_URL: "http://127.0.0.1:9/", SORA_READ_ONLY: "true", SORA_CONFIRM: mode };
    const { client } = await inProcess({ env });
    expect(client.getInstructions()).not.toMatch(/confirm|ticket|person/);
  }
});
