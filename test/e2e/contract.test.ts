import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, describe, expect, test } from "vitest";
import { version } from "../../package.json";
import { contract, settingsFor, worlds } from "../contract/index.ts";
import type { Exchange } from "../contract/row.ts";
import { overStdio, type Session } from "../support/session.ts";
import { json, type Recorded, startUpstream } from "../support/upstream.ts";

// Every API through the built server over stdio: what a call makes of it on the wire, and what comes back.

const key = "key-of-the-contract-0123456789";

interface Exchanged {
  readonly requests: readonly Recorded[];
  readonly result: CallToolResult;
  readonly host: string;
}

type Call = Exchange & { readonly tool: string };

/** Makes the calls one after the other, each with a server for a Sora that has it; Sora answers as they say. */
async function exchange(
  env: Record<string, string>,
  calls: readonly Call[],
  path = "/",
): Promise<Exchanged[]> {
  const upstream = await startUpstream();
  const sessions = new Map<object, Promise<Session>>();
  const exchanges = [];
  for (const { tool, args, requests } of calls) {
    const world = settingsFor(tool);
    const settings = { ...env, ...world, SORA_API_URL: new URL(path, upstream.url).href };
    const session = await (sessions.get(world) ?? overStdio({ env: settings }));
    sessions.set(world, Promise.resolve(session));
    const answers = requests.map(({ answer }) => json(answer));
    // A request too many is answered too, and found when they are counted.
    upstream.answer((...request) => (answers.shift() ?? json({}))(...request));
    const result = await session.call(tool, args);
    exchanges.push({ requests: upstream.requests.splice(0), result, host: new URL(upstream.url).host });
  }
  return exchanges;
}

/** What was sent is what should be: method, path, headers, target and body of each request, in order, and no other. */
function expectRequests(
  { requests, host }: Exchanged,
  expected: Exchange["requests"],
  headers: object,
): void {
  const all = expected.map(({ target, body }) => {
    const text = body === null ? "" : JSON.stringify(body);
    const sent = { ...headersOf(text, host, target), ...headers };
    return { method: "POST", path: "/", headers: sent, text, target };
  });
  expect(requests).toEqual(all);
}

function expectContent({ result }: Exchanged, content: unknown): void {
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  expect(result.structuredContent).toEqual(content);
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
}

/** The headers of a request without a key, all of them. */
function headersOf(text: string, host: string, target: string): Record<string, string> {
  return {
    host,
    connection: "keep-alive",
    "x-sora-target": target,
    "content-type": "application/json",
    accept: "application/json",
    "accept-encoding": "gzip, deflate, br",
    "user-agent": `sora-labo-mcp/${version}`,
    "content-length": String(Buffer.byteLength(text)),
  };
}

function at<Entry>(list: readonly Entry[], index: number): Entry {
  const entry = list[index];
  if (entry === undefined) throw new Error(`there is no entry ${index}`);
  return entry;
}

const destructive = contract.filter(({ kind }) => kind === "destructive");

test("what is destructive looks and sends nothing else until it is confirmed, and nothing else is ever confirmed", () => {
  for (const { tool, kind, least, confirmed } of contract) {
    expect(least !== confirmed, tool).toBe(kind === "destructive");
    if (kind !== "destructive") continue;
    expect(least.gives.status, tool).toBe("confirmation_required");
    expect(confirmed.args, tool).toEqual({ ...least.args, confirm: true });
  }
});

const noKey = { env: {}, headers: {} };
const withKey = {
  env: { SORA_API_KEY: key, SORA_RELEASE_CHANNEL: "stable" },
  headers: { authorization: `Bearer ${key}`, "x-sora-release-channel": "stable" },
};

describe.each<{ which: string; env: Record<string, string>; headers: object; calls: Call[] }>([
  {
    which: "with no more arguments than are required, and no key",
    ...noKey,
    calls: contract.map(({ tool, least }) => ({ tool, ...least })),
  },
  {
    which: "with no more than that and confirm",
    ...noKey,
    calls: destructive.map(({ tool, confirmed }) => ({ tool, ...confirmed })),
  },
  {
    which: "with every argument, a key and a release channel",
    ...withKey,
    calls: contract.map(({ tool, full }) => ({ tool, ...full })),
  },
  ...[undefined, false].map((confirm) => ({
    which: `with every argument, but confirm is ${confirm}: the look alone`,
    ...noKey,
    calls: destructive.map(({ tool, least, full }) => ({
      tool,
      ...least,
      args: { ...full.args, confirm },
    })),
  })),
])("$which", ({ env, headers, calls }) => {
  let exchanges: Exchanged[];
  beforeAll(async () => {
    exchanges = await exchange(env, calls);
  });

  test.each(calls.map((call, index) => ({ ...call, index })))("$tool", ({ index, requests, gives }) => {
    const made = at(exchanges, index);
    expectRequests(made, requests, headers);
    expectContent(made, gives);
    expect(JSON.stringify(made.result)).not.toContain(key);
  });
});

test.each(["/sora-api", "/sora-api/", "/a/b%20c/"])(
  "a path in SORA_API_URL stays as it is: %s",
  async (path) => {
    const { tool, confirmed } = at(contract, 0);
    const [made] = await exchange({}, [{ tool, ...confirmed }], path);
    expect(made?.requests.map(({ method, path }) => [method, path])).toEqual([["POST", path]]);
  },
);

test("an answer without a body, as very old releases of Sora give it, is null", async () => {
  const upstream = await startUpstream((_request, response) => response.end());
  let sent = 0;
  for (const { env, rows } of worlds) {
    const session = await overStdio({ env: { ...env, SORA_API_URL: upstream.url } });
    for (const { tool, confirmed } of rows.filter(({ kind }) => kind !== "read")) {
      const { structuredContent } = await session.call(tool, confirmed.args);
      expect(structuredContent, tool).toMatchObject({ status: "done", response: null });
      sent += 1;
    }
  }
  expect(upstream.requests).toHaveLength(sent);
});
