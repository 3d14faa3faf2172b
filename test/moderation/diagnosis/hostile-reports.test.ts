import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { suspicion } from "../../../src/moderation/diagnosis/suspicion.ts";
import { codes } from "../../../src/moderation/diagnosis/thresholds.ts";
import { anyJson } from "../../support/any-json.ts";
import { after, before } from "./bad-connection.ts";
import { connection, diagnosed, evidenceOf, flowing } from "./evidence.ts";
import { numbersIn } from "./numbers-in.ts";

describe("whatever a client reports", () => {
  const names = [
    ...new Set(
      [...after.rtc_stats, { rid: 0, mediaType: 0, selected: 0 }].flatMap((entry) => Object.keys(entry)),
    ),
  ];
  const words = ["audio", "video", "relay", "tcp", "bandwidth", "succeeded", "I1", "CP1"];
  const types = [...new Set(after.rtc_stats.map(({ type }) => type))];
  const anyCount = fc.oneof(
    fc.nat(),
    fc.double(),
    fc.constantFrom(0, -1, 5e-324, Number.MAX_VALUE, "7", "1e308"),
  );
  const anyValue = fc.oneof(anyCount, fc.constantFrom(...words), fc.boolean(), anyJson);
  const anyEntry = fc
    .tuple(
      fc.constantFrom(...types),
      fc.constantFrom("audio", "video"),
      fc.dictionary(fc.constantFrom(...names), anyValue),
    )
    .map(([type, kind, members]) => ({ kind, ...members, type }));
  const anyTimestamp = fc.oneof(fc.constantFrom(before.timestamp, after.timestamp), anyValue);
  const anyReport = fc.oneof(
    anyJson,
    fc.record({ timestamp: anyTimestamp, rtc_stats: fc.array(fc.oneof(anyEntry, anyJson)) }),
    fc.array(anyEntry).map((more) => ({ ...after, rtc_stats: [...more, ...after.rtc_stats] })),
  );
  const known = new Set<string>([
    ...codes,
    ...[
      "connection_id",
      "client_id",
      "role",
      "verdict",
      "findings",
      "code",
      "severity",
      "value",
      "limit",
      "unit",
    ],
    ...[
      "up",
      "down",
      "path",
      "mic",
      "client_report_age_s",
      "kbps",
      "loss_percent",
      "jitter_ms",
      "available_kbps",
      "averages",
      "since joining",
    ],
    ...["ratios_over_s", "more_findings", "encode_ms", "rtt_ms", "type", "protocol", "level_0_to_1"],
    ...[
      "good",
      "fair",
      "bad",
      "unknown",
      "info",
      "%",
      "% of time",
      "% of samples",
      "ms",
      "fps",
      "0..1",
      "layers",
      "s",
    ],
    ...["unanswered ICE checks", "packets/s", "connections"],
    ...["host", "srflx", "prflx", "relay", "udp", "tcp", "tls"],
    ...Object.values(connection),
  ]);

  test("nothing fails, every number is finite, and no text is told but known words", () => {
    fc.assert(
      fc.property(
        anyReport,
        anyReport,
        fc.oneof(anyJson, fc.constant(flowing[0])),
        anyJson,
        (report, earlier, first, second) => {
          const diagnosis = diagnosed({ report, earlier, counters: [first, second] });
          expect(numbersIn(diagnosis).filter((number) => !(Number.isFinite(number) && number >= 0))).toEqual(
            [],
          );
          const texts = JSON.stringify(diagnosis).match(/"[^"]*"/g) ?? [];
          expect(texts.map((text) => text.slice(1, -1)).filter((text) => !known.has(text))).toEqual([]);
          expect(Number.isFinite(suspicion(evidenceOf({ report, earlier })))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  const badness = { good: 0, unknown: 0, fair: 1, bad: 2 };
  test("more loss never makes it look better", () => {
    const loss = fc.integer({ min: -10, max: 3000 });
    const packets = fc.nat({ max: 3000 });
    const lossy = (type: string, packets: number, packetsLost: number, already: number) => ({
      timestamp: after.timestamp,
      rtc_stats: [
        { type: "outbound-rtp", kind: "audio", ssrc: 1, packetsSent: packets },
        { type, kind: "audio", ssrc: 1, packetsReceived: packets, packetsLost: packetsLost + already },
      ],
    });
    fc.assert(
      fc.property(
        fc.constantFrom("inbound-rtp", "remote-inbound-rtp"),
        packets,
        loss,
        fc.nat({ max: 500 }),
        fc.boolean(),
        (type, count, lost, more, hasEarlier) => {
          const earlier = hasEarlier ? { ...lossy(type, 0, 0, 40), timestamp: before.timestamp } : undefined;
          const [less, worse] = [lost, lost + more].map((packetsLost) =>
            diagnosed({ earlier, report: lossy(type, count, packetsLost, 40) }),
          );
          if (!less || !worse) throw new Error("no diagnosis");
          expect(badness[worse.verdict]).toBeGreaterThanOrEqual(badness[less.verdict]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("the order of its entries means nothing", () => {
    const shuffled = ({ rtc_stats }: typeof after) =>
      fc.shuffledSubarray(rtc_stats, { minLength: rtc_stats.length });
    const expected = diagnosed({ report: after, earlier: before });
    fc.assert(
      fc.property(shuffled(after), shuffled(before), (late, early) => {
        const report = { ...after, rtc_stats: late };
        expect(diagnosed({ report, earlier: { ...before, rtc_stats: early } })).toEqual(expected);
      }),
    );
  });
});
