import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { describe, expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { type Action, personWho, saysNothing } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";
import {
  asking,
  type Connection,
  channel,
  connectionsOf,
  disconnect,
  disconnectChannel,
  look,
  sentTo,
} from "./asked-channel.ts";

// SORA_CONFIRM=ask: what happens when things change or go wrong while the question stands.

/** The channel while the question stands for the first time, the second time and so on. */
interface Change {
  readonly name: string;
  readonly during: readonly (readonly Connection[])[];
  readonly counts: readonly number[];
  readonly code: "done" | "cancelled";
  readonly sent: readonly string[];
}
const two = connectionsOf("a", "b");
const three = connectionsOf("a", "b", "c");
const four = connectionsOf("a", "b", "c", "d");
const others = [{ connection_id: "C9", client_id: "b", role: "sendrecv" }, ...two.slice(0, 1)];

test.each<Change>([
  { name: "stays", during: [two], counts: [2], code: "done", sent: [look, look, disconnect] },
  {
    name: "shrinks",
    during: [connectionsOf("a")],
    counts: [2],
    code: "done",
    sent: [look, look, disconnect],
  },
  { name: "empties", during: [[]], counts: [2], code: "done", sent: [look, look, disconnect] },
  {
    name: "grows once",
    during: [three, three],
    counts: [2, 3],
    code: "done",
    sent: [look, look, look, disconnect],
  },
  {
    name: "grows and shrinks again",
    during: [three, two],
    counts: [2, 3],
    code: "done",
    sent: [look, look, look, disconnect],
  },
  {
    name: "keeps growing",
    during: [three, four],
    counts: [2, 3],
    code: "cancelled",
    sent: [look, look, look],
  },
  {
    name: "has as many, but others",
    during: [others, others],
    counts: [2, 2],
    code: "done",
    sent: [look, look, look, disconnect],
  },
  {
    name: "has as many, but others each time",
    during: [others, two],
    counts: [2, 2],
    code: "cancelled",
    sent: [look, look, look],
  },
])("while a person thinks the channel $name", async ({ during, counts, code, sent }) => {
  let now: readonly Connection[] = two;
  const upstream = await channel(() => now);
  const person = personWho((_question, count) => {
    now = during[count - 1] ?? now;
    return "accept";
  });
  const session = await asking(upstream, person);
  const result = await session.call(disconnectChannel, { channel_id: "sora" });
  if (code === "done") expect(result.structuredContent).toMatchObject({ status: code, confirmed_by: "user" });
  else expect(errorOf(result)).toMatchObject({ code, message: expect.stringContaining("kept growing") });
  expect(person.questions.map((question) => question.match(/^Connections hit: (\d+)$/m)?.[1])).toEqual(
    counts.map(String),
  );
  expect(sentTo(upstream)).toEqual(sent);
});

test("growth of what the call does not hit asks nobody twice", async () => {
  let now = two;
  const upstream = await channel(() => now);
  const person = personWho(() => {
    now = four;
    return "accept";
  });
  const session = await asking(upstream, person);
  const result = await session.call("sora_disconnect_client", { channel_id: "sora", client_id: "b" });
  expect(result.structuredContent).toMatchObject({ status: "done" });
  expect(person.questions).toHaveLength(1);
});

test.each<[string, Action[], string]>([
  ["declined", ["accept", "decline"], "declined"],
  ["closed", ["accept", "cancel"], "cancelled"],
])("the second question counts: %s", async (_name, answers, code) => {
  let now = two;
  const upstream = await channel(() => now);
  const person = personWho((_question, count) => {
    now = three;
    return answers[count - 1] ?? "accept";
  });
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" })).code).toBe(code);
  expect(person.questions).toHaveLength(2);
  expect(sentTo(upstream)).toEqual([look, look]);
});

test.each([
  { tool: disconnectChannel, args: {} },
  { tool: "sora_delete_signaling_notify_metadata", args: { connection_id: "C0" } },
])(
  "when $tool cannot look up what it would hit, nobody is asked and nothing is sent",
  async ({ tool, args }) => {
    const upstream = await startUpstream(json({ error_type: "ChannelNotFound" }, 400));
    const person = personWho(() => "accept");
    const session = await asking(upstream, person);
    const result = await session.call(tool, { channel_id: "sora", ...args, confirm: true });
    expect(errorOf(result)).toMatchObject({
      code: "sora_error",
      status: 400,
      error_type: "ChannelNotFound",
      message: expect.stringMatching(
        /^It could not be looked up what this would hit\. Nothing was disconnected/,
      ),
    });
    expect(person.questions).toEqual([]);
    expect(upstream.requests).toHaveLength(1);
  },
);

test("when the look-up after the answer fails, nothing is sent", async () => {
  const upstream = await channel(() => two);
  const person = personWho(() => {
    upstream.answer(json({}, 500));
    return "accept";
  });
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" })).code).toBe("server_error");
  expect(sentTo(upstream)).toEqual([look, look]);
});

test("no other write comes between the last look and the call: nobody joins while it waits for one", async () => {
  const push = "Sora_20160711.PushChannel";
  let now = two;
  let hit: readonly Connection[] | undefined;
  let call = () => {};
  const called = new Promise<void>((resolve) => {
    call = resolve;
  });
  const pushes: Promise<unknown>[] = [];
  const upstream = await startUpstream(async ({ target }, response) => {
    const answer = (body: unknown) => response.end(JSON.stringify(body));
    if (target === push) {
      void Promise.race([called, delay(3000)]).then(() => {
        now = four;
        answer({});
      });
    } else if (target === disconnect) {
      hit = now;
      answer({});
      call();
    } else {
      if (sentTo(upstream).filter((sent) => sent === look).length > 1) {
        // More than may be on their way at once, as the look holds one of the four places.
        for (let started = 0; started < 8; started++) {
          pushes.push(session.call("sora_push_channel", { channel_id: "sora", data: {} }));
        }
        await expect.poll(() => sentTo(upstream).filter((sent) => sent === push).length).toBe(3);
      }
      answer(now);
    }
  });
  const person = personWho(() => "accept");
  const session = await asking(upstream, person);
  const result = await session.call(disconnectChannel, { channel_id: "sora" });
  await Promise.all(pushes);
  expect(result.structuredContent).toMatchObject({ status: "done" });
  expect(person.questions).toHaveLength(1);
  expect(hit).toEqual(two);
});

describe("a call that Sora puts off is looked up for once more", () => {
  async function putOff(
    answerLook: (response: ServerResponse) => void,
    second: Action,
    env: Record<string, string> = {},
  ) {
    const path = join(temporaryFolder(), "audit.jsonl");
    let wasPutOff = false;
    const upstream = await startUpstream(({ target }, response) => {
      if (target === look && wasPutOff) answerLook(response);
      else if (target === look) response.end(JSON.stringify(two));
      else if (wasPutOff) response.end("{}");
      else {
        wasPutOff = true;
        response.writeHead(429, { "retry-after": "0" }).end();
      }
    });
    const person = personWho((_question, count) => (count === 1 ? "accept" : second));
    const session = await asking(upstream, person, { SORA_AUDIT_LOG: path, ...env });
    const result = await session.call(disconnectChannel, { channel_id: "sora" });
    return { result, sent: sentTo(upstream), lines: auditLines(path) };
  }

  test("as before: it is sent again", async () => {
    const { result, sent, lines } = await putOff((response) => response.end(JSON.stringify(two)), "decline");
    expect(result.structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
    expect(sent).toEqual([look, look, disconnect, look, disconnect]);
    expect(lines).toMatchObject([{ outcome: "done", confirmed_by: "user" }]);
  });

  test("grown, and the person says no: nobody has confirmed it", async () => {
    const { result, sent, lines } = await putOff((response) => response.end(JSON.stringify(four)), "decline");
    expect(errorOf(result).code).toBe("declined");
    expect(sent).toEqual([look, look, disconnect, look]);
    expect(lines).toMatchObject([{ outcome: "declined", confirmed_by: null }]);
  });

  test.each<[string, string, (response: ServerResponse) => void]>([
    ["the look fails", "server_error", (response) => response.writeHead(500).end()],
    ["the look is no JSON", "bad_response", (response) => response.end("nope")],
    ["the look comes to no end", "timeout", () => {}],
  ])("%s: nothing is uncertain", async (_name, code, answerLook) => {
    const { result, sent, lines } = await putOff(answerLook, "accept", { SORA_TIMEOUT_MS: "3000" });
    const error = errorOf(result);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain("not known");
    expect(sent.filter((target) => target === disconnect)).toHaveLength(1);
    expect(lines).toMatchObject([{ outcome: code, confirmed_by: null }]);
  });
});

test("a look-up that is no list counts as failed", async () => {
  const upstream = await startUpstream(json({ connections: [] }));
  const person = personWho(() => "accept");
  const session = await asking(upstream, person);
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" })).code).toBe("bad_response");
  expect(person.questions).toEqual([]);
  expect(sentTo(upstream)).toEqual([look]);
});

test("a call that the client cancels while the question stands is not sent", async () => {
  const upstream = await channel(() => two);
  const cancel = new AbortController();
  const person = personWho(() => {
    cancel.abort("changed my mind");
    return saysNothing();
  });
  const session = await asking(upstream, person, { SORA_LOG_LEVEL: "debug" });
  const call = session.client.callTool(
    { name: disconnectChannel, arguments: { channel_id: "sora" } },
    undefined,
    { signal: cancel.signal },
  );
  await expect(call).rejects.toThrow("changed my mind");
  await expect
    .poll(session.stderr, { timeout: 10_000 })
    .toContain("sora_disconnect_channel: cancelled_by_client");
  expect(sentTo(upstream)).toEqual([look]);
});

test.each<[string, (client: Client) => void]>([
  [
    "fails",
    (client) => {
      client.fallbackRequestHandler = () => Promise.reject(new Error("no window to show it in"));
    },
  ],
  ["knows no elicitation after all", () => {}],
  [
    "answers something else",
    (client) => {
      client.fallbackRequestHandler = async () => ({ action: "maybe" });
    },
  ],
  [
    "answers nothing",
    (client) => {
      client.fallbackRequestHandler = async () => ({});
    },
  ],
])("a client that %s when asked: confirmation_unavailable", async (_name, prepare) => {
  const upstream = await channel(() => two);
  const session = await inProcess({
    env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask" },
    capabilities: { elicitation: {} },
    prepare,
  });
  const error = errorOf(await session.call(disconnectChannel, { channel_id: "sora", confirm: true }));
  expect(error.code).toBe("confirmation_unavailable");
  expect(JSON.stringify(error)).not.toContain("window");
  expect(sentTo(upstream)).toEqual([look]);
});

test.each([
  { name: "elicitation: {}", elicitation: {}, code: "done", asked: 1 },
  { name: "both modes", elicitation: { form: {}, url: {} }, code: "done", asked: 1 },
  { name: "url only", elicitation: { url: {} }, code: "confirmation_unavailable", asked: 0 },
])("a client that declares $name: $code", async ({ elicitation, code, asked }) => {
  const upstream = await channel(() => two);
  const person = personWho(() => "accept", elicitation);
  const session = await asking(upstream, person);
  const result = await session.call(disconnectChannel, { channel_id: "sora", confirm: true });
  expect(result.isError ? errorOf(result).code : result.structuredContent?.status).toBe(code);
  expect(person.questions).toHaveLength(asked);
  expect(sentTo(upstream)).toEqual(asked ? [look, look, disconnect] : []);
});

test("two questions at once get their own answers", async () => {
  const upstream = await channel(() => two);
  const person = personWho((question) => (question.includes('"keep"') ? "decline" : "accept"));
  const session = await asking(upstream, person);
  const [keep, empty] = await Promise.all(
    ["keep", "empty"].map((channel_id) => session.call(disconnectChannel, { channel_id })),
  );
  expect(keep && errorOf(keep).code).toBe("declined");
  expect(empty?.structuredContent).toMatchObject({ status: "done" });
  const hit = upstream.requests.filter(({ target }) => target === disconnect);
  expect(hit.map(({ text }) => text)).toEqual(['{"channel_id":"empty"}']);
});
