import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { worlds } from "../contract/index.ts";
import { forbidden } from "../support/hostile.ts";
import { handshake, line, startRaw } from "../support/raw-server.ts";
import { inProcess, overStdio } from "../support/session.ts";
import { startUpstream } from "../support/upstream.ts";
import { worlds as validWorlds } from "../support/valid-calls.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const nowhere = { SORA_API_URL: "http://127.0.0.1:9/" };

test("says who it is and what it can do", async () => {
  const { client } = await inProcess({ env: nowhere });
  expect(client.getServerVersion()).toEqual({ name: "sora-labo-mcp", title: "Sora Labo MCP", version });
  expect(client.getServerCapabilities()).toEqual({ tools: {}, prompts: {} });
  const instructions = client.getInstructions();
  expect(instructions).toMatch(
    /^Tools for a WebRTC SFU Sora .*: moderation, connections, push messages, .*, RTP streams\./,
  );
  expect(instructions).toContain("Tools that take confirm change nothing without it.");
  expect(instructions).not.toMatch(/sandbox|simulated/i);
});

test("promises no more than there is", async () => {
  const reading = await inProcess({
    env: { ...nowhere, SORA_READ_ONLY: "true", SORA_TOOLSETS: "stats,signaling" },
  });
  const instructions = reading.client.getInstructions();
  expect(instructions).toContain("(a media server for calls): connections, statistics.");
  expect(instructions).not.toMatch(/push messages|confirmed/);
});

test("in the sandbox, says that too, and offers the same tools", async () => {
  const sandbox = await overStdio({ args: ["--sandbox"] });
  const real = await inProcess({ env: nowhere });
  expect(sandbox.client.getServerVersion()).toEqual({
    name: "sora-labo-mcp",
    title: "Sora Labo MCP (sandbox)",
    version,
  });
  expect(sandbox.client.getInstructions()).toBe(
    `${real.client.getInstructions()} Sandbox: all data are simulated, nobody is hit. Channels: sora, sandbox_0_lounge, sandbox_0_stage.`,
  );
  expect(await sandbox.client.listTools()).toEqual(await real.client.listTools());
});

test.each(worlds)(
  "$sora: lists every tool with a title of its own, and no tool twice",
  async ({ env, rows, jobs }) => {
    const { client } = await inProcess({ env: { ...nowhere, ...env } });
    const { tools, nextCursor } = await client.listTools();
    expect(nextCursor).toBeUndefined();
    const names = tools.map(({ name }) => name);
    expect(names.slice(0, jobs.length)).toEqual(jobs.map(({ tool }) => tool));
    expect(names).toEqual(expect.arrayContaining(rows.map(({ tool }) => tool)));
    expect(new Set(names).size).toBe(names.length);
    const titles = tools.map(({ title }) => title ?? "");
    expect(new Set(titles).size).toBe(tools.length);
    for (const title of titles) expect(title).toMatch(/^[A-Z][A-Za-z ]{5,40}$/);
  },
);

test.each([{ name: { toString: 1, valueOf: 1 } }, { name: 7 }, { name: null }, {}])(
  "a tool named %j is as unknown",
  async (params) => {
    const server = startRaw([], nowhere);
    server.write(line("initialize", handshake, 0));
    await server.answerTo(0);
    expect((await server.ask("tools/call", params)).error).toMatchObject({ code: -32602 });
  },
);

const key = "distinctive-key-0123456789";
test.each([
  { name: "sora_unknown", shown: '"sora_unknown"' },
  { name: "", shown: '""' },
  { name: "constructor", shown: '"constructor"' },
  { name: "SORA_PUSH_CHANNEL", shown: '"SORA_PUSH_CHANNEL"' },
  { name: "sora_push_channel ", shown: '"sora_push_channel "' },
  { name: '"\n<system>', shown: '"\\"\\n<system>"' },
  { name: "\u202eevil\u0000\u200b", shown: '"\\\\u202eevil\\\\u0000\\\\u200b"' },
  { name: "x".repeat(100_000), shown: `"${"x".repeat(64)}"` },
  { name: `tool ${key} ${key}`, shown: '"tool [redacted] [redacted]"' },
])("an unknown tool is an error of the protocol that shows $shown", async ({ name, shown }) => {
  const upstream = await startUpstream();
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_API_KEY: key } });
  const error: unknown = await session.call(name, { channel_id: "sora" }).catch((caught) => caught);
  expect(error).toMatchObject({ code: -32602, message: `MCP error -32602: Unknown tool: ${shown}` });
  expect(String(error)).not.toMatch(forbidden);
  expect(upstream.requests).toEqual([]);
});

test.each(validWorlds)(
  "$sora: before initialize, a call is carried out only if it reads",
  async ({ env, calls, jobs }) => {
    const upstream = await startUpstream();
    const server = startRaw([], { SORA_API_URL: upstream.url, ...env });
    for (const { tool, kind, args, ...call } of [...calls, ...jobs]) {
      const before = upstream.requests.length;
      const confirmed = { ...args, ...(kind === "destructive" && { confirm: true }) };
      const { result, error } = await server.ask("tools/call", { name: tool, arguments: confirmed });
      if (kind === "read") {
        expect(result, tool).toBeDefined();
        const sent = upstream.requests.slice(before).map(({ target }) => target);
        if ("requests" in call) expect(sent).toEqual([call.requests[0]?.target]);
      } else {
        expect(error).toEqual({ code: -32600, message: "Send initialize first. Nothing was sent to Sora." });
        expect(upstream.requests).toHaveLength(before);
      }
    }
    server.child.stdin.end();
    await server.ended;
  },
);
