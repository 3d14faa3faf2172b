import { expect, test } from "vitest";
import { type ClientReport, readReport } from "../../../src/moderation/diagnosis/report.ts";
import { ReportMemory } from "../../../src/moderation/diagnosis/report-memory.ts";

function reportOf(at: number): ClientReport {
  const report = readReport({ timestamp: 1e12 + at, stats: [] });
  if (!report) throw new Error("no report");
  return report;
}

test("the report before this one is known, however often this one is met", () => {
  const memory = new ReportMemory();
  const [first, second, third] = [reportOf(1), reportOf(2), reportOf(3)];
  expect(memory.keep("A", first)).toBeUndefined();
  expect(memory.keep("A", reportOf(1))).toBeUndefined();
  expect(memory.keep("A", second)).toEqual(first);
  expect(memory.keep("A", reportOf(2))).toEqual(first);
  expect(memory.keep("A", reportOf(2))).toEqual(first);
  expect(memory.keep("A", third)).toEqual(second);
});

test("each connection has its own", () => {
  const memory = new ReportMemory();
  memory.keep("A", reportOf(1));
  expect(memory.keep("B", reportOf(2))).toBeUndefined();
});

test("one that is older than the last one has nothing to do with it", () => {
  const memory = new ReportMemory();
  memory.keep("A", reportOf(5));
  expect(memory.keep("A", reportOf(4))).toBeUndefined();
  expect(memory.keep("A", reportOf(6))).toEqual(reportOf(4));
});

test("two hundred connections are kept, those that were met last", () => {
  const memory = new ReportMemory();
  for (let number = 0; number < 200; number += 1) memory.keep(String(number), reportOf(1));
  memory.keep("0", reportOf(1));
  memory.keep("new", reportOf(1));
  expect(memory.size).toBe(200);
  expect(memory.keep("0", reportOf(2))).toEqual(reportOf(1));
  expect(memory.keep("2", reportOf(2))).toEqual(reportOf(1));
  expect(memory.keep("1", reportOf(2))).toBeUndefined();
});
