import { beforeAll, expect, test } from "vitest";
import { faultKinds } from "./faults.ts";
import { type Report, runSoak } from "./run.ts";

// Thousands of mixed calls over stdio, one request in twenty answered wrongly: what must hold whatever happens.

let report: Report;

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of [...words].sort()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

beforeAll(async () => {
  report = await runSoak();
  const { calls, requests, faults, resident, seconds } = report;
  const kinds = calls.map(({ kind, confirmed }) => (confirmed ? `${kind}, confirmed` : kind));
  console.log(`calls      ${calls.length} ${JSON.stringify(count(kinds))}`);
  console.log(`requests   ${requests}`);
  console.log(`faults     ${JSON.stringify(faults)}`);
  console.log(`outcomes   ${JSON.stringify(count(calls.map(({ outcome }) => outcome)))}`);
  console.log(
    `put off    ${calls.filter(({ kind, sent }) => kind !== "read" && sent > 1).length} writes sent again`,
  );
  const { warmUp, afterwards } = resident;
  const megabytes = (value = 0) => value.toFixed(1);
  console.log(
    `memory     ${megabytes(warmUp[0])} MB at first, ${megabytes(afterwards[0])} when warm, ${megabytes(afterwards.at(-1))} at the end`,
  );
  console.log(
    `peaks      ${megabytes(Math.max(...warmUp))} MB in the warm-up, ${megabytes(Math.max(...afterwards))} afterwards`,
  );
  console.log(`took       ${seconds.toFixed(1)} s`);
});

test("every call is answered, in a way that is known", () => {
  const known = [
    "read",
    "done",
    "confirmation_required",
    "timeout",
    "unreachable",
    "server_error",
    "bad_response",
  ];
  expect(report.calls.filter(({ outcome }) => !known.includes(outcome))).toEqual([]);
  expect(report.calls.length).toBe(12_000);
});

test("one request in twenty goes wrong, in every way", () => {
  const wrong = Object.values(report.faults).reduce((sum, times) => sum + times, 0);
  expect(wrong).toBe(Math.floor(report.requests / 20));
  for (const kind of faultKinds) expect(report.faults[kind], kind).toBeGreaterThan(0);
});

test("no write reaches Sora twice, unless Sora put it off", () => {
  const twice = report.calls.filter(({ kind, carriedOut }) => kind !== "read" && carriedOut > 1);
  expect(twice).toEqual([]);
});

test("what is called done was carried out, once; what was not confirmed was not sent", () => {
  const writes = report.calls.filter(({ kind }) => kind !== "read");
  expect(writes.filter(({ outcome, carriedOut }) => outcome === "done" && carriedOut !== 1)).toEqual([]);
  const unconfirmed = writes.filter(({ kind, confirmed }) => kind === "destructive" && !confirmed);
  expect(unconfirmed.filter(({ sent, outcome }) => sent > 0 || outcome !== "confirmation_required")).toEqual(
    [],
  );
});

test("every write has its line in the audit log", () => {
  const writes = report.calls.filter(({ kind }) => kind !== "read");
  expect(count(report.auditLines.map(({ outcome }) => String(outcome)))).toEqual(
    count(writes.map(({ outcome }) => outcome)),
  );
  expect(new Set(report.auditLines.map(({ channel_id }) => channel_id)).size).toBe(writes.length);
});

// Peaks, because between two collections of garbage the memory in use rises and falls by tens of megabytes.
test("the process does not grow by 25 MB once it is warm", ({ skip }) => {
  const { warmUp, afterwards } = report.resident;
  if (warmUp.length === 0) return skip("no way to read it here");
  expect(Math.max(...afterwards) - Math.max(...warmUp)).toBeLessThan(25);
});

test("the process ends with its input", () => {
  expect(report.exitCode).toBe(0);
});
