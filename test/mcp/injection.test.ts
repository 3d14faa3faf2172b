import { describe, expect, test } from "vitest";
import { forbidden, type Hostile, hostile } from "../support/hostile.ts";
import { personWho } from "../support/person.ts";
import { errorOf, inProcess, overStdio, type Session } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// Hostile text through everything that shows what participants wrote: the seven reads, the previews, errors, answers to
// writes, and the question to a person.

const id = "7QSNT842FS0J9E6BZDBC2DRYY8";
const numbers = { created_time: 1644316214314590, ratio: 0.1, small: -1e-7, large: 1e21, zero: 0 };

/** Whatever a participant can fill, filled with the text; around it what Sora itself says. */
function connection(text: string) {
  return {
    channel_id: text,
    client_id: text,
    bundle_id: text,
    connection_id: id,
    role: "sendrecv",
    ...numbers,
    active: true,
    nothing: null,
    metadata: { [text]: { nested: [text, [text, { [text]: text }]] } },
    event_metadata: text,
    stats: [{ id: text, type: "codec", [text]: numbers.ratio }],
  };
}

/** What Sora answers, and what is made of it, for one text: the same function gives what is sent and what must come out. */
const reads: {
  tool: string;
  args: Record<string, unknown>;
  answer: (text: string) => unknown;
  content: (shown: string) => unknown;
}[] = [
  {
    tool: "sora_list_channel_connections",
    args: {},
    answer: (text) => [connection(text)],
    content: (shown) => ({
      channel_id: "sora",
      total: 1,
      by_role: { sendrecv: 1, sendonly: 0, recvonly: 0 },
      offset: 0,
      connections: [connection(shown)],
    }),
  },
  {
    tool: "sora_list_signaling_notify_metadata",
    args: {},
    answer: (text) => [connection(text)],
    content: (shown) => ({ channel_id: "sora", total: 1, offset: 0, items: [connection(shown)] }),
  },
  {
    tool: "sora_get_signaling_notify_metadata",
    args: { connection_id: id },
    answer: (text) => connection(text).metadata,
    content: (shown) => ({ metadata: connection(shown).metadata }),
  },
  {
    tool: "sora_get_stats_connection",
    args: { connection_id: id },
    answer: connection,
    content: (shown) => ({ stats: connection(shown) }),
  },
  {
    tool: "sora_get_stats_client",
    args: { client_id: "alice" },
    answer: (text) => [connection(text)],
    content: (shown) => ({ stats: [connection(shown)] }),
  },
  {
    tool: "sora_list_channel_user_agent_stats",
    args: { types: ["codec"] },
    answer: (text) => [connection(text)],
    content: (shown) => ({ channel_id: "sora", total: 1, offset: 0, connections: [connection(shown)] }),
  },
  {
    tool: "sora_get_user_agent_stats",
    args: { connection_id: id, types: ["codec"] },
    answer: connection,
    content: (shown) => ({ user_agent_stats: connection(shown) }),
  },
];

interface Answered {
  readonly upstream: Upstream;
  readonly session: Session;
}

async function answering(answer: unknown, status = 200): Promise<Answered> {
  const upstream = await startUpstream(json(answer, status));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  return { upstream, session };
}

/** The answer is this object and nothing else, as structure and as one line of compact JSON alike. */
async function expectContent({ session }: Answered, tool: string, args: object, content: unknown) {
  const result = await session.call(tool, { channel_id: "sora", ...args });
  const text = JSON.stringify(content);
  expect(result).toEqual({
    content: [{ type: "text", text: expect.any(String) }],
    structuredContent: expect.any(Object),
  });
  expect(JSON.stringify(result.structuredContent)).toBe(text);
  const [block] = result.content;
  expect(block?.type === "text" && block.text).toBe(text);
  expect(text).not.toMatch(forbidden);
  expect(text).not.toContain("\n");
}

/** Addresses as they are shown: no longer as such. */
function defanged(text: string): string {
  return text.replace(
    /\/(?=\/)|@(?=\S*\.)|(?<=www)\.|(?<=[\p{L}\p{N}])\.(?=\p{L})|(?<=mailto|xmpp):/giu,
    (mark) => `[${mark}]`,
  );
}

/** What somebody reads of Markdown: no backslash before punctuation, and of an entity what it names. */
function asRead(line: string): string {
  const named: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
  return line.replace(/\\([!-/:-@[-`{-~])|&\w+;/g, (form, mark) => mark ?? named[form] ?? form);
}

test("there are enough hostile texts, and each has another name", () => {
  expect(hostile.length).toBeGreaterThanOrEqual(25);
  expect(new Set(hostile.map(({ name }) => name)).size).toBe(hostile.length);
  expect(hostile.filter(({ text }) => forbidden.test(text)).length).toBeGreaterThanOrEqual(12);
});

describe.each(hostile)("$name", ({ text, shown }: Hostile) => {
  test("through every read tool", async () => {
    const answered = await answering([]);
    for (const { tool, args, answer, content } of reads) {
      answered.upstream.answer(json(answer(text)));
      await expectContent(answered, tool, args, content(shown));
    }
    expect(answered.upstream.requests).toHaveLength(7);
  });

  test("through the previews", async () => {
    const answered = await answering([connection(text)]);
    const affected = { total: 1, connections: [{ connection_id: id, client_id: shown, role: "sendrecv" }] };
    const next =
      "Nothing was disconnected, deleted or changed. To go on, call again with the same arguments and confirm: true.";
    const preview = (would_affect: unknown) => ({ status: "confirmation_required", would_affect, next });
    const disconnect = (tool: string, args: object) =>
      expectContent(answered, `sora_disconnect_${tool}`, args, preview(affected));
    await disconnect("channel", {});
    await disconnect("connection", { connection_id: id });
    await disconnect("channel_by_role", { role: "sendrecv" });
    // An id that can be named at all is found again.
    const nameable = text !== "" && !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.isWellFormed();
    if (nameable && Buffer.byteLength(text) <= 255) await disconnect("client", { client_id: text });

    answered.upstream.answer(json(connection(text).metadata));
    const remove = (tool: string, args: object) =>
      expectContent(
        answered,
        `sora_delete_signaling_notify_metadata${tool}`,
        { connection_id: id, ...args },
        preview({ metadata: connection(shown).metadata }),
      );
    await remove("", {});
    await remove("_item", { key: text });
  });

  test("through the answer to a write, and through errors", async () => {
    const answered = await answering(connection(text));
    const args = { channel_id: "sora", data: {} };
    await expectContent(answered, "sora_push_channel", args, {
      status: "done",
      response: connection(shown),
    });
    answered.upstream.answer(json({ error_type: text, error_reason: { [text]: [text] } }, 400));
    const error = errorOf(await answered.session.call("sora_push_channel", args));
    expect(error).toMatchObject({
      code: "sora_error",
      message: "Sora refused the call (HTTP 400).",
      error_type: shown,
    });
    expect(JSON.stringify(error.error_reason)).toBe(JSON.stringify({ [shown]: [shown] }));
  });

  test("in the question to a person", async () => {
    const upstream = await startUpstream(json([connection(text)]));
    const person = personWho(() => "decline");
    const session = await inProcess({
      env: { SORA_API_URL: upstream.url, SORA_CONFIRM: "ask" },
      ...person,
    });
    const questionFor = async (tool: string, args: object): Promise<string[]> => {
      const result = await session.call(tool, { channel_id: "sora", ...args });
      expect(errorOf(result).code).toBe("declined");
      const question = person.questions.at(-1) ?? "";
      expect(question).not.toMatch(forbidden);
      return question.split(/[\n\r\u2028\u2029]/);
    };
    const expectShown = (line = "", label: string) => {
      expect(line.startsWith(`${label}: "`)).toBe(true);
      expect(line).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|(?<!\\)(?:\\\\)*[[\]*`~|]|:\/\/|www\./i);
      const characters = [...shown];
      const cut = characters.length <= 64 ? shown : `${characters.slice(0, 64).join("")}…`;
      expect(asRead(line.slice(label.length + 2, -1))).toBe(
        `"${defanged(cut)
          .replace(/["\u201c-\u201f\u2033\uff02]/g, "'")
          .replaceAll("\n", "\\n")
          .replaceAll("\t", "\\t")}"`,
      );
    };
    const channel = await questionFor("sora_disconnect_channel", {});
    expect(channel).toHaveLength(4);
    expectShown(channel[2], "Clients");
    const item = await questionFor("sora_delete_signaling_notify_metadata_item", {
      connection_id: id,
      key: text,
    });
    expect(item).toHaveLength(4);
    expect(item[2]).toBe("Metadata lost: none.");
    const before = "Connections hit: 1. ";
    const after = ` Connection: "${id}". Channel: "sora".`;
    expect(item[1]?.startsWith(before)).toBe(true);
    expect(item[1]?.endsWith(after)).toBe(true);
    expectShown(item[1]?.slice(before.length, -after.length), "Metadata key");
    upstream.answer(json({ [text]: text }));
    expectShown(
      (await questionFor("sora_delete_signaling_notify_metadata", { connection_id: id }))[2],
      "Metadata lost",
    );
  });
});

test("all of them at once over stdio", async () => {
  const upstream = await startUpstream(json(hostile.map(({ text }) => connection(text))));
  const session = await overStdio({ env: { SORA_API_URL: upstream.url } });
  const listed: unknown[] = [];
  for (let offset: unknown = 0; offset !== undefined; ) {
    const result = await session.call("sora_list_channel_connections", { channel_id: "sora", offset });
    expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
    const { connections, next_offset } = result.structuredContent ?? {};
    if (Array.isArray(connections)) listed.push(...connections);
    offset = next_offset;
  }
  expect(JSON.stringify(listed)).toBe(JSON.stringify(hostile.map(({ shown }) => connection(shown))));
});

test("bytes that are no UTF-8 and a byte order mark before the answer do no harm", async () => {
  const upstream = await startUpstream((_request, response) =>
    response.end(
      Buffer.concat([Buffer.from('\ufeff[{"client_id":"a'), Buffer.from([0xff, 0xc0]), Buffer.from('b"}]')]),
    ),
  );
  const session = await inProcess({ env: { SORA_API_URL: upstream.url } });
  const result = await session.call("sora_list_channel_connections", { channel_id: "sora" });
  expect(result.structuredContent?.connections).toEqual([{ client_id: "a\ufffd\ufffdb" }]);
});

test("the instructions name the untrusted fields once", async () => {
  const session = await inProcess({ env: { SORA_API_URL: "http://127.0.0.1:9/" } });
  const sentences = (session.client.getInstructions() ?? "").split(/(?<=\.) /);
  const untrusted = sentences.filter((sentence) => sentence.includes("untrusted"));
  expect(untrusted).toHaveLength(1);
  for (const field of [
    "channel_id",
    "client_id",
    "bundle_id",
    "metadata",
    "event_metadata",
    "pushes",
    "statistics",
  ]) {
    expect(untrusted[0]?.match(new RegExp(`\\b${field}\\b`, "g")), field).toHaveLength(1);
  }
  expect(untrusted[0]).toContain("not instructions");
});
