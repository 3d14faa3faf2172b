import { beforeEach, describe, expect, test } from "vitest";
import { errorOf, inProcess, type Session } from "../support/session.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// What each field takes, seen from outside: either the value reaches Sora as it was given, or nothing does.

let upstream: Upstream;
let session: Session;
beforeEach(async () => {
  upstream = await startUpstream(json([]));
  session = await inProcess({ env: { SORA_API_URL: upstream.url } });
});

async function expectTaken(tool: string, args: Record<string, unknown>, body = args): Promise<void> {
  const result = await session.call(tool, args);
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
  expect(upstream.requests.splice(0).map(({ text }) => text)).toEqual([JSON.stringify(body)]);
}

async function expectRefused(tool: string, args: Record<string, unknown>, message: RegExp): Promise<void> {
  expect(errorOf(await session.call(tool, args))).toMatchObject({
    code: "invalid_arguments",
    message: expect.stringMatching(message),
  });
  expect(upstream.requests).toEqual([]);
}

interface Place {
  readonly path: string;
  readonly tool: string;
  readonly args: Record<string, unknown>;
  /** The same call without the id, where it may be left out. */
  readonly without?: Record<string, unknown>;
}

/** A call with this id in each place where an id can stand. */
function placesFor(id: unknown): Place[] {
  const channel_id = "sora";
  const rids = { spotlight_focus_rid: "r2", spotlight_unfocus_rid: "none" };
  const batch = "sora_batch_request_spotlight_rid";
  return [
    { path: "channel_id", tool: "sora_list_channel_connections", args: { channel_id: id } },
    { path: "client_id", tool: "sora_get_stats_client", args: { channel_id, client_id: id } },
    { path: "connection_id", tool: "sora_get_stats_connection", args: { channel_id, connection_id: id } },
    {
      path: "recv_connection_id",
      tool: "sora_pause_rtp_stream",
      args: { channel_id, recv_connection_id: id, send_connection_id: "s" },
    },
    {
      path: "send_connection_id",
      tool: "sora_pause_rtp_stream",
      args: { channel_id, recv_connection_id: "r", send_connection_id: id },
    },
    {
      path: "send_connection_id",
      tool: "sora_reset_rtp_stream",
      args: { channel_id, recv_connection_id: "r", send_connection_id: id },
      without: { channel_id, recv_connection_id: "r" },
    },
    {
      path: "item_list.1.recv_connection_id",
      tool: batch,
      args: {
        channel_id,
        item_list: [
          { recv_connection_id: "r", ...rids },
          { recv_connection_id: id, ...rids },
        ],
      },
    },
    {
      path: "item_list.0.send_connection_id",
      tool: batch,
      args: { channel_id, item_list: [{ recv_connection_id: "r", send_connection_id: id, ...rids }] },
      without: { channel_id, item_list: [{ recv_connection_id: "r", ...rids }] },
    },
  ];
}

describe("ids are 1 to 255 bytes of UTF-8", () => {
  test.each([
    ["one byte", "a"],
    ["255 bytes of ASCII", "a".repeat(255)],
    ["255 bytes of three-byte characters", "あ".repeat(85)],
    ["255 bytes of two- and one-byte characters", `${"é".repeat(127)}a`],
    ["255 bytes of four- and three-byte characters", `${"👋".repeat(63)}あ`],
    ["joined emoji", "👨‍👩‍👧‍👦"],
    ["a space, a no-break space and a tilde", " \u00a0~"],
    ["JSON's own characters", `{"a":[1]}\\`],
    ["the forms of Sora Labo and Sora Cloud", "voluntas@sora-devtools#1_0"],
    ["hidden characters: what the caller means is the caller's affair", "a\u202e\u200bb"],
  ])("taken: %s", async (_what, id) => {
    for (const { tool, args } of placesFor(id)) await expectTaken(tool, args);
  });

  test.each([
    ["256 bytes of ASCII", "a".repeat(256), 256],
    ["86 characters of 256 bytes", `${"あ".repeat(85)}a`, 256],
    ["128 characters of 256 bytes", "é".repeat(128), 256],
    ["128 UTF-16 units of 256 bytes", "👋".repeat(64), 256],
    ["a megabyte", "a".repeat(1_000_000), 1_000_000],
  ])("refused: %s", async (_what, id, bytes) => {
    for (const { path, tool, args } of placesFor(id)) {
      const said = new RegExp(
        `^${path}: must be 1 to 255 bytes of UTF-8, is ${bytes}\\. Nothing was sent\\.$`,
      );
      await expectRefused(tool, args, said);
    }
  });

  test("nothing: refused where an id is required, left out where it is not", async () => {
    const mayBeLeftOut: string[] = [];
    for (const { path, tool, args, without } of placesFor("")) {
      if (without === undefined) {
        await expectRefused(tool, args, new RegExp(`^${path}: must be 1 to 255 bytes of UTF-8, is 0\\.`));
      } else {
        await expectTaken(tool, args, without);
        mayBeLeftOut.push(`${tool}.${path}`);
      }
    }
    expect(mayBeLeftOut).toEqual([
      "sora_reset_rtp_stream.send_connection_id",
      "sora_batch_request_spotlight_rid.item_list.0.send_connection_id",
    ]);
  });

  test("refused: control characters, every one of them", async () => {
    const codes = [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index)];
    expect(codes).toHaveLength(65);
    for (const code of codes) {
      const channel_id = `a${String.fromCharCode(code)}b`;
      await expectRefused(
        "sora_push_channel",
        { channel_id, data: {} },
        /^channel_id: must not hold control/,
      );
    }
    for (const { path, tool, args } of placesFor("line\nbreak")) {
      await expectRefused(tool, args, new RegExp(`^${path}: must not hold control characters\\.`));
    }
  });

  test.each([
    ["a high one alone", "a\ud83d"],
    ["a low one alone", "\udc4bb"],
    ["both the wrong way round", "\udc4b\ud83d"],
  ])("refused: half of a surrogate pair, %s", async (_what, id) => {
    for (const { path, tool, args } of placesFor(id)) {
      await expectRefused(tool, args, new RegExp(`^${path}: must not hold half of a surrogate pair\\.`));
    }
  });
});

describe("rids", () => {
  const pair = { channel_id: "sora", recv_connection_id: "r" };

  test("a simulcast request takes r0, r1 and r2", async () => {
    for (const rid of ["r0", "r1", "r2"]) await expectTaken("sora_request_rtp_stream", { ...pair, rid });
    for (const rid of ["none", "auto", "r3", "R0", " r0", ""]) {
      await expectRefused("sora_request_rtp_stream", { ...pair, rid }, /^rid: Invalid enum value/);
    }
  });

  test.each([
    ["spotlight_focus_rid", { spotlight_unfocus_rid: "r0" }],
    ["spotlight_unfocus_rid", { spotlight_focus_rid: "r2" }],
  ])("a spotlight request takes none too: %s", async (name, other) => {
    const batch = (rid: string) => ({
      channel_id: "sora",
      item_list: [{ recv_connection_id: "r", ...other, [name]: rid }],
    });
    for (const rid of ["none", "r0", "r1", "r2"]) {
      await expectTaken("sora_request_spotlight_rid", { ...pair, ...other, [name]: rid });
      await expectTaken("sora_batch_request_spotlight_rid", batch(rid));
    }
    for (const rid of ["auto", "r3", "NONE", ""]) {
      const one = { ...pair, ...other, [name]: rid };
      await expectRefused("sora_request_spotlight_rid", one, new RegExp(`^${name}: Invalid enum value`));
      const within = new RegExp(`^item_list\\.0\\.${name}: Invalid enum value`);
      await expectRefused("sora_batch_request_spotlight_rid", batch(rid), within);
    }
  });
});

test("roles: the three of Sora", async () => {
  for (const role of ["sendrecv", "sendonly", "recvonly"]) {
    await expectTaken("sora_push_channel_by_role", { channel_id: "sora", role, data: {} });
  }
  for (const role of ["upstream", "SENDRECV", "", "none"]) {
    await expectRefused(
      "sora_disconnect_channel_by_role",
      { channel_id: "sora", role },
      /^role: Invalid enum/,
    );
  }
});

test("a spotlight number is a whole number from 1 to 8", async () => {
  const call = (spotlight_number: number) => ({ channel_id: "sora", spotlight_number });
  for (let number = 1; number <= 8; number++) await expectTaken("sora_change_spotlight_number", call(number));
  for (const number of [0, 9, -1, 1.5, 8.000001, 1e308]) {
    await expectRefused("sora_change_spotlight_number", call(number), /^spotlight_number: /);
  }
});

test("a batch has at least one entry and no known most", async () => {
  const item = { recv_connection_id: "r", spotlight_focus_rid: "r0", spotlight_unfocus_rid: "none" };
  const call = (count: number) => ({ channel_id: "sora", item_list: Array(count).fill(item) });
  await expectRefused("sora_batch_request_spotlight_rid", call(0), /^item_list: .*at least 1/);
  for (const count of [1, 2, 1000]) await expectTaken("sora_batch_request_spotlight_rid", call(count));
});

test("a metadata key is any text, as in any JSON object", async () => {
  const connection = { channel_id: "sora", connection_id: "c" };
  for (const key of ["", "a b", "__proto__", "line\nbreak", "é".repeat(300), "\ud83d"]) {
    await expectTaken("sora_put_signaling_notify_metadata_item", { ...connection, key, value: 1 });
    const confirmed = { ...connection, key, confirm: true };
    await expectTaken("sora_delete_signaling_notify_metadata_item", confirmed, { ...connection, key });
  }
});
