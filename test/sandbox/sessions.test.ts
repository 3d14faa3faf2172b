import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, stage, startTime, type TestSandbox } from "./client.ts";

const channel_id = "sora";
let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2025.2" });
});
afterEach(() => sandbox.close());

const session = (channel = channel_id) => sandbox.call("GetSession", { channel_id: channel });

describe("a session", () => {
  test("in full", async () => {
    const { id, session_id, connections, created_time, created_timestamp, ...rest } = await session();
    expect(rest).toEqual({
      type: "session.updated",
      timestamp: "2026-04-01T09:30:00.250000Z",
      version: "2025.2.0",
      label: "WebRTC SFU Sora",
      node_name: "sandbox@127.0.0.1",
      channel_id,
      spotlight: false,
      max_connections: 5,
      total_connections: 5,
      recording: null,
    });
    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{25}[048CGMRW]$/);
    const listed = await sandbox.call("ListChannelConnections", { channel_id });
    expect(session_id).toBe(listed[0].session_id);
    expect(created_time).toBe(listed[0].created_time);
    expect(created_timestamp).toBe(listed[0].created_timestamp);
    expect(connections).toHaveLength(5);
    expect(connections[1]).toEqual({
      role: "sendrecv",
      client_id: "bob",
      bundle_id: listed[1].connection_id,
      connection_id: listed[1].connection_id,
      simulcast: false,
      audio: true,
      audio_codec_type: "OPUS",
      audio_bit_rate: 64,
      video: true,
      video_codec_type: "VP9",
      video_bit_rate: 1000,
      connection_created_timestamp: listed[1].created_timestamp,
      event_metadata: { name: "Bob" },
    });
    expect(connections[4]).toMatchObject({ client_id: "mallory", video: false });
    expect(connections[4]).not.toHaveProperty("video_codec_type");
  });

  test("is read with its id, and with no other", async () => {
    const { session_id } = await session();
    const read = await sandbox.call("GetSession", { channel_id, session_id });
    expect(read.session_id).toBe(session_id);
    const other = (await session(lounge)).session_id;
    expect(await sandbox.refused("GetSession", { channel_id, session_id: other })).toEqual({
      error_type: "SessionNotFound",
      error_reason: { channel_id, session_id: other },
    });
    const { error_type } = await sandbox.refused("GetSession", { channel_id: "nowhere" });
    expect(error_type).toBe("ChannelNotFound");
  });

  test("keeps its counts and its beginning when people leave", async () => {
    const before = await session();
    await sandbox.call("DisconnectClient", { channel_id, client_id: "alice" });
    sandbox.clock.now += 1000;
    const after = await session();
    expect(after).toMatchObject({ max_connections: 5, total_connections: 5 });
    expect(after.connections).toHaveLength(3);
    expect(after.created_time).toBe(before.created_time);
    expect(after.timestamp).not.toBe(before.timestamp);
    expect(after.created_time).toBeLessThan(startTime * 1000);
  });
});

describe("all sessions", () => {
  test("are listed, one for each channel", async () => {
    const all = await sandbox.call("ListSessions", {});
    expect(all.map((one: Json) => [one.channel_id, one.spotlight, one.connections.length])).toEqual([
      [channel_id, false, 5],
      [lounge, true, 3],
      [stage, false, 9],
    ]);
    const { id: _, ...first } = all[0];
    expect(await session()).toMatchObject(first);
    await sandbox.call("DisconnectChannel", { channel_id });
    expect(await sandbox.call("ListSessions", {})).toHaveLength(2);
  });

  test("are in no group", async () => {
    expect(await sandbox.call("ListSessions", { group_id: "team" })).toEqual([]);
  });
});

describe("terminating", () => {
  test("cuts everybody in the channel, and nobody else", async () => {
    const { session_id } = await session();
    expect(await sandbox.call("TerminateSession", { channel_id })).toEqual({ session_id });
    expect(await sandbox.ids(channel_id)).toEqual([]);
    expect(await sandbox.ids(lounge)).toHaveLength(3);
    expect(await sandbox.call("ListSessions", {})).toHaveLength(2);
    for (const operation of ["GetSession", "TerminateSession"]) {
      expect(await sandbox.refused(operation, { channel_id })).toEqual({
        error_type: "ChannelNotFound",
        error_reason: { channel_id },
      });
    }
  });

  test("takes the session's id, and cuts nobody for another", async () => {
    const { session_id } = await session();
    expect(await sandbox.refused("TerminateSession", { channel_id, session_id: "x" })).toEqual({
      error_type: "SessionNotFound",
      error_reason: { channel_id, session_id: "x" },
    });
    expect(await sandbox.ids(channel_id)).toHaveLength(5);
    expect(await sandbox.call("TerminateSession", { channel_id, session_id })).toEqual({ session_id });
    expect(await sandbox.ids(channel_id)).toEqual([]);
  });
});
