import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { afterTest } from "../support/closing.ts";
import { bearer, callersFile, openConnection } from "../support/over-http.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { hangingUpstream, json, startUpstream } from "../support/upstream.ts";
import { poster, startHttp, times } from "./http-server.ts";

// What only shows once patience is over: with clients that do not get on, with calls that do not end, with a stdout that
// nobody reads.

const limitMs = 300_000;
const push = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "sora_push_channel", arguments: { channel_id: "sora", data: {} } },
};
const read = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "sora_list_channel_connections", arguments: { channel_id: "sora" } },
};

/** What a connection is answered that writes this, and then a little every half second, and after how many seconds. */
async function answerToSlow(
  url: string,
  first: string,
  then: string,
): Promise<{ text: string; seconds: number }> {
  const startedAt = performance.now();
  const { socket, text } = openConnection(url);
  socket.write(first);
  const timer = setInterval(() => socket.write(then), 500);
  await once(socket, "close");
  clearInterval(timer);
  return { text: text(), seconds: (performance.now() - startedAt) / 1000 };
}

test("headers and bodies that come too slowly are 408, and nobody else waits for them", {
  timeout: limitMs,
}, async () => {
  const { url, stderr } = await startHttp({ SORA_SANDBOX: "true" });
  const before = stderr();
  const { host } = new URL(url);
  const head = `POST /mcp HTTP/1.1\r\nhost: ${host}\r\n`;
  const types = "content-type: application/json\r\naccept: application/json\r\n";
  const slow = Promise.all([
    answerToSlow(url, head, "x-more: 1\r\n"),
    answerToSlow(url, "", ""),
    answerToSlow(url, `${head}${types}content-length: 1000000\r\n\r\n{`, " "),
    answerToSlow(url, `${head}${types}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`, "1\r\n \r\n"),
  ]);
  const post = poster(url, 4);
  await times(200, 4, async () => expect((await post(read)).status).toBe(200));
  const [headers, nothing, body, chunks] = await slow;
  expect(headers.text).toMatch(/^HTTP\/1\.1 408 /);
  expect(nothing.text).not.toContain("200");
  for (const { seconds } of [headers, nothing]) expect(seconds).toBeLessThan(14);
  for (const { text, seconds } of [body, chunks]) {
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(seconds).toBeGreaterThan(25);
    expect(seconds).toBeLessThan(35);
  }
  expect(stderr()).toBe(before);
});

test("a call that lasts longer than the end may is cut off, has its line, and all is over within 10 s", {
  timeout: limitMs,
}, async () => {
  const upstream = await hangingUpstream();
  const { path, tokens } = callersFile({ alice: {} });
  const audit = join(temporaryFolder(), "audit.jsonl");
  const { url, child } = await startHttp({
    SORA_API_URL: upstream.url,
    SORA_TIMEOUT_MS: "120000",
    SORA_CALLERS: path,
    SORA_AUDIT_LOG: audit,
  });
  const call = poster(url, 1)(push, bearer(tokens.alice)).catch(() => "cut off");
  await upstream.arrived;
  const startedAt = performance.now();
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  const seconds = (performance.now() - startedAt) / 1000;
  expect(code).toBe(0);
  expect(seconds).toBeGreaterThan(8);
  expect(seconds).toBeLessThan(10);
  expect(await call).toBe("cut off");
  await upstream.cut;
  expect(auditLines(audit)).toMatchObject([{ tool: "sora_push_channel", outcome: "cancelled_by_client" }]);
});

test("a stdout that nobody reads: what changes something is refused, reads go on; once it is read, so do writes", {
  timeout: limitMs,
}, async () => {
  const upstream = await startUpstream(json([]));
  const { path, tokens } = callersFile({ alice: {} });
  const pipe = join(temporaryFolder(), "stdout");
  execFileSync("mkfifo", [pipe]);
  const stdout = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  afterTest(() => closeSync(stdout));
  const { url, child } = await startHttp(
    { SORA_API_URL: upstream.url, SORA_CALLERS: path, SORA_AUDIT_LOG: "-" },
    stdout,
  );
  const post = poster(url, 32);
  const headers = bearer(tokens.alice);
  const outcomes: string[] = [];
  // 64 kB fit into a pipe, and a line has some 300 bytes.
  const writes = times(400, 16, async () => {
    if (outcomes.includes("not_configured")) return;
    const { text } = await post(push, headers);
    outcomes.push(/not_configured|"status":"done"/.exec(text)?.[0] ?? text);
  });
  const reading = { longest: 0 };
  const reads = (async () => {
    while (!outcomes.includes("not_configured")) {
      const startedAt = performance.now();
      expect((await post(read, headers)).text).toContain('"total":0');
      reading.longest = Math.max(reading.longest, performance.now() - startedAt);
    }
  })();
  await Promise.all([writes, reads]);
  expect(reading.longest).toBeLessThan(5000);
  const refused = upstream.requests.length;
  expect((await post(push, headers)).text).toContain("not_configured");
  expect(upstream.requests.slice(refused).filter(({ target }) => target.includes("Push"))).toEqual([]);
  expect([...new Set(outcomes)].toSorted()).toEqual(['"status":"done"', "not_configured"]);

  // Once somebody reads, so that there is room again, all that was carried out has its line.
  let text = "";
  const take = () => {
    const bytes = Buffer.alloc(65_536);
    try {
      for (;;) text += bytes.toString("utf8", 0, readSync(stdout, bytes));
    } catch {
      // Nothing is left for now.
    }
  };
  const reader = setInterval(take, 20);
  afterTest(() => clearInterval(reader));
  expect((await post(push, headers)).text).toContain('"status":"done"');
  const carriedOut = upstream.requests.filter(({ target }) => target.includes("Push")).length;
  await expect.poll(() => text.split("\n").length - 1).toBe(carriedOut);
  expect(
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line).caller),
  ).toEqual(Array.from({ length: carriedOut }, () => "alice"));
  expect(child.exitCode).toBeNull();
});
