import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { personWho } from "../support/person.ts";
import { startRawUpstream } from "../support/raw-upstream.ts";
import { errorOf, inProcess, overStdio, type Session } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { calls, toolKinds } from "../support/tool-kinds.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { apiKey, authorization, echoes, expectNoKey } from "./echoing-answers.ts";

// The key goes to Sora and nowhere else. What of it jobs show is in jobs-answers.test.ts.

async function callAll(session: Session): Promise<string> {
  const results = await Promise.all([
    ...toolKinds.map((kind) => session.call(calls[kind].tool, calls[kind].args)),
    session.call(calls.destructive.tool, { ...calls.destructive.args, confirm: false }),

    await session.call("sora_get_signaling_notify_metadata", { channel_id: "c", connection_id: "d" }),
  ]);
  return JSON.stringify(results);
}

const env = (url: string) => ({
  SORA_API_URL: url,
  SORA_API_KEY: apiKey,
  SORA_LOG_LEVEL: "debug",
});

describe("sent back", () => {
  test.each(echoes)("%s", async (_name, answer) => {
    const upstream = await startUpstream(answer);
    const session = await inProcess({ env: env(upstream.url) });
    expectNoKey(await callAll(session));
    expectNoKey(session.stderr());
    expect(upstream.requests.length).toBeGreaterThanOrEqual(5);
    for (const { headers } of upstream.requests) expect(headers.authorization).toBe(authorization);
  });

  test("in the status line, in a broken header, in noise", async () => {
    for (const said of [
      `HTTP/1.1 400 ${authorization}\r\ncontent-length: 0\r\n\r\n`,
      `HTTP/1.1 200 OK\r\n${authorization}\r\n\r\n`,
      authorization,
    ]) {
      const upstream = await startRawUpstream((socket) => socket.end(said));
      const session = await inProcess({ env: env(upstream.url) });
      expectNoKey(await callAll(session));
      expectNoKey(session.stderr());
      expect(upstream.requests()).toBeGreaterThanOrEqual(5);
    }
  });

  test("over stdio, in every one of these places in turn", async () => {
    let next = 0;
    const upstream = await startUpstream((request, response, raw) => {
      const answer = echoes[next % echoes.length]?.[1];
      next += 1;
      answer?.(request, response, raw);
    });
    const session = await overStdio({ env: env(upstream.url) });
    while (next < echoes.length) {
      const { tool, args } = calls[next % 2 ? "read" : "write"];
      expectNoKey(JSON.stringify(await session.call(tool, args)));
    }
    expectNoKey(session.stderr());
    expect(session.stderr()).toContain("sora_push_channel: ");
  });
});

test("what is taken out is marked, and everything around it stays", async () => {
  const upstream = await startUpstream(
    json({ error_type: `not ${apiKey}!`, error_reason: [{ [`x-${apiKey}`]: authorization, n: 1 }] }, 400),
  );
  const session = await inProcess({ env: env(upstream.url) });
  expect(errorOf(await session.call(calls.write.tool, calls.write.args))).toMatchObject({
    error_type: "not [redacted]!",
    error_reason: [{ "x-[redacted]": "Bearer [redacted]", n: 1 }],
  });
});

describe("written by the caller", () => {
  const args = { channel_id: `c ${apiKey}`, client_id: apiKey };
  const answer = json([{ connection_id: "C0", client_id: apiKey, role: "sendrecv" }]);

  test("it does not come back in the answer", async () => {
    const upstream = await startUpstream(answer);
    const session = await inProcess({ env: env(upstream.url) });
    const { structuredContent, content } = await session.call("sora_list_channel_connections", {
      channel_id: args.channel_id,
    });
    expect(structuredContent).toMatchObject({ channel_id: "c [redacted]", total: 1 });
    expectNoKey(JSON.stringify([structuredContent, content]));
    // What Sora is asked is what the caller wrote.
    expect(JSON.parse(upstream.requests[0]?.text ?? "")).toEqual({ channel_id: args.channel_id });
  });

  test("nor in the question to a person, nor in the audit log", async () => {
    const audit = join(temporaryFolder(), "audit.jsonl");
    const upstream = await startUpstream(answer);
    const person = personWho(() => "decline");
    const asking = { ...env(upstream.url), SORA_CONFIRM: "ask", SORA_AUDIT_LOG: audit };
    const session = await inProcess({ env: asking, ...person });
    expectNoKey(JSON.stringify(await session.call("sora_disconnect_client", args)));
    expect(person.questions).toHaveLength(1);
    expectNoKey(person.questions.join());
    expect(person.questions[0]).toContain('Channel: "c \\[redacted\\]"');
    const long = { ...args, channel_id: `${"c".repeat(220)}${apiKey}` };
    await session.call("sora_disconnect_client", long);
    expect(auditLines(audit)).toHaveLength(2);
    expectNoKey(JSON.stringify(auditLines(audit)));
    expectNoKey(session.stderr());
  });

  test("nor where a long text is cut in the middle of it", async () => {
    const session = await inProcess({ env: env("http://127.0.0.1:9/") });
    for (let length = 150; length <= 200; length += 5) {
      const name = "x".repeat(length) + apiKey;
      expectNoKey(
        JSON.stringify(await session.call("sora_push_channel", { [name]: 1, channel_id: "c", data: {} })),
      );
    }
    const upstream = await startUpstream(
      json({ error_type: `${"x".repeat(217)}${apiKey}`, error_reason: "\u200b".repeat(900_000) }, 400),
    );
    const told = await inProcess({ env: env(upstream.url) });
    expectNoKey(JSON.stringify(await told.call(calls.write.tool, calls.write.args)));
  });

  test("nor in what is said of arguments and tools that do not exist", async () => {
    const session = await inProcess({ env: env("http://127.0.0.1:9/") });
    expectNoKey(JSON.stringify(await session.call("sora_push_channel", { [apiKey]: apiKey, channel_id: 1 })));
    const unknown = await session.call(`sora_${apiKey}`, {}).catch((error: Error) => error.message);
    expect(unknown).toContain("Unknown tool");
    expectNoKey(String(unknown));
  });
});
