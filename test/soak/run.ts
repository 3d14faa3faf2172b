import { join } from "node:path";
import { toolsets } from "../contract/index.ts";
import { listedTools } from "../contract/releases.ts";
import { auditLines } from "../support/audit-file.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { inChannel, type ValidCall, validCalls } from "../support/valid-calls.ts";
import { type Fault, withFaults } from "./faults.ts";
import { residentMegabytes } from "./memory.ts";

/** As many again before, so that the heap has been as full as it gets before garbage is collected. */
const warmUp = 6_000;
const calls = 6_000;
const atOnce = 16;
const timeoutMs = 1_000;
const sampleEvery = 50;
/** Far beyond the deadline of a call: what is not answered by then never will be. */
const patienceMs = 30_000;

/** One call and all that is known of it. Its channel id is its own, and so tells its requests from all others. */
export interface Call {
  readonly tool: string;
  readonly kind: ValidCall["kind"];
  readonly confirmed: boolean;
  /** `read`, `done`, `confirmation_required`, an error code, or what it came to otherwise. */
  outcome: string;
  /** How often its target reached Sora, and how often of that it was not put off. */
  sent: number;
  carriedOut: number;
}

export interface Report {
  readonly calls: readonly Call[];
  readonly requests: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Resident set in megabytes, every few calls; none where there is no way to know. */
  readonly resident: { readonly warmUp: readonly number[]; readonly afterwards: readonly number[] };
  readonly auditLines: readonly Record<string, unknown>[];
  readonly exitCode: number | null;
  readonly seconds: number;
}

/** The same order in every run: mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const edition = "2026.1";
const listed = listedTools({ edition, toolsets, readOnly: false, channelsSet: false });
const callsInChannels = validCalls.filter(({ tool, channel }) => channel !== null && listed.includes(tool));

const connections = Array.from({ length: 20 }, (_unused, index) => ({
  connection_id: `7QSNT842FS0J9E6BZDBC2D${1000 + index}`,
  client_id: "E2APPNQ9P97Q32V2ABW546SWW8",
  role: "recvonly",
  metadata: { seat: index, name: `Nobody ${index}`, bidi: "\u202e" },
  stats: Array.from({ length: 5 }, (_entry, number) => ({ id: `S${number}`, type: "codec", bytes: number })),
}));

export async function runSoak(): Promise<Report> {
  const startedAt = performance.now();
  const byChannel = new Map<string, { call: Call; target: string | undefined }>();
  const seen = (target: string, body: string, fault?: Fault) => {
    const known = byChannel.get(JSON.parse(body).channel_id);
    if (!known) throw new Error(`a request that nobody made: ${body}`);
    if (known.target !== target) return;
    known.call.sent++;
    if (fault !== "503, Retry-After") known.call.carriedOut++;
  };
  const faults = withFaults(json(connections), seen);
  const upstream = await startUpstream(faults.answer);
  const audit = join(temporaryFolder(), "audit.jsonl");
  const server = await startServerProcess({
    SORA_API_URL: upstream.url,
    SORA_RELEASE: edition,
    SORA_TOOLSETS: "all",
    SORA_TIMEOUT_MS: String(timeoutMs),
    SORA_AUDIT_LOG: audit,
  });
  const random = seededRandom(20151104);
  const made: Call[] = [];
  const samples: number[] = [];

  async function makeCalls(count: number): Promise<void> {
    const end = made.length + count;
    const worker = async () => {
      while (made.length < end) {
        const valid = callsInChannels[Math.floor(random() * callsInChannels.length)];
        if (!valid) throw new Error("no such call");
        const { tool, kind, target } = valid;
        const confirmed = kind === "destructive" && random() < 0.5;
        const call = { tool, kind, confirmed, outcome: "no answer", sent: 0, carriedOut: 0 };
        const channel_id = `soak-${made.push(call)}`;
        const resident = made.length % sampleEvery === 0 && residentMegabytes(server.child.pid ?? 0);
        if (resident) samples.push(resident);
        byChannel.set(channel_id, { call, target });
        call.outcome = await outcomeOf(server, tool, {
          ...inChannel(valid, channel_id),
          ...(confirmed && { confirmed }),
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  await makeCalls(warmUp);
  const warm = samples.length;
  await makeCalls(calls);
  server.child.stdin.end();
  const { code: exitCode } = await server.ended;
  return {
    calls: made,
    requests: upstream.requests.length,
    faults: faults.counts,
    resident: { warmUp: samples.slice(0, warm), afterwards: samples.slice(warm) },
    auditLines: auditLines(audit),
    exitCode,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

async function outcomeOf(
  server: ServerProcess,
  name: string,
  given: Record<string, unknown>,
): Promise<string> {
  const { confirmed, ...args } = given;
  const response = server.ask("tools/call", {
    name,
    arguments: { ...args, ...(confirmed === true && { confirm: true }) },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  const answered = await Promise.race([response, tooLate]);
  clearTimeout(timer);
  return answered === undefined ? "no answer" : outcomeWord(answered);
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into.
function outcomeWord({ result, error }: any): string {
  if (error) return `JSON-RPC error ${error.code}`;
  if (result.isError) return JSON.parse(result.content[0].text).error.code;
  return result.structuredContent.status ?? "read";
}
