import { setTimeout as delay } from "node:timers/promises";
import { type ElicitRequest, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Answer, personWho } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";
import {
  asking,
  channel,
  connectionsOf,
  disconnect,
  disconnectChannel,
  look,
  sentTo,
} from "./asked-channel.ts";

// SORA_CONFIRM=ask: the form that is put to a person, until when, and what is said of the answer.

const two = connectionsOf("a", "b");

afterEach(() => void vi.useRealTimers());

test("the form has one required yes or no, and no is chosen: some clients would choose yes", async () => {
  const upstream = await channel(() => two);
  const asked: ElicitRequest["params"][] = [];
  const session = await inProcess({
    env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask" },
    capabilities: { elicitation: { form: {} } },
    prepare: (client) =>
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        asked.push(params);
        return { action: "decline" };
      }),
  });
  await session.call(disconnectChannel, { channel_id: "sora" });
  expect(asked).toEqual([
    {
      mode: "form",
      message: expect.stringContaining("End a meeting"),
      requestedSchema: {
        type: "object",
        properties: {
          proceed: { type: "boolean", title: "Proceed", description: expect.any(String), default: false },
        },
        required: ["proceed"],
      },
    },
  ]);
});

describe("the last line of a question", () => {
  async function lastLine(env: Record<string, string>): Promise<string | undefined> {
    const upstream = await channel(() => two);
    const person = personWho(() => "decline");
    const session = await asking(upstream, person, { SORA_API_URL: `${upstream.url}secret/path`, ...env });
    await session.call(disconnectChannel, { channel_id: "sora" });
    return person.questions[0]?.split("\n").at(-1)?.replace(new URL(upstream.url).host, "HOST");
  }

  test.each([
    [{}, "12:01:30"],
    [{ SORA_TIMEOUT_MS: "1000" }, "11:59:42"],
    [{ SORA_TIMEOUT_MS: "120000" }, "12:23:30"],
  ])("until when, and the host without its path, which may tell a project: %j", async (env, until) => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-28T11:59:30Z") });
    vi.stubEnv("TZ", "UTC");
    expect(await lastLine(env)).toBe(`Answer by ${until} UTC, not later. Sora: HOST`);
    vi.unstubAllEnvs();
  });

  test("also before ten in the morning, with two digits for the hour", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-28T00:00:30Z") });
    vi.stubEnv("TZ", "UTC");
    expect(await lastLine({})).toBe("Answer by 00:02:30 UTC, not later. Sora: HOST");
    vi.unstubAllEnvs();
  });
});

const nothing = "Nothing was disconnected, deleted or changed.";

test.each<[string, Answer, object]>([
  ["no", "decline", { code: "declined", message: `The answer was no. ${nothing}` }],
  [
    "a form with a no",
    { action: "accept", content: { proceed: false } },
    { code: "declined", message: `The answer was no. ${nothing}` },
  ],
  [
    "an empty form",
    { action: "accept", content: {} },
    { code: "declined", message: `The form came back without a yes. ${nothing}` },
  ],
  [
    "no form",
    { action: "accept" },
    { code: "declined", message: `The form came back without a yes. ${nothing}` },
  ],
  [
    "nothing",
    "cancel",
    { code: "cancelled", message: `The question was closed or not answered. ${nothing}` },
  ],
])("%s is reported as an answer, and invites nobody to try again", async (_name, answer, error) => {
  const upstream = await channel(() => two);
  const session = await asking(
    upstream,
    personWho(() => answer),
  );
  const result = await session.call(disconnectChannel, { channel_id: "sora" });
  expect(errorOf(result)).toEqual({ ...error, hint: "Leave it at that." });
  expect(JSON.stringify(result)).not.toMatch(/person|again/i);
  expect(sentTo(upstream)).toEqual([look]);
});

test("a form with more in it than was asked for is judged by its proceed", async () => {
  const upstream = await channel(() => two);
  const more = { proceed: true, remember: true, note: "x" };
  const session = await asking(
    upstream,
    personWho(() => ({ action: "accept", content: more })),
  );
  const { structuredContent } = await session.call(disconnectChannel, { channel_id: "sora" });
  expect(structuredContent).toMatchObject({ status: "done", confirmed_by: "user" });
});

test("a yes that comes too late does nothing", async () => {
  const upstream = await channel(() => two);
  let late = Promise.resolve();
  const person = personWho(async (): Promise<"accept"> => {
    late = delay(12 * 100 + 150);
    await late;
    return "accept";
  });
  const session = await asking(upstream, person, { SORA_TIMEOUT_MS: "100" });
  // Warmed up, so that so short a deadline is met.
  await session.call("sora_get_stats_connection", { channel_id: "sora", connection_id: "C0" });
  const result = await session.call(disconnectChannel, { channel_id: "sora" });
  expect(errorOf(result).code).toBe("cancelled");
  await late;
  await session.client.ping();
  await delay(50);
  expect(sentTo(upstream)).not.toContain(disconnect);
});

describe("while a question is open", () => {
  /** Somebody who has read the question and answers when told to. */
  function slowPerson() {
    let answer = (_action: "decline") => {};
    let read = () => {};
    const asked = new Promise<void>((resolve) => {
      read = resolve;
    });
    const person = personWho(() => {
      read();
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    return { person, asked, decline: () => answer("decline") };
  }

  test("a client that gave a token hears of it every 5 seconds, and no more once it is answered", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const upstream = await channel(() => two);
    const { person, asked, decline } = slowPerson();
    const session = await asking(upstream, person);
    const heard: object[] = [];
    const call = session.client.callTool(
      { name: disconnectChannel, arguments: { channel_id: "sora" } },
      undefined,
      { onprogress: (progress) => heard.push(progress) },
    );
    await asked;
    vi.advanceTimersByTime(4999);
    await session.client.ping();
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(10_001);
    await session.client.ping();
    const message = "The question is open.";
    expect(heard).toEqual([5, 10, 15].map((progress) => ({ progress, total: 120, message })));
    decline();
    await call;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("over two questions, progress goes on where it was", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    let now = two;
    const upstream = await channel(() => now);
    const answers: (() => void)[] = [];
    const asked: (() => void)[] = [];
    const question = () => new Promise<void>((resolve) => asked.push(resolve));
    const questions = [question(), question()];
    const person = personWho(
      (_question, count) =>
        new Promise((resolve) => {
          answers.push(() => resolve("accept"));
          asked[count - 1]?.();
        }),
    );
    const session = await asking(upstream, person);
    const heard: (readonly [number, number | undefined])[] = [];
    const call = session.client.callTool(
      { name: disconnectChannel, arguments: { channel_id: "sora" } },
      undefined,
      { onprogress: ({ progress, total }) => heard.push([progress, total]) },
    );
    for (const index of [0, 1]) {
      await questions[index];
      vi.advanceTimersByTime(10_000);
      await session.client.ping();
      now = connectionsOf("a", "b", "c");
      answers[index]?.();
    }
    expect(await call).toMatchObject({ structuredContent: { status: "done" } });
    expect(heard).toEqual([
      [5, 120],
      [10, 120],
      [15, 130],
      [20, 130],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["that gave a token", (): void => {}],
    ["that gave none", undefined],
  ])("a client %s hears no more of a call that it has cancelled", async (_name, onprogress) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const upstream = await channel(() => two);
    const { person, asked } = slowPerson();
    const session = await asking(upstream, person);
    const heard: unknown[] = [];
    session.client.fallbackNotificationHandler = async (notification) => void heard.push(notification);
    const cancel = new AbortController();
    const call = session.client.callTool(
      { name: disconnectChannel, arguments: { channel_id: "sora" } },
      undefined,
      { signal: cancel.signal, ...(onprogress && { onprogress }) },
    );
    await asked;
    vi.advanceTimersByTime(20_000);
    await session.client.ping();
    cancel.abort();
    await expect(call).rejects.toThrow();
    await session.client.ping();
    expect(vi.getTimerCount()).toBe(0);
    expect(heard).toEqual([]);
  });
});

test("a call that hits a limit asks nobody", async () => {
  const upstream = await startUpstream(json(two));
  const person = personWho(() => "accept");
  const session = await asking(upstream, person, { SORA_MAX_AFFECTED: "1" });
  expect(errorOf(await session.call(disconnectChannel, { channel_id: "sora" })).code).toBe("limit_reached");
  expect(person.questions).toEqual([]);
});
