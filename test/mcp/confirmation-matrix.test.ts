import { describe, expect, test } from "vitest";
import { personWho, saysNothing } from "../support/person.ts";
import { errorOf, inProcess, type Session } from "../support/session.ts";
import { startUpstream } from "../support/upstream.ts";

// SORA_CONFIRM x how a person answers x the confirm argument x the six destructive tools: what comes back, who was
// asked, and every request that Sora got.

const look = "Sora_20201013.ListChannelConnections";
const get = "Sora_20201124.GetSignalingNotifyMetadata";
const one = { connection_id: "NCSZ6FXFKN5B7BBRJ6SWZR0K0W" };

/** For a question, what would be hit is looked up before and after it. */
const destructive = [
  { tool: "sora_disconnect_channel", args: {}, lookUps: [look, look], target: "20151104.DisconnectChannel" },
  {
    tool: "sora_disconnect_client",
    args: { client_id: "alice", reason: { why: ["noise"] } },
    lookUps: [look, look],
    target: "20151104.DisconnectClient",
  },
  {
    tool: "sora_disconnect_connection",
    args: one,
    lookUps: [look, look],
    target: "20151104.DisconnectConnection",
  },
  {
    tool: "sora_disconnect_channel_by_role",
    args: { role: "recvonly" },
    lookUps: [look, look],
    target: "20201120.DisconnectChannelByRole",
  },
  {
    tool: "sora_delete_signaling_notify_metadata",
    args: { ...one, push: true },
    lookUps: [get, get],
    target: "20201124.DeleteSignalingNotifyMetadata",
  },
  {
    tool: "sora_delete_signaling_notify_metadata_item",
    args: { ...one, key: "seat" },
    lookUps: [get, get],
    target: "20201124.DeleteSignalingNotifyMetadataItem",
  },
] as const;
type Row = (typeof destructive)[number];

const confirmValues = [undefined, false, true, "true"] as const;
type Confirm = (typeof confirmValues)[number];

const people = {
  accept: () => personWho(() => "accept"),
  decline: () => personWho(() => "decline"),
  cancel: () => personWho(() => "cancel"),
  silence: () => personWho(saysNothing),
  "cannot ask": () => ({ questions: [], capabilities: {}, prepare: () => {} }),
};
type Answer = keyof typeof people;

interface Cell {
  /** Error code, or status and confirmed_by. */
  readonly outcome: string;
  readonly sent: readonly string[];
  readonly questions: number;
}

function expected(mode: string, answer: Answer, confirm: Confirm, { lookUps, target }: Row): Cell {
  const sora = `Sora_${target}`;
  if (confirm === "true") return { outcome: "invalid_arguments", sent: [], questions: 0 };
  if (mode === "flag") {
    return confirm
      ? { outcome: "done, flag", sent: [sora], questions: 0 }
      : { outcome: "confirmation_required", sent: [lookUps[0]], questions: 0 };
  }
  switch (answer) {
    case "accept":
      return { outcome: "done, user", sent: [...lookUps, sora], questions: 1 };
    case "decline":
      return { outcome: "declined", sent: [lookUps[0]], questions: 1 };
    case "cancel":
    case "silence":
      return { outcome: "cancelled", sent: [lookUps[0]], questions: 1 };
    case "cannot ask":
      return { outcome: "confirmation_unavailable", sent: [], questions: 0 };
  }
}

async function outcomeOf(session: Session, tool: string, args: Record<string, unknown>): Promise<string> {
  const result = await session.call(tool, args);
  if (result.isError) return errorOf(result).code;
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  const { status, confirmed_by } = result.structuredContent ?? {};
  return confirmed_by === undefined ? String(status) : `${status}, ${confirmed_by}`;
}

/** For a deadline that a machine that is busy elsewhere can miss. */
const patiently = { retry: 3 };

const modes = ["flag", "ask"];

test("the matrix has 240 cells", () => {
  expect(modes.length * Object.keys(people).length * confirmValues.length * destructive.length).toBe(240);
});

describe.each(modes)("SORA_CONFIRM=%s", (mode) => {
  test.each(Object.keys(people) as Answer[])("%s", patiently, async (answer) => {
    const upstream = await startUpstream(({ target, text }, response) => {
      const connection = { ...one, channel_id: JSON.parse(text).channel_id, client_id: "alice" };
      const answers: Record<string, unknown> = {
        [look]: [{ ...connection, role: "recvonly" }],
        [get]: { seat: 4 },
      };
      response.end(JSON.stringify(answers[target] ?? {}));
    });
    const person = people[answer]();
    // Silence ends at 12 times the deadline of a call. It has to be short, and so a busy machine can miss it: again then.
    const timeout = mode === "ask" && answer === "silence" ? 400 : 10_000;
    const env = { SORA_API_URL: upstream.url, SORA_CONFIRM: mode, SORA_TIMEOUT_MS: String(timeout) };
    const session = await inProcess({ env, ...person });
    await session.call("sora_get_stats_connection", { channel_id: "warm-up", ...one });

    const got: Record<string, Cell> = {};
    const want: Record<string, Cell> = {};
    // Each cell in a channel of its own, which tells its requests and questions from the others'.
    const run = async (confirm: Confirm, row: Row) => {
      const channel_id = `${row.tool} ${confirm} ${typeof confirm}`;
      const args = { channel_id, ...row.args };
      const startedAt = performance.now();
      const outcome = await outcomeOf(session, row.tool, {
        ...args,
        ...(confirm !== undefined && { confirm }),
      });
      if (answer === "silence" && outcome === "cancelled") {
        expect(performance.now() - startedAt).toBeGreaterThan(12 * timeout - 10);
      }
      const requests = upstream.requests.filter(({ text }) => JSON.parse(text).channel_id === channel_id);
      for (const { target, text } of requests) {
        const { connection_id } = { connection_id: undefined, ...args };
        if (target === look) expect(JSON.parse(text)).toEqual({ channel_id });
        else if (target === get) expect(JSON.parse(text)).toEqual({ channel_id, connection_id });
        else expect(text).toBe(JSON.stringify(args));
      }
      got[channel_id] = {
        outcome,
        sent: requests.map(({ target }) => target),
        questions: person.questions.filter((question) => question.includes(JSON.stringify(channel_id)))
          .length,
      };
      want[channel_id] = expected(mode, answer, confirm, row);
    };
    await Promise.all(confirmValues.flatMap((confirm) => destructive.map(async (row) => run(confirm, row))));
    expect(got).toEqual(want);
    // Nothing came to Sora, and nobody was asked anything, outside the cells.
    const counted = Object.values(got);
    expect(counted).toHaveLength(confirmValues.length * destructive.length);
    expect(upstream.requests).toHaveLength(1 + counted.flatMap(({ sent }) => sent).length);
    expect(person.questions).toHaveLength(counted.reduce((sum, { questions }) => sum + questions, 0));
  });
});
