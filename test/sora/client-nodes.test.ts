import { channel } from "node:diagnostics_channel";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/errors.ts";
import { afterTest } from "../support/closing.ts";
import { startProxy } from "../support/proxy.ts";
import { closedPort, startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, noProxy, type Sora, soraAt } from "../support/sora.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// Several nodes of one cluster: which of them is asked, and which one after it. No write reaches two.

/** A client of these nodes, the first of them first. */
function soraOf(urls: string[], timeoutMs = 15_000): Sora {
  const [first = "", ...others] = urls;
  return soraAt(first, { otherNodes: others.map((url) => new URL(url)), timeoutMs });
}

const nowhere = async () => `http://127.0.0.1:${await closedPort()}/`;
const status = (code: number, headers: Record<string, string> = {}) =>
  startUpstream((_request, response) => response.writeHead(code, headers).end());
const counts = (nodes: Upstream[]) => nodes.map(({ requests }) => requests.length);

/** How long a call takes, in milliseconds. */
async function took(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

describe("a node that was not reached", () => {
  test.each(kinds)(
    "refused or not found: a %s goes to the next at once, until one is there",
    async (kind) => {
      const there = await startUpstream(json({ there: true }));
      const nobody = await Promise.all(Array.from({ length: 5 }, nowhere));
      const sora = soraOf([...nobody, `http://${"x".repeat(64)}.invalid/`, there.url]);
      const ms = await took(async () => expect(await sora[kind]({}, { kind })).toEqual({ there: true }));
      // Each pause would be of 100 ms at least.
      expect(ms).toBeLessThan(600);
      expect(there.requests.map(({ text }) => text)).toEqual([JSON.stringify({ kind })]);
    },
  );

  test.each(kinds)("when none of them was, a %s is tried again after a pause", async (kind) => {
    const [first, second] = [await closedPort(), await closedPort()];
    let failures = 0;
    const failed = channel("undici:client:connectError");
    const late = createServer((_request, response) => response.end('{"late":true}'));
    const note = () => {
      failures += 1;
      if (failures === 2) late.listen(first, "127.0.0.1");
    };
    failed.subscribe(note);
    afterTest(() => {
      failed.unsubscribe(note);
      late.close().closeAllConnections();
    });
    const sora = soraOf([first, second].map((port) => `http://127.0.0.1:${port}/`));
    expect(await sora[kind]()).toEqual({ late: true });
    expect(failures).toBeLessThanOrEqual(3);
  });

  test("the failure says how many were tried, and names the last", async () => {
    const urls = [await nowhere(), await nowhere(), await nowhere()];
    for (const kind of kinds) {
      const { code, message } = await failureOf(soraOf(urls)[kind]());
      expect(code).toBe("unreachable");
      const [, host = ""] = /^The Sora API at (\S+) could not be reached/.exec(message) ?? [];
      expect(urls).toContain(`http://${host}/`);
      expect(message).toBe(
        `The Sora API at ${host} could not be reached (ECONNREFUSED), the last of 3 nodes that were tried.`,
      );
    }
  });

  test.each(kinds)("a proxy that says so counts as that, for a %s too", async (kind) => {
    const there = await startUpstream(json({ there: true }));
    const proxy = await startProxy(503);
    const sora = soraAt("http://node.invalid/", {
      otherNodes: [new URL(there.url)],
      proxy: { ...noProxy, http: proxy.url, no: "127.0.0.1" },
    });
    expect(await sora[kind]()).toEqual({ there: true });
    expect([proxy.tunnels.length, there.requests.length]).toEqual([1, 1]);
  });

  test.each([403, 407])("a proxy that refuses with %i does not", async (answer) => {
    const there = await startUpstream();
    const proxy = await startProxy(answer);
    const sora = soraAt("http://node.invalid/", {
      otherNodes: [new URL(there.url)],
      proxy: { ...noProxy, http: proxy.url, no: "127.0.0.1" },
    });
    for (const kind of kinds) expect((await failureOf(sora[kind]())).code).toBe("unreachable");
    expect(there.requests).toHaveLength(0);
  });

  test.each(kinds)("one that the client cancels meanwhile goes nowhere else: a %s", async (kind) => {
    const silent = await startProxy("silence");
    const there = await startUpstream();
    const sora = soraAt("http://node.invalid/", {
      otherNodes: [new URL(there.url)],
      proxy: { ...noProxy, http: silent.url, no: "127.0.0.1" },
    });
    const cancel = new AbortController();
    const call = failureOf(sora[kind]({ signal: cancel.signal }));
    await expect.poll(() => silent.tunnels.length).toBe(1);
    cancel.abort();
    expect((await call).code).toBe("cancelled_by_client");
    expect(there.requests).toHaveLength(0);
  });
});

describe("a node that fails", () => {
  test.each([502, 503, 504])(
    "%i: a read is answered by the next at once, a write goes nowhere",
    async (code) => {
      const late = await status(code, { "retry-after": "2" });
      const next = await startUpstream(json({ there: true }));
      expect(await took(() => soraOf([late.url, next.url]).read())).toBeLessThan(1_500);
      expect(counts([late, next])).toEqual([1, 1]);
      const [broken, there] = [await status(code), await startUpstream()];
      expect((await failureOf(soraOf([broken.url, there.url]).write())).code).toBe("server_error");
      expect(counts([broken, there])).toEqual([1, 0]);
    },
  );

  test.each([400, 401, 403, 404, 500])("%i is an answer: no other is asked", async (code) => {
    const [first, other] = [await status(code), await startUpstream()];
    const sora = soraOf([first.url, other.url]);
    for (const kind of kinds) await failureOf(sora[kind]());
    expect(counts([first, other])).toEqual([2, 0]);
  });

  test("429 is said by the cluster: both kinds come back to the same node", async () => {
    const busy = await startUpstream((_request, response) => {
      if (busy.requests.length % 2) response.writeHead(429, { "retry-after": "0" }).end();
      else response.end('{"busy":"no more"}');
    });
    const other = await startUpstream();
    const sora = soraOf([busy.url, other.url]);
    for (const kind of kinds) expect(await sora[kind]()).toEqual({ busy: "no more" });
    expect(counts([busy, other])).toEqual([4, 0]);
  });

  test.each<{ name: string; answer: (socket: Socket) => void }>([
    { name: "closed", answer: (socket) => socket.end() },
    { name: "reset", answer: (socket) => socket.resetAndDestroy() },
  ])("a connection that is $name once all was sent: a read goes on, a write does not", async ({ answer }) => {
    const broken = await startRawUpstream(answer);
    const there = await startUpstream(json({ there: true }));
    expect(await soraOf([broken.url, there.url]).read()).toEqual({ there: true });
    const { code, message } = await failureOf(soraOf([broken.url, there.url]).write());
    expect(code).toBe("unreachable");
    expect(message).toContain("It is not known whether Sora carried the call out");
    expect([broken.requests(), there.requests.length]).toEqual([2, 1]);
  });

  test("a write that the first put off and then does not take is for no other", async () => {
    const there = await startUpstream();
    let asked = 0;
    const leaving = createServer((_request, response) => {
      asked += 1;
      leaving.close();
      response.writeHead(503, { "retry-after": "0", connection: "close" }).end();
    });
    const port = await closedPort();
    await new Promise<void>((resolve) => leaving.listen(port, "127.0.0.1", resolve));
    const { code, message } = await failureOf(soraOf([`http://127.0.0.1:${port}/`, there.url]).write());
    expect(code).toBe("unreachable");
    expect(message).toContain(`127.0.0.1:${port} could not be reached (ECONNREFUSED).`);
    expect([asked, there.requests.length]).toEqual([1, 0]);
  });

  test("one that was put off comes back to the node that put it off, though others call elsewhere by now", async () => {
    const first = await startUpstream((_request, response) => {
      if (first.requests.length === 1) response.writeHead(503, { "retry-after": "1" }).end();
      else response.end('{"first":true}');
    });
    const other = await startUpstream(json({ first: false }));
    const sora = soraOf([first.url, other.url]);
    const write = sora.write();
    await first.received(1);
    await expect.poll(() => sora.read()).toEqual({ first: false });
    expect(await write).toEqual({ first: true });
  });

  test("no answer in time: a write was sent once, and the next call goes to the next node", async () => {
    for (const kind of kinds) {
      const hanging = await startUpstream(() => {});
      const there = await startUpstream(json({ there: true }));
      const sora = soraOf([hanging.url, there.url], 300);
      const { code, message } = await failureOf(sora[kind]());
      expect(code).toBe("timeout");
      expect(message).toContain(`127.0.0.1:${hanging.port} gave no answer in time.`);
      expect(await sora[kind]()).toEqual({ there: true });
      expect(counts([hanging, there])).toEqual([1, 1]);
    }
  });

  test("when all fail, a read is tried twice more, after pauses; the failure is the last one's", async () => {
    const nodes = await Promise.all([502, 503, 504].map((code) => status(code)));
    const ms = await took(() => failureOf(soraOf(nodes.map(({ url }) => url)).read()));
    expect(ms).toBeGreaterThan(300);
    expect(counts(nodes).reduce((sum, count) => sum + count)).toBe(5);
    expect(Math.min(...counts(nodes))).toBeGreaterThan(0);
  });

  test("when all fail, the wait that the last one asks for is kept, and it is the one that is asked then", async () => {
    const first = await status(503, { "retry-after": "3600" });
    const last = await startUpstream((_request, response) => {
      if (last.requests.length === 1) response.writeHead(503, { "retry-after": "1" }).end();
      else response.end('{"last":true}');
    });
    const ms = await took(async () =>
      expect(await soraOf([first.url, last.url]).read()).toEqual({ last: true }),
    );
    expect(ms).toBeGreaterThan(950);
    expect(counts([first, last])).toEqual([1, 2]);
  });
});

describe("the node that worked last", () => {
  test("is asked first, whichever it is, until it fails too", async () => {
    const nodes = await Promise.all(["a", "b", "c"].map((name) => startUpstream(json({ name }))));
    const [a, b, c] = nodes;
    if (!a || !b || !c) throw new Error("three nodes");
    const sora = soraOf(nodes.map(({ url }) => url));
    const asked = async (calls: number) => {
      const names = [];
      for (let call = 0; call < calls; call++) names.push(await sora[call % 2 ? "write" : "read"]());
      return names;
    };
    expect(await asked(3)).toEqual(Array(3).fill({ name: "a" }));
    await a.close();
    expect(await asked(1)).toEqual([{ name: "b" }]);
    // Though it is back.
    const again = createServer((_request, response) => response.end('{"name":"a again"}'));
    await new Promise<void>((resolve) => again.listen(a.port, "127.0.0.1", resolve));
    expect(await asked(4)).toEqual(Array(4).fill({ name: "b" }));
    b.answer((_request, response) => response.writeHead(503).end());
    expect(await asked(3)).toEqual(Array(3).fill({ name: "c" }));
    await c.close();
    expect(await asked(3)).toEqual(Array(3).fill({ name: "a again" }));
    again.close().closeAllConnections();
    expect(b.requests).toHaveLength(6);
  });

  test("is left by a write that it fails at, for the calls that follow", async () => {
    const [broken, there] = [await status(502), await startUpstream(json({ there: true }))];
    const sora = soraOf([broken.url, there.url]);
    await failureOf(sora.write());
    expect(await sora.write()).toEqual({ there: true });
    expect(counts([broken, there])).toEqual([1, 1]);
  });

  test("is left once by calls that fail at it at once, each of which finds another", async () => {
    const held: (() => void)[] = [];
    const broken = await startUpstream((_request, response) => {
      held.push(() => response.writeHead(503).end());
      if (held.length === 12) for (const fail of held) fail();
    });
    const [next, last] = [await startUpstream(), await startUpstream()];
    const sora = soraOf([broken, next, last].map(({ url }) => url));
    const calls = Array.from({ length: 50 }, (_, number) => sora.read({}, { number }));
    expect(await Promise.all(calls)).toEqual(Array(50).fill({}));
    expect(counts([broken, next, last])).toEqual([12, 50, 0]);
  });

  test("is not left because of what another one does late", async () => {
    const held: (() => void)[] = [];
    const slow = await startUpstream((_request, response) => {
      held.push(() => response.writeHead(503).end());
    });
    const [broken, there] = [await status(503), await startUpstream(json({ there: true }))];
    const sora = soraOf([slow, broken, there].map(({ url }) => url));
    const calls = [sora.read(), sora.read()];
    await slow.received(2);
    held[0]?.();
    expect(await Promise.race(calls)).toEqual({ there: true });
    held[1]?.();
    expect(await Promise.all(calls)).toEqual(Array(2).fill({ there: true }));
    expect(counts([slow, broken, there])).toEqual([2, 1, 2]);
  });
});

describe("before a write goes to another node after a long wait for the first", () => {
  /** The first never answers a handshake: half of the deadline is for it. */
  async function writeWith(check: () => Promise<never>) {
    const silent = await startRawUpstream(() => {});
    const there = await startUpstream();
    const sora = soraOf([silent.url.replace("http:", "https:"), there.url], 1_400);
    const write = sora.write({ recheck: { since: performance.now(), check } });
    await write.catch(() => {});
    expect(there.requests).toHaveLength(0);
    return write;
  }

  test("it is asked whether it still may", async () => {
    const refusal = new Refusal("limit_reached", "no more");
    await expect(writeWith(() => Promise.reject(refusal))).rejects.toBe(refusal);
  });

  test("and when the time is over by then, nothing was sent", async () => {
    const { code, message } = await failureOf(writeWith(() => new Promise(() => {})));
    expect(code).toBe("timeout");
    expect(message).toMatch(/ Nothing was sent\.$/);
  });
});
