import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lounge, openSandbox, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
let connections: string[];
beforeEach(async () => {
  sandbox = await openSandbox();
  connections = await sandbox.ids(lounge);
});
afterEach(() => sandbox.close());

const at = (index: number) => ({ channel_id: lounge, connection_id: connections[index] ?? "" });
const spotlightOf = async (index: number) => (await sandbox.call("GetStatsConnection", at(index))).spotlight;

/** One letter per connection: F fixed, f focused, - neither. */
async function focus(): Promise<string> {
  const letters = [];
  for (const index of [0, 1, 2]) {
    const { focused, fixed } = await spotlightOf(index);
    letters.push(fixed ? "F" : focused ? "f" : "-");
  }
  return letters.join("");
}

describe("focus", () => {
  test("the first two are focused at the start", async () => {
    expect(await focus()).toBe("ff-");
    expect(await spotlightOf(0)).toEqual({
      spotlight_number: 2,
      focused: true,
      fixed: false,
      total_spotlight_focus_succeeded: 1,
      total_spotlight_focus_failed: 0,
    });
  });

  test("the oldest focus yields, and who is focused again is the newest", async () => {
    expect(await sandbox.call("FocusSpotlight", at(0))).toEqual(at(0));
    await sandbox.call("FocusSpotlight", at(2));
    expect(await focus()).toBe("f-f");
    await sandbox.call("FocusSpotlight", at(1));
    expect(await focus()).toBe("-ff");
  });

  test("a fixed focus does not yield and is not loosened", async () => {
    expect(await sandbox.call("FocusSpotlightFixed", at(0))).toEqual(at(0));
    expect(await focus()).toBe("Ff-");
    await sandbox.call("FocusSpotlight", at(2));
    expect(await focus()).toBe("F-f");
    await sandbox.call("FocusSpotlight", at(0));
    expect(await focus()).toBe("F-f");
  });

  test("no slot is left when all are fixed", async () => {
    await sandbox.call("FocusSpotlightFixed", at(0));
    await sandbox.call("FocusSpotlightFixed", at(1));
    for (const operation of ["FocusSpotlight", "FocusSpotlightFixed"] as const) {
      expect(await sandbox.refused(operation, at(2))).toEqual({
        error_type: "SpotlightFull",
        error_reason: { ...at(2), spotlight_number: 2 },
      });
    }
    expect(await focus()).toBe("FF-");
    expect((await spotlightOf(2)).total_spotlight_focus_failed).toBe(2);
  });

  test("unfocus ends both kinds and makes room", async () => {
    await sandbox.call("FocusSpotlightFixed", at(0));
    expect(await sandbox.call("UnfocusSpotlight", at(0))).toEqual(at(0));
    expect(await focus()).toBe("-f-");
    await sandbox.call("FocusSpotlight", at(2));
    expect(await focus()).toBe("-ff");
    await sandbox.call("UnfocusSpotlight", at(1));
    await sandbox.call("UnfocusSpotlight", at(1));
    expect(await focus()).toBe("--f");
  });

  test("who leaves frees the slot", async () => {
    await sandbox.call("FocusSpotlightFixed", at(0));
    await sandbox.call("FocusSpotlightFixed", at(1));
    await sandbox.call("DisconnectConnection", at(0));
    await sandbox.call("FocusSpotlight", at(2));
    expect((await spotlightOf(2)).focused).toBe(true);
    expect((await spotlightOf(1)).fixed).toBe(true);
  });
});

describe("the spotlight number", () => {
  const change = (spotlight_number: number) =>
    sandbox.call("ChangeSpotlightNumber", { channel_id: lounge, spotlight_number });

  test("a larger one makes room", async () => {
    expect(await change(3)).toEqual({ channel_id: lounge, spotlight_number: 3 });
    await sandbox.call("FocusSpotlight", at(2));
    expect(await focus()).toBe("fff");
    expect((await spotlightOf(1)).spotlight_number).toBe(3);
  });

  test("a smaller one takes the oldest unfixed focus away, then the oldest fixed one", async () => {
    await change(8);
    await sandbox.call("FocusSpotlightFixed", at(0));
    await sandbox.call("FocusSpotlight", at(1));
    await sandbox.call("FocusSpotlightFixed", at(2));
    await change(2);
    expect(await focus()).toBe("F-F");
    await change(1);
    expect(await focus()).toBe("--F");
  });
});

test("unknown channels, channels without spotlight and unknown connections are refused", async () => {
  const [alice = ""] = await sandbox.ids("sora");
  const [viewer = ""] = connections;
  const rids = { spotlight_focus_rid: "r1", spotlight_unfocus_rid: "r0" };
  const calls = [
    ["FocusSpotlight", { connection_id: alice }],
    ["FocusSpotlightFixed", { connection_id: alice }],
    ["UnfocusSpotlight", { connection_id: alice }],
    ["ChangeSpotlightNumber", { spotlight_number: 1 }],
    ["RequestSpotlightRid", { recv_connection_id: alice, ...rids }],
    ["ResetSpotlightRid", { recv_connection_id: alice }],
    ["BatchRequestSpotlightRid", { item_list: [{ recv_connection_id: viewer, ...rids }] }],
  ] as const;
  for (const [operation, body] of calls) {
    expect(await sandbox.refused(operation, { channel_id: "sora", ...body })).toEqual({
      error_type: "NotSpotlightChannel",
      error_reason: { channel_id: "sora" },
    });
    const { error_type } = await sandbox.refused(operation, { channel_id: "nowhere", ...body });
    expect(error_type).toBe("ChannelNotFound");
  }
  for (const operation of ["FocusSpotlight", "FocusSpotlightFixed", "UnfocusSpotlight"] as const) {
    const body = { channel_id: lounge, connection_id: alice };
    expect((await sandbox.refused(operation, body)).error_type).toBe("ConnectionNotFound");
  }
});
