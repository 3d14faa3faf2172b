import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonIn } from "../../src/json.ts";
import { anyJson, anyJsonObject } from "../support/any-json.ts";
import { startServerProcess } from "../support/server-process.ts";
import { inProcess, overStdio, type Session } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// What a caller writes into a free-form argument reaches Sora byte for byte. Texts that are JSON, or begin like it, are taken
// otherwise or refused: test/e2e/lenient-arguments.test.ts and test/tools/fields.test.ts.

const connection = { channel_id: "sora", connection_id: "c" };
const delicate = JSON.parse(`{
  "__proto__": {"confirm": true, "__proto__": null},
  "constructor": {"prototype": {"polluted": 1}}, "toJSON": 1, "then": null,
  "10": "ten", "2": "two", "-1": [], "": {"": {"": null}},
  "numbers": [0, -1, 1e21, 5e-324, 1.7976931348623157e308, 9007199254740991, 0.1],
  "texts": ["\\u0000\\u001b[31m", "\\u202e\\u200b\\ufeff", "\\ud83d", "\\udc4b\\ud83d", "👨‍👩‍👧‍👦", "\\u2028\\"\\\\/"],
  "confirm": true, "limit": 1, "types": ["x"]
}`);

const anyButJsonText = anyJson.filter(
  (value) => typeof value !== "string" || jsonIn(value, () => true) === undefined,
);
const anyButTextLikeJson = anyJson.filter(
  (value) => typeof value !== "string" || !["", "{", "[", '"', "'", "`"].includes(value.trim().charAt(0)),
);

/** Tool, its free-form argument with what that passes on, and the arguments around it. */
const places = [
  { tool: "sora_push_channel", name: "data", values: anyJsonObject, args: { channel_id: "sora" } },
  {
    tool: "sora_disconnect_channel",
    name: "reason",
    values: anyJsonObject,
    args: { channel_id: "sora" },
    ours: { confirm: true },
  },
  {
    tool: "sora_put_signaling_notify_metadata",
    name: "metadata",
    values: anyButTextLikeJson,
    args: connection,
  },
  {
    tool: "sora_put_signaling_notify_metadata_item",
    name: "value",
    values: anyButJsonText,
    args: { ...connection, key: "__proto__" },
  },
];

type Place = (typeof places)[number];

async function expectToSurvive(
  { tool, name, args, ours }: Place,
  value: unknown,
  session: Session,
  { requests }: Upstream,
): Promise<void> {
  const result = await session.call(tool, { ...ours, ...args, [name]: value });
  const sent = requests.splice(0).map(({ text }) => text);
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  expect(sent).toEqual([JSON.stringify({ ...args, [name]: value })]);
}

test.each(places)("any JSON survives $name of $tool", async (place) => {
  const upstream = await startUpstream(json({}));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  await fc.assert(
    fc.asyncProperty(place.values, (value) => expectToSurvive(place, value, session, upstream)),
    { numRuns: 200, examples: [[delicate], [{}]] },
  );
});

test("and over stdio, through one more serialization, in the built server", async () => {
  const upstream = await startUpstream(json({}));
  const session = await overStdio({ env: { SORA_API_URL: upstream.url } });
  await fc.assert(
    fc.asyncProperty(anyJsonObject, fc.constantFrom(...places), (value, place) =>
      expectToSurvive(place, value, session, upstream),
    ),
    { numRuns: 200, examples: places.map((place) => [delicate, place]) },
  );
});

test.each(["1e999", "-1e999", '{"deep":[1e999]}'])(
  "%s, which would reach Sora as null, is refused",
  async (number) => {
    const upstream = await startUpstream(json({}));
    const server = await startServerProcess({ SORA_API_URL: upstream.url });
    const call = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: {
        name: "sora_put_signaling_notify_metadata",
        arguments: { ...connection, metadata: "number" },
      },
    });
    server.write(`${call.replace('"number"', number)}\n`);
    const { result } = await server.answerTo(1);
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain("a number is too large");
    expect(upstream.requests).toEqual([]);
  },
);
