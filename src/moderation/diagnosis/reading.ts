import type { ToolError } from "../../errors.ts";
import { isObject } from "../../json.ts";
import { listForwardingFilters } from "../../tools/filters.ts";
import { statsTools } from "../../tools/stats.ts";
import type { Sora } from "../../tools/tool.ts";
import { attempt } from "../attempt.ts";
import { type Blocked, blockedIn } from "../blocked.ts";
import { isLacking } from "../lacking.ts";
import { type ClientReport, readReport } from "./report.ts";
import type { Sample, Samples } from "./samples.ts";

/** What was read, as far as it was, and in words what was not and why. */
export interface Reading<Value> {
  readonly value: Value;
  readonly notMeasured: readonly string[];
  /** Sora has it, and did not tell. */
  readonly hasFailed?: true;
}

/** The clients' reports by connection ids: of one connection, or of all in the channel in one call. */
export async function readReports(
  sora: Sora,
  { channel_id, connection_id }: { readonly channel_id: string; readonly connection_id?: string | undefined },
  withinMs: number,
): Promise<Reading<ReadonlyMap<string, ClientReport>>> {
  const endsAt = performance.now() + withinMs;
  const isOne = connection_id !== undefined;
  const [newer, older] = isOne
    ? ([statsApi("GetRtcStats"), statsApi("GetUserAgentStats")] as const)
    : ([statsApi("ListChannelRtcStats"), statsApi("ListChannelUserAgentStats")] as const);
  const apis = sora.offers(newer) ? [newer, older] : [older, newer];
  const body = { channel_id, ...(isOne && { connection_id }) };
  for (const { target, operation } of apis) {
    const outcome = await attempt(sora.read(target, body, endsAt - performance.now()));
    if (!("failure" in outcome)) {
      const entries: readonly unknown[] = Array.isArray(outcome.answer) ? outcome.answer : [outcome.answer];
      return { value: reportsIn(entries, connection_id), notMeasured: [] };
    }
    if (!isLacking(outcome.failure)) {
      const notMeasured = [failed("client reports", operation, outcome.failure)];
      return { value: new Map(), notMeasured, hasFailed: true };
    }
  }
  return { value: new Map(), notMeasured: [`client reports: this Sora has no ${newer.operation}`] };
}

/** The reports of some connections, one by one: those of all may be too large for one answer. */
export async function readReportsOf(
  sora: Sora,
  channel_id: string,
  connectionIds: readonly string[],
  withinMs: number,
): Promise<ReadonlyMap<string, ClientReport>> {
  const readings = await Promise.all(
    connectionIds.map((connection_id) => readReports(sora, { channel_id, connection_id }, withinMs)),
  );
  return new Map(readings.flatMap(({ value }) => [...value]));
}

/** Who is blocked for whom; undefined where that is not known. */
export async function readBlocked(
  sora: Sora,
  channel_id: string,
  withinMs: number,
): Promise<Reading<readonly Blocked[] | undefined>> {
  const { target, operation } = listForwardingFilters;
  const lacking = `muted: this Sora has no ${operation}`;
  if (!sora.offers(listForwardingFilters)) return { value: undefined, notMeasured: [lacking] };
  const outcome = await attempt(sora.read(target, { channel_id, blocked: true }, withinMs));
  if (!("failure" in outcome)) {
    const value = blockedIn(outcome.answer);
    return { value, notMeasured: value ? [] : [`muted: ${operation} does not say who is`] };
  }
  // Where there are no filters, nobody is blocked.
  if (isLacking(outcome.failure)) return { value: [], notMeasured: [lacking] };
  return { value: undefined, notMeasured: [failed("muted", operation, outcome.failure)] };
}

/** Sora's counters of connections, all at once. Who has left since is not among them, which is no failure. */
export async function readSamples(
  sora: Sora,
  channel_id: string,
  connectionIds: Iterable<string>,
  withinMs: number,
): Promise<Reading<Samples>> {
  const { target, operation } = statsApi("GetStatsConnection");
  const samples = new Map<string, Sample>();
  const notMeasured = new Set<string>();
  const readOne = async (connection_id: string) => {
    const outcome = await attempt(sora.read(target, { channel_id, connection_id }, withinMs));
    if (!("failure" in outcome)) {
      samples.set(connection_id, { answer: outcome.answer, at: performance.now() });
    } else if (isLacking(outcome.failure)) {
      notMeasured.add(`rates: this Sora has no ${operation}`);
    } else if (outcome.failure.code !== "sora_error") {
      notMeasured.add(failed("rates", operation, outcome.failure));
    }
  };
  await Promise.all([...connectionIds].map(readOne));
  return { value: samples, notMeasured: [...notMeasured] };
}

type StatsOperation = (typeof statsTools)[number]["operation"];

function statsApi(operation: StatsOperation): (typeof statsTools)[number] {
  const found = statsTools.find((api) => api.operation === operation);
  if (!found) throw new Error(`${operation} is no API of statistics`);
  return found;
}

/** With our own word for what happened, not with Sora's. */
function failed(what: string, operation: string, { code }: ToolError): string {
  return `${what}: ${operation} failed (${code})`;
}

function reportsIn(entries: readonly unknown[], connectionId: string | undefined) {
  const reports = new Map<string, ClientReport>();
  for (const entry of entries) {
    const id = connectionId ?? (isObject(entry) ? entry.connection_id : undefined);
    const report = readReport(entry);
    if (typeof id === "string" && report) reports.set(id, report);
  }
  return reports;
}
