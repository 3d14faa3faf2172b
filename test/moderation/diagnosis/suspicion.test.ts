import { describe, expect, test } from "vitest";
import { participantsIn } from "../../../src/moderation/diagnosis/participant.ts";
import { readReport } from "../../../src/moderation/diagnosis/report.ts";
import { reportedBy } from "../../../src/moderation/diagnosis/reported.ts";
import { suspicion } from "../../../src/moderation/diagnosis/suspicion.ts";
import { after, afterAt } from "./bad-connection.ts";
import { fine } from "./evidence.ts";

const [participant] = participantsIn([{ connection_id: "A", role: "sendrecv" }]);
if (!participant) throw new Error("nobody is there");

describe("suspicion", () => {
  const of = (report?: unknown, now = afterAt) => {
    const read = readReport(report);
    const muted = { audio: { cutFor: 0, of: 3 }, video: { cutFor: 0, of: 3 } };
    return suspicion({
      participant,
      surroundings: { connectionsOfClient: 1, muted, offered: "nothing" },
      reported: read && reportedBy(read, undefined, now),
    });
  };
  const lossy = (packetsLost: number) => ({
    timestamp: after.timestamp,
    stats: [{ type: "inbound-rtp", kind: "audio", packetsReceived: 1000, packetsLost }],
  });
  test("is none of who is well, and more the worse the report is", () => {
    expect(of(fine)).toBe(0);
    expect(of(lossy(50))).toBe(1);
    expect(of(lossy(100))).toBe(10);
    // Jitter and round-trip time of the moment, few frames a second, and loud at that moment.
    expect(of(after)).toBe(4);
  });
  test("of who is not known to be well is between a small trouble and a large one", () => {
    expect(of()).toBe(2);
    expect(of({ timestamp: after.timestamp, stats: [] })).toBe(2);
    expect(of(fine, afterAt + 151_000)).toBe(2);
  });
});
