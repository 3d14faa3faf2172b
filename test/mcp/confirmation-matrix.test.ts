import { describe, expect, test } from "vitest";
import type { Confirmation } from "../../src/confirmations.ts";
import { type Answer as ClientAnswer, personWho, saysNothing, toldIn } from "../support/person.ts";
import { errorOf, inProcess, type Session } from "../support/session.ts";
import { startUpstream } from "../support/upstream.ts";
import { type ValidCall, validCalls } from "../support/valid-calls.ts";

// SORA_CONFIRM x what comes back of a question x what the caller says to confirm x every destructive tool of every
// release: what the call comes to, who was asked, and every request that Sora got.

const destructive = validCalls.filter(({ kind }) => kind === "destructive");

/** What a caller says beside the arguments; a text stands for a ticket that is made by a preview. */
const said = {
  nothing: {},
  "confirm: true": { confirm: true },
  "confirm: false": { confirm: false },
  'confirm: "true"': { confirm: "true" },
  "confirm: 1": { confirm: 1 },
  "confirm: null": { confirm: null },
  'confirm: ""': { confirm: "" },
  "confirm: [true]": { confirm: [true] },
  "proceed: true": { proceed: true },
  'ticket: ""': { ticket: "" },
  "ticket: true": { ticket: true },
  "ticket: null": { ticket: null },
  'ticket: "confirm: true"': { ticket: "confirm: true" },
  "own ticket": "own",
  "own ticket and confirm: true": "own and confirm",
  "own ticket, quoted": "quoted",
  "ticket for other arguments": "for other arguments",
  "ticket of another tool": "of another tool",
} as const;
type Ticketed = "own" | "own and confirm" | "quoted" | "for other arguments" | "of another tool";
type Said = keyof typeof said;
const allSaid = Object.keys(said) as Said[];

/** What comes back when the client is asked; nothing where it cannot be. */
const answers: Readonly<Record<string, (() => ClientAnswer | Promise<ClientAnswer>) | undefined>> = {
  accept: () => "accept",
  "accept, without a form": () => ({ action: "accept" }),
  "accept, empty": () => ({ action: "accept", content: {} }),
  "accept false": () => ({ action: "accept", content: { proceed: false } }),
  'accept "true"': () => ({ action: "accept", content: { proceed: "true" } }),
  "accept 1": () => ({ action: "accept", content: { proceed: 1 } }),
  "accept, another field": () => ({ action: "accept", content: { confirm: true } }),
  decline: () => "decline",
  "decline with a yes": () => ({ action: "decline", content: { proceed: true } }),
  cancel: () => "cancel",
  "cancel with a yes": () => ({ action: "cancel", content: { proceed: true } }),
  silence: saysNothing,
  "cannot ask": undefined,
};

interface Cell {
  /** Error code, or status and confirmed_by. */
  readonly outcome: string;
  readonly looks: number;
  readonly acts: number;
  readonly questions: number;
}
const cell = (outcome: string, looks: number, acts = 0, questions = 0): Cell => ({
  outcome,
  looks,
  acts,
  questions,
});
const invalid = cell("invalid_arguments", 0);

function underFlag(what: Said): Cell {
  const isUnconfirmed = ["nothing", "confirm: false", "confirm: null", 'confirm: ""'].includes(what);
  if (isUnconfirmed) return cell("confirmation_required", 1);
  return what === "confirm: true" ? cell("done, flag", 0, 1) : invalid;
}

/** Where a ticket is said, the preview that it comes from has looked once before. */
function underPreview(what: Said): Cell {
  switch (what) {
    case "nothing":
    case 'ticket: ""':
    case "ticket: null":
      return cell("confirmation_required", 1);
    case "own ticket":
    case "own ticket, quoted":
      return cell("done, ticket", 2, 1);
    case "ticket for other arguments":
    case "ticket of another tool":
      return cell("ticket_invalid", 2);
    case 'ticket: "confirm: true"':
      return cell("ticket_invalid", 1);
    case "own ticket and confirm: true":
      return cell("invalid_arguments", 1);
    default:
      return invalid;
  }
}

/** Without meaning there, but taken. */
function isTakenUnderAsk(what: Said): boolean {
  return /^(nothing|confirm: .*)$/.test(what);
}

function underAsk(what: Said, answer: string): Cell {
  if (!isTakenUnderAsk(what)) return invalid;
  if (answer === "accept") return cell("done, user", 2, 1, 1);
  if (answer === "cannot ask") return cell("confirmation_unavailable", 0);
  return cell(/^(cancel|silence)/.test(answer) ? "cancelled" : "declined", 1, 0, 1);
}

async function outcomeOf(session: Session, tool: string, args: Record<string, unknown>): Promise<string> {
  const result = await session.call(tool, args);
  if (result.isError) return errorOf(result).code;
  expect(result.content).toEqual([{ type: "text", text: JSON.stringify(result.structuredContent) }]);
  const { status, confirmed_by } = result.structuredContent ?? {};
  return confirmed_by === undefined ? String(status) : `${status}, ${confirmed_by}`;
}

/** What a caller says, with the ticket that it takes. */
async function saidTo(session: Session, { tool, args }: ValidCall, what: Said): Promise<object> {
  const how: Record<string, unknown> | Ticketed = said[what];
  if (typeof how === "object") return how;
  const another = destructive[(destructive.findIndex((call) => call.tool === tool) + 1) % destructive.length];
  const previewed = {
    own: { tool, args },
    "own and confirm": { tool, args },
    quoted: { tool, args },
    "for other arguments": { tool, args: changed(args) },
    "of another tool": another ?? { tool, args },
  }[how];
  const { structuredContent } = await session.call(previewed.tool, previewed.args);
  const ticket = structuredContent?.ticket;
  expect(ticket).toMatch(/^[\w-]{37,180}$/);
  if (how === "quoted") return { ticket: ` \n\`${ticket}\`. ` };
  return how === "own and confirm" ? { ticket, confirm: true } : { ticket };
}

/** The same arguments, but for a little in one of them. */
function changed(args: ValidCall["args"]): Record<string, unknown> {
  const [[name, value] = ["", ""]] = Object.entries(args);
  return { ...args, [name]: Array.isArray(value) ? [...value, "x"] : `${value}x` };
}

type Mode = Confirmation;

function expected(mode: Mode, what: Said, answer: string): Cell {
  if (mode === "flag") return underFlag(what);
  return mode === "preview" ? underPreview(what) : underAsk(what, answer);
}

/** For a deadline that a machine that is busy elsewhere can miss. */
const patiently = { retry: 3 };

const looks = new Map(
  destructive.flatMap(({ requests }) => requests.map(({ target, answer }) => [target, answer])),
);

/** All cells of one answer, each on a session and under a path of its own. */
async function cells(mode: Mode, answer: string, sayings: readonly Said[], timeoutMs: number) {
  const upstream = await startUpstream(({ target }, response) =>
    response.end(JSON.stringify(looks.get(target) ?? {})),
  );
  const got: Record<string, Cell> = {};
  const want: Record<string, Cell> = {};
  const run = async (call: ValidCall, what: Said) => {
    const path = `/${call.tool}/${sayings.indexOf(what)}`;
    const given = answers[answer];
    const person = given ? personWho(given) : { questions: [], capabilities: {}, prepare: () => {} };
    const env = {
      SORA_API_URL: new URL(path, upstream.url).href,
      SORA_CONFIRM: mode,
      SORA_RELEASE: "2026.1",
      SORA_TOOLSETS: "all",
      SORA_TIMEOUT_MS: String(timeoutMs),
    };
    const session = await inProcess({ env, ...person });
    const confirming = mode === "preview" ? await saidTo(session, call, what) : said[what];
    const startedAt = performance.now();
    const outcome = await outcomeOf(session, call.tool, {
      ...call.args,
      ...(typeof confirming === "string" ? { ticket: confirming } : confirming),
    });
    if (outcome === "cancelled" && answer === "silence") {
      expect(performance.now() - startedAt).toBeGreaterThan(12 * timeoutMs - 10);
    }
    const requests = upstream.requests.filter((request) => request.path === path);
    const acts = requests.filter(({ target }) => !looks.has(target));
    for (const { target, text } of acts) {
      expect([target, text]).toEqual([call.target, JSON.stringify(call.args)]);
    }
    for (const question of person.questions) expect(toldIn(question)[0]).toContain(`(${call.tool})?`);
    const name = `${call.tool}, ${what}`;
    const questions = person.questions.length;
    got[name] = { outcome, looks: requests.length - acts.length, acts: acts.length, questions };
    want[name] = expected(mode, what, answer);
    await session.close();
  };
  await Promise.all(destructive.flatMap((call) => sayings.map((what) => run(call, what))));
  return { got, want };
}

test("every destructive tool of every release is in the matrix", () => {
  expect(destructive).toHaveLength(12);
  expect(new Set(destructive.map(({ target }) => target)).size).toBe(12);
});

describe.each(["flag", "preview"] as const)("SORA_CONFIRM=%s asks nobody", (mode) => {
  test.each(["accept", "cannot ask"])("whether the client can ask or not: %s", async (answer) => {
    const { got, want } = await cells(mode, answer, allSaid, 10_000);
    expect(got).toEqual(want);
  });
});

describe("SORA_CONFIRM=ask", () => {
  test.each(Object.keys(answers).filter((answer) => answer !== "silence"))("%s", async (answer) => {
    // What is not taken asks nobody, so one answer is enough for it.
    const sayings = answer === "accept" ? allSaid : allSaid.filter(isTakenUnderAsk);
    const { got, want } = await cells("ask", answer, sayings, 10_000);
    expect(got).toEqual(want);
  });

  test.each(["accept", "decline", "cannot ask"])(
    "ask,panel is the same outside the panel: %s",
    async (answer) => {
      const { got, want } = await cells("ask,panel", answer, allSaid.filter(isTakenUnderAsk), 10_000);
      expect(got).toEqual(want);
    },
  );

  // It ends at 12 times the deadline of a call. That has to be short, and so a busy machine can miss it: again then.
  test("silence", patiently, async () => {
    const { got, want } = await cells("ask", "silence", ["nothing", "confirm: true"], 400);
    expect(got).toEqual(want);
  });
});
