import { describe, expect, test } from "vitest";
import { readReport } from "../../../src/moderation/diagnosis/report.ts";
import { reportedBy } from "../../../src/moderation/diagnosis/reported.ts";
import { suspicion } from "../../../src/moderation/diagnosis/suspicion.ts";
import { after, afterAt } from "./bad-connection.ts";
import { fine } from "./evidence.ts";

describe("suspicion", () => {
  const of = (report?: unknown, now = afterAt) => {
    const read = readReport(report);
    return suspicion(read && reportedBy(read, undefined, now));
  };
  const lossy = (packetsLost: number) => ({
    timestamp: after.timestamp,
    stats: [{ type: "inbound-rtp", kind: "audio", packetsReceived: 1000, packetsLost }],
  });
  test("is none of who is well, and more the worse the report is", () => {
    expect(of(fine)).toBe(0);
    expect(of(lossy(50))).toBe(1);
    expect(of(lossy(100))).toBe(10);
    // Jitter, round-trip time and frames a second, of the moment.
    expect(of(after)).toBe(3);
  });
  test("of who is not known to be well is between a small trouble and a large one", () => {
    expect(of()).toBe(2);
    expect(of({ timestamp: after.timestamp, stats: [] })).toBe(2);
    expect(of(fine, afterAt + 151_000)).toBe(2);
  });
});
