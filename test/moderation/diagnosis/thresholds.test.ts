import { describe, expect, test } from "vitest";
import { judge, thresholds } from "../../../src/moderation/diagnosis/thresholds.ts";

describe("every threshold", () => {
  test.each([
    ["uplink_loss", 3, 8, "%"],
    ["downlink_loss", 3, 8, "%"],
    ["high_rtt", 250, 400, "ms"],
    ["high_jitter", 30, 60, "ms"],
    ["bandwidth_limited", 30, 70, "% of time"],
    ["cpu_limited", 30, 70, "% of time"],
    ["freezes", 5, 20, "% of time"],
    ["concealment", 3, 8, "% of samples"],
    ["loud_mic", 0.5, 0.8, "0..1"],
  ] as const)("%s: from %d on fair, from %d on bad", (code, fair, bad, unit) => {
    const least = fair / 1000;
    expect(judge(code, fair - least)).toEqual([]);
    expect(judge(code, fair)).toEqual([{ code, severity: "fair", value: fair, limit: fair, unit }]);
    expect(judge(code, fair + least)).toMatchObject([{ severity: "fair", limit: fair }]);
    expect(judge(code, bad - least)).toMatchObject([{ severity: "fair", limit: fair }]);
    expect(judge(code, bad)).toEqual([{ code, severity: "bad", value: bad, limit: bad, unit }]);
    expect(judge(code, bad + least)).toMatchObject([{ severity: "bad", limit: bad }]);
  });

  test("low_fps: below 15 fair, below 8 bad", () => {
    expect(judge("low_fps", 15)).toEqual([]);
    expect(judge("low_fps", 14.9)).toEqual([
      { code: "low_fps", severity: "fair", value: 14.9, limit: 15, unit: "fps" },
    ]);
    expect(judge("low_fps", 8)).toMatchObject([{ severity: "fair", limit: 15 }]);
    expect(judge("low_fps", 7.9)).toEqual([
      { code: "low_fps", severity: "bad", value: 7.9, limit: 8, unit: "fps" },
    ]);
  });

  test("is above", () => {
    expect(Object.keys(thresholds)).toHaveLength(10);
  });
});
