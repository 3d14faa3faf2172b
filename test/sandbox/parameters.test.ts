import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
let viewer: string;
beforeAll(async () => {
  sandbox = await openSandbox();
  [viewer = ""] = await sandbox.ids(lounge);
});
afterAll(() => sandbox.close());

/** The broken rules as [path, error]. */
async function faults(operation: string, body: unknown): Promise<[string, string][]> {
  const { error_type, error_reason } = await sandbox.refused(operation, body);
  expect(error_type).toBe("InvalidJSON");
  return error_reason.map((reason: Json) => {
    expect(Object.keys(reason).sort()).toEqual(["data", "error", "invalid", "path", "schema"]);
    expect(reason.invalid).toBe("data");
    return [reason.path.join("."), reason.error];
  });
}

test.each([[[]], ["text"], [null], [3], [true]])("a body of %j is not an object", async (body) => {
  expect(await faults("ListChannelConnections", body)).toEqual([["", "wrong_type"]]);
});

test("a reason per fault, with the rule and the value", async () => {
  const body = { channel_id: 7, role: "viewer", colour: "red" };
  const { error_reason } = await sandbox.refused("PushChannelByRole", body);
  const schema = expect.objectContaining({
    required: ["channel_id", "role", "data"],
    additionalProperties: false,
  });
  const whole = { channel_id: 7, role: "viewer", colour: "red" };
  const id = { type: "string", minLength: 1, maxLength: 255 };
  const role = { type: "string", enum: ["sendrecv", "sendonly", "recvonly"] };
  expect(error_reason).toEqual([
    { invalid: "data", schema: id, error: "wrong_type", data: 7, path: ["channel_id"] },
    { invalid: "data", schema: role, error: "not_in_enum", data: "viewer", path: ["role"] },
    { invalid: "data", schema, error: "missing_required_property", data: whole, path: ["data"] },
    { invalid: "data", schema, error: "no_extra_properties_allowed", data: whole, path: ["colour"] },
  ]);
});

test("names of Object.prototype are unknown parameters and no values", async () => {
  const body = JSON.parse('{"channel_id":"sora","__proto__":{},"constructor":1,"toString":2}');
  expect(await faults("ListChannelConnections", body)).toEqual([
    ["__proto__", "no_extra_properties_allowed"],
    ["constructor", "no_extra_properties_allowed"],
    ["toString", "no_extra_properties_allowed"],
  ]);
});

describe("ids", () => {
  test.each([
    ["", "wrong_length"],
    ["x".repeat(256), "wrong_length"],
    ["\u3042".repeat(86), "wrong_length"],
    [null, "wrong_type"],
    [["sora"], "wrong_type"],
  ])("%j is refused", async (channel_id, error) => {
    expect(await faults("ListChannelConnections", { channel_id })).toEqual([["channel_id", error]]);
  });

  test.each(["x", "x".repeat(255), "\u3042".repeat(85)])("%j is taken", async (channel_id) => {
    expect(await sandbox.call("ListChannelConnections", { channel_id })).toEqual([]);
  });

  test("the rule holds for every kind of id", async () => {
    expect(await faults("DisconnectClient", { channel_id: "sora", client_id: "" })).toEqual([
      ["client_id", "wrong_length"],
    ]);
    expect(await faults("GetStatsConnection", { channel_id: "sora", connection_id: 1 })).toEqual([
      ["connection_id", "wrong_type"],
    ]);
    const pair = { channel_id: "sora", recv_connection_id: "", send_connection_id: "" };
    expect(await faults("PauseRtpStream", pair)).toEqual([
      ["recv_connection_id", "wrong_length"],
      ["send_connection_id", "wrong_length"],
    ]);
  });
});

describe("numbers, words and flags", () => {
  test.each([
    [0, "not_in_range"],
    [9, "not_in_range"],
    [-1, "not_in_range"],
    [1.5, "wrong_type"],
    ["3", "wrong_type"],
  ])("spotlight_number %j is refused", async (spotlight_number, error) => {
    expect(await faults("ChangeSpotlightNumber", { channel_id: lounge, spotlight_number })).toEqual([
      ["spotlight_number", error],
    ]);
  });

  test.each(["none", "r3", "R1", ""])("RequestRtpStream takes no rid %j", async (rid) => {
    const body = { channel_id: lounge, recv_connection_id: viewer, rid };
    expect(await faults("RequestRtpStream", body)).toEqual([["rid", "not_in_enum"]]);
  });

  test("both spotlight rids are needed, none is allowed", async () => {
    const body = { channel_id: lounge, recv_connection_id: viewer, spotlight_focus_rid: "none" };
    expect(await faults("RequestSpotlightRid", body)).toEqual([
      ["spotlight_unfocus_rid", "missing_required_property"],
    ]);
    expect(await faults("RequestSpotlightRid", { ...body, spotlight_unfocus_rid: 1 })).toEqual([
      ["spotlight_unfocus_rid", "wrong_type"],
    ]);
  });

  test("push is a boolean and optional, key a string", async () => {
    const body = { channel_id: "sora", connection_id: "x", key: 1, value: null, push: "true" };
    expect(await faults("PutSignalingNotifyMetadataItem", body)).toEqual([
      ["key", "wrong_type"],
      ["push", "wrong_type"],
    ]);
  });

  test.each([[[]], [null], ["text"]])("data %j is not an object", async (data) => {
    expect(await faults("PushChannel", { channel_id: "sora", data })).toEqual([["data", "wrong_type"]]);
  });

  test("reason is an object, and only where Sora takes one", async () => {
    expect(await faults("DisconnectChannel", { channel_id: "sora", reason: "spam" })).toEqual([
      ["reason", "wrong_type"],
    ]);
    const body = { channel_id: "sora", role: "recvonly", reason: {} };
    expect(await faults("DisconnectChannelByRole", body)).toEqual([
      ["reason", "no_extra_properties_allowed"],
    ]);
  });

  test("an optional parameter is left out, not null", async () => {
    const body = { channel_id: lounge, recv_connection_id: viewer, send_connection_id: null };
    expect(await faults("ResetRtpStream", body)).toEqual([["send_connection_id", "wrong_type"]]);
  });
});

test("entries of item_list are checked one by one", async () => {
  const good = { recv_connection_id: viewer, spotlight_focus_rid: "r1", spotlight_unfocus_rid: "r0" };
  const item_list = [good, { ...good, spotlight_focus_rid: "r9", channel_id: lounge }, "r1"];
  expect(await faults("BatchRequestSpotlightRid", { channel_id: lounge, item_list })).toEqual([
    ["item_list.1.spotlight_focus_rid", "not_in_enum"],
    ["item_list.1.channel_id", "no_extra_properties_allowed"],
    ["item_list.2", "wrong_type"],
  ]);
  expect(await faults("BatchRequestSpotlightRid", { channel_id: lounge, item_list: good })).toEqual([
    ["item_list", "wrong_type"],
  ]);
});
