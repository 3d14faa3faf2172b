import { expect, test } from "vitest";
import { errorOf, overStdio, textOf } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

// An answer stands in a message twice, and clients end the session at a message of 10 MiB.

const one = { channel_id: "sora", connection_id: "c1" };

async function answeredWith(answer: unknown, status = 200) {
  const upstream = await startUpstream(json(answer, status));
  const session = await overStdio({ env: { SORA_API_URL: upstream.url } });
  return { upstream, session };
}

/** JSON of about that many bytes, of which every fourth is a quotation mark. */
const texts = (bytes: number) => Array.from({ length: bytes / 8 }, () => "12345");

test("what just fits is passed on whole", async () => {
  const { session } = await answeredWith({ x: "x".repeat(4_900_000) });
  const result = await session.call("sora_get_stats_connection", one);
  expect(JSON.stringify(result.structuredContent)).toHaveLength(4_900_018);
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
});

test.each([
  { name: "one long text", answer: { x: "x".repeat(5_100_000) } },
  { name: "many short ones", answer: { x: texts(4_900_000) } },
  { name: "characters of three bytes", answer: { x: "語".repeat(1_700_000) } },
])("$name, too large to be passed on: the model is told, and the session goes on", async ({ answer }) => {
  const { upstream, session } = await answeredWith(answer);
  const error = errorOf(await session.call("sora_get_stats_connection", one));
  expect(error).toMatchObject({ code: "bad_response", hint: expect.stringContaining("Ask for less") });
  upstream.answer(json({ calls: 1 }));
  const next = await session.call("sora_get_stats_connection", one);
  expect(next.structuredContent).toEqual({ stats: { calls: 1 } });
});

test("a page ends early at 60 kB of text, nothing left out of it, and the next one goes on", async () => {
  const { session } = await answeredWith(
    Array.from({ length: 500 }, (_, index) => ({ connection_id: `C${index}`, stats: ["x".repeat(15_000)] })),
  );
  const list = (offset: number) =>
    session.call("sora_list_channel_user_agent_stats", { channel_id: "sora", limit: 500, offset });
  for (let offset = 0; offset < 12; offset += 3) {
    const result = await list(offset);
    const text = textOf(result);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
    expect(text.match(/x{15000}/g)).toHaveLength(3);
    const connections = [0, 1, 2].map((index) => ({ connection_id: `C${offset + index}` }));
    const page = { connections, total: 500, offset, next_offset: offset + 3 };
    expect(result.structuredContent).toMatchObject(page);
  }
});

test("a write is told to have been carried out", async () => {
  const { upstream, session } = await answeredWith({ x: "x".repeat(5_100_000) });
  for (const [tool, args] of [
    ["sora_push_channel", { channel_id: "sora", data: {} }],
    ["sora_disconnect_channel", { channel_id: "sora", confirm: true }],
  ] as const) {
    const error = errorOf(await session.call(tool, args));
    expect(error).toEqual({
      code: "bad_response",
      message: "Sora carried the call out, but its answer is too large to pass on.",
      hint: "Do not send it again.",
    });
  }
  expect(upstream.requests).toHaveLength(2);
});

test("an error whose reason is too large comes without it", async () => {
  const { session } = await answeredWith({ error_type: "Odd", error_reason: texts(7_900_000) }, 400);
  const error = errorOf(await session.call("sora_get_stats_connection", one));
  expect(error).toEqual({
    code: "sora_error",
    message: expect.stringContaining("HTTP 400"),
    hint: expect.any(String),
    status: 400,
    error_type: "Odd",
  });
});

test("an error whose type is too large comes with its beginning", async () => {
  const { session } = await answeredWith({ error_type: "x".repeat(7_900_000) }, 400);
  const { code, error_type } = errorOf(await session.call("sora_get_stats_connection", one));
  expect({ code, error_type }).toEqual({ code: "sora_error", error_type: `${"x".repeat(255)}…` });
});
