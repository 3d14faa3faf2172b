import { describe, expect, test } from "vitest";
import { codes } from "../../../src/moderation/diagnosis/thresholds.ts";

import { alone, camera, flowing, found, reportOf, sentVideo, severity } from "./found.ts";

describe("by Sora's counters", () => {
  const still = { kbps: 0, packetsPerSecond: 0 };
  const nothing = { value: 0, limit: 0, unit: "packets/s" };
  test("who does not answer is bad", () => {
    expect(found({ rates: { ...flowing, unansweredChecks: 2 } })).toEqual([
      { code: "not_responding", severity: "bad", value: 2, limit: 0, unit: "unanswered ICE checks" },
    ]);
    expect(found({ rates: flowing })).toEqual([]);
    expect(found({ rates: { ...flowing, unansweredChecks: undefined } })).toEqual([]);
  });

  test.each([
    // Who has switched all off sends nothing either, and no report tells.
    ["who is to send", {}, "fair"],
    ["who is to send only", { role: "sendonly" }, "fair"],
    ["who does not send", { role: "recvonly" }, undefined],
    ["who has no media", { audio: false, video: false }, undefined],
    ["who has one kind", { audio: false }, "fair"],
  ])("nothing comes from %s", (_what, connection, expected) => {
    const findings = found({ connection, rates: { ...flowing, up: still } });
    expect(severity(findings, "no_media_up")).toBe(expected);
  });

  test("nothing comes from who has camera and microphone switched off, which is no fault", () => {
    const rates = { ...flowing, up: still };
    const finding = { code: "no_media_up", ...nothing };
    const off = [{ ...sentVideo, packetsSent: 9 }];
    expect(found({ rates, reported: reportOf(off) })).toEqual([{ ...finding, severity: "info" }]);
    expect(found({ rates, reported: reportOf([...off, camera(30)]) })).toEqual([
      { ...finding, severity: "bad" },
    ]);
    expect(found({ rates, reported: reportOf([]) })).toEqual([{ ...finding, severity: "bad" }]);
    const paused = [{ ...sentVideo, active: false, packetsSent: 9 }, camera(30)];
    expect(found({ rates, reported: reportOf(paused) })).toEqual([{ ...finding, severity: "info" }]);
    expect(severity(found({ rates, reported: reportOf(off, 151) }), "no_media_up")).toBe("fair");
    const silent = { ...rates, unansweredChecks: 2 };
    expect(severity(found({ rates: silent, reported: reportOf(off, 151) }), "no_media_up")).toBe("bad");
  });

  test.each([
    ["that others were seen to send", {}, "seen", "bad"],
    ["that others should send", {}, "expected", "fair"],
    ["as there is nothing", {}, "nothing", undefined],
    ["as the role says", { role: "sendonly" }, "seen", undefined],
    ["to who only gets", { role: "recvonly" }, "seen", "bad"],
    ["as there is no media", { audio: false, video: false }, "seen", undefined],
  ] as const)("nothing goes down %s", (_what, connection, offered, expected) => {
    const findings = found({
      connection,
      surroundings: { ...alone, offered },
      rates: { ...flowing, down: still },
    });
    expect(severity(findings, "no_media_down")).toBe(expected);
  });

  test("what is not counted is not judged", () => {
    const unknown = { kbps: undefined, packetsPerSecond: undefined };
    expect(found({ rates: { up: unknown, down: unknown, unansweredChecks: undefined } })).toEqual([]);
  });
});

test("one client twice is told", () => {
  const surroundings = { ...alone, connectionsOfClient: 2 };
  expect(found({ surroundings })).toEqual([
    { code: "duplicate_client", severity: "info", value: 2, limit: 1, unit: "connections" },
  ]);
  expect(found({ surroundings, connection: { client_id: undefined } })).toEqual([]);
});

test("no code stands twice", () => {
  expect(new Set(codes).size).toBe(20);
  expect(codes).toHaveLength(20);
});
