import { createServer } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { isChannelAllowed } from "../../src/mcp/policy.ts";
import { loadConfig } from "../../src/settings/load.ts";
import { personWho } from "../support/person.ts";
import { errorOf, inProcess, type Session } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { inChannel, type ValidCall, type ValidJob, worlds } from "../support/valid-calls.ts";

// What exists, what may be named, and that nothing is sent while the settings are not in order.

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A proxy that refuses: whatever goes out of this machine would go there. */
async function watchedProxy(): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  const proxy = createServer((socket) => {
    connections++;
    socket.on("error", () => {}).end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  closing.push(() => proxy.close());
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}/`, connections: () => connections };
}

async function listed(session: Session): Promise<string[]> {
  return (await session.client.listTools()).tools.map(({ name }) => name);
}

test.each(worlds)("$sora: what is listed can be called, and nothing else", async ({ env, calls, jobs }) => {
  const upstream = await startUpstream(json([]));
  for (const limits of [
    {},
    { SORA_READ_ONLY: "true" },
    { SORA_TOOLSETS: "stats, Push,stats" },
    { SORA_TOOLSETS: "forwarding,server" },
    { SORA_READ_ONLY: "true", SORA_TOOLSETS: "metadata,signaling,cluster" },
    { SORA_READ_ONLY: "true", SORA_TOOLSETS: "push" },
    { SORA_READ_ONLY: "true", SORA_TOOLSETS: "moderation" },
  ]) {
    const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...env, ...limits } });
    const names = await listed(session);
    for (const { tool, args, ...call } of [...calls, ...jobs]) {
      if (names.includes(tool)) {
        await session.call(tool, args);
        const sent = upstream.requests.splice(0).map(({ target }) => target);
        if ("requests" in call) expect(sent, tool).toHaveLength(call.requests.length);
        // Of nobody there is nothing to change.
        else for (const target of sent) expect(target, tool).toMatch(/\.List/);
      } else {
        await expect(session.call(tool, { ...args, confirm: true })).rejects.toMatchObject({
          code: -32602,
          message: expect.stringContaining(`Unknown tool: "${tool}". The operator's settings leave it out.`),
        });
        expect(upstream.requests).toEqual([]);
      }
    }
  }
});

describe("SORA_CHANNELS", () => {
  const allows = (patterns: string, id: string) =>
    isChannelAllowed(loadConfig({ env: { SORA_CHANNELS: patterns }, readFile: () => "" }), id);

  test.each<[patterns: string, allowed: string[], refused: string[]]>([
    ["sora", ["sora"], ["", "Sora", "sora ", " sora", "sora2", "asora", "s", "sor*", "*"]],
    ["a,b", ["a", "b"], ["a,b", "ab", "c", ""]],
    [" a , b ,", ["a", "b"], [" a", "b ", ""]],
    ["team-*", ["team-", "team-1", "team-1-2", "team-*"], ["team", "Team-1", "my-team-1"]],
    ["*-staff", ["-staff", "a-staff", "a-staff-staff"], ["staff", "a-staff-", "a-Staff"]],
    ["a*z", ["az", "abz", "azz", "a*z"], ["a", "z", "azb", "baz"]],
    ["a*a", ["aa", "aba", "aaa"], ["a", "", "ab"]],
    ["ab*ba", ["abba", "abxba"], ["aba", "ab", "ba"]],
    ["a*b*c", ["abc", "axbxc", "abcbc"], ["ac", "acb", "abcd"]],
    ["a*bc*cd", ["abccd", "abc-cd"], ["abcd", "abc", "acd"]],
    ["*a*", ["a", "xa", "ax", "xax"], ["", "x", "A"]],
    ["*a*a*", ["aa", "xaxax"], ["a", "xax"]],
    ["a**b", ["ab", "axb"], ["a", "b"]],
    ["*", ["", "a", "日本語", "\u202e", "a\nb"], []],
    ["**", ["", "a"], []],
    ["日本*", ["日本", "日本語"], ["日", "日语"]],
    ["b,a*,*z", ["b", "a1", "1z"], ["b1", "1a", "z1"]],
    ["team.1", ["team.1"], ["team-1", "teamx1"]],
    ["(a|b)+[c]?$^\\d{1}.", ["(a|b)+[c]?$^\\d{1}."], ["a", "acc1x", "(a|b)+[c]?$^\\d{1}x"]],
    ["(.+)*", ["(.+)", "(.+)x"], ["a", "x(.+)"]],
  ])("%s", (patterns, allowed, refused) => {
    for (const id of allowed) expect([id, allows(patterns, id)]).toEqual([id, true]);
    for (const id of refused) expect([id, allows(patterns, id)]).toEqual([id, false]);
  });

  test("any pattern means what the regular expression of its parts means", () => {
    const letters = (alphabet: string[], maxLength: number) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength }).map((parts) => parts.join(""));
    const pattern = letters(["a", "b", "*", ".", "-", "é"], 7).filter((text) => text !== "");
    fc.assert(
      fc.property(pattern, letters(["a", "b", ".", "-", "é", "*"], 9), (text, id) => {
        const parts = text.split("*").map((part) => part.replaceAll(".", "\\."));
        expect(allows(text, id)).toBe(new RegExp(`^${parts.join("[^]*")}$`).test(id));
      }),
      { numRuns: 3000 },
    );
  });

  test("a hundred stars against the longest id are decided at once", () => {
    const startedAt = performance.now();
    expect(allows(`${"*a".repeat(100)}*b`, "a".repeat(255))).toBe(false);
    expect(allows(`${"*a".repeat(100)}*`, "a".repeat(255))).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  const ways: { name: string; env: { SORA_CONFIRM?: string }; confirm: object }[] = [
    { name: "unconfirmed", env: {}, confirm: {} },
    { name: "confirmed", env: {}, confirm: { confirm: true } },
    { name: "asked of a person", env: { SORA_CONFIRM: "ask" }, confirm: {} },
  ];
  test.each(worlds.flatMap((world) => ways.map((way) => ({ ...way, sora: world.sora, world }))))(
    "$sora, every tool, $name: a foreign channel is refused before any traffic",
    async ({ env, confirm, world }) => {
      const upstream = await startUpstream((request, ...rest) =>
        json(request.target.endsWith("ListForwardingFilters") ? {} : [])(request, ...rest),
      );
      const person = personWho(() => "accept");
      const session = await inProcess({
        env: { SORA_API_URL: upstream.url, SORA_CHANNELS: "mine,team-*", ...world.env, ...env },
        ...person,
      });
      const codes: Record<string, string> = {};
      const naming = [...world.jobs, ...world.calls].filter(({ channel }) => channel !== null);
      const calling = (call: ValidCall | ValidJob, channel: string) =>
        session.call(call.tool, {
          ...inChannel(call, channel),
          ...(call.kind === "destructive" && confirm),
        });
      for (const call of naming) {
        const error = errorOf(await calling(call, "Team-1"));
        codes[call.tool] = error.code;
        expect(error.message).toContain("SORA_CHANNELS");
        expect(JSON.stringify(error)).not.toMatch(/mine|team/);
      }
      expect(codes).toEqual(Object.fromEntries(naming.map(({ tool }) => [tool, "channel_not_allowed"])));
      expect(upstream.requests).toEqual([]);
      expect(person.questions).toEqual([]);

      // The same calls in an allowed channel do reach Sora.
      for (const call of naming) {
        await calling(call, "team-1");
        const asked = upstream.requests.splice(0);
        for (const { text } of asked) expect(JSON.parse(text).channel_id, call.tool).toBe("team-1");
        // Without filters there is nothing for it to look at.
        if (call.tool !== "sora_list_actions") expect(asked.length, call.tool).toBeGreaterThan(0);
      }
      const destructive = naming.filter(({ kind }) => kind === "destructive");
      expect(person.questions).toHaveLength(env.SORA_CONFIRM ? destructive.length : 0);
    },
  );

  test("arguments are checked first, so that no half-read channel is judged", async () => {
    const session = await inProcess({ env: { SORA_SANDBOX: "true", SORA_CHANNELS: "*" } });
    for (const channel_id of [["mine"], { "*": 1 }, null, 7, "", "a\nb", "x".repeat(256)]) {
      expect(errorOf(await session.call("sora_push_channel", { channel_id, data: {} })).code).toBe(
        "invalid_arguments",
      );
    }
  });
});

describe("not_configured: no tool sends anything, asks anybody or looks anything up", () => {
  const key = "distinctive-key-0123456789";
  test.each<{ name: string; env: Record<string, string>; names: string }>([
    { name: "no key for Sora Labo", env: {}, names: "SORA_API_KEY" },
    {
      name: "no key for Sora Cloud",
      env: { SORA_API_URL: "https://api.sora-cloud.shiguredo.app/sora-api" },
      names: "SORA_API_KEY",
    },
    { name: "a key with a control character", env: { SORA_API_KEY: `${key}\u0007x` }, names: "SORA_API_KEY" },
    { name: "a key with a line break", env: { SORA_API_KEY: `${key}\nx: y` }, names: "SORA_API_KEY" },
    {
      name: "a key over http to another machine",
      env: { SORA_API_KEY: key, SORA_API_URL: "http://192.0.2.1:3000/" },
      names: "SORA_API_URL",
    },
    {
      name: "credentials in the URL",
      env: { SORA_API_URL: "https://user:distinctive-key@192.0.2.1/" },
      names: "SORA_API_URL",
    },
    {
      name: "a confirmation that nobody knows",
      env: { SORA_API_KEY: key, SORA_CONFIRM: "never" },
      names: "SORA_CONFIRM",
    },
    {
      name: "a limit that is no number",
      env: { SORA_API_KEY: key, SORA_MAX_AFFECTED: "ten" },
      names: "SORA_MAX_AFFECTED",
    },
    {
      name: "a limit that nobody filled in",
      env: { SORA_API_KEY: key, SORA_MAX_DESTRUCTIVE_PER_HOUR: `\${MAX}` },
      names: "SORA_MAX_DESTRUCTIVE_PER_HOUR",
    },
    {
      name: "a misspelt limit",
      env: { SORA_API_KEY: key, SORA_MAX_DISCONNECTS_PER_HOUR: "5" },
      names: "SORA_MAX_DESTRUCTIVE_PER_HOUR",
    },
    {
      name: "channels that are no list",
      env: { SORA_API_KEY: key, SORA_CHANNELS: ", ," },
      names: "SORA_CHANNELS",
    },
    {
      name: "neither read-only nor not",
      env: { SORA_API_KEY: key, SORA_READ_ONLY: "maybe" },
      names: "SORA_READ_ONLY",
    },
    {
      name: "a toolset that nobody knows",
      env: { SORA_API_KEY: key, SORA_TOOLSETS: "push,everything" },
      names: "SORA_TOOLSETS",
    },
  ])("$name", async ({ env, names }) => {
    const proxy = await watchedProxy();
    const person = personWho(() => "accept");
    for (const world of worlds) {
      const session = await inProcess({
        env: { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, ...world.env, ...env },
        ...person,
      });
      const there = await listed(session);
      expect(there.length).toBeGreaterThanOrEqual(34);
      const calls = [...world.jobs, ...world.calls];
      for (const { tool, kind, args } of calls.filter((call) => there.includes(call.tool))) {
        const given = { ...args, ...(kind === "destructive" && { confirm: true }) };
        const result = await session.call(tool, given);
        expect(errorOf(result)).toMatchObject({
          code: "not_configured",
          message: expect.stringMatching(/^Nothing was sent\./),
          hint: expect.stringContaining(names),
        });
        expect(JSON.stringify(result)).not.toContain("distinctive-key");
      }
      expect(session.stderr()).not.toContain("distinctive-key");
    }
    expect(proxy.connections()).toBe(0);
    expect(person.questions).toEqual([]);
  });

  test("the same call under settings in order does go to the proxy that was watched", async () => {
    const proxy = await watchedProxy();
    const session = await inProcess({ env: { HTTPS_PROXY: proxy.url, SORA_API_KEY: key } });
    const result = await session.call("sora_push_channel", { channel_id: "sora", data: {} });
    expect(errorOf(result).code).toBe("unreachable");
    expect(proxy.connections()).toBe(1);
  });
});
