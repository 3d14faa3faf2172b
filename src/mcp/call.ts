import { setImmediate as nextTurn } from "node:timers/promises";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { CallConfirmation } from "../confirmations.ts";
import { ToolError } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Action, actionsOf, reasonIn, targetIn } from "../moderation/actions.ts";
import { keptFor } from "../moderation/kept.ts";
import type { Config } from "../settings/config.ts";
import { SoraFailure } from "../sora/errors.ts";
import type { SoraCalls } from "../sora/lazy-client.ts";
import type { Content, Tool } from "../tools/tool.ts";
import { allTools } from "./all-tools.ts";
import { auditLine } from "./audit-line.ts";
import type { Audit, AuditLine } from "./audit-log.ts";
import type { Caller } from "./caller.ts";
import { type Deciding, decide } from "./confirmation.ts";
import { Gate } from "./gate.ts";
import { Hour, Limits } from "./limits.ts";
import { type Person, personBehind } from "./person.ts";
import { assertChannelsAllowed, assertConfigured } from "./policy.ts";
import { type Extra, Progress } from "./progress.ts";
import { toErrorResult, tooLargeToShow, toResult, toWholeErrorResult } from "./result.ts";
import type { Showing } from "./shown-twice.ts";
import { Tickets, ticketKeyFrom } from "./ticket.ts";

// Loaded with calls: it needs much of the same.
export { panelCalls } from "./panel-call.ts";

/** Told of calls, for those who count them. */
export interface Observer {
  callStarted(): void;
  callEnded(call: { readonly tool: string; readonly outcome: string; readonly seconds: number }): void;
  auditFailed(): void;
}

export interface Services {
  readonly config: Config;
  readonly client: SoraCalls;
  readonly audit: Audit;
  readonly log: Log;
  readonly redact: (text: string) => string;
  readonly caller: Caller;
  /** Those of the whole process, where it serves several callers. */
  readonly tickets?: Tickets | undefined;
  readonly observer?: Observer | undefined;
}

/** What comes with a call. */
export interface Occasion {
  readonly signal: AbortSignal;
  readonly person: Person;
  readonly clientInfo: AuditLine["client"];
  /** It comes from the panel: what confirms it is a ticket of the panel, which stands in `_meta` alone. */
  readonly inPanel?: true;
}

const toolsByName = new Map(allTools.map((tool) => [tool.name, tool]));

/** Of what is called by a name: what has no entry in the table is given itself. */
export type CallTool = (
  called: string | Tool,
  written: unknown,
  occasion: Occasion,
) => Promise<CallToolResult>;

/** Makes what carries out the calls of one caller: it counts them and knows the tickets that were used. */
export function toolCalls(services: Services): CallTool {
  const { config, caller, observer, tickets = new Tickets(ticketKeyFrom(config.ticketKey)) } = services;
  const state = { ...services, limits: new Limits(config, hourOf(caller)), tickets };
  return async (called, written, occasion) => {
    const tool = typeof called === "string" ? toolsByName.get(called) : called;
    if (!tool) throw new Error(`${called} is listed but has no table entry`);
    const startedAt = performance.now();
    let outcome = "failed";
    observer?.callStarted();
    try {
      const ended = await callTool(tool, written, occasion, state);
      outcome = ended.outcome;
      return ended.result;
    } finally {
      observer?.callEnded({ tool: tool.name, outcome, seconds: (performance.now() - startedAt) / 1000 });
    }
  };
}

/** Carries out a call with what it needs of its client: it can be asked there, cancelled, and tells that it goes on. */
export function during<Result>(
  server: Server,
  extra: Extra,
  timeoutMs: number,
  call: (known: Pick<Occasion, "signal" | "person">) => Promise<Result>,
): Promise<Result> {
  const progress = new Progress(extra);
  const person = personBehind(server, extra, progress, timeoutMs);
  return progress.of(call({ signal: extra.signal, person }));
}

/** The destructive calls of each caller. */
const hourOf = keptFor(() => new Hour());

type State = Services & Deciding;

interface Ended {
  readonly outcome: string;
  readonly result: CallToolResult;
}

/** One call of a listed tool, from its arguments to its MCP result. */
async function callTool(tool: Tool, written: unknown, occasion: Occasion, state: State): Promise<Ended> {
  const { audit, log, redact, client, config, limits, caller, observer } = state;
  const startedAt = performance.now();
  const { given, dropped } = tool.understand(written, confirmationOf(occasion, config));
  if (dropped.length > 0) log("debug", `${tool.name}: left out what the client added: ${dropped.join(", ")}`);
  const gate = new Gate(client, config, limits, tool.kind, occasion.signal, caller);
  const isOver = () => performance.now() > gate.lastSentAt + config.timeoutMs;
  const showing = { redact, isOver };
  const refusal = tool.kind === "read" ? undefined : await audit.refusal();
  if (refusal) {
    log("error", `${tool.name}: ${refusal.message}`);
    observer?.auditFailed();
    return { outcome: refusal.code, result: await toErrorResult(refusal, showing) };
  }

  const { confirmedBy, result } = await attempt(tool, given, occasion, state, gate, showing);
  const outcome = outcomeOf(result);
  const status = result instanceof ToolError ? result.details.status : undefined;
  const duration_ms = Math.round(performance.now() - startedAt);
  log("debug", `${tool.name}: ${outcome} in ${duration_ms} ms`);

  const call = {
    tool,
    written,
    given,
    sent: gate.written,
    client: occasion.clientInfo,
    caller,
    confirmed_by: confirmedBy,
  };
  const { askedMs } = occasion.person;
  const ending = {
    ...(askedMs !== undefined && { asked_ms: askedMs }),
    outcome,
    ...(status !== undefined && { status }),
    duration_ms,
  };
  if (gate.written.length > 0) actionsOf(caller).add(actionOf(tool, given, confirmedBy, outcome, result));
  const loss =
    tool.kind === "read" ? undefined : await audit.append(auditLine({ ...call, ...ending }, redact));
  if (loss) {
    log("error", `${tool.name}: ${loss.message}`);
    observer?.auditFailed();
  }
  const answer = loss ?? result;
  return { outcome, result: answer instanceof ToolError ? await refused(answer, occasion, showing) : answer };
}

function confirmationOf({ inPanel }: Occasion, { confirm }: Config): CallConfirmation {
  return inPanel ? "panel" : confirm;
}

/** What is remembered of a call that changed something, or may have. */
function actionOf(
  tool: Tool,
  given: unknown,
  confirmed_by: AuditLine["confirmed_by"],
  outcome: string,
  result: CallToolResult | ToolError,
): Action {
  const [channel_id = null] = tool.channels(given);
  const undo = result instanceof ToolError ? undefined : result.structuredContent?.undo;
  return {
    at: new Date().toISOString(),
    tool: tool.name,
    channel_id,
    target: targetIn(given),
    ...reasonIn(given),
    confirmed_by,
    outcome,
    ...(undo !== undefined && { undo }),
  };
}

interface Attempt {
  readonly confirmedBy: AuditLine["confirmed_by"];
  readonly result: CallToolResult | ToolError;
}

/** validate -> policy -> confirm -> Sora -> result, with the one error boundary around it. */
async function attempt(
  tool: Tool,
  given: unknown,
  occasion: Occasion,
  state: State,
  gate: Gate,
  showing: Showing,
): Promise<Attempt> {
  const { config, audit, log, redact } = state;
  const { person, clientInfo } = occasion;
  const confirmation = confirmationOf(occasion, config);
  let confirmedBy: Attempt["confirmedBy"] = null;
  let recheck: (() => Promise<void>) | undefined;
  try {
    assertConfigured(config);
    const call = tool.prepare(given, confirmation, redact);
    assertChannelsAllowed(config, tool.scope ?? "channel", tool.channels(given));
    const { affects } = call;
    if (affects) {
      const { name, subject } = state.caller;
      // Over HTTP a client may say another name to each replica; the caller is the same.
      const caller = JSON.stringify(name === undefined ? clientInfo : [name, subject]);
      // To go through a list of some MB takes long enough: other work has its turn before more is made of it.
      const look = () => affects(gate).finally(nextTurn);
      const decision = await decide({ tool, call, look, person, caller, confirmation }, state);
      if ("preview" in decision) {
        return { confirmedBy, result: await toPreview(decision.preview, occasion, showing) };
      }
      ({ confirmedBy, recheck } = decision);
      // A question may have been open for minutes.
      const refusal = person.askedMs === undefined ? undefined : await audit.refusal();
      if (refusal) throw refusal;
    }
    gate.open(confirmedBy, recheck);
    const content = { ...(await call.run(gate)), ...(confirmedBy && { confirmed_by: confirmedBy }) };
    return { confirmedBy, result: await toResult(content, showing, gate.written.length > 0) };
  } catch (error) {
    if (error instanceof ToolError) return { confirmedBy, result: error };
    log("error", `${tool.name}: ${error instanceof Error ? error.message : "unknown failure"}`);
    return { confirmedBy, result: new SoraFailure("bad_response", "The answer could not be handled.") };
  }
}

async function toPreview(preview: Content, { inPanel }: Occasion, showing: Showing): Promise<CallToolResult> {
  const { ticket, ...untold } = preview;
  const shown = inPanel ? untold : preview;
  try {
    const result = await toResult(shown, showing, false);
    return inPanel ? { ...result, ...aside(ticket) } : result;
  } catch {
    const next = `${preview.next} What would be hit is too large to show: this would act unseen.`;
    return toResult({ ...shown, would_affect: tooLargeToShow, next }, showing, false);
  }
}

async function refused(error: ToolError, { inPanel }: Occasion, showing: Showing): Promise<CallToolResult> {
  if (!inPanel) return toErrorResult(error, showing);
  const { code, message } = error;
  const { ticket, ...details } = error.details;
  // No ticket where something that would be hit is not shown.
  return toWholeErrorResult({ code, message, details }, showing).then(
    (result) => ({ ...result, ...aside(ticket) }),
    () => toErrorResult({ code, message, details }, showing),
  );
}

/** A ticket of the panel's preview, where no model sees it. */
function aside(ticket: unknown) {
  return ticket !== undefined && { _meta: { ticket } };
}

function outcomeOf(result: CallToolResult | ToolError): string {
  return result instanceof ToolError ? result.code : String(result.structuredContent?.status ?? "done");
}
