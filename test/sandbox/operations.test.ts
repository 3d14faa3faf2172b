import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.close());

const channel_id = "sora";

async function clients(channel = channel_id): Promise<string[]> {
  const connections = await sandbox.call("ListChannelConnections", { channel_id: channel });
  return connections.map((connection: Json) => connection.client_id);
}

/** How many push messages each connection of the channel has been sent, in the order of joining. */
async function pushTotals(): Promise<number[]> {
  const totals = [];
  for (const connection_id of await sandbox.ids(channel_id)) {
    const { signaling } = await sandbox.call("GetStatsConnection", { channel_id, connection_id });
    totals.push(signaling.total_sent_push);
  }
  return totals;
}

describe("disconnecting", () => {
  test("one connection", async () => {
    const [, connection_id = ""] = await sandbox.ids(channel_id);
    const body = { channel_id, connection_id, reason: { why: "noise" } };
    expect(await sandbox.call("DisconnectConnection", body)).toEqual({ channel_id, connection_id });
    expect(await clients()).toEqual(["alice", "alice", "carol", "mallory"]);
    expect(await sandbox.refused("DisconnectConnection", body)).toEqual({
      error_type: "ConnectionNotFound",
      error_reason: { channel_id, connection_id },
    });
  });

  test("all connections of a client", async () => {
    const body = { channel_id, client_id: "alice" };
    expect(await sandbox.call("DisconnectClient", { ...body, reason: {} })).toEqual(body);
    expect(await clients()).toEqual(["bob", "carol", "mallory"]);
    expect(await sandbox.refused("DisconnectClient", body)).toEqual({
      error_type: "ClientNotFound",
      error_reason: body,
    });
  });

  test("all connections of a role", async () => {
    const body = { channel_id, role: "recvonly" };
    expect(await sandbox.call("DisconnectChannelByRole", body)).toEqual(body);
    expect(await clients()).toEqual(["alice", "bob", "alice"]);
    expect(await sandbox.call("DisconnectChannelByRole", body)).toEqual(body);
    expect(await clients()).toHaveLength(3);
  });

  test("a whole channel, and no other", async () => {
    expect(await sandbox.call("DisconnectChannel", { channel_id, reason: {} })).toEqual({ channel_id });
    expect(await sandbox.refused("DisconnectChannel", { channel_id })).toEqual({
      error_type: "ChannelNotFound",
      error_reason: { channel_id },
    });
    expect(await clients(lounge)).toHaveLength(3);
  });

  test("an emptied channel lists nothing, and everything else calls it unknown", async () => {
    const [connection_id = ""] = await sandbox.ids(channel_id);
    await sandbox.call("DisconnectChannel", { channel_id });
    expect(await sandbox.call("ListChannelConnections", { channel_id })).toEqual([]);
    expect(await sandbox.call("ListSignalingNotifyMetadata", { channel_id })).toEqual([]);
    expect(await sandbox.call("ListChannelUserAgentStats", { channel_id })).toEqual([]);
    const { error_type } = await sandbox.refused("GetStatsConnection", { channel_id, connection_id });
    expect(error_type).toBe("ChannelNotFound");
  });

  test("shrinks every other answer", async () => {
    const [gone = ""] = await sandbox.ids(channel_id);
    await sandbox.call("DisconnectConnection", { channel_id, connection_id: gone });
    for (const operation of ["ListSignalingNotifyMetadata", "ListChannelUserAgentStats"] as const) {
      const entries = await sandbox.call(operation, { channel_id });
      expect(entries).toHaveLength(4);
      expect(JSON.stringify(entries)).not.toContain(gone);
    }
    expect(await sandbox.call("GetStatsClient", { channel_id, client_id: "alice" })).toHaveLength(1);
    for (const operation of [
      "GetStatsConnection",
      "GetUserAgentStats",
      "GetSignalingNotifyMetadata",
      "DeleteSignalingNotifyMetadata",
    ] as const) {
      const { error_type } = await sandbox.refused(operation, { channel_id, connection_id: gone });
      expect(error_type).toBe("ConnectionNotFound");
    }
  });

  test("a viewer loses the stream of a sender who left, but not the totals", async () => {
    const [alice = "", bob = "", , carol = ""] = await sandbox.ids(channel_id);
    const stats = () => sandbox.call("GetStatsConnection", { channel_id, connection_id: carol });
    const before = await stats();
    await sandbox.call("DisconnectConnection", { channel_id, connection_id: alice });
    sandbox.clock.now += 10_000;
    const after = await stats();
    expect(before.rtp_streams.map((stream: Json) => stream.send_connection_id)).toContain(alice);
    expect(after.rtp_streams.map((stream: Json) => stream.send_connection_id)).not.toContain(alice);
    expect(after.rtp.total_sent_rtp).toBeGreaterThan(before.rtp.total_sent_rtp);
    const pair = { channel_id, recv_connection_id: carol, send_connection_id: alice };
    expect((await sandbox.refused("PauseRtpStream", pair)).error_type).toBe("ConnectionNotFound");
    await sandbox.call("DisconnectConnection", { channel_id, connection_id: bob });
    await sandbox.call("DisconnectChannelByRole", { channel_id, role: "sendonly" });
    sandbox.clock.now += 10_000;
    const alone = await stats();
    expect(alone.rtp_streams).toEqual([]);
    expect(alone.rtp.total_sent_rtp).toBe(after.rtp.total_sent_rtp);
  });
});

describe("pushing", () => {
  const data = { text: "please be quiet" };
  const message = { type: "push", data };

  test("to a channel", async () => {
    expect(await sandbox.call("PushChannel", { channel_id, data })).toEqual(message);
    expect(await pushTotals()).toEqual([1, 1, 1, 1, 1]);
  });

  test("to every connection of a client", async () => {
    expect(await sandbox.call("PushClient", { channel_id, client_id: "alice", data })).toEqual(message);
    expect(await pushTotals()).toEqual([1, 0, 1, 0, 0]);
  });

  test("to one connection, which shows the message", async () => {
    const [, connection_id = ""] = await sandbox.ids(channel_id);
    expect(await sandbox.call("PushConnection", { channel_id, connection_id, data })).toEqual(message);
    expect(await pushTotals()).toEqual([0, 1, 0, 0, 0]);
    const { signaling } = await sandbox.call("GetStatsConnection", { channel_id, connection_id });
    expect(signaling.last_sent_push).toEqual(data);
  });

  test("to a role", async () => {
    expect(await sandbox.call("PushChannelByRole", { channel_id, role: "recvonly", data })).toEqual(message);
    expect(await pushTotals()).toEqual([0, 0, 0, 1, 1]);
    await sandbox.call("PushChannelByRole", { channel_id, role: "sendonly", data });
    expect(await pushTotals()).toEqual([0, 0, 1, 1, 1]);
  });

  test("to nobody is refused", async () => {
    const of = async (operation: "PushChannel" | "PushClient" | "PushConnection", body: object) =>
      (await sandbox.refused(operation, { ...body, data })).error_type;
    expect(await of("PushChannel", { channel_id: "nowhere" })).toBe("ChannelNotFound");
    expect(await of("PushClient", { channel_id, client_id: "zoe" })).toBe("ClientNotFound");
    expect(await of("PushConnection", { channel_id, connection_id: "alice" })).toBe("ConnectionNotFound");
  });
});
