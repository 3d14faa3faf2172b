import { expect, test } from "vitest";
import { defaultToolsets, toolsets } from "../contract/index.ts";
import { listedTools } from "../contract/releases.ts";
import { bearer, callersFile, post, serveOverHttp } from "../support/over-http.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { inChannel, worlds } from "../support/valid-calls.ts";

// Callers x settings x headers x tools x channels: what is listed and what reaches Sora is never wider than the settings,
// than the entry of the caller, nor than the request's own headers.

/** What narrows, of the settings, of an entry or of a request. */
interface Narrowing {
  readonly toolsets?: readonly string[];
  readonly readOnly?: boolean;
  /** Channels that are allowed, of those below. */
  readonly channels?: readonly string[];
  readonly confirm?: "preview";
  readonly maxAffected?: 0;
  readonly perHour?: 0;
}

const channels = ["team-a", "team-b", "x-a", "other"] as const;
const patterns = { "team-*": ["team-a", "team-b"], "*-a": ["team-a", "x-a"] };
const three = ["signaling", "push", "stats"];

const settings: readonly (readonly [env: Record<string, string>, means: Narrowing])[] = [
  [{}, {}],
  [{ SORA_READ_ONLY: "true" }, { readOnly: true }],
  [
    { SORA_TOOLSETS: "default", SORA_CONFIRM: "preview" },
    { toolsets: defaultToolsets, confirm: "preview" },
  ],
  [
    { SORA_CHANNELS: "team-*", SORA_TOOLSETS: three.join() },
    { channels: patterns["team-*"], toolsets: three },
  ],
];
const callers: Readonly<Record<string, readonly [entry: object, means: Narrowing]>> = {
  unlimited: [{}, {}],
  wide: [{ read_only: false, toolsets: "all", channels: ["*"], confirm: "flag" }, { channels }],
  reader: [{ read_only: true }, { readOnly: true }],
  pusher: [{ toolsets: ["push", "rtp", "server"] }, { toolsets: ["push", "rtp", "server"] }],
  inTheirRooms: [{ channels: "*-a" }, { channels: patterns["*-a"] }],
  careful: [
    { confirm: "preview", channels: ["other"] },
    { confirm: "preview", channels: ["other"] },
  ],
  harmless: [
    { max_affected: 0, max_destructive_per_hour: 0 },
    { maxAffected: 0, perHour: 0 },
  ],
};
const requests: readonly (readonly [headers: Record<string, string>, means: Narrowing])[] = [
  [{}, {}],
  [{ "x-mcp-readonly": "true" }, { readOnly: true }],
  [{ "x-mcp-readonly": "false", "x-mcp-toolsets": "all" }, {}],
  [{ "x-mcp-toolsets": "signaling,cluster" }, { toolsets: ["signaling", "cluster"] }],
];

/** Everything that reaches Sora, and what it answers to it: what the contract says, or an empty list. */
async function recordingSora() {
  const rows = worlds.flatMap(({ calls }) => calls.flatMap(({ requests }) => requests));
  const answers = new Map(rows.map(({ target, answer }) => [target, answer]));
  return startUpstream((request, ...rest) => {
    // About the channel that was asked for.
    const { channel_id } = JSON.parse(request.text || "{}");
    const ofChannel = (key: string, value: unknown) => (key === "channel_id" ? channel_id : value);
    const answer = JSON.stringify(answers.get(request.target) ?? [], channel_id && ofChannel);
    json(JSON.parse(answer))(request, ...rest);
  });
}

function expectedList(edition: string, narrowings: readonly Narrowing[]): string[] {
  return listedTools({
    edition,
    toolsets: toolsets.filter((name) => narrowings.every((one) => one.toolsets?.includes(name) ?? true)),
    readOnly: narrowings.some(({ readOnly }) => readOnly === true),
    channelsSet: narrowings.some((one) => one.channels !== undefined),
  });
}

interface Answered {
  readonly result?: {
    readonly tools?: readonly { readonly name: string }[];
    readonly isError?: boolean;
    readonly structuredContent?: { readonly status?: string };
    readonly content?: readonly { readonly text: string }[];
  };
  readonly error?: { readonly code: number };
}

function isAnswered(body: unknown): body is Answered {
  return typeof body === "object" && body !== null && ("result" in body || "error" in body);
}

/** What became of a call, in one word. */
function outcomeOf({ result, error }: Answered): string {
  if (error) return String(error.code);
  const text = result?.content?.[0]?.text ?? "";
  return result?.isError ? JSON.parse(text).error.code : (result?.structuredContent?.status ?? "read");
}

/** Some of a list, others each time, until all had their turn: all tools in all combinations would take a minute. */
function turn<Value>(all: readonly Value[], count: number, times: number): Value[] {
  return all.length <= count
    ? [...all]
    : Array.from({ length: count }, (_none, index) => all[(times * count + index) % all.length]).filter(
        (one) => one !== undefined,
      );
}

const everything = { SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" };
/** A call of every tool: also of those that Sora 2026.1 does not have any more. */
const valid = [
  ...worlds.flatMap(({ calls }) => calls),
  ...(worlds.find(({ jobs }) => jobs.some(({ tool }) => tool === "sora_mute"))?.jobs ?? []),
];

test.each(settings)("under %j", async (env, ofSettings) => {
  const upstream = await recordingSora();
  const { path, tokens } = callersFile(
    Object.fromEntries(Object.entries(callers).map(([name, [entry]]) => [name, entry])),
  );
  const { url } = await serveOverHttp({
    ...everything,
    SORA_API_URL: upstream.url,
    SORA_CALLERS: path,
    ...env,
  });
  const seen = new Map<string, number>();
  let combination = 0;
  for (const [name, [, ofCaller]] of Object.entries(callers)) {
    for (const [headers, ofRequest] of requests) {
      const all = [ofSettings, ofCaller, ofRequest];
      const ask = async (method: string, params: object = {}): Promise<Answered> => {
        const message = { jsonrpc: "2.0", id: 1, method, params };
        const { status, body } = await post(url, message, { ...bearer(tokens[name]), ...headers });
        expect(status).toBe(200);
        if (!isAnswered(body)) throw new Error(`no answer: ${JSON.stringify(body)}`);
        return body;
      };
      const listed = expectedList("2026.1", all);
      const { result } = await ask("tools/list");
      expect(result?.tools?.map((tool) => tool.name)).toEqual(listed);

      combination += 1;
      const chosen = [
        ...turn(
          valid.filter(({ tool }) => listed.includes(tool)),
          4,
          combination,
        ),
        ...turn(
          valid.filter(({ tool }) => !listed.includes(tool)),
          2,
          combination,
        ),
      ];
      for (const [index, call] of chosen.entries()) {
        const { tool, kind } = call;
        const fitting = channels.filter((id) => all.every((one) => one.channels?.includes(id) ?? true));
        const among = (index + combination) % 2 === 0 && fitting.length > 0 ? fitting : channels;
        const channel = among[combination % among.length] ?? "other";
        const isAllowed = call.channel === null || fitting.includes(channel);
        // What a job that may be done asks of Sora, and for how long, is its own affair.
        if (!("target" in call) && listed.includes(tool) && isAllowed) continue;
        const confirmed = kind === "destructive" && !all.some(({ confirm }) => confirm === "preview");
        const args = { ...inChannel(call, channel), ...(confirmed && { confirm: true }) };
        const before = upstream.requests.length;
        const outcome = outcomeOf(await ask("tools/call", { name: tool, arguments: args }));
        const sent = upstream.requests.slice(before).map(({ target }) => target);
        const where = `${tool} in ${channel} by ${name}, ${JSON.stringify(headers)}`;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);

        if (!listed.includes(tool)) expect([where, outcome, sent]).toEqual([where, "-32602", []]);
        else if (!isAllowed) expect([where, outcome, sent]).toEqual([where, "channel_not_allowed", []]);
        else if (kind === "destructive" && all.some(({ perHour }) => perHour === 0)) {
          expect([where, outcome]).toEqual([where, confirmed ? "limit_reached" : "confirmation_required"]);
          expect(sent.filter((target) => target === ("target" in call && call.target))).toEqual([]);
        } else if (kind === "destructive" && !confirmed) {
          expect([where, outcome]).toEqual([where, "confirmation_required"]);
          expect(sent.filter((target) => target === ("target" in call && call.target))).toEqual([]);
        } else if ("target" in call) {
          expect([where, outcome]).toEqual([where, kind === "read" ? "read" : "done"]);
          expect(sent.at(-1)).toBe(call.target);
        }
      }
    }
  }
  // Not all of it was refused, nor let through.
  const outcomes = [...seen.keys()];
  expect(outcomes).toEqual(expect.arrayContaining(["-32602", "channel_not_allowed", "read"]));
  expect(outcomes.includes("done")).toBe(ofSettings.readOnly !== true);
});
