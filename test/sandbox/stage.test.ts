import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Json, lounge, openSandbox, stage, startTime, type TestSandbox } from "./client.ts";
import { clientsOn, peopleOn, seeds, setClock, visitorsOn } from "./on-stage.ts";

const regulars = ["frank", "grace", "heidi", "ivan", "judy", "leo"];

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox({ edition: "2025.2" });
});
afterEach(() => sandbox.close());

const at = (seconds: number) => setClock(sandbox, seconds);
const people = () => peopleOn(sandbox);
const clients = () => clientsOn(sandbox);
const visitors = () => visitorsOn(sandbox);

describe("who comes and goes", () => {
  test("at the start nobody has yet", async () => {
    expect(await clients()).toEqual([...regulars, "visitor-1", "visitor-2", "visitor-3"]);
    const roles = (await people()).filter(({ role }) => role !== "sendrecv");
    expect(roles.map(({ client_id, role }) => [client_id, role])).toEqual([
      ["leo", "recvonly"],
      ["visitor-3", "recvonly"],
    ]);
    const simulcast = (await people()).filter((entry) => entry.simulcast);
    expect(simulcast.map(({ client_id }) => client_id)).toEqual(["judy"]);
    for (const entry of await people()) {
      expect(entry.created_time).toBeLessThan(startTime * 1000);
      expect(entry.event_metadata.name.toLowerCase().replace(" ", "-")).toBe(entry.client_id);
    }
    const metadata = await sandbox.call("ListSignalingNotifyMetadata", { channel_id: stage });
    for (const entry of metadata) expect(entry.metadata).toHaveProperty("name");
  });

  test("one leaves after 12 s, not before", async () => {
    at(11.999);
    expect(await visitors()).toEqual(["visitor-1", "visitor-2", "visitor-3"]);
    at(12);
    expect(await visitors()).toEqual(["visitor-2", "visitor-3"]);
  });

  test("leaves and joins alternate, and who left may come back", async () => {
    const seen: string[] = [];
    for (let second = 0; second <= 135; second += 1) {
      at(second);
      const now = (await visitors()).map((client) => client.replace("visitor-", "")).join(" ");
      if (seen.at(-1) !== now) seen.push(now);
    }
    const first = ["1 2 3", "2 3", "2 3 4", "3 4", "3 4 1", "4 1", "4 1 5", "1 5", "1 5 6"];
    expect(seen.slice(0, first.length)).toEqual(first);
  });

  test("who comes back has the same client id and another connection", async () => {
    const connectionOf = async () =>
      (await people()).find(({ client_id }) => client_id === "visitor-1")?.connection_id;
    const before = await connectionOf();
    at(30);
    expect(await connectionOf()).toBeUndefined();
    at(70);
    const after = await connectionOf();
    expect(after).toMatch(/^[0-9A-HJKMNP-TV-Z]{25}[048CGMRW]$/);
    expect(after).not.toBe(before);
  });

  test("each event is 10 to 20 s after the one before, whatever chance says", async () => {
    const step = 1;
    const property = fc.asyncProperty(seeds, async (seed) => {
      const other = await openSandbox({ seed });
      const changes: number[] = [];
      let before = await clientsOn(other);
      for (let second = step; second <= 90; second += step) {
        setClock(other, second);
        const after = await clientsOn(other);
        // One at a time: somebody is gone, or somebody is new.
        if (after.join() !== before.join()) {
          const isLeave = changes.length % 2 === 0;
          expect(after.length - before.length).toBe(isLeave ? -1 : 1);
          changes.push(second);
        }
        before = after;
      }
      await other.close();
      expect(changes[0]).toBe(12);
      expect(changes.length).toBeGreaterThanOrEqual(4);
      for (const [index, change] of changes.slice(1).entries()) {
        const gap = change - (changes[index] ?? 0);
        expect(gap).toBeGreaterThan(10 - step);
        expect(gap).toBeLessThan(20 + step);
      }
    });
    await fc.assert(property, { numRuns: 5 });
  });

  test("who comes did so at that time, though it is asked for later", async () => {
    at(33);
    const newcomer = (await people()).at(-1);
    expect(newcomer.client_id).toBe("visitor-4");
    const seconds = newcomer.created_time / 1_000_000 - startTime / 1000;
    expect(seconds).toBeGreaterThanOrEqual(22);
    expect(seconds).toBeLessThanOrEqual(32);
    const body = { channel_id: stage, connection_id: newcomer.connection_id };
    const { ice_connection_state } = await sandbox.call("GetStatsConnection", body);
    expect(ice_connection_state.total_connected_req).toBe(Math.floor((33 - seconds) / 2.5));
  });

  test("the others stay for hours, and there is never more than a handful of visitors", async () => {
    for (let minute = 1; minute <= 90; minute += 1) {
      at(minute * 60 + 0.7);
      const all = await clients();
      expect(all.slice(0, regulars.length)).toEqual(regulars);
      expect([2, 3]).toContain(all.length - regulars.length);
    }
  });

  test("in the other channels nobody comes or goes", async () => {
    const others = () =>
      Promise.all(
        ["sora", lounge].map((channel_id) => sandbox.call("ListChannelConnections", { channel_id })),
      );
    const before = await others();
    for (const seconds of [12, 60, 3600, 86_400]) {
      at(seconds);
      expect(await others()).toEqual(before);
    }
  });

  test("the mode turns them away", async () => {
    await sandbox.call("ChangeMode", { mode: "block_new_connection" });
    at(45);
    expect(await visitors()).toEqual(["visitor-3"]);
    await sandbox.call("ChangeMode", { mode: "block_new_session" });
    await sandbox.call("DisconnectChannel", { channel_id: stage });
    at(200);
    expect(await clients()).toEqual([]);
    await sandbox.call("ChangeMode", { mode: "normal" });
    at(240);
    expect((await visitors()).length).toBeGreaterThan(0);
    await sandbox.call("ChangeMode", { mode: "block_new_session" });
    const before = await visitors();
    at(275);
    expect(await visitors(), "the session is there").not.toEqual(before);
    expect((await visitors()).length).toBeGreaterThan(0);
  });
});

describe("who is disconnected stays away", () => {
  const cut = (client_id: string) => sandbox.call("DisconnectClient", { channel_id: stage, client_id });

  test("a regular for good", async () => {
    await cut("frank");
    for (const seconds of [12, 60, 600, 36_000]) {
      at(seconds);
      expect(await clients()).not.toContain("frank");
    }
  });

  test("a visitor too, and their leave is no event any more", async () => {
    await cut("visitor-1");
    const destroyed = async () => (await sandbox.call("GetStatsReport", {})).total_connection_destroyed;
    at(12);
    expect(await visitors()).toEqual(["visitor-2", "visitor-3"]);
    expect(await destroyed()).toBe(1);
    at(32);
    expect(await visitors(), "others come").toContain("visitor-4");
    for (let second = 40; second <= 600; second += 5) {
      at(second);
      expect(await visitors()).not.toContain("visitor-1");
    }
    expect(await visitors()).not.toEqual([]);
  });

  test("an emptied channel is opened anew by visitors, in a session of its own", async () => {
    const before = await sandbox.call("GetSession", { channel_id: stage });
    await sandbox.call("CreateChannelForwardingFilter", { channel_id: stage, action: "block", rules: [] });
    at(5);
    await sandbox.call("DisconnectChannel", { channel_id: stage });
    at(21);
    expect(await clients()).toEqual([]);
    expect((await sandbox.refused("GetSession", { channel_id: stage })).error_type).toBe("ChannelNotFound");
    at(33);
    expect(await clients()).toEqual(["visitor-4"]);
    const after = await sandbox.call("GetSession", { channel_id: stage });
    expect(after.session_id).not.toBe(before.session_id);
    expect(after).toMatchObject({ total_connections: 1, max_connections: 1 });
    expect(after.created_time).toBe((await people())[0].created_time);
    const filters = await sandbox.call("ListForwardingFilters", { channel_id: stage });
    expect(filters).toEqual({ connection_forwarding_filters: [] });
    at(600);
    expect((await clients()).length).toBeGreaterThan(1);
  });
});

describe("filters hit who comes later", () => {
  const rules = (...values: string[]) => [[{ field: "client_id", operator: "is_in", values }]];

  /** The client ids of those whose audio is cut, and for how many. */
  async function cutFor(): Promise<Record<string, number>> {
    const { blocked } = await sandbox.call("ListForwardingFilters", { channel_id: stage, blocked: true });
    const names = new Map((await people()).map(({ connection_id, client_id }) => [connection_id, client_id]));
    const counts: Record<string, number> = {};
    for (const { kind, source_connection_id_list } of blocked) {
      for (const sender of kind === "audio" ? source_connection_id_list : []) {
        const name = names.get(sender);
        counts[name] = (counts[name] ?? 0) + 1;
      }
    }
    return counts;
  }

  test("and who comes back", async () => {
    const filter = { channel_id: stage, action: "block", rules: rules("visitor-1", "visitor-4") };
    await sandbox.call("CreateChannelForwardingFilter", filter);
    expect(await cutFor()).toEqual({ "visitor-1": 8 });
    at(12);
    expect(await cutFor()).toEqual({});
    at(33);
    expect(await clients()).toHaveLength(9);
    expect(await cutFor()).toEqual({ "visitor-4": 8 });
    at(62.5);
    expect(await visitors()).toEqual(["visitor-3", "visitor-4", "visitor-1"]);
    expect(await cutFor()).toEqual({ "visitor-4": 8, "visitor-1": 8 });
    const [visitor = ""] = (await sandbox.ids(stage)).slice(-1);
    for (const { client_id, connection_id } of await people()) {
      const body = { channel_id: stage, connection_id };
      const { rtp_streams } = await sandbox.call("GetStatsConnection", body);
      const stream = rtp_streams.find((entry: Json) => entry.send_connection_id === visitor);
      if (client_id !== "visitor-1") expect(stream).toMatchObject({ audio: false, total_sent_rtp: 0 });
    }
  });

  test("for one receiver as well", async () => {
    const [, , , , , connection_id = ""] = await sandbox.ids(stage);
    const filter = { channel_id: stage, connection_id, action: "allow", rules: rules("frank") };
    await sandbox.call("CreateConnectionForwardingFilter", filter);
    at(33);
    expect(await cutFor()).toMatchObject({ "visitor-4": 1, judy: 1 });
    expect(await cutFor()).not.toHaveProperty("frank");
  });
});
