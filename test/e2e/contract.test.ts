import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, describe, expect, test } from "vitest";
import { version } from "../../package.json";
import { contract, toolsOfKind } from "../contract/index.ts";
import { overStdio } from "../support/session.ts";
import { json, type Recorded, startUpstream } from "../support/upstream.ts";

// Every API through the built server over stdio: what a call makes of it on the wire, and what comes back.

const key = "key-of-the-contract-0123456789";

interface Call {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly answer: unknown;
}

interface Exchange {
  readonly requests: readonly Recorded[];
  readonly result: CallToolResult;
  readonly host: string;
}

/** Makes the calls one after the other in one session. The client holds every answer against its outputSchema. */
async function exchange(
  env: Record<string, string>,
  calls: readonly Call[],
  path = "/",
): Promise<Exchange[]> {
  const upstream = await startUpstream();
  const session = await overStdio({ env: { ...env, SORA_API_URL: new URL(path, upstream.url).href } });
  await session.client.listTools();
  const exchanges = [];
  for (const { tool, args, answer } of calls) {
    upstream.answer(json(answer));
    const result = await session.call(tool, args);
    exchanges.push({ requests: upstream.requests.splice(0), result, host: new URL(upstream.url).host });
  }
  return exchanges;
}

/** The one request of an exchange; fails when there were more or none. */
function onlyRequest({ requests }: Exchange): Recorded {
  const [request, ...more] = requests;
  expect(more).toEqual([]);
  if (!request) throw new Error("nothing was sent");
  return request;
}

function expectContent({ result }: Exchange, content: unknown): void {
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  expect(result.structuredContent).toEqual(content);
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
}

/** The headers of a request without a key, all of them. */
function headersOf({ text }: Recorded, host: string, target: string): Record<string, string> {
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

const rows = contract.map((row, index) => ({ ...row, index }));

describe("with no more arguments than Sora requires, and no key", () => {
  let exchanges: Exchange[];
  beforeAll(async () => {
    exchanges = await exchange(
      {},
      rows.map(({ tool, kind, least, answer }) => ({
        tool,
        args: kind === "destructive" ? { ...least, confirm: true } : least,
        answer,
      })),
    );
  });

  test.each(rows)("$tool", ({ index, target, least, gives }) => {
    const made = at(exchanges, index);
    const request = onlyRequest(made);
    expect([request.method, request.path]).toEqual(["POST", "/"]);
    expect(request.headers).toEqual(headersOf(request, made.host, target));
    expect(JSON.parse(request.text)).toEqual(least);
    expectContent(made, gives);
  });
});

describe("with every argument, a key and a release channel", () => {
  let exchanges: Exchange[];
  beforeAll(async () => {
    exchanges = await exchange(
      { SORA_API_KEY: key, SORA_RELEASE_CHANNEL: "stable" },
      rows.map(({ tool, least, full = least, ours, answer }) => ({
        tool,
        args: { ...ours, ...full },
        answer,
      })),
    );
  });

  test.each(rows)("$tool", ({ index, target, least, full = least, gives, givesWithOurs = gives }) => {
    const made = at(exchanges, index);
    const request = onlyRequest(made);
    expect([request.method, request.path]).toEqual(["POST", "/"]);
    expect(request.headers).toEqual({
      ...headersOf(request, made.host, target),
      authorization: `Bearer ${key}`,
      "x-sora-release-channel": "stable",
    });
    expect(request.text).toBe(JSON.stringify(full));
    expectContent(made, givesWithOurs);
    expect(JSON.stringify(made.result)).not.toContain(key);
  });
});

describe("destructive, not confirmed: one read, and nothing else", () => {
  const unconfirmed = contract.flatMap(({ preview, ...row }) => (preview ? [{ ...row, preview }] : []));
  const calls = [undefined, { confirm: false }].flatMap((ours) =>
    unconfirmed.map((row) => ({ ...row, ours, shown: JSON.stringify(ours ?? {}) })),
  );
  let exchanges: Exchange[];
  beforeAll(async () => {
    exchanges = await exchange(
      {},
      calls.map(({ tool, least, full = least, ours, preview: { answer } }) => ({
        tool,
        args: { ...full, ...ours },
        answer,
      })),
    );
  });

  test("there are such rows for every destructive tool, and for no other", () => {
    expect(unconfirmed.map(({ tool }) => tool)).toEqual(toolsOfKind("destructive"));
  });

  test.each(calls.map((row, index) => ({ ...row, index })))(
    "$tool $shown",
    ({ index, preview: { target, body, would_affect } }) => {
      const made = at(exchanges, index);
      const request = onlyRequest(made);
      expect(request.headers).toEqual(headersOf(request, made.host, target));
      expect(JSON.parse(request.text)).toEqual(body);
      expectContent(made, {
        status: "confirmation_required",
        would_affect,
        next: expect.stringMatching(/^Nothing was disconnected or deleted\. .*confirm: true/),
      });
    },
  );
});

test.each(["/sora-api", "/sora-api/", "/a/b%20c/"])(
  "a path in SORA_API_URL stays as it is: %s",
  async (path) => {
    const { tool, least, answer } = at(contract, 0);
    const [made] = await exchange({}, [{ tool, args: { ...least, confirm: true }, answer }], path);
    expect(made?.requests.map(({ method, path }) => [method, path])).toEqual([["POST", path]]);
  },
);

test("an answer without a body, as very old releases of Sora give it, is null", async () => {
  const upstream = await startUpstream((_request, response) => response.end());
  const session = await overStdio({ env: { SORA_API_URL: upstream.url } });
  const changing = contract.filter(({ kind }) => kind !== "read");
  for (const { tool, kind, least } of changing) {
    const args = kind === "destructive" ? { ...least, confirm: true } : least;
    const { structuredContent } = await session.call(tool, args);
    expect(structuredContent, tool).toMatchObject({ status: "done", response: null });
  }
  expect(upstream.requests).toHaveLength(changing.length);
});
